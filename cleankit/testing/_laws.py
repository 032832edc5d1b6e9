"""The laws that hold for every text and cleaner, each a function that says how it is broken, or gives an empty string."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping

from cleankit.cleaner import Cleaner
from cleankit.guard import INLINE_LIMIT, protect
from cleankit.matchers import PatternRule
from cleankit.result import Change, Result
from cleankit.rule import Rule, Stage
from cleankit.spans import OffsetMap, Span, apply

__all__ = ["LAWS", "body_lost"]


def restores(cleaner: Cleaner, result: Result, url: str | None) -> str:
    """The source comes back from text and changes alone, after a round trip through JSON."""
    stored = Result.from_dict(json.loads(json.dumps(result.to_dict(source=False))))
    if stored.source is not None:
        return "to_dict(source=False) kept the source"
    restored = stored.restore()
    return "" if restored == result.source else f"restored as {restored!r}"


def replays(cleaner: Cleaner, result: Result, url: str | None) -> str:
    """Applying the changes to the source gives the text."""
    source = result.source or ""
    at = -1
    for c in result.changes:
        if c.span.start < at or source[c.span.start : c.span.end] != c.before or c.before == c.after:
            return f"the ledger is not sorted, disjoint and true at {tuple(c.span)}"
        at = c.span.end
    replayed = apply(source, [(c.span.start, c.span.end, c.after) for c in result.changes])
    return "" if replayed == result.text else f"replayed as {replayed!r}, cleaned to {result.text!r}"


def offsets_are_true(cleaner: Cleaner, result: Result, url: str | None) -> str:
    """Every kept run maps to the same characters of the source, there and back."""
    source, offsets = result.source or "", result.offsets
    for start, end in kept_runs(result):
        low = offsets.to_text(start)
        if result.text[low : low + end - start] != source[start:end]:
            return f"{source[start:end]!r} is mapped to {result.text[low : low + end - start]!r}"
        for at in {start, (start + end) // 2, end - 1}:
            if offsets.to_source(offsets.to_text(at)) != at:
                return f"offset {at} comes back as {offsets.to_source(offsets.to_text(at))}"
        if offsets.span_to_source(Span(low, low + end - start)) != (start, end):
            return f"the kept run {start}..{end} comes back as {tuple(offsets.span_to_source(Span(low, low + end - start)))}"
    return _monotone(offsets, len(source))


def _monotone(offsets: OffsetMap, size: int) -> str:
    marks = [offsets.to_text(k * size // 50) for k in range(51)]
    return "" if marks == sorted(marks) else "offsets run backwards"


def kept_runs(result: Result) -> Iterator[tuple[int, int]]:
    """The stretches of the source that no change touches."""
    at = 0
    for c in result.changes:
        if c.span.start > at:
            yield at, c.span.start
        at = max(at, c.span.end)
    if at < len(result.source or ""):
        yield at, len(result.source or "")


def idempotent(cleaner: Cleaner, result: Result, url: str | None) -> str:
    """Cleaning again changes nothing."""
    if cleaner.preset.find_body:
        return ""  # held to on real pages, by share
    again = cleaner.clean(result.text, url=url)
    return "" if again.text == result.text else f"cleaned again: {again.text!r}, first: {result.text!r}"


def explaining_changes_nothing(cleaner: Cleaner, result: Result, url: str | None) -> str:
    """The text is the same without an explanation."""
    text = cleaner.clean(result.source or "", url=url, explain=False).text
    return "" if text == result.text else f"without explanation: {text!r}"


def no_faults(cleaner: Cleaner, result: Result, url: str | None) -> str:
    """No rule breaks or runs out of time."""
    return "; ".join(f"{f.rule}: {f.message}" for f in result.faults)


def named(cleaner: Cleaner, result: Result, url: str | None) -> str:
    """Every change names a rule that runs, a reason and a confidence."""
    known = set(cleaner.rule_ids)
    for c in result.changes:
        if c.rule not in known or not c.reason.strip() or not 0 < c.confidence <= 1 or not known.issuperset(c.also):
            return f"change {c}"
    return ""


def prose_survives(cleaner: Cleaner, result: Result, url: str | None) -> str:
    """Of a protected line nothing is lost but inline debris, layout, and what a rule with reach = "prose" names."""
    for lost, by in body_lost(cleaner, result):
        return f"{lost!r} is lost by {', '.join(by)}"
    return ""


def body_lost(cleaner: Cleaner, result: Result) -> Iterator[tuple[str, list[str]]]:
    """Stretches of protected lines that rules took which may not, and those rules."""
    rules = {r.info.id: r for r in cleaner.engine.rules}
    source = result.source or ""
    at = 0
    for line in source.split("\n"):
        low, high = at, at + len(line)
        at = high + 1
        here = [c for c in result.changes if c.span.start < high and c.span.end > low]
        if not any(_takes(c, rules) for c in here):
            continue
        # The line is judged as the rules saw it: with inline debris blanked.
        chars = list(line)
        for c in here:
            if all(rules[i].info.stage is Stage.INLINE for i in (c.rule, *c.also)):
                for k in range(max(low, c.span.start), min(high, c.span.end)):
                    chars[k - low] = " "
        if not protect("".join(chars)):
            continue
        for c in here:
            lost = source[max(low, c.span.start) : min(high, c.span.end)]
            if _takes(c, rules) and (len(lost) > INLINE_LIMIT or lost.strip() == line.strip()) and _letters(lost) > _letters(c.after):
                yield lost, sorted({c.rule, *c.also})


def _takes(change: Change, rules: Mapping[str, Rule]) -> bool:
    """Whether a change is a removal by rules none of which may touch prose at will."""
    infos = [rules[i].info for i in (change.rule, *change.also)]
    return all(i.reach != "prose" and i.stage not in (Stage.INLINE, Stage.BODY) for i in infos if i.stage.strips) and any(i.stage.strips for i in infos)


def _letters(text: str) -> int:
    return sum(c.isalnum() for c in text)


def strips_only_delete(cleaner: Cleaner, result: Result, url: str | None) -> str:
    """A change that only strip rules made leaves nothing in its place; the body finder joins lines, and leaves a space."""
    stages = {r.info.id: r.info.stage for r in cleaner.engine.rules}
    for c in result.changes:
        if not any(stages[i].may_put(c.before, c.after) for i in (c.rule, *c.also) if i in stages):
            return f"{c.rule} put {c.after!r} in the place of {c.before!r}"
    return ""


def inline_rules(cleaner: Cleaner) -> frozenset[str]:
    """The ids of the rules that take parts of lines."""
    return frozenset(r.info.id for r in cleaner.engine.rules if isinstance(r, PatternRule) and r.kind == "inline")


#: What is promised, and what checks it.
LAWS: Mapping[str, Callable[[Cleaner, Result, str | None], str]] = {
    "restore(text, changes) gives the source, from the ledger alone, after a round trip through JSON": restores,
    "the changes, applied to the source, give the text": replays,
    "offsets are true, both ways": offsets_are_true,
    "cleaning again changes nothing": idempotent,
    "explain=False gives the same text": explaining_changes_nothing,
    "no rule breaks": no_faults,
    "every change names its rule and its reason": named,
    "strip rules only delete, and the body finder but joins lines": strips_only_delete,
    "protected prose stays": prose_survives,
}
