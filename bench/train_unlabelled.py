"""Train the network of `context/unlabelled`, five-fold by host, and say at which loss of body it removes how much debris.

    python bench/train_unlabelled.py --bench FOLDER [--out cleankit/builtin/context/unlabelled.npz]

Data: the output of five extractors (of one, for pages that the bench has no outputs of) with the gold text of each page (labels: the share of a line's words that are gold) and
the gold texts themselves (every line stays). A page's host decides its fold.
"""

from __future__ import annotations

import argparse
import hashlib
import pickle
import time
from pathlib import Path
from typing import Any

import numpy as np
from trafilatura import extract

from cleankit import Cleaner
from cleankit.builtin.context.unlabelled import COLUMNS, candidates, evidence
from cleankit.document import Document
from cleankit.engine import Engine
from cleankit.features import FEATURES
from linenet_train import (
    Config,
    Doc,
    bench_folder,
    load_score,
    out_of_fold,
    rows,
    save,
    site,
    soft_labels,
    train_arrays,
)

CONFIG = Config(width=32, gates=8, dilations=(1, 2, 4, 0, 1, 0), buckets=1 << 14, word_dropout=0.4, dropout=0.15, epochs=10, power=0.0, recall=1.0,
                weight_decay=0.05, lr=3e-3, batch_rows=5000)


def seen_by_rule(engine: Engine, text: str) -> Document | None:
    """The first pass's document as context rules get it: what the other rules remove and cue is in it."""
    seen: list[Document] = []
    engine.watch = seen.append
    engine.clean(text)
    engine.watch = None
    return seen[0] if seen else None


def load(bench: Path) -> list[tuple[Doc, dict[str, Any]]]:
    score = load_score(bench)
    engine = Cleaner(unlabelled="off").engine
    out = []
    texts = [(r, r["text"], r["tool"]) for r in rows(bench, "residue")]
    texts += [(r, r["gold"], "gold") for r in rows(bench, "html") if r.get("gold") and r.get("page_type") in (None, "article", "news")]
    seen = {(r["set"], r["id"]) for r, _, tool in texts if tool == "trafilatura"}
    texts += [(r, extract(r["html"], url=r.get("url"), include_comments=False) or "", "trafilatura") for r in rows(bench, "html")
              if r.get("gold") and r.get("page_type") == "article" and (r["set"], r["id"]) not in seen]
    for r, text, tool in texts:
        doc = seen_by_rule(engine, text)
        if doc is None:
            continue
        chosen = candidates(doc)
        if not chosen:
            continue
        encoded, matrix, line_of = evidence(doc, chosen)
        words = [score.words(doc.facts[i].text) for i in line_of]
        gold = score.words(r["gold"])
        share = soft_labels(words, gold) if tool != "gold" else np.ones(len(line_of), np.float32)
        titles = [set(score.words(t)) for t in r.get("titles") or ()]
        neutral = np.array([len(w) >= 3 and any(sum(x in t for x in w) >= 0.8 * len(w) for t in titles) for w in words])
        size = np.array([len(w) for w in words], np.float32)
        gaps = float((size * (share < 0.5) * ~neutral).sum()) > 0.25 * float(size.sum())
        among = set(chosen)
        weight = np.zeros(len(line_of), np.float32)
        for k, i in enumerate(line_of):
            if i in among and not (neutral[k] and share[k] < 0.5):
                weight[k] = (0.0 if gaps else 1.0) if share[k] < 0.4 else 1.0 + 0.05 * min(size[k], 20)
        y = (share >= 0.4).astype(np.float32)
        n = len(line_of)
        doc_weight = float(weight.sum()) ** 0.7 * (0.4 if tool == "gold" else 1.0)
        x = Doc(f"{r['set']}/{r['id']}/{tool}", f"{r['set']} {tool}", site(r.get("url")) or r["id"], matrix, y, size, encoded.tokens, encoded.token_line,
                doc_weight, weight)
        out.append((x, {"n": n, "share": share, "gaps": gaps, "neutral": neutral, "candidate": np.array([i in among for i in line_of]),
                        "removed": np.array([i in doc.removed for i in line_of]), "lines": [doc.facts[i].text for i in line_of], "size": size}))
    return out


def figures(docs: list[tuple[Doc, dict[str, Any]]], keep: list[Any], threshold: float) -> list[tuple[str, int, float, float, float]]:
    """Per set and tool: debris lines, share of them that goes (rules and net), share of gold words lost, share of documents hurt."""
    groups: dict[str, list[float]] = {}
    for (d, m), p in zip(docs, keep, strict=True):
        if p is None:
            continue
        gone = m["removed"] | (m["candidate"] & (1 - p >= threshold))
        debris = (m["share"] < 0.4) & (m["size"] > 0) & (m["size"] <= 40) & ~m["neutral"] & (not m["gaps"])
        g = groups.setdefault(d.group, [0.0] * 6)
        net = m["candidate"] & (1 - p >= threshold)
        g[0] += int(debris.sum())
        g[1] += int((debris & gone).sum())
        g[2] += float((m["share"] * m["size"]).sum())
        g[3] += float((m["share"] * m["size"])[gone].sum())
        g[4] += 1
        g[5] += bool((m["share"] * m["size"])[net].max(initial=0) >= 5)
    return [(k, int(g[0]), g[1] / max(1, g[0]), g[3] / max(1, g[2]), g[5] / g[4]) for k, g in sorted(groups.items())]


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--bench")
    ap.add_argument("--cache", type=Path, help="keep the assembled documents here between runs")
    ap.add_argument("--folds", type=int, default=5, help="folds to run of the five (0: fit only)")
    ap.add_argument("--out", type=Path)
    args = ap.parse_args()
    bench = bench_folder(args.bench)
    if args.cache and args.cache.exists():
        docs = pickle.loads(args.cache.read_bytes())
    else:
        t = time.process_time()
        docs = load(bench)
        print(f"{len(docs)} documents, {time.process_time() - t:.0f} s", flush=True)
        if args.cache:
            args.cache.write_bytes(pickle.dumps(docs))
    columns = (*FEATURES, *COLUMNS)
    if args.folds:
        from linenet_train import train

        keep = out_of_fold([d for d, _ in docs], lambda ds: train(ds, columns, CONFIG), folds=range(args.folds))
        for threshold in (0.8, 0.9, 0.93, 0.95, 0.97, 0.98, 0.99):
            print(f"threshold {threshold}")
            for group, n, gone, lost, hurt in figures(docs, keep, threshold):
                print(f"  {group:32s} lines {n:5d}  debris {gone:.3f}  lost {lost:.4f}  hurt {hurt:.4f}", flush=True)
        if args.cache:
            Path(str(args.cache) + ".keep").write_bytes(pickle.dumps(keep))
    if args.out:
        arrays = train_arrays([d for d, _ in docs], columns, CONFIG)
        save(arrays, args.out)
        print(f"{args.out}: {args.out.stat().st_size} bytes, sha256 {hashlib.sha256(args.out.read_bytes()).hexdigest()[:16]}")


if __name__ == "__main__":
    main()
