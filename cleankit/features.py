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


def _window_sum(x: Floats, reach: int) -> Floats:
    """Sum over the `reach` rows on either side, itself included."""
    c = np.concatenate((np.zeros(1, np.float64), np.cumsum(x, dtype=np.float64)))
    at = np.arange(len(x))
    return (c[np.minimum(at + reach + 1, len(x))] - c[np.maximum(at - reach, 0)]).astype(np.float32)


def _since(marks: Bools, at: Ints) -> Ints:
    """Rows since the last marked row before this one; -1 where there is none."""
    last = np.maximum.accumulate(np.where(marks, at, -1))
    before = np.concatenate(([-1], last[:-1]))
    return np.where(before < 0, -1, at - before)


def encode(lines: Sequence[str]) -> Lines:
    """Encode a document once: features, and hashes of its words."""
    total = len(lines)
    size = np.fromiter(map(len, lines), np.int64, total)
    text = "\n".join(lines)
    code = np.frombuffer(text.encode("utf-32-le", "surrogatepass") + b"\n\0\0\0", np.uint32)
    code = np.minimum(code, _TABLE - 1)
    kind = _class_table()[code]
    stop = np.cumsum(size + 1) - 1  # where each line's separator is
    start = stop - size
    solid = np.flatnonzero(kind != SPACE)
    if not len(solid):
        empty = np.zeros(0, np.int64)
        return Lines(total, empty, np.zeros((0, len(FEATURES)), np.float32), np.zeros(0, np.float32), np.zeros(0, np.uint32), empty)
    left = np.searchsorted(solid, start)
    right = np.searchsorted(solid, stop)
    rows = np.flatnonzero(right > left)
    n = len(rows)
    at = np.arange(n)
    start, stop, left, right = start[rows], stop[rows], left[rows], right[rows]
    first, last = solid[left], solid[right - 1]
    chars = (last + 1 - first).astype(np.float32)

    # A histogram of classes a line: one bincount for all of them.
    line_of = np.repeat(at, np.diff(np.append(start, len(code))))
    body = kind[start[0] :]
    table = np.bincount(line_of * _CLASSES + body, minlength=n * _CLASSES).reshape(n, _CLASSES).astype(np.float32)
    count = table.T
    letters = count[LOWER] + count[UPPER] + count[LETTER] + count[MARK] + count[SYLLABIC] + count[THAI]
    solid_chars = np.maximum((right - left).astype(np.float32), 1)

    # Words: runs of word characters; in scripts without spaces each character stands for itself.
    alone = (kind == SYLLABIC) | (kind == THAI)
    in_word = (kind >= LOWER) & (kind <= DIGIT)
    begins = in_word.copy()
    begins[1:] &= ~in_word[:-1] | alone[1:] | alone[:-1]
    word_at = np.flatnonzero(begins)
    after = np.flatnonzero(in_word[:-1] & (~in_word[1:] | begins[1:])) + 1  # the last character is a separator: every word ends
    word_len = after - word_at
    word_line = line_of[word_at - start[0]]
    word_kind = kind[word_at]
    lone = alone[word_at]
    spaced = np.bincount(word_line[~lone], minlength=n).astype(np.float32)
    words = spaced + _SYLLABIC_WORD * count[SYLLABIC] + _THAI_WORD * count[THAI]
    some = np.maximum(words, 1)

    # Hashes of words and lines: sums of hashed pairs of folded characters, so order counts.
    folded = _fold_table()[code]
    mixed = folded * np.uint32(0x9E3779B1)
    pair = mixed.copy()
    pair[1:] ^= np.where(in_word[:-1] & in_word[1:], mixed[:-1], 0).astype(np.uint32) >> np.uint32(7)
    pair *= np.uint32(0x85EBCA6B)
    pair ^= pair >> np.uint32(13)
    pair *= np.uint32(0xC2B2AE35)
    sums = np.concatenate((np.zeros(1, np.uint32), np.cumsum(pair, dtype=np.uint32)))
    tokens = sums[after] - sums[word_at]
    tokens ^= tokens >> np.uint32(16)
    solid_sums = np.concatenate((np.zeros(1, np.uint32), np.cumsum(np.where(kind == SPACE, np.uint32(0), pair), dtype=np.uint32)))
    line_hash = solid_sums[last + 1] - solid_sums[first]

    f: dict[str, Any] = {}
    f["log_chars"] = np.log1p(chars)
    f["log_words"] = log_words = np.log1p(words)
    f["word_length"] = letters / some / 8
    f["one_word"] = words < 1.5
    f["words_le_3"] = words <= 3
    f["words_ge_12"] = words >= 12
    f["words_ge_30"] = words >= 30

    f["lower_share"] = count[LOWER] / solid_chars
    f["upper_share"] = count[UPPER] / solid_chars
    f["caseless_share"] = (count[LETTER] + count[MARK] + count[SYLLABIC] + count[THAI]) / solid_chars
    f["digit_share"] = count[DIGIT] / solid_chars
    f["symbol_share"] = (count[SYMBOL] + count[BULLET] + count[BAR]) / solid_chars
    f["mark_share"] = 1 - (letters + count[DIGIT]) / solid_chars
    cased = np.maximum(spaced, 1)
    f["capital_words"] = np.bincount(word_line[word_kind == UPPER], minlength=n) / cased
    f["short_words"] = np.bincount(word_line[(word_len <= 3) & ~lone & (word_kind != DIGIT)], minlength=n) / cased
    f["long_words"] = np.bincount(word_line[word_len >= 8], minlength=n) / cased
    f["number_words"] = np.bincount(word_line[word_kind == DIGIT], minlength=n) / cased

    for name, kinds in (("stops", STOP), ("commas", COMMA), ("colons", COLON), ("quotes", QUOTE), ("brackets", OPEN), ("dashes", DASH), ("bars", BAR),
                        ("bullets", BULLET), ("symbols", SYMBOL), ("others", OTHER)):
        f[name] = np.log1p(count[kinds])
    f["commas_per_word"] = count[COMMA] / some
    f["stops_per_word"] = count[STOP] / some
    stops = np.flatnonzero(kind[:-2] == STOP)
    inner = stops[((kind[stops + 1] == SPACE) & (kind[stops + 2] != SPACE)) | (kind[stops - 1] == SYLLABIC)]
    inner = inner[inner >= start[0]]
    breaks = np.bincount(line_of[inner - start[0]], minlength=n)
    f["sentence_breaks"] = np.log1p(breaks)
    colons = np.flatnonzero(kind[:-1] == COLON)
    colons = colons[(colons > start[0])]
    f["clock"] = np.bincount(line_of[colons[(kind[colons - 1] == DIGIT) & (kind[colons + 1] == DIGIT)] - start[0]], minlength=n) > 0
    slash = colons[code[colons + 1] == ord("/")]
    ats = np.flatnonzero(code == ord("@"))
    ats = ats[ats >= start[0]]
    f["link"] = (np.bincount(line_of[slash - start[0]], minlength=n) + np.bincount(line_of[ats - start[0]], minlength=n)) > 0

    # The last character that says something: closing quotes and brackets are looked through, twice.
    end_kind = kind[last]
    bare = last
    for _ in range(2):
        closing = np.isin(kind[bare], (QUOTE, CLOSE)) & (bare > first)
        bare = np.where(closing, bare - 1, bare)
    bare_kind, bare_code = kind[bare], code[bare]
    ends_stop = bare_kind == STOP
    f["ends_stop"] = ends_stop
    f["ends_question"] = (bare_code == ord("?")) | (bare_code == ord("？")) | (bare_code == ord("؟"))
    f["ends_ellipsis"] = (bare_code == ord("…")) | (ends_stop & (code[np.maximum(bare - 1, 0)] == ord(".")) & (bare_code == ord(".")))
    f["ends_colon"] = end_kind == COLON
    f["ends_comma"] = end_kind == COMMA
    f["ends_digit"] = end_kind == DIGIT
    f["ends_close"] = end_kind == CLOSE
    f["ends_quote"] = end_kind == QUOTE
    f["ends_symbol"] = (end_kind >= BAR) & (end_kind <= OTHER)
    f["ends_letter"] = ends_letter = (end_kind >= LOWER) & (end_kind <= THAI)
    head = kind[first]
    f["starts_upper"] = head == UPPER
    f["starts_lower"] = starts_lower = head == LOWER
    f["starts_digit"] = head == DIGIT
    f["starts_bullet"] = (head == BULLET) | (head == DASH)
    f["starts_quote"] = head == QUOTE
    f["starts_open"] = head == OPEN
    f["starts_symbol"] = (head == SYMBOL) | (head == BAR) | (head == OTHER)
    f["starts_punctuation"] = starts_mark = (head >= STOP) & (head <= COLON)
    f["starts_caseless"] = (head == LETTER) | (head == SYLLABIC) | (head == THAI)

    prose = ((words >= 8) & ends_stop) | (words >= 25) | ((words >= 12) & (breaks > 0))
    done = np.cumsum(words)
    everything = max(float(done[-1]), 1.0)
    f["place"] = (at + 0.5) / n
    f["words_before"] = (done - words) / everything
    f["words_after"] = 1 - done / everything
    f["log_index"] = np.log1p(at) / 2
    f["log_left"] = np.log1p(n - 1 - at) / 2
    f["log_lines"] = np.full(n, np.log1p(n) / 2)
    f["log_total_words"] = np.full(n, np.log1p(everything) / 2)
    f["mean_words"] = np.full(n, np.log1p(everything / n))
    f["prose_lines"] = np.full(n, prose.mean())
    f["first_line"] = at == 0

    indent = np.minimum(first - start, 12).astype(np.float32) / 4
    blanks = np.diff(np.concatenate(([-1], rows, [total]))) - 1
    gap = np.minimum(blanks, 3).astype(np.float32)
    f["indent"] = indent
    f["indent_step"] = np.diff(indent, prepend=indent[:1])
    f["blank_before"], f["blank_after"] = gap[:-1], gap[1:]
    f["gaps"] = np.full(n, (blanks[1:-1] > 0).mean() if n > 1 else 0.0)

    order = np.argsort(line_hash, kind="stable")
    ordered = line_hash[order]
    new_group = np.concatenate(([True], ordered[1:] != ordered[:-1]))
    group = np.cumsum(new_group) - 1
    heads = np.flatnonzero(new_group)
    sizes = np.diff(np.append(heads, n))
    rank = np.empty(n, np.int64)
    rank[order] = at - heads[group]
    many = np.empty(n, np.int64)
    many[order] = sizes[group]
    previous = np.concatenate(([0], np.arange(n - 1)))
    f["repeats"] = np.log(many)
    f["repeated_before"] = rank > 0
    f["repeated_after"] = rank < many - 1
    f["repeats_previous"] = (line_hash == line_hash[previous]) & (at > 0)
    f["long_repeat"] = long_repeat = (words >= _LONG_REPEAT) & (rank > 0)
    since = _since(long_repeat, at)
    f["since_long_repeat"] = np.where(since < 0, 0, 1 / np.maximum(since, 1).astype(np.float32))
    token_total = len(tokens)
    first_token = np.searchsorted(word_line, at)
    has = first_token < np.append(first_token[1:], token_total)
    opening = np.where(has, tokens[np.minimum(first_token, max(token_total - 1, 0))] if token_total else 0, at)
    f["same_start"] = (_equal_next(opening) | _equal_before(opening)) & has
    shape = head.astype(np.int64) * 4096 + end_kind.astype(np.int64) * 64 + np.minimum(log_words * 2, 20).astype(np.int64)
    f["same_shape"] = _window_sum((_equal_before(shape)).astype(np.float32), 3) / 7

    f["prose"] = prose
    since, until = _since(prose, at), _since(prose[::-1], at)[::-1]
    f["since_prose"] = np.where(since < 0, 4, np.log1p(np.maximum(since, 0)))
    f["until_prose"] = np.where(until < 0, 4, np.log1p(np.maximum(until, 0)))
    f["no_prose_before"] = since < 0
    f["no_prose_after"] = until < 0
    f["prose_nearby"] = _window_sum(np.where(prose, words, 0).astype(np.float32), 5) / np.maximum(_window_sum(words, 5), 1)
    short = words < 8
    back, ahead = _since(~short, at), _since(~short[::-1], at)[::-1]
    run = np.where(short, np.where(back < 0, at + 1, back) + np.where(ahead < 0, n - at, ahead) - 1, 0)
    f["short_run"] = np.log1p(run)
    f["short_run_words"] = np.where(short, np.log1p(_window_sum(np.where(short, words, 0), 4) / 9), 0)
    open_end = ends_letter | (end_kind == COMMA)
    f["continues"] = (starts_lower | starts_mark) & np.concatenate(([False], open_end[:-1]))
    f["continued"] = open_end & np.concatenate(((starts_lower | starts_mark)[1:], [False]))

    # Cohesion: does a line speak of what the long paragraphs speak of?
    bigram = lone & np.concatenate((lone[1:], [False]))  # in scripts without spaces a pair of characters is a word
    if bigram.any():
        follow = np.append(tokens[1:], np.uint32(0))
        tokens = np.where(bigram, tokens * np.uint32(31) + follow, tokens)
    bucket = (tokens & np.uint32(_BUCKETS - 1)).astype(np.int64)
    per_bucket = np.bincount(bucket, minlength=_BUCKETS)
    frequency = per_bucket[bucket]
    prosaic = prose[word_line]
    in_prose = np.bincount(bucket[prosaic], minlength=_BUCKETS)[bucket] - prosaic
    weight = 1 / frequency.astype(np.float64)
    token_count = np.maximum(np.bincount(word_line, minlength=n), 1)
    weight_sum = np.maximum(np.bincount(word_line, weight, minlength=n), 1e-6)
    f["word_frequency"] = np.bincount(word_line, np.log(frequency), minlength=n) / token_count
    f["common_words"] = np.bincount(word_line[frequency * 100 > token_total], minlength=n) / token_count
    f["in_prose"] = np.bincount(word_line[in_prose > 0], minlength=n) / token_count
    f["rare_in_prose"] = np.bincount(word_line, weight * (in_prose > 0), minlength=n) / weight_sum
    seen_first = np.bincount(bucket[word_line == 0], minlength=_BUCKETS)[bucket] > 0
    f["in_first_line"] = np.bincount(word_line[seen_first], minlength=n) / token_count
    by_word = np.argsort(bucket, kind="stable")
    sorted_bucket, sorted_line = bucket[by_word], word_line[by_word]
    near = (sorted_bucket[1:] == sorted_bucket[:-1]) & (sorted_line[1:] == sorted_line[:-1] + 1)
    fresh = np.ones(token_total, bool)
    fresh[1:] = sorted_bucket[1:] != sorted_bucket[:-1]
    f["with_previous"] = np.bincount(sorted_line[1:][near], minlength=n) / token_count
    f["with_next"] = np.bincount(sorted_line[:-1][near], minlength=n) / token_count
    f["new_words"] = np.bincount(sorted_line[fresh], minlength=n) / token_count

    matrix = np.empty((n, len(FEATURES)), np.float32)
    for j, name in enumerate(FEATURES):
        matrix[:, j] = f[name]
    return Lines(total, rows, matrix, words.astype(np.float32), tokens, word_line)


def _equal_before(x: NDArray[Any]) -> Bools:
    return np.concatenate(([False], x[1:] == x[:-1]))


def _equal_next(x: NDArray[Any]) -> Bools:
    return np.concatenate((x[1:] == x[:-1], [False]))
