"""A small network over the lines of a document that may be debris, in plain numpy.

Two layers: the first sees each line by itself (its traits, and a vector for the words of the line and of those above and
below), the second what the first made of it, of the candidates next to it and of all candidates together. The weights are
one `.npz` beside the code, read when first used; `bench/train_unlabelled.py` makes them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleankit.linenet import Floats, Readable, product

__all__ = ["BESIDE", "Floats", "Weigher"]

#: Candidates at most so many lines apart are next to each other.
BESIDE = 2


@dataclass(frozen=True)
class Weigher:
    """The weights. `columns` names the traits that it expects to see, in that order."""

    columns: tuple[str, ...]
    mean: Floats
    scale: Floats
    words: Floats  # a vector for each bucket of words, and zeros for no word
    enter: Floats
    enter_bias: Floats
    mix: Floats
    mix_bias: Floats
    score: Floats
    score_bias: float

    @classmethod
    def load(cls, resource: Readable) -> Weigher:
        """Read a weights file."""
        with np.load(BytesIO(resource.read_bytes()), allow_pickle=False) as store:
            return cls.from_arrays({k: store[k] for k in store.files})

    @classmethod
    def from_arrays(cls, a: Mapping[str, NDArray[Any]]) -> Weigher:
        """From the arrays of a weights file; numbers may be stored in half precision, the words' vectors as bytes with a scale."""
        words = a["words"] * np.float32(a["words_scale"])
        return cls(
            tuple(a["columns"].tolist()), words=np.vstack((words, np.zeros((1, words.shape[1])))).astype(np.float32),
            score_bias=float(a["score_bias"]),
            **{k: np.ascontiguousarray(a[k], np.float32) for k in ("mean", "scale", "enter", "enter_bias", "mix", "mix_bias", "score")},
        )  # fmt: skip

    def debris(self, x: Floats, words: Sequence[Sequence[Sequence[int]]], lines: Sequence[int]) -> Floats:
        """The probability of each row of `x` to be debris.

        `words` are the buckets of the words of each line, of the line above it and of the line below it; `lines` are the lines'
        numbers, in order.
        """
        if x.shape[1:] != (len(self.columns),):
            raise ValueError(f"expected {len(self.columns)} columns ({', '.join(self.columns[:3])}, ...), got an array of shape {x.shape}")
        h = (x - self.mean) * self.scale
        np.clip(h, -6, 6, out=h)
        h = np.concatenate((h, *(self._bag(each) for each in words)), axis=1)
        h = np.maximum(product(h, self.enter) + self.enter_bias, 0)
        near = np.diff(np.asarray(lines)) <= BESIDE
        before, after = np.zeros_like(h), np.zeros_like(h)
        before[1:][near] = h[:-1][near]
        after[:-1][near] = h[1:][near]
        # What is the same for all candidates is multiplied once.
        width = h.shape[1]
        shared = np.concatenate((h.mean(0), h.max(0))) @ self.mix[3 * width :] + self.mix_bias
        h = np.maximum(product(np.concatenate((h, before, after), axis=1), self.mix[: 3 * width]) + shared, 0)
        logit = np.clip(product(h, self.score) + np.float32(self.score_bias), -30, 30)
        return np.asarray(1 / (1 + np.exp(-logit)), np.float32)

    def _bag(self, lines: Sequence[Sequence[int]]) -> Floats:
        """The mean of the vectors of each line's words."""
        nobody = len(self.words) - 1
        longest = max(1, *map(len, lines))
        index = np.array([[*line, *[nobody] * (longest - len(line))] for line in lines])
        count = np.array([[len(line) or 1] for line in lines], np.float32)
        out: Floats = self.words.take(index, axis=0).sum(axis=1) / count
        return out
