"""Two runs over the same texts: a join of their ledgers on the source, never a comparison of texts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cleankit.report._collect import _DEFAULTS, LONGEST, Doc, Figures, Item, Mark, Options, gather
from cleankit.result import Change, Result

__all__ = ["compare", "compare_docs", "differing"]


def compare(pairs: Iterable[tuple[Item, Item]], options: Options = _DEFAULTS) -> Figures:
    """Figures of what only one of two runs did. The marks of a text are those of side `a` or `b`; what both did is left out."""
    return gather(((compare_docs(a, b, options.longest), None) for a, b in pairs), options)


def compare_docs(a: Item, b: Item, longest: int = LONGEST) -> Doc:
    """One text with what only one run did. Raises ValueError where the sources differ."""
    source = a.result.source if a.result.source is not None else a.result.restore()
    other = b.result.source if b.result.source is not None else b.result.restore()
    if source != other:
        raise ValueError(f"{a.name}: the two runs had different texts")
    pieces: list[str | Mark] = []
    at = removed = 0
    sides = [(*d, side) for side, one, two in (("a", a.result, b.result), ("b", b.result, a.result)) for d in differing(one, two)]
    for start, end, change, side in sorted(sides, key=lambda p: p[:2]):
        text = source[start:end]
        if end > longest or start < at or not (text.strip() or change.after.strip()):
            continue
        lead, tail = start + len(text) - len(text.lstrip()), start + len(text.rstrip())
        lead, tail = (start, end) if lead >= tail else (lead, tail)
        pieces += [source[at:lead], Mark(change.rule, source[lead:tail], change.after.strip(), change.reason, change.confidence, change.also, side)]
        at = tail
        removed += end - start
    pieces.append(source[at:longest])
    notes = tuple(f"{side}: {flag}" for side, r in (("A", a.result), ("B", b.result)) for flag in r.flags)
    kept = tuple(p for p in pieces if p)
    return Doc(a.name, a.lang, "", kept, (), notes if a.result.flags != b.result.flags else (), len(source), removed, max(0, len(source) - longest))


def differing(one: Result, two: Result) -> Iterator[tuple[int, int, Change]]:
    """The stretches of the source (start, end) that one result changed and the other left, with the change they are of."""
    spans = [c.span for c in two.changes]
    k = 0
    for change in one.changes:
        at = change.span.start
        while k < len(spans) and spans[k].end <= at:
            k += 1
        j = k
        while j < len(spans) and spans[j].start < change.span.end:
            if spans[j].start > at:
                yield at, spans[j].start, change
            at = max(at, spans[j].end)
            j += 1
        if at < change.span.end:
            yield at, change.span.end, change
