"""`make demo`: the first five documents and a handful more, before and after, with a reason for each change.

Options: the slugs to show instead, or `--all`.
"""

from __future__ import annotations

import sys
import time
import tomllib
from collections.abc import Iterable
from pathlib import Path

import cleankit
from cleankit.cli import _draw
from cleankit.cli._options import colored

FOLDER = Path(__file__).resolve().parent
SHOWN = (
    "seed-000-pak-us-dialogue", "seed-001-talks-kicked-off", "seed-002-hard-wraps", "seed-003-broken-hyphens", "seed-004-shortcodes",
    "news-de-zwischenruf", "news-hi-mela", "md-news-related", "html-blog-page", "shortcode-tutorial", "verse-the-ferry",
)  # fmt: skip
WIDTH = 110


def say(text: str = "") -> None:
    sys.stdout.buffer.write(text.encode("utf-8", "replace") + b"\n")


def heading(text: str) -> None:
    say(f"\n{'═' * WIDTH}\n{text}\n{'═' * WIDTH}")


def show(drawn: Iterable[_draw.Row], colour: bool) -> None:
    """Changed lines in full; runs of unchanged lines by their beginnings."""
    rows = list(drawn)
    if colour:
        from rich.console import Console

        sys.stdout.flush()
        console = Console(force_terminal=True, highlight=False, markup=False, emoji=False, width=WIDTH, legacy_windows=False)
        for line in _draw.styled(rows):
            line.truncate(WIDTH * 2, overflow="ellipsis")
            console.print(line)
    else:
        for line in _draw.plain(rows):
            say(line if len(line) <= 2 * WIDTH else line[: 2 * WIDTH] + "…")


def demo(slug: str) -> bool:
    """Show one sample. Whether it came out as it should."""
    folder = FOLDER / slug
    meta = tomllib.loads((folder / "meta.toml").read_text(encoding="utf-8"))
    file = folder / ("raw.html" if (folder / "raw.html").exists() else "raw.txt")
    explain = cleankit.explain_html if file.suffix == ".html" else cleankit.explain
    result = explain(file.read_bytes().decode("utf-8"), preset=meta.get("preset", "article"), url=meta.get("url"), **meta.get("options", {}))
    heading(_draw.summary(slug, result))
    say("BEFORE, with what went (-), what changed (~) and why\n")
    show(_draw.rows(result), colored("auto"))
    say("\nAFTER\n")
    for line in result.text.rstrip("\n").split("\n"):
        say(_draw.visible(line if len(line) <= WIDTH else line[:WIDTH] + "…"))
    expected = (folder / "clean.txt").read_text(encoding="utf-8")
    right = result.text.split() == expected.split()
    assert result.restore() == result.source, "the ledger gives the input back"
    say(f"\n{'As expected' if right else 'NOT AS EXPECTED'}; restore() gives the input back, character for character.")
    return right


def main() -> int:
    asked = [a for a in sys.argv[1:] if a != "--all"]
    slugs = asked or (sorted(p.parent.name for p in FOLDER.glob("*/meta.toml")) if "--all" in sys.argv else list(SHOWN))
    start = time.perf_counter()
    wrong = [slug for slug in slugs if not demo(slug)]
    heading(f"{len(slugs)} documents, {len(slugs) - len(wrong)} as expected, {time.perf_counter() - start:.1f} seconds with start-up")
    for slug in wrong:
        say(f"not as expected: {slug}")
    say("Your own text:  .venv/bin/cleankit explain FILE      All rules:  .venv/bin/cleankit rules")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
