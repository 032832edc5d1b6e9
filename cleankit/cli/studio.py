"""`cleankit studio`: the workbench in the browser."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from cleankit.cli._inputs import Unreadable, find_lines, find_sources, open_lines, read_row
from cleankit.cli._options import cleaner_options, make_cleaner
from cleankit.cli.new import rules_folder
from cleankit.errors import InputError

if TYPE_CHECKING:
    import socket

    import uvicorn

    from cleankit.config import Config
    from cleankit.studio import Desk, Text

__all__ = ["command"]


@click.command("studio", epilog="Exit codes: 2 the call was wrong, 130 it was stopped.")
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--into", multiple=True, type=click.Path(file_okay=False, path_type=Path), metavar="FOLDER",
    help="A folder that rules are saved to (repeatable; else `rules`, or the plugin's).",
)  # fmt: skip
@click.option("--url", help="Where the texts are from: wakes rules for the site.")
@click.option("--port", default=0, type=click.IntRange(0, 65535), help="The port to listen on (else one that is free).")
@click.option("--open/--no-open", "opens", default=True, help="Open the browser.")
@cleaner_options
def command(folder: Path | None, into: tuple[Path, ...], url: str | None, port: int, opens: bool, **options: Any) -> None:
    """Look at texts cleaned, in the browser, and turn what is wrong into rules.

    FOLDER has texts and pages (.txt, .md, .html) or JSON lines (.jsonl, .jsonl.gz) with "text" and, where known, "id", "url" and "lang"; without one,
    paste a text. It listens on this machine only, and the address has a token that it asks for. Needs the extra `studio`.

    \b
    cleankit studio texts/
    cleankit studio texts/ --into my-plugin/cleankit_mine/rules
    """
    desk = make_desk(folder, into, make_cleaner(**options).config, url)
    serve(desk, port, opens)


def make_desk(folder: Path | None, into: Sequence[Path], config: Config, url: str | None = None) -> Desk:
    """A desk for the texts of a folder. Raises UsageError where the extra is not installed."""
    try:
        from cleankit.studio import Desk
    except ModuleNotFoundError as error:
        raise click.UsageError(f"there is no {error.name} here: pip install 'cleankit-text[studio]'") from error
    return Desk(list(_texts(folder)) if folder else [], config, into or (rules_folder(Path()),), url=url)


def _texts(folder: Path) -> Iterator[Text]:
    """The texts of a folder: files, and lines of files of JSON lines, of which only the place is kept."""
    from cleankit.studio import Text

    for source in find_sources([folder], None):
        if source.path:
            yield Text(source.relative.as_posix(), source.path.read_bytes, source.html)
    lines, taken = _Lines(), set[str]()
    for file in find_lines(folder):
        for number, at, line in lines.each(file):
            where = f"{file.relative_to(folder).as_posix()}:{number}"
            try:
                name, url, lang, _ = read_row(line, where)
            except Unreadable:
                name, url, lang = where, "", ""  # what is wrong with it is told when it is opened
            name = where if name in taken else name
            taken.add(name)
            yield Text(name, partial(lines.text, file, at), url=url or None, lang=lang or None)


class _Lines:
    """Lines of files, read when they are asked for. The last file stays open: in order, packed ones too are read in one go."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: tuple[Path, IO[bytes]] | None = None

    def each(self, path: Path) -> Iterator[tuple[int, int, bytes]]:
        """The number and the first byte of each line that is not empty, and the line."""
        at = 0
        with open_lines(path) as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield number, at, line
                at += len(line)

    def text(self, path: Path, at: int) -> str:
        """The text of the line that begins at a byte. Raises InputError, OSError."""
        with self._lock:
            if self._open is None or self._open[0] != path:
                if self._open:
                    self._open[1].close()
                self._open = path, open_lines(path)
            file = self._open[1]
            file.seek(at)
            line = file.readline()
        try:
            return read_row(line, "").text
        except Unreadable as error:
            raise InputError(f"{path}: {error}") from error


def serve(desk: Desk, port: int, opens: bool) -> None:
    """Listen on loopback until interrupted."""
    import secrets
    import webbrowser

    token, listening = secrets.token_urlsafe(24), listener(port)
    address = f"http://127.0.0.1:{listening.getsockname()[1]}/#{token}"
    click.echo(f"studio: {address}\n{len(desk.texts)} texts; rules are saved to {', '.join(str(p.path) for p in desk.places)}. Ctrl-C stops it.", err=True)
    threading.Thread(target=desk.warm, daemon=True).start()
    if opens:
        webbrowser.open(address)
    server_for(desk, token).run(sockets=[listening])
    raise KeyboardInterrupt  # nothing else ends it; whether the server says so depends on who is faster


def listener(port: int) -> socket.socket:
    """A socket on loopback; port 0 is one that is free. Raises UsageError where the port is taken."""
    import socket

    try:
        return socket.create_server(("127.0.0.1", port))
    except OSError as error:
        raise click.UsageError(f"port {port} is taken ({error.strerror}); leave --port out") from error


def server_for(desk: Desk, token: str) -> uvicorn.Server:
    """The server of a desk, which is then run with a socket."""
    import uvicorn

    from cleankit.studio import make_app

    return uvicorn.Server(uvicorn.Config(make_app(desk, token), log_level="warning", access_log=False, server_header=False, lifespan="off", ws="none", timeout_graceful_shutdown=1))
