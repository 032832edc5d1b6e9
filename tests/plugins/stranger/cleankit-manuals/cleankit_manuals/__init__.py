"""Rules for what generators of documentation leave in scraped text."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files
from importlib.resources.abc import Traversable

from cleankit import Rule, hookimpl

from cleankit_manuals._contents import Contents

__all__ = ["cleankit_rule_files", "cleankit_rules"]


@hookimpl
def cleankit_rule_files() -> Iterable[Traversable]:
    """The folder of rule files."""
    return [files(__name__) / "rules"]


@hookimpl
def cleankit_rules() -> Iterable[Rule]:
    """Rules in Python."""
    return [Contents()]
