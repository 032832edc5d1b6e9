"""The work grows linearly with the text. It is counted, not timed: lines looked at, candidates tried, passes, calls made."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from cleankit.engine import MAX_PASSES
from cleankit.testing._texts import SCRIPTS

from .common import cleaner, every_debris

DEBRIS = [d.text for d in every_debris()[::23] if not d.prose]


def article(paragraphs: int, script: str = "latin") -> str:
    """Paragraphs that are all different, with a line of debris after every third."""
    pool = SCRIPTS[script]
    blocks = []
    for k in range(paragraphs):
        first, second = pool.sentences[k % 16], pool.sentences[(k + 1 + k // 16) % 16]
        blocks.append(f"{first[:-1]} ({k}){first[-1]}{pool.space}{second[:-1]} ({k + 7}){second[-1]}")
        if k % 3 == 2:
            blocks.append(DEBRIS[k % len(DEBRIS)])
    return "\n\n".join(blocks) + "\n"


def counted(text: str) -> dict[str, int]:
    """What cleaning a text cost, and how often it was passed over."""
    engine = cleaner().engine
    engine.matchers._memory.clear()
    before = dict(engine.matchers.counted)
    assert not engine.clean(text).faults
    cost = {key: value - before[key] for key, value in engine.matchers.counted.items()}
    return {**cost, "passes": round(cost["lines"] / max(1, sum(bool(line.strip()) for line in text.split("\n"))))}


@pytest.mark.parametrize("script", SCRIPTS)
def test_twice_the_text_twice_the_work(script: str) -> None:
    small, large = counted(article(40, script)), counted(article(80, script))
    for key in ("cold", "candidates"):
        assert large[key] <= 2.3 * small[key] + 50, (key, small, large)
    assert large["lines"] / large["passes"] <= 2.3 * small["lines"] / small["passes"] + 50, (small, large)
    assert large["passes"] <= 4


def calls(function: Callable[[], object]) -> int:
    """How many calls a function makes, of functions of ours and of the interpreter's."""
    count = 0

    def note(frame: FrameType, event: str, arg: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        function()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("preset", ["article", "minimal", "page"])
def test_twice_the_text_twice_the_calls(preset: str) -> None:
    texts = [article(n) for n in (160, 320, 640)]  # beyond the size at which all rules have something to look at
    for text in texts:
        cleaner(preset).clean(text)  # patterns are compiled and modules imported when first needed
    costs = []
    for text in texts:
        cleaner(preset).engine.matchers._memory.clear()
        costs.append(calls(lambda text=text: cleaner(preset).clean(text)))  # type: ignore[misc]
    assert costs[1] <= 2.4 * costs[0], costs
    assert costs[2] <= 2.4 * costs[1], costs


GROWING = {
    "one long line": lambda n: "word " * n,
    "one long word": lambda n: "w" * 5 * n,
    "brackets": lambda n: "[" * n,
    "shortcodes": lambda n: "[vc_row]" * n,
    "links": lambda n: "[a](b " * n,
    "stars": lambda n: "*" * n,
    "entities": lambda n: "&amp;" * n,
    "ampersands": lambda n: "&" * n,
    "spaces": lambda n: " " * n + "a",
    "hyphens": lambda n: "a- " * n,
    "quotes": lambda n: ".” ” " * n,
    "one line again and again": lambda n: "Share\n" * n,
    "one paragraph again and again": lambda n: (SCRIPTS["latin"].sentences[0] + "\n\n") * (n // 4),
    "digits": lambda n: "1," * n,
    "blank lines": lambda n: "\n \t" * n,
    "headings": lambda n: "# a\n" * n,
    "combining marks": lambda n: "e" + "\u0301" * n,
    "surrogates": lambda n: "\ud800" * n,
    "carriage returns": lambda n: "a\r" * n,
}


@pytest.mark.parametrize("name", GROWING)
def test_hostile_text_costs_no_more_than_its_length(name: str) -> None:
    make = GROWING[name]
    engine = cleaner().engine
    costs = []
    for n in (400, 800, 1600):
        engine.matchers._memory.clear()
        text = make(n)
        costs.append(calls(lambda text=text: engine.clean(text)))  # type: ignore[misc]
    slack = 3000
    assert costs[1] <= 2.4 * costs[0] + slack, costs
    assert costs[2] <= 2.4 * costs[1] + slack, costs


def test_passes_have_an_end() -> None:
    text = "[vc_[vc_[vc_[vc_row]row]row]row]" + "&amp;" * 3 + " SHARE[vc_0]\n" * 3
    assert counted(text)["passes"] <= MAX_PASSES + 1
