"""Kept blocks as text, a block a line, or as Markdown; with the blocks' spans in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from cleankit.document import Block
from cleankit.spans import Span

from ._page import DL, LIST, PRE, TABLE, Container, Page, TextBlock

Format = Literal["text", "markdown"]


def render(page: Page, kept: Sequence[int], form: Format = "text") -> tuple[str, tuple[Block, ...]]:
    """The text of the blocks with these indices, in order, and where each of them is in it."""
    markdown = form == "markdown"
    parts: list[str] = []
    out: list[Block] = []
    at = 0
    last: TextBlock | None = None
    last_item = -1
    for k in kept:
        block = page.blocks[k]
        box = page.containers[block.node]
        item = _item(page, block)
        text = _marked(page, block, box, item, item == last_item) if markdown else _plain(block, item, item == last_item)
        if last is not None:
            gap = _gap(page, last, block) if markdown else "\n"
            parts.append(gap)
            at += len(gap)
        rule = _rule_below(page, last, block) if markdown else ""
        if rule:
            text = f"{text}\n{rule}"
        parts.append(text)
        out.append(Block(Span(at, at + len(text)), block.tag, tuple(box.names.split()), round(min(1.0, block.linked / max(1, len(block.text))), 3)))
        at += len(text)
        last, last_item = block, item
    return "".join(parts), tuple(out)


def _item(page: Page, block: TextBlock) -> int:
    """The list item that the block is in, as an index; -1: none."""
    if not block.flags & LIST or block.flags & PRE:
        return -1
    node = block.node
    while node >= 0:
        box = page.containers[node]
        if box.tag == "li":
            return node
        if box.tag in ("ul", "ol", "table", "blockquote"):
            return -1
        node = box.parent
    return -1


def _row(block: TextBlock) -> bool:
    return bool(block.flags & TABLE) and block.cells > 0 and not block.flags & PRE


def _plain(block: TextBlock, item: int, goes_on: bool) -> str:
    if _row(block):
        return f"| {block.text} |"
    if item >= 0 and not goes_on:
        return f"- {block.text}"
    return block.text


def _marked(page: Page, block: TextBlock, box: Container, item: int, goes_on: bool) -> str:
    text = block.rich or block.text
    if block.flags & PRE:
        fence = "````" if "```" in block.text else "```"
        text = f"{fence}\n{block.text}\n{fence}"
    elif _row(block):
        text = f"| {text} |"
    elif box.level:
        text = "#" * box.level + " " + text.replace("\n", " ")
    elif block.tag == "dd" and block.flags & DL:
        text = f": {text}"
    else:
        text = text.replace("\n", "  \n")
    if item >= 0:
        holder = page.containers[item]
        indent = "  " * max(0, holder.lists - 1)
        mark = f"{holder.number}. " if holder.number else "- "
        first = " " * len(mark) if goes_on else mark
        text = indent + first + text.replace("\n", "\n" + indent + " " * len(mark))
    if box.quotes:
        lead = "> " * box.quotes
        text = lead + text.replace("\n", "\n" + lead)
    return text


def _gap(page: Page, last: TextBlock, block: TextBlock) -> str:
    """A blank line, but for rows of one table and items of one list; quoted, between paragraphs of one quote."""
    if _row(last) and _row(block) and _outermost(page, last, TABLES) == _outermost(page, block, TABLES):
        return "\n"
    if _item(page, last) >= 0 and _item(page, block) >= 0 and _outermost(page, last, LISTS) == _outermost(page, block, LISTS):
        return "\n"
    quotes = page.containers[block.node].quotes
    if quotes and _outermost(page, last, QUOTES) == _outermost(page, block, QUOTES):
        return "\n" + ">" * min(quotes, page.containers[last.node].quotes) + "\n"
    return "\n\n"


TABLES, LISTS, QUOTES = frozenset(("table",)), frozenset(("ul", "ol")), frozenset(("blockquote",))


def _outermost(page: Page, block: TextBlock, tags: frozenset[str]) -> int:
    """The outermost container of one of these tags around the block; -1: none."""
    found, node = -1, block.node
    while node >= 0:
        if page.containers[node].tag in tags:
            found = node
        node = page.containers[node].parent
    return found


def _rule_below(page: Page, last: TextBlock | None, block: TextBlock) -> str:
    """The line under the first row of a table."""
    if not _row(block) or (last is not None and _row(last) and _outermost(page, last, TABLES) == _outermost(page, block, TABLES)):
        return ""
    return "|" + " --- |" * (block.cells + 1)
