"""Without its title a text loses the title, once, and nothing else."""

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


@pytest.mark.xfail(reason="each pass takes the first line above the text for the title; it should know what went before", strict=True)
def test_what_stands_under_the_title_stays() -> None:
    prose = "\n\n".join(POOL.sentences[:6]) + "\n"
    text = f"{POOL.headings[0]}\n\nA short line under it\n\n{prose}"
    assert "A short line under it" in cleaner("article", (("keep_title", False),)).clean(text).text
