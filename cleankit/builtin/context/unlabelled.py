"""Debris without a label: stray headlines, section names, teasers, promo lines, told by all the evidence at once.

A small network (`_weigher`) weighs each candidate's shape, its place, its neighbours, what the rules said of it and of
them, how its words recur in the text. Protected prose is no candidate, nor is what `_structure` finds to be the text's own; it
acts only in texts that prose carries, and only where it is sure. `bench/train_unlabelled.py` makes its weights.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

import regex

from cleankit.builtin._coded import CodedRule
from cleankit.builtin.context._evidence import info
from cleankit.builtin.context._structure import sub_headings, title_lines
from cleankit.builtin.context._traits import hashed, traits
from cleankit.document import Document
from cleankit.rule import Rule
from cleankit.shape import Shape
from cleankit.spans import Edit

if TYPE_CHECKING:
    from cleankit.builtin.context._weigher import Floats, Weigher

__all__ = ["RULES", "candidates", "evidence"]

#: Probability of being debris from which a line goes, set on pages of other sites than those trained on.
SURE = {"evidence": 0.97, "aggressive": 0.8}
#: Longer lines are not candidates: too much would go at once.
LONGEST = 40.0
#: From so many words on a line without an end may go on in the next.
LINE = 8.0


_CODE = re.compile(r"\w\[\w+\]|\w\([^\s()]*\)|::|->|=>|[{}]")  # a signature, a call, a template
_REFERENCE = re.compile(r"\s*\[\d{1,3}\]\s")  # an entry of a list of sources


#: A sentence ends and another begins: a piece of a paragraph, whatever its shape.
_SENTENCES = regex.compile(r"\p{L}[\p{L}\p{M}]{2,}[.!?…][\"'”’»)]*\s+[\"'“‘«(]?\p{L}[\p{L}\p{M}]*\s+\p{L}|[。！？।॥؟۔]\s*\p{L}")


def candidates(doc: Document) -> list[int]:
    """Lines that may be unlabelled debris: unprotected, not gone yet, not the title, short, and in a text of prose."""
    if doc.shape not in (Shape.PROSE, Shape.QA) or sum(doc.protected) < 3:
        return []
    wanted = [cue for cue in ("date", "byline", "credit") if doc.options.get(f"keep_{cue}")]
    open_to_doubt = [
        i for i, f in enumerate(doc.facts)
        if not doc.protected[i] and i not in doc.removed and f.words <= LONGEST and f.mark not in ("table", "fence")
        and not doc.has_cue(i, "kept", *wanted) and i not in doc.wraps and i - 1 not in doc.wraps and not _goes_on(doc, i)
        and not _REFERENCE.match(f.text) and not _CODE.search(f.bare) and not _SENTENCES.search(f.bare)
    ]  # fmt: skip
    if not open_to_doubt:
        return []
    own = title_lines(doc) | sub_headings(doc)
    return [i for i in open_to_doubt if i not in own]


def _goes_on(doc: Document, i: int) -> bool:
    """Whether a line is a part of something longer: in lower case the end of a sentence or an item of a list; both parts of
    a sentence that a longer line begins and the next ends; what goes on in lower case in a paragraph right below, or below one line more; in a
    wrapped text whatever stands close to other lines, or next to one that goes, which may have torn it off."""
    f = doc.facts[i]
    if f.terminal and i and not doc.blank_before(i) and doc.facts[i - 1].words >= LINE and not doc.facts[i - 1].terminal and i - 1 not in doc.removed:
        return True
    if f.bare[:1].islower() and (f.terminal or f.mark in ("bullet", "number")):
        return True
    for k in range(i + 1, min(i + 3, len(doc))):
        below = doc.facts[k]
        if f.terminal or doc.blank_before(k):
            break
        if doc.protected[k] and below.bare[:1].islower():
            return True
        if k == i + 1 and f.words >= LINE > below.words and below.terminal and not below.bare[:1].isupper():
            return True
    return bool(doc.wraps) and not (
        doc.blank_before(i) and (i + 1 == len(doc) or doc.blank_before(i + 1)) and doc.removed.isdisjoint((i - 1, i + 1))
    )  # fmt: skip


def evidence(doc: Document, chosen: Sequence[int]) -> tuple[Floats, list[list[list[int]]]]:
    """The chosen lines as the network sees them: their traits, and the words of each, of the line above and of the line below."""
    n = len(doc)
    words = [
        [hashed(doc.facts[k]) if 0 <= k < n and not doc.protected[k] else [] for k in (i + offset for i in chosen)] for offset in (0, -1, 1)
    ]  # fmt: skip
    return traits(doc, chosen), words


@lru_cache(maxsize=1)
def _weigher() -> Weigher:
    from cleankit.builtin.context._weigher import Weigher

    return Weigher.load(files(__package__) / "unlabelled.npz")


def debris_probability(doc: Document, chosen: Sequence[int]) -> dict[int, float]:
    """How likely each chosen line is debris."""
    if not chosen:
        return {}
    return dict(zip(chosen, _weigher().debris(*evidence(doc, chosen), chosen).tolist(), strict=True))


def _unlabelled(doc: Document) -> Iterable[Edit]:
    sure = SURE.get(str(doc.options.get("unlabelled")))
    if sure is None:
        return
    for i, p in debris_probability(doc, candidates(doc)).items():
        if p >= sure:
            yield Edit(doc.visible(i), "", f"{describe(doc, i)} ({p:.0%} sure)")


def describe(doc: Document, i: int) -> str:
    """The evidence against a line, in words."""
    facts = doc.facts[i]
    parts = [
        "a short label"
        if facts.words <= 3
        else "a headline"
        if not facts.terminal and facts.words <= 16
        else "a short line"
    ]
    if not facts.terminal:
        parts.append("no sentence end")
    if i < doc.first_prose:
        parts.append("above the first paragraph")
    elif i > doc.last_prose:
        parts.append("after the last paragraph")
    else:
        parts.append("between paragraphs")
    around = [k for k in (i - 1, i + 1) if 0 <= k < len(doc) and k in doc.removed]
    if around:
        parts.append("next to a removed line" if len(around) == 1 else "between removed lines")
    cues = sorted({c.kind for c in doc.cues.get(i, ())})
    if cues:
        parts.append("marked as " + ", ".join(cues))
    if facts.mark:
        parts.append(f"with a {facts.mark} mark")
    return ", ".join(parts)


RULES: tuple[Rule, ...] = (
    CodedRule(
        info("unlabelled", "Debris without a label: headlines, section names, teasers", "Links and labels that an extractor left in the flow of the text.",
             0.8, misfires="A sub-heading, a caption or a list item in a text that otherwise has none."),
        _unlabelled,
    ),
)  # fmt: skip
