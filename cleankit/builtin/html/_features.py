"""What is known of each block, as numbers: its text's shape, its markup, its neighbourhood, and what an extractor made of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cleankit.features import FEATURES, Lines, encode

from ._page import FLAG_NAMES, Page, TextBlock

FloatArray = np.ndarray[Any, np.dtype[np.float32]]
Ints = np.ndarray[Any, np.dtype[np.intp]]

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
_AGREE, _AGREED = COLUMNS.index(AGREE[0]), COLUMNS.index("page_kept")  # the columns that tell of an extractor; the page's own end the row


def name_tokens(tag: str, names: str) -> tuple[str, ...]:
    """Words of an element's class, id, role …: the parts of camel case and hyphens, and the whole names."""
    found = {f"<{tag}"}
    if names:
        names = names[:400]
        found.update(map(str.lower, _SUBWORD.findall(names)))
        if "-" in names or "_" in names:
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


def markup_features(page: Page, chars: FloatArray, linked: FloatArray) -> FloatArray:
    """The element that a block stands in, what that stands in, and what the block is made of."""
    blocks, boxes = page.blocks, page.containers
    n = len(blocks)
    out = np.zeros((n, len(MARKUP)), np.float32)
    out[np.arange(n), [_TAG_COLUMN.get(b.tag, len(_TAGS)) for b in blocks]] = 1
    first = len(_TAGS) + 1
    last = first + len(FLAG_NAMES)
    flags = np.array([b.flags for b in blocks])
    out[:, first:last] = (flags[:, None] >> np.arange(len(FLAG_NAMES))) & 1
    counts = np.array(
        [
            (box.depth, box.lists, box.quotes, box.level, b.cells, b.links, b.bold, b.lead != "", box.number > 0)
            for b in blocks
            for box in (boxes[b.node],)
        ],
        np.float32,
    )
    depth, lists, quotes, level, cells, links, bold, lead, number = counts.T
    columns = (depth / 10, lists, quotes, level, np.minimum(cells, 10) / 5, linked / chars, np.log1p(links), bold / chars, lead, number)
    out[:, last:] = np.stack(columns, axis=1)
    return out


def title_features(page: Page, title: str) -> FloatArray:
    """How far a block repeats the page's title, and on which side of the first <h1> it stands."""
    blocks = page.blocks
    n = len(blocks)
    share, equal = [0.0] * n, [0.0] * n
    wanted = set(_WORD.findall(title.lower()))
    if wanted:
        for k, b in enumerate(blocks):
            if len(b.text) < 300:
                words = _WORD.findall(b.text.lower())
                if words and (found := sum(map(wanted.__contains__, words))):
                    share[k] = found / len(words)
                    equal[k] = share[k] * min(1.0, len(set(words)) / len(wanted))
    h1 = next((k for k, b in enumerate(blocks) if page.containers[b.node].level == 1), -1)
    index = np.arange(n)
    half = np.full(n, 0.5)
    return np.stack([share, equal, index > h1 if h1 >= 0 else half, index < h1 if h1 >= 0 else half], axis=1).astype(np.float32)


def signatures(page: Page) -> Ints:
    """Blocks in the same kind of container in the same kind of container have the same number: items of one list, posts of one forum."""
    keys: dict[tuple[str, str, str, str], int] = {}
    out = []
    for b in page.blocks:
        box = page.containers[b.node]
        up = page.containers[box.parent] if box.parent >= 0 else box
        out.append(keys.setdefault((box.tag, box.names, up.tag, up.names), len(keys)))
    return np.array(out, np.intp)


def container_sums(page: Page, columns: Sequence[FloatArray]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Sums over the blocks in each container. Containers stand in document order: what is inside one is a run of them."""
    boxes = page.containers
    end = list(range(1, len(boxes) + 1))
    for k in range(len(boxes) - 1, 0, -1):
        up = boxes[k].parent
        if end[k] > end[up]:
            end[up] = end[k]
    nodes = np.array([b.node for b in page.blocks], np.intp)
    upto = np.zeros((len(boxes) + 1, len(columns)))
    for j, column in enumerate(columns):
        upto[1:, j] = np.bincount(nodes, column, minlength=len(boxes))
    np.cumsum(upto, axis=0, out=upto)
    return np.asarray(upto[end] - upto[:-1])


def climbs(page: Page, chars: Sequence[float]) -> list[int]:
    """For each container the next one around it that holds more text: chains of one child say nothing new."""
    out = [max(0, box.parent) for box in page.containers]
    for k in range(1, len(out)):
        up = out[k]
        while up > 0 and chars[up] == chars[k]:
            up = out[up]
        out[k] = up
    return out


def distance_to(marked: np.ndarray[Any, np.dtype[np.bool_]]) -> np.ndarray[Any, np.dtype[np.int_]]:
    """Blocks between each block and the nearest marked one."""
    index, where = np.arange(len(marked)), np.flatnonzero(marked)
    if not len(where):
        return np.full(len(marked), 200)
    before = where[np.clip(np.searchsorted(where, index, "right") - 1, 0, len(where) - 1)]
    after = where[np.clip(np.searchsorted(where, index), 0, len(where) - 1)]
    return np.asarray(np.minimum(np.abs(index - before), np.abs(after - index)))


@dataclass(frozen=True)
class Place:
    """Where each block is and what is around it, whatever an extractor says: worked out once a page."""

    chars: FloatArray
    nodes: Ints
    kind: Ints
    same: np.ndarray[Any, np.dtype[np.float64]]  # characters in blocks of each kind
    holds: np.ndarray[Any, np.dtype[np.float64]]  # characters in each container
    climb: Ints

    @classmethod
    def of(cls, page: Page) -> Place:
        chars = np.array([len(b.text) for b in page.blocks], np.float32)
        kind = signatures(page)
        holds = container_sums(page, (chars,))[:, 0]
        climb = np.array(climbs(page, np.round(holds).tolist()))
        nodes = np.array([b.node for b in page.blocks], np.intp)
        return cls(chars, nodes, kind, np.asarray(np.bincount(kind, chars), np.float64), holds, climb)


def block_features(page: Page, place: Place, title: str, name_score: Callable[[str, str], float]) -> tuple[FloatArray, Lines]:
    """One row a block, columns as in COLUMNS, nothing being known of what an extractor would keep; and the blocks' text, taken apart."""
    blocks = page.blocks
    n = len(blocks)
    lines = encode([b.text.replace("\n", " ") for b in blocks])
    if not n:
        return np.zeros((0, len(COLUMNS)), np.float32), lines
    text = lines.full
    chars, nodes, kind, same = place.chars, place.nodes, place.kind, place.same
    linked = np.minimum(np.array([b.linked for b in blocks], np.float32), chars)
    sentences = text[:, _PROSE] * chars  # characters in blocks that look like prose
    index = np.arange(n)

    # What is repeated: texts, and blocks of one kind.
    seen = Counter([b.text for b in blocks])
    size = np.bincount(kind)
    repeat = (
        np.log1p([seen[b.text] - 1 for b in blocks]), np.log1p(size[kind] - 1), np.log1p(same[kind] / size[kind]),
        np.bincount(kind, linked)[kind] / same[kind],
    )  # fmt: skip

    # What the containers around hold, four steps up.
    sums = container_sums(page, (linked, np.ones(n, np.float32), sentences))
    total = max(1.0, float(place.holds[0]))
    around = []
    at = nodes
    for _ in range(4):
        s, held = sums[at], place.holds[at]
        around += [np.log1p(held), s[:, 0] / held, np.log1p(held / s[:, 1]), s[:, 2] / held, held / total]
        at = place.climb[at]

    whole = np.array([np.log1p(total), np.log1p(n), float(linked.sum()) / total, float(sentences.sum()) / total], np.float32)
    agreement, agreed = _agreement(page, place, "")
    out: dict[str, Any] = {
        "text": text,
        "markup": markup_features(page, chars, linked),
        "names": name_features(page, name_score),
        "title": title_features(page, title),
        "repeat": np.stack(repeat, axis=1),
        "around": np.stack(around, axis=1),
        "position": np.stack([index / n, np.cumsum(chars) / total, np.log1p(n - index)], axis=1),
        "agreement": agreement,
        "page": np.broadcast_to(np.concatenate((whole, agreed)), (n, len(PAGE))),
    }
    return np.concatenate([out[group] for group in GROUPS], axis=1).astype(np.float32), lines


def witnessed(x: FloatArray, page: Page, place: Place, kept: str) -> FloatArray:
    """The same rows, with what an extractor kept for evidence."""
    out = x.copy()
    if len(x):
        out[:, _AGREE : _AGREE + len(AGREE)], out[:, _AGREED:] = _agreement(page, place, kept)
    return out


def _agreement(page: Page, place: Place, kept: str) -> tuple[np.ndarray[Any, np.dtype[np.float64]], FloatArray]:
    """How far each block, and the page, agrees with what an extractor kept."""
    blocks, boxes, chars = page.blocks, page.containers, place.chars
    n = len(blocks)
    shares, lined = kept_shares(blocks, kept) if kept else ([0.0] * n, [0.0] * n)
    agree = np.array(shares, np.float32)
    kept_chars = agree * chars
    all_kept = max(1.0, float(kept_chars.sum()))
    others = np.maximum(place.same[place.kind] - chars, 0)
    same_kept = np.bincount(place.kind, kept_chars)[place.kind] - kept_chars
    inside_box = container_sums(page, (kept_chars,))[:, 0]
    around = []
    at = place.nodes
    for _ in range(4):
        around.append(inside_box[at] / place.holds[at])
        at = place.climb[at]

    # Where the kept text lies, and how far up the first container is that holds a tenth of it.
    index = np.arange(n)
    is_kept = (agree > 0.6) & (chars > 24)
    where = np.flatnonzero(is_kept)
    inside = (index >= where[0]) & (index <= where[-1]) if len(where) else np.zeros(n, bool)
    before = np.cumsum(kept_chars) - kept_chars
    steps = [0] * len(boxes)
    for k, heavy in enumerate((inside_box >= 0.1 * all_kept - 1e-6).tolist()):
        if k and not heavy:
            steps[k] = steps[boxes[k].parent] + 1
    window = np.ones(7)
    run = np.convolve(kept_chars, window, "same") / np.maximum(1, np.convolve(chars, window, "same")) if n >= 7 else agree
    rows = (
        agree, lined, *around, np.where(others > 0, same_kept / np.maximum(others, 1), agree * 0.5), before / all_kept,
        1 - (before + kept_chars) / all_kept, inside, np.log1p(distance_to(is_kept)),
        np.minimum(np.array(steps)[place.nodes], 10) / 5, run,
    )  # fmt: skip
    total = max(1.0, float(place.holds[0]))
    whole = (all_kept / total, np.log1p(all_kept), min(2.0, all_kept / max(1, len("".join(kept.split())))))
    return np.stack(rows, axis=1), np.array(whole, np.float32)
