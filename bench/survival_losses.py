"""List what the preset `article` takes from texts that are all body: rule, words, and where it stood.

    python bench/survival_losses.py --bench FOLDER                 # shares, and what each family takes
    python bench/survival_losses.py --bench FOLDER --list also-read context/unlabelled

FOLDER has html.jsonl.xz with human-made main texts (`gold`). Gold texts keep some of what the preset takes on purpose (links to
other articles, affiliate notices, credits, dates): each removal has to be read before it is believed. `lost` is the share of the
words that goes; a document is `hurt` where five words in a row go.
"""

from __future__ import annotations

import argparse
import os
import runpy
from collections import Counter, defaultdict
from pathlib import Path

from cleankit import Cleaner
from mine_phrases import rows

#: A run of so many lost words hurts.
RUN = 5


def family(rule: str) -> str:
    """The family of a rule; context rules and those of plugins are told apart."""
    return rule if rule.count("/") > 1 or rule.startswith("context/") else rule.split("/", maxsplit=1)[0]


def longest(gone: list[bool]) -> int:
    """The length of the longest run."""
    best = run = 0
    for g in gone:
        run = run + 1 if g else 0
        best = max(best, run)
    return best


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument(
        "--bench", type=Path, default=os.environ.get("CLEANKIT_BENCH"), required="CLEANKIT_BENCH" not in os.environ
    )
    ap.add_argument(
        "--list", nargs="*", default=[], metavar="FAMILY", help="show the removals of these families or rules"
    )
    args = ap.parse_args()
    bench = Path(args.bench)
    score = runpy.run_path(str(bench / "score.py"))  # the bench's own measure
    words_of, ids, matched = score["words"], score["ids"], score["matched"]
    cleaner = Cleaner()
    docs = words = lost = hurt = 0
    taken: Counter[str] = Counter()
    hurts: defaultdict[str, int] = defaultdict(int)
    for row in rows(bench, "html"):
        gold = row.get("gold")
        if not gold or row.get("page_type") not in (None, "article", "news"):
            continue
        result = cleaner.clean(gold)
        source, out = ids(words_of(gold), words_of(result.text))
        kept = matched(source, out)
        gone = [k not in kept for k in range(len(source))]
        is_hurt = longest(gone) >= RUN
        docs, words, lost, hurt = docs + 1, words + len(source), lost + sum(gone), hurt + is_hurt
        here: Counter[str] = Counter()
        for change in result.changes:
            n = len(words_of(change.before)) - len(words_of(change.after))
            if n <= 0:
                continue
            taken[family(change.rule)] += n
            here[family(change.rule)] += n
            if change.rule in args.list or family(change.rule) in args.list:
                print(
                    f"{row['set']} {row['id']}: {change.rule} {change.before.strip()[:160]!r} before {gold[change.span.end :].strip()[:60]!r}"
                )
        if is_hurt and here:
            hurts[max(here, key=lambda name: here[name])] += 1
    print(f"{docs} documents, lost {lost / words:.5f}, hurt {hurt / docs:.4f} ({hurt} documents)")
    for name, n in taken.most_common():
        print(f"{name:32s} {n:5d} words, takes most of what goes in {hurts[name]:3d} hurt documents")


if __name__ == "__main__":
    main()
