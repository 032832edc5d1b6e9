"""The engine: rules propose, it disposes. A pass is a pure function of its text, and cleaning iterates it."""

from __future__ import annotations

import logging
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from cleankit.document import Block, Document, LineFacts, fold_words, measure
from cleankit.errors import RuleError
from cleankit.guard import heads_a_list, is_prose, loss, over_budget, refusal, structural, taken_up
from cleankit.ledger import Entry, Owner, compose
from cleankit.matchers import Known, MatcherSet, PatternRule, Verdict
from cleankit.result import Fault, Meta, MetaValue, Result, Veto
from cleankit.rule import CUES, META_FIELDS, Preset, Rule, RuleInfo, Stage
from cleankit.shape import Shape, is_verse, shape_of
from cleankit.spans import Cue, Edit, OffsetMap, Span, apply
from cleankit.wraps import find_wraps

__all__ = ["MAX_PASSES", "Engine"]

logger = logging.getLogger(__name__)

#: Passes after which a text counts as one that never comes to rest.
MAX_PASSES = 8
#: Rules that may be left out of a text so that it comes to rest; with more, the text is left as it came.
MAX_LEFT_OUT = 3

Spoken = Sequence[tuple[int, Verdict]]  # lines that rules speak on
_RANK = {Stage.REPAIR: 1, Stage.NORMALIZE: 2}  # strips: 0


@dataclass
class _Run:
    """What one call gathers on its way."""

    source: str
    url: str | None
    host: str
    lang: str | None
    blocks: tuple[Block, ...]
    explain: bool
    left_out: frozenset[str]  # rules
    known: dict[str, Known] = field(default_factory=dict)
    ledger: list[Entry] = field(default_factory=list)
    vetoes: dict[tuple[str, str], Veto] = field(default_factory=dict)
    faults: dict[str, Fault] = field(default_factory=dict)
    flags: set[str] = field(default_factory=set)
    meta: dict[str, list[MetaValue]] = field(default_factory=dict)
    changing: list[str] | None = None  # the rules that change something, where anybody wants to know


class _Unread(Document):
    """A document whose lines are looked at when a rule first asks for them; the body finder does not."""

    _read: Callable[[], Document]

    def __init__(self, text: str, run: _Run, options: Mapping[str, object], read: Callable[[], Document]) -> None:
        self.__dict__.update(text=text, url=run.url, lang=run.lang, explain=run.explain, options=options, _read=read)

    def __getattr__(self, name: str) -> object:  # called for what is not there yet
        if not name.startswith("_") and "facts" not in self.__dict__:
            self.__dict__.update(self._read().__dict__)
            if name in self.__dict__:
                return self.__dict__[name]
        raise AttributeError(name)


class Engine:
    """Runs a fixed choice of rules. Immutable once made; safe to use from several threads."""

    def __init__(self, rules: Sequence[Rule], preset: Preset, options: Mapping[str, object], *, strict: bool = False,
        assume: Shape | None = None) -> None:
        self.preset = preset
        self._assume = assume  # proofs and tests judge a few lines as if they were part of a longer text
        self.options = options
        self.strict = strict
        self.rules = tuple(sorted(rules, key=lambda r: r.info.id))
        self.patterns = tuple(r for r in self.rules if isinstance(r, PatternRule))
        self.matchers = MatcherSet(self.patterns)
        coded = [r for r in self.rules if not isinstance(r, PatternRule)]
        #: Called with each document that context rules get; for training and for looking into.
        self.watch: Callable[[Document], object] | None = None
        self._coded = {stage: tuple((r, r.info, bool(r.info.sites or r.info.langs)) for r in coded if r.info.stage is stage) for stage in Stage}

    def plus(self, rule: PatternRule) -> Engine:
        """This engine with one rule more, in a few milliseconds: for a rule that is being written."""
        out = copy(self)
        out.rules = tuple(sorted((*self.rules, rule), key=lambda r: r.info.id))
        out.patterns = (*self.patterns, rule)
        out.matchers = self.matchers.plus(rule)
        return out

    # ---- the whole ----

    def clean(self, text: str, *, url: str | None = None, lang: str | None = None, blocks: Sequence[Block] = (), explain: bool = True) -> Result:
        """Clean a text: find the body where the preset says so, then pass after pass until nothing changes.

        A rule that never lets the text come to rest is left out of it and becomes a fault.
        """
        restless: dict[str, Fault] = {}
        while True:
            run = _Run(text, url, _host(url), lang, tuple(blocks), explain, frozenset(restless))
            current = self._settled(run)
            if current is not None:
                break
            if len(restless) == MAX_LEFT_OUT:
                run.faults["engine"] = Fault("engine", f"still changing after {MAX_PASSES} passes; left as it was")
                current, run.ledger, run.meta = text, [], {}
                break
            rule = self._restless(run)
            restless[rule] = Fault(rule, f"never settles: the text still changes after {MAX_PASSES} passes; left out")
        run.faults.update(restless)
        if run.faults and self.strict:
            fault = next(iter(run.faults.values()))
            raise_fault(fault)
        meta = Meta(**{name: tuple(sorted(values, key=_by_place)) for name, values in run.meta.items()})
        return Result(
            current, text, run.ledger, tuple(run.vetoes.values()), tuple(run.faults.values()), tuple(sorted(run.flags)), meta
        )

    def _settled(self, run: _Run) -> str | None:
        """The clean text; None where it still changes after the last pass, and `run` is then as that pass left it."""
        current = self._find_body(run.source, run) if self.preset.find_body else run.source
        for _ in range(MAX_PASSES + 1):
            after = self._pass(current, run)
            if after == current:
                return current
            current = after
        return None

    def _restless(self, run: _Run) -> str:
        """The rule that keeps a text changing: of those with a part in two passes more, the one in both, else the first."""
        changing: list[str] = []
        run.changing = changing
        current = apply(run.source, [e.edit for e in run.ledger])
        for _ in range(2):
            current = self._pass(current, run)
        order = {r.info.id: list(Stage).index(r.info.stage) for r in self.rules}
        return min(changing, key=lambda rule: (-changing.count(rule), order[rule], rule))

    def _find_body(self, text: str, run: _Run) -> str:
        doc = _Unread(text, run, self.options, lambda: self._snapshot(text, run)[0])
        found = [(e, info) for e, info in self._ask(Stage.BODY, doc, run) if isinstance(e, Edit)]
        self._note_meta(doc, found, run)
        return self._commit(text, sorted(Entry(e.span.start, e.span.end, e.replacement, _owner(info, e)) for e, info in found), run)

    def _commit(self, text: str, batch: Sequence[Entry], run: _Run) -> str:
        """Apply a batch of sorted, disjoint edits and write it into the ledger."""
        if not batch:
            return text
        if run.changing is not None:
            run.changing += {e.owner.rule for e in batch}
        after = apply(text, [e.edit for e in batch])
        run.ledger = compose(run.ledger, batch, text)
        return after

    # ---- one pass ----

    def _pass(self, text: str, run: _Run) -> str:
        doc, spoken = self._snapshot(text, run)
        repairs = self._repairs(doc, spoken, run)
        if repairs:
            text = self._commit(text, repairs, run)
            doc, spoken = self._snapshot(text, run)
        edits, cues = self._proposals(doc, spoken, run)
        removed = _whole_lines(doc, edits)
        if self._coded[Stage.CONTEXT]:
            doc = doc.with_evidence(removed, MappingProxyType(cues))
            if self.watch:
                self.watch(doc)
            context = [(e, info) for e, info in self._ask(Stage.CONTEXT, doc, run) if isinstance(e, Edit)]
            if context:
                edits += self._spared(doc, self._guarded(doc, context, run), run)
                removed = _whole_lines(doc, edits)
        edits, removed = self._with_a_copy(doc, edits, removed)
        edits, removed = self._budgeted(doc, edits, removed, run)
        self._note_meta(doc, edits, run)
        batch = self._strip_batch(doc, edits, removed)
        batch = self._normal_batch(doc, spoken, removed, cues, batch, run)
        return self._commit(text, batch, run)

    def _snapshot(self, text: str, run: _Run) -> tuple[Document, Spoken]:
        lines: list[str] = []
        starts = array("q")
        at = 0
        ragged, above = False, True  # whether the line above is blank; the text's start counts as one
        for line in text.split("\n"):
            if line and not line.isspace():
                lines.append(line)
                starts.append(at)
                ragged = ragged or line[-1].isspace()
                above = False
            else:
                ragged = ragged or above or line != ""
                above = True
            at += len(line) + 1
        ragged = ragged or not above
        facts, spoken = self.matchers.read(lines, run.known)
        barriers = [False] * len(lines)
        for i, verdict in spoken:
            barriers[i] = verdict.barrier
            for index, message in verdict.broken:
                rule = self.patterns[index].info.id
                run.faults.setdefault(rule, Fault(rule, message))
        parted = [False] + [starts[k + 1] - starts[k] - len(lines[k]) > 1 for k in range(len(lines) - 1)]
        del lines  # the facts have the same text: memory
        verse = is_verse(facts, parted) and self._assume is None
        wraps = frozenset() if verse else find_wraps(starts, facts, barriers, any(parted))
        protected, paragraphs = _protection(facts, wraps)
        shape = self._assume or shape_of(facts, protected, verse)
        blocks = run.blocks if not run.ledger else _moved(run.blocks, run.ledger)
        doc = Document(
            text, starts=starts, facts=tuple(facts), protected=tuple(protected), paragraphs=paragraphs, shape=shape, wraps=wraps,
            url=run.url, lang=run.lang, options=self.options, blocks=blocks, explain=run.explain, ragged=ragged,
        )  # fmt: skip
        return doc, spoken

    def _ask(self, stage: Stage, doc: Document, run: _Run) -> list[tuple[Edit | Cue, RuleInfo]]:
        """The proposals of the Python rules of a stage; a rule that breaks is left out and recorded."""
        out: list[tuple[Edit | Cue, RuleInfo]] = []
        for rule, info, limited in self._coded[stage]:
            if (limited or run.left_out) and not self._speaks(info, run):
                continue
            try:
                proposals = list(rule.propose(doc))
                if not proposals:
                    continue
                for p in proposals:
                    _check(p, doc, info)
            except (Exception, SystemExit) as error:  # a broken rule harms nothing but itself
                if self.strict:
                    raise RuleError(f"rule {info.id}: {type(error).__name__}: {error}") from error
                run.faults.setdefault(info.id, Fault(info.id, f"{type(error).__name__}: {error}"))
                continue
            out.extend((p, info) for p in proposals)
        return out

    def _speaks(self, info: RuleInfo, run: _Run) -> bool:
        if info.id in run.left_out:
            return False
        if info.sites and not any(run.host == s or run.host.endswith("." + s) for s in info.sites):
            return False
        return not (run.lang and info.langs and run.lang not in info.langs)

    def _repairs(self, doc: Document, spoken: Spoken, run: _Run) -> list[Entry]:
        proposed = [(e, info) for e, info in self._ask(Stage.REPAIR, doc, run) if isinstance(e, Edit)]
        proposed += self._pattern_edits(doc, spoken, Stage.REPAIR, run)
        return _disjoint([Entry(e.span.start, e.span.end, e.replacement, _owner(info, e)) for e, info in proposed])

    def _pattern_edits(self, doc: Document, spoken: Spoken, stage: Stage, run: _Run) -> list[tuple[Edit, RuleInfo]]:
        out: list[tuple[Edit, RuleInfo]] = []
        for i, verdict in spoken:
            for hit in verdict.hits:
                rule = self.patterns[hit.rule]
                if rule.info.stage is stage and self._speaks(rule.info, run) and rule.allowed_at(doc, i):
                    proposal = rule.proposal(doc, i, hit)
                    if isinstance(proposal, Edit):
                        out.append((proposal, rule.info))
        return out

    def _proposals(
        self, doc: Document, spoken: Spoken, run: _Run
    ) -> tuple[list[tuple[Edit, RuleInfo]], dict[int, tuple[Cue, ...]]]:
        """Edits of the stages INLINE, LINES and SECTIONS, and all cues by line."""
        proposed: list[tuple[Edit, RuleInfo]] = []
        cues: dict[int, tuple[Cue, ...]] = {}
        markers: list[tuple[int, PatternRule]] = []
        for i, verdict in spoken:
            for hit in verdict.hits:
                rule = self.patterns[hit.rule]
                info = rule.info
                if not info.stage.strips or not self._speaks(info, run):
                    continue
                if doc.protected[i] and info.reach != "prose" and rule.kind != "inline":
                    continue
                if not rule.allowed_at(doc, i):
                    continue
                if info.unless and self.options.get(info.unless):
                    if not info.yields:
                        cues[i] = (*cues.get(i, ()), Cue(doc.visible(i), "kept", 1.0, info.id))
                    continue
                if info.stage is Stage.SECTIONS:
                    markers.append((i, rule))
                proposal = rule.proposal(doc, i, hit)
                if isinstance(proposal, Cue):
                    cues[i] = (*cues.get(i, ()), proposal)
                elif info.stage is not Stage.SECTIONS:
                    proposed.append((proposal, info))
        for stage in (Stage.INLINE, Stage.LINES, Stage.SECTIONS):
            for p, info in self._ask(stage, doc, run):
                if isinstance(p, Cue):
                    i = doc.line_at(p.span.start)
                    cues[i] = (*cues.get(i, ()), p)
                else:
                    proposed.append((p, info))
        kept = {i for i, found in cues.items() if any(c.kind == "kept" for c in found)}
        edits = self._guarded(doc, proposed, run)
        edits = [(e, info) for e, info in edits if info.stage is Stage.INLINE or doc.line_at(e.span.start) not in kept]
        edits = self._spared(doc, edits, run)
        if markers:
            edits += self._sections(doc, markers, _whole_lines(doc, edits), cues)
        return edits, cues

    def _sections(
        self, doc: Document, markers: Sequence[tuple[int, PatternRule]], removed: frozenset[int], cues: Mapping[int, tuple[Cue, ...]]
    ) -> list[tuple[Edit, RuleInfo]]:
        """Marker lines go; behind the last paragraph of a prose text, what stands under them goes too.

        The extent ends at the first line that is neither debris by rule or cue nor a short label or headline. In the middle
        of a text only the marker goes, and a Markdown heading with prose beneath it stays. So does what is a marker by its
        place alone and has a list of facts beneath it.
        """
        out: list[tuple[Edit, RuleInfo]] = []
        taken: set[int] = set()
        said = taken_up(doc, removed.union(i for i, _ in markers))
        for i, rule in markers:
            nxt = i + 1
            if doc.facts[i].mark == "heading" and nxt < len(doc) and doc.protected[nxt]:
                continue
            if rule.at != "any" and heads_a_list(doc, i, removed) or i in said:
                continue
            out.append((Edit(doc.visible(i), "", rule.reason), rule.info))
            if not (doc.shape.prosaic and i > doc.last_prose >= 0):
                continue
            for j in range(nxt, len(doc)):
                if any(c.kind == "kept" for c in cues.get(j, ())):
                    continue
                if j in taken or not (j in removed or cues.get(j) or _label_or_headline(doc.facts[j])):
                    break
                taken.add(j)
                if j not in removed:
                    reason = f"{rule.reason}: stands under “{doc.facts[i].bare[:40]}”, after the last paragraph"
                    out.append((Edit(doc.visible(j), "", reason), rule.info))
        return out

    def _spared(self, doc: Document, edits: list[tuple[Edit, RuleInfo]], run: _Run) -> list[tuple[Edit, RuleInfo]]:
        """Without the edits of lines that are part of the text's own structure; those become vetoes."""
        kept = structural(doc, _whole_lines(doc, edits)) if edits else {}
        if not kept:
            return edits
        out = []
        for edit, info in edits:
            why = kept.get(doc.line_at(edit.span.start))
            if why:
                text = doc.text[edit.span.start : edit.span.end]
                run.vetoes.setdefault((info.id, text), Veto(info.id, edit.span, text, why))
            else:
                out.append((edit, info))
        return out

    def _guarded(self, doc: Document, proposed: Iterable[tuple[Edit, RuleInfo]], run: _Run) -> list[tuple[Edit, RuleInfo]]:
        """The proposals that no guard refuses; refusals become vetoes."""
        out = []
        for edit, info in proposed:
            why = refusal(doc, edit, info)
            if why:
                text = doc.text[edit.span.start : edit.span.end]
                run.vetoes.setdefault((info.id, text), Veto(info.id, edit.span, text, why))
            else:
                out.append((edit, info))
        return out

    def _with_a_copy(
        self, doc: Document, edits: list[tuple[Edit, RuleInfo]], removed: frozenset[int]
    ) -> tuple[list[tuple[Edit, RuleInfo]], frozenset[int]]:
        """Of what goes because it stands elsewhere too, one copy stays, whatever else the pass takes."""
        if not any(info.verbatim for _, info in edits):
            return edits, removed
        left = "\n".join(fold_words(doc.facts[i].text) for i in range(len(doc)) if i not in removed)
        edits = [(e, info) for e, info in edits if not info.verbatim or fold_words(doc.text[e.span.start : e.span.end]) in left]
        return edits, _whole_lines(doc, edits)

    def _budgeted(
        self, doc: Document, edits: list[tuple[Edit, RuleInfo]], removed: frozenset[int], run: _Run
    ) -> tuple[list[tuple[Edit, RuleInfo]], frozenset[int]]:
        """All or nothing: a rule that would take too much prose takes nothing, nor does any where a pass would take too much."""
        if not edits:
            return edits, removed
        over = over_budget(doc, edits, removed, self.preset.max_prose_loss)
        if over:
            run.flags.add("prose-budget")
            kept = []
            for edit, info in edits:
                if info.id in over and doc.protected[doc.line_at(edit.span.start)]:
                    text = doc.text[edit.span.start : edit.span.end]
                    run.vetoes.setdefault((info.id, text), Veto(info.id, edit.span, text, "the rule would take too much prose"))
                else:
                    kept.append((edit, info))
            edits = kept
            removed = _whole_lines(doc, edits)
        if loss(doc, removed) > self.preset.max_loss:
            run.flags.add("total-loss")
            return [], frozenset()
        return edits, removed

    def _note_meta(self, doc: Document, edits: Sequence[tuple[Edit, RuleInfo]], run: _Run) -> None:
        offsets = None
        for edit, info in edits:
            if edit.meta not in META_FIELDS:
                continue
            span = edit.value or edit.span
            value = doc.text[span.start : span.end].strip(" \t\n.,:;—–-()[]|*_#")
            if not value:
                continue
            offsets = offsets or OffsetMap([e.edit for e in run.ledger])
            lead = doc.text[span.start : span.end].find(value)
            place = offsets.span_to_source(Span(span.start + lead, span.start + lead + len(value)))
            known = run.meta.setdefault(edit.meta, [])
            if all(v.span != place for v in known):
                known.append(MetaValue(value, place, info.id))

    def _strip_batch(self, doc: Document, edits: Sequence[tuple[Edit, RuleInfo]], removed: frozenset[int]) -> list[Entry]:
        """Removals with the line breaks and blank lines that go with them: sorted and disjoint."""
        owners: dict[int, list[tuple[bool, Owner]]] = {}  # whoever wants the whole line comes before whoever wants a part
        inline: list[Entry] = []
        for edit, info in edits:
            owner = _owner(info, edit)
            first, last = doc.line_at(edit.span.start), doc.line_at(max(edit.span.start, edit.span.end - 1))
            whole = False
            for i in range(first, last + 1):
                if i in removed:
                    owners.setdefault(i, []).append((not Span(*edit.span).covers(doc.visible(i)), owner))
                    whole = True
            if not whole and edit.span.end > edit.span.start:
                start, end = _with_space(doc, edit.span, first)
                inline.append(Entry(start, end, "", owner))
        batch = _disjoint(inline)
        for i, start, end in doc.cuts(removed):
            owner = min(owners[i])[1]
            batch.append(Entry(start, end, "", owner, tuple(sorted({o.rule for _, o in owners[i]} - {owner.rule}))))
        return sorted(batch)

    def _normal_batch(
        self, doc: Document, spoken: Spoken, removed: frozenset[int], cues: Mapping[int, tuple[Cue, ...]],
        batch: list[Entry], run: _Run,
    ) -> list[Entry]:  # fmt: skip
        """Add layout and typography where nothing was removed; what a removal leaves behind is the next pass's work."""
        doc = doc.with_evidence(removed, MappingProxyType(cues))
        proposed = [(e, info) for e, info in self._ask(Stage.NORMALIZE, doc, run) if isinstance(e, Edit)]
        proposed += self._pattern_edits(doc, spoken, Stage.NORMALIZE, run)
        if not proposed:
            return batch
        entries = [Entry(e.span.start, e.span.end, e.replacement, _owner(info, e)) for e, info in proposed]
        return _disjoint(batch + entries)


def raise_fault(fault: Fault) -> None:
    """Raise a recorded fault (strict mode)."""
    raise RuleError(f"rule {fault.rule}: {fault.message}")


def _by_place(value: MetaValue) -> tuple[int, str]:
    return (value.span.start if value.span else -1, value.text)


def _host(url: str | None) -> str:
    if not url:
        return ""
    from urllib.parse import urlsplit

    try:
        return (urlsplit(url if "//" in url else "//" + url).hostname or "").lower().removeprefix("www.")
    except ValueError:
        return ""


def _owner(info: RuleInfo, edit: Edit) -> Owner:
    return Owner(_RANK.get(info.stage, 0), round(1 - info.confidence, 4), info.id, edit.reason or info.summary)


def _check(proposal: object, doc: Document, info: RuleInfo) -> None:
    """Raise TypeError or ValueError where a rule breaks the protocol."""
    if not isinstance(proposal, (Edit, Cue)):
        raise TypeError(f"propose() gave {type(proposal).__name__}; it gives Edit and Cue only")
    _check_span(proposal.span, doc)
    if isinstance(proposal, Cue):
        weight: Any = proposal.weight
        if proposal.kind not in CUES:
            raise ValueError(f"there is no cue {proposal.kind!r}; known: {', '.join(CUES)}")
        if not isinstance(weight, (int, float)) or not 0 <= weight <= 1:
            raise ValueError(f"a cue's weight lies between 0 and 1; it is {weight!r}")
        return
    replacement, reason, meta, value = proposal[1:]
    if not all(isinstance(x, str) for x in (replacement, reason, meta)):
        raise TypeError(f"replacement, reason and meta of an edit are strings; it proposed {proposal!r}")
    if meta and meta not in META_FIELDS:
        raise ValueError(f"Result.meta has no field {meta!r}; known: {', '.join(META_FIELDS)}")
    if value is not None:
        _check_span(value, doc)
    if not info.stage.may_put(doc.text[slice(*proposal.span)], replacement):
        raise ValueError(f"a rule of stage {info.stage.value} only deletes; it proposed {replacement!r}")


def _check_span(span: Any, doc: Document) -> None:
    if not isinstance(span, tuple) or not all(type(at) is int for at in span):
        raise TypeError(f"a span is a Span of two whole numbers, not {span!r}")
    start, end = span
    if not 0 <= start <= end <= len(doc.text):
        raise ValueError(f"span {start}..{end} lies outside the text of {len(doc.text)} characters")
    if not isinstance(span, Span):
        raise TypeError(f"a span is a Span, not {span!r}: write Span{span!r}")


def _disjoint(entries: Iterable[Entry]) -> list[Entry]:
    """Sorted, disjoint entries: removals that overlap are united, else the better owner wins and the other waits for the next pass."""
    out: list[Entry] = []
    for entry in sorted(entries):
        if not out or entry.start >= out[-1].end and not (entry.start == entry.end == out[-1].start == out[-1].end):
            out.append(entry)
            continue
        last = out[-1]
        if last[:3] == entry[:3] or (not last.after and not entry.after):
            owner = min(last.owner, entry.owner)
            also = {last.owner.rule, entry.owner.rule, *last.also, *entry.also} - {owner.rule}
            out[-1] = Entry(last.start, max(last.end, entry.end), last.after, owner, tuple(sorted(also)))
        elif entry.owner < last.owner:
            out[-1] = entry
    return out


def _protection(facts: Sequence[LineFacts], wraps: frozenset[int]) -> tuple[list[bool], Sequence[int]]:
    """Which lines are protected, and the number of the logical paragraph of each."""
    protected = [f.prose for f in facts]
    if not wraps:
        return protected, range(len(facts))
    paragraphs: list[int] = []
    i = 0
    while i < len(facts):
        j = i
        while j in wraps:
            j += 1
        paragraphs.extend([i] * (j - i + 1))
        if j > i:
            joined = any(protected[i : j + 1]) or is_prose(measure(" ".join(f.text for f in facts[i : j + 1])))
            protected[i : j + 1] = [joined] * (j - i + 1)
        i = j + 1
    return protected, paragraphs


def _whole_lines(doc: Document, edits: Iterable[tuple[Edit, RuleInfo]]) -> frozenset[int]:
    """The lines of which the edits together leave no visible character."""
    out: set[int] = set()
    partial: dict[int, list[tuple[int, int]]] = {}
    for edit, _ in edits:
        start, end = edit.span
        if end <= start or not len(doc):
            continue
        first, last = doc.line_at(start), doc.line_at(end - 1)
        for i in range(first, last + 1):
            low, high = doc.starts[i], doc.starts[i] + len(doc.facts[i].text)
            if start <= low + doc.facts[i].indent and end >= high - _trailing(doc.facts[i].text):
                out.add(i)
            elif start < high and end > low:
                partial.setdefault(i, []).append((max(start, low) - low, min(end, high) - low))
    for i, spans in partial.items():
        if i not in out and len(spans) >= 1:
            text = doc.facts[i].text
            at = 0
            for start, end in sorted(spans):
                if text[at:start].strip():
                    break
                at = max(at, end)
            else:
                if not text[at:].strip():
                    out.add(i)
    return frozenset(out)


def _trailing(text: str) -> int:
    return len(text) - len(text.rstrip())


def _with_space(doc: Document, span: Span, i: int) -> tuple[int, int]:
    """An inline removal with one of the spaces around it, where both sides have one or it lies at the line's edge."""
    start, end = span
    low, high = doc.starts[i], doc.starts[i] + len(doc.facts[i].text)
    text = doc.text
    before = start > low and text[start - 1] in " \u00a0"
    after = end < high and text[end] in " \u00a0"
    if (end >= high and before) or (before and after):
        start -= 1
    elif start <= low + doc.facts[i].indent and after:
        end += 1
    return start, end


def _label_or_headline(f: LineFacts) -> bool:
    """A short label, headline or teaser line: something that may stand under a marker of related links."""
    return f.words <= 25 and f.mark in ("", "bullet", "number", "heading", "image", "rule") and not (f.terminal and f.words >= 6)


def _moved(blocks: Sequence[Block], ledger: Sequence[Entry]) -> tuple[Block, ...]:
    if not blocks:
        return ()
    offsets = OffsetMap([e.edit for e in ledger])
    return tuple(b._replace(span=offsets.span_to_text(b.span)) for b in blocks)
