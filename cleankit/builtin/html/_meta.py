"""Title, author, date, site name and language of a page, by trafilatura's metadata functions, worked out when first asked for.

The author's XPaths and the search for a date cost as much as half an extraction; most callers of `clean_html` want the text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any

KEYS = ("title", "author", "date", "sitename", "language", "description")


class LazyMeta(Mapping[str, str]):
    """A mapping whose content is made on first use, and only once."""

    __slots__ = ("_found", "_make")

    def __init__(self, make: Callable[[], dict[str, str]]) -> None:
        self._make: Callable[[], dict[str, str]] | None = make
        self._found: dict[str, str] = {}

    def _all(self) -> dict[str, str]:
        make = self._make
        if make is not None:
            self._found = make()
            self._make = None
        return self._found

    def __getitem__(self, key: str) -> str:
        return self._all()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def __repr__(self) -> str:
        return repr(self._all())

    def __reduce__(self) -> tuple[type[dict[str, str]], tuple[dict[str, str]]]:
        return dict, (self._all(),)


def metadata(tree: Any, url: str | None) -> dict[str, str]:
    """What the page says of itself. Never raises: what cannot be read is left out."""
    found: dict[str, str] = {}
    with suppress(Exception):
        _read(tree, url, found)
    if "language" not in found:
        with suppress(Exception):
            language = tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or ""
            if language:
                found["language"] = language.partition("-")[0].strip().lower()
    return {key: value for key in KEYS if (value := " ".join(found.get(key, "").split()))}


def _read(tree: Any, url: str | None, found: dict[str, str]) -> None:
    from trafilatura import metadata as source

    document = source.examine_meta(tree)
    if document.author and " " not in document.author:
        document.author = None
    with suppress(Exception):
        document = source.extract_meta_json(tree, document)
    title = document.title or source.extract_title(tree)
    author = document.author or source.extract_author(tree)
    site = document.sitename or source.extract_sitename(tree)
    for key, value in (("title", title), ("author", author), ("sitename", site), ("description", document.description)):
        if value:
            found[key] = str(value)
    with suppress(Exception):
        from htmldate import find_date

        date = find_date(tree, url=document.url or url, extensive_search=False)
        if date:
            found["date"] = str(date)
