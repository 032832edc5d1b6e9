"""Context rules: they combine cues, position, neighbours, repetition and shape, and name their evidence."""

from __future__ import annotations

from cleankit.builtin.context import head, repeats, stray
from cleankit.rule import Rule

__all__ = ["RULES"]

RULES: tuple[Rule, ...] = (*head.RULES, *repeats.RULES, *stray.RULES)
