"""What the tests that drive a browser share: Chromium, a page whose console is listened to, the accessibility checker."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = Path("/usr/bin/chromium")
#: Marks of a module of such tests: they share the browser.
MARKS = [pytest.mark.e2e, pytest.mark.xdist_group("browser"), pytest.mark.filterwarnings("default")]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium, headless."""
    playwright = pytest.importorskip("playwright.sync_api")
    if not CHROMIUM.exists():
        pytest.skip(f"there is no {CHROMIUM}")
    with playwright.sync_playwright() as p:
        browser = p.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield browser
        browser.close()


class Opened:
    """A page in a context of its own. At its end, the console has said nothing and nothing was asked of another place.

    `own` is how addresses begin that it may ask, `expected` what the console may say; a script that a text smuggled in would change the title.
    """

    def __init__(self, browser: Any, url: str, own: str, title: str, *, width: int = 1600, expected: tuple[str, ...] = (), **more: Any) -> None:
        self.context = browser.new_context(viewport={"width": width, "height": 900}, **more)
        self.page = self.context.new_page()
        self.said: list[str] = []
        self.title, self.expected = title, expected
        self.page.on("console", lambda m: self.said.append(m.text))
        self.page.on("pageerror", lambda e: self.said.append(str(e)))
        self.page.on("dialog", lambda d: self.said.append(f"dialog {d.message}"))
        self.page.on("request", lambda r: self.said.append(r.url) if not r.url.startswith((own, "data:")) else None)
        self.page.goto(url)
        self.page.wait_for_selector("html[data-ready]")

    def __enter__(self) -> Any:
        return self.page

    def __exit__(self, kind: object, *rest: object) -> None:
        title = self.page.title()
        self.context.close()
        if kind is None:
            assert [s for s in self.said if not any(e in s for e in self.expected)] == []
            assert title == self.title


def serious(page: Any) -> list[tuple[str, ...]]:
    """What an accessibility checker finds that is serious: its name, the place, what to do."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    found = axe.Axe().run(page).response["violations"]
    return [(v["id"], v["nodes"][0]["html"][:200], v["nodes"][0].get("failureSummary", "")) for v in found if v["impact"] in ("serious", "critical")]
