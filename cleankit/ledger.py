"""The ledger: which stretch of the source became what, by whom. Passes add to it by composition."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from cleankit.spans import apply

__all__ = ["Entry", "Owner", "compose"]


class Owner(NamedTuple):
    """Who answers for an edit. Compared as a tuple, the least owns what overlaps: strips before repairs before layout,
    then the higher confidence, then the smaller id."""

    rank: int
    doubt: float  # 1 - confidence
    rule: str
    reason: str


class Entry(NamedTuple):
    """Characters `start` to `end` of the source became `after`."""

    start: int
    end: int
    after: str
    owner: Owner
    also: tuple[str, ...] = ()

    @property
    def edit(self) -> tuple[int, int, str]:
        """The entry without its owner."""
        return self.start, self.end, self.after


def compose(ledger: Sequence[Entry], batch: Sequence[Entry], text: str) -> list[Entry]:
    """The ledger from the source to the text after `batch`.

    `ledger` leads from the source to `text`; `batch` holds sorted, disjoint edits of `text`. Entries that overlap become
    one. Linear in the number of entries.
    """
    if not ledger:
        return list(batch)
    batch = _split(ledger, batch)
    out: list[Entry] = []
    i = j = shift = 0  # shift: place in `text` minus place in the source, behind all entries dealt with
    while i < len(ledger) or j < len(batch):
        old: list[Entry] = []
        new: list[Entry] = []
        before = shift
        if j == len(batch) or (i < len(ledger) and _old_first(ledger[i], batch[j], shift)):
            first = ledger[i]
            low, high = first.start + shift, first.start + shift + len(first.after)
        else:
            low, high = batch[j].start, batch[j].end
            new.append(batch[j])
            j += 1
        while True:
            if i < len(ledger):
                entry = ledger[i]
                start = entry.start + shift
                end = start + len(entry.after)
                if (not old and not new) or (start < high and low < end):
                    old.append(entry)
                    shift += len(entry.after) - (entry.end - entry.start)
                    low, high = min(low, start), max(high, end)
                    i += 1
                    continue
            if j < len(batch) and batch[j].start < high and low < batch[j].end:
                new.append(batch[j])
                low, high = min(low, batch[j].start), max(high, batch[j].end)
                j += 1
                continue
            break
        if not new:
            out.extend(old)
        elif not old:
            edit = new[0]
            out.append(edit._replace(start=edit.start - shift, end=edit.end - shift))
        else:
            after = apply(text[low:high], [(e.start - low, e.end - low, e.after) for e in new])
            owner = min(e.owner for e in (*old, *new))
            names = {e.owner.rule for e in (*old, *new)}.union(*(e.also for e in (*old, *new))) - {owner.rule}
            out.append(Entry(low - before, high - shift, after, owner, tuple(sorted(names))))
    return out


def _split(ledger: Sequence[Entry], batch: Sequence[Entry]) -> list[Entry]:
    """The batch with its removals cut where something was removed before, so that every removal keeps its own owner."""
    points: list[int] = []
    shift = 0
    for entry in ledger:
        if not entry.after:
            points.append(entry.start + shift)
        shift += len(entry.after) - (entry.end - entry.start)
    out: list[Entry] = []
    k = 0
    for edit in batch:
        start = edit.start
        while k < len(points) and points[k] <= start:
            k += 1
        while not edit.after and k < len(points) and points[k] < edit.end:
            if points[k] > start:
                out.append(edit._replace(start=start, end=points[k]))
                start = points[k]
            k += 1
        out.append(edit._replace(start=start))
    return out


def _old_first(old: Entry, new: Entry, shift: int) -> bool:
    """Whether the ledger's entry comes first: it starts earlier, or at the same place and nothing is left of it."""
    start = old.start + shift
    return start < new.start or (start == new.start and not (old.after and new.start == new.end))
