"""Who wrote it: notes on the author at the end, and the title where the caller does not want it."""

from __future__ import annotations

from collections.abc import Iterable

import regex

from cleankit.builtin._coded import CodedRule
from cleankit.builtin.context._evidence import head_lines, info, tail_lines
from cleankit.builtin.context._structure import sub_headings
from cleankit.builtin.context.head import furniture
from cleankit.document import Document, LineFacts
from cleankit.rule import Rule
from cleankit.shape import Shape
from cleankit.spans import Edit

__all__ = ["RULES"]

_HANDLE = regex.compile(r"(?<![\p{L}\p{N}])@[A-Za-z0-9_]{3,30}|[\w.+-]{2,40}@[\w-]{2,40}\.[\w.]{2,20}")
# "X is a reporter …": the name at the start, perhaps behind a trade, the verb, and a word for what people who write are.
_IS_A = regex.compile(
    r"(?:\p{Lu}[\p{L}\p{M}-]+(?:in|ent|eur|or|rice|ist)\s+)?"
    r"(?P<name>\p{Lu}[\p{L}\p{M}.'’-]+(?:\s+(?:\p{Lu}[\p{L}\p{M}.'’-]*|de|van|von|der|la|el|bin|al)){1,3})(?:,[^,]{3,80},)?\s+"
    r"(?P<verb>is|was|writes|covers|reports|has\s+(?:been\s+writing|written|covered)|makes|edits|ist|schreibt|arbeitet|leitet|lehrt|berichtet|est|écrit|couvre|es|escribe|cubre"
    r"|é|escreve|cobre|è|scrive|is een|schrijft|är|skriver|er|on|jest|pisze)\b"
)
# What only people who write do: it says enough without a trade.
_WRITES = regex.compile(
    r"\b(?:writes\s+(?:about|on|for)|has\s+been\s+(?:writing|covering|reporting)|reports\s+(?:on|from)|edits|schreibt\s+(?:über|für)|berichtet\s+(?:über|aus)"
    r"|écrit\s+(?:sur|pour)|escribe\s+(?:sobre|para)|escreve\s+(?:sobre|para)|scrive\s+(?:di|per)|schrijft\s+(?:over|voor)|skriver\s+(?:om|för|for)|pisze\s+(?:o|dla))\b"
)
_TRADE = regex.compile(
    r"(?i)\b(?:\w*reporter\w*|\w*journalist\w*|correspondent\w*|columnist\w*|\w*editor\w*|writer|author|freelance\w*|contributor|professor|fellow|lecturer|staff|analyst"
    r"|president|director|officer|producer|researcher|attorney|lawyer|historian|economist|scientist|strategist|consultant|critic|essayist|novelist|broadcaster"
    r"|\w*redakteur\w*|\w*korrespondent\w*|autor\w*|kolumnist\w*|journaliste|rédact\w+|correspondante?|chroniqueu\w+|periodista|redactor\w*|corresponsal|columnista|jornalista|repórter"
    r"|giornalista|redattore|corrispondente|verslaggever|redacteur|skribent|dziennikar\w+|redaktor\w*)\b"
)
#: With a handle behind it, what a reporter does; costs are covered, too.
_COVERS = frozenset({"covers", "couvre", "cubre", "cobre"})
_WORDS = regex.compile(r"[\p{L}\p{M}'’-]+")


def _author_note(doc: Document) -> Iterable[Edit]:
    """One of the last three paragraphs that says who the author is: somebody of whom the text itself does not speak."""
    if not doc.shape.prosaic or sum(doc.protected) < 5 or doc.options.get("keep_byline"):
        return
    last = [i for i in range(len(doc) - 1, -1, -1) if doc.protected[i] and i not in doc.removed][:3]
    foot = True  # whether only notes stand below
    for i in last:
        text = doc.facts[i].bare
        if doc.facts[i].words > 70:
            break  # notes stand at the very end: a long paragraph ends the search
        named = _IS_A.match(text)
        if named:
            trade, writes, handle = _TRADE.search(text), _WRITES.search(text), _HANDLE.search(text)
            signed = named["name"].casefold() in _bylines(doc)
            stranger = foot and not _spoken_of(doc, named["name"], i)
            if signed or (trade and (handle or stranger)) or (stranger and (writes or (handle and named["verb"] in _COVERS))):
                evidence = [e for e, holds in (("names a person and a trade", trade), ("says what a person writes about", writes), ("has a handle or an address", handle),
                                               ("the name is the byline's", signed), ("the text speaks of nobody of that name", stranger)) if holds]  # fmt: skip
                yield Edit(doc.visible(i), "", "a note on the author among the last paragraphs: " + ", ".join(evidence), "byline", None)
                continue
        foot = False


def _spoken_of(doc: Document, name: str, note: int) -> bool:
    """Whether another paragraph has the last of the words of a name."""
    surname = name.rsplit(maxsplit=1)[-1]
    return any(surname in doc.facts[i].text and surname in _WORDS.findall(doc.facts[i].text) for i, p in enumerate(doc.protected) if p and i != note)


def _bylines(doc: Document) -> str:
    """The lines that name who wrote the text, or that go: case-folded."""
    return " ".join(doc.facts[i].text for i in range(len(doc)) if i in doc.removed or doc.has_cue(i, "byline")).casefold()


def _edge_dates(doc: Document) -> Iterable[Edit]:
    """Bare dates above the first paragraph or below the last, where the text is no chronology."""
    if doc.options.get("keep_date") or doc.shape not in (Shape.PROSE, Shape.QA):
        return
    for lines in (head_lines(doc), tail_lines(doc)):
        dates = list(_dates(doc, lines))
        if dates and not sub_headings(doc).intersection(lines):  # in an address block: a letter
            yield from dates


def _dates(doc: Document, lines: Iterable[int]) -> Iterable[Edit]:
    for i in lines:
        f = doc.facts[i]
        if i not in doc.removed and doc.has_cue(i, "date") and f.words <= 8 and not f.mark and not doc.has_cue(i, "kept"):
            where = "above the first paragraph" if i < doc.first_prose else "below the last paragraph"
            yield Edit(doc.visible(i), "", f"a bare date {where}", "date", doc.visible(i))


def _title(doc: Document) -> Iterable[Edit]:
    """With `keep_title=False`: the one line above the first paragraph that could be the headline.

    Where several could, none goes: once the first was gone, the next would pass for the title, and so a text would lose
    its sub-headings, captions and lists, line by line. Headings of lower levels are no titles.
    """
    if doc.options.get("keep_title") or not doc.shape.prosaic:
        return
    gone = furniture(doc)
    could = [i for i in doc.surviving() if i < doc.first_prose and i not in gone and _may_be_title(doc.facts[i])]
    if len(could) == 1 and not doc.facts[could[0]].text.rstrip().endswith((",", "，", "،")):  # a letter's first line
        yield Edit(doc.visible(could[0]), "", "the only line above the first paragraph that could be the headline", "title", doc.visible(could[0]))


def _may_be_title(f: LineFacts) -> bool:
    return 2 <= f.words <= 30 and (not f.mark or (f.mark == "heading" and f.text.split(None, 1)[0] == "#"))


RULES: tuple[Rule, ...] = (
    CodedRule(info("author-note", "Notes on the author below the text", "About the writer, not the subject.", 0.82, reach="prose",
                   misfires="A profile whose last paragraph sums up that X is a writer, with an address."), _author_note),
    CodedRule(info("edge-date", "Bare dates above or below the text", "When the page was made, not what it says.", 0.88,
                   misfires="A letter that ends with its date."), _edge_dates),
    CodedRule(info("title", "The headline", "Only where keep_title is off.", 0.8, reach="prose"), _title),
)  # fmt: skip
