"""How the built-in rules in Python are written: a description and a function of the document."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from cleankit.document import Document
from cleankit.rule import RuleInfo
from cleankit.spans import Cue, Edit

__all__ = ["CodedRule"]


@dataclass(frozen=True, slots=True)
class CodedRule:
    """A rule whose work is done by a function."""

    info: RuleInfo
    function: Callable[[Document], Iterable[Edit | Cue]]

    def propose(self, doc: Document) -> Iterable[Edit | Cue]:
        return self.function(doc)
