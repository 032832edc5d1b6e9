"""What the studio works on: texts, a cleaner for each preset, rules as they are saved and one that is being written."""

from __future__ import annotations

import gc
import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from cleankit.cleaner import Cleaner
from cleankit.config import Config, choose
from cleankit.engine import Engine
from cleankit.errors import InputError
from cleankit.matchers import PatternRule
from cleankit.plugins import Registry, load_registry, with_folders
from cleankit.result import Result
from cleankit.rule import OPTIONS, Rule
from cleankit.rulefile import find_rules, is_rule_id, parse_rule
from cleankit.testing import check_pool

__all__ = ["Desk", "Place", "Text"]

#: A page on which every model is asked.
_PAGE = """Home
Shop

A new roof for the school
The council met on Monday and agreed on a new budget, and nobody in the room spoke against it.

Trees along the quay
The meeting was over by nine, and the next one will be held at the same place in the first week of March.

The harbour master said that the quay would be repaired in summer, when there are fewer ships.

Ferry fares go up
"""
#: Engines that are kept compiled: presets, and presets without the rule that is being edited.
KEPT_ENGINES = 12
#: Results of the rules as they are saved, so that only the draft is run again while it is typed.
KEPT_RESULTS = 8


class Text(NamedTuple):
    """A text of the folder: its name there, what reads it, whether that is HTML, and where known its own address and language.

    What reads it gives bytes in UTF-8, or characters; it may raise OSError or InputError.
    """

    name: str
    load: Callable[[], bytes | str]
    html: bool = False
    url: str | None = None
    lang: str | None = None


class Place(NamedTuple):
    """A folder of rules that can be written to. `namespace` goes before the ids of its rules where a plugin loads them."""

    path: Path
    namespace: str = ""


class Desk:
    """Texts and rules. Safe to use from several threads."""

    def __init__(
        self, texts: Sequence[Text] = (), config: Config | None = None, into: Sequence[Path] = (), home: Path | None = None, url: str | None = None
    ) -> None:
        """`into` are folders that rules are saved to; rule files below `home` (the working directory) may be changed in their place.

        `url` is where the texts are from that do not say so themselves: it wakes the rules of a site.
        """
        self.texts: Mapping[str, Text] = {t.name: t for t in texts}
        self.config = replace(config or Config(), rules=())
        self.url = url
        self.home = (home or Path.cwd()).resolve()
        installed = load_registry(self.config.plugins)
        self.places = tuple(Place(path, _namespace(path, installed)) for path in into)
        known = {str(Path(r.file).resolve()) for r in installed.rules.values() if isinstance(r, PatternRule) and r.file}
        folders = [*(config.rules if config else ()), *(str(p.path) for p in self.places if _has_new_rules(p.path, known))]
        self._registry = with_folders(installed, dict.fromkeys(folders))
        self._lock = threading.RLock()
        self._engines: OrderedDict[tuple[str, str], Engine] = OrderedDict()
        self._written: tuple[Engine, PatternRule, Engine] | None = None
        self._results: OrderedDict[tuple[object, ...], Result] = OrderedDict()
        self._engine(self.config.preset)  # an unknown preset or rule is told at the start

    def warm(self) -> None:
        """Do beforehand what would make the first calls slow: compile presets and patterns, load models."""
        for preset in self._registry.presets:
            self._engine(preset).clean(_PAGE)
        for rule in self.pattern_rules():
            if rule.pattern:
                _ = rule.compiled
        check_pool([("", "")])
        gc.collect()
        gc.freeze()  # rules and models stay: looking through them for garbage would hold up an answer for a tenth of a second now and then

    # ---------------------------------------------------------------- what there is

    @property
    def registry(self) -> Registry:
        """Plugins and rules, those saved in this session among them."""
        return self._registry

    def rule(self, rule_id: str) -> Rule | None:
        """The rule as it is saved."""
        return self._registry.rules.get(rule_id)

    def pattern_rules(self, without: str = "") -> list[PatternRule]:
        """The rules of files, as they are saved."""
        return [r for r in self._registry.rules.values() if isinstance(r, PatternRule) and r.info.id != without]

    def read(self, name: str) -> str:
        """A text of the folder; of HTML, the text that the extractor finds. Raises InputError."""
        text = self.texts.get(name)
        if text is None:
            raise InputError(f"there is no text {name!r}")
        try:
            data = text.load()
        except OSError as error:
            raise InputError(f"{name} cannot be read: {error.strerror or error}") from error
        if isinstance(data, str):
            return data
        if text.html:
            return self._cleaner(self.config.preset).extract(data).text
        try:
            return data.decode("utf-8").removeprefix("\ufeff").replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            raise InputError(f"{name} is not UTF-8 (byte {error.start}); convert it first, for example with iconv") from None

    # ---------------------------------------------------------------- cleaning

    def clean(self, text: str, preset: str, name: str = "") -> Result:
        """A text under the rules as they are saved. `name` is that of the text of the folder that it is, or was before it was edited."""
        key = (preset, text, *self._origin(name))
        with self._lock:
            if key in self._results:
                self._results.move_to_end(key)
                return self._results[key]
        result = self.apply(self._engine(preset), text, name)
        with self._lock:
            self._results[key] = result
            if len(self._results) > KEPT_RESULTS:
                self._results.popitem(last=False)
        return result

    def apply(self, engine: Engine, text: str, name: str = "") -> Result:
        """A text under an engine, with what is known of the text of that name and of all texts."""
        url, lang = self._origin(name)
        return engine.clean(text, url=url, lang=lang)

    def _origin(self, name: str) -> tuple[str | None, str | None]:
        """Where a text is from, and its language."""
        text = self.texts.get(name)
        return (text and text.url) or self.url, (text and text.lang) or self.config.lang

    def engine_with(self, rule: PatternRule, preset: str) -> Engine:
        """The engine of a preset with a rule that is being written, in the place of the saved one if there is one."""
        base = self._engine(preset, rule.info.id if rule.info.id in self._registry.rules else "")
        with self._lock:
            if self._written is None or self._written[:2] != (base, rule):  # the text is edited, not the rule: what is known of lines is kept
                self._written = (base, rule, base.plus(rule) if self.runs(rule, preset) else base)
            return self._written[2]

    def engine(self, preset: str) -> Engine:
        """The engine of a preset, with the rules as they are saved."""
        return self._engine(preset)

    def runs(self, rule: PatternRule, preset: str) -> bool:
        """Whether a rule that is being written runs under a preset."""
        found = self._registry.presets[preset]
        options = {**OPTIONS, **found.options, **self.config.options}
        ids = [r for i, r in self._registry.rules.items() if i != rule.info.id]
        return any(r is rule for r in choose([*ids, rule], found, self.config.select, self.config.ignore, options))

    def running(self, preset: str) -> frozenset[str]:
        """The ids of the rules that run under a preset."""
        return frozenset(r.info.id for r in self._engine(preset).rules)

    def _cleaner(self, preset: str) -> Cleaner:
        return Cleaner.from_config(replace(self.config, preset=preset), self._registry)

    def _engine(self, preset: str, without: str = "") -> Engine:
        with self._lock:
            key = (preset, without)
            if key not in self._engines:
                if without:
                    full = self._engine(preset)
                    made = Engine([r for r in full.rules if r.info.id != without], full.preset, full.options)
                else:
                    made = self._cleaner(preset).engine
                self._engines[key] = made
                if len(self._engines) > KEPT_ENGINES:
                    self._engines.popitem(last=False)
            self._engines.move_to_end(key)
            return self._engines[key]

    # ---------------------------------------------------------------- rule files

    def id_in(self, place: Place, name: str) -> str:
        """The id that a rule has which is saved in a place as `name` (family/name)."""
        return f"{place.namespace}/{name}" if place.namespace else name

    def place(self, number: int) -> Place:
        """A place that rules are saved to. Raises InputError."""
        if not 0 <= number < len(self.places):
            raise InputError("there is no such folder of rules")
        return self.places[number]

    def file_for(self, place: Place, name: str) -> Path:
        """The file of a rule in a place. Raises InputError where it would lie elsewhere."""
        parse_name(name)
        root = place.path.resolve()
        path = (root / f"{name}.toml").resolve()
        if not path.is_relative_to(root):
            raise InputError(f"{name} leads out of {place.path}")
        return path

    def own_file(self, rule: PatternRule) -> Path | None:
        """The file of a rule where it is the user's own to change, else None."""
        if not rule.file:
            return None
        path = Path(rule.file).resolve()
        inside = path.is_relative_to(self.home) or any(path.is_relative_to(p.path.resolve()) for p in self.places)
        foreign = {"site-packages", "dist-packages"} & set(path.parts)
        return path if inside and not foreign and os.access(path, os.W_OK) else None

    def save(self, path: Path, text: str, rule_id: str) -> PatternRule:
        """Write a rule file, whole or not at all, and use the rule from now on. Raises RuleError where it cannot be read."""
        rule = parse_rule(text, rule_id, str(path))
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            draft.write_text(text, encoding="utf-8", newline="\n")
            draft.replace(path)
        except (OSError, UnicodeEncodeError) as error:
            raise InputError(f"{path} cannot be written: {getattr(error, 'strerror', None) or error}") from error
        finally:
            draft.unlink(missing_ok=True)
        self._use(rule_id, rule)
        return rule

    def take_back(self, path: Path, rule_id: str, text: str | None) -> None:
        """Undo a saving: the file as it was before, or no file."""
        if text is not None:
            self.save(path, text, rule_id)
            return
        path.unlink(missing_ok=True)
        self._use(rule_id, None)

    def _use(self, rule_id: str, rule: PatternRule | None) -> None:
        with self._lock:
            rules = {i: r for i, r in self._registry.rules.items() if i != rule_id}
            if rule is not None:
                rules[rule_id] = rule
            self._registry = replace(self._registry, rules=dict(sorted(rules.items())))
            self._engines.clear()
            self._results.clear()


def parse_name(name: str) -> None:
    """Raise InputError unless `name` is family/name as files of rules are called."""
    if not is_rule_id(name):
        raise InputError(f"{name!r} is no name for a rule: family/name, in lower case, digits and hyphens")


def _namespace(folder: Path, registry: Registry) -> str:
    """The namespace under which a plugin loads the rules of a folder; nothing where none does."""
    root = folder.resolve()
    for rule_id, rule in registry.rules.items():
        if isinstance(rule, PatternRule) and rule.file and Path(rule.file).resolve().is_relative_to(root):
            name = Path(rule.file).resolve().relative_to(root).with_suffix("").as_posix()
            return rule_id.removesuffix(name).rstrip("/")
    return ""


def _has_new_rules(folder: Path, known: Iterable[str]) -> bool:
    """Whether a folder has rules, and they are not those of a plugin."""
    if not folder.is_dir():
        return False
    files = [str(Path(str(f)).resolve()) for f, _ in find_rules(folder)]
    return bool(files) and not set(files) & set(known)
