"""What the tests of the command line share."""

from __future__ import annotations

from typing import Any

from click.testing import CliRunner, Result

from cleankit.cli import main

BODY = "The council met on Monday, and after a long debate its members agreed on a new budget for the harbour."
DIRTY = f"{BODY}\n\n146,751FansLike\n"
CLEAN = f"{BODY}\n"


def run(*args: object, **kwargs: Any) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(main, [str(a) for a in args], **kwargs)
