"""The body finder as a rule: what preset `page` does once, before all other rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from cleankit.builtin._coded import CodedRule
from cleankit.document import Document
from cleankit.rule import Rule, RuleInfo, Stage
from cleankit.spans import Edit, Span

__all__ = ["RULES"]


def _body(doc: Document) -> Iterable[Edit]:
    """Everything but the main text goes, run by run; lines that a fragmented text broke at its links are joined again.

    Reads nothing of the document but its text: what the other stages know of lines would cost more than the finding.
    """
    from cleankit.builtin.body import find_body

    found = find_body(doc.text.split("\n"))
    title = found.title()
    if title >= 0 and doc.options.get("keep_title"):
        found, title = found.keeping(title), -1
    runs = found.runs(apart=title)
    reasons = found.reasons(runs) if doc.explain else [""] * len(runs)
    at, end = found.lines.first, found.lines.last  # of what is visible of a line
    for (first, _), reason, span in zip(runs, reasons, _cuts(runs, found.lines.start.tolist(), found.lines.stop.tolist()), strict=True):
        if first == title:
            yield Edit(span, "", "the title: it goes to the metadata", "title", Span(int(at[title]), int(end[title])))
        else:
            yield Edit(span, "", f"not the main text: {reason}".rstrip(": "))
    for row in found.joins:
        yield Edit(Span(int(end[row]), int(at[row + 1])), " ", "a line broken at a link")


def _cuts(runs: Sequence[tuple[int, int]], start: Sequence[int], stop: Sequence[int]) -> Iterator[Span]:
    """The characters that go with each run of lines, disjoint. Of the gaps before and after a stretch of runs the wider one stays."""
    k, n = 0, len(start)
    while k < len(runs):
        j = k
        while j + 1 < len(runs) and runs[j + 1][0] == runs[j][1] + 1:
            j += 1
        i, last = runs[k][0], runs[j][1]
        forward = i == 0 or (last + 1 < n and start[i] - stop[i - 1] >= start[last + 1] - stop[last])
        for a, b in runs[k : j + 1]:
            yield Span(start[a], start[b + 1] if b + 1 < n else stop[b]) if forward else Span(stop[a - 1], stop[b])
        k = j + 1


RULES: tuple[Rule, ...] = (
    CodedRule(
        RuleInfo(
            "body/finder", "Everything that is not the main text of the page", Stage.BODY,
            why="Two thirds of the lines of a page are menus, teasers and forms.", confidence=0.8, reach="prose",
            misfires="A page of several short texts, of which it takes one for the main text.",
        ),
        _body,
    ),
)  # fmt: skip
