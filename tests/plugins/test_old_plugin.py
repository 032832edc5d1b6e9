"""A plugin written for cleankit 0.1 still loads and does what it did. The copy in `frozen/` is never edited."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from cleankit import Cleaner
from cleankit.plugins import load_registry
from cleankit.testing import assert_none, check_plugin

FROZEN = Path(__file__).parent / "frozen"
BODY = "The council met on Monday, and after a long debate its members agreed on a new budget for the harbour."
#: Of the files' names and contents. It changes only when a plugin of a later version is added beside this one.
DIGEST = "e6ffa5d9b820ef2e"


@pytest.fixture(autouse=True)
def installed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.syspath_prepend(FROZEN)
    load_registry.cache_clear()
    yield
    load_registry.cache_clear()


def test_the_copy_is_as_it_was() -> None:
    digest = sha256()
    for path in sorted(p for p in FROZEN.rglob("*") if p.suffix in (".py", ".toml")):
        digest.update(path.relative_to(FROZEN).as_posix().encode() + b"\0" + path.read_bytes().replace(b"\r\n", b"\n"))
    assert digest.hexdigest()[:16] == DIGEST, "the frozen plugin stands for those out there: put it back as it was"


def test_it_loads_whole() -> None:
    registry = load_registry(("oldie",))
    assert [(p.name, p.version, p.rules, p.error) for p in registry.plugins if p.name == "oldie"] == [("oldie", "0.1.0", 4, "")]
    assert {"oldie/label/ruler", "oldie/label/clock", "oldie/label/note", "oldie/label/stars"} <= set(registry.rules)
    assert "oldie" in registry.presets and "oldie" in registry.extractors


def test_it_cleans_as_it_did() -> None:
    text = f"{BODY}\n\n======\n\n[12:30] Note to the printer: set this in bold\n\nNote to the printer: set this in bold\n\noldie oldie oldie\n\n{BODY[::-1]}\n"
    cleaner = Cleaner("oldie", plugins=["oldie"])
    there = cleaner.clean(text, url="https://www.oldie.example/1")
    assert {c.rule for c in there.changes if c.before.strip()} == {"oldie/label/ruler", "oldie/label/note"}
    assert "oldie oldie" in there.text, "keep_date, of its preset, spares what the rule would take"
    assert "printer" in cleaner.clean(text, url="https://elsewhere.example/1").text
    assert "oldie oldie" not in Cleaner("oldie", plugins=["oldie"], keep_date=False).clean(text).text
    assert cleaner.clean_html("<p>x", extractor="oldie").text.strip() == "an old text"


def test_the_kit_finds_nothing_wrong_with_it() -> None:
    assert_none(check_plugin("oldie", whole=False))
