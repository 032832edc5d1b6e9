"""Rule files: each kind of mistake is told with its place and what to type instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from cleankit import RuleError, Stage
from cleankit.matchers import line_facts
from cleankit.rulefile import find_rules, load_rule, parse_rule

GOOD = """\
summary    = "Share buttons with counters"
why        = "Button text."
stage      = "lines"
since      = "0.1"
confidence = 0.95
misfires   = "A headline of the word Share."

[match]
line = '''(?i)share\\s+\\d+'''

[[example]]
before = '''Share 12
The council met on Monday.'''
after = '''The council met on Monday.'''

[[keep]]
text = "Share prices fell 12 percent."
why = "a sentence"
"""


def error_of(text: str, rule_id: str = "social/share") -> RuleError:
    with pytest.raises(RuleError) as caught:
        parse_rule(text, rule_id, "rules/social/share.toml")
    error = caught.value
    assert error.file == "rules/social/share.toml"
    assert str(error).startswith("rules/social/share.toml")
    return error


def test_a_good_file() -> None:
    rule = parse_rule(GOOD, "social/share")
    assert (rule.info.id, rule.info.family, rule.info.stage, rule.kind) == ("social/share", "social", Stage.LINES, "line")
    assert (rule.info.effect, rule.info.status, rule.info.reach, rule.at) == ("remove", "stable", "lines", "any")
    assert len(rule.examples) == len(rule.keeps) == 1


LINE = r"""line = '''(?i)share\s+\d+'''"""

# What is changed in the good file, the line that the message points at, and words of message and remedy.
MISTAKES = {
    "unknown key": ("since ", "sinse ", 4, "unknown key `sinse`", "did you mean `since`?"),
    "unknown matcher": ("line = '''(?i)", "lines = '''(?i)", 9, "unknown matcher `lines`", "did you mean `line`?"),
    "unknown stage": ('"lines"', '"line"', 3, "`stage` cannot be 'line'", "did you mean 'lines'?"),
    "unknown status": ("since ", 'status = "stabel"\nsince ', 4, "`status` cannot be 'stabel'", "did you mean 'stable'?"),
    "unknown option": ("since ", 'unless = "keep_dates"\nsince ', 4, "`unless` cannot be", "did you mean 'keep_date'?"),
    "unknown place": ("line = ", 'at = "tial"\nline = ', 9, "`at` cannot be 'tial'", "did you mean 'tail'?"),
    "missing key": ("since      = \"0.1\"\n", "", 1, "`since` is missing", "add: since ="),
    "wrong type": ("0.95", '"high"', 5, "`confidence` is a number, not 'high'", ""),
    "a yes for a number": ("0.95", "true", 5, "`confidence` is a number", ""),
    "out of range": ("0.95", "95", 5, "`confidence` lies between 0 and 1", ""),
    "no match": ("line = '''(?i)share\\s+\\d+'''", "max_words = 3", 8, "exactly one of: line, phrases, labels", ""),
    "two matchers": ("line = ", 'phrases = ["share"]\nline = ', 10, "exactly one of", ""),
    "matcher of another stage": ('"lines"', '"inline"', 9, "has exactly one of: inline", ""),
    "broken pattern": ("\\d+'''", "(\\d+'''", 9, "the pattern cannot be compiled", ""),
    "empty match": ("(?i)share\\s+\\d+", "(?i)(?:share)?", 9, "matches an empty text", "use + instead of *"),
    "nested repeats": ("(?i)share\\s+\\d+", "(?:\\d+)+share", 9, "may grow faster than the text", "possessive"),
    "empty phrases": ("line = '''(?i)share\\s+\\d+'''", "phrases = []", 9, "`phrases` is empty", ""),
    "phrases of numbers": ("line = '''(?i)share\\s+\\d+'''", "phrases = [1]", 9, "list of strings", ""),
    "no example": ("[[example]]", "[[exampel]]", 11, "unknown key `exampel`", "did you mean `example`?"),
    "example without after": ("after = ", "aftr = ", 14, "unknown key `aftr` in [[example]]", "did you mean `after`?"),
    "keep without text": ('text = "Share prices fell 12 percent."', 'whi = "x"', 17, "unknown key `whi` in [[keep]]", "did you mean `why`?"),
    "keep as a table": ("[[keep]]", "[keep]", 16, "`keep`", ""),
    "replacing strip": ("line = ", 'replace = "x"\nline = ', 9, "a rule of stage lines only deletes", "leave `replace` out"),
    "cue without name": ("since ", 'effect = "cue"\nsince ', 4, "`cue` goes with effect", "cues: date"),
    "cue that gives meta": ("since ", 'effect = "cue"\ncue = "date"\nmeta = "date"\nsince ', 6, "nothing for `meta`", ""),
    "prose on one keep": ("since ", 'reach = "prose"\nsince ', 17, "at least two [[keep]] tables", "must stay"),
    "empty key": ('"Button text."', '""', 2, "`why` is empty", "why it is boilerplate"),
    "no confidence at all": ("0.95", "0", 5, "`confidence` lies between 0 and 1", ""),
    "capitals": ('"lines"', '"LINES"', 3, "`stage` cannot be 'LINES'", "did you mean 'lines'?"),
    "weight out of range": ("since ", 'effect = "cue"\ncue = "date"\nweight = 7\nsince ', 6, "`weight` lies between 0 and 1", ""),
    "level out of range": ("since ", "level = 9\nsince ", 4, "`level` is 0, 1 or 2", ""),
    "no words at most": ("line = ", "max_words = 0\nline = ", 9, "`max_words` is 1 or more", "leave it out"),
    "name of a language": ("since ", 'langs = ["english"]\nsince ', 4, "'english' is no language code", "ISO 639"),
    "address for a host": ("since ", 'sites = ["https://www.example.org/news"]\nsince ', 4, "is no host", "write 'example.org'"),
    "key of the rule under match": ("line = ", 'langs = ["en"]\nline = ', 9, "unknown matcher `langs`", "write it above [match]"),
    "key that stands elsewhere too": ("line = ", 'why = "x"\nline = ', 9, "unknown matcher `why`", "write it above [match]"),
    "matcher outside of match": ("since ", 'phrases = ["share"]\nsince ', 4, "unknown key `phrases`", "belongs under [match]"),
    "example outside of example": ("since ", 'before = "share"\nsince ', 4, "unknown key `before`", "belongs under [[example]]"),
    "an id": ("since ", 'id = "a/b"\nsince ', 4, "unknown key `id`", "the file's path is the id"),
    "second example": ("[[keep]]", '[[example]]\nbefore = "Share 3"\naftr = ""\n\n[[keep]]', 18, "unknown key `aftr` in [[example]]", "did you mean `after`?"),
    "yields without unless": ("since ", "yields = true\nsince ", 4, "`yields` goes with `unless`", "where that option is true"),
    "yields as a word": ("since ", 'unless = "keep_date"\nyields = "yes"\nsince ', 5, "`yields` is a true or false", ""),
    "phrase of punctuation": (LINE, 'phrases = ["***"]', 9, "no line can match '***'", "use a pattern"),
    "phrase of two lines": (LINE, 'phrases = ["share\\non"]', 9, "over several lines", "a phrase for each line"),
    "label with a separator": (LINE, 'labels = ["photo: by"]', 9, "ends at the first separator", "write what stands before it"),
    "label without end": (LINE, f'labels = ["{"a " * 40}"]', 9, "less than 60 characters", "use a pattern"),
    "not TOML": ("why        = ", "why        ", 2, "this is not TOML", "'''"),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_each_mistake_is_told_with_its_place_and_remedy(name: str) -> None:
    old, new, line, message, hint = MISTAKES[name]
    assert old in GOOD
    error = error_of(GOOD.replace(old, new, 1))
    assert message in error.message, error
    assert hint in error.hint, error
    assert error.line == line, error
    assert error.column is not None and error.column >= 1


def test_keys_in_quoted_text_are_not_the_place_of_a_mistake() -> None:
    text = GOOD.replace("Share 12\n", "Share 12\n[match]\nwhi = 2\n").replace('why = "a', 'whi = "a')
    assert error_of(text).line == 20


REPAIR = GOOD.replace('"lines"', '"repair"').replace("line = '''(?i)share", "inline = '''(share)")


@pytest.mark.parametrize(("replacement", "message"), [(r"\2", "has 1 groups"), (r"\g<x>", "unknown group"), (r"\g<1", "missing >")])
def test_a_replacement_that_cannot_be_filled_in(replacement: str, message: str) -> None:
    assert parse_rule(REPAIR.replace("[[example]]", "replace = '\\1'\n[[example]]", 1), "a/b").replace == r"\1"
    error = error_of(REPAIR.replace("[[example]]", f"replace = '{replacement}'\n[[example]]", 1))
    assert "cannot be filled in" in error.message
    assert message in error.message, error
    assert error.line == 11, error


def test_repairs_give_no_cues() -> None:
    error = error_of(REPAIR.replace("since ", 'effect = "cue"\ncue = "date"\nsince '))
    assert "gives no cues" in error.message
    assert "inline, lines or sections" in error.hint


def test_a_name_that_is_no_id() -> None:
    error = error_of(GOOD, "Social/Share Buttons")
    assert "is no rule id" in error.message
    assert "lower case" in error.hint


def test_a_file_in_another_encoding(tmp_path: Path) -> None:
    file = tmp_path / "share.toml"
    file.write_bytes(GOOD.replace("Button", "Knöpfe").encode("latin-1"))
    with pytest.raises(RuleError, match="not UTF-8"):
        load_rule(file, "social/share")


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    file = tmp_path / "share.toml"
    file.write_bytes(b"\xef\xbb\xbf" + GOOD.encode())
    assert load_rule(file, "social/share").kind == "line"


def test_rules_are_found_by_path(tmp_path: Path) -> None:
    for name in ("b/two.toml", "a/one.toml", "a/notes.md", "_draft/x.toml", ".hidden/x.toml", "a/deep/three.toml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(GOOD)
    assert [rule_id for _, rule_id in find_rules(tmp_path)] == ["a/deep/three", "a/one", "b/two"]


def test_an_error_pickles() -> None:
    import pickle

    error = error_of(GOOD.replace("since ", "sinse "))
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.line, again.hint) == (str(error), error.line, error.hint)


LABELS = """\
summary    = "Links with a label"
why        = "Links."
stage      = "lines"
since      = "0.1"
confidence = 0.9
misfires   = "None."

[match]
labels = ["next up"]
after  = "AFTER"

[[example]]
before = "Next up: Anna Berg"
after = ""

[[keep]]
text = "Next up the hill"
why = "no separator"
"""


@pytest.mark.parametrize(
    ("after", "found"),
    [
        ("anything", ["Next up: the last chapter", "Next up: Storm over the bay.", "Next up: “Storm” over the bay", "NEXT UP: the bay", "Next up: Anna Berg"]),
        ("capital", ["Next up: Storm over the bay.", "Next up: “Storm” over the bay", "NEXT UP: the bay", "Next up: Anna Berg"]),
        ("headline", ["Next up: “Storm” over the bay", "NEXT UP: the bay", "Next up: Anna Berg"]),
        ("name", ["Next up: Anna Berg"]),
    ],
)
def test_what_may_follow_a_label(after: str, found: list[str]) -> None:
    rule = parse_rule(LABELS.replace("AFTER", after), "t/labels")
    lines = ["Next up: the last chapter", "Next up: Storm over the bay.", "Next up: “Storm” over the bay", "NEXT UP: the bay", "Next up: Anna Berg"]
    assert [line for line in lines if rule.hits(0, line_facts(line))] == found
    with pytest.raises(RuleError, match="goes with `labels`"):
        parse_rule(GOOD.replace("[match]", '[match]\nafter = "name"'), "t/line")
