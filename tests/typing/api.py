"""The public names as a user's type checker sees them: checked by mypy, never run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.resources.abc import Traversable
from typing import assert_type

import cleankit
from cleankit import (
    Change,
    Cleaner,
    Cue,
    Document,
    Edit,
    Extracted,
    Extractor,
    Input,
    Line,
    MetaValue,
    OffsetMap,
    Preset,
    Result,
    Rule,
    RuleInfo,
    Span,
    Stage,
    Veto,
    hookimpl,
)
from cleankit.testing import Body, Finding, Woven, assert_none, check_cleaner, check_plugin, check_rule, document
from cleankit.testing import strategies as ck

assert_type(cleankit.clean("text"), str)
assert_type(cleankit.clean("text", preset="page", url="https://example.org", lang="en", keep_date=True), str)
assert_type(cleankit.clean_html(b"<p>text</p>", format="markdown"), str)
assert_type(cleankit.explain("text"), Result)
assert_type(cleankit.explain_html("<p>text</p>"), Result)
assert_type(cleankit.__version__, str)

cleaner = Cleaner("article", plugins=(), select=("social/",), ignore=("social/share",), lang="en", strict=True, repair=1)
result = cleaner.clean("text", explain=False)
assert_type(result, Result)
assert_type(list(cleaner.clean_many(["a", Input("b", id="1")], workers=2)), list[Result])
assert_type(result.text, str)
assert_type(result.source, str | None)
assert_type(result.changes, tuple[Change, ...])
assert_type(result.changes[0].span, Span)
assert_type(result.vetoes, tuple[Veto, ...])
assert_type(result.meta.date, tuple[MetaValue, ...])
assert_type(result.offsets, OffsetMap)
assert_type(result.offsets.to_source(3), int)
assert_type(result.restore(), str)
assert_type(cleankit.restore(result.text, result.changes), str)
assert_type(Result.from_dict(result.to_dict(source=False)), Result)


class Shouting:
    """A rule as a stranger writes one."""

    info = RuleInfo("shout/line", "Lines in capitals", Stage.LINES, confidence=0.8)

    def propose(self, doc: Document) -> Iterable[Edit | Cue]:
        for line in doc.lines:
            assert_type(line, Line)
            if line.text.isupper() and not line.protected:
                yield Edit(line.span, "", "all capitals")
            elif line.bare.istitle():
                yield Cue(line.span, "headline-link")


def extract(html: str | bytes, url: str | None = None) -> Extracted:
    return Extracted(str(html))


rule: Rule = Shouting()
extractor: Extractor = extract


@hookimpl
def cleankit_rules() -> Iterable[Rule]:
    return [Shouting()]


@hookimpl
def cleankit_rule_files() -> Iterable[Traversable]:
    return []


@hookimpl
def cleankit_presets() -> Iterable[Preset]:
    return [Preset("mine", select=("social/",), options={"keep_date": True})]


@hookimpl
def cleankit_extractors() -> Mapping[str, Extractor]:
    return {"mine": extract}


findings: Sequence[Finding] = [*check_rule(rule), *check_plugin("mine"), *check_cleaner(cleaner, examples=5)]
assert_none(findings)
assert_type(document("text"), Document)


def bodies() -> Iterator[Body]:
    yield ck.bodies("latin", "verse").example()


def woven() -> Iterator[Woven]:
    yield ck.woven().example()
