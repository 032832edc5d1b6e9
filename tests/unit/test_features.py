"""Line features: what the columns say, in every script, and that odd input is taken."""

from __future__ import annotations

import numpy as np
import pytest

from cleankit.features import FEATURES, GROUPS, encode, line_features


def column(lines: list[str], name: str) -> list[float]:
    return [round(float(v), 4) for v in line_features(lines)[:, FEATURES.index(name)]]


def test_a_row_a_line_and_a_column_a_name() -> None:
    x = line_features(["One line.", "", "Another"])
    assert x.shape == (3, len(FEATURES)) and x.dtype == np.float32
    assert len(set(FEATURES)) == len(FEATURES) == sum(map(len, GROUPS.values()))


def test_blank_lines_are_zeros() -> None:
    x = line_features(["", "Text", " \t\u200b", "More"])
    assert not x[0].any() and not x[2].any() and x[1].any()
    assert encode(["", "Text", " ", "More"]).rows.tolist() == [1, 3]


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [""],
        [" ", "\t"],
        ["x"],
        ["..."],
        ["—", '"'],
        ["\ud800 lone"],
        ["a\nb", "c"],
        ["@"],
        [":"],
        ["😀😀"],
        ["𠀀𠀁"],
        ["\u0301"],
    ],
)
def test_odd_input_gives_finite_numbers(lines: list[str]) -> None:
    x = line_features(lines)
    assert len(x) == len(lines) and np.isfinite(x).all()


@pytest.mark.parametrize(
    ("text", "words"),
    [("The council met on Monday.", 5), ("don't", 2), ("Совет собрался в понедельник", 4), ("اجتمع المجلس يوم الاثنين", 4), ("परिषद की बैठक सोमवार को हुई।", 6), ("위원회는 월요일에 열렸다", 3)],
)  # fmt: skip
def test_words_of_scripts_with_spaces(text: str, words: int) -> None:
    assert encode([text]).words.tolist() == [words]


def test_words_of_scripts_without_spaces_are_worth_less_than_their_characters() -> None:
    chinese, thai = encode(["委员会星期一开会。"]).words[0], encode(["คณะกรรมการประชุมวันจันทร์"]).words[0]
    assert 4 <= chinese <= 6 and 3 <= thai <= 7


@pytest.mark.parametrize(
    "text",
    [
        "It is so.",
        "Really?",
        "“It is so.”",
        "(It is so.)",
        "是这样的。",
        "यह ऐसा है।",
        "هل هذا صحيح؟",
        "「そうです。」",
        "ይህ ነው።",
    ],
)
def test_sentence_ends_of_every_script(text: str) -> None:
    assert column([text], "ends_stop") == [1]


def test_ends_and_starts() -> None:
    lines = ["Read more…", "By Jane Doe,", "Share this:", "Page 12", "Menu »", "• Home", "and so on", "(see below)"]
    assert column(lines, "ends_ellipsis") == [1, 0, 0, 0, 0, 0, 0, 0]
    assert column(lines, "ends_comma") == [0, 1, 0, 0, 0, 0, 0, 0]
    assert column(lines, "ends_colon") == [0, 0, 1, 0, 0, 0, 0, 0]
    assert column(lines, "ends_digit") == [0, 0, 0, 1, 0, 0, 0, 0]
    assert column(lines, "starts_bullet") == [0, 0, 0, 0, 0, 1, 0, 0]
    assert column(lines, "starts_lower") == [0, 0, 0, 0, 0, 0, 1, 0]


def test_shares_and_marks() -> None:
    assert column(["HOME NEWS"], "upper_share") == [1] and column(["Home News"], "capital_words") == [1]
    assert column(["2024 11"], "digit_share") == [1] and column(["Updated 12:30"], "clock") == [1]
    assert column(["see https://example.org"], "link") == [1] and column(["mail a@example.org"], "link") == [1]
    assert column(["One. Two. Three."], "sentence_breaks") == [round(float(np.log1p(2)), 4)]


def test_repetition_ignores_digits_case_and_spacing() -> None:
    lines = ["5 min read", "Text between", "12 MIN  READ", "Text after"]
    assert column(lines, "repeated_before") == [0, 0, 1, 0]
    assert column(lines, "repeated_after") == [1, 0, 0, 0]


def test_position_counts_lines_that_are_not_blank() -> None:
    dense, loose = ["One", "Two", "Three"], ["", "One", "", "", "Two", "Three", ""]
    rows = [i for i, s in enumerate(loose) if s]
    assert column(dense, "place") == [column(loose, "place")[i] for i in rows]
    assert [column(loose, "blank_before")[i] for i in rows] == [1, 2, 0]


def test_runs_see_the_nearest_prose() -> None:
    prose = "The council met on Monday evening to decide about the new bridge over the river."
    lines = ["Home", "News", prose, "Share", prose, "Home"]
    assert column(lines, "no_prose_before") == [1, 1, 1, 0, 0, 0]
    assert column(lines, "no_prose_after") == [0, 0, 0, 0, 1, 1]
    assert column(lines, "prose") == [0, 0, 1, 0, 1, 0]


def test_cohesion_is_high_for_a_line_that_speaks_of_the_text() -> None:
    prose = "The council met on Monday evening to decide about the new bridge over the river Elbe."
    heading, teaser = column([prose, "New bridge over the river", "Quarterback injured again"], "in_prose")[1:]
    assert heading == 1 and teaser == 0


def test_long_lines_after_a_broken_one_continue_it() -> None:
    assert column(["as reported by the", "agency, which said", "Home"], "continues") == [0, 1, 0]
    assert column(["as reported by the", "agency, which said", "Home"], "continued") == [1, 0, 0]


def test_the_rows_do_not_depend_on_how_the_text_is_held() -> None:
    text = "First line here.\n\n  Second one\nDritte Zeile – größer"
    assert np.array_equal(line_features(text.split("\n")), line_features(tuple(text.split("\n"))))


def test_wide_and_narrow_characters_share_a_path() -> None:
    """A line's own columns are the same whether the document is Latin-1 or not."""
    own = [
        i for i, f in enumerate(FEATURES) if f in GROUPS["size"] + GROUPS["letters"] + GROUPS["marks"] + GROUPS["ends"]
    ]
    line = "Größe und “Maß”: 12 % mehr."
    assert np.allclose(line_features([line])[0, own], line_features([line, "中文"])[0, own], atol=1e-6)
