"""Headlines of other articles in the flow of the text, told from sub-headings by evidence."""

from __future__ import annotations

from collections.abc import Iterable

import regex

from cleankit.builtin._coded import CodedRule
from cleankit.builtin.context._evidence import content_words, headline_like, info, inner_lines
from cleankit.document import Document
from cleankit.rule import Rule
from cleankit.shape import Shape
from cleankit.spans import Edit

__all__ = ["RULES"]

# A paragraph that begins so goes on with what the one before said; after a sub-heading people begin anew. Pronouns that may
# stand for nobody (`it is important`, `es ist`, `il y a`) say no such thing, nor do words that are something else elsewhere (`de`, `on`).
_GOES_ON = regex.compile(
    r"[\"'“„«]?(?i:she|he|they|his|her|their|sie|er|elle|ils|elles|él|ella|ellos|ele|ela|eles|egli|lui|lei|loro|hij|zij|ze|hun"
    r"|hon|han|hän|ona|oni|он|она|они|він|вона|вони|onlar|αυτός|αυτή)\s+(?!\p{Lu})\p{L}+"
)


def _stray_headline(doc: Document) -> Iterable[Edit]:
    """The one headline-like line inside the text, where the text goes on over it and its words are the title's."""
    mode = doc.options.get("unlabelled")
    if mode == "off" or doc.shape is not Shape.PROSE or sum(doc.protected) < 4:
        return
    headlines = [i for i in inner_lines(doc) if headline_like(doc.facts[i])]
    others = [i for i in inner_lines(doc) if i not in headlines and doc.facts[i].words <= 16]
    if len(headlines) != 1 or others:
        return
    i = headlines[0]
    if not (doc.protected[i - 1] and doc.protected[i + 1] and doc.facts[i - 1].terminal):
        return
    goes_on = _GOES_ON.match(doc.facts[i + 1].text)
    own = content_words(doc.facts[i].bare) | {
        t for t in doc.facts[i].bare.casefold().split() if any(c in "-–" for c in t)
    }
    title = doc.title
    shared = own & (content_words(title) | set(title.casefold().split()))
    if (goes_on and shared) or (mode == "aggressive" and (goes_on or shared)):
        evidence = ["the only headline-like line in the text"]
        if goes_on:
            evidence.append(f"the next paragraph goes on with the one before (“{goes_on.group().strip()} …”)")
        if shared:
            evidence.append(f"it repeats the title's “{min(shared)}”")
        yield Edit(doc.visible(i), "", "; ".join(evidence))


def _capitals(doc: Document) -> Iterable[Edit]:
    """Headlines all in capitals between paragraphs that are not: links that some sites set so. One to three of them, long ones."""
    if doc.options.get("unlabelled") == "off" or doc.shape is not Shape.PROSE or doc.facts[0].bare.isupper():
        return
    found = [i for i in inner_lines(doc) if doc.facts[i].bare.isupper() and not doc.facts[i].mark]
    if not 1 <= len(found) <= 3 or any(doc.facts[i].words < 6 or doc.facts[i].terminal for i in found):
        return  # several, or short ones, are sub-headings
    for i in found:
        if doc.protected[i - 1] and doc.facts[i - 1].terminal and doc.protected[i + 1] and not doc.facts[i].bare.startswith(("“", '"', "„", "«")):
            yield Edit(doc.visible(i), "", f"{doc.facts[i].words:.0f} words in capitals, no sentence end, between paragraphs that are not")


RULES: tuple[Rule, ...] = (
    CodedRule(
        info("stray-headline", "A headline of another article in the flow of the text", "A link to a related article, without a label.", 0.75,
             misfires="A lone sub-heading above a paragraph that begins with a pronoun and whose words are the title's."),
        _stray_headline,
    ),
    CodedRule(
        info("capital-headline", "A headline in capitals in the flow of the text", "A link to another article, set in capitals.", 0.8,
             misfires="A sign or a telegram that the text quotes in capitals."),
        _capitals,
    ),
)  # fmt: skip
