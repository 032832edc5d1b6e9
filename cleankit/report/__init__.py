"""A report on what rules did to many texts: one HTML file, which opens from disk and needs no network.

`collect` reads results in one pass and bounded memory: figures are of all texts, and a sample of the texts is kept. `render`
makes the page. `compare` lays two runs over the same texts against each other, from their ledgers.
"""

from __future__ import annotations

from cleankit.report._collect import Figures, Item, Options, collect
from cleankit.report._diff import compare
from cleankit.report._page import render

__all__ = ["Figures", "Item", "Options", "collect", "compare", "render"]
