"""A draft over the whole folder: every line that it would newly take, the riskiest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from cleankit.document import LineFacts
from cleankit.errors import InputError
from cleankit.matchers import PatternRule, line_facts
from cleankit.report import differing
from cleankit.result import Result
from cleankit.studio._desk import Desk

__all__ = ["RISKS", "run_over"]

#: How much a line that goes deserves a look, most first.
RISKS = ("prose", "sentence", "label")
#: Different lines that are told; of more, the least risky are only counted.
MOST_ROWS = 1000
#: Places that are told of a line that comes again.
MOST_PLACES = 5


@dataclass(slots=True)
class _Row:
    """A line that would go, wherever it stands."""

    text: str
    rule: str
    reason: str
    risk: int
    words: int
    spared: bool
    times: int = 0
    places: list[tuple[str, int]] = field(default_factory=list)
    around: tuple[str, str] = ("", "")

    @property
    def order(self) -> tuple[bool, int, int, str]:
        return (self.spared, self.risk, -self.words, self.text)

    def to_dict(self) -> dict[str, Any]:
        return {
            "text": self.text, "rule": self.rule, "reason": self.reason, "risk": RISKS[self.risk], "words": self.words, "spared": self.spared,
            "times": self.times, "places": [list(p) for p in self.places], "around": list(self.around),
        }  # fmt: skip


def run_over(desk: Desk, rule: PatternRule, preset: str) -> Iterator[dict[str, Any]]:
    """Progress, a message for every few texts, and last the lines. Texts that cannot be read are counted and named."""
    with_rule, names = desk.engine_with(rule, preset), list(desk.texts)
    saved = desk.rule(rule.info.id) is not None
    rows: dict[tuple[str, bool], _Row] = {}
    bad: list[str] = []
    touched = left = 0
    for done, name in enumerate(names):
        yield {"done": done, "of": len(names)}
        try:
            text = desk.read(name)
        except InputError as error:
            bad.append(str(error))
            continue
        result = desk.apply(with_rule, text, name)
        if not saved and not any(c.rule == rule.info.id or rule.info.id in c.also for c in result.changes):
            continue
        base = desk.apply(desk.engine(preset), text, name)
        found = [*_lines(name, result, base, spared=False), *(_lines(name, base, result, spared=True) if saved else ())]
        touched += bool(found)
        for row in found:
            known = rows.setdefault((row.text, row.spared), row)
            known.times += 1
            if len(known.places) < MOST_PLACES:
                known.places += row.places if known is not row else []
        if len(rows) > 2 * MOST_ROWS:
            kept = sorted(rows.values(), key=lambda r: r.order)
            left += sum(r.times for r in kept[MOST_ROWS:])
            rows = {(r.text, r.spared): r for r in kept[:MOST_ROWS]}
    listed = sorted(rows.values(), key=lambda r: r.order)
    left += sum(r.times for r in listed[MOST_ROWS:])
    taken = [r for r in listed if not r.spared]
    yield {
        "rows": [r.to_dict() for r in listed[:MOST_ROWS]], "texts": len(names), "touched": touched, "left": left, "bad": bad[:20],
        "lines": sum(r.times for r in taken), "words": sum(r.times * r.words for r in taken), "runs": desk.runs(rule, preset),
        "risks": {name: sum(r.times for r in taken if RISKS[r.risk] == name) for name in RISKS},
    }  # fmt: skip


def _lines(name: str, one: Result, two: Result, *, spared: bool) -> Iterator[_Row]:
    """What the first result takes and the second does not, line by line."""
    source = one.source or ""
    for start, end, change in differing(one, two):
        if not source[start:end].strip():
            continue
        number = source.count("\n", 0, start) + 1
        for k, part in enumerate(source[start:end].split("\n")):
            if text := part.strip():
                facts = line_facts(text)
                yield _Row(text, change.rule, change.reason, _risk(facts), round(facts.words), spared, 0, [(name, number + k)], _around(source, start, end))


def _risk(facts: LineFacts) -> int:
    if facts.prose:
        return RISKS.index("prose")
    return RISKS.index("sentence" if facts.terminal and facts.words >= 4 or facts.words >= 12 else "label")


def _around(source: str, start: int, end: int) -> tuple[str, str]:
    """The lines before and after, for looking."""
    before, after = source[:start].rstrip().rpartition("\n")[2], source[end:].lstrip().partition("\n")[0]
    return before[-160:], after[:160]
