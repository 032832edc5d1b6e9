"""Every corpus sample comes out as it should: traps untouched, debris gone, nothing of the body lost."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import cache

import pytest

import cleankit
from cleankit import Result

from .corpus import FOLDER, META_KEYS, Sample, collapsed, lines, load_all, paragraphs

SAMPLES = load_all()
BY_SLUG = {sample.slug: sample for sample in SAMPLES}
every_sample = pytest.mark.parametrize("slug", sorted(BY_SLUG))


@cache
def explained(slug: str) -> Result:
    return BY_SLUG[slug].explain()


def known_failures(samples: Iterable[Sample]) -> list[object]:
    """Slugs as parameters; a sample that names a known failure is a strict xfail."""
    return [
        pytest.param(s.slug, marks=pytest.mark.xfail(reason=s.xfail, strict=True) if s.xfail else ()) for s in samples
    ]


@pytest.mark.parametrize("slug", known_failures(SAMPLES))
def test_comes_out_as_it_should(slug: str) -> None:
    sample, text = BY_SLUG[slug], explained(slug).text
    compared = lines if sample.by_line else paragraphs
    assert compared(text) == compared(sample.clean)
    left = [line for line in sample.must_go if collapsed(line) in collapsed(text)]
    assert not left, "debris is still there"


@pytest.mark.parametrize("slug", [s.slug for s in SAMPLES if s.heading])
def test_a_heading_that_is_not_in_the_text_is_the_title(slug: str) -> None:
    sample = BY_SLUG[slug]
    assert [value.text for value in explained(slug).meta.title] == [sample.heading]
    markdown = cleankit.clean_html(sample.raw, format="markdown", url=sample.url)
    assert markdown.lstrip().startswith(f"# {sample.heading}\n")


@pytest.mark.parametrize("slug", [s.slug for s in SAMPLES if s.shape == "trap"])
def test_traps_stay_under_minimal_too(slug: str) -> None:
    sample = BY_SLUG[slug]
    assert lines(cleankit.clean(sample.raw, preset="minimal")) == lines(sample.raw)


@every_sample
def test_the_lines_that_matter_most_are_kept(slug: str) -> None:
    text = collapsed(explained(slug).text)
    lost = [line for line in BY_SLUG[slug].must_keep if collapsed(line) not in text]
    assert not lost


@every_sample
def test_restores_the_source(slug: str) -> None:
    sample, result = BY_SLUG[slug], explained(slug)
    assert result.restore() == result.source
    if not sample.html:  # for HTML the source is the extracted text
        assert result.source == sample.raw


@every_sample
def test_cleaning_again_changes_nothing(slug: str) -> None:
    text = explained(slug).text
    assert BY_SLUG[slug].again(text) == text


@every_sample
def test_a_clean_text_stays_as_it_is(slug: str) -> None:
    sample = BY_SLUG[slug]
    if sample.preset != "article" or sample.xfail:
        pytest.skip("promised for the preset article and for samples that come out right")
    assert lines(sample.again(sample.clean)) == lines(sample.clean)


@every_sample
def test_the_sample_is_well_formed(slug: str) -> None:
    sample = BY_SLUG[slug]
    meta = tomllib.loads((FOLDER / slug / "meta.toml").read_text(encoding="utf-8"))
    assert set(meta) <= META_KEYS
    assert sample.shape in {"trap", "debris"}
    assert sample.must_keep
    assert all(collapsed(line) in collapsed(sample.clean) for line in sample.must_keep)
    assert all(collapsed(line) in collapsed(sample.raw) for line in sample.must_go)
    assert not any(collapsed(line) in collapsed(sample.clean) for line in sample.must_go)
    if sample.shape == "trap":
        assert lines(sample.raw) == lines(sample.clean)
    else:
        assert sample.must_go


def test_the_corpus_is_broad() -> None:
    assert len(SAMPLES) >= 50
    assert len({s.lang for s in SAMPLES}) >= 12
    assert sum(s.kind == "markdown" for s in SAMPLES) >= 6
    assert sum(s.html for s in SAMPLES) >= 6
    assert sum(s.shape == "trap" for s in SAMPLES) >= 20
