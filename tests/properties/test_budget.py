"""A guard against gross regressions of speed: work a line on the corpus samples, counted and not timed.

The budgets are what was counted, and a quarter more. Who makes cleaning cheaper lowers them; who raises one says why.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
import regex

from cleankit import Cleaner
from cleankit.config import Config

SAMPLES = Path(__file__).parents[2] / "corpus_samples"

#: For a line that is not blank: functions of Python, native functions, patterns among these, candidate rules.
BUDGETS = {
    "article": {"functions": 172, "natives": 270, "patterns": 15.6, "candidates": 0.9},
    "page": {"functions": 144, "natives": 216, "patterns": 10.1, "candidates": 0.6},
    "minimal": {"functions": 28, "natives": 67, "patterns": 4.7, "candidates": 0.02},
}

MORE = """
summary = "One more"
why = "To count with."
stage = "lines"
since = "0.1"
confidence = 0.9
misfires = "None."

[match]
{match}

[[example]]
before = "x"
after = ""

[[keep]]
text = "x"
why = "x"
"""
WORDS = "share follow subscribe related print weather cookie photo read comments newsletter advert video menu topics account".split()


def matcher(number: int) -> str:
    """A matcher with words that debris has, and words that nobody has."""
    first, second = WORDS[number % 16], WORDS[number // 16 % 16]
    if number % 3 == 1:
        return f"line = '''(?i){first} (?:our )?{second} (?:now|here|{number})'''"
    if number % 3 == 2:
        return f"line = '''(?i){first} (?:{second}|all) zq{number}[.!]?'''"
    return f'phrases = ["{first} {second} {number}", "{second} the {first} {number}"]'


@cache
def texts() -> tuple[str, ...]:
    """The samples with debris, as they came."""
    raw = sorted(SAMPLES.glob("*/raw.txt"))
    return tuple(f.read_text(encoding="utf-8") for f in raw if 'shape = "debris"' in (f.parent / "meta.toml").read_text(encoding="utf-8"))


def work(config: Config, *, explain: bool = True) -> dict[str, float]:
    """What a new cleaner does for a line of the samples, once everything is imported and every pattern compiled."""
    warm, cleaner = Cleaner.from_config(config), Cleaner.from_config(config)
    for text in texts():
        warm.clean(text)
    before = dict(cleaner.engine.matchers.counted)
    count: Counter[str] = Counter()

    def note(frame: FrameType, event: str, arg: Any) -> None:
        if event == "call":
            count["functions"] += 1
        elif event == "c_call":
            count["natives"] += 1
            count["patterns"] += isinstance(getattr(arg, "__self__", None), (regex.Pattern, re.Pattern))

    sys.setprofile(note)
    try:
        for text in texts():
            len(cleaner.clean(text, explain=explain).changes)
    finally:
        sys.setprofile(None)
    count["candidates"] = cleaner.engine.matchers.counted["candidates"] - before["candidates"]
    lines = sum(bool(line.strip()) for text in texts() for line in text.split("\n"))
    return {key: round(value / lines, 2) for key, value in count.items()}


@pytest.mark.parametrize("preset", BUDGETS)
def test_a_line_costs_what_it_did(preset: str) -> None:
    cost = work(Config(preset))
    assert all(cost[key] <= most for key, most in BUDGETS[preset].items()), (cost, BUDGETS[preset])


def test_no_ledger_costs_no_more() -> None:
    with_ledger, without = work(Config()), work(Config(), explain=False)
    assert all(without[key] <= with_ledger[key] for key in with_ledger), (with_ledger, without)


def test_many_more_rules_cost_little_more(tmp_path: Path) -> None:
    """A thousand more rules, of which every third is like debris that is there: cost hardly grows with their number."""
    own = work(Config())
    for number in range(1000):
        file = tmp_path / "more" / f"rule-{number}.toml"
        file.parent.mkdir(exist_ok=True)
        file.write_text(MORE.format(match=matcher(number)), encoding="utf-8")
    more = work(Config(rules=(str(tmp_path),)))
    assert all(more[key] <= 1.15 * own[key] for key in ("functions", "natives", "patterns")), (own, more)


def test_a_line_that_goes_on_is_looked_through_once_for_each_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looking through a whole line for each place of a literal would take time with the square of its length."""
    import cleankit.matchers as matchers

    line = " ".join(line for text in texts() for line in text.split("\n") if line.isascii()).lower()  # names of agencies, otherwise written
    look, looks = matchers._has_each, []
    monkeypatch.setattr(matchers, "_has_each", lambda *of: looks.append(1) or look(*of))
    engine = Cleaner().engine
    counted = []
    for times in (1, 3):
        looks.clear()
        engine.matchers.read(["\t".join([line] * times)], {})
        counted.append(len(looks))
    assert 0 < counted[1] <= counted[0] * 1.1, counted
