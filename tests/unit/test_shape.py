"""What kind of text a document is."""

from __future__ import annotations

import pytest

from cleankit.shape import Shape, is_dated
from cleankit.testing import document
from cleankit.testing._texts import CODE, SCRIPTS


def shape(text: str) -> Shape:
    return document(text).shape


def paragraphs(script: str, count: int = 6) -> list[str]:
    pool = SCRIPTS[script]
    return [pool.space.join(pool.sentences[2 * k : 2 * k + 2]) for k in range(count)]


@pytest.mark.parametrize("script", SCRIPTS)
def test_prose_is_prose_in_every_script(script: str) -> None:
    assert shape("\n\n".join(paragraphs(script))) is Shape.PROSE
    assert shape("\n\n".join([SCRIPTS[script].headings[0], *paragraphs(script)])).prosaic


@pytest.mark.parametrize("script", [s for s in SCRIPTS if s != "cjk"])
def test_verse_is_not_prosaic(script: str) -> None:
    verses = SCRIPTS[script].verses
    assert not shape("\n".join(verses[:4]) + "\n\n" + "\n".join(verses[4:])).prosaic


def test_code_tables_lists_scraps() -> None:
    assert shape("\n".join(CODE)) is Shape.CODE
    words = SCRIPTS["latin"].words
    assert shape("\n".join(f"| {w} | 3 | 4 |" for w in words)) is Shape.TABLE
    assert shape("\n".join(f"- {w}" for w in words)) is Shape.LIST
    assert shape("Share\nRelated") is Shape.SCRAPS
    assert shape("") is Shape.SCRAPS


@pytest.mark.parametrize("script", SCRIPTS)
def test_questions_and_answers(script: str) -> None:
    pool = SCRIPTS[script]
    answers = paragraphs(script, len(pool.questions))
    assert shape("\n\n".join(f"{q}\n\n{a}" for q, a in zip(pool.questions, answers, strict=True))) is Shape.QA


def test_chronology() -> None:
    text = "\n\n".join(f"{12 + k} March 1907\n\n{p}" for k, p in enumerate(paragraphs("latin")))
    assert shape(paragraphs("latin")[5] + "\n\n" + text) is Shape.CHRONOLOGY


def test_numbered_headings_make_no_chronology() -> None:
    text = "\n\n".join(f"{1 + k}. Harbour and ferry\n\n{p}" for k, p in enumerate(paragraphs("latin")))
    assert shape(paragraphs("latin")[5] + "\n\n" + text) is Shape.PROSE


@pytest.mark.parametrize("text", ["1907", "10:30", "March 12", "12 March", "12. Mai", "at 9.45 in the morning"])
def test_dated(text: str) -> None:
    assert is_dated(text)


@pytest.mark.parametrize("text", ["Salt", "twelve eggs", "no date"])
def test_not_dated(text: str) -> None:
    assert not is_dated(text)
