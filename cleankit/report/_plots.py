"""Plots as SVG text: no script, no style attribute, and the numbers in titles and tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape

__all__ = ["bars", "histogram", "strips"]

_W = 520


def histogram(title: str, counts: Sequence[int], label: Callable[[int], str], about: str, unit: str) -> str:
    """Upright bars over equal bins; the root of a count is its height, so that small ones are seen beside large."""
    height, base = 150, 128
    most = max(counts, default=0) or 1
    step = (_W - 20) / len(counts)
    parts = [f'<line class="axis" x1="10" y1="{base}.5" x2="{_W - 10}" y2="{base}.5"/>']
    for k, count in enumerate(counts):
        h = 0.0 if not count else max(2.0, (base - 18) * (count / most) ** 0.5)
        x = 10 + k * step
        parts.append(
            f'<rect class="bar" x="{x + 1:.1f}" y="{base - h:.1f}" width="{step - 2:.1f}" height="{h:.1f}" rx="1.5"><title>{escape(label(k))}: {_n(count)} {unit}</title></rect>'
        )
        if count and (count == most or len(counts) <= 12):
            parts.append(f'<text class="num" x="{x + step / 2:.1f}" y="{base - h - 4:.1f}" text-anchor="middle">{_n(count)}</text>')
    for k in range(0, len(counts) + 1, max(1, len(counts) // 5)):
        anchor = "start" if k == 0 else "end" if k == len(counts) else "middle"
        parts.append(f'<text class="tick" x="{10 + k * step:.1f}" y="{height - 6}" text-anchor="{anchor}">{escape(label(k).split("–")[0])}</text>')
    return _figure(title, about, height, parts)


def bars(title: str, values: Mapping[str, int], classes: Mapping[str, str], about: str, unit: str) -> str:
    """Lying bars with names, most first."""
    row, top = 22, 4
    most = max(values.values(), default=0) or 1
    parts: list[str] = []
    for k, (name, value) in enumerate(values.items()):
        y = top + k * row
        width = max(2.0, (_W - 250) * value / most)
        parts.append(
            f'<text class="name" x="150" y="{y + 14}" text-anchor="end">{escape(_short(name))}</text>'
            f'<rect class="bar {classes.get(name, "f7")}" x="158" y="{y + 3}" width="{width:.1f}" height="{row - 7}" rx="2"><title>{escape(name)}: {_n(value)} {unit}</title></rect>'
            f'<text class="num" x="{164 + width:.1f}" y="{y + 14}">{_n(value)}</text>'
        )
    return _figure(title, about, top + row * max(1, len(values)) + 4, parts)


def strips(title: str, rows: Mapping[str, Sequence[int]], classes: Mapping[str, str], about: str) -> str:
    """One strip a name over the length of a text: the darker a cell, the more of the name's marks lie there."""
    row, top = 22, 4
    parts: list[str] = []
    for k, (name, counts) in enumerate(rows.items()):
        y = top + k * row
        most, step = max(counts) or 1, (_W - 168) / len(counts)
        parts.append(f'<text class="name" x="150" y="{y + 14}" text-anchor="end">{escape(_short(name))}</text>')
        for j, count in enumerate(counts):
            strength = 0.08 if not count else 0.25 + 0.75 * count / most
            where = f"{100 * j // len(counts)}–{100 * (j + 1) // len(counts)} %"
            parts.append(
                f'<rect class="bar {classes.get(name, "f7")}" fill-opacity="{strength:.2f}" x="{158 + j * step:.1f}" y="{y + 3}" width="{step - 1.5:.1f}" height="{row - 7}"><title>{escape(name)}, {where} of the text: {_n(count)}</title></rect>'
            )
    bottom = top + row * max(1, len(rows))
    parts += [
        f'<text class="tick" x="158" y="{bottom + 12}">start of the text</text>',
        f'<text class="tick" x="{_W - 10}" y="{bottom + 12}" text-anchor="end">end</text>',
    ]
    return _figure(title, about, bottom + 18, parts)


def _n(value: int) -> str:
    return f"{value:,}".replace(",", "\u202f")


def _short(name: str) -> str:
    return name if len(name) <= 22 else name[:10] + "…" + name[-11:]


def _figure(title: str, about: str, height: int, parts: Iterable[str]) -> str:
    return (
        f'<figure><figcaption>{escape(title)}</figcaption><svg viewBox="0 0 {_W} {height}" role="img" aria-label="{escape(title)}. {escape(about)}">'
        f"<desc>{escape(about)}</desc>{''.join(parts)}</svg><p class=\"note\">{escape(about)}</p></figure>"
    )
