"""Words that line breaks or conversions broke, mended only where the same document shows the right form."""

from __future__ import annotations

import re
from collections.abc import Iterable

import regex

from cleankit.builtin._coded import CodedRule
from cleankit.document import Document
from cleankit.rule import Rule, RuleInfo, Stage
from cleankit.shape import Shape
from cleankit.spans import Edit, Span

__all__ = ["RULES"]

# Words that follow a suspended hyphen (`short- and long-term`, `Fett- und Zucker`) in the languages that write it.
_SUSPENDING = frozenset(
    "and or to through und oder bis sowie beziehungsweise bzw et ou y e o i en of och eller og eller ja tai sekä a nebo lub oraz и или та або".split()
)
_BEFORE = regex.compile(r"(?r)(?<![\p{L}\p{N}-])\p{L}{2,40}")
_AFTER = regex.compile(r"\p{L}{2,40}(?![\p{L}-])")
#: A text has few compounds; looking for more than this many would let the work grow.
_MOST = 200


def _split_hyphen(doc: Document) -> Iterable[Edit]:
    """`counter- terrorism`, where `counter-terrorism` stands elsewhere in the text."""
    if "- " not in doc.text or doc.shape is Shape.CODE:
        return
    text = doc.text
    at = text.find("- ")
    for _ in range(_MOST):
        if at < 0:
            return
        if not (text[at - 1 : at].isalpha() and text[at + 2 : at + 3].isalpha()):
            at = text.find("- ", at + 1)
            continue
        before, after = _BEFORE.match(text, 0, at), _AFTER.match(text, at + 2)
        if before and after and after.group().lower() not in _SUSPENDING and _stands(text, f"{before.group()}-{after.group()}"):
            yield Edit(Span(at + 1, at + 2), "", f"“{before.group()}-{after.group()}” stands elsewhere in the text")
        at = text.find("- ", at + 1)


def _glued_word(doc: Document) -> Iterable[Edit]:
    """`twoday`, where `two-day` stands elsewhere in the text and the glued form only once, in lower case."""
    if "-" not in doc.text or doc.shape is Shape.CODE:
        return
    text = doc.text
    seen: set[str] = set()  # the text is searched once a number word, however often that comes
    hyphen = text.find("-")
    while hyphen >= 0:
        near = text[max(0, hyphen - _LONGEST_NUMBER - 1) : hyphen]
        before = _LAST_WORD.search(near) if near.endswith(_NUMBERS) else None
        first = before.group() if before else ""
        if first in _NUMBERS and first not in seen:
            seen.add(first)
            found = _REST.match(text, hyphen + 1)
            at = _only(text, first + found.group()) if found else -1
            if at >= 0 and found:
                yield Edit(Span(at + len(first), at + len(first)), "-", f"“{first}-{found.group()}” stands elsewhere in the text")
        hyphen = text.find("-", hyphen + 1)


def _only(text: str, word: str) -> int:
    """Where a word stands, if it stands in the text once only, and as a word of its own; else -1."""
    at = text.find(word)
    if at < 0 or text.find(word, at + 1) >= 0:
        return -1
    around = text[max(0, at - 1) : at] + text[at + len(word) : at + len(word) + 1]
    return -1 if any(c.isalnum() or c in "-_/@" for c in around) else at


_LAST_WORD = re.compile(r"(?<![^\W_])[a-z]+\Z")
_REST = regex.compile(r"\p{Ll}{3,}(?![\p{L}\p{N}-])")
# Number words in front of a hyphen. With other first parts both spellings are words (`counterterrorism`), with these the
# glued one never is.
_NUMBERS = tuple(
    "one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty sixty seventy eighty ninety "
    "hundred first second third fourth fifth half".split()
)
_LONGEST_NUMBER = max(map(len, _NUMBERS))


def _stands(text: str, word: str) -> bool:
    """Whether a word stands in the text, not as part of another, in either case of its first letter."""
    for form in {word, word.lower(), word[:1].upper() + word[1:]}:
        at = text.find(form)
        while at >= 0:
            around = text[max(0, at - 1) : at] + text[at + len(form) : at + len(form) + 1]
            if not any(c.isalnum() for c in around):
                return True
            at = text.find(form, at + 1)
    return False


def _info(name: str, summary: str, why: str) -> RuleInfo:
    return RuleInfo(f"words/{name}", summary, Stage.NORMALIZE, why, confidence=0.9, reach="prose", level=2)


RULES: tuple[Rule, ...] = (
    CodedRule(_info("split-hyphen", "A compound broken after its hyphen", "A line ended at the hyphen once."), _split_hyphen),
    CodedRule(_info("glued-word", "A compound that lost its hyphen", "A line ended at the hyphen, and the hyphen was taken for the line's."), _glued_word),
)
