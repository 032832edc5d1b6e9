"""The studio in a real browser: from a missed line to a saved rule, by mouse and by keyboard alone; nothing runs that should not."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cleankit.cli.studio import listener, server_for
from cleankit.config import Config
from cleankit.rulefile import load_rule
from cleankit.studio import Desk, Text
from cleankit.testing import assert_none, check_rule
from tests.browser import MARKS, Opened, serious
from tests.hostile import HOSTILE

from .test_studio import BODY, DEBRIS, DIRTY, MORE

pytestmark = MARKS
RTL = "The council met.\nاجتمع المجلس يوم الإثنين لمناقشة خطط الميناء، واتفق الأعضاء على ميزانية جديدة.\n\nإعلان\n"
EMOJI = f"👨🏻‍🚒 {BODY}\n\n👨🏻‍🚒 Share 12\n\n{MORE}\n"
TOKEN = "the-token"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("studio")
    texts = {
        "a.txt": DIRTY, "b.txt": f"{MORE}\n\n{DEBRIS}\n\n{BODY}\n", "c.txt": f"{BODY}\n", "hostile.txt": "\n\n".join(h.replace("\ud800", "") for h in HOSTILE) + f"\n\n{BODY}\n",
        "right-to-left.txt": RTL, "emoji.txt": EMOJI, "<img src=x onerror=alert(1)>.txt": DIRTY,
    }  # fmt: skip
    (root / "texts").mkdir()
    for name, text in texts.items():
        (root / "texts" / name).write_text(text, encoding="utf-8")
    (root / "texts" / "broken.txt").write_bytes(b"\xff\xfe")
    evil = HOSTILE[0] + HOSTILE[1]
    (root / "rules" / "evil").mkdir(parents=True)
    (root / "rules" / "evil" / "named.toml").write_text(
        f"summary = '''{evil}'''\nwhy = '''{evil}'''\nstage = \"lines\"\nsince = \"0.1\"\nconfidence = 0.9\nmisfires = '''{evil}'''\n"
        f"[match]\nphrases = ['''{HOSTILE[0]}''']\n[[example]]\nbefore = '''{BODY}\n\n{HOSTILE[0]}\n\n{MORE}'''\nafter = '''{BODY}\n\n{MORE}'''\n"
        f"[[keep]]\ntext = '''{BODY}'''\nwhy = '''{evil}'''\n",
        encoding="utf-8",
    )
    return root


@pytest.fixture(scope="module")
def desk(folder: Path) -> Desk:
    texts = [Text(p.name, p.read_bytes) for p in sorted((folder / "texts").iterdir())]
    desk = Desk(texts, Config(plugins=()), (folder / "rules",), folder)
    desk.warm()
    return desk


@pytest.fixture(autouse=True)
def as_before(desk: Desk, folder: Path) -> Iterator[None]:
    """What a test saved is gone after it."""
    yield
    for path in [p for p in (folder / "rules").rglob("*.toml") if p.parent.name != "evil"]:
        desk.take_back(path, f"{path.parent.name}/{path.stem}", None)


@pytest.fixture(scope="module")
def address(desk: Desk) -> Iterator[str]:
    """A studio that is served as the command serves it."""
    uvicorn = pytest.importorskip("uvicorn")
    listening = listener(0)
    server: uvicorn.Server = server_for(desk, TOKEN)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
    server.should_exit = True
    thread.join(10)


class Page(Opened):
    """An open studio. Its address does not show the token."""

    def __init__(self, browser: Any, address: str, **more: Any) -> None:
        super().__init__(browser, f"{address}#{TOKEN}", address, "cleankit studio", **more)

    def __exit__(self, kind: object, *rest: object) -> None:
        hash = self.page.evaluate("location.hash")
        super().__exit__(kind, *rest)
        assert kind or hash == ""


def opened(page: Any, name: str) -> None:
    """Open a text of the folder."""
    settled(page)
    page.locator("#names button", has_text=name).first.click()
    page.wait_for_function("name => document.getElementById('name').textContent.includes(name)", arg=name)
    page.wait_for_selector("#lines .ln")
    settled(page)


def settled(page: Any) -> None:
    """Wait until nothing is asked any more."""
    page.wait_for_timeout(50)
    page.wait_for_selector("html:not([data-busy])")


def line(page: Any, text: str) -> Any:
    return page.locator("#lines .ln", has_text=text)


@pytest.mark.parametrize("width", [400, 1000, 1600])
def test_it_opens_without_a_word_in_the_console_and_fits(browser: Any, address: str, width: int) -> None:
    with Page(browser, address, width=width) as page:
        settled(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.locator("#lines .ln").count() > 0
        for pane in ("texts", "line", "rule", "folder", "text") if width == 400 else ():
            page.locator(f"#panes [data-pane={pane}]").click()
            assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_each_preset_draws_the_text_anew(browser: Any, address: str) -> None:
    with Page(browser, address) as page:
        opened(page, "a.txt")
        assert page.locator("#lines del").count() == 1
        page.locator("[data-preset=minimal]").click()
        page.wait_for_function("() => document.querySelectorAll('#lines del').length === 0")
        page.keyboard.press("1")
        page.wait_for_function("() => document.querySelectorAll('#lines del').length === 1")
        page.wait_for_selector("[data-preset=article] small")
        page.keyboard.press("v")
        assert "FansLike" not in page.locator("#clean").inner_text() and BODY in page.locator("#clean").inner_text()


def test_a_missed_line_becomes_a_saved_rule_whose_proof_fails_and_then_holds(browser: Any, address: str, folder: Path) -> None:
    with Page(browser, address) as page:
        opened(page, "a.txt")
        line(page, DEBRIS).click()
        assert "Stays" in page.locator("#line").inner_text()
        page.locator("#line button", has_text="Should have gone").click()
        page.wait_for_selector(".verdict.ok")
        page.wait_for_selector("#lines del.new")
        assert DEBRIS in page.locator("#lines del.new").inner_text()
        area = page.locator("#rule textarea")
        good = area.input_value()
        area.fill(good + f'\n[[keep]]\ntext = "{DEBRIS}"\nwhy = "to see the proof fail"\n')
        page.wait_for_selector(".verdict.bad")
        assert "The proof fails: 1 of" in page.locator(".verdict").inner_text()
        page.locator(".lights .bad .go", has_text="is taken").click()
        assert page.evaluate("(a => a.value.slice(a.selectionStart, a.selectionEnd))(document.querySelector('#rule textarea'))") == "[[keep]]"
        page.keyboard.press("Control+z")
        page.wait_for_selector(".verdict.ok")
        assert area.input_value() == good
        page.locator("#rule-name").fill("seen/herald")
        page.keyboard.press("Escape")
        page.keyboard.press("r")
        page.wait_for_selector("#folder .found")
        assert "2 lines (14 words)" not in page.locator("#folder").inner_text(), "the third text with the line is named like markup"
        assert "3 lines (21 words) from 3 of 8 texts" in page.locator("#folder").inner_text()
        page.keyboard.press("Control+s")
        page.wait_for_selector("#saving[open] .main")
        assert "seen/herald.toml" in page.locator("#saving").inner_text()
        page.keyboard.press("Enter")
        page.wait_for_selector("#toast:has-text('Saved to')")
        path = folder / "rules/seen/herald.toml"
        assert path.read_text(encoding="utf-8") == good
        assert_none(check_rule(load_rule(path, "seen/herald")))
        settled(page)
        assert page.locator("#lines del.new").count() == 0 and page.locator("#lines del", has_text=DEBRIS).count() == 1
        page.locator("#toast button", has_text="Undo").click()
        page.wait_for_selector("#toast:has-text('gone again')")
        assert not path.exists()
        page.wait_for_selector("#lines del.new")


def test_the_same_by_keyboard_alone(browser: Any, address: str, folder: Path) -> None:
    with Page(browser, address) as page:
        page.keyboard.press("/")
        page.keyboard.type("b.txt")
        page.wait_for_function("() => document.querySelectorAll('#names button').length === 1")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_function("() => document.getElementById('name').textContent === 'b.txt'")
        settled(page)
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        assert DEBRIS in page.locator("#lines [aria-selected=true]").inner_text()
        assert page.evaluate("document.getElementById('lines').getAttribute('aria-activedescendant')") == "L2"
        page.keyboard.press("g")
        page.wait_for_selector(".verdict.ok")
        page.keyboard.press("Control+s")
        page.wait_for_selector("#saving[open] .main")
        page.keyboard.press("Enter")
        page.wait_for_selector("#toast:has-text('Saved to')")
        assert len(list((folder / "rules" / "mine").glob("*.toml"))) == 1
        settled(page)
        page.keyboard.press("Escape")
        page.keyboard.press("j")
        assert page.locator("#lines [aria-selected=true] del").count() == 1
        # the change should have stayed: its own rule is opened with a keep, and the proof fails until the rule is narrower
        page.keyboard.press("s")
        page.wait_for_selector(".verdict.bad")
        page.keyboard.press("Control+z")
        page.wait_for_selector(".verdict.ok")


def test_a_keep_on_the_rule_that_took_a_line(browser: Any, address: str) -> None:
    with Page(browser, address) as page:
        opened(page, "a.txt")
        page.locator("#lines del").first.click()
        assert "social/glued-counter" in page.locator("#line").inner_text()
        page.locator("#line button", has_text="Should have stayed").click()
        page.wait_for_selector(".verdict.bad")
        assert 'text = "146,751FansLike"' in page.locator("#rule textarea").input_value()
        assert "not yours to change" in page.locator("#rule").inner_text()
        assert page.locator("#rule button", has_text="Copy the text").is_visible()


def test_several_lines_a_pattern_and_back(browser: Any, address: str) -> None:
    with Page(browser, address) as page:
        opened(page, "a.txt")
        line(page, BODY).click()
        line(page, DEBRIS).click(modifiers=["Shift"])
        assert page.locator("#lines [aria-selected=true]").count() == 2
        page.keyboard.press("g")
        page.wait_for_selector("#rule textarea")
        page.locator("#rule .segments button", has_text="Pattern").click()
        page.wait_for_function("() => document.querySelector('#rule textarea')?.value.includes('\\nline = ')")
        page.locator("#undo").click()
        page.wait_for_function("() => document.querySelector('#rule textarea')?.value.includes('phrases = ')")
        page.locator("#redo").click()
        page.wait_for_function("() => document.querySelector('#rule textarea')?.value.includes('\\nline = ')")
        settled(page)
        page.locator("#rule button", has_text="Discard").click()
        page.keyboard.press("Control+z")
        page.wait_for_selector("#rule textarea", state="attached")


def test_a_judged_line_becomes_a_keep_or_an_example(browser: Any, address: str) -> None:
    with Page(browser, address) as page:
        opened(page, "a.txt")
        line(page, DEBRIS).click()
        page.keyboard.press("g")
        page.wait_for_selector(".verdict.ok")
        page.locator("#rule button", has_text="Run over the folder").click()
        page.locator("#folder button", has_text="Rightly gone").first.click()
        page.wait_for_selector("#folder :text('an example now')")
        assert page.locator("#rule textarea").input_value().count("[[example]]") == 2
        assert "The rule has changed since" in page.locator("#folder").inner_text()
        page.keyboard.press("Control+z")
        page.locator("#folder .found .rule").first.click()
        page.wait_for_selector("#lines [aria-selected=true]")


def test_a_text_is_pasted_edited_and_survives_a_reload(browser: Any, address: str) -> None:
    with Page(browser, address) as page:
        settled(page)
        page.locator("#paste").click()
        page.keyboard.insert_text(f"{BODY}\n\nShare 12\n")
        page.keyboard.press("Escape")
        page.keyboard.press("v")
        page.wait_for_selector("#lines del")
        page.reload()
        page.wait_for_selector("#lines del")
        assert page.locator("#name").inner_text() == "Pasted text"
        page.keyboard.press("e")
        page.locator("#source").fill(BODY)
        page.keyboard.press("Escape")
        page.keyboard.press("v")
        page.wait_for_function("() => document.querySelectorAll('#lines .ln').length === 1 && !document.querySelector('#lines del')")
        page.locator("#undo").click()
        page.wait_for_selector("#lines del", state="attached")


def test_hostile_texts_and_rules_are_shown_and_run_nothing(browser: Any, address: str) -> None:
    with Page(browser, address) as page:
        opened(page, "hostile.txt")
        shown = page.locator("#lines").text_content()
        assert HOSTILE[0] in shown and HOSTILE[1] in shown and "U+202E" in shown
        line(page, "owned").click()
        assert HOSTILE[1] in page.locator("#line").text_content(), "the summary of the rule that took it"
        page.keyboard.press("o")
        page.wait_for_selector("#rule textarea")
        page.locator("#rule textarea").fill(f"{HOSTILE[0]} = {HOSTILE[1]}")
        page.wait_for_selector(".verdict.bad")
        page.locator("#names button", has_text="<img").click()
        page.wait_for_function("() => document.getElementById('name').textContent.startsWith('<img')")
        settled(page)
        assert page.evaluate("document.querySelectorAll('body script, #lines img, #names img, #side img, svg').length") == 0


def test_emoji_and_right_to_left_are_cut_where_python_cut_them(browser: Any, address: str) -> None:
    with Page(browser, address) as page:
        opened(page, "emoji.txt")
        assert line(page, BODY).locator(".tx").text_content() == f"👨🏻‍🚒 {BODY}"
        opened(page, "right-to-left.txt")
        assert "إعلان" in page.locator("#lines del").first.inner_text()
        assert page.evaluate("getComputedStyle(document.querySelector('.ln .tx')).unicodeBidi") == "plaintext"
        assert page.evaluate("getComputedStyle(document.querySelector('#lines del')).unicodeBidi") == "isolate"


def test_what_goes_wrong_is_told(browser: Any, address: str) -> None:
    with Page(browser, address, expected=("400 (Bad Request)", "401 (Unauthorized)")) as page:
        page.locator("#names button", has_text="broken.txt").click()
        page.wait_for_selector("#toast:has-text('not UTF-8')")
        page.evaluate("sessionStorage.setItem('cleankit-studio-token', 'old')")
        page.reload()
        page.wait_for_selector("#trouble:has-text('the token')")


@pytest.mark.parametrize("width", [400, 1600])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_accessibility_checker_finds_nothing_serious(browser: Any, address: str, scheme: str, width: int) -> None:
    with Page(browser, address, width=width, color_scheme=scheme, bypass_csp=True) as page:

        def look(where: str) -> None:
            page.wait_for_timeout(250)
            assert (where, serious(page)) == (where, [])

        look("start")
        if width == 400:
            page.locator("#panes [data-pane=texts]").click()
        opened(page, "a.txt")
        line(page, DEBRIS).click()
        look("a line")
        page.keyboard.press("g")
        page.wait_for_selector(".verdict.ok")
        area = page.locator("#rule textarea")
        area.fill(area.input_value() + f'\n[[keep]]\ntext = "{DEBRIS}"\nwhy = ""\n')
        page.wait_for_selector(".verdict.bad")
        look("a rule that fails")
        page.locator("#rule button", has_text="Run over the folder").click()
        page.wait_for_selector("#folder .found")
        look("the folder")
        page.keyboard.press("Control+s")
        page.wait_for_selector("#saving[open] .main")
        look("saving")
