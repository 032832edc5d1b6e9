"""Rules for lines that single publishers leave in their articles, each silent on other sites."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files
from importlib.resources.abc import Traversable

from cleankit import hookimpl

__all__ = ["cleankit_rule_files"]


@hookimpl
def cleankit_rule_files() -> Iterable[Traversable]:
    """The folder of rule files."""
    return [files(__name__) / "rules"]
