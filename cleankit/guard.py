"""Guard rails: what is prose and so protected, what an edit may not do, how much a pass may take. All of it is pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

import regex

from cleankit.document import Document, Measure, fold_case, measure
from cleankit.rule import RuleInfo, Stage
from cleankit.shape import Shape, is_dated
from cleankit.spans import Edit

__all__ = ["heads_a_list", "is_prose", "loss", "over_budget", "protect", "refusal", "reported", "structural", "taken_up"]

# `…, the mayor said`, `»…«, sagte sie`: verbs of saying behind a comma or a closing quotation mark, and who says so. Notices are
# said by nobody.
_SAYING = regex.compile(
    r"""[,，、،”"»“’'」]\s?(?:[^\s,;.!?]{1,24}\s){0,6}?(?:
    said|says|told|explains|explained|promises|promised|asks|asked|wrote|writes|jokes|joked|adds|added|notes|noted|admits|admitted|ruled|recalls|recalled
    |sagte|sagten|sagt|erklärte|erklärt|teilte|schrieb|schreibt|fragte|meinte|meint|betonte|versprach
    |dit|disent|explique|expliquait|affirme|raconte|assure|selon|écrit|ajoute|promet|dijo|dice|dicen|explicó|explica|según|contó|aseguró|prometió|afirmó|disse|dice|dicono
    |spiega|spiegò|secondo|racconta|promette|diz|dizem|segundo|explicou|contou|afirmou|prometeu|zei|zegt|aldus|volgens|vertelt|vertelde|schreef
    |säger|sade|enligt|berättar|berättade|förklarar|sier|ifølge|forteller|fortalte|forklarer|siger|sagde|fortæller|forklarede|sanoo|sanoi|sanovat|kertoo|kertoi|mukaan|toteaa
    |powiedział|powiedziała|mówi|mówił|mówiła|według|napisał|obiecał|obiecała|řekl|řekla|říká|podle|uvedl|uvedla|slíbil|slíbila
    |сказал|сказала|говорит|говорят|сообщил|сообщила|сообщили|объяснил|объяснила|пообещал|по\sсловам|сказав|сказала|каже|пояснив|пояснила|за\sсловами|повідомив
    |dedi|diyor|söyledi|anlattı|açıkladı|είπε|λέει|λένε|εξήγησε|δήλωσε|σύμφωνα\sμε|قال|قالت|يقول|تقول|أوضح|گفت|می‌گوید|کہا|کہتے|बोले|कहा|बताया|kata|ujar|katanya|tutur|nói
    )(?!\p{L})|[,，”」](?:\S{0,8})(?:说|說|表示|称|道)|」?と(?:述べ|話|語|言|説明)|라고\s(?:말|밝|전|설명)""",
    regex.VERBOSE | regex.IGNORECASE,
)


def reported(text: str) -> bool:
    """Whether a sentence says who says it: `Check back later, the man at the counter said, and I did.`"""
    return text.rstrip("”\"»’'）) ")[-1:] in _FULL_STOPS and _SAYING.search(text) is not None


_FULL_STOPS = frozenset(".。।۔!?！？؟")

#: Protected words that may always go, so that one labelled link in a short text is not refused.
FREE_PROSE_WORDS = 40


def is_prose(m: Measure) -> bool:
    """Whether counts are those of prose.

    The thresholds are language-neutral and were set on line labels of real extractor output: of the words of main
    content at least 90 % have to be covered, of the debris lines at most 20 %.
    """
    cased = m.lower + m.upper
    if cased > 3 and m.lower < 0.3 * cased and m.words < 40:  # a row of names or a headline in title case
        return False
    if m.terminal:
        return m.words >= 8
    if m.stops >= 1 or m.commas >= 2:
        return m.words >= 22
    return m.words >= 25


def protect(paragraph: str) -> bool:
    """Whether a logical paragraph is prose, which only rules with `reach = "prose"` may touch.

    Takes one paragraph, hard wraps joined and inline debris blanked. Looks at nothing else, so that taking out other lines
    can never unprotect it.
    """
    return is_prose(measure(paragraph))


#: An inline removal inside a protected paragraph may be this long, in characters.
INLINE_LIMIT = 40


def refusal(doc: Document, edit: Edit, info: RuleInfo) -> str:
    """Why an edit may not be made, or an empty string.

    Protected prose is touched by rules with `reach = "prose"`, by rules of inline debris that was blanked before the line
    was judged, and otherwise by at most `INLINE_LIMIT` characters of a line.
    """
    if info.reach == "prose" or info.stage is Stage.INLINE:
        return ""
    start, end = edit.span
    if end <= start or not len(doc):
        return ""
    for i in range(doc.line_at(start), doc.line_at(end - 1) + 1):
        if doc.protected[i]:
            low, high = doc.visible(i)
            taken = min(end, high) - max(start, low)
            if taken > INLINE_LIMIT or (taken > 0 and start <= low and end >= high):
                return "overlaps protected prose"
    return ""


#: A line of more words than this is told by its words alone, wherever it stands.
LABEL_WORDS = 4


def structural(doc: Document, removed: frozenset[int]) -> dict[int, str]:
    """Lines among `removed` that are part of the text's own structure, and why: short labels that the text itself uses.

    A word like `Share` or `Home` is a button nearly everywhere; in a stanza, a glossary, as an answer in an interview or as
    a heading with a body beneath it, it is not.
    """
    out: dict[int, str] = {}
    counts = _introduced(doc, removed)
    rows = _own_rows(doc, removed) if removed else set()
    said = taken_up(doc, removed)
    for i in removed:
        f = doc.facts[i]
        if i in doc.fenced:
            out[i] = "stands in a block of code"
        elif i in rows:
            out[i] = "one row of several, most of which stay"
        elif i in counts:
            out[i] = "one of several numbers that the line above them introduces"
        elif f.words > LABEL_WORDS or doc.protected[i]:
            continue
        elif doc.shape in _STANZAS and _has_close_neighbour(doc, i, removed):
            out[i] = f"part of a block of lines in a text of shape {doc.shape.value}"
        elif f.mark == "heading" and _body_beneath(doc, i, removed) and _other_headings(doc, i, removed):
            out[i] = "a heading with a body beneath it, one of several"
        elif doc.shape is Shape.GLOSSARY and _body_beneath(doc, i, removed):
            out[i] = "one of the text's headwords"
        elif doc.shape in (Shape.QA, Shape.TRANSCRIPT) and (f.terminal or _asked(doc, i - 1)):
            out[i] = "a short sentence or answer in a conversation"
        elif f.terminal and i - 1 not in removed and _asked(doc, i - 1) and sum(_asked(doc, k) for k in range(len(doc))) >= 3:
            out[i] = "an answer, in a text with several questions"
        elif i in said:
            out[i] = "a sub-heading whose words the paragraph beneath takes up, one of several"
        elif doc.shape is Shape.CHRONOLOGY and doc.first_prose < i < doc.last_prose and is_dated(f.text):
            out[i] = "one of several dates or times that structure the text"
    return out


def _asked(doc: Document, i: int) -> bool:
    return i >= 0 and doc.facts[i].text.rstrip().endswith(("?", "？", "؟"))


#: Longer rows are told by their words alone.
ROW_WORDS = 12
_PAIR = re.compile(r"[^\s:：][^:：]{0,40}[:：]\s*[^\s/]")


def _own_rows(doc: Document, removed: frozenset[int]) -> set[int]:
    """Removed rows of lists and of tables of facts, of which most rows stay.

    `Share` among the gestures that a manual lists, `Camera: 12 megapixels` among the properties of a telephone, `Date: 12 May`
    among what there is to know of a concert. Rows are list items or short lines with a label and a colon, three and more.
    """
    out: set[int] = set()
    run: list[int] = []
    kind = ""
    for i in range(len(doc) + 1):
        here = _row(doc, i) if i < len(doc) else ""
        if run and here != kind:
            gone = [k for k in run if k in removed]
            if gone and len(run) >= 3 and _most_stay(len(gone), len(run), kind) and _in_text(doc, run, kind):
                out.update(k for k in gone if doc.facts[k].words <= ROW_WORDS)
            run = []
        kind = here
        if here:
            run.append(i)
    return out


def _introduced(doc: Document, removed: frozenset[int]) -> set[int]:
    """Short lines with a number, two and more, right beneath a line of four words and more that ends in a colon and stays."""
    out: set[int] = set()
    for i in removed:
        if i and i - 1 not in removed and doc.facts[i - 1].words >= 4 and doc.facts[i - 1].text.rstrip().endswith((":", "：")):
            k = i
            while k < len(doc) and doc.facts[k].words <= LABEL_WORDS and any(c.isdigit() for c in doc.facts[k].bare):
                k += 1
            if k - i >= 2:
                out.update(range(i, k))
    return out


def _most_stay(gone: int, rows: int, kind: str) -> bool:
    """Whether enough of a run stays for all of it to stay: of numbered items any, of pairs half, of others more than half."""
    return gone < rows if kind == "number" else 2 * gone <= rows - (kind != "pair")


def _row(doc: Document, i: int) -> str:
    f = doc.facts[i]
    if f.mark in ("bullet", "number"):
        return f.mark
    return "pair" if not f.mark and not doc.protected[i] and f.words <= ROW_WORDS and _PAIR.match(f.bare) else ""


def _in_text(doc: Document, run: list[int], kind: str) -> bool:
    """Whether rows belong to the text: pairs do, list items (menus are such too) inside the prose or behind a colon."""
    if kind == "pair":
        return True
    introduced = run[0] > 0 and doc.facts[run[0] - 1].text.rstrip().endswith((":", "："))
    return introduced or any(doc.protected[: run[0]]) and any(doc.protected[run[-1] + 1 :])


_WORDS = re.compile(r"[^\W\d_]+")


def taken_up(doc: Document, removed: frozenset[int]) -> set[int]:
    """Removed short lines above paragraphs that take them up: `Share`, and beneath it what the share button does.

    Of words of four letters and more the ending may differ. One line alone may be chance: there have to be two, or other
    sub-headings that stay.
    """
    if not (removed and doc.shape.prosaic):
        return set()
    found = {i for i in removed if doc.facts[i].words <= LABEL_WORDS and _heads_prose(doc, i, removed) and _says_so(doc, i)}
    others = (k for k in range(len(doc)) if k not in removed and doc.facts[k].words <= 2 * LABEL_WORDS)
    if len(found) >= 2 or found and any(doc.protected[k - 1] and _heads_prose(doc, k, removed) for k in others):
        return found
    return set()


def _says_so(doc: Document, i: int) -> bool:
    beneath = fold_case(doc.facts[i + 1].text)
    words = _WORDS.findall(fold_case(doc.facts[i].bare))
    said = set(_WORDS.findall(beneath))
    return bool(words) and all(w in said or (len(w) > 3 or not w.isascii()) and w[: max(4, len(w) - 2)] in beneath for w in words)


def _heads_prose(doc: Document, i: int, removed: frozenset[int]) -> bool:
    """Whether a line that is no prose stands right above a paragraph, inside the text and behind a line that stays."""
    return (
        0 < i < len(doc) - 1 and not doc.protected[i] and not doc.facts[i].terminal and doc.protected[i + 1]
        and not {i - 1, i + 1} & removed and any(doc.protected[:i])
    )  # fmt: skip


_STANZAS = frozenset({Shape.VERSE, Shape.CODE, Shape.TRANSCRIPT})


def _has_close_neighbour(doc: Document, i: int, removed: frozenset[int]) -> bool:
    above = i > 0 and i - 1 not in removed and not doc.blank_before(i)
    below = i + 1 < len(doc) and i + 1 not in removed and not doc.blank_before(i + 1)
    return above or below


def _body_beneath(doc: Document, i: int, removed: frozenset[int]) -> bool:
    return i + 1 < len(doc) and i + 1 not in removed and (doc.protected[i + 1] or doc.facts[i + 1].terminal or doc.facts[i + 1].words >= 8)


def _other_headings(doc: Document, i: int, removed: frozenset[int]) -> bool:
    level = doc.facts[i].text.lstrip().split(" ", 1)[0]
    return any(k != i and k not in removed and f.mark == "heading" and f.text.lstrip().startswith(level + " ") for k, f in enumerate(doc.facts))


def heads_a_list(doc: Document, i: int, removed: frozenset[int]) -> bool:
    """Whether two list items without links, or two lines with a year or a time, stand beneath a line: sources, dates, rules of a game."""
    below = range(i + 1, min(i + 3, len(doc)))
    return len(below) == 2 and not any(k in removed for k in below) and all(
        (doc.facts[k].mark in ("bullet", "number", "table") and "](" not in doc.facts[k].text) or is_dated(doc.facts[k].text) for k in below
    )  # fmt: skip


def loss(doc: Document, removed: frozenset[int]) -> float:
    """The share of all words that goes with the lines `removed`."""
    total = sum(f.words for f in doc.facts)
    return sum(doc.facts[i].words for i in removed) / total if total else 0.0


def over_budget(doc: Document, edits: Sequence[tuple[Edit, RuleInfo]], removed: frozenset[int], share: float) -> frozenset[str]:
    """The rules that would take more than `share` of the protected words, each on its own account.

    Rules that only take what stands elsewhere too are exempt; a few words may always go.
    """
    if not any(info.reach == "prose" and not info.verbatim for _, info in edits):
        return frozenset()
    taken: dict[str, set[int]] = {}
    for edit, info in edits:
        if info.reach == "prose" and not info.verbatim:
            for i in range(doc.line_at(edit.span.start), doc.line_at(max(edit.span.start, edit.span.end - 1)) + 1):
                if doc.protected[i] and i in removed:
                    taken.setdefault(info.id, set()).add(i)
    protected = sum(f.words for f, p in zip(doc.facts, doc.protected, strict=True) if p)
    limit = max(share * protected, FREE_PROSE_WORDS)
    # the same line twice is counted once: copies of one notice are no more prose than the notice
    return frozenset(rule for rule, lines in taken.items() if sum({doc.facts[i].text: doc.facts[i].words for i in lines}.values()) > limit)
