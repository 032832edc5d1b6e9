"""`cleankit report`: one HTML file on what the rules did to many texts."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cleankit.cli._inputs import Unreadable, clean_source, find_lines, find_sources, open_lines, read_row
from cleankit.cli._options import cleaner_options, make_cleaner

if TYPE_CHECKING:
    from cleankit.cleaner import Cleaner
    from cleankit.report import Figures, Item, Options

__all__ = ["command"]


@click.command("report", epilog="Exit codes: 0 all is well, 1 a text could not be read or a rule broke, 2 the call was wrong.")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, allow_dash=True, path_type=Path))
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), default="report.html", show_default=True, help="The file to write.")
@click.option(
    "--diff", nargs=2, type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="A B",
    help="Compare two runs over the same texts: files written by `cleankit explain --json`.",
)  # fmt: skip
@click.option("--show", default=1000, show_default=True, type=click.IntRange(min=0), help="Show at most so many texts, a sample of all.")
@click.option("--megabytes", default=5.0, show_default=True, type=click.FloatRange(min=0.1), help="How large the file may grow.")
@click.option("--title", default="", help="The headline of the report.")
@click.option("--html/--text", default=None, help="The input is HTML, or is not (else: by the file's ending).")
@click.option("--extractor", default="trafilatura", show_default=True, help="What finds the main text of HTML.")
@cleaner_options
def command(
    paths: tuple[Path, ...], output: Path, diff: tuple[Path, Path] | None, show: int, megabytes: float, title: str, html: bool | None,
    extractor: str, **options: Any,
) -> None:  # fmt: skip
    """Show what the rules did to many texts: one HTML file, which opens from disk and needs no network.

    PATHS are texts and pages (.txt, .md, .html), JSON lines (.jsonl, .jsonl.gz) with "text" and, where known, "id", "url" and "lang", or folders
    of them. JSON lines may be ledgers of `cleankit explain --json`, which are not cleaned again. Figures are of all texts; the texts that
    are shown are a sample where there are many.

    \b
    cleankit report texts/ -o report.html
    cleankit explain --json texts/ > before.jsonl
    cleankit report --diff before.jsonl after.jsonl -o diff.html
    """
    from cleankit.report import Options, render

    if bool(paths) == bool(diff):
        raise click.UsageError("--diff takes no other files" if diff else "which texts? name files or folders, or --diff A B")
    bad: list[str] = []
    wanted = Options(show=show, changed=bool(diff))
    if diff:
        figures = _compare(diff, wanted)
        about = {"A": str(diff[0]), "B": str(diff[1])}
        title = title or "What two runs do differently"
    else:
        figures, about = _figures(paths, html, extractor, options, wanted, bad)
    for message in bad:
        click.echo(f"error: {message}", err=True)
    page = render(figures, about, limit=int(megabytes * 1_000_000), **({"title": title} if title else {}))
    output.parent.mkdir(parents=True, exist_ok=True)
    draft = output.with_name(f".{output.name}.{os.getpid()}")
    try:
        draft.write_bytes(page.encode("utf-8", "replace"))
        draft.replace(output)
    finally:
        draft.unlink(missing_ok=True)
    click.echo(f"{output}: {figures.documents} texts, {figures.marks} changes, {figures.vetoes} refused", err=True)
    sys.exit(1 if bad or figures.faults else 0)


def _figures(
    paths: tuple[Path, ...], html: bool | None, extractor: str, options: dict[str, Any], wanted: Options, bad: list[str]
) -> tuple[Figures, dict[str, str]]:
    from cleankit.report import collect

    cleaner = make_cleaner(**options)
    figures = collect(_items(paths, cleaner, html, extractor, bad), wanted)
    plugins = ", ".join(f"{name} {version}" for name, _, version in cleaner.plugin_lock if name != "builtin")
    about = {
        "of": ", ".join(map(str, paths[:3])) + (" …" if len(paths) > 3 else ""), "preset": cleaner.preset.name, "plugins": plugins,
        "fingerprint": cleaner.fingerprint[:12], "command": shlex.join(["cleankit", *sys.argv[1:]]) if len(sys.argv) > 1 and sys.argv[1] == "report" else "",
    }  # fmt: skip
    return figures, about


def _items(paths: tuple[Path, ...], cleaner: Cleaner, html: bool | None, extractor: str, bad: list[str]) -> Iterator[Item]:
    from cleankit.report import Item

    for path in paths:
        lines = find_lines(path)
        for file in lines:
            yield from _lines(file, cleaner, bad)
        if path in lines:
            continue
        for source in find_sources([path], html):
            try:
                result = clean_source(cleaner, source, url=None, extractor=extractor, format="text", explain=True)
            except Unreadable as error:
                bad.append(str(error))
                continue
            yield Item(source.relative.as_posix(), result)


def _lines(path: Path, cleaner: Cleaner | None, bad: list[str]) -> Iterator[Item]:
    """The texts or ledgers of a file of JSON lines; `cleaner` is None where only ledgers will do."""
    from cleankit.report import Item
    from cleankit.result import Result

    with open_lines(path) as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                row = read_row(line, f"{path.name}:{number}")
                if "changes" in row.data:
                    result = Result.from_dict(row.data)
                elif cleaner is None:
                    raise Unreadable("this is no ledger; write one with `cleankit explain --json`")
                else:
                    result = cleaner.clean(row.text, url=row.url or None, lang=row.lang or None)
            except (ValueError, KeyError, AttributeError, TypeError, Unreadable) as error:
                bad.append(f"{path}:{number}: {f'there is no {error}' if isinstance(error, KeyError) else error}")
                continue
            yield Item(row.name, result, row.lang, row.url)


def _compare(diff: tuple[Path, Path], wanted: Options) -> Figures:
    from cleankit.report import compare

    bad: list[str] = []

    def pairs() -> Iterator[tuple[Item, Item]]:
        for a, b in zip_longest(*(_lines(path, None, bad) for path in diff)):
            if bad:
                raise click.UsageError(bad[0])
            if a is None or b is None or a.name != b.name:
                raise click.UsageError(f"the runs are over different texts: {a.name if a else 'nothing'} beside {b.name if b else 'nothing'}")
            yield a, b
        if bad:
            raise click.UsageError(bad[0])

    try:
        return compare(pairs(), wanted)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
