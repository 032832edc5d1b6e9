"""`cleankit clean` where the input is files of many documents, or many files."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cleankit.bulk._formats import DATA, form_of

if TYPE_CHECKING:
    from cleankit.cleaner import Cleaner

__all__ = ["is_bulk", "run_bulk"]


def is_bulk(paths: Sequence[str], output: str | None, asked: bool) -> bool:
    """Whether the input is data files, patterns or URLs, or a folder that goes to a folder. `asked`: an option says so."""
    for path in paths:
        if path == "-":
            continue
        if "://" in path or any(c in path for c in "*?[") and not Path(path).exists():
            return True
        if Path(path).is_dir():
            if output or _holds_data(path):
                return True
        elif (form := form_of(path)) and form.kind in DATA:
            return True
    return asked or bool(output) and len(paths) > 1


def _holds_data(folder: str) -> bool:
    for _, _, files in os.walk(folder):
        for name in files:
            if (form := form_of(name)) and form.kind in DATA:
                return True
    return False


def run_bulk(paths: Sequence[str], output: str | None, cleaner: Cleaner, **options: Any) -> int:
    """Clean files into a folder of shards; the exit code. Raises UsageError where there is no folder."""
    from cleankit.bulk import Progress, Stopped, clean_files

    if output is None:
        raise click.UsageError("files of many documents need -o FOLDER (or a URL)")
    if "-" in paths:
        raise click.UsageError("standard input is for one text; name files of documents")
    progress = Progress()
    try:
        report = clean_files(list(paths), output, cleaner, progress=progress, **options)
    except Stopped as error:
        progress.close()
        click.echo(f"error: {error}", err=True)
        return 1
    progress.close()
    for broken in dict.fromkeys((*report["broken_inputs"], *report["error_examples"])):
        click.echo(f"error: {broken}", err=True)
    problems = sum(report["errors"].values())
    click.echo(
        f"{report['documents']} documents, {report['changed']} changed, {problems} problems; see {output}/report.txt", err=True
    )
    return 1 if problems else 0
