"""Ray Data sets, cleaned by a pool of actors."""

from __future__ import annotations

from typing import Any

from cleankit.cleaner import Cleaner
from cleankit.integrations._need import need
from cleankit.integrations.arrow import BatchCleaner
from cleankit.integrations.columns import OnError, cleaner_of

_data = need("ray.data", "ray")

__all__ = ["clean_dataset"]


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
    workers: int | tuple[int, int] = (1, 8),
    batch_size: int = 256,
    **options: Any,
) -> Any:
    """A data set with clean text and the columns `removals`, `meta`, `flags`, `error`.

    `workers` is the number of actors, or the least and the most; `options` go to `map_batches` (`num_cpus=0.5`). Ray does
    not keep the order and runs batches again: carry an id, and count from the columns.
    """
    least, most = (workers, workers) if isinstance(workers, int) else workers
    return ds.map_batches(
        BatchCleaner,
        fn_constructor_args=(cleaner_of(cleaner), text),
        fn_constructor_kwargs={"id": id, "url": url, "changes": changes, "on_error": on_error, "html": html},
        batch_format="pyarrow",
        batch_size=batch_size,
        compute=_data.ActorPoolStrategy(min_size=least, max_size=most),
        **options,
    )
