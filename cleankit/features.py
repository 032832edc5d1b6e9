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

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

# Character classes. The order matters: word characters are LOWER..DIGIT, so one comparison finds them.
SPACE, LOWER, UPPER, LETTER, MARK, SYLLABIC, THAI, DIGIT, STOP, COMMA, COLON, QUOTE, OPEN, CLOSE, DASH, BAR, BULLET, SYMBOL, OTHER = range(19)
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
# Scripts that put no space between words; a character is worth this much of a word.
_SYLLABIC_WORD = 0.6
_THAI_WORD = 0.22
_SYLLABIC_RANGES = ((0x2E80, 0x2FDF), (0x3005, 0x3007), (0x3040, 0x30FF), (0x31F0, 0x31FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0xFF66, 0xFF9F))
_THAI_RANGES = ((0x0E00, 0x0E4F), (0x0E80, 0x0ECF), (0x1000, 0x1049), (0x1780, 0x17D3))
_TABLE = 0x20001  # one entry for everything above the second plane: Han


@cache
def _class_table() -> NDArray[np.uint8]:
    """Code point -> class. The categories of the first plane come from `unicodedata`, the second is letters and emoji."""
    by_category = {"Lu": UPPER, "Lt": UPPER, "Ll": LOWER, "Lo": LETTER, "Lm": LETTER, "Mn": MARK, "Mc": MARK, "Me": MARK, "Nd": DIGIT, "Nl": DIGIT,
                   "No": DIGIT, "Pd": DASH, "Ps": OPEN, "Pe": CLOSE, "Pi": QUOTE, "Pf": QUOTE, "Pc": LETTER, "Sc": SYMBOL, "Sm": SYMBOL, "So": SYMBOL,
                   "Sk": SYMBOL, "Zs": SPACE, "Zl": SPACE, "Zp": SPACE, "Cc": SPACE, "Cf": SPACE}
    table = np.full(_TABLE, LETTER, np.uint8)
    table[:0x10000] = [by_category.get(unicodedata.category(chr(c)), OTHER) for c in range(0x10000)]
    for ranges, kind in ((_SYLLABIC_RANGES, SYLLABIC), (_THAI_RANGES, THAI)):
        for first, last in ranges:
            table[first : last + 1] = kind
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


GROUPS: dict[str, tuple[str, ...]] = {
    "size": ("log_chars", "log_words", "word_length", "one_word", "words_le_3", "words_ge_12", "words_ge_30"),
    "letters": ("lower_share", "upper_share", "caseless_share", "digit_share", "symbol_share", "mark_share", "capital_words", "short_words", "long_words", "number_words"),
    "marks": ("stops", "commas", "colons", "quotes", "brackets", "dashes", "bars", "bullets", "symbols", "others", "commas_per_word", "stops_per_word", "sentence_breaks", "clock", "link"),
    "ends": ("ends_stop", "ends_question", "ends_ellipsis", "ends_colon", "ends_comma", "ends_digit", "ends_close", "ends_quote", "ends_symbol", "ends_letter",
             "starts_upper", "starts_lower", "starts_digit", "starts_bullet", "starts_quote", "starts_open", "starts_symbol", "starts_punctuation", "starts_caseless"),
    "position": ("place", "words_before", "words_after", "log_index", "log_left", "log_lines", "log_total_words", "mean_words", "prose_lines", "first_line"),
    "layout": ("indent", "indent_step", "blank_before", "blank_after", "gaps"),
    "repetition": ("repeats", "repeated_before", "repeated_after", "repeats_previous", "long_repeat", "since_long_repeat", "same_start", "same_shape"),
    "runs": ("prose", "since_prose", "until_prose", "no_prose_before", "no_prose_after", "prose_nearby", "short_run", "short_run_words", "continues", "continued"),
    "cohesion": ("word_frequency", "common_words", "in_prose", "rare_in_prose", "in_first_line", "with_previous", "with_next", "new_words"),
}
FEATURES: tuple[str, ...] = tuple(name for names in GROUPS.values() for name in names)

_BUCKETS = 1 << 14  # of the word table of one document
_LONG_REPEAT = 4.0  # words of a line whose return means something: a headline, not a button


@dataclass(frozen=True)
class Lines:
    """A document's lines, encoded once: `rows` are the indices of the lines that are not blank, all else is about those."""

    total: int
    rows: Ints
    matrix: Floats
    words: Floats  # how many words each line has, in any script
    tokens: NDArray[np.uint32]  # a hash of every word, in order (in scripts without spaces: of every pair of characters)
    token_line: Ints  # which of `rows` the word is in

    @cached_property
    def full(self) -> Floats:
        """`matrix` with zeros for the blank lines: a row for every line of the input."""
        out = np.zeros((self.total, len(FEATURES)), np.float32)
        out[self.rows] = self.matrix
        return out


def line_features(lines: Sequence[str]) -> Floats:
    """The matrix of `FEATURES`: float32, a row a line, blank lines too (zeros)."""
    return encode(lines).full


def _window_sums(x: Floats, reaches: Sequence[int]) -> list[Floats]:
    """For each row of `x` its sums over windows of `reach` entries on either side."""
    k, n = x.shape
    most = max(reaches)
    c = np.zeros((k, n + 2 * most + 1), np.float64)
    np.cumsum(x, axis=1, out=c[:, most + 1 : n + most + 1])
    c[:, n + most + 1 :] = c[:, n + most : n + most + 1]
    return [(c[i, most + r + 1 : most + r + 1 + n] - c[i, most - r : most - r + n]).astype(np.float32) for i, r in enumerate(reaches)]


def _since(marks: Bools, at: Ints) -> Ints:
    """For each row of `marks`: how many entries since the last marked one before; -1 where there is none."""
    last = np.maximum.accumulate(np.where(marks, at, -1), axis=1)
    out = np.empty_like(last)
    out[:, 0] = -1
    np.subtract(at[1:], last[:, :-1], out=out[:, 1:])
    out[:, 1:][last[:, :-1] < 0] = -1
    return out


def _before(x: NDArray[Any]) -> Bools:
    """Whether each entry equals the one before it."""
    out = np.zeros(len(x), bool)
    np.equal(x[1:], x[:-1], out=out[1:])
    return out


def _look_up(text: str) -> tuple[NDArray[np.uint32], NDArray[np.uint8], NDArray[np.uint32]]:
    """Code points, their classes, and what they fold to. Latin-1 goes by way of bytes, which is several times as fast as an index."""
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


@cache
def _byte_tables() -> tuple[bytes, bytes]:
    """Class and fold of the first 256 code points. Three of them fold beyond a byte (none in use but `ÿ`'s capital folds into it)."""
    return _class_table()[:256].tobytes(), np.where(_fold_table()[:256] > 0xFF, np.arange(256), _fold_table()[:256]).astype(np.uint8).tobytes()


def encode(lines: Sequence[str]) -> Lines:
    """Encode a document once: features, and hashes of its words."""
    total = len(lines)
    size = np.fromiter(map(len, lines), np.int64, total)
    code, kind, folded = _look_up("\n".join(lines) + "\n")
    solid = np.flatnonzero(kind != SPACE)
    if not len(solid):
        empty = np.zeros(0, np.int64)
        return Lines(total, empty, np.zeros((0, len(FEATURES)), np.float32), np.zeros(0, np.float32), np.zeros(0, np.uint32), empty)
    stop = np.cumsum(size + 1) - 1  # where each line's separator is
    start = stop - size
    left = np.searchsorted(solid, start)
    right = np.append(left[1:], len(solid))
    rows = np.flatnonzero(right > left)
    n = len(rows)
    at = np.arange(n)
    start, left, right = start[rows], left[rows], right[rows]
    first, last = solid[left], solid[right - 1]

    # A histogram of classes a line: one bincount for all of them. Blank lines count to the line above them: they hold spaces only.
    origin = int(start[0])
    kind, code, folded = kind[origin:], code[origin:], folded[origin:]
    start, first, last = start - origin, first - origin, last - origin
    reach = np.empty(n, np.int64)  # of each line with the blank lines after it
    np.subtract(start[1:], start[:-1], out=reach[:-1])
    reach[-1] = len(kind) - start[-1]
    line_of = np.repeat(at, reach)
    slot = line_of * _CLASSES
    slot += kind
    table = np.bincount(slot, minlength=n * _CLASSES).reshape(n, _CLASSES)
    count = table.T.astype(np.float32)
    caseless = count[LETTER] + count[MARK] + count[SYLLABIC] + count[THAI]
    letters = count[LOWER] + count[UPPER] + caseless
    solid_chars = (right - left).astype(np.float32)

    # Words: runs of word characters; in scripts without spaces each character stands for itself.
    in_word = (kind >= LOWER) & (kind <= DIGIT)
    begins = in_word.copy()
    begins[1:] &= ~in_word[:-1]
    ends = in_word.copy()
    ends[:-1] &= ~in_word[1:]
    unspaced = bool(count[SYLLABIC].any() or count[THAI].any())
    if unspaced:
        alone = (kind == SYLLABIC) | (kind == THAI)
        edge = alone.copy()
        edge[1:] |= alone[:-1]
        begins |= in_word & edge
        ends[:-1] |= in_word[:-1] & begins[1:]
    word_at = np.flatnonzero(begins)
    word_len = np.flatnonzero(ends) - word_at + 1
    token_total = len(word_at)
    word_line = line_of[word_at]
    word_kind = kind[word_at]
    lone = (word_kind == SYLLABIC) | (word_kind == THAI)
    token_count = np.bincount(word_line, minlength=n)
    spaced = (token_count - count[SYLLABIC] - count[THAI]).astype(np.float32)
    words = spaced + np.float32(_SYLLABIC_WORD) * count[SYLLABIC] + np.float32(_THAI_WORD) * count[THAI]
    some = np.maximum(words, 1)

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
    line_hash = np.add.reduceat(pair * counts, start)
    if token_total:
        tokens = np.add.reduceat(pair * in_word, word_at)
        tokens ^= tokens >> np.uint32(16)
    else:
        tokens = np.zeros(0, np.uint32)

    out = np.empty((len(FEATURES), n), np.float32)
    f = _Columns(out)
    f["log_chars"] = np.log1p((last + 1 - first).astype(np.float32))
    f["log_words"] = log_words = np.log1p(words)
    f["word_length"] = letters / some / 8
    f["one_word"] = words < 1.5
    f["words_le_3"] = words <= 3
    f["words_ge_12"] = words >= 12
    f["words_ge_30"] = words >= 30

    share = 1 / solid_chars
    f["lower_share"] = count[LOWER] * share
    f["upper_share"] = count[UPPER] * share
    f["caseless_share"] = caseless * share
    f["digit_share"] = count[DIGIT] * share
    f["symbol_share"] = (count[SYMBOL] + count[BULLET] + count[BAR]) * share
    f["mark_share"] = 1 - (letters + count[DIGIT]) * share

    logs = _logs()[np.minimum(table[:, STOP : OTHER + 1], _LOGS - 1)].T
    for name, kinds in (("stops", STOP), ("commas", COMMA), ("colons", COLON), ("quotes", QUOTE), ("brackets", OPEN), ("dashes", DASH), ("bars", BAR),
                        ("bullets", BULLET), ("symbols", SYMBOL), ("others", OTHER)):
        f[name] = logs[kinds - STOP]
    f["commas_per_word"] = count[COMMA] / some
    f["stops_per_word"] = count[STOP] / some
    stops = np.flatnonzero(kind[:-2] == STOP)
    inner = stops[((kind[stops + 1] == SPACE) & (code[stops + 1] != ord("\n")) & (kind[stops + 2] != SPACE)) | (kind[stops - 1] == SYLLABIC)]
    breaks = np.bincount(line_of[inner], minlength=n)
    f["sentence_breaks"] = np.log1p(breaks)
    colons = np.flatnonzero(kind[:-1] == COLON)
    clocks = colons[(kind[colons - 1] == DIGIT) & (kind[colons + 1] == DIGIT)]
    f["clock"] = np.bincount(line_of[clocks], minlength=n) > 0
    links = np.concatenate((colons[code[colons + 1] == ord("/")], np.flatnonzero(code == ord("@"))))
    f["link"] = np.bincount(line_of[links], minlength=n) > 0

    # The last character that says something: closing quotes and brackets are looked through, twice.
    end_kind = kind[last]
    bare, bare_kind = last, end_kind
    for _ in range(2):
        bare = bare - (((bare_kind == QUOTE) | (bare_kind == CLOSE)) & (bare > first))
        bare_kind = kind[bare]
    bare_code = code[bare]
    f["ends_stop"] = ends_stop = bare_kind == STOP
    f["ends_question"] = (bare_code == ord("?")) | (bare_code == ord("？")) | (bare_code == ord("؟"))
    f["ends_ellipsis"] = (bare_code == ord("…")) | ((bare_code == ord(".")) & (code[bare - 1] == ord(".")))
    out[_ENDS] = _end_table()[:, end_kind]
    ends_letter, ends_comma = (end_kind >= LOWER) & (end_kind <= THAI), end_kind == COMMA
    head = kind[first]
    out[_STARTS] = _start_table()[:, head]
    starts_lower, starts_mark = head == LOWER, ((head >= STOP) & (head <= COLON)) | (head == CLOSE)

    prose = ((words >= 8) & ends_stop) | (words >= 25) | ((words >= 12) & (breaks > 0))
    done = np.cumsum(words, dtype=np.float64)
    everything = max(float(done[-1]), 1.0)
    f["place"] = (at + 0.5) / n
    f["words_before"] = (done - words) / everything
    f["words_after"] = 1 - done / everything
    ranks = np.log1p(at) / 2
    f["log_index"] = ranks
    f["log_left"] = ranks[::-1]
    f["log_lines"] = np.log1p(n) / 2
    f["log_total_words"] = np.log1p(everything) / 2
    f["mean_words"] = np.log1p(everything / n)
    f["prose_lines"] = prose.mean()
    f["first_line"] = at == 0

    indent = np.minimum(first - start, 12).astype(np.float32) / 4
    blanks = np.empty(n + 1, np.int64)
    np.subtract(rows[1:], rows[:-1] + 1, out=blanks[1:-1])
    blanks[0], blanks[-1] = rows[0], total - 1 - rows[-1]
    gap = np.minimum(blanks, 3).astype(np.float32)
    f["indent"] = indent
    out[_COLUMN["indent_step"], 0] = 0
    np.subtract(indent[1:], indent[:-1], out=out[_COLUMN["indent_step"], 1:])
    f["blank_before"], f["blank_after"] = gap[:-1], gap[1:]
    f["gaps"] = (blanks[1:-1] > 0).mean() if n > 1 else 0.0

    order = np.argsort(line_hash, kind="stable")
    new_group = ~_before(line_hash[order])
    heads = np.flatnonzero(new_group)
    sizes = np.append(heads[1:], n) - heads
    rank = np.empty(n, np.int64)
    rank[order] = at - np.repeat(heads, sizes)
    many = np.empty(n, np.int64)
    many[order] = np.repeat(sizes, sizes)
    f["repeats"] = np.log(many)
    f["repeated_before"] = rank > 0
    f["repeated_after"] = rank < many - 1
    f["repeats_previous"] = _before(line_hash)
    f["long_repeat"] = long_repeat = (words >= _LONG_REPEAT) & (rank > 0)
    long = words >= 8
    marks = np.empty((5, n), bool)
    marks[0], marks[1], marks[2], marks[3], marks[4] = long_repeat, prose, long, prose[::-1], long[::-1]
    since_repeat, since, back, until, ahead = _since(marks, at)
    until, ahead = until[::-1], ahead[::-1]
    f["since_long_repeat"] = np.where(since_repeat < 0, 0, 1 / np.maximum(since_repeat, 1))
    filled = np.flatnonzero(token_count)
    word_start = (np.cumsum(token_count) - token_count)[filled]
    opening = -1 - at  # lines without words are like no other
    opening[filled] = tokens[word_start]
    same = _before(opening)
    same[:-1] |= same[1:]
    f["same_start"] = same
    shape = (head.astype(np.int64) * 64 + end_kind) * 64 + np.minimum(log_words * 2, 20).astype(np.int64)
    windows = np.empty((4, n), np.float32)
    windows[0], windows[1], windows[2], windows[3] = _before(shape), words * prose, words, np.where(long, 0, words)
    alike, nearby, near_words, near_short = _window_sums(windows, (3, 5, 5, 4))
    f["same_shape"] = alike / 7

    f["prose"] = prose
    f["since_prose"] = np.where(since < 0, 4, np.log1p(np.maximum(since, 0)))
    f["until_prose"] = np.where(until < 0, 4, np.log1p(np.maximum(until, 0)))
    f["no_prose_before"] = since < 0
    f["no_prose_after"] = until < 0
    f["prose_nearby"] = nearby / np.maximum(near_words, 1)
    run = np.where(back < 0, at + 1, back) + np.where(ahead < 0, n - at, ahead) - 1
    f["short_run"] = np.where(long, 0, np.log1p(run))
    f["short_run_words"] = np.where(long, 0, np.log1p(near_short / 9))
    goes_on = starts_lower | starts_mark
    goes_on[1:] &= (ends_letter | ends_comma)[:-1]
    goes_on[0] = False
    f["continues"] = goes_on
    f["continued"] = np.append(goes_on[1:], False)

    # What is known about words, summed over each line: case and length, and cohesion: does a line speak of what the long paragraphs speak of?
    bucket = (tokens & np.uint32(_BUCKETS - 1)).astype(np.uint16)
    frequency = np.bincount(bucket, minlength=_BUCKETS)[bucket]
    prosaic = prose[word_line]
    in_prose = np.bincount(bucket[prosaic], minlength=_BUCKETS)[bucket] > prosaic
    by_word = np.argsort(bucket, kind="stable")  # sixteen bits: a radix sort
    sorted_line = word_line[by_word]
    again = _before(bucket[by_word])
    near = again[1:] & (sorted_line[1:] == sorted_line[:-1] + 1)
    in_first = np.zeros(_BUCKETS, bool)
    in_first[bucket[: token_count[0]]] = True
    facts = np.empty((max(token_total, 1), 13), np.float32)
    sums = np.zeros((n, 13), np.float32)
    if token_total:
        facts[:, 0] = word_kind == UPPER
        facts[:, 1] = (word_len <= 3) & ~lone & (word_kind != DIGIT)
        facts[:, 2] = word_len >= 8
        facts[:, 3] = word_kind == DIGIT
        facts[:, 4] = _logs()[np.minimum(frequency - 1, _LOGS - 1)]
        facts[:, 5] = frequency * 100 > token_total
        facts[:, 6] = in_prose
        facts[:, 7] = rare = np.float32(1) / frequency.astype(np.float32)
        facts[:, 8] = rare * in_prose
        facts[:, 9] = in_first[bucket]
        facts[:, 10:] = 0
        facts[by_word[1:], 10] = near
        facts[by_word[:-1], 11] = near
        facts[by_word, 12] = ~again
        sums[filled] = np.add.reduceat(facts, word_start, axis=0)
    sums[:, :4] /= np.maximum(spaced, 1)[:, None]
    sums[:, 8] /= np.maximum(sums[:, 7], 1e-6)
    rows_of_words = np.maximum(token_count, 1).astype(np.float32)[:, None]
    sums[:, 4:7] /= rows_of_words
    sums[:, 9:] /= rows_of_words
    for name, k in (("capital_words", 0), ("short_words", 1), ("long_words", 2), ("number_words", 3), ("word_frequency", 4), ("common_words", 5), ("in_prose", 6),
                    ("rare_in_prose", 8), ("in_first_line", 9), ("with_previous", 10), ("with_next", 11), ("new_words", 12)):
        f[name] = sums[:, k]
    return Lines(total, rows, np.ascontiguousarray(out.T), words, tokens, word_line)


_LOGS = 4096


@cache
def _logs() -> Floats:
    """log(1 + k) of small whole numbers."""
    return np.log1p(np.arange(_LOGS)).astype(np.float32)


class _Columns:
    """Write columns by name."""

    def __init__(self, out: Floats) -> None:
        self._out = out

    def __setitem__(self, name: str, values: Any) -> None:
        self._out[_COLUMN[name]] = values


_COLUMN = {name: j for j, name in enumerate(FEATURES)}

_ENDS = slice(_COLUMN["ends_colon"], _COLUMN["ends_letter"] + 1)
_STARTS = slice(_COLUMN["starts_upper"], _COLUMN["starts_caseless"] + 1)


def _by_class(kinds: Sequence[tuple[int, ...]]) -> Floats:
    table = np.zeros((len(kinds), _CLASSES), np.float32)
    for row, of in zip(table, kinds, strict=True):
        row[list(of)] = 1
    return table


@cache
def _end_table() -> Floats:
    """Class of the last character -> the columns from `ends_colon` to `ends_letter`."""
    return _by_class([(COLON,), (COMMA,), (DIGIT,), (CLOSE,), (QUOTE,), (BAR, BULLET, SYMBOL, OTHER), (LOWER, UPPER, LETTER, MARK, SYLLABIC, THAI)])


@cache
def _start_table() -> Floats:
    """Class of the first character -> the columns from `starts_upper` to `starts_caseless`."""
    return _by_class([(UPPER,), (LOWER,), (DIGIT,), (BULLET, DASH), (QUOTE,), (OPEN,), (SYMBOL, BAR, OTHER), (STOP, COMMA, COLON, CLOSE), (LETTER, SYLLABIC, THAI)])
