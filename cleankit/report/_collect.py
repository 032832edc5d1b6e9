"""Figures of many results, in one pass and bounded memory."""

from __future__ import annotations

import heapq
import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import urlsplit

from cleankit.result import Change, Result, Veto

__all__ = ["LONGEST", "Doc", "Figures", "Item", "Mark", "Options", "RuleFigures", "collect", "family_of", "read_doc"]

#: Bins of the share removed, of the confidence and of the place in the text.
SHARE_BINS, CONFIDENCE_BINS, PLACES = 20, 20, 20
#: Names of rules, families, languages and sites that are counted; a run has some thousands, never millions.
MOST_NAMES = 20_000
#: Characters of a text that are shown.
LONGEST = 40_000
#: Vetoes of one text that are kept.
MOST_VETOES = 50


class Item(NamedTuple):
    """A result and what is known of its text."""

    name: str
    result: Result
    lang: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Options:
    """How much is shown: texts, texts worth a look, samples a rule, characters of one text; `seed` of the sample.

    With `changed`, only texts with a mark are shown.
    """

    show: int = 1000
    look: int = 24
    samples: int = 5
    longest: int = LONGEST
    seed: int = 0
    changed: bool = False


class Mark(NamedTuple):
    """A stretch of the source that a rule took or replaced. `side` is `a` or `b` in a comparison, where only one run did it."""

    rule: str
    before: str
    after: str
    reason: str
    confidence: float
    also: tuple[str, ...] = ()
    side: str = ""


@dataclass(frozen=True, slots=True)
class Doc:
    """A text as it is shown: stretches that stayed (strings) and marks, in order; never offsets, which browsers count differently."""

    name: str
    lang: str
    site: str
    pieces: tuple[str | Mark, ...]
    vetoes: tuple[Veto, ...]
    notes: tuple[str, ...]
    size: int
    removed: int
    cut: int = 0


_DEFAULTS = Options()


@dataclass(slots=True)
class RuleFigures:
    """What one rule did. `samples` is a reservoir of texts and the stretch taken."""

    times: int = 0
    characters: int = 0
    documents: int = 0
    vetoes: int = 0
    doubt: float = 0.0
    lowest: float = 1.0
    only: Counter[str] = field(default_factory=Counter)
    samples: list[tuple[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class Figures:
    """Figures of all texts, and the texts that are shown: first those worth a look (with why), then the sample."""

    documents: int = 0
    changed: int = 0
    characters: int = 0
    removed: int = 0
    marks: int = 0
    layout: int = 0
    vetoes: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    flags: Counter[str] = field(default_factory=Counter)
    shares: list[int] = field(default_factory=lambda: [0] * SHARE_BINS)
    confidences: list[int] = field(default_factory=lambda: [0] * CONFIDENCE_BINS)
    places: dict[str, list[int]] = field(default_factory=dict)
    rules: dict[str, RuleFigures] = field(default_factory=dict)
    languages: Counter[str] = field(default_factory=Counter)
    sites: Counter[str] = field(default_factory=Counter)
    look: list[tuple[Doc, tuple[str, ...]]] = field(default_factory=list)
    sample: list[Doc] = field(default_factory=list)

    @property
    def families(self) -> dict[str, int]:
        """Characters taken by family, most first."""
        found: Counter[str] = Counter()
        for rule, figures in self.rules.items():
            if figures.times:
                found[family_of(rule)] += figures.characters
        return dict(sorted(found.items(), key=lambda f: (-f[1], f[0])))


def family_of(rule: str) -> str:
    """The part of a rule's id before the last slash."""
    return rule.rpartition("/")[0] or rule


def collect(items: Iterable[Item], options: Options = _DEFAULTS) -> Figures:
    """Count and sample. Holds the texts that are shown, and counters."""
    return gather(((read_doc(i.name, i.result, i.lang, i.url, options.longest), i.result) for i in items), options)


def gather(docs: Iterable[tuple[Doc, Result | None]], options: Options) -> Figures:
    """One pass over documents."""
    out = Figures()
    dice = random.Random(options.seed)  # noqa: S311
    best: list[tuple[float, int, Doc, tuple[str, ...]]] = []
    number = 0
    for doc, result in docs:
        _count(out, doc, result, dice, options.samples)
        score, why = _risk(doc)
        if why and len(best) < options.look:
            heapq.heappush(best, (score, -out.documents, doc, why))
        elif why and best:
            heapq.heappushpop(best, (score, -out.documents, doc, why))
        if options.changed and not any(isinstance(p, Mark) for p in doc.pieces):
            continue
        number += 1
        if len(out.sample) < options.show:
            out.sample.append(doc)
        elif (place := dice.randrange(number)) < options.show:
            out.sample[place] = doc
    out.look = [(doc, why) for _, _, doc, why in sorted(best, key=lambda e: e[:2], reverse=True)]
    return out


def read_doc(name: str, result: Result, lang: str = "", url: str = "", longest: int = LONGEST) -> Doc:
    """A result as it is shown. Changes of white space only are left out; a text over `longest` is cut, and says so."""
    source = result.source if result.source is not None else result.restore()
    pieces: list[str | Mark] = []
    at = removed = 0
    for change in result.changes:
        removed += len(change.before) - len(change.after)
        if change.span.end > longest or not (change.before.strip() or change.after.strip()):
            continue
        lead = len(change.before) - len(change.before.lstrip()) if change.before.strip() else 0
        tail = len(change.before.rstrip()) if change.before.strip() else len(change.before)
        pieces += [source[at : change.span.start + lead], _mark(change, change.before[lead:tail])]
        at = change.span.start + tail
    pieces.append(source[at:longest])
    notes = (*result.flags, *(f"{f.rule} broke: {f.message}" for f in result.faults[:MOST_VETOES]))
    return Doc(
        name, lang, _host(url), tuple(p for p in pieces if p), result.vetoes[:MOST_VETOES], notes, len(source), max(removed, 0), max(0, len(source) - longest)
    )  # fmt: skip


def _mark(change: Change, before: str) -> Mark:
    return Mark(change.rule, before, change.after.strip(), change.reason, change.confidence, change.also)


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.") if url else ""
    except ValueError:
        return ""


def _count(out: Figures, doc: Doc, result: Result | None, dice: random.Random, samples: int) -> None:
    marks = [p for p in doc.pieces if isinstance(p, Mark)]
    out.documents += 1
    out.changed += bool(marks)
    out.characters += doc.size
    out.removed += doc.removed
    out.shares[min(SHARE_BINS - 1, int(SHARE_BINS * doc.removed / max(doc.size, 1)))] += 1
    _add(out.languages, doc.lang)
    _add(out.sites, doc.site)
    if result is not None:
        told = len([c for c in result.changes if c.before.strip() or c.after.strip()])
        out.layout += len(result.changes) - told
        out.vetoes += len(result.vetoes)
        out.flags.update(result.flags)
        for fault in result.faults:
            _add(out.faults, fault.rule)
        for veto in result.vetoes:
            _rule(out, veto.rule).vetoes += 1
    at = 0
    seen: set[str] = set()
    for piece in doc.pieces:
        if isinstance(piece, Mark):
            _count_mark(out, doc, piece, at, dice, samples, new=piece.rule not in seen)
            seen.add(piece.rule)
        at += len(piece.before if isinstance(piece, Mark) else piece)


def _count_mark(out: Figures, doc: Doc, mark: Mark, at: int, dice: random.Random, samples: int, *, new: bool) -> None:
    figures = _rule(out, mark.rule)
    out.marks += 1
    figures.times += 1
    figures.documents += new
    figures.characters += len(mark.before)
    figures.doubt += 1 - mark.confidence
    figures.lowest = min(figures.lowest, mark.confidence)
    figures.only[mark.side] += len(mark.before)
    out.confidences[min(CONFIDENCE_BINS - 1, int(CONFIDENCE_BINS * mark.confidence))] += 1
    places = out.places.setdefault(family_of(mark.rule), [0] * PLACES)
    places[min(PLACES - 1, int(PLACES * at / max(doc.size, 1)))] += 1
    sample = (doc.name, mark.before[:240])
    if len(figures.samples) < samples:
        figures.samples.append(sample)
    elif (place := dice.randrange(figures.times)) < samples:
        figures.samples[place] = sample


def _rule(out: Figures, name: str) -> RuleFigures:
    if name not in out.rules and len(out.rules) >= MOST_NAMES:
        name = "other/rules"
    return out.rules.setdefault(name, RuleFigures())


def _add(counter: Counter[str], name: str) -> None:
    if name and (name in counter or len(counter) < MOST_NAMES):
        counter[name] += 1


def _risk(doc: Doc) -> tuple[float, tuple[str, ...]]:
    """How much a text deserves a look, and why: what took much, took sentences, was unsure, was refused or broke."""
    marks = [p for p in doc.pieces if isinstance(p, Mark)]
    score, why = 0.0, []
    for note in doc.notes:
        what, broke, _ = note.partition(" broke: ")
        score += 15 if broke else 60
        why.append(f"{what} broke" if broke else note)
    share = doc.removed / max(doc.size, 1)
    if share >= 0.3:
        score += 80 * share
        why.append(f"{100 * share:.0f} % of it removed")
    longest = max((len(m.before.split()) for m in marks if not m.after), default=0)
    if longest >= 12:
        score += min(longest, 60)
        why.append(f"a removal of {longest} words")
    unsure = [m for m in marks if m.confidence < 0.8]
    if unsure:
        score += min(30.0, 60 * sum(0.8 - m.confidence for m in unsure) + len(unsure))
        why.append(f"{len(unsure)} below confidence 0.8")
    if doc.vetoes:
        score += min(40, 4 * len(doc.vetoes))
        why.append(f"{len(doc.vetoes)} refused")
    return score, tuple(why[:4])
