"""The command line. Each command's module is imported when the command runs.

Exit codes: 0 all is well; 1 something was found (a rule broke, a file could not be read, a check failed); 2 the call was wrong;
130 interrupted.
"""

from __future__ import annotations

import os
import sys
import warnings
from difflib import get_close_matches
from importlib import import_module
from typing import Any

import click

from cleankit._version import __version__

__all__ = ["main", "one_thread"]

#: Commands, with the line that the help shows: so that the help imports none of them.
_COMMANDS = {
    "clean": "Clean texts or HTML pages.",
    "explain": "Show each change in its place, with rule and reason.",
    "rules": "List rules, show one, or try a line.",
    "plugins": "List the plugins that were found.",
    "check": "Check rule files.",
    "report": "Show in one HTML file what was removed from many texts.",
    "studio": "Look at texts cleaned, and write rules, in the browser.",
    "new": "Start a plugin, or a rule.",
    "learn": "Learn the furniture of sites from their pages.",
}


class Failure(click.ClickException):
    """The call was wrong: a message for the person at the keyboard."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        click.echo(f"error: {self.format_message()}", err=True)


class Broken(Failure):
    """The call was right, but a rule broke and `--strict` stops there."""

    exit_code = 1


class _Lazy(click.Group):
    """A group whose commands are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in _COMMANDS:
            return None
        command: click.Command = import_module(f"cleankit.cli.{name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in _COMMANDS and not args[0].startswith("-"):
            close = get_close_matches(args[0], _COMMANDS, 1)
            ctx.fail(
                f"there is no command {args[0]!r}; "
                + (f"did you mean {close[0]!r}?" if close else f"there are: {', '.join(_COMMANDS)}")
            )
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> Any:
        from cleankit.errors import CleankitError, RuleError

        one_thread()
        try:
            with warnings.catch_warnings():
                warnings.showwarning = _warn
                return super().invoke(ctx)
        except RuleError as error:
            raise Broken(str(error)) from error
        except CleankitError as error:
            raise Failure(str(error)) from error
        except KeyboardInterrupt:
            sys.exit(130)


def one_thread() -> None:
    """Keep linear algebra to one thread, unless the environment says otherwise; before numpy is loaded.

    The models multiply small matrices, hundreds a text: more threads mostly wait for each other, and burn processor time while they do.
    """
    for library in ("OPENBLAS", "OMP", "MKL"):
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")


def _warn(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: Any = None,
    line: str | None = None,
) -> None:
    click.echo(f"warning: {message}", err=True)


@click.group(
    cls=_Lazy,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 all is well, 1 something was found or broke, 2 the call was wrong, 130 interrupted.",
)
@click.version_option(__version__, prog_name="cleankit")
def main() -> None:
    """Clean scraped text and remove boilerplate, with a reason for every removal."""
