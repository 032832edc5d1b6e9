"""Context rules, one case each for what they once took wrongly."""

from __future__ import annotations

import pytest

import cleankit
from cleankit.testing._texts import SCRIPTS


@pytest.mark.parametrize("credit", ["", " /ТАСС/"])
def test_a_sentence_above_the_text_takes_no_titles_place(credit: str) -> None:
    pool = SCRIPTS["cyrillic"]
    prose = "\n\n".join(" ".join(pool.sentences[3 * k : 3 * k + 3]) for k in range(5))
    sentence = "Перевал планируют открыть в конце марта."
    text = f"{pool.headings[0]}\n\n{sentence}{credit}\n\n{prose}\n"
    assert cleankit.clean(text) == text.replace(credit, "")
