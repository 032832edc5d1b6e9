"""The plugin host: a bad plugin harms nothing but itself, names have one owner, and a worker with other plugins says so.

The plugins here are real distributions, laid out as `pip` lays them out, in a folder of the test's own.
"""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent

import pytest

import cleankit
from cleankit import Cleaner, InputError, PluginError, PluginMismatch, RuleError
from cleankit.plugins import PluginWarning, Registry, load_registry, registry_of

BODY = "The council met on Monday, and after a long debate its members agreed on a new budget for the harbour."

RULE_FILE = """
summary = "Stars"
why = "A widget."
stage = "lines"
since = "0.1"
confidence = 0.9
misfires = "None known."
[match]
phrases = ["five stars"]
[[example]]
before = '''Five stars
The council met on Monday.'''
after = "The council met on Monday."
[[keep]]
text = "Five stars shone over the harbour."
why = "a sentence"
"""

#: A plugin with one rule in Python, `shout`, that takes lines of `XYZ`.
GOOD = """
from cleankit import Cue, Edit, RuleInfo, Span, Stage, hookimpl

class Shout:
    info = RuleInfo("noise/shout", "A cry", Stage.LINES)
    def propose(self, doc):
        return [Edit(line.span, "", "a cry") for line in doc.lines if line.bare == "XYZ"]

@hookimpl
def cleankit_rules():
    return [Shout()]
"""

Install = Callable[..., None]


@pytest.fixture(autouse=True)
def few_builtin_rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """One rule file stands for the built-in thousand, and nothing is remembered from test to test."""
    folder = tmp_path / "builtin"
    (folder / "widget").mkdir(parents=True)
    (folder / "widget" / "stars.toml").write_text(RULE_FILE, encoding="utf-8")
    monkeypatch.setattr("cleankit.builtin.rules_folder", lambda: folder)
    monkeypatch.setenv("CLEANKIT_CACHE", "")
    load_registry.cache_clear()
    yield
    load_registry.cache_clear()


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    folder.mkdir()
    return folder


@pytest.fixture
def install(site: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Puts a distribution with one plugin on the path."""
    monkeypatch.syspath_prepend(site)
    installed: set[str] = set()

    def put(name: str, code: str, *, dist: str = "", module: str = "", version: str = "1.0") -> None:
        dist, module = dist or f"cleankit-{name}", module or f"plugin_{name}_{len(installed)}_{abs(hash(site))}"
        installed.add(module)
        (site / f"{module}.py").write_text(dedent(code), encoding="utf-8")
        info = site / f"{dist.replace('-', '_')}-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {dist}\nVersion: {version}\n", encoding="utf-8")
        (info / "entry_points.txt").write_text(f"[cleankit]\n{name} = {module}\n", encoding="utf-8")

    return put


def errors(registry: Registry) -> dict[str, str]:
    return {p.name: p.error for p in registry.plugins if p.error}


# ---- a good one ----


def test_a_plugin_is_found_and_its_rules_carry_its_name(install: Install) -> None:
    install("crier", GOOD, version="3.1")
    registry = load_registry(("crier",))
    assert {p.name: (p.distribution, p.version, p.rules) for p in registry.plugins}["crier"] == (
        "cleankit-crier",
        "3.1",
        1,
    )
    assert "crier/noise/shout" in registry.rules
    assert "widget/stars" in registry.rules, "the built-in rules carry none"
    result = Cleaner(plugins=["crier"]).clean(f"{BODY}\n\nXYZ\n\nFive stars\n")
    assert result.text == f"{BODY}\n"
    assert {c.rule for c in result.changes if c.before.strip()} == {"crier/noise/shout", "widget/stars"}


def test_a_plugin_may_bring_files_presets_and_extractors(install: Install, tmp_path: Path) -> None:
    folder = tmp_path / "their-rules"
    (folder / "widget").mkdir(parents=True)
    (folder / "widget" / "stars.toml").write_text(RULE_FILE.replace("five stars", "six stars"), encoding="utf-8")
    install(
        "full",
        f"""
        from pathlib import Path
        from cleankit import Extracted, Preset, hookimpl

        @hookimpl
        def cleankit_rule_files():
            return [Path({str(folder)!r})]

        @hookimpl
        def cleankit_presets():
            return [Preset("gentle", "Nothing but stars", select=("full",))]

        @hookimpl
        def cleankit_extractors():
            return {{"upper": lambda html, url=None: Extracted(html.upper())}}
        """,
    )
    cleaner = Cleaner("gentle", plugins=["full"])
    assert cleaner.rule_ids == ("full/widget/stars",)
    assert cleaner.clean("Five stars\nSix stars\nTen lines.").text.split("\n")[0] == "Five stars"
    assert cleaner.extract("abc", extractor="upper").text == "ABC"


# ---- bad ones ----

BAD = {
    "raises at import": ("raise RuntimeError('no spam today')", "RuntimeError: no spam today"),
    "raises a SystemExit-like error at import": ("import spam_that_nobody_has", "ModuleNotFoundError"),
    "raises at registration": (
        GOOD.replace("return [Shout()]", "raise ValueError('no rules today')"),
        "ValueError: no rules today",
    ),
    "raises while its rules are read": (
        GOOD.replace("return [Shout()]", "yield Shout()\n    raise ValueError('no more')"),
        "ValueError: no more",
    ),
    "ends the program at import": ("raise SystemExit(3)", "SystemExit: 3"),
    "describes a rule wrongly": (
        GOOD.replace("Stage.LINES", "'lines'").replace("stage=Stage.LINES", "stage='lines'"),
        "stage is 'lines', not one of cleankit.Stage",
    ),
    "misspells a hook": (GOOD.replace("def cleankit_rules", "def cleankit_rulez"), "cleankit_rulez"),
    "asks for an argument that there is not": (
        GOOD.replace("def cleankit_rules()", "def cleankit_rules(config)"),
        "config",
    ),
    "implements nothing": ("x = 1", "implements no hook"),
    "gives no rules": (GOOD.replace("return [Shout()]", "return [Shout]\n\ndel Shout.info"), "no RuleInfo"),
    "gives one id twice": (GOOD.replace("return [Shout()]", "return [Shout(), Shout()]"), "noise/shout"),
    "gives no preset": (GOOD + "\n@hookimpl\ndef cleankit_presets():\n    return ['article']\n", "not Preset"),
    "has a folder that is not there": (
        GOOD
        + "\nfrom pathlib import Path\n@hookimpl\ndef cleankit_rule_files():\n    return [Path('/no/such/folder')]\n",
        "FileNotFoundError",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_a_broken_plugin_is_skipped_with_one_warning_and_harms_no_other(case: str, install: Install) -> None:
    code, says = BAD[case]
    install("ill", code, version="2.7")
    install("crier", GOOD)
    with pytest.warns(PluginWarning) as caught:
        registry = load_registry(("crier", "ill"))
    assert len(caught) == 1
    message = str(caught[0].message)
    for part in ("'ill'", "cleankit-ill 2.7", f"cleankit {cleankit.__version__}", says, "Update or uninstall"):
        assert part in message
    assert says in errors(registry)["ill"]
    assert "crier/noise/shout" in registry.rules
    assert not any(i.startswith("ill/") for i in registry.rules)
    assert [name for name, _, _ in registry.lock] == ["builtin", "crier"], "what did not load is not in the lock"


def test_a_wrong_rule_file_of_a_plugin_is_named_with_its_line(install: Install, tmp_path: Path) -> None:
    folder = tmp_path / "their-rules" / "widget"
    folder.mkdir(parents=True)
    (folder / "stars.toml").write_text(RULE_FILE.replace("phrases", "phrase"), encoding="utf-8")
    install(
        "ill",
        f"from pathlib import Path\nfrom cleankit import hookimpl\n@hookimpl\ndef cleankit_rule_files():\n    return [Path({str(folder.parent)!r})]\n",
    )
    with pytest.warns(
        PluginWarning, match=r"stars\.toml:9:1: unknown matcher `phrase`\n  help: did you mean `phrases`\?"
    ):
        load_registry(("ill",))


RAISING = GOOD.replace("return [Edit", "raise ValueError('not this text')\n        return [Edit")
PROTOCOL = {
    "raises": (RAISING, "ValueError: not this text"),
    "raises late": (
        GOOD.replace(
            "return [Edit", "yield Edit(doc.lines[0].span)\n        raise ValueError('late')\n        return [Edit"
        ),
        "ValueError: late",
    ),
    "gives something else": (GOOD.replace("return [Edit", "return ['XYZ']\n        return [Edit"), "gave str"),
    "points outside the text": (
        GOOD.replace("return [Edit", "return [Edit((0, 10**6))]\n        return [Edit"),
        "outside the text",
    ),
    "ends the program": (GOOD.replace("return [Edit", "raise SystemExit(3)\n        return [Edit"), "SystemExit: 3"),
    "gives a pair for a span": (GOOD.replace("return [Edit", "return [Edit((0, 1))]\n        return [Edit"), "write Span(0, 1)"),
    "gives fractions": (GOOD.replace("return [Edit", "return [Edit(Span(0.0, 1.0))]\n        return [Edit"), "two whole numbers"),
    "gives nothing for a replacement": (GOOD.replace("return [Edit", "return [Edit(Span(0, 1), None)]\n        return [Edit"), "are strings"),
    "gives a field that there is not": (
        GOOD.replace("return [Edit", "return [Edit(Span(0, 1), '', '', 'autor')]\n        return [Edit"),
        "has no field 'autor'; known: title",
    ),
    "gives a cue that there is not": (GOOD.replace("return [Edit", "return [Cue(Span(0, 1), 'datum')]\n        return [Edit"), "no cue 'datum'"),
    "takes the lines away from the others": (GOOD.replace("return [Edit", "doc.facts.clear()\n        return [Edit"), "AttributeError"),
    "writes instead of deleting": (GOOD.replace('line.span, ""', 'line.span, "ABC"'), "only deletes"),
    "gives nothing at all": (GOOD.replace("return [Edit", "return None\n        return [Edit"), "TypeError"),
}


@pytest.mark.parametrize("case", PROTOCOL)
def test_a_rule_that_breaks_is_left_out_for_that_document(case: str, install: Install) -> None:
    code, says = PROTOCOL[case]
    install("ill", code)
    text = f"{BODY}\n\nXYZ\n\nFive stars\n"
    result = Cleaner(plugins=["ill"]).clean(text)
    (fault,) = result.faults
    assert fault.rule == "ill/noise/shout"
    assert says in fault.message
    assert result.text == f"{BODY}\n\nXYZ\n"
    assert result.restore() == text
    with pytest.raises((RuleError, ValueError, TypeError)):
        Cleaner(plugins=["ill"], strict=True).clean(text)


def test_a_plugin_that_changes_the_text_it_sees_changes_nothing(install: Install) -> None:
    """Documents are snapshots: a rule that scribbles on one is alone with it."""
    install(
        "ill", GOOD.replace("return [Edit", "object.__setattr__(doc.lines[0], 'text', 'XYZ')\n        return [Edit")
    )
    assert Cleaner(plugins=["ill"]).clean(f"{BODY}\n").text == f"{BODY}\n"


# ---- names ----


def test_two_distributions_with_one_name_clash_and_both_are_named(install: Install) -> None:
    install("crier", GOOD, dist="cleankit-crier")
    install("crier", GOOD, dist="loud-people")
    with pytest.raises(PluginError, match=r"'crier'.*(cleankit-crier and loud-people|loud-people and cleankit-crier)"):
        load_registry(("crier",))
    load_registry(())  # who asks for neither has no trouble


def test_two_plugins_with_one_preset_or_extractor_clash_and_both_are_named(install: Install) -> None:
    preset = "from cleankit import Preset, hookimpl\n@hookimpl\ndef cleankit_presets():\n    return [Preset('page')]\n"
    install("greedy", preset, version="4.0")
    with pytest.raises(PluginError, match=r"preset 'page' is claimed by cleankit-text \S+ and by cleankit-greedy 4\.0"):
        load_registry(("greedy",))


def test_plugins_restricts_what_loads(install: Install) -> None:
    install("crier", GOOD)
    install("ill", "raise RuntimeError('loaded')")
    assert {p.name for p in load_registry(()).plugins} == {"builtin"}
    assert {p.name for p in load_registry(("crier",)).plugins} == {"builtin", "crier"}
    assert not any(i.startswith("crier/") for i in Cleaner(plugins=()).rule_ids)


def test_a_plugin_that_is_not_installed_is_an_error_that_tells_what_is(install: Install) -> None:
    install("crier", GOOD)
    with pytest.raises(PluginError, match=r"no plugin named shouter is installed; installed: .*crier"):
        load_registry(("shouter",))


def test_rules_of_a_plugin_can_be_selected_and_left_out_by_its_name(install: Install) -> None:
    install("crier", GOOD)
    assert not any(i.startswith("crier/") for i in Cleaner(plugins=["crier"], ignore=["crier"]).rule_ids)
    assert "crier/noise/shout" in Cleaner("minimal", plugins=["crier"], select=["crier/noise"]).rule_ids
    with pytest.raises(InputError, match=r"did you mean .*crier/noise"):
        Cleaner(plugins=["crier"], select=["crier/noize"])


def test_plugin_objects_can_stand_in_for_installed_ones() -> None:
    class Plugin:
        @cleankit.hookimpl
        def cleankit_presets(self) -> list[cleankit.Preset]:
            return [cleankit.Preset("mine")]

    assert "mine" in registry_of([("own", Plugin())]).presets


# ---- the lock ----


def test_the_lock_names_entry_point_distribution_and_version(install: Install) -> None:
    install("crier", GOOD, version="1.5")
    lock = Cleaner(plugins=["crier"]).plugin_lock
    assert lock == (("builtin", "cleankit-text", cleankit.__version__), ("crier", "cleankit-crier", "1.5"))


def test_equal_cleaners_are_equal_and_have_one_fingerprint(install: Install) -> None:
    install("crier", GOOD)
    one, two = Cleaner(plugins=["crier"], keep_date=True), Cleaner(plugins=["crier"], keep_date=True)
    assert one == two
    assert hash(one) == hash(two)
    assert one.fingerprint == two.fingerprint
    assert one != Cleaner(plugins=["crier"])
    assert one != Cleaner(plugins=(), keep_date=True)


def test_a_cleaner_pickles_as_configuration_and_lock(install: Install) -> None:
    install("crier", GOOD)
    cleaner = Cleaner(plugins=["crier"], keep_date=True)
    cleaner.clean("compiled by now")
    data = pickle.dumps(cleaner)
    assert len(data) < 2_000
    again = pickle.loads(data)
    assert again == cleaner
    assert again.clean(f"{BODY}\n\nXYZ\n").text == f"{BODY}\n"


WORKER = """
import pickle, sys, warnings
from pathlib import Path
import cleankit.builtin
cleankit.builtin.rules_folder = lambda: Path(sys.argv[1])
try:
    cleaner = pickle.loads(sys.stdin.buffer.read())
except cleankit.PluginMismatch as error:
    print(error); sys.exit(3)
print(cleaner.clean("Monday.\\n\\nXYZ\\n").text, end="")
"""


def worker(data: bytes, tmp_path: Path, *path: Path) -> tuple[int, str]:
    """Unpickle in a fresh process that has the given folders on its path."""
    done = subprocess.run(
        [sys.executable, "-c", WORKER, tmp_path / "builtin"], input=data, capture_output=True, check=False, timeout=120,
        env={"PYTHONPATH": ":".join(map(str, path)), "PATH": "", "CLEANKIT_CACHE": ""},
    )  # fmt: skip
    return done.returncode, (done.stdout if done.returncode in (0, 3) else done.stderr).decode()


def test_a_fresh_process_with_the_same_plugins_cleans_alike(install: Install, site: Path, tmp_path: Path) -> None:
    install("crier", GOOD, module="plugin_crier_same")
    assert worker(pickle.dumps(Cleaner(plugins=["crier"])), tmp_path, site) == (0, "Monday.\n")


def test_a_fresh_process_with_another_version_refuses(install: Install, site: Path, tmp_path: Path) -> None:
    install("crier", GOOD, module="plugin_crier_versions")
    data = pickle.dumps(Cleaner(plugins=["crier"]))
    info = next(site.glob("*.dist-info"))
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: cleankit-crier\nVersion: 2.0\n", encoding="utf-8")
    code, said = worker(data, tmp_path, site)
    assert code == 3
    assert "missing here: crier (cleankit-crier 1.0)" in said
    assert "only here: crier (cleankit-crier 2.0)" in said
    assert "help: install the same versions" in said


def test_a_fresh_process_where_a_plugin_broke_refuses(install: Install, site: Path, tmp_path: Path) -> None:
    """Cleaning on without the plugin would silently clean less."""
    install("crier", GOOD, module="plugin_crier_breaks")
    data = pickle.dumps(Cleaner(plugins=["crier"]))
    (site / "plugin_crier_breaks.py").write_text("raise RuntimeError('a dependency is missing')", encoding="utf-8")
    code, said = worker(data, tmp_path, site)
    assert code == 3
    assert "missing here: crier (cleankit-crier 1.0)" in said


def test_a_fresh_process_without_the_plugin_refuses(install: Install, tmp_path: Path) -> None:
    install("crier", GOOD)
    code, said = worker(pickle.dumps(Cleaner(plugins=["crier"])), tmp_path)
    assert code != 0
    assert "crier" in said


def test_mismatch_is_an_error_of_plugins() -> None:
    assert issubclass(PluginMismatch, PluginError)
    assert json.loads(Cleaner(plugins=()).config.to_json())["plugins"] == []
