"""The fast path finds what the slow one finds: prefilter, literals, the gate before the repair of mojibake, case folding."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from functools import cache
from unicodedata import category

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from cleankit.builtin.repair import _MOJIBAKE
from cleankit.document import Document, fold_case
from cleankit.engine import Engine
from cleankit.literals import edge_key, required_literals
from cleankit.matchers import PatternRule
from cleankit.rule import OPTIONS, Preset
from cleankit.testing import strategies as ck
from cleankit.testing._kit import _Catch

from .common import cleaner, each, effort


@cache
def patterns() -> tuple[PatternRule, ...]:
    return tuple(r for r in cleaner()._registry.rules.values() if isinstance(r, PatternRule))


@cache
def engine() -> tuple[Engine, _Catch]:
    catch = _Catch()
    return Engine([*patterns(), catch], Preset("t", max_loss=1.0), OPTIONS), catch


def naive(doc: Document) -> Iterator[tuple[str, object]]:
    for rule in patterns():
        for proposal in rule.propose(doc):
            yield rule.info.id, proposal


def compiled(doc: Document) -> Iterator[tuple[str, object]]:
    fast, _ = engine()
    for i, verdict in fast.matchers.read([f.text for f in doc.facts], {})[1]:
        assert not verdict.broken
        for hit in verdict.hits:
            rule = fast.patterns[hit.rule]
            if (not doc.protected[i] or rule.info.reach == "prose" or rule.kind == "inline") and rule.allowed_at(doc, i):
                yield rule.info.id, rule.proposal(doc, i, hit)


def holds(text: str) -> None:
    fast, catch = engine()
    catch.seen.clear()
    fast.clean(text)
    for doc in catch.seen[:2]:
        assert set(compiled(doc)) == set(naive(doc))


@effort(8, 150)
def test_the_set_proposes_what_the_rules_propose_alone(examples: int) -> None:
    each(ck.woven().map(lambda w: w.text), examples, holds)


@effort(12, 150)
def test_the_set_proposes_the_same_on_hostile_text(examples: int) -> None:
    each(ck.hostile(), examples, holds)


def test_the_set_finds_every_example() -> None:
    fast, _ = engine()
    for k, rule in enumerate(fast.patterns):
        lines = [line for e in rule.examples for line in e.before.split("\n") if line.strip()]
        facts, spoken = fast.matchers.read(lines, {})
        hits = {i: verdict.hits for i, verdict in spoken}
        for i, (line, f) in enumerate(zip(lines, facts, strict=True)):
            if not (f.prose and rule.info.reach != "prose" and rule.kind != "inline"):
                assert [h for h in hits.get(i, ()) if h.rule == k] == rule.hits(k, f), (rule.info.id, line)


@cache
def readable() -> tuple[str, ...]:
    """The patterns that the standard library can compile, and so hypothesis can make strings of."""
    out = []
    for rule in patterns():
        if rule.pattern and not re.search(r"\\[pPRX]|\(\?[>r(]|\(\?<[^=!]|[+*?}]\+", rule.pattern):
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    re.compile(rule.pattern)
            except re.error:
                continue
            out.append(rule.pattern)
    return tuple(out)


@effort(40, 1000)
def test_every_match_has_what_is_required(examples: int) -> None:
    assert len(readable()) > 100

    @settings(max_examples=examples)
    @given(st.data())
    def law(data: st.DataObject) -> None:
        pattern = data.draw(st.sampled_from(readable()))
        text = data.draw(st.from_regex(pattern, fullmatch=True))
        if not regex.fullmatch(pattern, text) or "\n" in text:
            return
        needed = required_literals(pattern, whole=True)
        shown = f"\n{text}\n"
        shown = shown if needed.exact else fold_case(shown)
        assert not needed.branches or any(all(any(x in shown for x in s) for s in b) for b in needed.branches), (pattern, text, needed.branches)
        assert needed.shortest <= len(text) <= needed.longest, (pattern, text)
        assert not text or needed.firsts is None or edge_key(text[0]) in needed.firsts, (pattern, text, needed.firsts)
        assert not text or needed.lasts is None or edge_key(text[-1]) in needed.lasts, (pattern, text, needed.lasts)
        assert not needed.digit or any(c.isdecimal() for c in text), (pattern, text)

    law()


MISREAD = ("latin-1", "cp1252", "cp1251", "cp1250", "iso-8859-2", "mac_roman", "cp437", "cp1253", "cp1254", "cp1257")


@effort(120, 10_000)
def test_the_gate_lets_through_all_mojibake(examples: int) -> None:
    """Whatever ftfy's encoding repair changes has what the gate looks for."""
    from ftfy import fix_encoding

    @st.composite
    def misread(draw: st.DrawFn) -> str:
        text = draw(st.one_of(st.text(st.characters(exclude_categories=["Cs"]), max_size=12), st.sampled_from(NATURAL)))
        for _ in range(draw(st.integers(1, 2))):
            text = text.encode("utf-8").decode(draw(st.sampled_from(MISREAD)), "ignore")
        return draw(st.sampled_from(("", "a ", "Das "))) + text

    def law(line: str) -> None:
        if not _MOJIBAKE.search(line):
            assert fix_encoding(line) == line

    each(st.one_of(misread(), st.text("ÃÂÐÑâ€™œžŸ¡¢£¤©«»ÅÄÖåäö abc", max_size=8), st.text(max_size=8)), examples, law)


NATURAL = ("it’s", "café", "naïve — yes", "привет", "“Ja”", "ΑΒΓ", "日本語", "مرحبا", "Größe", "100 €", "½ cup", "žluťoučký")


@pytest.mark.parametrize("plane", range(16))
def test_folding_knows_every_case_that_patterns_know(plane: int) -> None:
    """All characters that `regex` equates without regard to case fold to the same, over the whole basic plane."""
    from regex import _regex

    for code in range(plane << 12, (plane + 1) << 12):
        if 0xD800 <= code < 0xE000:
            continue
        char = chr(code)
        folded = fold_case(char)
        assert len(folded) == 1
        for other in map(chr, _regex.get_all_cases(regex.IGNORECASE | regex.UNICODE, code)):
            if "Cn" not in (category(char), category(other)):  # those that this Python does not know yet apart
                assert fold_case(other) == folded, (char, other)


@pytest.mark.parametrize("plane", range(16))
def test_folding_equates_no_more_than_patterns_do(plane: int) -> None:
    """But for the Turkish letters, which all fall together with i."""
    turkish = {"i", "I", "\u0130", "\u0131"}
    for code in range(plane << 12, (plane + 1) << 12):
        char = chr(code)
        folded = fold_case(char) if not 0xD800 <= code < 0xE000 else char
        if folded != char and char not in turkish:
            assert regex.fullmatch(regex.escape(folded), char, regex.IGNORECASE), (char, folded)
