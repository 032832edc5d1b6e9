"""Dead links of the built site: every local address and anchor of every page exists. `python check_site.py build/site`."""

from __future__ import annotations

import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

#: Fewer pages than this, and something was lost on the way.
PAGES = 75


class _Page(HTMLParser):
    """The anchors of a page and what it points to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.targets: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("id", "name") and value:
                self.anchors.add(value)
            elif name in ("href", "src") and value and tag != "base":
                self.targets.append(value)


def dead_links(site: Path) -> list[str]:
    """Addresses that lead nowhere, with the page that has them."""
    pages = {p.resolve(): _Page(p.read_text(encoding="utf-8")) for p in site.rglob("*.html")}
    dead = []
    for path, page in pages.items():
        if path.name == "404.html":
            continue  # its addresses depend on where the site is put
        for target in page.targets:
            parts = urlsplit(target)
            if parts.scheme or parts.netloc:
                continue
            found = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            found = found / "index.html" if found.is_dir() else found
            if not found.is_file():
                dead.append(f"{path.relative_to(site.resolve())}: {target}")
            elif parts.fragment and found in pages and unquote(parts.fragment) not in pages[found].anchors:
                dead.append(f"{path.relative_to(site.resolve())}: {target}")
    if len(pages) < PAGES:
        dead.append(f"only {len(pages)} pages, fewer than {PAGES}")
    return sorted(set(dead))


if __name__ == "__main__":
    wrong = dead_links(Path(sys.argv[1]))
    print("\n".join([*wrong, f"{len(wrong)} dead links"]))
    sys.exit(1 if wrong else 0)
