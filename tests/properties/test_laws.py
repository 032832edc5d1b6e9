"""The laws that hold for whatever text: ledger, offsets, idempotence, provenance, never a fault."""

from __future__ import annotations

import json

import pytest
from hypothesis import strategies as st

from cleankit import Result
from cleankit.testing import assert_none, broken_laws
from cleankit.testing import strategies as ck

from .common import SCRIPTS, cleaner, each, effort

PRESETS = ("article", "minimal", "page")


@effort(20, 300)
@pytest.mark.parametrize("preset", PRESETS)
def test_every_law_holds_on_hostile_text(preset: str, examples: int) -> None:
    each(ck.hostile(), examples, lambda text: assert_none(broken_laws(cleaner(preset), text)))


@effort(6, 100)
@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.parametrize("preset", PRESETS)
def test_every_law_holds_on_bodies_with_debris(preset: str, script: str, examples: int) -> None:
    woven = ck.anywhere(ck.bodies(script)).map(lambda w: w.text)
    each(woven, examples, lambda text: assert_none(broken_laws(cleaner(preset), text)))


@effort(15, 200)
def test_every_law_holds_on_debris_where_it_belongs(examples: int) -> None:
    each(ck.belonging(), examples, lambda w: assert_none(broken_laws(cleaner(), w.text)))


@effort(10, 150)
def test_every_law_holds_on_hostile_text_in_bodies(examples: int) -> None:
    """Control characters, shortcodes and odd line ends in the middle of paragraphs."""

    @st.composite
    def mixed(draw: st.DrawFn) -> str:
        text = draw(ck.bodies()).text
        for _ in range(draw(st.integers(1, 4))):
            at = draw(st.integers(0, len(text)))
            text = text[:at] + draw(ck.hostile(most=3)) + text[at:]
        return text

    each(mixed(), examples, lambda text: assert_none(broken_laws(cleaner(), text)))


@effort(10, 100)
def test_the_source_can_be_taken_away(examples: int) -> None:
    def holds(text: str) -> None:
        result = cleaner().clean(text)
        for stored in (result.to_dict(source=False), {k: v for k, v in result.to_dict().items() if k != "source"}):
            again = Result.from_dict(json.loads(json.dumps(stored)))
            assert again.source is None
            assert again.restore() == text
            assert again.changes == result.changes
            assert again.text == result.text

    each(ck.texts(), examples, holds)


@effort(10, 100)
def test_a_clean_text_is_a_fixed_point(examples: int) -> None:
    """Whatever cleaning gives is clean: not one character changes."""

    def holds(text: str) -> None:
        clean = cleaner().clean(text).text
        again = cleaner().clean(clean)
        assert again.text == clean
        assert not again.changes

    each(ck.texts(), examples, holds)
