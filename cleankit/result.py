"""What comes back: the clean text, the ledger of changes, refusals, faults and metadata."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from cleankit.errors import InputError
from cleankit.ledger import Entry
from cleankit.rule import META_FIELDS
from cleankit.spans import OffsetMap, Span

__all__ = ["Change", "Fault", "Meta", "MetaValue", "Result", "Veto", "restore"]


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of the ledger: `before`, at `span` of the source, became `after`.

    `rule` answers for it, for `reason`, with `confidence` between 0 and 1; `also` names further rules that wanted it.
    """

    span: Span
    before: str
    after: str
    rule: str
    reason: str
    confidence: float
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Veto:
    """A proposal that a guard refused. `span` lies in the text of the pass it was made in; `text` is what stays."""

    rule: str
    span: Span
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Fault:
    """A rule that broke and was left out for this document."""

    rule: str
    message: str


@dataclass(frozen=True, slots=True)
class MetaValue:
    """A value that left the text but means something. `span` is where it stood in the source, None if it came from markup."""

    text: str
    span: Span | None
    rule: str


@dataclass(frozen=True, slots=True)
class Meta:
    """Metadata found, in the order of the source."""

    title: tuple[MetaValue, ...] = ()
    byline: tuple[MetaValue, ...] = ()
    date: tuple[MetaValue, ...] = ()
    credit: tuple[MetaValue, ...] = ()
    source_name: tuple[MetaValue, ...] = ()
    tags: tuple[MetaValue, ...] = ()
    language: tuple[MetaValue, ...] = ()


def restore(text: str, changes: Iterable[Change]) -> str:
    """Undo all changes: the source, character for character. `changes` are those of the result that `text` came from."""
    out: list[str] = []
    at = shift = 0
    for change in changes:
        start = change.span.start + shift
        end = start + len(change.after)
        if start < at or text[start:end] != change.after:
            raise InputError(f"the changes do not belong to this text: {change.after!r} is not at {start}")
        out.append(text[at:start])
        out.append(change.before)
        at = end
        shift += len(change.after) - len(change.before)
    out.append(text[at:])
    return "".join(out)


@dataclass(frozen=True)
class Result:
    """A cleaned text with its ledger.

    `source` is the input (for HTML: the extracted text), None where it was left out of a stored result. `flags` are short
    words about the document (`total-loss`, `no-prose`, `budget`). Offsets and spans count code points.
    """

    text: str
    source: str | None
    entries: Sequence[Entry] = field(repr=False, default=())
    vetoes: tuple[Veto, ...] = ()
    faults: tuple[Fault, ...] = ()
    flags: tuple[str, ...] = ()
    meta: Meta = field(default_factory=Meta)
    stored: tuple[Change, ...] | None = field(repr=False, default=None)

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """All changes, sorted by their place in the source, never overlapping."""
        if self.stored is not None:
            return self.stored
        source = self.source or ""
        return tuple(
            Change(Span(e.start, e.end), source[e.start : e.end], e.after, e.owner.rule, e.owner.reason, round(1 - e.owner.doubt, 4), e.also)
            for e in self.entries
            if source[e.start : e.end] != e.after
        )

    @cached_property
    def offsets(self) -> OffsetMap:
        """Maps offsets between the source and the clean text."""
        return OffsetMap([(c.span.start, c.span.end, c.after) for c in self.changes])

    def restore(self) -> str:
        """The source, rebuilt from `text` and `changes` alone."""
        return restore(self.text, self.changes)

    def to_dict(self, source: bool = True) -> dict[str, Any]:
        """Plain data for JSON; `source=False` leaves the source out, which `restore()` does not need."""
        out: dict[str, Any] = {"text": self.text}
        if source and self.source is not None:
            out["source"] = self.source
        out["changes"] = [
            {
                "start": c.span.start, "end": c.span.end, "before": c.before, "after": c.after, "rule": c.rule,
                "reason": c.reason, "confidence": c.confidence, "also": list(c.also),
            }
            for c in self.changes
        ]  # fmt: skip
        out["vetoes"] = [{"rule": v.rule, "start": v.span.start, "end": v.span.end, "text": v.text, "reason": v.reason} for v in self.vetoes]
        out["faults"] = [{"rule": f.rule, "message": f.message} for f in self.faults]
        out["flags"] = list(self.flags)
        out["meta"] = {
            name: [{"text": m.text, "span": list(m.span) if m.span else None, "rule": m.rule} for m in getattr(self.meta, name)]
            for name in (*META_FIELDS, "language")
            if getattr(self.meta, name)
        }
        return out

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Result:
        """Rebuild a result from `to_dict`. Raises InputError where a key is missing or has another form."""
        try:
            return cls(
                text=data["text"],
                source=data.get("source"),
                stored=tuple(
                    Change(Span(c["start"], c["end"]), c["before"], c["after"], c["rule"], c["reason"], c["confidence"], tuple(c["also"]))
                    for c in data["changes"]
                ),
                vetoes=tuple(Veto(v["rule"], Span(v["start"], v["end"]), v["text"], v["reason"]) for v in data["vetoes"]),
                faults=tuple(Fault(f["rule"], f["message"]) for f in data["faults"]),
                flags=tuple(data["flags"]),
                meta=Meta(**{
                    name: tuple(MetaValue(m["text"], Span(*m["span"]) if m["span"] else None, m["rule"]) for m in values)
                    for name, values in data["meta"].items()
                }),
            )
        except (KeyError, TypeError) as error:
            raise InputError(f"this is not a stored result: {error!r}") from error
