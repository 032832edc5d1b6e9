"""`cleankit new`: a plugin that passes its own tests, or a rule file for a line of debris."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import click

__all__ = ["command"]

#: Names that would be taken for cleankit itself.
_TAKEN = frozenset({"builtin", "cleankit", "learned", "rules", "text"})


@click.group("new")
def command() -> None:
    """Start a plugin, or a rule."""


# ---------------------------------------------------------------- plugin


@command.command("plugin", epilog="Exit codes: 0 it is there, 2 the call was wrong.")
@click.argument("name")
@click.option("-o", "--output", type=click.Path(file_okay=False, path_type=Path), default=Path(), help="Make its folder in this one.")
def plugin(name: str, output: Path) -> None:
    """Make a package with a rule file, a rule in Python, tests, CI and a README; it passes all its checks as it is.

    NAME becomes the namespace of its rules: `cleankit new plugin harbour-news` makes cleankit-harbour-news.
    """
    names = plugin_names(name)
    root = output / names["dist"]
    targets = {root / path: text for path, text in rendered(names)}
    there = [str(path) for path in targets if path.exists()]
    if there:
        raise click.UsageError(f"{there[0]} is there already; nothing was written")
    for path, text in targets.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
        click.echo(path)
    click.echo(
        f"\nNext:\n  cd {root}\n  python -m pip install -e '.[test]'\n  pytest\n"
        f"  cleankit new rule marks/my-rule --into {names['package']}/rules --line 'the line that should go'",
        err=True,
    )


def plugin_names(name: str) -> dict[str, str]:
    """What the templates are filled with. Raises UsageError where the name cannot be written in ASCII."""
    from cleankit._version import __version__
    from cleankit.authoring import slugged

    slug = slugged(name)
    slug = slug.removeprefix("cleankit-") if slug != "cleankit" else slug
    if not slug:
        raise click.UsageError(f"{name!r} has no letters or digits of ASCII, which package names are made of; write it in Latin letters")
    if slug in _TAKEN:
        raise click.UsageError(f"the name {slug!r} is cleankit's own; choose another")
    return {
        "name": slug,
        "dist": f"cleankit-{slug}",
        "package": f"cleankit_{slug.replace('-', '_')}",
        "title": slug.replace("-", " ").title(),
        "version": ".".join(__version__.split(".")[:2]),
    }


def rendered(names: dict[str, str]) -> Iterator[tuple[str, str]]:
    """The files of a plugin: path and text."""
    for path, file in _templates(files("cleankit") / "scaffold" / "plugin"):
        text = re.sub(r"\{\{(\w+)\}\}", lambda m: names[m[1]], file.read_text(encoding="utf-8"))
        yield path.replace("PACKAGE", names["package"]).removesuffix(".tmpl"), text


def _templates(folder: Traversable, lead: str = "") -> Iterator[tuple[str, Traversable]]:
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        if entry.is_dir():
            yield from _templates(entry, f"{lead}{entry.name}/")
        elif entry.name.endswith(".tmpl"):
            yield lead + entry.name, entry


# ---------------------------------------------------------------- rule


@command.command("rule", epilog="Exit codes: 0 it is there and proves itself, 1 it does not prove itself yet, 2 the call was wrong.")
@click.argument("rule_id", metavar="FAMILY/NAME")
@click.option("--line", "lines", multiple=True, help="A line of debris (repeatable; else the lines of standard input).")
@click.option("--into", type=click.Path(file_okay=False, path_type=Path), help="The folder of rules (else `rules`, or the plugin's).")
@click.option("--lang", multiple=True, metavar="CODE", help="The language that it is written for (repeatable).")
@click.option("--site", multiple=True, metavar="HOST", help="The site that it is for (repeatable).")
def rule(rule_id: str, lines: tuple[str, ...], into: Path | None, lang: tuple[str, ...], site: tuple[str, ...]) -> None:
    """Write a rule file for a line of debris, with a matcher, an example and keeps proposed; then edit it.

    \b
    cleankit new rule share/count --line 'Shared 1,204 times'
    """
    from cleankit.authoring import draft
    from cleankit.errors import RuleError
    from cleankit.rulefile import parse_rule
    from cleankit.testing import check_rule

    given = [line for line in (lines or _stdin()) if line.strip()]
    if not given:
        raise click.UsageError("give a line of debris: --line 'Shared 1,204 times'")
    folder = into or rules_folder(Path())
    path = folder / f"{rule_id}.toml"
    if path.exists():
        raise click.UsageError(f"{path} is there already; nothing was written")
    made = draft(given, lang, site)
    try:
        parsed = parse_rule(made.text, rule_id, str(path))
    except RuleError as error:
        raise click.UsageError(f"{error.message}" + (f"; {error.hint}" if error.hint else "")) from error
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(made.text, encoding="utf-8", newline="\n")
    click.echo(path)
    for note in made.notes:
        click.echo(f"note: {note}", err=True)
    findings = check_rule(parsed)
    for finding in findings:
        click.echo(str(finding), err=True)
    click.echo(f"Next: edit summary, why, misfires and the keeps, then: cleankit check {path}", err=True)
    sys.exit(1 if findings else 0)


def _stdin() -> Iterable[str]:
    return () if sys.stdin.isatty() else sys.stdin.read().splitlines()


def rules_folder(root: Path) -> Path:
    """The folder `rules` here, or that of the only package here that has one."""
    found = [p for p in sorted(root.glob("*/rules")) if p.is_dir() and (p.parent / "__init__.py").exists()]
    return found[0] if len(found) == 1 and not (root / "rules").is_dir() else root / "rules"
