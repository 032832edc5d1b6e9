"""Every rule proves itself, and no rule takes what another one spares."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

import pytest

from cleankit.guard import protect
from cleankit.matchers import PatternRule
from cleankit.plugins import load_registry
from cleankit.testing import assert_none, check_pool, check_python_rule, check_rule


@cache
def families() -> dict[str, list[PatternRule]]:
    out: dict[str, list[PatternRule]] = defaultdict(list)
    for rule in load_registry(()).rules.values():
        if isinstance(rule, PatternRule):
            out[rule.info.family].append(rule)
    return dict(out)


def test_there_are_rules() -> None:
    assert len(families()) > 30
    assert sum(map(len, families().values())) > 500


@pytest.mark.parametrize("family", families())
def test_examples_work_and_keeps_stay(family: str) -> None:
    assert_none(finding for rule in families()[family] for finding in check_rule(rule))


def test_rules_in_python_keep_to_the_protocol() -> None:
    coded = [r for r in load_registry(()).rules.values() if not isinstance(r, PatternRule)]
    assert len(coded) > 20
    assert_none(finding for rule in coded for finding in check_python_rule(rule))


def pool() -> list[tuple[str, str]]:
    return [(r.info.id, k.text) for rules in families().values() for r in rules for k in r.keeps]


SHARES = [pytest.param(0, id="sample"), *(pytest.param(k, marks=pytest.mark.slow) for k in range(1, 16))]


@pytest.mark.parametrize("part", SHARES)
def test_every_keep_survives_the_presets(part: int) -> None:
    """The common conscience; a sixteenth of it in the quick run (`cleankit check rules` runs all of it)."""
    assert_none(check_pool(pool()[part::16]))


@pytest.mark.parametrize("part", SHARES)
def test_prose_among_the_keeps_survives_page(part: int) -> None:
    keeps = [(name, text) for name, text in pool() if all(protect(line) for line in text.split("\n") if line.strip())]
    assert keeps
    assert_none(check_pool(keeps[part::16], ("page",)))
