"""Characters: what decoding, extraction and word processors did to them. Every change is local to a token or a line."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator

import regex

from cleankit.builtin._coded import CodedRule
from cleankit.document import Document
from cleankit.rule import Rule, RuleInfo, Stage
from cleankit.shape import Shape
from cleankit.spans import Edit, Span

__all__ = ["RULES"]


def _each(doc: Document, pattern: regex.Pattern[str], reason: str, replacement: str = "") -> Iterator[Edit]:
    for m in pattern.finditer(doc.text):
        yield Edit(Span(*m.span()), replacement, reason)


# ---- line ends and control characters ----

_TOKEN = re.compile(r"\S+")
_LINE_ENDS = regex.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_CONTROLS = regex.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufff9-\ufffb\ufffe\uffff]+")


def _line_ends(doc: Document) -> Iterable[Edit]:
    return _each(doc, _LINE_ENDS, "a line end of another system", "\n") if doc.odd else ()


def _control(doc: Document) -> Iterable[Edit]:
    return _each(doc, _CONTROLS, "control characters, which nothing shows") if doc.odd else ()


# ---- spaces and characters without width ----

_SPACES = regex.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f]+")
_ZERO_WIDTH = regex.compile("[\u00ad\u2060\ufeff]+|\u200b+|[\u200c\u200d]+")
# Scripts whose spelling needs joiners, or that part words by a space without width; and what emoji are joined of.
_JOINING = regex.compile(
    r"[\p{Arabic}\p{Syriac}\p{Mongolian}\p{Nko}\p{Devanagari}\p{Bengali}\p{Gurmukhi}\p{Gujarati}\p{Oriya}\p{Tamil}\p{Telugu}"
    r"\p{Kannada}\p{Malayalam}\p{Sinhala}\p{Khmer}\p{Myanmar}\p{Tibetan}\p{Thai}\p{Lao}\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f\u2640\u2642]"
)


def _spaces(doc: Document) -> Iterable[Edit]:
    if doc.odd:
        for m in _SPACES.finditer(doc.text):
            yield Edit(Span(*m.span()), " " * (m.end() - m.start()), "a space of another kind")


def _zero_width(doc: Document) -> Iterable[Edit]:
    if not doc.odd:
        return
    text = doc.text
    for m in _ZERO_WIDTH.finditer(text):
        start, end = m.span()
        if m.group()[0] in "\u200b\u200c\u200d" and (
            (start and _JOINING.match(text[start - 1])) or (end < len(text) and _JOINING.match(text[end]))
        ):
            continue
        yield Edit(Span(start, end), "", "a character without width")


# ---- entities ----

_ENTITY = regex.compile(r"&(?:amp;(?:amp;)*)?(?:[A-Za-z][A-Za-z0-9]{1,31}|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});")


def _entities(doc: Document) -> Iterable[Edit]:
    """Entities that nobody decoded. Not in texts about code, nor where one is quoted as an example."""
    if "&" not in doc.text or doc.shape is Shape.CODE:
        return
    for m in _ENTITY.finditer(doc.text):
        start, end = m.span()
        decoded = m.group()
        for _ in range(8):
            again = html.unescape(decoded)
            if again == decoded:
                break
            decoded = again
        if decoded == m.group() or not decoded or decoded == "\ufffd":
            continue
        before, after = doc.text[max(0, start - 1) : start], doc.text[end : end + 1]
        if before in ("`", '"', "“", "'", "‘") and after in ("`", '"', "”", "'", "’"):
            continue
        if decoded.isspace() or unicodedata.category(decoded[0]) in ("Cc", "Cs"):
            decoded = " "
        yield Edit(Span(start, end), decoded, f"an entity that was left as {m.group()}")


# ---- mojibake ----


def _single_bytes(low: int, high: int) -> str:
    """All characters that the bytes from `low` to `high` are in the single-byte encodings that UTF-8 is mistaken for."""
    chars = set()
    for encoding in ("latin-1", "cp1252", "cp1251", "cp1250", "iso-8859-2", "mac_roman", "cp437", "cp1253", "cp1254", "cp1257"):
        for byte in range(low, high + 1):
            char = bytes([byte]).decode(encoding, "ignore")
            if char:
                chars.add(char)
    return "".join(map(re.escape, sorted(chars)))


#: UTF-8 read as a single-byte encoding: a lead byte's character before a continuation byte's. Everything that ftfy's
#: encoding repair changes has one of these (a test holds it to that), and only such lines are given to it. After some lead
#: bytes the continuation byte A0, a no-break space, has often become a plain one.
_MOJIBAKE = re.compile(f"[{_single_bytes(0xC2, 0xF4)}][{_single_bytes(0x80, 0xBF)}]|[\x80-\x9f]|[ÂÃÅÎÐÙ] ")


def _mojibake(doc: Document) -> Iterable[Edit]:
    if doc.text.isascii() or not _MOJIBAKE.search(doc.text):
        return
    for i, facts in enumerate(doc.facts):
        if _MOJIBAKE.search(facts.text):
            from ftfy import fix_encoding

            fixed = fix_encoding(facts.text)
            if fixed != facts.text and "\n" not in fixed and fixed.strip():
                yield from _differences(doc.starts[i], facts.text, fixed)


def _alike(a: str, b: str) -> int:
    """How many characters two texts begin with in common."""
    return next((k for k, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))


def _differences(at: int, before: str, after: str) -> Iterator[Edit]:
    """The repair of a line, word by word where the words correspond, else as one edit of what differs."""
    reason = "UTF-8 that was read in another encoding"
    old, new = list(_TOKEN.finditer(before)), after.split()
    gaps = _TOKEN.sub("", before) == _TOKEN.sub("", after)
    if gaps and len(old) == len(new):
        for m, word in zip(old, new, strict=True):
            if m.group() != word:
                yield Edit(Span(at + m.start(), at + m.end()), word, reason)
        return
    lead = _alike(before, after)
    tail = _alike(before[lead:][::-1], after[lead:][::-1])
    yield Edit(Span(at + lead, at + len(before) - tail), after[lead : len(after) - tail], reason)


# ---- composed form ----

def _composed(doc: Document) -> Iterable[Edit]:
    if doc.text.isascii() or unicodedata.is_normalized("NFC", doc.text):
        return
    for m in _TOKEN.finditer(doc.text):
        composed = unicodedata.normalize("NFC", m.group())
        if composed != m.group():
            yield Edit(Span(*m.span()), composed, "letters and their accents apart")


def _info(name: str, summary: str, why: str, confidence: float = 0.97) -> RuleInfo:
    return RuleInfo(f"repair/{name}", summary, Stage.REPAIR, why, confidence=confidence, level=1, reach="prose")


RULES: tuple[Rule, ...] = (
    CodedRule(_info("mojibake", "Text decoded in the wrong encoding", "`â€™` was an apostrophe.", 0.99), _mojibake),
    CodedRule(_info("line-end", "Line ends of other systems", "Everything that looks at lines needs one kind of line end."), _line_ends),
    CodedRule(_info("control-character", "Control characters", "Nothing shows them, and tools stumble over them."), _control),
    CodedRule(_info("space", "No-break, thin and other odd spaces", "They part words, but a search for the words misses them."), _spaces),
    CodedRule(
        _info("zero-width", "Soft hyphens, byte-order marks, joiners out of place", "Invisible, they cut words in two for every program."),
        _zero_width,
    ),
    CodedRule(_info("entity", "HTML entities left undecoded", "`&#8217;` was an apostrophe."), _entities),
    CodedRule(_info("composed-form", "Letters and accents to the composed form (NFC)", "Equal texts are to be equal strings."), _composed),
)
