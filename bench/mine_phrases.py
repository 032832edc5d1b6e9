"""Mine debris phrases from real pages, and measure rule files against them.

    python bench/mine_phrases.py --bench BENCH candidates --lang en --min-hosts 2
    python bench/mine_phrases.py --bench BENCH candidates --lang en --labels      # what stands before a colon or dash
    python bench/mine_phrases.py --bench BENCH hits rules/also-read rules/share   # per rule: debris lines, gold lines
    python bench/mine_phrases.py --bench BENCH grep '(?i)share' --lang de         # every debris, body and gold line

BENCH (or the variable CLEANKIT_BENCH) is a folder with residue.jsonl.xz, page.jsonl.xz and html.jsonl.xz: documents
with `set`, `id`, `url`, `text` and `gold`. A line of `text` is debris when (nearly) none of it is in the gold.

candidates  folded debris lines, by number of distinct hosts (`resid`: hosts on which an extractor left it); `gold` is
            the number of main texts that have the same line, `rule` names a rule that takes it already. A phrase of one
            host is a fact about a page, not about a language.
hits        what each rule takes: debris lines and hosts, and every line of main text that it would take. The latter
            have to be read: bylines, dates and `Read more: ...` lines that some gold keeps are fair, the rest is not.

Lines are matched by the engine's own matchers, one by one: no guard rails beyond "does it look like prose", and each rule
by itself. The language is that of the page's <html lang>, or what its script says ("latin" where that says little).
"""

from __future__ import annotations

import argparse
import lzma
import os
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from json import loads
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import regex

from cleankit.document import bare_text, fold
from cleankit.guard import protect
from cleankit.matchers import LABEL_REACH, MatcherSet, PatternRule, line_facts, split_label
from cleankit.rulefile import load_rule

RULES = Path(__file__).parent.parent / "rules"
WORD = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]|[\p{L}\p{M}\p{N}_]+")
SCRIPTS = {"ru": "Cyrillic", "el": "Greek", "ar": "Arabic", "hi": "Devanagari", "ja": "Hiragana", "ko": "Hangul", "zh": "Han"}


@dataclass(slots=True)
class Text:
    """One text of the bench: its lines, and which of them are debris. `source` is residue, page or gold."""

    host: str
    source: str
    lines: list[str]
    debris: list[bool]


def read_rules(paths: Iterable[Path]) -> list[PatternRule]:
    files = (p for top in paths for p in ([top] if top.suffix == ".toml" else sorted(top.rglob("*.toml"))))
    return [load_rule(p, f"{p.parent.name}/{p.stem}") for p in files]


def rows(bench: Path, name: str) -> Iterator[dict[str, Any]]:
    with lzma.open(bench / f"{name}.jsonl.xz", "rt", encoding="utf-8") as f:
        yield from map(loads, f)


def languages(bench: Path, keep: Path | None) -> dict[tuple[str, str], str]:
    """(set, id) -> the language that the page itself declares. Slow to read, so kept in a file where one is named."""
    if keep and keep.exists():
        return {(s, i): lang for s, i, lang in (line.split("\t") for line in keep.read_text(encoding="utf-8").splitlines())}
    tag = regex.compile(r"<html[^>]*?\blang\s*=\s*[\"']?([a-zA-Z]{2})", regex.S)
    found = {(r["set"], r["id"]): m[1].lower() for r in rows(bench, "html") if (m := tag.search(r["html"], 0, 20_000))}
    if keep:
        keep.write_text("".join(f"{s}\t{i}\t{lang}\n" for (s, i), lang in found.items()), encoding="utf-8")
    return found


def guess(text: str) -> str:
    sample = text[:4000]
    share = {lang: len(regex.findall(rf"\p{{{script}}}", sample)) / max(1, len(sample)) for lang, script in SCRIPTS.items()}
    best = max(share, key=lambda lang: share[lang])
    return best if share[best] > 0.2 else "latin"


def debris_flags(lines: list[str], gold: str) -> list[bool]:
    """A short line must be a line of the gold to be body; of a longer one some word triples must be in the gold."""
    own = {fold(bare_text(line)) for line in gold.split("\n")}
    ws = WORD.findall(gold.lower())
    triples = set(zip(ws, ws[1:], ws[2:], strict=False))
    flags = []
    for line in lines:
        w = WORD.findall(line.lower())
        if len(w) < 5:
            flags.append(fold(bare_text(line)) not in own)
        else:
            flags.append(sum(t in triples for t in zip(w, w[1:], w[2:], strict=False)) < 0.3 * (len(w) - 2))
    return flags


def texts(args: argparse.Namespace) -> Iterator[Text]:
    """Every residue and page text, and every gold text once (no line of it is debris)."""
    declared = languages(args.bench, args.keep)
    golds: set[tuple[str, str]] = set()
    for name in ("residue", "page"):
        for r in rows(args.bench, name):
            key = r["set"], r["id"]
            if not r.get("gold") or (args.sets and r["set"] not in args.sets):
                continue
            if args.lang and (declared.get(key) or guess(r["gold"])) != args.lang:
                continue
            host = (urlsplit(r["url"] or "").hostname or r["id"]).removeprefix("www.")
            lines = [line for line in r["text"].split("\n") if line.strip()]
            yield Text(host, name, lines, debris_flags(lines, r["gold"]))
            if key not in golds:
                golds.add(key)
                lines = [line for line in r["gold"].split("\n") if line.strip()]
                yield Text(host, "gold", lines, [False] * len(lines))


def phrase_of(line: str, labels: bool) -> str:
    """What is counted of a line: the line folded, or its label ("" where it has none)."""
    return split_label(line_facts(line))[0] if labels else fold(bare_text(line))


def candidates(args: argparse.Namespace) -> None:
    matchers = MatcherSet(read_rules(args.rules))
    hosts: dict[str, set[str]] = defaultdict(set)
    residue: dict[str, set[str]] = defaultdict(set)
    gold: Counter[str] = Counter()
    sample: dict[str, str] = {}
    for t in texts(args):
        for key, line, bad in {(phrase_of(x, args.labels), x, bad) for x, bad in zip(t.lines, t.debris, strict=True)}:
            if not key or len(key) > (LABEL_REACH if args.labels else 400):
                continue
            if t.source == "gold":
                gold[key] += 1
            elif bad:
                hosts[key].add(t.host)
                sample.setdefault(key, line)
                if t.source == "residue":
                    residue[key].add(t.host)
    print("hosts\tresid\tgold\trule\tphrase\texample")
    for key in sorted(hosts, key=lambda k: (-len(residue[k]), -len(hosts[k]), k)):
        if len(hosts[key]) < args.min_hosts:
            continue
        found = [matchers.rules[h.rule] for _, verdict in matchers.read([sample[key]], {})[1] for h in verdict.hits]
        rule = next((r for r in found if r.info.effect == "remove"), found[0] if found else None)
        if args.new and rule and rule.info.effect == "remove":
            continue
        print(f"{len(hosts[key])}\t{len(residue[key])}\t{gold[key]}\t{rule.info.id if rule else '-'}\t{key[:160]}\t{sample[key].strip()[:100]}")


def allowed(rule: PatternRule, i: int, prose: list[int]) -> bool:
    """Whether a rule may act on line `i`, by where it stands to the lines that look like prose."""
    if rule.at == "any":
        return True
    if not prose:
        return False
    head, tail = i < prose[0], i > prose[-1]
    return (head and rule.at != "tail") or (tail and rule.at != "head")


def hits(args: argparse.Namespace) -> None:
    matchers = MatcherSet(read_rules(args.rules))
    lines: dict[str, dict[str, Counter[str]]] = {k: defaultdict(Counter) for k in ("debris", "gold", "body")}
    hosts: dict[str, set[str]] = defaultdict(set)
    for t in texts(args):
        facts, spoken = matchers.read(t.lines, {})
        prose = [i for i, f in enumerate(facts) if protect(f.text)]
        for i, v in spoken:
            for rule in {matchers.rules[h.rule] for h in v.hits}:
                if (v.facts.prose and rule.info.reach != "prose" and rule.kind != "inline") or not allowed(rule, i, prose):
                    continue
                kind = "debris" if t.debris[i] else "gold" if t.source == "gold" else "body"
                lines[kind][rule.info.id][v.facts.bare] += 1
                if t.debris[i]:
                    hosts[rule.info.id].add(t.host)
    for rule in matchers.rules:
        name = rule.info.id
        d, g, b = (lines[kind][name] for kind in ("debris", "gold", "body"))
        print(f"{name}\t{rule.info.effect}\tdebris {sum(d.values())} lines, {len(hosts[name])} hosts\tgold {sum(g.values())}\tbody {sum(b.values())}")
        for sign, found, most in (("gold", g, args.show), ("body", b - g, args.show), ("+", d, args.good)):
            for line, n in found.most_common(most):
                print(f"    {sign} {n}: {line[:150]}")


def grep(args: argparse.Namespace) -> None:
    pattern = regex.compile(args.pattern)
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for t in texts(args):
        for line, bad in zip(t.lines, t.debris, strict=True):
            if pattern.search(line):
                found["debris" if bad else "gold" if t.source == "gold" else "body"][bare_text(line)] += 1
    for kind, counted in found.items():
        for line, n in counted.most_common(args.show):
            print(f"{kind}\t{n}\t{line[:200]}")


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--bench", type=Path, default=os.environ.get("CLEANKIT_BENCH"))
    ap.add_argument("--keep", type=Path, help="a file to remember the pages' languages in")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--lang", help="two letters; left out: all")
    common.add_argument("--set", action="append", dest="sets")
    sub = ap.add_subparsers(dest="command", required=True)
    c = sub.add_parser("candidates", parents=[common])
    c.add_argument("--min-hosts", type=int, default=2)
    c.add_argument("--labels", action="store_true", help="what stands before a separator, instead of whole lines")
    c.add_argument("--new", action="store_true", help="only what no rule removes yet")
    c.add_argument("--rules", type=Path, nargs="*", default=[RULES])
    h = sub.add_parser("hits", parents=[common])
    h.add_argument("rules", type=Path, nargs="*", default=[RULES])
    h.add_argument("--show", type=int, default=15, help="wrong hits shown per rule")
    h.add_argument("--good", type=int, default=0, help="right hits shown per rule")
    g = sub.add_parser("grep", parents=[common])
    g.add_argument("pattern")
    g.add_argument("--show", type=int, default=200)
    args = ap.parse_args()
    if not args.bench:
        sys.exit("Name the bench folder: --bench FOLDER, or set CLEANKIT_BENCH.")
    {"candidates": candidates, "hits": hits, "grep": grep}[args.command](args)


if __name__ == "__main__":
    main()
