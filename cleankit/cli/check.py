"""`cleankit check`: everything that is wrong with rule files or a plugin, at once."""

from __future__ import annotations

import contextlib
import json
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from cleankit.testing._kit import rule_id_of

if TYPE_CHECKING:
    from cleankit.cli._project import Project
    from cleankit.matchers import PatternRule
    from cleankit.plugins import Registry
    from cleankit.testing import Finding

__all__ = ["command"]


class _Problem(NamedTuple):
    """What is wrong, and where. `level` is `problem` or, for what is only worth knowing, `note`."""

    file: str
    line: int | None
    column: int | None
    rule: str
    message: str
    hint: str
    level: str = "problem"


@click.command("check", epilog="Exit codes: 0 nothing is wrong, 1 something is, 2 the call was wrong.")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path), required=True)
@click.option("--pool/--no-pool", default=True, help="Also run their keeps through the whole presets, and all other rules' keeps through them.")
@click.option("--notes/--no-notes", default=True, help="Also tell what is no mistake: overlap with other rules, slow patterns.")
@click.option(
    "--against", type=click.Path(exists=True, path_type=Path), multiple=True, metavar="PATH",
    help="Show what they would take from these texts (a file, folder or JSON lines; repeatable).",
)  # fmt: skip
@click.option(
    "--format",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
    help="How to print what is wrong.",
)
def command(paths: tuple[Path, ...], pool: bool, notes: bool, against: tuple[Path, ...], format: str) -> None:
    """Check rule files, folders of them, or the project of a plugin, all at once.

    Schema, examples and keeps; the keeps through every preset; the keeps of all other rules and, in a checkout, the bodies
    of its corpus samples; names that clash; how the work of patterns grows, words that they need, what other rules take too.
    Of a project (a folder with a `pyproject.toml` that has an entry point of the group cleankit) also: that the plugin loads and
    keeps to the protocol, its rules in Python, and that it gives out all its rule files.
    """
    from cleankit.cli._project import project_at
    from cleankit.errors import PluginError

    try:
        projects = {p: found for p in paths if p.is_dir() and (found := project_at(p))}
    except PluginError as error:
        raise click.UsageError(str(error)) from error
    plain = [p for p in paths if p not in projects]
    files = sorted({f for p in plain for f in (p.rglob("*.toml") if p.is_dir() else [p])})
    problems: list[_Problem] = []
    for project in projects.values():
        given, wrong_there = _plugin(project)
        files += given
        problems += wrong_there
    problems = [*_problems(files, pool, notes), *problems]
    if against:
        problems += _against(files, against)
    if format == "json":
        click.echo(json.dumps([p._asdict() for p in problems], ensure_ascii=True, indent=2))
    else:
        lines = map(_github, problems) if format == "github" else _texts(problems)
        for line in lines:
            click.echo(line, err=format == "text")
    wrong = sum(p.level == "problem" for p in problems)
    click.echo(f"{len(files)} files checked, {wrong} problems" + (f", {len(problems) - wrong} notes" if len(problems) > wrong else ""), err=True)
    sys.exit(1 if wrong else 0)


def _plugin(project: Project) -> tuple[list[Path], list[_Problem]]:
    """The rule files that a plugin gives, and what is wrong with it beside them."""
    from cleankit.cli._project import clash, load, rule_files
    from cleankit.errors import PluginError
    from cleankit.testing import check_plugin

    def problem(message: str, hint: str = "", file: Path = project.file) -> _Problem:
        return _Problem(str(file), None, None, project.name, message, hint)

    try:
        plugin = load(project)
        files = rule_files(plugin)
    except PluginError as error:
        return [], [problem(str(error))]
    package = Path(getattr(sys.modules.get(project.value.partition(":")[0].strip()), "__file__", None) or project.file).parent
    lost = sorted(set(package.rglob("rules/*/*.toml")) - set(files))
    problems = [problem(f"{other}, which is installed, claims the name {project.name} too", "rename the entry point")] if (other := clash(project)) else []
    problems += [problem("no hook gives out this file", "cleankit_rule_files has to name the folder it lies in", f) for f in lost]
    if any(_unreadable(f) for f in files):
        return files, problems  # told with the files; the plugin does not load before they are mended
    known = {rule_id_of(f) for f in files}
    found = check_plugin(plugin, name=project.name, whole=False)
    # the proof of the files is told with them
    return files, problems + [_of(f, str(project.file)) for f in found if f.rule.removeprefix(f"{project.name}/") not in known]


def _unreadable(file: Path) -> bool:
    from cleankit.errors import RuleError
    from cleankit.rulefile import load_rule

    try:
        load_rule(file, rule_id_of(file))
    except RuleError:
        return True
    return False


def _problems(files: Sequence[Path], pool: bool, notes: bool) -> Iterable[_Problem]:
    from cleankit.errors import RuleError
    from cleankit.plugins import load_registry
    from cleankit.rulefile import load_rule
    from cleankit.testing import check_pool, check_rule
    from cleankit.testing._breadth import check_bodies, check_growth, check_literals, check_overlap, check_spares

    rules: dict[str, PatternRule] = {}
    place: dict[str, str] = {}
    for file in files:
        name = rule_id_of(file)
        if name in place:
            yield _Problem(str(file), None, None, name, f"the id {name} is that of {place[name]} too", "rename one of the files")
            continue
        place[name] = str(file)
        try:
            rules[name] = load_rule(file, name)
        except RuleError as error:
            yield _Problem(str(file), error.line, error.column, name, error.message, error.hint)
    own = {rule_id_of(f) for f in files if _is_built_in(f)}
    known = {i: r for i, r in _known(files, load_registry(())).items() if i not in own}
    installed = {i: r for i, r in _known(files, load_registry()).items() if i not in own}
    spaced = {f for f in files if any((p / "__init__.py").exists() for p in f.resolve().parents[:4])}  # a plugin's: under a namespace
    for name, rule in rules.items():
        for key in ("summary", "why", "misfires"):
            if getattr(rule.info, key).startswith("TODO"):
                yield _Problem(place[name], None, None, name, f"`{key}` is as `cleankit new rule` left it", "say it in words, for those who read the rule later")
        yield from (_of(finding, place[name]) for finding in check_rule(rule))
        grown, slow = check_growth(rule)
        yield from (_of(finding, place[name]) for finding in grown)
        if name in known and Path(place[name]) not in spaced:
            yield _Problem(place[name], None, None, name, f"the id {name} is that of a built-in rule", "rename the file")
        if notes:
            others = (r for r in installed.values() if not r.info.id.endswith(f"/{name}"))  # installed under a namespace, it is itself
            told = [*slow, *check_literals(rule), *check_overlap(rule, others)]
            yield from (_Problem(place[name], None, None, name, text, "", "note") for text in told)
    if pool and rules:
        for finding in check_pool((i, k.text) for i, r in rules.items() for k in r.keeps):
            owner = next((i for i in place if f"keep of {i} " in finding.law), "")
            yield _of(finding, place.get(owner, ""))
        listed = list(rules.values())
        spared = [(r.info.id, k.text) for r in known.values() for k in r.keeps]
        broad = check_spares(listed, spared) + check_bodies(listed, _bodies(files))
        yield from (_of(finding, place.get(finding.rule, "")) for finding in broad)


def _known(files: Iterable[Path], registry: Registry) -> dict[str, PatternRule]:
    """The rules that are there already, without those that are checked."""
    from cleankit.matchers import PatternRule

    checked = {str(f.resolve()) for f in files}
    rules = registry.rules.values()
    return {r.info.id: r for r in rules if isinstance(r, PatternRule) and str(Path(r.file).resolve()) not in checked}


def _is_built_in(file: Path) -> bool:
    """Whether a file is one of cleankit's own rules in a checkout: that which is installed has it too, elsewhere."""
    root = file.resolve().parents[rule_id_of(file).count("/") + 1]
    try:
        return bool(tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["name"] == "cleankit-text")
    except (OSError, ValueError, KeyError):
        return False


def _bodies(files: Iterable[Path]) -> dict[str, str]:
    """The clean texts of the corpus samples, where the files lie in a checkout that has some."""
    for file in files:
        for parent in file.resolve().parents:
            samples = sorted((parent / "corpus_samples").glob("*/clean.txt"))
            if samples and (parent / "pyproject.toml").exists():
                return {f"sample {s.parent.name}": s.read_text(encoding="utf-8") for s in samples}
    return {}


#: Removals that are shown; the rest is only counted.
_SHOWN = 40


def _against(files: Sequence[Path], against: Sequence[Path]) -> list[_Problem]:
    """What the rules would take from somebody's texts, as notes: what looks like prose first."""
    from cleankit.cleaner import Cleaner
    from cleankit.cli._inputs import read_texts
    from cleankit.errors import RuleError
    from cleankit.rulefile import load_rule
    from cleankit.testing._breadth import removals

    rules = []
    for file in files:
        with contextlib.suppress(RuleError):  # told already
            rules.append(load_rule(file, rule_id_of(file)))
    names, bad = list[str](), list[str]()

    def texts() -> Iterator[tuple[str, str]]:
        cleaner = Cleaner(plugins=())
        for given in read_texts(against, lambda page: cleaner.extract(page).text, bad):
            names.append(given.name)
            yield given.name, given.text

    found = removals(rules, texts())
    prose = sum(r.prose for r in found)
    out = [
        _Problem(r.name, r.line, None, r.rule, f"would take{', though it looks like prose' if r.prose else ''}: {shown(r.text)}", "", "note")
        for r in found[:_SHOWN]
    ]
    total = f"would take {len(found)} pieces from {len({r.name for r in found})} of {len(names)} texts; {prose} look like prose"
    total += f"; the first {_SHOWN} are shown" if len(found) > _SHOWN else ""
    unread = [_Problem(str(against[0]), None, None, "", f"a text cannot be read: {message}", "") for message in bad]
    return [*out, *unread, _Problem(str(against[0]), None, None, "", total, "", "note")]


def shown(text: str) -> str:
    """A piece of text on one line, shortened."""
    from cleankit.cli._draw import visible

    line = " ⏎ ".join(text.split("\n"))
    return visible(line if len(line) <= 160 else line[:157] + "…")


def _of(finding: Finding, file: str) -> _Problem:
    return _Problem(finding.file or file, None, None, finding.rule, f"{finding.law}\n    {finding.text}", finding.hint)


#: Problems of one kind that are told of a file; the rest is counted. A rule that is too broad takes hundreds of keeps.
_TOLD = 8


def _texts(problems: Sequence[_Problem]) -> Iterator[str]:
    """For people: the first few of each kind of problem of a file."""
    alike = Counter((p.file, p.hint) for p in problems if p.hint)
    told: Counter[tuple[str, str]] = Counter()
    for problem in problems:
        kind = problem.file, problem.hint
        told[kind] += 1
        if not problem.hint or told[kind] <= _TOLD:
            yield _text(problem)
        if problem.hint and told[kind] == _TOLD < alike[kind]:
            yield f"{problem.file}: … and {alike[kind] - _TOLD} more like these; --format json has them all"


def _text(problem: _Problem) -> str:
    place = ":".join(str(p) for p in (problem.file, problem.line, problem.column) if p)
    rule = "" if problem.rule in ("", rule_id_of(Path(problem.file))) else f" [{problem.rule}]"
    note = "note: " if problem.level == "note" else ""
    return f"{place}:{rule} {note}{problem.message}" + (f"\n    help: {problem.hint}" if problem.hint else "")


def _github(problem: _Problem) -> str:
    """A workflow command, which annotates the line in a pull request."""
    where = f"file={problem.file},line={problem.line or 1}" + (f",col={problem.column}" if problem.column else "")
    message = problem.message + (f"\nhelp: {problem.hint}" if problem.hint else "")
    escaped = message.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return f"::{'notice' if problem.level == 'note' else 'error'} {where},title={problem.rule}::{escaped}"
