"""Literals that every match of a pattern must contain, derived from the pattern; the prefilter searches for these.

Derived from Python's own parse of the pattern. What that parser does not know (`\\p{…}`) is replaced by a class of the same
length first; a pattern that it cannot read at all has no literals and is tried on every line.
"""

from __future__ import annotations

import re
import warnings
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from cleankit.document import fold_case

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    from re import _constants as _c  # type: ignore[attr-defined]
    from re import _parser  # type: ignore[attr-defined]

__all__ = ["Needed", "Rarity", "edge_key", "grows", "required_literals"]

_PROPERTY = re.compile(r"\\[pP](?:\{\^?[\w\s:=&-]+\}|[A-Z])")
_NAMED = re.compile(r"\(\?P<\w+>")
_MOST = 2000  # alternatives of a set; beyond that the pattern is tried everywhere
_BRANCHES = 96  # alternatives of a pattern that are told apart
_SETS = 3  # sets of one branch: one to search for, the others to look for where it was found
_CHECKED = 40  # strings of a set that is looked for so
_EDGE = 40  # characters that a match may begin or end with
_ANY_LENGTH = 1 << 30
_SPREAD = 96  # strings that neighbouring parts are multiplied out to
_SHORTEST = 3  # bytes of UTF-8: three Latin letters, two of most other alphabets, one ideograph


@lru_cache(maxsize=8)  # a rule's pattern is asked about from several sides
def parse(pattern: str) -> Any:
    """The parse tree of a pattern, None where Python's parser cannot read it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _parser.parse(_NAMED.sub("(?:", _PROPERTY.sub(r"\\w", pattern)))
    except (re.error, RecursionError, OverflowError):
        return None


#: A conjunction: sets of strings, of each of which every match has one. The first is the one to search for.
Sets = tuple[frozenset[str], ...]


class Needed(NamedTuple):
    """What every match of a pattern has, for a look before the pattern is tried. Strings are case-folded unless `exact`.

    `branches`: a match fulfils at least one of them: it contains one string of each of the branch's sets. None, where
    nothing is known. `firsts` and `lasts`: the `edge_key` of its first and last character is one of these; None for any. `shortest` and
    `longest`: its length in characters. `digit`: it contains a digit.
    """

    branches: tuple[Sets, ...]
    exact: bool = False
    firsts: frozenset[str] | None = None
    lasts: frozenset[str] | None = None
    shortest: int = 0
    longest: int = _ANY_LENGTH
    digit: bool = False


class Rarity:
    """How often strings occur in a sample of case-folded text, at most: as often as the rarest five characters in a row."""

    _N = 5

    def __init__(self, sample: str) -> None:
        self._grams = Counter(sample[k : k + n] for n in range(1, self._N + 1) for k in range(len(sample)))

    def __call__(self, literal: str) -> int:
        return min(self._grams[literal[k : k + self._N]] for k in range(max(1, len(literal) - self._N + 1)))


def required_literals(pattern: str, *, whole: bool = False, rarity: Rarity | None = None) -> Needed:
    """What every match of a pattern has: by its alternatives, the rarest strings and what narrows the search further.

    `whole`: the pattern has to match a line from its start; strings that it must begin with then carry a line break in
    front, and are searched for with one. Without a measure of `rarity`, longer strings are taken for rarer.
    """
    tree = parse(pattern)
    if tree is None:
        return Needed(())
    exact = not _ignores_case(tree)
    fold = (lambda s: s) if exact else _folded
    branches = [_narrowest(list(map(fold, b)), rarity) for b in _Reading(tree).alternatives(list(tree), whole)]
    shortest, longest = tree.getwidth()
    return Needed(
        tuple(dict.fromkeys(b for b in branches if b)) if all(branches) else (), exact, _edge(list(tree), 1), _edge(list(tree), -1),
        shortest, min(longest, _ANY_LENGTH), _has_digit(tree),
    )  # fmt: skip


def _folded(literals: frozenset[str]) -> frozenset[str]:
    return frozenset(map(fold_case, literals))


def _narrowest(sets: Sequence[frozenset[str]], rarity: Rarity | None) -> Sets:
    """Of the sets of a branch the rarest, and those that narrow the search further; none where all are too common to help."""
    usable = [s for s in dict.fromkeys(sets) if "" not in s and len(s) <= _MOST and min(map(_size, s), default=0) >= 1]
    ranked = sorted(usable, key=lambda s: (_rank(s, rarity), sorted(s)))
    first = ranked[:1]
    return tuple(first + [s for s in ranked[1:] if len(s) <= _CHECKED and not _implied(first[0], s)][: _SETS - 1])


def _implied(found: frozenset[str], other: frozenset[str]) -> bool:
    """Whether whatever has one string of `found` has one of `other`, too."""
    return all(any(o in f for o in other) for f in found)


def _rank(literals: frozenset[str], rarity: Rarity | None) -> tuple[float, ...]:
    """Rarest first; single marks last. Capitals, which only patterns that mind the case have, are rare as they are."""
    smallest = min(map(_size, literals))
    if rarity is None:
        size, few = _score(literals)
        return smallest < 2, -size, -few
    return smallest < 2, sum(map(rarity, literals)), -smallest, len(literals)


class _Reading:
    """One parse tree and what was found out of its parts: alternatives share most of them."""

    def __init__(self, tree: Any) -> None:
        self._tree = tree  # kept, because parts are known by their identity
        self._known: dict[tuple[str, int, Any], Any] = {}

    def alternatives(self, items: list[Any], whole: bool) -> list[list[frozenset[str]]]:
        """The sets of each alternative of a sequence; alternatives inside others are taken apart as far as they are few."""
        done: list[list[frozenset[str]]] = []
        todo = [items]
        while todo:
            items = todo.pop()
            spread = self.spread(items)
            if spread and len(done) + len(todo) + len(spread) <= _BRANCHES:
                todo.extend(reversed(spread))
                continue
            sets = self.sequence(items)
            leads = self.leads_sequence(items) if whole else _NOTHING
            if "" not in leads:
                sets.append(frozenset("\n" + lead for lead in leads))
            done.append(sets)
        return done

    def spread(self, items: list[Any]) -> list[list[Any]]:
        """The sequence once for each alternative of its first part that has several; none where no part has."""
        for k, (op, arg) in enumerate(items):
            if self.finite((op, arg)) is not None:
                continue
            inner: list[list[Any]] = []
            if op is _c.SUBPATTERN:
                inner = [list(arg[3])]
            elif op is _c.ATOMIC_GROUP:
                inner = [list(arg)]
            elif op is _c.BRANCH:
                inner = [list(branch) for branch in arg[1]]
            elif op in (_c.MAX_REPEAT, _c.MIN_REPEAT, _c.POSSESSIVE_REPEAT) and arg[0] == arg[1] == 1:
                inner = [list(arg[2])]
            if len(inner) > 1 or (inner and self.spread(inner[0])):
                return [items[:k] + i + items[k + 1 :] for i in inner]
        return []

    def sequence(self, items: Iterable[Any]) -> list[frozenset[str]]:
        """Sets of strings, of each of which every match of the sequence has one as a part."""
        found: list[frozenset[str]] = []
        here: frozenset[str] = _NOTHING  # all that the parts since the last break can be
        for item in items:
            if item[0] is _c.ASSERT:  # what is looked ahead to or back at stands in the line as well
                found.extend(self.sequence(item[1][1]))
                continue
            whole = self.finite(item)
            if whole is not None and _few(here, whole):
                here = frozenset(a + b for a in here for b in whole)
                continue
            lead = self.leads(item)
            if lead != _NOTHING and _few(here, lead):
                here = frozenset(a + b for a in here for b in lead)
            found.append(here)
            here = _NOTHING
            found.extend(self.inside(item))
        found.append(here)
        return [s for s in found if "" not in s]

    def finite(self, item: Any) -> frozenset[str] | None:
        """All strings that one part of a pattern matches, None where they are many or not known."""
        key = ("finite", id(item[1]), item[0])
        if key not in self._known:
            self._known[key] = self._finite(item)
        found: frozenset[str] | None = self._known[key]
        return found

    def _finite(self, item: Any) -> frozenset[str] | None:
        op, arg = item
        if op is _c.LITERAL:
            return frozenset({chr(arg)})
        if op in (_c.AT, _c.ASSERT, _c.ASSERT_NOT):
            return _NOTHING
        if op is _c.IN and len(arg) <= 6 and all(o is _c.LITERAL for o, _ in arg):
            return frozenset(chr(a) for _, a in arg)
        if op is _c.SUBPATTERN:
            return self.finite_sequence(arg[3])
        if op is _c.ATOMIC_GROUP:
            return self.finite_sequence(arg)
        if op is _c.BRANCH:
            parts = [self.finite_sequence(branch) for branch in arg[1]]
            return None if any(p is None for p in parts) else frozenset().union(*(p for p in parts if p is not None))
        if op in (_c.MAX_REPEAT, _c.MIN_REPEAT, _c.POSSESSIVE_REPEAT) and arg[1] == 1:
            inner = self.finite_sequence(arg[2])
            return None if inner is None else inner if arg[0] else inner | _NOTHING
        return None

    def finite_sequence(self, items: Iterable[Any]) -> frozenset[str] | None:
        out: frozenset[str] = _NOTHING
        for item in items:
            whole = self.finite(item)
            if whole is None or not _few(out, whole):
                return None
            out = frozenset(a + b for a in out for b in whole)
        return out

    def leads(self, item: Any) -> frozenset[str]:
        """Strings, with one of which everything that the part matches begins."""
        key = ("leads", id(item[1]), item[0])
        if key not in self._known:
            self._known[key] = self._leads(item)
        found: frozenset[str] = self._known[key]
        return found

    def _leads(self, item: Any) -> frozenset[str]:
        op, arg = item
        if op is _c.SUBPATTERN:
            return self.leads_sequence(arg[3])
        if op is _c.ATOMIC_GROUP:
            return self.leads_sequence(arg)
        if op is _c.BRANCH:
            parts = [self.leads_sequence(branch) for branch in arg[1]]
            return frozenset().union(*parts)
        if op in (_c.MAX_REPEAT, _c.MIN_REPEAT, _c.POSSESSIVE_REPEAT) and arg[0] >= 1:
            return self.leads_sequence(arg[2])
        return self.finite(item) or _NOTHING

    def leads_sequence(self, items: Iterable[Any]) -> frozenset[str]:
        out: frozenset[str] = _NOTHING
        for item in items:
            whole = self.finite(item)
            if whole is None:
                lead = self.leads(item)
                return frozenset(a + b for a in out for b in lead) if _few(out, lead) else out
            if not _few(out, whole):
                return out
            out = frozenset(a + b for a in out for b in whole)
        return out

    def inside(self, item: Any) -> list[frozenset[str]]:
        """Sets that every match of one part has to hit."""
        key = ("inside", id(item[1]), item[0])
        if key not in self._known:
            self._known[key] = self._inside(item)
        found: list[frozenset[str]] = self._known[key]
        return found

    def _inside(self, item: Any) -> list[frozenset[str]]:
        op, arg = item
        if op is _c.SUBPATTERN:
            return self.sequence(arg[3])
        if op is _c.ATOMIC_GROUP:
            return self.sequence(arg)
        if op is _c.BRANCH:
            parts = [_best(self.sequence(branch)) for branch in arg[1]]
            return [frozenset().union(*(p for p in parts if p))] if parts and all(parts) else []
        if op in (_c.MAX_REPEAT, _c.MIN_REPEAT, _c.POSSESSIVE_REPEAT) and arg[0] >= 1:
            return self.sequence(arg[2])
        return []


def _edge(items: list[Any], step: int) -> frozenset[str] | None:
    """The edge keys of what a sequence matches, at its start (`step` 1) or end (-1); None where they are many."""
    out: frozenset[str] = frozenset()
    for op, arg in items[::step]:
        if op in (_c.AT, _c.ASSERT, _c.ASSERT_NOT):
            continue
        optional = False
        found: frozenset[str] | None = None
        if op is _c.LITERAL:
            found = frozenset({edge_key(chr(arg))})
        elif op is _c.IN:
            found = _class(arg)
        elif op is _c.SUBPATTERN:
            found, optional = _edge(list(arg[3]), step), _empty(arg[3])
        elif op is _c.ATOMIC_GROUP:
            found, optional = _edge(list(arg), step), _empty(arg)
        elif op is _c.BRANCH:
            edges = [_edge(list(branch), step) for branch in arg[1]]
            found = None if None in edges else frozenset().union(*(e for e in edges if e is not None))
            optional = any(_empty(branch) for branch in arg[1])
        elif op in (_c.MAX_REPEAT, _c.MIN_REPEAT, _c.POSSESSIVE_REPEAT):
            found, optional = _edge(list(arg[2]), step), arg[0] == 0 or _empty(arg[2])
        if found is None or len(out | found) > _EDGE:
            return None
        out |= found
        if not optional:
            return out
    return None  # all of it may be empty


def edge_key(char: str) -> str:
    """What a character is compared by at the edge of a match: all digits are alike, and all white space."""
    return "0" if char.isdecimal() else " " if char.isspace() else fold_case(char)


def _empty(items: Any) -> bool:
    return bool(items.getwidth()[0] == 0)


def _class(parts: Any) -> frozenset[str] | None:
    """The edge keys of a class, None where they are many."""
    out: set[str] = set()
    for op, arg in parts:
        if op is _c.LITERAL:
            out.add(edge_key(chr(arg)))
        elif op is _c.RANGE and arg[1] - arg[0] < _EDGE:
            out.update(edge_key(chr(k)) for k in range(arg[0], arg[1] + 1))
        elif op is _c.CATEGORY and arg is _c.CATEGORY_DIGIT:
            out.add("0")
        elif op is _c.CATEGORY and arg is _c.CATEGORY_SPACE:
            out.add(" ")
        else:
            return None
    return frozenset(out)


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


_NOTHING = frozenset({""})


def _few(a: frozenset[str], b: frozenset[str]) -> bool:
    """Whether two sets may be multiplied out."""
    return len(a) * len(b) <= (_SPREAD if len(a) > 1 and len(b) > 1 else _MOST)


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
