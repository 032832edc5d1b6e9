"""What `learn` is worth: debris removed and body lost before and after, on sites with several pages.

    python bench/learn_sites.py --bench FOLDER             # residue of extractors and whole pages, site by site
    python bench/learn_sites.py --grow 1000 10000 100000   # memory and time on one synthetic site; --write puts them into the page

Two measures a site: `same`, learned from the pages that are then cleaned, as an owner of a collection would, and `held`,
each page cleaned with what the site's other pages taught. What is counted as debris and as lost: judge.py.
"""

from __future__ import annotations

import argparse
import json
import lzma
import os
import platform
import random
import re
import resource
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from cleankit import Cleaner
from cleankit.learning import Evidence, LearnedRules, Page, count, gather, learn
from cleankit.learning._count import host_of
from cleankit.plugins import Registry, load_registry
from judge import figures, judged

Row = dict[str, str]
NAMES = ("before", "same", "held")
PAGE = Path(__file__).resolve().parents[1] / "docs" / "plugins" / "learn.md"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", type=Path, default=os.environ.get("CLEANKIT_BENCH"), help="folder of the bench (else CLEANKIT_BENCH)")
    parser.add_argument("--sets", nargs="+", default=["fundus-tests", "naeb-dev"])
    parser.add_argument("--tool", default="trafilatura", help="an extractor of residue, or resiliparse-all for whole pages")
    parser.add_argument("--grow", nargs="+", type=int, help="numbers of pages of a synthetic site")
    parser.add_argument("--write", action="store_true", help="with --grow: put the table into docs/plugins/learn.md")
    args = parser.parse_args()
    if args.grow:
        told = grown(args.grow)
        print(told)
        if args.write:
            page = PAGE.read_text(encoding="utf-8")
            PAGE.write_text(re.sub(r"(?<=<!-- grow -->\n).*?(?=<!-- /grow -->)", lambda _: told, page, flags=re.DOTALL), encoding="utf-8")
        return
    if not args.bench:
        parser.error("--bench FOLDER, or CLEANKIT_BENCH")
    measure(args.bench, args.sets, args.tool)


def measure(bench: Path, sets: list[str], tool: str) -> None:
    sites = read(bench, sets, tool)
    plain = Cleaner(plugins=())
    totals: Counter[str] = Counter()
    larger: Counter[str] = Counter()  # of sites where three pages are left to learn from when one is held back
    print(f"{'site':32} pages rules lines  debris  before   same   held    lost before    same    held")
    for site, rows in sorted(sites.items()):
        pages = [Page(r["text"], r["url"]) for r in rows]
        learned = learn(pages)
        here: Counter[str] = Counter()
        with_all = taught(learned)
        for k, row in enumerate(rows):
            others = taught(learn(pages[:k] + pages[k + 1 :])) if len(pages) > 3 else plain
            for name, cleaner in (("before", plain), ("same", with_all), ("held", others)):
                here.update(judged(row["text"], row["gold"], cleaner.clean(row["text"], url=row["url"], explain=False).text, name))
        totals.update(here)
        if len(rows) > 3:
            larger.update(here)
        print(f"{site:32} {len(rows):5} {len(learned.rules):5} {sum(len(r.phrases) for r in learned.rules):5}  {figures(here, NAMES)}", flush=True)
    print(f"{'all':32} {sum(map(len, sites.values())):5} {'':11}  {figures(totals, NAMES)}")
    print(f"{'of four pages and more':32} {sum(len(rows) for rows in sites.values() if len(rows) > 3):5} {'':11}  {figures(larger, NAMES)}")


def read(bench: Path, sets: list[str], tool: str) -> dict[str, list[Row]]:
    """Rows of sites with three pages or more."""
    name = "page" if tool in ("resiliparse-all", "bs4") else "residue"
    sites: dict[str, list[Row]] = defaultdict(list)
    with lzma.open(bench / f"{name}.jsonl.xz", "rt", encoding="utf-8") as rows:
        for line in rows:
            row = json.loads(line)
            if row["set"] in sets and row["tool"] == tool and row["url"]:
                sites[host_of(row["url"])].append(row)
    return {site: rows for site, rows in sites.items() if len(rows) >= 3}


def taught(learned: LearnedRules) -> Cleaner:
    registry = load_registry(())
    more = {r.info.id: r for r in learned.rules}
    return Cleaner.from_config(Cleaner(plugins=()).config, Registry(registry.plugins, {**registry.rules, **more}, registry.extractors, registry.presets))


def grown(sizes: Sequence[int]) -> str:
    """A table of Markdown: each number of pages in a process of its own, so that its peak of memory is its own."""
    rows = []
    for n in sizes:
        with ProcessPoolExecutor(1, get_context("spawn")) as one:
            rows.append(one.submit(grow, n).result())
    head = "| pages | first pass | second pass | ms a page | peak of the process | before the first page | counted |\n| --: | --: | --: | --: | --: | --: | --- |\n"
    made = f"\nMeasured by `bench/learn_sites.py --grow` with Python {platform.python_version()}, one core of {os.cpu_count()}, seconds of the processor.\n"
    return head + "".join(rows) + made


def grow(n: int) -> str:
    """Time and memory of both passes over a synthetic site of `n` pages."""
    empty = _peak()
    start = time.process_time()
    counts = count(synthetic(n))
    first = time.process_time() - start
    evidence: Evidence = gather(synthetic(n), counts)
    second = time.process_time() - start - first
    kind = "exactly" if counts.table is None else "in the table"
    assert len(evidence.lines) == 8, "the site has eight lines of furniture, and the table must not add to them"
    return f"| {n:,} | {first:.1f} s | {second:.1f} s | {(first + second) / n * 1000:.2f} | {_peak():.0f} MB | {empty:.0f} MB | {kind} |\n"


def _peak() -> float:
    """The most memory that the process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def synthetic(n: int) -> Iterator[Page]:
    """Pages of twenty lines, twelve of them of their own."""
    words = "council river harbour mayor storm winter budget school teacher garden window paper report street morning".split()
    for k in range(n):
        dice = random.Random(k)
        own = ["The " + " ".join(dice.choices(words, k=12)) + "." for _ in range(8)] + [" ".join(dice.choices(words, k=6)) for _ in range(4)]
        yield Page("\n".join(["Home", "News", f"{k} views", "Sport", *own, "Share this", "Most read", "About us", "Contact"]), "example.org")


if __name__ == "__main__":
    main()
