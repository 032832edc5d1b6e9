"""cleankit cleans scraped text and removes boilerplate by rules, tells what it removed, where and why, and can undo it.

>>> import cleankit
>>> print(cleankit.clean("The council met on Monday and agreed on a new budget.\\n\\n146,751FansLike"), end="")
The council met on Monday and agreed on a new budget.
"""

from __future__ import annotations

from cleankit._version import __version__
from cleankit.cleaner import Cleaner, Input, cleaner_for
from cleankit.document import Block, Document, Extracted, Line
from cleankit.errors import CleankitError, InputError, PluginError, PluginMismatch, RuleError
from cleankit.hookspecs import hookimpl
from cleankit.result import Change, Fault, Meta, MetaValue, Result, Veto, restore
from cleankit.rule import Extractor, Preset, Rule, RuleInfo, Stage
from cleankit.spans import Cue, Edit, OffsetMap, Span

__all__ = [
    "Block", "Change", "CleankitError", "Cleaner", "Cue", "Document", "Edit", "Extracted", "Extractor", "Fault", "Input",
    "InputError", "Line", "Meta", "MetaValue", "OffsetMap", "PluginError", "PluginMismatch", "Preset", "Result", "Rule",
    "RuleError", "RuleInfo", "Span", "Stage", "Veto", "__version__", "clean", "clean_html", "explain", "explain_html",
    "hookimpl", "restore",
]  # fmt: skip


def clean(text: str, *, preset: str = "article", url: str | None = None, lang: str | None = None, **options: object) -> str:
    """The clean text. Options: see `Cleaner`. Raises InputError for an unknown preset or option."""
    return cleaner_for(preset, options).clean(text, url=url, lang=lang, explain=False).text


def explain(text: str, *, preset: str = "article", url: str | None = None, lang: str | None = None, **options: object) -> Result:
    """The clean text with every change, its rule and reason. Takes what `clean` takes."""
    return cleaner_for(preset, options).clean(text, url=url, lang=lang)


def clean_html(
    html: str | bytes, *, url: str | None = None, preset: str = "article", extractor: str = "trafilatura", format: str = "text", **options: object
) -> str:
    """The clean main text of an HTML page, as `format` `text` or `markdown`. Raises InputError for unknown names."""
    return cleaner_for(preset, options).clean_html(html, url=url, explain=False, extractor=extractor, format=format).text


def explain_html(
    html: str | bytes, *, url: str | None = None, preset: str = "article", extractor: str = "trafilatura", format: str = "text", **options: object
) -> Result:
    """The clean main text of an HTML page with every change to the extracted text. Takes what `clean_html` takes."""
    return cleaner_for(preset, options).clean_html(html, url=url, extractor=extractor, format=format)
