"""Written for cleankit 0.1; frozen."""

import re
from importlib.resources import files

from cleankit import Cue, Document, Edit, Extracted, Preset, RuleInfo, Span, Stage, hookimpl


class Ruler:
    info = RuleInfo(
        id="label/ruler",
        summary="Rulers of equal signs",
        stage=Stage.LINES,
        why="Drawn by hand.",
        confidence=0.9,
        misfires="None known.",
    )

    def propose(self, doc: Document):
        for line in doc.lines:
            if not line.protected and re.fullmatch("={4,}", line.text.strip()):
                yield Edit(line.span, "", "a ruler")


class Clock:
    info = RuleInfo(id="label/clock", summary="Times in brackets", stage=Stage.INLINE, effect="cue")

    def propose(self, doc: Document):
        for found in re.finditer(r"\[\d\d:\d\d\]", doc.text):
            yield Cue(Span(*found.span()), "time", 1.0, self.info.id)


@hookimpl
def cleankit_rules():
    return [Ruler(), Clock()]


@hookimpl
def cleankit_rule_files():
    return [files(__name__) / "rules"]


@hookimpl
def cleankit_presets():
    return [Preset("oldie", "Only the rules of this plugin", select=("oldie/",), options={"keep_date": True})]


@hookimpl
def cleankit_extractors():
    return {"oldie": lambda html, url=None: Extracted("an old text\n" if html else "")}
