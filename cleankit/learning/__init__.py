"""Learning a site's furniture from its own pages: lines repeated from page to page, as ordinary rule files.

Two streaming passes over the documents. The first counts, in bounded memory, on how many pages of a site a line stands;
the second gathers evidence for the lines that stand on enough of them: where on the page, between which neighbours, with
which numbers. Both are sums, so that shards can be counted anywhere and merged in any order.

    counts = count(pages)                                    # pass 1; counts of shards: Counts.merge
    evidence = gather(pages, counts)                         # pass 2; evidence of shards: Evidence.merge
    LearnedRules(evidence).save("my-rules")
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from cleankit.errors import InputError
from cleankit.learning._count import Counts, Page, count
from cleankit.learning._evidence import Evidence, LineEvidence, gather
from cleankit.learning._rules import LearnedRules

__all__ = ["Counts", "Evidence", "LearnedRules", "LineEvidence", "Page", "again", "count", "gather", "learn"]


def learn(pages: Iterable[Page] | Callable[[], Iterable[Page]], *, share: float = 0.1, spares: Callable[[str], bool] | None = None) -> LearnedRules:
    """Learn from pages, which are read twice: a list, something else that starts anew each time, or a function that gives them.

    `share` is the part of a site's pages that a line stands on at least. `spares` tells whether a text comes out of
    cleaning as it was, so that a paragraph in it may stand as a keep. Raises InputError where the pages can be read only once.
    """
    read = again(pages)
    counts = count(read())
    return LearnedRules(gather(read(), counts, share=share), spares)


T = TypeVar("T")


def again(pages: Iterable[T] | Callable[[], Iterable[T]]) -> Callable[[], Iterable[T]]:
    """A function that gives the pages from the start. Raises InputError for an iterator, which is empty the second time."""
    if callable(pages):
        return pages
    if isinstance(pages, Iterator):
        raise InputError("learn() reads its items twice, and an iterator is empty the second time: give a list, or a function that makes the iterator")
    return lambda: pages
