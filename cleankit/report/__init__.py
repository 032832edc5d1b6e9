"""A report on what rules did to many texts: one HTML file, which opens from disk and needs no network.

`collect` reads results in one pass and bounded memory: figures are of all texts, and a sample of the texts is kept. `render`
makes the page. `compare` lays two runs over the same texts against each other, from their ledgers.
"""

from __future__ import annotations

from cleankit.report._collect import Doc, Figures, Item, Mark, Options, collect, family_of, read_doc
from cleankit.report._diff import compare, differing
from cleankit.report._page import letters_of, render

__all__ = ["Doc", "Figures", "Item", "Mark", "Options", "collect", "compare", "differing", "family_of", "letters_of", "read_doc", "render"]
