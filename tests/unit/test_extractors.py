"""The extractors on pages of every kind: what they must find, and that nothing makes them raise."""

from __future__ import annotations

import importlib.util
import pickle
import time

import pytest

from cleankit.builtin.html import EXTRACTORS
from cleankit.document import Extracted
from cleankit.errors import InputError

BODY = [
    "The council met on Monday to decide whether the old bridge over the river should be repaired or replaced.",
    "Engineers had warned for years that the steel was tired, and that a heavy winter could close the road for good.",
    "After four hours of debate the members voted, seven to four, for a new bridge that will carry trams as well.",
    "Work is to begin in the spring of next year, and the mayor promised that the ferry will run for free until then.",
]
PAGE = f"""<!DOCTYPE html><html lang="en-GB"><head><title>New bridge for the river | The Example</title>
<meta property="og:title" content="New bridge for the river"><meta name="author" content="Ann Writer">
<meta property="og:site_name" content="The Example"><meta property="article:published_time" content="2024-03-02T10:00:00Z"></head>
<body><header><nav><ul><li><a href="/">Home</a></li><li><a href="/news">News</a></li><li><a href="/sport">Sport</a></li></ul></nav></header>
<main><article class="post"><h1>New bridge for the river</h1><div class="entry-content">
<p>{BODY[0]}</p><p>{BODY[1]}</p><h2>The vote</h2><p>{BODY[2]}</p>
<ul><li>Seven members voted for the new bridge over the river.</li><li>Four members wanted the old one repaired instead.</li></ul>
<blockquote><p>We owe the children of this town a bridge that will last, said the oldest of the members.</p></blockquote>
<p>{BODY[3]}</p></div></article></main>
<aside class="sidebar related-posts"><h3>Related</h3><ul><li><a href="/1">Ten things to do this weekend</a></li></ul></aside>
<footer class="site-footer"><p>Copyright 2024 <a href="/privacy">Privacy policy</a> <a href="/terms">Terms of use</a></p></footer></body></html>"""

HOSTILE: dict[str, str | bytes] = {
    "nothing": "",
    "no bytes": b"",
    "blank": " \n\t ",
    "plain text": "just words",
    "a null": "\x00",
    "nulls": b"\x00" * 1000,
    "binary": bytes(range(256)) * 20,
    "an image": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8,
    "wrong encoding": "<html><body><p>größer</p></body></html>".encode("latin-1"),
    "utf-16": "<html><body><p>größer</p></body></html>".encode("utf-16"),
    "surrogates": "<html><body><p>\ud800 odd \udfff</p></body></html>",
    "deep": "<div>" * 5000 + "deep" + "</div>" * 5000,
    "deep inline": "<b>" * 5000 + "deep",
    "deep lists": "<ul><li>" * 1000 + "item",
    "frames": "<html><frameset><frame src='a.html'><frame src='b.html'></frameset></html>",
    "only a script": "<html><body><script>var a = '<p>no</p>'</script></body></html>",
    "unclosed": "<html><body><p>one<p>two<table><tr><td>three<div>four",
    "closed only": "</p></div></body></html>",
    "comments": "<!-- <p>no</p> --><![CDATA[ x ]]><?php echo 1 ?>",
    "entities": "<p>&nbsp;&amp;&#0;&#x110000;&bogus;</p>",
    "svg and math": "<svg><text>no</text></svg><math><mi>x</mi></math><p>yes</p>",
    "an xml document": '<?xml version="1.0" encoding="utf-8"?><root><item>text</item></root>',
    "encoding in a string": '<?xml version="1.0" encoding="utf-8"?><html><body><p>text</p></body></html>',
    "attributes": "<p " + " ".join(f"a{n}=b" for n in range(3000)) + ">text</p>",
    "one long class": f"<p class='{'x-' * 50000}'>text</p>",
    "one long word": "<p>" + "x" * 200_000 + "</p>",
    "many marks": "<p>" + "<b> * </b>" * 3000 + "[" * 3000 + "</p>",
    "bad link": "<p><a href='http://[bad'>link</a> text</p>",
    "bad list": "<li>one<li>two<dd>three<td>four",
}


@pytest.mark.parametrize("name", ["trafilatura", "trafilatura-markdown"])
@pytest.mark.parametrize("html", HOSTILE.values(), ids=HOSTILE.keys())
def test_nothing_makes_it_raise(html: str | bytes, name: str) -> None:
    started = time.process_time()
    found = EXTRACTORS[name](html, "https://example.org/x")
    assert isinstance(found, Extracted)
    assert all(0 <= b.span.start < b.span.end <= len(found.text) for b in found.blocks)
    assert all(isinstance(v, str) for v in found.meta.values())
    assert time.process_time() - started < 20


@pytest.mark.parametrize("url", [None, "", "nonsense", "http://[bad", "https://example.org/" + "a/" * 2000])
def test_any_address_will_do(url: str | None) -> None:
    assert BODY[0] in EXTRACTORS["trafilatura"](PAGE, url).text
    assert BODY[0] in EXTRACTORS["trafilatura-markdown"](PAGE, url).text


def test_the_body_is_found_and_the_rest_is_not() -> None:
    lines = EXTRACTORS["trafilatura"](PAGE, "https://example.org/bridge").text.split("\n")
    at = [lines.index(paragraph) for paragraph in BODY]
    assert at == sorted(at)
    assert "The vote" in lines
    assert any("Seven members" in line for line in lines)
    assert any("We owe the children" in line for line in lines)
    assert not any("Privacy" in line or line.endswith(("Sport", "weekend")) for line in lines)


def test_bytes_and_text_give_the_same() -> None:
    extract = EXTRACTORS["trafilatura"]
    assert extract(PAGE.encode(), None).text == extract(PAGE, None).text


def test_markdown_keeps_the_structure() -> None:
    text = EXTRACTORS["trafilatura-markdown"](PAGE, "https://example.org/bridge").text
    assert text.startswith("# New bridge for the river\n\n")
    assert "\n## The vote\n" in text
    assert "\n- Seven members" in text
    assert "\n> We owe the children" in text


def test_metadata_is_trafilaturas() -> None:
    meta = EXTRACTORS["trafilatura"](PAGE, "https://example.org/bridge").meta
    assert meta["title"] == "New bridge for the river"
    assert meta["author"] == "Ann Writer"
    assert meta["sitename"] == "The Example"
    assert meta["date"] == "2024-03-02"
    assert meta["language"] == "en"


def test_blocks_know_their_markup() -> None:
    found = EXTRACTORS["trafilatura"](PAGE, None)
    tags = {found.text[b.span.start : b.span.end]: b.tag for b in found.blocks}
    assert tags["The vote"] == "h2"
    assert tags[BODY[0]] == "p"


def test_what_is_found_can_be_sent_to_another_process() -> None:
    found = EXTRACTORS["trafilatura"](PAGE, None)
    again = pickle.loads(pickle.dumps(found))
    assert again.text == found.text
    assert dict(again.meta) == dict(found.meta)


def test_text_that_only_a_script_holds_is_found() -> None:
    story = " ".join(BODY * 4)
    html = (
        '<html><head><title>x</title><script type="application/ld+json">{"@type":"NewsArticle","articleBody":"'
        f'{story}"}}</script></head><body><div id="app"></div><p>Please enable scripts.</p></body></html>'
    )
    assert BODY[0] in EXTRACTORS["trafilatura"](html, None).text


@pytest.mark.parametrize("name", ["resiliparse", "readability"])
def test_a_missing_extra_is_named(name: str) -> None:
    if importlib.util.find_spec(name) is not None:
        assert BODY[2] in EXTRACTORS[name](PAGE, None).text
        return
    with pytest.raises(InputError, match=rf"cleankit-text\[{name}\]"):
        EXTRACTORS[name](PAGE, None)


def test_the_default_is_deterministic() -> None:
    extract = EXTRACTORS["trafilatura"]
    assert len({extract(PAGE, None).text for _ in range(3)}) == 1
