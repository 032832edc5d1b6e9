"""`cleankit clean` and what all commands share: exit codes, errors, lazy imports."""

from __future__ import annotations

import os
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import pytest

from cleankit.cli._options import make_cleaner

from .cli import BODY, CLEAN, DIRTY, run

PAGE = f"<html><head><title>Harbour</title></head><body><article><h1>Harbour</h1><p>{BODY}</p><p>{BODY[::-1]}</p><p>{BODY} Again.</p></article></body></html>"


@pytest.fixture
def dirty(tmp_path: Path) -> Path:
    file = tmp_path / "dirty.txt"
    file.write_text(DIRTY, encoding="utf-8")
    return file


def test_standard_input_to_standard_output() -> None:
    for args in ((), ("-",)):
        done = run("clean", *args, input=DIRTY)
        assert (done.exit_code, done.stdout, done.stderr) == (0, CLEAN, "")


def test_bytes_go_through_as_utf_8() -> None:
    text = "संस्कृति\u200dका मेला शनिवार को नदी के किनारे लगा और हज़ारों लोग देर रात तक वहाँ रहे। 👨🏻\u200d🚒\n"
    assert run("clean", input=text.encode()).stdout_bytes == text.encode()


def test_one_file_to_standard_output(dirty: Path) -> None:
    done = run("clean", dirty)
    assert (done.exit_code, done.stdout) == (0, CLEAN)
    assert dirty.read_text(encoding="utf-8") == DIRTY


def test_line_ends_are_read_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(DIRTY.replace("\n", "\r\n").encode())
    assert run("clean", tmp_path / "a.txt").stdout_bytes == CLEAN.encode()


def test_a_folder_into_a_folder(tmp_path: Path) -> None:
    (tmp_path / "in" / "deep").mkdir(parents=True)
    (tmp_path / "in" / "a.txt").write_text(DIRTY, encoding="utf-8")
    (tmp_path / "in" / "deep" / "b.md").write_text(DIRTY, encoding="utf-8")
    (tmp_path / "in" / "deep" / "c.html").write_text(PAGE, encoding="utf-8")
    (tmp_path / "in" / "picture.png").write_bytes(b"\x89PNG")
    done = run("clean", tmp_path / "in", "-o", tmp_path / "out")
    assert done.exit_code == 0, done.stderr
    written = {p.relative_to(tmp_path / "out").as_posix() for p in (tmp_path / "out").rglob("*") if p.is_file()}
    made = {p for p in written if not p.startswith((".work/", "report."))}
    assert made == {"a.txt", "deep/b.md", "deep/c.html.txt"}
    assert (tmp_path / "out" / "deep" / "b.md").read_text(encoding="utf-8") == CLEAN
    assert BODY in (tmp_path / "out" / "deep" / "c.html.txt").read_text(encoding="utf-8")
    assert "3 documents" in done.stderr


def test_in_place_keeps_a_backup_and_never_loses_one(dirty: Path) -> None:
    backup = dirty.with_name("dirty.txt.bak")
    assert run("clean", "--in-place", dirty).exit_code == 0
    assert dirty.read_text(encoding="utf-8") == CLEAN
    assert backup.read_text(encoding="utf-8") == DIRTY
    assert run("clean", "--in-place", dirty).exit_code == 0, "nothing to do, nothing to back up"
    dirty.write_text(DIRTY + "More.\n", encoding="utf-8")
    done = run("clean", "--in-place", dirty)
    assert done.exit_code == 1
    assert "dirty.txt.bak is there already" in done.stderr
    assert backup.read_text(encoding="utf-8") == DIRTY
    assert dirty.read_text(encoding="utf-8") == DIRTY + "More.\n"
    assert sorted(p.name for p in dirty.parent.iterdir()) == ["dirty.txt", "dirty.txt.bak"]


def test_a_page_by_its_ending_or_by_the_flag(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(PAGE, encoding="utf-8")
    by_ending, by_flag = run("clean", tmp_path / "a.html"), run("clean", "--html", input=PAGE)
    assert by_ending.exit_code == by_flag.exit_code == 0, by_ending.stderr
    assert BODY in by_ending.stdout
    assert "<p>" not in by_ending.stdout
    assert by_ending.stdout == by_flag.stdout
    assert "<p>" in run("clean", "--text", tmp_path / "a.html").stdout


@pytest.mark.parametrize(
    ("flags", "stays"),
    [
        ((), False),
        (("--keep-date",), True),
        (("--no-keep-date",), False),
        (("--preset", "minimal"), True),
        (("--no-plugins",), False),
    ],
)
def test_options_are_flags(flags: tuple[str, ...], stays: bool) -> None:
    text = f"{BODY}\n\n{BODY[:-1]} again.\n\nUpdated: March 7, 2023\n"
    done = run("clean", *flags, input=text)
    assert done.exit_code == 0, done.stderr
    assert ("March 7, 2023" in done.stdout) == stays


@pytest.mark.parametrize(
    ("args", "code", "says"),
    [
        (("clena",), 2, "did you mean 'clean'"),
        (("clean", "--presett", "page"), 2, "--preset"),
        (("clean", "--preset", "artcle"), 2, "did you mean 'article'"),
        (("clean", "--select", "shre"), 2, "did you mean share"),
        (("clean", "--repair", "3"), 2, "'0', '1', '2'"),
        (("clean", "--html", "--extractor", "trafilature"), 2, "did you mean 'trafilatura'"),
        (("clean", "--plugin", "nobody"), 2, "installed: "),
        (("clean", "--plugin", "wordpress", "--no-plugins"), 2, "exclude each other"),
        (("clean", "no-such-file.txt"), 2, "does not exist"),
        (("rules", "shar"), 2, "did you mean share"),
    ],
)
def test_errors_say_what_to_do_on_standard_error(args: tuple[str, ...], code: int, says: str) -> None:
    done = run(*args, input=DIRTY)
    assert done.exit_code == code
    assert says in done.stderr
    assert done.stdout == ""


def test_calls_that_would_overwrite_are_refused(tmp_path: Path, dirty: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "dirty.txt").write_text(DIRTY, encoding="utf-8")
    (tmp_path / "page.html").write_text(PAGE, encoding="utf-8")
    for args, says in [
        ((dirty, tmp_path / "other" / "dirty.txt"), "-o FOLDER or --in-place"),
        ((dirty, tmp_path / "other" / "dirty.txt", "-o", tmp_path / "out"), "would overwrite"),
        ((dirty, "-o", tmp_path), "would overwrite"),
        ((dirty, "-o", tmp_path / "out", "--in-place"), "exclude each other"),
        ((tmp_path / "page.html", "--in-place"), "for text files"),
        (("-", "--in-place"), "for text files"),
    ]:
        done = run("clean", *args)
        assert done.exit_code == 2, args
        assert says in done.stderr
    assert not (tmp_path / "out").exists()
    (tmp_path / "empty").mkdir()
    assert "no text or page" in run("clean", tmp_path / "empty").stderr


def test_a_file_that_is_not_utf_8_harms_no_other(tmp_path: Path, dirty: Path) -> None:
    (tmp_path / "latin.txt").write_bytes("Café".encode("latin-1"))
    done = run("clean", tmp_path / "latin.txt", dirty, "-o", tmp_path / "out")
    assert done.exit_code == 1
    assert "not UTF-8 (byte 3)" in done.stderr
    assert (tmp_path / "out" / "dirty.txt").read_text(encoding="utf-8") == CLEAN


def python(code: str, *args: object, **kwargs: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, args)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
        **kwargs,
    )


@pytest.mark.parametrize(
    ("command", "absent"),
    [
        (["--help"], ["rich", "trafilatura", "ftfy", "lxml", "pyarrow", "starlette", "tomlkit"]),
        (["clean", "--help"], ["rich", "trafilatura", "ftfy", "lxml", "pyarrow"]),
        (["clean", "FILE"], ["rich", "trafilatura", "ftfy", "lxml", "pyarrow", "starlette"]),
        (["explain", "FILE"], ["rich", "trafilatura", "ftfy"]),
        (["rules"], ["rich", "trafilatura", "ftfy", "lxml"]),
    ],
    ids=" ".join,
)
def test_heavy_imports_wait_until_they_are_needed(command: list[str], absent: list[str], dirty: Path) -> None:
    code = (
        "import sys; from cleankit.cli import main\n"
        "try: main([a for a in sys.argv[1:]])\n"
        "finally: print(*sorted(sys.modules), file=sys.stderr)"
    )
    done = python(code, *(dirty if a == "FILE" else a for a in command))
    assert done.returncode == 0, done.stderr
    loaded = set(done.stderr.split())
    assert "cleankit.cli" in loaded
    assert not loaded & set(absent)


def test_module_run_and_version() -> None:
    done = subprocess.run([sys.executable, "-m", "cleankit", "--version"], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert done.stdout.startswith("cleankit, version ")


def test_a_warning_is_one_line_on_standard_error(dirty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def make(**options: Any) -> Any:
        warnings.warn("look out", UserWarning, stacklevel=1)
        return make_cleaner(**options)

    monkeypatch.setattr("cleankit.cli.clean.make_cleaner", make)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        assert run("clean", dirty).stderr == "warning: look out\n"


_THREADS = """
import os, sys
from cleankit.cli import main
try:
    main(["clean", "--preset", "page", "--no-plugins", "a.txt"])
except SystemExit:
    assert "numpy" in sys.modules
print(len(os.listdir("/proc/self/task")), os.environ["OMP_NUM_THREADS"], file=sys.stderr)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="threads are counted there")
@pytest.mark.parametrize(("given", "said"), [({}, "1 1"), ({"OMP_NUM_THREADS": "3"}, "1 3")])
def test_linear_algebra_keeps_to_one_thread(given: dict[str, str], said: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(DIRTY * 20, encoding="utf-8")
    env = {k: v for k, v in os.environ.items() if not k.endswith("_NUM_THREADS")}
    done = subprocess.run([sys.executable, "-c", _THREADS], cwd=tmp_path, env={**env, **given}, capture_output=True, text=True, check=True)
    assert done.stderr.splitlines()[-1] == said
