"""The proof of a rule while it is typed: what `cleankit check` asks, one light for each question."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Literal, NamedTuple

from cleankit.errors import RuleError
from cleankit.matchers import PatternRule
from cleankit.rulefile import parse_rule
from cleankit.testing import Finding, check_pool
from cleankit.testing._breadth import check_growth, check_literals, check_overlap, check_spares
from cleankit.testing._proof import check_example, check_keep

__all__ = ["Light", "holds", "prove", "read_rule"]


class Light(NamedTuple):
    """One question and its answer. `line` is the line of the rule file that it is about, from 1; 0 for none."""

    state: Literal["ok", "bad", "note"]
    name: str
    text: str = ""
    hint: str = ""
    line: int = 0

    def to_dict(self) -> dict[str, Any]:
        return self._asdict()


def holds(lights: Sequence[Light]) -> bool:
    """Whether nothing fails."""
    return not any(light.state == "bad" for light in lights)


def read_rule(text: str, rule_id: str) -> tuple[PatternRule | None, Light]:
    """The rule that a text is, and the light that says so; or None, and what is wrong."""
    try:
        return parse_rule(text, rule_id), Light("ok", "The rule can be read")
    except RuleError as error:
        return None, Light("bad", "The rule cannot be read", error.message, error.hint or "", error.line or 0)


def prove(rule: PatternRule, text: str, others: Sequence[PatternRule]) -> Iterator[Light]:
    """The lights of a rule that could be read. `others` are the rules as they are saved, without this one."""
    tables = {kind: _places(text, kind) for kind in ("example", "keep")}
    for k, example in enumerate(rule.examples):
        yield _of(check_example(rule, example), f"Example {k + 1} goes", f"Example {k + 1} does not go as it should", _at(tables["example"], k))
    for k, keep in enumerate(rule.keeps):
        yield _of(check_keep(rule, keep), f"Keep {k + 1} stays", f"Keep {k + 1} is taken", _at(tables["keep"], k))
    if rule.info.effect == "remove" and rule.info.stage.strips:
        pool = [(r.info.id, k.text) for r in others for k in r.keeps]
        yield _of(check_spares([rule], pool), f"The keeps of {len(others)} other rules stay", "It takes what other rules keep")
    pooled = [f for f in check_pool((rule.info.id, k.text) for k in rule.keeps) if f.rule != rule.info.id]  # that was told, or is mended
    yield _of(pooled, "Its keeps stay under the presets", "Another rule takes its keeps")
    findings, notes = check_growth(rule)
    if rule.pattern:
        yield _of(findings, "The pattern is fast", "The pattern is slow", _line(text, rule.kind))
    for note in (*notes, *check_literals(rule)):
        yield Light("note", "The pattern is dear", note, line=_line(text, rule.kind))
    for note in check_overlap(rule, others):
        yield Light("note", "Others take it too", note)
    unsaid = [key for key in ("summary", "why", "misfires") if str(getattr(rule.info, key)).startswith("TODO")]
    if unsaid:
        yield Light("note", f"Say in words: {', '.join(unsaid)}", "What the draft says is only to be replaced.", line=_line(text, unsaid[0]))


def _of(findings: Sequence[Finding], good: str, bad: str, line: int = 0) -> Light:
    if not findings:
        return Light("ok", good, line=line)
    first = findings[0]
    more = f" (and {len(findings) - 1} more)" if len(findings) > 1 else ""
    return Light("bad", bad, f"{first.law}: {first.text}{more}" if not line else first.text + more, first.hint, line)


def _places(text: str, table: str) -> list[int]:
    """The lines of a file, from 1, at which tables of a list begin."""
    return [n for n, line in enumerate(text.split("\n"), 1) if re.match(rf"\s*\[\[\s*{table}\s*\]\]", line)]


def _at(places: Sequence[int], k: int) -> int:
    return places[k] if k < len(places) else 0


def _line(text: str, key: str) -> int:
    return next((n for n, line in enumerate(text.split("\n"), 1) if re.match(rf"\s*{key}\s*=", line)), 0)
