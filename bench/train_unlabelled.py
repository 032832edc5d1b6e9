"""Train the network of `context/unlabelled`, five-fold by site, and say at which loss of body it removes how much debris.

    python bench/train_unlabelled.py --bench FOLDER [--cache FILE] [--out cleankit/builtin/context/unlabelled.npz]

Data: the output of five extractors (of trafilatura alone for pages of which the bench has no outputs) with the gold text of each page,
and the gold texts themselves, every line of which stays; and the samples in `corpus_samples/`, raw and clean, and the
keeps of all rules between paragraphs, for kinds of texts that the pages have too few of (votes, lists of books, letters). Each as the rule gets it: in the first pass, and in the last when the
other rules have changed the text. Needs torch, rapidfuzz and regex; the same input gives the same weights, to the byte, on
the same machine. A fold takes about half a minute.
"""

from __future__ import annotations

import argparse
import hashlib
import pickle
import time
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from trafilatura import extract

from cleankit import Cleaner
from cleankit.builtin.context._traits import BUCKETS, COLUMNS, NO_WORD, PICKED
from cleankit.builtin.context._weigher import BESIDE, Weigher
from cleankit.builtin.context.unlabelled import candidates, evidence
from cleankit.document import Document
from cleankit.engine import Engine
from cleankit.testing._proof import between_prose
from linenet_train import bench_folder, fold_of, load_score, rows, save, site, soft_labels

Floats = NDArray[np.float32]

WORD, WIDTH, INNER = 16, 40, 24  # numbers a word, a line, and of the second layer
EPOCHS, RATE, DOCUMENTS = 12, 3e-3, 24  # a step sees so many documents
WORD_DROPOUT, DROPOUT = 0.4, 0.2
#: What a lost line of body costs, against a line of debris that stays.
BODY = 2.0
SECOND_PASS = 0.5  # weight of a document's last pass
SAMPLE = 4.0  # of one of our own samples
SAMPLES = Path(__file__).parent.parent / "corpus_samples"


@dataclass(frozen=True)
class Sample:
    """A document in one pass: its candidates as the network sees them, and what is true of its lines."""

    group: str  # set and tool
    host: str
    later: bool  # not the first pass
    lines: NDArray[np.int64]  # the candidates
    x: Floats
    words: NDArray[np.int64]  # 3 x candidates x PICKED
    share: Floats  # of each line's words, all lines: how many are gold
    size: Floats
    neutral: NDArray[np.bool_]  # repeats the page's own title: counts neither way
    removed: NDArray[np.bool_]  # by the other rules
    gaps: bool  # the gold leaves out too much to be believed about what is debris

    @property
    def debris(self) -> Floats:
        """What the network is to say of each candidate."""
        return (self.share[self.lines] < 0.4).astype(np.float32)

    @property
    def weight(self) -> Floats:
        """How much each candidate counts: a document's share grows less than its candidates."""
        share, size = self.share[self.lines], self.size[self.lines]
        w = np.where(share < 0.4, 0.0 if self.gaps else 1.0, BODY * (1 + 0.05 * np.minimum(size, 20)))
        w[(self.neutral[self.lines] & (share < 0.5)) | (size == 0)] = 0
        total = w.sum()
        factor = (SECOND_PASS if self.later else 1) * (SAMPLE if self.group.startswith("samples") else 1)
        return (w * (total**-0.3 if total else 0) * factor).astype(np.float32)


# ---------------------------------------------------------------- data


def passes(engine: Engine, text: str) -> list[Document]:
    """The first and, where the text has changed, the last pass's document as context rules get it."""
    seen: list[Document] = []
    engine.watch = seen.append
    engine.clean(text)
    engine.watch = None
    return [seen[0], seen[-1]] if len(seen) > 1 and seen[-1].text != seen[0].text else seen[:1]


def texts(bench: Path) -> Iterator[tuple[dict[str, Any], str, str]]:
    """Rows with a text each and the tool it comes from; a gold text's tool is `gold`."""
    seen = set()
    for r in rows(bench, "residue"):
        seen.add((r["set"], r["id"]))
        yield r, r["text"], r["tool"]
    for r in rows(bench, "html"):
        if r.get("gold") and r.get("page_type") in (None, "article", "news"):
            yield r, r["gold"], "gold"
            if r.get("page_type") == "article" and (r["set"], r["id"]) not in seen:
                yield r, extract(r["html"], url=r.get("url"), include_comments=False) or "", "trafilatura"
    for folder in sorted(SAMPLES.iterdir()):
        if (folder / "raw.txt").exists() and tomllib.loads((folder / "meta.toml").read_text("utf-8")).get("preset", "article") == "article":
            clean = (folder / "clean.txt").read_text("utf-8")
            r = {"set": "samples", "id": folder.name, "gold": clean}
            yield r, clean, "gold"
            yield r, (folder / "raw.txt").read_text("utf-8"), "raw"
    for rule in Cleaner().engine.patterns:
        for k, keep in enumerate(rule.keeps):
            text = between_prose(keep.text)
            yield {"set": "samples", "id": f"{rule.info.id} {k}", "gold": text}, text, "gold"


def load(bench: Path) -> list[Sample]:
    score = load_score(bench)
    engine = Cleaner(unlabelled="off").engine
    out = []
    for r, text, tool in texts(bench):
        gold = score.words(r["gold"])
        titles = [set(score.words(t)) for t in r.get("titles") or ()]
        gaps = False
        for number, doc in enumerate(passes(engine, text)):
            words = [score.words(f.text) for f in doc.facts]
            size = np.array([len(w) for w in words], np.float32)
            share = np.ones(len(words), np.float32) if tool == "gold" else soft_labels(words, gold)
            neutral = np.array([len(w) >= 3 and any(sum(x in t for x in w) >= 0.8 * len(w) for t in titles) for w in words], bool)
            if tool == "raw":  # of our own samples the bodies are learnt, the debris is for the tests
                gaps = True
            elif not number:
                gaps = float((size * (share < 0.5) * ~neutral).sum()) > 0.25 * float(size.sum())
            chosen = candidates(doc)
            if not chosen:
                continue
            x, buckets = evidence(doc, chosen)
            picked = np.full((3, len(chosen), PICKED), NO_WORD, np.int64)
            for k, each in enumerate(buckets):
                for i, line in enumerate(each):
                    picked[k, i, : len(line)] = line
            removed = np.array([i in doc.removed for i in range(len(doc))])
            host = site(r.get("url")) or r["id"]
            out.append(Sample(f"{r['set']} {tool}", host, number > 0, np.array(chosen), x, picked, share, size, neutral, removed, gaps))
    return out


# ---------------------------------------------------------------- the network


class Net(nn.Module):
    """The same computation as `Weigher`, with gradients, over the candidates of several documents one after the other."""

    def __init__(self) -> None:
        super().__init__()
        self.words = nn.EmbeddingBag(BUCKETS + 1, WORD, mode="mean", padding_idx=NO_WORD)
        nn.init.normal_(self.words.weight, std=0.02)
        with torch.no_grad():
            self.words.weight[NO_WORD] = 0
        self.enter = nn.Linear(len(COLUMNS) + 3 * WORD, WIDTH)
        self.mix = nn.Linear(5 * WIDTH, INNER)
        self.score = nn.Linear(INNER, 1)
        self.drop_seen, self.drop = nn.Dropout(DROPOUT / 2), nn.Dropout(DROPOUT)

    def forward(self, x: Tensor, words: Tensor, document: Tensor, before: Tensor, after: Tensor) -> Tensor:
        n = len(x)
        e = self.words(words)
        x = torch.cat((x, e[:n], e[n : 2 * n], e[2 * n :]), 1)
        h = self.drop(torch.relu(self.enter(self.drop_seen(x))))
        nothing = torch.zeros(1, WIDTH)
        above, below = torch.cat((nothing, h[:-1])) * before, torch.cat((h[1:], nothing)) * after
        many = int(document.max()) + 1
        count = torch.zeros(many).index_add(0, document, torch.ones(n))
        mean = torch.zeros(many, WIDTH).index_add(0, document, h) / count[:, None]
        most = torch.zeros(many, WIDTH).scatter_reduce(0, document[:, None].expand_as(h), h, "amax")
        h = torch.relu(self.mix(torch.cat((h, above, below, mean[document], most[document]), 1)))
        out: Tensor = self.score(self.drop(h)).squeeze(1)
        return out


def batch(samples: Sequence[Sample], mean: Floats, scale: Floats, rng: np.random.Generator) -> tuple[Tensor, ...]:
    x = np.clip((np.concatenate([s.x for s in samples]) - mean) * scale, -6, 6).astype(np.float32)
    words = np.concatenate([s.words for s in samples], axis=1)
    words = np.where(rng.random(words.shape) < WORD_DROPOUT, NO_WORD, words).reshape(-1, PICKED)
    document = np.repeat(np.arange(len(samples)), [len(s.lines) for s in samples])
    lines = np.concatenate([s.lines for s in samples])
    near = (document[1:] == document[:-1]) & (lines[1:] - lines[:-1] <= BESIDE)
    before, after = np.append(False, near), np.append(near, False)
    flags = (torch.from_numpy(v.astype(np.float32)[:, None]) for v in (before, after))
    return torch.from_numpy(x), torch.from_numpy(words), torch.from_numpy(document), *flags


def fit(samples: Sequence[Sample], seed: int = 1) -> dict[str, NDArray[Any]]:
    """Train on samples; gives the arrays of a weights file."""
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    stack = np.concatenate([s.x for s in samples])
    mean, scale = stack.mean(0), (1 / np.maximum(stack.std(0), 0.05)).astype(np.float32)
    net = Net()
    slow = [p for name, p in net.named_parameters() if not name.startswith("words")]
    optimiser = torch.optim.AdamW([{"params": slow, "weight_decay": 0.05}, {"params": [net.words.weight], "weight_decay": 0.0}], lr=RATE)
    steps, step = EPOCHS * -(-len(samples) // DOCUMENTS), 0
    for _ in range(EPOCHS):
        order = rng.permutation(len(samples))
        for k in range(0, len(order), DOCUMENTS):
            some = [samples[i] for i in order[k : k + DOCUMENTS]]
            rate = RATE * min(1.0, (step + 1) / (0.05 * steps)) * (0.5 + 0.5 * np.cos(np.pi * step / steps)) + 1e-5
            for group, times in zip(optimiser.param_groups, (1, 3), strict=True):
                group["lr"] = rate * times
            y = torch.from_numpy(np.concatenate([s.debris for s in some]))
            w = torch.from_numpy(np.concatenate([s.weight for s in some]))
            loss = (nn.functional.binary_cross_entropy_with_logits(net(*batch(some, mean, scale, rng)), y, reduction="none") * w).sum()
            optimiser.zero_grad()
            (loss / (w.sum() + 1e-6)).backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimiser.step()
            step += 1
    a = {name: p.detach().numpy() for name, p in net.named_parameters()}
    table = a["words.weight"][:NO_WORD]
    unit = float(np.abs(table).max()) / 127
    return {
        "columns": np.array(COLUMNS), "mean": mean.astype(np.float32), "scale": scale,
        "words": np.round(table / unit).astype(np.int8), "words_scale": np.array(unit, np.float32),
        "enter": a["enter.weight"].T.astype(np.float16), "enter_bias": a["enter.bias"], "mix": a["mix.weight"].T.astype(np.float16), "mix_bias": a["mix.bias"],
        "score": a["score.weight"][0], "score_bias": a["score.bias"][0],
    }  # fmt: skip


def weigh(net: Weigher, s: Sample) -> Floats:
    words = [[[w for w in line if w != NO_WORD] for line in each] for each in s.words.tolist()]
    return net.debris(s.x, words, s.lines.tolist())


# ---------------------------------------------------------------- figures


def figures(samples: Sequence[Sample], debris: Sequence[Floats | None], threshold: float) -> Iterator[str]:
    """Per set and tool, first passes: debris lines, the share of them that goes by rules and by both, gold words that the network takes."""
    groups: dict[str, list[float]] = {}
    for s, p in zip(samples, debris, strict=True):
        if p is None or s.later:
            continue
        net = np.zeros(len(s.size), bool)
        net[s.lines[p >= threshold]] = True
        lines = (s.share < 0.4) & (s.size > 0) & (s.size <= 40) & ~s.neutral & (not s.gaps)
        body = s.share * s.size
        g = groups.setdefault(s.group, [0.0] * 7)
        found = (lines.sum(), (lines & s.removed).sum(), (lines & (s.removed | net)).sum(), body.sum(), body[net].sum(), 1, body[net].max(initial=0) >= 5)
        for k, value in enumerate(found):
            g[k] += float(value)
    for name, g in sorted(groups.items()):
        n = max(1, g[0])
        yield f"{name:32s} lines {g[0]:5.0f}  rules {g[1] / n:.3f}  both {g[2] / n:.3f}  lost {g[4] / max(1, g[3]):.5f}  hurt {g[6] / g[5]:.3f}"


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--bench")
    ap.add_argument("--cache", type=Path, help="keep the assembled documents here between runs")
    ap.add_argument("--folds", type=int, default=5, help="folds to run of the five (0: fit only)")
    ap.add_argument("--out", type=Path)
    args = ap.parse_args()
    if args.cache and args.cache.exists():
        samples = pickle.loads(args.cache.read_bytes())
    else:
        at = time.process_time()
        samples = load(bench_folder(args.bench))
        print(f"{len(samples)} documents, {sum(len(s.lines) for s in samples)} candidates, {time.process_time() - at:.0f} s", flush=True)
        if args.cache:
            args.cache.write_bytes(pickle.dumps(samples))
    if args.folds:
        debris: list[Floats | None] = [None] * len(samples)
        for fold in range(args.folds):
            net = Weigher.from_arrays(fit([s for s in samples if fold_of(s.host) != fold]))
            for i, s in enumerate(samples):
                if fold_of(s.host) == fold:
                    debris[i] = weigh(net, s)
        for threshold in (0.8, 0.9, 0.95, 0.97, 0.98, 0.99):
            print(f"threshold {threshold}")
            for line in figures(samples, debris, threshold):
                print(f"  {line}", flush=True)
    if args.out:
        save(fit(samples), args.out)
        print(f"{args.out}: {args.out.stat().st_size} bytes, sha256 {hashlib.sha256(args.out.read_bytes()).hexdigest()[:16]}")


if __name__ == "__main__":
    main()
