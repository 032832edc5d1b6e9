"""Plots as SVG files: cost against rules, length and workers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .texts import SHAPES


def draw(known: Mapping[str, Any], folder: Path) -> None:
    """Draw what there are figures for."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams.update({"svg.hashsalt": "cleankit", "svg.fonttype": "none", "figure.figsize": (7, 3.6), "axes.grid": True, "grid.alpha": 0.3, "savefig.bbox": "tight"})
    for name, make in (("rules", _rules), ("length", _length), ("workers", _workers)):
        if name in known:
            figure = make(known[name])
            figure.savefig(folder / f"{name}.svg", metadata={"Date": None})


def _figure(across: str, up: str) -> tuple[Any, Any]:
    from matplotlib.figure import Figure

    figure = Figure()
    axes = figure.subplots()
    axes.set_xlabel(across)
    axes.set_ylabel(up)
    return figure, axes


def _rules(data: Mapping[str, Any]) -> Any:
    figure, axes = _figure("synthetic rules", "CPU time, own rules alone = 1")
    rows = {row["name"]: row["times"] for row in data["rows"]}
    for kind, label in (("more", "beside cleankit's own"), ("alone", "alone")):
        middle, least, most = zip(*(rows[f"{n} {kind}"] for n in data["counts"]), strict=True)
        axes.errorbar(data["counts"], middle, yerr=([m - a for m, a in zip(middle, least, strict=True)], [b - m for m, b in zip(middle, most, strict=True)]), marker="o", capsize=3, label=label)
    axes.set_xscale("log")
    axes.set_ylim(bottom=0)
    axes.legend()
    return figure


def _length(data: Mapping[str, Any]) -> Any:
    figure, axes = _figure("length, MB", "CPU time, s")
    rows = [row for row in data["rows"] if row["explain"]]
    for preset, style in (("article", "-"), ("page", ":")):
        for number, shape in enumerate(SHAPES):
            points = [(r["length"] / 1e6, r["seconds"]) for r in rows if r["preset"] == preset and r["shape"] == shape]
            axes.plot(*zip(*points, strict=True), style, marker="o", color=f"C{number}", label=f"{preset}, {shape}")
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.legend(fontsize="small")
    return figure


def _workers(data: Mapping[str, Any]) -> Any:
    figure, axes = _figure("workers", "MB/s of text")
    axes.bar([str(row["workers"]) for row in data["rows"]], [row["speed"][0] for row in data["rows"]], width=0.5)
    return figure
