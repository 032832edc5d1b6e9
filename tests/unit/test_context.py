"""Context rules, one case each for what they once took wrongly."""

from __future__ import annotations

import textwrap

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


def test_a_sub_heading_under_a_line_of_something_else_is_one_of_the_others() -> None:
    pool = SCRIPTS["latin"]
    heads = ("A winter by the sea", "What the shepherd found", "Stones from the quarry", "The walnut tree")
    paragraphs = [" ".join(pool.sentences[k] for k in chosen) for chosen in ((0, 1, 2), (3, 4, 5), (6, 7), (8, 9))]
    between = ("إعلان\nإعلان\n", "\nإعلان\n", "\n\n", "\nAf Trine Juncher Jørgensen og Masaana Egede\n")
    clean = cleankit.clean("".join(f"{b}{h}\n\n{p}" for b, h, p in zip(between, heads, paragraphs, strict=True)) + "\n")
    assert all(head in clean for head in heads)


@pytest.mark.parametrize("under", ["9 января 2025, 18:40", "取材・文＝山田太郎", "Af Trine Juncher Jørgensen og Masaana Egede"])
@pytest.mark.parametrize("which", [1, 2, 3])
def test_a_sub_heading_above_a_line_of_something_else_is_one_of_the_others(under: str, which: int) -> None:
    pool = SCRIPTS["latin"]
    heads = ("A winter by the sea", "What the shepherd found", "Stones from the quarry", "The walnut tree")
    paragraphs = [" ".join(pool.sentences[3 * k : 3 * k + 3]) for k in range(4)]
    lines = [f"{head}\n{under}" if k == which else head for k, head in enumerate(heads)]
    parts = [f"{line}\n\n{paragraph}" for line, paragraph in zip(lines, paragraphs, strict=True)]
    clean = cleankit.clean("إعلان\n\n" + "\n\n".join(parts) + "\n")
    assert all(head in clean for head in heads)


PROSE = SCRIPTS["latin"].sentences[:6]
CAPTION = "Workers unload the last barrels at the harbour in Oslo on a cold Monday (Anna Berg/Getty Images)"


def test_captions_stay_unless_the_caller_says_otherwise() -> None:
    text = "\n\n".join([*PROSE[:2], CAPTION, *PROSE[2:]]) + "\n"
    assert CAPTION in cleankit.clean(text, unlabelled="off")
    assert CAPTION not in cleankit.clean(text, unlabelled="off", keep_captions=False)


def test_a_credit_alone_goes_although_captions_stay() -> None:
    text = "\n\n".join([*PROSE[:2], "Photo by: Anna Berg / Getty Images", *PROSE[2:]]) + "\n"
    assert "Anna Berg" not in cleankit.clean(text)


def test_the_first_line_of_a_letter_is_no_title() -> None:
    text = "\n\n".join(["Dear Mrs Abbott,", *PROSE[:4]]) + "\n"
    assert cleankit.clean(text, keep_title=False) == text


def test_a_piece_of_a_wrapped_paragraph_between_debris_stays() -> None:
    sentences = SCRIPTS["latin"].sentences
    blocks = ["\n".join(textwrap.wrap(" ".join(sentences[3 * k : 3 * k + 3]), 64)) for k in range(3)]
    torn = (
        "The teacher opened the window so that the children could hear\nthe cranes passing over the roof. After the war the orchestra\n"
        "বিজ্ঞাপন\nplayed in a barn, and people came on foot from fourteen\nإعلان\nvillages."
    )
    clean = cleankit.clean("إعلان\nإعلان\n" + "\n\n".join([*blocks, torn, blocks[0]]) + "\n")
    assert "played in a barn, and people came on foot from fourteen" in clean


NOTE = "Mara Feldkamp is a reporter who has covered the harbour and its people for the paper since the spring of last year."


def with_note(note: str, *, below: str = "") -> str:
    pool = SCRIPTS["latin"]
    return "\n\n".join((*(" ".join(pool.sentences[2 * k : 2 * k + 2]) for k in range(6)), note)) + f"\n\n{below}\n" * bool(below) + "\n" * (not below)


def test_a_note_on_somebody_of_whom_the_text_does_not_speak_goes() -> None:
    assert NOTE not in cleankit.clean(with_note(NOTE))


@pytest.mark.parametrize(
    "note",
    [
        "Mara Feldkamp writes about harbours and ferries from a small house in the north of the country.",
        "Mara Feldkamp is the deputy technology officer for Harbour Group, which builds ferries of steel.",
        "Mara Feldkamp covers ferries, always looking for a quieter sea. Follow Mara on Twitter @marafeld.",
        "Mara Feldkamp schreibt über Häfen und Fähren, meistens aus einem kleinen Haus im Norden des Landes.",
    ],
)
def test_a_note_may_say_what_somebody_writes_about(note: str) -> None:
    assert note not in cleankit.clean(with_note(note))


@pytest.mark.parametrize("last", ["Mara Feldkamp covers the costs of the meals, and nobody else in the village knows about it.",
                                  "Mara Feldkamp writes a letter to the council every spring, and every spring it stays without an answer."])  # fmt: skip
def test_a_last_paragraph_that_says_what_somebody_does_stays(last: str) -> None:
    assert last in cleankit.clean(with_note(last))


def test_a_last_paragraph_about_somebody_in_the_text_stays() -> None:
    text = with_note(NOTE).replace("\n\n", "\n\nNobody had expected Feldkamp to come to the meeting on Monday evening, the chairman said.\n\n", 1)
    assert NOTE in cleankit.clean(text)


def test_a_note_above_a_paragraph_of_the_text_stays() -> None:
    text = with_note(NOTE, below=SCRIPTS["latin"].sentences[13])
    assert NOTE in cleankit.clean(text)


PARAGRAPHS = [" ".join(SCRIPTS["latin"].sentences[3 * k : 3 * k + 3]) for k in range(4)]
HEADLINES = "- Mortgages: This turn holds a “surprise”\n- Savings: What the bank will not tell you\n- Rents: Experts warn of an expensive mistake"


def between(lines: str, above: str = "") -> str:
    return "\n\n".join([*PARAGRAPHS[:2], *([above] if above else []), lines, *PARAGRAPHS[2:]]) + "\n"


def test_bulleted_headlines_behind_a_paragraph_that_introduces_no_list_go() -> None:
    assert cleankit.clean(between(HEADLINES)) == "\n\n".join(PARAGRAPHS) + "\n"


@pytest.mark.parametrize(
    ("lines", "above"),
    [
        (HEADLINES, "The paper printed three headlines on its first page that morning:"),
        ("- Water: Two litres a day\n- Sleep: Eight hours at least\n- Exercise: Half an hour of walking", ""),
        ("- Mortgages: this turn holds a “surprise”\n- Savings: what the bank will not tell\n- Rents: experts warn of a mistake", ""),
        (HEADLINES.replace("mistake", "mistake."), ""),
    ],
)
def test_lists_of_the_article_stay(lines: str, above: str) -> None:
    text = between(lines, above)
    assert cleankit.clean(text) == text


def test_a_headline_that_stands_twice_in_one_line_goes() -> None:
    assert cleankit.clean(between("The Debate Was a Mess The Debate Was a Mess")) == "\n\n".join(PARAGRAPHS) + "\n"
    text = between("Row Row Row Your Boat and Row")
    assert cleankit.clean(text) == text
