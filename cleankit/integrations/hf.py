"""Hugging Face `datasets`, in memory or streamed."""

from __future__ import annotations

from typing import Any

from cleankit.cleaner import Cleaner
from cleankit.integrations._need import need
from cleankit.integrations.arrow import BatchCleaner
from cleankit.integrations.columns import OnError

_datasets = need("datasets", "hf")

__all__ = ["clean_dataset"]


class _Step:
    """What `map` calls. `datasets` keeps results by a hash of it, so it says all that they depend on, and nothing else."""

    def __init__(self, step: BatchCleaner) -> None:
        self.step, self.fingerprint = step, step.fingerprint

    def __call__(self, table: Any) -> Any:
        return self.step(table)


def clean_dataset(
    ds: Any,
    cleaner: Cleaner | str = "article",
    text: str = "text",
    *,
    id: str | None = None,
    url: str | None = "url",
    changes: bool = False,
    on_error: OnError = "keep",
    html: bool = False,
    batch_size: int = 256,
    **options: Any,
) -> Any:
    """A `Dataset`, `IterableDataset` or a dict of them with clean text and `removals`, `meta`, `flags`, `error`.

    `options` go to `map` (`num_proc=4`). The cache knows a result again by configuration, plugins and version.
    """
    step = BatchCleaner(cleaner, text, id=id, url=url, changes=changes, on_error=on_error, html=html)
    if isinstance(ds, dict):
        return type(ds)({name: _clean(part, step, batch_size, options) for name, part in ds.items()})
    return _clean(ds, step, batch_size, options)


def _clean(ds: Any, step: BatchCleaner, batch_size: int, options: dict[str, Any]) -> Any:
    if ds.features is None:  # a stream that has not been looked at
        ds = ds._resolve_features()
    # told, not guessed: the first batches may have no error at all, and would make its column one of nulls
    features = _datasets.Features.from_arrow_schema(step.output_schema(ds.features.arrow_schema))
    out = ds.with_format("arrow").map(_Step(step), batched=True, batch_size=batch_size, features=features, **options)
    return out.with_format(None)
