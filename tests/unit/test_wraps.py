"""Hard wraps: found where a text was wrapped to a width, and nowhere else."""

from __future__ import annotations

import textwrap

import pytest

import cleankit
from cleankit.testing import document
from cleankit.testing._texts import SCRIPTS

SPACED = [s for s in SCRIPTS if SCRIPTS[s].space]


def paragraphs(script: str) -> list[str]:
    pool = SCRIPTS[script]
    return [" ".join(pool.sentences[3 * k : 3 * k + 3]) for k in range(5)]


@pytest.mark.parametrize("script", SPACED)
@pytest.mark.parametrize("width", [64, 72, 80])
def test_wrapped_paragraphs_are_joined(script: str, width: int) -> None:
    text = "\n\n".join("\n".join(textwrap.wrap(p, width)) for p in paragraphs(script)) + "\n"
    got = cleankit.clean(text, preset="article")
    assert got.split() == text.split()
    joined = sum("\n" not in p.strip() for p in got.split("\n\n"))
    assert joined >= 3, got


@pytest.mark.parametrize("script", SCRIPTS)
def test_verse_is_never_joined(script: str) -> None:
    verses = SCRIPTS[script].verses
    text = "\n".join(verses[:4]) + "\n\n" + "\n".join(verses[4:]) + "\n"
    assert document(text).wraps == frozenset()
    assert cleankit.clean(text) == text


def test_paragraphs_line_by_line_are_not_wraps() -> None:
    assert document("\n".join(paragraphs("latin"))).wraps == frozenset()


def test_lists_and_headings_are_barriers() -> None:
    text = "\n".join(f"- {s.rstrip('.')}" for s in SCRIPTS["latin"].sentences)
    assert document(text).wraps == frozenset()
