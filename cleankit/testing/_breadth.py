"""What a rule does beside its own proof: to others' keeps, to bodies that must stay, in time, and what it doubles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import regex

from cleankit.engine import Engine
from cleankit.guard import protect
from cleankit.matchers import TIME_BUDGET, PatternRule, line_facts
from cleankit.rule import OPTIONS, Preset, Rule
from cleankit.testing._growth import EXPLODES, growth
from cleankit.testing._proof import Finding, between_prose

__all__ = ["Removal", "check_bodies", "check_growth", "check_literals", "check_overlap", "check_spares", "removals"]

#: A text on which a pattern that grows too fast runs out of its time.
_LONG = 600


def _alone(rules: Sequence[PatternRule]) -> Engine:
    """The rules with no others, on any site and with the limits of a preset."""
    anywhere = [replace(r, info=replace(r.info, sites=())) for r in rules if r.info.effect == "remove" and r.info.stage.strips]
    return Engine(anywhere, Preset("breadth"), {**OPTIONS, "keep_credit": True, "keep_byline": True, "keep_date": True})


def check_spares(rules: Sequence[PatternRule], pool: Iterable[tuple[str, str]]) -> list[Finding]:
    """Which keeps of other rules, given as `(rule id, text)`, the rules take from between two paragraphs."""
    found: list[Finding] = []
    engine = _alone(rules)
    ids = {r.info.id for r in rules}
    for owner, text in pool:
        if owner in ids or not any(r.hits(0, line_facts(line)) for r in rules for line in text.split("\n") if line.strip()):
            continue
        found += [
            Finding(change.rule, f"a keep of {owner} stays", change.before.strip(), "narrow the rule, or give it a place: at")
            for change in engine.clean(between_prose(text)).changes
            if change.before.strip() and not change.after.strip() and change.rule in ids
        ]
    return found


def check_bodies(rules: Sequence[PatternRule], bodies: Mapping[str, str]) -> list[Finding]:
    """What the rules take of texts that have to stay as they are, by name."""
    return [
        Finding(r.rule, f"the body of {r.name} stays", r.text, "narrow the rule, give it a place (at), or words of texts that are about the thing (about)")
        for r in removals(rules, bodies.items())
    ]


class Removal(NamedTuple):
    """Something that a rule would take from a text. `prose`: it looks like a sentence of the body."""

    name: str
    line: int
    rule: str
    text: str
    prose: bool


def removals(rules: Sequence[PatternRule], texts: Iterable[tuple[str, str]]) -> list[Removal]:
    """All that the rules would take from texts, given with their names; those that look like prose first."""
    engine = _alone(rules)
    ids = {r.info.id for r in rules}
    out = []
    for name, text in texts:
        result = engine.clean(text)
        for change in result.changes:
            if change.rule in ids and change.before.strip():
                blank = len(change.before) - len(change.before.lstrip())
                at = text.count("\n", 0, change.span.start + blank) + 1
                out.append(Removal(name, at, change.rule, change.before.strip(), protect(change.before)))
    return sorted(out, key=lambda r: (not r.prose, r.name, r.line))


def check_growth(rule: PatternRule) -> tuple[list[Finding], list[str]]:
    """Whether a pattern's work grows too fast: findings where it runs out of its time, notes where it only grows."""
    if not rule.pattern:
        return [], []
    found = growth(rule.pattern, whole=rule.kind != "inline")
    if found.power < 2.9:
        return [], []
    text = found.text(_LONG)
    shown = repr(found.lead + found.part * 4)[:-1] + "…'"
    try:
        compiled = regex.compile(rule.pattern)
        (compiled.search if rule.kind == "inline" else compiled.fullmatch)(text, timeout=TIME_BUDGET)
    except TimeoutError:
        law = f"a pattern is done with a line of {_LONG} characters within {TIME_BUDGET} s"
        return [Finding(rule.info.id, law, shown, "bound the repeats ({0,40}), or make the inner one possessive (++)", rule.file)], []
    power = "without bound" if found.power >= EXPLODES else f"with the power {found.power:.1f} of the line's length"
    return [], [f"steps grow {power} on lines such as {shown}, though not beyond the time budget"]


def check_literals(rule: PatternRule) -> list[str]:
    """A note where a pattern has no literal to search for, so that it is tried on every line."""
    if rule.pattern and not rule.needed.branches:
        return ["no literal has to be in what it matches, so it is tried on every line; a word that every branch contains makes it cheap"]
    return []


def check_overlap(rule: PatternRule, others: Iterable[Rule]) -> list[str]:
    """Notes on phrases and examples that other rules have already."""
    notes = []
    given = [o for o in others if isinstance(o, PatternRule) and o.info.id != rule.info.id and o.info.effect == rule.info.effect == "remove"]
    if rule.kind in ("phrases", "labels"):
        for other in given:
            same = rule.folded & other.folded if other.kind == rule.kind else frozenset()
            wider = other.at in ("any", rule.at) and (not other.info.sites or other.info.sites == rule.info.sites)
            if same and wider:
                shown = ", ".join(sorted(same)[:4]) + (" …" if len(same) > 4 else "")
                notes.append(f"{len(same)} of {len(rule.folded)} {rule.kind} are in {other.info.id} too: {shown}")
        return notes
    taken = [line for e in rule.examples for line in e.before.split("\n") if line.strip() and line not in e.after.split("\n")]
    facts = [line_facts(line) for line in taken]
    return notes + [
        f"{other.info.id} takes all its examples too"
        for other in given
        if other.at == "any" and not other.info.sites and facts and all(other.hits(0, f) for f in facts)
    ]
