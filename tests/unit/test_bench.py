"""The speed bench: its texts are dealt once, its rules load, its page says what its figures say."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cleankit import Cleaner
from cleankit.config import Config

BENCH = Path(__file__).parents[2] / "bench"
PAGE = BENCH.parent / "docs" / "benchmarks" / "speed.md"


@pytest.fixture(autouse=True)
def _importable(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.syspath_prepend(BENCH)
    yield
    for name in [n for n in sys.modules if n.partition(".")[0] == "speedlib"]:
        del sys.modules[name]


def test_the_page_has_the_figures_of_the_last_run() -> None:
    from speedlib.page import END, START, tables

    known = json.loads(PAGE.with_name("speed.json").read_text(encoding="utf-8"))
    _, _, rest = PAGE.read_text(encoding="utf-8").partition(START)
    assert rest.partition(END)[0].strip() == tables(known).strip()


def test_no_text_is_dealt_twice() -> None:
    from speedlib.texts import from_samples

    source = from_samples()
    for deck in (source.articles, source.pages):
        dealt = [text for _ in range(4) for text in deck.deal(20_000)]
        assert len(set(dealt)) == len(dealt) >= 8
    assert len({page.html for page in source.html.deal(100_000)}) > 1


def test_a_folder_of_json_lines(tmp_path: Path) -> None:
    from speedlib.texts import from_folder

    for name, key in (("page", "text"), ("residue", "text"), ("html", "html")):
        rows = [{"id": str(n), key: f"{name} {n}", "url": "https://example.org"} for n in range(30) for _ in range(2)]
        (tmp_path / f"{name}.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    source = from_folder(tmp_path)
    assert len(source.lines) == 3 and len(source.articles.deal(200)) < 30
    assert not set(source.lines) & set(source.articles.deal(50))
    with pytest.raises(SystemExit, match="too few articles"):
        source.articles.deal(10_000)


def test_synthetic_rules_are_the_same_each_time_and_load(tmp_path: Path) -> None:
    from speedlib.rules import FAMILY, write_rules
    from speedlib.texts import from_samples

    lines = from_samples().lines
    folders = [write_rules(tmp_path / name, 300, lines) for name in ("one", "other")]
    first, second = ([f.read_text(encoding="utf-8") for f in sorted(folder.rglob("*.toml"))] for folder in folders)
    assert first == second and len(set(first)) > 290
    made = Cleaner.from_config(Config(rules=(str(folders[0]),)))
    assert sum(i.startswith(f"{FAMILY}/") for i in made.rule_ids) == 300


def test_long_texts_have_no_line_twice() -> None:
    from speedlib.texts import SHAPES, long_text

    for shape in SHAPES:
        text = long_text(shape, 50_000)
        lines = [line for line in text.split("\n") if line]
        assert len(text) == 50_000 and len(set(lines)) == len(lines)
        assert (len(lines) == 1) == (shape == "one line")


def test_c4s_line_rules() -> None:
    from speedlib.contestants import c4_lines

    text = "A line that ends.\nA menu\nToo short.\nTurn on JavaScript to read.\nWe use cookies here.\nAnd so on it goes...\nThe end of it!"
    assert c4_lines(text) == "A line that ends.\nThe end of it!"


def test_ratios_are_of_one_round() -> None:
    from speedlib.experiments import _rows

    rows = _rows({"a": [1.0, 2.0, 4.0], "b": [2.0, 2.0, 2.0]}, [1_000_000] * 3, "a")
    assert rows[1]["times"] == (1.0, 0.5, 2.0) and rows[0]["speed"] == (0.5, 0.25, 1.0)
