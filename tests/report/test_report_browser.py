"""The report in a real browser, opened from disk: reach a reason by keyboard, filter, narrow and wide, nothing runs that should not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import cleankit
from cleankit.report import Item, collect, render

from .test_report import BODY, DIRTY, HOSTILE, result_of

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser"), pytest.mark.filterwarnings("default")]
CHROMIUM = Path("/usr/bin/chromium")
RTL = "The council met.\nاجتمع المجلس يوم الإثنين لمناقشة خطط الميناء، واتفق الأعضاء على ميزانية جديدة.\nشارك\n"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api")
    if not CHROMIUM.exists():
        pytest.skip(f"there is no {CHROMIUM}")
    with playwright.sync_playwright() as p:
        browser = p.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    items = [Item(f"plain-{k}", cleankit.explain(DIRTY), "en", f"https://{'ab'[k % 2]}.example/") for k in range(4)]
    items += [Item(f"hostile {evil}", result_of(f"{evil}\n{BODY}", evil, rule=f"evil/{evil}", confidence=0.4), evil, "") for evil in HOSTILE]
    items.append(Item("right to left", result_of(RTL, "شارك", rule="share/ar"), "ar", ""))
    items.append(Item("emoji", result_of("👨🏻‍🚒 She said so.\nShare 12\nAnd left.", "Share 12", rule="counter/en"), "en", ""))
    path = tmp_path_factory.mktemp("report") / "r.html"
    path.write_bytes(render(collect(items), {"of": "texts"}).encode("utf-8", "replace"))
    return path


class _Page:
    """An open report, with what its console said."""

    def __init__(self, browser: Any, report: Path, *, width: int = 1600, hash: str = "", **more: Any) -> None:
        self.context = browser.new_context(viewport={"width": width, "height": 900}, **more)
        self.page = self.context.new_page()
        self.said: list[str] = []
        self.page.on("console", lambda m: self.said.append(m.text))
        self.page.on("pageerror", lambda e: self.said.append(str(e)))
        self.page.on("dialog", lambda d: self.said.append(f"dialog {d.message}"))
        self.page.on("request", lambda r: self.said.append(r.url) if not r.url.startswith(("file:", "data:")) else None)
        self.page.goto(report.as_uri() + hash)
        self.page.wait_for_selector("html[data-ready]")

    def __enter__(self) -> Any:
        return self.page

    def __exit__(self, kind: object, *rest: object) -> None:
        title = self.page.title()
        self.context.close()
        if kind is None:
            assert self.said == []
            assert title == "What was removed · cleankit"


@pytest.mark.parametrize("width", [400, 1600])
def test_it_opens_without_a_word_in_the_console_and_fits(browser: Any, report: Path, width: int) -> None:
    with _Page(browser, report, width=width) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.locator(".doc").count() == 6 + len(HOSTILE)


def test_the_reason_of_a_removal_is_reached_by_keyboard_alone(browser: Any, report: Path) -> None:
    with _Page(browser, report) as page:
        page.keyboard.press("/")
        page.keyboard.type("council met on Monday")
        page.wait_for_selector("#shown:has-text('of 13 shown')")
        page.keyboard.press("Escape")
        page.evaluate("document.querySelector('[name=rule]').focus()")
        page.locator("[name=rule]").select_option("social/glued-counter")
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press("j")
        assert "social/glued-counter" in page.locator("#card").inner_text()
        assert "Social counters whose words run together" in page.locator("#card").inner_text()
        assert "1 of 4" in page.locator("#card").inner_text()
        page.keyboard.press("j")
        assert "2 of 4" in page.locator("#card").inner_text()
        page.keyboard.press("k")
        page.keyboard.press("Enter")
        assert "1 of 4" in page.locator("#card").inner_text()
        page.keyboard.press("Escape")
        assert page.locator("#card").is_hidden()


def test_the_filter_is_in_the_address(browser: Any, report: Path) -> None:
    with _Page(browser, report, hash="#rule=social%2Fglued-counter&site=a.example") as page:
        assert page.locator(".doc:not([hidden])").count() == 2
        page.locator("#clear").click()
        assert "rule" not in page.evaluate("location.hash")
        assert page.locator(".doc:not([hidden])").count() == 6 + len(HOSTILE)
        page.locator("#rules button.rule", has_text="share/ar").click()
        assert "rule=share%2Far" in page.evaluate("location.hash")
        assert page.locator(".doc:not([hidden])").count() == 1
        assert page.locator("#samples").is_visible()
        page.locator("[name=q]").fill("no such words anywhere")
        page.wait_for_selector("#none:not([hidden])")


def test_confidence_family_and_flags_filter(browser: Any, report: Path) -> None:
    with _Page(browser, report, hash="#below=0.5") as page:
        assert page.locator(".doc:not([hidden])").count() == len(HOSTILE)
    with _Page(browser, report, hash="#family=social") as page:
        assert page.locator(".doc:not([hidden])").count() == 4
    with _Page(browser, report, hash="#has=nothing") as page:
        assert page.locator(".doc:not([hidden])").count() == 0


def test_hostile_texts_are_shown_and_run_nothing(browser: Any, report: Path) -> None:
    with _Page(browser, report) as page:
        shown = page.locator("#docs").text_content()
        assert "<script>document.title='owned'</script>" in shown
        assert "U+202E" in shown
        assert page.evaluate("document.querySelectorAll('#docs script, #docs img, #docs svg').length") == 0


def test_emoji_and_right_to_left_are_cut_where_python_cut_them(browser: Any, report: Path) -> None:
    with _Page(browser, report) as page:
        texts = page.evaluate("[...document.querySelectorAll('.doc del')].map(d => [...d.childNodes].slice(1).map(n => n.textContent).join(''))")
        assert "Share 12" in texts
        assert "شارك" in texts
        assert page.evaluate("getComputedStyle(document.querySelector('.text')).unicodeBidi") == "plaintext"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_accessibility_checker_finds_nothing_serious(browser: Any, report: Path, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    with _Page(browser, report, color_scheme=scheme, bypass_csp=True) as page:
        page.keyboard.press("j")
        page.wait_for_timeout(300)
        found = axe.Axe().run(page).response["violations"]
        serious = [(v["id"], v["nodes"][0]["html"][:200], v["nodes"][0].get("failureSummary", "")) for v in found if v["impact"] in ("serious", "critical")]
        assert serious == []


def test_without_a_script_the_figures_are_there(browser: Any, report: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(report.as_uri())
    assert page.locator("#rules tbody tr").count() >= 4
    assert "switched off" in page.locator("#texts").inner_text()
    context.close()
