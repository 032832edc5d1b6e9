"""What `cleankit check` finds beyond a rule's own proof."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cleankit.matchers import PatternRule
from cleankit.plugins import load_registry
from cleankit.rulefile import parse_rule
from cleankit.testing._breadth import check_bodies, check_growth, check_literals, check_overlap, check_spares, removals
from cleankit.testing._growth import growth

from .cli import BODY, run

RULE = '''summary = "Boats"
why = "A widget."
stage = "lines"
since = "0.1"
confidence = 0.9
misfires = "None known."

[match]
{match}

[[example]]
before = """
{example}
The council met on Monday."""
after = "The council met on Monday."

[[keep]]
text = "Boats, said the mayor, were seen in the harbour."
why = "a sentence"
'''


def rule_text(match: str, example: str = "Boats 12") -> str:
    return RULE.format(match=match, example=example)


def write(folder: Path, text: str, name: str = "widget/boats") -> Path:
    file = folder / f"{name}.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


BROAD = rule_text(r"line = '''\w{2,12} \w{1,12}'''")


def test_a_rule_that_takes_the_keep_of_another_is_told(tmp_path: Path) -> None:
    done = run("check", "--format", "json", write(tmp_path, BROAD))
    problems = [p for p in json.loads(done.stdout) if p["level"] == "problem"]
    assert done.exit_code == 1
    assert any(p["message"].startswith("a keep of ") for p in problems)


def test_a_rule_that_takes_bodies_is_told(tmp_path: Path) -> None:
    rule = parse_rule(BROAD, "widget/boats")
    found = check_bodies([rule], {"sample": f"{BODY}\n\nLow tide\n\n{BODY}\n"})
    assert [f.text for f in found] == ["Low tide"]
    assert check_spares([rule], [("a/b", "Low tide"), ("widget/boats", "Low tide")])[0].law == "a keep of a/b stays"


def test_the_samples_of_a_checkout_are_bodies(tmp_path: Path) -> None:
    sample = tmp_path / "corpus_samples" / "tide" / "clean.txt"
    sample.parent.mkdir(parents=True)
    sample.write_text(f"{BODY}\n\nUnheard 7\n\n{BODY}\n", encoding="utf-8")
    (tmp_path / "pyproject.toml").touch()
    file = write(tmp_path / "rules", rule_text(r"line = '''(?:Boats|Unheard) \d+'''"))
    done = run("check", file)
    assert done.exit_code == 1 and "the body of sample tide stays" in done.stderr


def test_what_would_go_from_ones_own_texts_is_shown_prose_first(tmp_path: Path) -> None:
    file = write(tmp_path / "rules", rule_text(r"line = '''Boats \d+'''"))
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "a.txt").write_text(f"{BODY}\n\nBoats 7\n", encoding="utf-8")
    (texts / "b.txt").write_text(BODY, encoding="utf-8")
    done = run("check", "--against", texts, file)
    assert done.exit_code == 0
    assert f"{texts / 'a.txt'}:3: [widget/boats] note: would take: Boats 7" in done.stderr
    assert "would take 1 pieces from 1 of 2 texts; 0 look like prose" in done.stderr
    assert "notice file=" in run("check", "--against", texts, "--format", "github", file).stdout


def test_ones_own_texts_may_be_json_lines_and_pages(tmp_path: Path) -> None:
    file = write(tmp_path / "rules", rule_text(r"line = '''Boats \d+'''"))
    texts = tmp_path / "texts"
    texts.mkdir()
    rows = [{"id": "tide", "text": f"{BODY}\n\nBoats 7\n"}, {"text": f"Boats 8\n\n{BODY}\n"}, {"body": "no text"}]
    (texts / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    (texts / "page.html").write_text(f"<html><body><article><h1>Tide</h1><p>{BODY}</p><p>Boats 9</p><p>{BODY} So it is.</p></article></body></html>", encoding="utf-8")
    done = run("check", "--no-pool", "--against", texts, file)
    assert done.exit_code == 1 and "rows.jsonl:3: there is no text" in done.stderr
    assert "tide:3: [widget/boats] note: would take: Boats 7" in done.stderr
    assert f"{texts / 'rows.jsonl'}:2:1: [widget/boats] note: would take: Boats 8" in done.stderr
    assert "would take: Boats 9" in done.stderr and "<p>" not in done.stderr
    assert "would take 3 pieces from 3 of 3 texts" in done.stderr


def test_many_problems_of_one_kind_are_counted(tmp_path: Path) -> None:
    file = write(tmp_path / "rules", rule_text(r"line = '''[\w ]{3,60}'''"))
    told = run("check", file)
    assert told.stderr.count("a keep of") == 8 and " more like these; --format json has them all" in told.stderr
    assert run("check", "--format", "json", file).stdout.count("a keep of") > 50


def test_removals_that_look_like_prose_come_first() -> None:
    text = rule_text(r"""phrases = ["Boats 12", "The boats of the harbour were all seen again on Monday morning, said the mayor."]""")
    text = text.replace("misfires", 'reach = "prose"\nmisfires') + '\n[[keep]]\ntext = "Another one."\nwhy = "more"\n'
    line = "The boats of the harbour were all seen again on Monday morning, said the mayor."
    body = "\n\n".join([BODY, "Nobody had expected that, and all of them stayed to the end of the long debate."] * 6)
    found = removals([parse_rule(text, "widget/boats")], [("t", f"Boats 7\n\n{body}\n\n{line}\n")])
    assert [(r.prose, r.text) for r in found] == [(True, line), (False, "Boats 7")]


def test_clashes_are_told(tmp_path: Path) -> None:
    one = write(tmp_path / "a" / "rules", rule_text(r"line = '''Boats \d+'''"))
    two = write(tmp_path / "b" / "rules", rule_text(r"line = '''Boats \d+'''"))
    assert "is that of" in run("check", "--no-pool", one, two).stderr
    built_in = write(tmp_path / "c" / "rules", rule_text(r"line = '''Boats \d+'''"), "share/en")
    assert "is that of a built-in rule" in run("check", "--no-pool", built_in).stderr
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "__init__.py").touch()
    in_a_plugin = write(tmp_path / "d" / "rules", rule_text(r"line = '''Boats \d+'''"), "share/en")
    assert "built-in" not in run("check", "--no-pool", in_a_plugin).stderr


def test_the_rules_of_a_checkout_are_those_that_are_built_in(tmp_path: Path) -> None:
    """Where cleankit is installed from a wheel, its rules have the same ids in another place."""
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "cleankit-text"\n', encoding="utf-8")
    text = (ROOT / "rules" / "share" / "en.toml").read_text(encoding="utf-8")
    done = run("check", "--no-pool", write(tmp_path / "rules", text, "share/en"))
    assert done.exit_code == 0 and "share/en" not in done.stderr.replace("share/en.toml", "")


def test_what_a_draft_left_to_say_is_told(tmp_path: Path) -> None:
    assert run("new", "rule", "widget/boats", "--line", "Boats 12", "--into", tmp_path / "rules").exit_code == 0
    done = run("check", "--no-pool", tmp_path / "rules")
    assert done.exit_code == 1
    assert [line for line in done.stderr.splitlines() if "left it" in line] == [
        f"{tmp_path / 'rules/widget/boats.toml'}: `{key}` is as `cleankit new rule` left it" for key in ("summary", "why", "misfires")
    ]


def test_overlap_and_missing_words_are_notes(tmp_path: Path) -> None:
    file = write(tmp_path, rule_text('phrases = ["Advertisement", "Boats 5"]'))
    done = run("check", "--no-pool", file)
    assert done.exit_code == 0
    assert "note: 1 of 2 phrases are in ad-label/" in done.stderr and "0 problems, " in done.stderr
    assert "note" not in run("check", "--no-pool", "--no-notes", file).stderr
    assert check_literals(parse_rule(BROAD, "a/b")) and not check_literals(parse_rule(rule_text(r"line = '''Boats \d+'''"), "a/b"))
    narrow = parse_rule(rule_text(r"line = '''Boats \d+'''"), "a/narrow")
    assert check_overlap(narrow, [parse_rule(BROAD, "a/wide")]) == ["a/wide takes all its examples too"]


def test_overlap_with_an_installed_plugin_is_a_note(tmp_path: Path) -> None:
    theirs = next(r for i, r in load_registry().rules.items() if i.startswith("wordpress/") and isinstance(r, PatternRule) and r.kind == "phrases")
    file = write(tmp_path, rule_text(f'phrases = ["Boats 5", "{theirs.phrases[0]}"]'))
    assert f"note: 1 of 2 phrases are in {theirs.info.id} too" in run("check", "--no-pool", file).stderr


@pytest.mark.parametrize(
    ("pattern", "low", "high"),
    [("share +[0-9]+", 0, 1.3), (r"(?i)boats\s++\d++ seen", 0, 1.3), (r"\w+\s*\w+:", 1.5, 2.5), ("(?:a|a)*b", 2.9, 99), (r"(?:\w+\s?)*:", 2.9, 99)],
)
def test_the_growth_of_work_is_counted(pattern: str, low: float, high: float) -> None:
    assert low <= growth(pattern).power <= high


def test_a_pattern_that_runs_out_of_time_is_a_problem_and_a_slow_one_a_note() -> None:
    problems, _ = check_growth(parse_rule(rule_text(r"line = '''Boats (?:\w+ ?){0,40}:'''"), "a/b"))
    assert problems and "within" in problems[0].law
    _, notes = check_growth(parse_rule(rule_text(r"line = '''Boats \w+\s*\w+\s*\w+\s*\w+\s*\w+:'''"), "a/b"))
    assert notes and "steps grow" in notes[0]
    assert check_growth(parse_rule(rule_text(r"line = '''Boats \d+'''"), "a/b")) == ([], [])


# ---------------------------------------------------------------- a plugin's project


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Path]:
    """A plugin as `cleankit new plugin` makes it; what the check imports of it is forgotten afterwards."""
    assert run("new", "plugin", "tides", "-o", tmp_path).exit_code == 0
    yield tmp_path / "cleankit-tides"
    for name in [n for n in sys.modules if n.startswith("cleankit_tides")]:
        del sys.modules[name]


def test_a_project_is_checked_whole(project: Path) -> None:
    done = run("check", "--no-pool", project)
    assert done.exit_code == 0 and "1 files checked, 0 problems" in done.stderr


def test_a_file_that_no_hook_gives_out_is_told(project: Path) -> None:
    write(project / "cleankit_tides" / "more" / "rules", rule_text(r"line = '''Boats \d+'''"))
    done = run("check", "--no-pool", project)
    assert done.exit_code == 1 and "boats.toml: [tides] no hook gives out this file" in done.stderr


def test_all_wrong_files_of_a_project_are_told_with_their_lines(project: Path) -> None:
    rules = project / "cleankit_tides" / "rules"
    for name in ("widget/one", "widget/two"):
        write(rules, rule_text(r"lines = '''Boats \d+'''"), name)
    done = run("check", "--no-pool", "--format", "json", project)
    problems = json.loads(done.stdout)
    assert sorted((Path(p["file"]).name, p["line"]) for p in problems) == [("one.toml", 9), ("two.toml", 9)]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("if times[total] > 1", "if total > 1", "a rule never raises; this one raised TypeError"),
        ('yield Edit(line.span, "", ', 'yield Edit(line.span, "x", ', "a rule of stage lines only deletes"),
        ('id="marks/page-of"', 'id="marks/desk"', "two rules of it have the id tides/marks/desk"),
        ("import re\n", "import re\nimport nobody_has_this\n", "cannot be loaded: ModuleNotFoundError"),
    ],
)
def test_what_is_wrong_with_rules_in_python_is_told(old: str, new: str, says: str, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cleankit.testing._kit.HARD_TEXTS", ("Page 1 of 3\nThe harbour.\nPage 2 of 3\n",))
    code = project / "cleankit_tides" / "_page_marks.py"
    text = code.read_text(encoding="utf-8")
    assert old in text
    code.write_text(text.replace(old, new), encoding="utf-8")
    done = run("check", "--no-pool", project)
    assert done.exit_code == 1 and says in done.stderr


def test_a_name_that_another_installed_plugin_has_is_told(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for dist in ("ebb", "cleankit_tides"):  # another's, and the project itself, installed
        info = tmp_path / "site" / f"{dist}-1.0.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {dist}\nVersion: 1.0\n", encoding="utf-8")
        (info / "entry_points.txt").write_text("[cleankit]\ntides = cleankit_tides\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path / "site")
    done = run("check", "--no-pool", project)
    assert done.exit_code == 1 and "1 problems" in done.stderr and "ebb, which is installed, claims the name tides too" in done.stderr


def test_a_project_that_cannot_be_read_is_a_wrong_call(project: Path) -> None:
    (project / "pyproject.toml").write_text("[project", encoding="utf-8")
    assert run("check", project).exit_code == 2


# ---------------------------------------------------------------- as a hook of pre-commit

ROOT = Path(__file__).resolve().parents[2]


def test_the_hook_runs_on_rule_files_and_on_nothing_else(tmp_path: Path) -> None:
    yaml = pytest.importorskip("yaml")
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    fits = re.compile(hook["files"]).search
    assert fits("rules/share/en.toml") and fits("cleankit_tides/rules/marks/desk.toml")
    assert not any(map(fits, ("pyproject.toml", "rules/README.md", "my_rules/a/b.toml", "rules.toml")))
    good, bad = write(tmp_path / "rules", rule_text(r"line = '''Boats \d+'''"), "a/good"), write(tmp_path / "rules", rule_text("x = 1"), "a/bad")
    entry = hook["entry"].split()
    assert entry[0] == "cleankit"
    done = run(*entry[1:], good, bad)
    assert done.exit_code == 1 and "bad.toml:9" in done.stderr and "good.toml" not in done.stderr
    assert run(*entry[1:], good).exit_code == 0


@pytest.mark.slow
def test_the_real_pre_commit_runs_the_hook(tmp_path: Path) -> None:
    """In a repository of its own, with the hook from this checkout; pre-commit installs cleankit, so it needs the network."""
    pytest.importorskip("pre_commit")
    if not (ROOT / ".git").exists():
        pytest.skip("not a checkout")

    def call(*command: str, cwd: Path = tmp_path) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PRE_COMMIT_HOME": str(tmp_path.parent / "pre-commit-home")}
        return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, encoding="utf-8", check=False)

    revision = call("git", "rev-parse", "HEAD", cwd=ROOT).stdout.strip()
    config = f"repos:\n  - repo: {ROOT}\n    rev: {revision}\n    hooks:\n      - id: cleankit-check\n"
    (tmp_path / ".pre-commit-config.yaml").write_text(config, encoding="utf-8")
    bad = write(tmp_path / "rules", rule_text("x = 1"), "a/bad")
    write(tmp_path / "rules", rule_text(r"line = '''Boats \d+'''"), "a/good")
    call("git", "init", "-q")
    call("git", "add", "-A")
    refused = call(sys.executable, "-m", "pre_commit", "run", "--all-files")
    if "InstallEnvironment" in refused.stdout or "CalledProcessError" in refused.stdout:
        pytest.skip("pre-commit could not install the hook's environment")
    assert refused.returncode == 1 and "bad.toml:9:1: unknown matcher `x`" in refused.stdout and "good.toml" not in refused.stdout
    bad.unlink()
    call("git", "add", "-A")
    passed = call(sys.executable, "-m", "pre_commit", "run", "--all-files")
    assert passed.returncode == 0 and "Passed" in passed.stdout
