"""What is known of each block, as numbers: its text's shape, its markup, what trafilatura made of it, and its neighbourhood."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from cleankit.features import FEATURES, encode

from ._page import FLAG_NAMES, Page, TextBlock

FloatArray = np.ndarray[Any, np.dtype[np.float32]]

_TAGS = ("p", "li", "h1", "h2", "h3", "h4", "td", "th", "div", "blockquote", "pre", "dt", "dd", "figcaption", "button", "section",
         "label", "article", "body", "summary", "option", "form", "header", "footer")  # fmt: skip
_TAG_COLUMN = {tag: n for n, tag in enumerate(_TAGS)}
_PIECES = re.compile(r"\n| \| ")
_SUBWORD = re.compile(r"[A-Z]?[a-z]{2,}|[A-Z]{2,}")
_WHOLE = re.compile(r"[\w-]{3,40}")
_WORD = re.compile(r"\w+")

MARKUP = (*(f"tag_{t}" for t in _TAGS), "tag_other", *(f"in_{f}" for f in FLAG_NAMES), "depth", "lists", "quotes", "level", "cells",
          "linked", "links", "bold", "has_lead", "numbered")  # fmt: skip
NAMES = ("names_path", "names_own", "names_up", "names_min", "names_max", "names_lead")
TITLE = ("title_share", "title_equal", "after_h1", "before_h1")
REPEAT = ("same_text", "same_path", "same_path_chars", "same_path_linked")
AROUND = tuple(f"box{k}_{what}" for k in (1, 2, 3, 4) for what in ("chars", "linked", "mean", "sentences", "share"))
POSITION = ("at_block", "at_chars", "from_end")
AGREE = ("kept", "kept_line", *(f"box{k}_kept" for k in (1, 2, 3, 4)), "same_path_kept", "kept_before", "kept_after", "in_kept_range",
         "to_kept", "level_from_kept", "kept_run")  # fmt: skip
PAGE = ("page_chars", "page_blocks", "page_linked", "page_sentences", "page_kept", "page_kept_chars", "page_coverage")
GROUPS: Mapping[str, Sequence[str]] = {
    "text": FEATURES, "markup": MARKUP, "names": NAMES, "title": TITLE, "repeat": REPEAT, "around": AROUND, "position": POSITION,
    "agreement": AGREE, "page": PAGE,
}  # fmt: skip
_PROSE = FEATURES.index("prose")
COLUMNS = [name for names in GROUPS.values() for name in names]


@lru_cache(maxsize=65536)
def name_tokens(tag: str, names: str) -> tuple[str, ...]:
    """Words of an element's class, id, role …: the parts of camel case and hyphens, and the whole names."""
    found = {f"<{tag}"}
    if names:
        names = names[:400]
        found.update(w.lower() for w in _SUBWORD.findall(names))
        found.update("." + w.lower() for w in _WHOLE.findall(names) if "-" in w or "_" in w)
    return tuple(found)


def kept_shares(blocks: Sequence[TextBlock], kept: str) -> tuple[list[float], list[float]]:
    """For each block, how much of it is in the text that an extractor kept; and whether it is there as a line of its own."""
    lines = []
    for line in kept.split("\n"):
        line = line.strip()
        if line.startswith(("- ", "| ", "> ")):
            line = line[2:]
        lines.append("".join(line.rstrip("|").split()))
    whole = set(lines)
    for line in list(whole):
        if "|" in line:
            whole.update(line.split("|"))
    text = "\n".join(lines)
    shares, lined = [], []
    for block in blocks:
        text_of = block.text
        parts = _PIECES.split(text_of) if "\n" in text_of or " | " in text_of else (text_of,)
        pieces = ["".join(part.split()) for part in parts]
        total = got = 0.0
        line_got = 0
        for piece in pieces:
            n = len(piece)
            if not n:
                continue
            total += n
            if piece in whole:
                got += n
                line_got += n
            elif n < 12:
                got += 0.3 * n * (piece in text)
            elif piece in text:
                got += n * (0.5 if n < 25 else 1.0)
            elif n >= 60:
                middle = n // 2
                got += n / 3 * ((piece[:24] in text) + (piece[middle : middle + 24] in text) + (piece[-24:] in text))
        shares.append(got / total if total else 0.0)
        lined.append(line_got / total if total else 0.0)
    return shares, lined


_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")


def block_words(blocks: Sequence[TextBlock]) -> FloatArray:
    """Words of each block; a character of a script without spaces counts as one."""
    return np.array([len(_WORD.findall(b.text)) if b.text.isascii() else len(_WORD.findall(_UNSPACED.sub(" x ", b.text))) for b in blocks], np.float32)


def name_features(page: Page, name_score: Callable[[str, str], float]) -> FloatArray:
    """What the class names on the way from the page down to each block say, by a lexicon of names."""
    blocks, boxes = page.blocks, page.containers
    own = [name_score(c.tag, c.names) for c in boxes]
    path, low, high = list(own), list(own), list(own)
    for k in range(1, len(boxes)):
        up = boxes[k].parent
        path[k] += path[up]
        if low[up] < low[k]:
            low[k] = low[up]
        if high[up] > high[k]:
            high[k] = high[up]
    return np.array(
        [
            (path[k], own[k], own[max(0, boxes[k].parent)], low[k], high[k], name_score("", b.lead) if b.lead else 0.0)
            for b in blocks
            for k in (b.node,)
        ],
        np.float32,
    ).reshape(len(blocks), len(NAMES))


def block_features(page: Page, title: str, kept: str, name_score: Callable[[str, str], float]) -> FloatArray:
    """One row a block, columns as in COLUMNS."""
    blocks, boxes = page.blocks, page.containers
    n = len(blocks)
    if not n:
        return np.zeros((0, len(COLUMNS)), np.float32)
    lines = encode([b.text.replace("\n", " ") for b in blocks])
    text = lines.full
    chars = np.array([len(b.text) for b in blocks], np.float32)
    linked = np.minimum(np.array([b.linked for b in blocks], np.float32), chars)
    sentences = text[:, _PROSE] * chars  # characters in blocks that look like prose
    nodes = np.array([b.node for b in blocks])
    # markup
    markup = np.zeros((n, len(MARKUP)), np.float32)
    tags = len(_TAGS) + 1
    tag_at = [_TAG_COLUMN.get(b.tag, len(_TAGS)) for b in blocks]
    markup[np.arange(n), tag_at] = 1
    flags = np.array([b.flags for b in blocks])
    for k in range(len(FLAG_NAMES)):
        markup[:, tags + k] = (flags >> k) & 1
    rest = tags + len(FLAG_NAMES)
    own = [boxes[b.node] for b in blocks]
    markup[:, rest:] = np.array(
        [
            (box.depth / 10, box.lists, box.quotes, box.level, min(b.cells, 10) / 5, 0, np.log1p(b.links), b.bold / len(b.text),
             b.lead != "", box.number > 0)
            for b, box in zip(blocks, own, strict=True)
        ],
        np.float32,
    )  # fmt: skip
    markup[:, rest + 5] = linked / chars
    names = name_features(page, name_score)
    # title
    wanted = set(_WORD.findall(title.lower()))
    share = np.zeros(n, np.float32)
    equal = np.zeros(n, np.float32)
    if wanted:
        for k, b in enumerate(blocks):
            if len(b.text) < 300:
                ws = _WORD.findall(b.text.lower())
                if ws:
                    share[k] = sum(w in wanted for w in ws) / len(ws)
                    equal[k] = share[k] * min(1.0, len(set(ws)) / len(wanted))
    h1 = [k for k, box in enumerate(own) if box.level == 1]
    index = np.arange(n)
    first_h1 = h1[0] if h1 else -1
    titles = np.stack([share, equal, np.where(first_h1 >= 0, index > first_h1, 0.5), np.where(first_h1 >= 0, index < first_h1, 0.5)], axis=1)
    # repeats
    seen: dict[str, int] = {}
    for b in blocks:
        seen[b.text] = seen.get(b.text, 0) + 1
    keys: dict[tuple[str, str, str, str], int] = {}
    signature = np.empty(n, np.intp)
    for k, box in enumerate(own):
        up_box = boxes[box.parent] if box.parent >= 0 else box
        signature[k] = keys.setdefault((box.tag, box.names, up_box.tag, up_box.names), len(keys))
    size = np.bincount(signature)
    same = np.bincount(signature, chars)
    same_linked = np.bincount(signature, linked)
    repeat = np.stack(
        [np.log1p([seen[b.text] - 1 for b in blocks]), np.log1p(size[signature] - 1), np.log1p(same[signature] / size[signature]),
         same_linked[signature] / same[signature]], axis=1,
    )  # fmt: skip
    # agreement
    shares, lined = kept_shares(blocks, kept) if kept else ([0.0] * n, [0.0] * n)
    agree = np.array(shares, np.float32)
    kept_chars = agree * chars
    # sums over every container
    # Containers stand in document order, so what is inside one is a run of them.
    parents = [c.parent for c in boxes]
    end = list(range(1, len(boxes) + 1))
    for k in range(len(boxes) - 1, 0, -1):
        if end[k] > end[parents[k]]:
            end[parents[k]] = end[k]
    table = np.stack([chars, linked, np.ones(n), sentences, kept_chars], axis=1)
    upto = np.zeros((len(boxes) + 1, 5))
    for column in range(5):
        upto[1:, column] = np.bincount(nodes, table[:, column], minlength=len(boxes))
    np.cumsum(upto, axis=0, out=upto)
    sums = upto[end] - upto[:-1]
    total = max(1.0, float(sums[0, 0]))
    around, agree_around = [], []
    at = nodes
    # one child chains say nothing new: climb to the next container that holds more
    climbing = parents.copy()
    climbing[0] = 0
    inside_chars = np.round(sums[:, 0]).tolist()
    for k in range(1, len(boxes)):
        up = climbing[k]
        while up > 0 and inside_chars[up] == inside_chars[k]:
            up = climbing[up]
        climbing[k] = up
    climb = np.array(climbing)
    for _ in range(4):
        s = sums[at]
        around += [np.log1p(s[:, 0]), s[:, 1] / s[:, 0], np.log1p(s[:, 0] / s[:, 2]), s[:, 3] / s[:, 0], s[:, 0] / total]
        agree_around.append(s[:, 4] / s[:, 0])
        at = climb[at]
    same_kept = np.bincount(signature, kept_chars)
    others = np.maximum(same[signature] - chars, 0)
    same_path_kept = np.where(others > 0, (same_kept[signature] - kept_chars) / np.maximum(others, 1), agree * 0.5)
    is_kept = (agree > 0.6) & (chars > 24)
    where = np.flatnonzero(is_kept)
    before = np.cumsum(kept_chars) - kept_chars
    all_kept = max(1.0, float(kept_chars.sum()))
    if len(where):
        nearest = np.minimum(
            np.abs(index - where[np.clip(np.searchsorted(where, index, "right") - 1, 0, len(where) - 1)]),
            np.abs(where[np.clip(np.searchsorted(where, index), 0, len(where) - 1)] - index),
        )
        inside = (index >= where[0]) & (index <= where[-1])
    else:
        nearest = np.full(n, 200)
        inside = np.zeros(n, bool)
    # how far up the first container is that holds a tenth of what was kept
    heavy = sums[:, 4] >= 0.1 * all_kept - 1e-6
    steps = [0] * len(boxes)
    for k, is_heavy in enumerate(heavy.tolist()):
        if k and not is_heavy:
            steps[k] = steps[parents[k]] + 1
    up_to = np.array(steps)
    run = np.convolve(kept_chars, np.ones(7), "same") / np.maximum(1, np.convolve(chars, np.ones(7), "same")) if n >= 7 else agree
    agreement = np.stack(
        [agree, np.array(lined, np.float32), *agree_around, same_path_kept, before / all_kept, 1 - (before + kept_chars) / all_kept, inside,
         np.log1p(nearest), np.minimum(up_to[nodes], 10) / 5, run], axis=1,
    )  # fmt: skip
    reached = np.cumsum(chars)
    position = np.stack([index / n, reached / total, np.log1p(n - index)], axis=1)
    whole = np.array(
        [np.log1p(total), np.log1p(n), float(linked.sum()) / total, float(sentences.sum()) / total, all_kept / total, np.log1p(all_kept),
         min(2.0, all_kept / max(1, len("".join(kept.split()))))], np.float32,
    )  # fmt: skip
    out: dict[str, Any] = {
        "text": text, "markup": markup, "names": names, "title": titles, "repeat": repeat, "around": np.stack(around, axis=1),
        "position": position, "agreement": agreement, "page": np.broadcast_to(whole, (n, len(PAGE))),
    }  # fmt: skip
    return np.concatenate([out[g] for g in GROUPS], axis=1).astype(np.float32)
