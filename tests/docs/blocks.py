"""Fenced blocks of a page, and running them: what the documentation shows is what happens.

A block with `title="…"` is a file and is written; `python` runs, `pycon` is compared, and of a `console` block the lines
`$ cleankit …` run and their output is compared, with `...` for anything. Names and files are shared down the page.
"""

from __future__ import annotations

import doctest
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from click.testing import CliRunner

from cleankit.cli import main

_FENCE = re.compile(r"^(?P<ticks>`{3,})(?P<info>[^`\n]*)\n(?P<body>.*?)^(?P=ticks)$", re.DOTALL | re.MULTILINE)
_TITLE = re.compile(r'title="([^"]+)"')


class Block(NamedTuple):
    """A fenced block: its language, the file it shows (or nothing), its text and its line on the page."""

    language: str
    title: str
    text: str
    line: int


def blocks(page: str) -> Iterator[Block]:
    """The fenced blocks of a page."""
    for found in _FENCE.finditer(page):
        title = _TITLE.search(found["info"])
        language = found["info"].split(maxsplit=1)[0] if found["info"].strip() else ""
        yield Block(language, title[1] if title else "", found["body"], page.count("\n", 0, found.start()) + 2)


def without_blocks(page: str) -> str:
    """The page's prose."""
    return _FENCE.sub("", page)


def run(block: Block, names: dict[str, Any], folder: Path, page: str) -> None:
    """Run a block, or write the file that it shows. Raises AssertionError where it is not as the page says."""
    if block.title:
        target = folder / block.title
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(block.text, encoding="utf-8")
    elif block.language == "python":
        exec(compile("\n" * (block.line - 1) + block.text, page, "exec"), names)
    elif block.language == "pycon":
        _session(block, names, page)
    elif block.language == "console":
        for command, expected in _commands(block.text):
            _command(command, expected)


class _Checker(doctest.OutputChecker):
    """Blank lines at the end do not count."""

    def check_output(self, want: str, got: str, optionflags: int) -> bool:
        return super().check_output(want, f"{got.rstrip()}\n" if got.strip() else got, optionflags)


def _session(block: Block, names: dict[str, Any], page: str) -> None:
    # a blank line of the output is a blank line on the page
    text = re.sub(r"^(?=\n(?:(?!>>>).*\n)*?(?!>>>).*\S)", "<BLANKLINE>", block.text, flags=re.MULTILINE)
    test = doctest.DocTestParser().get_doctest(text, names, page, page, block.line - 1)
    told: list[str] = []
    runner = doctest.DocTestRunner(_Checker(), optionflags=doctest.ELLIPSIS, verbose=False)
    failed = runner.run(test, out=told.append, clear_globs=False).failed
    names.update(test.globs)
    assert not failed, "".join(told)


def _commands(text: str) -> Iterator[tuple[str, str]]:
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, expected = part.partition("\n")
        yield command, expected


def _command(command: str, expected: str) -> None:
    words = shlex.split(command, comments=True)
    if words[0] != "cleankit":
        return
    words, target = (words[:-2], words[-1]) if words[-2] == ">" else (words, "")
    done = CliRunner().invoke(main, words[1:])
    if target:
        Path(target).write_text(done.stdout, encoding="utf-8")
    assert done.exit_code == 0, f"$ {command}\n{done.output}"
    got = done.output.rstrip("\n") + "\n"
    same = doctest.OutputChecker().check_output(expected.rstrip("\n") + "\n", got, doctest.ELLIPSIS)
    assert same or not expected.strip(), f"$ {command}\nexpected:\n{expected}\ngot:\n{got}"
