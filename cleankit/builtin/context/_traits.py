"""Short lines in numbers: what a line that may be debris looks like, where it stands, and what stands around it.

`traits` gives a row a line for the lines that are asked about, a number a column of `COLUMNS`. Only they and the lines near
them are looked at, so that a document costs what it has of such lines. No word list of any language: words are known by
their length and case, by a hash (`hashed`), and by whether the paragraphs have them, too.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from math import log1p
from typing import TYPE_CHECKING
from zlib import crc32

from cleankit.builtin.context._evidence import headline_like
from cleankit.document import Document, LineFacts, fold_case
from cleankit.rule import CUES
from cleankit.shape import Shape

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["BUCKETS", "COLUMNS", "NO_WORD", "PICKED", "hashed", "traits"]

_MARKS = ("bullet", "number", "heading", "quote", "image", "rule")
#: How many lines above and below a line are looked at.
REACH = 3
#: Of a line's words so many are hashed: debris is short.
PICKED = 12
#: Words fall into so many buckets; the last place of a table of them, `NO_WORD`, is for where there is no word.
BUCKETS = NO_WORD = 1 << 13

_OWN = (
    "words", "characters", "one_word", "upper", "lower", "all_capitals", "title_case", "begins_lower", "begins_upper", "begins_digit",
    "begins_quote", "begins_mark", "terminal", "asks", "ends_colon", "ends_comma", "ends_dots", "ends_quote", "ends_bracket", "ends_digit",
    "digits", "colon_inside", "stroke", "quote_inside", "bracket_inside", "dash_inside", "slash", "at_sign", "link", "ascii", "wide",
    "word_length", "longest_word", "indented", "headline", *(f"mark_{m}" for m in _MARKS), *(f"cue_{c}" for c in CUES),
)  # fmt: skip
_NEAR = (
    "there", "words", "prose", "terminal", "ends_colon", "asks", "upper", "begins_lower", "item", "heading", "other_mark", "removed",
    "cued", "parted", "chosen",
)  # fmt: skip
_PLACE = (
    "above_prose", "below_prose", "place", "from_first", "to_last", "since_prose", "until_prose", "parted_above", "parted_below",
    "removed_near", "cued_near", "chosen_near", "first_line", "last_line",
)  # fmt: skip
_WHOLE = ("lines", "prose_share", "removed_share", "chosen_count", "chosen_inside", "chosen_below", "only_one", "spaced", "asking", "marked_share")
_COHESION = ("copies", "same_start", "in_prose", "in_title", "in_next", "in_previous", "words_known")

COLUMNS: tuple[str, ...] = (
    *_OWN, *_PLACE, *_WHOLE, *_COHESION,
    *(f"{name}{offset:+d}" for offset in range(-REACH, REACH + 1) if offset for name in _NEAR),
)  # fmt: skip

_QUOTES = frozenset("\"'“”„‘’‚«»‹›「」『』《》")
_CUE_AT = {cue: k for k, cue in enumerate(CUES)}
_NOBODY = (0.0,) * len(_NEAR)


def traits(doc: Document, chosen: Sequence[int]) -> NDArray[np.float32]:
    """A row of numbers for each chosen line. `chosen` is in order."""
    import numpy as np

    view = _View(doc, chosen)
    own = [[*_own(doc, i), *view.place(i), *view.whole, *view.cohesion(i)] for i in chosen]
    near = sorted({k for i in chosen for k in range(max(0, i - REACH), min(len(doc), i + REACH + 1))})
    seen = np.array([_NOBODY, *map(view.neighbour, near)], np.float32)
    row = {k: r for r, k in enumerate(near, 1)}
    around = np.array([[row.get(i + offset, 0) for offset in _OFFSETS] for i in chosen])
    return np.concatenate((np.array(own, np.float32), seen[around].reshape(len(chosen), -1)), axis=1)


_OFFSETS = tuple(offset for offset in range(-REACH, REACH + 1) if offset)


def hashed(f: LineFacts) -> list[int]:
    """The buckets of a line's words: of the first, and of the last, at most `PICKED` in all. A line without words has none."""
    words = fold_case(f.bare).split()
    if len(words) > PICKED:
        words = words[: PICKED - 4] + words[-4:]
    return [crc32(word.strip(_AROUND).encode("utf-8", "surrogatepass")) % BUCKETS for word in words]


_AROUND = ".,:;!?…()[]{}<>|*_#\"'“”„‘’‚«»‹›-–—•·"


def _own(doc: Document, i: int) -> list[float]:
    f = doc.facts[i]
    bare, words, cased = f.bare, f.words, f.lower + f.upper
    first, last = bare[:1], bare[-1:]
    size = len(bare)
    tokens = bare.split()
    longest = max(map(len, tokens), default=0)
    ascii_only = bare.isascii()
    cues = [0.0] * len(CUES)
    for cue in doc.cues.get(i, ()):
        k = _CUE_AT.get(cue.kind)
        if k is not None:
            cues[k] = cue.weight
    mark = f.mark
    return [
        log1p(words), log1p(size), words <= 1, f.upper / (cased or 1), f.lower / (cased or 1), bare.isupper(),
        f.upper > 1 and f.upper >= 0.7 * cased, first.islower(), first.isupper(), first.isdigit(), first in _QUOTES,
        not first.isalnum() and first not in _QUOTES, f.terminal, last in "?？؟", last in ":：", last in ",،、;", bare.endswith(("…", "...")),
        last in _QUOTES, last in ")]}）】", last.isdigit(), sum(map(str.isdigit, bare)) / (size or 1), ":" in bare[:-1] or "：" in bare[:-1],
        "|" in bare or "·" in bare or "•" in bare, not _QUOTES.isdisjoint(bare[1:-1]), "(" in bare[1:], " - " in bare or " – " in bare or " — " in bare,
        "/" in bare, "@" in bare or "#" in bare, "](" in f.text, ascii_only, not ascii_only and words > len(tokens), size / (len(tokens) or 1) / 10,
        min(longest, 30) / 10, f.indent > 0, headline_like(f), *(mark == m for m in _MARKS), *cues,
    ]  # fmt: skip


_PLAIN = frozenset(("", "bullet", "number", "heading"))


class _View:
    """What the lines of one document are held against."""

    def __init__(self, doc: Document, chosen: Sequence[int]) -> None:
        n, first, last = len(doc), doc.first_prose, doc.last_prose
        self.doc, self._first, self._last = doc, first, last
        self._among, self._cued = frozenset(chosen), frozenset(doc.cues)
        self._parted = [*map(doc.blank_before, range(n)), False]
        self._paragraphs = [k for k, p in enumerate(doc.protected) if p and k not in doc.removed]
        self._prose = fold_case("\n".join([doc.facts[k].text for k in self._paragraphs]))
        self._title = fold_case(doc.facts[0].bare)
        self._copies = Counter([f.bare for f in doc.facts])
        self._starts = Counter([_start(doc.facts[i]) for i in chosen])
        inside = sum(first < i < last for i in chosen)
        self.whole = (
            log1p(n), sum(doc.protected) / n, len(doc.removed) / n, log1p(len(chosen)), log1p(inside), log1p(sum(i > last for i in chosen)),
            inside == 1, sum(self._parted) / n, doc.shape is Shape.QA, sum([f.mark != "" for f in doc.facts]) / n,
        )  # fmt: skip

    def place(self, i: int) -> tuple[float, ...]:
        """Where a line stands, and among how much that is gone, cued or in doubt."""
        n, paragraphs = len(self.doc), self._paragraphs
        at = bisect_left(paragraphs, i)
        since = log1p(i - paragraphs[at - 1]) if at else 4.0
        until = log1p(paragraphs[at] - i) if at < len(paragraphs) else 4.0
        around = range(i - REACH, i + REACH + 1)
        return (
            i < self._first, i > self._last, i / n, _squeezed(i - self._first), _squeezed(i - self._last), since, until, self._parted[i], self._parted[i + 1],
            len(self.doc.removed.intersection(around)) / 6, len(self._cued.intersection(around)) / 6, len(self._among.intersection(around)) / 7,
            i == 0, i == n - 1,
        )  # fmt: skip

    def neighbour(self, k: int) -> tuple[float, ...]:
        """What a line looks like to those near it."""
        f = self.doc.facts[k]
        last, mark = f.bare[-1:], f.mark
        return (
            1.0, log1p(f.words), self.doc.protected[k], f.terminal, last in ":：", last in "?？؟", f.upper / (f.lower + f.upper or 1), f.bare[:1].islower(),
            mark == "bullet" or mark == "number", mark == "heading", mark not in _PLAIN, k in self.doc.removed, k in self._cued, self._parted[k],
            k in self._among,
        )  # fmt: skip

    def cohesion(self, i: int) -> tuple[float, ...]:
        """Whether a line speaks of what the paragraphs speak of, and whether it comes back."""
        f = self.doc.facts[i]
        words = _long_words(f)
        copies, starts = self._copies[f.bare] - 1, self._starts[_start(f)] - 1
        if not words:
            return (copies, starts, 0, 0, 0, 0, 0)
        size, after, before = len(words), self._beside(i, 1), self._beside(i, -1)
        return (
            copies, starts, sum([w in self._prose for w in words]) / size, sum([w in self._title for w in words]) / size if i else 0,
            sum([w in after for w in words]) / size, sum([w in before for w in words]) / size, 1,
        )  # fmt: skip

    def _beside(self, i: int, step: int) -> str:
        """The next line that stays, in that direction."""
        k = i + step
        while 0 <= k < len(self.doc) and k in self.doc.removed:
            k += step
        return fold_case(self.doc.facts[k].bare) if 0 <= k < len(self.doc) else ""


def _squeezed(x: int) -> float:
    return log1p(x) if x >= 0 else -log1p(-x)


def _start(f: LineFacts) -> str:
    return f.bare.split(None, 1)[0] if f.bare else ""


def _long_words(f: LineFacts) -> set[str]:
    """Folded words of four characters and more; pairs of characters where there are no spaces."""
    folded = fold_case(f.bare)
    tokens = folded.split()
    if f.words == len(tokens):
        return {w for w in [t.strip(_AROUND) for t in tokens] if len(w) >= 4}
    return {folded[k : k + 2] for k in range(0, len(folded) - 1, 2)}
