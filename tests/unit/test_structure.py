"""Short lines that are part of a text's own structure stay, whatever words of pages they hold."""

from __future__ import annotations

import pytest

import cleankit
from cleankit.builtin.context._structure import sub_headings
from cleankit.guard import reported
from cleankit.testing import document
from cleankit.testing._texts import SCRIPTS

FIRST = "The council met on Monday, and after a long debate its members agreed on a new budget for the harbour."
THEN = "Nobody in the room had expected the talks to go on for so long, but all of them stayed to the end."
LAST = "The meeting ended shortly before midnight, and the next one will be held at the same place in March."
SHARED = "With the share button you send the time of your bus to a friend, who then knows when to expect you."
PRINTED = "The print button makes a sheet of paper that can be pinned beside the door, which many people still like."


def gone(text: str) -> list[str]:
    return [c.before.strip() for c in cleankit.explain(text).changes if c.before.strip()]


def paragraphs(*parts: str) -> str:
    return "\n\n".join(parts) + "\n"


def test_an_item_stays_where_the_list_stays() -> None:
    rows = "- Open the settings\n- Share\n- Choose a colour\n- Close the lid"
    assert gone(paragraphs(FIRST, rows, THEN, LAST)) == []
    assert gone(paragraphs(FIRST, "- Share\n- Tweet\n- Print this", THEN, LAST)) == ["- Share", "- Tweet", "- Print this"]


def test_a_fact_stays_where_most_facts_stay() -> None:
    assert gone(paragraphs(FIRST, "Begins: 7 pm\nPhotography: Anna Berg\nPlace: Town Hall", THEN, LAST)) == []
    assert gone(paragraphs(FIRST, "Photography: Anna Berg", THEN, LAST)) == ["Photography: Anna Berg"]


def test_sub_headings_that_the_paragraph_beneath_takes_up_stay() -> None:
    assert gone(paragraphs(FIRST, "Share", SHARED, "Print", PRINTED, THEN)) == []
    assert gone(paragraphs(FIRST, "Share", SHARED, "Six buttons in all", PRINTED, THEN)) == []
    assert gone(paragraphs(FIRST, "Share", SHARED, THEN)) == ["Share"]  # alone it may be chance
    assert gone(paragraphs(FIRST, "Share", THEN, "Six buttons in all", PRINTED, LAST)) == ["Share"]


@pytest.mark.parametrize("rows", ["- Ministry of Trade\n- Harbour board", "1954: the first ferry\n1987: the storm"])
def test_what_is_a_marker_by_its_place_alone_keeps_its_list(rows: str) -> None:
    assert gone(paragraphs(FIRST, THEN, LAST, "Trending", rows)) == []
    assert gone(paragraphs(FIRST, THEN, LAST, "Trending", "Storm over the bay\n\nA new roof for the school")) != []


ANSWERS = ("那艘旧渡船在天亮以前就离开了小岛，码头上谁也没有注意到它有一半是空的。", "橡木桥是用橡木造的，因为当时铁很贵，而森林就在村子后面不远的地方。")


ARABIC = (
    "زرعت جدتها شجرة الجوز في السنة التي ارتفع فيها النهر حتى وصل إلى باب المسجد القديم.",
    "تحتاج الفاصولياء إلى تسعة أسابيع تقريبا حتى تنضج، بشرط ألا تصبح الليالي باردة جدا.",
    "لم ير نهرا جليديا في حياته، لكنه عرف من رسائل عمه كيف يكون صوت الجليد في الربيع.",
)


def test_a_question_of_an_interview_stays_where_a_label_stands_above_its_answer() -> None:
    asked = ("那口井有多深？", "橡木桥是谁造的？", "蜜蜂为什么搬走了？")
    rounds = [part for question in asked for part in (question, *ANSWERS)]
    assert gone(paragraphs(*rounds, f"渡船什么时候开？\n입력\n{ANSWERS[0]}再见。")) == []


def test_a_list_right_above_a_paragraph_stays_where_a_blank_line_opens_it() -> None:
    things = "rye flour\ntwo eggs\na pinch of salt\nwarm milk\nchopped walnuts\nbrown sugar\n"
    steps = "\n".join(f"{k}. {sentence}" for k, sentence in enumerate(SCRIPTS["latin"].sentences[:4], 1))
    assert things in cleankit.clean(f"إعلان\nإعلان\nإعلان\nA winter by the sea\n\n{things}About Us\n{steps}\n")


def test_a_torn_sentence_stays() -> None:
    torn = "It takes about nine weeks until the beans are ripe, provided\nSist oppdatert\nthat the nights do not turn cold. " + SHARED
    text = cleankit.clean(paragraphs("إعلان\nإعلان\n" + FIRST, torn, THEN, LAST))
    assert "It takes about nine weeks until the beans are ripe, provided" in text
    begun = "لم يستطع أحد أن يقول من رسم جدران القاعة، مع أن كل عائلة تزعم أن الرسام منها.\nكان الصيادون في الميناء يصلحون شباكهم ويتحدثون عن العاصفة التي هبت في الليلة"
    assert begun.split("\n")[1] in cleankit.clean(paragraphs(*ARABIC, begun + "\nالماضية.", *ARABIC[:1]))
    parted = "عندما مات الطحان باع أبناؤه الثلاثة العجلة واحتفظوا بالحجارة من أجل ممر في\nالحديقة."
    assert "الحديقة." in cleankit.clean(paragraphs("إعلان\nإعلان\nإعلان\n" + parted, *ARABIC))


def test_a_line_that_rules_take_words_from_is_no_title() -> None:
    head = "[–]alice 12 points13 points14 points 3 years ago (2 children)"
    text = paragraphs("A winter by the sea", head, FIRST, THEN.replace("so long", "so many years"), LAST)
    assert "A winter by the sea" in cleankit.clean(text)


def sub_headings_of(text: str) -> list[str]:
    doc = document(text)
    return [doc.facts[i].bare for i in sorted(sub_headings(doc))]


def test_fields_that_come_back_under_each_heading_are_the_text_s_own() -> None:
    fields = ["Port: Oslo", "Port: Bergen", "Port: Narvik"]
    beneath = "Captain: Anna Berg", "Ships: three of them", "Depth of the water: nine metres at low tide"
    text = "\n".join([FIRST, PRINTED, *(line for field, label, then in zip(fields, beneath, (THEN, SHARED, LAST), strict=True) for line in (field, label, then))])
    assert sub_headings_of(text) == fields
    assert sub_headings_of(text.replace("Port: Narvik", "Harbour: Narvik")) == []


def test_what_heads_and_follows_numbered_headings_is_the_text_s_own() -> None:
    parts = ["1. Oslo", THEN, "2. Bergen", SHARED, "3. Narvik", PRINTED]
    assert "The ports of the north" in sub_headings_of(paragraphs(FIRST, "The ports of the north", *parts))
    assert "The ports of the north" not in sub_headings_of(paragraphs(FIRST, "The ports of the north", *parts[:4]))
    assert "Vote: 14 for, 3 against" in sub_headings_of(paragraphs(FIRST, *parts[:2], "Vote: 14 for, 3 against", *parts[2:]))


def test_numbers_make_another_line() -> None:
    years = (
        "In 1987 the storm took two boats and the roof of the school, and nobody was hurt.",
        "In 1991 the storm took two boats and the roof of the school, and nobody was hurt.",
    )
    assert gone(paragraphs("The storms of the north", *years, FIRST, THEN)) == []


def test_a_heading_above_a_pronoun_that_stands_for_nobody_stays() -> None:
    text = paragraphs(
        "What to bring to the centre", FIRST, THEN, "What to bring",
        "It is important that students bring both the text and the notes that they made while they read it.", SHARED,
    )  # fmt: skip
    assert gone(text) == []


def test_a_list_of_names_above_the_text_is_no_link() -> None:
    assert gone(paragraphs("The harbour and its council", "By:", "Angela Amez, Flavia Bel, Anel Brand, Stephanie Gonz", FIRST, THEN, LAST)) == ["By:"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Check back later, the man at the counter said, and I did, for three weeks.", True),
        ("Check back later for updates, and follow our live coverage of the storm.", False),
        ("„Melden Sie sich zum Newsletter an“, sagte die Ärztin, und alle lachten.", True),
        ("Melden Sie sich jetzt zum Newsletter an, und Sie verpassen nichts mehr.", False),
        ("“请关注我们的公众号”，他说，可是没有人拿出手机来。", True),
        ("请关注我们的公众号，第一时间了解更多精彩内容。", False),
        ("Read more: Storm is coming to the bay, mayor says", False),  # a headline, no sentence
    ],
)
def test_who_says_so(text: str, said: bool) -> None:
    assert reported(text) is said
    assert said is False or gone(paragraphs(FIRST, text, THEN, LAST)) == []


def test_an_answer_stays_in_a_text_of_few_paragraphs() -> None:
    text = paragraphs("The keeper of the lighthouse", FIRST, "Do you read much?", "Yes.", "What is next for you?", "Next.", "And then?", THEN)
    assert gone(text) == []


def test_narrow_verse_is_verse() -> None:
    lines = "The ferry leaves at eight,\nand nobody will wait.\nShare the bread,\nshare the bed,\nmind the gate.\n\nRead more, she said.\nNext,\nnext,\nthe waves are vexed.\n"
    assert gone("The ferry\n\n" + lines) == []
