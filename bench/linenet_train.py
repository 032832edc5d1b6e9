"""Train a `cleankit.linenet.LineNet`: labels from gold text, folds over hosts, the fit, the figures.

A library for `train_page.py` and whoever has other columns. Needs torch (2.13.0, CPU, one thread), regex and rapidfuzz;
the same input gives the same weights, to the byte, on the same machine.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import lzma
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

os.environ.setdefault("OMP_NUM_THREADS", "1")

import torch
from torch import Tensor, nn

from cleankit.linenet import LineNet, best_threshold, word_bags, word_picks

Floats = NDArray[np.float32]


# ---------------------------------------------------------------- the bench


def bench_folder(given: str | Path | None) -> Path:
    """The folder of the development bench: `--bench`, else the environment's CLEANKIT_BENCH."""
    folder = given or os.environ.get("CLEANKIT_BENCH")
    if not folder:
        raise SystemExit("where is the bench? give --bench FOLDER or set CLEANKIT_BENCH")
    return Path(folder)


def load_score(bench: Path) -> ModuleType:
    """The bench's own measure."""
    spec = importlib.util.spec_from_file_location("bench_score", bench / "score.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def rows(bench: Path, name: str) -> Iterator[dict[str, Any]]:
    with lzma.open(bench / f"{name}.jsonl.xz", "rt", encoding="utf-8") as f:
        for line in f:
            yield json.loads(line)


def site(url: str | None) -> str:
    """The site of a URL, subdomains taken off: all pages of one publisher fall into one fold."""
    parts = (urlsplit(url or "").hostname or url or "").split(".")
    keep = 3 if len(parts) > 2 and len(parts[-1]) == 2 and len(parts[-2]) <= 3 else 2
    return ".".join(parts[-keep:])


def fold_of(name: str, k: int = 5, salt: str = "") -> int:
    return int.from_bytes(hashlib.sha256((salt + name).encode()).digest()[:4], "big") % k


# ---------------------------------------------------------------- labels


def soft_labels(line_words: Sequence[Sequence[str]], gold: Sequence[str]) -> Floats:
    """For each line, the share of its words that are gold.

    Words are matched in order first (longest common subsequence). What is left on both sides is matched once more, because gold
    may have its parts in another order than the page, but then only whole lines count.
    """
    from rapidfuzz.distance import LCSseq

    ids: dict[str, int] = {}
    flat = [ids.setdefault(w, len(ids)) for ws in line_words for w in ws]
    target = [ids.setdefault(w, len(ids)) for w in gold]
    size = np.array([len(ws) for ws in line_words], np.int64)
    line_of = np.repeat(np.arange(len(size)), size)
    hit = np.zeros(len(flat), bool)
    used = np.zeros(len(target), bool)
    if flat and target:
        for s, d, n in LCSseq.editops(flat, target).as_matching_blocks():
            hit[s : s + n] = True
            used[d : d + n] = True
    share = np.bincount(line_of[hit], minlength=len(size)) / np.maximum(size, 1)
    # A line of which a few scattered words matched was met by chance.
    rest, spare = np.flatnonzero(~hit), np.flatnonzero(~used)
    if len(spare) >= 5:
        again = np.zeros(len(flat), bool)
        for s, _, n in LCSseq.editops([flat[i] for i in rest], [target[i] for i in spare]).as_matching_blocks():
            again[rest[s : s + n]] = True
        second = np.bincount(line_of[again], minlength=len(size)) / np.maximum(size, 1)
        share = np.where((second >= 0.9) & (size >= 4), np.maximum(share, second), share)
    return share.astype(np.float32)


# ---------------------------------------------------------------- documents


@dataclass(frozen=True)
class Doc:
    """One document to learn from or to measure on: the rows that are not blank."""

    name: str
    group: str  # the set and form it is reported under
    host: str
    x: Floats
    y: Floats  # soft labels
    words: Floats  # words a row, by the measure's count
    tokens: NDArray[np.uint32] = field(default_factory=lambda: np.zeros(0, np.uint32))
    token_line: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    weight: float = 1.0
    row_weight: Floats | None = None
    key: str = ""  # documents with the same key are forms of one page: each epoch learns from one of them, drawn by lot


def row_weights(doc: Doc, power: float) -> Floats:
    """How much each row counts in the loss: by its words (dampened), all rows of a document together as much as the document."""
    w = np.maximum(doc.words, 1) ** power
    if doc.row_weight is not None:
        w = w * doc.row_weight
    return (w / max(float(w.sum()), 1e-9) * doc.weight).astype(np.float32)


# ---------------------------------------------------------------- the net


@dataclass(frozen=True)
class Config:
    """Everything that shapes a fit."""

    width: int = 32
    gates: int = 8
    mix: bool = True  # whether a convolution is followed by a second product
    dilations: tuple[int, ...] = (1, 2, 4, 0, 8, 16, 1, 0)  # 0: a Summary
    buckets: int = 0  # of word hashes; 0: no words
    word_dropout: float = 0.5
    dropout: float = 0.1
    epochs: int = 14
    batch_rows: int = 3000
    lr: float = 4e-3
    word_lr: float = 3.0  # of the words' vectors, times `lr`
    average: float = 0.0  # the weights given back are a running mean over steps with this decay; 0: the last ones
    weight_decay: float = 0.02
    power: float = 0.5  # of a row's words in its weight
    recall: float = 1.0  # how much more a lost body row costs than a kept debris row
    lacking: float = 0.0  # weight, in the loss, of what each page's expected F lacks of one: the measure itself, made smooth
    seed: int = 1


class Net(nn.Module):
    """The same computation as `LineNet`, with gradients. Batches are padded: (documents, rows, columns)."""

    def __init__(self, columns: int, c: Config) -> None:
        super().__init__()
        self.c = c
        h, g = c.width, c.gates
        self.enter = nn.Linear(columns, h)
        self.words = nn.EmbeddingBag(c.buckets, h, mode="mean") if c.buckets else None
        if self.words is not None:
            nn.init.normal_(self.words.weight, std=0.01)
        self.layers = nn.ModuleList()
        for d in c.dilations:
            if d:
                self.layers.append(
                    nn.ModuleDict({"conv": nn.Linear(3 * h, h)} | ({"mix": nn.Linear(h, h)} if c.mix else {}))
                )
            else:
                self.layers.append(nn.ModuleDict({"gate": nn.Linear(h, g), "mix": nn.Linear(2 * h + 2 * g, h)}))
        for layer in self.layers:
            last = layer["mix"] if "mix" in layer else layer["conv"]
            nn.init.normal_(last.weight, std=0.3 / h**0.5)
            nn.init.zeros_(last.bias)
        self.leave = nn.Linear(h, h)
        self.score = nn.Linear(h, 1)

    def drop(self, h: Tensor) -> Tensor:
        """Whole channels of a document are left out: cheaper than single numbers, and harder to get round."""
        if not self.training or not self.c.dropout:
            return h
        keep = (torch.rand(h.shape[0], 1, h.shape[2]) >= self.c.dropout).float() / (1 - self.c.dropout)
        return h * keep

    def forward(self, x: Tensor, mask: Tensor, bags: tuple[Tensor, Tensor, Tensor] | None = None) -> Tensor:
        h = self.enter(x)
        if self.words is not None and bags is not None:
            tokens, starts, where = bags
            size = torch.diff(starts, append=torch.tensor([len(tokens)]))
            weight = torch.repeat_interleave(1 / size.float(), size)
            if self.training and self.c.word_dropout:
                weight = weight * (torch.rand(len(tokens)) >= self.c.word_dropout).float() / (1 - self.c.word_dropout)
            means = nn.functional.embedding_bag(
                tokens, self.words.weight, starts, mode="sum", per_sample_weights=weight
            )
            h = h.reshape(-1, h.shape[-1]).index_add(0, where, means).reshape(h.shape)
        h = torch.relu(h) * mask
        h = self.drop(h)
        for d, layer in zip(self.c.dilations, self.layers, strict=True):
            if d:
                back = nn.functional.pad(h, (0, 0, d, 0))[:, : h.shape[1]]
                ahead = nn.functional.pad(h, (0, 0, 0, d))[:, d:]
                inner = torch.relu(layer["conv"](torch.cat((back, h, ahead), -1)))
                h = (h + (layer["mix"](self.drop(inner)) if "mix" in layer else self.drop(inner))) * mask
            else:
                count = mask.sum(1, keepdim=True)
                mean = h.sum(1, keepdim=True) / count
                top = (h - 1e4 * (1 - mask)).amax(1, keepdim=True)
                g = torch.relu(layer["gate"](h)) * mask
                upto = torch.cumsum(g.transpose(1, 2).contiguous(), 2).transpose(1, 2)
                end = upto[:, -1:]
                whole = end + 1
                wide = torch.cat((mean.expand_as(h), top.expand_as(h), (upto - g) / whole, (end - upto) / whole), -1)
                h = (h + self.drop(torch.relu(layer["mix"](wide)))) * mask
        h = torch.relu(self.leave(h))
        return self.score(h).squeeze(-1)


@dataclass(frozen=True)
class Batch:
    x: Tensor
    y: Tensor
    w: Tensor
    mask: Tensor
    bags: tuple[Tensor, Tensor, Tensor] | None


def _batch(docs: Sequence[Doc], mean: Floats, scale: Floats, c: Config, hide: Sequence[int] = ()) -> Batch:
    longest = max(len(d.x) for d in docs)
    x = np.zeros((len(docs), longest, docs[0].x.shape[1]), np.float32)
    y = np.zeros((len(docs), longest), np.float32)
    w = np.zeros((len(docs), longest), np.float32)
    mask = np.zeros((len(docs), longest, 1), np.float32)
    tokens, starts, where, done = [], [], [], 0
    for k, d in enumerate(docs):
        n = len(d.x)
        x[k, :n] = np.clip((d.x - mean) * scale, -6, 6)
        y[k, :n] = d.y
        w[k, :n] = row_weights(d, c.power)
        mask[k, :n] = 1
        if c.buckets and len(d.tokens):
            counts = np.bincount(d.token_line, minlength=n)
            places, holds = word_picks(counts)
            pick = (places + (np.cumsum(counts) - counts)[:, None])[holds]
            size = holds.sum(1)
            lines = np.flatnonzero(size)
            tokens.append((d.tokens[pick] & np.uint32(c.buckets - 1)).astype(np.int64))
            starts.append((np.cumsum(size) - size)[lines] + done)
            where.append(lines + k * longest)
            done += len(pick)
    if len(hide):
        x[:, :, list(hide)] = 0
    bags = None
    if tokens:
        bags = (
            torch.from_numpy(np.concatenate(tokens)),
            torch.from_numpy(np.concatenate(starts)),
            torch.from_numpy(np.concatenate(where)),
        )
    return Batch(torch.from_numpy(x), torch.from_numpy(y), torch.from_numpy(w), torch.from_numpy(mask), bags)


def _batches(docs: Sequence[Doc], limit: int, rng: np.random.Generator) -> Iterator[list[Doc]]:
    """Documents of like length together, padded to the longest; the order of batches is drawn anew each time."""
    order = sorted(range(len(docs)), key=lambda i: len(docs[i].x) * rng.uniform(0.8, 1.25))
    found: list[list[Doc]] = []
    current: list[Doc] = []
    longest = 0
    for i in order:
        longest = max(longest, len(docs[i].x))
        if current and longest * (len(current) + 1) > limit:
            found.append(current)
            current, longest = [], len(docs[i].x)
        current.append(docs[i])
    if current:
        found.append(current)
    for k in rng.permutation(len(found)):
        yield found[k]


def _one_form(docs: Sequence[Doc], rng: np.random.Generator) -> list[Doc]:
    """Of the documents that share a key, one."""
    forms: dict[str, list[int]] = {}
    for i, d in enumerate(docs):
        forms.setdefault(d.key or f"#{i}", []).append(i)
    return [docs[v[int(rng.integers(len(v)))]] for v in forms.values()]


def standardise(docs: Sequence[Doc]) -> tuple[Floats, Floats]:
    stack = np.concatenate([d.x for d in docs])
    mean, std = stack.mean(0, dtype=np.float64), stack.std(0, dtype=np.float64)
    return mean.astype(np.float32), (1 / np.maximum(std, 1e-3)).astype(np.float32)


def train(
    docs: Sequence[Doc],
    columns: Sequence[str],
    c: Config = Config(),
    *,
    hide: Sequence[int] = (),
    log: Callable[[str], None] | None = None,
    meta: Mapping[str, Any] | None = None,
) -> LineNet:
    """Fit a net. `hide`: columns that are blanked, for ablation."""
    return LineNet.from_arrays(train_arrays(docs, columns, c, hide=hide, log=log, meta=meta))


def train_arrays(
    docs: Sequence[Doc],
    columns: Sequence[str],
    c: Config = Config(),
    *,
    hide: Sequence[int] = (),
    log: Callable[[str], None] | None = None,
    meta: Mapping[str, Any] | None = None,
) -> dict[str, NDArray[Any]]:
    """Fit a net and give back its arrays, as they go into the weights file (half precision)."""
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    torch.manual_seed(c.seed)
    torch.set_flush_denormal(True)
    rng = np.random.default_rng(c.seed)
    docs = [d for d in docs if len(d.x)]
    mean, scale = standardise(docs)
    scale[list(hide)] = 0
    net = Net(len(columns), c)
    slow = [p for n, p in net.named_parameters() if not n.startswith("words")]
    mean_of = [p.detach().clone() for p in net.parameters()] if c.average else []
    groups: list[dict[str, Any]] = [{"params": slow}]
    if net.words is not None:
        groups.append({"params": [net.words.weight], "weight_decay": 0.0})
    speed = [1.0, c.word_lr]
    optimiser = torch.optim.AdamW(groups, lr=c.lr, weight_decay=c.weight_decay)
    per_epoch = sum(
        1 for _ in _batches(_one_form(docs, np.random.default_rng(0)), c.batch_rows, np.random.default_rng(0))
    )
    steps, step = per_epoch * c.epochs + 20, 0
    for epoch in range(c.epochs):
        net.train()
        total = 0.0
        for group in _batches(_one_form(docs, rng), c.batch_rows, rng):
            b = _batch(group, mean, scale, c, hide)
            warm = min(1.0, (step + 1) / (0.05 * steps))
            rate = c.lr * warm * (0.5 + 0.5 * np.cos(np.pi * min(1.0, step / steps))) + 1e-5
            for g, times in zip(optimiser.param_groups, speed, strict=False):
                g["lr"] = rate * times
            logit = net(b.x, b.mask, b.bags)
            weight = b.w * (1 + (c.recall - 1) * b.y)
            loss = (
                nn.functional.binary_cross_entropy_with_logits(logit, b.y, reduction="none") * weight
            ).sum() / b.w.sum()
            if c.lacking:
                loss = loss + c.lacking * _lacking(logit, b.y, group)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimiser.step()
            step += 1
            for kept, p in zip(mean_of, net.parameters(), strict=False):
                kept.lerp_(p.detach(), 1 - min(c.average, step / (step + 9)))
            total += float(loss.detach()) * len(group)
        if log:
            log(f"epoch {epoch + 1}: loss {total / len(docs):.4f}")
    with torch.no_grad():
        for kept, p in zip(mean_of, net.parameters(), strict=False):
            p.copy_(kept)
    return _arrays(net.eval(), columns, mean, scale, c, meta or {})


def _lacking(logit: Tensor, y: Tensor, docs: Sequence[Doc]) -> Tensor:
    """One less the F that a page would have if each row were kept with its probability; the mean over pages."""
    words = torch.zeros_like(y)
    for k, d in enumerate(docs):
        words[k, : len(d.x)] = torch.from_numpy(d.words if d.row_weight is None else d.words * d.row_weight)
    weight = torch.tensor([d.weight for d in docs], dtype=torch.float32)
    p = torch.sigmoid(logit)
    f = 2 * (p * y * words).sum(1) / ((p * words).sum(1) + (y * words).sum(1) + 1)
    return ((1 - f) * weight).sum() / weight.sum()


def _arrays(
    net: Net, columns: Sequence[str], mean: Floats, scale: Floats, c: Config, meta: Mapping[str, Any]
) -> dict[str, NDArray[Any]]:
    def half(t: Tensor) -> NDArray[np.float16]:
        return t.detach().numpy().astype(np.float16)

    def whole(t: Tensor) -> Floats:
        return t.detach().numpy().astype(np.float32)

    a: dict[str, NDArray[Any]] = {
        "columns": np.array(list(columns)),
        "mean": mean,
        "scale": scale,
        "dilations": np.array(c.dilations, np.int64),
        "enter": whole(net.enter.weight.T),
        "enter_bias": whole(net.enter.bias),
        "leave": half(net.leave.weight.T),
        "leave_bias": whole(net.leave.bias),
        "score": whole(net.score.weight[0]),
        "score_bias": whole(net.score.bias)[0],
    }
    for k, (d, layer) in enumerate(zip(c.dilations, net.layers, strict=True)):
        p = f"layer{k}."
        if d:
            a |= {p + "conv": half(layer["conv"].weight.T), p + "bias": whole(layer["conv"].bias)}
        else:
            a |= {p + "gate": half(layer["gate"].weight.T), p + "gate_bias": whole(layer["gate"].bias)}
        if "mix" in layer:
            a |= {p + "mix": half(layer["mix"].weight.T), p + "mix_bias": whole(layer["mix"].bias)}
    if net.words is not None:
        table = net.words.weight.detach().numpy()
        step = max(float(np.abs(table).max()) / 127, 1e-8)
        a |= {"words": np.round(table / step).astype(np.int8), "words_scale": np.array(step, np.float32)}
    return a | {f"meta.{k}": np.array(v) for k, v in meta.items()}


def leaning(net: LineNet, docs: Sequence[Doc]) -> tuple[Floats, float]:
    """The straight line through the net's answers, a slope a column and a number of the words' vectors; and how much of the spread it explains.

    What the finder says was its evidence is read off this line: the net itself would have to be asked once for every group.
    """
    assert net.words is not None
    xs, ys, ws = [], [], []
    for d in docs:
        p = np.clip(net.predict(d.x, d.tokens, d.token_line), 1e-4, 1 - 1e-4)
        xs.append(np.concatenate((d.x, word_bags(d.tokens, d.token_line, len(d.x), net.words)), axis=1))
        ys.append(np.log(p / (1 - p)))
        ws.append(row_weights(d, 0.5))
    x, y, w = np.concatenate(xs).astype(np.float64), np.concatenate(ys).astype(np.float64), np.concatenate(ws).astype(np.float64)
    w /= w.sum()
    x -= w @ x
    y -= w @ y
    cross = x.T @ (x * w[:, None])
    slope = np.linalg.solve(cross + 1e-3 * np.diag(np.maximum(np.diag(cross), 1e-4)), x.T @ (w * y))
    rest = y - x @ slope
    return slope.astype(np.float32), 1 - float(w @ (rest * rest)) / float(w @ (y * y))


def save(arrays: Mapping[str, NDArray[Any]], path: Path) -> None:
    """Write a weights file whose bytes depend on the numbers alone: sorted names, no dates."""
    import io
    import zipfile

    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
        for name in sorted(arrays):
            data = io.BytesIO()
            np.lib.format.write_array(
                data, np.ascontiguousarray(arrays[name]) if arrays[name].ndim else arrays[name], allow_pickle=False
            )
            info = zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            z.writestr(info, data.getvalue())


__all__ = [
    "Batch",
    "Config",
    "Doc",
    "Net",
    "bench_folder",
    "best_threshold",
    "fold_of",
    "leaning",
    "load_score",
    "replace",
    "row_weights",
    "rows",
    "save",
    "site",
    "soft_labels",
    "standardise",
    "train",
    "train_arrays",
]
