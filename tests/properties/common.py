"""What the property tests share: how hard they try, and cleaners made once."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis.strategies import SearchStrategy

from cleankit import Cleaner
from cleankit.testing import Body, Debris, debris_of

T = TypeVar("T")

SCRIPTS = ("latin", "cyrillic", "arabic", "devanagari", "cjk")


def effort(quick: int, long: int) -> pytest.MarkDecorator:
    """Run a test with `examples` few, and, marked slow, with many."""
    few = pytest.param(quick, id="quick")
    return pytest.mark.parametrize("examples", [few, pytest.param(long, id="long", marks=pytest.mark.slow)])


def each(strategy: SearchStrategy[T], examples: int, law: Callable[[T], object]) -> None:
    """Hold a law to so many examples of a strategy."""

    @settings(max_examples=examples)
    @given(strategy)
    def holds(example: T) -> None:
        law(example)

    holds()


@cache
def cleaner(preset: str = "article", options: tuple[tuple[str, Any], ...] = ()) -> Cleaner:
    """A cleaner, made once a process."""
    return Cleaner(preset, **dict(options))


@cache
def every_debris() -> tuple[Debris, ...]:
    """All debris that the rules' examples show, installed plugins' too."""
    return debris_of(cleaner()._registry.rules.values())


def unspaced(text: str) -> str:
    """A text without white space: what layout rules cannot change."""
    return "".join(text.split())


def lost_lines(body: Body, text: str) -> list[str]:
    """The lines of a body that do not stand, in their order, in a text."""
    rest = unspaced(text)
    at = 0
    lost = []
    for line in body.lines:
        found = rest.find(unspaced(line), at)
        if found < 0:
            lost.append(line)
        else:
            at = found + len(unspaced(line))
    return lost


def visible(text: str) -> list[str]:
    """The lines that are not blank; indentation counts, white space at the end does not."""
    return [line.rstrip() for line in text.split("\n") if line.strip()]


