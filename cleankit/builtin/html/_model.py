"""The block model: which blocks of a page are its main text. Weights are data (`html_blocks.npz`), made by `bench/train_html.py`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Any

import numpy as np

from cleankit.linenet import LineNet

from ._features import COLUMNS, FloatArray, block_features, block_words, name_tokens
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


def model_input(page: Page, title: str, tokens: Sequence[str], kept: str, lexicon: NameLexicon, types: PageTypes) -> FloatArray:
    """A row a block, columns as in ALL_COLUMNS."""
    x = block_features(page, title, kept, lexicon)
    kind = types(page_tokens(page, tokens))
    return np.concatenate([x, np.broadcast_to(kind, (len(x), len(kind)))], axis=1)


def choose(p: FloatArray, words: FloatArray, beta: float) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """The blocks that make the document's expected F largest, if the probabilities are to be believed."""
    if not len(p):
        return np.zeros(0, bool)
    order = np.argsort(-p, kind="stable")
    hit, size = np.cumsum((p * words)[order], dtype=np.float64), np.cumsum(words[order], dtype=np.float64)
    b = beta * beta
    f = (1 + b) * hit / np.maximum(size + b * hit[-1], 1e-9)
    threshold = p[order][int(np.argmax(f))]
    return np.asarray(p >= threshold)


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

    def __call__(self, page: Page, title: str, tokens: Sequence[str], kept: str) -> FloatArray:
        """The probability of each block to be main text."""
        return self.net.predict(model_input(page, title, tokens, kept, self.lexicon, self.types))

    def keep(self, page: Page, tokens: Sequence[str], p: FloatArray) -> list[int]:
        """Indices of the blocks of the main text."""
        article = float(self.types(page_tokens(page, tokens))[0])
        other, for_article = self.betas
        found: list[int] = np.flatnonzero(choose(p, block_words(page.blocks), other + (for_article - other) * article)).tolist()
        return found


@cache
def load() -> BlockModel:
    data = (files("cleankit.builtin.html") / "html_blocks.npz").read_bytes()
    with np.load(BytesIO(data), allow_pickle=False) as store:
        return BlockModel.from_arrays({k: store[k] for k in store.files})
