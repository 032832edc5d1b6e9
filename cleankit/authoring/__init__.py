"""Help for who writes rules: a rule file drafted from lines of debris, and which rules speak on a line or nearly do."""

from __future__ import annotations

from cleankit.authoring._draft import Draft, draft, numbers_as_pattern, quoted
from cleankit.authoring._trial import Trial, Voice, try_line, voices

__all__ = ["Draft", "Trial", "Voice", "draft", "numbers_as_pattern", "quoted", "try_line", "voices"]
