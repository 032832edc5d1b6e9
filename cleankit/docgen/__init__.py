"""Pages of the documentation that are made, not written: the catalogue of rules, the references, the table of coverage.

`python -m cleankit.docgen` writes them into `docs/` of a checkout; with `--check` it only tells which are not current.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from cleankit.docgen._catalogue import catalogue
from cleankit.docgen._coverage import coverage
from cleankit.docgen._reference import cli_page, hooks_page, rule_file_page
from cleankit.docgen._rules import all_rules

__all__ = ["check", "pages", "write"]

#: Folders below `docs/` in which every page is a made one.
OWNED = ("rules",)
ROOT = Path(__file__).resolve().parents[2]


def pages(root: Path = ROOT) -> Mapping[str, str]:
    """All made pages: their place below `docs/` and their text. `root` is a checkout."""
    rules = all_rules(root)
    return {
        **{f"rules/{name}.md": text for name, text in catalogue(rules).items()},
        "reference/rule-file.md": rule_file_page(),
        "reference/hooks.md": hooks_page(),
        "reference/cli.md": cli_page(),
        "coverage.md": coverage(rules),
    }


def check(root: Path = ROOT) -> list[str]:
    """What is not current: pages that are missing, differ, or are left over."""
    made = pages(root)
    docs = root / "docs"
    wrong = [name for name, text in made.items() if not (docs / name).is_file() or (docs / name).read_text(encoding="utf-8") != text]
    return sorted(wrong + _left_over(docs, made))


def write(root: Path = ROOT) -> list[str]:
    """Write the pages that differ, remove those that are left over; gives the names of both."""
    made = pages(root)
    docs = root / "docs"
    changed = check(root)
    for name in changed:
        if name in made:
            (docs / name).parent.mkdir(parents=True, exist_ok=True)
            (docs / name).write_text(made[name], encoding="utf-8")
        else:
            (docs / name).unlink()
    return changed


def _left_over(docs: Path, made: Mapping[str, str]) -> list[str]:
    found = (p.relative_to(docs).as_posix() for folder in OWNED for p in (docs / folder).glob("*.md"))
    return [name for name in found if name not in made]
