"""The catalogue of rules: a page a family."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from difflib import ndiff
from importlib.resources import files

from cleankit.docgen._markdown import NOTE, code, fence, plain, table
from cleankit.docgen._rules import LANGUAGES
from cleankit.matchers import Example, PatternRule
from cleankit.rule import Rule, RuleInfo

__all__ = ["catalogue", "page_name"]

_LEGEND = (
    "In the blocks, `-` is in front of a line that goes, `+` of what comes in its place, `?` of a text whose lines are only marked for\n"
    "other rules, and a space of a line that must stay. Confidence is the author's estimate, not a measurement.\n"
)


def page_name(family: str) -> str:
    """The name of a family's page."""
    return family.replace("/", "-")


def families(rules: Sequence[Rule]) -> dict[str, list[Rule]]:
    """Rules by family, both sorted."""
    out: dict[str, list[Rule]] = {}
    for rule in rules:
        out.setdefault(rule.info.family, []).append(rule)
    return dict(sorted(out.items()))


def intros() -> Mapping[str, str]:
    """One sentence a family."""
    return tomllib.loads((files(__package__) / "families.toml").read_text(encoding="utf-8"))


def catalogue(rules: Sequence[Rule]) -> dict[str, str]:
    """Pages by name: the index and one a family."""
    listed = families(rules)
    said = intros()
    return {"index": _index(listed, said)} | {page_name(name): _page(name, said.get(name, ""), own) for name, own in listed.items()}


def _index(listed: Mapping[str, list[Rule]], said: Mapping[str, str]) -> str:
    rows = [
        [f"[{code(name)}]({page_name(name)}.md)", plain(said.get(name, "")), str(len(own)), str(len(_languages(own)) or "any")]
        for name, own in listed.items()
    ]
    total = sum(map(len, listed.values()))
    return (
        f"{NOTE}# Rules\n\n{total} rules in {len(listed)} families. Families whose name has a slash come with a plugin. "
        "`cleankit rules NAME` says the same\nabout the rules that you have installed; "
        "`cleankit rules --try LINE` tells which of them speak on a line.\n\n"
        f"{table(['Family', 'What it finds', 'Rules', 'Languages'], rows)}"
    )


def _languages(rules: Sequence[Rule]) -> set[str]:
    return {lang for r in rules for lang in r.info.langs}


def _page(name: str, intro: str, own: Sequence[Rule]) -> str:
    return f"{NOTE}# {name}\n\n{plain(intro)} [All families](index.md)\n\n{_LEGEND}\n" + "\n".join("\n".join(_rule(r)) for r in own)


def _rule(rule: Rule) -> Iterator[str]:
    info = rule.info
    yield f"## {code(info.id)}\n"
    yield f"{plain(info.summary)}. {plain(info.why)}".rstrip() + "\n"
    yield f"{', '.join(_facts(info))}.\n"
    if isinstance(rule, PatternRule):
        yield fence(_proof(rule))
        reasons = list(dict.fromkeys(k.why for k in rule.keeps if k.why))
        if reasons:
            yield f"Stays: {plain('; '.join(reasons))}.\n"
    if info.misfires:
        yield f"Misfires: {plain(info.misfires)}\n"


def _facts(info: RuleInfo) -> Iterator[str]:
    yield ", ".join(LANGUAGES.get(code, code) for code in info.langs) or "Any language"
    yield f"stage {code(info.stage.value)}"
    if info.effect == "cue":
        yield "marks lines"
    if info.reach == "prose":
        yield "may take prose"
    if info.status != "stable":
        yield info.status
    for what, values in (("only on", info.sites), ("silent in texts about", info.about), ("silent where the subject is", info.topic)):
        if values:
            yield f"{what} {' or '.join(map(plain, values[:3]))}" + (" …" if len(values) > 3 else "")
    if info.unless:
        yield f"off with {code(info.unless)}"
    if info.level:
        yield f"from {code(f'repair={info.level}')}"
    yield f"confidence {info.confidence:.2f}"
    yield f"since {info.since}"


def _proof(rule: PatternRule) -> Iterator[str]:
    for example in rule.examples[:2]:
        yield from _gone(example, rule.info.effect == "cue")
    for keep in rule.keeps:
        yield from (f"  {line}" for line in keep.text.split("\n") if line.strip())


def _gone(example: Example, cue: bool) -> Iterator[str]:
    before, after = (text.replace("\r", "").split("\n") for text in (example.before, example.after))
    if cue or before == after:
        yield from (f"? {line}" for line in before if line.strip())
        return
    yield from (line for line in ndiff(before, after) if line[0] in "-+" and line[2:].strip())
