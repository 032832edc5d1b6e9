"""What each plugin adds on the pages that it is for: pieces that go with it and stay without it, debris and body.

    python bench/plugins.py --bench FOLDER                # extractors' output of news, trafilatura's of other pages
    python bench/plugins.py --bench FOLDER --whole        # the whole text of pages, with preset page
    python bench/plugins.py --bench FOLDER --show forum   # the pieces themselves

A piece is `kept` where people left the same words in the page's main text, one after another; else it is debris. `alone` are
pieces that no other rule takes, and `elsewhere` those of them that stand on a page of another host, too: what rules made without
that host would have taken. Below, of all pages of a kind: debris lines gone and main text lost, without the plugins and with them.
"""

from __future__ import annotations

import argparse
import json
import lzma
import os
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import trafilatura

from cleankit import Cleaner
from cleankit.learning._count import host_of
from judge import figures, judged, words

NAMES = ("without", "with")


class Piece(NamedTuple):
    """What a rule of a plugin took."""

    plugin: str
    kind: str
    rule: str
    text: str
    url: str
    debris: bool
    alone: bool


class Sample(NamedTuple):
    """A text to clean, what people say its main text is, and what kind of page it is from."""

    kind: str
    url: str
    text: str
    gold: str


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", type=Path, default=os.environ.get("CLEANKIT_BENCH"), help="folder of the bench (else CLEANKIT_BENCH)")
    parser.add_argument("--whole", action="store_true", help="whole pages, preset page")
    parser.add_argument("--plugins", nargs="+", default=["forum", "news", "shop", "social", "wordpress"])
    parser.add_argument("--kinds", nargs="+", default=["news", "forum", "product", "collection", "listing"], help="pages of these kinds")
    parser.add_argument("--show", default="", help="print the pieces of this plugin")
    args = parser.parse_args()
    if not args.bench:
        parser.error("--bench FOLDER, or CLEANKIT_BENCH")
    samples = (whole_pages if args.whole else extracted)(args.bench, args.kinds)
    pieces, pages, shares = measure(samples, args.plugins, "page" if args.whole else "article")
    for piece in pieces:
        if piece.plugin == args.show:
            print("      " if piece.debris else "kept  ", "alone " if piece.alone else "      ", piece.rule, repr(piece.text[:150]), piece.url[:60])
    print(told(pieces, pages))
    print(f"{'pages of':22} debris lines  gone           lost\n" + "\n".join(f"{kind:16} {pages[kind]:5} {figures(shares[kind], NAMES)}" for kind in sorted(pages)))


def measure(samples: Iterable[Sample], plugins: Sequence[str], preset: str) -> tuple[list[Piece], Counter[str], dict[str, Counter[str]]]:
    """What the plugins take, how many pages there are of each kind, and what is gone and lost on them."""
    without, with_all = Cleaner(preset, plugins=()), Cleaner(preset, plugins=plugins)
    pieces: list[Piece] = []
    pages: Counter[str] = Counter()
    shares: dict[str, Counter[str]] = defaultdict(Counter)
    for sample in samples:
        pages[sample.kind] += 1
        result = with_all.clean(sample.text, url=sample.url)
        # namespace/family/name: families of cleankit's own may have a plugin's name, and two parts
        ours = [c for c in result.changes if c.rule.count("/") == 2 and c.rule.partition("/")[0] in plugins and c.before.strip()]
        plain = without.clean(sample.text, url=sample.url).text if ours else result.text
        here = judged(sample.text, sample.gold, plain, "without")
        shares[sample.kind].update(here | (judged(sample.text, sample.gold, result.text, "with") if ours else {k.replace("without", "with"): n for k, n in here.items()}))
        left = Counter(plain.splitlines())
        gold = spaced(sample.gold) if ours else ""
        for c in ours:
            alone = any(left[line] for line in c.before.splitlines() if line.strip())
            pieces.append(Piece(c.rule.partition("/")[0], sample.kind, c.rule, c.before.strip(), sample.url, spaced(c.before) not in gold, alone))
    return pieces, pages, shares


def told(pieces: Sequence[Piece], pages: Counter[str]) -> str:
    """The table of pieces."""
    hosts: dict[str, set[str]] = defaultdict(set)
    for piece in pieces:
        hosts[alike(piece.text)].add(host_of(piece.url))
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    touched: dict[tuple[str, str], set[str]] = defaultdict(set)
    for p in pieces:
        elsewhere = p.alone and p.debris and len(hosts[alike(p.text)]) > 1
        counts[p.plugin, p.kind].update({"debris": p.debris, "alone": p.alone and p.debris, "elsewhere": elsewhere, "kept": not p.debris, "kept alone": p.alone and not p.debris})
        touched[p.plugin, p.kind].add(p.url)
    rows = [
        f"{name:10} {kind:16} {pages[kind]:5} {len(touched[name, kind]):8} {n['debris']:10} {n['alone']:6} {n['elsewhere']:10} {n['kept']:7} {n['kept alone']:6}\n"
        for (name, kind), n in sorted(counts.items())
    ]
    return f"{'plugin':10} {'pages of':22} touched     debris  alone  elsewhere    kept  alone\n" + "".join(rows)


def alike(text: str) -> str:
    """The words, any number for a number."""
    return re.sub(r"\d+", "0", spaced(text))


def spaced(text: str) -> str:
    """The words alone, with a space around each."""
    return f" {' '.join(words(text))} "


def rows(file: Path) -> Iterator[dict[str, str]]:
    with lzma.open(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def extracted(bench: Path, kinds: Sequence[str]) -> Iterator[Sample]:
    """What extractors made of news pages, and trafilatura, with comments, of pages of other kinds."""
    for row in rows(bench / "residue.jsonl.xz") if "news" in kinds else ():
        yield Sample(f"news {row['tool']}", row.get("url") or "", row["text"], row["gold"])
    others = set(kinds) - {"news"}
    for row in rows(bench / "html.jsonl.xz") if others else ():
        if row["set"] == "wcxb-dev" and row["page_type"] in others:
            text = trafilatura.extract(row["html"], include_comments=True, favor_recall=True)
            if text:
                yield Sample(row["page_type"], row.get("url") or "", text, row["gold"])


def whole_pages(bench: Path, kinds: Sequence[str]) -> Iterator[Sample]:
    for row in rows(bench / "page.jsonl.xz"):
        if row["tool"] == "resiliparse-all":
            kind = "news" if row["set"] != "wcxb-dev" else row["page_type"]
            if kind in kinds:
                yield Sample(kind, row.get("url") or "", row["text"], row["gold"])


if __name__ == "__main__":
    main()
