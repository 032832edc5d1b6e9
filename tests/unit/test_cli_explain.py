"""`cleankit explain`: every change in its place, and no text plays with the terminal."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cleankit
from cleankit import Change, Span
from cleankit.cli import _draw
from cleankit.ledger import Entry, Owner

from .cli import BODY, DIRTY, run

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = sorted((ROOT / "corpus_samples").glob("*/raw.txt"))


def test_each_removal_has_its_rule_and_reason_below_it() -> None:
    done = run("explain", input=DIRTY)
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert lines[1] == f"    1 │ {BODY}"
    assert lines[2] == "-   3 │ 146,751FansLike"
    assert lines[3].startswith("      ╰ social/glued-counter 0.")


def test_changes_inside_a_line_stand_in_brackets() -> None:
    drawn = "\n".join(_draw.plain(_draw.rows(made("ab[x]cd\nef\n", [(2, 5, ""), (9, 10, "FF")]))))
    assert drawn.split("\n")[0] == "~   1 │ ab⟦[x]⟧cd"
    assert drawn.split("\n")[2] == "~   2 │ ⟦e⟧⟪FF⟫f".replace("⟦e⟧⟪FF⟫f", "e⟦f⟧⟪FF⟫")


def made(source: str, edits: list[tuple[int, int, str]]) -> cleankit.Result:
    entries = [Entry(start, end, after, Owner(0, 0.1, "a/rule", "a reason")) for start, end, after in edits]
    at, text = 0, ""
    for start, end, after in edits:
        text += source[at:start] + after
        at = end
    return cleankit.Result(text + source[at:], source, entries)


@st.composite
def results(draw: st.DrawFn) -> cleankit.Result:
    source = draw(st.text("ab \n[]é你\x1b\u202e", max_size=60))
    places = sorted(draw(st.lists(st.integers(0, len(source)), max_size=8, unique=True)))
    after = st.sampled_from(["", "", " ", "\n", "new", "[/nope]"])
    return made(source, [(a, b, draw(after)) for a, b in zip(places[::2], places[1::2], strict=False)])


@given(results(), st.booleans())
def test_the_drawing_shows_the_source_and_every_visible_change(result: cleankit.Result, layout: bool) -> None:
    drawn = list(_draw.rows(result, layout=layout))
    assert result.source is not None
    shown = {row.number: "".join(s.text for s in row.segments if s.kind != "new") for row in drawn}
    for number, line in enumerate(result.source.split("\n"), 1):
        if line.strip():
            assert shown[number] == line
    noted = [c for row in drawn for c in row.changes]
    assert all(noted.count(c) == 1 for c in result.changes if c.before.strip()), "each change is told once"
    gone = sum(len("".join(s.text.split())) for row in drawn for s in row.segments if s.kind == "gone")
    assert gone == sum(len("".join(c.before.split())) for c in result.changes)


def test_json_is_the_result_on_one_line() -> None:
    done = run("explain", "--json", input=DIRTY)
    assert done.stdout.count("\n") == 1
    data = json.loads(done.stdout)
    assert (data["name"], data["preset"]) == ("<stdin>", "article")
    result = cleankit.Result.from_dict(data)
    assert result.restore() == DIRTY
    assert result.text == cleankit.clean(DIRTY)


def test_json_of_several_texts_is_one_object_a_line(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(DIRTY, encoding="utf-8")
    lines = run("explain", "--json", tmp_path).stdout.splitlines()
    assert [Path(json.loads(line)["name"]).name for line in lines] == ["a.txt", "b.txt"]


@pytest.mark.parametrize("color", ["never", "always"])
def test_every_corpus_sample_can_be_drawn(color: str) -> None:
    done = run("explain", "--color", color, *SAMPLES)
    assert done.exit_code == 0, done.stderr
    assert done.stdout.count("raw.txt: ") >= len(SAMPLES)
    escapes = done.stdout.count("\x1b")
    assert escapes == 0 if color == "never" else escapes
    assert "[vc_column_text dp_text_size=”size-4″]" in done.stdout, "brackets are no markup"


HOSTILE = f"{BODY}\x1b[31m\x1b]0;title\x07 \u202eleft\u2066 \x9b2J [bold]x[/bold] [/nope] \u200bz{chr(0)}\n"


@pytest.mark.parametrize("flags", [(), ("--color", "always"), ("--json",), ("--refused",)])
def test_a_text_does_not_play_with_the_terminal(flags: tuple[str, ...]) -> None:
    done = run("explain", *flags, input=HOSTILE.encode())
    assert done.exit_code == 0
    own = [c for c in done.stdout if unicodedata.category(c) in ("Cc", "Cf") and c != "\n"]
    assert set(own) <= ({"\x1b"} if "always" in flags else set())
    assert "\x1b]0;" not in done.stdout
    assert "\x1b[31m\x1b]" not in done.stdout
    if "--json" not in flags:
        assert "‹U+001B›" in done.stdout
        assert "[bold]x[/bold] [/nope]" in done.stdout


def test_joiners_that_spell_words_stay() -> None:
    for text in ("می\u200cخواهم", "👨🏻\u200d🚒", "क\u094d\u200dष", "a\tb"):
        assert _draw.visible(text) == text


@pytest.mark.parametrize(
    ("environment", "wish", "colour"),
    [
        ({}, "auto", False),
        ({"FORCE_COLOR": "1"}, "auto", True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, "auto", False),
        ({"NO_COLOR": "1"}, "always", True),
    ],
)
def test_colour_as_wished(
    environment: dict[str, str], wish: str, colour: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert ("\x1b" in run("explain", "--color", wish, input=DIRTY).stdout) == colour


def test_equal_reasons_on_one_line_are_told_once() -> None:
    done = run("explain", "--changed", input=f"[vc_row][vc_column][vc_column_text]{BODY}\n")
    assert done.stdout.count("wordpress/shortcode/wpbakery") == 1
    assert done.stdout.rstrip().endswith("×3")


def test_joined_lines_are_marked() -> None:
    result = made("border security and\n  countering\n\n\nend", [(19, 22, " "), (32, 35, "\n\n")])
    assert [(r.mark, len(r.changes)) for r in _draw.rows(result)] == [("~", 1), (" ", 0), (" ", 0)]
    assert next(_draw.plain(_draw.rows(result))) == "~   1 │ border security and⟪↩⟫"


def test_a_change_over_several_lines_is_told_where_it_becomes_visible() -> None:
    source = "kept\n\ngone one\ngone two\n"
    result = made(source, [(4, len(source) - 1, "")])
    assert result.changes == (Change(Span(4, 23), "\n\ngone one\ngone two", "", "a/rule", "a reason", 0.9),)
    assert [(r.mark, r.number, len(r.changes)) for r in _draw.rows(result)] == [(" ", 1, 0), ("-", 3, 1), ("-", 4, 0)]


def test_lines_that_went_at_the_start_are_not_joined_to_what_follows() -> None:
    result = made("Date\nBuy\n\nA bridge\nBy me\n\nBody\n", [(0, 4, ""), (4, 5, ""), (5, 8, ""), (8, 10, ""), (19, 25, "")])
    assert result.text == "A bridge\n\nBody\n"
    assert [(r.number, r.mark) for r in _draw.rows(result)] == [(1, "-"), (2, "-"), (4, " "), (5, "-"), (7, " ")]
