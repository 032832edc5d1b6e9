"""Documents from files, folders and standard input."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cleankit.cleaner import Cleaner
    from cleankit.result import Result

__all__ = ["HTML", "TEXT", "Source", "Unreadable", "clean_source", "find_sources"]

TEXT = frozenset({".txt", ".text", ".md", ".markdown"})
HTML = frozenset({".html", ".htm", ".xhtml"})


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
