"""Above the prose: widgets, page furniture, links to other articles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import regex

from cleankit.builtin._coded import CodedRule
from cleankit.builtin.context._evidence import content_words, head_lines, headline_like, info
from cleankit.document import Document
from cleankit.rule import Rule
from cleankit.spans import Edit, Span

__all__ = ["RULES", "furniture"]

_TEMPERATURE = regex.compile(r"[+\-−]?\d{1,3}(?:[.,]\d)?\s*(?:°\s*[CF]?|º\s*[CF]?|[CF]|℃|℉)")


def _weather(doc: Document) -> Iterable[Edit]:
    """A bare temperature above the prose, with the place of one to three words beneath it (or above, where none is beneath)."""
    lines = head_lines(doc)
    readings = [i for i in lines if _TEMPERATURE.fullmatch(doc.facts[i].bare)]
    if len(readings) != 1:  # several readings are a list that may be the content
        return
    i = readings[0]
    yield Edit(doc.visible(i), "", "a bare temperature above the first paragraph")
    place = i + 1
    if (
        place in lines
        and doc.facts[place].words <= 3
        and not doc.facts[place].terminal
        and not any(c.isdigit() for c in doc.facts[place].bare)
    ):
        yield Edit(doc.visible(place), "", "the place under a bare temperature, above the first paragraph")


_PICTURE = regex.compile(r"(?i)(?:picture|photo|image|avatar|profile picture) of (?P<name>\S.{1,40})")


def _avatar(doc: Document) -> Iterator[Edit]:
    """`Picture of X` and a line `X` next to it: the alternative text of an author's portrait, and the author."""
    for i in (*head_lines(doc), *range(doc.last_prose + 1, len(doc))):
        found = _PICTURE.fullmatch(doc.facts[i].bare)
        if not found:
            continue
        for k in (i + 1, i - 1):
            if 0 <= k < len(doc) and not doc.protected[k] and doc.facts[k].bare.casefold() == found["name"].casefold():
                yield Edit(
                    doc.visible(i),
                    "",
                    f"the portrait of “{found['name']}”, whose name stands next to it",
                    "byline",
                    None,
                )
                yield Edit(
                    doc.visible(k), "", f"the author's name, under “{doc.facts[i].bare}”", "byline", doc.visible(k)
                )
                break


def _head_link(doc: Document) -> Iterable[Edit]:
    """A second headline above the prose that has nothing to do with it: a link to the previous or next article."""
    if doc.options.get("unlabelled") == "off" or doc.first_prose < 2:
        return
    portraits = {doc.line_at(e.span.start) for e in _avatar(doc)}
    lines = [i for i in head_lines(doc) if i not in doc.removed and i not in portraits]
    if len(lines) < 2:
        return
    title, *others = lines
    candidates = [i for i in others if headline_like(doc.facts[i])]
    if len(candidates) != 1:
        return
    i = candidates[0]
    if doc.facts[i].bare.count(",") >= 2:  # a list of names
        return
    byline = any(k in doc.removed or k in portraits or doc.has_cue(k, "byline") for k in range(title + 1, i))
    if not byline and doc.options.get("unlabelled") != "aggressive":
        return
    own = content_words(doc.facts[i].bare)
    body = frozenset().union(*(content_words(doc.facts[k].text) for k in range(len(doc)) if doc.protected[k] and k != title))
    named = content_words(doc.facts[title].bare)
    if len(own) >= 2 and not own & (body | named) and len(named & body) >= max(2, len(named) / 3):
        reason = "a second headline above the first paragraph, after the byline, that shares no word with title or text"
        yield Edit(doc.visible(i), "", reason)


def furniture(doc: Document) -> frozenset[int]:
    """The lines above the text that the rules above take."""
    return frozenset(doc.line_at(e.span.start) for rule in (_weather, _avatar, _head_link) for e in rule(doc))


_DATELINE = regex.compile(r"\p{Lu}[\p{L}\p{M}.,'’ -]{1,40}(?:\([\p{Lu}\p{Ll}]{2,12}\)\s*)?[:—–-]\s*")
_CAPITALS = regex.compile(
    r"\p{Lu}[\p{Lu}.,'’ -]{2,40}(?:,\s*\p{L}[\p{L}. ]{1,12})?\s*(?:\([\p{L}]{2,12}\)\s*)?[:—–-]\s+(?=[\p{Lu}\"“„«])"
)


def _dateline(doc: Document) -> Iterable[Edit]:
    """With `keep_dateline=False`: the place at the start of the first paragraph, or on the line above it."""
    i = next((i for i, p in enumerate(doc.protected) if p and i not in doc.removed and i >= doc.first_prose), -1)
    if doc.options.get("keep_dateline") or i < 0 or not doc.shape.prosaic:
        return
    found = _CAPITALS.match(doc.facts[i].text)
    if found:
        yield Edit(Span(doc.starts[i], doc.starts[i] + found.end()), "", "the place that the report is from")
    if i and doc.facts[i - 1].words <= 4 and _DATELINE.fullmatch(doc.facts[i - 1].text):
        yield Edit(doc.visible(i - 1), "", "the place that the report is from")


RULES: tuple[Rule, ...] = (
    CodedRule(
        info("weather-widget", "A weather widget above the article", "The page's, not the article's.", 0.9), _weather
    ),
    CodedRule(info("avatar", "An author's portrait and name", "Alternative text of a picture.", 0.93), _avatar),
    CodedRule(
        info(
            "dateline",
            "The dateline",
            "Only where keep_dateline is off: it is part of the sentence.",
            0.8,
            reach="prose",
        ),
        _dateline,
    ),
    CodedRule(
        info(
            "head-link",
            "A link to another article above the text",
            "It was the link to the previous or next article.",
            0.8,
        ),
        _head_link,
    ),
)
