"""Rules for the furniture of product pages and reviews."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files
from importlib.resources.abc import Traversable

from cleankit import Rule, hookimpl
from cleankit_shop._rating import AverageRating

__all__ = ["cleankit_rule_files", "cleankit_rules"]


@hookimpl
def cleankit_rule_files() -> Iterable[Traversable]:
    """The folder of rule files."""
    return [files(__name__) / "rules"]


@hookimpl
def cleankit_rules() -> Iterable[Rule]:
    """Rules in Python."""
    return [AverageRating()]
