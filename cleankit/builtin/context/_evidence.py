"""What the context rules have in common: ways to look at a document."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Literal

import regex

from cleankit.document import Document, LineFacts, fold
from cleankit.rule import RuleInfo, Stage

__all__ = ["content_words", "head_lines", "headline_like", "info", "inner_lines", "tail_lines"]

_WORD = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}]{2}|\p{L}[\p{L}\p{M}\p{N}]{3,}")


def info(
    name: str,
    summary: str,
    why: str,
    confidence: float,
    *,
    reach: Literal["lines", "prose"] = "lines",
    verbatim: bool = False,
    misfires: str = "",
) -> RuleInfo:
    """The description of a context rule."""
    return RuleInfo(
        f"context/{name}",
        summary,
        Stage.CONTEXT,
        why,
        confidence=confidence,
        reach=reach,
        verbatim=verbatim,
        misfires=misfires,
    )


@lru_cache(maxsize=512)
def content_words(text: str) -> frozenset[str]:
    """Words of four letters and more (pairs of characters where there are no spaces), folded."""
    return frozenset(_WORD.findall(fold(text)))


def headline_like(f: LineFacts) -> bool:
    """Three to sixteen words without a sentence end or a mark, in a line that introduces nothing."""
    return (
        3 <= f.words <= 16
        and not f.terminal
        and not f.mark
        and not f.text.rstrip().endswith((":", "：", ",", ";", "-", "–"))
    )


def head_lines(doc: Document) -> range:
    """The lines before the first protected one; none where there is no prose."""
    return range(max(doc.first_prose, 0)) if doc.shape.prosaic else range(0)


def tail_lines(doc: Document) -> range:
    """The lines after the last protected one; none where there is no prose."""
    return range(doc.last_prose + 1, len(doc)) if doc.shape.prosaic and doc.last_prose >= 0 else range(0)


def inner_lines(doc: Document) -> Iterator[int]:
    """Surviving, unprotected lines between the first and the last protected one."""
    return (i for i in range(doc.first_prose + 1, doc.last_prose) if not doc.protected[i] and i not in doc.removed)
