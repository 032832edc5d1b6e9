"""Runs of lines: menus, rows of links, threads of comments. One such line says nothing; several together do."""

from __future__ import annotations

from collections.abc import Iterable

import regex

from cleankit.builtin._coded import CodedRule
from cleankit.builtin.context._evidence import head_lines, info, tail_lines
from cleankit.document import Document
from cleankit.rule import Rule
from cleankit.spans import Edit

__all__ = ["RULES"]

_LINK_ONLY = regex.compile(
    r"\s*(?:[*+\-•]\s+|\d+[.)]\s+)?(?:\*\*|__)?!?\[[^\[\]\n]*\]\([^()\n]*\)(?:\*\*|__)?(?:\s*[|·•/–-]?\s*!?\[[^\[\]\n]*\]\([^()\n]*\))*\s*"
)


def _stretches(lines: Iterable[int]) -> Iterable[list[int]]:
    """Consecutive indices together."""
    run: list[int] = []
    for i in lines:
        if run and i != run[-1] + 1:
            yield run
            run = []
        run.append(i)
    if run:
        yield run


def _link_rows(doc: Document) -> Iterable[Edit]:
    """Two and more lines of nothing but Markdown links, above the first or below the last paragraph or heading with a body."""
    if "](" not in doc.text:
        return
    rows = [
        i
        for i, f in enumerate(doc.facts)
        if "](" in f.text and i not in doc.fenced and not doc.protected[i] and _LINK_ONLY.fullmatch(f.text)
    ]
    if not rows:
        return
    is_row = set(rows) | doc.removed
    body = [
        i
        for i in range(len(doc))
        if i not in is_row and (doc.protected[i] or doc.facts[i].words >= 5 or doc.facts[i].mark in ("table", "fence"))
    ]
    first, last = (body[0], body[-1]) if body else (0, -1)
    for run in _stretches(rows):
        at_edge = run[-1] < first or run[0] > last
        under_removed = run[0] - 1 in doc.removed
        if len(run) >= 2 and (at_edge or under_removed) or at_edge and under_removed:
            for i in run:
                yield Edit(
                    doc.visible(i),
                    "",
                    f"a line of nothing but links, in a run of {len(run)}, "
                    + ("at the text's edge" if at_edge else "under a removed header"),
                )


def _wanted(doc: Document, i: int) -> bool:
    """Whether an option keeps what the line is marked as."""
    return any(doc.options.get(f"keep_{cue}") and doc.has_cue(i, cue) for cue in ("date", "byline", "credit"))


def _menu(doc: Document) -> Iterable[Edit]:
    """Three and more neighbouring lines of one to three words above the text, most of them known words of menus."""
    for lines in (head_lines(doc), tail_lines(doc)):
        short = [
            i
            for i in lines
            if doc.facts[i].words <= 3 and not doc.facts[i].terminal and doc.facts[i].mark in ("", "bullet")
        ]
        for run in _stretches(short):
            if any(doc.has_cue(i, "kept") for i in run):
                continue
            known = [i for i in run if i in doc.removed or doc.has_cue(i, "nav", "ui-label", "header", "share-name")]
            if len(run) >= 3 and 2 * len(known) > len(run):
                # Above the text one line that nothing is known of may be the title, and so may the first and the last.
                head = run[0] < doc.first_prose
                lone = head and sum(i not in known for i in run) == 1
                for i in run:
                    may_go = not lone and i != run[-1] and not (head and i == run[0])
                    if i not in doc.removed and (i in known or may_go) and not _wanted(doc, i):
                        yield Edit(
                            doc.visible(i),
                            "",
                            f"in a run of {len(run)} short lines, {len(known)} of them words of menus, outside the text",
                        )


_COUNT = regex.compile(
    r"\(?\d[\d.,]*\)?\s*\p{L}[\p{L}\p{M}]+(?:\s+\p{L}+)?|\p{L}[\p{L}\p{M}]+(?:\s+\p{L}+)?\s*[:(]?\s*\d[\d.,]*\)?"
)
_TIMED = regex.compile(
    r".*(?:\d{1,2}[:.h]\d{2}|\b(?:19|20)\d\d\b|\d+\s*(?:h|d|m|min|\p{L}+)\s+(?:ago|fa|siden|sedan|geleden|назад|önce|trước|lalu)\b|\b(?:vor|il y a|hace|há)\s+\d+).*"
)


def _comments(doc: Document) -> Iterable[Edit]:
    """A thread of reader comments: a header with a count, and under it cycles of name, time and a button.

    Taken to the end of the text, prose and all: the header has to be known as one, and two whole cycles have to be there,
    each with a button that a rule takes (`Reply`, `Like`) within its lines.
    """
    if not doc.shape.prosaic or len(doc) < 8 or not doc.removed:
        return
    cycles = [
        i
        for i in range(2, len(doc))
        if doc.facts[i].words <= 8
        and not doc.facts[i].terminal
        and doc.facts[i - 1].words <= 4
        and _TIMED.fullmatch(doc.facts[i].bare)
        and any(k in doc.removed and doc.facts[k].words <= 2 for k in range(i + 1, min(i + 6, len(doc))))
    ]
    if len(cycles) < 2:
        return
    for h in range(max(doc.first_prose + 1, cycles[0] - 3), cycles[0] - 1):
        f = doc.facts[h]
        if f.words <= 4 and not doc.protected[h] and (h in doc.removed or doc.has_cue(h, "header", "count")) and _COUNT.fullmatch(f.bare):
            reason = f"a thread of comments under “{f.bare}”: {len(cycles)} times a name, a time and a button"
            for i in range(h, len(doc)):
                yield Edit(doc.visible(i), "", reason)
            return


RULES: tuple[Rule, ...] = (
    CodedRule(info("link-row", "Rows of Markdown links at the text's edge", "Menus and lists of other pages.", 0.9,
                   misfires="A text that ends in a list of links that are its content."), _link_rows),
    CodedRule(info("menu", "Menus above or below the text", "The page's navigation.", 0.88), _menu),
    CodedRule(info("comment-thread", "Threads of reader comments below the text", "Written by others, about the text.", 0.85, reach="prose",
                   misfires="An article that ends in letters with name and time."), _comments),
)  # fmt: skip
