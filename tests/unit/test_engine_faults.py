"""Rules that break the protocol harm nothing but themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from cleankit import Cue, Document, Edit, Rule, RuleError, RuleInfo, Span, Stage
from cleankit.engine import MAX_LEFT_OUT, Engine
from cleankit.rule import OPTIONS, Preset

BODY = "The council met on Monday, and after a long debate its members agreed on a new budget for the harbour."
TEXT = f"XYZ\n\n{BODY}\n\n{BODY}\n"


class Coded:
    def __init__(self, name: str, stage: Stage, propose: Callable[[Document], Iterable[Edit | Cue]]) -> None:
        self.info = RuleInfo(name, "A rule of a test", stage)
        self.propose = propose


def engine(*rules: Rule, strict: bool = False) -> Engine:
    return Engine(rules, Preset("test"), OPTIONS, strict=strict)


def xyz(doc: Document) -> Iterable[Edit]:
    return (Edit(line.span, "", "a cry") for line in doc.lines if line.bare == "XYZ")


def growing(letter: str) -> Callable[[Document], Iterable[Edit]]:
    return lambda doc: [Edit(Span(len(doc.text) - 1, len(doc.text) - 1), letter)]


def swinging(doc: Document) -> Iterable[Edit]:
    """Puts a letter at the start, and takes it away again."""
    return [Edit(Span(0, 1), "")] if doc.text.startswith("q") else [Edit(Span(0, 0), "q")]


GOOD = Coded("good/cry", Stage.LINES, xyz)


@pytest.mark.parametrize("stage", [Stage.REPAIR, Stage.NORMALIZE])
@pytest.mark.parametrize("restless", [growing("q"), swinging])
def test_a_rule_that_never_settles_is_left_out_and_named(stage: Stage, restless: Callable[[Document], Iterable[Edit]]) -> None:
    rules = (GOOD, Coded("bad/restless", stage, restless))
    result = engine(*rules).clean(TEXT)
    assert result.text == f"{BODY}\n\n{BODY}\n"
    assert [(f.rule, "never settles" in f.message) for f in result.faults] == [("bad/restless", True)]
    assert {c.rule for c in result.changes} == {"good/cry"}
    assert result.restore() == TEXT
    with pytest.raises(RuleError, match="bad/restless"):
        engine(*rules, strict=True).clean(TEXT)


def test_several_rules_that_never_settle_are_left_out_one_after_another() -> None:
    bad = [Coded(f"bad/restless-{letter}", Stage.REPAIR, growing(letter)) for letter in "abcdef"]
    few = engine(GOOD, *bad[:2]).clean(TEXT)
    assert few.text == f"{BODY}\n\n{BODY}\n"
    assert {f.rule for f in few.faults} == {r.info.id for r in bad[:2]}
    many = engine(GOOD, *bad).clean(TEXT)
    assert many.text == TEXT and not many.changes
    assert len(many.faults) == MAX_LEFT_OUT + 1 and "engine" in {f.rule for f in many.faults}


@pytest.mark.parametrize("name", ["text", "facts", "removed", "lines", "new"])
def test_a_rule_cannot_change_the_document(name: str) -> None:
    def assigns(doc: Document) -> Iterable[Edit]:
        setattr(doc, name, ())
        return ()

    def deletes(doc: Document) -> Iterable[Edit]:
        delattr(doc, name)
        return ()

    for rule in (assigns, deletes):
        for stage in (Stage.BODY, Stage.REPAIR, Stage.CONTEXT):
            preset = Preset("test", find_body=True)
            result = Engine([GOOD, Coded("bad/writer", stage, rule)], preset, OPTIONS).clean(TEXT)
            assert result.text == f"{BODY}\n\n{BODY}\n"
            assert [f.rule for f in result.faults] == ["bad/writer"]
            assert "cannot be changed" in result.faults[0].message
