"""Hypothesis strategies: bodies that must survive, debris that must go, and text that tries to break things.

>>> from cleankit.testing import strategies as ck
>>> @given(ck.woven())          # doctest: +SKIP
... def test_my_cleaner(woven): ...

Needs `hypothesis`: `pip install cleankit-text[testing]`.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from functools import lru_cache

from hypothesis import strategies as st

from cleankit.cleaner import Cleaner
from cleankit.document import Block, Document, Extracted
from cleankit.result import Result
from cleankit.rule import CUES, Preset, Rule, RuleInfo, Stage
from cleankit.spans import Cue, Edit, Span
from cleankit.testing._debris import Body, Debris, Woven, debris_of, scripts_of, weave
from cleankit.testing._kit import document
from cleankit.testing._texts import CODE, SCRIPTS, Script

__all__ = [
    "KINDS", "all_debris", "anywhere", "belonging", "bodies", "cleaners", "debris", "documents", "edits", "hostile", "presets", "prose", "results",
    "rule_infos", "texts", "woven",
]  # fmt: skip

#: Kinds of bodies.
KINDS = ("prose", "wrapped", "verse", "recipe", "table", "code", "q&a", "list", "markdown")
#: Words of prose that are woven into one text at most: a cleaner takes no more from it on purpose.
_PROSE_WORDS = 40.0


# ---------------------------------------------------------------- bodies


@st.composite
def prose(draw: st.DrawFn, script: str | None = None, paragraphs: tuple[int, int] = (4, 6), title: bool | None = None) -> Body:
    """Paragraphs of two or three sentences, at times under a title."""
    name, pool = _script(draw, script)
    count = draw(st.integers(*paragraphs))
    with_title = draw(st.booleans()) if title is None else title
    blocks = ([draw(st.sampled_from(pool.headings))] if with_title else []) + _paragraphs(draw, pool, count)
    return Body("prose", name, "\n\n".join(blocks) + "\n")


@st.composite
def bodies(draw: st.DrawFn, script: str | None = None, kind: str | None = None) -> Body:
    """A body of any kind in any of five scripts."""
    chosen = kind or draw(st.sampled_from(KINDS))
    if chosen == "prose":
        return draw(prose(script))
    name, pool = _script(draw, script)
    return Body(chosen, name, _MAKERS[chosen](draw, pool) + "\n")


def _script(draw: st.DrawFn, script: str | None) -> tuple[str, Script]:
    name = script or draw(st.sampled_from(tuple(SCRIPTS)))
    return name, SCRIPTS[name]


def _some(draw: st.DrawFn, pool: Sequence[str], low: int, high: int | None = None) -> list[str]:
    """Different members of a pool, in any order."""
    return draw(st.permutations(pool))[: draw(st.integers(low, high if high is not None else len(pool)))]


def _paragraphs(draw: st.DrawFn, pool: Script, count: int) -> list[str]:
    sentences = draw(st.permutations(pool.sentences))
    out = []
    for k in range(count):
        size = 2 + (k + len(sentences[0])) % 2
        taken, sentences = sentences[:size], sentences[size:]
        if len(taken) < 2:
            break
        out.append(pool.space.join(taken))
    return out


def _verse(draw: st.DrawFn, pool: Script) -> str:
    verses = pool.verses
    stanzas = ["\n".join(verses[:4]), "\n".join(verses[4:])]
    if draw(st.booleans()):  # a refrain
        stanzas.append(stanzas[0])
    return "\n\n".join(([draw(st.sampled_from(pool.headings))] if draw(st.booleans()) else []) + stanzas)


def _recipe(draw: st.DrawFn, pool: Script) -> str:
    mark = draw(st.sampled_from(("- ", "* ", "• ", "")))
    items = "\n".join(mark + item for item in _some(draw, pool.words, 5))
    steps = "\n".join(f"{k}. {s}" for k, s in enumerate(_some(draw, pool.sentences, 3, 5), 1))
    return "\n\n".join((draw(st.sampled_from(pool.headings)), items, steps))


def _table(draw: st.DrawFn, pool: Script) -> str:
    between = draw(st.sampled_from((" | ", "\t")))
    rows = [between.join((word, str(k + 2), str(17 * k % 29))) for k, word in enumerate(_some(draw, pool.words, 4))]
    if between == " | ":
        rows = [f"| {row} |" for row in rows]
        rows.insert(1, "|---|---|---|")
    return "\n".join(rows)


def _code(draw: st.DrawFn, pool: Script) -> str:
    lines = _some(draw, CODE, 6)
    comment = draw(st.sampled_from(("# ", "// ")))
    return "\n".join([comment + draw(st.sampled_from(pool.headings)), *lines])


def _questions(draw: st.DrawFn, pool: Script) -> str:
    answers = _paragraphs(draw, pool, len(pool.questions))
    between = draw(st.sampled_from(("\n", "\n\n")))
    return "\n\n".join(f"{q}{between}{a}" for q, a in zip(pool.questions, answers, strict=True))


def _list(draw: st.DrawFn, pool: Script) -> str:
    heads = _some(draw, pool.headings, 4)
    bodies_ = _paragraphs(draw, pool, len(heads))
    return "\n\n".join(f"{h}\n\n{b}" for h, b in zip(heads, bodies_, strict=False))


def _markdown(draw: st.DrawFn, pool: Script) -> str:
    heads = _some(draw, pool.headings, 4)
    texts_ = _paragraphs(draw, pool, 4)
    items = "\n".join(f"- {w}" for w in pool.words[:4]) + f"\n    - {pool.words[4]}"
    fence = "```\n" + "\n".join(CODE[:4]) + "\n```"
    quote = "> " + pool.sentences[-1]
    table = "\n".join((f"| {pool.words[5]} | {pool.words[6]} |", "|---|---|", f"| {pool.words[7]} | 12 |"))
    parts = draw(st.permutations((items, fence, quote, table)))
    out = [f"# {heads[0]}", texts_[0]]
    for head, text, part in zip(heads[1:], texts_[1:], parts, strict=False):
        out += [f"## {head}", text, part]
    return "\n\n".join(out)


def _wrapped(draw: st.DrawFn, pool: Script) -> str:
    width = draw(st.sampled_from((64, 72, 80)))
    blocks = _paragraphs(draw, pool, 5)
    if not pool.space:
        return "\n\n".join("\n".join(p[k : k + 36] for k in range(0, len(p), 36)) for p in blocks)
    return "\n\n".join("\n".join(textwrap.wrap(p, width)) for p in blocks)


_MAKERS = {
    "wrapped": _wrapped, "verse": _verse, "recipe": _recipe, "table": _table, "code": _code, "q&a": _questions, "list": _list,
    "markdown": _markdown,
}  # fmt: skip


# ---------------------------------------------------------------- debris


@lru_cache(maxsize=1)
def all_debris() -> tuple[Debris, ...]:
    """All debris that the examples of the built-in rules show, without that which needs an option or a site."""
    from cleankit.plugins import load_registry

    return tuple(d for d in debris_of(load_registry(()).rules.values()) if not d.options and not d.url)


def debris(rules: Iterable[Rule] | None = None, script: str | None = None) -> st.SearchStrategy[Debris]:
    """Lines that rules take, sampled from the rules' own examples; the built-in rules' if none are given."""
    found = all_debris() if rules is None else debris_of(rules)
    if script:
        found = tuple(d for d in found if d.script in ("", script))
    return st.sampled_from(found) if found else st.nothing()


def anywhere(body: st.SearchStrategy[Body] | None = None, pieces: st.SearchStrategy[Debris] | None = None, most: int = 4) -> st.SearchStrategy[Woven]:
    """Debris anywhere in a body of any kind: the body has to survive, whatever goes."""
    return _anywhere(bodies() if body is None else body, debris() if pieces is None else pieces, most)


@st.composite
def _anywhere(draw: st.DrawFn, body: st.SearchStrategy[Body], pieces: st.SearchStrategy[Debris], most: int) -> Woven:
    chosen = draw(body)
    found = draw(st.lists(pieces, min_size=1, max_size=most))
    if chosen.kind in ("prose", "list", "q&a") or draw(st.booleans()):
        return weave(chosen, [(d, draw(st.integers(0, len(chosen.blocks))), draw(st.booleans())) for d in found])
    # Inside blocks of lines too.
    lines = chosen.text.rstrip("\n").split("\n")
    for d in found:
        lines.insert(draw(st.integers(0, len(lines))), d.text)
    url = next((d.url for d in found if d.url), None)
    return Woven(chosen, tuple(found), "\n".join(lines) + "\n", url, {key: value for d in found for key, value in d.options.items()})


def belonging(pieces: st.SearchStrategy[Debris] | None = None, most: int = 3) -> st.SearchStrategy[Woven]:
    """Debris where its rule says that it occurs, in prose of four paragraphs and more: all of it has to go."""
    return _belonging(debris() if pieces is None else pieces, most)


@st.composite
def _belonging(draw: st.DrawFn, pieces: st.SearchStrategy[Debris], most: int) -> Woven:
    first = draw(pieces)
    body = draw(prose(draw(st.sampled_from(scripts_of(first)))))
    more = draw(st.lists(pieces.filter(lambda d: d.script in ("", body.script)), max_size=most - 1))
    placed: list[tuple[Debris, int, bool]] = []
    budget = _PROSE_WORDS
    for piece in (first, *more):
        budget -= piece.prose
        if piece is first or (budget >= 0 and all(piece.text != d.text for d, _, _ in placed)):
            placed.append((piece, draw(st.sampled_from(places(piece, body))), True))
    return weave(body, placed)


def places(piece: Debris, body: Body) -> tuple[int, ...]:
    """Before which blocks of a prose body a piece may stand, by where its rule says that it occurs."""
    blocks = body.blocks
    first = 0 if len(blocks) % 2 == 0 and len(blocks[0]) > 60 else next((k for k, b in enumerate(blocks) if len(b) > 36), 0)
    head, tail = tuple(range(first + 1)), (len(blocks),)
    if piece.at == "head":
        return head
    if piece.at == "tail":
        return tail
    if piece.at == "edge":
        return (*head, *tail)
    # What leaves a line of its own would become the title if it stood above it.
    return tuple(range(1 if piece.left else 0, len(blocks) + 1))


def woven() -> st.SearchStrategy[Woven]:
    """Bodies with debris in them, where it belongs or anywhere."""
    return st.one_of(anywhere(), belonging())


# ---------------------------------------------------------------- text that tries to break things

_PIECES: tuple[str, ...] = (
    "\x00", "\x1b[31m", "\x7f", "\x85", "\r", "\r\n", "\n", "\n\n", "\t", "\x0b", "\x0c", "\u2028", "\u2029", "\ufeff", "\u00a0", "\u200b", "\u200d", "\u00ad",
    "\u202e", "\u2066", "\u2069", "\u200f", "\ud800", "\udfff", "\U0010ffff", "\ufffe", "\ufffd", "e\u0301", "\u0301\u0301\u0301", "Z̸͎͚a̷l̴g̶o", "İ", "ı", "ß", "ﬁ", "ǆ",
    "[vc_row]", "[/vc_row]", "[vc_[vc_row]row]", "[et_pb_text", "[caption id=”a″", "]", "[[", "&am[vc_row]p;", "&amp;amp;amp;lt;", "&#x0;", "&#55296;", "&nbsp;", "&lt;p&gt;",
    "â€™", "Ã©", "Ð¿Ñ€Ð¸Ð²ÐµÑ‚", "ï»¿", "👨‍👩‍👧", "🇩🇪", "# ", "## Related Articles", "* [Home](/)", "**", "```", "~~~", "| a | b |", "---", "> ", "1. ", "- ", "![](x)",
    "[a](b", "Share", "Read more", "Also Read: ", "146,751FansLike", "By admin", "Related Articles", "Advertisement", ". IANS", "12°C", "www.example.org", "a@b.c",
    "The council met on Monday, and after a long debate its members agreed on a new budget.", "она знала, что лёд весной звучит иначе, чем зимой, и молчала.",
    "他从来没有见过冰川，但是从叔叔的来信里知道春天的冰会发出什么声音。", "وقال إن القرار سيدخل حيز التنفيذ في بداية العام المقبل بعد موافقة الجميع.", "।", "…", "“", " ”", "« ", "counter- terrorism", "1.2K", "٣٫٥",
)  # fmt: skip


@st.composite
def hostile(draw: st.DrawFn, most: int = 14) -> str:
    """Control characters, lone surrogates, bidirectional marks, huge lines, nested shortcodes and entities, odd line ends."""
    # Three pieces of ours to one that hypothesis makes up; lone surrogates are among both.
    ours = st.sampled_from(_PIECES)
    piece = st.one_of(ours, ours, ours, st.text(st.characters(exclude_categories=()), max_size=4))
    parts = draw(st.lists(piece, min_size=2, max_size=most))
    text = draw(st.sampled_from(("", " ", "\n"))).join(parts)
    if draw(st.integers(0, 19)) == 7:
        text += draw(st.sampled_from(_PIECES)) * 2000
    return text


def texts() -> st.SearchStrategy[str]:
    """Texts of every kind: bodies, bodies with debris, and hostile ones."""
    return st.one_of(bodies().map(lambda b: b.text), woven().map(lambda w: w.text), hostile())


# ---------------------------------------------------------------- our types


def documents() -> st.SearchStrategy[Document]:
    """Documents as rules get them."""
    return texts().map(document)


def spans(size: int = 1000) -> st.SearchStrategy[Span]:
    """Ranges within a text of `size` characters."""
    return st.lists(st.integers(0, size), min_size=2, max_size=2).map(lambda p: Span(min(p), max(p)))


@st.composite
def edits(draw: st.DrawFn, size: int = 1000, most: int = 8) -> tuple[tuple[int, int, str], ...]:
    """Sorted, disjoint edits `(start, end, replacement)` of a text of `size` characters."""
    cuts = sorted(draw(st.lists(st.integers(0, size), max_size=2 * most)))
    out: list[tuple[int, int, str]] = []
    for start, end in zip(cuts[::2], cuts[1::2], strict=False):
        after = draw(st.text("xyz", max_size=3))
        if (start < end or after) and not (out and out[-1][1] == start == end):
            out.append((start, end, after))
    return tuple(out)


def rule_infos() -> st.SearchStrategy[RuleInfo]:
    """Descriptions of rules."""
    names = st.lists(st.text("abcxyz0189", min_size=1, max_size=8), min_size=2, max_size=3).map("/".join)
    said = st.text(min_size=1, max_size=30)
    return st.builds(
        RuleInfo, names, said, st.sampled_from(Stage), why=said, effect=st.sampled_from(("remove", "cue")), status=st.sampled_from(("preview", "stable", "deprecated")),
        since=st.just("0.1"), confidence=st.floats(0.01, 1), misfires=said, reach=st.sampled_from(("lines", "prose")),
    )  # fmt: skip


def presets() -> st.SearchStrategy[Preset]:
    """Presets of all rules, with limits of any size."""
    return st.builds(Preset, st.text("abcxyz", min_size=1, max_size=8), st.text(max_size=20), find_body=st.booleans(), max_loss=st.floats(0, 1), max_prose_loss=st.floats(0, 1))


def cleaners() -> st.SearchStrategy[Cleaner]:
    """Cleaners as they come, without plugins."""
    return st.sampled_from(("article", "minimal", "page")).map(_cleaner)


def results() -> st.SearchStrategy[Result]:
    """What cleaning gives, of any text."""
    return st.builds(lambda cleaner, text: cleaner.clean(text), cleaners(), texts())


@lru_cache
def _cleaner(preset: str) -> Cleaner:
    return Cleaner(preset, plugins=())


def _extracted(text: str) -> Extracted:
    doc = document(text)
    return Extracted(text, tuple(Block(line.span, "p") for line in doc.lines))


def _register() -> None:
    """Tell `hypothesis.strategies.from_type` of cleankit's types; nothing is loaded until one is asked for."""
    st.register_type_strategy(Document, lambda _: documents())
    st.register_type_strategy(Span, lambda _: spans())
    st.register_type_strategy(Edit, lambda _: st.builds(Edit, spans(), st.text(max_size=5), st.text(max_size=20)))
    st.register_type_strategy(Cue, lambda _: st.builds(Cue, spans(), st.sampled_from(CUES), st.floats(0, 1)))
    st.register_type_strategy(RuleInfo, lambda _: rule_infos())
    st.register_type_strategy(Preset, lambda _: presets())
    st.register_type_strategy(Cleaner, lambda _: cleaners())
    st.register_type_strategy(Result, lambda _: results())
    st.register_type_strategy(Extracted, lambda _: texts().map(_extracted))
    st.register_type_strategy(Body, lambda _: bodies())
    st.register_type_strategy(Woven, lambda _: woven())


_register()
