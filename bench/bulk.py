"""What commands over many documents cost. Of the bulk command: memory against the size of the input, time beside the bare library, gain of
a second worker. Of the report: its size, and memory against the number of documents.

    python bench/bulk.py memory --sizes 500 5000            # megabytes of JSON lines, in a folder that is removed afterwards
    python bench/bulk.py speed --megabytes 20               # of texts made from the corpus samples
    python bench/bulk.py report --documents 1000 100000     # of such texts

Prints Markdown. `memory` makes cheap documents, a few hundred characters of text in sixteen thousand of other fields: what
is looked for is not how long it takes but whether something grows with the input.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from speedlib.clock import machine
from speedlib.texts import from_samples, size

SENTENCE = "The council met on Monday and agreed on a new budget for the harbour, the school and the two bridges."


class Cost(NamedTuple):
    """Of a process with all that it started: seconds of CPU and of the clock, the most memory one of them held."""

    cpu: float
    clock: float
    peak: int


def run(command: Sequence[str]) -> Cost:
    """Run a command that has to succeed."""
    at = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert process.stderr
    told = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}:\n{told.decode(errors='replace')[-2000:]}")
    return Cost(used.ru_utime + used.ru_stime, time.perf_counter() - at, used.ru_maxrss * 1024)


def bulk(source: Path, out: Path, preset: str, workers: int) -> list[str]:
    return [sys.executable, "-m", "cleankit", "clean", str(source), "-o", str(out), "--preset", preset, "--workers", str(workers)]


BARE = """
import json, sys
from cleankit import Cleaner
made = Cleaner(sys.argv[2])
with open(sys.argv[1], "rb") as lines:
    for line in lines:
        made.clean(json.loads(line)["text"], explain=False)
"""


# ---------------------------------------------------------------- memory


def cheap_rows(total: int) -> Iterator[bytes]:
    """Lines of together so many bytes."""
    rng = random.Random(0)
    written = number = 0
    filler = "".join(rng.choices("abcdefghij ", k=1 << 16))
    while written < total:
        at = rng.randrange(len(filler) - 16_000)
        row = {"id": f"d{number}", "text": f"{SENTENCE} ({number})\n\n[vc_row]{SENTENCE}[/vc_row]\n", "other": filler[at : at + 16_000]}
        line = json.dumps(row).encode() + b"\n"
        yield line
        written += len(line)
        number += 1


def memory(sizes: Sequence[int], workers: int, folder: Path) -> None:
    print(f"| input | documents | most memory of a process, {workers} workers | CPU, s |\n|---|---|---|---|")
    for megabytes in sizes:
        source = folder / "in.jsonl"
        documents = 0
        with source.open("wb") as file:
            for line in cheap_rows(megabytes * 1_000_000):
                file.write(line)
                documents += 1
        cost = run(bulk(source, folder / "out", "minimal", workers))
        written = json.loads((folder / "out" / "report.json").read_bytes())["written"]
        assert written == documents, (written, documents)
        print(f"| {megabytes:,} MB | {documents:,} | {cost.peak / 1e6:,.0f} MB | {cost.cpu:,.0f} |", flush=True)
        shutil.rmtree(folder / "out")
        source.unlink()


# ---------------------------------------------------------------- speed


def speed(megabytes: int, preset: str, rounds: int, folder: Path) -> None:
    source = folder / "in.jsonl"
    texts = from_samples().articles.deal(megabytes * 1_000_000)
    source.write_text("".join(json.dumps({"id": str(n), "text": t}, ensure_ascii=False) + "\n" for n, t in enumerate(texts)), encoding="utf-8")
    total = sum(map(size, texts)) / 1e6
    print(f"{len(texts):,} articles, {total:.1f} MB, preset {preset}; whole processes, start included.\n")
    print("| round | bare library, CPU s | bulk, 1 worker, CPU s | ratio | bulk, 1 worker, clock s | 2 workers, clock s | gain |\n" + "|---" * 7 + "|")
    for number in range(rounds):
        bare = run([sys.executable, "-c", BARE, str(source), preset])
        costs = {}
        for workers in (1, 2):
            costs[workers] = run(bulk(source, folder / "out", preset, workers))
            shutil.rmtree(folder / "out")
        one, two = costs[1], costs[2]
        row = (bare.cpu, one.cpu, one.cpu / bare.cpu, one.clock, two.clock, one.clock / two.clock)
        print(f"| {number + 1} | " + " | ".join(f"{value:.2f}" for value in row) + " |", flush=True)


# ---------------------------------------------------------------- the report


def pieces(most: int) -> Iterator[str]:
    """Texts of at most so many characters, cut from articles."""
    articles = from_samples().articles
    while True:
        (text,) = articles.deal(1)
        yield from (text[at : at + most] for at in range(0, len(text), most))


def report(counts: Sequence[int], preset: str, characters: int, folder: Path) -> None:
    print("| documents | input | report | most memory | CPU, s |\n|---|---|---|---|---|")
    for count in counts:
        source, page = folder / "in.jsonl", folder / "report.html"
        with source.open("w", encoding="utf-8") as file:
            for number, text in zip(range(count), pieces(characters), strict=False):
                file.write(json.dumps({"id": str(number), "text": text}, ensure_ascii=False) + "\n")
        cost = run([sys.executable, "-m", "cleankit", "report", str(source), "-o", str(page), "--preset", preset])
        print(f"| {count:,} | {source.stat().st_size / 1e6:,.1f} MB | {page.stat().st_size / 1e6:,.2f} MB | {cost.peak / 1e6:,.0f} MB | {cost.cpu:,.0f} |", flush=True)


def main() -> None:
    assert __doc__
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("task", choices=["memory", "speed", "report"])
    parser.add_argument("--sizes", type=int, nargs="+", default=[500, 5_000], help="megabytes of the inputs of `memory`")
    parser.add_argument("--workers", type=int, default=2, help="of `memory`")
    parser.add_argument("--megabytes", type=int, default=20, help="of texts for `speed`")
    parser.add_argument("--preset", default="article", help="for `speed` and `report`")
    parser.add_argument("--documents", type=int, nargs="+", default=[1_000, 100_000], help="of the inputs of `report`")
    parser.add_argument("--characters", type=int, default=1_000, help="of a document of `report`, at most")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="where there is room for three times the largest input")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        if given.task == "memory":
            memory(given.sizes, given.workers, Path(folder))
        elif given.task == "report":
            report(given.documents, given.preset, given.characters, Path(folder))
        else:
            speed(given.megabytes, given.preset, given.rounds, Path(folder))
    about = machine()
    print(f"\n{about['cpu']}, {about['cores']} cores, {about['python']}; load {about['load']}, {about['at']}.")


if __name__ == "__main__":
    main()
