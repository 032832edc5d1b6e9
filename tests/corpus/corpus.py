"""Loads the corpus samples: what came in, what is right, and which lines matter most."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cleankit
from cleankit import Result

FOLDER = Path(__file__).resolve().parents[2] / "corpus_samples"
META_KEYS = frozenset(
    ["title", "lang", "kind", "shape", "source", "url", "preset", "options", "must_keep", "must_go", "heading", "xfail"],
)


@dataclass(frozen=True)
class Sample:
    slug: str
    raw: str
    clean: str
    html: bool
    shape: str
    kind: str
    lang: str
    preset: str = "article"
    url: str | None = None
    options: dict[str, Any] = field(default_factory=dict, hash=False)
    must_keep: tuple[str, ...] = ()
    must_go: tuple[str, ...] = ()
    heading: str | None = None  # of a page: in the metadata and, as in most people's main texts, not in the plain text
    xfail: str | None = None

    @property
    def by_line(self) -> bool:
        """Traps and Markdown are compared line by line, indentation too; prose by paragraphs."""
        return self.shape == "trap" or self.kind == "markdown"

    def explain(self) -> Result:
        run = cleankit.explain_html if self.html else cleankit.explain
        return run(self.raw, preset=self.preset, url=self.url, **self.options)

    def again(self, text: str) -> str:
        return cleankit.clean(text, preset=self.preset, url=self.url, **self.options)


def load(folder: Path) -> Sample:
    meta = tomllib.loads((folder / "meta.toml").read_text(encoding="utf-8"))
    html = (folder / "raw.html").exists()
    return Sample(
        slug=folder.name,
        raw=_read(folder / ("raw.html" if html else "raw.txt")),
        clean=_read(folder / "clean.txt"),
        html=html,
        shape=meta["shape"],
        kind=meta["kind"],
        lang=meta["lang"],
        preset=meta.get("preset", "article"),
        url=meta.get("url"),
        options=meta.get("options", {}),
        must_keep=tuple(meta.get("must_keep", ())),
        must_go=tuple(meta.get("must_go", ())),
        heading=meta.get("heading"),
        xfail=meta.get("xfail"),
    )


def load_all() -> list[Sample]:
    return [load(folder) for folder in sorted(FOLDER.iterdir()) if (folder / "meta.toml").exists()]


def collapsed(text: str) -> str:
    return " ".join(text.split())


def paragraphs(text: str) -> list[str]:
    """Blocks between blank lines, with the whitespace inside them collapsed."""
    return [collapsed(block) for block in re.split(r"\n[^\S\n]*\n", text) if block.strip()]


def lines(text: str) -> list[str]:
    """The non-blank lines; indentation counts, trailing space does not."""
    return [line.rstrip() for line in text.splitlines() if line.strip()]


def _read(path: Path) -> str:
    # Not read_text: it would turn \r\n into \n, and restoring must be exact.
    return path.read_bytes().decode("utf-8")
