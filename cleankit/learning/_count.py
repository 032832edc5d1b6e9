"""The first pass: on how many pages of its site a line stands.

Exact while the distinct lines are few. Beyond `EXACT` of them the counts go into a table of fixed size (count-min) that
never says too little: with N lines counted in all it says more than e*N/WIDTH too much for one line in fifty at most. So
no repeated line is lost; the second pass counts those that are left exactly. Both forms add up, in any order and grouping.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from math import ceil
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

import numpy as np

from cleankit.document import LineFacts, fold
from cleankit.matchers import line_facts
from cleankit.shape import Shape, shape_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["LEAST_PAGES", "MOST_WORDS", "Counts", "Page", "ReadLine", "count", "host_of", "needed", "read_lines"]

#: Distinct lines that are counted one by one.
EXACT = 500_000
#: Rows and columns of the table that takes over.
DEPTH, WIDTH = 4, 1 << 20
#: A line is furniture from so many pages on.
LEAST_PAGES = 3
#: Longer lines are not learned.
MOST_WORDS = 25
_REMEMBERED = 50_000


class Page(NamedTuple):
    """A text and where it is from; `url` may be a bare host. Texts without one count as pages of one site without a name."""

    text: str
    url: str | None = None


class ReadLine(NamedTuple):
    """A line as learning sees it: its folded text, `""` where it cannot be learned, and whether it looks like prose."""

    key: str
    prose: bool
    facts: LineFacts


@dataclass(frozen=True)
class Counts:
    """Pages by site, and on how many of them each line stands. `lines` is None once `table` has taken over."""

    pages: Mapping[str, int] = field(default_factory=dict)
    lines: Mapping[int, int] | None = field(default_factory=dict)
    table: NDArray[np.uint32] | None = None
    exact: int = EXACT

    def merge(self, other: Counts) -> Counts:
        """The counts of both; the order and the grouping of merges make no difference."""
        sums = _Sums(min(self.exact, other.exact))
        sums.add(self)
        sums.add(other)
        return sums.counts()

    def at_most(self, site: str, key: str) -> int:
        """On how many pages of the site the line stands: exact, or more than that, never less."""
        number = line_number(site, key)
        if self.lines is not None:
            return self.lines.get(number, 0)
        assert self.table is not None
        return int(min(self.table[row, column] for row, column in enumerate(_columns(number))))

    @property
    def entries(self) -> int:
        """Numbers held: what bounds the memory."""
        return len(self.pages) + (len(self.lines) if self.lines is not None else 0) + (self.table.size if self.table is not None else 0)


class _Sums:
    """Counts in the making."""

    def __init__(self, exact: int) -> None:
        self.exact = exact
        self.pages: dict[str, int] = {}
        self.lines: dict[int, int] | None = {}
        self.table: NDArray[np.uint32] | None = None

    def add(self, counts: Counts) -> None:
        for site, n in counts.pages.items():
            self.pages[site] = self.pages.get(site, 0) + n
        if counts.table is not None:
            self._to_table()
            assert self.table is not None
            self.table += counts.table
        for number, n in (counts.lines or {}).items():
            self.put(number, n)

    def put(self, number: int, n: int = 1) -> None:
        if self.lines is not None:
            self.lines[number] = self.lines.get(number, 0) + n
            if len(self.lines) > self.exact:
                self._to_table()
            return
        assert self.table is not None
        for row, column in enumerate(_columns(number)):
            self.table[row, column] += n

    def _to_table(self) -> None:
        if self.lines is None:
            return
        old, self.lines = self.lines, None
        self.table = np.zeros((DEPTH, WIDTH), np.uint32)
        numbers = np.fromiter(old, np.uint64, len(old))
        amounts = np.fromiter(old.values(), np.uint32, len(old))
        for row in range(DEPTH):
            np.add.at(self.table[row], ((numbers >> np.uint64(row * 15)) % np.uint64(_PRIMES[row])).astype(np.int64), amounts)

    def counts(self) -> Counts:
        return Counts(self.pages, self.lines, self.table, self.exact)


#: Columns used of each row: primes, so that the rows' remainders have little to do with each other.
_PRIMES = (1048573, 1048571, 1048559, 1048549)


def _columns(number: int) -> list[int]:
    return [(number >> (row * 15)) % _PRIMES[row] for row in range(DEPTH)]


def line_number(site: str, key: str) -> int:
    """A number of 64 bits for a line of a site, the same in every process."""
    return int.from_bytes(blake2b(f"{site}\0{key}".encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def count(pages: Iterable[Page], *, exact: int = EXACT) -> Counts:
    """Count the lines of pages, each once a page."""
    sums = _Sums(exact)
    for page in pages:
        lines = read_lines(page.text)
        if lines is None:
            continue
        site = host_of(page.url)
        sums.pages[site] = sums.pages.get(site, 0) + 1
        for key in {line.key for line in lines if line.key}:
            sums.put(line_number(site, key))
    return sums.counts()


def needed(pages: int, share: float) -> int:
    """On how many of so many pages a line has to stand."""
    return max(LEAST_PAGES, ceil(share * pages))


def host_of(url: str | None) -> str:
    """The host of a URL, or of a bare host; `""` where there is none."""
    if not url:
        return ""
    try:
        return (urlsplit(url if "//" in url else "//" + url).hostname or "").lower().removeprefix("www.")
    except ValueError:
        return ""


_memory: dict[str, ReadLine] = {}


def read_lines(text: str) -> list[ReadLine] | None:
    """The lines of a page that are not blank; None for program code, which repeats without being furniture."""
    lines = [_read(line) for line in text.splitlines() if line.strip()]
    if lines and shape_of([line.facts for line in lines], [line.prose for line in lines]) is Shape.CODE:
        return None
    return lines or None


def _read(line: str) -> ReadLine:
    known = _memory.get(line)
    if known is None:
        facts = line_facts(line)
        key = fold(facts.bare) if facts.words <= MOST_WORDS else ""
        known = ReadLine(key if _learnable(key, facts) else "", facts.prose, facts)
        if len(line) <= 160:
            if len(_memory) >= _REMEMBERED:
                _memory.clear()
            _memory[line] = known
    return known


def _learnable(key: str, facts: LineFacts) -> bool:
    """Words are needed, not only numbers or signs; and a row of a table is content."""
    return sum(c.isalpha() for c in key) >= 2 and facts.mark != "table" and key.isprintable()
