"""The command line. Each command's module is imported when the command runs."""

from __future__ import annotations

from importlib import import_module

import click

from cleankit._version import __version__

__all__ = ["main"]

_COMMANDS = {"check": "check"}


class _Lazy(click.Group):
    """A group whose commands are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in _COMMANDS:
            return None
        command: click.Command = import_module(f"cleankit.cli.{_COMMANDS[name]}").command
        return command


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="cleankit")
def main() -> None:
    """Clean scraped text and remove boilerplate, with a reason for every removal."""
