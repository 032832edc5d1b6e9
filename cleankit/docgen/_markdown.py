"""Text into Markdown. Rules speak of marks and tags, so everything is escaped, here and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from cleankit.cli._draw import visible

__all__ = ["NOTE", "code", "fence", "plain", "table"]

NOTE = "<!-- Made by `python -m cleankit.docgen`: change what it is made from, not this page. -->\n\n"
_CODE = re.compile(r"(`+)(.+?)\1")
_MARKS = re.compile(r"([\\`*_\[\]|#])")


def plain(text: str) -> str:
    """A sentence; what stands in backticks stays code."""
    out, at = [], 0
    for found in _CODE.finditer(text):
        out += [_escaped(text[at : found.start()]), code(found[2])]
        at = found.end()
    return "".join(out) + _escaped(text[at:])


def _escaped(text: str) -> str:
    return _MARKS.sub(r"\\\1", visible(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))


def code(text: str) -> str:
    """A code span that also stands in a cell of a table."""
    ticks = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{pad}{visible(text)}{pad}{ticks}".replace("|", "\\|")


def fence(lines: Iterable[str], language: str = "text") -> str:
    """A block of code, whatever is in it."""
    body = "\n".join(visible(line).rstrip() for line in lines)
    ticks = "`" * max(3, max((len(run) for run in re.findall("`+", body)), default=0) + 1)
    return f"{ticks}{language}\n{body}\n{ticks}\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of cells that are Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)
