"""`python -m cleankit.docgen [--check] [--root FOLDER]`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from cleankit.docgen import ROOT, check, write


@click.command("python -m cleankit.docgen")
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit with 1 where a page is not current.")
@click.option("--root", type=click.Path(exists=True, file_okay=False, path_type=Path), default=ROOT, help="A checkout.")
def main(only_check: bool, root: Path) -> None:
    """Make the generated pages of the documentation."""
    if not (root / "docs").is_dir():
        raise click.UsageError(f"{root} is no checkout: it has no docs/")
    for name in (changed := check(root) if only_check else write(root)):
        click.echo(f"{'not current' if only_check else 'written'}: docs/{name}")
    if only_check and changed:
        click.echo("make them current: python -m cleankit.docgen", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
