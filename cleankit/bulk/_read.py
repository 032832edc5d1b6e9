"""Readers: an input in, units of work out, cut at the same places each time, in bounded memory."""

from __future__ import annotations

import csv
import io
from collections.abc import Generator, Iterator
from itertools import count
from typing import Any, NamedTuple

from cleankit.bulk._formats import Damaged, unpack
from cleankit.bulk._places import File, Source, is_url, open_file
from cleankit.errors import InputError
from cleankit.integrations._need import need

__all__ = ["RECORD_LIMIT", "Broken", "Page", "Unit", "read_units"]

#: Longer records are not read into memory.
RECORD_LIMIT = 32 << 20
#: Documents of a unit at most.
UNIT_DOCUMENTS = 1000


class Broken(NamedTuple):
    """A record that cannot be read; `fatal` where nothing behind it can be either."""

    error: str
    raw: str = ""
    fatal: bool = False


class Page(NamedTuple):
    """A record of a web archive."""

    id: str
    url: str
    date: str
    body: bytes
    html: bool
    charset: str | None


class Unit(NamedTuple):
    """What one shard is made of. `position` is how far the source's bytes are read behind it."""

    source: int
    number: int
    first: int
    items: Any
    header: list[str] | None
    position: int

    @property
    def key(self) -> str:
        return f"{self.source:05d}-{self.number:06d}"


class _Stream:
    """Chunks as a stream to read from; it tells its own failures from those of the reader."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks, self._rest, self.failed = chunks, b"", False
        self._position = 0

    def read(self, size: int = -1) -> bytes:
        while not self._rest:
            try:
                self._rest = next(self._chunks)
            except StopIteration:
                return b""
            except BaseException:
                self.failed = True
                raise
        if size < 0:
            out, self._rest = self._rest + b"".join(self._chunks), b""
        else:
            out, self._rest = self._rest[:size], self._rest[size:]
        self._position += len(out)
        return out

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = 0) -> int:
        raise io.UnsupportedOperation("seek")

    def close(self) -> None:
        pass


def read_units(index: int, source: Source, size: int, field: str) -> Generator[Unit, None, None]:
    """The units of a source, each of about `size` bytes. Raises InputError where a file has no such field at all."""
    if source.kind == "files":
        items: Iterator[tuple[Any, int]] = ((file, file.size) for file in source.files)
        yield from _cut(index, items, size, None, iter(_running(source.files)))
        return
    (file,) = source.files
    with open_file(file.place) as stream:
        if source.kind == "parquet":
            yield from _parquet_units(index, file, stream, size, field)
            return
        chunks = unpack(stream, file.form.packing)
        header: list[str] | None = None
        if source.kind == "jsonl":
            items = ((line, len(line[1]) if isinstance(line, Broken) else len(line)) for line in _lines(chunks))
        elif source.kind == "csv":
            rows = _csv_rows(chunks)
            top = next(rows, None)
            if not isinstance(top, list):
                raise InputError(f"{file.name}: {top.error if top else 'the file is empty; it needs a header'}")
            header = top
            if field not in header:
                raise InputError(f"{file.name} has no field {field!r}; it has: {', '.join(header)}")
            items = _checked(rows, len(header))
        else:
            items = _records(chunks, source.kind)
        yield from _cut(index, _whole(items), size, header, (stream.tell() for _ in count()))


def _running(files: tuple[File, ...]) -> Iterator[int]:
    done = 0
    for file in files:
        done += file.size
        yield done


def _whole(items: Iterator[tuple[Any, int]]) -> Iterator[tuple[Any, int]]:
    """The items of a stream, and where it breaks, a record that says so."""
    try:
        yield from items
    except Damaged as error:
        yield Broken(str(error), fatal=True), 0


def _cut(index: int, items: Iterator[tuple[Any, int]], size: int, header: list[str] | None, positions: Iterator[int]) -> Iterator[Unit]:
    number = first = held = position = 0
    part: list[Any] = []
    for item, length in items:
        if part and held + length > size:
            yield Unit(index, number, first, part, header, position)
            number, first, part, held = number + 1, first + len(part), [], 0
        part.append(item)
        held += length
        position = next(positions, position)
        if len(part) >= UNIT_DOCUMENTS or held >= size:
            yield Unit(index, number, first, part, header, position)
            number, first, part, held = number + 1, first + len(part), [], 0
    if part:
        yield Unit(index, number, first, part, header, position)


def _lines(chunks: Iterator[bytes]) -> Iterator[bytes | Broken]:
    """Lines that are not blank, without their ends; one that is too long is skipped and said so."""
    held: list[bytes] = []
    length = 0
    skipped = 0
    start = b""
    for chunk in chunks:
        pieces = chunk.split(b"\n")
        for piece in pieces[:-1]:
            if skipped or length + len(piece) > RECORD_LIMIT:
                yield _too_long(skipped + length + len(piece), start or b"".join(held)[:200] or piece[:200])
            else:
                held.append(piece)
                line = b"".join(held).removesuffix(b"\r")
                if line.strip():
                    yield line
            held, length, skipped, start = [], 0, 0, b""
        rest = pieces[-1]
        if skipped or length + len(rest) > RECORD_LIMIT:
            start = start or b"".join(held)[:200] or rest[:200]
            skipped, held, length = skipped + length + len(rest), [], 0
        elif rest:
            held.append(rest)
            length += len(rest)
    if skipped:
        yield _too_long(skipped, start)
    elif held and b"".join(held).strip():
        yield b"".join(held).removesuffix(b"\r")


def _too_long(length: int, start: bytes) -> Broken:
    return Broken(f"a record of {length:,} bytes is over the limit of {RECORD_LIMIT:,}", start.decode("utf-8", "replace"))


def _csv_rows(chunks: Iterator[bytes]) -> Iterator[list[str] | Broken]:
    csv.field_size_limit(RECORD_LIMIT)
    trouble: list[Broken] = []

    def text() -> Iterator[str]:
        first = True
        for line in _raw_lines(chunks):
            if isinstance(line, Broken):
                trouble.append(line)
                continue
            if first:
                line, first = line.removeprefix(b"\xef\xbb\xbf"), False
            yield line.decode("utf-8", "surrogateescape")

    reader = csv.reader(text())
    while True:
        try:
            row = next(reader)
        except StopIteration:
            yield from trouble
            return
        except csv.Error as error:
            yield Broken(f"this is not CSV: {error}")
            continue
        yield from trouble
        trouble.clear()
        if row:
            yield row


def _raw_lines(chunks: Iterator[bytes]) -> Iterator[bytes | Broken]:
    """Lines with their ends, for a parser that needs them."""
    held = b""
    skipping = 0
    for chunk in chunks:
        lines = (held + chunk).splitlines(keepends=True) if not skipping else chunk.splitlines(keepends=True)
        held = b""
        if lines and not lines[-1].endswith((b"\n", b"\r")):
            held = lines.pop()
        for line in lines:
            if skipping:
                yield _too_long(skipping + len(line), b"")
                skipping = 0
            else:
                yield line
        if skipping or len(held) > RECORD_LIMIT:
            skipping, held = skipping + len(held), b""
    if skipping:
        yield _too_long(skipping, b"")
    elif held:
        yield held


def _checked(rows: Iterator[list[str] | Broken], width: int) -> Iterator[tuple[Any, int]]:
    for row in rows:
        if isinstance(row, Broken):
            yield row, 0
        elif len(row) != width:
            yield Broken(f"a row of {len(row)} fields under a header of {width}", ",".join(row)[:2000].encode("utf-8", "replace").decode()), 0
        else:
            yield row, sum(map(len, row))


def _records(chunks: Iterator[bytes], kind: str) -> Iterator[tuple[Any, int]]:
    """The documents of a web archive: responses with a page or a text, or the plain texts of a WET file."""
    warc = need("fastwarc.warc", "warc")
    types = warc.WarcRecordType
    stream = _Stream(chunks)
    wanted = types.conversion if kind == "wet" else types.response | types.resource | types.conversion
    try:
        for record in warc.ArchiveIterator(stream, parse_http=False, record_types=wanted, stream_detect=False):
            length = int(record.headers.get("Content-Length") or record.content_length)
            name = record.record_id or record.headers.get("WARC-Target-URI") or ""
            if length > RECORD_LIMIT:
                yield Broken(f"a record of {length:,} bytes is over the limit of {RECORD_LIMIT:,}", name), 0
                continue
            block = record.reader.read()
            if len(block) < length:
                raise Damaged(f"the file is cut off in record {name}: {len(block):,} of {length:,} bytes")
            page = _page(record, block, types)
            if page:
                yield page, len(page.body)
    except (OSError, ValueError) as error:
        if stream.failed:
            raise
        raise Damaged(f"this is not a web archive from here on: {error}") from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # what the Rust of the reader raises where it gives up
            raise
        raise Damaged(f"the reader broke on this archive: {error}") from error


def _page(record: Any, block: bytes, types: Any) -> Page | None:
    """The document of a record; None where it holds none (an image, a redirect)."""
    name = record.record_id or ""
    url, date = record.headers.get("WARC-Target-URI") or "", record.headers.get("WARC-Date") or ""
    if record.record_type == types.conversion:
        return Page(name, url, date, block, html=False, charset="utf-8")
    kind, charset, body = (record.headers.get("Content-Type") or "").partition(";")[0].strip().lower(), None, block
    if record.record_type == types.response:
        # parsed as a record of its own: where that fails, the reader of the archive is to stay in step
        alone = b"WARC/1.0\r\nWARC-Type: response\r\nContent-Type: application/http; msgtype=response\r\n"
        alone += f"Content-Length: {len(block)}\r\n\r\n".encode() + block + b"\r\n\r\n"
        try:
            http = next(iter(need("fastwarc.warc", "warc").ArchiveIterator(io.BytesIO(alone), parse_http=False, stream_detect=False)))
            http.parse_http(auto_decode="all")
            if http.http_headers is None or not 200 <= int(http.http_headers.status_code or 200) < 300:
                return None
            kind, charset, body = http.http_content_type or "", http.http_charset, http.reader.read()
        except (OSError, ValueError):  # headers that promise a coding which the body has not
            head, _, body = block.partition(b"\r\n\r\n")
            kind = "text/html" if b"html" in head.lower() or b"<html" in body[:1000].lower() else ""
    if kind in ("text/html", "application/xhtml+xml"):
        return Page(name, url, date, body, html=True, charset=charset)
    if kind == "text/plain":
        return Page(name, url, date, body, html=False, charset=charset)
    return None


def _parquet_units(index: int, file: File, stream: Any, size: int, field: str) -> Iterator[Unit]:
    pa, pq = need("pyarrow", "io"), need("pyarrow.parquet", "io")
    # a network that fails is no broken file: the run stops, and goes on from there when it is started again
    errors = (pa.ArrowInvalid,) if is_url(file.place) else (pa.ArrowInvalid, OSError)
    try:
        table = pq.ParquetFile(stream)
    except errors as error:
        yield Unit(index, 0, 0, [Broken(f"this is not a whole Parquet file: {error}", fatal=True)], None, file.size)
        return
    names = table.schema_arrow.names
    if field not in names:
        raise InputError(f"{file.name} has no field {field!r}; it has: {', '.join(names)}")
    meta = table.metadata
    weight = sum(meta.row_group(i).total_byte_size for i in range(meta.num_row_groups)) / max(1, meta.num_rows)
    rows = max(1, min(UNIT_DOCUMENTS, int(size / max(1.0, weight))))
    first = number = 0
    try:
        for batch in table.iter_batches(batch_size=rows):
            sink = io.BytesIO()
            with pa.ipc.new_stream(sink, batch.schema) as writer:
                writer.write_batch(batch)
            done = first + batch.num_rows
            yield Unit(index, number, first, sink.getvalue(), None, int(file.size * done / max(1, meta.num_rows)))
            first, number = done, number + 1
    except errors as error:
        yield Unit(index, number, first, [Broken(f"the file cannot be read further: {error}", fatal=True)], None, file.size)
