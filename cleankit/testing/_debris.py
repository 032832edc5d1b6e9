"""Debris as the rules' own examples show it, and how it is woven into a body."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from cleankit.guard import protect
from cleankit.matchers import PatternRule, line_facts
from cleankit.rule import OPTIONS, Rule, Stage
from cleankit.testing._proof import visible_lines
from cleankit.testing._texts import SCRIPTS

__all__ = ["Body", "Debris", "Woven", "debris_of", "squeezed", "weave"]

_SCRIPT_OF = {
    **dict.fromkeys(("ru", "uk", "be", "bg", "sr", "mk", "kk", "mn"), "cyrillic"),
    **dict.fromkeys(("ar", "fa", "ur", "ps", "ckb"), "arabic"),
    **dict.fromkeys(("hi", "mr", "ne", "sa"), "devanagari"),
    **dict.fromkeys(("zh", "ja", "ko"), "cjk"),
}


@dataclass(frozen=True, slots=True)
class Body:
    """A text that has to survive. `kind` is what it is: prose, verse, recipe, table, code, q&a, list, markdown."""

    kind: str
    script: str
    text: str

    @property
    def blocks(self) -> tuple[str, ...]:
        """What stands between blank lines."""
        return tuple(self.text.strip("\n").split("\n\n"))

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines that are not blank, white space inside them collapsed."""
        return tuple(squeezed(line) for line in self.text.split("\n") if line.strip())


@dataclass(frozen=True, slots=True)
class Debris:
    """Lines that a rule takes, by one of its examples; `left` is what the example leaves of them (inline rules)."""

    rule: str
    lines: tuple[str, ...]
    left: tuple[str, ...] = ()
    at: str = "any"
    script: str = ""  # empty: any
    url: str | None = None
    options: Mapping[str, object] = field(default_factory=dict, hash=False)
    prose: float = 0.0  # words of it that look like prose: what a rule may take of a text is limited

    @property
    def text(self) -> str:
        """The lines as they are woven in."""
        return "\n".join(self.lines)


@dataclass(frozen=True, slots=True)
class Woven:
    """A body with debris in it, and how to clean it so that the debris' rules speak."""

    body: Body
    debris: tuple[Debris, ...]
    text: str
    url: str | None = None
    options: Mapping[str, object] = field(default_factory=dict, hash=False)


def squeezed(text: str) -> str:
    """A text without white space at its ends and with single spaces inside."""
    return " ".join(text.split())


def debris_of(rules: Iterable[Rule]) -> tuple[Debris, ...]:
    """What the examples of stable, removing rules show to be debris, by rule."""
    return tuple(d for rule in rules if isinstance(rule, PatternRule) for d in _of_rule(rule))


def _of_rule(rule: PatternRule) -> Iterable[Debris]:
    info = rule.info
    if info.status != "stable" or info.effect != "remove" or not info.stage.strips:
        return
    options = {info.unless: False} if info.unless and OPTIONS.get(info.unless) else {}
    base = Debris(
        info.id, (), at=rule.at, script=_SCRIPT_OF.get(info.langs[0], "latin") if info.langs else "",
        url=f"https://{info.sites[0]}/a" if info.sites else None, options=options,
    )  # fmt: skip
    for example in rule.examples:
        for lost, left in _runs(visible_lines(example.before), visible_lines(example.after)):
            alone = [line for line in lost if rule.hits(0, line_facts(line))]
            at = rule.at
            if info.stage is Stage.SECTIONS and (len(lost) > 1 or line_facts(lost[0]).mark == "heading"):
                at = "tail"  # elsewhere only the marker goes, and not as a heading over prose
            groups = [(line,) for line in lost] if len(alone) == len(lost) and not left else [tuple(lost)]
            for group in groups:
                yield replace(base, lines=group, left=tuple(left), at=at, prose=sum(_prose_words(line) for line in group))


def _prose_words(line: str) -> float:
    return line_facts(line).words if protect(line) else 0.0


def _runs(before: Sequence[str], after: Sequence[str]) -> Iterable[tuple[list[str], list[str]]]:
    """Runs of neighbouring lines that changed, with what is left of them."""
    rest = list(after)
    lost: list[str] = []
    left: list[str] = []
    for line in before:
        if line in rest:
            k = rest.index(line)
            left += rest[:k]
            del rest[: k + 1]
            if lost:
                yield lost, left
            lost, left = [], []
        else:
            lost.append(line)
    if lost:
        yield lost, left + rest


def weave(body: Body, placed: Iterable[tuple[Debris, int, bool]]) -> Woven:
    """Put debris into a body: before which of its blocks each piece stands, and whether blank lines part it from them.

    With as many blocks as `k`, the piece stands at the end. A piece that only speaks under an option or at a URL brings it
    along.
    """
    pieces = list(placed)
    blocks = body.blocks
    out: list[str] = []
    for k in range(len(blocks) + 1):
        here = [(d, apart) for d, at, apart in pieces if min(at, len(blocks)) == k]
        for d, apart in here:
            if out:
                out.append("\n\n" if apart or k == len(blocks) else "\n")
            out.append(d.text)
        if k < len(blocks):
            if out:
                out.append("\n\n" if not here or here[-1][1] else "\n")
            out.append(blocks[k])
    url = next((d.url for d, _, _ in pieces if d.url), None)
    options = {key: value for d, _, _ in pieces for key, value in d.options.items()}
    return Woven(body, tuple(d for d, _, _ in pieces), "".join(out) + "\n", url, options)


def scripts_of(debris: Debris) -> tuple[str, ...]:
    """The scripts of bodies that the debris may stand in."""
    return (debris.script,) if debris.script else tuple(SCRIPTS)
