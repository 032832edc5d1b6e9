"""What a plugin may implement. All four hooks only register; none of them runs per document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib.resources.abc import Traversable

import pluggy

from cleankit.rule import Extractor, Preset, Rule

__all__ = ["cleankit_extractors", "cleankit_presets", "cleankit_rule_files", "cleankit_rules", "hookimpl"]

#: Marks a function or method of a plugin as the implementation of the hook of the same name.
hookimpl = pluggy.HookimplMarker("cleankit")
_hookspec = pluggy.HookspecMarker("cleankit")


@_hookspec
def cleankit_rules() -> Iterable[Rule]:
    """Rules written in Python. The host puts the plugin's namespace before their ids."""
    raise NotImplementedError


@_hookspec
def cleankit_rule_files() -> Iterable[Traversable]:
    """Folders of rule files (`<family>/<name>.toml`), for example `[importlib.resources.files(__package__) / "rules"]`."""
    raise NotImplementedError


@_hookspec
def cleankit_extractors() -> Mapping[str, Extractor]:
    """Extractors by the name under which `clean_html(extractor=…)` finds them."""
    raise NotImplementedError


@_hookspec
def cleankit_presets() -> Iterable[Preset]:
    """Presets by their own names."""
    raise NotImplementedError
