"""`cleankit report`: figures of all texts, a page that nothing in a text can break, in bounded size."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import random
import re
import weakref
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

import cleankit
from cleankit import Change, Fault, Result, Span, Veto
from cleankit.report import Figures, Item, Options, collect, compare, render
from cleankit.report._collect import Mark, read_doc
from tests.hostile import HOSTILE
from tests.unit.cli import BODY, DIRTY, run


def result_of(source: str, *taken: str, rule: str = "share/en", confidence: float = 0.9, **more: Any) -> Result:
    """A result that took the given stretches."""
    changes = tuple(
        Change(Span(source.index(t), source.index(t) + len(t)), t, "", rule, "because", confidence) for t in sorted(taken, key=source.index)
    )
    text = source
    for t in taken:
        text = text.replace(t, "", 1)
    return Result(text, source, stored=changes, **more)


def data_of(page: str) -> dict[str, Any]:
    """The texts that a page carries."""
    found = re.search(r'<script type="application/octet-stream" id="data">([^<]*)</script>', page)
    assert found
    data: dict[str, Any] = json.loads(gzip.decompress(base64.b64decode(found[1])))
    return data


class _Tags(HTMLParser):
    """The tags and attributes of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


def test_a_text_is_cut_into_what_stayed_and_what_went() -> None:
    result = cleankit.explain(DIRTY)
    doc = read_doc("a", result)
    assert "".join(p.before if isinstance(p, Mark) else p for p in doc.pieces) == DIRTY
    assert [(p.before, p.rule) for p in doc.pieces if isinstance(p, Mark)] == [("146,751FansLike", "social/glued-counter")]


@pytest.mark.parametrize("source", ["👨🏻‍🚒 one\nShare 12\ntwo", "سلام\nShare\nخوب", " \nShare \n\n", "Share"])
def test_the_pieces_are_the_source_whatever_the_script(source: str) -> None:
    doc = read_doc("a", result_of(source, "Share"))
    assert "".join(p.before if isinstance(p, Mark) else p for p in doc.pieces) == source


def test_a_long_text_is_cut_and_says_so() -> None:
    doc = read_doc("a", result_of("x" * 90 + "Share", "Share"), longest=50)
    assert (doc.pieces, doc.cut, doc.size, doc.removed) == (("x" * 50,), 45, 95, 5)


def test_figures_are_of_all_texts_and_the_sample_is_bounded() -> None:
    items = [Item(f"t{k}", result_of(f"{BODY}\n\nShare {k}\n", f"Share {k}"), "en", "https://www.a.example/x") for k in range(300)]
    figures = collect(items, Options(show=20, look=5, samples=3))
    assert (figures.documents, figures.changed, figures.marks) == (300, 300, 300)
    assert (len(figures.sample), len(figures.rules["share/en"].samples)) == (20, 3)
    assert figures.languages == {"en": 300}
    assert figures.sites == {"a.example": 300}
    assert len({d.name for d in figures.sample}) == 20
    assert any(int(d.name[1:]) >= 20 for d in figures.sample), "a sample, not the first ones"


def test_results_are_let_go_as_they_pass() -> None:
    alive: list[weakref.ref[Result]] = []

    def items() -> Any:
        for k in range(200):
            result = result_of(f"{BODY} {k}\nShare\n", "Share")
            alive.append(weakref.ref(result))
            yield Item(str(k), result)
            del result
            assert sum(r() is not None for r in alive) < 5

    assert collect(items(), Options(show=10)).documents == 200


def test_worth_a_look_names_its_reasons_riskiest_first() -> None:
    calm = Item("calm", result_of(f"{BODY}\nShare\n", "Share"))
    much = Item("much", result_of(f"Share{BODY}", BODY))
    unsure = Item("unsure", result_of(f"{BODY}\nShare\n", "Share", confidence=0.5))
    held = Item("held", Result(BODY, BODY, stored=(), vetoes=(Veto("share/en", Span(0, 3), BODY, "prose"),)))
    broke = Item("broke", Result(BODY, BODY, stored=(), faults=(Fault("share/en", "ValueError: x"),), flags=("total-loss",)))
    figures = collect([calm, much, unsure, held, broke])
    look = {doc.name: why for doc, why in figures.look}
    assert next(iter(look)) == "much"
    assert set(look) == {"much", "unsure", "held", "broke"}
    assert look["broke"] == ("total-loss", "share/en broke")
    assert look["held"] == ("1 refused",)


def test_the_page_is_the_same_to_the_byte() -> None:
    items = [Item(f"t{k}", result_of(f"{BODY} {k}\nShare\n", "Share")) for k in range(50)]
    assert render(collect(items, Options(show=10)), {"of": "x"}) == render(collect(items, Options(show=10)), {"of": "x"})


@pytest.mark.parametrize("evil", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_texts_names_and_messages_stay_text(evil: str) -> None:
    result = result_of(f"{evil}\n{BODY}", evil, rule=f"share/{evil}", vetoes=(Veto(evil, Span(0, 1), evil, evil),), faults=(Fault(evil, evil),), flags=(evil,))
    page = render(collect([Item(evil, result, evil, f"https://{evil}/")]), {"of": evil, evil: "x"}, title=evil)
    page.encode("utf-8", "replace")
    tags = _Tags(page).seen
    assert [t for t, _ in tags].count("script") == 2
    assert not {"img", "iframe", "object", "link", "base", "form"} & {t for t, _ in tags}
    assert not [a for _, attrs in tags for a in attrs if a.startswith("on") or a in ("style", "src", "href")]
    doc = data_of(page)["docs"][0]
    assert doc["n"] == evil
    assert next(p for p in doc["p"] if isinstance(p, list))[0] == evil.strip()


def test_the_policy_names_the_only_script_and_style_by_their_hashes() -> None:
    page = render(collect([Item("a", result_of(BODY))]), {})
    policy = next(a["content"] or "" for t, a in _Tags(page).seen if t == "meta" and a.get("http-equiv") == "Content-Security-Policy")
    script = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    style = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    assert len(script) == len(style) == 1
    for text in (*script, *style):
        assert f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" in policy
    assert "default-src 'none'" in policy
    assert "require-trusted-types-for 'script'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"innerHTML|insertAdjacentHTML|document\.write|\beval\b|https?:", script[0])


def test_the_page_keeps_its_limit_and_what_is_worth_a_look() -> None:
    dice = random.Random(1)
    noise = ["".join(chr(dice.randrange(0x4E00, 0x9000)) for _ in range(2000)) for _ in range(100)]
    items = [Item(f"t{k}", result_of(f"{text}\nShare\n", "Share")) for k, text in enumerate(noise)]
    items.append(Item("risky", result_of(f"Share{BODY}", BODY)))
    page = render(collect(items), {}, limit=200_000)
    assert len(page.encode()) <= 200_000
    data = data_of(page)
    assert data["docs"][0]["n"] == "risky"
    assert 1 < len(data["docs"]) < 101 == data["documents"]


def test_no_texts_and_nothing_to_do_are_pages_too() -> None:
    assert "No rule had anything to do" in render(Figures(), {})
    assert "No rule had anything to do" in render(collect([Item("a", result_of(BODY))]), {})


def test_without_a_script_the_table_and_the_totals_are_there() -> None:
    page = render(collect([Item("a", result_of(f"{BODY}\nShare\n", "Share"))]), {})
    static = re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)
    assert "<noscript>" in static
    assert "<code>share/en</code>" in static
    assert static.count("<svg") >= 4


# ---------------------------------------------------------------- comparing


def test_a_comparison_marks_what_only_one_run_did() -> None:
    source = f"Share\n{BODY}\nTweet plus more\n"
    a = result_of(source, "Share", "Tweet plus more")
    b = result_of(source, "Share", "plus", rule="nav/en")
    figures = compare([(Item("t", a), Item("t", b))])
    marks = [(p.before, p.side, p.rule) for p in figures.sample[0].pieces if isinstance(p, Mark)]
    assert marks == [("Tweet", "a", "share/en"), ("more", "a", "share/en")]
    back = compare([(Item("t", b), Item("t", a))])
    assert [p.side for p in back.sample[0].pieces if isinstance(p, Mark)] == ["b", "b"]
    assert "Only A" in render(figures, {})


def test_texts_that_differ_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match="different texts"):
        compare([(Item("t", result_of("a")), Item("t", result_of("b")))])


# ---------------------------------------------------------------- the command


def test_the_command_reads_files_and_lines(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(DIRTY, encoding="utf-8")
    rows = [{"id": "x", "text": DIRTY, "url": "https://www.a.example/1", "lang": "en"}, {"id": "y", **cleankit.explain(DIRTY).to_dict()}]
    (tmp_path / "b.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
    out = tmp_path / "out" / "r.html"
    done = run("report", tmp_path / "a.txt", tmp_path / "b.jsonl", "-o", out, "--no-plugins")
    assert (done.exit_code, done.stdout) == (0, "")
    docs = data_of(out.read_text(encoding="utf-8"))["docs"]
    assert [(d["n"], d["l"], d["h"]) for d in docs] == [("a.txt", "", ""), ("x", "en", "a.example"), ("y", "", "")]
    assert all(any(p[0] == "146,751FansLike" for p in d["p"] if isinstance(p, list)) for d in docs)


def test_the_command_reads_the_lines_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "in" / "more").mkdir(parents=True)
    (tmp_path / "in" / "a.txt").write_text(DIRTY, encoding="utf-8")
    (tmp_path / "in" / "b.jsonl").write_text(json.dumps({"text": DIRTY}), encoding="utf-8")
    (tmp_path / "in" / "more" / "c.ndjson.gz").write_bytes(gzip.compress(json.dumps({"id": "c", "text": DIRTY}).encode()))
    assert run("report", tmp_path / "in", "-o", tmp_path / "r.html", "--no-plugins").exit_code == 0
    assert {d["n"] for d in data_of((tmp_path / "r.html").read_text(encoding="utf-8"))["docs"]} == {"a.txt", "b.jsonl:1", "c"}


def test_a_bad_line_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    (tmp_path / "b.jsonl").write_text('{"id": 1}\nno json\n[]\n\n' + json.dumps({"text": DIRTY}) + "\n", encoding="utf-8")
    done = run("report", tmp_path / "b.jsonl", "-o", tmp_path / "r.html", "--no-plugins")
    assert done.exit_code == 1
    assert done.stderr.count("error: ") == 3
    assert "b.jsonl:2:" in done.stderr
    assert "1 texts" in done.stderr


def test_the_command_compares_two_ledgers(tmp_path: Path) -> None:
    for name, options in (("a", {}), ("b", {"unlabelled": "off"})):
        kept = [{"name": "t", **cleankit.Cleaner(plugins=(), ignore=("social/",) if name == "b" else (), **options).clean(DIRTY).to_dict()}]
        (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps(r) + "\n" for r in kept), encoding="utf-8")
    out = tmp_path / "r.html"
    done = run("report", "--diff", tmp_path / "a.jsonl", tmp_path / "b.jsonl", "-o", out)
    assert done.exit_code == 0
    data = data_of(out.read_text(encoding="utf-8"))
    assert data["compared"]
    assert [p[6] for p in data["docs"][0]["p"] if isinstance(p, list)] == ["a"]


def test_wrong_calls_say_what_to_do(tmp_path: Path) -> None:
    assert "name files or folders" in run("report").stderr
    (tmp_path / "a.jsonl").write_text(json.dumps({"id": "t", "text": "x"}), encoding="utf-8")
    done = run("report", "--diff", tmp_path / "a.jsonl", tmp_path / "a.jsonl", "-o", tmp_path / "r.html")
    assert done.exit_code == 2
    assert "cleankit explain --json" in done.stderr
    assert not (tmp_path / "r.html").exists()
