"""Edits, ledgers and offsets: composing is the same as doing one after the other."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import strategies as st

from cleankit.ledger import Entry, Owner, compose
from cleankit.result import Change, restore
from cleankit.spans import OffsetMap, Span, apply, union
from cleankit.testing import strategies as ck

from .common import each, effort

SOURCE = "abcdefghijklmnopqrstuvwxyz0123456789"
Batch = tuple[tuple[int, int, str], ...]


def entries(batch: Batch, number: int) -> list[Entry]:
    return [Entry(start, end, after, Owner(number % 3, 0.1, f"r/{number}", "why")) for start, end, after in batch]


@st.composite
def batches(draw: st.DrawFn) -> list[Batch]:
    """Up to four batches of edits, each of the text that the one before made."""
    text = SOURCE
    out = []
    for _ in range(draw(st.integers(1, 4))):
        batch = draw(ck.edits(len(text)))
        out.append(batch)
        text = apply(text, batch)
    return out


@effort(300, 10_000)
def test_a_composed_ledger_is_the_edits_in_turn(examples: int) -> None:
    def law(given: list[Batch]) -> None:
        text, ledger = SOURCE, []
        for number, batch in enumerate(given):
            ledger = compose(ledger, entries(batch, number), text)
            text = apply(text, batch)
            assert apply(SOURCE, [e.edit for e in ledger]) == text
            ends = [(e.start, e.end) for e in ledger]
            assert all(a[1] <= b[0] for a, b in pairwise(ends)), "sorted and disjoint"
        changes = [Change(Span(e.start, e.end), SOURCE[e.start : e.end], e.after, e.owner.rule, "why", 0.9, e.also) for e in ledger]
        assert restore(text, changes) == SOURCE
        named = {name for e in ledger for name in (e.owner.rule, *e.also)}
        assert named <= {f"r/{k}" for k in range(len(given))}

    each(batches(), examples, law)


@effort(300, 10_000)
def test_offsets_of_what_stays_go_there_and_back(examples: int) -> None:
    def law(batch: Batch) -> None:
        offsets = OffsetMap(batch)
        text = apply(SOURCE, batch)
        touched = {k for start, end, _ in batch for k in range(start, end)}
        for k, char in enumerate(SOURCE):
            if k not in touched:
                there = offsets.to_text(k)
                assert text[there] == char
                assert offsets.to_source(there) == k
                assert offsets.span_to_source(Span(there, there + 1)) == (k, k + 1)
        there = [offsets.to_text(k) for k in range(len(SOURCE) + 1)]
        back = [offsets.to_source(k) for k in range(len(text) + 1)]
        assert there == sorted(there)
        assert back == sorted(back)
        assert all(0 <= k <= len(text) for k in there)
        assert all(0 <= k <= len(SOURCE) for k in back)

    each(ck.edits(len(SOURCE)), examples, law)


@effort(200, 5_000)
def test_a_union_covers_the_same_characters(examples: int) -> None:
    def law(spans: list[Span]) -> None:
        joined = union(spans)
        covered = {k for start, end in spans for k in range(start, end)}
        assert {k for start, end in joined for k in range(start, end)} == covered
        assert all(a[1] <= b[0] for a, b in pairwise(joined))

    each(st.lists(ck.spans(30), max_size=8), examples, law)
