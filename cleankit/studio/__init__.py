"""The workbench in the browser: look at texts cleaned, turn what is wrong into rules, see their proof, save them.

`Desk` holds the texts, cleaners and folders of rules and knows nothing of the web; `make_app` puts it behind a local ASGI application.
"""

from __future__ import annotations

from cleankit.studio._app import make_app
from cleankit.studio._desk import Desk, Text

__all__ = ["Desk", "Text", "make_app"]
