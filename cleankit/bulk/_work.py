"""What a worker does with a unit: documents out of it, cleaned, and a shard of them with its account."""

from __future__ import annotations

import base64
import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from cleankit.bulk._formats import Form, pack
from cleankit.bulk._places import WORK, File, Source, Store, open_file
from cleankit.bulk._read import RECORD_LIMIT, Broken, Page, Unit
from cleankit.bulk._report import Account, account_of
from cleankit.cleaner import Cleaner
from cleankit.errors import InputError
from cleankit.integrations._need import need
from cleankit.integrations.columns import COLUMNS, Outcome, clean_one, columns, names_for

__all__ = ["Doc", "Failed", "Job", "do_unit", "documents", "marker_of"]


class Failed(Exception):
    """The run has to stop here; what is written stays."""


@dataclass(frozen=True)
class Job:
    """All that a worker has to know. Pickles: the cleaner as its configuration."""

    cleaner: Cleaner
    store: Store
    sources: tuple[Source, ...]
    field: str
    id: str
    form: Form | None
    changes: bool
    on_error: str
    html: bool
    extractor: str
    markup: str
    url: str | None
    table: tuple[tuple[str, str], ...] = ()

    def form_for(self, source: Source) -> Form:
        """What the shards of a source are: as asked for, else what the source is."""
        if self.form:
            return self.form
        if source.kind in ("files", "warc", "wet") and self.changes:
            return Form("jsonl")  # these have no place for a ledger
        if source.kind == "files":
            return Form("text")
        if source.kind in ("warc", "wet"):
            return Form("wet", source.files[0].form.packing)
        return Form(source.kind, source.files[0].form.packing)


class Doc(NamedTuple):
    """A document of the input. `row` are its other fields; where it cannot be read, `error` says why."""

    record: int
    id: object
    value: object
    url: object
    row: dict[str, Any]
    html: bool = False
    error: str | None = None
    raw: str = ""
    fatal: bool = False
    target: str = ""


def marker_of(key: str) -> str:
    return f"{WORK}/.done-{key}.json"


def do_unit(job: Job, unit: Unit) -> Account:
    """Clean a unit, write its shard, then its marker. Doing it again gives the same files. Raises Failed."""
    source = job.sources[unit.source]
    form = job.form_for(source)
    if isinstance(unit.items, bytes):
        batch = _batch(unit.items)
        docs = list(_rows(job, unit, ((r, "") for r in batch.to_pylist()), source.name, table=True))
    else:
        batch = None
        docs = list(documents(job, unit))
    outcomes = [_clean(job, doc) for doc in docs]
    kept: list[int] = []
    dead: list[int] = []
    for n, (doc, outcome) in enumerate(zip(docs, outcomes, strict=True)):
        if outcome.error is not None and job.on_error == "fail":
            raise Failed(f"{source.name}, {_name(doc)}: {outcome.error}")
        lost = outcome.error is not None and (job.on_error == "drop" or doc.error is not None)
        (dead if lost else kept).append(n)
    written = _write(job, unit, form, docs, outcomes, kept, batch)
    if dead:
        job.store.write(f"{WORK}/.dead-{unit.key}.jsonl", b"".join(_letter(source, docs[n], outcomes[n]) for n in dead))
    account = account_of(unit, [d.id for d in docs], outcomes, kept, written, broken=[f"{source.name}: {d.error}" for d in docs if d.fatal])
    job.store.write(marker_of(unit.key), json.dumps(account, ensure_ascii=True).encode())
    return account


def _name(doc: Doc) -> str:
    return f"record {doc.record}" if doc.error is not None else f"document {doc.id}"


def _clean(job: Job, doc: Doc) -> Outcome:
    if doc.error is not None:
        return Outcome(None, None, f"input: {doc.error}")
    return clean_one(
        job.cleaner, doc.value, url=doc.url or job.url, html=doc.html, extractor=job.extractor, format=job.markup
    )


def documents(job: Job, unit: Unit) -> Iterator[Doc]:
    """The documents of a unit that is not a table."""
    source = job.sources[unit.source]
    if source.kind == "files":
        for n, file in enumerate(unit.items, unit.first):
            yield _of_file(job, n, file)
    elif source.kind == "jsonl":
        yield from _rows(job, unit, map(_json_row, unit.items), source.name)
    elif source.kind == "csv":
        yield from _rows(job, unit, (_csv_row(unit.header or [], i) for i in unit.items), source.name)
    else:
        for n, item in enumerate(unit.items, unit.first):
            yield _of_page(job, n, item)


def _json_row(line: bytes | Broken) -> tuple[Any, str]:
    if isinstance(line, Broken):
        return line, line.raw
    try:
        row = json.loads(line)
    except UnicodeDecodeError as error:
        return Broken(f"not UTF-8 (byte {error.start} of the line)"), line[:10_000].decode("utf-8", "backslashreplace")
    except (ValueError, RecursionError) as error:
        return Broken(f"not JSON: {error}"), line[:10_000].decode("utf-8", "replace")
    if not isinstance(row, dict):
        return Broken(f"a JSON {type(row).__name__}, not an object"), line[:10_000].decode("utf-8", "replace")
    return row, ""


def _csv_row(header: list[str], item: list[str] | Broken) -> tuple[Any, str]:
    if isinstance(item, Broken):
        return item, item.raw
    try:
        "".join(item).encode()
    except UnicodeEncodeError:
        return Broken("not UTF-8"), ",".join(item)[:10_000].encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return dict(zip(header, item, strict=True)), ""


def _rows(job: Job, unit: Unit, rows: Any, name: str, *, table: bool = False) -> Iterator[Doc]:
    for n, (row, raw) in enumerate(rows, unit.first):
        known = f"{name}:{n + 1}"  # the same in each run
        if isinstance(row, Broken):
            yield Doc(n + 1, known, None, None, {}, error=row.error, raw=raw, fatal=row.fatal)
            continue
        found = row.get(job.id)
        if found is None and not (table and job.id in row):
            row = {job.id: known, **{k: v for k, v in row.items() if k != job.id}}
        if job.field not in row:
            has = ", ".join(map(str, list(row)[:12]))
            yield Doc(n + 1, row[job.id], None, None, row, error=f"there is no field {job.field!r}; there are: {has}")
            continue
        yield Doc(n + 1, row[job.id], row[job.field], row.get("url"), row, html=job.html)


def _of_page(job: Job, n: int, item: Page | Broken) -> Doc:
    if isinstance(item, Broken):
        return Doc(n + 1, item.raw or n + 1, None, None, {}, error=item.error, raw=item.raw, fatal=item.fatal)
    row = {job.id: item.id, "url": item.url, "date": item.date}
    if item.html:
        value: str | bytes = item.body
        if item.charset:
            try:
                value = item.body.decode(item.charset)
            except (LookupError, UnicodeDecodeError):
                value = item.body  # the header is wrong: the extractor finds the encoding out
        return Doc(n + 1, item.id, value, item.url, row, html=True)
    try:
        return Doc(n + 1, item.id, item.body.decode(item.charset or "utf-8"), item.url, row)
    except (LookupError, UnicodeDecodeError) as error:
        return Doc(n + 1, item.id, None, item.url, row, error=f"not {item.charset or 'utf-8'}: {error}")


def _of_file(job: Job, n: int, file: File) -> Doc:
    html = file.form.kind == "html"
    ending = ".md" if job.markup == "markdown" else ".txt"
    target = str(PurePosixPath(file.name).with_name(PurePosixPath(file.name).name + ending)) if html else file.name
    row = {job.id: file.name}
    if file.size > RECORD_LIMIT:
        return Doc(n + 1, file.name, None, None, row, error=f"{file.size:,} bytes are over the limit of {RECORD_LIMIT:,}")
    try:
        with open_file(file.place) as stream:
            data = stream.read()
    except OSError as error:
        return Doc(n + 1, file.name, None, None, row, error=error.strerror or str(error))
    if html:
        return Doc(n + 1, file.name, data, None, row, html=True, target=target)
    try:
        return Doc(n + 1, file.name, data.decode("utf-8"), None, row, target=target)
    except UnicodeDecodeError as error:
        return Doc(n + 1, file.name, None, None, row, error=f"not UTF-8 (byte {error.start}); convert it first")


# -- writing


def _write(job: Job, unit: Unit, form: Form, docs: Sequence[Doc], outcomes: Sequence[Outcome], kept: Sequence[int], batch: Any) -> dict[str, int]:
    """Write what is kept; names and sizes of the files."""
    if form.kind == "text":
        out = {}
        for n in kept:
            text = outcomes[n].text
            data = text if isinstance(text, bytes) else str(text).encode("utf-8", "replace")
            name = docs[n].target or f"{unit.key}-{n:04d}.{'md' if job.markup == 'markdown' else 'txt'}"
            job.store.write(name, data)
            out[name] = len(data)
        return out
    if not kept:
        return {}
    if form.kind == "wet":
        data = b"".join(pack(_conversion(job, docs[n], outcomes[n]), form.packing) for n in kept)
    elif form.kind == "parquet":
        data = _parquet(job, docs, outcomes, kept, batch)
    else:
        rows = (_row(job, docs[n], outcomes[n], always=form.kind == "csv") for n in kept)
        data = pack(_csv(job, rows) if form.kind == "csv" else b"".join(map(_line, rows)), form.packing)
    name = f"part-{unit.key}{form.ending}"
    job.store.write(name, data)
    return {name: len(data)}


def _row(job: Job, doc: Doc, outcome: Outcome, *, always: bool) -> dict[str, Any]:
    """The row of a document: its fields with the clean text; an error, if there is one; the ledger if it is asked for.

    `always` gives each row the error's column.
    """
    text = outcome.text.decode("utf-8", "replace") if isinstance(outcome.text, bytes) else outcome.text
    row = {**doc.row, job.field: text}
    if job.changes or always or outcome.error is not None:
        names = names_for(doc.row)
        made = columns(outcome, full=True) if job.changes else {"error": outcome.error}
        row |= {names[key]: value for key, value in made.items()}
    return row


def plain(value: object) -> object:
    """What JSON has no form for."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value)


def _line(row: dict[str, Any]) -> bytes:
    try:
        return json.dumps(row, ensure_ascii=False, default=plain).encode() + b"\n"
    except UnicodeEncodeError:  # half a surrogate pair: JSON can write it, UTF-8 cannot
        return json.dumps(row, default=plain).encode() + b"\n"


def _letter(source: Source, doc: Doc, outcome: Outcome) -> bytes:
    """A dead letter: where the document is, what is wrong, and what was read of it."""
    place = source.files[0].name if source.kind != "files" else str(doc.id)
    out: dict[str, Any] = {"file": place, "record": doc.record, "id": doc.id, "error": outcome.error}
    if doc.row and source.kind != "files":
        out["row"] = {**doc.row, "text": doc.value} if source.kind in ("warc", "wet") else doc.row
    if doc.raw:
        out["raw"] = doc.raw
    return _line(out)


def _csv(job: Job, rows: Iterator[dict[str, Any]]) -> bytes:
    """Rows as CSV: of CSV with its own columns, of anything else with those of the job's table."""
    out = io.StringIO()
    writer = None
    for row in rows:
        if job.table:
            known = {name for name, _ in job.table} | {key for key in row if key.removeprefix("cleankit_") in COLUMNS}
            other = {k: v for k, v in row.items() if k not in known}
            ours = {k: v for k, v in row.items() if k not in dict(job.table) and k in known}
            row = {**{name: row.get(name) for name, _ in job.table}, OTHER: other or None, **ours}
        if writer is None:
            writer = csv.DictWriter(out, list(row), restval="", extrasaction="ignore", lineterminator="\n")
            writer.writeheader()
        writer.writerow({k: _cell(v) for k, v in row.items()})
    return out.getvalue().encode("utf-8", "replace")


def _cell(value: object) -> object:
    return json.dumps(value, ensure_ascii=False, default=plain) if isinstance(value, list | dict) else value


def _conversion(job: Job, doc: Doc, outcome: Outcome) -> bytes:
    """A WET record: headers in ASCII, the text in UTF-8."""
    text = outcome.text if isinstance(outcome.text, str) else ""
    body = text.encode("utf-8", "replace")
    name = str(doc.id)
    head = {
        "WARC-Type": "conversion",
        "WARC-Target-URI": str(doc.row.get("url") or ""),
        "WARC-Date": str(doc.row.get("date") or ""),
        "WARC-Record-ID": name if name.startswith("<") else f"<{name}>",
        "Content-Type": "text/plain",
        "Content-Length": str(len(body)),
    }
    if job.changes:
        head["Cleankit-Removals"] = json.dumps(columns(outcome, full=True)["removals"])
    if outcome.error is not None:
        head["Cleankit-Error"] = json.dumps(outcome.error)
    lines = "".join(f"{k}: {v}\r\n" for k, v in head.items() if v)
    return b"WARC/1.0\r\n" + lines.encode("utf-8", "replace") + b"\r\n" + body + b"\r\n\r\n"


def _batch(data: bytes) -> Any:
    reader = need("pyarrow", "io").ipc.open_stream(data)
    return reader.read_next_batch()


def _parquet(job: Job, docs: Sequence[Doc], outcomes: Sequence[Outcome], kept: Sequence[int], batch: Any) -> bytes:
    """A Parquet file: of a table with its own columns, of anything else with those of the job's table."""
    pa, pq = need("pyarrow", "io"), need("pyarrow.parquet", "io")
    from cleankit.integrations.arrow import assemble

    some = [outcomes[n]._replace(text=_storable(outcomes[n].text)) for n in kept]
    if batch is None:
        batch = _table(job, [docs[n] for n in kept])
    else:
        batch = batch.take(pa.array(kept, pa.int64()))
        if job.id not in batch.schema.names:
            batch = pa.RecordBatch.from_arrays(
                [pa.array([docs[n].id for n in kept], pa.string()), *batch.columns],
                schema=pa.schema([pa.field(job.id, pa.string()), *batch.schema], metadata=batch.schema.metadata),
            )
    out = assemble(batch, some, job.field, changes=job.changes, drop=False, html=job.html, all_columns=job.changes)
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_batches([out]), sink, compression="zstd")
    return sink.getvalue()


def _storable(text: object) -> object:
    return text.encode("utf-8", "replace").decode() if isinstance(text, str) else text


def _too_big(value: object) -> bool:
    return type(value) is int and abs(value) >= 1 << 63


_MAKES = {"int64": int, "double": float, "string": str, "bool": bool}
#: Fields that a first look at the input did not find, and values of another type than it found, as JSON.
OTHER = "other_fields"


def _table(job: Job, docs: Sequence[Doc]) -> Any:
    """Rows as a record batch of the job's columns, which are the same in each shard."""
    pa = need("pyarrow", "io")
    columns_: dict[str, list[Any]] = {name: [] for name, _ in job.table}
    for doc in docs:
        other = {k: v for k, v in doc.row.items() if k not in columns_ and k != job.field}
        for name, kind in job.table:
            value = doc.row.get(name)
            if name == OTHER:
                continue
            if name == job.field:
                columns_[name].append(None)  # the clean text comes here
            elif value is None or type(value) is _MAKES.get(kind) and not _too_big(value):
                columns_[name].append(_storable(value))
            elif kind == "double" and type(value) is int:
                columns_[name].append(float(value))
            elif kind == "string" and isinstance(value, list | dict):
                columns_[name].append(json.dumps(value, default=plain))
            elif kind == "string" and not isinstance(value, bool | int | float):
                columns_[name].append(str(plain(value)))
            else:
                columns_[name].append(None)
                other[name] = value
        columns_[OTHER].append(json.dumps(other, default=plain) if other else None)
    makers = {"int64": pa.int64(), "double": pa.float64(), "string": pa.string(), "bool": pa.bool_()}
    return pa.RecordBatch.from_arrays(
        [pa.array(columns_[name], makers[kind]) for name, kind in job.table],
        schema=pa.schema([(name, makers[kind]) for name, kind in job.table]),
    )


def table_of(job: Job, docs: Sequence[Doc]) -> tuple[tuple[str, str], ...]:
    """Columns for rows that come from JSON lines or the like: told from the first ones."""
    kinds: dict[str, set[type]] = {job.id: set(), job.field: {str}}
    for doc in docs:
        for name, value in doc.row.items():
            if name != OTHER:
                kinds.setdefault(name, set()).update({type(value)} if value is not None else ())
    out = []
    for name, found in kinds.items():
        if name == job.field:
            kind = "string"
        elif found == {bool}:
            kind = "bool"
        elif found == {int}:
            kind = "int64"
        elif found and found <= {int, float}:
            kind = "double"
        else:
            kind = "string"
        out.append((name, kind))
    return (*out, (OTHER, "string"))


def with_table(job: Job, docs: Sequence[Doc]) -> Job:
    """The job, knowing the columns of its Parquet shards."""
    if any(job.form_for(s).kind in ("parquet", "csv") and s.kind != job.form_for(s).kind for s in job.sources):
        return replace(job, table=table_of(job, docs))
    return job


def check_targets(sources: Sequence[Source], job: Job) -> None:
    """Raise InputError where two texts would be written to one place."""
    taken: dict[str, str] = {}
    for source in sources:
        if source.kind != "files" or job.form_for(source).kind != "text":
            continue
        for n, file in enumerate(source.files):
            ending = ".md" if job.markup == "markdown" else ".txt"
            target = file.name + ending if file.form.kind == "html" else file.name
            other = taken.setdefault(target, file.place)
            if other != file.place:
                raise InputError(f"{target} would overwrite {other}: two inputs have one name; clean the folder above them, or one by one ({n})")
