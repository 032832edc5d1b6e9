"""Hard wraps: line breaks inside a paragraph, found before anything is stripped and joined after it."""

from __future__ import annotations

from collections.abc import Sequence

from cleankit.document import LineFacts

__all__ = ["find_wraps"]

#: A line shorter than this is not taken for a wrapped one, unless the whole text is wrapped to one width.
LONG = 60
#: Widths that people and programs wrap text to.
WIDTHS = range(40, 130)


def find_wraps(starts: Sequence[int], facts: Sequence[LineFacts], barriers: Sequence[bool], parted: bool = False) -> frozenset[int]:
    """Indices of the lines that go on in the next line.

    A line goes on where it ends without a sentence end and the next one, with no blank line between, begins in lower case;
    or, where the whole text is wrapped to one width, where the first word of the next line would not have fitted.
    `barriers` are lines that a rule speaks on: never joined. `parted` says that blank lines part the text's paragraphs: then
    a full line goes on even where a sentence happens to end with it.
    """
    n = len(facts)
    out: set[int] = set()
    width = -1
    for i in range(n - 1):
        a, b = facts[i], facts[i + 1]
        if (a.terminal and not parted) or b.mark or barriers[i] or barriers[i + 1]:
            continue
        if starts[i + 1] != starts[i] + len(a.text) + 1 or a.mark in ("heading", "table", "fence", "rule", "image"):
            continue
        if width < 0:
            width = _uniform_width(facts)
            if not width and (_mostly_short(facts) or _mostly_open(facts)):
                return frozenset()
        if not a.terminal and len(a.text) >= LONG and b.text[b.indent : b.indent + 1].islower() and not a.text.rstrip().endswith(":"):
            out.add(i)
        elif width and len(a.text.rstrip()) + 1 + len(b.text.split(None, 1)[0]) > width and len(a.text) > 0.6 * width:
            out.add(i)
    return frozenset(out)


def _mostly_short(facts: Sequence[LineFacts]) -> bool:
    """Whether more than three lines in ten are short: verse, tables, lists, addresses."""
    return sum(len(f.text) < 40 for f in facts) > 0.3 * len(facts)


def _mostly_open(facts: Sequence[LineFacts]) -> bool:
    """Whether more than a third of the lines are of middling length and end without a sentence end: verse, not paragraphs."""
    return 3 * sum(not f.terminal and LONG <= len(f.text) < 100 for f in facts) > len(facts)


def _uniform_width(facts: Sequence[LineFacts]) -> int:
    """The width that the whole text is wrapped to, or 0.

    At least eight lines, none wider than the width, and of the lines without a sentence end two in three fill it to
    within fifteen characters: verse and lists are more ragged, paragraphs of their own are longer.
    """
    if len(facts) < 8:
        return 0
    lengths = [len(f.text.rstrip()) for f in facts]
    width = max(lengths)
    if width not in WIDTHS:
        return 0
    open_lines = [n for n, f in zip(lengths, facts, strict=True) if not f.terminal]
    full = sum(n >= width - 15 for n in open_lines)
    return width if len(open_lines) >= 4 and 3 * full >= 2 * len(open_lines) else 0
