"""Words that a line break cut: mended only where the text itself shows the right form."""

from __future__ import annotations

import pytest

import cleankit
from cleankit.testing._texts import SCRIPTS

ONE, TWO = SCRIPTS["latin"].sentences[:2]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("The counter-terrorism law, or counter- terrorism act, passed.", "The counter-terrorism law, or counter-terrorism act, passed."),
        ("A two-day visit and a twoday rest were planned for the guests.", "A two-day visit and a two-day rest were planned for the guests."),
    ],
)
def test_mended_with_evidence(before: str, after: str) -> None:
    assert cleankit.clean(f"{ONE}\n\n{before}\n\n{TWO}\n") == f"{ONE}\n\n{after}\n\n{TWO}\n"


@pytest.mark.parametrize(
    "text",
    [
        "The counter- terrorism act was passed by both of the houses.",
        "The twoday rest was planned for the guests of the conference.",
        "Both short- and long-term loans were offered; long-and-short of it.",
        "Fett- und Zuckergehalt, auch Fett-und-Zucker, wurden in der Küche gemessen.",
        "The second-hand shop sells what a secondhand shop sells: secondhand coats.",
    ],
)
def test_left_alone_without(text: str) -> None:
    assert cleankit.clean(f"{ONE}\n\n{text}\n\n{TWO}\n") == f"{ONE}\n\n{text}\n\n{TWO}\n"


def test_the_option_switches_it_off() -> None:
    text = f"{ONE}\n\nThe counter-terrorism law, or counter- terrorism act, passed.\n\n{TWO}\n"
    assert cleankit.clean(text, repair=1) == text


def test_a_compound_that_comes_again_and_again_is_looked_for_once() -> None:
    from cleankit.builtin.words import _glued_word
    from cleankit.testing._kit import document

    doc = document("The two-day talks were two-day talks, and after two-day breaks the twoday talks of the two-day kind went on.")
    assert len(list(_glued_word(doc))) == 1
