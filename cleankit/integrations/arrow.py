"""The step that the engines share: an Arrow batch or table in, the same with clean text and its columns out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from cleankit.cleaner import Cleaner
from cleankit.errors import InputError
from cleankit.integrations._need import need
from cleankit.integrations.columns import META, OnError, Outcome, check_on_error, clean_one, columns, names_for

pa = need("pyarrow", "io")

__all__ = ["BatchCleaner", "assemble", "output_schema"]

Batch = TypeVar("Batch")  # pyarrow.RecordBatch or pyarrow.Table


def _removal_type(changes: bool) -> Any:
    fields = [("rule", pa.string()), ("start", pa.int64()), ("end", pa.int64()), ("after", pa.string())]
    if changes:
        fields += [("before", pa.string()), ("reason", pa.string()), ("confidence", pa.float64()), ("also", pa.list_(pa.string()))]
    return pa.list_(pa.struct(fields))


_VALUE = pa.struct([("text", pa.string()), ("start", pa.int64()), ("end", pa.int64()), ("rule", pa.string())])


def _types(changes: bool) -> dict[str, Any]:
    return {
        "removals": _removal_type(changes),
        "meta": pa.struct([(name, pa.list_(_VALUE)) for name in META]),
        "flags": pa.list_(pa.string()),
        "error": pa.string(),
    }


def _text_type(given: Any, html: bool) -> Any:
    """The type of the clean column: the input's, where that is a plain string."""
    value = given.value_type if pa.types.is_dictionary(given) else given
    if html and (pa.types.is_binary(value) or pa.types.is_large_binary(value)):
        return pa.large_string() if pa.types.is_large_binary(value) else pa.string()
    if pa.types.is_null(value):
        return pa.string()
    if not (pa.types.is_string(value) or pa.types.is_large_string(value) or getattr(pa.types, "is_string_view", lambda _: False)(value)):
        raise InputError(f"the text column is of type {given}, not a string")
    return value


def output_schema(schema: Any, text: str = "text", *, changes: bool = False, html: bool = False, all_columns: bool = True) -> Any:
    """The schema of what comes out for a schema that goes in. Raises InputError where there is no text column.

    The columns of the input stay in their order; `removals`, `meta`, `flags` and `error` follow, as `cleankit_…` where the
    input has such a name. `all_columns=False` leaves only `error`.
    """
    at = schema.get_field_index(text)
    if at < 0:
        raise InputError(f"there is no column {text!r}; there are: {', '.join(schema.names) or 'none'}")
    fields = list(schema)
    fields[at] = pa.field(text, _text_type(fields[at].type, html))
    names = names_for(schema.names)
    types = _types(changes)
    fields += [pa.field(names[key], types[key]) for key in types if all_columns or key == "error"]
    return pa.schema(fields)


def assemble(
    batch: Any, outcomes: Sequence[Outcome], text: str, *, changes: bool, drop: bool, html: bool = False, all_columns: bool = True
) -> Any:
    """A record batch with the outcomes of its documents in place of its text, and their columns."""
    schema = output_schema(batch.schema, text, changes=changes, html=html, all_columns=all_columns)
    rows = [columns(o, changes) for o in outcomes]
    names = names_for(batch.schema.names)
    arrays = list(batch.columns)
    kept = [o.text.decode("utf-8", "replace") if isinstance(o.text, bytes) else o.text for o in outcomes]
    arrays[batch.schema.get_field_index(text)] = pa.array(kept, schema.field(text).type)
    arrays += [pa.array([row[key] for row in rows], schema.field(name).type) for key, name in names.items() if all_columns or key == "error"]
    out = pa.RecordBatch.from_arrays(arrays, schema=schema)
    return out.filter(pa.array([o.error is None for o in outcomes], pa.bool_())) if drop else out


@dataclass(frozen=True, init=False)
class BatchCleaner:
    """Cleans the text column of Arrow record batches and tables.

    `config` is a Cleaner or the name of a preset. `text` names the column to clean; `id`, if given, a column that must be
    there and names documents in errors; `url` one that wakes site rules where the input has it. `changes` adds to each
    removal what is needed to restore the source. `html` says that the column holds pages.

    A document that cannot be cleaned, or that a rule broke on, says so in the column `error`; `on_error="drop"` leaves it
    out, `"fail"` raises InputError. Pickles as its configuration, as the cleaner does, and hashes by it.
    """

    config: Cleaner
    text: str
    id: str | None
    url: str | None
    changes: bool
    on_error: OnError
    html: bool

    def __init__(
        self,
        config: Cleaner | str = "article",
        text: str = "text",
        *,
        id: str | None = None,
        url: str | None = "url",
        changes: bool = False,
        on_error: OnError = "keep",
        html: bool = False,
    ) -> None:
        check_on_error(on_error)
        cleaner = Cleaner(config) if isinstance(config, str) else config
        for name, value in zip(
            self.__dataclass_fields__, (cleaner, text, id, url, changes, on_error, html), strict=True
        ):
            object.__setattr__(self, name, value)

    @property
    def fingerprint(self) -> str:
        """Equal fingerprints give equal output for equal input."""
        return f"{self.config.fingerprint}-{self.text}-{self.url}-{int(self.changes)}-{self.on_error}-{int(self.html)}"

    def output_schema(self, schema: Any) -> Any:
        """The schema of the output for an input of this schema."""
        if self.id is not None and self.id not in schema.names:
            raise InputError(f"there is no column {self.id!r}; there are: {', '.join(schema.names)}")
        return output_schema(schema, self.text, changes=self.changes, html=self.html)

    def __call__(self, data: Batch) -> Batch:
        """Clean a `pyarrow.RecordBatch` or `pyarrow.Table`; the same kind comes back."""
        given: Any = data
        schema = self.output_schema(given.schema)
        if isinstance(given, pa.Table):
            batches = [self._batch(b) for b in given.to_batches()]
            out: Batch = pa.Table.from_batches(batches, schema.with_metadata(given.schema.metadata))
            return out
        made: Batch = self._batch(given)
        return made

    def _batch(self, batch: Any) -> Any:
        outcomes = []
        addresses = batch.column(self.url).to_pylist() if self.url in batch.schema.names else [None] * batch.num_rows
        for row, (value, url) in enumerate(zip(batch.column(self.text).to_pylist(), addresses, strict=True)):
            outcome = clean_one(self.config, value, url=url, html=self.html)
            if outcome.error is not None and self.on_error == "fail":
                name = batch.column(self.id)[row].as_py() if self.id else f"row {row} of its batch"
                raise InputError(f"document {name}: {outcome.error}")
            outcomes.append(outcome)
        return assemble(batch, outcomes, self.text, changes=self.changes, drop=self.on_error == "drop", html=self.html)
