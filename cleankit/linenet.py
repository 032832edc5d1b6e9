"""A small network over the lines of a document, in plain numpy.

A `LineNet` gives each line a probability. It sees a matrix with a row a line (`cleankit.features`, or that with further
columns) and, where it was trained with them, the hashes of the lines' words. Inside are residual layers of dilated
convolutions over neighbouring lines and a summary of the whole document; all of it is a few dozen products of small
matrices, float32, the same on every run. The weights are one `.npz` beside the code, read when first used;
`bench/linenet_train.py` makes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


class Readable(Protocol):
    """Anything with bytes in it: a `Path`, or what `importlib.resources.files(...) / "x.npz"` gives."""

    def read_bytes(self) -> bytes: ...


#: From so many multiplications on OpenBLAS shares a product of matrices, or one of a matrix and a vector, out among threads (its
#: `interface/gemm.c` and `gemv.c`), which for matrices as small as these costs a multiple of what it gains.
_ONE_THREAD, _ONE_THREAD_VECTOR = 1 << 18, 4 * 2304


def product(x: Floats, w: Floats) -> Floats:
    """`x @ w` in one thread, a few rows at a time where there are many."""
    rows = max(1, ((_ONE_THREAD if w.ndim == 2 else _ONE_THREAD_VECTOR) - 1) // w.size)
    if len(x) <= rows:
        return x @ w
    out = np.empty((len(x), *w.shape[1:]), np.float32)
    for k in range(0, len(x), rows):
        np.matmul(x[k : k + rows], w, out=out[k : k + rows])
    return out


@dataclass(frozen=True)
class Layer:
    """`h + relu(conv(h)) @ mix`, or without `mix`: a convolution over the rows at -dilation, 0 and +dilation."""

    dilation: int
    conv: Floats  # 3H x H
    bias: Floats
    mix: Floats | None  # H x H
    mix_bias: Floats | None

    def __call__(self, h: Floats) -> Floats:
        d, width = self.dilation, h.shape[1]
        inner = product(h, self.conv[width : 2 * width])
        inner += self.bias
        if d < len(h):
            inner[d:] += product(h[:-d], self.conv[:width])
            inner[:-d] += product(h[d:], self.conv[2 * width :])
        np.maximum(inner, 0, out=inner)
        if self.mix is not None and self.mix_bias is not None:
            inner = product(inner, self.mix)
            inner += self.mix_bias
        inner += h
        return inner


@dataclass(frozen=True)
class Summary:
    """What a line is told of its document: the mean and the largest of each channel, and how much of it lies before and after."""

    gate: Floats  # H x G
    gate_bias: Floats
    mix: Floats  # (2H + 2G) x H
    mix_bias: Floats

    def __call__(self, h: Floats) -> Floats:
        width, gates = h.shape[1], self.gate.shape[1]
        g = product(h, self.gate)
        g += self.gate_bias
        np.maximum(g, 0, out=g)
        upto = np.cumsum(g, axis=0, dtype=np.float32)
        # `before` is (upto - g) / whole and `after` (end - upto) / whole; the division is done on the small matrices.
        end = upto[-1].copy()
        whole = (end + np.float32(1))[:, None]
        before, after = self.mix[2 * width : 2 * width + gates] / whole, self.mix[2 * width + gates :] / whole
        mean = h.mean(0)
        same = np.concatenate((mean, h.max(0))) @ self.mix[: 2 * width] + self.mix_bias + end @ after
        out = product(upto, before - after)
        out -= product(g, before)
        out += same
        np.maximum(out, 0, out=out)
        out += h
        return out


@dataclass(frozen=True)
class LineNet:
    """The weights of a network. `columns` names what it expects to see, in that order."""

    columns: tuple[str, ...]
    mean: Floats
    scale: Floats
    enter: Floats  # F x H
    enter_bias: Floats
    layers: tuple[Layer | Summary, ...]
    leave: Floats  # H x H
    leave_bias: Floats
    score: Floats  # H
    score_bias: float
    words: (
        Floats | None
    )  # (B + 1) x H: what is known about a word by its hash, and a row of zeros; None where the net does not look at words
    #: How far each column, and each number of the words' vectors, moves the log-odds, by a straight line through the net's own answers.
    leaning: Floats | None  # F + H
    meta: Mapping[str, Any]

    @classmethod
    def load(cls, resource: Readable) -> LineNet:
        with np.load(BytesIO(resource.read_bytes()), allow_pickle=False) as store:
            return cls.from_arrays({k: store[k] for k in store.files})

    @classmethod
    def from_arrays(cls, a: Mapping[str, NDArray[Any]]) -> LineNet:
        """From the arrays of a weights file; the numbers may be stored in half precision."""

        def get(name: str) -> Floats:
            return np.ascontiguousarray(a[name], dtype=np.float32)

        def maybe(name: str) -> Floats | None:
            return get(name) if name in a else None

        layers: list[Layer | Summary] = []
        for k, dilation in enumerate(a["dilations"].tolist()):
            p = f"layer{k}."
            if dilation:
                layers.append(
                    Layer(dilation, get(p + "conv"), get(p + "bias"), maybe(p + "mix"), maybe(p + "mix_bias"))
                )
            else:
                layers.append(Summary(get(p + "gate"), get(p + "gate_bias"), get(p + "mix"), get(p + "mix_bias")))
        words = None
        if "words" in a:
            words = np.vstack(
                (get("words") * np.float32(a["words_scale"]), np.zeros((1, len(a["enter_bias"])), np.float32))
            )
        meta = {k[5:]: v.tolist() for k, v in a.items() if k.startswith("meta.")}
        return cls(
            tuple(a["columns"].tolist()),
            get("mean"),
            get("scale"),
            get("enter"),
            get("enter_bias"),
            tuple(layers),
            get("leave"),
            get("leave_bias"),
            get("score"),
            float(a["score_bias"]),
            words,
            maybe("leaning"),
            meta,
        )

    def predict(
        self, x: Floats, tokens: NDArray[np.uint32] | None = None, token_line: NDArray[np.int64] | None = None
    ) -> Floats:
        """The probability of each row of `x`. `tokens` and `token_line` as in `features.Lines`: word hashes, and whose they are."""
        n = len(x)
        if x.shape[1:] != (len(self.columns),):
            raise ValueError(
                f"expected {len(self.columns)} columns ({', '.join(self.columns[:3])}, ...), got an array of shape {x.shape}"
            )
        if not n:
            return np.zeros(0, np.float32)
        h: Floats = (x - self.mean) * self.scale
        np.clip(h, -6, 6, out=h)
        h = product(h, self.enter)
        h += self.enter_bias
        if self.words is not None and tokens is not None and token_line is not None:
            h += word_bags(tokens, token_line, n, self.words)
        np.maximum(h, 0, out=h)
        for layer in self.layers:
            h = layer(h)
        h = product(h, self.leave)
        h += self.leave_bias
        np.maximum(h, 0, out=h)
        logit = product(h, self.score)
        logit += np.float32(self.score_bias)
        np.clip(logit, -30, 30, out=logit)
        return np.asarray(1 / (1 + np.exp(-logit)), dtype=np.float32)


HEAD, TAIL = (
    10,
    4,
)  # of a line's words, how many from the front and the back are looked up: debris is short, and time is not


_AT = np.arange(HEAD + TAIL)
_CHUNK = 4096  # lines at once, so that a huge document does not take a huge array


def word_picks(counts: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Which of a line's words are looked up, for lines of so many words: the first `HEAD` and the last `TAIL`. Places, and which hold."""
    counts = counts[:, None]
    places = np.where(_AT < HEAD, _AT, counts - (HEAD + TAIL) + _AT)
    return places, (places < counts) & ((_AT < HEAD) | (places >= HEAD))


def word_bags(tokens: NDArray[np.uint32], token_line: NDArray[np.int64], n: int, table: Floats) -> Floats:
    """The mean of the vectors of each line's words. The last row of `table` is zero and stands for no word."""
    out = np.zeros((n, table.shape[1]), np.float32)
    if not len(tokens):
        return out
    size = len(table) - 1
    index = (tokens & np.uint32(size - 1)).astype(np.int64)
    counts = np.bincount(token_line, minlength=n)
    begins = np.cumsum(counts) - counts
    for k in range(0, n, _CHUNK):
        some = counts[k : k + _CHUNK]
        places, holds = word_picks(some)
        places += begins[k : k + _CHUNK, None]
        rows = np.where(holds, index.take(places, mode="clip"), size)
        sums = table.take(rows, axis=0).sum(axis=1)
        sums /= np.minimum(np.maximum(some, 1), HEAD + TAIL).astype(np.float32)[:, None]
        out[k : k + _CHUNK] = sums
    return out


def best_threshold(p: Floats, words: Floats, beta: float = 1.0) -> float:
    """The threshold that makes the expected F of one document largest, if its probabilities are to be believed.

    `words` are the words of each row; a `beta` above one counts what is lost for more than what is kept too much.
    """
    if not len(p):
        return 0.5
    order = np.argsort(-p, kind="stable")
    ranked = p[order]
    hit, kept = np.cumsum(ranked * words[order]), np.cumsum(words[order])
    b = beta * beta
    return float(ranked[int(np.argmax((1 + b) * hit / np.maximum(kept + b * hit[-1], 1e-9)))])
