"""Spans and the arithmetic on them."""

from __future__ import annotations

import pytest

from cleankit.spans import Edit, OffsetMap, Span, apply, union


def test_ranges_that_touch_share_nothing() -> None:
    assert Span(0, 3).overlaps(Span(2, 5))
    assert not Span(0, 3).overlaps(Span(3, 5))
    assert Span(0, 5).covers(Span(2, 5))
    assert not Span(0, 5).covers(Span(4, 6))


@pytest.mark.parametrize(
    ("edits", "after"),
    [
        ([], "abcdef"),
        ([(0, 0, "x")], "xabcdef"),
        ([(6, 6, "x")], "abcdefx"),
        ([(0, 2, ""), (2, 4, "Z")], "Zef"),
        ([(0, 6, "")], ""),
    ],
)
def test_edits_are_applied_in_one_go(edits: list[tuple[int, int, str]], after: str) -> None:
    assert apply("abcdef", edits) == after


def test_union_joins_what_overlaps_and_leaves_what_touches() -> None:
    assert union([(4, 6), (0, 2), (1, 3)]) == [(0, 3), (4, 6)]
    assert union([(0, 2), (2, 4)]) == [(0, 2), (2, 4)]
    assert union([(0, 9), (1, 2), (3, 4)]) == [(0, 9)]
    assert union([]) == []


def test_offsets_go_both_ways() -> None:
    #        0123456789        source: drop "bc", put "XYZ" for "f", insert "-" at the end
    offsets = OffsetMap([(1, 3, ""), (5, 6, "XYZ"), (8, 8, "-")])
    assert apply("abcdefgh", [(1, 3, ""), (5, 6, "XYZ"), (8, 8, "-")]) == "adeXYZgh-"
    assert [offsets.to_text(k) for k in range(9)] == [0, 1, 1, 1, 2, 3, 6, 7, 9]
    assert [offsets.to_source(k) for k in range(9)] == [0, 3, 4, 5, 5, 5, 6, 7, 8]


def test_a_range_of_the_text_comes_from_all_that_it_stands_for() -> None:
    offsets = OffsetMap([(5, 6, "XYZ")])
    assert offsets.span_to_source(Span(5, 8)) == (5, 6)
    assert offsets.span_to_source(Span(6, 7)) == (5, 6)
    assert offsets.span_to_source(Span(3, 3)) == (3, 3)
    assert offsets.span_to_text(Span(0, 6)) == (0, 8)


def test_an_edit_removes_unless_it_says_otherwise() -> None:
    assert Edit(Span(0, 1)).replacement == ""
