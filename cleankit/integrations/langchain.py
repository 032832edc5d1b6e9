"""A document transformer for LangChain. Use it before the splitter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cleankit.cleaner import Cleaner
from cleankit.errors import InputError
from cleankit.integrations._need import need
from cleankit.integrations.columns import OnError, address_of, check_on_error, clean_one, cleaner_of, notes

_Transformer: Any = need("langchain_core.documents", "langchain").BaseDocumentTransformer

__all__ = ["CleanDocuments"]


class CleanDocuments(_Transformer):  # type: ignore[misc]  # imported when there
    """Cleans documents and notes under `metadata["cleankit"]` what was changed.

    A splitter with `add_start_index=True` after it: `offsets_of(metadata["cleankit"]["removals"]).to_source(start_index)`
    is the place in the text as it came. A store whose metadata has to be flat wants `note=None`.
    """

    def __init__(
        self,
        cleaner: Cleaner | str = "article",
        *,
        changes: bool = False,
        on_error: OnError = "keep",
        html: bool = False,
        note: str | None = "cleankit",
    ) -> None:
        check_on_error(on_error)
        self.cleaner = cleaner_of(cleaner)
        self.changes, self.on_error, self.html, self.note = changes, on_error, html, note

    def transform_documents(self, documents: Sequence[Any], **kwargs: Any) -> list[Any]:
        """New documents; the given ones stay as they are."""
        out = []
        for n, doc in enumerate(documents):
            outcome = clean_one(self.cleaner, doc.page_content, url=address_of(doc.metadata), html=self.html)
            if outcome.error is not None and self.on_error != "keep":
                if self.on_error == "fail":
                    raise InputError(f"document {doc.id or n}: {outcome.error}")
                continue
            noted = {self.note: notes(outcome, self.changes, self.cleaner)} if self.note else {}
            out.append(doc.model_copy(update={"page_content": outcome.text, "metadata": {**doc.metadata, **noted}}))
        return out

    async def atransform_documents(self, documents: Sequence[Any], **kwargs: Any) -> list[Any]:
        """The same in a thread."""
        from asyncio import to_thread

        return await to_thread(self.transform_documents, documents, **kwargs)
