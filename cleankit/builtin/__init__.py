"""The built-in plugin: what cleankit brings along, registered through the same hooks as everybody else's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from cleankit.config import load_presets
from cleankit.hookspecs import hookimpl
from cleankit.rule import Extractor, Preset, Rule

__all__ = ["rules_folder"]


def rules_folder() -> Traversable:
    """The folder of the generic rule files: in the installed package, or beside it in a checkout."""
    packed = files("cleankit") / "_rules"
    return packed if packed.is_dir() else Path(__file__).parents[2] / "rules"


@hookimpl
def cleankit_rule_files() -> Iterable[Traversable]:
    return [rules_folder()]


@hookimpl
def cleankit_rules() -> Iterable[Rule]:
    from cleankit.builtin import context, layout, page, repair, words

    return [*repair.RULES, *words.RULES, *context.RULES, *page.RULES, *layout.RULES]


@hookimpl
def cleankit_presets() -> Iterable[Preset]:
    return load_presets(files("cleankit.builtin") / "presets")


@hookimpl
def cleankit_extractors() -> Mapping[str, Extractor]:
    from cleankit.builtin.html import EXTRACTORS

    return EXTRACTORS
