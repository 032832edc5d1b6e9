"""The documentation: its code runs, its generated pages are current, its links lead somewhere."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from cleankit import docgen
from cleankit.docgen._coverage import kinds
from cleankit.docgen._reference import hook_signatures
from cleankit.rulefile import MATCH_KEYS, RULE_KEYS, parse_rule

from .blocks import blocks, run, without_blocks

DOCS = docgen.ROOT / "docs"
PAGES = sorted(p.relative_to(DOCS).as_posix() for p in DOCS.rglob("*.md"))
WRITTEN = [p for p in PAGES if not p.startswith(("rules/", "reference/cli", "reference/hooks", "reference/rule-file"))]
LANGUAGES = {"python", "pycon", "console", "text", "toml", "json", "bash", "html"}


@cache
def text_of(page: str) -> str:
    return (DOCS / page).read_text(encoding="utf-8")


def _needs(page: str) -> list[str]:
    """Modules that the page says it needs: `<!-- needs: datatrove -->`."""
    return re.findall(r"^<!-- needs: (\S+) -->$", text_of(page), re.MULTILINE)


def _marked(page: str) -> Any:
    marks = []
    if _needs(page):  # other people's warnings
        marks.append(pytest.mark.filterwarnings("ignore"))
    if "<!-- cluster -->" in text_of(page):
        marks.append(pytest.mark.cluster)
    return pytest.param(page, marks=marks)


@pytest.mark.parametrize("page", [_marked(p) for p in WRITTEN if "```" in text_of(p)])
def test_the_code_of_a_page_runs(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HAYSTACK_TELEMETRY_ENABLED", "False")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    for module in _needs(page):
        pytest.importorskip(module)
    monkeypatch.setenv("PYTHONPATH", str(docgen.ROOT))  # for the workers of an engine
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    names: dict[str, Any] = {"__name__": "__main__"}
    for block in blocks(text_of(page)):
        assert block.language in LANGUAGES, f"{page}:{block.line}: what is {block.language!r}?"
        run(block, names, tmp_path, page)


@pytest.mark.parametrize("page", [p for p in WRITTEN if "```toml" in text_of(p)])
def test_rule_files_and_settings_that_a_page_shows_can_be_read(page: str) -> None:
    for block in blocks(text_of(page)):
        if block.language == "toml":
            data = tomllib.loads(block.text)
            if "match" in data:
                parse_rule(block.text, "page/shown", f"{page}:{block.line}")


@pytest.mark.xdist_group("docs")
def test_generated_pages_are_current() -> None:
    assert not docgen.check(), "make them current: python -m cleankit.docgen"


def test_every_hook_has_its_exact_signature_in_the_reference() -> None:
    page = text_of("reference/hooks.md")
    assert len(hook_signatures()) == 4
    assert all(f"```text\n{signature}\n```" in page for signature in hook_signatures().values())


def test_every_key_of_a_rule_file_is_in_the_reference() -> None:
    page = text_of("reference/rule-file.md")
    assert all(f"| `{key}` |" in page for key in (*RULE_KEYS, *MATCH_KEYS))


def test_every_kind_of_debris_has_rules_or_a_reason() -> None:
    every = {name: kind for part in kinds()["part"] for name, kind in part["kinds"].items()}
    assert len(every) >= 75
    assert all(bool(kind.get("by")) != bool(kind.get("keeps")) for kind in every.values())
    assert all(f"| `{name}` |" in text_of("coverage.md") for name in every)


def test_every_public_name_is_in_the_python_reference() -> None:
    import cleankit

    shown = set(re.findall(r"^::: cleankit\.(\w+)$", text_of("reference/api.md"), re.MULTILINE))
    assert {n for n in cleankit.__all__ if not n.startswith("_")} - shown <= {"hookimpl"}


_LINK = re.compile(r"(?<!!)\[(?:[^\[\]]|\[[^\]]*\])*\]\(([^)\s]+)\)")


def _anchors(page: str) -> set[str]:
    """Anchors as the site makes them of headings: letters, digits, underscores and hyphens stay."""
    found = set()
    for heading in re.findall(r"^#{1,6} (.+)$", without_blocks(text_of(page)), re.MULTILINE):
        kept = re.sub(r"[^\w\s-]", "", re.sub(r"[`*]|\\(?=[^\w\s])", "", heading)).strip().lower()
        found.add(re.sub(r"[-\s]+", "-", kept))
    return found


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    for target in _LINK.findall(without_blocks(text_of(page))):
        if page in WRITTEN or not target.startswith("/"):
            if re.match(r"https?:", target):
                continue
            name, _, anchor = target.partition("#")
            path = (DOCS / page).parent / name if name else DOCS / page
            assert path.is_file(), f"{page}: {target}"
            if anchor:
                assert anchor in _anchors(path.resolve().relative_to(DOCS).as_posix()), f"{page}: {target}"


def test_every_written_page_is_in_the_navigation() -> None:
    settings = (docgen.ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    named = set(re.findall(r": (\S+\.md)$", settings, re.MULTILINE))
    assert named == {p for p in PAGES if not p.startswith("rules/")} | {"rules/index.md"}
