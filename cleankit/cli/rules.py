"""`cleankit rules`: the list, one rule in full, or which rules speak on a line."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import click

from cleankit.cli._draw import visible

if TYPE_CHECKING:
    from cleankit.authoring import Trial
    from cleankit.rule import Rule

__all__ = ["command"]


@click.command("rules", epilog="Exit codes: 0 all is well, 2 no rule has that name.")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--try", "line", metavar="LINE", help="Which rules speak on this line, and what holds the others back.")
@click.option("--preset", default="article", show_default=True, help="With --try: the preset to try.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def command(names: tuple[str, ...], line: str | None, preset: str, as_json: bool) -> None:
    """List all rules or those of a family or plugin; with the id of one rule: everything about it.

    \b
    cleankit rules share/
    cleankit rules share/en
    cleankit rules --try 'Share 12'
    """
    from cleankit.plugins import load_registry

    rules = _chosen(load_registry(None).rules, names)
    if line is not None:
        from cleankit.authoring import try_line

        trial = try_line(line, rules, preset)
        click.echo(json.dumps(trial.to_dict(), ensure_ascii=True, indent=2) if as_json else "\n".join(_told(trial)))
        return
    if as_json:
        click.echo(json.dumps([describe(r) for r in rules], ensure_ascii=True, indent=2))
    elif len(rules) == 1 and names == (rules[0].info.id,):
        click.echo("\n".join(full(rules[0])))
    else:
        width = max(len(r.info.id) for r in rules)
        for rule in rules:
            info = rule.info
            notes = [
                n
                for n in (
                    info.stage.value,
                    "cue" if info.effect == "cue" else "",
                    "" if info.status == "stable" else info.status,
                )
                if n
            ]
            click.echo(f"{info.id:<{width}}  {', '.join(notes):<12}  {visible(info.summary)}")
        click.echo(f"{len(rules)} rules", err=True)
    sys.exit(0)


def _told(trial: Trial) -> Iterator[str]:
    """What a line meets with, for reading."""
    yield visible(trial.line)
    yield f"looks like {'prose: only rules that may take prose are shown it' if trial.prose else 'no prose'}"
    for place, fate in trial.fates:
        yield f"  {place}: {visible(fate)}"
    for title, voices in (("rules that speak on it", trial.speaking), ("rules that nearly do", trial.nearly)):
        yield f"{title}:" if voices else f"{title}: none"
        for voice in voices:
            held = f" ({'; '.join(voice.held)})" if voice.held else ""
            yield f"  {voice.rule}{' [cue]' if voice.effect == 'cue' else ''}: {visible(voice.summary)}{visible(held)}"


def _chosen(rules: Mapping[str, Rule], names: tuple[str, ...]) -> list[Rule]:
    """The rules of the given ids, families or plugins; all where none is given."""
    if not names:
        return list(rules.values())
    out: list[Rule] = []
    for name in names:
        lead = name.rstrip("/") + "/"
        found = [rules[name]] if name in rules else [r for i, r in rules.items() if i.startswith(lead)]
        if not found:
            known = sorted({*rules, *(r.info.family for r in rules.values())})
            close = get_close_matches(name.rstrip("/"), known, 3)
            raise click.UsageError(
                f"no rule or family is named {name!r}" + (f"; did you mean {', '.join(close)}?" if close else "")
            )
        out += found
    return list(dict.fromkeys(out))


def describe(rule: Rule) -> dict[str, Any]:
    """All that is known of a rule, as plain data: what the rule file says, or the description of a rule in Python."""
    from dataclasses import asdict

    from cleankit.matchers import PatternRule

    out: dict[str, Any] = {k: v.value if k == "stage" else v for k, v in asdict(rule.info).items()}
    if isinstance(rule, PatternRule):
        matcher = rule.phrases if rule.kind in ("phrases", "labels") else rule.pattern
        out["match"] = {rule.kind: matcher, "at": rule.at, "max_words": rule.max_words, "replace": rule.replace}
        out |= {"meta": rule.meta, "cue": rule.cue, "weight": rule.weight, "file": rule.file}
        out["examples"] = [asdict(e) for e in rule.examples]
        out["keeps"] = [asdict(k) for k in rule.keeps]
    return out


def full(rule: Rule) -> Iterable[str]:
    """Everything about a rule, for reading."""
    data = describe(rule)
    info = rule.info
    yield f"{info.id}: {info.summary}"
    for label, text in (("why", info.why), ("misfires", info.misfires)):
        if text:
            yield f"  {label}: {text}"
    facts = [
        f"stage {info.stage.value}",
        f"effect {info.effect}",
        info.status,
        f"since {info.since}",
        f"confidence {info.confidence:.2f}",
    ]
    if info.reach == "prose":
        facts.append("may take prose")
    yield f"  {', '.join(facts)}"
    for key, label in (
        ("langs", "languages"),
        ("sites", "only on"),
        ("about", "silent in texts about"),
        ("topic", "silent where the subject is"),
        ("unless", "off with"),
        ("level", "from repair"),
        ("meta", "kept in meta"),
        ("cue", "marks as"),
    ):
        if data.get(key):
            value = data[key]
            yield f"  {label}: {', '.join(value) if isinstance(value, tuple) else value}"
    if "match" not in data:
        yield "  written in Python"
        return
    match = {k: v for k, v in data["match"].items() if v and (k, v) != ("at", "any")}
    for key, value in match.items():
        listed = value if isinstance(value, tuple) else (value,)
        for item in listed:
            yield f"  {key}: {visible(str(item))}"
    for example in rule.examples:  # type: ignore[attr-defined]
        yield "  example:"
        kept = example.after.split("\n")
        yield from (f"    {' ' if line in kept else '-'} {visible(line)}" for line in example.before.split("\n"))
    for keep in rule.keeps:  # type: ignore[attr-defined]
        yield f"  keeps: {visible(keep.text)}" + (f"  ({keep.why})" if keep.why else "")
    yield f"  file: {data['file']}"
