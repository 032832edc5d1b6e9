"""Reference pages made from the code: rule files, hooks, command line."""

from __future__ import annotations

import inspect
from importlib import import_module

import click

from cleankit import hookspecs
from cleankit.cli import _COMMANDS, main
from cleankit.config import CHOICES
from cleankit.docgen._markdown import NOTE, code, fence, plain, table
from cleankit.rule import CUES, META_FIELDS, OPTIONS, Stage
from cleankit.rulefile import _MATCHERS, MATCH_KEYS, RULE_KEYS, _kind_name

__all__ = ["cli_page", "hook_signatures", "hooks_page", "rule_file_page"]

_RULE_FILE = """# Rule files

A rule file is TOML. Its place is the rule's id: `rules/share/sv.toml` is the rule `share/sv`, in a plugin with its namespace before it. Nothing is
inherited or included. An unknown key is an error that names file and line. `cleankit check FILE` runs everything that a file has to prove;
[Write a rule](../tutorials/plugin-author.md) goes through one.

"""
_MATCHING = """## `[match]`

Exactly one of the first five, as the stage allows, and what narrows it. Lines are looked at one by one, without their line breaks.

- `line`, `phrases`, `labels` and `marker` see a line's bare text: leading heading, list and quote marks, emphasis and link targets are taken off,
  so that `### Related Articles` and `**Advertisement**` are the words alone; the edit covers the whole line. They are not shown lines that look
  like prose, unless the rule has `reach = "prose"`. `cleankit rules --try LINE` tells what a line looks like.
- `phrases` and `labels` are compared folded: letter case, white space and marks at both ends do not count, and every number equals
  every other. A phrase that stands in quotation marks is somebody's words and stays. A label needs its separator and something after it.
- `inline` sees every line as it stands, marks and prose included; `^` and `$` are the ends of the line.
- Patterns are those of the `regex` module, and mind letter case unless they begin with `(?i)`. A pattern whose work could grow faster
  than the text is refused, with what to write instead.
- `at = "head"` is before the first line that looks like prose, `"tail"` after the last, `"edge"` either. In texts that are not prose (verse,
  code, tables) such a rule is silent.

"""
_STAGES = {
    "inline": "a piece of a line: a shortcode, a mark at its end",
    "lines": "whole lines; most rules",
    "sections": "a header, and what stands under it down to the next line of the text",
    "repair": "characters that were broken on the way",
    "normalize": "layout and typography, at last",
}
_PROOF = """## `[[example]]` and `[[keep]]`

At least one of each; two keeps with `reach = "prose"`. `before`, cleaned with this rule alone, gives `after`; blank lines and white space at the ends
of lines are not compared. The `text` of a keep stays as it is with this rule alone and all guards off, and each keep of each rule also goes through
the whole presets, between paragraphs of prose. `why` says what makes it look like debris.

"""


def rule_file_page() -> str:
    """Every key of a rule file."""
    keys = [[code(k), _kind_name(kind), "yes" if needed else "", plain(what)] for k, (kind, needed, what) in RULE_KEYS.items()]
    match = [[code(k), _kind_name(kind), plain(what)] for k, (kind, what) in MATCH_KEYS.items()]
    stages = [[code(s), ", ".join(map(code, kinds)), plain(_STAGES[s])] for s, kinds in _MATCHERS.items()]
    options = [[code(k), code(repr(v)), ", ".join(code(repr(c)) for c in CHOICES.get(k, (True, False)))] for k, v in OPTIONS.items()]
    return (
        f"{NOTE}{_RULE_FILE}## Keys\n\n{table(['Key', 'Type', 'Needed', 'Meaning'], keys)}\n"
        f"{_MATCHING}{table(['Key', 'Type', 'Meaning'], match)}\n"
        f"{table(['Stage', 'Matchers', 'What for'], stages)}\n"
        f"Stages run in this order: {', '.join(code(s.value) for s in Stage)}. The first and `context` are for rules in Python.\n\n{_PROOF}"
        f"## Values\n\n- `cue`: {', '.join(map(code, CUES))}\n- `meta`: {', '.join(map(code, META_FIELDS))}\n"
        "- `unless`: an option of this table that is yes or no.\n\n"
        f"{table(['Option', 'Default', 'Possible'], options)}"
    )


def hook_signatures() -> dict[str, str]:
    """Each hook with its exact signature."""
    return {n: f"{n}{inspect.signature(getattr(hookspecs, n))}".replace("'", "") for n in hookspecs.__all__ if n != "hookimpl"}


def hooks_page() -> str:
    """Every hook of a plugin."""
    parts = [
        f"## {code(name)}\n\n{fence([signature], 'text')}\n{plain(inspect.getdoc(getattr(hookspecs, name)) or '')}\n"
        for name, signature in hook_signatures().items()
    ]
    return (
        f"{NOTE}# Hooks\n\nA plugin is a module (or an object) with functions of these names, each marked with `@cleankit.hookimpl`, and an entry point in the group\n"
        "`cleankit` whose name is the namespace of its rules. It implements those that it needs. Hooks register and never run per document; a plugin\n"
        "that breaks while loading is left out with one warning, and the others load. [Publish a plugin](../tutorials/plugin-author.md) shows a whole one.\n\n"
        + "\n".join(parts)
    )


def cli_page() -> str:
    """The help of every command."""
    parts = [NOTE, "# Command line\n\nWhat `--help` says. Bytes go in, UTF-8 comes out; messages go to standard error.\n"]
    width = {"terminal_width": 100, "max_content_width": 100}
    with click.Context(main, info_name="cleankit", **{**main.context_settings, **width}) as parent:
        parts.append(fence(main.get_help(parent).split("\n")))
        for name in _COMMANDS:
            command: click.Command = import_module(f"cleankit.cli.{name}").command
            with click.Context(command, info_name=name, parent=parent, **{**command.context_settings, **width}) as context:
                parts.append(f"## cleankit {name}\n\n{fence(command.get_help(context).split(chr(10)))}")
    return "\n".join(parts).replace("\n\n\n", "\n\n")
