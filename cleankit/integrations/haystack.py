"""A component for Haystack pipelines. Connect it before the splitter."""

# no `from __future__ import annotations`: Haystack reads the types of `run`

from dataclasses import replace
from typing import Any

from cleankit.cleaner import Cleaner
from cleankit.errors import InputError
from cleankit.integrations._need import need
from cleankit.integrations.columns import address_of, check_on_error, clean_one, notes

_haystack = need("haystack", "haystack")
_Document: Any = _haystack.Document

__all__ = ["CleanDocuments"]


@_haystack.component
class CleanDocuments:
    """Cleans documents and notes under `meta["cleankit"]` what was changed.

    All arguments are plain, so that a pipeline goes to YAML and back (newer versions of Haystack load only what is allowed:
    `Pipeline.loads(text, allowed_modules=["cleankit.integrations.haystack"])`). A document keeps its id, so that a store replaces
    the one it has; `new_ids=True` makes ids of the clean content, as Haystack does for new documents.
    """

    def __init__(
        self,
        preset: str = "article",
        select: list[str] | None = None,
        ignore: list[str] | None = None,
        lang: str | None = None,
        options: dict[str, Any] | None = None,
        changes: bool = False,
        on_error: str = "keep",
        new_ids: bool = False,
    ) -> None:
        check_on_error(on_error)
        self.preset, self.select, self.ignore, self.lang, self.options = preset, select, ignore, lang, options
        self.changes, self.on_error, self.new_ids = changes, on_error, new_ids
        self._cleaner = Cleaner(preset, select=select or (), ignore=ignore or (), lang=lang, **(options or {}))

    @_haystack.component.output_types(documents=list[_Document])  # type: ignore[untyped-decorator]  # imported when there
    def run(self, documents: list[_Document]) -> dict[str, Any]:
        """New documents; the given ones stay as they are."""
        out = []
        for doc in documents:
            if doc.content is None:  # a table or an image
                out.append(doc)
                continue
            outcome = clean_one(self._cleaner, doc.content, url=address_of(doc.meta))
            if outcome.error is not None and self.on_error != "keep":
                if self.on_error == "fail":
                    raise InputError(f"document {doc.id}: {outcome.error}")
                continue
            meta = {**doc.meta, "cleankit": notes(outcome, self.changes, self._cleaner)}
            fresh = {"id": ""} if self.new_ids else {}
            out.append(replace(doc, content=outcome.text, meta=meta, **fresh))
        return {"documents": out}
