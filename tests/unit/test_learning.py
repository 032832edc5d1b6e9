"""Learning from pages: what is found, what is spared, that shards add up, that memory stays bounded."""

from __future__ import annotations

import json
import pickle
import random
from collections.abc import Iterator
from math import e
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from cleankit import Cleaner, Input
from cleankit.cli import main
from cleankit.config import Config
from cleankit.errors import InputError, PluginError
from cleankit.learning import Counts, Evidence, LearnedRules, Page, count, gather, learn
from cleankit.learning._count import DEPTH, WIDTH, line_number
from cleankit.rulefile import parse_rule
from cleankit.testing import assert_none, check_rule
from cleankit.testing._proof import check_pool

WORDS = (
    "council river harbour mayor storm winter budget school teacher garden window paper report street morning friend music letter"
).split()
NEWSLETTER = "Sign up for our letter from the harbour and never again miss a story of the town."
QUOTE = "We shall rebuild every house in this street before the winter comes, the mayor said."


def sentence(dice: random.Random) -> str:
    return "The " + " ".join(dice.choice(WORDS) for _ in range(12)) + "."


def body(dice: random.Random) -> list[str]:
    lines = [sentence(dice) for _ in range(6)]
    lines.insert(2, "Background")  # a sub-heading that the site always uses
    if dice.random() < 0.6:
        lines.insert(4, QUOTE)  # a quotation that many texts have
    return lines


def page(number: int, host: str = "example.org") -> tuple[Page, list[str]]:
    dice = random.Random(number)
    own = body(dice)
    title = " ".join(dice.choice(WORDS) for _ in range(5)).capitalize()
    head = ["Hafen", "Rathaus", "Anmelden", f"{dice.randint(1, 20)} Minuten Lesezeit", title]
    tail = ["Weitersagen", "Meist gelesen", *(" ".join(dice.choice(WORDS) for _ in range(4)) for _ in range(3)), NEWSLETTER, "Impressum"]
    lines = [*head, *own[:3], "Anzeige", *own[3:5], "Anzeige", *own[5:], *tail]
    return Page("\n\n".join(lines), f"https://www.{host}/{number}"), own


PAGES = [page(k)[0] for k in range(20)]


def phrases(learned: LearnedRules) -> dict[str, set[str]]:
    return {rule.info.id.rpartition("/")[2]: set(rule.phrases) for rule in learned.rules}


def test_furniture_is_learned_by_its_place_and_the_body_is_spared() -> None:
    found = phrases(learn(PAGES))
    assert {"Hafen", "Rathaus", "Anmelden"} < found["head"]
    assert any("Minuten Lesezeit" in p for p in found["head"])
    assert found["tail"] == {"Weitersagen", "Meist gelesen", "Impressum"}
    assert found["any"] == {"Anzeige"}
    assert found["prose"] == {NEWSLETTER}
    everything = set().union(*found.values())
    assert "Background" not in everything and QUOTE not in everything


def test_rules_load_prove_themselves_and_say_what_was_seen() -> None:
    learned = learn(PAGES)
    for rule_id, text in learned.to_toml().items():
        rule = parse_rule(text, rule_id)
        assert rule.info.sites == ("example.org",)
        assert_none(check_rule(rule))
    assert '"Impressum",  # seen on 20 of 20 pages' in learned.to_toml()["site/example-org/tail"]


def test_bodies_survive_and_the_furniture_goes(tmp_path: Path) -> None:
    learned = Cleaner(plugins=()).learn([Input(p.text, p.url) for p in PAGES])
    learned.save(tmp_path)
    # what the rules take, not what is judged by its shape
    cleaner = Cleaner.from_config(Config(plugins=(), rules=(str(tmp_path),), options={"unlabelled": "off"}))
    for number in range(40, 48):
        given, own = page(number)
        kept = [line for line in cleaner.clean(given.text, url=given.url).text.splitlines() if line]
        assert [line for line in kept if line in own] == own
        assert not {"Hafen", "Rathaus", "Anzeige", "Weitersagen", "Meist gelesen", "Impressum", NEWSLETTER} & set(kept)
        assert NEWSLETTER in cleaner.clean(given.text, url="https://elsewhere.example/1").text


def test_a_folder_of_rules_travels_with_the_cleaner_and_its_content_is_in_the_lock(tmp_path: Path) -> None:
    learn(PAGES).save(tmp_path)
    cleaner = Cleaner.from_config(Config(plugins=(), rules=(str(tmp_path),)))
    assert pickle.loads(pickle.dumps(cleaner)) == cleaner
    assert any(name == "rules" for name, _, _ in cleaner.plugin_lock)
    (tmp_path / "empty").mkdir()
    with pytest.raises(PluginError, match="no rule in"):
        Cleaner.from_config(Config(plugins=(), rules=(str(tmp_path / "empty"),)))


def test_copies_of_one_text_are_one_text() -> None:
    text = page(1)[0]
    assert learn([text] * 10).rules == ()


def test_recipes_keep_their_ingredients() -> None:
    dice = random.Random(3)
    things = ["2 eggs", "salt", "100 g butter", "1 l milk", "250 g flour", "sugar", "yeast", "3 apples"]
    pages = []
    for _ in range(30):
        chosen = dice.sample(things, 5)
        pages.append(Page("\n".join([sentence(dice)[:-1].upper()[:30], "Ingredients", *chosen, *(sentence(dice) for _ in range(4))]), "kitchen.example"))
    taken = set().union(*phrases(learn(pages)).values()) if learn(pages).rules else set()
    assert not taken & {*things, "Ingredients"}


def test_what_a_rule_of_cleankit_takes_is_no_keep() -> None:
    """An appeal that stands on some pages only: alone it would be all of a text, and then nothing is taken."""
    appeal = "All the latest news, showbiz, lifestyle and sports updates, brought to you by our dedicated American team."
    pages = [Input(page(k)[0].text + (f"\n{appeal}\n" if k < 2 else ""), url="https://example.org/1") for k in range(5)]
    learned = Cleaner(plugins=()).learn(pages)
    keeps = [(r.info.id, k.text) for r in learned.rules for k in r.keeps]
    assert keeps and appeal in {t for found in learned.evidence.prose.values() for _, t in found}
    assert_none(check_pool(keeps))


def test_sites_are_learned_apart_and_pages_without_one_have_a_rule_without_sites() -> None:
    learned = learn([page(k, "a.example")[0] for k in range(5)] + [Page(page(k)[0].text) for k in range(5)])
    assert {r.info.sites for r in learned.rules} == {("a.example",), ()}
    assert learn([page(k, f"host{k}.example")[0] for k in range(9)]).rules == ()


def test_hosts_that_would_share_a_name_do_not() -> None:
    learned = learn([page(k, host)[0] for host in ("a-b.example", "a.b.example", "bücher.example") for k in range(5)])
    sites = {r.info.id.split("/")[1]: r.info.sites for r in learned.rules}
    assert len(sites) == 3


def test_an_iterator_is_refused_and_a_function_is_read_twice() -> None:
    with pytest.raises(InputError, match="twice"):
        learn(iter(PAGES))
    calls = []

    def read() -> Iterator[Page]:
        calls.append(1)
        return iter(PAGES)

    assert learn(read).to_toml() == learn(PAGES).to_toml()
    assert len(calls) == 2


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    learned = learn(PAGES)
    files = learned.save(tmp_path)
    with pytest.raises(InputError, match="already"):
        learned.save(tmp_path)
    assert learned.save(tmp_path, overwrite=True) == files


# ---------------------------------------------------------------- sums

LINES = st.sampled_from(["Home", "Menu", "Share 5", "Share 12", "Read on", "About us", sentence(random.Random(5)), sentence(random.Random(6))])
SOME_PAGES = st.lists(st.builds(Page, st.lists(LINES, min_size=1, max_size=6).map("\n".join), st.sampled_from(["a.example", "b.example"])), max_size=8)


def equal(a: Counts, b: Counts) -> bool:
    same_table = a.table is b.table or (a.table is not None and b.table is not None and bool(np.array_equal(a.table, b.table)))
    return a.pages == b.pages and a.lines == b.lines and same_table


@settings(deadline=None, max_examples=40)
@given(SOME_PAGES, SOME_PAGES, SOME_PAGES, st.sampled_from((2, 5, 100)))
def test_counts_add_up_in_any_grouping(a: list[Page], b: list[Page], c: list[Page], exact: int) -> None:
    x, y, z = (count(pages, exact=exact) for pages in (a, b, c))
    assert equal(x.merge(y).merge(z), x.merge(y.merge(z)))
    assert equal(x.merge(y), y.merge(x))
    assert equal(x.merge(y).merge(z), count([*a, *b, *c], exact=exact))


def test_counts_add_up_when_some_are_in_the_table_and_some_are_not() -> None:
    parts = [count(PAGES[:9], exact=40), count(PAGES[9:10], exact=40), count(PAGES[10:], exact=40)]
    assert parts[0].table is not None and parts[1].table is None
    x, y, z = parts
    whole = count(PAGES, exact=40)
    for merged in (x.merge(y).merge(z), x.merge(y.merge(z)), z.merge(x).merge(y)):
        assert equal(merged, whole)


@settings(deadline=None, max_examples=40)
@given(SOME_PAGES, SOME_PAGES, SOME_PAGES)
def test_evidence_of_shards_is_that_of_the_whole(a: list[Page], b: list[Page], c: list[Page]) -> None:
    counts = count([*a, *b, *c])
    x, y, z = (gather(pages, counts) for pages in (a, b, c))
    assert x.merge(y).merge(z) == x.merge(y.merge(z)) == gather([*a, *b, *c], counts)
    assert x.merge(y) == y.merge(x)
    left = LearnedRules(x).merge(LearnedRules(y)).merge(LearnedRules(z))
    assert left.to_toml() == LearnedRules(gather([*a, *b, *c], counts)).to_toml()


def test_sums_travel_between_processes() -> None:
    for exact in (10, 500):
        counts = count(PAGES, exact=exact)
        evidence = gather(PAGES, counts)
        assert equal(pickle.loads(pickle.dumps(counts)), counts)
        assert pickle.loads(pickle.dumps(evidence)) == evidence


def test_the_table_never_says_too_little_and_changes_nothing_in_the_result() -> None:
    exact, rough = count(PAGES), count(PAGES, exact=10)
    assert rough.table is not None
    for key in ("anzeige", "0 minuten lesezeit", "background", "nowhere to be seen"):
        assert rough.at_most("example.org", key) >= exact.at_most("example.org", key)
    assert LearnedRules(gather(PAGES, rough)).to_toml() == LearnedRules(gather(PAGES, exact)).to_toml()


def test_the_table_says_as_much_too_much_as_it_is_said_to_at_most() -> None:
    """With N lines counted, more than e*N/WIDTH too much for one line in fifty at most."""
    dice = random.Random(7)
    lines = {line_number("example.org", f"line {k}"): dice.choice((1, 1, 1, 2, 40)) for k in range(600_000)}
    total = sum(lines.values())
    rough = Counts({"example.org": 9}, lines).merge(Counts(exact=10))
    assert rough.table is not None and rough.entries == DEPTH * WIDTH + 1
    asked = range(0, 600_000, 97)
    more = [rough.at_most("example.org", f"line {k}") - lines[line_number("example.org", f"line {k}")] for k in asked]
    assert min(more) >= 0
    allowed = e * total / WIDTH
    assert sum(m > allowed for m in more) <= len(more) / 50
    assert max(more) > 0, "else the test shows nothing"


def test_memory_is_bounded_however_many_pages_there_are() -> None:
    """Counted, not measured: numbers held by the first pass, lines held by the second."""

    def read(n: int) -> Iterator[Page]:
        return (page(k)[0] for k in range(n))

    held = []
    for n in (100, 200):
        counts = count(read(n), exact=300)
        held.append((counts.entries, len(gather(read(n), counts).lines)))
    assert held[0] == held[1]


def test_pages_without_text_code_and_odd_characters_do_no_harm() -> None:
    pages = [Page(t, "x.example") for t in ("", "\n\n", "\x00\ud800 a b\n" * 4, "def f(x):\n    return x;\n" * 9, "Home '''\nHome \"\\\n")] * 4
    learned = learn(pages)
    for rule_id, text in learned.to_toml().items():
        parse_rule(text, rule_id)
    assert learn([]).rules == () and LearnedRules(Evidence()).to_toml() == {}


# ---------------------------------------------------------------- command line


def test_the_command_learns_and_the_rules_clean(tmp_path: Path) -> None:
    source = tmp_path / "pages.jsonl"
    source.write_text("".join(json.dumps({"text": p.text, "url": p.url}) + "\n" for p in PAGES), encoding="utf-8")
    out = tmp_path / "rules"
    run = CliRunner()
    result = run.invoke(main, ["learn", str(source), "-o", str(out)])
    assert result.exit_code == 0, result.output
    assert (out / "site/example-org/tail.toml").exists()
    assert run.invoke(main, ["learn", str(source), "-o", str(out)]).exit_code == 2
    given, own = page(77)
    text = tmp_path / "page.txt"
    text.write_text(given.text, encoding="utf-8")
    cleaned = run.invoke(main, ["clean", "--no-plugins", "--unlabelled", "off", "--rules", str(out), "--url", "https://example.org/77", str(text)])
    assert cleaned.exit_code == 0
    assert "Weitersagen" not in cleaned.output
    assert all(line in cleaned.output for line in own)


def test_the_command_names_rows_that_it_cannot_read(tmp_path: Path) -> None:
    source = tmp_path / "pages.jsonl"
    source.write_text('{"text": "a"}\nnonsense\n[]\n', encoding="utf-8")
    result = CliRunner().invoke(main, ["learn", str(source), "-o", str(tmp_path / "out")])
    assert result.exit_code == 1
    assert "pages.jsonl:2" in result.output and "pages.jsonl:3" in result.output
