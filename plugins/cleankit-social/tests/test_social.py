"""The plugin as its users have it: installed, found by cleankit, judged by cleankit's own kit."""

from __future__ import annotations

from importlib.resources import files

import pytest

import cleankit
from cleankit.plugins import load_registry
from cleankit.testing import Case, assert_none, cases, check_plugin

PARAGRAPHS = (
    "The council met on Monday, and after a long debate its members agreed on a new budget for the harbour.",
    "Nobody in the room had expected the talks to go on for so long, but all of them stayed to the end.",
    "By then the rain had stopped, and the caretaker, who wanted to go home, began to switch off the lamps.",
)


def test_the_plugin_is_installed() -> None:
    registry = load_registry(("social",))
    assert ("social", "cleankit-social") in {(p.name, p.distribution) for p in registry.plugins}
    assert {"x", "meta", "other"} <= {i.split("/")[1] for i in registry.rules if i.startswith("social/") and i.count("/") == 2}


@pytest.mark.parametrize("case", cases(files("cleankit_social") / "rules"))
def test_each_example_works_and_each_keep_stays(case: Case) -> None:
    case.check()


def test_the_plugin_keeps_the_laws() -> None:
    """And no rule, of whomever, takes what a rule of ours spares."""
    assert_none(check_plugin("social", examples=10))


EMBEDS = [
    "— Jane Doe (@jane_doe) January 3, 2024", "— Ханна (@hanna) 3 января 2024 г.", "Replying to @jane_doe", "See Jane Doe's other Tweets",
    "Twitter Ads info and privacy", "Read the full conversation on Twitter", "View more posts from @jane_doe", "3,204 likes",
    "Voir les autres Tweets de Jane Doe", "Weitere Tweets von Jane Doe ansehen",
]  # fmt: skip


@pytest.mark.parametrize("line", EMBEDS)
def test_what_surrounds_a_post_goes(line: str) -> None:
    text = cleankit.clean("\n\n".join((PARAGRAPHS[0], line, *PARAGRAPHS[1:])))
    assert line not in text
    assert all(p in text for p in PARAGRAPHS)


def test_the_words_of_a_post_stay() -> None:
    post = "We saw three boats this morning, and one of them had no name; does anybody know whose it is?"
    text = cleankit.clean("\n\n".join((*PARAGRAPHS, post, EMBEDS[0])))
    assert post in text and "@jane_doe" not in text


def test_signatures_of_people_stay() -> None:
    for kept in ("— Jane Doe, January 3, 2024", "— Jane Doe", "Jane (@jane_doe) wrote on January 3, 2024, that she would come."):
        assert kept in cleankit.clean("\n\n".join((PARAGRAPHS[0], kept, *PARAGRAPHS[1:])), unlabelled="off")
