"""The body finder: what it keeps and drops, that it lets clean texts be, fragments, reasons, speed of its parts."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files

import numpy as np
import pytest

from cleankit import Cleaner, Document, Edit, Preset, RuleInfo, Span, Stage
from cleankit.builtin.body import BodyFound, decide, find_body, join_fragments, net
from cleankit.engine import Engine
from cleankit.features import FEATURES, encode
from cleankit.rule import OPTIONS
from cleankit.testing import assert_none, broken_laws

NEWS = {
    "en": ["The council voted on Monday to rebuild the old bridge over the river, which has been closed to traffic since the flood last spring.",
           "Work is to begin in June and will take about two years, the mayor told reporters after the meeting, adding that the money had been found.",
           "“We have waited long enough,” she said. Shopkeepers on the east bank say that they have lost a third of their customers since the closure.",
           "The opposition voted against the plan. It had asked for a tunnel, which the engineers had called too expensive in a report last autumn."],
    "de": ["Der Stadtrat hat am Montag beschlossen, die alte Brücke über den Fluss neu zu bauen, die seit dem Hochwasser im Frühjahr gesperrt ist.",
           "Die Arbeiten sollen im Juni beginnen und etwa zwei Jahre dauern, sagte die Bürgermeisterin nach der Sitzung, das Geld sei gefunden.",
           "„Wir haben lange genug gewartet“, sagte sie. Die Händler am Ostufer haben nach eigenen Angaben ein Drittel ihrer Kunden verloren.",
           "Die Opposition stimmte gegen den Plan. Sie hatte einen Tunnel verlangt, den die Ingenieure im Herbst zu teuer genannt hatten."],
    "ru": ["В понедельник городской совет решил заново построить старый мост через реку, который закрыт для движения после весеннего наводнения.",
           "Работы начнутся в июне и займут около двух лет, сообщила мэр журналистам после заседания, добавив, что деньги на это найдены.",
           "«Мы ждали достаточно долго», — сказала она. Торговцы восточного берега говорят, что потеряли треть покупателей после закрытия.",
           "Оппозиция голосовала против плана. Она требовала построить тоннель, который инженеры осенью назвали слишком дорогим."],
    "zh": ["市议会星期一决定重建横跨河流的旧桥，这座桥自去年春天的洪水以来一直禁止通行，沿岸居民多次要求尽快开放。",
           "市长在会后对记者说，工程将于六月开始，大约需要两年时间，所需资金已经落实，不会增加市民的负担。",
           "她说：“我们已经等得够久了。”东岸的店主们表示，自从大桥关闭以来，他们失去了三分之一的顾客。",
           "反对派投票反对这项计划。他们曾要求修建隧道，而工程师们去年秋天在报告中称隧道造价太高。"],
    "ar": ["قرر مجلس المدينة يوم الاثنين إعادة بناء الجسر القديم فوق النهر، وهو مغلق أمام حركة المرور منذ فيضان الربيع الماضي.",
           "وقالت رئيسة البلدية للصحفيين بعد الاجتماع إن العمل سيبدأ في يونيو وسيستغرق نحو عامين، مضيفة أن المال قد توفر لذلك.",
           "وأضافت: «لقد انتظرنا بما فيه الكفاية». ويقول أصحاب المتاجر في الضفة الشرقية إنهم فقدوا ثلث زبائنهم منذ الإغلاق.",
           "وصوتت المعارضة ضد الخطة، وكانت قد طالبت بنفق وصفه المهندسون في الخريف الماضي بأنه مكلف للغاية."],
    "hi": ["नगर परिषद ने सोमवार को नदी पर बने पुराने पुल को फिर से बनाने का फैसला किया, जो पिछले वसंत की बाढ़ के बाद से यातायात के लिए बंद है।",
           "महापौर ने बैठक के बाद पत्रकारों से कहा कि काम जून में शुरू होगा और लगभग दो साल चलेगा, और इसके लिए धन की व्यवस्था हो गई है।",
           "उन्होंने कहा, “हम काफी इंतजार कर चुके हैं।” पूर्वी किनारे के दुकानदारों का कहना है कि बंद होने के बाद से उनके एक तिहाई ग्राहक चले गए हैं।",
           "विपक्ष ने योजना के खिलाफ मतदान किया। उसने एक सुरंग की मांग की थी, जिसे इंजीनियरों ने पिछली शरद ऋतु में बहुत महंगा बताया था।"],
}  # fmt: skip
MENU = ["Home", "News", "Sport", "Weather", "Log in", "Subscribe", "Search"]
FOOT = ["About us", "Contact", "Privacy Policy", "Terms of Use", "© 2024 Example Media"]


@pytest.mark.parametrize("lang", NEWS)
def test_menus_go_and_paragraphs_stay_in_every_script(lang: str) -> None:
    lines = [*MENU, *NEWS[lang], *FOOT]
    keep = find_body(lines).keep
    assert keep[len(MENU) : len(MENU) + 4].all()
    assert (~keep[: len(MENU)]).sum() >= 6 and not keep[-len(FOOT) :].any()


@pytest.mark.parametrize("lang", NEWS)
def test_a_clean_text_stays_whole(lang: str) -> None:
    lines = [s for p in NEWS[lang] for s in (p, "")]
    found = find_body(lines)
    assert found.keep[: len(lines) - 1].all() and not found.evidence


def test_blank_lines_between_kept_paragraphs_stay_once() -> None:
    a, b, *_ = NEWS["en"]
    found = find_body([*MENU, "", a, "", b, "", *FOOT])
    assert found.keep.tolist() == [False] * (len(MENU) + 1) + [True, True, True] + [False] * (len(FOOT) + 1)


@pytest.mark.parametrize("lines", [[], [""], ["", "  "], ["x"], ["Home", "News"], ["—"], ["\u200b"]])
def test_odd_input_is_taken(lines: list[str]) -> None:
    found = find_body(lines)
    assert found.keep.shape == found.probability.shape == (len(lines),)


def test_a_text_without_a_body_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [*MENU, "One sentence that is longer than the rest."]
    monkeypatch.setattr("cleankit.builtin.body.best_threshold", lambda *_: 2.0)
    found = find_body(lines)
    assert found.keep.all() and found.flags == ("body-unsure",) and not found.evidence


def test_the_decision_leaves_alone_what_is_hardly_worth_it() -> None:
    words = np.full(40, 10, np.float32)
    p = np.full(40, 0.9, np.float32)
    p[7] = 0.01
    assert decide(p, words).all()
    p[8:12] = 0.01
    assert np.flatnonzero(~decide(p, words)).tolist() == [7, 8, 9, 10, 11]
    p[10] = 0.9
    assert np.flatnonzero(~decide(p, words)).tolist() == [7, 8, 9, 11]


def test_a_lone_line_between_kept_ones_stays_unless_the_net_is_sure() -> None:
    words = np.full(12, 10, np.float32)
    p = np.array([0.01] * 4 + [0.9, 0.2, 0.9, 0.05, 0.9] + [0.01] * 3, np.float32)
    assert np.flatnonzero(decide(p, words)).tolist() == [4, 5, 6, 8]


@pytest.mark.parametrize(("apart", "chance", "stays"), [(10, 0.45, True), (30, 0.45, False), (30, 0.6, True)])
def test_far_from_the_main_part_only_what_is_likely_stays(apart: int, chance: float, stays: bool) -> None:
    p = np.array([0.9] * 20 + [0.01] * apart + [chance] * 3 + [0.01] * 5, np.float32)
    kept = decide(p, np.full(len(p), 20, np.float32))
    assert kept[:20].all() and kept[-8:-5].all() == kept[-8:-5].any() == stays


@pytest.mark.parametrize(("words", "stays"), [(3, False), (40, True)])
def test_a_label_at_an_end_goes_unless_it_is_likely(words: int, stays: bool) -> None:
    p = np.array([0.01] * 5 + [0.45] + [0.9] * 20 + [0.45] + [0.01] * 5, np.float32)
    size = np.full(len(p), 10, np.float32)
    size[[5, 26]] = words
    kept = decide(p, size)
    assert kept[6:26].all() and kept[5] == kept[26] == stays


def test_a_schedule_beside_an_article_has_to_be_surer_than_its_lines_are() -> None:
    p = np.array([0.01] * 40 + [0.99] * 12 + [0.5] * 25 + [0.99], np.float32)
    words = np.array([1] * 40 + [30] * 12 + [3] * 25 + [30], np.float32)
    assert not decide(p, words)[52:77].any()
    p[52:77] = 0.7
    assert decide(p, words)[52:77].all()
    p[52:77], words[40:52] = 0.5, 8
    assert decide(p, words)[52:77].all(), "no article beside it"


def test_fragments_of_a_sentence_are_joined() -> None:
    broken = [
        "Work is to begin in June, the",
        "mayor",
        "told reporters after the meeting, as the",
        "Example Times",
        "reported.",
        "The opposition voted against it.",
    ]
    assert np.flatnonzero(join_fragments(encode(broken))).tolist() == [0, 1, 2, 3]
    lines = [*MENU, *NEWS["en"][:2], *broken, *NEWS["en"][2:], *FOOT]
    found, at = find_body(lines), len(MENU) + 2
    assert found.joins == (at, at + 1, at + 2, at + 3) and found.keep[len(MENU) : -len(FOOT)].all()


def test_a_text_that_stays_whole_is_not_joined() -> None:
    verse = [
        "the river ran beneath the broken bridge",
        "and no one crossed it all that year",
        "but in the night we heard the water speak",
        "of other towns, and other nights.",
    ]
    found = find_body(verse)
    assert found.keep.all() and found.joins == ()


def test_joins_name_kept_lines_only() -> None:
    lines = [*MENU, "By signing up you agree to our", "terms", "and", "privacy policy", ".", *NEWS["en"], *FOOT]
    found = find_body(lines)
    assert all(found.keep[i] for i in found.joins)


def test_menus_are_not_joined() -> None:
    assert not join_fragments(encode(["home", "about us", "contact", "sign in"])).any()


def test_a_text_with_blank_lines_is_not_taken_for_fragments() -> None:
    assert not join_fragments(encode(["It was said by the", "", "mayor", "", "who left"])).any()


def test_every_dropped_line_has_a_reason() -> None:
    lines = [*MENU, "", *NEWS["en"], "", *FOOT]
    found = find_body(lines)
    dropped = {i for i, s in enumerate(lines) if s and not found.keep[i]}
    assert set(found.evidence) == dropped and all(0 < len(r) < 120 for r in found.evidence.values())
    assert any("short" in r for r in found.evidence.values())


def test_the_same_text_gives_the_same_finding() -> None:
    lines = [*MENU, *NEWS["en"], *FOOT]
    assert find_body(lines).probability.tobytes() == find_body(tuple(lines)).probability.tobytes()


def test_the_net_expects_the_features_that_there_are() -> None:
    assert net().columns == FEATURES


def test_the_weights_are_small() -> None:
    assert len((files("cleankit.builtin.body") / "body.npz").read_bytes()) < 2_000_000


def test_nothing_is_kept_that_was_not_there() -> None:
    found = find_body([*MENU, *NEWS["en"]])
    assert isinstance(found, BodyFound) and found.keep.dtype == bool


def test_lines_joined_at_a_link_are_no_breach_of_the_laws() -> None:
    """Found by hypothesis: notices in a table with tabs, which the finder takes for fragments of sentences."""
    text = "/ritzau/\nإعلان\nrye flour\t2\t0\ntwo eggs\t3\t17\na pinch of salt\t4\t5\nwarm milk\t5\t22\n"
    assert_none(broken_laws(Cleaner("page"), text))


@pytest.mark.parametrize(("before", "after", "may"), [("\n", " ", True), ("\n", "x", False), ("a\n", " ", False), ("a", "", True)])
def test_the_finder_puts_nothing_but_a_space_between_lines(before: str, after: str, may: bool) -> None:
    assert Stage.BODY.may_put(before, after) is may
    assert Stage.LINES.may_put(before, after) is (after == "")
    assert Stage.REPAIR.may_put(before, after)


def test_rows_of_a_table_are_not_joined() -> None:
    rows = ["rye flour\t2\t0", "two eggs\t3\t17", "a pinch of salt\t4\t5", "warm milk\t5\t22"]
    assert not find_body(["/ritzau/", "إعلان", *rows]).joins


def test_what_goes_goes_in_runs_each_with_a_reason_and_its_place() -> None:
    text = "\n".join([*MENU, *NEWS["en"], *FOOT])
    result = Cleaner("page").clean(text)
    taken = [c for c in result.changes if c.rule == "body/finder"]
    assert len(taken) == 2 and all(c.reason.startswith("not the main text: ") for c in taken)
    assert [line for line in result.text.split("\n") if line] == NEWS["en"] and result.restore() == text
    assert Cleaner("page").clean(text, explain=False).text == result.text


def test_the_title_is_a_run_of_its_own_and_stays_on_request() -> None:
    title = "Council votes to rebuild the old bridge over the river"
    text = "\n".join([*MENU, title, *NEWS["en"], *FOOT])
    found = find_body(text.split("\n"))
    assert found.title() == len(MENU) or found.kept[len(MENU)]
    assert title not in Cleaner("page").clean(text).text.split("\n") or found.kept[len(MENU)]
    assert title in Cleaner("page", keep_title=True).clean(text).text.split("\n")


def test_runs_part_where_prose_begins() -> None:
    teaser = "Quarterback out for the season after a knee injury in training, the club said late on Sunday evening in a statement."
    found = find_body([*MENU, *NEWS["en"], *FOOT, teaser, teaser, *FOOT])
    runs = found.runs()
    assert all(not found.kept[a : b + 1].any() for a, b in runs)
    assert sum(b + 1 - a for a, b in runs) == int((~found.kept).sum())
    prose = found.lines.matrix[:, FEATURES.index("prose")] > 0
    assert all(len(set(prose[a : b + 1].tolist())) == 1 for a, b in runs)


def test_a_rule_of_the_same_stage_may_look_at_the_lines() -> None:
    class Last:
        info = RuleInfo("test/last", "Takes the last line", Stage.BODY, reach="prose")

        def propose(self, doc: Document) -> Iterable[Edit]:
            assert doc.protected[0] and len(doc.lines) == 2
            yield Edit(Span(doc.end(0), doc.end(1)))

    text = f"{NEWS['en'][0]}\n{MENU[0]}"
    assert Engine([Last()], Preset("t", find_body=True), OPTIONS).clean(text).text == NEWS["en"][0]


@pytest.mark.parametrize(
    "text",
    ["x" * 1_000_000, "word " * 200_000, "".join(map(chr, range(256))) * 200, "\x00" * 5000, "\ud800\udfff" * 50, "\n" * 5000, "<div>" * 5000, "市" * 100_000, "a\n" * 20_000],
    ids=["a long word", "a long line", "binary", "nulls", "surrogates", "blank", "markup", "a long line of Han", "many lines"],
)  # fmt: skip
def test_hostile_input_is_taken(text: str) -> None:
    lines = text.split("\n")
    found = find_body(lines)
    assert found.keep.shape == (len(lines),) and np.isfinite(found.probability).all()
    assert len(found.reasons(found.runs())) == len(found.runs())
