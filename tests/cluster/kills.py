"""What the tests that kill share: documents, a run that is killed, and the proof that nothing was lost or doubled."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

BODY = "The council met on Monday, and after a long debate its members agreed on a new budget for the harbour."


def documents(n: int) -> list[dict[str, Any]]:
    """Documents with a known number of changes: a shortcode in each, an entity in each third."""
    return [
        {"id": f"d{i:05d}", "text": f"[vc_row]{i} {BODY}[/vc_row]\n\n{'Bread &amp; butter were sold on the quay. ' * (i % 3 == 0)}{BODY}\n"}
        for i in range(n)
    ]


def write_documents(folder: Path, n: int, files: int = 2) -> list[dict[str, Any]]:
    folder.mkdir(parents=True, exist_ok=True)
    docs = documents(n)
    for k in range(files):
        part = docs[k * n // files : (k + 1) * n // files]
        (folder / f"{k}.jsonl").write_text("".join(json.dumps(d) + "\n" for d in part), encoding="utf-8")
    return docs


def command(source: Path, out: Path, *more: str) -> list[str]:
    return [sys.executable, "-m", "cleankit", "clean", str(source), "-o", str(out), "-p", "minimal", "--plugin", "wordpress", *more]


def start(source: Path, out: Path, *more: str) -> subprocess.Popen[bytes]:
    # a session of its own: only the process itself is killed, and what it started has to end by itself
    return subprocess.Popen(command(source, out, *more), start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def children(pid: int) -> set[int]:
    """Processes below a process (Linux)."""
    found, todo = set(), [pid]
    while todo:
        try:
            below = {int(c) for t in Path(f"/proc/{todo.pop()}/task").iterdir() for c in (t / "children").read_text().split()}
        except OSError:
            continue
        todo += below - found
        found |= below
    return found


def alive(pid: int) -> bool:
    try:
        return (Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]) != "Z"
    except OSError:
        return False


def gone(pids: set[int], seconds: float = 10) -> bool:
    """Whether all of the processes end in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not any(map(alive, pids)):
            return True
        time.sleep(0.05)
    return False


def kill_repeatedly(source: Path, out: Path, kills: int, *more: str, seed: int = 1) -> int:
    """Start a run again and again and kill it after it has got a random bit further; how many kills hit a run at work."""
    dice = random.Random(seed)
    hits = 0
    for _ in range(kills):
        before = len(markers(out))
        process = start(source, out, *more)
        deadline = time.monotonic() + 120
        # from before the first unit to some way behind it
        wanted, delay = dice.choice([0, 0, 1, 1, 2]), dice.random() * 0.3
        while process.poll() is None and len(markers(out)) < before + wanted and time.monotonic() < deadline:
            time.sleep(0.01)
        if process.poll() is None:
            time.sleep(delay)
        workers = children(process.pid)
        if process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)
            hits += process.wait() == -signal.SIGKILL
        assert gone(workers), "workers outlive their parent"
        for shard in out.glob("part-*"):
            assert all(json.loads(line)["id"] for line in shard.read_bytes().splitlines()), "a shard is never half written"
    return hits


def markers(out: Path) -> list[Path]:
    return list((out / ".work").glob(".done-*"))


def read(out: Path) -> Iterator[dict[str, Any]]:
    for shard in sorted(out.glob("part-*")):
        yield from map(json.loads, shard.read_bytes().splitlines())


def check(out: Path, docs: list[dict[str, Any]]) -> None:
    """All documents, none twice, in order, clean; the counts exact."""
    rows = list(read(out))
    assert [r["id"] for r in rows] == [d["id"] for d in docs]
    assert not any("vc_row" in r["text"] or "&amp;" in r["text"] for r in rows)
    report = json.loads((out / "report.json").read_bytes())
    entities = Counter("&amp;" in d["text"] for d in docs)[True]
    assert report["documents"] == report["written"] == len(docs)
    assert report["rules"]["wordpress/shortcode/wpbakery"]["times"] == 2 * len(docs)
    assert report["rules"]["repair/entity"]["documents"] == entities
    assert not list((out / ".work").glob(".tmp-*"))
