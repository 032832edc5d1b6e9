"""What a line looks like, in numbers.

`line_features` turns the lines of a document into a float32 matrix, a row a line, a column for each name in `FEATURES`.
Everything is computed for the whole document at once: the text is encoded to code points, each code point is looked
up in a table of character classes, and sums over lines and words do the rest. There is no word list of any language:
what is known about words is their length, their case and how often they come back in the same document.

The groups of columns (`GROUPS`): size, letters, marks, ends, position, layout, repetition, runs, cohesion.
Blank lines have a row of zeros; position, runs and neighbours are counted over the other lines.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["FEATURES", "GROUPS", "Lines", "encode", "line_features"]

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

GROUPS: dict[str, tuple[str, ...]] = {
    group: tuple(names.split())
    for group, names in {
        "size": "log_chars log_words word_length one_word words_le_3 words_ge_12 words_ge_30",
        "letters": "lower_share upper_share caseless_share digit_share symbol_share mark_share "
        "capital_words short_words long_words number_words",
        "marks": "stops commas colons quotes brackets dashes bars bullets symbols others "
        "commas_per_word stops_per_word sentence_breaks clock link",
        "ends": "ends_stop ends_question ends_ellipsis "
        "ends_colon ends_comma ends_digit ends_close ends_quote ends_symbol ends_letter "
        "starts_upper starts_lower starts_digit starts_bullet starts_quote starts_open starts_symbol starts_punctuation starts_caseless",
        "position": "place words_before words_after log_index log_left log_lines log_total_words mean_words prose_lines first_line",
        "layout": "indent indent_step blank_before blank_after gaps",
        "repetition": "repeats repeated_before repeated_after repeats_previous long_repeat since_long_repeat same_start same_shape",
        "runs": "prose since_prose until_prose no_prose_before no_prose_after prose_nearby short_run short_run_words continues continued",
        "cohesion": "word_frequency common_words in_prose rare_in_prose in_first_line with_previous with_next new_words",
    }.items()
}
FEATURES: tuple[str, ...] = tuple(name for names in GROUPS.values() for name in names)
_COLUMN = {name: j for j, name in enumerate(FEATURES)}


# ---------------------------------------------------------------- characters

# Character classes. The order matters: word characters are LOWER..DIGIT, so one comparison finds them.
SPACE, LOWER, UPPER, LETTER, MARK, SYLLABIC, THAI, DIGIT, STOP, COMMA, COLON, QUOTE, OPEN, CLOSE, DASH, BAR, BULLET = (
    range(17)
)
SYMBOL, OTHER = 17, 18
_CLASSES = 32  # of the histogram, a power of two

_MARKS = {
    STOP: ".!?…。！？।॥؟۔።፧။။։՜՞᙮᠃᠉꓿｡．‼⁇⁈⁉‽",
    COMMA: ",、，،;；؛፣･",
    COLON: ":：",
    QUOTE: "\"'«»“”‘’‚„‹›「」『』`´＂＇",
    OPEN: "([{（［｛【〔《〈",
    CLOSE: ")]}）］｝】〕》〉",
    DASH: "-–—―‐‑‒−－",
    BAR: "|/\\<>→←›»«‹｜／＞＜",
    BULLET: "•·*∙●○◦■□▪▫►▶▸▼▲△▽‣⁃✓✔★☆♦◆◇+#~=",
}
_CATEGORIES = {
    LOWER: "Ll",
    UPPER: "Lu Lt",
    LETTER: "Lo Lm Pc",
    MARK: "Mn Mc Me",
    DIGIT: "Nd Nl No",
    DASH: "Pd",
    OPEN: "Ps",
    CLOSE: "Pe",
    QUOTE: "Pi Pf",
    SYMBOL: "Sc Sm So Sk",
    SPACE: "Zs Zl Zp Cc Cf",
}
# Scripts that put no space between words (CJK and kana; Thai, Lao, Burmese, Khmer); a character is worth this much of a word.
_SYLLABIC_WORD, _THAI_WORD = 0.6, 0.22
_UNSPACED = {
    SYLLABIC: "2E80-2FDF 3005-3007 3040-30FF 31F0-31FF 3400-4DBF 4E00-9FFF F900-FAFF FF66-FF9F",
    THAI: "0E00-0E4F 0E80-0ECF 1000-1049 1780-17D3",
}
_TABLE = 0x20001  # one entry for everything above the second plane: Han


@cache
def _class_table() -> NDArray[np.uint8]:
    """Code point -> class. The categories of the first plane come from `unicodedata`, the second is letters and emoji."""
    by_category = {category: kind for kind, names in _CATEGORIES.items() for category in names.split()}
    table = np.full(_TABLE, LETTER, np.uint8)
    table[:0x10000] = [by_category.get(unicodedata.category(chr(c)), OTHER) for c in range(0x10000)]
    for kind, ranges in _UNSPACED.items():
        for first, last in (r.split("-") for r in ranges.split()):
            table[int(first, 16) : int(last, 16) + 1] = kind
    table[0x1F000:0x1FB00] = SYMBOL
    table[0x20000] = SYLLABIC
    for kind, chars in _MARKS.items():
        for c in chars:
            if table[ord(c)] not in (STOP, QUOTE) or kind == QUOTE:
                table[ord(c)] = kind
    return table


@cache
def _fold_table() -> NDArray[np.uint32]:
    """Code point -> its lower case, all digits -> 0: what the hashes see."""
    table = np.arange(_TABLE, dtype=np.uint32)
    for c in range(0x10000):
        low = chr(c).lower()
        if len(low) == 1:
            table[c] = ord(low)
    table[_class_table() == DIGIT] = ord("0")
    return table


@cache
def _byte_tables() -> tuple[bytes, bytes]:
    """Class and fold of the first 256 code points."""
    fold = _fold_table()[:256]
    return _class_table()[:256].tobytes(), np.where(fold > 0xFF, np.arange(256), fold).astype(np.uint8).tobytes()


def _look_up(text: str) -> tuple[NDArray[np.uint32], NDArray[np.uint8], NDArray[np.uint32]]:
    """Code points, their classes, and what they fold to. Latin-1 goes by way of bytes: several times as fast as an index."""
    code = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    kinds, folds = _byte_tables()
    narrow = text.encode("latin-1", "replace")
    kind = np.frombuffer(bytearray(narrow.translate(kinds)), np.uint8)
    folded = np.frombuffer(narrow.translate(folds), np.uint8).astype(np.uint32)
    if not text.isascii():
        wide = np.flatnonzero(code > 0xFF)
        if len(wide):
            index = np.minimum(code[wide], _TABLE - 1)
            kind[wide] = _class_table()[index]
            folded[wide] = _fold_table()[index]
    return code, kind, folded


def _by_class(*kinds: tuple[int, ...]) -> Floats:
    table = np.zeros((len(kinds), _CLASSES), np.float32)
    for row, of in zip(table, kinds, strict=True):
        row[list(of)] = 1
    return table


# Class of the last character -> the columns from `ends_colon` on; of the first character -> those from `starts_upper` on.
_ENDS = slice(_COLUMN["ends_colon"], _COLUMN["ends_letter"] + 1)
_END_TABLE = _by_class(
    (COLON,), (COMMA,), (DIGIT,), (CLOSE,), (QUOTE,), (BAR, BULLET, SYMBOL, OTHER), (LOWER, UPPER, LETTER, MARK, SYLLABIC, THAI)
)  # fmt: skip
_STARTS = slice(_COLUMN["starts_upper"], _COLUMN["starts_caseless"] + 1)
_START_TABLE = _by_class(
    (UPPER,), (LOWER,), (DIGIT,), (BULLET, DASH), (QUOTE,), (OPEN,), (SYMBOL, BAR, OTHER), (STOP, COMMA, COLON, CLOSE), (LETTER, SYLLABIC, THAI)
)  # fmt: skip
# Classes whose number in a line is a column, in the order of the columns from `stops` on.
_COUNTED = (STOP, COMMA, COLON, QUOTE, OPEN, DASH, BAR, BULLET, SYMBOL, OTHER)
_COUNTS = slice(_COLUMN["stops"], _COLUMN["others"] + 1)

_LOGS = 4096


@cache
def _logs() -> Floats:
    """log(1 + k) of small whole numbers."""
    return np.log1p(np.arange(_LOGS)).astype(np.float32)


# ---------------------------------------------------------------- the document


@dataclass(frozen=True)
class Lines:
    """A document's lines, encoded once: `rows` are the indices of the lines that are not blank, all else is about those."""

    total: int
    rows: Ints
    matrix: Floats
    words: Floats  # how many words each line has, in any script
    tokens: NDArray[
        np.uint32
    ]  # a hash of every word, in order (in scripts without spaces: of every pair of characters)
    token_line: Ints  # which of `rows` the word is in
    start: Ints  # where each line begins and ends in the text that the lines make up, joined by line breaks
    stop: Ints
    first: Ints  # its first character that is not white space, and the end of its last
    last: Ints

    @cached_property
    def full(self) -> Floats:
        """`matrix` with zeros for the blank lines: a row for every line of the input."""
        out = np.zeros((self.total, len(FEATURES)), np.float32)
        out[self.rows] = self.matrix
        return out


def line_features(lines: Sequence[str]) -> Floats:
    """The matrix of `FEATURES`: float32, a row a line, blank lines too (zeros)."""
    return encode(lines).full


def encode(lines: Sequence[str]) -> Lines:
    """Encode a document once: features, and hashes of its words."""
    total = len(lines)
    size = np.fromiter(map(len, lines), np.int64, total)
    code, kind, folded = _look_up("\n".join(lines) + "\n")
    solid = np.flatnonzero(kind != SPACE)
    if not len(solid):
        none = np.zeros(0, np.int64)
        return Lines(
            total, none, np.zeros((0, len(FEATURES)), np.float32), np.zeros(0, np.float32), np.zeros(0, np.uint32), *[none] * 5
        )
    start = np.cumsum(size + 1) - 1 - size
    left = np.searchsorted(solid, start)
    right = np.append(left[1:], len(solid))
    rows = np.flatnonzero(right > left)
    start, left, right = start[rows], left[rows], right[rows]
    origin = int(start[0])
    text = _Text(
        total, rows, code[origin:], kind[origin:], folded[origin:], start - origin, solid[left] - origin, solid[right - 1] - origin, right - left
    )  # fmt: skip
    for columns in (_size, _letters_and_marks, _ends, _position, _layout, _repetition, _runs, _words):
        columns(text)
    return Lines(
        total, rows, np.ascontiguousarray(text.out.T), text.words, text.tokens, text.word_line,
        start, start + size[rows], text.first + origin, text.last + origin + 1,
    )  # fmt: skip


class _Text:
    """The lines that are not blank, taken apart once; each group of columns below reads it and writes itself into `out`."""

    # Found on the way by one group of columns and read by the next.
    log_words: Floats
    breaks: Ints  # sentence ends inside
    head: NDArray[np.uint8]  # classes of the first and the last character
    end: NDArray[np.uint8]
    prose: Bools  # counts as a line of prose
    long_repeat: Bools

    def __init__(
        self, total: int, rows: Ints, code: NDArray[np.uint32], kind: NDArray[np.uint8], folded: NDArray[np.uint32],
        start: Ints, first: Ints, last: Ints, solid: Ints,
    ) -> None:  # fmt: skip
        self.total, self.rows, self.code, self.kind = total, rows, code, kind
        self.start, self.first, self.last = (
            start,
            first,
            last,
        )  # where each line, its first and its last solid character are
        self.solid = solid.astype(np.float32)  # solid characters
        self.n = n = len(rows)
        self.at = np.arange(n)
        self.out = np.empty((len(FEATURES), n), np.float32)

        # A histogram of classes a line: one bincount for all. Blank lines count to the line above them: they hold spaces only.
        reach = np.empty(n, np.int64)
        np.subtract(start[1:], start[:-1], out=reach[:-1])
        reach[-1] = len(kind) - start[-1]
        self.line_of = np.repeat(self.at, reach)
        slot = self.line_of * _CLASSES
        slot += kind
        self.table = np.bincount(slot, minlength=n * _CLASSES).reshape(n, _CLASSES)
        self.count = self.table.T.astype(np.float32)
        self.caseless = self.count[LETTER] + self.count[MARK] + self.count[SYLLABIC] + self.count[THAI]
        self.letters = self.count[LOWER] + self.count[UPPER] + self.caseless

        # Words: runs of word characters; in scripts without spaces each character stands for itself.
        in_word = (kind >= LOWER) & (kind <= DIGIT)
        begins, ends = in_word.copy(), in_word.copy()
        begins[1:] &= ~in_word[:-1]
        ends[:-1] &= ~in_word[1:]
        if self.count[SYLLABIC].any() or self.count[THAI].any():
            alone = (kind == SYLLABIC) | (kind == THAI)
            edge = alone.copy()
            edge[1:] |= alone[:-1]
            begins |= in_word & edge
            ends[:-1] |= in_word[:-1] & begins[1:]
        word_at = np.flatnonzero(begins)
        self.word_len = np.flatnonzero(ends) - word_at + 1
        self.word_line = self.line_of[word_at]
        self.word_kind = kind[word_at]
        self.word_count = np.bincount(self.word_line, minlength=n)
        self.spaced = (self.word_count - self.count[SYLLABIC] - self.count[THAI]).astype(np.float32)
        unspaced = np.float32(_SYLLABIC_WORD) * self.count[SYLLABIC] + np.float32(_THAI_WORD) * self.count[THAI]
        self.words: Floats = self.spaced + unspaced
        self.some = np.maximum(self.words, 1)
        self.filled = np.flatnonzero(self.word_count)  # lines with words, and where their words begin
        self.word_start = (np.cumsum(self.word_count) - self.word_count)[self.filled]

        # Hashes of words and lines: sums of hashed pairs of folded characters, so order counts. A character of a script without
        # spaces is hashed with the one before it: there, pairs are the words.
        mixed = folded * np.uint32(0x9E3779B1)
        pair = mixed.copy()
        pair[1:] ^= (mixed[:-1] * in_word[:-1]) >> np.uint32(7)
        pair *= np.uint32(0x85EBCA6B)
        pair ^= pair >> np.uint32(13)
        pair *= np.uint32(0xC2B2AE35)
        digit = kind == DIGIT
        counts = kind != SPACE
        counts[1:] &= ~(digit[1:] & digit[:-1])  # a number is a number, however long
        self.line_hash = np.add.reduceat(pair * counts, start)
        self.tokens = np.add.reduceat(pair * in_word, word_at) if len(word_at) else np.zeros(0, np.uint32)
        self.tokens ^= self.tokens >> np.uint32(16)

    def __setitem__(self, name: str, values: Any) -> None:
        self.out[_COLUMN[name]] = values

    def per_line(self, places: Ints) -> Ints:
        """How many of these places in the text each line has."""
        return np.bincount(self.line_of[places], minlength=self.n)


# ---------------------------------------------------------------- a line by itself


def _size(t: _Text) -> None:
    t["log_chars"] = np.log1p((t.last + 1 - t.first).astype(np.float32))
    t["log_words"] = t.log_words = np.log1p(t.words)
    t["word_length"] = t.letters / t.some / 8
    t["one_word"] = t.words < 1.5
    t["words_le_3"] = t.words <= 3
    t["words_ge_12"] = t.words >= 12
    t["words_ge_30"] = t.words >= 30


def _letters_and_marks(t: _Text) -> None:
    count, share = t.count, 1 / t.solid
    t["lower_share"] = count[LOWER] * share
    t["upper_share"] = count[UPPER] * share
    t["caseless_share"] = t.caseless * share
    t["digit_share"] = count[DIGIT] * share
    t["symbol_share"] = (count[SYMBOL] + count[BULLET] + count[BAR]) * share
    t["mark_share"] = 1 - (t.letters + count[DIGIT]) * share
    t.out[_COUNTS] = _logs()[np.minimum(t.table[:, _COUNTED], _LOGS - 1)].T
    t["commas_per_word"] = count[COMMA] / t.some
    t["stops_per_word"] = count[STOP] / t.some

    kind, code = t.kind, t.code
    stops = np.flatnonzero(kind[:-2] == STOP)
    spaced = (kind[stops + 1] == SPACE) & (code[stops + 1] != ord("\n")) & (kind[stops + 2] != SPACE)
    t.breaks = t.per_line(stops[spaced | (kind[stops - 1] == SYLLABIC)])
    t["sentence_breaks"] = np.log1p(t.breaks)
    colons = np.flatnonzero(kind[:-1] == COLON)
    t["clock"] = t.per_line(colons[(kind[colons - 1] == DIGIT) & (kind[colons + 1] == DIGIT)]) > 0
    t["link"] = t.per_line(np.concatenate((colons[code[colons + 1] == ord("/")], np.flatnonzero(code == ord("@"))))) > 0


def _ends(t: _Text) -> None:
    kind, code = t.kind, t.code
    end = kind[t.last]
    # The last character that says something: closing quotes and brackets are looked through, twice.
    bare, bare_kind = t.last, end
    for _ in range(2):
        bare = bare - (((bare_kind == QUOTE) | (bare_kind == CLOSE)) & (bare > t.first))
        bare_kind = kind[bare]
    bare_code = code[bare]
    t["ends_stop"] = ends_stop = bare_kind == STOP
    t["ends_question"] = (bare_code == ord("?")) | (bare_code == ord("？")) | (bare_code == ord("؟"))
    t["ends_ellipsis"] = (bare_code == ord("…")) | ((bare_code == ord(".")) & (code[bare - 1] == ord(".")))
    t.out[_ENDS] = _END_TABLE[:, end]
    t.end, t.head = end, kind[t.first]
    t.out[_STARTS] = _START_TABLE[:, t.head]
    t.prose = ((t.words >= 8) & ends_stop) | (t.words >= 25) | ((t.words >= 12) & (t.breaks > 0))


# ---------------------------------------------------------------- its place in the document


def _position(t: _Text) -> None:
    n, done = t.n, np.cumsum(t.words, dtype=np.float64)
    everything = max(float(done[-1]), 1.0)
    t["place"] = (t.at + 0.5) / n
    t["words_before"] = (done - t.words) / everything
    t["words_after"] = 1 - done / everything
    ranks = np.log1p(t.at) / 2
    t["log_index"], t["log_left"] = ranks, ranks[::-1]
    t["log_lines"] = np.log1p(n) / 2
    t["log_total_words"] = np.log1p(everything) / 2
    t["mean_words"] = np.log1p(everything / n)
    t["prose_lines"] = np.count_nonzero(t.prose) / n
    t["first_line"] = t.at == 0


def _layout(t: _Text) -> None:
    n, rows = t.n, t.rows
    indent = np.minimum(t.first - t.start, 12).astype(np.float32) / 4
    step = np.zeros(n, np.float32)
    np.subtract(indent[1:], indent[:-1], out=step[1:])
    blanks = np.empty(n + 1, np.int64)
    np.subtract(rows[1:], rows[:-1] + 1, out=blanks[1:-1])
    blanks[0], blanks[-1] = rows[0], t.total - 1 - rows[-1]
    gap = np.minimum(blanks, 3)
    t["indent"], t["indent_step"] = indent, step
    t["blank_before"], t["blank_after"] = gap[:-1], gap[1:]
    t["gaps"] = np.count_nonzero(blanks[1:-1]) / (n - 1) if n > 1 else 0.0


def _repetition(t: _Text) -> None:
    n, at = t.n, t.at
    order = np.argsort(t.line_hash, kind="stable")
    heads = np.flatnonzero(~_before(t.line_hash[order]))
    sizes = np.append(heads[1:], n) - heads
    rank, many = np.empty(n, np.int64), np.empty(n, np.int64)
    rank[order] = at - np.repeat(heads, sizes)
    many[order] = np.repeat(sizes, sizes)
    t["repeats"] = np.log(many)
    t["repeated_before"] = rank > 0
    t["repeated_after"] = rank < many - 1
    t["repeats_previous"] = _before(t.line_hash)
    # A line of some length that comes back is a headline, not a button.
    t["long_repeat"] = t.long_repeat = (t.words >= 4) & (rank > 0)
    opening = -1 - at  # lines without words begin like no other
    opening[t.filled] = t.tokens[t.word_start]
    same = _before(opening)
    same[:-1] |= same[1:]
    t["same_start"] = same


def _runs(t: _Text) -> None:
    n, at, prose, words = t.n, t.at, t.prose, t.words
    long = words >= 8
    marks = np.empty((5, n), bool)
    marks[0], marks[1], marks[2], marks[3], marks[4] = t.long_repeat, prose, long, prose[::-1], long[::-1]
    repeat, since, back, until, ahead = _since(marks, at)
    until, ahead = until[::-1], ahead[::-1]
    shape = (t.head.astype(np.int64) * 64 + t.end) * 64 + np.minimum(t.log_words * 2, 20).astype(np.int64)
    windows = np.empty((4, n), np.float32)
    windows[0], windows[1], windows[2], windows[3] = _before(shape), words * prose, words, np.where(long, 0, words)
    alike, in_prose, nearby, in_short = _window_sums(windows, (3, 5, 5, 4))
    t["since_long_repeat"] = np.where(repeat < 0, 0, 1 / np.maximum(repeat, 1))
    t["same_shape"] = alike / 7
    t["prose"] = prose
    t["since_prose"] = np.where(since < 0, 4, np.log1p(np.maximum(since, 0)))
    t["until_prose"] = np.where(until < 0, 4, np.log1p(np.maximum(until, 0)))
    t["no_prose_before"], t["no_prose_after"] = since < 0, until < 0
    t["prose_nearby"] = in_prose / np.maximum(nearby, 1)
    run = np.where(back < 0, at + 1, back) + np.where(ahead < 0, n - at, ahead) - 1
    t["short_run"] = np.where(long, 0, np.log1p(run))
    t["short_run_words"] = np.where(long, 0, np.log1p(in_short / 9))
    goes_on = (t.head == LOWER) | ((t.head >= STOP) & (t.head <= COLON)) | (t.head == CLOSE)
    goes_on[1:] &= (((t.end >= LOWER) & (t.end <= THAI)) | (t.end == COMMA))[:-1]
    goes_on[0] = False
    t["continues"] = goes_on
    t["continued"] = np.append(goes_on[1:], False)


def _before(x: NDArray[Any]) -> Bools:
    """Whether each entry equals the one before it."""
    out = np.zeros(len(x), bool)
    np.equal(x[1:], x[:-1], out=out[1:])
    return out


def _since(marks: Bools, at: Ints) -> Ints:
    """For each row of `marks`: how many entries since the last marked one before; -1 where there is none."""
    last = np.maximum.accumulate(np.where(marks, at, -1), axis=1)
    out = np.empty_like(last)
    out[:, 0] = -1
    np.subtract(at[1:], last[:, :-1], out=out[:, 1:])
    out[:, 1:][last[:, :-1] < 0] = -1
    return out


def _window_sums(x: Floats, reaches: Sequence[int]) -> list[Floats]:
    """For each row of `x` its sums over windows of `reach` entries on either side."""
    k, n = x.shape
    most = max(reaches)
    c = np.zeros((k, n + 2 * most + 1), np.float64)
    np.cumsum(x, axis=1, out=c[:, most + 1 : n + most + 1])
    c[:, n + most + 1 :] = c[:, n + most : n + most + 1]
    return [
        (c[i, most + r + 1 : most + r + 1 + n] - c[i, most - r : most - r + n]).astype(np.float32)
        for i, r in enumerate(reaches)
    ]


# ---------------------------------------------------------------- its words

_BUCKETS = 1 << 14  # of the word table of one document
_WORD_COLUMNS = (
    *("capital_words", "short_words", "long_words", "number_words"),  # of the words between spaces
    *("word_frequency", "common_words", "in_prose", "rare", "rare_in_prose", "in_first_line", "with_previous", "with_next", "new_words"),
)  # fmt: skip


def _words(t: _Text) -> None:
    """What is known about single words, summed over each line: case and length; and does the line speak of what the paragraphs speak of?"""
    total, n = len(t.tokens), t.n
    sums = np.zeros((n, len(_WORD_COLUMNS)), np.float32)
    if total:
        sums[t.filled] = np.add.reduceat(_word_facts(t), t.word_start, axis=0)
    sums[:, :4] /= np.maximum(t.spaced, 1)[:, None]
    sums[:, 8] /= np.maximum(sums[:, 7], 1e-6)  # rare words weigh more, and are measured against each other
    count = np.maximum(t.word_count, 1).astype(np.float32)[:, None]
    sums[:, 4:7] /= count
    sums[:, 9:] /= count
    for k, name in enumerate(_WORD_COLUMNS):
        if name != "rare":
            t[name] = sums[:, k]


def _word_facts(t: _Text) -> Floats:
    """For each word a row of what `_WORD_COLUMNS` sum up."""
    total = len(t.tokens)
    bucket = (t.tokens & np.uint32(_BUCKETS - 1)).astype(np.uint16)
    frequency = np.bincount(bucket, minlength=_BUCKETS)[bucket]
    prose = t.prose[t.word_line]
    in_prose = np.bincount(bucket[prose], minlength=_BUCKETS)[bucket] > prose  # in other lines of prose than its own
    by_word = np.argsort(bucket, kind="stable")  # sixteen bits: a radix sort
    line = t.word_line[by_word]
    again = _before(bucket[by_word])
    near = again[1:] & (line[1:] == line[:-1] + 1)
    in_first = np.zeros(_BUCKETS, bool)
    in_first[bucket[: t.word_count[0]]] = True
    number = t.word_kind == DIGIT
    facts = np.zeros((total, len(_WORD_COLUMNS)), np.float32)
    facts[:, 0] = t.word_kind == UPPER
    facts[:, 1] = (t.word_len <= 3) & (t.word_kind != SYLLABIC) & (t.word_kind != THAI) & ~number
    facts[:, 2] = t.word_len >= 8
    facts[:, 3] = number
    facts[:, 4] = _logs()[np.minimum(frequency - 1, _LOGS - 1)]
    facts[:, 5] = frequency * 100 > total
    facts[:, 6] = in_prose
    facts[:, 7] = rare = np.float32(1) / frequency.astype(np.float32)
    facts[:, 8] = rare * in_prose
    facts[:, 9] = in_first[bucket]
    facts[by_word[1:], 10] = near
    facts[by_word[:-1], 11] = near
    facts[by_word, 12] = ~again
    return facts
