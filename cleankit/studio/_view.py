"""A result as the browser draws it: lines of ready-cut stretches, so that nobody there counts characters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from cleankit.report import Mark, differing, read_doc
from cleankit.result import Result
from cleankit.rule import META_FIELDS

__all__ = ["LONGEST", "view"]

#: Characters of a text that are drawn.
LONGEST = 200_000
#: Refusals that are told.
MOST_VETOES = 100


def view(result: Result, base: Result | None = None) -> dict[str, Any]:
    """What is drawn of a result. With `base`, the result of the rules as they were, marks say whether they are new."""
    doc = read_doc("", result, longest=LONGEST)
    new = [(start, end) for start, end, _ in differing(result, base)] if base is not None else []
    source = result.source or ""
    spared = [source[start:end] for start, end, _ in differing(base, result)] if base is not None else []
    lines, marks = _lines(doc.pieces, new)
    return {
        "lines": lines, "marks": marks, "clean": result.text[:LONGEST], "size": doc.size, "removed": doc.removed, "cut": doc.cut,
        "layout": sum(1 for c in result.changes if not (c.before.strip() or c.after.strip())),
        "new": sum(1 for m in marks if m["new"]), "spared": [s.strip() for s in spared if s.strip()][:50],
        "vetoes": [{"rule": v.rule, "reason": v.reason, "text": v.text} for v in result.vetoes[:MOST_VETOES]],
        "faults": [{"rule": f.rule, "message": f.message} for f in result.faults],
        "flags": list(result.flags),
        "meta": [[name, m.text] for name in META_FIELDS for m in getattr(result.meta, name)],
    }  # fmt: skip


def _lines(pieces: Sequence[str | Mark], new: Sequence[tuple[int, int]]) -> tuple[list[list[Any]], list[dict[str, Any]]]:
    """Lines, each a list of strings that stay and pairs `[number of the mark, text]`; and the marks.

    What a mark puts in the place of a stretch is told with the mark and drawn behind its last piece.
    """
    lines: list[list[Any]] = [[]]
    marks: list[dict[str, Any]] = []
    at = 0
    for piece in pieces:
        text = piece.before if isinstance(piece, Mark) else piece
        if isinstance(piece, Mark):
            fresh = any(start < at + len(text) and at < end for start, end in new) or (not text and any(start <= at <= end for start, end in new))
            marks.append({
                "rule": piece.rule, "reason": piece.reason, "confidence": piece.confidence, "also": list(piece.also),
                "before": piece.before, "after": piece.after, "new": fresh, "line": len(lines) - 1,
            })  # fmt: skip
        for k, part in enumerate(text.split("\n")):
            if k:
                lines.append([])
            if isinstance(piece, Mark) and (part or not text):
                lines[-1].append([len(marks) - 1, part])
            elif part:
                lines[-1].append(part)
        at += len(text)
    return lines, marks


def line_texts(lines: Sequence[Sequence[Any]]) -> Iterator[str]:
    """The source's lines, from what is drawn."""
    for line in lines:
        yield "".join(s if isinstance(s, str) else s[1] for s in line)
