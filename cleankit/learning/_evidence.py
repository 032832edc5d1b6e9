"""The second pass: what speaks for a repeated line being furniture, gathered as sums."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Literal

from cleankit.learning._count import Counts, Page, ReadLine, host_of, line_number, needed, read_lines

__all__ = ["Evidence", "LineEvidence", "Place", "gather", "place_of"]

Place = Literal["head", "tail", "edge", "any", "prose", ""]

#: Neighbours are counted in so many slots by their hash, and in one each for what has no name.
_SLOTS = 16
_PROSE, _OTHER, _BORDER = range(_SLOTS, _SLOTS + 3)
_NOBODY = (0,) * (_SLOTS + 3)
#: Paragraphs of a site that are kept to make examples and keeps of.
PARAGRAPHS = 8
#: Prose is learned only from so many pages, and so large a share of them.
PROSE_PAGES, PROSE_SHARE = 5, 0.3


@dataclass(frozen=True, slots=True)
class LineEvidence:
    """What was seen of one line of a site. `low` and `high` are the first and last of its spellings in the alphabet.

    `before` and `after` count its neighbours by slots: hashed repeated lines, then prose, lines of their own, page's end.
    `texts` has a bit for each text that it was seen in, by the text's longest paragraph, so that copies count once.
    """

    pages: int = 0
    times: int = 0
    head: int = 0
    tail: int = 0
    prose: int = 0
    low: str = ""
    high: str = ""
    before: tuple[int, ...] = _NOBODY
    after: tuple[int, ...] = _NOBODY
    texts: int = 0

    def merge(self, other: LineEvidence) -> LineEvidence:
        """The evidence of both."""
        return LineEvidence(
            self.pages + other.pages, self.times + other.times, self.head + other.head, self.tail + other.tail,
            self.prose + other.prose, min(self.low, other.low), max(self.high, other.high),
            tuple(a + b for a, b in zip(self.before, other.before, strict=True)),
            tuple(a + b for a, b in zip(self.after, other.after, strict=True)), self.texts | other.texts,
        )  # fmt: skip

    @property
    def varies(self) -> bool:
        """Whether its numbers change from page to page: then it may be a fact of the page."""
        return _digits(self.low) != _digits(self.high)


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isdigit())


@dataclass(frozen=True)
class Evidence:
    """What was seen of all repeated lines, by site and folded line. `prose` are paragraphs of each site, chosen by hash."""

    share: float = 0.1
    pages: Mapping[str, int] = field(default_factory=dict)
    lines: Mapping[tuple[str, str], LineEvidence] = field(default_factory=dict)
    prose: Mapping[str, tuple[tuple[int, str], ...]] = field(default_factory=dict)

    def merge(self, other: Evidence) -> Evidence:
        """The evidence of both shards. Exact where both were gathered with the counts of all shards; else a line that was
        rare in one of them counts only in the other, so that figures are never too high."""
        pages = dict(self.pages)
        for site, n in other.pages.items():
            pages[site] = pages.get(site, 0) + n
        lines = dict(self.lines)
        for key, seen in other.lines.items():
            lines[key] = lines[key].merge(seen) if key in lines else seen
        sites = self.prose.keys() | other.prose.keys()
        prose = {site: _lowest((*self.prose.get(site, ()), *other.prose.get(site, ()))) for site in sites}
        return replace(self, share=max(self.share, other.share), pages=pages, lines=lines, prose=prose)


def _lowest(paragraphs: Iterable[tuple[int, str]]) -> tuple[tuple[int, str], ...]:
    return tuple(sorted(set(paragraphs))[:PARAGRAPHS])


def gather(pages: Iterable[Page], counts: Counts, *, share: float = 0.1) -> Evidence:
    """Look again at the pages that were counted, and gather what speaks for or against the lines that are repeated."""
    seen: dict[str, int] = {}
    lines: dict[tuple[str, str], _Seen] = {}
    prose: dict[str, tuple[tuple[int, str], ...]] = {}
    for page in pages:
        read = read_lines(page.text)
        if read is None:
            continue
        site = host_of(page.url)
        seen[site] = seen.get(site, 0) + 1
        least = needed(counts.pages.get(site, 0), share)
        repeated = {key for key in {line.key for line in read if line.key} if counts.at_most(site, key) >= least}
        own = [i for i, line in enumerate(read) if line.prose and line.key not in repeated]
        if own:
            prose[site] = _lowest((*prose.get(site, ()), *_paragraphs(site, [read[i] for i in own])))
        if repeated:
            longest = max((read[i].facts.bare for i in own), key=lambda t: (len(t), t), default="\n".join(line.facts.bare for line in read))
            _look(site, read, repeated, own, line_number("", longest) % 64, lines)
    return Evidence(share, seen, {key: s.frozen() for key, s in lines.items()}, prose)


def _paragraphs(site: str, lines: Iterable[ReadLine]) -> Iterable[tuple[int, str]]:
    """Sentences that can stand in a rule file: of their own, not long, on one line."""
    for line in lines:
        text = line.facts.bare
        if 9 <= line.facts.words <= 40 and line.facts.terminal and not line.facts.mark and text.isprintable():
            yield line_number(site, text), text


class _Seen:
    """The evidence of a line, in the making."""

    __slots__ = tuple(f.name for f in fields(LineEvidence))

    def __init__(self, text: str) -> None:
        self.pages = self.times = self.head = self.tail = self.prose = self.texts = 0
        self.low = self.high = text
        self.before, self.after = list(_NOBODY), list(_NOBODY)

    def frozen(self) -> LineEvidence:
        return LineEvidence(
            self.pages, self.times, self.head, self.tail, self.prose, self.low, self.high, tuple(self.before), tuple(self.after), self.texts
        )


def _look(
    site: str, read: Sequence[ReadLine], repeated: set[str], own: Sequence[int], text: int, lines: dict[tuple[str, str], _Seen]
) -> None:
    """Add what one page shows."""
    first, last = (own[0], own[-1]) if own else (0, -1)  # without a body nothing stands before or after it
    slots = [_PROSE if line.prose and line.key not in repeated else _slot(line.key) if line.key in repeated else _OTHER for line in read]
    here: set[str] = set()
    for i, line in enumerate(read):
        if line.key not in repeated:
            continue
        seen = lines.get((site, line.key))
        if seen is None:
            seen = lines[site, line.key] = _Seen(line.facts.bare)
        seen.times += 1
        seen.pages += line.key not in here
        here.add(line.key)
        seen.head += bool(own) and i < first
        seen.tail += bool(own) and i > last
        seen.prose += line.prose
        seen.texts |= 1 << text
        seen.low, seen.high = min(seen.low, line.facts.bare), max(seen.high, line.facts.bare)
        seen.before[slots[i - 1] if i else _BORDER] += 1
        seen.after[slots[i + 1] if i + 1 < len(read) else _BORDER] += 1


def _slot(key: str) -> int:
    return line_number("", key) % _SLOTS


def place_of(seen: LineEvidence, pages: int, share: float) -> Place:
    """Where on a page the line is furniture; `""` where it may be content that repeats.

    Furniture stands outside the body, and keeps its place in the order of things: the same line before or after it, the
    page's end, the body's edge. What stands in the body beside prose or between changing lines (sub-headings, ingredients) is
    content, unless it comes several times a page on many pages.
    """
    part = seen.pages / pages if pages else 0.0
    if seen.pages < needed(pages, share) or seen.texts.bit_count() < 3:
        return ""
    if seen.prose:
        outside = seen.head + seen.tail >= 0.9 * seen.times
        enough = seen.pages >= PROSE_PAGES and part >= PROSE_SHARE and seen.texts.bit_count() >= PROSE_PAGES
        return "prose" if enough and outside and not seen.varies else ""
    named = max(*seen.before[:_SLOTS], *seen.after[:_SLOTS], seen.after[_BORDER]) / seen.times
    by_prose = max(seen.before[_PROSE], seen.after[_PROSE]) / seen.times
    if seen.head + seen.tail >= 0.95 * seen.times:
        steady = named >= (0.8 if seen.varies else 0.5)
        at_body = by_prose >= 0.5 and part >= (0.5 if seen.after[_OTHER] >= 0.5 * seen.times else PROSE_SHARE) and not seen.varies
        if not (steady or at_body):
            return ""
        return "head" if not seen.tail else "tail" if not seen.head else "edge"
    often = seen.times >= 1.5 * seen.pages and part >= PROSE_SHARE and not seen.varies
    inside_a_run = named >= 0.8 and seen.before[_PROSE] + seen.after[_PROSE] <= 0.2 * seen.times
    return "any" if inside_a_run or often else ""
