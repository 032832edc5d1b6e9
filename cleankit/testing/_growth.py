"""How a pattern's work grows: steps counted, not seconds.

A small backtracking matcher over Python's parse of the pattern counts what a real engine would try. It is fed texts that
are made from the pattern itself: the part under a repeat again and again, then a character that lets the match fail. The
count at one length and at twice that length tells how the work grows.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice, pairwise
from math import log2
from typing import Any, NamedTuple

from cleankit.literals import parse

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    from re import _constants as _c  # type: ignore[attr-defined]

__all__ = ["EXPLODES", "Growth", "growth"]

#: More than can be counted, on a short text.
EXPLODES = 6.0

#: Repeats of the part that is pumped, each twice the one before.
_TIMES = 6, 12, 24
_MOST_STEPS = 5_000
#: Parts that are pumped, of one pattern.
_MOST_PUMPS = 6
_DEPTH = 400
_UNBOUNDED = 8  # a repeat that may come so often is worth pumping


class Growth(NamedTuple):
    """By what power of the text's length the work grows, and what shows it: `lead`, then `part` again and again."""

    power: float
    lead: str = ""
    part: str = ""

    def text(self, length: int) -> str:
        """A text of about so many characters that is hard for the pattern."""
        return self.lead + self.part * (length // max(1, len(self.part))) + "\x00"


def growth(pattern: str, *, whole: bool = True) -> Growth:
    """How the pattern's work grows with the text: 1 is linear, 2 quadratic, `EXPLODES` beyond counting.

    Patterns that Python's parser cannot read give 0.
    """
    tree = parse(pattern)
    if tree is None:
        return Growth(0.0)
    worst = Growth(0.0)
    ignore = bool(tree.state.flags & re.IGNORECASE)
    for lead, part in islice(_pumps(list(tree)), _MOST_PUMPS):
        counts: list[int] = []
        for n in _TIMES:
            counts.append(_work(list(tree), lead + part * n + "\x00", ignore, whole))
            if counts[-1] >= _MOST_STEPS:
                break
        power = max((log2(b / a) for a, b in pairwise(counts)), default=EXPLODES)
        if power > worst.power:
            worst = Growth(power, lead, part)
    return worst


class _TooMuch(Exception):
    pass


def _work(tree: Sequence[Any], text: str, ignore: bool, whole: bool) -> int:
    """Steps that matching takes; `_MOST_STEPS` where it takes more."""
    run = _Run(text, ignore)
    try:
        for start in (0,) if whole else range(len(text)):
            for end in run.match(tree, 0, start, 0):
                if not whole or end == len(text):
                    break
    except _TooMuch:
        return _MOST_STEPS
    except RecursionError:
        return run.steps
    return run.steps


class _Run:
    """One text before one pattern."""

    def __init__(self, text: str, ignore: bool) -> None:
        self.text, self.ignore, self.steps = text, ignore, 0

    def match(self, items: Sequence[Any], k: int, i: int, depth: int) -> Iterator[int]:
        """Where a match of items[k:] that begins at `i` can end, in the order of trying."""
        self.steps += 1
        if self.steps >= _MOST_STEPS:
            raise _TooMuch
        if k == len(items) or depth > _DEPTH:
            yield i
            return
        op, arg = items[k]
        if op in (_c.MAX_REPEAT, _c.MIN_REPEAT, _c.POSSESSIVE_REPEAT):
            low, high, body = int(arg[0]), min(int(arg[1]), len(self.text) + 1), list(arg[2])
            ends = self._repeat(body, low, high, i, depth + 1, op is _c.MIN_REPEAT)
            if op is _c.POSSESSIVE_REPEAT:
                ends = _first(ends)
        elif op is _c.BRANCH:
            ends = (e for branch in arg[1] for e in self.match(list(branch), 0, i, depth + 1))
        elif op is _c.SUBPATTERN:
            ends = self.match(list(arg[3]), 0, i, depth + 1)
        elif op is _c.ATOMIC_GROUP:
            ends = _first(self.match(list(arg), 0, i, depth + 1))
        elif op in (_c.ASSERT, _c.ASSERT_NOT):
            ahead = arg[0] < 0 or next(self.match(list(arg[1]), 0, i, depth + 1), None) is not None
            ends = iter((i,)) if ahead is (op is _c.ASSERT) or arg[0] < 0 else iter(())
        elif op in (_c.AT, _c.GROUPREF, _c.GROUPREF_EXISTS):
            ends = iter((i,))
        else:
            ends = iter((i + 1,)) if i < len(self.text) and self._fits(op, arg, self.text[i]) else iter(())
        for end in ends:
            yield from self.match(items, k + 1, end, depth)

    def _repeat(self, body: Sequence[Any], low: int, high: int, i: int, depth: int, lazy: bool) -> Iterator[int]:
        """Where so many of the body can end. One character at a time without recursion, as engines do."""
        if len(body) == 1 and body[0][0] in _SINGLE:
            op, arg = body[0]
            most = 0
            while most < high and i + most < len(self.text) and self._fits(op, arg, self.text[i + most]):
                most += 1
                self.steps += 1
            for n in range(low, most + 1) if lazy else range(most, low - 1, -1):
                yield i + n
            return
        yield from self._again(body, low, high, i, depth, lazy)

    def _again(self, body: Sequence[Any], low: int, high: int, i: int, depth: int, lazy: bool) -> Iterator[int]:
        if lazy and low <= 0:
            yield i
        if high > 0:
            for end in self.match(body, 0, i, depth + 1):
                if end > i:
                    yield from self._again(body, low - 1, high - 1, end, depth + 1, lazy)
        if not lazy and low <= 0:
            yield i

    def _fits(self, op: Any, arg: Any, c: str) -> bool:
        if op is _c.ANY:
            return c != "\n"
        if op is _c.IN:
            fits = _in_class(arg, c)
            return fits or (self.ignore and (_in_class(arg, c.lower()) or _in_class(arg, c.upper())))
        same = ord(c) == arg or (self.ignore and c.lower() == chr(arg).lower())
        return same if op is _c.LITERAL else not same


_SINGLE = (_c.LITERAL, _c.NOT_LITERAL, _c.IN, _c.ANY)


def _first(ends: Iterator[int]) -> Iterator[int]:
    for end in ends:
        yield end
        return


_CATEGORIES: Mapping[Any, Callable[[str], bool]] = {
    _c.CATEGORY_DIGIT: str.isdigit,
    _c.CATEGORY_SPACE: str.isspace,
    _c.CATEGORY_WORD: lambda c: c.isalnum() or c == "_",
}
_NO_CATEGORIES: Mapping[Any, Callable[[str], bool]] = {
    _c.CATEGORY_NOT_DIGIT: str.isdigit,
    _c.CATEGORY_NOT_SPACE: str.isspace,
    _c.CATEGORY_NOT_WORD: lambda c: c.isalnum() or c == "_",
}


def _in_class(items: Sequence[Any], c: str) -> bool:
    negated = items[0][0] is _c.NEGATE
    return any(_one(op, arg, c) for op, arg in items[negated:]) is not negated


def _one(op: Any, arg: Any, c: str) -> bool:
    if op is _c.LITERAL:
        return ord(c) == int(arg)
    if op is _c.RANGE:
        return bool(arg[0] <= ord(c) <= arg[1])
    if arg in _CATEGORIES:
        return _CATEGORIES[arg](c)
    return arg in _NO_CATEGORIES and not _NO_CATEGORIES[arg](c)


def _pumps(items: Sequence[Any]) -> Iterator[tuple[str, str]]:
    """For each unbounded repeat: a text that leads to it, and one or two of the things it repeats."""
    lead = ""
    for op, arg in items:
        if op in (_c.MAX_REPEAT, _c.MIN_REPEAT, _c.POSSESSIVE_REPEAT):
            if arg[1] > _UNBOUNDED:
                part = _sample(list(arg[2])) or " "
                yield lead, part
                yield lead, "a "
                yield lead, " "
            for inner, part in _pumps(list(arg[2])):
                yield lead + inner, part
        elif op is _c.SUBPATTERN:
            for inner, part in _pumps(list(arg[3])):
                yield lead + inner, part
        elif op is _c.BRANCH:
            for branch in arg[1][:4]:
                for inner, part in _pumps(list(branch)):
                    yield lead + inner, part
        lead += _sample([(op, arg)])


def _sample(items: Sequence[Any]) -> str:
    """A text that the items match, by their first choices."""
    out = ""
    for op, arg in items:
        if op is _c.LITERAL:
            out += chr(arg)
        elif op is _c.ANY:
            out += "a"
        elif op is _c.NOT_LITERAL:
            out += "a" if arg != ord("a") else "b"
        elif op is _c.IN:
            out += next((c for c in "a 1-.,:/x" if _in_class(arg, c)), _of_class(arg))
        elif op is _c.SUBPATTERN:
            out += _sample(list(arg[3]))
        elif op is _c.ATOMIC_GROUP:
            out += _sample(list(arg))
        elif op is _c.BRANCH:
            out += _sample(list(arg[1][0]))
        elif op in (_c.MAX_REPEAT, _c.MIN_REPEAT, _c.POSSESSIVE_REPEAT):
            out += _sample(list(arg[2])) * max(1 if arg[1] else 0, int(arg[0]))
    return out


def _of_class(items: Sequence[Any]) -> str:
    for op, arg in items:
        if op is _c.LITERAL:
            return chr(arg)
        if op is _c.RANGE:
            return chr(arg[0])
    return "a"
