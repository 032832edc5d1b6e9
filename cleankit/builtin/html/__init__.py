"""HTML: the built-in extractors. Everything heavy is imported when the first page comes in."""

from __future__ import annotations

from collections.abc import Mapping

from cleankit.document import Extracted
from cleankit.rule import Extractor

__all__ = ["EXTRACTORS"]


def _extractor(name: str, form: str) -> Extractor:
    def extract(html: str | bytes, url: str | None = None) -> Extracted:
        from . import _extract

        found: Extracted = getattr(_extract, name)(html, url, form=form)
        return found

    extract.__name__ = extract.__qualname__ = name if form == "text" else f"{name}_{form}"
    return extract


_NAMES = ("trafilatura", "resiliparse", "readability", "auto")

#: By the name that `clean_html(extractor=…)` knows them by; those that give Markdown have it in their name.
EXTRACTORS: Mapping[str, Extractor] = {
    name if form == "text" else f"{name}-{form}": _extractor(name, form) for name in _NAMES for form in ("text", "markdown")
}
