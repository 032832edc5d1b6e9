"""`cleankit learn`: from a site's pages to rule files for its furniture."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from cleankit.cli._inputs import read_texts

__all__ = ["command"]


@click.command("learn", epilog="Exit codes: 0 rules were learned, 1 nothing was found or a text could not be read, 2 the call was wrong.")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path), required=True)
@click.option("-o", "--output", type=click.Path(file_okay=False, path_type=Path), required=True, help="Write the rule files below this folder.")
@click.option("--site", metavar="HOST", help="The host that texts are from (else: the `url` of a JSON line).")
@click.option("--share", default=0.1, show_default=True, type=click.FloatRange(0, 1), help="On what part of a site's pages a line stands at least.")
@click.option("--overwrite", is_flag=True, help="Replace rule files that are there.")
def command(paths: tuple[Path, ...], output: Path, site: str | None, share: float, overwrite: bool) -> None:
    """Find the lines that come again on page after page of a site, and write them as rule files.

    PATHS are texts and pages (.txt, .md, .html), folders of them, or JSON lines with "text" and "url" (.jsonl). Everything is
    read twice and nothing is kept in memory, so that it may be long. Look through what comes out, then use it:

    \b
    cleankit learn pages.jsonl -o my-rules
    cleankit check my-rules
    cleankit clean --rules my-rules --url https://example.org/a page.txt
    """
    from cleankit.cleaner import Cleaner
    from cleankit.learning import Page, learn

    cleaner = Cleaner(plugins=())
    bad: list[str] = []

    def pages() -> Iterator[Page]:
        bad.clear()
        return (Page(given.text, site or given.where or None) for given in read_texts(paths, lambda page: cleaner.extract(page).text, bad))

    learned = learn(pages, share=share, spares=cleaner._spares)
    for message in bad:
        click.echo(f"error: {message}", err=True)
    files = learned.save(output, overwrite=overwrite)
    for file, rule in zip(files, learned.rules, strict=True):
        click.echo(f"{file}: {len(rule.phrases)} lines {rule.info.summary.rpartition(', ')[2]}")
    n = sum(learned.evidence.pages.values())
    click.echo(f"{n} pages of {len(learned.evidence.pages)} sites, {len(files)} rule files", err=True)
    if not files:
        click.echo("nothing repeats on three pages of a site and a tenth of them; more pages, or --site, may help", err=True)
    sys.exit(1 if bad or not files else 0)
