"""How much of the bodies and of the debris of the samples `protect()` covers, by script; the figures are printed."""

from __future__ import annotations

from collections import defaultdict

import pytest

from cleankit.testing import document

from .corpus import Sample, load_all

#: Samples that are articles with debris in them: the traps are traps because they are no ordinary prose.
ARTICLES = [s for s in load_all() if s.shape == "debris" and s.kind in ("news", "article") and not s.html and s.preset == "article" and not s.options]
SCRIPT_OF = {
    "ru": "Cyrillic", "uk": "Cyrillic", "el": "Greek", "ar": "Arabic", "fa": "Arabic", "ur": "Arabic", "hi": "Devanagari", "bn": "Bengali",
    "zh": "Han", "ja": "Kana and Han", "ko": "Hangul",
}  # fmt: skip


def covered(text: str) -> tuple[float, float]:
    """Words of the protected lines, and all words."""
    doc = document(text)
    return sum(f.words for f, p in zip(doc.facts, doc.protected, strict=True) if p), sum(f.words for f in doc.facts)


def debris_lines(sample: Sample) -> list[bool]:
    """Of the lines that have to go, whether each is protected."""
    doc = document(sample.raw)
    stays = {line.strip() for line in sample.clean.splitlines()}
    return [p for f, p in zip(doc.facts, doc.protected, strict=True) if f.text.strip() not in stays and f.text.strip() not in sample.clean]


def test_bodies_are_covered_and_debris_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    body: dict[str, list[tuple[float, float]]] = defaultdict(list)
    debris: dict[str, list[bool]] = defaultdict(list)
    for sample in ARTICLES:
        script = SCRIPT_OF.get(sample.lang, "Latin")
        body[script].append(covered(sample.clean))
        debris[script] += debris_lines(sample)
    shares = {script: (sum(p for p, _ in found) / sum(n for _, n in found), sum(debris[script]) / max(1, len(debris[script]))) for script, found in body.items()}
    with capsys.disabled():
        print()
        for script, (bodies, gone) in sorted(shares.items()):
            print(f"  protect() covers, {script}: {bodies:.1%} of {sum(n for _, n in body[script]):.0f} words of bodies, {gone:.1%} of {len(debris[script])} lines of debris")
    assert len(shares) >= 8
    assert all(bodies >= 0.9 for bodies, _ in shares.values()), shares
    assert all(gone <= 0.2 for _, gone in shares.values()), shares
