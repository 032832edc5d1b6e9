"""`cleankit new`: what it makes passes every check as it is."""

from __future__ import annotations

import importlib
import subprocess
import sys
import tomllib
from importlib.util import find_spec
from pathlib import Path

import pytest
import regex

from cleankit.authoring import numbers_as_pattern, slugged
from cleankit.cli.new import plugin_names
from cleankit.rulefile import load_rule
from cleankit.testing import assert_none, check_plugin, check_rule

from .cli import run

FILES = [
    ".github/workflows/test.yml", ".gitignore", "README.md", "cleankit_harbour_news/__init__.py", "cleankit_harbour_news/_page_marks.py",
    "cleankit_harbour_news/py.typed", "cleankit_harbour_news/rules/marks/desk.toml", "pyproject.toml", "tests/test_plugin.py",
]  # fmt: skip


@pytest.fixture
def plugin(tmp_path: Path) -> Path:
    done = run("new", "plugin", "harbour-news", "-o", tmp_path)
    assert done.exit_code == 0, done.output
    return tmp_path / "cleankit-harbour-news"


def test_a_plugin_has_all_its_files_and_nothing_is_left_to_fill_in(plugin: Path) -> None:
    assert sorted(p.relative_to(plugin).as_posix() for p in plugin.rglob("*") if p.is_file()) == sorted(FILES)
    for path in plugin.rglob("*"):
        assert not path.is_file() or "{{" not in path.read_text(encoding="utf-8")
    project = tomllib.loads((plugin / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["entry-points"] == {"cleankit": {"harbour-news": "cleankit_harbour_news"}}


def test_the_plugin_passes_the_kit_and_its_rules_the_check(plugin: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(plugin))
    module = importlib.import_module("cleankit_harbour_news")
    try:
        assert_none(check_plugin(module, name="harbour-news", whole=False))
        done = run("check", plugin)
        assert done.exit_code == 0, done.output
    finally:
        for name in [n for n in sys.modules if n.startswith("cleankit_harbour_news")]:
            del sys.modules[name]


@pytest.mark.parametrize(
    "command",
    [
        ["pytest", "-q", "-p", "no:cacheprovider"],
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "."],
        pytest.param(["mypy"], marks=pytest.mark.slow),
    ],
    ids=" ".join,
)
def test_the_plugin_passes_its_own_checks(plugin: Path, command: list[str]) -> None:
    if find_spec(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    done = subprocess.run([sys.executable, "-m", *command], cwd=plugin, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_nothing_is_overwritten(plugin: Path) -> None:
    (plugin / "README.md").write_text("mine", encoding="utf-8")
    (plugin / "pyproject.toml").unlink()
    done = run("new", "plugin", "harbour-news", "-o", plugin.parent)
    assert done.exit_code == 2 and "there already" in done.output
    assert (plugin / "README.md").read_text(encoding="utf-8") == "mine" and not (plugin / "pyproject.toml").exists()


@pytest.mark.parametrize(
    ("name", "slug"),
    [("Hafen Übersee", "hafen-ubersee"), ("cleankit-shop2", "shop2"), ("class", "class"), ("a__b", "a-b"), ("3d", "3d"), ("Łódź", "odz"), ("Zażółć", "zazolc")],
)
def test_names_become_ascii_with_hyphens(name: str, slug: str) -> None:
    names = plugin_names(name)
    assert names["name"] == slug
    assert names["package"].isidentifier() and names["dist"] == f"cleankit-{slug}"


@pytest.mark.parametrize("name", ["日本", "---", "", "text", "cleankit"])
def test_names_that_cannot_be_are_refused(name: str, tmp_path: Path) -> None:
    done = run("new", "plugin", "-o", tmp_path, "--", name)
    assert done.exit_code == 2 and not list(tmp_path.iterdir())


def test_slugs_are_stable() -> None:
    assert slugged(slugged("Ein Wort: 3×")) == slugged("Ein Wort: 3×")


GOLDEN = """\
summary    = "TODO: what is found, as a noun"
why        = "TODO: why it is boilerplate"
stage      = "lines"
since      = "0.1"
confidence = 0.9
langs      = ["en"]
misfires   = "TODO: where it is wrong, in words"

[match]
# any number fits in the place of a number
phrases = ["Boats seen 1,204 times"]
# the same as a pattern, if it has to be one: line = '''(?i)Boats\\s+seen\\s+\\d[\\d.,]*[km]?\\s+times'''

[[example]]
before = '''The council met on Monday, and after a long debate its members agreed on a new budget for the harbour.

Boats seen 1,204 times

Nobody in the room had expected the talks to go on for so long, but all of them stayed to the end.'''
after = '''The council met on Monday, and after a long debate its members agreed on a new budget for the harbour.

Nobody in the room had expected the talks to go on for so long, but all of them stayed to the end.'''

[[keep]]
text = "It said “Boats seen 1,204 times” on the board, and nobody in the room had expected to read those words there."
"""


def test_a_rule_is_drafted_from_a_line(tmp_path: Path) -> None:
    done = run("new", "rule", "boats/seen", "--line", "Boats seen 1,204 times", "--lang", "en", "--into", tmp_path / "rules")
    assert done.exit_code == 0, done.output
    file = tmp_path / "rules/boats/seen.toml"
    assert file.read_text(encoding="utf-8").startswith(GOLDEN)
    assert_none(check_rule(load_rule(file, "boats/seen")))
    assert run("new", "rule", "boats/seen", "--line", "x", "--into", tmp_path / "rules").exit_code == 2


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        (["Seen by: 12 captains"], "labels"),
        (["### Captains’ 'quotes' ''' here"], "phrases"),
        (["  * [Boats](https://example.org/boats)  "], "phrases"),
        (["ボートの一覧"], "phrases"),
        (["Write to the harbour office if you have seen a boat that is not yours, and we will call you back."], "phrases"),
        (["Boats 3", "Boats 4", "Ships"], "phrases"),
        (["Tab\there\u00a0and\u200bthere"], "phrases"),
    ],
)
def test_drafts_of_all_kinds_load_and_prove_themselves(lines: list[str], kind: str, tmp_path: Path) -> None:
    args = [a for line in lines for a in ("--line", line)]
    done = run("new", "rule", "boats/seen", *args, "--into", tmp_path)
    assert done.exit_code == 0, done.output
    rule = load_rule(tmp_path / "boats/seen.toml", "boats/seen")
    assert rule.kind == kind and len(rule.folded) == len(rule.phrases)


def test_a_draft_says_what_cannot_be_seen_and_what_takes_the_line_already(tmp_path: Path) -> None:
    done = run("new", "rule", "a/b", "--line", "Adver\u200btisement", "--into", tmp_path)
    assert "U+200B ZERO WIDTH SPACE" in done.output
    assert "takes it already" in run("new", "rule", "a/c", "--line", "Advertisement", "--into", tmp_path).output
    told = run("new", "rule", "a/d", "--lang", "de", "--line", "Foto: Anna Müller/Hafen", "--line", "Foto: Jan Weiß/Hafen", "--into", tmp_path).output
    assert "note: photo-credit/de, " in told and told.count("already") == 1 and " more" in told


@pytest.mark.parametrize("rule_id", ["Upper/Case", "single", "a/../b"])
def test_ids_that_cannot_be_are_refused(rule_id: str, tmp_path: Path) -> None:
    assert run("new", "rule", rule_id, "--line", "Boats", "--into", tmp_path / "rules").exit_code == 2
    assert not list(tmp_path.rglob("*.toml"))


def test_the_proposed_pattern_fits_other_numbers() -> None:
    pattern = numbers_as_pattern("Seen 1,204 times (3K)")
    assert regex.fullmatch(pattern, "seen 7 times (12k)") and not regex.fullmatch(pattern, "seen many times (3k)")
