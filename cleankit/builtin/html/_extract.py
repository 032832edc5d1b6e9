"""The extractors: parse once, decide block by block, and let others say what they would keep where that is in doubt."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from cleankit.document import Block, Extracted
from cleankit.errors import InputError
from cleankit.spans import Span

from ._meta import LazyMeta, metadata
from ._page import Page, head, segment
from ._render import Format, render

Html = str | bytes

SURE = 0.95  # a choice of which the model expects an F of this needs no second opinion

_TAGS = re.compile(r"<(script|style)\b.*?</\1\s*>|<[^>]*>", re.IGNORECASE | re.DOTALL)


def parse(html: Html) -> Any | None:
    """The tree that trafilatura would read, or else whatever lxml makes of it; None where there is nothing."""
    if not html.strip():
        return None
    with suppress(Exception):
        from trafilatura.utils import load_html

        tree = load_html(html)
        if tree is not None:
            return tree
    with suppress(Exception):
        from lxml.html import HTMLParser, document_fromstring

        data = html.encode("utf-8", "replace") if isinstance(html, str) else html
        return document_fromstring(data.replace(b"\x00", b""), parser=HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True))
    return None


def bare(html: Html) -> Extracted:
    """What is left of something that no parser takes: its text without anything that looks like a tag."""
    text = html.decode("utf-8", "replace") if isinstance(html, bytes) else html
    if text.count("\x00") > len(text) // 100:
        return Extracted("")
    lines = (" ".join(line.split()) for line in _TAGS.sub("\n", text.replace("\x00", "")).split("\n"))
    return Extracted("\n".join(line for line in lines if line))


def kept_by_trafilatura(tree: Any, url: str | None) -> str:
    """Trafilatura's own text of the tree, in its fast mode: the second opinions that the slow one asks for are given by the model."""
    with suppress(Exception):
        from trafilatura import extract

        return extract(tree, url=url, include_comments=False, fast=True) or ""
    return ""


def trafilatura(html: Html, url: str | None = None, *, form: Format = "text") -> Extracted:
    """The markup as evidence, the block model's decision; where the model is in doubt, trafilatura's choice is evidence too."""
    return _decide(html, url, form, (kept_by_trafilatura,), sure=SURE)


def auto(html: Html, url: str | None = None, *, form: Format = "text") -> Extracted:
    """The same with every extractor that is installed as a witness, always: the mean of what the model makes of each."""
    return _decide(html, url, form, (kept_by_trafilatura, *_witnesses()))


def _with_title(page: Page, chosen: list[int], title: str) -> list[int]:
    """A Markdown document begins with its heading. (As plain text the title is metadata: the body does not repeat it.)"""
    wanted = title.casefold()
    for k, block in enumerate(page.blocks[: chosen[0] if chosen else 0]):
        if page.containers[block.node].level == 1 and block.text.casefold() in wanted:
            return [k, *chosen]
    return chosen


Witness = Callable[[Any, str | None], str]


def _decide(html: Html, url: str | None, form: Format, witnesses: Sequence[Witness], sure: float = 2.0) -> Extracted:
    """`sure`: the expected F from which on no witness is heard (trafilatura costs as much as all the rest); above one: all always are."""
    import numpy as np

    from ._model import load

    tree = parse(html)
    if tree is None:
        return bare(html)
    meta = LazyMeta(lambda: metadata(tree, url))
    page = segment(tree, rich=form == "markdown", url=url)
    title, tokens = head(tree, url)
    model = load()
    seen = model.look(page, title, tokens)
    chosen, expected = model.keep(seen, model(seen)) if sure <= 1 else ([], 0.0)
    if expected < sure:
        found = [witness(tree, url) for witness in witnesses]
        if _elsewhere(page, found[0]):
            text, blocks = _as_lines(found[0])
            return Extracted(text, blocks, meta)
        p = np.asarray(np.mean([model(seen, kept) for kept in found], axis=0), np.float32)
        chosen, _ = model.keep(seen, p)
    if form == "markdown":
        chosen = _with_title(page, chosen, title)
    text, blocks = render(page, chosen, form)
    return Extracted(text, blocks, meta)


def _witnesses() -> tuple[Witness, ...]:
    """Of the optional extractors, those that are installed."""
    found: list[Witness] = []
    if find_spec("resiliparse"):
        found.append(_kept_by_resiliparse)
    if find_spec("readability"):
        found.append(_kept_by_readability)
    return tuple(found)


def _kept_by_resiliparse(tree: Any, url: str | None) -> str:
    with suppress(Exception):
        return _resiliparse_text(_source(tree))
    return ""


def _kept_by_readability(tree: Any, url: str | None) -> str:
    with suppress(Exception):
        article = _readability_tree(_source(tree))
        if article is not None:
            return "\n".join(block.text for block in segment(article).blocks)
    return ""


def _elsewhere(page: Page, kept: str) -> bool:
    """Whether the text lies outside the page's elements, in the data of a script say: more was found than the page shows."""
    return len(kept) > 500 and len(kept) > 1.5 * sum(len(block.text) for block in page.blocks)


def _as_lines(text: str) -> tuple[str, tuple[Block, ...]]:
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    blocks, at = [], 0
    for line in lines:
        blocks.append(Block(Span(at, at + len(line)), "p"))
        at += len(line) + 1
    return "\n".join(lines), tuple(blocks)


def whole_page(page: Page, form: Format) -> Extracted:
    text, blocks = render(page, range(len(page.blocks)), form)
    return Extracted(text, blocks)


def _source(tree: Any) -> str:
    from lxml.etree import tostring

    return str(tostring(tree, encoding="unicode", method="html"))


def _resiliparse_text(html: str) -> str:
    extract = import_module("resiliparse.extract.html2text").extract_plain_text
    return str(extract(html, main_content=True, alt_texts=False))


def _readability_tree(html: str) -> Any | None:
    summary = import_module("readability").Document(html).summary(html_partial=True)
    return parse(f"<html><body>{summary}</body></html>")


def resiliparse(html: Html, url: str | None = None, *, form: Format = "text") -> Extracted:
    """Resiliparse's main content, a block a line. It tells nothing of structure, so Markdown is the same as text."""
    if find_spec("resiliparse") is None:
        raise _missing("resiliparse")
    tree = parse(html)
    if tree is None:
        return bare(html)
    found = ""
    with suppress(Exception):
        found = _resiliparse_text(_source(tree))
    text, blocks = _as_lines(found)
    return Extracted(text, blocks, LazyMeta(lambda: metadata(tree, url)))


def readability(html: Html, url: str | None = None, *, form: Format = "text") -> Extracted:
    """The article that readability-lxml finds."""
    if find_spec("readability") is None:
        raise _missing("readability")
    tree = parse(html)
    if tree is None:
        return bare(html)
    text, blocks = "", tuple[Block, ...]()
    with suppress(Exception):
        article = _readability_tree(_source(tree))
        if article is not None:
            page = segment(article, rich=form == "markdown", url=url)
            text, blocks = render(page, range(len(page.blocks)), form)
    return Extracted(text, blocks, LazyMeta(lambda: metadata(tree, url)))


def _missing(name: str) -> InputError:
    return InputError(f"the extractor {name!r} is not installed: pip install 'cleankit-text[{name}]'")
