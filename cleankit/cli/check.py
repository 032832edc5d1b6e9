"""`cleankit check`: everything that is wrong with rule files, at once."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from cleankit.testing._kit import rule_id_of

if TYPE_CHECKING:
    from cleankit.testing import Finding

__all__ = ["command"]


class _Problem(NamedTuple):
    """What is wrong, and where."""

    file: str
    line: int | None
    column: int | None
    rule: str
    message: str
    hint: str


@click.command("check", epilog="Exit codes: 0 nothing is wrong, 1 something is, 2 the call was wrong.")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path), required=True)
@click.option("--pool/--no-pool", default=True, help="Also run their keeps through the whole presets.")
@click.option(
    "--format",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
    help="How to print what is wrong.",
)
def command(paths: tuple[Path, ...], pool: bool, format: str) -> None:
    """Check rule files or folders of them: schema, examples, keeps, and the keeps through every preset."""
    files = [f for p in paths for f in (sorted(p.rglob("*.toml")) if p.is_dir() else [p])]
    problems = list(_problems(files, pool))
    if format == "json":
        click.echo(json.dumps([p._asdict() for p in problems], ensure_ascii=True, indent=2))
    else:
        show = _github if format == "github" else _text
        for problem in problems:
            click.echo(show(problem), err=format == "text")
    click.echo(f"{len(files)} files checked, {len(problems)} problems", err=True)
    sys.exit(1 if problems else 0)


def _problems(files: Iterable[Path], pool: bool) -> Iterable[_Problem]:
    from cleankit.errors import RuleError
    from cleankit.rulefile import load_rule
    from cleankit.testing import check_pool, check_rule

    keeps: list[tuple[str, str]] = []
    place: dict[str, str] = {}
    for file in files:
        name = rule_id_of(file)
        place[name] = str(file)
        try:
            rule = load_rule(file, name)
        except RuleError as error:
            yield _Problem(str(file), error.line, error.column, name, error.message, error.hint)
            continue
        yield from (_of(finding, str(file)) for finding in check_rule(rule))
        keeps += [(name, k.text) for k in rule.keeps]
    if pool:
        for finding in check_pool(keeps):
            owner = next((i for i in place if f"keep of {i} " in finding.law), "")
            yield _of(finding, place.get(owner, ""))


def _of(finding: Finding, file: str) -> _Problem:
    return _Problem(finding.file or file, None, None, finding.rule, f"{finding.law}\n    {finding.text}", finding.hint)


def _text(problem: _Problem) -> str:
    place = ":".join(str(p) for p in (problem.file, problem.line, problem.column) if p)
    rule = "" if problem.rule == rule_id_of(Path(problem.file)) else f" [{problem.rule}]"
    return f"{place}:{rule} {problem.message}" + (f"\n    help: {problem.hint}" if problem.hint else "")


def _github(problem: _Problem) -> str:
    """A workflow command, which annotates the line in a pull request."""
    where = f"file={problem.file},line={problem.line or 1}" + (f",col={problem.column}" if problem.column else "")
    message = problem.message + (f"\nhelp: {problem.hint}" if problem.hint else "")
    escaped = message.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return f"::error {where},title={problem.rule}::{escaped}"
