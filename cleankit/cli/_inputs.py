"""Documents from files, folders, JSON lines and standard input."""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from cleankit.bulk._formats import HTML, TEXT, form_of

if TYPE_CHECKING:
    from cleankit.cleaner import Cleaner
    from cleankit.result import Result

__all__ = ["Row", "Source", "Unreadable", "clean_source", "find_lines", "find_sources", "open_lines", "read_row", "read_texts"]


class Unreadable(Exception):
    """A document that cannot be read; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Source:
    """A document to clean. `path` is None for standard input, `relative` its place below the folder that was named."""

    path: Path | None
    relative: Path
    html: bool

    @property
    def name(self) -> str:
        return str(self.path) if self.path else "<stdin>"

    def read(self) -> bytes:
        if self.path is None:
            return sys.stdin.buffer.read()
        try:
            return self.path.read_bytes()
        except OSError as error:
            raise Unreadable(f"{self.name}: {error.strerror or error}") from error


def find_sources(paths: Sequence[Path], html: bool | None) -> Iterator[Source]:
    """What the paths name: files as they are, of folders all texts and pages below, standard input for `-` or nothing.

    `html` says that they are pages (True) or texts (False); None: by the ending.
    """
    for path in paths or (Path("-"),):
        if str(path) == "-":
            yield Source(None, Path("stdin.txt"), bool(html))
        elif path.is_dir():
            found = sorted(p for p in path.rglob("*") if p.suffix.lower() in TEXT | HTML and p.is_file())
            yield from (Source(p, p.relative_to(path), _is_html(p, html)) for p in found)
        else:
            yield Source(path, Path(path.name), _is_html(path, html))


def _is_html(path: Path, html: bool | None) -> bool:
    return path.suffix.lower() in HTML if html is None else html


def clean_source(
    cleaner: Cleaner, source: Source, *, url: str | None, extractor: str, format: str, explain: bool
) -> Result:
    """Read a document and clean it. Raises Unreadable."""
    data = source.read()
    if source.html:
        return cleaner.clean_html(data, url=url, extractor=extractor, format=format, explain=explain)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Unreadable(
            f"{source.name}: not UTF-8 (byte {error.start}); convert it first, for example with iconv"
        ) from error
    return cleaner.clean(text, url=url, explain=explain)


# ---------------------------------------------------------------- JSON lines


class Row(NamedTuple):
    """A line of a file of JSON lines: what the document is called and where it is from, and all its fields."""

    name: str
    url: str
    lang: str
    data: dict[str, Any]

    @property
    def text(self) -> str:
        """The text, or that of a ledger before it was cleaned. Raises Unreadable."""
        text = self.data.get("source" if "changes" in self.data else "text")
        if not isinstance(text, str):
            raise Unreadable(f"there is no text in the field \"text\"; there are: {', '.join(list(self.data)[:12])}")
        return text


def find_lines(path: Path) -> list[Path]:
    """The files of JSON lines that a path names: itself, or those below the folder that it is; packed with gzip or not."""
    return sorted(p for p in (path.rglob("*") if path.is_dir() else (path,)) if _is_lines(p))


def _is_lines(path: Path) -> bool:
    form = form_of(path.name)
    return form is not None and form.kind == "jsonl" and form.packing in ("", "gz") and not path.is_dir()


def open_lines(path: Path) -> IO[bytes]:
    """A file of JSON lines, unpacked."""
    return gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb")  # type: ignore[return-value]  # it reads and seeks, as asked


def read_row(line: bytes, otherwise: str) -> Row:
    """A line; `otherwise` is what the document is called where it does not say. Raises Unreadable."""
    try:
        data = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"not JSON: {error}") from error
    if not isinstance(data, dict):
        raise Unreadable(f"a JSON {type(data).__name__}; an object with \"text\" is wanted")
    name = str(data.get("id") or data.get("name") or data.get("url") or otherwise)
    return Row(name, str(data.get("url") or ""), str(data.get("lang") or ""), data)


class Given(NamedTuple):
    """A text, what it is called, and where it is from: a URL or a host, if that is known."""

    name: str
    text: str
    where: str


def read_texts(paths: Sequence[Path], extract: Callable[[bytes], str], bad: list[str]) -> Iterator[Given]:
    """All texts that paths name: files, pages through `extract`, JSON lines, and what folders have of them.

    What cannot be read is left out, and named in `bad`.
    """
    for path in paths:
        lines = find_lines(path)
        for file in lines:
            yield from _rows(file, bad)
        if path in lines:
            continue
        for source in find_sources((path,), None):
            try:
                data = source.read()
                yield Given(source.name, extract(data) if source.html else data.decode("utf-8"), "")
            except (OSError, ValueError, Unreadable) as error:
                bad.append(f"{source.name}: {error}")


def _rows(file: Path, bad: list[str]) -> Iterator[Given]:
    with open_lines(file) as lines:
        for number, line in enumerate(lines, 1):
            try:
                row = read_row(line, f"{file}:{number}")
                yield Given(row.name, row.text, row.url or str(row.data.get("host") or ""))
            except Unreadable as error:
                bad.append(f"{file}:{number}: {error}")
