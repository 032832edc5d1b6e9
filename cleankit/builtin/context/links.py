"""Links to other articles in the flow of the text, told from lists and sub-headings by how they are worded."""

from __future__ import annotations

from collections.abc import Iterable

import regex

from cleankit.builtin._coded import CodedRule
from cleankit.builtin.context._evidence import content_words, info
from cleankit.document import Document
from cleankit.rule import Rule
from cleankit.spans import Edit

__all__ = ["RULES"]

# `Bauzinsen: Dieser Kurswechsel …`, `„Über manches irritiert“: Klingbeil …`: a topic, a colon, and a sentence that begins anew.
_KICKER = regex.compile(r"[\p{Lu}\p{Lo}\d\"„“«‚@][^:：.!?]{1,48}(?:[:：]\s+|：)[\"„“«‚»]?[\p{Lu}\p{Lo}\d]")
# What headlines have and the items of a list seldom do: quotations, questions, a second half behind a dash, a second colon.
_HEADLINE_MARK = regex.compile(r"[\"„“«‚”»]|[?？]|\s[–—|]\s|:\s[^:]*:\s|!")
_OPEN_END = (".", ";", ",", ":", "…", "。", "：", "।", "۔")
#: Share of an item's longer words that may stand in the paragraphs, on average.
_TAKEN_UP = 0.6


def _groups(doc: Document) -> Iterable[list[int]]:
    """Bulleted lines that follow one another, two and more, debris that rules take from between them apart."""
    group: list[int] = []
    for i in (*doc.surviving(), -1):
        if i >= 0 and doc.facts[i].mark == "bullet":
            group.append(i)
            continue
        if len(group) >= 2:
            yield group
        group = []


def _headline_list(doc: Document) -> Iterable[Edit]:
    """Bulleted headlines of other articles behind a paragraph that introduces no list.

    Most have a topic and a colon in front (`Baufinanzierung: Experte warnt vor teurem Fehler`), one at least has what only
    headlines have, none ends like a sentence or is a word or two, and the paragraphs take up few of their words.
    """
    if doc.options.get("unlabelled") == "off" or not doc.shape.prosaic or doc.first_prose < 0:
        return
    for group in _groups(doc):
        above = next((k for k in range(group[0] - 1, -1, -1) if k not in doc.removed), -1)
        if above < 0 or not doc.protected[above] or not doc.facts[above].terminal:
            continue
        facts = [doc.facts[i] for i in group]
        if any(doc.protected[i] for i in group) or any(not 4 <= f.words <= 20 or f.text.rstrip().endswith(_OPEN_END) for f in facts):
            continue
        topics = sum(_KICKER.match(f.bare) is not None for f in facts)
        if 2 * topics < len(group) or not any(_HEADLINE_MARK.search(f.bare) for f in facts):
            continue
        prose = frozenset().union(*(content_words(f.text) for f, p in zip(doc.facts, doc.protected, strict=True) if p))
        items = [content_words(f.bare) for f in facts]
        if sum(len(own & prose) / max(1, len(own)) for own in items) > _TAKEN_UP * len(items):
            continue
        reason = f"{topics} of {len(group)} bulleted headlines with a topic and a colon, behind a paragraph that introduces no list"
        for i in group:
            yield Edit(doc.visible(i), "", reason)


def _doubled(doc: Document) -> Iterable[Edit]:
    """A line of the same words twice, four and more: a picture's text and the headline beside it. Rows of tables repeat cells."""
    if not doc.shape.prosaic:
        return
    for i, f in enumerate(doc.facts):
        words = f.bare.split() if 8 <= f.words <= 40 and not doc.protected[i] and "\t" not in f.text and "|" not in f.text else []
        half = len(words) // 2
        if half >= 4 and 2 * half == len(words) and words[:half] == words[half:] and len(set(words)) >= 4:
            yield Edit(doc.visible(i), "", "the same words twice in one line: a picture's text and the headline of a link")


RULES: tuple[Rule, ...] = (
    CodedRule(
        info("headline-list", "Bulleted headlines of other articles in the flow of the text", "Links to other articles, without a label.", 0.85,
             misfires="A bulleted list of the article that nothing introduces, whose items have a topic, a colon and a quotation."),
        _headline_list,
    ),
    CodedRule(
        info("doubled-headline", "Headlines that stand twice in one line", "A link's picture text and its headline, run together.", 0.92,
             misfires="A chant that fills a line: the same four words twice."),
        _doubled,
    ),
)  # fmt: skip
