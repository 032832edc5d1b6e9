"""Spark data frames, cleaned by `mapInArrow`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from cleankit.cleaner import Cleaner
from cleankit.integrations._need import need
from cleankit.integrations.arrow import BatchCleaner
from cleankit.integrations.columns import OnError

_types = need("pyspark.sql.pandas.types", "spark")

__all__ = ["clean_batches", "clean_dataframe", "output_type"]


def clean_batches(step: BatchCleaner) -> Callable[[Iterator[Any]], Iterator[Any]]:
    """The function for `DataFrame.mapInArrow`. The rules are compiled in the worker, once a process."""

    def part(batches: Iterator[Any]) -> Iterator[Any]:
        for batch in batches:
            yield step(batch)

    return part


def output_type(df: Any, step: BatchCleaner) -> Any:
    """The schema that `mapInArrow` has to be told."""
    return _types.from_arrow_schema(step.output_schema(_types.to_arrow_schema(df.schema)))


def clean_dataframe(
    df: Any,
    cleaner: Cleaner | str = "article",
    text: str = "text",
    *,
    id: str | None = None,
    url: str | None = "url",
    changes: bool = False,
    on_error: OnError = "keep",
    html: bool = False,
) -> Any:
    """A data frame with clean text and the columns `removals`, `meta`, `flags`, `error`.

    Count from the written columns, not with accumulators: Spark runs tasks again. Web texts are long: set
    `spark.sql.execution.arrow.maxRecordsPerBatch` to some hundreds.
    """
    step = BatchCleaner(cleaner, text, id=id, url=url, changes=changes, on_error=on_error, html=html)
    return df.mapInArrow(clean_batches(step), output_type(df, step))
