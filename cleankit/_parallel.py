"""Cleaning in several processes, in order and in bounded memory."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cleankit.cleaner import Cleaner, Input
    from cleankit.result import Result

__all__ = ["clean_parallel"]

#: Texts that go to a worker at a time: enough to outweigh the hand-over, few enough to stay small.
BATCH = 64
_cleaner: Cleaner | None = None


def _start(cleaner: Cleaner) -> None:
    global _cleaner
    _cleaner = cleaner
    _ = cleaner.engine  # compile before the first batch


def _work(batch: list[str | Input], explain: bool) -> list[Result]:
    assert _cleaner is not None
    return list(_cleaner.clean_many(batch, explain=explain))


def clean_parallel(cleaner: Cleaner, items: Iterable[str | Input], workers: int, explain: bool) -> Iterator[Result]:
    """Results in the order of the items. At most three batches a worker are in flight."""
    source = iter(items)
    with ProcessPoolExecutor(workers, initializer=_start, initargs=(cleaner,)) as pool:
        waiting: deque[Future[list[Result]]] = deque()
        try:
            while True:
                while len(waiting) < 3 * workers:
                    batch = list(islice(source, BATCH))
                    if not batch:
                        break
                    waiting.append(pool.submit(_work, batch, explain))
                if not waiting:
                    return
                yield from waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
