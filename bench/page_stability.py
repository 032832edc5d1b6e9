"""How many pages come back unchanged when they are cleaned again under preset `page`, and which do not.

    python bench/page_stability.py page.jsonl.xz --pages 300

Takes every n-th page across the sets of a file of rows with `set`, `id`, `tool`, `url` and `text`; prints the share that is
stable in each form, and the first lines that differ for the others.
"""

from __future__ import annotations

import argparse
import difflib
import json
import lzma
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from cleankit import Cleaner


def rows(path: Path, pages: int) -> Iterator[dict[str, str]]:
    """So many rows, evenly spread over the file."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        found = [line for line in lines if line.strip()]
    step = max(1, len(found) // pages)
    return (json.loads(line) for line in found[::step][:pages])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("file", type=Path)
    parser.add_argument("--pages", type=int, default=300)
    parser.add_argument("--preset", default="page")
    args = parser.parse_args()
    cleaner = Cleaner(args.preset)
    stable: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    for row in rows(args.file, args.pages):
        form = f"{row['set']} {row['tool']}"
        once = cleaner.clean(row["text"], url=row["url"], explain=False).text
        again = cleaner.clean(once, url=row["url"], explain=False).text
        seen[form] += 1
        stable[form] += once == again
        if once != again:
            print(f"{form} {row['id']}")
            for line in difflib.unified_diff(once.split("\n"), again.split("\n"), n=0, lineterm=""):
                if not line.startswith(("---", "+++", "@@")):
                    print(f"    {line[:160]}")
    for form in sorted(seen):
        print(f"{form}: {stable[form]} of {seen[form]}")
    print(f"all: {stable.total()} of {seen.total()} ({stable.total() / seen.total():.1%})")


if __name__ == "__main__":
    main()
