"""A transformation for LlamaIndex ingestion pipelines. Put it before the splitter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cleankit.cleaner import Cleaner
from cleankit.config import Config
from cleankit.errors import InputError
from cleankit.integrations._need import need
from cleankit.integrations.columns import address_of, check_on_error, clean_one, cleaner_of, notes

_Transform: Any = need("llama_index.core.schema", "llamaindex").TransformComponent

__all__ = ["CleanNodes"]

_NOTE = "cleankit"


class CleanNodes(_Transform):  # type: ignore[misc]  # imported when there
    """Cleans the text of nodes and notes under `metadata["cleankit"]` what was changed.

    The notes are kept from the language model and from the embedding. All fields are plain data: the pipeline's cache
    knows a result again by them, and the fingerprint is one of them.
    """

    config: str
    fingerprint: str
    changes: bool = False
    on_error: str = "keep"
    html: bool = False

    def __init__(self, cleaner: Cleaner | str = "article", **data: Any) -> None:
        if "config" in data:  # from a stored pipeline
            made = Cleaner.from_config(Config.from_json(data["config"]))
            data["fingerprint"] = made.fingerprint
        else:
            made = cleaner_of(cleaner)
            data |= {"config": made.config.to_json(), "fingerprint": made.fingerprint}
        check_on_error(data.get("on_error", "keep"))
        super().__init__(**data)
        object.__setattr__(self, "_cleaner", made)

    @classmethod
    def class_name(cls) -> str:
        return "CleankitNodes"

    def __call__(self, nodes: Sequence[Any], **kwargs: Any) -> list[Any]:
        """New nodes; the given ones stay as they are."""
        cleaner: Cleaner = self._cleaner
        out = []
        for node in nodes:
            outcome = clean_one(cleaner, node.get_content(), url=address_of(node.metadata), html=self.html)
            if outcome.error is not None and self.on_error != "keep":
                if self.on_error == "fail":
                    raise InputError(f"node {node.node_id}: {outcome.error}")
                continue
            copy = node.model_copy(deep=True)
            copy.set_content(outcome.text)
            copy.metadata[_NOTE] = notes(outcome, self.changes, cleaner)
            for hidden in (copy.excluded_embed_metadata_keys, copy.excluded_llm_metadata_keys):
                if _NOTE not in hidden:
                    hidden.append(_NOTE)
            out.append(copy)
        return out
