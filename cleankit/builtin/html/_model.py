"""The block model: which blocks of a page are its main text. Weights are data (`html_blocks.npz`), made by `bench/train_html.py`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleankit.linenet import LineNet

from ._features import COLUMNS, FloatArray, Place, block_features, block_words, name_tokens, witnessed
from ._page import Page

PAGE_TYPES = ("article", "forum", "service", "documentation", "product", "listing", "collection")
ALL_COLUMNS = (*COLUMNS, *(f"type_{name}" for name in PAGE_TYPES))


@dataclass(frozen=True)
class NameLexicon:
    """What a word in a class name, id or role says about the text below it: a weight a word."""

    weights: Mapping[str, float]
    _known: dict[tuple[str, str], float] = field(default_factory=dict, repr=False, compare=False)

    def __call__(self, tag: str, names: str) -> float:
        key = (tag, names)
        score = self._known.get(key)
        if score is None:
            get = self.weights.get
            score = sum([get(token, 0.0) for token in name_tokens(tag, names)])
            if len(names) <= 200:  # the same class names come again and again; bounds for the others
                if len(self._known) > 50_000:
                    self._known.clear()
                self._known[key] = score
        return score


@dataclass(frozen=True)
class PageTypes:
    """What kind of page it is, by its address and head: a linear model over tokens."""

    weights: Mapping[str, FloatArray]
    bias: FloatArray

    def __call__(self, tokens: Sequence[str]) -> FloatArray:
        z = self.bias.astype(np.float64)
        for token in tokens:
            found = self.weights.get(token)
            if found is not None:
                z = z + found
        z = np.exp(z - z.max())
        return np.asarray(z / z.sum(), np.float32)


def page_tokens(page: Page, tokens: Sequence[str]) -> list[str]:
    """Tokens of the head, and the names of the outermost elements."""
    return sorted({*tokens, *("b:" + t for box in page.containers[:3] for t in name_tokens(box.tag, box.names))})


@dataclass(frozen=True)
class Seen:
    """A page as the model sees it: a row a block, columns as in ALL_COLUMNS, and the hashes of its words."""

    page: Page
    place: Place
    rows: FloatArray  # without the page types
    kind: FloatArray  # the chance of each page type
    tokens: NDArray[np.uint32]
    token_block: NDArray[np.int64]
    words: FloatArray

    def input(self, kept: str = "") -> FloatArray:
        """The matrix, with what an extractor kept for evidence where that is known."""
        rows = witnessed(self.rows, self.page, self.place, kept) if kept else self.rows
        return np.concatenate([rows, np.broadcast_to(self.kind, (len(rows), len(self.kind)))], axis=1)


def look(page: Page, title: str, tokens: Sequence[str], lexicon: Callable[[str, str], float], types: PageTypes) -> Seen:
    """All that is known of a page before any extractor was asked."""
    place = Place.of(page)
    rows, lines = block_features(page, place, title, lexicon)
    kind = types(page_tokens(page, tokens))
    return Seen(page, place, rows, kind, lines.tokens, lines.rows[lines.token_line], block_words(page.blocks))


def choose(p: FloatArray, words: FloatArray, beta: float) -> tuple[NDArray[np.bool_], float]:
    """The blocks that make the document's expected F largest, and that F, if the probabilities are to be believed."""
    if not len(p):
        return np.zeros(0, bool), 0.0
    order = np.argsort(-p, kind="stable")
    hit, size = np.cumsum((p * words)[order], dtype=np.float64), np.cumsum(words[order], dtype=np.float64)
    b = beta * beta
    f = (1 + b) * hit / np.maximum(size + b * hit[-1], 1e-9)
    best = int(np.argmax(f))
    return np.asarray(p >= p[order][best]), float(f[best])


@dataclass(frozen=True)
class BlockModel:
    net: LineNet
    lexicon: NameLexicon
    types: PageTypes
    betas: tuple[float, float] = (1.0, 1.0)  # how much recall counts, on other pages and on articles

    @classmethod
    def from_arrays(cls, a: Mapping[str, np.ndarray[Any, Any]]) -> BlockModel:
        lexicon = dict(zip(str(a["lexicon.tokens"]).split("\n"), a["lexicon.weights"].astype(float).tolist(), strict=True))
        tokens = str(a["types.tokens"]).split("\n")
        types = PageTypes(dict(zip(tokens, a["types.weights"].astype(np.float32), strict=True)), a["types.bias"].astype(np.float32))
        other, article = a["beta"].tolist()
        return cls(LineNet.from_arrays(a), NameLexicon(lexicon), types, (other, article))

    def look(self, page: Page, title: str, tokens: Sequence[str]) -> Seen:
        return look(page, title, tokens, self.lexicon, self.types)

    def __call__(self, seen: Seen, kept: str = "") -> FloatArray:
        """The probability of each block to be main text."""
        return self.net.predict(seen.input(kept), seen.tokens, seen.token_block)

    def keep(self, seen: Seen, p: FloatArray) -> tuple[list[int], float]:
        """Indices of the blocks of the main text, and how good that choice is expected to be (F)."""
        other, for_article = self.betas
        kept, expected = choose(p, seen.words, other + (for_article - other) * float(seen.kind[0]))
        return np.flatnonzero(kept).tolist(), expected


@cache
def load() -> BlockModel:
    data = (files("cleankit.builtin.html") / "html_blocks.npz").read_bytes()
    with np.load(BytesIO(data), allow_pickle=False) as store:
        return BlockModel.from_arrays({k: store[k] for k in store.files})
