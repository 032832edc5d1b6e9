"""Train the body finder of preset `page` and write its model card.

    python bench/train_page.py --bench FOLDER            # cross-validate, report, fit on everything, write weights and card
    python bench/train_page.py --bench FOLDER --no-fit   # the figures only
    python bench/train_page.py --bench FOLDER --no-cv    # the weights only

Learns from `page.jsonl.xz` (a block a line and a fragment a line), from the gold texts themselves (a clean text must
come back whole), and from fragments made of `html.jsonl.xz`. All pages of a site are in one fold. Documents in the
fragment form are joined first, as the finder does. One thread; the same bytes on every run.
"""

from __future__ import annotations

import argparse
import os
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest import mock

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from numpy.typing import NDArray

from cleankit import Cleaner
from cleankit.builtin import body
from cleankit.builtin.body import BETA, decide, paragraphs
from cleankit.features import FEATURES, GROUPS
from cleankit.linenet import LineNet
from linenet_train import (
    Config,
    Doc,
    bench_folder,
    fold_of,
    leaning,
    load_score,
    rows,
    save,
    site,
    soft_labels,
    train,
    train_arrays,
)

Floats = NDArray[np.float32]
ROOT = Path(__file__).parents[1]
CONFIG = Config(width=32, buckets=8192, epochs=10, mix=False, average=0.99)
LONGEST = 1000  # rows; the few longer pages are lists, and cost more time than they teach
CLEAN_WEIGHT = 0.5


@dataclass(frozen=True)
class Page:
    """A document with what the measure needs: the words of each row and of the gold."""

    doc: Doc
    row_words: list[list[str]]
    gold: Counter[str]
    had: float  # the recall of the whole page


def page(
    name: str, group: str, url: str | None, lines: Sequence[str], gold: Sequence[str], score: ModuleType
) -> Page | None:
    """Label a document: each row's share of gold words, rows being lines or, in fragments, joined lines."""
    at, enc, part = paragraphs(lines)
    if not len(enc.rows):
        return None
    words: list[list[str]] = [[] for _ in enc.rows]
    for k, i in zip(part.tolist(), at.rows.tolist(), strict=True):
        words[k] += score.words(lines[i])
    size = np.array([len(w) for w in words], np.float32)
    had = score.prf([w for ws in words for w in ws], gold)[1]
    doc = Doc(
        name,
        group,
        site(url),
        enc.matrix,
        soft_labels(words, gold),
        size,
        enc.tokens,
        enc.token_line,
        key=" ".join(name.split()[:-1]),
    )
    return Page(doc, words, Counter(gold), had)


def pages(bench: Path, score: ModuleType, limit: int = 0) -> Iterator[Page]:
    """The pages that are measured."""
    for k, r in enumerate(rows(bench, "page")):
        if limit and k % limit:
            continue
        kind = f"{r['set']} [{r['page_type']}]" if r["set"].startswith("wcxb") else r["set"]
        found = page(
            f"{r['set']} {r['id']} {r['tool']}",
            f"{kind} {r['tool']}",
            r["url"],
            r["text"].split("\n"),
            score.words(r["gold"]),
            score,
        )
        if found:
            yield found


NEWS_WEIGHT = 2.0


def weight(pg: Page) -> float:
    """Pages that lack much of their gold teach little that is right; pages that are no articles are not what the finder is for.

    The news pages in 25 languages are few, and all that there is of most languages.
    """
    kind = NEWS_WEIGHT if pg.doc.group.startswith("fundus") else 0.6 if pg.doc.group.startswith("wcxb") and "[article]" not in pg.doc.group else 1.0
    return (0.3 if pg.had < 0.7 else 1.0) * kind


def weighted(measured: Sequence[Page], extra: Sequence[Doc]) -> list[Doc]:
    """All that is learnt from, the forms of one page with one weight."""
    of = {p.doc.key: weight(p) for p in measured}
    return [
        *(replace(p.doc, weight=weight(p)) for p in measured),
        *(replace(d, weight=of.get(d.key, d.weight)) if d.key else d for d in extra),
    ]


def clean_texts(bench: Path, score: ModuleType) -> Iterator[Doc]:
    """The gold of every third page as a page of its own: all of it is main content."""
    for r in rows(bench, "page"):
        if r["tool"] == "resiliparse-all" and fold_of(r["id"], 3, "clean") == 0:
            lines = r["gold"].split("\n")
            found = page(f"{r['set']} {r['id']} gold", "clean text", r["url"], lines, score.words(r["gold"]), score)
            if found:
                yield replace(found.doc, y=np.ones(len(found.doc.y), np.float32), weight=CLEAN_WEIGHT, key="")


def fragments(bench: Path, score: ModuleType) -> Iterator[Doc]:
    """Pages of `html.jsonl.xz` with a text node a line, where the bench has no `bs4` form: all articles of the two news sets, half of the rest."""
    from lxml import etree
    from lxml import html as lxml_html

    has, urls = set(), {}
    for r in rows(bench, "page"):
        urls[r["set"], r["id"]] = r["url"]
        if r["tool"] == "bs4":
            has.add((r["set"], r["id"]))
    for r in rows(bench, "html"):
        key = r["set"], r["id"]
        if not r.get("gold") or key in has or (r["set"].startswith("wcxb") and fold_of(r["id"], 2, "fragment")):
            continue
        try:
            root = lxml_html.document_fromstring(
                r["html"].encode("utf-8", "replace"), parser=lxml_html.HTMLParser(encoding="utf-8")
            )
        except etree.ParserError:
            continue
        texts = []
        for event, el in etree.iterwalk(root, events=("start", "end")):
            if (
                event == "start"
                and isinstance(el.tag, str)
                and el.tag not in ("script", "style", "template", "noscript")
            ):
                texts.append(el.text or "")
            elif event == "end" and el.getparent() is not None:
                texts.append(el.tail or "")
        lines = [s for t in texts for part in t.strip().split("\n") if (s := part.strip())]
        found = (
            page(f"{r['set']} {r['id']} made", "made fragments", urls.get(key), lines, score.words(r["gold"]), score)
            if lines
            else None
        )
        if found:
            yield found.doc


# ---------------------------------------------------------------- figures

Figures = dict[str, tuple[int, float, float, float, float]]


def figures(found: Iterable[tuple[Page, Floats]], beta: float) -> Figures:
    """P, R, F and `short` for each group, at the finder's own decision."""
    sums: dict[str, list[tuple[float, ...]]] = defaultdict(list)
    for pg, p in found:
        keep = decide(p, pg.doc.words, beta)
        out: Counter[str] = Counter()
        for k in np.flatnonzero(keep).tolist():
            out.update(pg.row_words[k])
        hit, n, g = sum((out & pg.gold).values()), sum(out.values()), sum(pg.gold.values())
        precision, recall = (hit / n, hit / g) if hit else (0.0, 0.0)
        f = 2 * precision * recall / (precision + recall) if hit else 0.0
        sums[pg.doc.group].append((precision, recall, f, float(recall < 0.9 * pg.had)))
    return {g: (len(v), *(float(x) for x in np.mean(v, 0))) for g, v in sorted(sums.items())}  # type: ignore[misc]


def table(f: Figures) -> str:
    head = "| set, form | documents | P | R | F | short |\n|---|---|---|---|---|---|\n"
    return head + "".join(
        f"| {g} | {n} | {p:.3f} | {r:.3f} | {f1:.4f} | {s:.3f} |\n" for g, (n, p, r, f1, s) in f.items()
    )


MAIN = (
    "naeb-dev resiliparse-all",
    "fundus-tests resiliparse-all",
    "wcxb-dev [article] resiliparse-all",
    "naeb-dev bs4",
    "fundus-tests bs4",
    "wcxb-dev [article] bs4",
)


def row(name: str, f: Figures, base: Figures | None = None) -> str:
    cells = [f"{f[g][3] - (base[g][3] if base else 0):{'+' if base else ''}.4f}" if g in f else "" for g in MAIN]
    return f"| {name} | " + " | ".join(cells) + " |\n"


ROW_HEAD = "| | " + " | ".join(MAIN) + " |\n|---|" + "---|" * len(MAIN) + "\n"


def blanked(net: LineNet, doc: Doc, group: str | None) -> Floats:
    """What a net says when it is not shown a group of features (`words`: the words themselves)."""
    if group is None:
        return net.predict(doc.x, doc.tokens, doc.token_line)
    if group == "words":
        return net.predict(doc.x)
    x = doc.x.copy()
    at = [FEATURES.index(f) for f in GROUPS[group]]
    x[:, at] = net.mean[at]
    return net.predict(x, doc.tokens, doc.token_line)


def fit(docs: Sequence[Doc], config: Config, hide: Sequence[int] = ()) -> LineNet:
    return train([d for d in docs if len(d.x) <= LONGEST], FEATURES, config, hide=hide)


def cross_validate(
    measured: list[Page], extra: list[Doc], config: Config, folds: int, log: Any
) -> tuple[list[tuple[Page, Floats]], dict[str, list[tuple[Page, Floats]]], float]:
    """Out-of-fold probabilities, the same with each group of features blanked, and the share of words kept of clean texts."""
    whole: list[tuple[Page, Floats]] = []
    without: dict[str, list[tuple[Page, Floats]]] = defaultdict(list)
    kept = []
    for k in range(folds):
        started = time.time()
        net = fit([d for d in weighted(measured, extra) if fold_of(d.host, folds) != k], config)
        for pg in measured:
            if fold_of(pg.doc.host, folds) == k:
                whole.append((pg, blanked(net, pg.doc, None)))
                for g in (*GROUPS, "words"):
                    without[g].append((pg, blanked(net, pg.doc, g)))
        for d in extra:
            if d.group == "clean text" and fold_of(d.host, folds) == k:
                p = blanked(net, d, None)
                kept.append(float(d.words[decide(p, d.words)].sum() / max(d.words.sum(), 1)))
        log(f"fold {k + 1} of {folds}: {time.time() - started:.0f} s")
    return whole, without, float(np.mean(kept))


def leave_languages_out(measured: list[Page], extra: list[Doc], config: Config) -> Figures:
    """Learn from the mostly English sets alone, measure on `fundus-tests` (25 languages), no site in both."""
    target = [p for p in measured if p.doc.name.startswith("fundus-tests")]
    hosts = {p.doc.host for p in target}
    docs = [
        d for d in [*(p.doc for p in measured), *extra] if not d.name.startswith("fundus-tests") and d.host not in hosts
    ]
    net = fit(docs, config)
    return figures([(p, blanked(net, p.doc, None)) for p in target], BETA)


def by_country(found: Iterable[tuple[Page, Floats]], beta: float) -> str:
    """The news pages of `fundus-tests` by the country of their publisher, a block a line; countries with fewer than three pages as one."""
    pages = [(pg, p) for pg, p in found if pg.doc.group == "fundus-tests resiliparse-all"]
    country = [pg.doc.name.split()[1].partition("_")[0] for pg, _ in pages]
    many = Counter(country)
    named = [(replace(pg, doc=replace(pg.doc, group=c if many[c] > 2 else "others")), p) for c, (pg, p) in zip(country, pages, strict=True)]
    return table(figures(named, beta)).replace("set, form", "country")


class Told:
    """Stands in for the finder's net: says of a page what a net said that had not seen its site."""

    def __init__(self, net: LineNet) -> None:
        self.net, self.said = net, np.zeros(0, np.float32)

    def predict(self, x: Floats, *_: Any) -> Floats:
        if len(x) != len(self.said):
            raise ValueError(f"{len(self.said)} rows were measured, {len(x)} were found")
        return self.said

    def __getattr__(self, name: str) -> Any:
        return getattr(self.net, name)


def whole_preset(found: Iterable[tuple[Page, Floats]], bench: Path, score: ModuleType, beta: float) -> Figures:
    """The figures of the preset: the finder out of fold, then its rules (but for the network of unlabelled debris, which learnt from these pages)."""
    said = {pg.doc.name: (pg, p) for pg, p in found if pg.doc.group in MAIN}
    cleaner = Cleaner("page", unlabelled="off")
    told = Told(body.net())
    sums: dict[str, list[tuple[float, ...]]] = defaultdict(list)
    with mock.patch.object(body, "net", return_value=told), mock.patch.object(decide, "__defaults__", (beta,)):
        for r in rows(bench, "page"):
            pg, told.said = said.get(f"{r['set']} {r['id']} {r['tool']}", (None, told.said))
            if pg is None:
                continue
            p, recall, f = score.prf(score.words(cleaner.clean(r["text"], explain=False).text), list(pg.gold.elements()))
            sums[pg.doc.group].append((p, recall, f, float(recall < 0.9 * pg.had)))
    return {g: (len(v), *(float(x) for x in np.mean(v, 0))) for g, v in sorted(sums.items())}  # type: ignore[misc]


def write_card(path: Path, figures_text: str) -> None:
    """Put the figures between the card's marks; the rest of it is written by hand."""
    start, end = "<!-- figures: written by bench/train_page.py -->", "<!-- end of figures -->"
    card = path.read_text(encoding="utf-8") if path.exists() else f"# The body finder\n\n{start}\n{end}\n"
    before, _, rest = card.partition(start)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{before}{start}\n\n{figures_text}\n{end}{rest.partition(end)[2]}", encoding="utf-8")


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--bench", help="folder of the development bench (default: $CLEANKIT_BENCH)")
    ap.add_argument("--weights", type=Path, default=ROOT / "cleankit/builtin/body/body.npz")
    ap.add_argument(
        "--card",
        type=Path,
        default=ROOT / "docs/models/body-finder.md",
        help="model card; what stands between its marks is replaced",
    )
    ap.add_argument("--no-cv", action="store_true")
    ap.add_argument("--no-fit", action="store_true")
    ap.add_argument("--folds", type=int, default=5)
    ap.add_argument("--epochs", type=int, default=CONFIG.epochs)
    ap.add_argument("--every", type=int, default=0, help="take every nth page only: a trial of the machinery")
    args = ap.parse_args()
    bench = bench_folder(args.bench)
    score = load_score(bench)
    config = replace(CONFIG, epochs=args.epochs)

    def log(text: str) -> None:
        print(text, flush=True)

    measured = list(pages(bench, score, args.every))
    extra = [*clean_texts(bench, score), *fragments(bench, score)] if not args.every else []
    log(
        f"{len(measured)} pages, {len(extra)} clean texts and made fragments, {sum(len(p.doc.x) for p in measured) + sum(len(d.x) for d in extra)} rows"
    )
    if not args.no_cv:
        whole, without, kept = cross_validate(measured, extra, config, args.folds, log)
        base = figures(whole, BETA)
        text = f"## Figures, {args.folds}-fold by site\n\nThe finder alone, at beta {BETA}.\n\n{table(base)}\nClean texts (gold as a page): {kept:.2%} of the words are kept.\n"
        text += f"\nThe preset: the same, then its rules (without the network for unlabelled debris, which learnt from these pages).\n\n{table(whole_preset(whole, bench, score, BETA))}"
        text += f"\n## By country\n\n`fundus-tests`, a block a line, by the publisher's country; the finder alone.\n\n{by_country(whole, BETA)}"
        text += f"\n## What the feature groups are worth\n\nF, and its change when a group is blanked in the trained net.\n\n{ROW_HEAD}{row('all', base)}"
        text += "".join(row(f"without {g}", figures(v, BETA), base) for g, v in without.items())
        text += (
            "\n## The decision\n\nF and `short` by the beta of the expected F that sets each page's threshold.\n\n| beta | "
            + " | ".join(MAIN)
            + " |\n|---|"
            + "---|" * len(MAIN)
            + "\n"
        )
        for beta in (1.0, 1.1, 1.2, 1.25, 1.3, 1.4, 1.5):
            f = figures(whole, beta)
            text += (
                f"| {beta} | " + " | ".join(f"{f[g][3]:.4f} / {f[g][4]:.3f}" if g in f else "" for g in MAIN) + " |\n"
            )
        log(text)
        if not args.every:
            text += f"\n## Languages never seen\n\nLearnt from the two mostly English sets, measured on `fundus-tests`.\n\n{table(leave_languages_out(measured, extra, config))}"
            write_card(args.card, text)
    if not args.no_fit:
        docs = [d for d in weighted(measured, extra) if len(d.x) <= LONGEST]
        arrays = train_arrays(docs, FEATURES, config, log=log, meta={"documents": len(docs)})
        arrays["leaning"], explained = leaning(LineNet.from_arrays(arrays), docs)
        log(f"the straight line that reasons are read off explains {explained:.0%} of the spread of the net's log-odds")
        args.weights.parent.mkdir(parents=True, exist_ok=True)
        save(arrays, args.weights)
        log(f"{args.weights.name}: {args.weights.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
