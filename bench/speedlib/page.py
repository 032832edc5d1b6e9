"""The figures as Markdown and as plots."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from . import plots
from .contestants import C4_FILTER, CLEAN_HTML, CLEAN_HTML_META, FTFY, TRAFILATURA
from .texts import SHAPES

START, END = "<!-- figures: written by bench/speed.py -->", "<!-- end of figures -->"
Known = Mapping[str, Any]


def write_page(known: Known, folder: Path) -> None:
    """Put the tables between the page's marks, and draw the plots beside it."""
    page = folder / "speed.md"
    text = page.read_text(encoding="utf-8")
    before, rest = text.split(START)
    _, after = rest.split(END)
    plots.draw(known, folder)
    page.write_text(f"{before}{START}\n\n{tables(known)}\n{END}{after}", encoding="utf-8")


def tables(known: Known) -> str:
    """All that is known, as Markdown."""
    made = [
        _goals(known), _text(known, "articles", "Text of an article"), _text(known, "pages", "All the text of a page"), _rules(known),
        _documents(known), _html(known), _length(known), _start(known), _workers(known), _profiles(known), _callgrind(known), _machine(known),
    ]  # fmt: skip
    return "\n".join(part for part in made if part)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)]) + "\n"


def number(value: float) -> str:
    """Two or three figures that count."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}" if value >= 0.1 else f"{value:.3f}"


def spread(of: Sequence[float]) -> str:
    """A median with the range of its rounds."""
    middle, least, most = of
    return f"{number(middle)} ({number(least)} to {number(most)})"


def _row(known: Known, experiment: str, name: str) -> Any:
    rows = known.get(experiment, {}).get("rows", [])
    return next((row for row in rows if row["name"] == name), None)


# ---------------------------------------------------------------- the goals


def _goals(known: Known) -> str:
    """What the project wants, and what was found."""
    rows: list[tuple[str, str, str, str]] = []

    def goal(what: str, least: str, most: str, found: str | None) -> None:
        if found:
            rows.append((what, least, most, found))

    def times(experiment: str, name: str) -> str | None:
        row = _row(known, experiment, name)
        return spread(row["times"]) if row else None

    goal("ftfy's time over that of `article` with the ledger", "10", "30", times("articles", FTFY))
    goal("the same for datatrove's C4 filter", "15", "50", times("articles", C4_FILTER))
    article = _row(known, "articles", "cleankit article")
    goal("`article` with the ledger, MB/s", "10", "25", spread(article["speed"]) if article else None)
    goal("ftfy's time over that of `page` with the ledger", "5", "15", times("pages", FTFY))
    many = _row(known, "rules", "5000 alone")
    goal("time with 5,000 rules over that with 100", "2", "1.3", spread(many["to_100"]) if many and "to_100" in many else None)
    page = _row(known, "html", CLEAN_HTML)
    goal("`clean_html` over trafilatura's own time", "1.25", "1", spread(page["times"]) if page else None)
    long = [row for row in known.get("length", {}).get("rows", []) if row["preset"] == "article" and row["explain"]]
    if any(row["memory"] for row in long):
        worst = max(long, key=lambda row: row["memory"] / row["length"])
        goal("memory as a multiple of the document", "12", "6", f"{number(worst['memory'] / worst['length'])} at most ({worst['shape']}, {worst['length'] / 1e6:g} MB)")
    growth = [_growth(known, shape) for shape in SHAPES]
    if all(growth):
        goal("time a byte, longest document over shortest", "linear (1)", "", ", ".join(f"{number(g)} ({s})" for g, s in zip(growth, SHAPES, strict=True) if g))
    started = known.get("start", {}).get("rows", {}).get("cached")
    if started:
        goal("`import cleankit`, s", "0.15", "", spread(started["import"]))
        goal("the first text, with the cache of rules, s", "0.5", "", spread(started["first"]))
    two = next((row for row in known.get("workers", {}).get("rows", []) if row["workers"] == 2), None)
    goal("gain of two workers", "1.8", "", spread(two["gain"]) if two else None)
    if not rows:
        return ""
    return "## Wanted and found\n\nMedians of the rounds, with the range.\n\n" + _table(("figure", "wanted", "reach for", "found"), rows)


def _growth(known: Known, shape: str) -> float:
    rows = [r for r in known.get("length", {}).get("rows", []) if r["shape"] == shape and r["preset"] == "article" and r["explain"]]
    if len(rows) < 2:
        return 0
    first, last = (min(rows, key=lambda r: r["length"]), max(rows, key=lambda r: r["length"]))
    return float((last["seconds"] / last["length"]) / (first["seconds"] / first["length"]))


# ---------------------------------------------------------------- one experiment each


def _about(data: Mapping[str, Any]) -> str:
    source = data["source"] if "articles" not in data["source"] else f"texts of {data['source']}"
    return f"{data['items']:,} items, {data['bytes'] / 1e6:.1f} MB, in {data['rounds']} rounds; {source}."


def _text(known: Known, experiment: str, title: str) -> str:
    data = known.get(experiment)
    if not data:
        return ""
    rows = [(row["name"], spread(row["speed"]), spread(row["times"])) for row in data["rows"]]
    return f"## {title}\n\n{_about(data)}\n\n" + _table(("", "MB/s", f"time, {data['base']} = 1"), rows)


def _rules(known: Known) -> str:
    data = known.get("rules")
    if not data:
        return ""
    own = _row(known, "rules", "0 more")
    rows = [(f"cleankit's own {data['own']:,}", spread(own["speed"]), spread(own["times"]))]
    for kind, words in (("more", f"own {data['own']:,} and {{:,}} more"), ("alone", "{:,} alone")):
        for count in data["counts"]:
            row = _row(known, "rules", f"{count} {kind}")
            rows.append((words.format(count), spread(row["speed"]), spread(row["times"])))
    text = (
        "## Rules\n\nPreset `article` with synthetic rules of every kind: beside cleankit's own, and alone, with nothing else running. Three of ten are lines\n"
        "of such texts (of others than are measured), seven of a thousand have no fixed part that a search could look for.\n\n"
    )
    return text + _table(("rules", "MB/s", "time, own rules = 1"), rows) + "\n![Time against the number of rules](rules.svg)\n"


def _documents(known: Known) -> str:
    data = known.get("documents")
    if not data:
        return ""
    rows = []
    for kind in ("short", "usual", "very long"):
        part = data[kind]
        name = f"{kind}, {part['bytes'] / part['items']:,.0f} bytes each"
        rows += [(name, row["name"], spread(row["speed"]), spread(row["times"])) for row in part["rows"]]
    return "## Length of documents\n\n" + _table(("documents", "", "MB/s", "time, cleankit article = 1"), rows)


def _html(known: Known) -> str:
    data = known.get("html")
    if not data:
        return ""
    a_page = data["bytes"] / data["items"]
    rows = [(f"`{n}`" if n in (CLEAN_HTML, CLEAN_HTML_META) else n, number(1e6 * row["speed"][0] / a_page), spread(row["speed"]), spread(row["times"])) for row in data["rows"] for n in (row["name"],)]
    return f"## HTML\n\n{_about(data)}\n\n" + _table(("", "pages/s", "MB/s of HTML", f"time, {TRAFILATURA} = 1"), rows)


def _length(known: Known) -> str:
    data = known.get("length")
    if not data:
        return ""
    rows = [
        (
            row["shape"], f"{row['length'] / 1e6:g} MB", row["preset"] + ("" if row["explain"] else ", no ledger"), number(row["seconds"]),
            number(row["length"] / row["seconds"] / 1e6), number(row["memory"] / row["length"]) if row["memory"] else "not known here",
        )
        for row in data["rows"]
    ]  # fmt: skip
    return (
        "## Very long documents\n\nMade-up ASCII text of which no line comes twice, each document once and in a process of its own. Memory: the most the process\n"
        "held, over what it held with the rules compiled, the models loaded and before the text was read, as a multiple of the document.\n\n"
        + _table(("shape", "length", "preset", "s", "MB/s", "memory"), rows)
        + "\n![Time against length](length.svg)\n"
    )


def _start(known: Known) -> str:
    data = known.get("start")
    if not data:
        return ""
    rows = [(kind, spread(row["import"]), spread(row["first"]), number(row["import_clock"][0] + row["first_clock"][0]), spread(row["rest"])) for kind, row in data["rows"].items()]
    return (
        "## Start\n\nNew processes, all rules of all installed plugins. *first ever*: no cache of rules yet. A pattern is compiled when a\n"
        "line first needs it; *all other patterns* is what that comes to, spread over the first thousands of texts.\n\n"
        + _table(("", "import, s", "first text, s", "both, seconds of the clock", "all other patterns, s"), rows)
    )


def _workers(known: Known) -> str:
    data = known.get("workers")
    if not data:
        return ""
    rows = [(str(row["workers"]), spread(row["speed"]), spread(row["gain"])) for row in data["rows"]]
    return (
        "## Workers\n\n`clean_many`, seconds of the clock. Two plain loops side by side, in the same rounds, gained "
        f"{spread(data['idle'])}: more than that no two workers can.\n\n"
        + _table(("workers", "MB/s", "gain"), rows)
        + "\n![Speed against workers](workers.svg)\n"
    )


def _profiles(known: Known) -> str:
    data = known.get("profiles")
    if not data:
        return ""
    text = "## Where the time goes\n\nShares of the samples, everything warm. What libraries take counts for the function of cleankit that called them.\n"
    for preset, found in data["presets"].items():
        modules = "; ".join(f"`{name}` {share:.0%}" for name, share in found["modules"] if share >= 0.01)
        functions = [(f"`{name.split(': ')[0]}`", f"`{name.split(': ')[1]}`", f"{share:.1%}") for name, share in found["functions"][:12]]
        text += f"\n### {preset}\n\n{modules}\n\n" + _table(("module", "function", "share"), functions)
    return text


def _callgrind(known: Known) -> str:
    data = known.get("callgrind")
    if not data:
        return ""
    own = next(row["per_byte"] for row in data["rows"] if row["name"] == "cleankit article")
    rows = [(row["name"], number(row["per_byte"]), number(row["per_byte"] / own)) for row in data["rows"]]
    return (
        f"## Instructions\n\nCounted by callgrind on {data['bytes']:,} bytes of articles, everything warm: hardly a busy machine's business.\n\n"
        + _table(("", "instructions a byte", "cleankit article = 1"), rows)
    )


def _machine(known: Known) -> str:
    if not known:
        return ""
    one = next(iter(known.values()))
    rows = [(name, data["machine"]["at"], ", ".join(map(str, data["machine"]["load"] or ()))) for name, data in known.items() if "machine" in data]
    rows += [("documents", part["machine"]["at"], ", ".join(map(str, part["machine"]["load"] or ()))) for kind, part in known.get("documents", {}).items() if kind == "very long"]
    machine = one["machine"] if "machine" in one else one["short"]["machine"]
    packages = ", ".join(f"{name} {version}" for name, version in one["versions"].items())
    return (
        f"## Machine\n\n{machine['cpu']}, {machine['cores']} cores, {machine['system']}; {machine['python']}; {packages}.\n\n"
        + _table(("experiment", "ended", "load over 1, 5, 15 minutes"), rows)
    )

