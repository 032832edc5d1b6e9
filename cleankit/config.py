"""Configuration: options checked, presets read from TOML, rules chosen."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from importlib.resources.abc import Traversable
from typing import Any, NoReturn

from cleankit.errors import InputError, RuleError
from cleankit.rule import OPTIONS, Preset, Rule, preset_mistakes

__all__ = ["CHOICES", "Config", "check_options", "choose", "load_presets", "parse_preset"]

#: Values of the options that are not yes or no.
CHOICES: Mapping[str, tuple[object, ...]] = {"repair": (0, 1, 2), "unlabelled": ("off", "evidence", "aggressive")}


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that makes a cleaner what it is, as plain data: it pickles, goes through JSON and has a fingerprint.

    `rules` are folders of rule files that are used beside the plugins.
    """

    preset: str = "article"
    plugins: tuple[str, ...] | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    lang: str | None = None
    strict: bool = False
    options: Mapping[str, object] = field(default_factory=dict)
    rules: tuple[str, ...] = ()

    def to_json(self) -> str:
        """Canonical JSON: the same configuration gives the same string."""
        data = {f.name: getattr(self, f.name) for f in fields(self)}
        return json.dumps({**data, "options": dict(self.options)}, sort_keys=True, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Config:
        """The configuration of `to_json`."""
        data: dict[str, Any] = json.loads(text)
        for key in ("plugins", "select", "ignore", "rules"):
            if data.get(key) is not None:
                data[key] = tuple(data[key])
        return cls(**data)


def check_options(options: Mapping[str, object]) -> None:
    """Raise InputError where an option is unknown or has a value it cannot have."""
    for key, value in options.items():
        if key not in OPTIONS:
            close = get_close_matches(key, OPTIONS, 1)
            raise InputError(f"unknown option {key!r}; " + (f"did you mean {close[0]!r}?" if close else f"known: {', '.join(OPTIONS)}"))
        choices = CHOICES.get(key, (True, False))
        if not any(value is c or (not isinstance(c, bool) and not isinstance(value, bool) and value == c) for c in choices):
            raise InputError(f"option {key} cannot be {value!r}; possible: {', '.join(map(repr, choices))}")


def choose(rules: Iterable[Rule], preset: Preset, select: Sequence[str], ignore: Sequence[str], options: Mapping[str, object]) -> list[Rule]:
    """The rules that run: of the preset's choice and `select`, without `ignore`, those that the option `repair` leaves on.

    Rules that another option switches off stay: what they find is kept, and other rules are to know it.

    Rules in preview or deprecated run only where `select` names them or their family. Raises InputError where a name in
    `select` or `ignore` fits no rule.
    """
    listed = list(rules)
    for name in (*select, *ignore):
        if not any(_named(r.info.id, name) for r in listed):
            known = sorted({r.info.id for r in listed} | {r.info.family for r in listed})
            close = get_close_matches(name.rstrip("/"), known, 3)
            raise InputError(f"no rule or family is named {name!r}" + (f"; did you mean {', '.join(close)}?" if close else "; see `cleankit rules`"))
    out = []
    for rule in listed:
        info = rule.info
        asked = any(_named(info.id, s) for s in select if s != "*")
        if any(_named(info.id, s) for s in ignore) or not asked and any(_named(info.id, s) for s in preset.ignore):
            continue
        if not asked and (info.status != "stable" or not any(_named(info.id, s) for s in preset.select)):
            continue
        if info.level > int(str(options.get("repair", 2))):
            continue
        out.append(rule)
    return out


def _named(rule_id: str, name: str) -> bool:
    """Whether a selector names a rule: its id, a family or namespace before it, or `*`.

    A plugin may have the name of a family of cleankit's own. `plugin:forum` and `builtin:forum` tell which of them is meant:
    ids of plugins' rules have three parts and more, the namespace first.
    """
    origin, colon, rest = name.partition(":")
    if colon:
        return (origin == "plugin") is (rule_id.count("/") > 1) and origin in ("plugin", "builtin") and _named(rule_id, rest)
    return name == "*" or rule_id == name or rule_id.startswith(name if name.endswith("/") else name + "/")


def parse_preset(text: str, name: str, file: str = "<string>") -> Preset:
    """A preset from TOML. Raises RuleError."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RuleError(f"this is not TOML: {error}", file=file) from None
    known = [f.name for f in fields(Preset) if f.name != "name"]
    for key in data:
        if key not in known:
            close = get_close_matches(key.lower(), known, 1)
            _fail(text, file, key, f"unknown key `{key}`", f"did you mean `{close[0]}`?" if close else f"known: {', '.join(known)}")
    for key, message in preset_mistakes(data).items():
        _fail(text, file, key, message)
    for key, value in data.get("options", {}).items():
        try:
            check_options({key: value})
        except InputError as error:
            _fail(text, file, key, str(error))
    values: dict[str, Any] = {key: tuple(v) if isinstance(v, list) else v for key, v in data.items()}
    return Preset(name=name, **values)


def _fail(text: str, file: str, key: str, message: str, hint: str = "") -> NoReturn:
    """Raise RuleError with the place of a key."""
    found = re.search(rf"(?m)^[ \t]*\[?[ \t]*({re.escape(key)})\b", text)
    line, column = (text.count("\n", 0, found.start(1)) + 1, found.start(1) - text.rfind("\n", 0, found.start(1))) if found else (1, 1)
    raise RuleError(message, file=file, line=line, column=column, hint=hint)


def load_presets(folder: Traversable) -> list[Preset]:
    """All presets of a folder, one file each."""
    files = sorted((e for e in folder.iterdir() if e.name.endswith(".toml")), key=lambda e: e.name)
    return [parse_preset(e.read_text(encoding="utf-8"), e.name.removesuffix(".toml"), str(e)) for e in files]
