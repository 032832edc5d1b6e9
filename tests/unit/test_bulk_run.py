"""Bulk runs: shards, resume, refusals, errors as data, the report."""

from __future__ import annotations

import csv
import gzip
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cleankit.bulk import Stopped, clean_files
from cleankit.bulk._formats import pack, unpack
from cleankit.bulk._run import Done, progress_line
from cleankit.cleaner import Cleaner
from cleankit.errors import InputError
from cleankit.integrations.columns import changes_of
from cleankit.result import restore

from .cli import BODY, run

DIRTY = f"[vc_row]{BODY}[/vc_row]\n"
CLEAN = f"{BODY}\n"


@pytest.fixture(scope="session")
def cleaner() -> Cleaner:
    return Cleaner("minimal", plugins=("wordpress",))


def rows(n: int) -> list[dict[str, Any]]:
    return [{"id": f"d{i}", "text": f"{i} {DIRTY}", "n": i, "tags": ["a", "ü"]} for i in range(n)]


def write_jsonl(path: Path, data: list[Any], packing: str = "") -> Path:
    path.write_bytes(pack("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in data).encode(), packing))
    return path


def shards(out: Path) -> list[Path]:
    return sorted(out.glob("part-*"))


def read_jsonl(out: Path) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = []
    for shard in shards(out):
        packing = shard.suffix.lstrip(".").replace("jsonl", "")
        with shard.open("rb") as file:
            lines += map(json.loads, b"".join(unpack(file, packing)).splitlines())
    return lines


def letters(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / "dead-letter.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("packing", ["", "gz", "zst"])
def test_json_lines_come_out_as_they_went_in(tmp_path: Path, cleaner: Cleaner, packing: str) -> None:
    if packing == "zst":
        pytest.importorskip("zstandard")
    ending = f".{packing}" if packing else ""
    source = write_jsonl(tmp_path / f"a.jsonl{ending}", rows(40), packing)
    report = clean_files([str(source)], str(tmp_path / "out"), cleaner, unit_bytes=2000)
    assert len(shards(tmp_path / "out")) > 2
    assert all(s.name.endswith(f".jsonl{ending}") for s in shards(tmp_path / "out"))
    assert read_jsonl(tmp_path / "out") == [{**r, "text": f"{i} {CLEAN}"} for i, r in enumerate(rows(40))]
    assert (report["documents"], report["written"], report["changed"]) == (40, 40, 40)
    stored = json.loads((tmp_path / "out" / "report.json").read_text())
    assert stored["rules"]["wordpress/shortcode/wpbakery"] == {
        "times": 80, "characters": 680, "documents": 40, "share": 1.0, "samples": ["[vc_row]", "[/vc_row]"],
    }  # fmt: skip
    assert "repair/mojibake" in stored["rules_never_fired"]
    assert "wordpress/shortcode/wpbakery" in (tmp_path / "out" / "report.txt").read_text()


def test_changes_restore_the_source(tmp_path: Path, cleaner: Cleaner) -> None:
    source = write_jsonl(tmp_path / "a.jsonl", rows(3))
    clean_files([str(source)], str(tmp_path / "out"), cleaner, changes=True)
    for row, given in zip(read_jsonl(tmp_path / "out"), rows(3), strict=True):
        assert restore(row["text"], changes_of(row["removals"])) == given["text"]
        assert {"meta", "flags", "error"} < row.keys()


class Interrupted(Exception):
    pass


def test_a_run_goes_on_where_it_stopped(tmp_path: Path, cleaner: Cleaner) -> None:
    source = str(write_jsonl(tmp_path / "a.jsonl", rows(60)))
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    clean_files([source], str(whole), cleaner, unit_bytes=2000)
    starts = 0
    while True:
        starts += 1
        seen: list[Done] = []

        def stop(done: Done, seen: list[Done] = seen) -> None:
            seen.append(done)
            if len(seen) == 2:
                raise Interrupted

        try:
            clean_files([source], str(broken), cleaner, unit_bytes=2000, progress=stop)
            break
        except Interrupted:
            continue
    assert starts > 2
    shards(broken)[1].unlink()  # a shard that is lost is made again
    clean_files([source], str(broken), cleaner, unit_bytes=2000)
    assert {p.name: p.read_bytes() for p in shards(broken)} == {p.name: p.read_bytes() for p in shards(whole)}
    assert (broken / "report.json").read_bytes() == (whole / "report.json").read_bytes()
    assert not list((broken / ".work").glob(".tmp*"))
    assert all(p.name.startswith(".") or p.name == "manifest.json" for p in (broken / ".work").iterdir())


def test_a_complete_run_is_not_read_again(tmp_path: Path, cleaner: Cleaner) -> None:
    source = str(write_jsonl(tmp_path / "a.jsonl", rows(5)))
    first = clean_files([source], str(tmp_path / "out"), cleaner)
    times = [p.stat().st_mtime_ns for p in shards(tmp_path / "out")]
    calls: list[Done] = []
    assert clean_files([source], str(tmp_path / "out"), cleaner, progress=calls.append) == first
    assert not calls
    assert [p.stat().st_mtime_ns for p in shards(tmp_path / "out")] == times


def test_another_configuration_is_refused(tmp_path: Path, cleaner: Cleaner) -> None:
    source, out = write_jsonl(tmp_path / "a.jsonl", rows(5)), str(tmp_path / "out")
    clean_files([str(source)], out, cleaner)
    with pytest.raises(InputError, match=r"begun with another configuration.*select"):
        clean_files([str(source)], out, Cleaner("minimal", plugins=("wordpress",), select=("share",)))
    with pytest.raises(InputError, match="changes: false there, true now"):
        clean_files([str(source)], out, cleaner, changes=True)
    write_jsonl(source, rows(6))
    with pytest.raises(InputError, match="other names or sizes"):
        clean_files([str(source)], out, cleaner)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "part-x").touch()
    with pytest.raises(InputError, match="shards of something else"):
        clean_files([str(source)], str(tmp_path / "other"), cleaner)


def test_rules_of_a_folder_that_changed_are_another_configuration(tmp_path: Path, cleaner: Cleaner) -> None:
    source, out, rule = write_jsonl(tmp_path / "a.jsonl", rows(2)), str(tmp_path / "out"), tmp_path / "rules" / "mine" / "a.toml"
    rule.parent.mkdir(parents=True)
    form = '''summary = "Mine"
why = "A line of the site."
stage = "lines"
effect = "remove"
status = "stable"
since = "0.1"
confidence = 0.9
misfires = "none known"
[match]
phrases = ["{0}"]
[[example]]
before = "{0}"
after = ""
[[keep]]
text = "Something else."
why = "something else"
'''
    for text in ("Follow the harbour", "Follow the quay"):
        rule.write_text(form.format(text))
        made = Cleaner.from_config(replace(cleaner.config, rules=(str(tmp_path / "rules"),)))
        if text.endswith("quay"):
            with pytest.raises(InputError, match="rules: "):
                clean_files([str(source)], out, made)
        else:
            clean_files([str(source)], out, made)


def test_errors_are_data(tmp_path: Path, cleaner: Cleaner) -> None:
    source = tmp_path / "a.jsonl"
    good = json.dumps(rows(1)[0]).encode()
    lines = [good, b'{"id": "x", "text": "caf\xe9"}', b'{"id": "y"}', b"[1]", b'{"id": "z", "text": null}', b"{", b'{"id": "s", "text": "\\ud800"}']
    source.write_bytes(b"\n".join(lines))
    report = clean_files([str(source)], str(tmp_path / "keep"), cleaner)
    kept = read_jsonl(tmp_path / "keep")
    assert [r["id"] for r in kept] == ["d0", "z", "s"]
    assert kept[1] == {"id": "z", "text": None, "error": "input: there is no text"}
    dead = letters(tmp_path / "keep")
    assert [d["record"] for d in dead] == [2, 3, 4, 6]
    assert dead[0]["error"].startswith("input: not UTF-8") and "\\xe9" in dead[0]["raw"]
    assert "there is no field 'text'" in dead[1]["error"] and dead[1]["row"]["id"] == "y"
    assert (report["documents"], report["written"], report["dead_letters"]) == (7, 3, 4)
    clean_files([str(source)], str(tmp_path / "drop"), cleaner, on_error="drop")
    assert [r["id"] for r in read_jsonl(tmp_path / "drop")] == ["d0", "s"]
    assert len(letters(tmp_path / "drop")) == 5
    with pytest.raises(Stopped, match=r"record 2: input: not UTF-8"):
        clean_files([str(source)], str(tmp_path / "fail"), cleaner, on_error="fail", unit_bytes=10)
    assert len(read_jsonl(tmp_path / "fail")) == 1, "what came before stays"
    clean_files([str(source)], str(tmp_path / "fail"), cleaner, on_error="keep", unit_bytes=10)
    assert read_jsonl(tmp_path / "fail") == kept


def test_the_field_has_to_be_there(tmp_path: Path, cleaner: Cleaner) -> None:
    source = str(write_jsonl(tmp_path / "a.jsonl", [{"id": 1, "body": DIRTY}]))
    with pytest.raises(InputError, match="no field 'text'; it has: body"):
        clean_files([source], str(tmp_path / "out"), cleaner)
    assert not (tmp_path / "out").exists()
    clean_files([source], str(tmp_path / "out"), cleaner, field="body", id="key")
    assert read_jsonl(tmp_path / "out") == [{"key": "a.jsonl:1", "id": 1, "body": CLEAN}]


def test_a_line_without_end_is_an_error_not_a_full_memory(tmp_path: Path, cleaner: Cleaner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cleankit.bulk._read.RECORD_LIMIT", 1 << 20)
    good = json.dumps(rows(1)[0])
    (tmp_path / "a.jsonl").write_text(good + '\n{"text": "' + "x" * (3 << 20) + '"}\n' + good + "\n")
    report = clean_files([str(tmp_path / "a.jsonl")], str(tmp_path / "out"), cleaner)
    assert len(read_jsonl(tmp_path / "out")) == 2
    assert "3,145,740 bytes is over the limit" in letters(tmp_path / "out")[0]["error"]
    assert report["dead_letters"] == 1


def test_a_packed_file_that_is_cut_off(tmp_path: Path, cleaner: Cleaner) -> None:
    data = gzip.compress(b"".join(json.dumps({**r, "x": hash(str(r))}).encode() + b"\n" for r in rows(3000)))
    (tmp_path / "a.jsonl.gz").write_bytes(data[: len(data) // 2])
    write_jsonl(tmp_path / "b.jsonl", [{**r, "id": f"b{r['n']}"} for r in rows(2)])
    report = clean_files([str(tmp_path)], str(tmp_path / "out"), cleaner)
    assert report["broken_inputs"] == ["a.jsonl.gz: the file is cut off in the middle of its packing"]
    assert 500 < len(read_jsonl(tmp_path / "out")) < 3000
    assert read_jsonl(tmp_path / "out")[-1]["id"] == "b1", "the next input is read all the same"


def test_csv(tmp_path: Path, cleaner: Cleaner) -> None:
    with (tmp_path / "a.csv").open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.writer(file)
        writer.writerows([["key", "text", "ü"], ["1", DIRTY + "two, lines", 'q"'], ["2", DIRTY, ""]])
        file.write("3,short\n")
    clean_files([str(tmp_path / "a.csv")], str(tmp_path / "out"), cleaner, id="key")
    (shard,) = shards(tmp_path / "out")
    with shard.open(newline="", encoding="utf-8") as file:
        assert list(csv.DictReader(file)) == [
            {"key": "1", "text": CLEAN + "two, lines", "ü": 'q"', "error": ""},
            {"key": "2", "text": CLEAN, "ü": "", "error": ""},
        ]
    assert "2 fields under a header of 3" in letters(tmp_path / "out")[0]["error"]
    with pytest.raises(InputError, match="no field 'body'"):
        clean_files([str(tmp_path / "a.csv")], str(tmp_path / "out2"), cleaner, field="body")


def test_parquet(tmp_path: Path, cleaner: Cleaner) -> None:
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    table = pa.table({"id": range(30), "text": [f"{i} {DIRTY}" for i in range(29)] + [None], "v": [[1, 2]] * 30})
    pq.write_table(table, tmp_path / "a.parquet", row_group_size=7)
    clean_files([str(tmp_path / "a.parquet")], str(tmp_path / "out"), cleaner, unit_bytes=700)
    assert len(shards(tmp_path / "out")) > 2
    out = pa.concat_tables([pq.read_table(s) for s in shards(tmp_path / "out")])
    assert out.schema.names == ["id", "text", "v", "error"]
    assert out.drop_columns(["text", "error"]).equals(table.drop_columns(["text"]))
    assert out.column("text").to_pylist() == [f"{i} {CLEAN}" for i in range(29)] + [None]
    assert out.column("error").to_pylist()[-1] == "input: there is no text"
    with pytest.raises(InputError, match="no field 'body'; it has: id, text, v"):
        clean_files([str(tmp_path / "a.parquet")], str(tmp_path / "out2"), cleaner, field="body")
    clean_files([str(tmp_path / "a.parquet")], str(tmp_path / "lines"), cleaner, format="jsonl", changes=True)
    assert read_jsonl(tmp_path / "lines")[3]["v"] == [1, 2]


def test_json_lines_to_parquet_lose_nothing(tmp_path: Path, cleaner: Cleaner) -> None:
    pq = pytest.importorskip("pyarrow.parquet")
    data = [*rows(3), {"id": "x", "text": DIRTY, "n": "seven", "late": 1.5}]
    source = str(write_jsonl(tmp_path / "a.jsonl", data[:3] * 100 + data[3:]))
    clean_files([source], str(tmp_path / "out"), cleaner, format="parquet")
    table = pq.read_table(tmp_path / "out" / "part-00000-000000.parquet")
    last = table.to_pylist()[-1]
    assert table.schema.names == ["id", "text", "n", "tags", "other_fields", "error"]
    assert last["n"] is None and json.loads(last["other_fields"]) == {"n": "seven", "late": 1.5}
    assert table.to_pylist()[0]["tags"] == '["a", "\\u00fc"]'


def test_a_full_disk_loses_nothing(tmp_path: Path, cleaner: Cleaner, monkeypatch: pytest.MonkeyPatch) -> None:
    source, out = str(write_jsonl(tmp_path / "a.jsonl", rows(60))), tmp_path / "out"
    real, calls = Path.replace, []

    def full(self: Path, target: Path) -> Path:
        calls.append(self)
        if len(calls) > 6:
            raise OSError(28, "No space left on device")
        return real(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", full)
        with pytest.raises(Stopped, match="the disk is full"):
            clean_files([source], str(out), cleaner, unit_bytes=2000)
    done = len(read_jsonl(out))
    assert done > 0
    clean_files([source], str(out), cleaner, unit_bytes=2000)
    assert [r["id"] for r in read_jsonl(out)] == [f"d{i}" for i in range(60)]


def test_a_target_that_cannot_be_written(tmp_path: Path, cleaner: Cleaner) -> None:
    source = str(write_jsonl(tmp_path / "a.jsonl", rows(1)))
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="cannot write to"):
        clean_files([source], str(tmp_path / "file" / "out"), cleaner)


def test_folders_patterns_and_names(tmp_path: Path, cleaner: Cleaner) -> None:
    (tmp_path / "in" / "deep").mkdir(parents=True)
    write_jsonl(tmp_path / "in" / "a.jsonl", rows(2))
    write_jsonl(tmp_path / "in" / "deep" / "b.jsonl", rows(2))
    (tmp_path / "in" / "readme.txt").write_text("not data")
    for given in (str(tmp_path / "in"), str(tmp_path / "in" / "**" / "*.jsonl")):
        out = tmp_path / f"out{len(given)}"
        assert clean_files([given], str(out), cleaner)["documents"] == 4
    inside = tmp_path / "in" / "out"
    for _ in range(2):
        assert clean_files([str(tmp_path / "in")], str(inside), cleaner)["documents"] == 4
    (tmp_path / "a.json").touch()
    with pytest.raises(InputError, match="cannot be told from its name"):
        clean_files([str(tmp_path / "a.json")], str(inside), cleaner)
    with pytest.raises(InputError, match="nothing to clean"):
        clean_files([str(tmp_path / "*.nothing")], str(inside), cleaner)


def test_texts_and_pages_into_rows(tmp_path: Path, cleaner: Cleaner) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text(DIRTY)
    (tmp_path / "in" / "b.html").write_text(f"<html><body><article><h1>H</h1>{f'<p>{BODY}</p>' * 4}</article></body></html>")
    (tmp_path / "in" / "report.txt").write_text(DIRTY)
    clean_files([str(tmp_path / "in")], str(tmp_path / "out"), cleaner, changes=True)
    first, second, _ = read_jsonl(tmp_path / "out")
    assert (first["id"], first["text"], second["id"]) == ("a.txt", CLEAN, "b.html")
    assert BODY in second["text"]
    clean_files([str(tmp_path / "in")], str(tmp_path / "texts"), cleaner)
    assert (tmp_path / "texts" / "report.txt").read_text() == CLEAN
    assert (tmp_path / "texts" / "report-cleankit.txt").exists()


def test_workers_make_the_same_files(tmp_path: Path, cleaner: Cleaner) -> None:
    source = str(write_jsonl(tmp_path / "a.jsonl", rows(60)))
    clean_files([source], str(tmp_path / "one"), cleaner, unit_bytes=3000)
    clean_files([source], str(tmp_path / "two"), cleaner, unit_bytes=3000, workers=2)
    for name in ("part-00000-000000.jsonl", "part-00000-000001.jsonl", "report.json"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_command_line(tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "a.jsonl", [*rows(2), {"id": "bad"}])
    done = run("clean", source, "-o", tmp_path / "out", "--preset", "minimal", "--on-error", "drop", "--format", "csv")
    assert done.exit_code == 1
    assert "error: a.jsonl:3: " in done.stderr or "error: bad: input: there is no field 'text'" in done.stderr
    assert "3 documents, 2 changed, 1 problems" in done.stderr
    assert [p.suffix for p in shards(tmp_path / "out")] == [".csv"]
    assert "need -o FOLDER" in run("clean", source).stderr
    refused = run("clean", source, "-o", tmp_path / "out", "--preset", "minimal", "--on-error", "drop")
    assert (refused.exit_code, "another configuration" in refused.stderr) == (2, True)
    stopped = run("clean", source, "-o", tmp_path / "fail", "--preset", "minimal", "--on-error", "fail")
    assert (stopped.exit_code, "the same command goes on" in stopped.stderr) == (1, True)


def test_progress_line() -> None:
    assert progress_line(Done(12345, 60_000_000, 100_000_000, 20_000_000, 10.0)) == "12,345 documents  60 %  4.00 MB/s  0:00:10 left"
    assert progress_line(Done(0, 0, 0, 0, 0.0)).startswith("0 documents  100 %")


@pytest.fixture
def archive() -> bytes:
    page = f"<html><body><article><h1>H</h1>{f'<p>{BODY}</p>' * 4}</article></body></html>".encode()
    parts = [
        _record("warcinfo", b"software: x", "application/warc-fields"),
        _record("response", b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page),
        _record("response", b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n\r\n" + page),
        _record("response", b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n\x89PNG"),
        _record("response", b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n" + page),
        _record("conversion", DIRTY.encode(), "text/plain"),
    ]
    return b"".join(pack(p, "gz") for p in parts)


def _record(kind: str, body: bytes, content: str = "application/http; msgtype=response") -> bytes:
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:x:{kind}{len(body)}>\r\nWARC-Date: 2020-01-01T00:00:00Z\r\n"
        f"WARC-Target-URI: https://example.org/\r\nContent-Type: {content}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body + b"\r\n\r\n"


def test_web_archives(tmp_path: Path, cleaner: Cleaner, archive: bytes) -> None:
    pytest.importorskip("fastwarc")
    (tmp_path / "a.warc.gz").write_bytes(archive)
    report = clean_files([str(tmp_path / "a.warc.gz")], str(tmp_path / "out"), cleaner, format="jsonl")
    found = read_jsonl(tmp_path / "out")
    assert report["documents"] == len(found) == 3
    assert all(BODY in r["text"] and r["url"] == "https://example.org/" for r in found)
    assert found[2]["text"] == CLEAN
    # archives in, archives out; and these can be read again
    clean_files([str(tmp_path / "a.warc.gz")], str(tmp_path / "wet"), cleaner)
    (shard,) = shards(tmp_path / "wet")
    assert shard.name.endswith(".warc.wet.gz")
    clean_files([str(shard)], str(tmp_path / "again"), cleaner, format="jsonl")
    assert [(r["id"], r["text"]) for r in read_jsonl(tmp_path / "again")] == [(r["id"], r["text"]) for r in found]


@pytest.mark.parametrize("whole", [True, False], ids=["gzip", "plain"])
def test_an_archive_that_is_cut_off(tmp_path: Path, cleaner: Cleaner, archive: bytes, whole: bool) -> None:
    pytest.importorskip("fastwarc")
    data = archive[:-40] if whole else gzip.decompress(archive)[:-40]
    name = "a.warc.gz" if whole else "a.warc"
    (tmp_path / name).write_bytes(data)
    report = clean_files([str(tmp_path / name)], str(tmp_path / "out"), cleaner, format="jsonl")
    assert len(read_jsonl(tmp_path / "out")) == 2
    assert "cut off" in report["broken_inputs"][0]
    assert letters(tmp_path / "out")[0]["error"].startswith("input: the file is cut off")
