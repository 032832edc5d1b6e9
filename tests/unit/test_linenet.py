"""The runtime of the line net: layers against a direct computation, loading, words."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from cleankit.linenet import (
    _ONE_THREAD,
    _ONE_THREAD_VECTOR,
    HEAD,
    TAIL,
    Layer,
    LineNet,
    Summary,
    best_threshold,
    product,
    word_bags,
    word_picks,
)

WIDTH, GATES, COLUMNS = 4, 2, ("a", "b", "c")


def arrays(words: bool = True) -> dict[str, NDArray[Any]]:
    rng = np.random.default_rng(7)

    def some(*shape: int) -> NDArray[np.float16]:
        return (rng.normal(size=shape) * 0.5).astype(np.float16)

    a: dict[str, NDArray[Any]] = {
        "columns": np.array(COLUMNS), "mean": some(3), "scale": np.ones(3, np.float32), "dilations": np.array([1, 0, 2]),
        "enter": some(3, WIDTH), "enter_bias": some(WIDTH), "leave": some(WIDTH, WIDTH), "leave_bias": some(WIDTH), "score": some(WIDTH), "score_bias": np.array(0.1),
        "layer0.conv": some(3 * WIDTH, WIDTH), "layer0.bias": some(WIDTH), "layer0.mix": some(WIDTH, WIDTH), "layer0.mix_bias": some(WIDTH),
        "layer1.gate": some(WIDTH, GATES), "layer1.gate_bias": some(GATES), "layer1.mix": some(2 * WIDTH + 2 * GATES, WIDTH), "layer1.mix_bias": some(WIDTH),
        "layer2.conv": some(3 * WIDTH, WIDTH), "layer2.bias": some(WIDTH), "meta.documents": np.array(12),
    }  # fmt: skip
    return a | (
        {"words": rng.integers(-127, 128, (8, WIDTH)).astype(np.int8), "words_scale": np.array(0.01)} if words else {}
    )


def matrix(n: int) -> NDArray[np.float32]:
    return np.random.default_rng(n).normal(size=(n, 3)).astype(np.float32)


def test_a_convolution_sees_its_neighbours_and_itself() -> None:
    net = LineNet.from_arrays(arrays())
    layer = net.layers[2]
    assert isinstance(layer, Layer) and layer.dilation == 2 and layer.mix is None
    h = np.random.default_rng(0).normal(size=(6, WIDTH)).astype(np.float32)
    zero = np.zeros(WIDTH, np.float32)
    for i in range(6):
        wide = np.concatenate([h[i - 2] if i >= 2 else zero, h[i], h[i + 2] if i + 2 < 6 else zero])
        assert np.allclose(layer(h)[i], h[i] + np.maximum(wide @ layer.conv + layer.bias, 0), atol=1e-5)


def test_a_summary_adds_what_lies_before_and_after() -> None:
    layer = LineNet.from_arrays(arrays()).layers[1]
    assert isinstance(layer, Summary)
    h = np.random.default_rng(1).normal(size=(5, WIDTH)).astype(np.float32)
    g = np.maximum(h @ layer.gate + layer.gate_bias, 0)
    for i in range(5):
        wide = np.concatenate([h.mean(0), h.max(0), g[:i].sum(0) / (g.sum(0) + 1), g[i + 1 :].sum(0) / (g.sum(0) + 1)])
        assert np.allclose(layer(h)[i], h[i] + np.maximum(wide @ layer.mix + layer.mix_bias, 0), atol=1e-5)


@pytest.mark.parametrize("n", [0, 1, 2, 3, 50])
def test_probabilities_of_any_number_of_rows(n: int) -> None:
    p = LineNet.from_arrays(arrays()).predict(matrix(n))
    assert p.shape == (n,) and p.dtype == np.float32 and ((p >= 0) & (p <= 1)).all()


def test_the_same_input_gives_the_same_bytes() -> None:
    net = LineNet.from_arrays(arrays())
    assert net.predict(matrix(40)).tobytes() == net.predict(matrix(40)).tobytes()


def test_load_from_a_file(tmp_path: Path) -> None:
    data = io.BytesIO()
    np.savez(data, **arrays())
    path = tmp_path / "net.npz"
    path.write_bytes(data.getvalue())
    net = LineNet.load(path)
    assert net.columns == COLUMNS and net.meta == {"documents": 12}
    assert np.array_equal(net.predict(matrix(9)), LineNet.from_arrays(arrays()).predict(matrix(9)))


def test_a_wrong_number_of_columns_is_named() -> None:
    with pytest.raises(ValueError, match=r"expected 3 columns \(a, b, c"):
        LineNet.from_arrays(arrays()).predict(np.zeros((2, 5), np.float32))


def test_words_are_looked_up_at_both_ends_of_a_line() -> None:
    long = HEAD + TAIL + 6
    places, holds = word_picks(np.array([long, 0, 2, HEAD + 1]))
    found = [p[h].tolist() for p, h in zip(places, holds, strict=True)]
    assert found == [[*range(HEAD), *range(long - TAIL, long)], [], [0, 1], [*range(HEAD + 1)]]


def test_word_bags_are_means_and_lines_without_words_get_nothing() -> None:
    table = np.vstack((np.arange(16, dtype=np.float32).reshape(8, 2), np.zeros((1, 2), np.float32)))
    out = word_bags(np.array([1, 3, 7 + 8], np.uint32), np.array([0, 0, 2]), 4, table)
    assert out.tolist() == [[4, 5], [0, 0], [14, 15], [0, 0]]
    assert not word_bags(np.zeros(0, np.uint32), np.zeros(0, np.int64), 2, table).any()


def test_a_document_longer_than_a_chunk(monkeypatch: pytest.MonkeyPatch) -> None:
    table = np.vstack((np.arange(8, dtype=np.float32)[:, None], np.zeros((1, 1), np.float32)))
    tokens, lines = np.arange(10, dtype=np.uint32), np.arange(10)
    whole = word_bags(tokens, lines, 10, table)
    monkeypatch.setattr("cleankit.linenet._CHUNK", 3)
    assert np.array_equal(word_bags(tokens, lines, 10, table), whole)


def test_words_change_the_answer_only_where_the_net_knows_words() -> None:
    x, tokens, lines = matrix(3), np.array([1, 2], np.uint32), np.array([0, 2])
    knows, blind = LineNet.from_arrays(arrays()), LineNet.from_arrays(arrays(words=False))
    assert not np.array_equal(knows.predict(x, tokens, lines), knows.predict(x))
    assert np.array_equal(blind.predict(x, tokens, lines), blind.predict(x))


def test_the_threshold_makes_expected_f_largest() -> None:
    p, words = np.array([0.95, 0.9, 0.6, 0.2, 0.05], np.float32), np.array([50, 40, 10, 30, 100], np.float32)

    def expected(t: float, beta: float) -> float:
        keep, total = p >= t, float((p * words).sum())
        return (1 + beta**2) * float((p * words)[keep].sum()) / (float(words[keep].sum()) + beta**2 * total)

    for beta in (1.0, 2.0):
        best = best_threshold(p, words, beta)
        assert all(expected(best, beta) >= expected(float(t), beta) - 1e-6 for t in p)
    assert best_threshold(p, words, 3.0) <= best_threshold(p, words, 1.0)
    assert best_threshold(np.zeros(0, np.float32), np.zeros(0, np.float32)) == 0.5


@pytest.mark.parametrize(("rows", "shape"), [(3, (92, 32)), (1_000, (92, 32)), (1_000, (32,)), (20, (400, 700))])
def test_products_are_made_in_parts_too_small_to_be_shared_among_threads(rows: int, shape: tuple[int, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(1)
    x, w = rng.random((rows, shape[0]), np.float32), rng.random(shape, np.float32)
    parts = []
    whole = np.matmul

    def matmul(a: Any, b: Any, out: Any) -> Any:
        parts.append(len(a) * b.size)
        return whole(a, b, out=out)

    monkeypatch.setattr("cleankit.linenet.np.matmul", matmul)
    assert np.allclose(product(x, w), x @ w, rtol=1e-5)
    limit = _ONE_THREAD if w.ndim == 2 else _ONE_THREAD_VECTOR
    assert rows * w.size < limit or parts
    assert all(part < max(limit, w.size + 1) for part in parts)
