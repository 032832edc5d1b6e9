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
    registry = load_registry(("forum",))
    assert ("forum", "cleankit-forum") in {(p.name, p.distribution) for p in registry.plugins}
    assert {"phpbb", "xenforo", "discourse", "stackexchange", "reddit"} <= {i.split("/")[1] for i in registry.rules if i.startswith("forum/") and i.count("/") == 2}


@pytest.mark.parametrize("case", cases(files("cleankit_forum") / "rules"))
def test_each_example_works_and_each_keep_stays(case: Case) -> None:
    case.check()


def test_the_plugin_keeps_the_laws() -> None:
    """And no rule, of whomever, takes what a rule of ours spares."""
    assert_none(check_plugin("forum", examples=10))


SE = "https://stackoverflow.com/questions/1"
REDDIT = "https://www.reddit.com/r/harbours/comments/1"
LABELLED = {
    SE: ["Hot Network Questions", "current community", "Visit Stack Exchange", "Post Your Answer", "1,234 1 gold badge 5 silver badges 11 bronze badges", "Draft saved"],
    REDDIT: ["u/alice avatar", "level 2", "permalink embed save parent report give award reply"],
    "https://boards.example/t/1": [
        "Community platform by XenForo® © 2010-2026 XenForo Ltd.", "Start date Jul 9, 2022", "Create an account or sign in to comment", "Followers 0",
        "410 posts · Joined 2002", "Oldest first Newest first Most reactions", "All times are GMT -6. The time now is 6:15 am.", "You may not post new threads",
        "12 Posts 5 Posters 3.2k Views 2 Watching",
    ],
    "https://forum.example/t/1": ["Topic Replies Views Activity", "Thread starter"],
}


@pytest.mark.parametrize(("url", "line"), [(url, line) for url, lines in LABELLED.items() for line in lines])
def test_furniture_goes_from_between_posts(url: str, line: str) -> None:
    text = cleankit.clean("\n\n".join((PARAGRAPHS[0], line, *PARAGRAPHS[1:])), url=url)
    assert line not in text
    assert all(p in text for p in PARAGRAPHS)


@pytest.mark.parametrize("line", ["level 2", "Linked", "Draft saved", "More replies", "Unanswered", "company blog"])
def test_ambiguous_words_stay_elsewhere(line: str) -> None:
    text = "\n\n".join((PARAGRAPHS[0], line, *PARAGRAPHS[1:]))
    here, there = (cleankit.explain(text, url=url) for url in (SE if line not in ("level 2", "More replies") else REDDIT, "https://forum.example/t/1"))
    assert any(c.rule.startswith("forum/") and c.before.strip() == line for c in here.changes)
    assert not any(c.rule.startswith("forum/") for c in there.changes)


HEADS = {
    "#4 · Jan 3, 2024": "#4 · Jan 3, 2024", "Post by alice » Mon Jan 01, 2024 3:14 pm": "Post by alice » Mon Jan 01, 2024 3:14 pm",
    "[–]alice 12 points13 points14 points 3 years ago\xa0(2 children)": "alice 13 points",
}  # fmt: skip


@pytest.mark.parametrize("head", HEADS)
def test_who_wrote_a_post_and_when_stays(head: str) -> None:
    text = cleankit.clean("\n\n".join((PARAGRAPHS[0], head, PARAGRAPHS[1], head, *PARAGRAPHS[2:])), url=REDDIT)
    assert text.count(HEADS[head]) == 2
    assert "children" not in text


FIRST = f"alice\n410 posts · Joined 2002\nAdd to quote\n#1 · Jan 2, 2024\n{PARAGRAPHS[1]}"
POST = f"carol\n1,316 posts · Joined 2013\nAdd to quote\n#4 · Jan 3, 2024\n{PARAGRAPHS[0]}"
REPLY = f"bob\n505 posts · Joined 2010\nAdd to quote\n#5 · Jan 3, 2024\ncarol said:\n{PARAGRAPHS[0]}\n{PARAGRAPHS[2]}"


@pytest.mark.parametrize(
    "posts",
    [
        pytest.param((FIRST, POST, REPLY), id="a later post"),
        pytest.param((POST, REPLY), id="the first post", marks=pytest.mark.xfail(reason="context/standfirst takes a lead for one that the text repeats", strict=True)),
    ],
)
def test_a_quotation_stays_although_it_stood_in_the_post_above(posts: tuple[str, ...]) -> None:
    text = cleankit.clean("\n".join(posts) + "\n")
    assert text.count(PARAGRAPHS[0]) == 2
    assert "Joined" not in text and "Add to quote" not in text
