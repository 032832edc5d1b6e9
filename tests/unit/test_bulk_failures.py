"""Bulk runs on disks that are really full or read-only, on a remote folder that is, and on a line that has no end."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cleankit.bulk import Stopped, clean_files
from cleankit.cleaner import Cleaner
from cleankit.errors import InputError

from .test_bulk_run import read_jsonl, rows, write_jsonl


@pytest.fixture(scope="module")
def cleaner() -> Cleaner:
    return Cleaner("minimal", plugins=("wordpress",))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own with 64 kB."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("mounting needs root on Linux")
    place = tmp_path / "disk"
    place.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(place)], capture_output=True, check=False).returncode:
        pytest.skip("mounting is not allowed here")
    yield place
    subprocess.run(["umount", str(place)], check=True)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_disk_that_runs_full(tmp_path: Path, small_disk: Path, cleaner: Cleaner, workers: int) -> None:
    source, out = str(write_jsonl(tmp_path / "a.jsonl", rows(600))), small_disk / "out"
    with pytest.raises(Stopped, match=r"the disk is full: .*; make room and run the same command again"):
        clean_files([source], str(out), cleaner, unit_bytes=4000, workers=workers)
    before = read_jsonl(out)
    clean = {r["id"]: {**r, "text": r["text"].replace("[vc_row]", "").replace("[/vc_row]", "")} for r in rows(600)}
    assert all(row == clean[row["id"]] for row in before), "what is written is whole"
    assert 0 < len(before) < 600 and len({r["id"] for r in before}) == len(before)
    subprocess.run(["mount", "-o", "remount,size=4m", str(small_disk)], check=True)
    clean_files([source], str(out), cleaner, unit_bytes=4000, workers=workers)
    assert [r["id"] for r in read_jsonl(out)] == [f"d{i}" for i in range(600)]


def test_a_read_only_disk(tmp_path: Path, small_disk: Path, cleaner: Cleaner) -> None:
    source, out = str(write_jsonl(tmp_path / "a.jsonl", rows(20))), small_disk / "out"
    clean_files([source], str(out), cleaner)
    (small_disk / "other").mkdir()
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    for target in (out, small_disk / "other" / "out"):
        with pytest.raises(InputError, match=r"cannot write to .*: Read-only file system"):
            clean_files([source], str(target), cleaner)
    assert len(read_jsonl(out)) == 20


def test_a_remote_folder_that_is_full(tmp_path: Path, cleaner: Cleaner, monkeypatch: pytest.MonkeyPatch) -> None:
    fsspec = pytest.importorskip("fsspec")
    from fsspec.implementations.memory import MemoryFileSystem

    source, out = str(write_jsonl(tmp_path / "a.jsonl", rows(60))), f"memory://full-{os.getpid()}/out"
    real, opened = MemoryFileSystem._open, []

    def full(self: Any, path: str, mode: str = "rb", **more: Any) -> Any:
        if mode == "wb":
            opened.append(path)
            if len(opened) > 6:
                raise OSError(errno.ENOSPC, "No space left on device")
        return real(self, path, mode, **more)

    with monkeypatch.context() as patch:
        patch.setattr(MemoryFileSystem, "_open", full)
        with pytest.raises(Stopped, match="the disk is full"):
            clean_files([source], out, cleaner, unit_bytes=2000)
    clean_files([source], out, cleaner, unit_bytes=2000)
    fs = fsspec.filesystem("memory")
    shards = sorted(name for name in fs.find(f"full-{os.getpid()}/out") if "/part-" in name)
    assert [json.loads(line)["id"] for name in shards for line in fs.cat_file(name).splitlines()] == [f"d{i}" for i in range(60)]


def test_a_table_without_the_field_among_others(tmp_path: Path, cleaner: Cleaner) -> None:
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    (tmp_path / "in").mkdir()
    pq.write_table(pa.table({"id": ["a"], "text": ["A line."]}), tmp_path / "in" / "a.parquet")
    pq.write_table(pa.table({"id": ["b"], "body": ["A line."]}), tmp_path / "in" / "b.parquet")
    with pytest.raises((InputError, Stopped), match="no field 'text'; it has: id, body"):
        clean_files([str(tmp_path / "in")], str(tmp_path / "out"), cleaner)


MEASURED = """
import json, resource, sys
from cleankit.bulk import clean_files
from cleankit.cleaner import Cleaner
if __name__ == "__main__":
    report = clean_files([sys.argv[1]], sys.argv[2], Cleaner("minimal", plugins=()))
    print(json.dumps([report["written"], report["dead_letters"], resource.getrusage(resource.RUSAGE_SELF).ru_maxrss]))
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="counts memory as Linux does")
def test_a_line_of_a_gigabyte(tmp_path: Path) -> None:
    good = json.dumps({"id": "a", "text": "A line."}).encode() + b"\n"
    with (tmp_path / "a.jsonl").open("wb") as file:
        file.write(good + b'{"id": "b", "text": "')
        for _ in range(1000):
            file.write(b"x" * 1_000_000)
        file.write(b'"}\n' + good.replace(b'"a"', b'"c"'))
    (tmp_path / "run.py").write_text(MEASURED)
    done = subprocess.run([sys.executable, str(tmp_path / "run.py"), str(tmp_path / "a.jsonl"), str(tmp_path / "out")], capture_output=True, text=True, check=True)
    written, dead, kilobytes = json.loads(done.stdout.splitlines()[-1])
    assert (written, dead) == (2, 1)
    assert kilobytes < 500_000
    assert [r["id"] for r in read_jsonl(tmp_path / "out")] == ["a", "c"]
