"""The same documents through the library, the command and every engine: the same texts and the same ledgers. And engines with a worker killed.

`CLEANKIT_CLUSTER_DOCUMENTS` says how many documents; 20,000 take about half an hour on two cores. Leave the checkout alone meanwhile: workers that start
later would clean by other rules.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from cleankit.cleaner import Cleaner
from cleankit.integrations.columns import change_rows

pytestmark = [
    pytest.mark.cluster,
    pytest.mark.filterwarnings("ignore"),  # theirs
    pytest.mark.skipif(sys.platform != "linux", reason="kills processes"),
]

N = int(os.environ.get("CLEANKIT_CLUSTER_DOCUMENTS", "2000"))
#: Seconds that a run may take.
PATIENCE = 300 + N // 10
FILES = 8
#: Seconds that Ray may take to start on a busy machine.
RAY_START = 600
SAMPLES = Path(__file__).parents[2] / "corpus_samples"

# preset `article` with all plugins that are installed: what most people run, and most rules
CLEANER = Cleaner()


def documents() -> list[dict[str, str]]:
    """The corpus samples again and again, each time with some lines left out and a sentence that no other has."""
    dice = random.Random(0)
    samples = [p.read_text(encoding="utf-8").splitlines() for p in sorted(SAMPLES.glob("*/raw.txt"))]
    docs = []
    for n in range(N):
        lines = [line for line in samples[n % len(samples)] if dice.random() < 0.9]
        lines.insert(dice.randrange(len(lines) + 1), f"\nOn that morning {n:,} people were counted at the harbour, and most of them had come on foot.\n")
        docs.append({"id": f"d{n:06d}", "text": "\n".join(lines)})
    return docs


Ledger = tuple[tuple[str, int, int, str], ...]


class Found(NamedTuple):
    """Of each document by its id, the text and what each change was; how often each rule was at work."""

    documents: dict[str, tuple[str, Ledger]]
    counts: Counter[str]


def found(rows: Iterable[dict[str, Any]]) -> Found:
    """What rows of any engine say. Raises where an id comes twice."""
    documents: dict[str, tuple[str, Ledger]] = {}
    counts: Counter[str] = Counter()
    for row in rows:
        assert row["id"] not in documents, f"{row['id']} is there twice"
        assert row.get("error") is None
        documents[row["id"]] = row["text"], tuple((r["rule"], r["start"], r["end"], r["after"]) for r in row["removals"])
        counts.update(r["rule"] for r in row["removals"])
    return Found(documents, counts)


def assert_same(one: Found, two: Found) -> None:
    """That all is the same, byte for byte; without a picture of what differs in thousands of documents."""
    assert one.counts == two.counts
    assert one.documents.keys() == two.documents.keys()
    differing = [i for i, document in one.documents.items() if document != two.documents[i]]
    assert not differing, (len(differing), one.documents[differing[0]], two.documents[differing[0]])


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("engines") / "in"
    folder.mkdir()
    docs = documents()
    for k in range(FILES):
        part = docs[k * N // FILES : (k + 1) * N // FILES]
        (folder / f"{k}.jsonl").write_text("".join(json.dumps(d) + "\n" for d in part), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def expected() -> Found:
    """By the library, a document after the other."""
    results = ((d["id"], CLEANER.clean(d["text"])) for d in documents())
    expected = found({"id": i, "text": r.text, "removals": change_rows(r, full=False)} for i, r in results)
    assert sum(bool(ledger) for _, ledger in expected.documents.values()) > N / 2 and len(expected.counts) > 100, "the documents are to have something to find"
    return expected


def test_the_command(source: Path, expected: Found, tmp_path: Path) -> None:
    call = [sys.executable, "-m", "cleankit", "clean", str(source), "-o", str(tmp_path / "out"), "--changes", "--workers", "2"]
    subprocess.run(call, check=True, capture_output=True, timeout=PATIENCE)
    shards = sorted((tmp_path / "out").glob("part-*"))
    assert_same(found(json.loads(line) for shard in shards for line in shard.read_bytes().splitlines()), expected)
    report = json.loads((tmp_path / "out" / "report.json").read_bytes())
    assert expected.counts == {rule: row["times"] for rule, row in report["rules"].items()}


def test_datasets(source: Path, expected: Found, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    datasets = pytest.importorskip("datasets")
    from cleankit.integrations.hf import clean_dataset

    files = [str(p) for p in sorted(source.glob("*.jsonl"))]
    ds = datasets.load_dataset("json", data_files=files, cache_dir=str(tmp_path), split="train")
    assert_same(found(clean_dataset(ds, CLEANER, num_proc=2)), expected)


DATATROVE = """
import sys
from pathlib import Path
from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers import JsonlWriter
from cleankit import Cleaner
from cleankit.integrations.datatrove import CleanStep

if __name__ == "__main__":
    source, out, logs = sys.argv[1:]
    steps = [JsonlReader(source), CleanStep(Cleaner()), JsonlWriter(out)]
    LocalPipelineExecutor(pipeline=steps, tasks=8, workers=2, logging_dir=logs, skip_completed=True).run()
"""


def _datatrove_rows(out: Path) -> Iterator[dict[str, Any]]:
    import gzip

    for file in sorted(out.glob("*.jsonl.gz")):
        for line in gzip.decompress(file.read_bytes()).splitlines():
            row = json.loads(line)
            yield {"id": row["id"], "text": row["text"], **row["metadata"]}


def test_datatrove_with_a_rank_killed(source: Path, expected: Found, tmp_path: Path) -> None:
    pytest.importorskip("datatrove")
    from .kills import children

    script, logs = tmp_path / "run.py", tmp_path / "logs"
    script.write_text(DATATROVE)
    call = [sys.executable, str(script), str(source), str(tmp_path / "out"), str(logs)]
    first = subprocess.Popen(call, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        end = time.monotonic() + PATIENCE
        while len(list((logs / "completions").glob("*"))) < 2 and time.monotonic() < end:
            assert first.poll() is None, "it was done before it could be killed"
            time.sleep(0.01)
        workers = [p for p in children(first.pid) if b"tracker" not in Path(f"/proc/{p}/cmdline").read_bytes()]
    finally:
        # a pool worker that is killed makes the executor wait for ever: all of it goes
        for pid in {*children(first.pid), first.pid}:
            os.kill(pid, signal.SIGKILL)
        first.wait()
    assert workers
    done = {p.name for p in (logs / "completions").glob("*")}
    assert 2 <= len(done) < 8, "the kill is to hit a run at work"
    subprocess.run(call, check=True, capture_output=True, timeout=PATIENCE)
    assert_same(found(_datatrove_rows(tmp_path / "out")), expected)


DATATROVE_ON_RAY = DATATROVE.replace("LocalPipelineExecutor", "RayPipelineExecutor").replace("workers=2", "workers=2, mem_per_cpu_gb=0.5")
DATATROVE_ON_RAY = DATATROVE_ON_RAY.replace("    source, out", f"""    import os
    os.environ["RAY_raylet_start_wait_time_s"] = "{RAY_START}"
    import ray
    ray.init(num_cpus=2, include_dashboard=False, object_store_memory=150_000_000, configure_logging=False)
    source, out""")


def test_datatrove_on_ray(source: Path, expected: Found, tmp_path: Path) -> None:
    pytest.importorskip("datatrove")
    pytest.importorskip("ray")
    script, logs = tmp_path / "run.py", tmp_path / "logs"
    script.write_text(DATATROVE_ON_RAY)
    call = [sys.executable, str(script), str(source), str(tmp_path / "out"), str(logs)]
    subprocess.run(call, check=True, capture_output=True, timeout=PATIENCE, env={**os.environ, "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0"})
    assert len(list((logs / "completions").glob("*"))) == 8, "the executor only warns of ranks that are missing"
    assert_same(found(_datatrove_rows(tmp_path / "out")), expected)


def _spark_rows(out: Path) -> list[dict[str, Any]]:
    import pyarrow.parquet as pq

    rows: list[dict[str, Any]] = []
    for file in sorted(out.glob("part-*.parquet")):
        rows += pq.read_table(file).to_pylist()
    return rows


def _wait_for(log: Path, words: str, seconds: float) -> str:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        text = log.read_text(errors="replace") if log.exists() else ""
        for line in text.splitlines():
            if words in line:
                return line
        time.sleep(0.2)
    raise AssertionError(f"{words!r} did not come in {seconds} s:\n{log.read_text(errors='replace')[-2000:]}")


def test_spark_with_a_worker_killed(source: Path, expected: Found, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pyspark = pytest.importorskip("pyspark")
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    from pyspark import TaskContext
    from pyspark.sql import SparkSession

    from cleankit.integrations.arrow import BatchCleaner
    from cleankit.integrations.spark import output_type

    binary = Path(pyspark.__file__).parent / "bin" / "spark-class"
    marks = tmp_path / "marks"
    marks.mkdir()

    def launch(name: str, *args: str) -> subprocess.Popen[bytes]:
        with (tmp_path / f"{name}.log").open("wb") as log:
            full = [str(binary), f"org.apache.spark.deploy.{args[0]}", *args[1:]]
            return subprocess.Popen(full, stdout=log, stderr=subprocess.STDOUT, cwd=tmp_path)  # it becomes the JVM itself

    daemons = [launch("master", "master.Master", "--host", "127.0.0.1", "--port", "0", "--webui-port", "0")]
    session = None
    try:
        line = _wait_for(tmp_path / "master.log", "Starting Spark master at", 150)
        url = line.rsplit(" ", 1)[1]
        for k in range(2):
            name = f"w{k}"
            daemons.append(
                launch(name, "worker.Worker", "--host", "127.0.0.1", "--webui-port", "0", "-c", "1", "-m", "1200m", "-d", str(tmp_path / name), url)
            )
        for k in range(2):
            _wait_for(tmp_path / f"w{k}.log", "Successfully registered with master", 150)
        session = (
            SparkSession.builder.master(url)
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.executor.cores", "1")
            .config("spark.cores.max", "2")
            .config("spark.executor.memory", "700m")
            .config("spark.sql.execution.arrow.maxRecordsPerBatch", str(N // 20))
            .getOrCreate()
        )
        step = BatchCleaner(CLEANER, id="id")

        def part(batches: Iterator[Any]) -> Iterator[Any]:
            task = TaskContext.get()
            assert task is not None
            (marks / f"p{task.partitionId()}_a{task.attemptNumber()}_{os.getpid()}").touch()
            for batch in batches:
                time.sleep(0.4)  # long enough to be hit
                yield step(batch)

        schema = "id string, text string"
        frame = session.read.schema(schema).json(str(source)).repartition(8)
        hit: list[float] = []

        def kill() -> None:
            end = time.monotonic() + PATIENCE
            while len(list(marks.iterdir())) < 4 and time.monotonic() < end:
                time.sleep(0.05)
            daemons[1].kill()
            hit.append(time.monotonic())

        killer = threading.Thread(target=kill)
        killer.start()
        frame.mapInArrow(part, output_type(frame, step)).write.parquet(str(tmp_path / "out"))
        killer.join()
        assert hit
        assert any("_a1_" in m.name for m in marks.iterdir()), "no task was tried again: the kill proved nothing"
        assert (tmp_path / "out" / "_SUCCESS").exists()
        assert_same(found(_spark_rows(tmp_path / "out")), expected)
    finally:
        if session is not None:
            session.stop()
        for daemon in reversed(daemons):
            daemon.terminate()
        for daemon in daemons:
            daemon.wait(30)


RAY = """
import json, os, sys, time
os.environ["RAY_raylet_start_wait_time_s"] = sys.argv[4]
import ray
from pathlib import Path
from cleankit import Cleaner
from cleankit.integrations.arrow import BatchCleaner

class Marked(BatchCleaner):
    def __call__(self, table):
        first = table.column("id")[0].as_py()
        mark = Path(os.environ["MARKS"])
        (mark / f"start_{first}_{os.getpid()}_{time.monotonic_ns()}").touch()
        time.sleep(0.5)
        out = super().__call__(table)
        (mark / f"end_{first}_{os.getpid()}").touch()
        return out

if __name__ == "__main__":
    source, out = sys.argv[1:3]
    ray.init(num_cpus=2, include_dashboard=False, object_store_memory=150_000_000, configure_logging=False)
    ds = ray.data.read_json(source)
    ds = ds.map_batches(
        Marked, fn_constructor_args=(Cleaner(),), fn_constructor_kwargs={"id": "id"},
        batch_format="pyarrow", batch_size=int(sys.argv[3]), compute=ray.data.ActorPoolStrategy(min_size=1, max_size=1), num_cpus=0.5,
    )
    ds.write_parquet(out)
    ray.shutdown()
"""


def test_ray_with_an_actor_killed_inside_a_batch(source: Path, expected: Found, tmp_path: Path) -> None:
    pytest.importorskip("ray")
    import pyarrow.parquet as pq

    marks, script = tmp_path / "marks", tmp_path / "run.py"
    marks.mkdir()
    script.write_text(RAY)
    env = {**os.environ, "MARKS": str(marks), "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0"}
    with (tmp_path / "log").open("wb") as log:
        call = [sys.executable, str(script), str(source), str(tmp_path / "out"), str(N // 40), str(RAY_START)]
        run = subprocess.Popen(call, env=env, stdout=log, stderr=subprocess.STDOUT)
        try:
            end = time.monotonic() + PATIENCE
            killed = False
            while run.poll() is None and not killed and time.monotonic() < end:
                names = [m.name for m in marks.iterdir()]
                ended = {n[4:] for n in names if n.startswith("end_")}
                for name in names:
                    batch = name[6:].rsplit("_", 1)[0]
                    if name.startswith("start_") and len(ended) >= 2 and batch not in ended:
                        os.kill(int(batch.rsplit("_", 1)[1]), signal.SIGKILL)
                        killed = True
                        break
                time.sleep(0.02)
            assert killed, (tmp_path / "log").read_text(errors="replace")[-3000:]
            assert run.wait(PATIENCE) == 0, (tmp_path / "log").read_text(errors="replace")[-3000:]
        finally:
            if run.poll() is None:
                run.terminate()
                run.wait(60)
    starts = Counter(m.name.split("_")[1] for m in marks.iterdir() if m.name.startswith("start_"))
    assert max(starts.values()) > 1, "no batch was begun again: the kill proved nothing"
    rows = [row for file in (tmp_path / "out").glob("*.parquet") for row in pq.read_table(file).to_pylist()]
    assert_same(found(rows), expected)
