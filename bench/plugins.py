"""What each plugin adds on the pages that it is for: pieces that go with it and stay without it, debris and body.

    python bench/plugins.py --bench FOLDER                # extractors' output of news, trafilatura's of other pages
    python bench/plugins.py --bench FOLDER --whole        # the whole text of pages, with preset page
    python bench/plugins.py --bench FOLDER --show forum   # the pieces themselves

A piece is debris where under 40 % of its words are in the page's gold text, as in the bench's own measure; else it is body,
or what annotators kept. `alone` are pieces that no other rule takes.
"""

from __future__ import annotations

import argparse
import json
import lzma
import os
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
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
    parser.add_argument("--show", default="", help="print the pieces of this plugin")
    args = parser.parse_args()
    if not args.bench:
        parser.error("--bench FOLDER, or CLEANKIT_BENCH")
    preset = "page" if args.whole else "article"
    without, with_all = Cleaner(preset, plugins=()), Cleaner(preset, plugins=args.plugins)
    figures: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    pages: Counter[str] = Counter()
    for sample in whole_pages(args.bench) if args.whole else extracted(args.bench):
        pages[sample.kind] += 1
        result = with_all.clean(sample.text, url=sample.url)
        ours = [c for c in result.changes if c.rule.partition("/")[0] in args.plugins and c.before.strip()]
        if not ours:
            continue
        left = Counter(without.clean(sample.text, url=sample.url).text.splitlines())
        gold = set(words(sample.gold))
        touched = set()
        for change in ours:
            name = change.rule.partition("/")[0]
            found = words(change.before)
            debris = sum(w in gold for w in found) < 0.4 * len(found) if found else True
            alone = any(left[line] for line in change.before.splitlines() if line.strip())
            here = figures[name, sample.kind]
            here.update({"debris": debris, "body": not debris, "alone": alone and debris, "body alone": alone and not debris})
            touched.add(name)
            if name == args.show:
                print("      " if debris else "BODY  ", "alone " if alone else "      ", change.rule, repr(change.before.strip()[:150]), sample.url[:60])
        for name in touched:
            figures[name, sample.kind]["pages"] += 1
    print(f"{'plugin':10} {'pages of':22} touched     debris  alone    body  alone")
    for (name, kind), n in sorted(figures.items()):
        print(f"{name:10} {kind:16} {pages[kind]:5}    {n['pages']:4}     {n['debris']:6} {n['alone']:6}  {n['body']:6} {n['body alone']:6}")


def words(text: str) -> list[str]:
    return [w.casefold() for w in _WORDS.findall(text)]


def rows(file: Path) -> Iterator[dict[str, str]]:
    with lzma.open(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def extracted(bench: Path) -> Iterator[Sample]:
    """What extractors made of news pages, and trafilatura, with comments, of pages of other kinds."""
    for row in rows(bench / "residue.jsonl.xz"):
        yield Sample(f"news {row['tool'][:11]}", row.get("url") or "", row["text"], row["gold"])
    for row in rows(bench / "html.jsonl.xz"):
        if row["set"] == "wcxb-dev":
            text = trafilatura.extract(row["html"], include_comments=True, favor_recall=True)
            if text:
                yield Sample(row["page_type"], row.get("url") or "", text, row["gold"])


def whole_pages(bench: Path) -> Iterator[Sample]:
    for row in rows(bench / "page.jsonl.xz"):
        if row["tool"] == "resiliparse-all":
            kind = "news" if row["set"] != "wcxb-dev" else row["page_type"]
            yield Sample(kind, row.get("url") or "", row["text"], row["gold"])


if __name__ == "__main__":
    main()
