"""What each plugin adds on the pages that it is for: pieces that go with it and stay without it, debris and body.

    python bench/plugins.py --bench FOLDER                # extractors' output of news, trafilatura's of other pages
    python bench/plugins.py --bench FOLDER --whole        # the whole text of pages, with preset page
    python bench/plugins.py --bench FOLDER --show forum   # the pieces themselves

A piece is `kept` where people left the same words in the page's main text, one after another; else it is debris. `alone` are
pieces that no other rule takes.
"""

from __future__ import annotations

import argparse
import json
import lzma
import os
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import trafilatura

from cleankit import Cleaner

_WORDS = re.compile(r"\w+")


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
    preset = "page" if args.whole else "article"
    without, with_all = Cleaner(preset, plugins=()), Cleaner(preset, plugins=args.plugins)
    figures: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    pages: Counter[str] = Counter()
    for sample in whole_pages(args.bench, args.kinds) if args.whole else extracted(args.bench, args.kinds):
        pages[sample.kind] += 1
        result = with_all.clean(sample.text, url=sample.url)
        # namespace/family/name: families of cleankit's own may have a plugin's name, and two parts
        ours = [c for c in result.changes if c.rule.count("/") == 2 and c.rule.partition("/")[0] in args.plugins and c.before.strip()]
        if not ours:
            continue
        left = Counter(without.clean(sample.text, url=sample.url).text.splitlines())
        gold = words(sample.gold)
        touched = set()
        for change in ours:
            name = change.rule.partition("/")[0]
            debris = words(change.before) not in gold
            alone = any(left[line] for line in change.before.splitlines() if line.strip())
            here = figures[name, sample.kind]
            here.update({"debris": debris, "kept": not debris, "alone": alone and debris, "kept alone": alone and not debris})
            touched.add(name)
            if name == args.show:
                print("      " if debris else "kept  ", "alone " if alone else "      ", change.rule, repr(change.before.strip()[:150]), sample.url[:60])
        for name in touched:
            figures[name, sample.kind]["pages"] += 1
    print(f"{'plugin':10} {'pages of':22} touched     debris  alone    kept  alone")
    for (name, kind), n in sorted(figures.items()):
        print(f"{name:10} {kind:16} {pages[kind]:5}    {n['pages']:4}     {n['debris']:6} {n['alone']:6}  {n['kept']:6} {n['kept alone']:6}")


def words(text: str) -> str:
    """The words alone, with a space around each."""
    return f" {' '.join(w.casefold() for w in _WORDS.findall(text))} "


def rows(file: Path) -> Iterator[dict[str, str]]:
    with lzma.open(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def extracted(bench: Path, kinds: Sequence[str]) -> Iterator[Sample]:
    """What extractors made of news pages, and trafilatura, with comments, of pages of other kinds."""
    for row in rows(bench / "residue.jsonl.xz") if "news" in kinds else ():
        yield Sample(f"news {row['tool'][:11]}", row.get("url") or "", row["text"], row["gold"])
    for row in rows(bench / "html.jsonl.xz"):
        if row["set"] == "wcxb-dev" and row["page_type"] in kinds:
            text = trafilatura.extract(row["html"], include_comments=True, favor_recall=True)
            if text:
                yield Sample(row["page_type"], row.get("url") or "", text, row["gold"])


def whole_pages(bench: Path, kinds: Sequence[str]) -> Iterator[Sample]:
    for row in rows(bench / "page.jsonl.xz"):
        if row["tool"] == "resiliparse-all":
            kind = "news" if row["set"] != "wcxb-dev" else row["page_type"]
            yield Sample(kind, row.get("url") or "", row["text"], row["gold"])


if __name__ == "__main__":
    main()
