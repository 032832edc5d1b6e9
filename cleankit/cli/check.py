"""`cleankit check`: everything that is wrong with rule files, at once."""

from __future__ import annotations

import sys
from pathlib import Path

import click


@click.command("check")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path), required=True)
@click.option("--pool/--no-pool", default=True, help="Also run their keeps through the whole presets.")
def command(paths: tuple[Path, ...], pool: bool) -> None:
    """Check rule files or folders of them: schema, examples, keeps, and the keeps through every preset."""
    from cleankit.errors import RuleError
    from cleankit.rulefile import load_rule
    from cleankit.testing import check_pool, check_rule

    files = [f for p in paths for f in (sorted(p.rglob("*.toml")) if p.is_dir() else [p])]
    problems = 0
    keeps = []
    for file in files:
        try:
            rule = load_rule(file, f"{file.parent.name}/{file.stem}")
        except RuleError as error:
            click.echo(str(error), err=True)
            problems += 1
            continue
        for finding in check_rule(rule):
            click.echo(str(finding), err=True)
            problems += 1
        keeps += [(rule.info.id, k.text) for k in rule.keeps]
    if pool:
        for finding in check_pool(keeps):
            click.echo(str(finding), err=True)
            problems += 1
    click.echo(f"{len(files)} files checked, {problems} problems", err=True)
    sys.exit(1 if problems else 0)
