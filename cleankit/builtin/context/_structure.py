"""The lines that are a text's own structure: its title, sub-headings, lists, addresses, readings. None of them is debris."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise, zip_longest

from cleankit.builtin.context._evidence import content_words, headline_like
from cleankit.document import Document, LineFacts

__all__ = ["is_statement", "sub_headings", "title_lines"]

_ASKS = re.compile(r"[?!？！؟…‽]\W*$")


def is_statement(f: LineFacts) -> bool:
    """Whether a line ends in a full stop; titles end in question and exclamation marks at most."""
    return f.terminal and not _ASKS.search(f.text)


def title_lines(doc: Document) -> frozenset[int]:
    """The line above the prose that is most likely the title: the one whose words come back most in the text.

    Where several have as good a claim, or none has any, none of them is a candidate. A sentence takes no other line's claim: it may lead in
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
    claims = {i: (0 if _has_debris(doc.facts[i]) else len(content_words(doc.facts[i].bare) & prose), doc.facts[i].words >= 3) for i in head}
    rivals = [i for i in head if not is_statement(doc.facts[i])] or head
    best, best_rival = max(claims.values()), max(claims[i] for i in rivals)
    if not best[0]:  # none shares a word with the text: which it is cannot be told
        return frozenset(head)
    return frozenset(i for i in head if claims[i] == best or (i in rivals and claims[i] == best_rival))


def _has_debris(f: LineFacts) -> bool:
    """Whether a rule takes words out of the line: they are not counted."""
    return len(f.bare.split()) > f.words


def sub_headings(doc: Document) -> frozenset[int]:
    """Lines that the text's own structure bears out, debris that rules take from between them apart.

    Short lines with prose right above and right below, where the text has three of them or more (right above the third and
    further ones there may be another line); headings of a level that comes back, down to the last paragraph; questions, where
    three have an answer beneath; lines of blocks; entries that open with a year; fields that come back; what heads numbered
    headings, and fields under them. Two copies of a line are no headings. Where something that may be a heading stands above
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
    questions = {i for i in left if not doc.protected[i] and doc.facts[i].text.rstrip()[-1:] in "?？؟"}
    answered = sum(i in questions and doc.protected[below] for i, below in pairwise(left))
    own = {*(single if len(single) >= 3 else ()), *(questions if answered >= 3 else ())}
    return (
        frozenset(own) | _marked_headings(doc, left) | _blocks(doc, left) | _readings(doc, left) | _introductions(doc) | _throughout(doc, left)
        | _years(doc, left) | _fields(doc, left) | _among_numbered(doc, left)
    )  # fmt: skip


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


_FIELD = re.compile(r"([^\W\d_][^:：]{0,30})[:：]\s*[^\s/]")


def _fields(doc: Document, left: list[int]) -> set[int]:
    """`CEO: …` under one heading after another: a label and a colon that come back three times, never in neighbouring lines."""
    labels: dict[str, list[int]] = {}
    for k, i in enumerate(left):
        found = _FIELD.match(doc.facts[i].bare) if not doc.protected[i] else None
        if found:
            labels.setdefault(found[1].casefold(), []).append(k)
    return {left[k] for at in labels.values() if len(at) >= 3 and all(b - a > 1 for a, b in pairwise(at)) for k in at}


def _among_numbered(doc: Document, left: list[int]) -> set[int]:
    """Where three headings and more are numbered: the line right above the first, which heads them all, and what stands beneath with a label."""
    numbered = [k for k, i in enumerate(left[:-1]) if doc.facts[i].mark == "number" and not doc.protected[i] and doc.protected[left[k + 1]]]
    if len(numbered) < 3:
        return set()
    heads = {left[k - 1] for k in numbered[:1] if k and not doc.protected[left[k - 1]]}
    return heads | {i for i in left[numbered[0] + 1 :] if not doc.protected[i] and _FIELD.match(doc.facts[i].bare)}


_READING = re.compile(r"[+\-−]?\d+(?:[.,]\d+)?\s*(?:°\s*[CF]?|[CF]|%|mm|cm|m|km/h|hPa)")


def _readings(doc: Document, left: list[int]) -> set[int]:
    """Bare measurements, three and more, and the short lines beside them that say of what."""
    at = [k for k, i in enumerate(left) if _READING.fullmatch(doc.facts[i].bare)]
    if len(at) < 3:
        return set()
    return {left[k] for m in at for k in (m - 1, m, m + 1) if 0 <= k < len(left) and not doc.protected[left[k]]}


_YEAR = re.compile(r"(?:1\d|20)\d\d(?:\s?[-–]\s?\d{2,4})?\s?[:–—-]\s?\D")


def _years(doc: Document, left: list[int]) -> set[int]:
    """Neighbouring lines that open with a year and a colon or a dash: a short chronology."""
    dated = [bool(_YEAR.match(doc.facts[i].bare)) for i in left]
    return {i for k, i in enumerate(left) if dated[k] and any(dated[max(k - 1, 0) : k] + dated[k + 1 : k + 2])}


def _marked_headings(doc: Document, left: list[int]) -> set[int]:
    """Markdown headings above the last paragraph, of a level that the text has three of or more."""
    levels: dict[str, list[int]] = {}
    for i in left:
        if doc.facts[i].mark == "heading" and i < doc.last_prose:
            levels.setdefault(doc.facts[i].text.split(None, 1)[0], []).append(i)
    return {i for same in levels.values() if len(same) >= 3 for i in same}


def _blocks(doc: Document, left: list[int]) -> set[int]:
    """Lines that stand close together, three and more: addresses, lists.

    Without list marks they are told by the blank lines around them, below the first line by the one above, or in a text that parts its
    paragraphs by blank lines; marked items with links may be a menu.
    """
    out: set[int] = set()
    spaced = sum(map(doc.blank_before, range(len(doc)))) * 3 > len(doc)
    block: list[int] = []
    above, opened = -1, False
    for i in (*left, -1):
        parted = i < 0 or any(doc.blank_before(k) for k in range(above + 1, i + 1))
        if parted or doc.protected[i]:
            if spaced or (opened and parted) or (block and block[0] > left[0] and doc.blank_before(block[0])):
                out.update(_if_three(doc, block))
            block, opened = [], parted
        if i >= 0 and not doc.protected[i]:
            block.append(i)
        above = i
    # Items of a list, sentences among them; a line or two between them may be debris that no rule knows.
    items = [k for k, i in enumerate(left) if doc.facts[i].mark in ("bullet", "number") and "](" not in doc.facts[i].text]
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
