"""An item pipeline for Scrapy: `ITEM_PIPELINES = {"cleankit.integrations.scrapy.CleanPipeline": 300}`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cleankit.cleaner import Cleaner
from cleankit.integrations._need import need
from cleankit.integrations.columns import OnError, check_on_error, clean_one, notes

_exceptions = need("scrapy.exceptions", "scrapy")
_itemadapter = need("itemadapter", "scrapy")

__all__ = ["CleanPipeline"]


class CleanPipeline:
    """Cleans one field of each item. Settings, with what they are if they are not set:

    `CLEANKIT_PRESET` "article", `CLEANKIT_OPTIONS` {}, `CLEANKIT_FIELD` "text", `CLEANKIT_URL_FIELD` "url", `CLEANKIT_HTML`
    False (the field holds a page), `CLEANKIT_NOTES` "" (the field that the notes go to), `CLEANKIT_ON_ERROR` "keep"; where it is "drop"
    or "fail", an item with an error is dropped. The crawler's statistics count items and changes below `cleankit/`.
    """

    def __init__(
        self,
        cleaner: Cleaner,
        *,
        field: str = "text",
        url_field: str = "url",
        html: bool = False,
        notes_field: str = "",
        on_error: OnError = "keep",
        stats: Any = None,
    ) -> None:
        check_on_error(on_error)
        self.cleaner, self.field, self.url_field, self.html = cleaner, field, url_field, html
        self.notes_field, self.on_error, self.stats = notes_field, on_error, stats

    @classmethod
    def from_crawler(cls, crawler: Any) -> CleanPipeline:
        """Made by Scrapy."""
        get = crawler.settings.get
        options: Mapping[str, Any] = get("CLEANKIT_OPTIONS") or {}
        return cls(
            Cleaner(get("CLEANKIT_PRESET", "article"), **options),
            field=get("CLEANKIT_FIELD", "text"),
            url_field=get("CLEANKIT_URL_FIELD", "url"),
            html=crawler.settings.getbool("CLEANKIT_HTML", False),
            notes_field=get("CLEANKIT_NOTES", ""),
            on_error=get("CLEANKIT_ON_ERROR", "keep"),
            stats=crawler.stats,
        )

    def process_item(self, item: Any, spider: Any = None) -> Any:
        """Clean an item in place. Raises DropItem."""
        row = _itemadapter.ItemAdapter(item)
        outcome = clean_one(self.cleaner, row.get(self.field), url=row.get(self.url_field), html=self.html)
        self._count("items")
        if outcome.error is not None:
            self._count("errors")
            if self.on_error != "keep":
                raise _exceptions.DropItem(f"cleankit: {outcome.error}")
        for change in outcome.result.changes if outcome.result else ():
            self._count(f"removed/{change.rule}")
        if outcome.result is not None:
            row[self.field] = outcome.text
        if self.notes_field:
            row[self.notes_field] = notes(outcome, False, self.cleaner)
        return item

    def _count(self, name: str) -> None:
        if self.stats is not None:
            self.stats.inc_value(f"cleankit/{name}")
