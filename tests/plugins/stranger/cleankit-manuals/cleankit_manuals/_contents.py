"""The list of a page's own headings, which generators put above or beside the text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

from cleankit import Document, Edit, Line, RuleInfo, Stage

__all__ = ["Contents"]

_HEADERS = frozenset({"on this page", "in this article", "in this topic", "table of contents"})
_MARKS = "\u00b6\u200b:# \t"  # what generators leave behind a heading


class Contents:
    """`On this page`, with the headings under it that all stand in the text once more, goes."""

    info = RuleInfo(
        id="page/contents",
        summary="The list of the page's own headings",
        stage=Stage.LINES,
        why="It repeats headings that stand in the text, and links to them.",
        confidence=0.92,
        langs=("en",),
        misfires="An author's own list with the header On this page; the headings it names stay.",
    )

    def propose(self, doc: Document) -> Iterable[Edit]:
        lines = [line for line in doc.lines if not line.protected]
        times = Counter(map(_label, lines))
        for k, line in enumerate(lines):
            if _label(line) in _HEADERS:
                entries = _entries(lines[k:], times)
                if len(entries) >= 2:
                    yield Edit(line.span, reason=f"header of a list of {len(entries)} headings of this text")
                    for entry in entries:
                        yield Edit(entry.span, reason="a heading of this text, in the list of them")


def _entries(lines: list[Line], times: Counter[str]) -> list[Line]:
    """The lines below a header, down to the first that does not stand elsewhere too."""
    found: list[Line] = []
    labels: set[str] = set()
    for above, line in pairwise(lines):
        label = _label(line)
        if line.index != above.index + 1 or times[label] < 2 or label in labels:
            break
        found.append(line)
        labels.add(label)
    return found


def _label(line: Line) -> str:
    return line.bare.strip(_MARKS).casefold()
