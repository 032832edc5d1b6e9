"""The same words twice: standfirsts that repeat the lead, titles with the site's name, pull quotes, doubled paragraphs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cleankit.builtin._coded import CodedRule
from cleankit.builtin.context._evidence import head_lines, info
from cleankit.document import Document, fold_words
from cleankit.rule import Rule
from cleankit.shape import Shape
from cleankit.spans import Edit

__all__ = ["RULES"]

#: A repeated line of fewer words may be a refrain, a date, a row of a table.
_WORDS = 8
#: Copies of one paragraph this close are one paragraph shown twice.
CLOSE = 3


def _standfirst(doc: Document) -> Iterator[Edit]:
    """A standfirst that stands again, word for word, within the next lines: the later copy, which has the dateline, stays."""
    if not doc.options.get("dedupe_standfirst") or not doc.shape.prosaic:
        return
    first = doc.first_prose
    for i in range(max(0, first), min(len(doc), first + 3)):
        if not doc.protected[i] or doc.facts[i].words < _WORDS:
            continue
        end = doc.facts[i].text.rstrip()[-8:]
        for k in range(i + 1, min(len(doc), i + 6)):
            if not doc.facts[k].text.rstrip().endswith(end):
                continue
            text, later = fold_words(doc.facts[i].text), fold_words(doc.facts[k].text)
            if sum(f.text == doc.facts[k].text for f in doc.facts) > 2:
                continue  # a refrain
            if later == text or (later.endswith(text) and len(later) - len(text) <= 40):
                yield Edit(
                    doc.visible(i), "", "a standfirst that the text repeats word for word a few lines further down"
                )
                return


def _repeated(doc: Document) -> Iterable[Edit]:
    """A paragraph that stood before: the first copy stays."""
    if doc.shape not in (Shape.PROSE, Shape.QA, Shape.CHRONOLOGY):
        return
    texts = [f.text for f in doc.facts if f.words >= _WORDS]
    if len(set(texts)) == len(texts):
        return
    standfirst = {doc.line_at(e.span.start) for e in _standfirst(doc)}
    copies: dict[str, list[int]] = {}
    for i, facts in enumerate(doc.facts):
        if (
            facts.words >= _WORDS
            and doc.protected[i]
            and not facts.mark
            and i not in doc.removed
            and i not in standfirst
            and i not in doc.fenced
        ):
            copies.setdefault(facts.text, []).append(i)
    near = doc.options.get("dedupe_standfirst") is False
    # Three copies are a refrain or a response; so are two in one doc that has such.
    twice = {found[0]: found[1] for found in copies.values() if len(found) == 2}
    for first, again in twice.items():
        if near and again - first <= 6:
            continue
        if again and doc.facts[again - 1].text.rstrip().endswith((":", "：")):
            continue  # `carol said:`, and what she said
        # Further apart a paragraph may be meant to stand twice: human annotators keep both.
        if again - first <= CLOSE:
            yield Edit(doc.visible(again), "", "the same paragraph stands further up")


def _title(doc: Document) -> Iterable[Edit]:
    """The title once more above the text, with or without the site's name behind it."""
    lines = [i for i in head_lines(doc) if i not in doc.removed]
    for position, i in enumerate(lines):
        title = fold_words(doc.facts[i].bare)
        if doc.facts[i].words < 3:
            continue
        for k in lines[:position]:
            other = fold_words(doc.facts[k].bare)
            if other == title:
                yield Edit(doc.visible(i), "", "the title, which stands above already")
            elif other.startswith(title) and other[len(title) :].lstrip()[:1] in ("|", "-", "–", "—", "·", "«", ":"):
                yield Edit(
                    doc.visible(k),
                    "",
                    "the title with the site's name, above the title itself",
                    "title",
                    doc.visible(k),
                )
            elif (
                title.startswith(other)
                and doc.facts[k].words >= 3
                and title[len(other) :].lstrip()[:1] in ("|", "·", "«")
            ):
                yield Edit(doc.visible(i), "", "the title once more, with the site's name", "title", doc.visible(i))


RULES: tuple[Rule, ...] = (
    CodedRule(
        info(
            "repeated-standfirst",
            "A standfirst that repeats the lead",
            "Page layouts show the lead twice.",
            0.95,
            reach="prose",
            verbatim=True,
        ),
        _standfirst,
    ),
    CodedRule(
        info(
            "repeated-paragraph",
            "A paragraph that stands twice",
            "Page layouts show a text twice, folded and unfolded.",
            0.9,
            reach="prose",
            verbatim=True,
        ),
        _repeated,
    ),
    CodedRule(
        info("repeated-title", "The title more than once", "Browser title, breadcrumb and headline repeat it.", 0.9),
        _title,
    ),
)
