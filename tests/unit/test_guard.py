"""What is prose and so protected: the most important question of all, in many scripts."""

from __future__ import annotations

import pytest

from cleankit.engine import Engine
from cleankit.guard import protect, refusal
from cleankit.rule import OPTIONS, Preset, RuleInfo, Stage
from cleankit.spans import Edit, Span
from cleankit.testing import document
from cleankit.testing._texts import SCRIPTS

PROSE = (
    "The council met on Monday and agreed on a new budget.",
    "“We had not expected that,” said the caretaker, who had come early.",
    "She teaches JavaScript to apprentices in the evenings, after work.",
    "The company changed its privacy policy after the court had ruled.",
    "The court ruled that the site uses cookies without asking anybody first.",
    "200 shares of Apple stock were sold on Friday, the broker said.",
    "Sign-in sheets were collected at the door of the parish hall.",
    "Pupils who read more do better at school, the study found.",
    "Совет собрался в понедельник и после долгих споров принял бюджет.",
    "Το συμβούλιο συνεδρίασε τη Δευτέρα και ενέκρινε τον νέο προϋπολογισμό.",
    "اجتمع المجلس يوم الاثنين ووافق بعد نقاش طويل على الميزانية الجديدة.",
    "کیا آپ جانتے ہیں کہ کونسل نے پیر کے روز نیا بجٹ منظور کیا تھا؟",
    "परिषद की बैठक सोमवार को हुई और लंबी बहस के बाद नया बजट मंज़ूर हुआ।",
    "市议会星期一开会，经过长时间的辩论，通过了新的预算。",
    "市議会は月曜日に開かれ、長い討論のすえ新しい予算を承認した。",
    "시의회는 월요일에 회의를 열고 오랜 토론 끝에 새 예산을 승인했다고 밝혔다.",
    "สภาเมืองประชุมเมื่อวันจันทร์และหลังจากการอภิปรายอันยาวนานก็อนุมัติงบประมาณใหม่!",
    "המועצה התכנסה ביום שני ואישרה לאחר דיון ארוך את התקציב החדש.",
    "It was the kind of evening on which nobody wanted to go home, and so they stayed, and talked, and the lamps burned low until somebody",
    "* The keeper of the lighthouse, who was old, wrote down every ship that passed.",
    "Der Rat tagte am Montag (und, wie üblich, bis spät in die Nacht hinein).",
)
NOT_PROSE = (
    "", " ", "Related Articles", "146,751FansLike", "Share", "[vc_row]", "By admin", "Home News Sport Weather Contact", "12°C", "CONCLUSION", "WASHINGTON (AP)",
    "Why?", "“No.”", "$4.2 billion", "相关文章", "और पढ़ें", "اقرأ أيضا", "Читайте также", "Terms of Use | Privacy Policy | Cookies", "5 min read", "# Heading",
    "Bank Raises Rates Again As Prices Climb In All Towns Of The North", "Posted on 12 March 2024 by Anna Keller in News",
)  # fmt: skip


@pytest.mark.parametrize("text", PROSE)
def test_sentences_are_protected(text: str) -> None:
    assert protect(text)


@pytest.mark.parametrize("text", NOT_PROSE)
def test_labels_and_headlines_are_not(text: str) -> None:
    assert not protect(text)


@pytest.mark.parametrize("script", SCRIPTS)
def test_every_sentence_of_the_kit_is_protected(script: str) -> None:
    assert all(protect(s) for s in SCRIPTS[script].sentences)
    assert not any(protect(h) for h in SCRIPTS[script].headings)


TEXT = f"{PROSE[0]}\n\nShare\n\n{PROSE[2]}\n"
LINES = RuleInfo("t/lines", "t", Stage.LINES)
REACH = RuleInfo("t/reach", "t", Stage.LINES, reach="prose")
INLINE = RuleInfo("t/inline", "t", Stage.INLINE)


def test_who_may_touch_prose() -> None:
    doc = document(TEXT)
    whole = Edit(doc.visible(0))
    assert refusal(doc, whole, LINES)
    assert not refusal(doc, whole, REACH)
    assert not refusal(doc, whole, INLINE)
    assert not refusal(doc, Edit(doc.visible(1)), LINES)


def test_a_few_characters_of_prose_may_go() -> None:
    doc = document(TEXT)
    assert not refusal(doc, Edit(Span(4, 11)), LINES)
    assert refusal(doc, Edit(Span(4, 50)), LINES)
    assert refusal(doc, Edit(Span(0, len(TEXT))), LINES)


def test_all_or_nothing_where_too_much_would_go() -> None:
    class Greedy:
        info = RuleInfo("t/greedy", "everything", Stage.LINES, reach="prose", verbatim=True)

        def propose(self, doc):  # type: ignore[no-untyped-def]
            return [Edit(doc.visible(i)) for i in range(len(doc) - 1)]

    text = "\n\n".join(PROSE[:5]) + "\n"
    result = Engine([Greedy()], Preset("t", max_loss=0.6), OPTIONS).clean(text)
    assert result.text == text
    result = Engine([RuleLike()], Preset("t"), OPTIONS).clean(text)
    assert result.text == text
    assert "total-loss" in result.flags or "prose-budget" in result.flags


class RuleLike:
    info = RuleInfo("t/reach", "everything", Stage.LINES, reach="prose")

    def propose(self, doc):  # type: ignore[no-untyped-def]
        return [Edit(doc.visible(i)) for i in range(len(doc))]
