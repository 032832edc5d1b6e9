"""Results: undone from the ledger alone, stored and read back."""

from __future__ import annotations

import json

import pytest

from cleankit import Change, InputError, Result, Span, restore

CHANGES = (
    Change(Span(0, 6), "Share\n", "", "a/b", "a button", 0.9),
    Change(Span(12, 17), "&amp;", "&", "c/d", "an entity", 0.97, ("e/f",)),
)
SOURCE = "Share\nSalt a&amp;b pepper\n"
SOURCE = "Share\nSalt: &amp; pepper\n"
TEXT = "Salt: & pepper\n"


def test_restore_needs_no_source() -> None:
    assert restore(TEXT, CHANGES) == SOURCE
    assert Result(TEXT, None, stored=CHANGES).restore() == SOURCE


@pytest.mark.parametrize("text", ["", "Salt: + pepper\n", "Salt"])
def test_changes_of_another_text_are_refused(text: str) -> None:
    with pytest.raises(InputError, match="do not belong to this text"):
        restore(text, CHANGES)


def test_a_result_goes_through_json() -> None:
    result = Result(TEXT, SOURCE, stored=CHANGES)
    for source in (True, False):
        again = Result.from_dict(json.loads(json.dumps(result.to_dict(source=source))))
        assert again.changes == CHANGES
        assert again.source == (SOURCE if source else None)
        assert again.restore() == SOURCE
        assert again.to_dict(source=source) == result.to_dict(source=source)


@pytest.mark.parametrize(
    "data",
    [{}, {"text": "a"}, {"text": "a", "changes": [{}], "vetoes": [], "faults": [], "flags": [], "meta": {}},
     {"text": "a", "changes": [], "vetoes": [], "faults": [], "flags": [], "meta": {"titel": []}},
     {"text": "a", "changes": [], "vetoes": [], "faults": [], "flags": []}, {"text": "a", "changes": 3, "vetoes": [], "faults": [], "flags": [], "meta": {}}],
)  # fmt: skip
def test_other_data_is_refused(data: dict[str, object]) -> None:
    with pytest.raises(InputError, match="not a stored result"):
        Result.from_dict(data)


def test_offsets_are_those_of_the_changes() -> None:
    offsets = Result(TEXT, SOURCE, stored=CHANGES).offsets
    assert offsets.to_source(0) == 6
    assert offsets.to_text(SOURCE.index("pepper")) == TEXT.index("pepper")
