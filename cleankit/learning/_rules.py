"""What was learned, as ordinary rule files."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from cleankit.document import bare_text, fold
from cleankit.errors import InputError
from cleankit.learning._evidence import Evidence, LineEvidence, Place, place_of
from cleankit.matchers import PatternRule, line_facts
from cleankit.rulefile import parse_rule

__all__ = ["LearnedRules"]

_WHERE: Mapping[Place, str] = {
    "head": "before the text", "tail": "after the text", "edge": "around the text", "any": "anywhere on the page", "prose": "sentences",
}  # fmt: skip
#: What a keep is, where a site has no sentence to give.
_SENTENCES = (
    "The council met on Monday, and after a long debate its members agreed on a new budget for the harbour.",
    "Nobody in the room had expected the talks to go on for so long, but all of them stayed to the end.",
)


@dataclass(frozen=True)
class LearnedRules:
    """The furniture of sites, with its evidence. `spares` tells whether a text comes out of cleaning as it was: a keep
    has to, between two other paragraphs."""

    evidence: Evidence
    spares: Callable[[str], bool] | None = None

    def merge(self, other: LearnedRules) -> LearnedRules:
        """What was learned from both. Any order and grouping of merges gives the same rules; see `Evidence.merge`."""
        return LearnedRules(self.evidence.merge(other.evidence), self.spares or other.spares)

    @property
    def rules(self) -> tuple[PatternRule, ...]:
        """The rules, as a loader of the files would make them."""
        return tuple(parse_rule(text, rule_id) for rule_id, text in self._files.items())

    def to_toml(self) -> dict[str, str]:
        """The rule files, by the rule's id: `site/example-org/tail`."""
        return dict(self._files)

    def save(self, folder: str | Path, *, overwrite: bool = False) -> list[Path]:
        """Write the rule files below a folder. Raises InputError, and writes nothing, where one is there already."""
        targets = {Path(folder) / f"{rule_id}.toml": text for rule_id, text in self._files.items()}
        there = [str(p) for p in targets if p.exists()]
        if there and not overwrite:
            raise InputError(f"{there[0]} is there already, and may have been edited by hand; save elsewhere, or with overwrite=True")
        for path, text in targets.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        return list(targets)

    @cached_property
    def _files(self) -> dict[str, str]:
        seen: dict[tuple[str, Place], list[tuple[str, LineEvidence]]] = {}
        for (site, key), line in sorted(self.evidence.lines.items()):
            place = place_of(line, self.evidence.pages.get(site, 0), self.evidence.share)
            text = bare_text(line.low)
            if place and fold(text) == key and line_facts(text).bare == text:
                seen.setdefault((site, place), []).append((text, line))
        slugs = _slugs(site for site, _ in seen)
        return {f"site/{slugs[site]}/{place}": self._file(site, place, lines) for (site, place), lines in seen.items()}

    def _file(self, site: str, place: Place, lines: Sequence[tuple[str, LineEvidence]]) -> str:
        ordered = sorted(lines, key=lambda x: (-x[1].pages, x[0]))
        pages = self.evidence.pages[site]
        keeps = self._keeps(site, {fold(text) for text, _ in lines})
        where = site or "the pages"
        shown = [text for text, _ in ordered[:3]]
        before, after = _example(place, shown, keeps)
        most, least = ordered[0][1].pages, ordered[-1][1].pages
        seen = f"on {least} to {most}" if least < most else f"on {most}"
        rows = "\n".join(f"    {_quoted(text)},  # seen on {line.pages} of {pages} pages" for text, line in ordered)
        out = [
            f"summary    = {_quoted(f'Lines that the pages of {where} share, {_WHERE[place]}')}",
            'why        = "They stand on page after page, in the same place and order, whatever the text is about."',
            'stage      = "lines"',
            'since      = "0.1"',
            f"confidence = {0.9 if most >= 0.5 * pages else 0.8}",
            f"misfires   = {_quoted(f'A page where one of these lines is content; learned from {pages} pages, each line seen {seen} of them.')}",
        ]
        if place == "prose":
            out.append('reach      = "prose"')
        if site:
            out.append(f"sites      = [{_quoted(site)}]")
        out += ["", "[match]", f"phrases = [\n{rows}\n]"]
        if place in ("head", "tail", "edge"):
            out.append(f'at = "{place}"')
        out += ["", "[[example]]", f"before = {_block(before)}", f"after  = {_block(after)}"]
        for keep in keeps:
            why = "a sentence like any other" if keep in _SENTENCES else f"a sentence of {where} itself"
            out += ["", "[[keep]]", f"text = {_quoted(keep)}", f"why  = {_quoted(why)}"]
        return "\n".join(out) + "\n"

    def _keeps(self, site: str, folded: set[str]) -> list[str]:
        """Two sentences of the site that survive, those that share most words with what is taken first."""
        words = {w for phrase in folded for w in phrase.split()}
        own = [t for _, t in self.evidence.prose.get(site, ()) if fold(t) not in folded and (self.spares is None or self.spares("\n\n".join((_SENTENCES[0], t, _SENTENCES[1])) + "\n"))]
        nearest = sorted(own, key=lambda t: (-len(words & set(fold(t).split())), t))
        return [*nearest, *(s for s in _SENTENCES if fold(s) not in folded)][:2]


def _example(place: Place, shown: Sequence[str], keeps: Sequence[str]) -> tuple[str, str]:
    body = "\n\n".join(keeps)
    taken = "\n".join(shown)
    if place == "head":
        return f"{taken}\n\n{body}", body
    if place == "any":
        return f"{keeps[0]}\n\n{taken}\n\n{keeps[1]}", body
    return f"{body}\n\n{taken}", body


def _slugs(sites: Iterable[str]) -> dict[str, str]:
    """Hosts as parts of rules' ids: `example.org` is `example-org`; where two would be the same, a hash tells them apart."""
    plain = {site: _slug(site) for site in sorted(set(sites))}
    twice = {slug for slug, n in Counter(plain.values()).items() if n > 1}
    return {site: f"{slug}-{sha256(site.encode()).hexdigest()[:6]}" if slug in twice else slug for site, slug in plain.items()}


def _slug(site: str) -> str:
    try:
        site = site.encode("idna").decode()
    except UnicodeError:
        site = site.encode("punycode", "replace").decode("ascii", "replace")
    return re.sub(r"[^a-z0-9]+", "-", site.lower()).strip("-") or "any"


def _quoted(text: str) -> str:
    """A TOML string."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")


def _block(text: str) -> str:
    """A TOML string of several lines, as it stands where that is possible."""
    return f"'''{text}'''" if "'''" not in text and not text.endswith("'") and text.replace("\n", "").isprintable() else _quoted(text)
