"""The plugin as its users have it: installed, found by cleankit, judged by cleankit's own kit."""

from __future__ import annotations

from importlib.resources import files
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cleankit
from cleankit import Cleaner
from cleankit.plugins import load_registry
from cleankit.testing import Case, assert_none, cases, check_plugin

PARAGRAPH = "The council met on Monday, and after a long debate its members agreed on a new budget for the harbour."


def test_the_plugin_is_installed() -> None:
    registry = load_registry(("wordpress",))
    assert ("wordpress", "cleankit-wordpress") in {(p.name, p.distribution) for p in registry.plugins}
    families = {i.split("/")[1] for i in registry.rules if i.startswith("wordpress/")}
    assert families == {"shortcode", "theme", "jetpack", "plugin"}


@pytest.mark.parametrize("case", cases(files("cleankit_wordpress") / "rules"))
def test_each_example_works_and_each_keep_stays(case: Case) -> None:
    case.check()


def test_the_plugin_keeps_the_laws() -> None:
    """And no rule, of whomever, takes what a rule of ours spares."""
    assert_none(check_plugin("wordpress"))


def test_the_preset_minimal_runs_the_shortcodes_and_nothing_else_of_it() -> None:
    ours = {i for i in Cleaner("minimal").rule_ids if i.startswith("wordpress/")}
    assert ours
    assert all(i.startswith("wordpress/shortcode/") for i in ours)


FAMILIES = {
    "wpbakery": "vc_column_text", "divi": "et_pb_text", "avada": "fusion_text", "elementor": "elementor-template", "plugin": "su_quote",
    "core": "caption", "element": "button",
}  # fmt: skip
QUOTES = {
    "straight": '"{}"',
    "typographic": "”{}″",
    "curly": "“{}”",
    "single": "'{}'",
    "entity": "&#8221;{}&#8221;",
    "bare": "{}",
}


@pytest.mark.parametrize(("family", "quotes"), list(product(FAMILIES, QUOTES)))
def test_tags_go_in_every_spelling_of_their_quotes_and_the_text_between_stays(family: str, quotes: str) -> None:
    tag, value = FAMILIES[family], QUOTES[quotes].format("size-4")
    result = cleankit.explain(f"[{tag} dp_size={value}]{PARAGRAPH}[/{tag}]\n")
    assert result.text == PARAGRAPH + "\n"
    assert any(f"wordpress/shortcode/{family}" in (c.rule, *c.also) for c in result.changes)
    assert cleankit.clean(f"[{tag} dp_size={value}]{PARAGRAPH}[/{tag}]\n", preset="minimal").strip() == PARAGRAPH


words = st.lists(
    st.sampled_from("the storm came late and took two roofs with it [see map] [3] [sic] vc_row".split(" ")),
    min_size=1,
    max_size=30,
).map(" ".join)
tags = st.sampled_from(
    [
        "[vc_row]",
        "[/vc_row]",
        "[et_pb_text admin_label=”Text″]",
        "[fusion_text]",
        "[dropcap]",
        "[/caption]",
        "<!-- wp:paragraph -->",
        "[su_note id=1]",
    ]
)


@settings(deadline=None)  # the first call compiles the rules
@given(st.lists(st.tuples(tags, words), min_size=1, max_size=12))
def test_only_the_tags_go(pieces: list[tuple[str, str]]) -> None:
    """Whatever stands between: character for character, white space apart."""
    text = cleankit.clean("".join(f"{tag}{between}" for tag, between in pieces), preset="minimal")
    assert "".join(text.split()) == "".join("".join(between.split()) for _, between in pieces)


TUTORIAL = f"""How builders leave their marks

{PARAGRAPH}

[vc_row][vc_column]
[vc_column_text]Your text goes here.[/vc_column_text]
[/vc_column][/vc_row]

Take the {{word}} out with a search for square brackets, and look at each one before you press the button, because it cannot be undone.
"""


@pytest.mark.parametrize("word", ["shortcodes", "Short Codes", "шорткоды", "ショートコード"])
def test_a_text_about_shortcodes_keeps_them(word: str) -> None:
    assert "[vc_column_text]Your text goes here.[/vc_column_text]" in cleankit.clean(TUTORIAL.format(word=word))
    assert "[vc_" not in cleankit.clean(TUTORIAL.format(word="marks"))


def test_quoted_and_escaped_tags_stay() -> None:
    for kept in ("`[vc_row]`", "[[gallery ids=1]]", "“[vc_row]”"):
        line = f"Whoever finds {kept} in a post has met a builder, the editor wrote to his readers on Monday."
        assert cleankit.clean(line).strip() == line


def test_a_long_attribute_does_not_make_a_label_look_like_prose() -> None:
    """Tags are blanked before a line is judged, so their words do not count as prose."""
    style = '[vc_column_text css=".vc_custom_1 a b c d e f g h i j k l m n o p q r s t u v w x y z a b c d e f g"]'
    text = cleankit.clean(f"{PARAGRAPH}\n\n{style}Post Views: 1,204[/vc_column_text]\n\n{PARAGRAPH[::-1]}")
    assert "Post Views" not in text
