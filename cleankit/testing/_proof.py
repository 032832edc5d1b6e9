"""The proof of a rule: its examples, its keeps, and the common pool of keeps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from cleankit.document import fold, fold_case
from cleankit.engine import Engine
from cleankit.guard import protect
from cleankit.matchers import Example, Keep, PatternRule, line_facts
from cleankit.rule import OPTIONS, Preset, Rule
from cleankit.shape import Shape

__all__ = ["Finding", "between_prose", "check_example", "check_keep", "check_pool", "check_rule", "visible_lines"]

#: The two paragraphs that a keep of the pool is put between.
PROSE = (
    "The committee met on Monday to discuss the budget, and after a long debate its members agreed to meet again in a week.",
    "Nobody in the room, it was said afterwards, had expected the talks to go on for so long, but all of them stayed to the end.",
)


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with a rule: the law that is broken, the smallest text that shows it, and what to do."""

    rule: str
    law: str
    text: str
    hint: str = ""
    file: str = ""

    def __str__(self) -> str:
        where = self.rule if self.file in ("", "<string>") else self.file
        return f"{where}: {self.law}\n    {self.text}" + (f"\n    help: {self.hint}" if self.hint else "")


def visible_lines(text: str) -> list[str]:
    """The lines of a text that are not blank, without white space at their ends: what a comparison of layouts ignores."""
    return [line.rstrip() for line in text.split("\n") if line.strip()]


def between_prose(text: str) -> str:
    """A text between two fixed paragraphs of prose."""
    return f"{PROSE[0]}\n\n{text}\n\n{PROSE[1]}\n"


def check_rule(rule: Rule) -> list[Finding]:
    """What is wrong with one rule on its own: each example works, each keep stays with all guards off.

    Takes rules from files; other rules have no proof to check and give an empty list.
    """
    if not isinstance(rule, PatternRule):
        return []
    found = [f for example in rule.examples for f in check_example(rule, example)]
    return found + [f for keep in rule.keeps for f in check_keep(rule, keep)]


def check_example(rule: PatternRule, example: Example) -> list[Finding]:
    """What is wrong with one example: cleaned with the rule alone, its `before` gives its `after`."""
    result = _alone(rule).clean(example.before, url=f"https://{rule.info.sites[0]}/" if rule.info.sites else None)
    got, want = visible_lines(result.text), visible_lines(example.after)
    if rule.info.effect == "cue":
        if any(rule.hits(0, line_facts(line)) for line in example.before.split("\n")):
            return []
        return [_finding(rule, "an example of a cue has at least one line that the rule marks", example.before)]
    if got != want:
        left = [line for line in got if line not in want] or [f"(lost) {line}" for line in want if line not in got]
        law = "cleaning an example's `before` with the rule alone gives its `after`"
        return [_finding(rule, law, " ⏎ ".join(left), _why_not(rule, left))]
    return [_finding(rule, "an example changes something", example.before)] if visible_lines(example.before) == want else []


def check_keep(rule: PatternRule, keep: Keep) -> list[Finding]:
    """What is wrong with one keep: the rule says nothing on any of its lines, with all guards off."""
    if any(word in fold_case(keep.text) for word in rule.info.about):
        return []  # spared for what it is about; the pool holds it to that
    hint = "narrow the pattern, or say in `keep` what the rule really spares"
    return [
        _finding(rule, "a keep stays, with all guards off", line, hint)
        for line in keep.text.split("\n")
        if line.strip() and rule.hits(0, line_facts(line))
    ]


def _finding(rule: PatternRule, law: str, text: str, hint: str = "") -> Finding:
    return Finding(rule.info.id, law, text, hint, rule.file)


def _alone(rule: PatternRule) -> Engine:
    """An engine of one rule that takes what it likes, in a text of prose."""
    options = {**OPTIONS, rule.info.unless: False} if rule.info.unless else OPTIONS  # the option that silences it is off
    return Engine([rule], Preset("proof", max_loss=1.0, max_prose_loss=1.0), options, assume=Shape.PROSE)


def _why_not(rule: PatternRule, left: Sequence[str]) -> str:
    """What kept the rule from a line that it should have taken."""
    for line in left:
        facts = line_facts(line)
        if line.startswith("(lost)"):
            return "the rule takes a line that the example keeps"
        if rule.hits(0, facts):
            if protect(line) and rule.info.reach != "prose" and rule.kind != "inline":
                return 'the line looks like prose, so the rule is not shown it: reach = "prose" is for set phrases and labels'
            if rule.at != "any":
                return f'at = "{rule.at}": the example needs paragraphs of prose (eight words and a full stop) around it'
        if rule.kind == "phrases":
            return f"the line is compared as {fold(facts.bare)!r}"
    return ""


@lru_cache(maxsize=4)
def _presets(names: tuple[str, ...]) -> tuple[tuple[str, Engine], ...]:
    from cleankit.cleaner import Cleaner

    return tuple((name, Cleaner(name, keep_credit=True, keep_byline=True, keep_date=True).engine) for name in names)


def check_pool(keeps: Iterable[tuple[str, str]], presets: Sequence[str] = ("article", "minimal")) -> list[Finding]:
    """Run keeps, given as `(rule id, text)`, between two paragraphs of prose through whole presets: every line survives."""
    found = []
    for rule_id, text in keeps:
        for name, engine in _presets(tuple(presets)):
            result = engine.clean(between_prose(text))
            kept = visible_lines(result.text)
            for line in visible_lines(text):
                squeezed = " ".join(line.split())
                if squeezed not in " ".join(" ".join(kept).split()):
                    who = sorted({c.rule for c in result.changes if c.before.strip() and c.before.strip() in line or line.strip() in c.before})
                    found.append(Finding(", ".join(who) or rule_id, f"a keep of {rule_id} survives preset {name}", line))
    return found
