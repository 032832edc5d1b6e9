"""The ledger: composing it pass by pass is the same as editing pass by pass."""

from __future__ import annotations

from cleankit.ledger import Entry, Owner, compose
from cleankit.spans import apply

STRIP = Owner(0, 0.1, "a/strip", "goes")
REPAIR = Owner(1, 0.0, "b/repair", "mended")


def entry(start: int, end: int, after: str = "", owner: Owner = STRIP) -> Entry:
    return Entry(start, end, after, owner)


def composed(source: str, *batches: list[Entry]) -> list[Entry]:
    ledger: list[Entry] = []
    text = source
    for batch in batches:
        ledger = compose(ledger, batch, text)
        text = apply(text, [e.edit for e in batch])
        assert apply(source, [e.edit for e in ledger]) == text
    return ledger


def test_edits_apart_stay_apart() -> None:
    assert [e.edit for e in composed("abcdef", [entry(0, 1)], [entry(3, 4)])] == [(0, 1, ""), (4, 5, "")]


def test_edits_of_the_same_place_become_one() -> None:
    (one,) = composed("a &amp; b", [entry(2, 7, "&", REPAIR)], [entry(2, 3)])
    assert one.edit == (2, 7, "")
    assert one.owner == STRIP
    assert one.also == ("b/repair",)


def test_a_later_edit_may_span_several_earlier_ones() -> None:
    (one,) = composed("abcdefgh", [entry(1, 2), entry(3, 4, "D", REPAIR)], [entry(0, 5, "X", REPAIR)])
    assert one.edit == (0, 6, "X")


def test_a_removal_around_an_earlier_one_leaves_it_its_owner() -> None:
    other = Owner(0, 0.2, "c/other", "too")
    ledger = composed("abcdefgh", [entry(2, 4)], [entry(0, 4, owner=other)])
    assert [(e.start, e.end, e.owner.rule) for e in ledger] == [(0, 2, "c/other"), (2, 4, "a/strip"), (4, 6, "c/other")]


def test_an_insertion_where_something_went() -> None:
    ledger = composed("abc", [entry(1, 2)], [entry(1, 1, "-", REPAIR)])
    assert apply("abc", [e.edit for e in ledger]) == "a-c"


def test_what_strips_owns_before_what_repairs() -> None:
    assert min(REPAIR, STRIP) == STRIP
    assert min(Owner(0, 0.2, "a", ""), Owner(0, 0.1, "b", "")).rule == "b"
    assert min(Owner(0, 0.1, "b", ""), Owner(0, 0.1, "a", "")).rule == "a"
