"""`cleankit clean`: texts and pages in, clean text out."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import click

from cleankit.bulk._formats import FORMATS
from cleankit.cli._bulk import is_bulk, run_bulk
from cleankit.cli._inputs import Source, Unreadable, clean_source, find_sources
from cleankit.cli._options import cleaner_options, make_cleaner

__all__ = ["command"]


@click.command(
    "clean", epilog="Exit codes: 0 all is well, 1 a file could not be read or a rule broke, 2 the call was wrong."
)
@click.argument("paths", nargs=-1, metavar="[IN]...")
@click.option("-o", "--output", metavar="OUT", help="Write into this folder (or URL); the same call again goes on.")
@click.option("--in-place", is_flag=True, help="Replace each text; what it was stays beside it as NAME.bak.")
@click.option("--html/--text", default=None, help="The input is HTML, or is not (else: by the file's ending).")
@click.option("--format", type=click.Choice(FORMATS), help="Format of OUT (else: that of the input); of HTML, text or markdown.")
@click.option("--extractor", default="trafilatura", show_default=True, help="What finds the main text of HTML.")
@click.option("--url", help="Where the text is from: wakes rules for the site.")
@click.option("--field", metavar="NAME", help="Field or column with the text.  [text]")
@click.option("--id", metavar="NAME", help="Field or column that names a document; made where there is none.  [id]")
@click.option("--changes", is_flag=True, help="Give each row its ledger: removals, meta, flags.")
@click.option(
    "--on-error", type=click.Choice(["keep", "drop", "fail"]), help="What becomes of a document with an error.  [keep]"
)
@click.option("--workers", type=click.IntRange(1), help="Processes.  [1]")
@cleaner_options
def command(
    paths: tuple[str, ...],
    output: str | None,
    in_place: bool,
    html: bool | None,
    format: str | None,
    extractor: str,
    url: str | None,
    field: str | None,
    id: str | None,
    changes: bool,
    on_error: str | None,
    workers: int | None,
    **options: Any,
) -> None:
    """Clean texts or HTML pages: files, folders of them, standard input; or files of many documents.

    One text goes to standard output; several need -o OUT or --in-place. Texts are UTF-8; of a page the encoding is found out.
    Files of documents are JSON lines (.jsonl, also .gz and .zst), Parquet, CSV, WARC and WET, here or at a URL; patterns in
    quotes are looked up. OUT then holds shards of clean rows, dead letters and a report.
    """
    bulk = {"field": field, "id": id, "on_error": on_error, "workers": workers, "changes": changes or None}
    given = {name: value for name, value in bulk.items() if value is not None}
    if not in_place and is_bulk(paths, output, bool(given) or format not in (None, "text", "markdown")):
        sys.exit(
            run_bulk(paths, output, make_cleaner(**options), html=html, format=format, extractor=extractor, url=url, **given)
        )
    format = format or "text"
    for path in paths:
        if path != "-" and not Path(path).exists():
            raise click.BadParameter(f"{path!r} does not exist")
    sources = list(find_sources([Path(p) for p in paths], html))
    targets = _targets(sources, Path(output) if output else None, in_place, format)
    cleaner = make_cleaner(**options)
    trouble = 0
    changed = 0
    for source, target in zip(sources, targets, strict=True):
        try:
            result = clean_source(cleaner, source, url=url, extractor=extractor, format=format, explain=False)
            if target is None:
                sys.stdout.buffer.write(result.text.encode("utf-8", "replace"))
            elif source.path == target:
                if result.text != result.source:
                    _replace(target, result.text)
            else:
                _write(target, result.text)
        except Unreadable as error:
            click.echo(f"error: {error}", err=True)
            trouble += 1
            continue
        changed += result.text != result.source
        trouble += len(result.faults)
        for fault in result.faults:
            click.echo(f"warning: {source.name}: rule {fault.rule} broke and was left out: {fault.message}", err=True)
        if "total-loss" in result.flags:
            click.echo(f"warning: {source.name}: mostly debris, so nothing was taken out; try --preset page", err=True)
    if len(sources) > 1:
        click.echo(f"{len(sources)} texts, {changed} changed, {trouble} problems", err=True)
    sys.exit(1 if trouble else 0)


def _targets(sources: list[Source], output: Path | None, in_place: bool, format: str) -> list[Path | None]:
    """Where each text goes; None is standard output. Raises UsageError where two would go to one place."""
    if not sources:
        raise click.UsageError("there is no text or page in the folder (.txt, .md, .html)")
    if in_place:
        if output:
            raise click.UsageError("-o and --in-place exclude each other")
        for source in sources:
            if source.path is None or source.html:
                raise click.UsageError(f"--in-place is for text files; {source.name} needs -o FOLDER")
        return [source.path for source in sources]
    if output is None:
        if len(sources) > 1:
            raise click.UsageError(f"{len(sources)} texts need -o FOLDER or --in-place")
        return [None]
    ending = ".md" if format == "markdown" else ".txt"
    targets = [output / (s.relative.with_name(s.relative.name + ending) if s.html else s.relative) for s in sources]
    taken: dict[Path, str] = {s.path.resolve(): s.name for s in sources if s.path}
    for source, target in zip(sources, targets, strict=True):
        other = taken.setdefault(target.resolve(), source.name)
        if other != source.name or (source.path and target.resolve() == source.path.resolve()):
            raise click.UsageError(f"{target} would overwrite {other}; choose another -o, or clean them one by one")
    return list(targets)


def _write(path: Path, text: str) -> None:
    """Write whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_bytes(text.encode("utf-8", "replace"))
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _replace(path: Path, text: str) -> None:
    """Write a text in the place of its source, which stays as NAME.bak. An older backup is never overwritten."""
    backup = path.with_name(path.name + ".bak")
    try:
        with backup.open("xb") as file:
            file.write(path.read_bytes())
    except FileExistsError:
        raise Unreadable(f"{path}: {backup.name} is there already; move it away, so that it is not lost") from None
    _write(path, text)
