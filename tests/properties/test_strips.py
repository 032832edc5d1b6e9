"""Strip rules only delete, and in any order give the same text: union, not sequence."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import pytest

from cleankit.engine import Engine
from cleankit.matchers import PatternRule
from cleankit.rule import OPTIONS, Preset, Rule, RuleInfo
from cleankit.testing import strategies as ck

from .common import cleaner, each, effort


class Renamed:
    """A rule under another id, and so in another place of the order."""

    def __init__(self, rule: Rule, info: RuleInfo) -> None:
        self.rule, self.info, self.propose = rule, info, rule.propose


@cache
def strips(order: int) -> Engine:
    """An engine of all strip rules of preset article, sorted by id (0) or shuffled."""
    rules: Sequence[Rule] = [r for r in cleaner().engine.rules if r.info.stage.strips]
    if order:
        names = [f"x/r{k:05}" for k in range(len(rules))]
        random.Random(order).shuffle(names)
        infos = [replace(r.info, id=name) for r, name in zip(rules, names, strict=True)]
        rules = [replace(r, info=i) if isinstance(r, PatternRule) else Renamed(r, i) for r, i in zip(rules, infos, strict=True)]
    return Engine(rules, Preset("strips"), OPTIONS)


def holds(text: str, order: int) -> None:
    result = strips(0).clean(text)
    assert all(c.after == "" for c in result.changes)
    rest = iter(text)
    assert all(char in rest for char in result.text), "the text is what is left of the source, in its order"
    other = strips(order).clean(text)
    assert other.text == result.text
    assert [c.span for c in other.changes] == [c.span for c in result.changes]


@effort(15, 200)
@pytest.mark.parametrize("order", [1, 2])
def test_on_bodies_with_debris(order: int, examples: int) -> None:
    each(ck.woven(), examples, lambda w: holds(w.text, order))


@effort(15, 200)
def test_on_hostile_text(examples: int) -> None:
    each(ck.hostile(), examples, lambda text: holds(text, 1))
