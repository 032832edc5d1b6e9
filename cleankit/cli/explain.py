"""`cleankit explain`: each change in its place, with rule and reason."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from cleankit.cli._inputs import Unreadable, clean_source, find_sources
from cleankit.cli._options import cleaner_options, color_option, colored, make_cleaner

__all__ = ["command"]


@click.command(
    "explain", epilog="Exit codes: 0 all is well, 1 a file could not be read or a rule broke, 2 the call was wrong."
)
@click.argument("paths", nargs=-1, type=click.Path(exists=True, allow_dash=True, path_type=Path))
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="One JSON object a text, each on its line: text, source, changes, vetoes, faults, meta.",
)
@click.option("--layout", is_flag=True, help="Show changes of white space too.")
@click.option("--changed", is_flag=True, help="Show only lines with a change.")
@click.option("--refused", is_flag=True, help="Show what rules proposed and guards refused.")
@click.option("--html/--text", default=None, help="The input is HTML, or is not (else: by the file's ending).")
@click.option(
    "--format", type=click.Choice(["text", "markdown"]), default="text", show_default=True, help="What to make of HTML."
)
@click.option("--extractor", default="trafilatura", show_default=True, help="What finds the main text of HTML.")
@click.option("--url", help="Where the text is from: wakes rules for the site.")
@color_option
@cleaner_options
def command(
    paths: tuple[Path, ...], as_json: bool, layout: bool, changed: bool, refused: bool, html: bool | None, format: str, extractor: str,
    url: str | None, color: str, **options: Any,
) -> None:  # fmt: skip
    """Show each change in its place, with the rule that answers for it and its reason.

    In front of a line: `-` it went, `~` something in it changed. For HTML, lines are those of the extracted text.
    """
    from cleankit.cli import _draw

    cleaner = make_cleaner(**options)
    trouble = 0
    for source in find_sources(paths, html):
        try:
            result = clean_source(cleaner, source, url=url, extractor=extractor, format=format, explain=True)
        except Unreadable as error:
            click.echo(f"error: {error}", err=True)
            trouble += 1
            continue
        trouble += len(result.faults)
        if as_json:
            import json

            _print(
                json.dumps({"name": source.name, "preset": options["preset"], **result.to_dict()}, ensure_ascii=True)
            )
            continue
        drawn = [r for r in _draw.rows(result, layout=layout) if not changed or r.mark != " "]
        head = _draw.summary(source.name, result)
        if colored(color):
            _print_styled(head, drawn)
        else:
            for line in (head, *_draw.plain(drawn)):
                _print(line)
        for veto in result.vetoes if refused else ():
            _print(f"refused: {veto.rule}: {_draw.visible(veto.text)}\n      ╰ {_draw.visible(veto.reason)}")
        for fault in result.faults:
            _print(f"broken: {fault.rule}: {_draw.visible(fault.message)}")
    sys.exit(1 if trouble else 0)


def _print(line: str) -> None:
    sys.stdout.buffer.write(line.encode("utf-8", "replace") + b"\n")


def _print_styled(head: str, drawn: list[Any]) -> None:
    from rich.console import Console
    from rich.text import Text

    from cleankit.cli import _draw

    console = Console(
        force_terminal=True, highlight=False, markup=False, emoji=False, soft_wrap=True, legacy_windows=False
    )
    console.print(Text(head, style="bold"))
    for line in _draw.styled(drawn):
        console.print(line)
