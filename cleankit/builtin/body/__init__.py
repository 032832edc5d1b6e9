"""Find the main text of a page in bare lines: what preset `page` does before all rules.

`find_body(lines)` decides each line by a small network (`cleankit.linenet`) over `cleankit.features`: shape, position,
runs, repetition, and what the document's long paragraphs speak of. Two forms of text are understood: a block a line, and
a fragment a line, where lines break at every inline link; broken sentences are put together again before the decision,
and `joins` says where. The weights are `body.npz` beside this file, made by `bench/train_page.py`; what they are worth
is in `docs/models/body-finder.md`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from cleankit.document import line_mark
from cleankit.features import FEATURES, GROUPS, Lines, encode
from cleankit.linenet import LineNet, best_threshold, product, word_bags

__all__ = ["BodyFound", "find_body", "decide", "join_fragments", "paragraphs"]

Bools = NDArray[np.bool_]
Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

_AT = {name: i for i, name in enumerate(FEATURES)}
BETA = 1.3  # of the expected F that each document's threshold is chosen by: above one leans to keeping
LONE = 0.1  # a line between two kept ones stays unless its probability is under this
FAR = 20  # rows dropped in a row part what is kept; apart from the main part only what is more likely main text than not stays
SHORT = 15  # words; before the first and after the last line that is likelier main text than not, shorter lines go
ROWS = 20  # lines of under six words in a row: a schedule or a table, which stays beside an article only where the network is `ROWS_SURE` of it
ROWS_SURE = 0.6
ARTICLE = 150  # words in lines of twelve and more: there is an article
LEAST_KEPT = 0.03  # a finding that keeps a smaller share of the words is not believed
LEAST_DROPPED = 0.05  # one that drops a smaller share is not worth it: so a text that was found is found again as it is


@cache
def net() -> LineNet:
    """The shipped network, read at first use."""
    return LineNet.load(files(__package__) / "body.npz")


# ---------------------------------------------------------------- fragments


def join_fragments(doc: Lines) -> Bools:
    """For each row, whether the next one goes on with its sentence: all False where the text does not look like fragments.

    A text has fragments for lines when no blank line parts its blocks. A line goes on when the next begins in lower case
    or with a comma, stop or closing bracket; a line in between that begins otherwise (a name that was a link) is bridged when
    its successor goes on again. Chains without a single line of some length are lists of links, and stay apart.
    """
    n = len(doc.rows)
    x = doc.matrix
    none = np.zeros(n, bool)
    if n < 2 or x[0, _AT["gaps"]] >= 0.02:
        return none

    def has(name: str) -> Bools:
        return x[:, _AT[name]] > 0.5

    mark = has("starts_punctuation")
    goes_on = has("starts_lower") | mark
    open_end = ~has("ends_stop") & ~has("ends_colon")
    soft, bridge = none.copy(), none.copy()
    soft[:-1] = goes_on[1:] & (open_end[:-1] | mark[1:])
    bridge[:-1] = (has("ends_letter") | has("ends_comma"))[:-1] & ~goes_on[1:] & soft[1:] & (doc.words[:-1] >= 3)
    join: Bools = soft | bridge
    start = np.flatnonzero(np.concatenate(([True], ~join[:-1])))
    longest = np.maximum.reduceat(doc.words, start)
    join &= np.repeat(longest >= 5, np.diff(np.append(start, n)))
    return join


def paragraphs(lines: Sequence[str]) -> tuple[Lines, Lines, Ints]:
    """The lines as they come and with fragments joined; and for each line that is not blank, the row of the joined ones that it is part of.

    Rows of tables, told by their bars or tabs, stay what they are.
    """
    doc = encode(lines)
    join = join_fragments(doc)
    if join.any():
        rows = np.array([line_mark(lines[row]) == "table" for row in doc.rows.tolist()])
        join[rows] = False
        join[:-1][rows[1:]] = False
    if not join.any():
        return doc, doc, np.arange(len(doc.rows))
    part = np.concatenate(([0], np.cumsum(~join[:-1])))
    texts: list[str] = [""] * (int(part[-1]) + 1)
    for row, k in zip(doc.rows.tolist(), part.tolist(), strict=True):
        texts[k] = f"{texts[k]} {lines[row].strip()}" if texts[k] else lines[row].strip()
    return doc, encode(texts), part


# ---------------------------------------------------------------- the finding


def decide(p: Floats, words: Floats, beta: float = BETA) -> Bools:
    """Which rows to keep, by their probabilities and words: all of them where next to nothing would stay, or next to nothing go."""
    keep = p >= best_threshold(p, words, beta)
    lone = keep[:-2] & keep[2:] & (p[1:-1] >= LONE)
    keep[1:-1] |= lone
    _leave_islands(keep, p, words)
    _leave_rows(keep, p, words)
    _trim_ends(keep, p, words)
    kept, total = float(words[keep].sum()), float(words.sum())
    if kept < LEAST_KEPT * total or total - kept < LEAST_DROPPED * total:
        keep[:] = True
    return keep


def _leave_islands(keep: Bools, p: Floats, words: Floats) -> None:
    """The lean to recall is for lines near the main text: what lies far from it goes unless its words are more likely main text than not."""
    kept = np.flatnonzero(keep)
    if not len(kept):
        return
    heads = np.flatnonzero(np.concatenate(([True], np.diff(kept) > FAR)))
    if len(heads) == 1:
        return
    size = np.add.reduceat(words[kept], heads)
    likely = np.add.reduceat((p * words)[kept], heads)
    gone = 2 * likely < size
    gone[np.argmax(likely)] = False
    keep[kept[np.repeat(gone, np.diff(np.append(heads, len(kept))))]] = False


def _leave_rows(keep: Bools, p: Floats, words: Floats) -> None:
    """Nor is it for schedules and tables of results beside an article: many short lines in a row."""
    if float(words[keep & (words >= 12)].sum()) < ARTICLE:
        return
    short = keep & (words < 6)
    edges = np.flatnonzero(np.diff(np.concatenate(([False], short, [False]))))
    for first, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if end - first >= ROWS and float(p[first:end].mean()) < ROWS_SURE:
            keep[first:end] = False


def _trim_ends(keep: Bools, p: Floats, words: Floats) -> None:
    """Nor is the lean for labels: what begins and ends the text is a paragraph, or likelier main text than not."""
    likely = np.flatnonzero(keep & (p >= 0.5))
    if len(likely):
        first, last = int(likely[0]), int(likely[-1]) + 1
        keep[:first] &= words[:first] >= SHORT
        keep[last:] &= words[last:] >= SHORT


@dataclass(frozen=True)
class BodyFound:
    """What was found. `rows` are the lines that are not blank, `kept` and `chance` (to be main text) have an entry for each of them.

    `joins`: rows that are one paragraph with the next row; both are kept.
    """

    lines: Lines
    kept: Bools
    chance: Floats
    joins: tuple[int, ...] = ()
    flags: tuple[str, ...] = ()
    _seen: Lines | None = field(default=None, repr=False)  # as the network saw them, and which of its rows each line is part of
    _part: Ints | None = field(default=None, repr=False)

    @property
    def rows(self) -> Ints:
        return self.lines.rows

    @cached_property
    def keep(self) -> Bools:
        """Whether to keep each line, blank ones too: of the gaps between two kept lines the first that is blank stays."""
        keep = np.ones(self.lines.total, bool)
        if not self.kept.all():
            keep[:] = False
            keep[self.rows] = self.kept
            _keep_gaps(keep, self.rows)
        return keep

    @cached_property
    def probability(self) -> Floats:
        """The chance of each line, blank ones too."""
        out = np.zeros(self.lines.total, np.float32)
        out[self.rows] = self.chance
        return out

    def runs(self, apart: int = -1) -> list[tuple[int, int]]:
        """The dropped rows, first and last, in runs: parted where something is kept, where prose begins or ends, and around the row `apart`."""
        if self.kept.all():
            return []
        kind = self.kept + 2 * (self.lines.matrix[:, _AT["prose"]] > 0)
        if apart >= 0:
            kind[apart] = -1
        heads = np.flatnonzero(np.concatenate(([True], kind[1:] != kind[:-1])))
        tails = np.append(heads[1:], len(kind)) - 1
        gone = ~self.kept[heads]
        return list(zip(heads[gone].tolist(), tails[gone].tolist(), strict=True))

    def reasons(self, runs: Sequence[tuple[int, int]]) -> list[str]:
        """For each of the runs what weighed most against it."""
        if self._seen is None or self._part is None or not runs:
            return []
        return _reasons(self._seen, self._part[np.array(runs)], self.kept[_heads(self._part)])

    @cached_property
    def evidence(self) -> Mapping[int, str]:
        """For each dropped line that is not blank, what weighed most against the run that it is in."""
        runs = self.runs()
        return {int(self.rows[k]): reason for (a, b), reason in zip(runs, self.reasons(runs), strict=True) for k in range(a, b + 1)}

    def keeping(self, row: int) -> BodyFound:
        """The same, with one more row kept."""
        kept = self.kept.copy()
        kept[row] = True
        return replace(self, kept=kept)

    def title(self) -> int:
        """The dropped row above the main text that is most likely its title, or -1: the last of those that share most words with it."""
        prose = np.flatnonzero(self.kept & (self.lines.matrix[:, _AT["prose"]] > 0))
        n = int(prose[0]) if len(prose) else 0
        counts = np.bincount(self.lines.token_line, minlength=len(self.rows))
        done = int(counts[:n].sum())
        if not done:
            return -1
        bucket = (self.lines.tokens & np.uint32(_BUCKETS - 1)).astype(np.int64)
        said = np.zeros(_BUCKETS, np.int64)
        said[bucket[np.repeat(self.kept, counts)]] = 1
        filled = np.flatnonzero(counts[:n])
        shared = np.zeros(n, np.int64)
        shared[filled] = np.add.reduceat(said[bucket[:done]], (np.cumsum(counts) - counts)[filled])
        words = self.lines.words[:n]
        fits = ~self.kept[:n] & (words >= 2) & (words <= 25) & (shared >= 2) & (shared * 2 >= counts[:n])
        shared[~fits] = 0
        return n - 1 - int(np.argmax(shared[::-1])) if fits.any() else -1


_BUCKETS = 1 << 14  # of the table of words that a title is compared by


def find_body(lines: Sequence[str]) -> BodyFound:
    """Decide for each line of a page whether it is main content.

    Leaves everything when it would keep next to nothing (then with the flag `body-unsure`) or drop next to nothing.
    """
    doc, seen, part = paragraphs(lines)
    n = len(doc.rows)
    if not n:
        return BodyFound(doc, np.ones(0, bool), np.ones(0, np.float32))
    p = net().predict(seen.matrix, seen.tokens, seen.token_line)
    chosen = decide(p, seen.words)
    if chosen.all():
        unsure = float(seen.words[p >= best_threshold(p, seen.words, BETA)].sum()) < LEAST_KEPT * float(seen.words.sum())
        return BodyFound(doc, np.ones(n, bool), p[part], (), ("body-unsure",) if unsure else ())
    joins = np.flatnonzero((part[1:] == part[:-1]) & chosen[part[1:]]).tolist() if seen is not doc else ()
    return BodyFound(doc, chosen[part], p[part], tuple(joins), (), seen, part)


def _heads(part: Ints) -> Ints:
    """The first line of each of the network's rows."""
    return np.flatnonzero(np.concatenate(([True], part[1:] != part[:-1])))


def _keep_gaps(keep: Bools, rows: Ints) -> None:
    """Between two kept lines that anything blank lay between, keep the first such blank lines."""
    kept = rows[keep[rows]]
    if not len(kept):
        return
    ends = np.append(rows, len(keep))
    after = ends[np.searchsorted(rows, kept, side="right")]  # the first line after each kept one that is not blank
    before = np.concatenate(([-1], rows))[np.searchsorted(rows, kept)]  # the last one before it
    for one, follows, precedes, other in zip(
        kept[:-1].tolist(), after[:-1].tolist(), before[1:].tolist(), kept[1:].tolist(), strict=True
    ):
        if follows - one > 1:
            keep[one + 1 : follows] = True
        elif other - precedes > 1:
            keep[precedes + 1 : other] = True


# ---------------------------------------------------------------- reasons

_NAMES = (*GROUPS, "words")


@cache
def _slopes() -> Floats:
    """What each column and each number of the words' vectors adds to each group's say: a column a group."""
    leaning = net().leaning
    assert leaning is not None
    out = np.zeros((len(leaning), len(_NAMES)), np.float32)
    group_of = [g for g, names in enumerate(GROUPS.values()) for _ in names]
    group_of += [len(GROUPS)] * (len(leaning) - len(group_of))
    out[np.arange(len(leaning)), group_of] = leaning
    return out


def _reasons(seen: Lines, runs: Ints, kept: Bools) -> list[str]:
    """For each run (its first and its last row) the groups of features that speak most against it, in words.

    A group's weight is how much worse the run does by it than what was kept, by the straight line through the network's answers.
    """
    words = net().words
    assert words is not None
    x = np.concatenate((seen.matrix, word_bags(seen.tokens, seen.token_line, len(seen.rows), words)), axis=1)
    upto = np.zeros((len(x) + 1, x.shape[1]), np.float64)
    np.cumsum(x, axis=0, out=upto[1:])
    size = runs[:, 1] + 1 - runs[:, 0]
    means = ((upto[runs[:, 1] + 1] - upto[runs[:, 0]]) / size[:, None]).astype(np.float32)
    other = x[kept].mean(axis=0)
    against = product(means - other, _slopes())
    out = []
    for mean, n, order, weight in zip(
        means.tolist(), size.tolist(), np.argsort(against, axis=1, kind="stable").tolist(), against.tolist(), strict=True
    ):
        said = [text for g in order if weight[g] < 0 and (text := _phrase(_NAMES[g], mean, n))]
        out.append(", ".join(said[:3]) or "stands among lines that are not part of the main text")
    return out


def _phrase(group: str, x: Sequence[float], n: int) -> str:
    """What a group of features has to say against a run of so many lines, by its means, if it can be put into words."""

    def f(name: str) -> float:
        return x[_AT[name]]

    s = "s" if n > 1 else ""
    if group == "size":
        words = round(math.expm1(f("log_words")))
        return "no words" if words < 1 else f"short line{s} ({words} word{'s' if words > 1 else ''})" if words <= 12 else ""
    if group == "letters":
        if f("digit_share") > 0.3:
            return "mostly digits"
        return "words in capitals" if f("upper_share") > 0.6 else "words capitalised like a title" if f("capital_words") > 0.6 else ""
    if group == "marks":
        return (
            "bars or bullets" if f("bars") + f("bullets") > 0.2
            else "links or addresses" if f("link") > 0.3
            else "times" if f("clock") > 0.3
            else "signs and symbols" if f("symbols") > 0.2
            else ""
        )  # fmt: skip
    if group == "ends":
        return "breaks off" if f("ends_ellipsis") > 0.5 else "" if f("ends_stop") > 0.5 else f"no sentence end{s}"
    if group == "position":
        return "near the top of the page" if f("words_before") < 0.1 else "near the end of the page" if f("words_after") < 0.1 else ""
    if group == "layout":
        return "indented" if f("indent") > 0 else ""
    if group == "repetition":
        return "repeated on the page" if f("repeats") > 0.3 else ""
    if group == "runs":
        among = round(math.expm1(f("short_run")))
        return (
            f"among {among} short lines" if among > 2
            else "before the first paragraph" if f("no_prose_before") > 0.5
            else "after the last paragraph" if f("no_prose_after") > 0.5
            else ""
        )  # fmt: skip
    if group == "cohesion":
        return "shares few words with the paragraphs" if f("rare_in_prose") < 0.35 else ""
    return "words usual in menus and notices" if group == "words" else ""
