"""Mine debris phrases from real pages, and measure rule files against them.

    python bench/mine_phrases.py --bench BENCH candidates --lang en --min-hosts 2
    python bench/mine_phrases.py --bench BENCH candidates --lang en --labels      # what stands before a colon or dash
    python bench/mine_phrases.py --bench BENCH hits rules/also-read rules/share   # per rule: debris lines, gold lines
    python bench/mine_phrases.py --bench BENCH grep '(?i)share' --lang de         # every folded debris and gold line

BENCH (or the variable CLEANKIT_BENCH) is a folder with residue.jsonl.xz, page.jsonl.xz and html.jsonl.xz: documents
with `set`, `id`, `url`, `text` and `gold`. A line of `text` is debris when (nearly) none of it is in the gold.

candidates  folded debris lines, by number of distinct hosts; `gold` is the number of documents whose main text has
            the same line, `rule` names a rule that takes it already. A phrase of one host is a fact about a page,
            not about a language.
hits        what each rule takes: debris lines and hosts, and every line of main text that it would take. The latter
            have to be read: bylines, dates and `Read more: ...` lines that some gold keeps are fair, the rest is not.

The matching here is a plain model of the engine (no guard rails, no other rules): quick enough to run after each edit.
The language is that of the page's <html lang>, or what its script says ("latin" where that says little).
"""
from __future__ import annotations

import argparse
import lzma
import os
import sys
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from json import loads
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import regex

LEAD = regex.compile(r"(?:\s*(?:#{1,6}\s|>|[*+•·●▪‣◦–—-]\s|\d{1,3}[.)]\s))+")
LINK = regex.compile(r"!?\[([^\[\]]*)\]\([^()\s]*(?:\s\"[^\"]*\")?\)")
EMPHASIS = regex.compile(r"\*{1,3}|(?<!\w)_{1,3}(?=\S)|(?<=\S)_{1,3}(?!\w)|`")
NUMBER = regex.compile(r"\d+(?:[.,:٫٬’' ]\d+)*")
EDGE = regex.compile(r"^[\p{P}\p{S}\p{Z}\p{Cf}]+|[\p{P}\p{S}\p{Z}\p{Cf}]+$")
SEPARATOR = regex.compile(r"\s*(?:[:：|»›>→]|(?:(?<=\s)|(?<=^))[-–—](?=\s))\s*")
TERMINAL = regex.compile(r"[.!?…。！？।॥؟۔;]['\"”’»）)\]]*$")
UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]")
WORD = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]|[\p{L}\p{M}\p{N}_]+")
SCRIPTS = {"ru": "Cyrillic", "el": "Greek", "ar": "Arabic", "hi": "Devanagari", "ja": "Hiragana", "ko": "Hangul", "zh": "Han"}


def bare(line: str) -> str:
    """The line without heading, list and quote marks, emphasis and link targets."""
    text = LINK.sub(r"\1", line.strip())
    return EMPHASIS.sub("", text[m.end():] if (m := LEAD.match(text)) else text).strip()


def fold(text: str) -> str:
    """Case-folded, numbers as 0, blanks collapsed, no punctuation or symbols at the ends."""
    return EDGE.sub("", NUMBER.sub("0", " ".join(text.casefold().split())))


@cache
def looks_like_prose(line: str) -> bool:
    n = len(line) / 2.5 if len(UNSPACED.findall(line)) > len(line) / 3 else len(line.split())
    return n >= 8 and (n >= 25 or TERMINAL.search(line) is not None)


@dataclass(slots=True)
class Text:
    """One text of the bench: its lines, and which of them are debris."""

    host: str
    lang: str
    source: str
    lines: list[str]
    debris: list[bool]


@dataclass(slots=True)
class FileRule:
    """As much of a rule file as can be measured line by line."""

    id: str
    match: dict[str, Any]
    effect: str
    reach: bool
    pattern: regex.Pattern[str] | None = None
    folded: set[str] = field(default_factory=set)

    def takes(self, line: str, folded: str) -> bool:
        m = self.match
        if m.get("max_words") and len(line.split()) > m["max_words"]:
            return False
        if not self.reach and "inline" not in m and looks_like_prose(line):
            return False
        if "inline" in m:
            return self.pattern is not None and self.pattern.search(line) is not None
        if "phrases" in m:
            return folded in self.folded
        if "labels" in m:
            return any(fold(line[:s.start()]) in self.folded for s in SEPARATOR.finditer(line, 0, 60) if s.end() < len(line))
        return self.pattern is not None and self.pattern.fullmatch(line) is not None


def read_rules(paths: Iterable[Path]) -> list[FileRule]:
    rules = []
    for top in paths:
        for path in [top] if top.suffix == ".toml" else sorted(top.rglob("*.toml")):
            try:
                data = tomllib.loads(path.read_text(encoding="utf-8"))
            except tomllib.TOMLDecodeError as e:
                sys.exit(f"{path}: {e}")
            match = data["match"]
            rule = FileRule(f"{path.parent.name}/{path.stem}", match, data.get("effect", "remove"), data.get("reach") == "prose")
            if source := match.get("line") or match.get("inline") or match.get("marker"):
                rule.pattern = regex.compile(source)
            rule.folded = {fold(p) for p in match.get("phrases") or match.get("labels") or ()}
            rules.append(rule)
    return rules


def rows(bench: Path, name: str) -> Iterator[dict[str, Any]]:
    with lzma.open(bench / f"{name}.jsonl.xz", "rt", encoding="utf-8") as f:
        yield from map(loads, f)


def languages(bench: Path, keep: Path | None) -> dict[tuple[str, str], str]:
    """(set, id) -> the language that the page itself declares. Slow to read, so kept in a file where one is named."""
    if keep and keep.exists():
        return {(s, i): lang for s, i, lang in (line.split("\t") for line in keep.read_text().splitlines())}
    tag = regex.compile(r"<html[^>]*?\blang\s*=\s*[\"']?([a-zA-Z]{2})", regex.S)
    found = {(r["set"], r["id"]): m[1].lower() for r in rows(bench, "html") if (m := tag.search(r["html"], 0, 20_000))}
    if keep:
        keep.write_text("".join(f"{s}\t{i}\t{lang}\n" for (s, i), lang in found.items()))
    return found


def guess(text: str) -> str:
    n = max(1, len(text))
    best = max(SCRIPTS, key=lambda k: len(regex.findall(rf"\p{{{SCRIPTS[k]}}}", text[:4000])))
    return best if len(regex.findall(rf"\p{{{SCRIPTS[best]}}}", text[:4000])) > 0.2 * min(n, 4000) else "latin"


def debris_flags(lines: list[str], gold: str) -> list[bool]:
    """A short line must be a line of the gold to be body; of a longer one most word triples must be in the gold."""
    own = {fold(line) for line in gold.split("\n")}
    ws = WORD.findall(gold.lower())
    triples = set(zip(ws, ws[1:], ws[2:], strict=False))
    flags = []
    for line in lines:
        w = WORD.findall(line.lower())
        if len(w) < 5:
            flags.append(fold(bare(line)) not in own and fold(line) not in own)
        else:
            flags.append(sum(t in triples for t in zip(w, w[1:], w[2:], strict=False)) < 0.3 * (len(w) - 2))
    return flags


def texts(bench: Path, lang: str | None, sets: list[str] | None, keep: Path | None) -> Iterator[Text]:
    """Every residue and page text, and every gold text (source "gold": no line of it is debris)."""
    declared = languages(bench, keep)
    golds: set[tuple[str, str]] = set()
    for name in ("residue", "page"):
        for r in rows(bench, name):
            if not r.get("gold") or (sets and r["set"] not in sets):
                continue
            tongue = declared.get((r["set"], r["id"])) or guess(r["gold"])
            if lang and tongue != lang:
                continue
            host = (urlsplit(r["url"] or "").hostname or r["id"]).removeprefix("www.")
            lines = [line for line in r["text"].split("\n") if line.strip()]
            yield Text(host, tongue, name, lines, debris_flags(lines, r["gold"]))
            if (r["set"], r["id"]) not in golds:
                golds.add((r["set"], r["id"]))
                lines = [line for line in r["gold"].split("\n") if line.strip()]
                yield Text(host, tongue, "gold", lines, [False] * len(lines))


def where(lines: list[str]) -> tuple[int, int]:
    """First and last line that looks like prose."""
    prose = [i for i, line in enumerate(lines) if looks_like_prose(bare(line))]
    return (prose[0], prose[-1]) if prose else (len(lines), -1)


def at_ok(at: str, i: int, first: int, last: int) -> bool:
    return {"head": i < first, "tail": i > last, "edge": i < first or i > last}.get(at, True)


def phrase_of(line: str, labels: bool) -> tuple[str, str]:
    """What is counted of a line: the line folded, or its label ("" where it has none)."""
    if not labels:
        return fold(line), line
    s = SEPARATOR.search(line, 0, 50)
    return (fold(line[: s.start()]) if s and s.end() < len(line) else ""), line


def candidates(args: argparse.Namespace) -> None:
    rules = read_rules(args.rules)
    hosts: dict[str, set[str]] = defaultdict(set)
    residue: dict[str, set[str]] = defaultdict(set)
    gold: Counter[str] = Counter()
    sample: dict[str, str] = {}
    for t in texts(args.bench, args.lang, args.sets, args.keep):
        for key, line, bad in {phrase_of(bare(line), args.labels) + (bad,) for line, bad in zip(t.lines, t.debris, strict=True)}:
            if not key:
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
        rule = next((r.id for r in rules if r.takes(sample[key], fold(sample[key]))), "-")
        if args.new and rule != "-":
            continue
        shown = sample[key] if args.labels else sample[key][:60]
        print(f"{len(hosts[key])}\t{len(residue[key])}\t{gold[key]}\t{rule}\t{key[:160]}\t{shown[:100]}")


def hits(args: argparse.Namespace) -> None:
    rules = read_rules(args.rules)
    seen: dict[str, list[FileRule]] = {}
    debris: dict[str, Counter[str]] = defaultdict(Counter)
    hosts: dict[str, set[str]] = defaultdict(set)
    wrong: dict[str, Counter[str]] = defaultdict(Counter)
    body: dict[str, Counter[str]] = defaultdict(Counter)
    for t in texts(args.bench, args.lang, args.sets, args.keep):
        first, last = where(t.lines)
        for i, (line, bad) in enumerate(zip(t.lines, t.debris, strict=True)):
            b = bare(line)
            if b not in seen:
                folded = fold(b)
                seen[b] = [r for r in rules if r.takes(b, folded)]
            for r in seen[b]:
                if not at_ok(r.match.get("at", "any"), i, first, last):
                    continue
                if bad:
                    debris[r.id][b] += 1
                    hosts[r.id].add(t.host)
                else:
                    (wrong if t.source == "gold" else body)[r.id][b] += 1
    for r in sorted(rules, key=lambda r: r.id):
        w, g = wrong[r.id], debris[r.id]
        print(f"{r.id}\t{r.effect}\tdebris {sum(g.values())} lines, {len(hosts[r.id])} hosts\tgold {sum(w.values())}\tbody {sum(body[r.id].values())}")
        for line, n in w.most_common(args.show):
            print(f"    gold {n}: {line[:150]}")
        for line, n in body[r.id].most_common(args.show):
            if line not in w:
                print(f"    body {n}: {line[:150]}")
        if args.good:
            for line, n in g.most_common(args.good):
                print(f"    + {n}: {line[:150]}")


def grep(args: argparse.Namespace) -> None:
    pattern = regex.compile(args.pattern)
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for t in texts(args.bench, args.lang, args.sets, args.keep):
        for line, bad in zip(t.lines, t.debris, strict=True):
            if pattern.search(line):
                found["debris" if bad else t.source if t.source == "gold" else "body"][bare(line)] += 1
    for kind, lines in found.items():
        for line, n in lines.most_common(args.show):
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
    c.add_argument("--new", action="store_true", help="only what no rule takes yet")
    c.add_argument("--rules", type=Path, nargs="*", default=[Path(__file__).parent.parent / "rules"])
    h = sub.add_parser("hits", parents=[common])
    h.add_argument("rules", type=Path, nargs="*", default=[Path(__file__).parent.parent / "rules"])
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
