"""Literals that every match of a pattern must contain, derived from the pattern; the prefilter searches for these.

Derived from Python's own parse of the pattern. What that parser does not know (`\\p{…}`) is replaced by a class of the same
length first; a pattern that it cannot read at all has no literals and is tried on every line.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Sequence
from typing import Any

from cleankit.document import fold_case

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    from re import _constants as _c  # type: ignore[attr-defined]
    from re import _parser  # type: ignore[attr-defined]

__all__ = ["grows", "required_literals"]

_PROPERTY = re.compile(r"\\[pP](?:\{\^?[\w\s:=&-]+\}|[A-Z])")
_MOST = 64  # alternatives; beyond that the pattern is tried everywhere
_SHORTEST = 2


def parse(pattern: str) -> Any:
    """The parse tree of a pattern, None where Python's parser cannot read it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _parser.parse(_PROPERTY.sub(r"\\w", pattern))
    except (re.error, RecursionError, OverflowError):
        return None


def required_literals(pattern: str) -> frozenset[str]:
    """Case-folded literals of which every match contains at least one; empty where there are none to rely on."""
    tree = parse(pattern)
    if tree is None:
        return frozenset()
    return frozenset(_best(_sequence(tree)) or ())


def _score(literals: Iterable[str]) -> tuple[int, int]:
    found = list(literals)
    return min(map(len, found)), -len(found)


def _best(sets: Sequence[frozenset[str]]) -> frozenset[str] | None:
    usable = [s for s in sets if s and len(s) <= _MOST and min(map(len, s)) >= _SHORTEST]
    return max(usable, key=_score) if usable else None


def _sequence(items: Iterable[Any]) -> list[frozenset[str]]:
    """Sets of literals, each of which every match of the sequence must hit."""
    found: list[frozenset[str]] = []
    run: list[str] = []

    def flush() -> None:
        if run:
            found.append(frozenset({fold_case("".join(run))}))
            run.clear()

    for op, arg in items:
        if op is _c.LITERAL:
            run.append(chr(arg))
            continue
        if op is _c.AT:  # an anchor consumes nothing
            continue
        flush()
        if op is _c.SUBPATTERN:
            inner = list(arg[3])
            if inner and all(o is _c.LITERAL for o, _ in inner):
                run.extend(chr(a) for _, a in inner)
            else:
                found.extend(_sequence(inner))
        elif op is _c.BRANCH:
            parts = [_best(_sequence(branch)) for branch in arg[1]]
            if parts and all(parts):
                found.append(frozenset().union(*(p for p in parts if p)))
        elif op in (_c.MAX_REPEAT, _c.MIN_REPEAT, _c.POSSESSIVE_REPEAT) and arg[0] >= 1:
            found.extend(_sequence(arg[2]))
        elif op is _c.ATOMIC_GROUP:
            found.extend(_sequence(arg))
    flush()
    return found


_MANY = 40  # repeats beyond which a repeat counts as unbounded


def grows(pattern: str) -> str:
    """Why a pattern's work may grow faster than the text, or an empty string.

    Refuses an unbounded repeat inside an unbounded repeat, where the inner one can be split in more than one way.
    """
    tree = parse(pattern)
    return _nested(tree, False) if tree is not None else ""


def _nested(items: Iterable[Any], inside: bool) -> str:
    listed = list(items)
    for op, arg in listed:
        if op in (_c.MAX_REPEAT, _c.MIN_REPEAT):
            unbounded = arg[1] > _MANY
            body = list(arg[2])
            if unbounded and inside and len(listed) == 1:
                return "an unbounded repeat stands alone inside an unbounded repeat"
            found = _nested(body, inside or unbounded)
        elif op is _c.SUBPATTERN:
            found = _nested(arg[3], inside)
        elif op is _c.BRANCH:
            found = next((f for f in (_nested(b, inside) for b in arg[1]) if f), "")
        else:
            found = ""
        if found:
            return found
    return ""
