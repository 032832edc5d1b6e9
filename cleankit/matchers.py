"""Declarative rules: how one is matched against a line, and all of them compiled into one set.

Every declarative rule is a function of one line (and, afterwards, of the line's position). So all of them together are
one function from a line to its hits, and that can be remembered. For lines not seen before, one automaton finds the rules
whose literals occur; phrases and labels are looked up in dictionaries; only candidates meet a pattern.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, Literal, NamedTuple

import regex

from cleankit.document import LineFacts, bare_text, fold, fold_case, line_mark, measure
from cleankit.guard import is_prose, reported
from cleankit.literals import Needed, edge_key, required_literals
from cleankit.rule import RuleInfo, Stage
from cleankit.shape import Shape
from cleankit.spans import Cue, Edit, Span

if TYPE_CHECKING:
    from cleankit.document import Document

__all__ = ["Hit", "Keep", "Example", "MatcherSet", "PatternRule", "Verdict"]

Kind = Literal["phrases", "labels", "line", "inline", "marker"]
Where = Literal["any", "head", "tail", "edge"]
After = Literal["anything", "capital", "headline", "name"]

#: Seconds that one pattern may spend on one line, and on each million characters of a longer one; a net under the static check, not a
#: working limit.
TIME_BUDGET = 0.25
#: The budget costs several times the match itself; on shorter lines no pattern that passes the check at load can spend it.
BUDGETED = 200
#: Lines of more words are shown to inline rules only: nobody's boilerplate line is that long.
LONGEST_LINE = 120
#: So many characters of new lines are judged at once: what is found in them takes many times their memory.
AT_ONCE = 1 << 18
#: A label stands at most this many characters from the line's start.
LABEL_REACH = 60
_DIGIT = re.compile(r"\d")
_SEPARATOR = re.compile(r"\s*(?:[:：|¦»›>→➔►▶⇒]|\s[-–—]\s|[–—](?=\s)|\s[-–—])\s*")

_SEPARATES = re.compile("[:：|¦»›→➔►▶⇒–—-]")  # a first look


class Hit(NamedTuple):
    """A rule speaks on a line: what it takes (`start`, `end`) and what of it is a value for `Result.meta`, as line offsets."""

    rule: int
    start: int
    end: int
    value_start: int
    value_end: int


class Verdict(NamedTuple):
    """All that is known, from its text alone, of a line that rules speak on."""

    facts: LineFacts
    hits: tuple[Hit, ...]
    broken: tuple[tuple[int, str], ...] = ()  # rules that ran out of time on it
    barrier: bool = False  # a rule speaks on it that keeps it from being joined to its neighbours


Known = LineFacts | Verdict  # most lines are spoken on by no rule


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
        found = self.compiled.fullmatch(facts.bare, timeout=_budget(facts.bare))
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
    return pattern.finditer(text, timeout=_budget(text))


def _budget(text: str) -> float | None:
    return TIME_BUDGET * max(1.0, len(text) / 1e6) if len(text) > BUDGETED else None


def _value(m: regex.Match[str], default: tuple[int, int]) -> tuple[int, int]:
    if "meta" in m.re.groupindex and m.group("meta"):
        return m.span("meta")
    return default


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
    found = _SEPARATOR.search(facts.bare, 1, LABEL_REACH) if _SEPARATES.search(facts.bare, 1, LABEL_REACH) else None
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
    words, lower, upper, terminal, _, _ = m
    first = text[:1]
    if (first.isalpha() or (first == " " and text.lstrip(" ")[:1].isalpha())) and not (
        "|" in text or "](" in text or "\t" in text or text[-1] in "*_~"
    ):  # nearly all
        bare = text.strip()
        return LineFacts(text, bare, words, lower, upper, terminal, prose, "", 0 if first != " " else len(text) - len(text.lstrip()))
    return LineFacts(text, bare_text(text), words, lower, upper, terminal, prose, line_mark(text), len(text) - len(text.lstrip()))


class _Limits(NamedTuple):
    """What a line must look like before a rule's pattern is tried on it."""

    words: float
    shortest: int
    longest: int
    digit: bool
    firsts: frozenset[str] | None
    lasts: frozenset[str] | None


class _First(NamedTuple):
    """A rule that is tried by a line's first character, because single marks are all that some of its branches need."""

    rule: int
    longest: int
    lasts: frozenset[str] | None
    branches: tuple[tuple[tuple[str, ...], ...], ...]  # those branches; none where nothing is known
    exact: bool


class MatcherSet:
    """All declarative rules, compiled. `read` maps lines to what is known of them."""

    #: Lines remembered; beyond that the memory is emptied. Lines repeat much across a corpus (menus, labels).
    REMEMBERED = 50_000
    #: Longer lines are not worth remembering: they are prose and hardly repeat.
    REMEMBERED_LENGTH = 160

    def __init__(self, rules: Sequence[PatternRule]) -> None:
        self.rules = tuple(rules)
        self._phrases: dict[str, list[int]] = {}
        self._labels: dict[str, list[int]] = {}
        self._longest_phrase = self._set_phrases = -1  # of all phrases, and of rules that reach prose
        wide: _Owners = {}  # of rules that are shown prose, too
        narrow: _Owners = {}
        self._always: dict[str, list[int]] = {"inline": [], "prose": []}  # rules of which nothing is known
        self._any_first: list[_First] = []
        by_first: dict[str, list[_First]] = {}
        self._limits: list[_Limits] = []
        for index, rule in enumerate(self.rules):
            inline = rule.kind == "inline"
            words = rule.max_words or (float("inf") if inline else LONGEST_LINE)
            if rule.kind in ("phrases", "labels"):
                self._limits.append(_ANYTHING)
                table = self._phrases if rule.kind == "phrases" else self._labels
                for phrase in rule.folded:
                    table.setdefault(phrase, []).append(index)
                if rule.kind == "phrases":
                    longest = max(map(len, rule.folded), default=-1)
                    self._longest_phrase = max(self._longest_phrase, longest)
                    if rule.info.reach == "prose":
                        self._set_phrases = max(self._set_phrases, longest)
                continue
            needed = _trimmed(rule.needed) if inline else rule.needed
            edges = (None, None) if inline else (needed.firsts, needed.lasts)
            self._limits.append(_Limits(words, 0 if inline else needed.shortest, _ANY if inline else needed.longest, needed.digit, *edges))
            if inline or rule.info.reach == "prose":
                if needed.branches:
                    _own(wide, index, needed)
                else:
                    self._always["inline" if inline else "prose"].append(index)
                continue
            weak = [b for b in needed.branches if _is_weak(b)] if needed.firsts is not None else []
            _own(narrow, index, needed._replace(branches=tuple(b for b in needed.branches if b not in weak)))
            if weak or not needed.branches:
                branches = tuple(tuple(tuple(sorted(s)) for s in branch) for branch in weak)
                entry = _First(index, needed.longest, needed.lasts, branches, needed.exact)
                if needed.firsts is None:
                    self._any_first.append(entry)
                else:
                    for first in needed.firsts:
                        by_first.setdefault(first, []).append(entry)
        self._by_first = {first: (*found, *self._any_first) for first, found in by_first.items()}
        self._phrase_heads = frozenset(phrase[:_HEAD] for phrase in self._phrases)
        self._label_heads = frozenset(label[:_HEAD] for label in self._labels)
        self._short = frozenset(p for p in (*self._phrases, *self._labels) if len(p) < _HEAD)
        self._wide, self._narrow = _Literals(wide), _Literals(narrow)
        self._blanking = frozenset(k for k, r in enumerate(self.rules) if _blanks(r))
        self._barriers = frozenset(k for k, r in enumerate(self.rules) if is_barrier(r))
        self._memory: dict[str, Known] = {}
        #: Work done, for the guard against regressions that counts instead of timing.
        self.counted = {"lines": 0, "cold": 0, "candidates": 0}

    def plus(self, rule: PatternRule) -> MatcherSet:
        """This set with one rule more, which is tried on every line that it may see: nothing is compiled anew but the rule."""
        out = copy(self)
        index = len(self.rules)
        out.rules = (*self.rules, rule)
        out._limits = [*self._limits, _ANYTHING]
        if rule.kind == "inline" or rule.info.reach == "prose":
            where = "inline" if rule.kind == "inline" else "prose"
            out._always = {**self._always, where: [*self._always[where], index]}
        else:
            entry = _First(index, _ANY, None, (), False)
            out._any_first = [*self._any_first, entry]
            out._by_first = {first: (*found, entry) for first, found in self._by_first.items()}
        out._barriers = self._barriers | ({index} if is_barrier(rule) else set())
        out._blanking = self._blanking | ({index} if _blanks(rule) else set())
        out._memory = {}
        out.counted = dict.fromkeys(self.counted, 0)
        return out

    def read(self, lines: Sequence[str], known: dict[str, Known]) -> tuple[list[LineFacts], list[tuple[int, Verdict]]]:
        """What is known of each line, in their order, and the verdicts on those that rules speak on.

        `known` keeps it from pass to pass of one call.
        """
        memory = self._memory
        self.counted["lines"] += len(lines)
        cold = []
        for line in lines:
            if line not in known:
                found = memory.get(line)
                if found is None:
                    cold.append(line)
                else:
                    known[line] = found
        for batch in _batches(dict.fromkeys(cold)):
            fresh = self._judge(batch)
            known.update(fresh)
            if len(cold) > self.REMEMBERED // 10:  # one long text is not to take the place of many
                continue
            if len(memory) > self.REMEMBERED:
                memory.clear()
            memory.update((line, v) for line, v in fresh.items() if len(line) <= self.REMEMBERED_LENGTH)
        facts: list[LineFacts] = []
        spoken: list[tuple[int, Verdict]] = []
        for line in lines:
            found = known[line]
            if isinstance(found, Verdict):
                spoken.append((len(facts), found))
                found = found.facts
            facts.append(found)
        return facts, spoken

    def _judge(self, lines: Sequence[str]) -> dict[str, Known]:
        """What is known of lines not seen before."""
        self.counted["cold"] += len(lines)
        facts = [line_facts(line) for line in lines]
        bare = [f.bare for f in facts]
        folded = fold_case("\n".join(bare)).split("\n")
        candidates: dict[int, set[int]] = {}
        # Inline rules read the line, the others its bare text: where that differs by more than white space, both are searched.
        shown: Sequence[int] = range(len(lines))
        marked = [i for i in shown if len(bare[i]) != len(lines[i]) and bare[i] != lines[i].strip()]
        if marked:
            self._wide.find([*bare, *(lines[i] for i in marked)], [*shown, *marked], candidates)
        else:
            self._wide.find(bare, shown, candidates)
        short = [i for i in shown if not facts[i].prose]
        if short:
            self._narrow.find([bare[i] for i in short], short, candidates)
            for i in short:
                self._find_by_first(i, bare[i], folded[i], candidates)
        inline, prose = self._always["inline"], self._always["prose"]
        if inline or prose:
            for i in shown:
                candidates.setdefault(i, set()).update(inline, prose)
        out: dict[str, Known] = {}
        for i, line in enumerate(lines):
            f, found = facts[i], candidates.get(i)
            phrases, labels = self._looked_up(f, folded[i])
            out[line] = self._verdict(f, found or (), (*phrases, *labels)) if found or phrases or labels else f
        return out

    def _looked_up(self, facts: LineFacts, folded: str) -> tuple[Sequence[int], Sequence[int]]:
        """The rules that have the line as a phrase, and those that have its beginning as a label.

        What is compared with phrases costs more to make than a look at the line's first characters, so those are asked first.
        """
        head = folded[:_HEAD]
        sure = len(head) == _HEAD and head.replace(" ", "x", 1).isalpha() and self._short.isdisjoint((head[:1], head[:2], head[:3]))
        phrases: Sequence[int] = ()
        labels: Sequence[int] = ()
        if (not sure or head in self._phrase_heads) and len(folded) <= (self._set_phrases if facts.prose else self._longest_phrase) + _MARGIN:
            phrases = self._phrases.get(fold(folded), ())
        if self._labels and (not sure or head in self._label_heads):
            labels = self._labels.get(split_label(facts)[0], ())
        return phrases, labels

    def _find_by_first(self, i: int, bare: str, folded: str, candidates: dict[int, set[int]]) -> None:
        size, last = len(bare), edge_key(folded[-1:])
        for rule, longest, lasts, branches, exact in self._by_first.get(edge_key(folded[:1]), self._any_first):
            if size <= longest and (lasts is None or last in lasts) and (not branches or _fulfils("\n" + (bare if exact else folded), branches)):
                candidates.setdefault(i, set()).add(rule)

    def _verdict(self, facts: LineFacts, candidates: Iterable[int], sure: Iterable[int]) -> Known:
        """What the rules make of a line: `candidates` are tried, those that are `sure` are asked for their places only."""
        hits: list[Hit] = []
        broken: list[tuple[int, str]] = []
        bare, words = facts.bare, facts.words
        size, first, last = len(bare), edge_key(bare[:1]), edge_key(bare[-1:])
        digits: bool | None = None
        for index in sorted(candidates):
            limits = self._limits[index]
            if words > limits.words or not limits.shortest <= size <= limits.longest:
                continue
            if (limits.firsts is not None and first not in limits.firsts) or (limits.lasts is not None and last not in limits.lasts):
                continue
            if limits.digit:
                if digits is None:
                    digits = _DIGIT.search(facts.text) is not None
                if not digits:
                    continue
            self.counted["candidates"] += 1
            try:
                hits.extend(self.rules[index].hits(index, facts))
            except TimeoutError:
                broken.append((index, f"ran out of its {_budget(bare) or TIME_BUDGET:.3g} s on one line"))
        for index in sure:
            hits.extend(self.rules[index].hits(index, facts))
        if not hits:
            return Verdict(facts, (), tuple(broken)) if broken else facts
        inline = [(h.start, h.end) for h in hits if h.rule in self._blanking]
        if inline:
            facts = line_facts(facts.text, _blanked(facts.text, inline))
        return Verdict(facts, tuple(hits), tuple(broken), any(h.rule in self._barriers for h in hits))


def _batches(lines: Iterable[str]) -> Iterator[list[str]]:
    """The lines in batches of which each but the last has `AT_ONCE` characters or a little more."""
    batch: list[str] = []
    size = 0
    for line in lines:
        batch.append(line)
        size += len(line)
        if size >= AT_ONCE:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _blanked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    chars = list(text)
    for start, end in spans:
        chars[start:end] = " " * (end - start)
    return "".join(chars)


class _Owner(NamedTuple):
    """A rule that has a literal to search for: where it is found, a line has to have one string of each of `sets`, too."""

    rule: int
    spellings: frozenset[bytes] | None  # how the literal has to be written, and the sets as well; None: any case will do
    sets: tuple[tuple[str, ...], ...]


_Owners = dict[str, dict[_Owner, None]]

_ANY = 1 << 30
_ANYTHING = _Limits(float("inf"), 0, _ANY, False, None, None)
#: Characters that a line may have more than a phrase: marks and white space that folding takes off.
_MARGIN = 40
#: Characters at a line's start that decide whether it is looked up among phrases and labels.
_HEAD = 4


def _is_weak(branch: tuple[frozenset[str], ...]) -> bool:
    """Whether a single mark is all that there is to search for: the line's first character tells more."""
    return any(len(literal.strip().encode()) < 2 for literal in branch[0])


def _own(owners: _Owners, index: int, needed: Needed) -> None:
    """Enter a rule under the literals that are searched for; they are always searched for in folded text."""
    for branch in needed.branches:
        found: dict[str, set[str]] = {}
        for literal in branch[0]:
            found.setdefault(fold_case(literal), set()).add(literal)
        others = tuple(tuple(sorted(s)) for s in branch[1:])
        for literal, spellings in found.items():
            exactly = frozenset(map(_bytes, spellings)) if needed.exact else None
            owners.setdefault(literal, {})[_Owner(index, exactly, others)] = None


def _trimmed(needed: Needed) -> Needed:
    """The same without white space around the strings, so that they are found in a line that was trimmed as well."""
    branches = [[frozenset(map(str.strip, s)) for s in branch] for branch in needed.branches]
    left = tuple(tuple(s for s in branch if "" not in s) for branch in branches)
    return needed._replace(branches=left if all(left) else ())


class _Literals:
    """One automaton over the literals that rules need; a rule is a candidate on a line that has all that one of its branches needs."""

    def __init__(self, owners: _Owners) -> None:
        self._owners = [list(o) for o in owners.values()]
        self._automaton = None
        if owners:
            import ahocorasick_rs

            # Bytes: places in a string would have to be counted anew for every text. The table of a DFA takes a thousand times
            # the memory of this form, does not fit into a processor's cache, and so was no faster between other work.
            self._automaton = ahocorasick_rs.BytesAhoCorasick(
                list(map(_bytes, owners)), implementation=ahocorasick_rs.Implementation.ContiguousNFA
            )

    def find(self, lines: Sequence[str], names: Sequence[int], candidates: dict[int, set[int]]) -> None:
        """Add to `candidates`, under each line's name, the rules that may match it."""
        if self._automaton is None:
            return
        text = "\n" + "\n".join(lines) + "\n"
        folded = fold_case(text)
        haystack, written = _bytes(folded), _bytes(text)
        aligned = len(written) == len(haystack)  # but for a few letters whose lower case takes another number of bytes
        found = self._automaton.find_matches_as_indexes(haystack, overlapping=True)
        if not found:
            return
        # Each line begins with the break before it. `ends`: places of the breaks after the lines, in characters and in bytes.
        ends = list(accumulate([len(line) + 1 for line in lines]))
        ends_found = ends if len(haystack) == len(text) else list(accumulate([len(line) + 1 for line in haystack[1:-1].split(b"\n")]))
        i = 0
        open_owners: dict[int, list[_Owner]] = {}  # of each literal of the line: who waits for another spelling of it
        for literal, start, end in found:  # in the order of their ends
            if end > ends_found[i]:
                i = bisect_left(ends_found, end, i)
                open_owners = {}
            owners = open_owners.get(literal)
            if owners is None:
                owners = self._owners[literal]
            elif not owners:
                continue
            waiting = []
            for owner in owners:
                rule, exactly, sets = owner
                if exactly is not None and aligned and written[start:end] not in exactly:
                    waiting.append(owner)
                elif not sets or _has_each((text if exactly is not None else folded)[ends[i - 1] if i else 0 : ends[i]], sets):
                    candidates.setdefault(names[i], set()).add(rule)
            open_owners[literal] = waiting


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _fulfils(text: str, branches: Iterable[tuple[tuple[str, ...], ...]]) -> bool:
    """Whether a text has one string of each set of one of the branches."""
    return any(_has_each(text, sets) for sets in branches)


def _has_each(text: str, sets: Iterable[tuple[str, ...]]) -> bool:
    """Whether a text has one string of each of the sets."""
    for strings in sets:
        for string in strings:
            if string in text:
                break
        else:
            return False
    return True


def _blanks(rule: PatternRule) -> bool:
    """Whether what the rule finds is left out where a line is measured."""
    return rule.kind == "inline" and rule.info.stage.strips and rule.info.effect == "remove"


def is_barrier(rule: PatternRule) -> bool:
    """Whether a hit of the rule keeps a line from being joined to its neighbours."""
    return rule.kind != "inline" and rule.info.stage is not Stage.NORMALIZE and rule.info.stage is not Stage.REPAIR
