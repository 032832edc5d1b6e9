"""`cleankit rules`, `plugins` and `check`."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from cleankit.plugins import LoadedPlugin, Registry, load_registry
from cleankit.testing._kit import rule_id_of

from .cli import run

RULES = load_registry(None).rules


# ---- rules ----


def test_the_list_has_every_rule_on_a_line() -> None:
    done = run("rules")
    assert done.exit_code == 0
    assert [line.split()[0] for line in done.stdout.splitlines()] == list(RULES)
    assert done.stderr == f"{len(RULES)} rules\n"


def test_a_family_and_a_plugin_can_be_listed() -> None:
    for name in ("share", "share/", "wordpress/", "wordpress/shortcode"):
        ids = [line.split()[0] for line in run("rules", name).stdout.splitlines()]
        assert ids
        assert all(i.startswith(name.rstrip("/") + "/") for i in ids)


def test_one_rule_in_full() -> None:
    text = run("rules", "wordpress/shortcode/wpbakery").stdout
    info = RULES["wordpress/shortcode/wpbakery"].info
    for part in (info.summary, info.why, info.misfires, "stage inline", "stable", "since 0.1", "silent in texts about: shortcode", "  inline: ", "  keeps: "):
        assert part in text
    assert "    - [vc_row][vc_column]" in text, "an example shows what goes"


def test_a_rule_in_python_in_full() -> None:
    assert "written in Python" in run("rules", "context/stray-headline").stdout


def test_every_rule_can_be_described() -> None:
    data = json.loads(run("rules", "--json").stdout)
    assert [d["id"] for d in data] == list(RULES)
    pattern = next(d for d in data if d["id"] == "wordpress/shortcode/wpbakery")
    assert pattern["match"]["inline"]
    assert pattern["examples"]
    assert pattern["keeps"]


def test_trying_a_line_tells_its_fate_and_who_speaks() -> None:
    text = run("rules", "--try", "146,751FansLike").stdout
    assert "looks like no prose" in text
    assert len(re.findall(r"^  (?:above the text|between its paragraphs|below it): goes: ", text, re.MULTILINE)) == 3
    assert "social/glued-counter" in text


@pytest.mark.parametrize(
    ("line", "rule", "says"),
    [
        ("Share this evening with your friends", "share/en", "the line goes on"),
        ("Also read widely in the archives", "also-read/en", "no separator follows"),
        ("Post Views: 12 and no more", "wordpress/plugin/post-views", "its pattern ends at “Post Views: 12”"),
    ],
)
def test_trying_a_line_tells_near_misses(line: str, rule: str, says: str) -> None:
    data = json.loads(run("rules", "--json", "--try", line).stdout)
    (held,) = [v["held"] for v in data["nearly"] if v["rule"] == rule]
    assert says in held[0]


@pytest.mark.parametrize(
    ("line", "rule", "preset", "says"),
    [
        ("SOURCEHarbour Gazette", "wordpress/theme/newspaper-source", "article", "only below the text"),
        ("[vc_row]", "wordpress/shortcode/wpbakery", "article", "silent in texts about it"),
        ("Like this:", "wordpress/jetpack/like", "minimal", "not in this preset"),
    ],
)
def test_trying_a_line_tells_what_holds_a_rule_back(line: str, rule: str, preset: str, says: str) -> None:
    data = json.loads(run("rules", "--json", "--preset", preset, "--try", line).stdout)
    (held,) = [v["held"] for v in data["speaking"] if v["rule"] == rule]
    assert says in held


def test_trying_prose_says_so() -> None:
    line = "The council met on Monday, and after a long debate its members agreed on a new budget."
    data = json.loads(run("rules", "--json", "--try", line).stdout)
    assert data["prose"]
    assert set(data["fates"].values()) == {"stays"}


def test_trying_hostile_lines_prints_them_safely() -> None:
    done = run("rules", "share", "--try", "\x1b]0;x\x07[/bold]\u202e")
    assert done.exit_code == 0
    assert not set("\x1b\x07\u202e") & set(done.stdout)


# ---- plugins ----


def test_plugins_are_listed() -> None:
    done = run("plugins")
    assert done.exit_code == 0
    assert re.search(r"^builtin  cleankit-text \S+  \d+ rules$", done.stdout, re.MULTILINE)
    assert re.search(r"^wordpress  cleankit-wordpress \S+  \d+ rules$", done.stdout, re.MULTILINE)


def test_a_plugin_that_does_not_load_is_listed_with_its_error(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = Registry((LoadedPlugin("ill", "cleankit-ill", "2.0", 0, "ImportError: no module named spam"),))
    monkeypatch.setattr("cleankit.plugins.load_registry", lambda names: broken)
    done = run("plugins")
    assert done.exit_code == 1
    assert "ill  cleankit-ill 2.0  does not load: ImportError: no module named spam" in done.stdout
    assert json.loads(run("plugins", "--json").stdout)[0]["error"].startswith("ImportError")


# ---- check ----

GOOD = '''summary    = "A counter of stars"
why        = "A widget."
stage      = "lines"
since      = "0.1"
confidence = 0.9
misfires   = "None known."

[match]
line = """Stars: [0-9]+"""

[[example]]
before = """Stars: 12
The council met on Monday."""
after  = "The council met on Monday."

[[keep]]
text = "Stars: the cast of twelve took a bow."
why  = "a sentence"
'''


def write(folder: Path, text: str, name: str = "widget/stars") -> Path:
    file = folder / "rules" / f"{name}.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def test_a_good_rule_file_passes(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    done = run("check", tmp_path)
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "1 files checked, 0 problems\n")


BAD = {
    "unknown key": (GOOD.replace("why        =", "wyh        ="), 2, "did you mean `why`?"),
    "no TOML": (GOOD.replace('stage      = "lines"', "stage      = lines"), 3, "this is not TOML"),
    "pattern": (GOOD.replace("[0-9]+", "([0-9]+"), 9, "cannot be compiled"),
    "growing pattern": (GOOD.replace("[0-9]+", "(?:[0-9]+)+"), 9, "may grow"),
    "no keep": (GOOD[: GOOD.index("[[keep]]")], 1, "`keep` is missing"),
    "example that stays": (GOOD.replace("Stars: 12\n", "Stars: twelve\n"), None, "gives its `after`"),
    "keep that goes": (GOOD.replace('text = "Stars: the cast of twelve took a bow."', 'text = "Stars: 5"'), None, "a keep stays"),
    "keep that another rule takes": (GOOD.replace("Stars: the cast of twelve took a bow.", "146,751FansLike"), None, "survives preset article"),
}


@pytest.mark.parametrize("case", BAD)
def test_each_mistake_is_told_with_its_place(case: str, tmp_path: Path) -> None:
    text, line, says = BAD[case]
    file = write(tmp_path, text)
    done = run("check", file)
    assert done.exit_code == 1
    assert done.stdout == ""
    assert says in done.stderr
    assert str(file) + (f":{line}:" if line else ":") in done.stderr
    assert "1 files checked" in done.stderr


def test_all_mistakes_at_once_as_json_and_for_github(tmp_path: Path) -> None:
    write(tmp_path, BAD["pattern"][0], "widget/one")
    write(tmp_path, BAD["keep that goes"][0], "widget/two")
    write(tmp_path, GOOD, "widget/three")
    problems = json.loads(run("check", "--format", "json", tmp_path).stdout)
    assert {p["rule"] for p in problems} == {"widget/one", "widget/two"}
    assert next(p for p in problems if p["rule"] == "widget/one")["line"] == 9
    lines = run("check", "--format", "github", tmp_path).stdout.splitlines()
    assert len(lines) == len(problems)
    assert all(re.match(r"::error file=.+\.toml,line=\d+(?:,col=\d+)?,title=widget/(?:one|two)::", line) for line in lines)


def test_the_pool_can_be_left_out(tmp_path: Path) -> None:
    file = write(tmp_path, BAD["keep that another rule takes"][0])
    assert run("check", "--no-pool", file).exit_code == 0


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("rules/share/en.toml", "share/en"),
        ("plugins/x/x/rules/deep/share/en.toml", "deep/share/en"),
        ("rules/old/rules/share/en.toml", "share/en"),
        ("share/en.toml", "share/en"),
    ],
)
def test_an_id_is_the_path_below_the_nearest_rules_folder(path: str, expected: str, tmp_path: Path) -> None:
    assert rule_id_of(tmp_path / path) == expected
