"""Configuration: loud about what it does not know, plain data underneath."""

from __future__ import annotations

import pickle

import pytest

from cleankit import Cleaner, InputError, RuleError
from cleankit.config import Config, check_options, choose, parse_preset
from cleankit.plugins import load_registry
from cleankit.rule import Preset, RuleInfo, Stage


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"keep_titel": True}, "did you mean 'keep_title'"),
        ({"keep_title": "yes"}, "possible: True, False"),
        ({"keep_title": 1}, "possible: True, False"),
        ({"repair": 3}, "possible: 0, 1, 2"),
        ({"repair": True}, "possible: 0, 1, 2"),
        ({"unlabelled": "of"}, "'off', 'evidence', 'aggressive'"),
        ({"zzz": 1}, "known: keep_title"),
    ],
)
def test_options_are_checked(options: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match="option") as caught:
        check_options(options)
    assert message in str(caught.value)


def test_a_configuration_goes_through_json_and_pickle() -> None:
    config = Config("page", ("a",), ("x/",), ("y",), "sv", True, {"repair": 1})
    assert Config.from_json(config.to_json()) == config
    assert pickle.loads(pickle.dumps(config)) == config
    assert Config.from_json(Config().to_json()) == Config()


class Fake:
    def __init__(self, rule_id: str, **kwargs: object) -> None:
        self.info = RuleInfo(rule_id, "t", Stage.LINES, **kwargs)  # type: ignore[arg-type]

    def propose(self, doc: object) -> list[object]:
        return []


RULES = [Fake("a/one"), Fake("a/two", status="preview"), Fake("b/one", unless="keep_date"), Fake("b/two", level=2), Fake("ns/a/one", status="deprecated")]


def chosen(select: tuple[str, ...] = (), ignore: tuple[str, ...] = (), **options: object) -> list[str]:
    return [r.info.id for r in choose(RULES, Preset("t"), select, ignore, options)]  # type: ignore[type-var]


def test_who_runs() -> None:
    assert chosen() == ["a/one", "b/one", "b/two"]
    assert chosen(select=("a/two",)) == ["a/one", "a/two", "b/one", "b/two"]
    assert chosen(select=("ns",)) == ["a/one", "b/one", "b/two", "ns/a/one"]
    assert chosen(ignore=("a/",)) == ["b/one", "b/two"]
    assert chosen(repair=1) == ["a/one", "b/one"]


def test_a_plugin_with_the_name_of_a_family_is_told_from_it() -> None:
    rules = [Fake("forum/en"), Fake("forum/de"), Fake("forum/phpbb/footer"), Fake("a/one")]

    def left(*ignore: str) -> list[str]:
        return [r.info.id for r in choose(rules, Preset("t"), (), ignore, {})]  # type: ignore[type-var]

    assert left("forum/") == ["a/one"]
    assert left("plugin:forum") == left("plugin:forum/") == left("plugin:forum/phpbb/") == ["forum/en", "forum/de", "a/one"]
    assert left("builtin:forum/") == ["forum/phpbb/footer", "a/one"]
    assert left("plugin:*") == ["forum/en", "forum/de", "a/one"]
    for wrong in ("plugin:a", "builtin:forum/phpbb", "plugins:forum"):
        with pytest.raises(InputError, match="no rule or family is named"):
            left(wrong)


def test_what_the_ids_of_built_in_and_of_plugins_rules_look_like() -> None:
    assert all(rule_id.count("/") == 1 for rule_id in load_registry(()).rules)
    named = {i for i in load_registry().rules if i.count("/") > 1}
    assert named == set(load_registry().rules) - set(load_registry(()).rules)


def test_names_that_fit_nothing_are_refused() -> None:
    with pytest.raises(InputError, match=r"no rule or family is named 'a/onne'; did you mean a/one"):
        chosen(select=("a/onne",))
    with pytest.raises(InputError, match="see `cleankit rules`"):
        chosen(ignore=("qqqqqq",))


def test_presets_are_read_strictly() -> None:
    assert parse_preset('summary = "x"\nmax_loss = 0.5', "mine").max_loss == 0.5
    with pytest.raises(RuleError, match="did you mean `max_loss`") as caught:
        parse_preset('summary = "x"\nmax_los = 0.5', "mine", "presets/mine.toml")
    assert (caught.value.file, caught.value.line) == ("presets/mine.toml", 2)
    with pytest.raises(RuleError, match="unknown option"):
        parse_preset("[options]\nkeep_titel = true", "mine")
    with pytest.raises(RuleError, match="not TOML"):
        parse_preset("a = ", "mine")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ('select = "social/"', "`select` is a list of rules, families or namespaces, not 'social/'"),
        ("ignore = [1]", "`ignore` is a list"),
        ('find_body = "yes"', "`find_body` is true or false"),
        ("max_loss = 60", "`max_loss` is a share between 0 and 1, not 60"),
        ("max_prose_loss = true", "`max_prose_loss` is a share"),
        ("options = 3", "`options` is a table"),
        ("[options]\n  keep_titel = true", "did you mean 'keep_title'"),
    ],
)
def test_mistakes_in_presets_are_told_with_their_place(wrong: str, message: str) -> None:
    with pytest.raises(RuleError) as caught:
        parse_preset(f'summary = "x"\n{wrong}\n', "mine", "presets/mine.toml")
    assert message in str(caught.value)
    assert (caught.value.line, caught.value.column) == ((3, 3) if "titel" in wrong else (2, 1))


def test_presets_in_python_are_checked_too() -> None:
    with pytest.raises(ValueError, match=r"preset 'mine': `select` is a list .*, not 'social/'"):
        Preset("mine", select="social/")  # type: ignore[arg-type]


def test_a_cleaner_says_what_it_does_not_know() -> None:
    with pytest.raises(InputError, match="did you mean 'article'"):
        Cleaner("artikel", plugins=())
    with pytest.raises(InputError, match=r"write \('social/',\)"):
        Cleaner("minimal", plugins=(), select="social/")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="takes a str, not bytes"):
        Cleaner("minimal", plugins=()).clean(b"text")  # type: ignore[arg-type]
