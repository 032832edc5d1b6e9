"""What a cleaner did to a text of the bench, in words: debris lines that are gone, words of the main text that are lost.

A word is a run of letters and digits, or one character of a script without spaces between words. A debris line has at most 40 words,
of which under 40 % are in the main text; it is gone when over 60 % of its words are nowhere in the output. Lost are words of the main
text that the input has and the output has not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import regex

__all__ = ["figures", "judged", "words"]

_WORD = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]|[\p{L}\p{M}\p{N}_]+")


def words(text: str) -> list[str]:
    """The words of a text, in small letters."""
    return _WORD.findall(text.lower())


def judged(text: str, gold: str, out: str, name: str) -> dict[str, int]:
    """Counts by `name`: debris lines of the text and those that are gone, words of the main text that it has and those lost."""
    main = Counter(words(gold))
    left = Counter(words(out))
    gone = debris = 0
    for line in text.splitlines():
        found = words(line)
        if found and len(found) <= 40 and sum(1 for w in found if w in main) < 0.4 * len(found):
            debris += 1
            gone += sum(1 for w in found if not left[w]) > 0.6 * len(found)
    had = main & Counter(words(text))
    return {f"{name} gone": gone, f"{name} debris": debris, f"{name} had": had.total(), f"{name} lost": (had - left).total()}


def figures(c: Counter[str], names: Sequence[str]) -> str:
    """The shares, a column a name: debris gone, then main text lost."""
    gone = "  ".join(f"{c[f'{n} gone'] / max(1, c[f'{n} debris']):.3f}" for n in names)
    lost = "  ".join(f"{c[f'{n} lost'] / max(1, c[f'{n} had']):.4f}" for n in names)
    return f"{c[f'{names[0]} debris']:6}   {gone}         {lost}"
