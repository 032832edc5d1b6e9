"""The rules that the pages are about: cleankit's own and those of the plugins in the checkout."""

from __future__ import annotations

from pathlib import Path

from cleankit.cli._project import load, project_at
from cleankit.plugins import registry_of
from cleankit.rule import Rule

__all__ = ["LANGUAGES", "all_rules"]

#: The languages that families are written in, in the order of the tables.
LANGUAGES = {
    "en": "English", "de": "German", "fr": "French", "es": "Spanish", "pt": "Portuguese", "it": "Italian", "nl": "Dutch",
    "sv": "Swedish", "no": "Norwegian", "da": "Danish", "fi": "Finnish", "pl": "Polish", "cs": "Czech", "ru": "Russian",
    "uk": "Ukrainian", "tr": "Turkish", "el": "Greek", "ar": "Arabic", "fa": "Persian", "ur": "Urdu", "hi": "Hindi", "bn": "Bengali",
    "id": "Indonesian", "vi": "Vietnamese", "zh": "Chinese", "ja": "Japanese", "ko": "Korean",
}  # fmt: skip


def all_rules(root: Path) -> list[Rule]:
    """The rules of cleankit and of `plugins/*`, in files and in Python, by id; what happens to be installed plays no part.

    Raises PluginError where a plugin cannot be loaded.
    """
    projects = filter(None, map(project_at, sorted(root.glob("plugins/*"))))
    rules = registry_of((project.name, load(project)) for project in projects).rules
    return [rules[i] for i in sorted(rules)]
