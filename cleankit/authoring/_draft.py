"""A rule file drafted from lines of debris."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from cleankit.document import LineFacts, fold
from cleankit.errors import InputError
from cleankit.matchers import PatternRule, line_facts, split_label

__all__ = ["Draft", "block", "draft", "example_of", "numbers_as_pattern", "quoted", "slugged"]

_BODY = (
    "The council met on Monday, and after a long debate its members agreed on a new budget for the harbour.",
    "Nobody in the room had expected the talks to go on for so long, but all of them stayed to the end.",
)


class Draft(NamedTuple):
    """The text of a rule file, what its author should know, its kind of matcher and the other kinds that the lines allow."""

    text: str
    notes: tuple[str, ...]
    kind: str
    kinds: tuple[str, ...]


def draft(lines: Sequence[str], langs: Sequence[str] = (), sites: Sequence[str] = (), kind: str = "") -> Draft:
    """A rule file for lines of debris: phrases before patterns, the label where a line has one with something after it.

    `kind` asks for another matcher: `phrases`, `labels` or `line` (a pattern). Raises InputError where the lines do not allow
    it, or have characters that no file can hold.
    """
    facts = [line_facts(line.strip("\r\n")) for line in lines]
    if any("\ud800" <= c <= "\udfff" for f in facts for c in f.text):
        raise InputError("the line has half a character (a lone surrogate), which no file can hold")
    kinds = (*(("labels",) if all(split_label(f)[0] for f in facts) else ()), "phrases", "line")
    kind = kind or kinds[0]
    if kind not in kinds:
        raise InputError(f"these lines cannot be matched by {kind!r}; possible: {', '.join(kinds)}")
    shown = [_label_of(f) if kind == "labels" else f.bare for f in facts]
    phrases = list({fold(p): p for p in reversed(shown)}.values())[::-1]
    prose = any(f.prose for f in facts)
    taken = "\n".join(f.text for f in facts)
    keeps = _keeps(phrases, kind)
    out = [
        'summary    = "TODO: what is found, as a noun"',
        'why        = "TODO: why it is boilerplate"',
        'stage      = "lines"',
        'since      = "0.1"',
        "confidence = 0.9",
    ]
    if langs:
        out.append(f"langs      = [{', '.join(map(quoted, langs))}]")
    if sites:
        out.append(f"sites      = [{', '.join(map(quoted, sites))}]")
    out.append('misfires   = "TODO: where it is wrong, in words"')
    if prose:
        out.append('reach      = "prose"')
    out += ["", "[match]"]
    if any(c.isdigit() for p in phrases for c in p):
        out.append("# any number fits in the place of a number")
    if kind == "line":
        out.append(f"line = {block(_pattern(phrases))}")
    else:
        out.append(f"{kind} = [{', '.join(map(quoted, phrases))}]")
    if kind == "labels":
        out.append("# the label, a separator such as `:`, and anything after it")
    elif kind == "phrases" and (pattern := numbers_as_pattern(shown[0])).isprintable():
        out.append(f"# the same as a pattern, if it has to be one: line = '''{pattern}'''")
    before, after = example_of(taken)
    out += ["", "[[example]]", f"before = {block(before)}", f"after = {block(after)}"]
    for text, why in keeps[: 3 if prose else 2]:
        out += ["", "[[keep]]", f"text = {quoted(text)}", f"why  = {quoted(why)}"]
    return Draft("\n".join(out) + "\n", tuple(_notes(facts, kind, phrases, langs)), kind, kinds)


def example_of(gone: str) -> tuple[str, str]:
    """An example: debris between two paragraphs of prose, and the paragraphs without it."""
    return "\n\n".join((_BODY[0], gone, _BODY[1])), "\n\n".join(_BODY)


def _label_of(facts: LineFacts) -> str:
    """The label as it is written: the longest start of the line that folds to it."""
    label = split_label(facts)[0]
    return next((facts.bare[:k].rstrip() for k in range(1, len(facts.bare) + 1) if fold(facts.bare[:k]) == label), label)


def numbers_as_pattern(line: str) -> str:
    """A pattern for a line, in any case, with any number in the place of each number and any space for a space."""
    parts = re.findall(r"\d[\d.,]*[km]?\b|\d|\s+|[^\d\s]+", line, re.IGNORECASE)
    out = "".join(r"\d[\d.,]*[km]?" if part[0].isdigit() else r"\s+" if part.isspace() else re.escape(part) for part in parts)
    return f"(?i){out}".replace("'''", "''\\'")


def _pattern(lines: Sequence[str]) -> str:
    """One pattern for all lines."""
    if len(lines) == 1:
        return numbers_as_pattern(lines[0])
    return f"(?i)(?:{'|'.join(numbers_as_pattern(line).removeprefix('(?i)') for line in lines)})"


def _keeps(phrases: Sequence[str], kind: str) -> list[tuple[str, str]]:
    """Sentences that must stay: one with the words of the debris, and the nearest of the pool."""
    from cleankit.plugins import load_registry

    words = {w for p in phrases for w in fold(p).split() if len(w) > 2}
    pool = {k.text: r.info.id for r in load_registry(()).rules.values() if isinstance(r, PatternRule) for k in r.keeps if "\n" not in k.text}
    near = sorted(pool, key=lambda t: (-len(words & set(fold(t).split())), len(t), t))
    own = f"It said “{phrases[0]}” on the board, and nobody in the room had expected to read those words there."
    first = (own, "a sentence with the words of the debris; better one that you have seen")
    taken = {fold(p) for p in phrases}
    others = [(t, f"spared by {pool[t]} as well") for t in near[:8] if fold(t) not in taken and not (kind == "labels" and split_label(line_facts(t))[0] in taken)]
    return [first, *others, (_BODY[0], "prose like any other")]


#: Rules that take a line already, which a note names.
_SHOWN = 4


def _notes(facts: Sequence[LineFacts], kind: str, phrases: Sequence[str], langs: Sequence[str]) -> Iterable[str]:
    from cleankit.plugins import load_registry

    if kind != "line":
        yield f"compared as {', '.join(repr(fold(p)) for p in phrases)}" + (" before a separator" if kind == "labels" else ", the whole line")
    odd = sorted({c for f in facts for c in f.text if c != "\t" and c != " " and (c.isspace() or unicodedata.category(c) in ("Cf", "Cc"))})
    if odd:
        yield "invisible characters in it: " + ", ".join(f"U+{ord(c):04X} {unicodedata.name(c, '')}".strip() for c in odd)
    if any(f.prose for f in facts):
        yield 'it looks like prose, so the rule has reach = "prose": for whole sentences that are always the same, and labels'
    taking = [r for r in load_registry(()).rules.values() if isinstance(r, PatternRule) and r.info.effect == "remove" and all(r.hits(0, f) for f in facts)]
    # those of the rule's own languages first, then those that take it anywhere
    taking.sort(key=lambda r: (bool(langs) and not set(langs) & {*r.info.langs}, r.at != "any"))
    if taking:
        shown = ", ".join(r.info.id + (f" (at = {r.at})" if r.at != "any" else "") for r in taking[:_SHOWN])
        yield f"{shown} {'takes' if len(taking) == 1 else 'take'} it already" + (f", and {len(taking) - _SHOWN} more" if len(taking) > _SHOWN else "")


def quoted(text: str) -> str:
    """A TOML string on one line."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")


def block(text: str) -> str:
    """A TOML string, over several lines as it stands where that is possible."""
    plain = "'''" not in text and not text.endswith("'") and not text.startswith("\n") and all(c.isprintable() or c == "\n" for c in text)
    return f"'''{text}'''" if plain else quoted(text)


def slugged(name: str) -> str:
    """Lower-case ASCII with hyphens; accents are taken off."""
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss").replace("ø", "o").replace("Ø", "o").replace("ł", "l")).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
