"""The public names are a promise: none less, and none more by accident."""

from __future__ import annotations

import inspect

import cleankit

PROMISED = frozenset(
    "clean clean_html explain explain_html restore Cleaner Input hookimpl Rule RuleInfo Edit Cue Span Document Line Block Extracted "
    "Extractor Stage Preset Result Change Veto Fault MetaValue CleankitError RuleError PluginError PluginMismatch __version__".split()
)
#: What results hold and what wrong input raises, and so has to have a name.
HELD = frozenset({"InputError", "Meta", "OffsetMap"})
#: Promised by `Cleaner.learn`; not there yet.
TO_COME = frozenset({"LearnedRules"})


def test_all_names_the_public_names() -> None:
    assert set(cleankit.__all__) - TO_COME == PROMISED | HELD
    assert len(cleankit.__all__) == len(set(cleankit.__all__))
    assert all(hasattr(cleankit, name) for name in cleankit.__all__)


def test_nothing_else_is_public_by_accident() -> None:
    public = {name for name, value in vars(cleankit).items() if not name.startswith("_") and not inspect.ismodule(value)}
    assert public - {"annotations", "cleaner_for"} - TO_COME == set(cleankit.__all__) - {"__version__"} - TO_COME


def test_signatures_are_those_promised() -> None:
    def names(function: object) -> list[str]:
        return list(inspect.signature(function).parameters)  # type: ignore[arg-type]

    assert names(cleankit.clean) == names(cleankit.explain) == ["text", "preset", "url", "lang", "options"]
    assert names(cleankit.clean_html) == names(cleankit.explain_html) == ["html", "url", "preset", "extractor", "format", "options"]
    assert names(cleankit.restore) == ["text", "changes"]
    assert names(cleankit.Cleaner.__init__)[1:] == ["preset", "plugins", "select", "ignore", "lang", "strict", "options"]
    assert names(cleankit.Cleaner.clean)[1:] == ["text", "url", "lang", "explain"]
    assert cleankit.Input._fields == ("text", "url", "lang", "id")


def test_everything_public_is_documented() -> None:
    for name in cleankit.__all__:
        value = getattr(cleankit, name)
        if inspect.isclass(value) or inspect.isfunction(value):
            assert inspect.getdoc(value), name
