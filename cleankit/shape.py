"""What kind of text a document is. Decided first, because it switches off what would do harm there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cleankit.document import LineFacts

__all__ = ["Shape", "is_dated", "is_verse", "shape_of"]


class Shape(str, Enum):
    """Kinds of text. Only prosaic kinds let position, neighbours and repetition count against a line."""

    PROSE = "prose"
    QA = "q&a"
    CHRONOLOGY = "chronology"
    TRANSCRIPT = "transcript"
    GLOSSARY = "glossary"
    VERSE = "verse"
    CODE = "code"
    TABLE = "table"
    LIST = "list"
    SCRAPS = "scraps"  # too little prose to say

    @property
    def prosaic(self) -> bool:
        """Whether paragraphs of prose carry the text."""
        return self in (Shape.PROSE, Shape.QA, Shape.CHRONOLOGY, Shape.TRANSCRIPT, Shape.GLOSSARY)


_CODE_CHARS = re.compile(r"[{}=<>$()\[\]]|^\s*//|;\s*$|::")
_CODE = re.compile(
    r"[{};]\s*$|^\s*(?:def|class|import|from|return|if|for|while|const|let|var|public|private|function|#include|SELECT)\b.*[(:;={]"
    r"|^\s*(?:[$>]\s\S|//|/\*|<\w+[^>]*>)|\w\(.*\)\s*;?$|^\s*[\w.\[\]\"']+\s*[+*/-]?=\s*\S|(?<!-)->|=>|::"
)
_ENTITY_LAST = re.compile(r"&(?:amp;)*#?\w{2,31};\s*$")
_DATED = re.compile(r"\b(?:1[0-9]|20)\d\d\b|\b\d{1,2}[:.]\d\d\b|^\s*[^\W\d_]{3,12}\.?\s+\d{1,2}\b|^\s*\d{1,2}\.?\s+[^\W\d_]{3,12}\b")
_COUNTED = re.compile(r"\d+\s+[^\W\d_]+")  # `2 comments`
_SPEAKER = re.compile(r"\s*([^\W\d_][^:：.!?]{0,30})[:：]\s*\S")
_TIME_MARK = re.compile(r"\s*(?:[\[(]?\d{1,2}:\d{2}(?::\d{2})?[\])]?\s*[-–]?\s*)?")
_QUESTION = re.compile(r"[?？؟;][\"'”’»)\]]*\s*$")


def _speaks(text: str) -> bool:
    """Whether a line begins with a speaker's name and a colon, or is a name in capitals on its own."""
    head = text[:80]
    found = _SPEAKER.match(head, _TIME_MARK.match(head).end()) if ":" in head or "：" in head else None  # type: ignore[union-attr]
    if found:
        name = found[1].split()
        return len(name) <= 4 and all(not w[0].islower() for w in name)
    return len(text) <= 32 and text.isupper()


def is_dated(text: str) -> bool:
    """Whether a line holds a year, a time, or a day and a month."""
    return _DATED.search(text) is not None


def is_verse(facts: Sequence[LineFacts], parted: Sequence[bool]) -> bool:
    """Whether the lines stand as in verse or dialogue: in blocks, none of them long, and not because they were full.

    `parted` says whether a blank line stands above each line. In wrapped prose the next line's first word would not have
    fitted; in verse it mostly would have.
    """
    n = len(facts)
    if n < 6 or any(f.words > _VERSE_WORDS for f in facts):
        return False
    lengths = [len(f.text.rstrip()) for f in facts]
    if max(lengths) > _VERSE_WIDTH:
        return False
    width = max(lengths)
    inside = [i for i in range(n - 1) if not parted[i + 1]]
    if len(inside) < 0.35 * n:
        return False
    full = sum(lengths[i] + 1 + len(facts[i + 1].text.split(None, 1)[0]) > width for i in inside)
    marked = sum(1 for f in facts if f.mark)
    # Nobody wraps prose so narrow; lines that end in a comma or a stop are no menu.
    narrow = width < _NARROW and 3 * sum(f.text.rstrip()[-1:] in _PAUSES for f in facts) >= n
    return (narrow or full < 0.6 * len(inside)) and 2 * marked < n and sum(f.words for f in facts) >= 2.5 * n


_VERSE_WIDTH = 90
_VERSE_WORDS = 18
_NARROW = 40
_PAUSES = frozenset(",.;:!?…،؛؟।，。；！？、")


def shape_of(facts: Sequence[LineFacts], protected: Sequence[bool], verse: bool = False) -> Shape:
    """The kind of text that these lines make, from counts alone, in any language."""
    n = len(facts)
    if not n:
        return Shape.SCRAPS
    if verse:
        return Shape.CODE if _is_code(facts) else Shape.VERSE
    prose_lines = sum(protected)
    words = prose_words = 0.0
    for f, p in zip(facts, protected, strict=True):
        words += f.words
        if p:
            prose_words += f.words
    mostly_prose = prose_lines >= 3 and prose_words >= 0.5 * words
    if mostly_prose and prose_words >= 0.85 * words and n <= 2 * prose_lines:
        return _prosaic(facts, protected)
    marks: dict[str, int] = {}
    for f in facts:
        marks[f.mark] = marks.get(f.mark, 0) + 1
    if marks.get("fence", 0) >= 2 or _is_code(facts):
        return Shape.CODE
    if marks.get("table", 0) >= 3 and marks["table"] > 0.3 * n:
        return Shape.TABLE
    if marks.get("bullet", 0) + marks.get("number", 0) > 0.45 * n and not (mostly_prose and prose_words > 0.7 * words):
        return Shape.LIST
    if not mostly_prose:
        return Shape.SCRAPS
    return _prosaic(facts, protected)


def _is_code(facts: Sequence[LineFacts]) -> bool:
    """Whether more than a quarter of the lines look like those of a program; an entity at a line's end does not make one."""
    code, n = 0, len(facts)
    for i, f in enumerate(facts):
        if 4 * (code + n - i) <= n:  # no longer possible
            return False
        code += bool(_CODE_CHARS.search(f.text) and _CODE.search(f.text) and not _ENTITY_LAST.search(f.text))
    return 4 * code > n


def _prosaic(facts: Sequence[LineFacts], protected: Sequence[bool]) -> Shape:
    """Which kind of prose: by its questions, dates, speakers or headwords."""
    short = [i for i, p in enumerate(protected) if not p]
    if len(short) < 3:
        return Shape.PROSE
    speakers = sum(1 for f in facts if _speaks(f.text))
    if speakers >= 6 and 3 * speakers >= len(facts):
        return Shape.TRANSCRIPT
    if sum(1 for i in short if _QUESTION.search(facts[i].text)) >= max(3, len(short) // 3):
        return Shape.QA
    first = next(i for i, p in enumerate(protected) if p)
    last = next(i for i in range(len(protected) - 1, -1, -1) if protected[i])
    dated = sum(1 for i in short if first < i < last and facts[i].words <= 6 and (protected[i + 1] or facts[i + 1].words <= 6) and _DATED.search(facts[i].bare) and not _COUNTED.fullmatch(facts[i].bare))
    if dated >= 3:
        return Shape.CHRONOLOGY
    headwords = [facts[i].bare for i in short if first - 1 <= i < last and protected[i + 1] and facts[i].words <= 3]
    if len(set(headwords)) >= 5 and 2 * len(set(headwords)) >= sum(protected):
        return Shape.GLOSSARY
    return Shape.PROSE

