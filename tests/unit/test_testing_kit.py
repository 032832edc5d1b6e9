"""The kit finds what is wrong, says which law is broken, and shows the smallest text that breaks it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cleankit
from cleankit import Cleaner, Cue, Document, Edit, RuleInfo, Span, Stage, hookimpl
from cleankit.config import Config
from cleankit.plugins import registry_of
from cleankit.rulefile import parse_rule
from cleankit.testing import (
    assert_none,
    cases,
    check_cleaner,
    check_plugin,
    check_python_rule,
    check_rule,
    debris_of,
    document,
)

RULE = """summary = "Share buttons"
why = "t"
stage = "lines"
since = "0.1"
confidence = 0.9
misfires = "t"
[match]
phrases = ["zzz share"]
[[example]]
before = '''{before}
The council met on Monday.'''
after = '''The council met on Monday.'''
[[keep]]
text = "{keep}"
why = "t"
"""


def rule_text(before: str = "Zzz share", keep: str = "A share") -> str:
    return RULE.format(before=before, keep=keep)


def test_a_good_rule_is_good() -> None:
    assert check_rule(parse_rule(rule_text(), "a/b")) == []


def test_a_wrong_example_names_the_law_and_the_line() -> None:
    (finding,) = check_rule(parse_rule(rule_text(before="Zzz shared"), "a/b"))
    assert "gives its `after`" in finding.law
    assert finding.text == "Zzz shared"
    assert "compared as 'zzz shared'" in finding.hint
    assert "a/b" in str(finding)


def test_a_wrong_keep_names_the_line() -> None:
    (finding,) = check_rule(parse_rule(rule_text(keep="zzz share!"), "a/b"))
    assert "a keep stays" in finding.law
    assert finding.text == "zzz share!"
    with pytest.raises(AssertionError, match="a keep stays"):
        assert_none([finding])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in {"a/good": rule_text(), "a/bad": rule_text(keep="Zzz share"), "b/broken": "summary = 3\n[match]\n"}.items():
        file = tmp_path / "rules" / f"{name}.toml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    (tmp_path / "rules" / "b" / "settings.toml").write_text("[tool]\nx = 1\n")
    return tmp_path


def test_cases_of_a_folder(folder: Path) -> None:
    (folder / "rules" / "b" / "settings.toml").unlink()
    found = {str(p.id): p.values[0] for p in cases(folder / "rules")}
    assert list(found) == ["a/bad-example-1", "a/bad-keep-1", "a/good-example-1", "a/good-keep-1", "b/broken-file-1"]
    found["a/good-keep-1"].check()  # type: ignore[union-attr]
    for name, message in {"a/bad-keep-1": "a keep stays", "b/broken-file-1": "a rule file can be read"}.items():
        with pytest.raises(AssertionError, match=message):
            found[name].check()  # type: ignore[union-attr]


def run_pytest(folder: Path, *args: str) -> str:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *args]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False)
    return done.stdout + done.stderr


def test_pytest_collects_rule_files_and_nothing_else(folder: Path) -> None:
    out = run_pytest(folder)
    assert "3 passed" in out, out
    assert "2 failed" in out, out
    assert "a keep stays, with all guards off" in out
    assert "a rule file can be read" in out
    assert "settings.toml" not in out


def test_a_run_of_pytest_without_rules_does_not_load_us(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "other.toml").write_text("[match]\n")
    (tmp_path / "test_a.py").write_text("import sys\n\ndef test_a():\n    assert 'cleankit' not in sys.modules\n")
    assert "1 passed" in run_pytest(tmp_path)


class Bad:
    """A rule that breaks one law."""

    def __init__(self, how: str) -> None:
        self.how, self.calls = how, 0
        self.info = RuleInfo(f"bad/{how}", "t", Stage.LINES, reach="prose", verbatim=how == "greedy")

    def propose(self, doc: Document) -> Iterable[Edit | Cue]:
        self.calls += 1
        if self.how == "raises" and len(doc):
            raise ValueError("boom")
        if self.how == "outside":
            return [Edit(Span(0, len(doc.text) + 1))]
        if self.how == "replaces" and doc.text:
            return [Edit(Span(0, 1), "x")]
        if self.how == "protocol":
            return ["nothing"]  # type: ignore[list-item]
        if self.how == "impure" and len(doc):
            return [Edit(doc.visible(0), "", str(self.calls))]
        return []


@pytest.mark.parametrize(
    ("how", "law"),
    [("raises", "never raises"), ("outside", "inside the text"), ("replaces", "only deletes"), ("protocol", "Edit and Cue only"), ("impure", "pure function")],
)
def test_rules_in_python_are_tried(how: str, law: str) -> None:
    found = check_python_rule(Bad(how))
    assert found
    assert all(law in f.law for f in found)


def test_rules_in_python_are_tried_on_the_texts_given() -> None:
    class Shy(Bad):
        def propose(self, doc: Document) -> Iterable[Edit | Cue]:
            return super().propose(doc) if "Serves 4" in doc.text else []

    assert check_python_rule(Shy("replaces")) == []
    (finding,) = check_python_rule(Shy("replaces"), ["Serves 4\n"])
    assert "only deletes" in finding.law and finding.text == repr("Serves 4\n")


def test_a_good_rule_in_python_passes() -> None:
    assert check_python_rule(Bad("good")) == []


def plugin(*rules: object) -> object:
    @hookimpl
    def cleankit_rules() -> list[object]:
        return list(rules)

    return SimpleNamespace(cleankit_rules=cleankit_rules)


def test_plugins_are_checked() -> None:
    (finding,) = check_plugin("no-such-plugin")
    assert "is installed" in finding.law
    (finding,) = check_plugin(SimpleNamespace(), name="empty")
    assert "a plugin loads" in finding.law
    assert "implements no hook" in finding.text
    assert any("never raises" in f.law for f in check_plugin(plugin(Bad("raises")), name="mine"))
    assert check_plugin(plugin(Bad("good"), parse_rule(rule_text(), "a/b")), name="mine", whole=False) == []


def test_a_cleaner_that_breaks_a_law_is_shown_with_a_small_text() -> None:
    registry = registry_of([("flip", plugin(Bad("raises")))])
    cleaner = Cleaner.from_config(Config("minimal", select=("flip",)), registry)
    found = {f.law: f.text for f in check_cleaner(cleaner, examples=25)}
    assert "no rule breaks" in found
    assert "boom" in found["no rule breaks"]
    shown = found["no rule breaks"].rpartition("on ")[2]
    assert len(shown) < 10, shown


def test_a_good_cleaner_passes() -> None:
    assert check_cleaner(Cleaner("minimal", plugins=()), examples=8) == []


def test_debris_comes_from_the_examples() -> None:
    (debris,) = debris_of([parse_rule(rule_text(), "a/b")])
    assert (debris.rule, debris.lines, debris.at) == ("a/b", ("Zzz share",), "any")


TYPES = [
    cleankit.Document, cleankit.Span, cleankit.Edit, cleankit.Cue, cleankit.Extracted, cleankit.RuleInfo, cleankit.Preset, cleankit.Cleaner, cleankit.Result,
]  # fmt: skip


@pytest.mark.parametrize("cls", TYPES)
def test_hypothesis_knows_our_types(cls: type) -> None:
    @settings(max_examples=5)
    @given(st.from_type(cls))
    def law(value: object) -> None:
        assert isinstance(value, cls)
        assert not isinstance(value, cleankit.Result) or value.restore() == value.source

    law()


def test_a_document_is_what_rules_are_shown() -> None:
    doc = document("Title\n\nThe council met on Monday, and agreed on a budget at last.\n", url="https://example.org/a", lang="en")
    assert (doc.url, doc.lang, doc.title) == ("https://example.org/a", "en", "Title")
    assert doc.options["keep_title"] is True
