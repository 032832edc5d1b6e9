"""Makes the pictures of the README and the documentation, beside this file.

    python docs/pictures/make.py

The terminal is drawn by rich; the studio is photographed in Chromium (`pip install --group e2e`, `/usr/bin/chromium`).
"""

from __future__ import annotations

import re
import tempfile
import threading
from pathlib import Path

from rich.console import Console
from rich.text import Text

import cleankit
from cleankit.cli import _draw

HERE = Path(__file__).resolve().parent
README = (HERE.parents[1] / "README.md").read_text(encoding="utf-8")
#: Rich's own form loads a font from elsewhere; this one takes what is there.
SVG = """<svg viewBox="0 0 {terminal_width} {terminal_height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: {char_height}px; line-height: {line_height}px; white-space: pre }}
.{unique_id}-title {{ font-family: system-ui, sans-serif; font-size: 16px }}
{styles}
</style>
<defs><clipPath id="{unique_id}-clip-terminal"><rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/></clipPath>{lines}</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">{backgrounds}<g class="{unique_id}-matrix">{matrix}</g></g>
</svg>
"""
#: What the author of the rule in the picture says.
SAID = {
    "what is found, as a noun": "The herald's call to its readers",
    "why it is boilerplate": "It stands below every article, whatever that is about.",
    "where it is wrong, in words": "None known.",
}


def dirty() -> str:
    """The text that the README begins with."""
    found = re.search(r"^```text\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
    assert found
    return found[1]


def explain_svg() -> str:
    """`cleankit explain` on that text, as an SVG that loads nothing."""
    result = cleankit.explain(dirty())
    console = Console(record=True, width=118, force_terminal=True, color_system="truecolor", highlight=False, markup=False, emoji=False, file=tempfile.TemporaryFile("w"))  # noqa: SIM115
    console.print(Text("$ cleankit explain scraped.txt", style="bold"))
    for line in _draw.styled(_draw.rows(result)):
        console.print(line)
    return console.export_svg(title="cleankit explain", code_format=SVG, unique_id="explain")


def studio_png(path: Path) -> None:
    """The studio on that text, with a rule being written."""
    from playwright.sync_api import sync_playwright

    from cleankit.cli.studio import listener, server_for
    from cleankit.studio import Desk, Text

    with tempfile.TemporaryDirectory() as folder:
        texts = []
        for name in ("ferry-timetable", "harbour-bridge", "market-day", "night-train", "winter-fair"):
            file = Path(folder) / f"{name}.txt"
            file.write_text(dirty().replace("Related Articles", "Harbour Herald wants to hear from you\nRelated Articles"), encoding="utf-8")
            texts.append(Text(file.name, file.read_bytes))
        desk = Desk(texts, None, (Path(folder) / "rules",), Path(folder))
        desk.warm()
        listening = listener(0)
        server = server_for(desk, "token")
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        with sync_playwright() as p:
            browser = p.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 1440, "height": 900}, color_scheme="light")
            page.goto(f"http://127.0.0.1:{listening.getsockname()[1]}/#token")
            page.locator("#names button", has_text="harbour-bridge").click()
            page.locator("#lines .ln", has_text="Harbour Herald").click()
            page.keyboard.press("g")
            page.wait_for_selector(".verdict.ok")
            area = page.locator("#rule textarea")
            text = area.input_value()
            for todo, said in SAID.items():
                text = text.replace(f"TODO: {todo}", said)
            area.fill(text)
            page.wait_for_selector("#lines del.new")
            page.wait_for_selector("html:not([data-busy])")
            area.evaluate("a => { a.scrollTop = 0 }")
            page.locator("#lines").focus()
            page.wait_for_timeout(600)
            page.screenshot(path=path)
            browser.close()
        server.should_exit = True
        thread.join(10)


if __name__ == "__main__":
    (HERE / "explain.svg").write_text(explain_svg(), encoding="utf-8")
    studio_png(HERE / "studio.png")
    for made in ("explain.svg", "studio.png"):
        print(f"{made}: {(HERE / made).stat().st_size:,} bytes")
