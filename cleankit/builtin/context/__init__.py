"""Context rules: they combine cues, position, neighbours, repetition and shape, and name their evidence."""

from __future__ import annotations

from cleankit.builtin.context import author, head, links, repeats, runs, stray, unlabelled
from cleankit.rule import Rule

__all__ = ["RULES"]

RULES: tuple[Rule, ...] = (*head.RULES, *repeats.RULES, *stray.RULES, *links.RULES, *runs.RULES, *author.RULES, *unlabelled.RULES)
