"""Rule files: TOML to rules, with messages that say what to type instead.

A file `<family>/<name>.toml` below a rule folder is the rule `family/name`. Nothing is inherited, included or repeated.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import cached_property
from importlib.resources.abc import Traversable
from typing import Any, NoReturn, get_args

import regex

from cleankit.document import fold, fold_case
from cleankit.errors import RuleError
from cleankit.literals import grows
from cleankit.matchers import LABEL_REACH, After, Example, Keep, Kind, PatternRule, Where, line_facts, split_label
from cleankit.rule import CUES, META_FIELDS, OPTIONS, RuleInfo, Stage

__all__ = ["RULE_KEYS", "find_rules", "is_rule_id", "load_rule", "parse_rule"]

#: Keys of a rule file: name, type, whether it must be there, and what it means (the rule reference is made from this).
RULE_KEYS: Mapping[str, tuple[type, bool, str]] = {
    "summary": (str, True, "one line: what is found, as a noun"),
    "why": (str, True, "why it is boilerplate"),
    "stage": (str, True, "inline, lines, sections, repair or normalize"),
    "effect": (str, False, "remove (default) or cue: mark the line for context rules"),
    "status": (str, False, "preview, stable (default) or deprecated"),
    "since": (str, True, "the version that brought the rule"),
    "confidence": (float, True, "how sure a hit is, from 0 to 1"),
    "langs": (list, False, "language codes; left out: any language"),
    "misfires": (str, True, "in words: where the rule is known to be wrong"),
    "reach": (str, False, "prose: may also take lines that look like prose (set phrases, label and separator)"),
    "cue": (str, False, "with effect = cue: the mark"),
    "weight": (float, False, "with effect = cue: how much the mark counts, default 1"),
    "unless": (str, False, "an option that switches the rule off where it is true"),
    "yields": (bool, False, "with unless: true leaves the lines to other rules where the option is true; else no rule takes them"),
    "meta": (str, False, "the field of Result.meta that keeps what is taken"),
    "level": (int, False, "runs only where the option `repair` is at least this"),
    "about": (list, False, "words of a text that is about the thing itself, in any letter case: the rule is silent where one stands anywhere, and in code"),
    "topic": (list, False, "words of the debris that are also a subject: silent where the title or five paragraphs have one"),
    "sites": (list, False, "hosts on which the rule speaks; silent elsewhere and without url="),
    "match": (dict, True, "exactly one matcher"),
    "example": (list, True, "proof that it works: before and after"),
    "keep": (list, True, "proof that it spares: text and why"),
}
MATCH_KEYS: Mapping[str, tuple[type, str]] = {
    "phrases": (list, "whole lines, compared folded"),
    "labels": (list, "what a line begins with, before a separator"),
    "line": (str, "pattern that the whole bare line matches"),
    "inline": (str, "pattern; every match inside a line is taken"),
    "marker": (str, "pattern that the whole bare first line of a section matches"),
    "max_words": (int, "the line has at most so many words"),
    "at": (str, "any, head, tail or edge of the prose"),
    "after": (str, "with labels, what follows: anything (default), capital (nothing in lower case), headline (no sentence either), or name"),
    "replace": (str, "what to put there (stages repair and normalize)"),
}
_MATCHERS: dict[str, tuple[str, ...]] = {
    "inline": ("inline",),
    "lines": ("line", "phrases", "labels"),
    "sections": ("marker", "phrases"),
    "repair": ("inline",),
    "normalize": ("inline",),
}
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*(?:/[a-z0-9]+(?:-[a-z0-9]+)*)+")


#: A table of a rule file: its name, empty for the rule's own keys, and which one of several it is.
_Table = tuple[str, int]
_RULE: _Table = ("", 0)
_MATCH: _Table = ("match", 0)


class _File:
    """A rule file's text, for pointing at the place of a mistake."""

    def __init__(self, text: str, name: str) -> None:
        self.text, self.name = text, name

    def fail(self, message: str, key: str = "", hint: str = "", table: _Table = _RULE) -> NoReturn:
        line, column = self.place(key, table)
        raise RuleError(message, file=self.name, line=line, column=column, hint=hint)

    def place(self, key: str, table: _Table = _RULE) -> tuple[int, int]:
        """Line and column (from 1) of a key, or where the file does not write it there, of its table's header; else 1:1."""
        places = self._places
        return places.get((*table, key)) or places.get((*table, "")) or places.get((key, 0, "")) or places.get((*_RULE, table[0])) or (1, 1)

    @cached_property
    def _places(self) -> dict[tuple[str, int, str], tuple[int, int]]:
        """Where each table's header (key empty) and each key of it stands; what strings of several lines hold is no key."""
        places: dict[tuple[str, int, str], tuple[int, int]] = {}
        table, counts, quotes = _RULE, Counter[str](), ""
        for number, line in enumerate(self.text.split("\n"), 1):
            if not quotes and (header := _HEADER.match(line)):
                table = (header[1], counts[header[1]])
                counts[header[1]] += 1
                places[*table, ""] = (number, header.start(1) + 1)
            elif not quotes and (key := _KEY.match(line)):
                places.setdefault((*table, key[1]), (number, key.start(1) + 1))
            for mark in _LONG_QUOTES.findall(line):
                quotes = "" if mark == quotes else quotes or mark
        return places


_HEADER = re.compile(r"\s*\[{1,2}\s*\"?([\w.-]+)\"?\s*\]")
_KEY = re.compile(r"\s*[\"']?([\w.-]+)[\"']?\s*=")
_LONG_QUOTES = re.compile("\"\"\"|'''")


def is_rule_id(name: str) -> bool:
    """Whether a rule may be called so: family/name, in lower case, digits and hyphens."""
    return bool(_ID.fullmatch(name))


def parse_rule(text: str, rule_id: str, file: str = "<string>") -> PatternRule:
    """Make a rule of a rule file's text. Raises RuleError with place and remedy."""
    source = _File(text, file)
    if not is_rule_id(rule_id):
        source.fail(f"{rule_id!r} is no rule id", hint="name the file <family>/<name>.toml, in lower case, digits and hyphens")
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        where = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        message = re.sub(r" \(at .*\)", "", str(error))
        raise RuleError(
            f"this is not TOML: {message}", file=file, line=int(where[1]) if where else None, column=int(where[2]) if where else None,
            hint="patterns go between ''' and ''', where nothing needs escaping",
        ) from None  # fmt: skip
    _check_keys(source, data, RULE_KEYS, "key", _RULE)
    for key, (_, needed, meaning) in RULE_KEYS.items():
        if needed and key in data and data[key] in ("", [], {}):
            source.fail(f"`{key}` is empty", key, meaning)
        if needed and key not in data:
            extra = f"add a [[{key}]] table" if key in ("example", "keep") else f"add: {key} = …  ({meaning})"
            source.fail(f"`{key}` is missing", hint=extra)
    stage = _choice(source, data, "stage", list(_MATCHERS))
    effect = _choice(source, data, "effect", ["remove", "cue"], "remove")
    status = _choice(source, data, "status", ["preview", "stable", "deprecated"], "stable")
    reach = _choice(source, data, "reach", ["lines", "prose"], "lines")
    unless = _choice(source, data, "unless", [o for o, v in OPTIONS.items() if isinstance(v, bool)], "")
    meta = _choice(source, data, "meta", list(META_FIELDS), "")
    cue = _choice(source, data, "cue", list(CUES), "")
    if (effect == "cue") != bool(cue):
        source.fail("`cue` goes with effect = \"cue\", and the other way round", "cue" if cue else "effect", f"cues: {', '.join(CUES)}")
    if not 0 < data["confidence"] <= 1:
        source.fail("`confidence` lies between 0 and 1, and is more than 0", "confidence")
    if not 0 < data.get("weight", 1) <= 1:
        source.fail("`weight` lies between 0 and 1, and is more than 0", "weight")
    if data.get("level", 0) not in range(3):
        source.fail("`level` is 0, 1 or 2, as the option `repair` is", "level")
    if data.get("yields") and not unless:
        source.fail("`yields` goes with `unless`", "yields", "it tells what becomes of the lines where that option is true")
    if effect == "cue" and not Stage(stage).strips:
        source.fail(f"a rule of stage {stage} gives no cues", "effect", "cues are given at stage inline, lines or sections")
    if meta and effect == "cue":
        source.fail("a cue takes nothing, so it has nothing for `meta`", "meta")
    match = data["match"]
    kind, pattern, phrases = _matcher(source, match, stage)
    at = _choice(source, match, "at", list(get_args(Where)), "any", _MATCH)
    after = _choice(source, match, "after", list(get_args(After)), "anything", _MATCH)
    if "after" in match and kind != "labels":
        source.fail("`after` goes with `labels`", "after", table=_MATCH)
    replacement = match.get("replace", "")
    if "replace" in match and stage not in ("repair", "normalize"):
        source.fail(f"a rule of stage {stage} only deletes", "replace", "leave `replace` out, or choose stage repair or normalize", _MATCH)
    if replacement and (why := _bad_replacement(pattern, replacement)):
        source.fail(f"`replace` cannot be filled in: {why}", "replace", r"\1 stands for the first group of the pattern, \g<name> for a named one", _MATCH)
    if match.get("max_words", 1) < 1:
        source.fail("`max_words` is 1 or more", "max_words", "leave it out for lines of any length", _MATCH)
    examples = tuple(
        Example(_text(source, e, "before", ("example", n)), _text(source, e, "after", ("example", n), True))
        for n, e in enumerate(_tables(source, data, "example"))
    )
    keeps = tuple(
        Keep(_text(source, k, "text", ("keep", n)), _text(source, k, "why", ("keep", n), True)) for n, k in enumerate(_tables(source, data, "keep"))
    )
    if reach == "prose" and len(keeps) < 2:
        source.fail('a rule with reach = "prose" needs at least two [[keep]] tables', "", "add sentences that look alike and must stay", ("keep", 0))
    info = RuleInfo(
        id=rule_id, summary=data["summary"], stage=Stage(stage), why=data["why"], effect=effect, status=status,  # type: ignore[arg-type]
        since=data["since"], confidence=float(data["confidence"]), langs=_langs(source, data), misfires=data["misfires"],
        reach=reach, unless=unless, yields=data.get("yields", False), level=data.get("level", 0), sites=_sites(source, data),  # type: ignore[arg-type]
        about=tuple(fold_case(w) for w in _strings(source, data, "about")), topic=tuple(fold_case(w) for w in _strings(source, data, "topic")),
    )  # fmt: skip
    return PatternRule(
        info=info, kind=kind, pattern=pattern, phrases=phrases, max_words=match.get("max_words", 0), at=at, after=after,  # type: ignore[arg-type]
        replace=replacement, meta=meta, cue=cue, weight=float(data.get("weight", 1.0)), examples=examples, keeps=keeps, file=file,
    )  # fmt: skip


def _check_keys(source: _File, data: Mapping[str, Any], known: Mapping[str, tuple[Any, ...]], what: str, table: _Table) -> None:
    for key, value in data.items():
        if key not in known:
            close = get_close_matches(key.lower(), known, 1)
            hint = _ELSEWHERE.get(key) or (f"did you mean `{close[0]}`?" if close else f"known: {', '.join(known)}")
            source.fail(f"unknown {what} `{key}`", key, hint, table)
        kind = known[key][0]
        if isinstance(value, bool) is not (kind is bool) or not isinstance(value, (int, float) if kind is float else kind):
            source.fail(f"`{key}` is a {_kind_name(kind)}, not {value!r}", key, table=table)


#: Keys that a rule file has in another place, and where; and what people look for that there is not.
_ELSEWHERE: Mapping[str, str] = {
    **{key: f"`{key}` is a key of the rule itself: write it above [match]" for key in RULE_KEYS},
    **{key: f"`{key}` belongs under [match]" for key in MATCH_KEYS},
    "before": "it belongs under [[example]]",
    "after": "it belongs under [[example]], or beside labels under [match]",
    "text": "it belongs under [[keep]]",
    "id": "the file's path is the id: <family>/<name>.toml",
    "name": "the file's path is the id: <family>/<name>.toml",
}


def _kind_name(kind: type) -> str:
    return {str: "string", float: "number", int: "whole number", list: "list", dict: "table", bool: "true or false"}[kind]


def _choice(source: _File, data: Mapping[str, Any], key: str, choices: Sequence[str], default: str = "", table: _Table = _RULE) -> str:
    value = data.get(key, default)
    if value == default or value in choices:
        return str(value)
    close = get_close_matches(str(value).lower(), choices, 1)
    source.fail(f"`{key}` cannot be {value!r}", key, (f"did you mean {close[0]!r}? " if close else "") + f"possible: {', '.join(choices)}", table)


def _strings(source: _File, data: Mapping[str, Any], key: str, table: _Table = _RULE) -> tuple[str, ...]:
    values = data.get(key, [])
    if not all(isinstance(v, str) and v.strip() for v in values):
        source.fail(f"`{key}` is a list of strings, none of them empty", key, table=table)
    return tuple(values)


def _langs(source: _File, data: Mapping[str, Any]) -> tuple[str, ...]:
    langs = _strings(source, data, "langs")
    for lang in langs:
        if not re.fullmatch("[a-z]{2,3}", lang):
            source.fail(f"{lang!r} is no language code", "langs", "two or three small letters (ISO 639): en, de, pt, zh")
    return langs


def _sites(source: _File, data: Mapping[str, Any]) -> tuple[str, ...]:
    sites = tuple(s.lower().removeprefix("www.") for s in _strings(source, data, "sites"))
    for site in sites:
        if not re.fullmatch(r"[\w-]+(?:\.[\w-]+)+", site):
            found = re.search(r"//(?:www\.)?([\w.-]+)", site)
            source.fail(f"{site!r} is no host", "sites", f"write {found[1]!r}" if found else "write it as in 'example.org'; subdomains are covered")
    return sites


def _tables(source: _File, data: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    tables = data[key]
    if not all(isinstance(t, dict) for t in tables):
        source.fail(f"`{key}` is a list of tables", key, f"write [[{key}]]")
    return list(tables)


def _text(source: _File, entry: Mapping[str, Any], key: str, table: _Table, may_be_empty: bool = False) -> str:
    where = table[0]
    allowed = {"example": ("before", "after"), "keep": ("text", "why")}[where]
    for other in entry:
        if other not in allowed:
            close = get_close_matches(other.lower(), allowed, 1)
            source.fail(f"unknown key `{other}` in [[{where}]]", other, f"did you mean `{close[0]}`?" if close else f"known: {', '.join(allowed)}", table)
    value = entry.get(key)
    if not isinstance(value, str) or not (value or may_be_empty):
        source.fail(f"[[{where}]] needs the string `{key}`", key, table=table)
    return value


def _matcher(source: _File, match: Mapping[str, Any], stage: str) -> tuple[Kind, str, tuple[str, ...]]:
    _check_keys(source, match, MATCH_KEYS, "matcher", _MATCH)
    kinds = [k for k in get_args(Kind) if k in match]
    allowed = _MATCHERS[stage]
    if len(kinds) != 1 or kinds[0] not in allowed:
        found = f"has {' and '.join(kinds)}" if kinds else "has none"
        stages = [s for s, names in _MATCHERS.items() if len(kinds) == 1 and kinds[0] in names]
        hint = f"`{kinds[0]}` is for stage {' or '.join(stages)}" if stages else ""
        source.fail(f"[match] {found}; a rule of stage {stage} has exactly one of: {', '.join(allowed)}", kinds[-1] if kinds else "", hint, _MATCH)
    kind: Kind = kinds[0]
    if kind in ("phrases", "labels"):
        phrases = _strings(source, match, kind, _MATCH)
        if not phrases:
            source.fail(f"`{kind}` is empty", kind, table=_MATCH)
        for phrase in phrases:
            if dead := _dead_phrase(phrase, kind):
                source.fail(f"no line can match {phrase!r}: {dead[0]}", kind, dead[1], _MATCH)
        return kind, "", phrases
    pattern = match[kind]
    try:
        compiled = regex.compile(pattern)
    except regex.error as error:
        source.fail(f"the pattern cannot be compiled: {error}", kind, table=_MATCH)
    if kind == "inline" and compiled.match("") or kind != "inline" and compiled.fullmatch(""):
        source.fail("the pattern matches an empty text", kind, "something in it has to be there: use + instead of *", _MATCH)
    why = grows(pattern)
    if why:
        source.fail(
            f"the pattern's work may grow faster than the text: {why}", kind, "write the inner repeat without + or *, or make it possessive (++)", _MATCH
        )
    return kind, pattern, ()


def _dead_phrase(phrase: str, kind: Kind) -> tuple[str, str] | None:
    """Why no line can be the phrase or begin with the label, and what to write instead."""
    if "\n" in phrase:
        return "it goes over several lines", "write a phrase for each line"
    if not fold(phrase):
        return "punctuation at both ends does not count, and there is nothing else in it", "use a pattern: line = …"
    if kind == "labels":
        if len(phrase) >= LABEL_REACH:
            return f"labels have less than {LABEL_REACH} characters", "use a pattern: line = …"
        if split_label(line_facts(f"{phrase}: x"))[0] != fold(phrase):
            return "a label ends at the first separator, such as a colon or a dash", "write what stands before it"
    return None


def _bad_replacement(pattern: str, replacement: str) -> str:
    """Why a replacement cannot be filled in with the pattern's groups, or an empty string."""
    compiled = regex.compile(pattern)
    names = {number: name for name, number in compiled.groupindex.items()}
    empty = "".join(f"(?P<{names[n]}>)" if n in names else "()" for n in range(1, compiled.groups + 1))  # the same groups, and a text that fits
    try:
        regex.match(empty, "").expand(replacement)  # type: ignore[union-attr]
    except (IndexError, regex.error) as error:
        return f"{error}; the pattern has {compiled.groups} groups"
    return ""


def load_rule(path: Traversable, rule_id: str) -> PatternRule:
    """Load one rule file. Raises RuleError, also where the file is not UTF-8."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise RuleError(f"the file is not UTF-8 (byte {error.start})", file=str(path), hint="save it as UTF-8") from None
    return parse_rule(text.removeprefix("\ufeff"), rule_id, str(path))


def find_rules(root: Traversable, prefix: str = "") -> Iterator[tuple[Traversable, str]]:
    """The rule files below a folder and their ids, sorted."""
    for entry in sorted(root.iterdir(), key=lambda e: e.name):
        if entry.name.startswith((".", "_")):
            continue
        if entry.is_dir():
            yield from find_rules(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith(".toml"):
            yield entry, prefix + entry.name.removesuffix(".toml")
