"""A mapper for Data-Juicer: import this module, then the operator `cleankit_mapper` is known."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from cleankit.cleaner import Cleaner
from cleankit.integrations._need import need
from cleankit.integrations.columns import clean_one, notes

_base: Any = need("data_juicer.ops.base_op", "datajuicer")

__all__ = ["COLUMN", "CleankitMapper"]

#: The column with what was done to a text.
COLUMN = "cleankit"


@_base.OPERATORS.register_module("cleankit_mapper")
class CleankitMapper(_base.Mapper):  # type: ignore[misc]  # Data-Juicer has no types
    """Cleans the text of each sample and puts `removals`, `meta`, `flags`, `error` and the fingerprint into a column `cleankit`.

    The column is JSON in a string: the types of columns are guessed from the first samples, which may have no change and no
    error. `options` are those of `Cleaner`; all arguments are plain, so that a recipe in YAML can give them. `url_key` names
    the column with the address; other arguments are Data-Juicer's.
    """

    _batched_op = True

    def __init__(
        self, preset: str = "article", options: Mapping[str, Any] | None = None, changes: bool = False, url_key: str = "url", *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.cleaner = Cleaner(preset, **(options or {}))
        self.changes, self.url_key = changes, url_key

    def process_batched(self, samples: Any) -> Any:
        """Clean the samples of a batch, a list a column."""
        texts = samples[self.text_key]
        urls = samples[self.url_key] if self.url_key in samples else [None] * len(texts)  # some batches have no `get`
        outcomes = [clean_one(self.cleaner, text, url=url) for text, url in zip(texts, urls, strict=True)]
        samples[self.text_key] = [outcome.text for outcome in outcomes]
        samples[COLUMN] = [json.dumps(notes(outcome, self.changes, self.cleaner)) for outcome in outcomes]
        return samples
