"""The plugin before cleankit's own kit."""

from __future__ import annotations

from importlib.metadata import entry_points
from importlib.resources import files

import pytest
from cleankit import Cleaner
from cleankit.testing import Case, assert_none, cases, check_plugin, document

import cleankit_manuals
from cleankit_manuals._contents import Contents


@pytest.mark.parametrize("case", cases(files(cleankit_manuals) / "rules"))
def test_each_example_works_and_each_keep_stays(case: Case) -> None:
    case.check()


def test_the_plugin_keeps_the_laws() -> None:
    assert_none(check_plugin(cleankit_manuals, name="manuals", examples=5))


MANUAL = """Quickstart

On this page
Install the package
Read a file

Install the package\u00b6

Get it from the archive, unpack it, and run the script that you find in the first folder.

Read a file\u00b6

Open it with the reader, which goes through it line by line and needs no more memory than one line does.
"""


def test_a_list_of_the_own_headings_goes_and_the_headings_stay() -> None:
    edits = list(Contents().propose(document(MANUAL)))
    assert [MANUAL[e.span.start : e.span.end] for e in edits] == ["On this page", "Install the package", "Read a file"]


def test_a_list_that_names_other_things_stays() -> None:
    assert not list(Contents().propose(document(MANUAL.replace("On this page\nInstall the package", "On this page\nHammers and nails"))))


def test_a_whole_manual_is_clean() -> None:
    assert Cleaner(plugins=["manuals"]).clean(MANUAL).text == MANUAL.replace("On this page\nInstall the package\nRead a file\n\n", "").replace(
        "\u00b6", ""
    )


@pytest.mark.skipif("manuals" not in entry_points(group="cleankit").names, reason="needs: pip install -e .")
def test_cleankit_finds_the_plugin() -> None:
    assert_none(check_plugin("manuals", whole=False))
