"""What a site's pages have in common, learned on an engine and in one process: the same files."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from cleankit.learning import Counts, Evidence, LearnedRules, Page, count, gather, learn

pytestmark = [pytest.mark.cluster, pytest.mark.filterwarnings("ignore")]  # warnings are theirs

#: Pages of each of two sites.
N = 120


def pages() -> list[Page]:
    """Pages with a head, a tail with changing numbers, a button between paragraphs, and copies of one article."""
    out = []
    for site in ("harbour.example", "tides.example"):
        for n in range(N):
            story = n if n % 10 else 0
            paragraphs = [f"On day {story} of the survey the council of {site} counted {k + 3} boats in the bay, and wrote each of them down." for k in range(4)]
            head = [f"The news of {site}", f"{n % 7 + 2} min read"]
            tail = [f"More from {site}", "Follow our letters", f"{n * 3} people read this"]
            out.append(Page("\n\n".join([*head, f"Story {story}", *paragraphs, *tail]) + "\n", f"https://{site}/{n}"))
    return out


def files(learned: LearnedRules, folder: Path) -> dict[str, bytes]:
    learned.save(folder)
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*.toml")}


def test_shards_merged_by_spark_give_the_files_of_one_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyspark")
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    from pyspark.sql import SparkSession

    spark = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").getOrCreate()
    try:
        rows = spark.sparkContext.parallelize([(p.text, p.url) for p in pages()], 7)

        def counted(part: Iterable[tuple[str, str]]) -> Iterable[Counts]:
            yield count(Page(text, url) for text, url in part)

        counts = rows.mapPartitions(counted).treeReduce(Counts.merge)
        shared = spark.sparkContext.broadcast(counts)

        def gathered(part: Iterable[tuple[str, str]]) -> Iterable[Evidence]:
            yield gather((Page(text, url) for text, url in part), shared.value)

        evidence = rows.mapPartitions(gathered).treeReduce(Evidence.merge)
    finally:
        spark.stop()
    alone = files(learn(pages()), tmp_path / "alone")
    assert alone
    assert files(LearnedRules(evidence), tmp_path / "spark") == alone
