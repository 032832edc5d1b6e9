"""What is known of a text: words, sentence ends, bare lines, folded lines, marks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cleankit.document
from cleankit.document import bare_span, bare_text, ends_sentence, fold, fold_case, line_mark, measure
from cleankit.testing import document


@pytest.mark.parametrize(
    ("text", "words"),
    [("", 0), ("one two", 2), ("  spaced   out ", 2), ("他在家里。", 1 + 4 * 0.5), ("สวัสดี", 1 + 4 * 0.5), ("हम घर पर थे।", 4), ("ذهب إلى البيت", 3)],
)
def test_words_are_counted_in_every_script(text: str, words: float) -> None:
    assert measure(text).words == pytest.approx(words, abs=1)


@pytest.mark.parametrize(
    "text",
    ["It rained.", "“It rained.”", "Did it?", "«Да!»", "वह आया।", "他来了。", "هل جاء؟", "それは。」", "*It rained.*", "It rained.)", "and so on…", "It rained.\u200f", "یہ ٹھیک ہے۔"],
)
def test_a_sentence_ends_in_every_script(text: str) -> None:
    assert ends_sentence(text)


@pytest.mark.parametrize("text", ["", "Related Articles", "It rained:", "3,5", "और पढ़ें", "相关文章", "a, b"])
def test_labels_do_not_end_a_sentence(text: str) -> None:
    assert not ends_sentence(text)


@pytest.mark.parametrize(
    ("line", "bare"),
    [
        ("### Related Articles", "Related Articles"),
        ("* [Home](/)", "Home"),
        ("- [**Home**](/a_(b)) ", "Home"),
        ("**Advertisement**", "Advertisement"),
        ("> quoted", "quoted"),
        ("12. twelfth", "twelfth"),
        ("- [x] done", "done"),
        ("  indented  ", "indented"),
        ("2024", "2024"),
        ("3.", "3."),
        ("#hashtag", "#hashtag"),
        ("snake_case_", "snake_case_"),
        ("[Mehr](https://example.org/a \"Titel\") dazu", "Mehr dazu"),
        ("", ""),
    ],
)
def test_bare_text_is_without_marks(line: str, bare: str) -> None:
    assert bare_text(line) == bare


def test_bare_spans_lie_in_the_line() -> None:
    for line in ("", " ", "**", "> > #", "- ", "**a", "a**", "\t* a *\t", "1) "):
        start, end = bare_span(line)
        assert 0 <= start <= end <= len(line)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("READ MORE »", "read more"),
        ("  Read\u00a0 more…", "read more"),
        ("🔥 Trending!", "trending"),
        ("5 min read", "12 min read"),
        ("1.234,5 km", "0 km"),
        ("İstanbul", "istanbul"),
        ("ΤΈΛΟΣ", "τέλος"),
        ("Don’t miss", "don't miss"),
    ],
)
def test_folded_forms_fall_together(a: str, b: str) -> None:
    assert fold(a) == fold(b)


def test_folding_keeps_what_tells_lines_apart() -> None:
    assert fold("Related") != fold("Relates")
    assert fold("और पढ़ें") == "और पढ़ें"
    assert fold("…") == ""


@pytest.mark.parametrize("text", ["İI", "ſ", "ǅ", "ΣΑΣ", "ẞß", "\u0345", "ᲀ", "Å"])
def test_folding_case_keeps_the_length(text: str) -> None:
    assert len(fold_case(text)) == len(text)


@pytest.mark.parametrize(
    ("line", "mark"),
    [
        ("# Title", "heading"), ("#Title", ""), ("- item", "bullet"), ("• item", "bullet"), ("-item", ""), ("1. item", "number"), ("1.5 km", ""),
        ("> quote", "quote"), ("| a | b |", "table"), ("a\tb\tc", "table"), ("```py", "fence"), ("~~~", "fence"), ("---", "rule"), ("* * *", "rule"),
        ("![alt](a.png)", "image"), ("![alt](a.png) and text", ""), ("plain", ""), ("2024", ""), ("", ""),
    ],
)  # fmt: skip
def test_marks(line: str, mark: str) -> None:
    assert line_mark(line) == mark


TEXT = "Title\n\nThe council met on Monday, and after a long debate its members agreed.\nShare\n\n  The mayor said on Tuesday that she would not sign the budget.\n"


def test_lines_know_where_they_stand() -> None:
    doc = document(TEXT)
    assert len(doc) == 4
    for line in doc.lines:
        assert doc.text[line.span.start : line.span.end] == line.text
        assert doc.line_at(line.span.start) == line.index
        assert not line.blank
    assert [line.protected for line in doc.lines] == [False, True, False, True]
    assert (doc.first_prose, doc.last_prose, doc.title) == (1, 3, "Title")
    assert doc.text[slice(*doc.visible(3))].startswith("The mayor")
    assert [doc.blank_before(i) for i in range(4)] == [True, True, False, True]


def test_an_empty_document_is_no_trouble() -> None:
    for text in ("", "\n", " \n\t\n"):
        doc = document(text)
        assert len(doc) == 0
        assert (doc.first_prose, doc.last_prose, doc.title, tuple(doc.lines)) == (-1, -1, "", ())
        assert list(doc.cuts(frozenset())) == []


def test_removed_lines_leave_the_wider_gap() -> None:
    doc = document("a\nb\n\nc\n")
    text = doc.text
    for removed, left in (({1}, "a\n\nc\n"), ({0}, "b\n\nc\n"), ({2}, "a\nb\n"), ({0, 1, 2}, "\n"), ({0, 1}, "c\n")):
        chars = list(text)
        for _, start, end in doc.cuts(frozenset(removed)):
            chars[start:end] = [""] * (end - start)
        assert "".join(chars) == left


def test_fences_pair_up() -> None:
    assert document("```\na\n```\nb\n```").fenced == {0, 1, 2}
    assert document("```\na").fenced == frozenset()


@given(st.lists(st.sampled_from(["a", "word", " ", "\t", "\u00a0", "\u3000", "longer words ", "中"]), max_size=60), st.integers(1, 9))
def test_words_are_counted_the_same_in_parts(parts: list[str], at_once: int) -> None:
    text = "".join(parts)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cleankit.document, "_AT_ONCE", at_once)
        assert cleankit.document._count_tokens(text) == len(text.split())


def test_lines_are_a_sequence() -> None:
    doc = document("One line.\n\nAnother.\nA third.\n")
    assert [line.text for line in doc.lines] == [doc.lines[k].text for k in range(len(doc.lines))] == ["One line.", "Another.", "A third."]
    assert doc.lines[-1].index == 2
    assert [line.text for line in doc.lines[1:]] == ["Another.", "A third."]
    with pytest.raises(IndexError):
        doc.lines[3]
