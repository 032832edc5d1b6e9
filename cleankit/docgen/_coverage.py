"""The table of coverage: which rules answer for which kind of debris, in which languages."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

from cleankit.docgen._catalogue import families, page_name
from cleankit.docgen._markdown import NOTE, code, plain, table
from cleankit.docgen._rules import LANGUAGES
from cleankit.errors import RuleError
from cleankit.rule import Rule

__all__ = ["coverage", "kinds"]

_HEAD = """# What is covered

What scraped text has in it beside the body, kind by kind, and what answers for it. A rule that only marks lines counts too: context rules take
marked lines where something else speaks against them as well. Some kinds stay, or stay in part, because the text alone cannot decide; the table
says why. That a rule answers for a kind does not mean that it finds all of it.

A language is listed where a rule for it answers for the kind; *any* means that a rule works without words of one language.

"""


def kinds() -> Mapping[str, Any]:
    """The kinds of debris by part, and rules that support others."""
    return tomllib.loads((files(__package__) / "kinds.toml").read_text(encoding="utf-8"))


def coverage(rules: Sequence[Rule]) -> str:
    """The page. Raises RuleError where a kind names what is not there, or a family answers for no kind."""
    data = kinds()
    listed = families(rules)
    used: set[str] = set(data["support"])
    out = ["---\nhide:\n  - toc\n---\n\n", NOTE, _HEAD]
    for part in data["part"]:
        rows = []
        for name, kind in part["kinds"].items():
            used |= set(kind.get("by", ()))
            found = [_named(rules, by, name) for by in kind.get("by", ())]
            said = " ".join(filter(None, (kind.get("keeps"), kind.get("partly"))))
            rows.append([
                code(name), plain(kind["what"]), ", ".join(_link(by, listed) for by in kind.get("by", ())) or "stays", _in(found), plain(said),
            ])  # fmt: skip
        out.append(f"## {part['title']}\n\n{table(['Kind', 'What it is', 'Rules', 'Languages', 'What stays, and why'], rows)}\n")
    single = [f for f, own in listed.items() if all(r.info.sites for r in own)]
    idle = [f for f in listed if f not in single and not any(u == f or u.startswith(f + "/") or f.startswith(u + "/") for u in used)]
    if idle:
        raise RuleError(f"families that answer for no kind: {', '.join(idle)}", hint="name them in cleankit/docgen/kinds.toml")
    if single:
        out.append(f"Families for single sites, which speak only where `url` names one: {', '.join(_link(f, listed) for f in single)}.\n\n")
    out.append(_matrix(listed))
    return "".join(out).rstrip("\n") + "\n"


def _named(rules: Sequence[Rule], name: str, kind: str) -> list[Rule]:
    found = [r for r in rules if r.info.id == name or r.info.id.startswith(name + "/")]
    if not found:
        raise RuleError(f"kind {kind} names {name!r}, which is no rule or family", hint="change cleankit/docgen/kinds.toml")
    return found


def _link(name: str, listed: Mapping[str, object]) -> str:
    if name in listed:
        return f"[{code(name)}](rules/{page_name(name)}.md)"
    family, _, _ = name.rpartition("/")
    if family in listed:
        return f"[{code(name)}](rules/{page_name(family)}.md#{name.replace('/', '')})"
    return f"[{code(name)}](rules/index.md)"


def _in(found: Sequence[Sequence[Rule]]) -> str:
    every = [r for rules in found for r in rules]
    spoken = {lang for r in every for lang in r.info.langs}
    parts = ["any"] if any(not r.info.langs for r in every) else []
    if spoken:
        missing = [lang for lang in LANGUAGES if lang not in spoken]
        if not missing:
            parts.append(f"all {len(LANGUAGES)}")
        elif len(missing) <= 5:
            parts.append(f"all but {', '.join(missing)}")
        else:
            parts.append(", ".join(lang for lang in LANGUAGES if lang in spoken))
    return "; ".join(parts)


def _matrix(listed: Mapping[str, Sequence[Rule]]) -> str:
    rows = []
    for name, own in listed.items():
        cells = []
        for lang in LANGUAGES:
            effects = {r.info.effect for r in own if lang in r.info.langs}
            cells.append("●" if "remove" in effects else "○" if effects else "")
        if any(cells):
            rows.append([f"[{code(name)}](rules/{page_name(name)}.md)", *cells])
    return (
        "## Families and languages\n\n● a rule takes lines, ○ a rule marks them for others. Families without words of a language are left out.\n\n"
        + table(["", *LANGUAGES], rows)
    )
