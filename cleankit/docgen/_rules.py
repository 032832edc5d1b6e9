"""The rules that the pages are about: cleankit's own and those of the plugins in the checkout."""

from __future__ import annotations

import tomllib
from pathlib import Path

from cleankit.plugins import load_registry
from cleankit.rule import Rule
from cleankit.rulecache import load_rules

__all__ = ["LANGUAGES", "all_rules"]

#: The languages that families are written in, in the order of the tables.
LANGUAGES = {
    "en": "English", "de": "German", "fr": "French", "es": "Spanish", "pt": "Portuguese", "it": "Italian", "nl": "Dutch",
    "sv": "Swedish", "no": "Norwegian", "da": "Danish", "fi": "Finnish", "pl": "Polish", "cs": "Czech", "ru": "Russian",
    "uk": "Ukrainian", "tr": "Turkish", "el": "Greek", "ar": "Arabic", "fa": "Persian", "ur": "Urdu", "hi": "Hindi", "bn": "Bengali",
    "id": "Indonesian", "vi": "Vietnamese", "zh": "Chinese", "ja": "Japanese", "ko": "Korean",
}  # fmt: skip


def all_rules(root: Path) -> list[Rule]:
    """cleankit's rules and the rule files of `plugins/*`, by id; what happens to be installed plays no part."""
    rules = dict(load_registry(()).rules)
    for project in sorted(root.glob("plugins/*/pyproject.toml")):
        points = tomllib.loads(project.read_text(encoding="utf-8"))["project"].get("entry-points", {}).get("cleankit", {})
        for namespace, module in points.items():
            folder = project.parent / module.split(":")[0].replace(".", "/") / "rules"
            if folder.is_dir():
                rules |= {r.info.id: r for r in load_rules(folder, namespace)}
    return [rules[i] for i in sorted(rules)]
