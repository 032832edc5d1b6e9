"""Changes to the text of a rule file that leave everything else in it, comments too, as it is."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from cleankit.authoring import block, quoted
from cleankit.errors import InputError

__all__ = ["add_example", "add_keep", "with_match"]

_MATCH = re.compile(r"^\[match\][^\n]*\n(?:(?!\s*\[).*(?:\n|\Z))*", re.MULTILINE)
_KEEP = re.compile(r"^[ \t]*\[\[\s*keep\s*\]\]", re.MULTILINE)


def add_keep(text: str, keep: str, why: str) -> str:
    """A rule file with one more `[[keep]]`, at its end. Raises InputError."""
    return _checked(text, f"{text.rstrip()}\n\n[[keep]]\ntext = {_string(keep)}\nwhy  = {_string(why)}\n", "keep", {"text": keep, "why": why})


def add_example(text: str, before: str, after: str) -> str:
    """A rule file with one more `[[example]]`, before its first keep. Raises InputError."""
    table, values = f"[[example]]\nbefore = {_string(before)}\nafter = {_string(after)}\n", {"before": before, "after": after}
    found = _KEEP.search(text)
    if found:
        return _checked(text, f"{text[: found.start()]}{table}\n{text[found.start() :]}", "example", values)
    return _checked(text, f"{text.rstrip()}\n\n{table}", "example", values)


def _string(value: str) -> str:
    return block(value) if "\n" in value or '"' in value or "\\" in value else quoted(value)


def _checked(old: str, new: str, name: str, values: dict[str, str]) -> str:
    """`new`, where it says what `old` says and has one table more."""
    want = _loaded(old, "mend the rule file first")
    if _loaded(new, "no file can hold this") != {**want, name: [*want.get(name, []), values]}:
        raise InputError(f"add the [[{name}]] by hand: its place in this file is not plain")
    return new


def _loaded(text: str, otherwise: str) -> dict[str, Any]:
    try:
        text.encode()
        return tomllib.loads(text)
    except ValueError as error:
        raise InputError(f"{otherwise}: {error}") from error


def with_match(text: str, draft: str) -> str:
    """A rule file with the `[match]` of a draft in the place of its own. Raises InputError."""
    found, new = _MATCH.search(text), _MATCH.search(draft)
    if not found or not new:
        raise InputError("there is no [match] in the rule file to put another one in the place of")
    return text[: found.start()] + new[0] + text[found.end() :]
