"""Find the main text of a page in bare lines: what preset `page` does before all rules.

`find_body(lines)` decides each line by a small network (`cleankit.linenet`) over `cleankit.features`: shape, position,
runs, repetition, and what the document's long paragraphs speak of. Two forms of text are understood: a block a line, and
a fragment a line, where lines break at every inline link; broken sentences are put together again before the decision,
and `joins` says where. The weights are `body.npz` beside this file, made by `bench/train_page.py`; what they are worth
is in `docs/models/body-finder.md`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from cleankit.document import line_mark
from cleankit.features import FEATURES, GROUPS, Lines, encode
from cleankit.linenet import LineNet, best_threshold

__all__ = ["BodyFound", "find_body", "decide", "join_fragments", "paragraphs"]

Bools = NDArray[np.bool_]
Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

_AT = {name: i for i, name in enumerate(FEATURES)}
BETA = 1.1  # of the expected F that each document's threshold is chosen by: above one leans to keeping
LONE = 0.1  # a line between two kept ones stays unless its probability is under this
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


def paragraphs(lines: Sequence[str]) -> tuple[Lines, Ints, Ints]:
    """The document with its fragments joined; for each line that is not blank, the row it is part of; and those lines' indices.

    Rows of tables, told by their bars or tabs, stay what they are.
    """
    doc = encode(lines)
    join = join_fragments(doc)
    if join.any():
        rows = np.array([line_mark(lines[row]) == "table" for row in doc.rows.tolist()])
        join[rows] = False
        join[:-1][rows[1:]] = False
    if not join.any():
        return doc, np.arange(len(doc.rows)), doc.rows
    part = np.concatenate(([0], np.cumsum(~join[:-1])))
    texts: list[str] = [""] * (int(part[-1]) + 1)
    for row, k in zip(doc.rows.tolist(), part.tolist(), strict=True):
        texts[k] = f"{texts[k]} {lines[row].strip()}" if texts[k] else lines[row].strip()
    return encode(texts), part, doc.rows


# ---------------------------------------------------------------- the finding


def decide(p: Floats, words: Floats, beta: float = BETA) -> Bools:
    """Which rows to keep, by their probabilities and words: all of them where next to nothing would stay, or next to nothing go."""
    keep = p >= best_threshold(p, words, beta)
    lone = keep[:-2] & keep[2:] & (p[1:-1] >= LONE)
    keep[1:-1] |= lone
    kept, total = float(words[keep].sum()), float(words.sum())
    if kept < LEAST_KEPT * total or total - kept < LEAST_DROPPED * total:
        keep[:] = True
    return keep


@dataclass(frozen=True)
class BodyFound:
    """What was found. `keep` and `probability` have an entry for every line, blank ones too."""

    keep: Bools
    probability: Floats
    joins: tuple[int, ...]  # indices i: line i and the next line that is not blank are one paragraph; both are kept
    flags: tuple[str, ...] = ()
    _doc: Lines | None = field(default=None, repr=False)
    _part: Ints | None = field(default=None, repr=False)
    _rows: Ints | None = field(default=None, repr=False)

    @cached_property
    def evidence(self) -> Mapping[int, str]:
        """For each dropped line that is not blank, what weighed most. Worked out when first asked for."""
        if self._doc is None or self._part is None or self._rows is None or self.keep[self._rows].all():
            return {}
        reasons = _reasons(self._doc, net(), ~self.keep[self._rows][np.unique(self._part, return_index=True)[1]])
        return {int(row): reasons[int(k)] for row, k in zip(self._rows, self._part, strict=True) if not self.keep[row]}


def find_body(lines: Sequence[str]) -> BodyFound:
    """Decide for each line of a page whether it is main content.

    Leaves everything when it would keep next to nothing (then with the flag `body-unsure`) or drop next to nothing.
    """
    total = len(lines)
    doc, part, rows = paragraphs(lines)
    if not len(rows):
        return BodyFound(np.ones(total, bool), np.ones(total, np.float32), ())
    p = net().predict(doc.matrix, doc.tokens, doc.token_line)
    chosen = decide(p, doc.words)
    probability = np.zeros(total, np.float32)
    probability[rows] = p[part]
    if chosen.all():
        unsure = float(doc.words[p >= best_threshold(p, doc.words, BETA)].sum()) < LEAST_KEPT * float(doc.words.sum())
        return BodyFound(np.ones(total, bool), probability, (), ("body-unsure",) if unsure else ())
    keep = np.zeros(total, bool)
    keep[rows] = chosen[part]
    _keep_gaps(keep, rows)
    same = np.flatnonzero((part[1:] == part[:-1]) & chosen[part[1:]])
    return BodyFound(keep, probability, tuple(rows[same].tolist()), (), doc, part, rows)


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


def _reasons(doc: Lines, model: LineNet, wanted: Bools) -> dict[int, str]:
    """For each wanted row the groups of features that spoke most against it, in words.

    A group's weight is the rise of the row's log-odds when the group is blanked (every row shows the average page's value).
    """

    def odds(p: Floats) -> Floats:
        q = np.clip(p, 1e-6, 1 - 1e-6)
        return np.asarray(np.log(q / (1 - q)), np.float32)

    base = odds(model.predict(doc.matrix, doc.tokens, doc.token_line))
    names = list(GROUPS)
    gain = np.zeros((len(names) + 1, len(base)), np.float32)
    for g, name in enumerate(names):
        x = doc.matrix.copy()
        at = [_AT[f] for f in GROUPS[name]]
        x[:, at] = model.mean[at]
        gain[g] = odds(model.predict(x, doc.tokens, doc.token_line)) - base
    gain[-1] = odds(model.predict(doc.matrix)) - base
    out = {}
    for row in np.flatnonzero(wanted).tolist():
        order = np.argsort(-gain[:, row], kind="stable").tolist()
        said = [
            text
            for g in order
            if gain[g, row] > 0 and (text := _phrase(names[g] if g < len(names) else "words", doc, row))
        ]
        out[row] = ", ".join(said[:3]) or "stands among lines that are not part of the main text"
    return out


def _phrase(group: str, doc: Lines, row: int) -> str:
    """What a group of features has to say against a line, if anything that can be put into words."""
    x = doc.matrix[row]

    def f(name: str) -> float:
        return float(x[_AT[name]])

    words = round(float(doc.words[row]))
    if group == "size":
        return (
            "no words"
            if words < 1
            else "one word"
            if words == 1
            else f"short line ({words} words)"
            if words <= 12
            else ""
        )
    if group == "letters":
        if f("digit_share") > 0.3:
            return "mostly digits"
        return (
            "words in capitals"
            if f("upper_share") > 0.6
            else "words capitalised like a title"
            if f("capital_words") > 0.6 and words > 1
            else ""
        )
    if group == "marks":
        return (
            "bars or bullets"
            if f("bars") + f("bullets") > 0
            else "a link or address"
            if f("link")
            else "a time"
            if f("clock")
            else "signs and symbols"
            if f("symbols") > 0
            else ""
        )
    if group == "ends":
        return "breaks off" if f("ends_ellipsis") else "" if f("ends_stop") else "no sentence end"
    if group == "position":
        return (
            "near the top of the page"
            if f("words_before") < 0.1
            else "near the end of the page"
            if f("words_after") < 0.1
            else ""
        )
    if group == "layout":
        return "indented" if f("indent") > 0 else ""
    if group == "repetition":
        times = round(float(np.exp(f("repeats"))))
        return f"occurs {times} times" if times > 1 else ""
    if group == "runs":
        among = round(float(np.expm1(f("short_run"))))
        if among > 2:
            return f"among {among} short lines"
        return (
            "before the first paragraph"
            if f("no_prose_before")
            else "after the last paragraph"
            if f("no_prose_after")
            else ""
        )
    if group == "cohesion":
        return "shares few words with the paragraphs" if f("rare_in_prose") < 0.35 else ""
    return "words usual in menus and notices" if group == "words" else ""
