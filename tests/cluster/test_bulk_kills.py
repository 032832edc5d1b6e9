"""The command killed at random moments and started again: nothing lost, nothing doubled."""

from __future__ import annotations

import filecmp
import subprocess
import sys
import time
from pathlib import Path

import pytest

from . import kills

pytestmark = [pytest.mark.skipif(sys.platform != "linux", reason="looks at processes through /proc"), pytest.mark.xdist_group("kills")]


def _killed(tmp_path: Path, n: int, times: int, *more: str) -> None:
    docs = kills.write_documents(tmp_path / "in", n)
    out = tmp_path / "out"
    hits = kills.kill_repeatedly(tmp_path / "in", out, times, *more)
    assert hits >= times * 2 // 3, "the kills are to hit runs that are at work"
    subprocess.run(kills.command(tmp_path / "in", out, *more), check=True, capture_output=True, timeout=300)
    kills.check(out, docs)
    subprocess.run(kills.command(tmp_path / "in", tmp_path / "whole"), check=True, capture_output=True, timeout=300)
    same = [p.name for p in (tmp_path / "whole").glob("part-*")]
    assert len(same) == len(list(out.glob("part-*")))
    assert filecmp.cmpfiles(tmp_path / "whole", out, [*same, "report.json"], shallow=False)[1:] == ([], [])


def test_three_kills(tmp_path: Path) -> None:
    _killed(tmp_path, 6000, 3, "--workers", "2")


@pytest.mark.cluster
@pytest.mark.parametrize("workers", [1, 2])
def test_twenty_kills(tmp_path: Path, workers: int) -> None:
    _killed(tmp_path, 30_000, 20, "--workers", str(workers))


def test_a_second_run_waits_for_the_first(tmp_path: Path) -> None:
    docs = kills.write_documents(tmp_path / "in", 3000)
    first = kills.start(tmp_path / "in", tmp_path / "out")
    while not (tmp_path / "out" / ".work" / "manifest.json").exists():
        assert first.poll() is None
        time.sleep(0.01)
    second = subprocess.run(kills.command(tmp_path / "in", tmp_path / "out"), capture_output=True, text=True, timeout=300, check=False)
    assert second.returncode == 0, second.stderr
    assert first.wait(60) == 0
    kills.check(tmp_path / "out", docs)


@pytest.mark.cluster
def test_a_worker_that_dies_is_replaced(tmp_path: Path) -> None:
    import os
    import signal

    docs = kills.write_documents(tmp_path / "in", 20_000)
    run = kills.start(tmp_path / "in", tmp_path / "out", "--workers", "2")
    while len(kills.markers(tmp_path / "out")) < 2:
        assert run.poll() is None
        time.sleep(0.01)
    # spawn starts a process that keeps track of semaphores as well: the workers are those that run our code
    workers = [p for p in kills.children(run.pid) if b"spawn_main" in Path(f"/proc/{p}/cmdline").read_bytes()]
    assert len(workers) == 2
    os.kill(workers[0], signal.SIGKILL)
    assert run.wait(300) == 0
    kills.check(tmp_path / "out", docs)
