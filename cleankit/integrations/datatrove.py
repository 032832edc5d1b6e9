"""A step for datatrove pipelines, local, on Slurm or on Ray."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any

from cleankit.cleaner import Cleaner
from cleankit.errors import InputError
from cleankit.integrations._need import need
from cleankit.integrations.columns import OnError, check_on_error, clean_one, cleaner_of, columns, names_for

_Step: Any = need("datatrove.pipeline.base", "datatrove").PipelineStep

__all__ = ["CleanStep"]


class CleanStep(_Step):  # type: ignore[misc]  # datatrove has no types
    """Cleans each document's text and puts `removals`, `meta`, `flags` and `error` into its metadata.

    `html=True` takes the text for a page, as the WARC reader gives it. `on_error="drop"` hands documents with an error to
    `exclusion_writer`; `"fail"` stops the run. The statistics count documents, changes and errors by rule; after a resumed
    run, add up the files below `stats/`, since `stats.json` holds the last run only. datatrove does not notice that a
    configuration changed: put `fingerprint` into the name of the logging folder.
    """

    type = "CLEAN"
    name = "cleankit"

    def __init__(
        self,
        cleaner: Cleaner | str = "article",
        *,
        changes: bool = False,
        on_error: OnError = "keep",
        html: bool = False,
        exclusion_writer: Any = None,
    ) -> None:
        check_on_error(on_error)
        super().__init__()
        self.cleaner = cleaner_of(cleaner)
        self.config = self.cleaner.config.to_json()  # for who reads the logs
        self.changes, self.on_error, self.html, self.exclusion_writer = changes, on_error, html, exclusion_writer

    @property
    def fingerprint(self) -> str:
        """Of the cleaner: equal ones clean alike."""
        return self.cleaner.fingerprint

    def run(self, data: Any, rank: int = 0, world_size: int = 1) -> Iterator[Any]:
        """Clean the documents of one rank."""
        with self.exclusion_writer or nullcontext() as writer:
            for doc in data:
                self.stat_update("total")
                with self.track_time():
                    outcome = clean_one(self.cleaner, doc.text, url=doc.metadata.get("url"), html=self.html)
                for change in outcome.result.changes if outcome.result else ():
                    self.stat_update(f"removed_{change.rule}")
                if outcome.error is not None:
                    self.stat_update("error", f"error_{outcome.error.partition(':')[0]}")
                    if self.on_error == "fail":
                        raise InputError(f"document {doc.id}: {outcome.error}")
                names = names_for(doc.metadata)
                doc.metadata.update({names[key]: value for key, value in columns(outcome, self.changes).items()})
                if outcome.error is not None and self.on_error == "drop":
                    self.stat_update("dropped")
                    if writer:
                        doc.text = doc.text or ""  # writers measure it
                        writer.write(doc, rank)
                    continue
                doc.text = outcome.text
                self.stat_update("forwarded")
                if doc.text is not None:
                    self.update_doc_stats(doc)
                yield doc
