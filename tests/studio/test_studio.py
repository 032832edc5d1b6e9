"""The studio's server: what it answers, what it refuses, what it writes."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("starlette")
pytest.importorskip("httpx2")

from starlette.testclient import TestClient

import cleankit
from cleankit import Change, Result, Span
from cleankit.config import Config
from cleankit.rulefile import load_rule
from cleankit.studio import Desk, Text, make_app
from cleankit.studio._view import line_texts, view
from cleankit.testing import assert_none, check_rule
from tests.hostile import HOSTILE
from tests.unit.cli import BODY

MORE = "Nobody in the room had expected the talks to go on for so long, but all of them stayed to the end."
DEBRIS = "Harbour Herald wants to hear from you"
DIRTY = f"{BODY}\n\n{DEBRIS}\n\n{MORE}\n\n146,751FansLike\n"
TOKEN = "not-a-secret"
HOST = "http://127.0.0.1:8000"


class Studio:
    """A studio over a folder of texts."""

    def __init__(self, folder: Path) -> None:
        (folder / "texts").mkdir()
        for name, text in {"a.txt": DIRTY, "b.txt": f"{MORE}\n\n{DEBRIS}!\n\n{BODY}\n", "c.txt": f"{BODY}\n"}.items():
            (folder / "texts" / name).write_text(text, encoding="utf-8")
        (folder / "texts" / "d.txt").write_bytes(b"\xff\xfe\xff")
        (folder / "texts" / "page.html").write_text(f"<html><body><article><p>{BODY}</p><p>{MORE}</p></article></body></html>", encoding="utf-8")
        self.folder = folder
        paths = sorted((folder / "texts").iterdir())
        self.desk = Desk([Text(p.name, p.read_bytes, p.suffix == ".html") for p in paths], Config(plugins=()), (folder / "rules",), folder)
        self.client = TestClient(make_app(self.desk, TOKEN), base_url=HOST)

    def ask(self, call: str, status: int = 200, /, **data: Any) -> Any:
        answer = self.client.post(f"/api/{call}", content=json.dumps(data), headers={"X-Studio-Token": TOKEN, "Content-Type": "application/json"})
        assert answer.status_code == status, answer.text
        return answer.json() if call != "run" or status != 200 else [json.loads(line) for line in answer.text.splitlines()]

    def drafted(self, *lines: str, **more: Any) -> dict[str, str]:
        made = self.ask("draft", lines=list(lines or (DEBRIS,)), **more)
        return {"id": made["name"], "text": made["text"]}


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    """One for all tests that write nothing."""
    return Studio(tmp_path_factory.mktemp("studio"))


@pytest.fixture
def fresh(tmp_path: Path) -> Studio:
    """One to write with."""
    return Studio(tmp_path)


# ---------------------------------------------------------------- who may talk to it


def _call(studio: Studio, **headers: str) -> tuple[int, str]:
    given = {"X-Studio-Token": TOKEN, "Content-Type": "application/json", **headers}
    answer = studio.client.post("/api/start", content="{}", headers={k: v for k, v in given.items() if v})
    return answer.status_code, answer.text


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Host": "localhost:8000"}, 200),
        ({"Origin": HOST, "Sec-Fetch-Site": "same-origin"}, 200),
        ({"X-Studio-Token": ""}, 401),
        ({"X-Studio-Token": "another"}, 401),
        ({"X-Studio-Token": "é"}, 401),
        ({"Host": "evil.example"}, 400),
        ({"Host": "127.0.0.1.evil.example:8000"}, 400),
        ({"Host": "evil.example", "Origin": "http://evil.example", "Sec-Fetch-Site": "same-origin"}, 400),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "http://127.0.0.1:9999"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Content-Type": "text/plain"}, 405),
        ({"Content-Type": "application/x-www-form-urlencoded"}, 405),
        ({"Content-Length": "9000000"}, 413),
    ],
)
def test_only_its_own_page_may_call(studio: Studio, headers: dict[str, str], status: int) -> None:
    headers = {k: v.encode() if not v.isascii() else v for k, v in headers.items()}  # type: ignore[misc]
    got, said = _call(studio, **headers)
    assert got == status, said


def test_the_page_itself_is_served_to_this_host_only_and_knows_no_token(studio: Studio) -> None:
    page = studio.client.get("/")
    assert page.status_code == 200 and TOKEN not in page.text
    assert studio.client.get("/", headers={"Host": "evil.example"}).status_code == 400
    assert studio.client.get("/api/start", headers={"X-Studio-Token": TOKEN}).status_code == 405
    assert studio.client.get("/../../etc/passwd").status_code == 404


@pytest.mark.parametrize("path", ["/", "/studio.js", "/shared.css", "/nothing", "/api/start"])
def test_every_answer_has_the_policy(studio: Studio, path: str) -> None:
    headers = studio.client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "require-trusted-types-for 'script'" in policy
    assert "unsafe" not in policy and "http:" not in policy
    assert (headers["x-content-type-options"], headers["cache-control"]) == ("nosniff", "no-store")


class _Tags(HTMLParser):
    """The tags of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


def test_the_page_has_no_script_or_style_in_it_and_asks_no_other_host(studio: Studio) -> None:
    tags = _Tags(studio.client.get("/").text).seen
    loaded = [a.get("src") or a.get("href") or "" for t, a in tags if t in ("script", "link", "img")]
    assert loaded and all(re.fullmatch(r"/[\w.]+", path) and studio.client.get(path).status_code == 200 for path in loaded)
    assert not [a for _, attrs in tags for a in attrs if a == "style" or a.startswith("on")]


def test_the_scripts_make_no_markup_of_text() -> None:
    root = files("cleankit")
    scripts = [*(root / "studio" / "static").iterdir(), root / "report" / "shared.js"]
    for script in scripts:
        if script.name.endswith(".js"):
            assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|https?:", script.read_text(encoding="utf-8")), script.name


# ---------------------------------------------------------------- texts, cleaned


def test_it_tells_what_there_is(studio: Studio) -> None:
    said = studio.ask("start")
    assert {p["name"] for p in said["presets"]} >= {"article", "page", "minimal"}
    assert (said["preset"], said["texts"]) == ("article", 5)
    assert studio.ask("texts", find="A.t")["names"] == ["a.txt"]
    assert studio.ask("texts")["found"] == 5
    assert studio.ask("text", name="a.txt")["text"] == DIRTY
    assert BODY in studio.ask("text", name="page.html")["text"]


@pytest.mark.parametrize("name", ["../a.txt", "/etc/passwd", "nothing.txt", "d.txt"])
def test_what_is_no_text_of_the_folder_cannot_be_read(studio: Studio, name: str) -> None:
    assert studio.ask("text", 400, name=name)["error"]


def test_a_text_comes_back_in_lines_with_its_marks(studio: Studio) -> None:
    said = studio.ask("clean", text=DIRTY)
    assert list(line_texts(said["lines"])) == DIRTY.split("\n")
    assert [(m["before"], m["rule"], m["new"], m["line"]) for m in said["marks"]] == [("146,751FansLike", "social/glued-counter", False, 6)]
    assert said["clean"] == cleankit.Cleaner(plugins=()).clean(DIRTY).text
    assert said["milliseconds"] > 0


@pytest.mark.parametrize("preset", ["article", "page", "minimal"])
@pytest.mark.parametrize("text", [*HOSTILE, "👨🏻‍🚒 one\nShare 12\ntwo", "سلام\nشارك\nخوب", " \n\nShare \r\n", "", "\n"])
def test_the_lines_are_the_source_whatever_the_text(studio: Studio, text: str, preset: str) -> None:
    said = studio.ask("clean", text=f"{text}\n{BODY}", preset=preset)
    assert "\n".join(line_texts(said["lines"])) == f"{text}\n{BODY}"


def test_a_mark_over_several_lines_has_a_piece_on_each() -> None:
    source = f"a\n{DEBRIS}\n{DEBRIS}\n\nb"
    change = Change(Span(2, 2 + 2 * len(DEBRIS) + 1), f"{DEBRIS}\n{DEBRIS}", "x", "a/b", "because", 0.9)
    said = view(Result("a\nx\n\nb", source, stored=(change,)))
    assert said["lines"] == [["a"], [[0, DEBRIS]], [[0, DEBRIS]], [], ["b"]]
    assert [(m["line"], m["after"]) for m in said["marks"]] == [(1, "x")]


def test_each_preset_tells_its_share(studio: Studio) -> None:
    shares = studio.ask("shares", text=DIRTY)
    assert shares["minimal"] < shares["article"] < 0.2


def test_a_line_says_who_speaks_on_it(studio: Studio) -> None:
    said = studio.ask("line", line="Advertisement")
    assert "ad-label/en" in [v["rule"] for v in said["speaking"]]
    assert studio.ask("line", line=BODY)["prose"]
    nearly = studio.ask("line", line="Advertisement for a new captain of the ferry")["nearly"]
    assert nearly and all(v["held"] for v in nearly)


# ---------------------------------------------------------------- writing a rule


def test_a_missed_line_becomes_a_draft_that_takes_it(studio: Studio) -> None:
    draft = studio.drafted()
    assert draft["id"] == "mine/harbour-herald-wants-to"
    said = studio.ask("clean", text=DIRTY, draft=draft)
    assert [m["before"] for m in said["marks"] if m["new"]] == [DEBRIS]
    assert DEBRIS not in said["clean"] and DEBRIS in studio.ask("clean", text=DIRTY)["clean"]
    assert studio.ask("proof", draft=draft)["holds"]


def test_the_proof_fails_and_says_where_and_why(studio: Studio) -> None:
    draft = studio.drafted()
    wide = {**draft, "text": draft["text"].replace(f'"{DEBRIS}"', f'"{DEBRIS}", "Harbour Herald"') + '\n[[keep]]\ntext = "Harbour Herald"\nwhy = "a name"\n'}
    said = studio.ask("proof", draft=wide)
    assert not said["holds"]
    (bad,) = [v for v in said["lights"] if v["state"] == "bad" and v["name"].startswith("Keep")]
    assert (bad["text"], wide["text"].split("\n")[bad["line"] - 1]) == ("Harbour Herald", "[[keep]]")


def test_what_cannot_be_read_is_told_with_its_line(studio: Studio) -> None:
    draft = studio.drafted()
    broken = {**draft, "text": draft["text"].replace("confidence", "confidense")}
    (light,) = studio.ask("proof", draft=broken)["lights"]
    assert (light["state"], light["line"]) == ("bad", 5) and "confidence" in light["hint"]
    said = studio.ask("clean", text=DIRTY, draft=broken)
    assert not any(m["new"] for m in said["marks"])


@pytest.mark.parametrize("pattern", ["(a+)+b", "(?:a|a)*b", "x*", "(", "(?:(?:a{1,999}){1,999}){1,999}"])
def test_patterns_that_are_too_dear_are_refused_and_nothing_hangs(studio: Studio, pattern: str) -> None:
    draft = studio.drafted(kind="line")
    text = re.sub(r"line = .*", lambda _: f"line = '''{pattern}'''", draft["text"])
    assert not studio.ask("proof", draft={**draft, "text": text})["holds"]
    studio.ask("clean", text="a" * 5000 + "\n" + DIRTY, draft={**draft, "text": text})


def test_the_matcher_is_changed_and_the_rest_stays(studio: Studio) -> None:
    draft = studio.drafted()
    mine = draft["text"].replace("TODO: why it is boilerplate", "My own words")
    said = studio.ask("draft", lines=[DEBRIS], kind="line", text=mine)
    assert said["kind"] == "line" and "My own words" in said["text"] and "phrases" not in said["text"]
    assert studio.ask("proof", draft={"id": draft["id"], "text": said["text"]})["holds"]


def test_a_draft_that_the_preset_leaves_out_says_so(studio: Studio) -> None:
    draft = studio.drafted()
    preview = {**draft, "text": 'status = "preview"\n' + draft["text"]}
    assert any("does not run" in v["name"] for v in studio.ask("proof", draft=preview)["lights"])
    assert not studio.ask("clean", text=DIRTY, draft=preview)["new"]


def test_a_keep_is_put_into_the_file_of_the_rule_that_took_the_line(studio: Studio) -> None:
    said = studio.ask("keep", rule="social/glued-counter", line="146,751FansLike")
    assert said["text"].endswith('[[keep]]\ntext = "146,751FansLike"\nwhy  = ""\n') and not said["own"]
    proof = studio.ask("proof", draft={"id": "social/glued-counter", "text": said["text"]})
    assert next(v["text"] for v in proof["lights"] if v["state"] == "bad") == "146,751FansLike"


def test_a_rule_in_python_has_no_file_and_says_what_to_do(studio: Studio) -> None:
    coded = next(i for i in studio.desk.registry.rules if i.startswith("context/"))
    assert "--ignore" in studio.ask("keep", 400, rule=coded, line="x")["error"]
    assert studio.ask("keep", 400, rule="no/rule", line="x")["error"]


def test_amending_keeps_comments_and_says_where_it_cannot(studio: Studio) -> None:
    text = "# mine\n" + studio.drafted()["text"]
    kept = studio.ask("amend", text=text, keep='He said "no"\\', why="seen")["text"]
    assert kept.startswith("# mine\n") and studio.ask("proof", draft={"id": "mine/x", "text": kept})["holds"]
    more = studio.ask("amend", text=kept, gone="Harbour Herald wants to hear from you!")["text"]
    assert more.count("[[example]]") == 2 and more.index("[[example]]") < more.rindex("[[example]]") < more.index("[[keep]]")
    assert "mend" in studio.ask("amend", 400, text="not toml", keep="x")["error"]
    assert studio.ask("amend", 400, text=text, keep="half \ud800")["error"]


# ---------------------------------------------------------------- the folder


def test_the_folder_is_gone_through_and_the_riskiest_line_comes_first(studio: Studio) -> None:
    draft = studio.drafted(DEBRIS, kind="line")
    wide = {**draft, "text": re.sub(r"line = .*", "line = '''Harbour Herald[^.]*|Nobody in the room.*'''", draft["text"]).replace("[match]", '[match]\n', 1).replace("stage ", 'reach = "prose"\nstage ', 1)}
    *progress, last = studio.ask("run", draft=wide)
    assert progress and progress[0]["of"] == 5
    assert [(r["text"], r["risk"], r["times"]) for r in last["rows"]] == [(MORE, "prose", 3), (f"{DEBRIS}!", "sentence", 1), (DEBRIS, "label", 1)]
    assert last["rows"][2]["places"] == [["a.txt", 3]] and last["rows"][2]["around"] == [BODY, MORE]
    assert (last["texts"], last["touched"], last["lines"], last["words"]) == (5, 3, 5, 3 * len(MORE.split()) + 14)
    assert last["risks"] == {"prose": 3, "sentence": 1, "label": 1}
    assert len(last["bad"]) == 1 and "d.txt is not UTF-8" in last["bad"][0]


def test_a_rule_that_cannot_be_read_is_not_run(studio: Studio) -> None:
    assert studio.ask("run", 400, draft={"id": "a/b", "text": "x"})["error"]


# ---------------------------------------------------------------- saving


def test_a_rule_is_saved_used_and_taken_back(fresh: Studio) -> None:
    draft = fresh.drafted()
    asked = {"name": "mine/herald", "text": draft["text"], "place": 0}
    look = fresh.ask("save", look=True, **asked)
    path = fresh.folder / "rules/mine/herald.toml"
    assert Path(look["path"]) == path.resolve() and not look["exists"] and not path.exists()
    saved = fresh.ask("save", **asked)
    assert path.read_text(encoding="utf-8") == draft["text"] and saved["before"] is None
    assert_none(check_rule(load_rule(path, "mine/herald")))
    assert "mine/herald" in {m["rule"] for m in fresh.ask("clean", text=DIRTY)["marks"]}
    assert "already" in fresh.ask("save", 400, **asked)["error"]
    changed = {"rule": "mine/herald", "text": draft["text"].replace("0.9", "0.8")}
    assert [line for line in fresh.ask("save", look=True, **changed)["diff"] if line[0] in "+-"] == ["-confidence = 0.9", "+confidence = 0.8"]
    before = fresh.ask("save", overwrite=True, **changed)["before"]
    fresh.ask("undo", before=before, **changed)
    assert path.read_text(encoding="utf-8") == draft["text"]
    fresh.ask("undo", before=None, **asked, rule="mine/herald")
    assert not path.exists() and not list(path.parent.iterdir())
    assert "mine/herald" not in {m["rule"] for m in fresh.ask("clean", text=DIRTY)["marks"]}


def test_a_saved_rule_is_there_at_the_next_start_and_can_be_narrowed(fresh: Studio) -> None:
    fresh.ask("save", name="mine/herald", text=fresh.drafted()["text"], place=0)
    desk = Desk([], Config(plugins=()), (fresh.folder / "rules",), fresh.folder)
    assert DEBRIS not in desk.clean(DIRTY, "article").text
    text = fresh.ask("rule", rule="mine/herald")
    assert text["own"]
    narrow = {"id": "mine/herald", "text": text["text"].replace(f'["{DEBRIS}"]', '["Harbour Herald wants"]')}
    said = fresh.ask("clean", text=DIRTY, draft=narrow)
    assert said["spared"] == [DEBRIS] and DEBRIS in said["clean"]
    last = fresh.ask("run", draft=narrow)[-1]
    assert [(r["text"], r["spared"]) for r in last["rows"]] == [(f"{DEBRIS}!", True), (DEBRIS, True)]


def test_a_plugins_folder_of_rules_is_known_and_its_namespace_kept(tmp_path: Path) -> None:
    wordpress = pytest.importorskip("cleankit_wordpress")
    folder = Path(wordpress.__file__).parent / "rules"
    desk = Desk([], Config(plugins=("wordpress",)), (folder, tmp_path), tmp_path)
    assert [p.namespace for p in desk.places] == ["wordpress", ""]
    assert desk.id_in(desk.places[0], "theme/x") == "wordpress/theme/x"
    assert desk.file_for(desk.places[0], "theme/x") == (folder / "theme/x.toml").resolve()
    assert len(desk.registry.rules) == len(Desk([], Config(plugins=("wordpress",)), (), tmp_path).registry.rules)


def test_the_models_are_loaded_at_the_start(tmp_path: Path) -> None:
    from cleankit.builtin.body import net
    from cleankit.builtin.context.unlabelled import _weigher

    net.cache_clear()
    _weigher.cache_clear()
    Desk([], Config(plugins=()), (), tmp_path).warm()
    assert net.cache_info().currsize == _weigher.cache_info().currsize == 1


def test_an_address_wakes_the_rules_of_its_site(studio: Studio) -> None:
    text = studio.drafted()["text"].replace("misfires", 'sites = ["herald.example"]\nmisfires', 1)
    at_home = Desk([], Config(plugins=()), (), studio.folder, "https://www.herald.example/1")
    client = TestClient(make_app(at_home, TOKEN), base_url=HOST)
    asked = json.dumps({"text": DIRTY, "draft": {"id": "mine/x", "text": text}})
    answer = client.post("/api/clean", content=asked, headers={"X-Studio-Token": TOKEN, "Content-Type": "application/json"})
    assert (answer.json()["new"], studio.ask("clean", text=DIRTY, draft={"id": "mine/x", "text": text})["new"]) == (1, 0)


@pytest.mark.parametrize("name", ["../../etc/x", "/etc/x", "Upper/Case", "single", "a/../b", "a/b.toml", "a/b\x00", ""])
def test_nothing_is_written_outside(studio: Studio, name: str) -> None:
    before = sorted(studio.folder.rglob("*"))
    assert studio.ask("save", 400, name=name, text=studio.drafted()["text"], place=0)["error"]
    assert sorted(studio.folder.rglob("*")) == before


def test_a_link_does_not_lead_out(fresh: Studio) -> None:
    (fresh.folder / "rules").mkdir()
    (fresh.folder / "elsewhere").mkdir()
    (fresh.folder / "rules" / "mine").symlink_to(fresh.folder / "elsewhere")
    assert "leads out" in fresh.ask("save", 400, name="mine/x", text=fresh.drafted()["text"], place=0)["error"]


def test_rules_of_others_are_not_written(studio: Studio) -> None:
    text = studio.ask("rule", rule="social/glued-counter")["text"]
    assert "copy" in studio.ask("save", 400, rule="social/glued-counter", text=text, overwrite=True)["error"]
    assert studio.ask("save", 400, name="social/glued-counter", text=text, place=0)["error"]
    assert studio.ask("save", 400, name="mine/x", text=text, place=7)["error"]


def test_a_proof_that_fails_is_saved_only_when_asked(fresh: Studio) -> None:
    text = fresh.drafted()["text"] + f'\n[[keep]]\ntext = "{DEBRIS}"\nwhy = ""\n'
    assert "proof" in fresh.ask("save", 400, name="mine/x", text=text, place=0)["error"]
    assert fresh.ask("save", name="mine/x", text=text, place=0, failing=True)["failing"]


# ---------------------------------------------------------------- whatever comes


@pytest.mark.parametrize("body", ["", "no json", "[]", "null", '{"text": 1}', '{"text": "x", "preset": "none"}', '{"text": "x", "preset": []}'])
def test_calls_that_are_wrong_are_told_so(studio: Studio, body: str) -> None:
    answer = studio.client.post("/api/clean", content=body, headers={"X-Studio-Token": TOKEN, "Content-Type": "application/json"})
    assert answer.status_code == 400 and answer.json()["error"]


@pytest.mark.parametrize("evil", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_lines_and_rules_come_back_as_data(studio: Studio, evil: str) -> None:
    text = studio.drafted()["text"].replace("TODO: what is found, as a noun", json.dumps(evil.replace("\ud800", ""), ensure_ascii=True)[1:-1])
    said = studio.ask("clean", text=f"{evil}\n{DIRTY}", draft={"id": "mine/x", "text": text})
    assert said["marks"] and "\n".join(line_texts(said["lines"])) == f"{evil}\n{DIRTY}"
    answer = studio.client.post("/api/draft", content=json.dumps({"lines": [evil]}), headers={"X-Studio-Token": TOKEN, "Content-Type": "application/json"})
    assert answer.headers["content-type"] == "application/json" and answer.text.isascii()
