"""Spans, edits and the arithmetic on them. Offsets are code points, as Python's `str` counts them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple

__all__ = ["Cue", "Edit", "OffsetMap", "Span", "apply", "union"]


class Span(NamedTuple):
    """A half-open range of characters, `start <= i < end`."""

    start: int
    end: int

    def overlaps(self, other: Span) -> bool:
        """Whether both ranges share at least one character."""
        return self.start < other.end and other.start < self.end

    def covers(self, other: Span) -> bool:
        """Whether every character of `other` is in this range."""
        return self.start <= other.start and other.end <= self.end


class Edit(NamedTuple):
    """A proposal: put `replacement` in the place of `span`. An empty replacement removes.

    `meta` names the field of `Result.meta` that receives what is taken (`value`, or the removed text itself).
    """

    span: Span
    replacement: str = ""
    reason: str = ""
    meta: str = ""
    value: Span | None = None


class Cue(NamedTuple):
    """A mark on the line that `span` lies in: evidence for context rules, nothing is changed."""

    span: Span
    kind: str
    weight: float = 1.0
    reason: str = ""


def apply(text: str, edits: Iterable[tuple[int, int, str]]) -> str:
    """Apply sorted, disjoint `(start, end, replacement)` edits to `text`."""
    out: list[str] = []
    at = 0
    for start, end, replacement in edits:
        out.append(text[at:start])
        out.append(replacement)
        at = end
    out.append(text[at:])
    return "".join(out)


def union(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The sorted, disjoint ranges that cover the same characters as `spans`; ranges that only touch stay apart."""
    out: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if out and start < out[-1][1]:
            if end > out[-1][1]:
                out[-1] = (out[-1][0], end)
        else:
            out.append((start, end))
    return out


class OffsetMap:
    """Maps offsets between a source and the text made from it by sorted, disjoint edits, both ways.

    A position inside replaced or removed characters maps to the start of what stands in their place.
    """

    __slots__ = ("_source_starts", "_target_starts", "_edits")

    def __init__(self, edits: Sequence[tuple[int, int, str]]) -> None:
        self._edits = [(start, end, len(after)) for start, end, after in edits]
        self._source_starts = [start for start, _, _ in self._edits]
        self._target_starts: list[int] = []
        shift = 0
        for start, end, size in self._edits:
            self._target_starts.append(start + shift)
            shift += size - (end - start)

    def to_text(self, offset: int) -> int:
        """The place in the clean text of a source offset."""
        k = bisect_right(self._source_starts, offset) - 1
        if k < 0:
            return offset
        _, end, size = self._edits[k]
        target = self._target_starts[k]
        return target + size + (offset - end) if offset >= end else target

    def to_source(self, offset: int) -> int:
        """The place in the source of an offset in the clean text."""
        k = bisect_right(self._target_starts, offset) - 1
        if k < 0:
            return offset
        start, end, size = self._edits[k]
        target = self._target_starts[k]
        return end + (offset - target - size) if offset >= target + size else start

    def span_to_source(self, span: Span) -> Span:
        """The source range that a non-empty range of the clean text came from."""
        if span.end <= span.start:
            return Span(self.to_source(span.start), self.to_source(span.start))
        last = span.end - 1
        k = bisect_right(self._target_starts, last) - 1
        if k >= 0 and last < self._target_starts[k] + self._edits[k][2]:
            return Span(self.to_source(span.start), self._edits[k][1])
        return Span(self.to_source(span.start), self.to_source(last) + 1)

    def span_to_text(self, span: Span) -> Span:
        """The range of the clean text that is left of a source range."""
        return Span(self.to_text(span.start), self.to_text(span.end))
