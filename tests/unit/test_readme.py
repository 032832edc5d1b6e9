"""What the README shows is what cleankit does."""

from __future__ import annotations

import doctest
import html
import re
import shlex
from pathlib import Path

import pytest

from .cli import run

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
TEXT = README.read_text(encoding="utf-8")
DIRTY, CLEAN, EXPLAINED = re.findall(r"^```text\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)


def test_the_dirty_text_becomes_the_clean_one() -> None:
    done = run("clean", input=DIRTY.encode())
    assert (done.exit_code, done.stdout) == (0, CLEAN)


def test_the_explanation_is_the_real_one() -> None:
    assert EXPLAINED in run("explain", input=DIRTY.encode()).stdout


def test_the_python_session_holds() -> None:
    found = doctest.testfile(str(README), module_relative=False, encoding="utf-8")
    assert found.attempted >= 4
    assert not found.failed


def test_the_first_screen_has_all_three() -> None:
    lines = TEXT.split("\n")
    assert lines.index("And `cleankit explain`, in part (`-` a line went, `~` something in it did):") < 45


def test_commands_and_files_that_it_names_are_there() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert all(re.search(rf"^{target}:", makefile, re.MULTILINE) for target in re.findall(r"make (\w+)    #", TEXT))
    assert all((ROOT / target).exists() for target in re.findall(r"\]\((?!http)([^)#]+)\)", TEXT))
    commands = set(re.findall(r"^\$ cleankit (\w+)", TEXT, re.MULTILINE))
    assert commands == {"clean", "explain", "rules", "report", "studio", "learn", "new"}
    for command in commands:
        help_text = run(command, "--help").stdout
        for flag in re.findall(rf"^\$ cleankit {command} .*?(--[a-z-]+)", TEXT, re.MULTILINE):
            assert flag in help_text


def test_its_pictures_are_small_load_nothing_and_show_what_is_so() -> None:
    pictures = [ROOT / target for target in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", TEXT)]
    assert {p.suffix for p in pictures} == {".svg", ".png"}
    assert all(p.stat().st_size < 300_000 for p in pictures)
    drawing = next(p for p in pictures if p.suffix == ".svg").read_text(encoding="utf-8")
    assert set(re.findall(r"https?://[^\"') ]+", drawing)) == {"http://www.w3.org/2000/svg"}
    shown = html.unescape(re.sub(r"<[^>]+>", "", drawing)).replace("\u00a0", " ")
    reasons = re.findall(r"╰ (\S+) 0", run("explain", input=DIRTY.encode()).stdout)
    assert len(reasons) >= 8 and all(rule in shown for rule in reasons), "make them anew: python docs/pictures/make.py"


@pytest.mark.parametrize("readme", sorted(ROOT.glob("plugins/*/README.md")), ids=lambda p: p.parent.name)
def test_the_example_of_a_plugin_gives_what_its_readme_shows(readme: Path) -> None:
    """`$ printf 'TEXT' | cleankit clean …`, and below it what is left; without the plugin, something else is."""
    found = re.search(r"^\$ printf '([^']*)' \| cleankit (clean[^\n]*)\n(.*?)^```$", readme.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    assert found
    text, command, left = found.groups()
    dirty = text.replace("\\n", "\n").encode()
    assert run(*shlex.split(command), input=dirty).stdout == left != ""
    name = readme.parent.name.removeprefix("cleankit-")
    assert run(*shlex.split(command), "--ignore", f"plugin:{name}", input=dirty).stdout != left
