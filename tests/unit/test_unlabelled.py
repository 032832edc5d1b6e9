"""What the network for unlabelled debris sees of a line, and what it makes of it."""

from __future__ import annotations

from importlib.resources import files

import numpy as np
import pytest

from cleankit import Cleaner
from cleankit.builtin.context import unlabelled
from cleankit.builtin.context._traits import BUCKETS, COLUMNS, PICKED, hashed, traits
from cleankit.builtin.context._weigher import Weigher
from cleankit.document import Document
from cleankit.matchers import line_facts
from cleankit.testing._texts import SCRIPTS

POOL = SCRIPTS["latin"]


def document(text: str) -> Document:
    """The text as context rules get it."""
    seen: list[Document] = []
    engine = Cleaner(unlabelled="off").engine
    engine.watch = seen.append
    engine.clean(text)
    return seen[0]


STRAY = "Harbour fire leaves two hurt"
LAST = "Morrow"
TEXT = "\n\n".join((POOL.headings[0], *POOL.sentences[:5], STRAY, *POOL.sentences[5:8], LAST)) + "\n"


def weigher() -> Weigher:
    return Weigher.load(files(unlabelled.__package__) / "unlabelled.npz")


def test_the_weights_are_for_these_columns() -> None:
    assert weigher().columns == COLUMNS
    assert len(weigher().words) == BUCKETS + 1
    assert not weigher().words[-1].any()


def test_only_short_lines_that_are_not_the_title_are_in_doubt() -> None:
    doc = document(TEXT)
    assert [doc.facts[i].text for i in unlabelled.candidates(doc)] == [STRAY, LAST]


@pytest.mark.parametrize("mark", ["- ", "3. "])
def test_an_item_that_goes_on_in_lower_case_is_part_of_something(mark: str) -> None:
    doc = document(TEXT.replace(LAST, f"{mark}morrow and games"))
    assert [doc.facts[i].text for i in unlabelled.candidates(doc)] == [STRAY]


@pytest.mark.parametrize("code", ["class Router[source]", "open(path)", "std::vector", "{{ title }}"])
def test_a_line_of_code_is_not_in_doubt(code: str) -> None:
    doc = document(TEXT.replace(LAST, code))
    assert [doc.facts[i].text for i in unlabelled.candidates(doc)] == [STRAY]


def test_a_row_a_line_and_a_number_a_column() -> None:
    doc = document(TEXT)
    chosen = unlabelled.candidates(doc)
    x = traits(doc, chosen)
    assert x.shape == (2, len(COLUMNS)) and np.isfinite(x).all()
    of = dict(zip(COLUMNS, x.T, strict=True))
    assert of["below_prose"].tolist() == [0, 1]
    assert of["one_word"].tolist() == [0, 1]
    assert of["prose-1"].tolist() == [1, 1]
    assert of["there+1"].tolist() == [1, 0]


def test_what_stands_far_away_changes_only_what_is_known_of_the_whole() -> None:
    """The cost of a document is that of its lines in doubt: nothing else is looked at line by line."""
    near, far = document(TEXT), document(TEXT.replace(POOL.sentences[0], POOL.sentences[0].upper()))
    chosen = unlabelled.candidates(near)
    differ = np.flatnonzero((traits(near, chosen) != traits(far, chosen)).any(axis=0))
    assert not [COLUMNS[k] for k in differ if COLUMNS[k][-2:-1] in "+-"]


@pytest.mark.parametrize(("one", "other"), [("SPORT", "sport"), ("»Sport«", "Sport"), ("İzmir", "izmir")])
def test_words_are_known_whatever_their_case_and_marks(one: str, other: str) -> None:
    assert hashed(line_facts(one)) == hashed(line_facts(other))


def test_of_many_words_some_are_looked_at() -> None:
    many = hashed(line_facts(" ".join(POOL.words * 5)))
    assert len(many) == PICKED and max(many) < BUCKETS


def test_a_line_is_weighed_with_the_candidates_beside_it() -> None:
    """By hand: two candidates apart from each other are weighed as if each stood alone, but for what all have in common."""
    net = weigher()
    x = np.repeat(net.mean[None], 2, axis=0)
    words = [[[], []]] * 3
    together, apart = net.debris(x, words, [3, 4]), net.debris(x, words, [3, 9])
    alone = net.debris(x[:1], [[[]]] * 3, [3])
    assert np.allclose(apart, alone, atol=1e-6)
    assert not np.allclose(together, alone, atol=1e-6)


def test_other_columns_are_refused() -> None:
    with pytest.raises(ValueError, match=r"expected .* columns"):
        weigher().debris(np.zeros((1, 3), np.float32), [[[]]] * 3, [0])
