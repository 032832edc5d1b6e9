"""Texts to measure on. A text is dealt once: no round, and no other experiment of the same run, sees it again."""

from __future__ import annotations

import gzip
import html
import json
import lzma
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from random import Random
from typing import IO, Any, Generic, NamedTuple, TypeVar

SAMPLES = Path(__file__).resolve().parents[2] / "corpus_samples"
#: Rows kept of a file of texts and of a file of HTML pages, sampled over the whole file.
MOST_TEXTS, MOST_PAGES = 6_000, 600
T = TypeVar("T")


class Page(NamedTuple):
    """An HTML page."""

    html: str
    url: str | None


class Deck(Generic[T]):
    """Items that are dealt once each."""

    def __init__(self, items: Iterable[T], size: Callable[[T], int], name: str) -> None:
        self._items, self._size, self._name = iter(items), size, name

    def deal(self, volume: int) -> list[T]:
        """The next items, together at least `volume` bytes."""
        dealt: list[T] = []
        total = 0
        for item in self._items:
            dealt.append(item)
            total += self._size(item)
            if total >= volume:
                return dealt
        raise SystemExit(f"too few {self._name}: another {volume - total:,} bytes are needed; give more of them, or --quick")


@dataclass(frozen=True)
class Source:
    """Where texts come from: `articles` as an extractor leaves them, `pages` of all the text of a page, `html`."""

    name: str
    articles: Deck[str]
    pages: Deck[str]
    html: Deck[Page]
    lines: tuple[str, ...]  # of other articles than those that are dealt; the synthetic rules are made from them


def size(text: str) -> int:
    """Bytes of a text as UTF-8."""
    return len(text.encode("utf-8", "surrogatepass"))


def _source(name: str, articles: Iterable[str], pages: Iterable[str], pages_html: Iterable[Page], lines: Iterable[str]) -> Source:
    return Source(
        name, Deck(articles, size, "articles"), Deck(pages, size, "pages"), Deck(pages_html, lambda p: size(p.html), "HTML pages"),
        tuple(dict.fromkeys(line.strip() for line in lines if line.strip())),
    )  # fmt: skip


# ---------------------------------------------------------------- a folder of JSON lines


def from_folder(folder: Path) -> Source:
    """Rows of `*.jsonl`, plain or compressed (xz, gz): `html` is a page; `text` an article, or a page's text in files named `page*`.

    Of rows with the same `id` the first counts: the same page twice would be a text seen before.
    """
    articles: list[str] = []
    pages: list[str] = []
    pages_html: list[Page] = []
    for file in sorted(folder.glob("*.jsonl*")):
        rows = _sample(file)
        texts = [row["text"] for row in rows if row.get("text")]
        (pages if file.name.startswith("page") else articles).extend(texts)
        pages_html += [Page(row["html"], row.get("url")) for row in rows if row.get("html")]
    for what, found in (("articles", articles), ("pages", pages), ("HTML pages", pages_html)):
        if not found:
            raise SystemExit(f"{folder} has no {what}: see `python bench/speed.py --help` for what it should hold")
    cut = len(articles) // 10
    return _source(
        f"{len(articles) - cut:,} articles, {len(pages):,} texts of pages and {len(pages_html):,} HTML pages of a folder of real pages",
        articles[cut:], pages, pages_html, chain.from_iterable(a.split("\n") for a in articles[:cut]),
    )  # fmt: skip


def _sample(file: Path) -> list[dict[str, Any]]:
    """Rows from everywhere in a file, in random order, the same on every run."""
    rng = Random(0)
    kept: list[dict[str, Any]] = []
    seen: set[str] = set()
    with _open(file) as lines:
        for number, line in enumerate(lines):
            row = json.loads(line)
            key = str(row.get("id", number))
            if key in seen:
                continue
            seen.add(key)
            most = MOST_PAGES if "html" in row else MOST_TEXTS
            if len(kept) < most:
                kept.append(row)
            elif (at := rng.randrange(len(seen))) < most:
                kept[at] = row
    rng.shuffle(kept)
    return kept


def _open(file: Path) -> IO[str]:
    if file.suffix == ".xz":
        return lzma.open(file, "rt", encoding="utf-8")
    if file.suffix == ".gz":
        return gzip.open(file, "rt", encoding="utf-8")
    return file.open(encoding="utf-8")


# ---------------------------------------------------------------- what everybody has: the corpus samples, varied


def from_samples() -> Source:
    """Articles and pages put together from the lines of the corpus samples; in each line some words are others'."""
    prose, debris = _sample_lines()
    words = sorted({w for line in prose for w in line.split() if w.isalpha() and len(w) > 3})

    def articles(seed: int) -> Iterator[str]:
        rng = Random(seed)
        while True:
            yield "\n".join(_mixed(rng, prose, debris, words, paragraphs=rng.randint(4, 40), share=0.15))

    def pages() -> Iterator[str]:
        rng = Random(2)
        while True:
            yield "\n".join(_page_lines(rng, prose, debris, words))

    def pages_html() -> Iterator[Page]:
        rng = Random(3)
        for number in range(1_000_000):
            yield Page(_as_html(rng, _page_lines(rng, prose, debris, words)), f"https://example.org/{number}")

    lines = chain.from_iterable(text.split("\n") for text, _ in zip(articles(4), range(40), strict=False))
    return _source("documents put together from the lines of the corpus samples, with some words exchanged", articles(1), pages(), pages_html(), lines)


def _sample_lines() -> tuple[list[str], list[str]]:
    """Lines of the samples that stay, and lines that go."""
    prose: list[str] = []
    debris: list[str] = []
    for folder in sorted(SAMPLES.iterdir()):
        raw = folder / "raw.txt"
        if not raw.exists() or tomllib.loads((folder / "meta.toml").read_text(encoding="utf-8"))["shape"] != "debris":
            continue
        kept = {line.strip() for line in (folder / "clean.txt").read_text(encoding="utf-8").split("\n")}
        for line in raw.read_text(encoding="utf-8").split("\n"):
            (prose if line.strip() in kept else debris).append(line.strip())
    return [p for p in prose if len(p.split()) >= 8], [d for d in debris if d]


def _varied(rng: Random, line: str, words: list[str]) -> str:
    """A line of which a word in ten is another one: nobody has seen it before."""
    parts = line.split(" ")
    for _ in range(1 + len(parts) // 10):
        at = rng.randrange(len(parts))
        if parts[at].isalpha():
            parts[at] = rng.choice(words)
    return " ".join(parts)


def _mixed(rng: Random, prose: list[str], debris: list[str], words: list[str], paragraphs: int, share: float) -> Iterator[str]:
    for _ in range(paragraphs):
        yield _varied(rng, " ".join(rng.sample(prose, rng.randint(1, 3))), words)
        yield ""
        if rng.random() < share:
            yield rng.choice(debris)


def _page_lines(rng: Random, prose: list[str], debris: list[str], words: list[str]) -> list[str]:
    """Menus, an article, teasers, a footer."""
    def labels(n: int) -> list[str]:
        return [" ".join(rng.choices(words, k=rng.randint(1, 4))).capitalize() for _ in range(n)]

    body = list(_mixed(rng, prose, debris, words, rng.randint(4, 25), 0.3))
    return labels(rng.randint(15, 60)) + body + labels(rng.randint(10, 40)) + rng.sample(debris, min(20, len(debris))) + labels(15)


def _as_html(rng: Random, lines: list[str]) -> str:
    """A page as templates make them: lists of links around paragraphs, with scripts and attributes."""
    def tag(line: str) -> str:
        line = html.escape(line)
        if len(line.split()) >= 8:
            return f'<p class="entry-text">{line}</p>'
        return f'<li class="item item-{rng.randrange(9000)}"><a href="/{rng.randrange(10**6)}/{rng.randrange(10**6)}">{line}</a></li>'

    script = "<script>window.dataLayer=window.dataLayer||[];" + "".join(f"d({rng.randrange(10**9)});" for _ in range(300)) + "</script>"
    middle = [i for i, line in enumerate(lines) if len(line.split()) >= 8]
    first, last = (middle[0], middle[-1] + 1) if middle else (0, len(lines))
    parts = [
        f"<!doctype html><html><head><title>{html.escape(lines[first])}</title>{script}</head><body><header><nav><ul>",
        *map(tag, filter(None, lines[:first])), '</ul></nav></header><main><article class="post"><h1>', html.escape(lines[first][:60]), "</h1>",
        *map(tag, filter(None, lines[first:last])), '</article></main><aside class="sidebar"><ul>', *map(tag, filter(None, lines[last:])),
        "</ul></aside><footer><p>All of it</p></footer>", script, "</body></html>",
    ]  # fmt: skip
    return "\n".join(parts)


# ---------------------------------------------------------------- long documents

SHAPES = {
    "paragraphs": "paragraphs of three to eight sentences",
    "short lines": "lines of about fifty characters, each its own",
    "one line": "a single line",
}


def long_text(shape: str, length: int, seed: int = 0) -> str:
    """A document of `length` ASCII characters in one of the `SHAPES`; no line of it occurs twice."""
    rng = Random(seed)
    words = ["".join(rng.choices("abcdefghijklmnoprstuvw", k=rng.randint(2, 10))) for _ in range(5_000)]
    words += ["the", "of", "and", "to", "a", "in", "was"] * 250

    def sentence() -> str:
        return " ".join(rng.choices(words, k=rng.randint(6, 18))).capitalize() + rng.choice("....?!")

    parts: list[str] = []
    total = 0
    while total < length:
        if shape == "paragraphs":
            part = " ".join(sentence() for _ in range(rng.randint(3, 8))) + "\n\n"
        elif shape == "short lines":
            part = " ".join(rng.choices(words, k=rng.randint(5, 9))).capitalize() + "\n"
        else:
            part = sentence() + " "
        parts.append(part)
        total += len(part)
    return "".join(parts)[:length]
