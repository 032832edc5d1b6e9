"""Defects that shipped cleaners had, each a law of ours: what broke elsewhere must not break here."""

from __future__ import annotations

from itertools import product

import pytest

import cleankit
from cleankit import InputError, RuleError
from cleankit.config import check_options
from cleankit.guard import protect
from cleankit.literals import required_literals
from cleankit.matchers import PatternRule, line_facts
from cleankit.plugins import load_registry
from cleankit.rulefile import parse_rule
from cleankit.testing._texts import SCRIPTS

PRESETS = ("article", "minimal")
LATIN = SCRIPTS["latin"].sentences
FRAME = (
    "The surveyor came back in the autumn with a new chain and an old dog that would not leave him.",
    "Nobody asked him what he had measured, for the map hung in the inn where all of them could see it.",
    "In the end the parish paid for the fence, and the sheep went round it by the way of the brook.",
    "What remains of the fence today is a row of hawthorns, which bloom a week before all the others.",
)


def stays(text: str) -> None:
    """The text alone, and between paragraphs of prose, comes back line by line."""
    for preset, around in product(PRESETS, (False, True)):
        whole = "\n\n".join((*FRAME[:2], text, *FRAME[2:])) if around else text
        got = [line.strip() for line in cleankit.clean(whole, preset=preset).split("\n") if line.strip()]
        assert got == [line.strip() for line in whole.split("\n") if line.strip()], preset


def test_01_sentences_of_other_scripts_are_not_duplicates_of_each_other() -> None:
    for pool in SCRIPTS.values():
        stays("\n\n".join(pool.sentences))
        stays(pool.space.join(pool.sentences[:6]))
    stays("Δεν το ήξερε κανείς εκεί.\n\nΔεν το είδε κανείς εκεί.\n\nΔεν το είπε κανείς εκεί.")


def test_02_lines_of_as_many_words_are_no_table() -> None:
    stays("The boats came in late that night.\nThe nets were torn in two places.")


def test_03_a_bar_is_a_character_like_others() -> None:
    stays("The value of |x| is what the bars mean here, and a|b is a choice between the two.")
    stays("◆ is a mark | and so is ● in this sentence, which has a few of them for the reader.")


def test_04_fullwidth_digits_are_digits() -> None:
    stays("参加者は１２３人で、前の年より１割ほど多かったと主催者は話している。")
    stays("Room １ is on the left, and room ２ is on the right, as the sign beside the door says.")


def test_05_headings_at_the_start_are_no_copyright_notice() -> None:
    stays("# The walnut tree\n\n## Who planted it\n\n" + "\n\n".join(LATIN[:4]))
    stays("-- a remark at the beginning\n-- and another one\nSELECT name FROM boats;")
    stays("// a remark\n// and another\nint main() { return 0; }")


def test_06_text_of_links_names_and_products_stays() -> None:
    stays("You will find [the full report](http://example.org/report) on the table in the reading room.")
    stays("The variable my_var_name holds 3 * 4 * 5, which is sixty, as everybody in the room could see.")


@pytest.mark.parametrize("word", ["lorem ipsum", "{", "javascript", "privacy policy", "cookies", "terms of use"])
def test_07_one_word_does_not_empty_a_document(word: str) -> None:
    body = [*LATIN[:4], f"The printer set the words {word} by hand and showed them to his daughter.", *LATIN[4:8]]
    stays("\n\n".join(body))


def test_08_a_setting_that_nobody_reads_is_an_error() -> None:
    with pytest.raises(InputError, match="unknown option"):
        check_options({"regex_string": "x"})
    with pytest.raises(RuleError, match="unknown matcher"):
        parse_rule(RULE.replace("line =", "regex_string ="), "a/b")
    stays("200 shares of Apple stock were sold on Friday.")


RULE = """summary = "t"
why = "t"
stage = "lines"
since = "0.1"
confidence = 0.9
misfires = "t"
[match]
line = '''Vol\\.\\s+\\d+'''
[[example]]
before = '''Vol. 3
It rained.'''
after = '''It rained.'''
[[keep]]
text = "Volume"
why = "t"
"""


def test_09_no_rule_is_dead() -> None:
    """Every rule takes or marks something: an example is its proof, and the set finds what the rule finds alone."""
    rules = [r for r in load_registry(()).rules.values() if isinstance(r, PatternRule)]
    assert len(rules) > 500
    for rule in rules:
        assert any(rule.hits(0, line_facts(line)) for e in rule.examples for line in e.before.split("\n")), rule.info.id


@pytest.mark.parametrize("script", SCRIPTS)
def test_10_nothing_is_counted_in_bytes(script: str) -> None:
    """Words of the same shape are judged alike in every script: a line of twelve words is prose whatever its bytes."""
    assert all(protect(s) for s in SCRIPTS[script].sentences)
    stays("\n\n".join(SCRIPTS[script].sentences[:6]))


@pytest.mark.parametrize("line", ["146,751FansLike", "0Shares", "1 comment", "3 retweets · 5 likes", "12K Followers", "1 like"])
def test_11_counters_go_glued_and_in_the_singular(line: str) -> None:
    text = "\n\n".join((*LATIN[:4], line)) + "\n"
    assert line not in cleankit.clean(text)


def test_11_a_dot_in_a_phrase_is_a_dot() -> None:
    stays("Pupils who read more do.")
    stays("Pupils who read more do better at school than those who do not, as the study has shown.")


@pytest.mark.parametrize(
    "text",
    [
        "Sign-in sheets were collected.",
        "Sign-in sheets were collected at the door before the meeting of the parish council began.",
        "There were three items in cart number four when the clerk looked under the cloth.",
    ],
)
def test_12_phrases_inside_sentences_stay(text: str) -> None:
    stays(text)


@pytest.mark.parametrize("text", ["The file lies in C:\\new\\table, where nobody had looked for it.", "Všetko, čo Žofia videla v Prahe, Ångström a naïve café, ostalo presne tak, ako to bolo."])
def test_13_backslashes_accents_and_case_stay(text: str) -> None:
    stays(text)


def test_14_a_slash_between_figures_stays() -> None:
    stays("The ratio is 4/3, or 4\u20443 in print, and in the recipe it is ¾ of a cup of flour.")
    result = cleankit.explain("The ratio is 4/3.\n", preset="minimal")
    assert result.text == "The ratio is 4/3.\n"


def test_literals_hold_for_every_pattern_of_ours() -> None:
    """What the prefilter looks for stands in everything that a pattern matches, by the rules' examples."""
    from cleankit.document import fold_case

    for rule in load_registry(()).rules.values():
        if not isinstance(rule, PatternRule) or not rule.pattern:
            continue
        needed = required_literals(rule.pattern)
        for example in rule.examples:
            for line in example.before.split("\n"):
                facts = line_facts(line)
                if rule.hits(0, facts):
                    shown = "\n" + (line if rule.kind == "inline" else facts.bare) + "\n"
                    shown = shown if needed.exact else fold_case(shown)
                    found = (all(any(literal in shown for literal in literals) for literals in branch) for branch in needed.branches)
                    assert not needed.branches or any(found), (rule.info.id, line)


