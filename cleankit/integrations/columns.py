"""What a step of a pipeline does with one document, and what its row then says.

Engines run work again after a failure, so their own counters lie: errors and counts travel as columns beside the text.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Literal, NamedTuple, TypeAlias

from cleankit.cleaner import Cleaner
from cleankit.errors import InputError, PluginMismatch
from cleankit.result import Change, Result
from cleankit.rule import META_FIELDS
from cleankit.spans import OffsetMap, Span

__all__ = [
    "COLUMNS", "META", "OnError", "Outcome", "address_of", "change_rows", "changes_of", "check_on_error", "clean_one",
    "cleaner_of", "columns", "meta_row", "names_for", "notes", "offsets_of",
]  # fmt: skip

OnError: TypeAlias = Literal["keep", "drop", "fail"]

#: The columns that join those of the input.
COLUMNS = ("removals", "meta", "flags", "error")
#: The fields of the column `meta`.
META = (*META_FIELDS, "language")


class Outcome(NamedTuple):
    """A document after the step. Where it could not be cleaned, `text` is what came in and `result` is None.

    `error` is None where all went well; a rule that broke was left out, and the text is cleaned by the others.
    """

    text: Any
    result: Result | None
    error: str | None


def check_on_error(given: str) -> None:
    """Raise InputError where a policy is unknown."""
    if given not in ("keep", "drop", "fail"):
        raise InputError(f"on_error cannot be {given!r}; possible: 'keep', 'drop', 'fail'")


def clean_one(
    cleaner: Cleaner,
    value: object,
    *,
    url: object = None,
    html: bool = False,
    extractor: str = "trafilatura",
    format: str = "text",
    explain: bool = True,
) -> Outcome:
    """Clean one value of a column, whatever it is. Only plugins that differ from the caller's make it raise."""
    address = url if isinstance(url, str) and url else None
    if value is None:
        return Outcome(None, None, "input: there is no text")
    if not isinstance(value, (str, bytes) if html else str):
        return Outcome(value, None, f"input: the text is of type {type(value).__name__}")
    try:
        if html:
            assert isinstance(value, str | bytes)
            result = cleaner.clean_html(value, url=address, explain=explain, extractor=extractor, format=format)
        else:
            assert isinstance(value, str)
            result = cleaner.clean(value, url=address, explain=explain)
    except PluginMismatch:
        raise
    except Exception as error:
        return Outcome(value, None, f"{type(error).__name__}: {error}")
    return Outcome(result.text, result, "; ".join(f"{f.rule}: {f.message}" for f in result.faults) or None)


def names_for(taken: Collection[str], *, keeps: Collection[str] = ()) -> dict[str, str]:
    """How the columns are called beside the input's: as in `COLUMNS`, or `cleankit_…` where the input has that name.

    `keeps` are names of the input that the caller replaces anyway.
    """
    out = {}
    for name in COLUMNS:
        out[name] = name if name not in taken or name in keeps else f"cleankit_{name}"
        if out[name] != name and out[name] in taken:
            raise InputError(f"the input has the columns {name!r} and {out[name]!r} already; rename one of them")
    return out


def change_rows(result: Result | None, full: bool) -> list[dict[str, Any]]:
    """The ledger as plain data. `after` and the span make an offset map; what is needed to restore comes with `full`."""
    if result is None:
        return []
    rows = []
    for c in result.changes:
        row: dict[str, Any] = {"rule": c.rule, "start": c.span.start, "end": c.span.end, "after": c.after}
        if full:
            row |= {"before": c.before, "reason": c.reason, "confidence": c.confidence, "also": list(c.also)}
        rows.append(row)
    return rows


def meta_row(result: Result | None) -> dict[str, list[dict[str, Any]]]:
    """What left the text but means something, every field present."""
    out: dict[str, list[dict[str, Any]]] = {}
    for name in META:
        values = getattr(result.meta, name) if result else ()
        out[name] = [
            {"text": m.text, "start": m.span and m.span.start, "end": m.span and m.span.end, "rule": m.rule} for m in values
        ]
    return out


def columns(outcome: Outcome, full: bool) -> dict[str, Any]:
    """The values of `COLUMNS` for a document."""
    return {
        "removals": change_rows(outcome.result, full),
        "meta": meta_row(outcome.result),
        "flags": list(outcome.result.flags) if outcome.result else [],
        "error": outcome.error,
    }


def offsets_of(removals: Iterable[Mapping[str, Any]]) -> OffsetMap:
    """The offset map between source and clean text, from a stored `removals` column: traces a citation to its source."""
    return OffsetMap([(r["start"], r["end"], r["after"]) for r in removals])


def changes_of(removals: Iterable[Mapping[str, Any]]) -> tuple[Change, ...]:
    """The ledger from a `removals` column that was made with `changes=True`; `cleankit.restore` takes it."""
    try:
        return tuple(
            Change(Span(r["start"], r["end"]), r["before"], r["after"], r["rule"], r["reason"], r["confidence"], tuple(r["also"]))
            for r in removals
        )
    except KeyError as error:
        raise InputError(f"a removal has no {error}; make the column with changes=True") from None


def notes(outcome: Outcome, full: bool, cleaner: Cleaner) -> dict[str, Any]:
    """What goes to a document's metadata in libraries that have one: the columns, and what cleaned it."""
    return {**columns(outcome, full), "fingerprint": cleaner.fingerprint}


def address_of(metadata: Mapping[str, Any]) -> str | None:
    """The address that a document's metadata names, if it names one."""
    for key in ("url", "source"):
        value = metadata.get(key)
        if isinstance(value, str) and value.startswith(("http://", "https://")):
            return value
    return None


def cleaner_of(given: Cleaner | str) -> Cleaner:
    """A cleaner, or the one of a preset's name."""
    return Cleaner(given) if isinstance(given, str) else given
