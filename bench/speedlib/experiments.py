"""The experiments. Each gives plain data, and runs in a process of its own: nothing is warm from the one before."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from cleankit import Cleaner
from cleankit.config import Config

from . import contestants as who
from .clock import Fresh, Spread, machine, race
from .profiled import profile
from .rules import FAMILY, write_rules
from .texts import SHAPES, Source, from_folder, from_samples, long_text, size

CHILD = Path(__file__).with_name("child.py")
PRESETS = ("article", "minimal", "page")


class Plan(NamedTuple):
    """How much of everything."""

    texts: Path | None
    rounds: int
    volume: int  # bytes of text a round
    html_volume: int
    rule_counts: tuple[int, ...]
    lengths: tuple[int, ...]
    starts: int

    @property
    def source(self) -> Source:
        """The texts, from the first on: once a process."""
        return _source(self.texts)


@cache
def _source(texts: Path | None) -> Source:
    return from_folder(texts) if texts else from_samples()


FULL = Plan(None, 5, 200_000, 6_000_000, (10, 100, 1_000, 5_000), (1_000_000, 5_000_000, 20_000_000, 50_000_000), 7)
QUICK = Plan(None, 3, 40_000, 600_000, (10, 100, 1_000), (200_000, 1_000_000), 3)

Tell = Callable[[str], object]


def _rows(runs: Mapping[str, Sequence[float]], volumes: Sequence[int], base: str) -> list[dict[str, Any]]:
    """Megabytes a second, and how many times the time of `base` in the same round."""
    return [
        {
            "name": name,
            "speed": Spread.of([v / s / 1e6 for v, s in zip(volumes, seconds, strict=True)]),
            "times": Spread.of([s / b for s, b in zip(seconds, runs[base], strict=True)]),
        }
        for name, seconds in runs.items()
    ]


def _measured(contestants: Mapping[str, Fresh], rounds: Sequence[Sequence[Any]], warm: Sequence[Any], base: str, tell: Tell, bytes_of: Callable[[Any], int] = size) -> dict[str, Any]:
    volumes = [sum(map(bytes_of, texts)) for texts in rounds]
    runs = race(contestants, rounds, warm, tell)
    return {
        "machine": machine(), "rounds": len(rounds), "items": sum(map(len, rounds)), "bytes": sum(volumes), "base": base,
        "rows": _rows(runs, volumes, base), "seconds": runs,
    }  # fmt: skip


# ---------------------------------------------------------------- text


def _cleankit(*presets: str) -> dict[str, Fresh]:
    out: dict[str, Fresh] = {}
    for preset in presets:
        make = lambda preset=preset: Cleaner(preset)  # noqa: E731
        out[f"cleankit {preset}"] = who.cleaner(make)
        out[f"cleankit {preset}, no ledger"] = who.cleaner(make, explain=False)
    return out


def articles(plan: Plan, tell: Tell) -> dict[str, Any]:
    """Presets for text from an extractor, beside what others do to it."""
    deck = plan.source.articles
    warm = deck.deal(plan.volume)
    rounds = [deck.deal(plan.volume) for _ in range(plan.rounds)]
    contestants = {**_cleankit("article", "minimal"), **who.available(who.TEXT_PEERS, tell)}
    return _measured(contestants, rounds, warm, "cleankit article", tell)


def pages(plan: Plan, tell: Tell) -> dict[str, Any]:
    """Preset `page` on all the text of pages."""
    deck = plan.source.pages
    warm = deck.deal(plan.volume)
    rounds = [deck.deal(plan.volume) for _ in range(plan.rounds)]
    contestants = {**_cleankit("page", "article"), **who.available(who.TEXT_PEERS, tell)}
    return _measured(contestants, rounds, warm, "cleankit page", tell)


def rules(plan: Plan, tell: Tell) -> dict[str, Any]:
    """Cost with more and more rules: synthetic ones alone, and beside all of cleankit's own."""
    source = plan.source
    own = tuple(sorted({i.split("/")[0] for i in Cleaner().rule_ids}))
    assert FAMILY not in own
    warm = source.articles.deal(plan.volume)
    rounds = [source.articles.deal(plan.volume) for _ in range(plan.rounds)]
    contestants: dict[str, Fresh] = {"0 more": who.cleaner(Cleaner)}
    with tempfile.TemporaryDirectory() as folder:
        for count in plan.rule_counts:
            tell(f"{count} rules")
            files = (str(write_rules(Path(folder), count, source.lines)),)
            more, alone = Config(rules=files), Config(rules=files, ignore=own)
            contestants[f"{count} more"] = who.cleaner(lambda config=more: Cleaner.from_config(config))  # type: ignore[misc]
            contestants[f"{count} alone"] = who.cleaner(lambda config=alone: Cleaner.from_config(config))  # type: ignore[misc]
        found = _measured(contestants, rounds, warm, "0 more", tell)
        if 100 in plan.rule_counts:  # the ratio that is looked for, within each round
            for row in found["rows"]:
                kind = row["name"].split()[1]
                row["to_100"] = Spread.of([a / b for a, b in zip(found["seconds"][row["name"]], found["seconds"][f"100 {kind}"], strict=True)])
    return {**found, "own": len(Cleaner().rule_ids), "counts": list(plan.rule_counts)}


def documents(plan: Plan, tell: Tell) -> dict[str, Any]:
    """Short, usual and very long documents."""
    deck = plan.source.articles
    warm = deck.deal(plan.volume)
    contestants = {**_cleankit("article"), **who.available({k: who.TEXT_PEERS[k] for k in (who.C4_LOOP, who.FTFY)}, tell)}
    out: dict[str, Any] = {}
    for kind, share in (("short", 0.3), ("usual", 0.7), ("very long", 1.5)):
        rounds = [deck.deal(int(plan.volume * share)) for _ in range(plan.rounds)]
        if kind == "short":
            rounds = [[part for text in texts for part in _parts(text, 400)] for texts in rounds]
        elif kind == "very long":
            rounds = [["\n\n".join(texts)] for texts in rounds]
        tell(kind)
        out[kind] = _measured(contestants, rounds, warm, "cleankit article", tell)
    return out


def _parts(text: str, length: int) -> list[str]:
    """Pieces of about so many characters, cut between lines."""
    parts, piece = [], ""
    for line in text.split("\n"):
        piece += line + "\n"
        if len(piece) >= length:
            parts.append(piece)
            piece = ""
    return [*parts, piece] if piece.strip() else parts


# ---------------------------------------------------------------- HTML


def html(plan: Plan, tell: Tell) -> dict[str, Any]:
    """HTML pages to clean text, beside extractors alone."""
    deck = plan.source.html
    warm = deck.deal(plan.html_volume // 4)
    rounds = [deck.deal(plan.html_volume) for _ in range(plan.rounds)]
    contestants = who.available(who.HTML_CONTESTANTS, tell)
    return _measured(contestants, rounds, warm, who.TRAFILATURA, tell, lambda page: size(page.html))


# ---------------------------------------------------------------- long documents, start-up, workers


def _child(task: str, arguments: Mapping[str, Any], env: Mapping[str, str] | None = None) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, str(CHILD), task, json.dumps(arguments)], capture_output=True, text=True, check=False, env={**os.environ, **(env or {})}
    )
    if done.returncode:
        raise SystemExit(f"{task} {arguments} failed:\n{done.stderr}")
    answer: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return answer


def length(plan: Plan, tell: Tell) -> dict[str, Any]:
    """Time and memory against length; each text in a process of its own, once."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "text"
        for shape in SHAPES:
            for count in plan.lengths:
                file.write_text(long_text(shape, count), encoding="utf-8")
                for preset, explain in (("article", True), ("article", False), ("page", True)):
                    found = _child("long", {"preset": preset, "file": str(file), "explain": explain})
                    rows.append({"shape": shape, "length": count, "preset": preset, "explain": explain, **found})
                    tell(f"{shape}, {count:,}, {preset}: {found['seconds']:.1f} s, {found['memory'] / count:.1f} times the document")
    return {"machine": machine(), "rows": rows}


def start(plan: Plan, tell: Tell) -> dict[str, Any]:
    """The import and the first text, in new processes: with the cache of rules as it is, and with an empty one."""
    rows: dict[str, list[dict[str, float]]] = {"cached": [], "first ever": []}
    with tempfile.TemporaryDirectory() as folder:  # a cache of its own: other versions would push its entries out of a common one
        for number in range(min(3, plan.starts)):
            rows["first ever"].append(_child("start", {}, {"CLEANKIT_CACHE": str(Path(folder) / str(number))}))
        for _ in range(plan.starts):
            rows["cached"].append(_child("start", {}, {"CLEANKIT_CACHE": str(Path(folder) / "0")}))
    return {"machine": machine(), "rows": {kind: {key: Spread.of([r[key] for r in found]) for key in found[0]} for kind, found in rows.items()}}


def workers(plan: Plan, tell: Tell) -> dict[str, Any]:
    """`clean_many` in this process and in others, by the clock. What a call with one short text takes, the start of workers, is taken off."""
    deck = plan.source.pages
    warm, *batches = ([p for text in deck.deal(plan.volume * 8) for p in _parts(text, 1000)] for _ in range(1 + max(3, plan.rounds - 2)))
    counts = sorted({1, 2, os.cpu_count() or 1})
    seconds: dict[int, list[float]] = {n: [] for n in counts}

    def clock(texts: Sequence[str], n: int) -> float:
        made = who.ready(Cleaner())
        at = time.perf_counter()
        assert sum(1 for _ in made.clean_many(texts, workers=n)) == len(texts)
        return time.perf_counter() - at

    clock(warm, 1)  # patterns are compiled; a worker that is forked has them too
    idle = []
    for number, batch in enumerate(batches):
        for n in counts if number % 2 else reversed(counts):
            seconds[n].append(clock(batch, n) - clock([who.WARM], n))
        idle.append(_idle())
        tell("a round")
    volumes = [sum(map(size, batch)) for batch in batches]
    rows = [
        {
            "workers": n,
            "speed": Spread.of([v / s / 1e6 for v, s in zip(volumes, seconds[n], strict=True)]),
            "gain": Spread.of([one / s for one, s in zip(seconds[1], seconds[n], strict=True)]),
        }
        for n in counts
    ]
    return {"machine": machine(), "rows": rows, "idle": Spread.of(idle)}


def _idle() -> float:
    """How much faster two plain loops side by side are than one after the other: 2 where two cores are free."""
    loop = [sys.executable, "-c", "sum(i * i for i in range(10**7))"]

    def clock(side_by_side: int) -> float:
        at = time.perf_counter()
        for process in [subprocess.Popen(loop) for _ in range(side_by_side)]:
            process.wait()
        return time.perf_counter() - at

    return 2 * clock(1) / clock(2)


# ---------------------------------------------------------------- where the time goes, counted instructions


def profiles(plan: Plan, tell: Tell) -> dict[str, Any]:
    """Shares of the time by module and function."""
    source = plan.source
    out: dict[str, Any] = {}
    for preset, deck in (("article", source.articles), ("page", source.pages)):
        made = who.ready(Cleaner(preset))
        for text in deck.deal(plan.volume):
            made.clean(text)
        out[preset] = profile(lambda text, made=made: len(made.clean(text).changes), deck.deal(plan.volume * 2))  # type: ignore[misc]
    made = who.ready(Cleaner())
    for page in source.html.deal(plan.html_volume // 2):
        made.clean_html(page.html, url=page.url)
    out["clean_html"] = profile(lambda page: made.clean_html(page.html, url=page.url, explain=False), source.html.deal(plan.html_volume // 2))
    return {"machine": machine(), "presets": out}


def callgrind(plan: Plan, tell: Tell) -> dict[str, Any]:
    """Instructions for the same texts, counted by valgrind: the same on every run of one build."""
    deck = plan.source.articles
    warm, texts = deck.deal(30_000), deck.deal(30_000)
    volume = sum(map(size, texts))
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "texts"
        file.write_text(json.dumps(texts), encoding="utf-8")
        for name in ("article", "minimal", "page", *who.available(who.TEXT_PEERS, tell)):
            arguments = json.dumps({"name": name, "file": str(file), "warm": warm})
            out = Path(folder) / "out"
            done = subprocess.run(
                ["valgrind", "--tool=callgrind", "--instr-atstart=no", f"--callgrind-out-file={out}", sys.executable, str(CHILD), "instructions", arguments],
                capture_output=True, text=True, check=False, env={**os.environ, "PYTHONHASHSEED": "0"}, cwd=folder,
            )  # fmt: skip
            counted = re.search(r"Collected : (\d+)", done.stderr)
            if done.returncode or not counted:
                raise SystemExit(f"valgrind with {name} failed:\n{done.stderr[-2000:]}")
            rows.append({"name": f"cleankit {name}" if name in PRESETS else name, "per_byte": int(counted[1]) / volume})
            tell(f"{name}: {rows[-1]['per_byte']:.0f} instructions a byte")
    return {"machine": machine(), "bytes": volume, "rows": rows}


EXPERIMENTS: dict[str, Callable[[Plan, Tell], dict[str, Any]]] = {
    "articles": articles, "pages": pages, "rules": rules, "documents": documents, "html": html, "length": length, "start": start,
    "workers": workers, "profiles": profiles, "callgrind": callgrind,
}  # fmt: skip
