"""Trying a line: what becomes of it in a text, which rules speak on it, and what holds others back."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cleankit.cleaner import Cleaner
from cleankit.document import LineFacts, fold, fold_case
from cleankit.matchers import PatternRule, line_facts
from cleankit.rule import Rule

__all__ = ["Trial", "Voice", "try_line", "voices"]

#: The text that a line is tried in.
_PROSE = (
    "The committee met on Monday to discuss the budget, and after a long debate its members agreed to meet again in a week.",
    "Nobody in the room, it was said afterwards, had expected the talks to go on for so long, but all of them stayed to the end.",
    "By then the rain had stopped, and the caretaker, who wanted to go home, began to switch off the lamps one after another.",
    "A second meeting will be held in the autumn, when the figures that were missing this time are expected to be known.",
)
_PLACES = ("above the text", "between its paragraphs", "below it")


@dataclass(frozen=True, slots=True)
class Voice:
    """A rule that speaks on the line, or nearly. `held` says what holds it back: nothing, if empty."""

    rule: str
    summary: str
    effect: str
    held: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Trial:
    """What a line meets with. `fates` pairs a place in the text with what happened there."""

    line: str
    preset: str
    prose: bool
    fates: tuple[tuple[str, str], ...]
    speaking: tuple[Voice, ...]
    nearly: tuple[Voice, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        voices = {
            key: [
                {"rule": v.rule, "summary": v.summary, "effect": v.effect, "held": list(v.held)}
                for v in getattr(self, key)
            ]
            for key in ("speaking", "nearly")
        }
        return {"line": self.line, "preset": self.preset, "prose": self.prose, "fates": dict(self.fates), **voices}


def try_line(line: str, rules: Sequence[Rule], preset: str = "article") -> Trial:
    """Try one line under a preset, and against each of `rules`."""
    cleaner = Cleaner(preset)
    facts = line_facts(line)
    speaking, nearly = voices(facts, rules, frozenset(cleaner.rule_ids))
    fates = tuple((place, _fate(cleaner, line, k)) for k, place in enumerate(_PLACES))
    return Trial(line, preset, facts.prose, fates, speaking, nearly)


def voices(facts: LineFacts, rules: Iterable[Rule], running: Container[str]) -> tuple[tuple[Voice, ...], tuple[Voice, ...]]:
    """The rules that speak on a line, with what holds each back, and those that miss one thing only. `running` are the ids that run."""
    speaking: list[Voice] = []
    nearly: list[Voice] = []
    for rule in rules:
        if not isinstance(rule, PatternRule):
            continue
        info = rule.info
        try:
            speaks = bool(rule.hits(0, facts))
        except TimeoutError:
            nearly.append(Voice(info.id, info.summary, info.effect, ("ran out of its time on the line",)))
            continue
        if speaks:
            speaking.append(Voice(info.id, info.summary, info.effect, tuple(_held(rule, facts, info.id in running))))
        elif why := _nearly(rule, facts):
            nearly.append(Voice(info.id, info.summary, info.effect, (why,)))
    return tuple(speaking), tuple(nearly)


_WHERE = {"head": "only above the text", "tail": "only below the text", "edge": "only above or below the text"}


def _held(rule: PatternRule, facts: LineFacts, runs: bool) -> Iterator[str]:
    """What holds back a rule whose pattern fits."""
    info = rule.info
    if not runs:
        if info.status != "stable":
            yield f"status {info.status}"
        else:
            yield f"off with {info.unless}, or not in this preset" if info.unless else "not in this preset"
    if facts.prose and info.reach != "prose" and rule.kind != "inline":
        yield "the line looks like prose"
    if rule.at != "any":
        yield _WHERE[rule.at]
    if info.stage.value == "sections":
        yield "takes what stands below it too, at the end of a text"
    if info.sites:
        yield f"only on {', '.join(info.sites)}"
    if info.about:
        yield "silent in texts about it"
    if info.topic:
        yield "silent where its words are the subject"


def _nearly(rule: PatternRule, facts: LineFacts) -> str:
    """What a rule misses on the line, where it misses one thing only; else an empty string."""
    if rule.max_words and facts.words > rule.max_words and replace(rule, max_words=0).hits(0, facts):
        return f"the line has {facts.words:g} words, the rule takes at most {rule.max_words}"
    folded = fold(facts.bare)
    if rule.kind in ("phrases", "labels"):
        longest = max((p for p in rule.folded if folded.startswith(p + " ") or folded == p), key=len, default="")
        if not longest:
            return ""
        return f"begins with its {rule.kind[:-1]} “{longest}”, but " + (
            "no separator follows" if rule.kind == "labels" else "the line goes on"
        )
    if rule.kind in ("line", "marker"):
        found = rule.compiled.match(facts.bare)
        if (
            found
            and len(found.group().split()) * 2 >= len(facts.bare.split())
            and found.end() > 3
            and fold_case(found.group()).strip()
        ):
            return f"its pattern ends at “{found.group()}”, but the line goes on"
    return ""


def _fate(cleaner: Cleaner, line: str, place: int) -> str:
    """What becomes of the line in a text of four paragraphs."""
    parts = list(_PROSE)
    at = (0, 2, 4)[place]
    text = "\n\n".join([*parts[:at], line, *parts[at:]]) + "\n"
    start = text.index(line, sum(len(p) + 2 for p in parts[:at]))
    end = start + len(line)
    changes = [
        c
        for c in cleaner.clean(text).changes
        if c.span.start < end and start < c.span.end and (c.before.strip() or c.after.strip())
    ]
    if not changes:
        return "stays"
    left = line
    for change in reversed(changes):
        low, high = max(change.span.start, start) - start, min(change.span.end, end) - start
        left = left[:low] + change.after.strip("\n") + left[high:]
    verb = "goes" if not left.strip() else f"becomes “{left.strip()}”"
    return f"{verb}: " + "; ".join(dict.fromkeys(f"{c.rule} {c.confidence:.2f}, {c.reason}" for c in changes))
