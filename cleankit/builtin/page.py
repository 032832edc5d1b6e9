"""The body finder as a rule: what preset `page` does once, before all other rules."""

from __future__ import annotations

from collections.abc import Iterable

from cleankit.builtin._coded import CodedRule
from cleankit.builtin.context._evidence import content_words
from cleankit.document import Document
from cleankit.rule import Rule, RuleInfo, Stage
from cleankit.spans import Edit, Span

__all__ = ["RULES"]


def _body(doc: Document) -> Iterable[Edit]:
    """Everything but the main text goes; lines that a fragmented text broke at its links are joined again."""
    from cleankit.builtin.body import find_body

    if not len(doc):
        return
    lines = doc.text.split("\n")
    starts = _starts(lines)
    number = {start: k for k, start in enumerate(starts)}
    place = [number[start] for start in doc.starts]  # number, among all lines, of each line that is not blank
    found = find_body(lines)
    removed = frozenset(i for i, k in enumerate(place) if not found.keep[k])
    if len(removed) == len(doc):
        return
    title = _title(doc, removed)
    if doc.options.get("keep_title"):
        removed -= {title}
    evidence = found.evidence if doc.explain else {}
    for i, start, end in doc.cuts(removed):
        if i == title:
            yield Edit(Span(start, end), "", "the title: it goes to the metadata", "title", doc.visible(i))
            continue
        yield Edit(Span(start, end), "", f"not the main text: {evidence.get(place[i], '')}".rstrip(": "))
    index = {k: i for i, k in enumerate(place)}
    for k in found.joins:
        i = index.get(k, -1)
        if i >= 0 and i + 1 < len(doc) and i not in removed and i + 1 not in removed:
            yield Edit(Span(doc.visible(i).end, doc.visible(i + 1).start), " ", "a line broken at a link")


def _title(doc: Document, removed: frozenset[int]) -> int:
    """The line above the main text that is most likely its title, or -1: the last of those that share most words with it."""
    first = next((i for i in range(len(doc)) if i not in removed and doc.protected[i]), -1)
    body = frozenset().union(*(content_words(doc.facts[i].text) for i in range(len(doc)) if i not in removed))
    best, shared = -1, 1
    for i in range(max(0, first)):
        f = doc.facts[i]
        if i in removed and 2 <= f.words <= 25 and len(content_words(f.bare) & body) >= max(shared, len(content_words(f.bare)) / 2):
            best, shared = i, len(content_words(f.bare) & body)
    return best


def _starts(lines: list[str]) -> list[int]:
    at, out = 0, []
    for line in lines:
        out.append(at)
        at += len(line) + 1
    return out


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
