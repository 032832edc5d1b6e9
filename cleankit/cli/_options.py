"""What several commands share: the options that make a cleaner."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import click

from cleankit.config import CHOICES
from cleankit.rule import OPTIONS

if TYPE_CHECKING:
    from cleankit.cleaner import Cleaner

__all__ = ["cleaner_options", "color_option", "colored", "make_cleaner"]

F = TypeVar("F", bound=Callable[..., Any])

_HELP = {
    "keep_title": "The headline of the text.",
    "keep_dateline": "The place that a report begins with.",
    "keep_credit": "Agencies and sources.",
    "keep_byline": "Who wrote it.",
    "keep_date": "Lines with dates.",
    "keep_captions": "What stands under pictures.",
    "keep_citations": "Numbers of notes: [1].",
    "dedupe_standfirst": "Take out one copy of a lead that stands there twice.",
    "repair": "0 leaves characters and layout, 1 repairs them, 2 also words with evidence in the text.",
    "unlabelled": "Debris without a label: leave it, take it by evidence, or by less evidence.",
}


def cleaner_options(command: F) -> F:
    """Adds the options of a cleaner; the command gets them as keywords and hands them to `make_cleaner`."""
    for name, default in reversed(list(OPTIONS.items())):
        flag = name.replace("_", "-")
        text = f"{_HELP.get(name, '')}  [{_shown(default)}]"
        if isinstance(default, bool):
            command = click.option(f"--{flag}/--no-{flag}", default=None, help=text)(command)
        else:
            kind = click.Choice([str(c) for c in CHOICES[name]])
            command = click.option(f"--{flag}", type=kind, default=None, help=text)(command)
    for option in reversed(
        (
            click.option(
                "-p",
                "--preset",
                default="article",
                show_default=True,
                help="article, page, minimal, or one of a plugin.",
            ),
            click.option("--select", multiple=True, metavar="NAME", help="Run this rule or family too (repeatable)."),
            click.option("--ignore", multiple=True, metavar="NAME", help="Leave this rule or family out (repeatable)."),
            click.option("--lang", metavar="CODE", help="Silence rules written for other languages."),
            click.option("--plugin", multiple=True, metavar="NAME", help="Load only this plugin (repeatable)."),
            click.option("--no-plugins", is_flag=True, help="Load no installed plugin."),
            click.option(
                "--rules",
                multiple=True,
                metavar="FOLDER",
                type=click.Path(exists=True, file_okay=False),
                help="Use the rule files of this folder too, for example learned ones (repeatable).",
            ),
            click.option("--strict", is_flag=True, help="Stop where a rule breaks, instead of going on without it."),
        )
    ):
        command = option(command)
    return command


def _shown(default: object) -> str:
    return {True: "yes", False: "no"}[default] if isinstance(default, bool) else str(default)


def make_cleaner(
    preset: str, select: tuple[str, ...], ignore: tuple[str, ...], lang: str | None, plugin: tuple[str, ...], no_plugins: bool, strict: bool,
    rules: tuple[str, ...] = (), **options: object,
) -> Cleaner:  # fmt: skip
    """The cleaner that the options ask for."""
    from cleankit.cleaner import Cleaner

    given = {name: _typed(name, value) for name, value in options.items() if value is not None}
    if plugin and no_plugins:
        raise click.UsageError("--plugin and --no-plugins exclude each other")
    plugins = () if no_plugins else plugin or None
    cleaner = Cleaner(preset, plugins=plugins, select=select, ignore=ignore, lang=lang, strict=strict, **given)
    return Cleaner.from_config(replace(cleaner.config, rules=rules)) if rules else cleaner


def _typed(name: str, value: object) -> object:
    return type(OPTIONS[name])(value)  # type: ignore[call-arg]


def colored(wish: str) -> bool:
    """Whether to colour standard output: as wished, else on a terminal, as NO_COLOR and FORCE_COLOR say."""
    import os
    import sys

    if wish != "auto":
        return wish == "always"
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or sys.stdout.isatty()


color_option = click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    help="Colour the output (auto: on a terminal; NO_COLOR, FORCE_COLOR).",
)
