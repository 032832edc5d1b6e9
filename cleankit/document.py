"""The document as rules see it: lines with what is known of each, paragraphs, blocks of markup."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partialmethod
from types import MappingProxyType
from typing import NamedTuple, NoReturn, overload

import regex

from cleankit.shape import Shape
from cleankit.spans import Cue, Span

__all__ = ["Block", "Document", "Extracted", "Line", "Measure", "bare_span", "fold", "fold_words", "measure"]


class Block(NamedTuple):
    """What the markup knew of a stretch of extracted text. `link_density` is the share of its characters inside links."""

    span: Span
    tag: str = ""
    classes: tuple[str, ...] = ()
    link_density: float = 0.0


@dataclass(frozen=True, slots=True)
class Extracted:
    """What an extractor gives back: text, the blocks of markup over it, and metadata (title, author, date, …)."""

    text: str
    blocks: tuple[Block, ...] = ()
    meta: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


class Measure(NamedTuple):
    """Counts that hold for every script. `words` counts a character of a script without spaces as half a word."""

    words: float
    lower: int  # words that begin in lower case
    upper: int  # words that begin in upper case
    terminal: bool  # ends like a sentence, closing quotes and brackets apart
    stops: int  # sentence ends inside and
    commas: int  # commas: counted only where they decide


# The hot path uses the standard library's `re`, which is several times faster on these than `regex`.
_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")
_WIDE = re.compile("[\u0e00-\u109f\u1780-\u17ff\u2e80-\ua4cf\uf900-\ufaff\U00020000-\U0003ffff]")
_STOP_INSIDE = regex.compile(r"(?:\w[\w\p{M}]{2,}|\d)[\"'”’»)\]]*[.!?…]+[\"'”’»)\]]*\s+[\"'“‘«(\[¿¡]*\w|[。！？।॥؟۔｡]")
_COMMA = re.compile("[,،，、;；؛]")
_CLOSERS = "\"'”’“‘»›«)]}」』）】》〉*_~`\u200f\u200e\u202c\u2069\ufeff \t\u00a0"
_TERMINALS = frozenset(".!?…。！？।॥؟۔｡‽")
#: Where a text has more words than this, whether it is in title case is not looked at.
CASE_COUNTS = 40


def count_words(text: str) -> float:
    """Words between white space; a character of a script written without spaces counts as half a word."""
    words = _count_tokens(text)
    return words if text.isascii() or not _WIDE.search(text) else words + 0.5 * len(_UNSPACED.findall(text))


_AT_ONCE = 1 << 16


def _count_tokens(text: str) -> int:
    """`len(text.split())`, part by part: the words of a very long line would take ten times its memory."""
    cuts = range(_AT_ONCE, len(text), _AT_ONCE)
    inside = sum(not text[at - 1].isspace() and not text[at].isspace() for at in cuts)  # words that a cut goes through
    return sum(len(text[at : at + _AT_ONCE].split()) for at in range(0, len(text), _AT_ONCE)) - inside


def measure(text: str) -> Measure:
    """Count words, cases and sentence marks of one paragraph; cases only of short ones (0 otherwise)."""
    tokens = text.split() if len(text) <= _AT_ONCE else ()
    words = len(tokens) if tokens and (text.isascii() or not _WIDE.search(text)) else count_words(text)
    lower = upper = 0
    if words < CASE_COUNTS:
        for token in tokens:
            first = token[0]
            if first.islower():
                lower += 1
            elif first.isupper():
                upper += 1
    terminal = ends_sentence(text)
    if terminal or not 22 <= words < 25:  # nobody asks
        return Measure(words, lower, upper, terminal, 0, 0)
    return Measure(words, lower, upper, terminal, len(_STOP_INSIDE.findall(text)), len(_COMMA.findall(text)))


def ends_sentence(text: str) -> bool:
    """Whether the text ends in a sentence-final mark of any script, closing quotes, brackets and marks apart."""
    last = text[-1:]
    return last in _TERMINALS or (not last.isalnum() and text.rstrip(_CLOSERS)[-1:] in _TERMINALS)


# A line's bare text: what is left without the marks that Markdown and plain-text lists put around it.
_LEAD = regex.compile(r"(?:\s|#{1,6}(?=\s)|>|[*+\-•‣◦▪●](?=\s)|\d{1,3}[.)](?=\s)(?!\s+\p{L}[\p{L}\p{M}]*\.?\s+\d)|\[[ xX]\](?=\s)|[*_~]{1,3}(?=[^\s*_~]))*+")
_MARKED_FIRST = frozenset("#>*+-•‣◦▪●_~[!0123456789 \t\u00a0\u3000")
_LINK = regex.compile(r"!?\[([^\[\]\n]*)\]\([^()\s]*(?:\([^()\s]*\))?[^()]*\)")
_IMAGE_ONLY = regex.compile(r"!\[[^\[\]\n]*\]\([^()\s]*(?:\s[^()]*)?\)")


def bare_span(line: str) -> tuple[int, int]:
    """Where a line's bare text lies: without indentation, heading, list and quote marks, and emphasis around it.

    Numbered marks come off only where a word follows, so that `3.` and `2024` stay what they are.
    """
    start, end = 0, len(line)
    if line[:1] in _MARKED_FIRST or line[-1:] in "*_~ \t\r":
        found = _LEAD.match(line)
        start = found.end() if found else 0
        end = len(line.rstrip())
        while end > start and line[end - 1] in "*_~" and (line[start - 1 : start] in ("*", "_", "~") or line[end - 2 : end - 1] in "*_~"):
            end -= 1
        if start >= end:
            start = len(line) - len(line.lstrip())
            end = len(line.rstrip())
    else:
        end = len(line.rstrip())
    return (start, end) if start < end else (end, end)


def bare_text(line: str) -> str:
    """A line's bare text with link targets and inline emphasis taken off: `* [**Home**](/)` is `Home`."""
    start, end = bare_span(line)
    text = line[start:end]
    if "](" in text:
        text = _LINK.sub(r"\1", text)
        inner_start, inner_end = bare_span(text)
        text = text[inner_start:inner_end]
    return text


# ---- folding: the form in which phrases and labels are compared ----

_NUMBER = re.compile(r"\d+(?:[.,٫٬'’]\d+)*")
#: Characters whose case-insensitive equals are not reached by `str.lower()`; i and its Turkish kin fall together.
_SPECIAL = {
    "İ": "i", "ı": "i", "ſ": "s", "ς": "σ", "ϐ": "β", "ϑ": "θ", "ϕ": "φ", "ϖ": "π", "ϰ": "κ", "ϱ": "ρ", "ϵ": "ε", "µ": "μ",
    "ẛ": "ṡ", "\u1fbe": "ι", "\u1fd3": "\u0390", "\u1fe3": "\u03b0", "ﬅ": "ﬆ",
    "\u0345": "ι", "ᲀ": "в", "ᲁ": "д", "ᲂ": "о", "ᲃ": "с", "ᲄ": "т", "ᲅ": "т", "ᲆ": "ъ", "ᲇ": "ѣ", "ᲈ": "ꙋ",
}  # fmt: skip
_SPECIAL_TABLE = {ord(k): v for k, v in _SPECIAL.items()}
_HAS_SPECIAL = re.compile("[" + "".join(_SPECIAL) + "]")


def fold_case(text: str) -> str:
    """Case-folded text of the same length, under which all case variants that `regex` knows fall together."""
    if text.isascii():
        return text.lower()
    if "İ" in text:
        text = text.replace("İ", "i")
    text = text.lower()
    return text.translate(_SPECIAL_TABLE) if _HAS_SPECIAL.search(text) else text


def fold(text: str) -> str:
    """The form in which phrases are compared: as `fold_words`, and every number written as 0."""
    return _NUMBER.sub("0", fold_words(text))


def fold_words(text: str) -> str:
    """Case-folded, white space collapsed, punctuation, symbols and emoji taken off both ends, apostrophes made alike."""
    text = " ".join(fold_case(text).split())
    start, end = 0, len(text)
    while start < end and not text[start].isalnum():
        start += 1
    while end > start and not (text[end - 1].isalnum() or unicodedata.category(text[end - 1])[0] == "M"):
        end -= 1
    text = text[start:end]
    if "’" in text:
        text = text.replace("’", "'")
    return text


_ODD = re.compile("[\x00-\x08\x0b-\x1f\x7f-\xa0\xad\u1680\u2000-\u200d\u2028\u2029\u202f\u205f\u2060\ufeff\ufff9-\uffff]")


class LineFacts(NamedTuple):
    """What is known of a line from its own text alone, so that it can be remembered from line to line and text to text."""

    text: str  # without the line break
    bare: str
    words: float
    lower: int
    upper: int
    terminal: bool
    prose: bool  # protected on its own account
    mark: str  # "", "bullet", "number", "heading", "quote", "table", "fence", "image", "rule"
    indent: int


_MARKS = regex.compile(
    r"\s*+(?:(?P<fence>```|~~~)|(?P<heading>#{1,6}\s)|(?P<rule>(?:[-*_=]\s*){3,}$)|(?P<bullet>[*+\-•‣◦▪●–](?=\s))"
    r"|(?P<number>\d{1,3}[.)](?=\s))|(?P<quote>>)|(?P<table>\|.*\||[^|]*\|[^|]*\|[^|]*\||[^\t]*\t[^\t]+\t))"
)


def line_mark(text: str) -> str:
    """The kind of mark that a line begins with, or `""`."""
    if text[:1].isalnum() and not text[:1].isdigit() and "|" not in text and "\t" not in text:
        return ""
    found = _MARKS.match(text)
    if found:
        return found.lastgroup or ""
    return "image" if _IMAGE_ONLY.fullmatch(text.strip()) else ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a document.

    `text` is the line as it stands, `bare` without marks of Markdown and lists, `words` counted script-aware.
    `protected` says that the paragraph it belongs to is prose. `cues` and `removed` are what earlier stages of the pass
    found. `block` is the markup it came from, None for plain text.
    """

    index: int
    span: Span
    text: str
    bare: str
    words: float
    mark: str
    terminal: bool
    protected: bool
    paragraph: int
    removed: bool = False
    cues: tuple[Cue, ...] = ()
    block: Block | None = None

    @property
    def blank(self) -> bool:
        """Whether there is nothing but white space."""
        return not self.text.strip()


class Document:
    """A snapshot of the text at one stage of a pass; rules read it and nothing changes it.

    `lines` are the lines that are not blank, in order. `shape` tells what kind of text it is. `options` are those of the
    cleaner. `first_prose` and `last_prose` are the indices of the first and last protected line, or -1. `wraps` holds each
    line that a hard wrap parts from the next; the lines so joined are one paragraph. `explain` says whether anybody reads reasons.
    `ragged`: there may be white space at line ends or blank lines beyond one, or no line break at the end.
    """

    text: str
    starts: Sequence[int]
    facts: Sequence[LineFacts]
    protected: Sequence[bool]
    paragraphs: Sequence[int]
    shape: Shape
    wraps: frozenset[int]
    url: str | None
    lang: str | None
    options: Mapping[str, object]
    blocks: Sequence[Block]
    explain: bool
    ragged: bool
    removed: frozenset[int]
    cues: Mapping[int, tuple[Cue, ...]]

    def __init__(
        self,
        text: str,
        *,
        starts: Sequence[int],
        facts: Sequence[LineFacts],
        protected: Sequence[bool],
        paragraphs: Sequence[int],
        shape: Shape,
        wraps: frozenset[int] = frozenset(),
        url: str | None = None,
        lang: str | None = None,
        options: Mapping[str, object] = MappingProxyType({}),
        blocks: Sequence[Block] = (),
        explain: bool = True,
        ragged: bool = True,
        removed: frozenset[int] = frozenset(),
        cues: Mapping[int, tuple[Cue, ...]] = MappingProxyType({}),
    ) -> None:
        # One step, past `__setattr__`: a document is made for each pass.
        self.__dict__.update(
            text=text, starts=starts, facts=facts, protected=protected, paragraphs=paragraphs, shape=shape, wraps=wraps, url=url, lang=lang,
            options=options, blocks=blocks, explain=explain, ragged=ragged, removed=removed, cues=cues,
        )  # fmt: skip

    def __setattr__(self, name: str, value: object) -> NoReturn:
        """Raise AttributeError: all rules see the same snapshot."""
        raise AttributeError(f"a document cannot be changed (`{name}`); propose an Edit or a Cue instead")

    __delattr__ = partialmethod(__setattr__, value=None)

    def __len__(self) -> int:
        return len(self.facts)

    @cached_property
    def odd(self) -> bool:
        """Whether there is any character that a repair might be for: one cheap look before several careful ones."""
        return _ODD.search(self.text) is not None

    @cached_property
    def folded(self) -> str:
        """The text, case-folded."""
        return fold_case(self.text)

    @cached_property
    def fenced(self) -> frozenset[int]:
        """The lines of fenced blocks of code, fences included; a fence that nothing closes opens nothing."""
        fences = [i for i, f in enumerate(self.facts) if f.mark == "fence"]
        return frozenset(i for first, last in zip(fences[::2], fences[1::2], strict=False) for i in range(first, last + 1))

    def is_about(self, words: Sequence[str], line: int = -1) -> bool:
        """Whether the title has one of the case-folded words, or five protected lines do. `line` itself is not the title."""
        if not self.mentions(words):
            return False
        title = fold_case(self.facts[0].text) if self.facts and not self.protected[0] else ""
        if line != 0 and self.first_prose > 0 and any(w in title for w in words):
            return True
        return sum(any(w in fold_case(f.text) for w in words) for f, p in zip(self.facts, self.protected, strict=True) if p) >= 5

    def mentions(self, words: Sequence[str]) -> bool:
        """Whether one of the case-folded words stands in the text, also as part of another."""
        return any(word in self.folded for word in words)

    def with_evidence(self, removed: frozenset[int], cues: Mapping[int, tuple[Cue, ...]]) -> Document:
        """The same snapshot, with the lines that earlier stages remove and the cues that they gave."""
        twin = Document.__new__(Document)
        twin.__dict__.update(self.__dict__)
        twin.__dict__.pop("title", None)  # what was found out already holds for the twin, but for this
        twin.__dict__.update(removed=removed, cues=cues)
        return twin

    @property
    def lines(self) -> Sequence[Line]:
        """The lines that are not blank, each made when it is looked at: together they would take several times the memory of the text."""
        return _Lines(self)

    def line(self, i: int) -> Line:
        """Line `i` of those that are not blank."""
        f, start = self.facts[i], self.starts[i]
        return Line(
            i, Span(start, start + len(f.text)), f.text, f.bare, f.words, f.mark, f.terminal, self.protected[i], self.paragraphs[i],
            i in self.removed, self.cues.get(i, ()), self.block_at(start),
        )  # fmt: skip

    def span(self, i: int) -> Span:
        """Where line `i` stands, without its line break."""
        return Span(self.starts[i], self.starts[i] + len(self.facts[i].text))

    def line_at(self, offset: int) -> int:
        """Index of the line (of those that are not blank) that an offset lies in, or of the last one before it."""
        return max(0, bisect_right(self.starts, offset) - 1)

    def end(self, i: int) -> int:
        """Where line `i` ends, before its line break."""
        return self.starts[i] + len(self.facts[i].text)

    def visible(self, i: int) -> Span:
        """Where line `i` stands, without white space around it."""
        text = self.facts[i].text
        return Span(self.starts[i] + self.facts[i].indent, self.starts[i] + len(text.rstrip()))

    def blank_before(self, i: int) -> bool:
        """Whether a blank line, or the start of the text, stands above line `i`."""
        return i == 0 or self.starts[i] - self.end(i - 1) > 1

    def cuts(self, removed: frozenset[int]) -> Iterator[tuple[int, int, int]]:
        """For each removed line the characters that go with it, `(line, start, end)`, sorted and disjoint.

        Of the gaps before and after a run of removed lines the wider one stays, so that no paragraphs run together.
        """
        i = 0
        n = len(self.facts)
        while i < n:
            if i not in removed:
                i += 1
                continue
            j = i
            while j + 1 < n and j + 1 in removed:
                j += 1
            if j + 1 == n:
                forward = i == 0
            else:
                forward = i == 0 or self.starts[i] - self.end(i - 1) >= self.starts[j + 1] - self.end(j)
            for k in range(i, j + 1):
                if forward:
                    yield k, self.starts[k], self.starts[k + 1] if k + 1 < n else self.end(k)
                else:
                    yield k, self.end(k - 1), self.end(k)
            i = j + 1

    def block_at(self, offset: int) -> Block | None:
        """The innermost block of markup at an offset."""
        best: Block | None = None
        for block in self.blocks:
            if block.span.start <= offset < block.span.end and (best is None or best.span.covers(block.span)):
                best = block
        return best

    def has_cue(self, i: int, *kinds: str) -> bool:
        """Whether line `i` bears one of the cues."""
        return any(c.kind in kinds for c in self.cues.get(i, ()))

    @cached_property
    def first_prose(self) -> int:
        """Index of the first protected line, or -1. A headline that is a sentence of its own, above other lines, is passed over."""
        first = next((i for i, p in enumerate(self.protected) if p), -1)
        if first == 0 and self.facts[0].words <= 20 and len(self) > 1 and not self.protected[1]:
            return next((i for i in range(1, len(self)) if self.protected[i]), 0)
        return first

    @cached_property
    def last_prose(self) -> int:
        """Index of the last protected line, or -1."""
        return next((i for i in range(len(self.protected) - 1, -1, -1) if self.protected[i]), -1)

    def surviving(self) -> Iterator[int]:
        """Indices of the lines that no earlier stage removes."""
        return (i for i in range(len(self.facts)) if i not in self.removed)

    @property
    def title(self) -> str:
        """The first surviving line where it stands above the prose, else an empty string."""
        first = next(self.surviving(), -1)
        return self.facts[first].bare if 0 <= first < self.first_prose else ""


class _Lines(Sequence[Line]):
    """`Document.lines`."""

    def __init__(self, doc: Document) -> None:
        self._doc = doc

    def __len__(self) -> int:
        return len(self._doc)

    @overload
    def __getitem__(self, at: int) -> Line: ...

    @overload
    def __getitem__(self, at: slice) -> tuple[Line, ...]: ...

    def __getitem__(self, at: int | slice) -> Line | tuple[Line, ...]:
        some = range(len(self))[at]  # as a tuple takes it: from the end, or an IndexError
        return self._doc.line(some) if isinstance(some, int) else tuple(map(self._doc.line, some))

    def __iter__(self) -> Iterator[Line]:
        return map(self._doc.line, range(len(self)))
