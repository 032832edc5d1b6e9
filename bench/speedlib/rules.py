"""Synthetic rules, the same on every run: what a cleaner would carry if there were thousands more rules of every kind."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain, cycle
from pathlib import Path
from random import Random

FAMILY = "synthetic"
#: Of a thousand rules so many are lines of texts (of others than are measured, but of the same kind), and so many have no fixed part.
SAMPLED, WITHOUT_LITERAL = 300, 7

_FILE = """\
summary = "Synthetic"
why = "To measure with."
stage = "{stage}"
since = "0.1"
confidence = 0.9
misfires = "Not for use."

[match]
{match}

[[example]]
before = "x"
after = ""

[[keep]]
text = "The council met on Monday."
why = "prose"
"""


def write_rules(folder: Path, count: int, lines: Sequence[str]) -> Path:
    """Write `count` rule files made from `lines` into a folder; gives the folder."""
    target = folder / f"rules-{count}"
    (target / FAMILY).mkdir(parents=True)
    rng = Random(count)
    words = sorted({w for line in lines for w in re.findall(r"[^\W\d_]{4,12}", line)})
    short = sorted({line for line in lines if 2 <= len(line.split()) <= 8 and len(line) <= 60})
    rng.shuffle(short)
    sampled = chain(short, (f"{line} {rng.choice(words)}" for line in cycle(short)))  # where they are too few, again with another word
    if len(words) < 100 or not short:
        raise SystemExit("too few lines to make rules from")
    for number in range(count):
        stage, match = _rule(rng, number, words, sampled)
        (target / FAMILY / f"r{number}.toml").write_text(_FILE.format(stage=stage, match=match), encoding="utf-8")
    return target


def _rule(rng: Random, number: int, words: Sequence[str], sampled: Iterator[str]) -> tuple[str, str]:
    """Stage and matcher of a rule."""
    place = number * 7919 % 1000  # spreads the kinds evenly, whatever the number of rules
    a, b, c, d = (re.escape(w) for w in rng.sample(words, 4))
    if place < WITHOUT_LITERAL:
        return "lines", f"line = '''[A-Z]{{{rng.randint(3, 6)}}}[0-9]{{2,9}}-[A-Z]{{2}}'''"
    if place < WITHOUT_LITERAL + SAMPLED:
        pattern = re.sub(r"\d+", lambda _: r"\d+", re.escape(next(sampled))).replace(r"\ ", " ").replace("'", r"\x27")
        return "lines", f"line = '''{pattern}'''"
    if place < 550:
        return "lines", f"line = '''(?i)(?:{a}|{b}|{c}) {d}(?: \\d+)?[:.!]?'''"
    if place < 750:
        phrases = ", ".join('"' + " ".join(rng.sample(words, rng.randint(2, 4))) + '"' for _ in range(8))
        return "lines", f"phrases = [{phrases}]"
    if place < 850:
        return "inline", f"inline = '''\\[{a}-{b}[^\\]]{{0,80}}\\]'''"
    if place < 930:
        return "lines", f'labels = ["{a} {b}", "{c}"]'
    return "sections", f"marker = '''(?i){a} (?:{b}|{c})(?: {d})?:?'''"
