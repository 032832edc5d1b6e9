"""Declarative rules: how one is matched against a line, and all of them compiled into one set.

Every declarative rule is a function of one line (and, afterwards, of the line's position). So all of them together are
one function from a line to its hits, and that can be remembered. For lines not seen before, one automaton finds the rules
whose literals occur; phrases and labels are looked up in dictionaries; only candidates meet a pattern.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, Literal, NamedTuple

import regex

from cleankit.document import LineFacts, bare_text, fold, fold_case, line_mark, measure
from cleankit.guard import is_prose, reported
from cleankit.literals import Needed, required_literals
from cleankit.rule import RuleInfo, Stage
from cleankit.shape import Shape
from cleankit.spans import Cue, Edit, Span

if TYPE_CHECKING:
    from cleankit.document import Document

__all__ = ["Hit", "Keep", "Example", "MatcherSet", "PatternRule", "Verdict"]

Kind = Literal["phrases", "labels", "line", "inline", "marker"]
Where = Literal["any", "head", "tail", "edge"]
After = Literal["anything", "capital", "headline", "name"]

#: Seconds that one pattern may spend on one line; a net under the static check, not a working limit.
TIME_BUDGET = 0.25
#: The budget costs several times the match itself; on shorter lines no pattern that passes the check at load can spend it.
BUDGETED = 200
#: Lines of more words are shown to inline rules only: nobody's boilerplate line is that long.
LONGEST_LINE = 120
#: A label stands at most this many characters from the line's start.
LABEL_REACH = 60
_INLINE, _PROSE, _LINES = range(3)
_DIGIT = re.compile(r"\d")
_SEPARATOR = re.compile(r"\s*(?:[:：|¦»›>→➔►▶⇒]|\s[-–—]\s|[–—](?=\s)|\s[-–—])\s*")


class Hit(NamedTuple):
    """A rule speaks on a line: what it takes (`start`, `end`) and what of it is a value for `Result.meta`, as line offsets."""

    rule: int
    start: int
    end: int
    value_start: int
    value_end: int


class Verdict(NamedTuple):
    """All that is known of a line from its text alone."""

    facts: LineFacts
    hits: tuple[Hit, ...]
    broken: tuple[tuple[int, str], ...] = ()  # rules that ran out of time on it


@dataclass(frozen=True, slots=True)
class Example:
    """Proof that a rule works: `before`, cleaned by the rule alone, gives `after`."""

    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Keep:
    """Proof that a rule spares: `text` must stay, because of `why`."""

    text: str
    why: str = ""


@dataclass(frozen=True)
class PatternRule:
    """A rule from a rule file. `kind` says which matcher it has; see the rule reference for their meaning."""

    info: RuleInfo
    kind: Kind
    pattern: str = ""
    phrases: tuple[str, ...] = ()
    max_words: int = 0
    at: Where = "any"
    after: After = "anything"
    replace: str = ""
    meta: str = ""
    cue: str = ""
    weight: float = 1.0
    examples: tuple[Example, ...] = field(default=(), compare=False)
    keeps: tuple[Keep, ...] = field(default=(), compare=False)
    file: str = field(default="", compare=False)

    @cached_property
    def compiled(self) -> regex.Pattern[str]:
        """The pattern, compiled when it is first needed."""
        return regex.compile(self.pattern)

    @cached_property
    def folded(self) -> frozenset[str]:
        """The phrases or labels as they are compared."""
        return frozenset(fold(p) for p in self.phrases)

    @cached_property
    def needed(self) -> Needed:
        """Literals that every match of the pattern contains."""
        return required_literals(self.pattern, whole=self.kind != "inline")

    @property
    def reason(self) -> str:
        """What a removal says of itself."""
        return self.info.summary

    def hits(self, index: int, facts: LineFacts) -> list[Hit]:
        """What the rule finds on one line. May raise TimeoutError."""
        if self.max_words and facts.words > self.max_words:
            return []
        if self.kind == "inline":
            return [Hit(index, m.start(), m.end(), *_value(m, m.span())) for m in _finditer(self.compiled, facts.text) if m.end() > m.start()]
        if facts.words > LONGEST_LINE:
            return []
        whole = _whole(facts.text)
        if self.kind == "phrases":
            return [Hit(index, *whole, *whole)] if fold(facts.bare) in self.folded and not _quoted(facts.bare) else []
        if self.kind == "labels":
            label, rest = split_label(facts)
            if label not in self.folded or (self.after != "anything" and not _may_follow(self.after, facts, rest)):
                return []
            return [Hit(index, *whole, *rest)]
        found = self.compiled.fullmatch(facts.bare, timeout=TIME_BUDGET if len(facts.bare) > BUDGETED else None)
        if not found or (facts.prose and reported(facts.text)):
            return []
        value = whole
        if "meta" in self.compiled.groupindex and found.group("meta"):
            at = facts.text.find(found.group("meta"))
            value = (at, at + len(found.group("meta"))) if at >= 0 else whole
        return [Hit(index, *whole, *value)]

    def propose(self, doc: Document) -> Iterable[Edit | Cue]:
        """The rule on its own, without prefilter; the compiled set proposes the same."""
        for i, facts in enumerate(doc.facts):
            if doc.protected[i] and self.info.reach != "prose" and self.kind != "inline":
                continue
            if not self.allowed_at(doc, i):
                continue
            for hit in self.hits(0, facts):
                yield self.proposal(doc, i, hit)

    def allowed_at(self, doc: Document, i: int) -> bool:
        """Whether the rule may act on line `i`, by where it stands and by what the text is about."""
        if self.info.about and (doc.shape is Shape.CODE or doc.mentions(self.info.about)):
            return False
        if self.info.topic and doc.is_about(self.info.topic, i):
            return False
        if self.at == "any":
            return True
        if doc.first_prose < 0 or not doc.shape.prosaic:
            return False
        head, tail = i < doc.first_prose, i > doc.last_prose
        if self.kind == "inline":  # the line itself may be the first or last paragraph
            head, tail = i <= doc.first_prose, i >= doc.last_prose
        return (head and self.at != "tail") or (tail and self.at != "head")

    def proposal(self, doc: Document, i: int, hit: Hit) -> Edit | Cue:
        """The edit or cue that a hit on line `i` stands for."""
        start = doc.starts[i]
        span = Span(start + hit.start, start + hit.end)
        if self.info.effect == "cue":
            return Cue(span, self.cue, self.weight, self.info.id)
        value = Span(start + hit.value_start, start + hit.value_end) if self.meta else None
        replacement = ""
        if self.replace:
            found = self.compiled.match(doc.facts[i].text, hit.start)
            replacement = found.expand(self.replace) if found and found.end() == hit.end else self.replace
        return Edit(span, replacement, self.reason, self.meta, value)


def _finditer(pattern: regex.Pattern[str], text: str) -> Iterable[regex.Match[str]]:
    return pattern.finditer(text, timeout=TIME_BUDGET if len(text) > BUDGETED else None)


def _value(m: regex.Match[str], default: tuple[int, int]) -> tuple[int, int]:
    if "meta" in m.re.groupindex and m.group("meta"):
        return m.span("meta")
    return default


def _reach(rule: PatternRule) -> int:
    """Which lines a rule is shown."""
    return _INLINE if rule.kind == "inline" else _PROSE if rule.info.reach == "prose" else _LINES


def _quoted(bare: str) -> bool:
    """Whether a line is wholly in quotation marks: somebody says it."""
    return bare[:1] in _QUOTES and bare.rstrip(".,!?…")[-1:] in _QUOTES


_QUOTES = frozenset("\"“”„«»‘’「『」』‹›")


def _whole(text: str) -> tuple[int, int]:
    """The line without white space around it."""
    start = len(text) - len(text.lstrip())
    return start, len(text.rstrip())


def split_label(facts: LineFacts) -> tuple[str, tuple[int, int]]:
    """The folded label at a line's start and where, in the line, what follows its separator lies."""
    found = _SEPARATOR.search(facts.bare, 1, LABEL_REACH)
    if not found or found.end() >= len(facts.bare):
        return "", (0, 0)
    end = len(facts.text.rstrip())
    rest = facts.bare[found.end() :]
    start = facts.text.rfind(rest)
    return fold(facts.bare[: found.start()]), (max(start, 0), end)


_STOPS = (".", "。", "।", "॥", "۔", "｡")
_NAME = regex.compile(
    r"(?:(?:\p{Lu}[\p{L}\p{M}\p{N}.'’-]*+|von|van|de|der|den|du|la|le|di|da|al|el|bin|zu|zur|und|mit|für|bei|dpa|afp|epd|kna|sid|@\S+|\S+@\S+)[\s,/&|;()–-]{0,4}){1,12}\.?"
)


def _may_follow(after: After, facts: LineFacts, rest: tuple[int, int]) -> bool:
    """Whether what follows a label is what the rule asks for.

    `capital`: it does not go on in lower case. `headline`: nor does it end in a full stop. Behind labels all in capitals, which
    are set apart from the text, anything may follow. `name`: names only.
    """
    start, end = rest
    text = facts.text[start:end].rstrip(")]\"'”’»*_ ")
    if after == "name":
        return _NAME.fullmatch(text) is not None
    label = facts.text[:start]
    if label.upper() == label and label.lower() != label:
        return True
    sentence = after == "headline" and text.endswith(_STOPS) and not text.endswith("..") and len(text.split()) >= 4
    return not (text[:2].islower() or sentence)


def line_facts(text: str, without: str | None = None) -> LineFacts:
    """What is known of a line from its text. `without` is the line with inline debris blanked, if there is any: it is what counts."""
    m = measure(text if without is None else without)
    prose = is_prose(m)
    if text[:1].isalpha() and "](" not in text and "|" not in text and "\t" not in text and text[-1:] not in "*_~":  # nearly all lines
        return LineFacts(text, text.rstrip(), m.words, m.lower, m.upper, m.terminal, prose, "", 0)
    return LineFacts(text, bare_text(text), m.words, m.lower, m.upper, m.terminal, prose, line_mark(text), len(text) - len(text.lstrip()))


class MatcherSet:
    """All declarative rules, compiled. `verdicts` maps lines to what is known of them."""

    #: Lines remembered; beyond that the memory is emptied. Lines repeat much across a corpus (menus, labels).
    REMEMBERED = 50_000
    #: Longer lines are not worth remembering: they are prose and hardly repeat.
    REMEMBERED_LENGTH = 160

    def __init__(self, rules: Sequence[PatternRule]) -> None:
        self.rules = tuple(rules)
        self._phrases: dict[str, list[int]] = {}
        self._labels: dict[str, list[int]] = {}
        # By what they are shown: inline rules every line, rules that reach prose all but the longest, the others no prose.
        self._always: tuple[list[int], ...] = ([], [], [])  # rules without literals
        literals: tuple[tuple[_Owners, _Owners], ...] = (({}, {}), ({}, {}), ({}, {}))  # exact and folded
        self._longest_phrase = 0
        self._longest_set_phrase = 0  # of rules that reach prose
        for index, rule in enumerate(self.rules):
            reach = _reach(rule)
            if rule.kind in ("phrases", "labels"):
                table = self._phrases if rule.kind == "phrases" else self._labels
                for phrase in rule.folded:
                    table.setdefault(phrase, []).append(index)
                    if rule.kind == "phrases":
                        self._longest_phrase = max(self._longest_phrase, len(phrase))
                        if reach == _PROSE:
                            self._longest_set_phrase = max(self._longest_set_phrase, len(phrase))
                continue
            needed = rule.needed
            if not needed.sets:
                self._always[reach].append(index)
            for k, alternatives in enumerate(needed.sets):
                for literal in alternatives:
                    literals[reach][0 if needed.exact else 1].setdefault(literal, []).append((index, 1 << k, (1 << len(needed.sets)) - 1))
        self._literals = tuple((_Literals(exact, False), _Literals(folded, True)) for exact, folded in literals)
        # What a candidate must pass before its pattern is tried: at most so many words, a digit.
        self._limits = [
            (r.max_words or (LONGEST_LINE if r.kind != "inline" else float("inf")), r.kind in ("line", "inline", "marker") and r.needed.digit)
            for r in self.rules
        ]
        self._memory: dict[str, Verdict] = {}
        #: Work done, for the guard against regressions that counts instead of timing.
        self.counted = {"lines": 0, "cold": 0, "candidates": 0}

    def plus(self, rule: PatternRule) -> MatcherSet:
        """This set with one rule more, which is tried on every line that it may see: nothing is compiled anew but the rule."""
        out = copy(self)
        out.rules = (*self.rules, rule)
        out._always = tuple([*listed, len(self.rules)] if reach == _reach(rule) else listed for reach, listed in enumerate(self._always))
        out._limits = [*self._limits, (float("inf"), False)]
        out._memory = {}
        out.counted = dict.fromkeys(self.counted, 0)
        return out

    def verdicts(self, lines: Sequence[str], known: dict[str, Verdict]) -> list[Verdict]:
        """What is known of each line, in their order. `known` keeps it from pass to pass of one call."""
        memory = self._memory
        self.counted["lines"] += len(lines)
        cold = []
        for line in lines:
            if line not in known:
                verdict = memory.get(line)
                if verdict is None:
                    cold.append(line)
                else:
                    known[line] = verdict
        if cold:
            fresh = self._judge(list(dict.fromkeys(cold)))
            known.update(fresh)
            if len(memory) > self.REMEMBERED:
                memory.clear()
            memory.update((line, v) for line, v in fresh.items() if len(line) <= self.REMEMBERED_LENGTH)
        return [known[line] for line in lines]

    def _judge(self, lines: Sequence[str]) -> dict[str, Verdict]:
        """Verdicts on lines not seen before."""
        self.counted["cold"] += len(lines)
        facts = [line_facts(line) for line in lines]
        candidates: dict[int, set[int]] = {}
        shown: Sequence[int] = range(len(lines))
        for reach in (_INLINE, _PROSE, _LINES):
            if reach == _PROSE:
                shown = [i for i in shown if facts[i].words <= LONGEST_LINE]
            elif reach == _LINES:
                shown = [i for i in shown if not facts[i].prose]
            # an inline rule reads the line, the others its bare text
            texts = [lines[i] if reach == _INLINE else facts[i].bare for i in shown]
            for literals in self._literals[reach]:
                literals.find(texts, shown, candidates)
            if self._always[reach]:
                for i in shown:
                    candidates.setdefault(i, set()).update(self._always[reach])
        out: dict[str, Verdict] = {}
        for i, line in enumerate(lines):
            out[line] = self._verdict(facts[i], candidates.get(i))
        return out

    def _verdict(self, facts: LineFacts, candidates: set[int] | None) -> Verdict:
        hits: list[Hit] = []
        broken: list[tuple[int, str]] = []
        if candidates:
            words = facts.words
            digits = _DIGIT.search(facts.text) is not None
            for index in sorted(candidates):
                most, digit = self._limits[index]
                if words > most or (digit and not digits):
                    continue
                self.counted["candidates"] += 1
                try:
                    hits.extend(self.rules[index].hits(index, facts))
                except TimeoutError:
                    broken.append((index, f"ran out of its {TIME_BUDGET} s on one line"))
        if len(facts.bare) <= (self._longest_set_phrase if facts.prose else self._longest_phrase) + 40:
            for index in self._phrases.get(fold(facts.bare), ()):
                hits.extend(self.rules[index].hits(index, facts))
        if self._labels:
            label, _ = split_label(facts)
            if label:
                for index in self._labels.get(label, ()):
                    hits.extend(self.rules[index].hits(index, facts))
        inline = [(h.start, h.end) for h in hits if self.rules[h.rule].kind == "inline" and self.rules[h.rule].info.stage.strips
                  and self.rules[h.rule].info.effect == "remove"]
        if inline:
            facts = line_facts(facts.text, _blanked(facts.text, inline))
        return Verdict(facts, tuple(hits), tuple(broken))


def _blanked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    chars = list(text)
    for start, end in spans:
        chars[start:end] = " " * (end - start)
    return "".join(chars)


#: Literal -> the rules that need it: rule, the bit of the set it is in, the bits of all the rule's sets.
_Owners = dict[str, list[tuple[int, int, int]]]


_SURROGATES = re.compile("[\ud800-\udfff]")


class _Literals:
    """One automaton over the literals that rules need; a rule is a candidate on a line that has one of each of its sets."""

    def __init__(self, owners: _Owners, folded: bool) -> None:
        self._folded = folded
        self._owners = [tuple(o) for o in owners.values()]
        self._automaton = None
        if owners:
            import ahocorasick_rs

            self._automaton = ahocorasick_rs.AhoCorasick(list(owners), implementation=ahocorasick_rs.Implementation.DFA, store_patterns=False)

    def find(self, lines: Sequence[str], names: Sequence[int], candidates: dict[int, set[int]]) -> None:
        """Add to `candidates`, under the line's name, the rules that may match it."""
        if self._automaton is None or not lines:
            return
        haystack = "\n" + "\n".join(lines)
        if self._folded:
            haystack = fold_case(haystack)
        try:
            found = self._automaton.find_matches_as_indexes(haystack, overlapping=True)
        except UnicodeEncodeError:  # lone surrogates, which no literal has
            found = self._automaton.find_matches_as_indexes(_SURROGATES.sub("\ufffd", haystack), overlapping=True)
        if not found:
            return
        ends = list(accumulate(len(line) + 1 for line in lines))  # where, in the haystack, the next line's break stands
        seen: dict[tuple[int, int], int] = {}
        for pattern, start, _ in found:
            i = bisect_right(ends, start)  # a literal that begins with the break stands in the line after it
            for rule, bit, all_bits in self._owners[pattern]:
                bits = seen.get((i, rule), 0) | bit
                seen[i, rule] = bits
                if bits == all_bits:
                    candidates.setdefault(names[i], set()).add(rule)


def is_barrier(rule: PatternRule) -> bool:
    """Whether a hit of the rule keeps a line from being joined to its neighbours."""
    return rule.kind != "inline" and rule.info.stage is not Stage.NORMALIZE and rule.info.stage is not Stage.REPAIR
