"""A parsed page as a flat list of text blocks in reading order.

One walk over the tree. A *container* is an element that starts a new line (div, p, li, td …), a *block* is the run of text
between two such boundaries. Containers form a tree (`parent` indices), blocks point at theirs; everything that a model
wants to know about the markup (class names, lists, tables, links) hangs on these two flat tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urljoin

# Inline elements: they carry on the line they stand in. Whatever is in neither table starts a new line, custom elements too.
INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q rp rt ruby s samp small span"
    " strike strong sub sup time tt u var wbr".split()
)
# Elements without text of the page.
SKIPPED = frozenset(
    "script style template svg math canvas iframe object embed applet head select option datalist textarea audio video"
    " frame frameset noframes map param track".split()
)
VOID = frozenset("img input hr source link meta base col area picture".split())
HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}

# What a block stands in, as bits; inherited by everything below.
LIST, TABLE, QUOTE, PRE, FIGURE, NAV, HEADER, FOOTER, ASIDE, ARTICLE, MAIN, FORM, HIDDEN, NOSCRIPT, DIALOG, HEADING, DL, DETAILS = (
    1 << n for n in range(18)
)
FLAG_NAMES = (
    "list table quote pre figure nav header footer aside article main form hidden noscript dialog heading dl details"
).split()
FLAGS = {
    "ul": LIST, "ol": LIST, "menu": LIST, "table": TABLE, "blockquote": QUOTE, "pre": PRE, "listing": PRE, "xmp": PRE,
    "figure": FIGURE, "figcaption": FIGURE, "nav": NAV, "header": HEADER, "footer": FOOTER, "aside": ASIDE,
    "article": ARTICLE, "main": MAIN, "form": FORM, "noscript": NOSCRIPT, "dialog": DIALOG, "dl": DL, "details": DETAILS,
    "h1": HEADING, "h2": HEADING, "h3": HEADING, "h4": HEADING, "h5": HEADING, "h6": HEADING,
}  # fmt: skip
ROLES = {
    "navigation": NAV, "main": MAIN, "banner": HEADER, "contentinfo": FOOTER, "complementary": ASIDE, "article": ARTICLE,
    "dialog": DIALOG, "alertdialog": DIALOG, "form": FORM, "search": FORM, "list": 0,
}  # fmt: skip

_NAMED = frozenset("class id role itemprop data-testid data-component property itemtype".split())
_HIDING = frozenset(("hidden", "aria-hidden", "style"))
_HIDES = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_CELL = "\x1f"  # between the cells of a row while its text is collected
_BREAK = "\x1e"  # a <br>
_URL_SAFE = "%/:=&?~#+!$,;'@*-._[]"
_CELLS = frozenset(("td", "th"))
_WRAPPERS = frozenset(("p", "div"))
_MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*"}


@dataclass(slots=True)
class Container:
    parent: int
    tag: str
    names: str  # class, id, role … as written, for the name lexicon
    depth: int
    flags: int
    lists: int = 0  # nesting of lists
    quotes: int = 0
    number: int = 0  # of an item in an ordered list; 0: a bullet
    level: int = 0  # of a heading


@dataclass(slots=True)
class TextBlock:
    text: str  # one or more lines
    node: int  # its container
    tag: str
    flags: int
    linked: int  # characters inside links
    links: int
    bold: int
    cells: int  # of a table row
    lead: str  # names of the inline element that it starts with
    rich: str = ""  # the text with inline Markdown, when asked for


@dataclass(slots=True)
class Page:
    containers: list[Container]
    blocks: list[TextBlock]

    def path(self, node: int) -> Iterator[Container]:
        """The container and everything around it, innermost first."""
        while node >= 0:
            box = self.containers[node]
            yield box
            node = box.parent


def _squeeze(text: str) -> str:
    return " ".join(text.split())


def _alone(el: Any) -> bool:
    """Whether an element is all that its parent holds."""
    up = el.getparent()
    return len(up) == 1 and not (up.text and up.text.strip()) and not (el.tail and el.tail.strip())


def _attributes(el: Any) -> tuple[str, int]:
    """Class, id, role and the like in one string, and the flags that the attributes set."""
    names: list[str] = []
    flags = 0
    for key, value in el.items():
        if key in _NAMED:
            names.append(value)
            if key == "role":
                flags |= ROLES.get(value, 0)
        elif key in _HIDING and (key == "hidden" or value == "true" or (key == "style" and _HIDES.search(value))):
            flags |= HIDDEN
    return (names[0] if len(names) == 1 else " ".join(names)), flags


class _Builder:
    """Collects the text between two boundaries. Mutable, alive during one walk only."""

    __slots__ = ("blocks", "bold", "boxes", "cells", "lead", "linked", "links", "node", "parts", "rich", "rich_parts")

    def __init__(self, rich: bool) -> None:
        self.boxes: list[Container] = []
        self.blocks: list[TextBlock] = []
        self.parts: list[str] = []
        self.rich_parts: list[str] = []
        self.rich = rich
        self.reset()

    def reset(self) -> None:
        self.parts.clear()
        self.rich_parts.clear()
        self.node = -1
        self.linked = self.links = self.bold = self.cells = 0
        self.lead = ""

    def flush(self) -> None:
        if self.node >= 0:
            box = self.boxes[self.node]
            pieces = _lines("".join(self.parts), bool(box.flags & PRE))
            rich = _lines(_tidy("".join(self.rich_parts)), bool(box.flags & PRE)) if self.rich else pieces
            if len(rich) != len(pieces):
                rich = pieces
            many = len(pieces) > 1
            total = sum(map(len, pieces)) or 1
            for text, marked in zip(pieces, rich, strict=True):
                share = len(text) / total if many else 1.0
                self.blocks.append(
                    TextBlock(
                        text, self.node, box.tag, box.flags, round(self.linked * share), self.links, round(self.bold * share),
                        self.cells, self.lead, marked,
                    )  # fmt: skip
                )
        self.reset()


def _lines(text: str, pre: bool) -> list[str]:
    """The block's text; an empty line (two <br>) parts it in two."""
    if pre:
        lines = [line.rstrip() for line in text.replace(_BREAK, "\n").replace(_CELL, " ").split("\n")]
        while lines and not lines[0]:
            lines.pop(0)
        while lines and not lines[-1]:
            lines.pop()
        return ["\n".join(lines)] if lines else []
    if _CELL in text:
        cells = [_squeeze(cell.replace(_BREAK, " ")) for cell in text.split(_CELL)]
        return [" | ".join(cells).strip(" |")] if any(cells) else []
    if _BREAK not in text:
        text = " ".join(text.split())
        return [text] if text else []
    out: list[str] = []
    run: list[str] = []
    for line in map(_squeeze, text.split(_BREAK)):
        if line:
            run.append(line)
        elif run:
            out.append("\n".join(run))
            run = []
    if run:
        out.append("\n".join(run))
    return out


def segment(root: Any, *, rich: bool = False, url: str | None = None) -> Page:
    """The page's text blocks in reading order. `rich`: with inline Markdown as well, links resolved against `url`."""
    from lxml import etree

    b = _Builder(rich)
    boxes = b.boxes
    boxes.append(Container(-1, "html", "", 0, 0))
    stack = [0]
    soft: list[Any] = []  # <p> and <div> that are all there is in a table cell: they do not part the row
    link = bold = 0
    walk = etree.iterwalk(root, events=("start", "end"))
    append = b.parts.append
    for event, el in walk:
        tag = el.tag
        if event == "start":
            if tag in INLINE:
                if tag == "a":
                    link += 1
                    b.links += 1
                elif tag in ("b", "strong"):
                    bold += 1
                if b.node < 0:
                    b.lead = _attributes(el)[0] or b.lead
                if rich:
                    _open_mark(b, el, tag)
                text = el.text
            elif tag == "br":
                if b.node >= 0:
                    append(_BREAK)
                    b.rich_parts.append(_BREAK)
                text = None
            elif tag.__class__ is not str or tag in SKIPPED:
                walk.skip_subtree()
                continue
            elif tag in VOID:
                if tag == "hr":
                    b.flush()
                continue
            elif tag in _WRAPPERS and boxes[stack[-1]].tag in _CELLS and _alone(el):
                soft.append(el)
                text = el.text
            else:
                up = boxes[stack[-1]]
                if tag in _CELLS and b.node >= 0 and up.tag == "tr" and boxes[b.node].parent == stack[-1]:
                    append(_CELL)
                    b.rich_parts.append(_CELL)
                    b.cells += 1
                elif b.node >= 0:
                    b.flush()
                flags = up.flags | FLAGS.get(tag, 0)
                names, more = _attributes(el)
                flags |= more
                box = Container(stack[-1], tag, names, up.depth + 1, flags, up.lists, up.quotes)
                if tag == "li":
                    if up.tag == "ol":
                        up.number += 1  # a list's own number counts its items
                        box.number = up.number
                elif tag in ("ul", "ol"):
                    box.lists += 1
                    box.number = 0
                elif tag == "blockquote":
                    box.quotes += 1
                elif tag in HEADINGS:
                    box.level = HEADINGS[tag]
                stack.append(len(boxes))
                boxes.append(box)
                text = el.text
        else:
            if tag in INLINE:
                if tag == "a":
                    link -= 1
                elif tag in ("b", "strong"):
                    bold -= 1
                if rich:
                    _close_mark(b, el, tag, url)
            elif tag.__class__ is not str or tag in SKIPPED or tag in VOID or tag == "br":
                pass
            elif soft and soft[-1] is el:
                soft.pop()
            else:
                box = boxes[stack.pop()]
                if b.node >= 0 and not (tag in _CELLS and boxes[box.parent].tag == "tr"):
                    b.flush()
            text = el.tail
            if el is root:
                text = None
        if text:
            if b.node < 0:
                if text.isspace():
                    continue
                b.node = stack[-1]
            append(text)
            if rich:
                b.rich_parts.append(text)
            if link:
                b.linked += len(text)
            if bold:
                b.bold += len(text)
    b.flush()
    return Page(boxes, b.blocks)


def _open_mark(b: _Builder, el: Any, tag: str) -> None:
    if tag in _MARKS:
        b.rich_parts.append(_MARKS[tag])
    elif tag == "code":
        b.rich_parts.append("`")
    elif tag == "a" and el.get("href"):
        b.rich_parts.append("[")


def _close_mark(b: _Builder, el: Any, tag: str, url: str | None) -> None:
    if tag in _MARKS:
        b.rich_parts.append(_MARKS[tag])
    elif tag == "code":
        b.rich_parts.append("`")
    elif tag == "a" and (target := el.get("href")):
        if url:
            with suppress(ValueError):
                target = urljoin(url, target)
        b.rich_parts.append(f"]({quote(target.strip(), safe=_URL_SAFE)})")


# An opening mark with nothing before its closing one, and marks with white space on the wrong side.
_EMPTY_MARK = re.compile(r"\*\*\s*\*\*|\[\s*\]\([^()\s]*\)|``")
_LINK = re.compile(r"\[([^\[\]]*)\](?=\([^()\s]*\))")


def _tidy(text: str) -> str:
    """Inline Markdown without empty marks, and with links and strong words that hug their text."""
    text = _EMPTY_MARK.sub("", text)
    text = _LINK.sub(lambda m: f"[{m[1].strip()}]", text)
    pieces = text.split("**")
    if len(pieces) > 1 and len(pieces) % 2:
        pieces[1::2] = [_hug(piece) for piece in pieces[1::2]]
        return "".join(pieces)
    return text


def _hug(piece: str) -> str:
    inner = piece.strip()
    start = piece.index(inner) if inner else len(piece)
    return f"{piece[:start]}**{inner}**{piece[start + len(inner):]}" if inner else piece


_LD_TYPE = re.compile(r'"@type"\s*:\s*(?:"(\w+)"|\[([^\]]{,200})\])')
_URL_WORD = re.compile(r"[a-z]{2,}")


def head(root: Any, url: str | None) -> tuple[str, list[str]]:
    """The page's title as its head gives it, and tokens that tell what kind of page it is."""
    title, tokens = "", []
    for el in root.iter("title", "meta", "script"):
        tag = el.tag
        if tag == "title":
            if not title:
                title = _squeeze("".join(el.itertext()))
        elif tag == "meta":
            key = el.get("property") or el.get("name")
            value = el.get("content")
            if key and value:
                key = key.lower().strip()
                if key == "og:title":
                    title = _squeeze(value)
                elif key in ("og:type", "generator"):
                    tokens.append(f"{key}={' '.join(_URL_WORD.findall(value.lower())[:1])}")
                elif key.startswith(("article:", "product:", "twitter:label")):
                    tokens.append(key)
        elif el.get("type") == "application/ld+json" and el.text:
            for one, many in _LD_TYPE.findall(el.text[:200_000]):
                tokens += ["ld=" + word for word in _URL_WORD.findall((one or many).lower())]
    if url:
        _, _, path = url.partition("://")
        path, _, query = path.partition("?")
        host, *parts = path.lower().rstrip("/").split("/")
        tokens += [f"host={w}" for w in _URL_WORD.findall(host)]
        tokens += [f"dir={w}" for part in parts[:-1] for w in _URL_WORD.findall(part)]
        tokens += [f"depth={len(parts)}"]
        if parts:
            last = parts[-1]
            words = len(_URL_WORD.findall(last))
            tokens += [f"slug={min(words, 8)}", f"digits={min(sum(c.isdigit() for c in last), 8)}"]
            tokens += [f"leaf={w}" for w in _URL_WORD.findall(last)]
        tokens += [f"query={w}" for w in _URL_WORD.findall(query)[:3]]
    return title, sorted(set(tokens))
