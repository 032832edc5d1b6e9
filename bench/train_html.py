"""Train and measure the block model of `clean_html`: `python bench/train_html.py --bench FOLDER`.

Reads html.jsonl.xz, cuts every page into blocks, asks trafilatura, labels the blocks by the gold text, measures by five-fold
cross-validation over sites (lexicon and page types are fitted anew inside every fold), fits once more on everything and writes
`cleankit/builtin/html/html_blocks.npz` and `docs/models/html-blocks.md`. The same input gives the same bytes on the same machine.

    --cache FILE     keep the parsed pages between runs        --ablation    also fit without each group of features
    --folds N        measure fewer folds (a quick look)        --no-fit      figures only
"""

from __future__ import annotations

import argparse
import logging
import pickle
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.optimize import minimize

from cleankit.builtin.html._extract import SURE, kept_by_trafilatura, parse
from cleankit.builtin.html._features import (
    COLUMNS,
    GROUPS,
    NAMES,
    block_words,
    kept_shares,
    name_features,
    name_tokens,
)
from cleankit.builtin.html._model import (
    ALL_COLUMNS,
    PAGE_TYPES,
    BlockModel,
    NameLexicon,
    PageTypes,
    Seen,
    choose,
    look,
    page_tokens,
)
from cleankit.builtin.html._page import Page, head, segment
from cleankit.builtin.html._render import render
from cleankit.linenet import LineNet
from linenet_train import (
    Config,
    Doc,
    bench_folder,
    fold_of,
    load_score,
    rows,
    save,
    site,
    soft_labels,
    train_arrays,
)

Floats = NDArray[np.float32]
ROOT = Path(__file__).parents[1]
FOLDS = 5
BETA = 1.0
BETA_ARTICLE = 1.25  # recall comes first where the page is an article
NEWS_WEIGHT = 1.5  # of the news pages in 25 languages: few, and all that there is of most languages
CONFIG = Config(width=32, buckets=8192, epochs=8, average=0.99, lacking=1.0)


@dataclass
class Sample:
    """A page of the bench, ready to learn from."""

    row: Mapping[str, Any]  # without the HTML
    fold: int
    host: str
    page: Page | None
    title: str
    tokens: list[str]
    kept: str  # by trafilatura in fast mode
    peer: str  # trafilatura's own best
    y: Floats
    words: Floats  # by the extractor's own count
    row_weight: Floats
    weight: float

    @property
    def usable(self) -> bool:
        return self.page is not None and len(self.page.blocks) > 0


# ---------------------------------------------------------------- pages and labels


def sample(row: dict[str, Any], score: Any) -> Sample:
    import trafilatura

    html, url = row.pop("html"), row.get("url")
    host = site(url) or row["id"]
    tree = parse(html)
    page = segment(tree) if tree is not None else None
    title, tokens = head(tree, url) if tree is not None else ("", [])
    kept = kept_by_trafilatura(tree, url) if tree is not None else ""
    peer = trafilatura.extract(html, url=url, include_comments=False) or ""
    none = np.zeros(0, np.float32)
    found = Sample(row, fold_of(host), host, page, title, tokens, kept, peer, none, none, none, 1.0)
    if page is None or not page.blocks:
        return found
    found.words = block_words(page.blocks)
    if row.get("gold"):
        block_text = [score.words(b.text) for b in page.blocks]
        gold = score.words(row["gold"])
        found.y = soft_labels(block_text, gold)
        shown = Counter(w for ws in block_text for w in ws)
        coverage = sum((shown & Counter(gold)).values()) / max(1, len(gold))
        found.row_weight = np.ones(len(found.y), np.float32)
        found.weight = float(np.clip((coverage - 0.5) / 0.4, 0.1, 1))  # gold that the page does not show: not this page's gold
    else:
        found.y, found.row_weight = snippet_labels(page, kept, row)
        found.weight = 0.5
    return found


def snippet_labels(page: Page, kept: str, row: Mapping[str, Any]) -> tuple[Floats, Floats]:
    """Where only snippets are known: blocks with one of them count in full, the others a little, with trafilatura's word for it."""
    y = np.array(kept_shares(page.blocks, kept)[0], np.float32)
    weight = np.full(len(y), 0.1, np.float32)
    wanted, unwanted = ([s.lower() for s in row.get(k) or ()] for k in ("with", "without"))
    for k, block in enumerate(page.blocks):
        text = block.text.lower().replace("\n", " ")
        if any(s in text for s in wanted):
            y[k], weight[k] = 1, 1
        elif any(s in text and len(text) < 4 * len(s) + 40 for s in unwanted):  # not a sentence that has the word in it
            y[k], weight[k] = 0, 1
    return y, weight


def load_samples(bench: Path, cache: Path | None) -> list[Sample]:
    if cache and cache.exists():
        with cache.open("rb") as f:
            return pickle.load(f)  # type: ignore[no-any-return]
    score = load_score(bench)
    samples = [sample(row, score) for row in rows(bench, "html")]
    if cache:
        with cache.open("wb") as f:
            pickle.dump(samples, f)
    return samples


# ---------------------------------------------------------------- the two linear models


def vocabulary(tokens: Iterable[tuple[Iterable[str], str]], sites: int) -> dict[str, int]:
    """Tokens that occur on so many sites at least."""
    seen: dict[str, set[str]] = defaultdict(set)
    for found, host in tokens:
        for token in found:
            seen[token].add(host)
    return {t: k for k, t in enumerate(sorted(t for t, hosts in seen.items() if len(hosts) >= sites))}


def count_matrix(lists: Iterable[Iterable[str]], vocab: Mapping[str, int]) -> sp.csr_matrix:
    index: list[int] = []
    starts = [0]
    for tokens in lists:
        index += [vocab[t] for t in tokens if t in vocab]
        starts.append(len(index))
    return sp.csr_matrix((np.ones(len(index), np.float32), index, starts), shape=(len(starts) - 1, len(vocab)))


@dataclass
class NameCounts:
    """How often each word of a class name, id or role occurs around each container that holds text, for all pages at once."""

    vocab: Mapping[str, int]
    counts: sp.csr_matrix
    y: Floats
    weight: Floats
    fold: NDArray[np.int64]

    @classmethod
    def of(cls, samples: Sequence[Sample], sites: int = 4) -> NameCounts:
        pages = [(s.page, s) for s in samples if s.page is not None and s.page.blocks]
        around = (((t for c in p.containers for t in name_tokens(c.tag, c.names)), s.host) for p, s in pages)
        leads = (((t for b in p.blocks if b.lead for t in name_tokens("", b.lead)), s.host) for p, s in pages)
        vocab = vocabulary(around, sites)
        for token in vocabulary(leads, sites):
            vocab.setdefault(token, len(vocab))
        counts, labels, weights, folds = [], [], [], []
        for page, s in pages:
            own = count_matrix((name_tokens(c.tag, c.names) for c in page.containers), vocab)
            nodes, back = np.unique([b.node for b in page.blocks], return_inverse=True)
            at, above = [], []
            for k, node in enumerate(nodes.tolist()):
                for box in page.path(node):
                    at.append(k)
                    above.append(node)
                    node = box.parent
            climb = sp.csr_matrix((np.ones(len(at), np.float32), (at, above)), shape=(len(nodes), len(page.containers)))
            w = np.sqrt(np.minimum(s.words, 60)) * s.row_weight
            w = w / max(float(w.sum()), 1e-9) * 10 * s.weight
            total = np.bincount(back, w)
            counts.append(climb @ own)
            labels.append(np.bincount(back, w * s.y) / np.maximum(total, 1e-9))
            weights.append(total)
            folds.append(np.full(len(total), s.fold))
        y, weight = np.concatenate(labels).astype(np.float32), np.concatenate(weights).astype(np.float32)
        return cls(vocab, sp.vstack(counts).tocsr().astype(np.float32), y, weight, np.concatenate(folds))

    def fit(self, without: Iterable[int] = (), l2: float = 0.3, steps: int = 40) -> NameLexicon:
        """Logistic regression of a block's label on the names of everything around it."""
        rows = np.flatnonzero(~np.isin(self.fold, list(without)))
        m = self.counts[rows]
        mt = m.T.tocsr()
        y, w = self.y[rows], self.weight[rows]

        def loss(v: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
            v32 = v.astype(np.float32)
            z = m @ v32[:-1] + v32[-1]
            value = float((w * (np.logaddexp(0, z) - y * z)).sum()) + l2 / 2 * float(v[:-1] @ v[:-1])
            slope = w * (1 / (1 + np.exp(-z)) - y)
            return value, np.concatenate([mt @ slope + l2 * v32[:-1], [slope.sum()]]).astype(np.float64)

        found = minimize(loss, np.zeros(len(self.vocab) + 1), jac=True, method="L-BFGS-B", options={"maxiter": steps}).x.astype(np.float16)
        return NameLexicon({t: float(found[k]) for t, k in self.vocab.items() if abs(found[k]) >= 0.02})


def fit_types(samples: Sequence[Sample], sites: int = 4, l2: float = 1.0) -> PageTypes:
    """Softmax regression of the page type on tokens of head and address; rare types count more."""
    known = [s for s in samples if s.usable and s.row.get("gold")]
    tokens = [page_tokens(s.page, s.tokens) for s in known if s.page is not None]
    kinds = np.array([PAGE_TYPES.index(t) if (t := s.row.get("page_type")) in PAGE_TYPES else 0 for s in known])
    vocab = vocabulary(((ts, s.host) for ts, s in zip(tokens, known, strict=True)), sites)
    m = sp.hstack([count_matrix(tokens, vocab), np.ones((len(known), 1))]).tocsr()
    n = len(PAGE_TYPES)
    target = np.eye(n)[kinds]
    w = ((len(known) / np.maximum(1, np.bincount(kinds, minlength=n))) ** 0.3)[kinds]

    def loss(v: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        b = v.reshape(-1, n)
        z = m @ b
        z -= z.max(1, keepdims=True)
        p = np.exp(z)
        p /= p.sum(1, keepdims=True)
        value = -(w * np.log(p[np.arange(len(p)), kinds] + 1e-12)).sum() + l2 / 2 * (b[:-1] ** 2).sum()
        slope = m.T @ ((p - target) * w[:, None])
        slope[:-1] += l2 * b[:-1]
        return float(value), slope.ravel()

    b = minimize(loss, np.zeros(m.shape[1] * n), jac=True, method="L-BFGS-B", options={"maxiter": 80}).x.reshape(-1, n).astype(np.float16)
    return PageTypes({t: b[k].astype(np.float32) for t, k in vocab.items() if np.abs(b[k]).max() >= 0.02}, b[-1].astype(np.float32))


# ---------------------------------------------------------------- features, folds


@dataclass
class Inputs:
    """All pages as the model sees them. What the lexicon and page types say depends on the fold that is measured: it must not have seen either side."""

    seen: list[Seen | None]
    fitted: dict[tuple[int, int], tuple[NameLexicon, PageTypes]]

    def of(self, k: int, s: Sample, without: int) -> Seen:
        seen = self.seen[k]
        assert seen is not None
        a, b = sorted((s.fold, without)) if without >= 0 else (s.fold, s.fold)
        lexicon, types = self.fitted[a, b]
        rows = seen.rows.copy()
        start = COLUMNS.index(NAMES[0])
        rows[:, start : start + len(NAMES)] = name_features(seen.page, lexicon)
        return replace(seen, rows=rows, kind=types(page_tokens(seen.page, s.tokens)))


def prepare(samples: Sequence[Sample], folds: Sequence[int], log: Callable[[str], None]) -> Inputs:
    """Features, and a lexicon and page types for each pair of folds that is left out."""
    blank = NameLexicon({})
    none = PageTypes({}, np.zeros(len(PAGE_TYPES), np.float32))
    seen = [look(s.page, s.title, (), blank, none) if s.usable and s.page else None for s in samples]
    counts = NameCounts.of(samples)
    log(f"{len(counts.vocab)} names")
    fitted = {}
    for a in range(FOLDS):
        for b in range(a, FOLDS):
            if a != b and not {a, b} & set(folds):
                continue
            learnt = [s for s in samples if s.fold not in (a, b) and s.usable]
            fitted[a, b] = counts.fit((a, b)), fit_types(learnt)
            log(f"lexicon without folds {a} and {b}: {len(fitted[a, b][0].weights)} names, page types: {len(fitted[a, b][1].weights)} tokens")
    return Inputs(seen, fitted)


def documents(s: Sample, seen: Seen) -> list[Doc]:
    """The page in two forms, with and without trafilatura's choice for evidence; each epoch learns from one of them."""
    weight = s.weight * (NEWS_WEIGHT if s.row["set"] == "fundus-tests" else 1)
    key = f"{s.row['set']} {s.row['id']}"
    return [
        Doc(
            s.row["id"], s.row["set"], s.host, x, s.y, s.words, seen.tokens, seen.token_block, weight=weight, row_weight=s.row_weight, key=key
        )
        for x in (seen.input(s.kept), seen.input())
    ]  # fmt: skip


@dataclass(frozen=True)
class Guess:
    """What a model that saw no page of its site says of a page, with trafilatura's choice for evidence and without."""

    asked: Floats
    alone: Floats
    article: float

    def kept(self, words: Floats, sure: float = SURE) -> NDArray[np.bool_]:
        """The decision as the extractor takes it: trafilatura is asked where the model alone is not sure."""
        beta = BETA + (BETA_ARTICLE - BETA) * self.article
        found, expected = choose(self.alone, words, beta)
        return found if expected >= sure else choose(self.asked, words, beta)[0]


def cross_validate(
    samples: Sequence[Sample], inputs: Inputs, folds: Iterable[int], config: Config, hide: Sequence[int], log: Callable[[str], None]
) -> list[Guess | None]:
    """Probabilities for every page of the folds, from a model that saw no page of its site."""
    out: list[Guess | None] = [None] * len(samples)
    for fold in folds:
        started = time.time()
        docs = [d for k, s in enumerate(samples) if s.usable and s.fold != fold for d in documents(s, inputs.of(k, s, fold))]
        net = LineNet.from_arrays(train_arrays(docs, ALL_COLUMNS, config, hide=hide))
        del docs
        for k, s in enumerate(samples):
            if s.usable and s.fold == fold:
                seen = inputs.of(k, s, fold)
                asked, alone = (net.predict(x, seen.tokens, seen.token_block) for x in (seen.input(s.kept), seen.input()))
                out[k] = Guess(asked, alone, float(seen.kind[0]))
        log(f"fold {fold}: {time.time() - started:.0f} s")
    return out


# ---------------------------------------------------------------- figures

Figures = dict[str, dict[str, float]]


def measure(samples: Sequence[Sample], texts: Sequence[str | None], score: Any) -> Figures:
    """By set, and by page type within wcxb-dev: P, R, F and short; with and without for the set of snippets."""
    groups: dict[str, list[dict[str, float]]] = defaultdict(list)
    for s, text in zip(samples, texts, strict=True):
        if text is None:
            continue
        row = s.row
        found: dict[str, float] = {}
        names = [row["set"]]
        if row.get("gold"):
            p, r, f = score.prf(score.words(text), score.words(row["gold"]))
            found = {"P": p, "R": r, "F": f, "short": float(r < 0.9)}
            if row["set"].startswith("wcxb"):
                names.append(f"{row['set']} [{row.get('page_type')}]")
        else:
            low = text.lower()
            for key in ("with", "without"):
                if row.get(key):
                    found[key] = sum(x.lower() in low for x in row[key]) / len(row[key])
        for name in names:
            groups[name].append(found)
    return {
        name: {"pages": len(found)} | {key: float(np.mean([f[key] for f in found if key in f])) for key in ("P", "R", "F", "short", "with", "without") if any(key in f for f in found)}
        for name, found in sorted(groups.items())
    }


def texts_of(samples: Sequence[Sample], guesses: Sequence[Guess | None], sure: float = SURE) -> list[str | None]:
    out: list[str | None] = []
    for s, guess in zip(samples, guesses, strict=True):
        if s.page is None or guess is None:
            out.append(None if s.usable else "")
            continue
        kept = np.flatnonzero(guess.kept(s.words, sure)).tolist()
        out.append(render(s.page, kept)[0])
    return out


def table(columns: Mapping[str, Figures]) -> list[str]:
    """A Markdown table: a row a set, F (or with / without) and short for each of the columns."""
    names = sorted({name for figures in columns.values() for name in figures})
    lines = ["| | pages | " + " | ".join(columns) + " |", "|---|---|" + "---|" * len(columns)]
    for name in names:
        cells = []
        for figures in columns.values():
            f = figures.get(name, {})
            cells.append(f"{f['F']:.3f} (short {100 * f['short']:.1f} %)" if "F" in f else f"{f.get('with', 0):.3f} / {f.get('without', 0):.3f}")
        pages = int(next(figures[name]["pages"] for figures in columns.values() if name in figures))
        lines.append(f"| {name} | {pages} | " + " | ".join(cells) + " |")
    return lines


def report(columns: Mapping[str, Figures], ablation: Mapping[str, Figures], size: int, config: Config) -> str:
    lines = [
        "# The block model of `clean_html`", "",
        "Which blocks of an HTML page are its main text. Each block is described by numbers (the shape of its text, its markup, the class names",
        "around it, its neighbourhood, hashes of its words), a small network of dilated convolutions over the blocks in reading order gives",
        "each a probability, and the blocks are kept that make the expected F of the page largest. Where the network does not expect an F of",
        f"{SURE} by itself, trafilatura's fast mode is asked too, and what it keeps is evidence like the rest: on about a quarter of pages. The",
        "whole then took .99 and .96 of the CPU time of `trafilatura.extract` on twice fifty pages.", "",
        "Made by `python bench/train_html.py`. Training data: WCXB dev split (CC-BY-4.0), NAEB (Apache-2.0), fundus test pages (MIT),",
        f"trafilatura evaluation pages (Apache-2.0). Weights: {size / 1e6:.2f} MB. Configuration: `{config}`.", "",
        "## Cross-validated by site, five folds", "",
        "F of the words against the gold text, and the share of pages that lose more than a tenth of it; for trafilatura-dev the share of",
        "wanted / unwanted snippets in the text. No rule has run on this text. Trafilatura is measured on the same pages, with its default settings.",
        "The last two columns are for comparison: the same network where trafilatura is asked on every page, and where it is never asked.", "",
        *table(columns), "",
    ]  # fmt: skip
    if ablation:
        lines += ["## Without a group of features", "", "Fitted anew without the group, the folds as above.", "", *table(ablation), ""]
    lines += [
        "## Titles", "",
        "A block that is the page's title is main text in 0 to 3 % of the gold of news and articles. The model leaves it out of plain text; it is in the",
        "metadata (`title`), and Markdown begins with it as its heading.", "",
        "## Limits", "",
        "The shipped weights have seen every page of the training data: figures of the installed package on these pages are too good.",
        "The gold leaves titles out more often than not, and captions, key points, author boxes and comments in some sets and not in others;",
        "the model learns the majority's habit. Text that is not in the page's elements but only in its scripts is left to trafilatura.",
        "Page types other than articles come from one set, mostly English.", "",
    ]  # fmt: skip
    return "\n".join(lines)


def model_arrays(samples: Sequence[Sample], config: Config, log: Callable[[str], None]) -> dict[str, NDArray[Any]]:
    """Lexicon, page types and network fitted on everything: what goes into the weights file.

    The network must see names scored by a lexicon that did not see their site, as it will be with new pages.
    """
    inputs = prepare(samples, (), log)
    docs = [d for k, s in enumerate(samples) if s.usable for d in documents(s, inputs.of(k, s, -1))]
    arrays = train_arrays(docs, ALL_COLUMNS, config)
    lexicon, types = NameCounts.of(samples).fit(), fit_types([s for s in samples if s.usable])
    names, tokens = sorted(lexicon.weights), sorted(types.weights)
    return arrays | {
        "lexicon.tokens": np.array("\n".join(names)),
        "lexicon.weights": np.array([lexicon.weights[n] for n in names], np.float16),
        "types.tokens": np.array("\n".join(tokens)),
        "types.weights": np.array([types.weights[t] for t in tokens], np.float16),
        "types.bias": types.bias,
        "beta": np.array([BETA, BETA_ARTICLE], np.float32),
    }


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--bench")
    ap.add_argument("--cache", type=Path)
    ap.add_argument("--folds", type=int, default=FOLDS)
    ap.add_argument("--guesses", type=Path, help="keep the cross-validated probabilities")
    ap.add_argument("--ablation", action="store_true")
    ap.add_argument("--no-fit", action="store_true")
    ap.add_argument("--no-figures", action="store_true")
    args = ap.parse_args()
    logging.disable(logging.CRITICAL)
    started = time.time()

    def log(message: str) -> None:
        print(f"[{time.time() - started:5.0f} s] {message}", flush=True)

    bench = bench_folder(args.bench)
    score = load_score(bench)
    samples = load_samples(bench, args.cache)
    log(f"{len(samples)} pages")
    weights = ROOT / "cleankit/builtin/html/html_blocks.npz"
    if not args.no_fit:
        arrays = model_arrays(samples, CONFIG, log)
        BlockModel.from_arrays(arrays)  # it loads
        save(arrays, weights)
        log(f"weights: {weights.stat().st_size} bytes")
    if args.no_figures:
        return
    folds = range(args.folds)
    inputs = prepare(samples, folds, log)
    measured = [s if s.fold in folds else None for s in samples]
    columns: dict[str, Figures] = {"trafilatura": measure(samples, [s.peer if m else None for s, m in zip(samples, measured, strict=True)], score)}
    guesses = cross_validate(samples, inputs, folds, CONFIG, (), log)
    if args.guesses:
        with args.guesses.open("wb") as f:
            pickle.dump([None if g is None else (g.asked, g.alone, g.article) for g in guesses], f)
    columns["block model"] = measure(samples, texts_of(samples, guesses), score)
    columns["always asking trafilatura"] = measure(samples, texts_of(samples, guesses, 2.0), score)
    columns["never asking it"] = measure(samples, texts_of(samples, guesses, 0.0), score)
    print("\n".join(table(columns)))
    ablation: dict[str, Figures] = {}
    if args.ablation:
        ablation["all features"] = columns["block model"]
        groups = {**GROUPS, "page type": [c for c in ALL_COLUMNS if c.startswith("type_")]}
        for name, members in groups.items():
            hide = [ALL_COLUMNS.index(c) for c in members]
            guesses = cross_validate(samples, inputs, folds, CONFIG, hide, log)
            ablation[f"no {name}"] = measure(samples, texts_of(samples, guesses), score)
            print("\n".join(table({name: ablation[f"no {name}"]})), flush=True)
    if args.folds == FOLDS:
        path = ROOT / "docs/models/html-blocks.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(report(columns, ablation, weights.stat().st_size if weights.exists() else 0, CONFIG), encoding="utf-8")
        log(f"report: {path}")


if __name__ == "__main__":
    main()
