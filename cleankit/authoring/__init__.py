"""Help for who writes rules: a rule file drafted from lines of debris, and which rules speak on a line or nearly do."""

from __future__ import annotations

from cleankit.authoring._draft import Draft, block, draft, example_of, numbers_as_pattern, quoted, slugged
from cleankit.authoring._trial import Trial, Voice, try_line, voices

__all__ = ["Draft", "Trial", "Voice", "block", "draft", "example_of", "numbers_as_pattern", "quoted", "slugged", "try_line", "voices"]
