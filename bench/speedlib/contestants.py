"""What is measured: cleankit as a caller uses it, and what people use beside it or instead of it.

The others do other jobs (ftfy repairs characters and removes nothing, datatrove's filter judges documents): what they cost
says what a pipeline is used to paying, not which of them is better.
"""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Callable, Mapping
from typing import Any

from cleankit import Cleaner

from .clock import Fresh
from .texts import Page

#: With a line in doubt, so that the models are loaded as well.
WARM = (
    "The council met on Monday and agreed on a new budget.\n\nShare 12\n\nNobody spoke against it, and the meeting was over by nine.\n\n"
    "The next one will be held at the same place in March.\n\nA new roof for the school\n"
)
PEERS = ("cleankit-text", "ftfy", "clean-text", "datatrove", "trafilatura", "resiliparse", "readability-lxml", "justext")


def cleaner(make: Callable[[], Cleaner], *, explain: bool = True) -> Fresh:
    """A new cleaner each time; with `explain` the ledger is read as well, for it may be made only then."""

    def fresh() -> Callable[[str], object]:
        made = ready(make())
        if explain:
            return lambda text: len(made.clean(text).changes)
        return lambda text: made.clean(text, explain=False).text

    return fresh


def ready(made: Cleaner) -> Cleaner:
    """The cleaner with everything compiled that would be compiled at some time: rules keep their patterns from one cleaner to the next."""
    made.clean(WARM)
    for rule in made.engine.rules:
        getattr(rule, "compiled", None)  # a pattern is compiled when it is first needed
    return made


def available(named: Mapping[str, tuple[str, Callable[[], Fresh]]], tell: Callable[[str], object]) -> dict[str, Fresh]:
    """Those contestants whose module is there."""
    found = {}
    for name, (module, make) in named.items():
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                importlib.import_module(module)
        except ImportError as error:
            tell(f"left out: {name} ({error})")
            continue
        found[name] = make()
    return found


# ---------------------------------------------------------------- text

C4_LOOP, FTFY, CLEAN_TEXT, C4_FILTER = "C4's line rules, a Python loop", "ftfy", "clean-text", "datatrove C4 filter"
TEXT_PEERS: dict[str, tuple[str, Callable[[], Fresh]]] = {
    C4_LOOP: ("builtins", lambda: lambda: c4_lines),
    FTFY: ("ftfy", lambda: lambda: _attribute("ftfy", "fix_text")),
    CLEAN_TEXT: ("cleantext", lambda: lambda: _attribute("cleantext", "clean")),
    C4_FILTER: ("datatrove.pipeline.filters", lambda: _datatrove),
}

_ENDS = (".", "?", "!", '"')
_POLICIES = ("terms of use", "privacy policy", "cookie policy", "uses cookies", "use of cookies", "use cookies")


def c4_lines(text: str) -> str:
    """C4's rules on lines: a sentence's end, three words, no JavaScript, no policy, no filler or code."""
    kept = []
    for line in text.split("\n"):
        line = line.strip()
        if not line.endswith(_ENDS) or line.endswith("..."):
            continue
        if len(line.split()) < 3:
            continue
        low = line.lower()
        if "javascript" in low:
            continue
        if any(policy in low for policy in _POLICIES):
            continue
        if "lorem ipsum" in low or "{" in low:
            continue
        kept.append(line)
    return "\n".join(kept)


def _attribute(module: str, name: str) -> Callable[[str], object]:
    found: Callable[[str], object] = getattr(importlib.import_module(module), name)
    return found


def _datatrove() -> Callable[[str], object]:
    from datatrove.data import Document
    from datatrove.pipeline.filters import C4QualityFilter

    made = C4QualityFilter()
    return lambda text: made.filter(Document(text=text, id=""))


# ---------------------------------------------------------------- HTML

CLEAN_HTML, CLEAN_HTML_META, EXTRACT, TRAFILATURA = "cleankit.clean_html", "cleankit.explain_html", "the extraction in it", "trafilatura"
HTML_CONTESTANTS: dict[str, tuple[str, Callable[[], Fresh]]] = {
    CLEAN_HTML: ("cleankit", lambda: lambda: _html(explain=False)),
    CLEAN_HTML_META: ("cleankit", lambda: lambda: _html(explain=True)),
    EXTRACT: ("cleankit", lambda: _extraction),
    TRAFILATURA: ("trafilatura", lambda: lambda: _trafilatura(fast=False)),
    "trafilatura, fast": ("trafilatura", lambda: lambda: _trafilatura(fast=True)),
    "resiliparse, main content": ("resiliparse.extract.html2text", lambda: _resiliparse),
    "readability-lxml": ("readability", lambda: _readability),
    "jusText": ("justext", lambda: _justext),
}


def _html(*, explain: bool) -> Callable[[Page], object]:
    made = ready(Cleaner())
    return lambda page: len(made.clean_html(page.html, url=page.url, explain=explain).changes if explain else made.clean_html(page.html, url=page.url, explain=False).text)


def _extraction() -> Callable[[Page], object]:
    made = Cleaner()
    return lambda page: made.extract(page.html, url=page.url)


def _trafilatura(*, fast: bool) -> Callable[[Page], object]:
    import trafilatura

    return lambda page: trafilatura.extract(page.html, url=page.url, fast=fast)


def _resiliparse() -> Callable[[Page], object]:
    from resiliparse.extract.html2text import extract_plain_text

    return lambda page: extract_plain_text(page.html, main_content=True)


def _readability() -> Callable[[Page], object]:
    from readability import Document

    return lambda page: Document(page.html).summary()


def _justext() -> Callable[[Page], object]:
    import justext

    stop_list: Any = justext.get_stoplist("English")

    def work(page: Page) -> object:
        try:
            return justext.justext(page.html, stop_list)
        except ValueError:  # it refuses text with an encoding declaration
            return justext.justext(page.html.encode("utf-8", "replace"), stop_list)

    return work
