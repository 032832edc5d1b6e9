"""What a file is, told by its name, and the streams that pack it."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import PurePosixPath
from typing import IO, Any, NamedTuple

from cleankit.integrations._need import need

__all__ = ["DATA", "FORMATS", "HTML", "TEXT", "Damaged", "Form", "form_of", "pack", "unpack"]

TEXT = frozenset({".txt", ".text", ".md", ".markdown"})
HTML = frozenset({".html", ".htm", ".xhtml"})
_DATA = {".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet", ".csv": "csv", ".warc": "warc", ".wet": "wet"}
#: Kinds of files that hold many documents.
DATA = frozenset(_DATA.values())
_PACKINGS = {".gz": "gz", ".zst": "zst"}
#: What `--format` takes.
FORMATS = ("jsonl", "jsonl.gz", "jsonl.zst", "parquet", "csv", "csv.gz", "wet", "wet.gz", "text", "markdown")


class Damaged(Exception):
    """A file that cannot be read to its end. What came before is good."""


class Form(NamedTuple):
    """Kind of a file (`jsonl`, `parquet`, `csv`, `warc`, `wet`, `text`, `html`) and how it is packed (``, `gz`, `zst`)."""

    kind: str
    packing: str = ""

    @property
    def ending(self) -> str:
        kind = "warc.wet" if self.kind == "wet" else self.kind
        return f".{kind}.{self.packing}" if self.packing else f".{kind}"


def form_of(name: str) -> Form | None:
    """What a file is by its name; None where the name does not tell."""
    path = PurePosixPath(name.replace("\\", "/").lower())
    packing = _PACKINGS.get(path.suffix, "")
    ending = PurePosixPath(path.stem).suffix if packing else path.suffix
    if ending in _DATA:
        return None if _DATA[ending] == "parquet" and packing else Form(_DATA[ending], packing)
    if not packing and ending in TEXT | HTML:
        return Form("html" if ending in HTML else "text")
    return None


def unpack(stream: IO[bytes], packing: str) -> Iterator[bytes]:
    """The bytes of a file in chunks, unpacked. Raises Damaged where the packing is cut off or broken.

    Chunks are small, so that what a few packed bytes swell to stays small as well.
    """
    if not packing:
        yield from iter(lambda: stream.read(1 << 18), b"")
        return
    new: Callable[[], Any]
    if packing == "gz":
        chunks, new, errors = iter(lambda: stream.read(1 << 14), b""), lambda: zlib.decompressobj(31), zlib.error
    else:
        zstandard = need("zstandard", "io")
        tool = zstandard.ZstdDecompressor(max_window_size=1 << 31)
        chunks, new, errors = iter(lambda: stream.read(1 << 13), b""), tool.decompressobj, zstandard.ZstdError
    yield from _members(chunks, new, errors)


def _members(chunks: Iterable[bytes], new: Callable[[], Any], errors: type[Exception]) -> Iterator[bytes]:
    """Unpack a row of gzip members or zstandard frames."""
    member, begun = new(), False
    try:
        for chunk in chunks:
            while chunk:
                if not begun:
                    chunk = chunk.lstrip(b"\0")  # some writers pad
                    if not chunk:
                        break
                begun = True
                out = member.decompress(chunk)
                if out:
                    yield out
                if not member.eof:
                    break
                chunk, member, begun = member.unused_data, new(), False
    except errors as error:
        raise Damaged(f"the packing is broken ({error})") from error
    if begun:
        raise Damaged("the file is cut off in the middle of its packing")


def pack(data: bytes, packing: str) -> bytes:
    """Bytes packed the same way each time."""
    if packing == "gz":
        return gzip.compress(data, 6, mtime=0)
    if packing == "zst":
        out: bytes = need("zstandard", "io").ZstdCompressor().compress(data)
        return out
    return data
