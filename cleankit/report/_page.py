"""The page: figures, plots and the table of rules as plain HTML; the texts as data that a small script draws.

Everything of a text, a rule or an error is escaped here or becomes a text node there; a content security policy names the
only script and the only style sheet by their hashes.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from importlib.resources import files
from typing import Any

from cleankit._version import __version__
from cleankit.report import _plots
from cleankit.report._collect import CONFIDENCE_BINS, SHARE_BINS, Doc, Figures, Mark, family_of

__all__ = ["letters_of", "render"]

#: Families that have a colour of their own.
COLOURS = 7
#: Rows of the table of rules.
MOST_ROWS = 1500


def render(figures: Figures, about: Mapping[str, str], *, limit: int = 5_000_000, title: str = "What was removed") -> str:
    """The page. `about` is shown at its head (preset, version, command …); texts are left out where it would pass `limit` bytes."""
    families = figures.families
    classes = {name: f"f{min(k, COLOURS)}" for k, name in enumerate(families)}
    letters = letters_of(families)
    style, script = (_asset(f"shared.{kind}") + _asset(f"report.{kind}") for kind in ("css", "js"))
    compared = any(side in f.only for f in figures.rules.values() for side in "ab")
    body = "".join((
        _head(figures, about, title, compared),
        _look_head(),
        _plots_part(figures, families, classes, compared),
        _rule_table(figures, classes, letters, compared),
    ))  # fmt: skip
    policy = (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; img-src data:; base-uri 'none'; form-action 'none'; "
        "require-trusted-types-for 'script'"
    )
    shell = (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">'
        f"<title>{escape(title)} · cleankit</title><style>{style}</style></head><body>{body}{_texts_part()}"
        "<script type=\"application/octet-stream\" id=\"data\">{}</script>"
        f"<script>{script}</script></body></html>\n"
    )
    data = _packed(figures, classes, letters, compared, limit - len(shell.encode("utf-8", "replace")))
    before, _, after = shell.partition("<script type=\"application/octet-stream\" id=\"data\">{}")
    return f'{before}<script type="application/octet-stream" id="data">{data}{after}'


def _asset(name: str) -> str:
    return (files(__package__) / name).read_text(encoding="utf-8").replace("\r\n", "\n")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def letters_of(families: Iterable[str]) -> dict[str, str]:
    """Two letters a family, so that no meaning hangs on colour."""
    taken: dict[str, str] = {}
    for name in families:
        parts = [p for p in name.replace("/", "-").split("-") if p]
        tries = ["".join(p[0] for p in parts[:2]), *(name[0] + c for c in name[1:] if c.isalnum())]
        letters = next((t.upper() for t in tries if len(t) == 2 and t.upper() not in taken.values()), f"{name[:1].upper()}{len(taken)}")
        taken[name] = letters
    return taken


# ---------------------------------------------------------------- the parts that need no script


def _n(value: float) -> str:
    return f"{value:,.0f}".replace(",", "\u202f")


def _share(part: float, whole: float) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "0 %"


def _head(f: Figures, about: Mapping[str, str], title: str, compared: bool) -> str:
    cards = [
        ("texts", _n(f.documents), ""),
        ("with differences" if compared else "changed", _share(f.changed, f.documents), f"{_n(f.changed)} texts"),
        ("characters that differ" if compared else "characters removed", _share(f.removed, f.characters), f"{_n(f.removed)} of {_n(f.characters)}"),
        ("differences" if compared else "removals and repairs", _n(f.marks), "" if compared else f"and {_n(f.layout)} of white space"),
    ]
    if not compared:
        cards += [
            ("refused by guards", _n(f.vetoes), ""),
            ("faults", _n(sum(f.faults.values())), "rules that broke" if f.faults else "no rule broke"),
        ]
    shown = "".join(f'<div class="card"><dt>{escape(n)}</dt><dd>{v}<small>{escape(more)}</small></dd></div>' for n, v, more in cards)
    said = "".join(f"<span><b>{escape(k)}</b> {escape(v)}</span>" for k, v in {**about, "cleankit": __version__}.items() if v)
    flags = "".join(f"<li>{escape(k)}: {_n(n)} texts</li>" for k, n in f.flags.most_common(10))
    flags += "".join(f"<li>{escape(k)} broke in {_n(n)} texts</li>" for k, n in f.faults.most_common(10))
    return (
        f'<header class="top"><div><h1>{escape(title)}</h1><p class="about">{said}</p></div>'
        '<div class="tools"><button id="theme" type="button" hidden>Theme</button><button id="keys" type="button" hidden>Keys <kbd>?</kbd></button></div></header>'
        f'<main><dl class="cards">{shown}</dl>' + (f'<ul class="flags">{flags}</ul>' if flags else "")
    )


def _look_head() -> str:
    return '<section id="look" hidden><h2>Worth a look first</h2><ol id="looks"></ol></section>'


def _plots_part(f: Figures, families: Mapping[str, int], classes: Mapping[str, str], compared: bool) -> str:
    if not f.marks:
        return ""
    first = dict(list(families.items())[:12])
    width = 100 // SHARE_BINS
    plots = [
        _plots.bars("Characters by family", first, classes, f"The {len(first)} families that took most, of {len(families)}.", "characters"),
        _plots.strips("Where in a text", {n: f.places[n] for n in first if n in f.places}, classes, "Each strip is a text from start to end; the stronger the colour, the more often."),
        _plots.histogram("Share of a text that differs" if compared else "Share of a text removed", f.shares, lambda k: f"{k * width}–{(k + 1) * width} %" if k < SHARE_BINS else "100 %", "Texts by the share of their characters. Heights grow with the square root.", "texts"),
        _plots.histogram("Confidence", f.confidences, lambda k: f"{k / CONFIDENCE_BINS:.2f}–{(k + 1) / CONFIDENCE_BINS:.2f}", "Marks by the confidence of their rule. Heights grow with the square root.", "removals"),
    ]  # fmt: skip
    refused = {rule: r.vetoes for rule, r in sorted(f.rules.items(), key=lambda r: (-r[1].vetoes, r[0]))[:12] if r.vetoes}
    if refused:
        shades = {rule: classes.get(family_of(rule), "f7") for rule in refused}
        plots.append(_plots.bars("Refused by guards", refused, shades, "The rules whose proposals guards refused most often: nothing was lost, but worth reading.", "refusals"))
    return f'<section><h2>At a glance</h2><div class="plots">{"".join(plots)}</div></section>'


def _rule_table(f: Figures, classes: Mapping[str, str], letters: Mapping[str, str], compared: bool) -> str:
    listed = sorted(f.rules.items(), key=lambda r: (-r[1].characters, -r[1].vetoes, r[0]))
    columns = ["Rule", "Times", "Characters", "Texts", "Confidence", *(["Only A", "Only B"] if compared else ["Refused"])]
    head = "".join(f'<th scope="col"{"" if k == 0 else " class=num"}>{c}</th>' for k, c in enumerate(columns))
    rows = []
    for rule, r in listed[:MOST_ROWS]:
        family = family_of(rule)
        mean = 1 - r.doubt / r.times if r.times else 0
        last = [(r.only["a"], _n(r.only["a"])), (r.only["b"], _n(r.only["b"]))] if compared else [(r.vetoes, _n(r.vetoes))]
        cells = [(r.times, _n(r.times)), (r.characters, _n(r.characters)), (r.documents, _n(r.documents)), (mean, f"{mean:.2f}" if r.times else "–"), *last]
        shown = "".join(f'<td class="num" data-v="{v:.6g}" data-c="{escape(c)}">{t}</td>' for (v, t), c in zip(cells, columns[1:], strict=True))
        badge = f'<span class="badge {classes.get(family, "f7")}">{escape(letters.get(family, "··"))}</span>'
        rows.append(f'<tr data-rule="{escape(rule)}"><th scope="row">{badge}<code>{escape(rule)}</code></th>{shown}</tr>')
    more = f"<p class=note>{len(listed) - MOST_ROWS} more rules are left out of the table.</p>" if len(listed) > MOST_ROWS else ""
    if not rows:
        return '<section id="rules"><h2>Rules</h2><p class="empty">No rule had anything to do.</p></section>'
    return (
        f'<section id="rules"><h2>Rules <small>{len(listed)}</small></h2><div class="scroll" tabindex="0" role="region" aria-label="Table of rules"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>{more}</section>"
    )


def _texts_part() -> str:
    return (
        '<section id="texts"><h2>Texts <small id="shown"></small></h2><noscript><p class="empty">The texts are drawn by a script, which is switched off. '
        "The figures, plots and the table above need none.</p></noscript>"
        '<p id="wait" class="empty" hidden>Unpacking the texts …</p><div id="bar" hidden></div><div id="docs"></div></section></main>'
        '<aside id="card" hidden aria-live="polite"></aside><dialog id="help"></dialog>'
    )


# ---------------------------------------------------------------- the texts


def _packed(f: Figures, classes: Mapping[str, str], letters: Mapping[str, str], compared: bool, limit: int) -> str:
    """Texts as compressed JSON. Where that is too large, the tail of the sample is left out, never what is worth a look."""
    looks = [doc for doc, _ in f.look]
    chosen = {id(d) for d in looks}
    rest = [d for d in f.sample if id(d) not in chosen]
    keep = len(rest)
    while True:
        packed = _pack({
            "documents": f.changed if compared else f.documents, "compared": compared,
            "look": [list(why) for _, why in f.look],
            "families": {n: [classes[n], letters[n]] for n in classes},
            "samples": {n: [list(s) for s in r.samples] for n, r in sorted(f.rules.items()) if r.samples},
            **_texts([*looks, *rest[:keep]]),
        })  # fmt: skip
        if len(packed) <= limit or not keep:
            return packed
        keep = min(keep - 1, int(keep * 0.95 * limit / len(packed)))


def _pack(data: Mapping[str, Any]) -> str:
    text = json.dumps(data, ensure_ascii=True, separators=(",", ":"))
    return base64.b64encode(gzip.compress(text.encode("ascii"), 9, mtime=0)).decode("ascii")


def _texts(docs: Sequence[Doc]) -> dict[str, Any]:
    """Texts, with rules and reasons named once."""
    rules: dict[str, int] = {}
    reasons: dict[str, int] = {}

    def number(table: dict[str, int], name: str) -> int:
        return table.setdefault(name, len(table))

    def piece(p: str | Mark) -> Any:
        if isinstance(p, str):
            return p
        return [p.before, p.after, number(rules, p.rule), number(reasons, p.reason), round(p.confidence, 3), [number(rules, r) for r in p.also], p.side]

    out = [
        {
            "n": d.name, "l": d.lang, "h": d.site, "p": [piece(p) for p in d.pieces], "o": list(d.notes), "z": d.size, "r": d.removed, "x": d.cut,
            "v": [[number(rules, v.rule), number(reasons, v.reason), v.text[:400]] for v in d.vetoes],
        }
        for d in docs
    ]  # fmt: skip
    return {"docs": out, "rules": list(rules), "reasons": list(reasons)}
