"""A plugin's project folder: what its `pyproject.toml` says of it, and the plugin itself, imported from there."""

from __future__ import annotations

import re
import sys
import tomllib
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from typing import NamedTuple

from cleankit.errors import PluginError
from cleankit.plugins import GROUP

__all__ = ["Project", "clash", "load", "project_at", "rule_files"]


class Project(NamedTuple):
    """An entry point of a project: the plugin's `name`, the `value` that says where it is, and who brings it."""

    file: Path
    name: str
    value: str
    distribution: str


def project_at(folder: Path) -> Project | None:
    """The plugin whose project a folder is, or None. Raises PluginError where its `pyproject.toml` cannot be read."""
    file = folder / "pyproject.toml"
    if not file.is_file():
        return None
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise PluginError(f"{file}: {error}") from error
    about = data.get("project", {})
    given = about.get("entry-points", {}).get(GROUP, {})
    return next((Project(file, name, value, about.get("name", "")) for name, value in sorted(given.items())), None)


def clash(project: Project) -> str:
    """The other distribution that is installed here and claims the plugin's name, or an empty string."""
    own = _normal(project.distribution)
    others = (e.dist.name for e in entry_points(group=GROUP, name=project.name) if e.dist and _normal(e.dist.name) != own)
    return next(others, "")


def _normal(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()


def load(project: Project) -> object:
    """The plugin, imported from its project. Raises PluginError, whatever its code raises."""
    root = project.file.parent.resolve()
    module, _, attribute = project.value.replace(" ", "").partition(":")
    places = [str(p) for p in (root / "src", root) if p.is_dir()]
    sys.path[:0] = places
    try:
        found: object = import_module(module)
        for part in filter(None, attribute.split(".")):
            found = getattr(found, part)
    except Exception as error:
        raise PluginError(f"the entry point {project.name} = {project.value!r} cannot be loaded: {type(error).__name__}: {error}") from error
    finally:
        for place in places:
            sys.path.remove(place)
    return found


def rule_files(plugin: object) -> list[Path]:
    """The rule files below the folders that a plugin gives. Raises PluginError, whatever its hook raises."""
    hook = getattr(plugin, "cleankit_rule_files", None)
    try:
        folders = [Path(str(folder)) for folder in hook()] if hook else []
    except Exception as error:
        raise PluginError(f"cleankit_rule_files raised {type(error).__name__}: {error}") from error
    return sorted(file for folder in folders for file in folder.rglob("*.toml"))
