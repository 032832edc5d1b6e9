"""Characters: mended locally, and only what is broken."""

from __future__ import annotations

import pytest

import cleankit

PROSE = "The council met on Monday, and after a long debate its members agreed."


def cleaned(text: str, **options: object) -> str:
    return cleankit.clean(text, preset="minimal", **options).rstrip("\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("itâ€™s", "it’s"),
        ("cafÃ©", "café"),
        ("Ð¿Ñ€Ð¸Ð²ÐµÑ‚", "привет"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("a\u2028b", "a\nb"),
        ("a\x00b\x1bc", "abc"),
        ("a\u00a0b", "a b"),
        ("\ufeffa", "a"),
        ("co\u00adoperate", "cooperate"),
        ("AT&amp;T", "AT&T"),
        ("&amp;amp;lt;", "<"),
        ("&#8217;", "’"),
        ("e\u0301", "é"),
    ],
)
def test_mended(before: str, after: str) -> None:
    assert cleaned(f"{PROSE} {before}") == f"{PROSE} {after}"


@pytest.mark.parametrize(
    "text",
    [
        "C:\\new\\table", "4/3 of it", "１２３", "ﬁ and ½", "👨\u200d👩\u200d👧", "می\u200cخواهم", "क\u094d\u200dष", "&", "&c.", "a && b", "&unknown;", "“curly”", "a|b",
        "my_var_name", "3 * 4 * 5", "[the full report](http://x.example)", "# heading", "Všetko", "ÃĐ", "naïve café", "ΤΈΛΟΣ", "{1, 2, 3}", "\t",
    ],
)  # fmt: skip
def test_left_alone(text: str) -> None:
    assert cleaned(f"{PROSE} {text} {PROSE}") == f"{PROSE} {text} {PROSE}"


def test_an_entity_that_is_quoted_is_an_example() -> None:
    assert cleaned(f"{PROSE} Write `&amp;` for the sign.") == f"{PROSE} Write `&amp;` for the sign."


def test_repair_can_be_switched_off() -> None:
    assert cleaned(f"{PROSE} cafÃ© &amp; a", repair=0) == f"{PROSE} cafÃ© &amp; a"


def test_a_lone_surrogate_passes() -> None:
    assert cleankit.explain(f"{PROSE} \ud800\n").restore() == f"{PROSE} \ud800\n"
