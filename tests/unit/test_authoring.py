"""Drafts of rule files prove themselves, whatever matcher is asked for; voices say who speaks on a line."""

from __future__ import annotations

import pytest

from cleankit.authoring import draft, voices
from cleankit.errors import InputError
from cleankit.matchers import line_facts
from cleankit.plugins import load_registry
from cleankit.rulefile import parse_rule
from cleankit.testing import assert_none, check_rule

LINES = [
    ["Seen by: 12 captains"],
    ["Seen by: 12 captains", "Painted by: nobody"],
    ["Boats 3", "Boats 4", "Ships (old)"],
    ["### Captains’ 'quotes' ''' here"],
    ["Ends in a quote'"],
    ["ボートの一覧"],
    ["شارك القوارب"],
    ["a \x00 and \x1b[31m and \x7f and \u202e"],
    ["Write to the harbour office if you have seen a boat that is not yours, and we will call you back."],
]


@pytest.mark.parametrize("kind", ["", "labels", "phrases", "line"])
@pytest.mark.parametrize("lines", LINES, ids=range(len(LINES)))
def test_a_draft_proves_itself_with_each_matcher_that_the_lines_allow(lines: list[str], kind: str) -> None:
    if kind and kind not in draft(lines).kinds:
        with pytest.raises(InputError, match="possible"):
            draft(lines, kind=kind)
        return
    made = draft(lines, kind=kind)
    rule = parse_rule(made.text, "boats/seen")
    assert rule.kind == made.kind == (kind or made.kinds[0])
    assert all(rule.hits(0, line_facts(line)) for line in lines)
    assert_none(check_rule(rule))


def test_half_a_character_can_be_in_no_file() -> None:
    with pytest.raises(InputError, match="surrogate"):
        draft(["Boats \ud800"])


def test_voices_are_those_that_speak_and_those_that_nearly_do() -> None:
    rules = load_registry(()).rules
    speaking, nearly = voices(line_facts("Advertisement"), rules.values(), frozenset(rules))
    assert "ad-label/en" in {v.rule for v in speaking}
    assert not nearly
    speaking, _ = voices(line_facts("Advertisement"), rules.values(), frozenset())
    assert all("not in this preset" in v.held for v in speaking)
