"""What the kit offers beside the proof of single rules: cases for pytest, checks of plugins and of whole cleaners."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from importlib.resources.abc import Traversable
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from cleankit.cleaner import Cleaner
from cleankit.config import Config
from cleankit.document import Document, Extracted
from cleankit.engine import Engine
from cleankit.errors import PluginError, RuleError
from cleankit.matchers import PatternRule
from cleankit.plugins import GROUP, Registry, load_registry, registry_of
from cleankit.result import Result
from cleankit.rule import OPTIONS, Preset, Rule, RuleInfo, Stage
from cleankit.rulefile import find_rules, load_rule
from cleankit.spans import Cue, Edit
from cleankit.testing import _laws
from cleankit.testing._proof import Finding, check_example, check_keep, check_pool, check_rule

if TYPE_CHECKING:
    from _pytest.mark import ParameterSet

__all__ = ["Case", "assert_none", "cases", "check_cleaner", "check_plugin", "document"]


def assert_none(findings: Iterable[Finding]) -> None:
    """Raise AssertionError with all findings, written out, if there are any."""
    found = list(findings)
    assert not found, "\n".join(map(str, found))


def document(text: str, *, url: str | None = None, lang: str | None = None, options: Mapping[str, object] = OPTIONS) -> Document:
    """The document that a rule would be given for a text; for trying out rules in Python."""
    catch = _Catch()
    Engine([catch], Preset("document"), {**OPTIONS, **options}).clean(text, url=url, lang=lang)
    return catch.seen[0]


class _Catch:
    """A rule that proposes nothing and remembers what it was shown."""

    info = RuleInfo("testing/catch", "What rules are shown", Stage.CONTEXT)

    def __init__(self) -> None:
        self.seen: list[Document] = []

    def propose(self, doc: Document) -> Iterable[Edit | Cue]:
        self.seen.append(doc)
        return ()


# ---------------------------------------------------------------- cases for pytest


@dataclass(frozen=True, slots=True)
class Case:
    """One proof of a rule: its `number`th example or keep; or a file that is no rule (`error`)."""

    rule: PatternRule | None
    kind: str
    number: int = 0
    error: RuleError | None = None

    def findings(self) -> list[Finding]:
        """What the case finds wrong."""
        if self.rule is None:
            error = self.error
            assert error is not None
            place = ":".join(str(p) for p in (error.file, error.line, error.column) if p)
            return [Finding("", f"a rule file can be read: {error.message}", "", error.hint, place)]
        if self.kind == "example":
            return check_example(self.rule, self.rule.examples[self.number])
        return check_keep(self.rule, self.rule.keeps[self.number])

    def check(self) -> None:
        """Raise AssertionError, with the law broken and the text that breaks it, if something is wrong."""
        assert_none(self.findings())


def cases_of(rule: PatternRule) -> list[Case]:
    """The cases of one rule."""
    return [Case(rule, "example", k) for k in range(len(rule.examples))] + [Case(rule, "keep", k) for k in range(len(rule.keeps))]


def cases_in(path: Path | Traversable, rule_id: str = "") -> list[Case]:
    """The cases of one rule file; a single case that fails where it cannot be read."""
    try:
        return cases_of(load_rule(path, rule_id or rule_id_of(Path(str(path)))))
    except RuleError as error:
        return [Case(None, "file", error=error)]


def rule_id_of(file: Path) -> str:
    """The id of a rule file: its path below the nearest folder `rules`, else its folder and name."""
    parts = file.resolve().with_suffix("").parts
    k = max((k for k, part in enumerate(parts[:-1]) if part == "rules"), default=len(parts) - 3)
    return "/".join(parts[k + 1 :])


def cases(rules: str | Path | Traversable | Iterable[Rule]) -> list[ParameterSet]:
    """All examples and keeps of a folder of rule files, or of rules, as parameters for pytest.

    >>> @pytest.mark.parametrize("case", cases("my_plugin/rules"))   # doctest: +SKIP
    ... def test_rules(case): case.check()
    """
    import pytest

    found: list[tuple[str, Case]] = []
    if isinstance(rules, (str, Path)) or not isinstance(rules, Iterable):
        folder = Path(rules) if isinstance(rules, str) else rules
        found = [(rule_id, case) for path, rule_id in find_rules(folder) for case in cases_in(path, rule_id)]
    else:
        found = [(r.info.id, case) for r in rules if isinstance(r, PatternRule) for case in cases_of(r)]
    return [pytest.param(case, id=f"{rule_id}-{case.kind}-{case.number + 1}") for rule_id, case in found]


# ---------------------------------------------------------------- plugins


def check_plugin(plugin: str | ModuleType | object, *, name: str = "", whole: bool = True, examples: int = 20) -> list[Finding]:
    """What is wrong with a plugin: that it loads, its rules, presets and extractors, and the laws with its rules running.

    Takes an entry point's name, or the plugin itself (a module or object), whose namespace is then `name`. `whole=False`
    leaves out the runs of the whole presets, which take some seconds.
    """
    names, registry = _registry(plugin, name)
    own = next((p for p in registry.plugins if p.name == names), None)
    if own is None:
        return [Finding(names, "a plugin is installed under its name", names, f"is there an entry point of the group {GROUP!r}?")]
    if own.error:
        return [Finding(names, "a plugin loads", own.error, "the message is that of its own code or of the protocol it breaks")]
    rules = [r for i, r in registry.rules.items() if i.startswith(f"{names}/")]
    found = [f for r in rules for f in check_rule(r)]
    found += [f for r in rules if not isinstance(r, PatternRule) for f in check_python_rule(r)]
    found += [f for key, extractor in registry.extractors.items() if registry.owners.get(key) for f in _check_extractor(key, extractor)]
    if found or not whole:
        return found
    pool = [(r.info.id, k.text) for r in rules if isinstance(r, PatternRule) for k in r.keeps]
    found += check_pool(pool) if isinstance(plugin, str) else []
    return found + check_cleaner(Cleaner.from_config(Config(), registry), examples=examples)


def _registry(plugin: str | object, name: str) -> tuple[str, Registry]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if isinstance(plugin, str):
            try:
                return plugin, load_registry((plugin,))
            except PluginError:
                return plugin, Registry()
        chosen = name or str(getattr(plugin, "__name__", type(plugin).__name__)).rpartition(".")[2].removeprefix("cleankit_").replace("_", "-").lower()
        return chosen, registry_of([(chosen, plugin)])


#: What every Python rule is tried on.
HARD_TEXTS: tuple[str, ...] = (
    "", "\n", " \n\t\n", "\x00\ud800\u202e\n", "a" * 5000, "#\n" * 50, "[vc_row]" * 20, "Share\nShare\nShare", "| a | b |\n" * 9,
    "The council met on Monday, and after a long debate its members agreed on a new budget.\n\nShare\n\n" * 4, "他从来没有见过冰川，但是从叔叔的来信里知道春天的冰会发出什么声音。\n" * 3,
)  # fmt: skip


def check_python_rule(rule: Rule, texts: Iterable[str] = ()) -> list[Finding]:
    """What is wrong with a rule in Python: it never raises, keeps to the protocol, gives the same for the same document.

    `texts` are some on which it has something to say: what it proposes can only be judged there.
    """
    found: list[Finding] = []
    for text in (*HARD_TEXTS, *texts):
        doc = document(text)
        shown = repr(text if len(text) < 80 else text[:77] + "…")
        try:
            first, second = list(rule.propose(doc)), list(rule.propose(document(text)))
        except Exception as error:
            found.append(Finding(rule.info.id, f"a rule never raises; this one raised {type(error).__name__}: {error}", shown))
            continue
        if first != second:
            found.append(Finding(rule.info.id, "a rule is a pure function of the document", shown, "no state, no randomness, no sets as order"))
        for p in first:
            why = _breach(rule, p, doc)
            if why:
                found.append(Finding(rule.info.id, why, shown))
    return found


def _breach(rule: Rule, proposal: Any, doc: Document) -> str:
    if not isinstance(proposal, (Edit, Cue)):
        return f"propose() gives Edit and Cue only, not {type(proposal).__name__}"
    if not 0 <= proposal.span.start <= proposal.span.end <= len(doc.text):
        return f"spans lie inside the text: {tuple(proposal.span)} in {len(doc.text)} characters"
    before = doc.text[proposal.span.start : proposal.span.end]
    if isinstance(proposal, Edit) and not rule.info.stage.may_put(before, proposal.replacement):
        return f"a rule of stage {rule.info.stage.value} only deletes; it proposed {proposal.replacement!r}"
    return ""


def _check_extractor(name: str, extractor: Any) -> list[Finding]:
    found = []
    for html in ("", "<p>", b"\xff\xfe<p>a", "<html><body><p>The council met on Monday.</p></body></html>"):
        try:
            got = extractor(html, None)
        except Exception as error:
            found.append(Finding(name, f"an extractor never raises; this one raised {type(error).__name__}: {error}", repr(html)))
            continue
        if not isinstance(got, Extracted):
            found.append(Finding(name, f"an extractor gives Extracted, not {type(got).__name__}", repr(html)))
        elif any(not 0 <= b.span.start <= b.span.end <= len(got.text) for b in got.blocks):
            found.append(Finding(name, "blocks lie inside the extracted text", repr(html)))
    return found


# ---------------------------------------------------------------- cleaners


def broken_laws(cleaner: Cleaner, text: str, *, url: str | None = None) -> list[Finding]:
    """The laws that a cleaner breaks on one text."""
    result: Result = cleaner.clean(text, url=url)
    return [Finding(cleaner.config.preset, law, why) for law, check in _laws.LAWS.items() if (why := check(cleaner, result, url))]


def check_cleaner(cleaner: Cleaner, *, examples: int = 50) -> list[Finding]:
    """The laws that a cleaner breaks, each with the smallest text found that shows it.

    Tries `examples` texts of each kind (bodies, woven, hostile) in five scripts; needs hypothesis.
    """
    from hypothesis import HealthCheck, Phase, given, settings

    from cleankit.testing import strategies

    found: dict[str, Finding] = {}
    smallest: dict[str, str] = {}
    quiet = settings(
        max_examples=examples, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink), report_multiple_bugs=False,
    )  # fmt: skip
    for strategy in (strategies.hostile(), strategies.bodies().map(lambda b: b.text), strategies.woven().map(lambda w: w.text)):

        def try_one(text: str) -> None:
            for finding in broken_laws(cleaner, text):
                if finding.law not in found or len(text) < len(smallest[finding.law]):
                    found[finding.law] = replace(finding, text=f"{finding.text}\n    on {text!r}")
                    smallest[finding.law] = text
                raise _BrokenLaw(finding.law)

        try:
            quiet(given(strategy)(try_one))()
        except _BrokenLaw:
            continue
    return list(found.values())


class _BrokenLaw(Exception):
    """Tells hypothesis that a text breaks a law."""
