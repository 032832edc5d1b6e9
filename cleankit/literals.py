"""Literals that every match of a pattern must contain, derived from the pattern; the prefilter searches for these.

Derived from Python's own parse of the pattern. What that parser does not know (`\\p{…}`) is replaced by a class of the same
length first; a pattern that it cannot read at all has no literals and is tried on every line.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from cleankit.document import fold_case

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    from re import _constants as _c  # type: ignore[attr-defined]
    from re import _parser  # type: ignore[attr-defined]

__all__ = ["Needed", "grows", "required_literals"]

_PROPERTY = re.compile(r"\\[pP](?:\{\^?[\w\s:=&-]+\}|[A-Z])")
_NAMED = re.compile(r"\(\?P<\w+>")
_MOST = 2000  # alternatives of a set; beyond that the pattern is tried everywhere
_SPREAD = 24  # strings that neighbouring parts are multiplied out to
_NARROWING = 4  # bytes that the literals of a second set have at least
_SHORTEST = 3  # bytes of UTF-8: three Latin letters, two of most other alphabets, one ideograph


def parse(pattern: str) -> Any:
    """The parse tree of a pattern, None where Python's parser cannot read it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _parser.parse(_NAMED.sub("(?:", _PROPERTY.sub(r"\\w", pattern)))
    except (re.error, RecursionError, OverflowError):
        return None


class Needed(NamedTuple):
    """Sets of literals; every match contains at least one of each set. `exact`: in just this case, else case-folded.

    `digit`: every match contains a digit.
    """

    sets: tuple[frozenset[str], ...]
    exact: bool
    digit: bool = False


def required_literals(pattern: str, *, whole: bool = False, sample: str = "") -> Needed:
    """What every match of a pattern contains: the rarest set of literals and, where it narrows the search, a second one.

    `whole`: the pattern has to match a line from its start; literals that it must begin with then carry a line break in
    front, and are searched for with one. `sample` is case-folded text in which rarity is measured; without it, longer
    literals are taken for rarer. No sets where there are none to rely on.
    """
    tree = parse(pattern)
    if tree is None:
        return Needed((), False)
    exact = not _ignores_case(tree)
    sets = _sequence(tree)
    leads = _leads_sequence(tree) if whole else _NOTHING
    if not exact:
        sets = [frozenset(map(fold_case, s)) for s in sets]
        leads = frozenset(map(fold_case, leads))
    usable = [s for s in sets if len(s) <= _MOST and min(map(_size, s), default=0) >= 1]
    if "" not in leads and len(leads) <= _MOST:
        usable.append(frozenset("\n" + lead for lead in leads))
    ranked = sorted(usable, key=lambda s: _rank(s, sample))
    chosen = ranked[:1]
    chosen += [s for s in ranked[1:] if not s & ranked[0] and min(map(_size, s)) >= _NARROWING][:1]
    return Needed(tuple(chosen), exact, _has_digit(tree))


def _rank(literals: frozenset[str], sample: str) -> tuple[float, ...]:
    """Rarest first."""
    if not sample:
        size, few = _score(literals)
        return -size, -few
    return sum(sample.count(fold_case(literal)) for literal in literals), -min(map(_size, literals)), len(literals)


def _has_digit(items: Iterable[Any]) -> bool:
    """Whether everything that a sequence matches contains a digit."""
    return any(_is_digit(op, arg) for op, arg in items)


def _is_digit(op: Any, arg: Any) -> bool:
    if op is _c.LITERAL:
        return chr(arg).isdigit()
    if op is _c.IN:
        return all(
            (o is _c.CATEGORY and a is _c.CATEGORY_DIGIT)
            or (o is _c.RANGE and chr(a[0]).isdigit() and chr(a[1]).isdigit() and a[1] - a[0] < 10)
            or (o is _c.LITERAL and chr(a).isdigit())
            for o, a in arg
        )
    if op is _c.SUBPATTERN:
        return _has_digit(arg[3])
    if op is _c.ATOMIC_GROUP:
        return _has_digit(arg)
    if op is _c.BRANCH:
        return all(_has_digit(branch) for branch in arg[1])
    if op in (_c.MAX_REPEAT, _c.MIN_REPEAT, _c.POSSESSIVE_REPEAT) and arg[0] >= 1:
        return _has_digit(arg[2])
    return False


def _ignores_case(tree: Any) -> bool:
    """Whether any part of a pattern ignores case."""
    if getattr(getattr(tree, "state", None), "flags", 0) & re.IGNORECASE:
        return True
    return any(_group_ignores_case(op, arg) for op, arg in tree)


def _group_ignores_case(op: Any, arg: Any) -> bool:
    if op is _c.SUBPATTERN:
        return bool(arg[1] & re.IGNORECASE) or any(_group_ignores_case(o, a) for o, a in arg[3])
    if op is _c.BRANCH:
        return any(_group_ignores_case(o, a) for branch in arg[1] for o, a in branch)
    if op in (_c.MAX_REPEAT, _c.MIN_REPEAT, _c.POSSESSIVE_REPEAT):
        return any(_group_ignores_case(o, a) for o, a in arg[2])
    if op is _c.ATOMIC_GROUP:
        return any(_group_ignores_case(o, a) for o, a in arg)
    return False


def _size(literal: str) -> int:
    return len(literal.strip().encode())


def _score(literals: Iterable[str]) -> tuple[float, int]:
    """Longer literals are rarer; five bytes and more are rare enough, then fewer are better."""
    sizes = sorted(map(_size, literals))
    return min(sizes[0], 5) + min(sum(sizes) / len(sizes), 12) / 100, -len(sizes)


def _best(sets: Sequence[frozenset[str]]) -> frozenset[str] | None:
    usable = [s for s in sets if s and len(s) <= _MOST]
    rare = [s for s in usable if min(map(_size, s)) >= _SHORTEST]
    return max(rare, key=_score) if rare else max((s for s in usable if min(map(_size, s)) >= 1), key=_score, default=None)


def _sequence(items: Iterable[Any]) -> list[frozenset[str]]:
    """Sets of strings, of each of which every match of the sequence has one as a part."""
    found: list[frozenset[str]] = []
    here: frozenset[str] = _NOTHING  # all that the parts since the last break can be
    for item in items:
        whole = _finite(item)
        if whole is not None and len(here) * len(whole) <= _SPREAD:
            here = frozenset(a + b for a in here for b in whole)
            continue
        lead = _leads(item)
        if lead != _NOTHING and len(here) * len(lead) <= _SPREAD:
            here = frozenset(a + b for a in here for b in lead)
        found.append(here)
        here = _NOTHING
        found.extend(_inside(item))
    found.append(here)
    return [s for s in found if "" not in s]


_NOTHING = frozenset({""})


def _finite(item: Any) -> frozenset[str] | None:
    """All strings that one part of a pattern matches, None where they are many or not known."""
    op, arg = item
    if op is _c.LITERAL:
        return frozenset({chr(arg)})
    if op in (_c.AT, _c.ASSERT, _c.ASSERT_NOT):
        return _NOTHING
    if op is _c.IN and len(arg) <= 6 and all(o is _c.LITERAL for o, _ in arg):
        return frozenset(chr(a) for _, a in arg)
    if op is _c.SUBPATTERN:
        return _finite_sequence(arg[3])
    if op is _c.ATOMIC_GROUP:
        return _finite_sequence(arg)
    if op is _c.BRANCH:
        parts = [_finite_sequence(branch) for branch in arg[1]]
        return None if any(p is None for p in parts) else frozenset().union(*(p for p in parts if p is not None))
    if op in (_c.MAX_REPEAT, _c.MIN_REPEAT, _c.POSSESSIVE_REPEAT) and arg[1] == 1:
        inner = _finite_sequence(arg[2])
        return None if inner is None else inner if arg[0] else inner | _NOTHING
    return None


def _finite_sequence(items: Iterable[Any]) -> frozenset[str] | None:
    out: frozenset[str] = _NOTHING
    for item in items:
        whole = _finite(item)
        if whole is None or len(out) * len(whole) > _SPREAD:
            return None
        out = frozenset(a + b for a in out for b in whole)
    return out


def _leads(item: Any) -> frozenset[str]:
    """Strings, with one of which everything that the part matches begins."""
    op, arg = item
    if op is _c.SUBPATTERN:
        return _leads_sequence(arg[3])
    if op is _c.ATOMIC_GROUP:
        return _leads_sequence(arg)
    if op is _c.BRANCH:
        parts = [_leads_sequence(branch) for branch in arg[1]]
        return frozenset().union(*parts)
    if op in (_c.MAX_REPEAT, _c.MIN_REPEAT, _c.POSSESSIVE_REPEAT) and arg[0] >= 1:
        return _leads_sequence(arg[2])
    return _finite(item) or _NOTHING


def _leads_sequence(items: Iterable[Any]) -> frozenset[str]:
    out: frozenset[str] = _NOTHING
    for item in items:
        whole = _finite(item)
        if whole is None:
            lead = _leads(item)
            return frozenset(a + b for a in out for b in lead) if len(out) * len(lead) <= _SPREAD else out
        if len(out) * len(whole) > _SPREAD:
            return out
        out = frozenset(a + b for a in out for b in whole)
    return out


def _inside(item: Any) -> list[frozenset[str]]:
    """Sets that every match of one part has to hit."""
    op, arg = item
    if op is _c.SUBPATTERN:
        return _sequence(arg[3])
    if op is _c.ATOMIC_GROUP:
        return _sequence(arg)
    if op is _c.BRANCH:
        parts = [_best(_sequence(branch)) for branch in arg[1]]
        return [frozenset().union(*(p for p in parts if p))] if parts and all(parts) else []
    if op in (_c.MAX_REPEAT, _c.MIN_REPEAT, _c.POSSESSIVE_REPEAT) and arg[0] >= 1:
        return _sequence(arg[2])
    return []


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
