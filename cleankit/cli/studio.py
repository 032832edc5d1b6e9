"""`cleankit studio`: the workbench in the browser."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cleankit.cli._inputs import find_sources
from cleankit.cli._options import cleaner_options, make_cleaner
from cleankit.cli.new import rules_folder

if TYPE_CHECKING:
    import socket

    import uvicorn

    from cleankit.config import Config
    from cleankit.studio import Desk

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

    FOLDER has texts and pages (.txt, .md, .html); without one, paste a text. It listens on this machine only, and the address has a token that
    it asks for. Needs the extra `studio`.

    \b
    cleankit studio texts/
    cleankit studio texts/ --into my-plugin/cleankit_mine/rules
    """
    desk = make_desk(folder, into, make_cleaner(**options).config, url)
    serve(desk, port, opens)


def make_desk(folder: Path | None, into: Sequence[Path], config: Config, url: str | None = None) -> Desk:
    """A desk for the texts of a folder. Raises UsageError where the extra is not installed."""
    try:
        from cleankit.studio import Desk, Text
    except ModuleNotFoundError as error:
        raise click.UsageError(f"there is no {error.name} here: pip install 'cleankit-text[studio]'") from error
    texts = [Text(s.relative.as_posix(), s.path, s.html) for s in find_sources([folder], None) if s.path] if folder else []
    return Desk(texts, config, into or (rules_folder(Path()),), url=url)


def serve(desk: Desk, port: int, opens: bool) -> None:
    """Listen on loopback until interrupted."""
    import secrets
    import threading
    import webbrowser

    token, listening = secrets.token_urlsafe(24), listener(port)
    address = f"http://127.0.0.1:{listening.getsockname()[1]}/#{token}"
    click.echo(f"studio: {address}\n{len(desk.texts)} texts; rules are saved to {', '.join(str(p.path) for p in desk.places)}. Ctrl-C stops it.", err=True)
    threading.Thread(target=desk.warm, daemon=True).start()
    if opens:
        webbrowser.open(address)
    server_for(desk, token).run(sockets=[listening])


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
