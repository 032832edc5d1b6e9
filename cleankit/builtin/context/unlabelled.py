"""Debris without a label: stray headlines, section names, teasers, promo lines, told by all the evidence at once.

A small network over the lines (`cleankit.linenet`) weighs each unprotected line's shape, its place, its neighbours, what
the rules said of it and of them, how its words recur in the text. It never sees protected prose as a candidate, and it acts
only in texts that prose carries, and only where it is sure. `bench/train_unlabelled.py` makes its weights.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise, zip_longest
from typing import TYPE_CHECKING, Any

import regex

from cleankit.builtin._coded import CodedRule
from cleankit.builtin.context._evidence import content_words, headline_like, info
from cleankit.document import Document
from cleankit.rule import CUES, Rule
from cleankit.shape import Shape
from cleankit.spans import Edit

if TYPE_CHECKING:
    from cleankit.document import LineFacts
    from cleankit.features import Floats, Lines
    from cleankit.linenet import LineNet

__all__ = ["COLUMNS", "RULES", "candidates", "evidence"]

_MARKS = ("bullet", "number", "heading", "quote", "table", "image", "rule")
#: The columns beside those of `cleankit.features.FEATURES`.
COLUMNS: tuple[str, ...] = (
    *(f"cue_{c}" for c in CUES), *(f"mark_{m}" for m in _MARKS), "protected", "removed", "candidate", "above_prose", "below_prose",
    "removed_before", "removed_after", "removed_nearby", "cued_before", "cued_after", "removed_share", "candidates", "title_case",
    "only_headline", "prose_before", "prose_after", "lines_to_prose_end",
)  # fmt: skip

#: Probability of being debris from which a line goes, set on pages of other sites than those trained on.
SURE = {"evidence": 0.96, "aggressive": 0.8}
#: Longer lines are not candidates: too much would go at once.
LONGEST = 40.0


_REFERENCE = re.compile(r"\s*\[\d{1,3}\]\s")  # an entry of a list of sources


#: A sentence ends and another begins: a piece of a paragraph, whatever its shape.
_SENTENCES = regex.compile(r"\p{L}[\p{L}\p{M}]{2,}[.!?…][\"'”’»)]*\s+[\"'“‘«(]?\p{L}[\p{L}\p{M}]*\s+\p{L}|[。！？।॥؟۔]\s*\p{L}")


_ASKS = re.compile(r"[?!？！؟…‽]\W*$")


def _is_statement(f: LineFacts) -> bool:
    """Whether a line ends in a full stop; titles end in question and exclamation marks at most."""
    return f.terminal and not _ASKS.search(f.text)


def candidates(doc: Document) -> list[int]:
    """Lines that may be unlabelled debris: unprotected, not gone yet, not the title, short, and in a text of prose."""
    if doc.shape not in (Shape.PROSE, Shape.QA) or sum(doc.protected) < 3:
        return []
    titles = title_lines(doc)
    own = sub_headings(doc)
    wanted = [cue for cue in ("date", "byline", "credit") if doc.options.get(f"keep_{cue}")]
    return [
        i for i, f in enumerate(doc.facts)
        if not doc.protected[i] and i not in doc.removed and i not in titles and f.words <= LONGEST and f.mark not in ("table", "fence")
        and i not in own and not doc.has_cue(i, "kept", *wanted) and not _REFERENCE.match(f.text)
        and i not in doc.wraps and i - 1 not in doc.wraps and not _SENTENCES.search(f.bare) and not (f.terminal and f.bare[:1].islower())
    ]  # fmt: skip


def title_lines(doc: Document) -> frozenset[int]:
    """The line above the prose that is most likely the title: the one whose words come back most in the text.

    Where several have as good a claim, none of them is a candidate. A sentence takes no other line's claim: it may lead in
    the text, titles hardly end in a full stop.
    """
    first = max(doc.first_prose, 0)  # the first that stays: a notice above the title may look like prose
    if first in doc.removed:
        first = next((i for i in doc.surviving() if doc.protected[i]), 0)
    head = [
        i for i in range(first if doc.shape.prosaic else 0)
        if i not in doc.removed and not doc.protected[i] and 2 <= doc.facts[i].words <= 30 and doc.facts[i].mark in ("", "heading")
    ]  # fmt: skip
    if len(head) < 2:
        return frozenset(head or [next(doc.surviving(), -1)])
    prose = frozenset().union(*(content_words(doc.facts[i].text) for i in range(len(doc)) if doc.protected[i]))
    claims = {i: (len(content_words(doc.facts[i].bare) & prose), doc.facts[i].words >= 3) for i in head}
    rivals = [i for i in head if not _is_statement(doc.facts[i])] or head
    best, best_rival = max(claims.values()), max(claims[i] for i in rivals)
    return frozenset(i for i in head if claims[i] == best or (i in rivals and claims[i] == best_rival))


def evidence(doc: Document, chosen: Iterable[int]) -> tuple[Lines, Floats, list[int]]:
    """The document as the network sees it: its encoded lines, the matrix of all columns, and the line of each row."""
    import numpy as np

    from cleankit.features import encode

    texts: list[str] = []
    line_of: list[int] = []
    for i, facts in enumerate(doc.facts):
        if i and doc.blank_before(i):
            texts.append("")
            line_of.append(-1)
        texts.append(facts.text)
        line_of.append(i)
    encoded = encode(texts)
    rows = [line_of[k] for k in encoded.rows.tolist()]
    n = len(rows)
    extra = np.zeros((n, len(COLUMNS)), np.float32)
    column = {name: k for k, name in enumerate(COLUMNS)}
    among = set(chosen)
    removed = np.zeros(n, np.float32)
    cued = np.zeros(n, np.float32)
    first, last = doc.first_prose, doc.last_prose
    headlines = 0
    for r, i in enumerate(rows):
        facts = doc.facts[i]
        for cue in doc.cues.get(i, ()):
            if cue.kind in CUES:
                extra[r, column[f"cue_{cue.kind}"]] = cue.weight
                cued[r] = 1
        if facts.mark in _MARKS:
            extra[r, column[f"mark_{facts.mark}"]] = 1
        if doc.protected[i]:
            extra[r, column["protected"]] = 1
        if i in doc.removed:
            removed[r] = 1
        if i in among:
            extra[r, column["candidate"]] = 1
            headlines += first < i < last
        if i < first:
            extra[r, column["above_prose"]] = 1
        elif i > last:
            extra[r, column["below_prose"]] = 1
        if facts.upper > 1 and facts.upper >= 0.7 * (facts.upper + facts.lower):
            extra[r, column["title_case"]] = 1
    kept = extra[:, column["protected"]] * (1 - removed)
    extra[:, column["removed"]] = removed
    extra[1:, column["removed_before"]] = removed[:-1]
    extra[:-1, column["removed_after"]] = removed[1:]
    extra[1:, column["cued_before"]] = cued[:-1]
    extra[:-1, column["cued_after"]] = cued[1:]
    extra[1:, column["prose_before"]] = kept[:-1]
    extra[:-1, column["prose_after"]] = kept[1:]
    total = np.concatenate(([0.0], np.cumsum(removed)))
    at = np.arange(n)
    extra[:, column["removed_nearby"]] = total[np.minimum(n, at + 4)] - total[np.maximum(0, at - 3)]
    extra[:, column["removed_share"]] = removed.mean() if n else 0
    extra[:, column["candidates"]] = np.log1p(len(among))
    extra[:, column["only_headline"]] = float(headlines == 1)
    extra[:, column["lines_to_prose_end"]] = np.clip(at - last, -10, 10) / 10
    return encoded, np.concatenate((encoded.matrix, extra), axis=1), rows


@lru_cache(maxsize=1)
def _net() -> LineNet:
    from cleankit.linenet import LineNet

    return LineNet.load(files(__package__) / "unlabelled.npz")


def debris_probability(doc: Document, chosen: list[int]) -> dict[int, float]:
    """How likely each chosen line is debris."""
    encoded, matrix, rows = evidence(doc, chosen)
    keep: Any = _net().predict(matrix, encoded.tokens, encoded.token_line)
    among = set(chosen)
    return {i: 1 - float(p) for i, p in zip(rows, keep, strict=True) if i in among}


def _unlabelled(doc: Document) -> Iterable[Edit]:
    mode = str(doc.options.get("unlabelled"))
    if mode not in SURE:
        return
    chosen = candidates(doc)
    if not chosen:
        return
    for i, p in debris_probability(doc, chosen).items():
        if p >= SURE[mode]:
            yield Edit(doc.visible(i), "", f"{describe(doc, i)} ({p:.0%} sure)")


def sub_headings(doc: Document) -> frozenset[int]:
    """Lines that the text's own structure bears out, debris that rules take from between them apart.

    Short lines with prose right above and right below, where the text has three of them or more (right above the third and
    further ones there may be another line); headings of a level that comes back, down to the last paragraph; questions with
    an answer beneath; lines of blocks. Two copies of a line are no headings. Where something that may be a heading stands above
    each paragraph but the first, all that may be one is.
    """
    left = list(doc.surviving())
    between = _single(doc, [
        i for above, i, below in zip(left, left[1:], left[2:], strict=False)
        if not doc.protected[i] and doc.facts[i].words <= 16 and doc.protected[above] and doc.protected[below]
    ])
    nearly = _single(doc, [  # a line of something else stands between the heading and the paragraph above it
        i for first, above, i, below in zip(left, left[1:], left[2:], left[3:], strict=False)
        if headline_like(doc.facts[i]) and not doc.protected[i] and doc.protected[first] and not doc.protected[above] and doc.protected[below]
    ])
    single = between + nearly if sum(headline_like(doc.facts[i]) for i in between) >= 2 else between
    asked = [i for i, below in pairwise(left) if not doc.protected[i] and doc.facts[i].text.rstrip()[-1:] in "?？؟" and doc.protected[below]]
    own = (single if len(single) >= 3 else []) + (asked if len(asked) >= 3 else [])
    return frozenset(own) | _marked_headings(doc, left) | _blocks(doc, left) | _readings(doc, left) | _introductions(doc) | _throughout(doc, left)


def _single(doc: Document, lines: list[int]) -> list[int]:
    """The lines whose text none of the others has."""
    texts = Counter(doc.facts[i].bare for i in lines)
    return [i for i in lines if texts[doc.facts[i].bare] == 1]


def _throughout(doc: Document, left: list[int]) -> set[int]:
    """What may be a heading, where something that may stands between all paragraphs, three times and more: which of it is one is not to be told."""
    at = [k for k, i in enumerate(left) if doc.protected[i]]
    able = set(_single(doc, [i for i in left if _may_head(doc, i)]))
    gaps = [able.intersection(left[k + 1 : m]) for k, m in pairwise(at)]
    return set().union(*gaps) if len(gaps) >= 3 and all(gaps) else set()


def _may_head(doc: Document, i: int) -> bool:
    f = doc.facts[i]
    return f.words <= 16 and not f.terminal and not f.mark and not doc.cues.get(i)


def _introductions(doc: Document) -> set[int]:
    """Lines with a colon right above a paragraph: datelines, and what introduces it."""
    return {
        i for i in range(len(doc) - 1)
        if doc.facts[i].text.rstrip()[-1:] in (":", "：") and doc.protected[i + 1] and not doc.blank_before(i + 1)
    }  # fmt: skip


_READING = re.compile(r"[+\-−]?\d+(?:[.,]\d+)?\s*(?:°\s*[CF]?|[CF]|%|mm|cm|m|km/h|hPa)")


def _readings(doc: Document, left: list[int]) -> set[int]:
    """Bare measurements, three and more, and the short lines beside them that say of what."""
    at = [k for k, i in enumerate(left) if _READING.fullmatch(doc.facts[i].bare)]
    if len(at) < 3:
        return set()
    return {left[k] for m in at for k in (m - 1, m, m + 1) if 0 <= k < len(left) and not doc.protected[left[k]]}


def _marked_headings(doc: Document, left: list[int]) -> set[int]:
    """Markdown headings above the last paragraph, of a level that the text has three of or more."""
    levels: dict[str, list[int]] = {}
    for i in left:
        if doc.facts[i].mark == "heading" and i < doc.last_prose:
            levels.setdefault(doc.facts[i].text.split(None, 1)[0], []).append(i)
    return {i for same in levels.values() if len(same) >= 3 for i in same}


def _blocks(doc: Document, left: list[int]) -> set[int]:
    """Lines that stand close together, three and more: addresses, lists.

    Without list marks they are told by the blank lines around them, or in a text that parts its paragraphs by blank lines;
    marked items with links may be a menu.
    """
    out: set[int] = set()
    spaced = sum(map(doc.blank_before, range(len(doc)))) * 3 > len(doc)
    block: list[int] = []
    above, opened = -1, False
    for i in (*left, -1):
        parted = i < 0 or any(doc.blank_before(k) for k in range(above + 1, i + 1))
        if parted or doc.protected[i]:
            if spaced or (opened and parted):
                out.update(_if_three(doc, block))
            block, opened = [], parted
        if i >= 0 and not doc.protected[i]:
            block.append(i)
        above = i
    # Items of a list; a line or two between them may be debris that no rule knows.
    items = [k for k, i in enumerate(left) if doc.facts[i].mark in ("bullet", "number") and not doc.protected[i] and "](" not in doc.facts[i].text]
    run: list[int] = []
    for k, following in zip_longest(items, items[1:], fillvalue=-1):
        run.append(left[k])
        if not 0 < following - k <= 3:
            out.update(_if_three(doc, run))
            run = []
    return out


def _if_three(doc: Document, block: list[int]) -> list[int]:
    """The lines, if they are three or more and most of them bear no cue."""
    return block if len(block) >= 3 and 2 * sum(bool(doc.cues.get(k)) for k in block) < len(block) else []


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
