"""The report in a real browser, opened from disk: reach a reason by keyboard, filter, narrow and wide, nothing runs that should not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import cleankit
from cleankit.report import Item, collect, render
from tests.browser import MARKS, Opened, serious
from tests.hostile import HOSTILE
from tests.unit.cli import BODY, DIRTY

from .test_report import result_of

pytestmark = MARKS
RTL = "The council met.\nاجتمع المجلس يوم الإثنين لمناقشة خطط الميناء، واتفق الأعضاء على ميزانية جديدة.\nشارك\n"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    items = [Item(f"plain-{k}", cleankit.explain(DIRTY), "en", f"https://{'ab'[k % 2]}.example/") for k in range(4)]
    items += [Item(f"hostile {evil}", result_of(f"{evil}\n{BODY}", evil, rule=f"evil/{evil}", confidence=0.4), evil, "") for evil in HOSTILE]
    items.append(Item("right to left", result_of(RTL, "شارك", rule="share/ar"), "ar", ""))
    items.append(Item("emoji", result_of("👨🏻‍🚒 She said so.\nShare 12\nAnd left.", "Share 12", rule="counter/en"), "en", ""))
    path = tmp_path_factory.mktemp("report") / "r.html"
    path.write_bytes(render(collect(items), {"of": "texts"}).encode("utf-8", "replace"))
    return path


def opened(browser: Any, report: Path, *, hash: str = "", **more: Any) -> Opened:
    """An open report."""
    return Opened(browser, report.as_uri() + hash, "file:", "What was removed · cleankit", **more)


@pytest.mark.parametrize("width", [400, 1600])
def test_it_opens_without_a_word_in_the_console_and_fits(browser: Any, report: Path, width: int) -> None:
    with opened(browser, report, width=width) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.locator(".doc").count() == 6 + len(HOSTILE)


def test_the_reason_of_a_removal_is_reached_by_keyboard_alone(browser: Any, report: Path) -> None:
    with opened(browser, report) as page:
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
    with opened(browser, report, hash="#rule=social%2Fglued-counter&site=a.example") as page:
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
    with opened(browser, report, hash="#below=0.5") as page:
        assert page.locator(".doc:not([hidden])").count() == len(HOSTILE)
    with opened(browser, report, hash="#family=social") as page:
        assert page.locator(".doc:not([hidden])").count() == 4
    with opened(browser, report, hash="#has=nothing") as page:
        assert page.locator(".doc:not([hidden])").count() == 0


def test_hostile_texts_are_shown_and_run_nothing(browser: Any, report: Path) -> None:
    with opened(browser, report) as page:
        shown = page.locator("#docs").text_content()
        assert "<script>document.title='owned'</script>" in shown
        assert "U+202E" in shown
        assert page.evaluate("document.querySelectorAll('#docs script, #docs img, #docs svg').length") == 0


def test_emoji_and_right_to_left_are_cut_where_python_cut_them(browser: Any, report: Path) -> None:
    with opened(browser, report) as page:
        texts = page.evaluate("[...document.querySelectorAll('.doc del')].map(d => [...d.childNodes].slice(1).map(n => n.textContent).join(''))")
        assert "Share 12" in texts
        assert "شارك" in texts
        assert page.evaluate("getComputedStyle(document.querySelector('.text')).unicodeBidi") == "plaintext"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_accessibility_checker_finds_nothing_serious(browser: Any, report: Path, scheme: str) -> None:
    with opened(browser, report, color_scheme=scheme, bypass_csp=True) as page:
        page.keyboard.press("j")
        page.wait_for_timeout(300)
        assert serious(page) == []


def test_without_a_script_the_figures_are_there(browser: Any, report: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(report.as_uri())
    assert page.locator("#rules tbody tr").count() >= 4
    assert "switched off" in page.locator("#texts").inner_text()
    context.close()
