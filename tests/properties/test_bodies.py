"""Bodies survive and debris goes: in prose, verse, recipes, tables, code, questions and answers, lists, Markdown."""

from __future__ import annotations

import pytest
from hypothesis import strategies as st

from cleankit.matchers import PatternRule
from cleankit.testing import Body, Woven, weave
from cleankit.testing import strategies as ck
from cleankit.testing._debris import scripts_of, squeezed
from cleankit.testing._texts import SCRIPTS as POOLS

from .common import SCRIPTS, cleaner, each, effort, every_debris, lost_lines, unspaced, visible


def run(woven: Woven) -> tuple[str, set[str]]:
    """The clean text, and the rules that changed something."""
    result = cleaner("article", tuple(sorted(woven.options.items()))).clean(woven.text, url=woven.url)
    return result.text, {name for c in result.changes for name in (c.rule, *c.also)}


def left_of(woven: Woven, text: str) -> list[str]:
    """The lines of debris that are still there."""
    spared = {squeezed(line) for d in woven.debris for line in d.left} | set(woven.body.lines)
    lines = {squeezed(line) for line in text.split("\n")}
    return [line for d in woven.debris for line in d.lines if squeezed(line) in lines and squeezed(line) not in spared]


@effort(8, 150)
@pytest.mark.parametrize("kind", ck.KINDS)
def test_a_body_without_debris_stays_line_by_line(kind: str, examples: int) -> None:
    def holds(body: Body) -> None:
        text = cleaner().clean(body.text).text
        assert not lost_lines(body, text)
        if kind != "wrapped":
            assert visible(text) == visible(body.text)

    each(ck.bodies(kind=kind), examples, holds)


@effort(8, 150)
@pytest.mark.parametrize("kind", ck.KINDS)
def test_debris_anywhere_leaves_every_body_line(kind: str, examples: int) -> None:
    pieces = st.sampled_from(every_debris())

    def holds(woven: Woven) -> None:
        text, _ = run(woven)
        assert not lost_lines(woven.body, text)

    each(ck.anywhere(ck.bodies(kind=kind), pieces), examples, holds)


@effort(10, 150)
@pytest.mark.parametrize("script", SCRIPTS)
def test_debris_where_it_belongs_goes_and_the_body_stays(script: str, examples: int) -> None:
    pieces = st.sampled_from([d for d in every_debris() if script in scripts_of(d)])

    def holds(woven: Woven) -> None:
        text, _ = run(woven)
        assert not lost_lines(woven.body, text)
        assert not left_of(woven, text)

    each(ck.belonging(pieces), examples, holds)


def stable_rules() -> set[str]:
    return {
        r.info.id for r in cleaner()._registry.rules.values()
        if isinstance(r, PatternRule) and r.info.status == "stable" and r.info.effect == "remove" and r.info.stage.strips
    }  # fmt: skip


def test_the_debris_strategy_reaches_the_rules() -> None:
    reached = {d.rule for d in every_debris()}
    stable = stable_rules()
    assert len(reached & stable) >= 0.95 * len(stable), sorted(stable - reached)


@pytest.mark.parametrize("part", [pytest.param(0, id="sample"), *(pytest.param(k, marks=pytest.mark.slow) for k in range(1, 12))])
def test_each_rules_debris_goes_where_its_rule_says(part: int) -> None:
    """Not sampled: the debris of every stable rule, at each end of where it may stand (a twelfth of them in the quick run)."""
    fired: set[str] = set()
    asked: set[str] = set()
    for d in every_debris()[part::12]:
        body = BODIES[scripts_of(d)[0]]
        for place in {ck.places(d, body)[0], ck.places(d, body)[-1]}:
            woven = weave(body, [(d, place, True)])
            text, rules = run(woven)
            assert not lost_lines(body, text), (d, place)
            assert not left_of(woven, text), (d, place)
            fired |= rules & {d.rule}
            asked.add(d.rule)
    assert len(fired) >= 0.95 * len(asked), sorted(asked - fired)


def _body(script: str) -> Body:
    pool = POOLS[script]
    parts = [pool.space.join(pool.sentences[3 * k : 3 * k + 3]) for k in range(5)]
    return Body("prose", script, "\n\n".join([pool.headings[0], *parts]) + "\n")


BODIES = {script: _body(script) for script in SCRIPTS}


@effort(10, 100)
def test_shortcodes_inside_paragraphs_go_and_the_words_stay(examples: int) -> None:
    codes = st.sampled_from(("[vc_row]", "[/vc_row]", '[vc_column width="1/2"]', "[et_pb_text admin_label=”Text”]", "[/et_pb_text]", "[fusion_text]"))

    @st.composite
    def sprinkled(draw: st.DrawFn) -> tuple[Body, str]:
        body = draw(ck.prose(draw(st.sampled_from(("latin", "cyrillic", "arabic", "devanagari")))))
        lines = body.text.split("\n")
        for _ in range(draw(st.integers(1, 6))):
            k = draw(st.sampled_from([i for i, line in enumerate(lines) if len(line.split()) > 8]))
            words = lines[k].split(" ")
            words.insert(draw(st.integers(0, len(words))), draw(codes))
            lines[k] = " ".join(words)
        return body, "\n".join(lines)

    def holds(case: tuple[Body, str]) -> None:
        body, text = case
        assert visible(cleaner().clean(text).text) == visible(body.text)

    each(sprinkled(), examples, holds)


@effort(6, 60)
@pytest.mark.parametrize("script", SCRIPTS)
def test_page_loses_nothing_of_prose_among_menus(script: str, examples: int) -> None:
    """What the body finder keeps, the rules after it keep; and of prose of several paragraphs it keeps most."""

    def holds(woven: Woven) -> None:
        result = cleaner("page").clean(woven.text)
        paragraphs = [line for line in woven.body.lines if len(line) > 36]  # the title goes to the metadata
        kept = [line for line in paragraphs if unspaced(line) in unspaced(result.text)]
        assert len(kept) >= len(paragraphs) - 1

    each(ck.belonging(st.sampled_from([d for d in every_debris() if script in scripts_of(d) and not d.options])), examples, holds)


