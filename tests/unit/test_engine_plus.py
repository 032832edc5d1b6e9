"""An engine with one rule more does what one compiled with all of them does."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from cleankit import Cleaner
from cleankit.engine import Engine
from cleankit.matchers import PatternRule

SAMPLES = sorted((Path(__file__).parents[2] / "corpus_samples").glob("*/raw.txt"))[::3]


@cache
def cleaner() -> Cleaner:
    return Cleaner(plugins=())


def some_rules() -> list[PatternRule]:
    """Rules of each kind and stage that take something from the samples."""
    took = {c.rule for p in SAMPLES for c in cleaner().clean(p.read_text(encoding="utf-8")).changes}
    found: dict[object, PatternRule] = {}
    for rule in cleaner()._rules:
        if isinstance(rule, PatternRule) and rule.info.id in took:
            found.setdefault((rule.kind, rule.info.stage, rule.info.reach, rule.info.effect), rule)
    return list(found.values())


def test_there_are_rules_of_several_kinds() -> None:
    assert {r.kind for r in some_rules()} >= {"phrases", "line", "inline"}


@pytest.mark.parametrize("number", range(5))
def test_a_rule_added_is_a_rule_compiled(number: int) -> None:
    rules = some_rules()
    rule = rules[number * (len(rules) - 1) // 4]
    full = cleaner().engine
    less = Engine([r for r in full.rules if r is not rule], full.preset, full.options)
    more = less.plus(rule)
    assert more.rules == full.rules
    took = False
    for path in SAMPLES:
        text = path.read_text(encoding="utf-8")
        want, got, without = full.clean(text), more.clean(text), less.clean(text)
        assert (got.text, got.changes, set(got.vetoes), got.flags, got.meta) == (want.text, want.changes, set(want.vetoes), want.flags, want.meta)
        took = took or want.changes != without.changes
    assert took, f"{rule.info.id} made no difference"
    assert all(rule.info.id not in {c.rule for c in less.clean(p.read_text(encoding="utf-8")).changes} for p in SAMPLES)
