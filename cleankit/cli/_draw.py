"""Draws a ledger: the source line by line, with what went or came in its place and the reasons below.

Pure functions from a result to rows, and from rows to plain text or to styled text. Nothing of a document is printed as it
is: control characters and marks of direction are shown by name, so that no text can play with the terminal.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from rich.text import Text

    from cleankit.result import Change, Result

__all__ = ["Row", "Segment", "plain", "rows", "styled", "summary", "visible"]

Kind = Literal["kept", "gone", "new"]


class Segment(NamedTuple):
    """A stretch of one line: kept, gone, or new in its place."""

    kind: Kind
    text: str


class Row(NamedTuple):
    """One line of the source (number from 1) with the changes that begin on it."""

    number: int
    segments: tuple[Segment, ...]
    changes: tuple[Change, ...]

    @property
    def mark(self) -> str:
        """`-` where nothing visible is left, `~` where something changed, else a space."""
        if all(s.kind == "kept" for s in self.segments):
            return " "
        return "~" if any(s.kind != "gone" and s.text.strip() for s in self.segments) else "-"


class Told(NamedTuple):
    """A change as it is told. `join` makes one line of two; `layout` is another change of white space only."""

    change: Change
    join: bool
    layout: bool


def told_changes(result: Result) -> tuple[str, list[Told]]:
    """The source and its changes, told apart."""
    source = result.source if result.source is not None else result.restore()
    first, last = len(source) - len(source.lstrip()), len(source.rstrip())
    out = []
    line, at = "", 0  # what is left of the line so far
    for c in result.changes:
        line = (line + source[at : c.span.start]).rpartition("\n")[2]
        blank = not c.before.strip() and not c.after.strip()
        join = blank and "\n" in c.before and "\n" not in c.after and bool(line.strip()) and first < c.span.start and c.span.end < last
        out.append(Told(c, join, blank and not join))
        line, at = (line + c.after).rpartition("\n")[2], c.span.end
    return source, out


def rows(result: Result, *, layout: bool = False) -> Iterator[Row]:
    """The lines of the source that are not blank. Changes of white space only are drawn with `layout`."""
    source, told = told_changes(result)
    told = [t for t in told if layout or not t.layout]
    noted = -1  # the last change whose reason was given: it is given where the change first becomes visible
    k = start = 0
    for number, line in enumerate(source.split("\n"), 1):
        end = start + len(line)
        segments: list[Segment] = []
        here: list[Change] = []
        at = start
        while k < len(told):
            change, join, _ = told[k]
            low, high = max(change.span.start, start), min(change.span.end, end)
            if low > end or (low == end < change.span.end and not join):
                break  # it is another line's
            if join:
                low = high = end
            segments.append(Segment("kept", source[at:low]))
            new = "↩" if join else change.after.strip("\n") if change.after.strip() and change.span.end <= end else ""
            if source[low:high].strip() or new or (layout and high > low):
                segments += [Segment("gone", source[low:high]), Segment("new", new)]
                if noted < k:
                    here.append(change)
                    noted = k
            else:
                segments.append(Segment("kept", source[low:high]))
            at = high
            if change.span.end > end and not join:
                break  # it goes on in the next line
            k += 1
        segments.append(Segment("kept", source[at:end]))
        if line.strip() or here:
            yield Row(number, tuple(s for s in segments if s.text), tuple(here))
        start = end + 1


def reason(change: Change) -> str:
    """Rule, confidence and reason of a change, on one line."""
    also = f" (also {', '.join(change.also)})" if change.also else ""
    return f"{change.rule} {change.confidence:.2f}: {change.reason}{also}"


def summary(name: str, result: Result) -> str:
    """What a result comes to, on one line."""
    _, told = told_changes(result)
    shown = [t.change for t in told if not t.layout]
    gone = sum(len(c.before) - len(c.after) for c in shown)
    parts = [f"{len(shown)} changes", f"{len(told) - len(shown)} of layout", f"{gone} characters less"]
    for what, things in (("refused", result.vetoes), ("broken rules", result.faults)):
        if things:
            parts.append(f"{len(things)} {what}")
    return f"{visible(name)}: {', '.join([*parts, *result.flags])}"


def plain(drawn: Iterable[Row]) -> Iterator[str]:
    """Lines without colour: what went stands in ⟦ ⟧, what came in its place in ⟪ ⟫."""
    for row in drawn:
        pairs = {"kept": ("", ""), "gone": ("⟦", "⟧"), "new": ("⟪", "⟫")}
        marked = "".join(pairs[s.kind][0] + visible(s.text) + pairs[s.kind][1] for s in row.segments)
        if row.mark == "-":
            marked = "".join(visible(s.text) for s in row.segments)
        yield f"{row.mark}{row.number:>4} │ {marked}".rstrip()
        for change, times in _counted(row.changes):
            yield f"      ╰ {visible(reason(change))}{times}"


def styled(drawn: Iterable[Row]) -> Iterator[Text]:
    """The same in colours, as `Text`: user text is never read as markup."""
    from rich.text import Text

    styles = {"kept": "", "gone": "red strike", "new": "green"}
    for row in drawn:
        line = Text(f"{row.mark}{row.number:>4} │ ", style={"-": "red", "~": "yellow"}.get(row.mark, "dim"))
        for segment in row.segments:
            line.append(
                visible(segment.text), style=styles[segment.kind] or ("not dim" if row.mark == " " else "default")
            )
        yield line
        for change, times in _counted(row.changes):
            note = Text().append("      ╰ ", style="dim").append(visible(change.rule), style="cyan")
            yield note.append(visible(reason(change)[len(change.rule) :]) + times, style="dim")


def _counted(changes: Sequence[Change]) -> list[tuple[Change, str]]:
    """Changes with one and the same reason once, with how many they are."""
    found: dict[str, list[Change]] = {}
    for change in changes:
        found.setdefault(reason(change), []).append(change)
    return [(same[0], f"  ×{len(same)}" if len(same) > 1 else "") for same in found.values()]


_JOINERS = "\u200c\u200d"


def visible(text: str) -> str:
    """Text that is safe to print: control characters, marks of direction and lone surrogates by their code points.

    Joiners stay, which words and emoji are spelt with. So do tabs.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        _named(c) if c not in _JOINERS and c != "\t" and unicodedata.category(c) in _HIDDEN else c for c in text
    )


_HIDDEN = frozenset(["Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"])


def _named(char: str) -> str:
    return "⏎" if char == "\n" else f"‹U+{ord(char):04X}›"
