"""Rules that were loaded and checked once, kept for the next start.

Reading, checking and compiling a thousand rule files takes seconds; what comes of it depends on their content alone. It is
kept as JSON in the user's cache folder under a hash of that content and of this version. A file that is not whole is not
used, writers never see each other's half-written files, and where nothing can be written nothing is kept.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Mapping
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from cleankit._version import __version__
from cleankit.document import fold_case
from cleankit.errors import RuleError
from cleankit.literals import Needed, Rarity, required_literals
from cleankit.matchers import Example, Keep, PatternRule
from cleankit.rule import RuleInfo, Stage
from cleankit.rulefile import find_rules, parse_rule

__all__ = ["cache_folder", "load_rules"]

#: Changed when what is kept changes its form.
FORM = "10"
#: Sets of rules that are kept; older ones are removed.
KEPT = 12


def cache_folder() -> Path | None:
    """Where loaded rules are kept: `CLEANKIT_CACHE`, else the user's cache folder; None where `CLEANKIT_CACHE` is empty."""
    given = os.environ.get("CLEANKIT_CACHE")
    if given is not None:
        return Path(given) if given else None
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA")
    else:
        base = os.environ.get("XDG_CACHE_HOME")
    try:
        return (Path(base) if base else Path.home() / ".cache") / "cleankit"
    except RuntimeError:
        return None


def load_rules(root: Traversable, namespace: str = "") -> list[PatternRule]:
    """All rules below a folder, from the cache where it has them; `namespace` goes before their ids. Raises RuleError."""
    lead = f"{namespace}/" if namespace else ""
    files = [(path, lead + rule_id, path.read_bytes()) for path, rule_id in find_rules(root)]
    digest = hashlib.sha256(repr((FORM, __version__, sys.version_info[:2])).encode())
    for path, rule_id, content in files:
        digest.update(f"{rule_id}\0{path}\0{len(content)}\0".encode())
        digest.update(content)
    folder = cache_folder()
    place = folder / f"rules-{digest.hexdigest()[:40]}.json" if folder else None
    if place:
        kept = _read(place)
        if kept is not None:
            return kept
    rules = [parse_rule(_decode(content, str(path)), rule_id, str(path)) for path, rule_id, content in files]
    # What the rules must spare is text of all languages: literals that are rare in it narrow the search most.
    rarity = Rarity("\n" + "\n".join(fold_case(k.text) for rule in rules for k in rule.keeps))
    for rule in rules:
        if rule.pattern:
            rule.__dict__["needed"] = required_literals(rule.pattern, whole=rule.kind != "inline", rarity=rarity)
    if place:
        _write(place, rules)
    return rules


def _decode(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8").removeprefix("\ufeff").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise RuleError(f"the file is not UTF-8 (byte {error.start})", file=name, hint="save it as UTF-8") from None


def _read(place: Path) -> list[PatternRule] | None:
    """The rules of a cache file; None where it is not there, not whole or not ours."""
    try:
        check, _, payload = place.read_bytes().partition(b"\n")
        if hashlib.sha256(payload).hexdigest().encode() != check:
            return None
        return [_unpack(row) for row in json.loads(payload)]
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write(place: Path, rules: list[PatternRule]) -> None:
    """Write whole or not at all; a reader or another writer sees the old file or the new one."""
    payload = json.dumps([_pack(r) for r in rules], ensure_ascii=False, separators=(",", ":")).encode(
        "utf-8", "surrogatepass"
    )
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=place.parent, prefix=".rules-")
        with os.fdopen(handle, "wb") as f:
            f.write(hashlib.sha256(payload).hexdigest().encode() + b"\n" + payload)
        Path(name).replace(place)
        for old in sorted(place.parent.glob("rules-*.json"), key=lambda p: p.stat().st_mtime)[:-KEPT]:
            old.unlink(missing_ok=True)
    except OSError:
        return  # a read-only home is no reason not to clean


_INFO = (
    "id", "summary", "why", "effect", "status", "since", "confidence", "langs", "misfires", "reach", "unless", "yields", "sites", "about", "topic", "level",
)  # fmt: skip
_RULE = ("kind", "pattern", "phrases", "max_words", "at", "after", "replace", "meta", "cue", "weight", "file")


def _pack(rule: PatternRule) -> dict[str, Any]:
    return {
        "info": [getattr(rule.info, name) for name in _INFO],
        "stage": rule.info.stage.value,
        "rule": [getattr(rule, name) for name in _RULE],
        "examples": [[e.before, e.after] for e in rule.examples],
        "keeps": [[k.text, k.why] for k in rule.keeps],
        "folded": sorted(rule.folded),
        "needed": _pack_needed(rule.needed),
    }


def _unpack(row: Mapping[str, Any]) -> PatternRule:
    info = dict(zip(_INFO, map(_tuple, row["info"]), strict=True))
    rule = PatternRule(
        info=RuleInfo(stage=Stage(row["stage"]), **info),
        **dict(zip(_RULE, map(_tuple, row["rule"]), strict=True)),
        examples=tuple(Example(*e) for e in row["examples"]),
        keeps=tuple(Keep(*k) for k in row["keeps"]),
    )
    # what the cached properties would work out
    rule.__dict__["folded"] = frozenset(row["folded"])
    rule.__dict__["needed"] = _unpack_needed(row["needed"])
    return rule


def _pack_needed(needed: Needed) -> list[Any]:
    edges = [None if e is None else "".join(sorted(e)) for e in (needed.firsts, needed.lasts)]
    return [[[sorted(s) for s in branch] for branch in needed.branches], *edges, *needed[1:2], *needed[4:]]


def _unpack_needed(row: list[Any]) -> Needed:
    branches, firsts, lasts, exact, *rest = row
    return Needed(
        tuple(tuple(map(frozenset, branch)) for branch in branches), exact,
        None if firsts is None else frozenset(firsts), None if lasts is None else frozenset(lasts), *rest,
    )  # fmt: skip


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
