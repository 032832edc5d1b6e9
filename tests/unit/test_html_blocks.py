"""HTML into blocks, and blocks into text and Markdown."""

from __future__ import annotations

import pytest

from cleankit.builtin.html._extract import parse, whole_page
from cleankit.builtin.html._page import FOOTER, HIDDEN, LIST, NAV, QUOTE, head, segment


def blocks(html: str) -> list[str]:
    return [b.text for b in segment(parse(f"<html><body>{html}</body></html>")).blocks]


def markdown(html: str, url: str | None = None) -> str:
    page = segment(parse(f"<html><body>{html}</body></html>"), rich=True, url=url)
    return whole_page(page, "markdown").text


def text(html: str) -> str:
    return whole_page(segment(parse(f"<html><body>{html}</body></html>")), "text").text


def test_inline_elements_carry_on_the_line() -> None:
    assert blocks("<p>One <b>two</b> <a href='/x'>three</a>, <span>four</span>.</p>") == ["One two three, four."]


def test_scripts_and_styles_are_no_text_but_what_follows_them_is() -> None:
    assert blocks("<p>a<script>var x</script> b</p><style>p{}</style><p>c</p>") == ["a b", "c"]


def test_a_break_parts_lines_and_two_part_blocks() -> None:
    assert blocks("<p>one<br>two<br><br>three</p>") == ["one\ntwo", "three"]


def test_text_before_between_and_after_blocks_in_reading_order() -> None:
    assert blocks("a<div>b<p>c</p>d</div>e") == ["a", "b", "c", "d", "e"]


def test_a_table_row_is_one_block() -> None:
    rows = blocks("<table><tr><th>Name</th><th>Age</th></tr><tr><td><p>Ann</p></td><td>7</td></tr></table>")
    assert rows == ["Name | Age", "Ann | 7"]


def test_layout_tables_fall_apart_into_their_paragraphs() -> None:
    assert blocks("<table><tr><td><p>one</p><p>two</p></td><td><p>three</p></td></tr></table>") == ["one", "two", "three"]


def test_code_keeps_its_lines_and_indentation() -> None:
    assert blocks("<pre><code>def f(x):\n    return x\n</code></pre>") == ["def f(x):\n    return x"]


def test_containers_are_inherited() -> None:
    page = segment(parse("<html><body><nav><ul><li>Home</li></ul></nav><footer><p>(c)</p></footer></body></html>"))
    home, legal = page.blocks
    assert home.flags & NAV
    assert home.flags & LIST
    assert legal.flags & FOOTER
    assert not legal.flags & NAV


@pytest.mark.parametrize("how", ["hidden", 'style="display: none"', 'aria-hidden="true"', "style='visibility:hidden'"])
def test_hidden_containers_are_marked(how: str) -> None:
    page = segment(parse(f"<html><body><div {how}><p>secret</p></div><p>open</p></body></html>"))
    assert [bool(b.flags & HIDDEN) for b in page.blocks] == [True, False]


def test_link_characters_are_counted() -> None:
    page = segment(parse("<html><body><p><a href='/'>Home</a></p><p>See <a href='/'>here</a></p></body></html>"))
    assert [b.linked for b in page.blocks] == [4, 4]


def test_quotes_nest() -> None:
    page = segment(parse("<html><body><blockquote><p>a</p><blockquote><p>b</p></blockquote></blockquote></body></html>"))
    assert [page.containers[b.node].quotes for b in page.blocks] == [1, 2]
    assert all(b.flags & QUOTE for b in page.blocks)


def test_head_finds_title_and_kind() -> None:
    tree = parse(
        "<html><head><title>A  title</title><meta property='og:type' content='article'>"
        "<script type='application/ld+json'>{\"@type\": \"NewsArticle\"}</script></head><body><p>x</p></body></html>"
    )
    title, tokens = head(tree, "https://example.org/forum/thread-12.html?page=2")
    assert title == "A title"
    assert {"og:type=article", "ld=newsarticle", "dir=forum", "leaf=thread", "query=page"} <= set(tokens)


def test_text_of_a_structured_page_in_reading_order() -> None:
    html = (
        "<h1>Title</h1><p>First.</p><h2>Part</h2><ul><li>one<ul><li>inner</li></ul></li><li>two</li></ul>"
        "<blockquote><p>Quoted.</p></blockquote><pre>a = 1\nb = 2</pre><table><tr><td>x</td><td>y</td></tr></table><p>Last.</p>"
    )
    assert text(html).split("\n") == [
        "Title", "First.", "Part", "- one", "- inner", "- two", "Quoted.", "a = 1", "b = 2", "| x | y |", "Last.",
    ]  # fmt: skip


def test_markdown_of_a_structured_page() -> None:
    html = (
        "<h2>Part</h2><p>Some <b> bold </b> and <i>fine</i> text, <a href='b.html'> a link </a>.</p>"
        "<ul><li>one<ol><li>first</li><li>second</li></ol></li><li><p>two</p><p>more</p></li></ul>"
        "<blockquote><p>Quoted.</p><p>Twice.</p></blockquote><pre>a = 1</pre>"
        "<table><tr><th>x</th><th>y</th></tr><tr><td>1</td><td>2</td></tr></table>"
    )
    assert markdown(html, "https://example.org/a/") == (
        "## Part\n\nSome  **bold**  and *fine* text, [a link](https://example.org/a/b.html).\n\n".replace("  ", " ")
        + "- one\n  1. first\n  2. second\n- two\n  more\n\n> Quoted.\n>\n> Twice.\n\n```\na = 1\n```\n\n"
        "| x | y |\n| --- | --- |\n| 1 | 2 |"
    )


def test_two_lists_stay_two_in_markdown() -> None:
    assert markdown("<ul><li>a</li></ul><ol><li>b</li></ol>") == "- a\n\n1. b"


def test_spans_of_rendered_blocks_are_true() -> None:
    page = segment(parse("<html><body><h1 class='big title'>T</h1><p>One<br>two</p><ul><li>x</li></ul></body></html>"), rich=True)
    for form in ("text", "markdown"):
        found = whole_page(page, form)  # type: ignore[arg-type]
        parts = [found.text[b.span.start : b.span.end] for b in found.blocks]
        assert [b.tag for b in found.blocks] == ["h1", "p", "li"]
        assert found.blocks[0].classes == ("big", "title")
        assert all(source.text.split("\n")[0] in part for source, part in zip(page.blocks, parts, strict=True))


def test_marks_without_their_partner_do_no_harm() -> None:
    assert markdown("<p><b></b>x <b>y</p>") .startswith("x **y**")
    assert markdown("<p><a href='/x'></a>z</p>") == "z"
