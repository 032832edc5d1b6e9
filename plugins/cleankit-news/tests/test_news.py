"""The plugin as its users have it: installed, found by cleankit, judged by cleankit's own kit."""

from __future__ import annotations

from importlib.resources import files

import pytest

import cleankit
from cleankit.matchers import PatternRule
from cleankit.plugins import load_registry
from cleankit.testing import Case, assert_none, cases, check_plugin

PARAGRAPHS = (
    "The council met on Monday, and after a long debate its members agreed on a new budget for the harbour.",
    "Nobody in the room had expected the talks to go on for so long, but all of them stayed to the end.",
    "By then the rain had stopped, and the caretaker, who wanted to go home, began to switch off the lamps.",
)


def test_the_plugin_is_installed() -> None:
    registry = load_registry(("news",))
    assert ("news", "cleankit-news") in {(p.name, p.distribution) for p in registry.plugins}
    assert {"site"} <= {i.split("/")[1] for i in registry.rules if i.startswith("news/") and i.count("/") == 2}


@pytest.mark.parametrize("case", cases(files("cleankit_news") / "rules"))
def test_each_example_works_and_each_keep_stays(case: Case) -> None:
    case.check()


def test_the_plugin_keeps_the_laws() -> None:
    """And no rule, of whomever, takes what a rule of ours spares."""
    assert_none(check_plugin("news", examples=10))


RULES = [r for i, r in load_registry(("news",)).rules.items() if i.startswith("news/") and isinstance(r, PatternRule)]


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.info.id)
def test_lines_go_on_their_own_site_and_nowhere_else(rule: PatternRule) -> None:
    host = rule.info.sites[0]
    text = "\n\n".join((PARAGRAPHS[0], rule.phrases[0], *PARAGRAPHS[1:]))
    there = cleankit.explain(text, url=f"https://www.{host}/2024/article")
    assert any(rule.info.id in (c.rule, *c.also) for c in there.changes)
    assert all(p in there.text for p in PARAGRAPHS)
    for elsewhere in ("https://harbour.example/1", f"https://not{host}/1", None):
        assert not any(rule.info.id in (c.rule, *c.also) for c in cleankit.explain(text, url=elsewhere).changes)


def test_every_rule_names_its_sites() -> None:
    assert len(RULES) >= 30 and all(r.info.sites for r in RULES)
