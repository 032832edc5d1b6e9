"""Layout: wraps joined, paragraphs parted by one blank line, no white space that nobody sees."""

from __future__ import annotations

from collections.abc import Iterable

import regex

from cleankit.builtin._coded import CodedRule
from cleankit.document import Document
from cleankit.rule import Rule, RuleInfo, Stage
from cleankit.shape import Shape
from cleankit.spans import Edit, Span

__all__ = ["RULES"]

_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}，。、！？：；“”（）「」]")


def _open_gaps(doc: Document) -> Iterable[int]:
    """Lines that stay and whose next line stays: the gap between them is nobody else's."""
    last = len(doc.facts) - 1
    if not doc.removed:
        return range(last)
    return (i for i in range(last) if i not in doc.removed and i + 1 not in doc.removed)


def _wraps(doc: Document) -> Iterable[Edit]:
    for i in sorted(doc.wraps):
        if i in doc.removed or i + 1 in doc.removed or i in doc.cues or i + 1 in doc.cues:
            continue
        start, end = doc.visible(i).end, doc.visible(i + 1).start
        if doc.text[start - 1] == "-" and doc.text[start - 2 : start - 1].isalpha():
            continue  # a word broken or a compound: only evidence could tell
        tight = _UNSPACED.match(doc.text[start - 1]) and _UNSPACED.match(doc.text[end])
        yield Edit(Span(start, end), "" if tight else " ", "the sentence goes on in the next line")


def _paragraph_breaks(doc: Document) -> Iterable[Edit]:
    """Paragraphs that follow each other line by line, as many extractors write them."""
    if not doc.shape.prosaic:
        return
    by_lines = doc.shape is Shape.PROSE and "\n\n" not in doc.text.strip("\n")  # no blank line at all: every line is a paragraph
    for i in _open_gaps(doc):
        if doc.starts[i + 1] - doc.end(i) != 1:
            continue
        beside = doc.protected[i] or doc.protected[i + 1]
        title = i == 0 and doc.facts[0].words >= 3 and doc.protected[1] and not doc.protected[0]
        if i in doc.wraps or not (beside if by_lines or title else doc.protected[i] and doc.protected[i + 1]):
            continue
        a, b = doc.facts[i], doc.facts[i + 1]
        if a.mark or b.mark or a.text.rstrip().endswith((":", "：", "—")) or not (a.terminal or ((by_lines or title) and not doc.protected[i])):
            continue
        end = doc.end(i)
        yield Edit(Span(end, end + 1), "\n\n", "a paragraph ends here")


_LONE_DATELINE = regex.compile(r"\p{Lu}[\p{L}\p{M}.,'’ -]{1,40}(?:\(\p{L}{2,12}\)\s*)?[:—–]")


def _dateline(doc: Document) -> Iterable[Edit]:
    """`Islamabad:` on a line of its own above the first paragraph: it is that paragraph's beginning."""
    first = next((i for i, p in enumerate(doc.protected) if p and i not in doc.removed and i >= doc.first_prose), 0)
    i = first - 1
    if i < 0 or i in doc.removed or not doc.shape.prosaic or doc.facts[i].words > 4 or not doc.options.get("keep_dateline"):
        return
    if _LONE_DATELINE.fullmatch(doc.facts[i].text.strip()) and doc.starts[first] == doc.end(i) + 1:
        yield Edit(Span(doc.visible(i).end, doc.visible(first).start), " ", "a dateline belongs to its paragraph")


def _blanks(doc: Document) -> Iterable[Edit]:
    """Blank lines beyond one, white space at line ends and around the text, a line break at the end."""
    text = doc.text
    if not doc.facts or not doc.ragged:
        return
    first = doc.starts[0]
    if first:
        yield Edit(Span(0, first), "", "blank lines before the text")
    code = doc.shape is Shape.CODE
    for i in _open_gaps(doc):
        start, end = doc.visible(i).end, doc.starts[i + 1]
        breaks = text.count("\n", start, end)
        wanted = "\n" * (breaks if code else min(breaks, 2))
        if i in doc.wraps or text[start:end] == wanted or (breaks == 1 and doc.end(i) == start):
            continue
        yield Edit(Span(start, end), wanted, "blank lines or white space that nobody sees")
    last = len(doc.facts) - 1
    if last not in doc.removed:
        end = doc.visible(last).end
        if text[end:] != "\n":
            yield Edit(Span(end, len(text)), "\n", "one line break ends a text")


def _space_before_quote(doc: Document) -> Iterable[Edit]:
    """A space between a full stop and the closing quote after it, where the quotes of the paragraph pair up so."""
    at = doc.text.find(" ”")
    while at > 0:
        start = at
        while start and doc.text[start - 1] == " ":
            start -= 1
        if start and doc.text[start - 1] in ".!?,…" and doc.text[at + 2 : at + 3] in ("", "\n", " "):
            yield Edit(Span(start, at + 1), "", "a space before a closing quote")
        at = doc.text.find(" ”", at + 2)


def _info(name: str, summary: str, why: str) -> RuleInfo:
    return RuleInfo(name, summary, Stage.NORMALIZE, why, confidence=0.9, reach="prose", level=1)


RULES: tuple[Rule, ...] = (
    CodedRule(_info("layout/wrap", "Hard wraps inside a paragraph", "A line break in a sentence is no paragraph's end."), _wraps),
    CodedRule(_info("layout/dateline", "A dateline parted from its paragraph", "The place begins the first sentence."), _dateline),
    CodedRule(_info("layout/paragraph-break", "Paragraphs without a blank line between", "One blank line parts paragraphs."), _paragraph_breaks),
    CodedRule(_info("layout/blank-line", "Blank lines and white space beyond need", "One blank line parts paragraphs."), _blanks),
    CodedRule(_info("typography/space-before-quote", "A space before a closing quote", "It belongs to no typography."), _space_before_quote),
)
