"""Without its title a text loses the title and nothing else; in doubt it keeps it."""

from __future__ import annotations

import pytest

from cleankit.testing._texts import SCRIPTS

from .common import cleaner

POOL = SCRIPTS["latin"]


def test_lines_above_the_text_do_not_go_one_by_one_as_titles() -> None:
    items = "\n".join(f"* {word}" for word in POOL.words)
    text = f"{POOL.headings[0]}\n\n{items}\n\n" + "\n".join(f"{k}. {s}" for k, s in enumerate(POOL.sentences[:4], 1)) + "\n"
    result = cleaner("article", (("keep_title", False),)).clean(text)
    assert not result.faults
    assert items in result.text


def test_a_lone_title_goes_and_is_kept_as_metadata() -> None:
    prose = "\n\n".join(POOL.sentences[:6]) + "\n"
    result = cleaner("article", (("keep_title", False),)).clean(f"{POOL.headings[0]}\n\n{prose}")
    assert result.text == prose
    assert [v.text for v in result.meta.title] == [POOL.headings[0]]


PROSE = "\n\n".join(POOL.sentences[:6]) + "\n"


@pytest.mark.parametrize("under", ["A short line under it", "A caption\n\nAnother caption", "# Yet another headline", "It happened in a winter."])
def test_of_several_lines_that_could_be_the_title_none_goes(under: str) -> None:
    """A pass does not know what the one before took: the first line would go, then the next."""
    text = f"{POOL.headings[0]}\n\n{under}\n\n{PROSE}"
    assert cleaner("article", (("keep_title", False),)).clean(text).text == text


@pytest.mark.parametrize("under", ["## A sub-heading", "Islamabad:", "- an item of a list"])
def test_what_can_be_no_title_stays_under_it(under: str) -> None:
    clean = cleaner("article", (("keep_title", False),)).clean
    assert clean(f"# {POOL.headings[0]}\n\n{under}\n\n{PROSE}").text == f"{under}\n\n{PROSE}"
    assert clean(f"{under}\n\n{PROSE}").text == f"{under}\n\n{PROSE}"
