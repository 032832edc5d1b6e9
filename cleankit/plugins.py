"""The plugin host: finds plugins, loads them one by one, keeps a broken one from harming the others."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from hashlib import sha256
from importlib.metadata import EntryPoint, entry_points
from itertools import pairwise
from pathlib import Path
from typing import Any

import pluggy

from cleankit import hookspecs
from cleankit._version import __version__
from cleankit.errors import PluginError, PluginMismatch
from cleankit.matchers import PatternRule
from cleankit.rule import Extractor, Preset, Rule, RuleInfo
from cleankit.rulecache import load_rules
from cleankit.rulefile import find_rules

__all__ = ["GROUP", "LoadedPlugin", "Registry", "load_registry", "with_folders"]

logger = logging.getLogger(__name__)

GROUP = "cleankit"
#: The built-in plugin: its rules carry no namespace.
BUILTIN = "builtin"


@dataclass(frozen=True, slots=True)
class LoadedPlugin:
    """A plugin that was found. `error` is empty where it loaded."""

    name: str
    distribution: str
    version: str
    rules: int = 0
    error: str = ""

    @property
    def lock(self) -> tuple[str, str, str]:
        """What a worker compares: entry point, distribution, version."""
        return self.name, self.distribution, self.version


@dataclass(frozen=True)
class Registry:
    """Everything that the loaded plugins registered."""

    plugins: tuple[LoadedPlugin, ...] = ()
    rules: Mapping[str, Rule] = field(default_factory=dict)
    extractors: Mapping[str, Extractor] = field(default_factory=dict)
    presets: Mapping[str, Preset] = field(default_factory=dict)
    owners: Mapping[str, str] = field(default_factory=dict)

    @property
    def lock(self) -> tuple[tuple[str, str, str], ...]:
        """The plugins that loaded, sorted: entry point, distribution, version."""
        return tuple(sorted(p.lock for p in self.plugins if not p.error))


@dataclass(frozen=True, slots=True)
class _Renamed:
    """A Python rule of a plugin under its namespace."""

    rule: Rule
    info: RuleInfo

    def propose(self, doc: Any) -> Any:
        return self.rule.propose(doc)


@lru_cache(maxsize=8)
def load_registry(names: tuple[str, ...] | None = None) -> Registry:
    """Load the built-in plugin and the installed ones.

    `names` restricts which installed plugins load (entry-point names; `()` for none); None loads all. Raises PluginError
    where a name is not installed or two plugins claim one name; a plugin that breaks is skipped with one warning.
    """
    from cleankit import builtin

    found = sorted(entry_points(group=GROUP), key=lambda e: (e.name, e.value))
    if names is not None:
        missing = sorted(set(names) - {e.name for e in found})
        if missing:
            have = ", ".join(sorted({e.name for e in found})) or "none"
            raise PluginError(f"no plugin named {', '.join(missing)} is installed; installed: {have}")
        found = [e for e in found if e.name in names]
    for a, b in pairwise(found):
        if a.name == b.name:
            raise PluginError(f"two distributions claim the plugin name {a.name!r}: {_dist(a)[0]} and {_dist(b)[0]}; uninstall one of them")
    build = _Builder()
    build.add(BUILTIN, "cleankit-text", __version__, lambda: builtin, namespace="")
    for entry in found:
        dist, version = _dist(entry)
        build.add(entry.name, dist, version, entry.load, namespace=entry.name)
    return build.registry()


def registry_of(plugins: Iterable[tuple[str, object]]) -> Registry:
    """A registry of the built-in plugin and of plugin objects given by name; for tests and for checking a plugin unpacked."""
    from cleankit import builtin

    build = _Builder()
    build.add(BUILTIN, "cleankit-text", __version__, lambda: builtin, namespace="")
    for name, plugin in plugins:
        build.add(name, name, "0", lambda plugin=plugin: plugin, namespace=name)  # type: ignore[misc]
    return build.registry()


def with_folders(registry: Registry, folders: Iterable[str]) -> Registry:
    """A registry with the rules of folders beside those of its plugins; their ids are the files' paths, without a namespace.

    In the lock such a folder stands with a hash of its content, so that a worker with other files notices. Raises
    RuleError where a file is wrong and PluginError where there is no such folder or an id is taken.
    """
    rules, plugins, owners = dict(registry.rules), list(registry.plugins), dict(registry.owners)
    for folder in folders:
        root = Path(folder)
        if not root.is_dir():
            raise PluginError(f"there is no folder of rules at {folder}")
        new = load_rules(root)
        if not new:
            raise PluginError(f"there is no rule in {folder}; rule files are <family>/<name>.toml below it")
        digest = sha256(b"\0".join(b"%s\0%s" % (i.encode(), f.read_bytes()) for f, i in find_rules(root))).hexdigest()[:12]
        for rule in new:
            if rule.info.id in rules:
                raise PluginError(f"rule {rule.info.id!r} of {folder} is there already ({owners.get(rule.info.id, 'built in')}); rename the file")
            rules[rule.info.id] = rule
            owners[rule.info.id] = folder
        plugins.append(LoadedPlugin("rules", folder, digest, len(new)))
    return replace(registry, plugins=tuple(plugins), rules=dict(sorted(rules.items())), owners=owners)


def _dist(entry: EntryPoint) -> tuple[str, str]:
    return (entry.dist.name, entry.dist.version) if entry.dist else ("unknown distribution", "?")


class _Builder:
    """Adds plugins to one registry, each in its own pluggy call."""

    def __init__(self) -> None:
        self.plugins: list[LoadedPlugin] = []
        self.rules: dict[str, Rule] = {}
        self.extractors: dict[str, Extractor] = {}
        self.presets: dict[str, Preset] = {}
        self.owners: dict[str, str] = {}

    def add(self, name: str, dist: str, version: str, load: Callable[[], object], *, namespace: str) -> None:
        """Load one plugin; a broken one is skipped with a warning. A clash of names raises."""
        try:
            rules, extractors, presets = _ask(load(), namespace)
        except (Exception, SystemExit) as error:  # a plugin may even end the program that imports it
            if name == BUILTIN:
                raise
            message = f"{type(error).__name__}: {error}"
            self.plugins.append(LoadedPlugin(name, dist, version, 0, message))
            warnings.warn(
                f"plugin {name!r} ({dist} {version}) does not load under cleankit {__version__} and is left out: {message}. "
                f"Update or uninstall {dist}, or leave it out with plugins=.",
                PluginWarning, stacklevel=4,
            )  # fmt: skip
            return
        owner = f"{dist} {version}"
        self._claim(self.rules, {r.info.id: r for r in rules}, "rule", owner)
        self._claim(self.extractors, extractors, "extractor", owner)
        self._claim(self.presets, {p.name: p for p in presets}, "preset", owner)
        self.plugins.append(LoadedPlugin(name, dist, version, len(rules)))

    def _claim(self, table: dict[str, Any], new: Mapping[str, Any], what: str, owner: str) -> None:
        for key, value in new.items():
            if key in table:
                raise PluginError(f"{what} {key!r} is claimed by {self.owners[what + key]} and by {owner}; uninstall one of them or restrict plugins=")
            table[key] = value
            self.owners[what + key] = owner

    def registry(self) -> Registry:
        owners = {k.removeprefix("rule"): v for k, v in self.owners.items() if k.startswith("rule")}
        return Registry(tuple(self.plugins), dict(sorted(self.rules.items())), self.extractors, self.presets, owners)


class PluginWarning(UserWarning):
    """A plugin was left out."""


def _ask(plugin: object, namespace: str) -> tuple[list[Rule], dict[str, Extractor], list[Preset]]:
    """What one plugin registers. Raises whatever it raises, and PluginError where it breaks the protocol."""
    manager = pluggy.PluginManager("cleankit")
    manager.add_hookspecs(hookspecs)
    manager.register(plugin)
    manager.check_pending()
    rules: list[Rule] = []
    for folders in manager.hook.cleankit_rule_files():
        for folder in folders:
            rules.extend(load_rules(folder, namespace))
    for given in manager.hook.cleankit_rules():
        rules.extend(_named(rule, namespace) for rule in given)
    twice = _twice(r.info.id for r in rules)
    if twice:
        raise PluginError(f"two rules of it have the id {twice}")
    extractors: dict[str, Extractor] = {}
    for mapping in manager.hook.cleankit_extractors():
        extractors.update(mapping)
    presets = [p for given in manager.hook.cleankit_presets() for p in given]
    for preset in presets:
        if not isinstance(preset, Preset):
            raise PluginError(f"cleankit_presets gave {type(preset).__name__}, not Preset")
    if not any(h.get_hookimpls() for h in _hooks(manager)):
        raise PluginError("it implements no hook; mark its functions with @cleankit.hookimpl")
    return rules, extractors, presets


def _hooks(manager: pluggy.PluginManager) -> list[Any]:
    return [getattr(manager.hook, name) for name in hookspecs.__all__ if name != "hookimpl"]


def _named(rule: Rule, namespace: str) -> Rule:
    if not isinstance(getattr(rule, "info", None), RuleInfo) or not callable(getattr(rule, "propose", None)):
        raise PluginError(f"cleankit_rules gave {rule!r}, which has no RuleInfo as `info` or no method `propose`")
    if not namespace:
        return rule
    info = replace(rule.info, id=f"{namespace}/{rule.info.id}")
    return replace(rule, info=info) if isinstance(rule, PatternRule) else _Renamed(rule, info)


def _twice(ids: Iterable[str]) -> str:
    seen: set[str] = set()
    for i in ids:
        if i in seen:
            return i
        seen.add(i)
    return ""


def check_lock(lock: Sequence[tuple[str, str, str]], registry: Registry) -> None:
    """Raise PluginMismatch unless the registry's plugins are those of the lock."""

    want, have = {tuple(x) for x in lock}, set(registry.lock)
    if want != have:
        lines = [f"  missing here: {n} ({d} {v})" for n, d, v in sorted(want - have)] + [f"  only here: {n} ({d} {v})" for n, d, v in sorted(have - want)]
        raise PluginMismatch("this process has other plugins than the one that made the cleaner:\n" + "\n".join(lines) + "\n  help: install the same versions on all workers")


