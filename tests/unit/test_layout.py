"""Layout: paragraphs one blank line apart, nothing that nobody sees."""

from __future__ import annotations

import pytest

import cleankit
from cleankit.testing._texts import SCRIPTS

ONE, TWO, THREE, FOUR = SCRIPTS["latin"].sentences[:4]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"{ONE}\n\n\n\n{TWO}\n", f"{ONE}\n\n{TWO}\n"),
        (f"\n\n{ONE}", f"{ONE}\n"),
        (f"{ONE}   \n\n{TWO}\n\n\n", f"{ONE}\n\n{TWO}\n"),
        (f"{ONE}\n \t\n{TWO}\n", f"{ONE}\n\n{TWO}\n"),
        (f"{ONE}\n{TWO}\n{THREE}\n{FOUR}\n", f"{ONE}\n\n{TWO}\n\n{THREE}\n\n{FOUR}\n"),
        ("", ""),
        ("\n \n", "\n \n"),
    ],
)
def test_blank_lines(before: str, after: str) -> None:
    assert cleankit.clean(before) == after


def test_a_lone_dateline_joins_its_paragraph() -> None:
    text = f"The title of it\n\nISLAMABAD:\n{ONE}\n\n{TWO}\n\n{THREE}\n"
    assert f"ISLAMABAD: {ONE}" in cleankit.clean(text)


def test_a_space_before_a_closing_quote_goes() -> None:
    text = f"{ONE}\n\n“He had come early. ” {TWO}\n\n{THREE}\n"
    assert "early.” " in cleankit.clean(text)


def test_indentation_of_code_and_verse_stays() -> None:
    code = "def f(a):\n    if a:\n        return 1\n\n\n    return f(2)\nprint(f(0))\nx = [1, 2]\n"
    assert cleankit.clean(code) == code
    verse = "\n".join(("    " if k % 2 else "") + v for k, v in enumerate(SCRIPTS["latin"].verses)) + "\n"
    assert cleankit.clean(verse) == verse
