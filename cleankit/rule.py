"""What a rule is: the protocol, its description, the stages of a pass, and presets."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from enum import Enum
from typing import TYPE_CHECKING, Any, Literal, Protocol, runtime_checkable

from cleankit.spans import Cue, Edit

if TYPE_CHECKING:
    from cleankit.document import Document, Extracted

__all__ = ["CUES", "META_FIELDS", "OPTIONS", "Extractor", "Preset", "Rule", "RuleInfo", "Stage"]


class Stage(str, Enum):
    """When a rule runs within a pass. Stages run in this order."""

    BODY = "body"  # the body finder of preset `page`: once a call, before the first pass
    REPAIR = "repair"  # characters and tokens, so that the later stages see what was meant
    INLINE = "inline"  # spans inside a line
    LINES = "lines"  # whole lines
    SECTIONS = "sections"  # marker lines and what follows them
    CONTEXT = "context"  # rules that read cues, position, neighbours, repetition
    NORMALIZE = "normalize"  # layout and typography

    @property
    def strips(self) -> bool:
        """Whether rules of this stage only ever delete, the body finder's joins of lines apart."""
        return self not in (Stage.REPAIR, Stage.NORMALIZE)

    def may_put(self, before: str, after: str) -> bool:
        """Whether a rule of this stage may put `after` in the place of `before`.

        Rules that strip only delete; the body finder, which is none of them, also joins lines: a space for a line break.
        """
        return not after or not self.strips or (self is Stage.BODY and after == " " and before.isspace())


#: The fields of `Result.meta`.
META_FIELDS = ("title", "byline", "date", "credit", "source_name", "tags")

#: The names that a cue may have.
CUES = (
    "date", "byline", "teaser", "ui-label", "share-name", "header", "headline-link", "nav", "count", "time", "credit", "place",
)  # fmt: skip

#: Options of a cleaner and their defaults; a rule names one in `unless`.
OPTIONS: Mapping[str, object] = {
    "keep_title": True,
    "keep_dateline": True,
    "keep_credit": False,
    "keep_byline": False,
    "keep_date": False,
    "keep_captions": True,
    "keep_citations": True,
    "dedupe_standfirst": True,
    "repair": 2,
    "unlabelled": "evidence",
}


_ID = re.compile(r"[a-z0-9]+(?:[-_.][a-z0-9]+)*(?:/[a-z0-9]+(?:[-_.][a-z0-9]+)*)+")


_WANTED = {
    "id": "family/name in small letters, digits and hyphens",
    "summary": "a text",
    "stage": "one of cleankit.Stage",
    "effect": "remove or cue",
    "status": "preview, stable or deprecated",
    "reach": "lines or prose",
    "confidence": "a number above 0 and up to 1",
    "yields": "true or false",
}


@dataclass(frozen=True, slots=True)
class RuleInfo:
    """What is known of a rule without running it.

    `id` is `family/name`; the plugin host puts the plugin's namespace before it. `confidence` lies between 0 and 1.
    `reach="prose"` lets a rule touch protected prose; `unless` names an option that switches the rule off where it is true.
    The rule's lines are then kept from all other rules too; with `yields`, they are left to them.
    `about` are words by which a text shows that it is about the thing itself, a tutorial for instance: the rule is silent
    there, and in code. `topic` are words that the debris itself has too: the rule is silent where the title or five
    paragraphs have one.
    """

    id: str
    summary: str
    stage: Stage
    why: str = ""
    effect: Literal["remove", "cue"] = "remove"
    status: Literal["preview", "stable", "deprecated"] = "stable"
    since: str = "0.1"
    confidence: float = 0.9
    langs: tuple[str, ...] = ()
    misfires: str = ""
    reach: Literal["lines", "prose"] = "lines"
    unless: str = ""
    yields: bool = False
    sites: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    topic: tuple[str, ...] = ()
    level: int = 0  # the option `repair` must be at least this
    verbatim: bool = False  # takes only what stands elsewhere in the text too: exempt from the budget for prose

    def __post_init__(self) -> None:
        """Raise ValueError where a field has a value that it cannot have: better here than in the middle of somebody's text."""
        got: dict[str, Any] = {f.name: getattr(self, f.name) for f in fields(self)}  # whatever the types promise
        right = {
            "id": isinstance(got["id"], str) and _ID.fullmatch(got["id"]),
            "summary": isinstance(got["summary"], str) and got["summary"],
            "stage": isinstance(got["stage"], Stage),
            "effect": got["effect"] in ("remove", "cue"),
            "status": got["status"] in ("preview", "stable", "deprecated"),
            "reach": got["reach"] in ("lines", "prose"),
            "confidence": isinstance(got["confidence"], (int, float)) and 0 < got["confidence"] <= 1,
            "yields": isinstance(got["yields"], bool),
            **{name: isinstance(got[name], tuple) for name in ("langs", "sites", "about", "topic")},
        }
        wrong = [f"{name} is {got[name]!r}, not {_WANTED.get(name, 'a tuple of texts')}" for name, holds in right.items() if not holds]
        if wrong:
            raise ValueError(f"RuleInfo of {self.id!r}: {'; '.join(wrong)}")

    @property
    def family(self) -> str:
        """The part of the id before the last slash."""
        return self.id.rpartition("/")[0]


@runtime_checkable
class Rule(Protocol):
    """A rule looks at a document and proposes; only the engine edits.

    `propose` gets a `Document` and gives edits and cues over its text, in any order. It must be a pure function of the
    document. Raising, or giving anything else, is recorded as a `Fault` and the rule is left out for that document.
    """

    @property
    def info(self) -> RuleInfo: ...

    def propose(self, doc: Document) -> Iterable[Edit | Cue]: ...


class Extractor(Protocol):
    """Turns HTML into text that remembers its markup."""

    def __call__(self, html: str | bytes, url: str | None = None) -> Extracted: ...


@dataclass(frozen=True, slots=True)
class Preset:
    """Which rules run, with what limits.

    `select` and `ignore` are ids, families (`social/`), namespaces or `*`, at will after `plugin:` or `builtin:`; ignore wins. `max_loss` is the share of the
    words of a pass's input that strip rules may take, `max_prose_loss` the share of protected words that rules with
    `reach = "prose"` may take. `options` are defaults that the caller's own options override.
    """

    name: str
    summary: str = ""
    select: tuple[str, ...] = ("*",)
    ignore: tuple[str, ...] = ()
    find_body: bool = False
    max_loss: float = 0.6
    max_prose_loss: float = 0.05
    options: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Raise ValueError where a field has a value that it cannot have."""
        wrong = preset_mistakes({f.name: getattr(self, f.name) for f in fields(self) if f.name != "name"})
        if wrong:
            raise ValueError(f"preset {self.name!r}: {'; '.join(wrong.values())}")


def preset_mistakes(values: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with the values of a preset's fields, by field."""
    right: Mapping[str, tuple[Callable[[Any], bool], str]] = {
        "summary": (lambda v: isinstance(v, str), "a text"),
        "select": (_is_names, "a list of rules, families or namespaces"),
        "ignore": (_is_names, "a list of rules, families or namespaces"),
        "find_body": (lambda v: isinstance(v, bool), "true or false"),
        "max_loss": (_is_share, "a share between 0 and 1"),
        "max_prose_loss": (_is_share, "a share between 0 and 1"),
        "options": (lambda v: isinstance(v, Mapping), "a table of options"),
    }
    return {key: f"`{key}` is {right[key][1]}, not {value!r}" for key, value in values.items() if not right[key][0](value)}


def _is_names(value: Any) -> bool:
    return isinstance(value, (tuple, list)) and all(isinstance(name, str) and name for name in value)


def _is_share(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= 1
