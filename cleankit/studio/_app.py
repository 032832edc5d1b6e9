"""The application: the page's files, and calls that take and give JSON."""

from __future__ import annotations

import difflib
import json
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from cleankit._version import __version__
from cleankit.authoring import draft, example_of, slugged, voices
from cleankit.document import fold
from cleankit.errors import CleankitError, InputError, RuleError
from cleankit.matchers import PatternRule, line_facts
from cleankit.report import family_of, letters_of
from cleankit.studio import _amend, _proof
from cleankit.studio._desk import Desk, Place
from cleankit.studio._guard import Guard, as_json
from cleankit.studio._run import run_over
from cleankit.studio._view import view

__all__ = ["make_app"]

#: Names of texts that are told at once; the others are found by searching.
MOST_NAMES = 500
#: Characters of a rule file, and of a text, that are taken.
LONGEST_RULE, LONGEST_TEXT = 100_000, 2_000_000

_MEDIA = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


def make_app(desk: Desk, token: str) -> Starlette:
    """The application for a desk. Calls have to bring the token."""
    calls: dict[str, Callable[[Desk, _Asked], Any]] = {
        "start": _start, "texts": _texts, "text": _text, "clean": _clean, "shares": _shares, "line": _line, "draft": _draft,
        "keep": _keep, "rule": _rule, "amend": _amended, "proof": _prove, "save": _save, "undo": _undo,
    }  # fmt: skip

    def called(call: Callable[[Desk, _Asked], Any]) -> Callable[[Request], Any]:
        async def answer(request: Request) -> Response:
            return await run_in_threadpool(_answer, lambda asked: as_json(call(desk, asked)), await request.body())

        return answer

    async def run(request: Request) -> Response:
        return await run_in_threadpool(_answer, lambda asked: _run(desk, asked), await request.body())

    routes = [Route("/" if file.name == "index.html" else f"/{file.name}", _served(file)) for file in _page_files()]
    routes += [Route(f"/api/{name}", called(call), methods=["POST"]) for name, call in calls.items()]
    routes.append(Route("/api/run", run, methods=["POST"]))
    hosts = Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"], www_redirect=False)
    return Starlette(routes=routes, middleware=[Middleware(Guard, token=token), hosts])


def _page_files() -> list[Traversable]:
    """The files of the page: its own, and what it shares with the report."""
    package = files("cleankit")
    return [*(package / "studio" / "static").iterdir(), *(f for f in (package / "report").iterdir() if f.name.startswith("shared."))]


def _served(file: Traversable) -> Callable[[Request], Response]:
    data, media = file.read_bytes(), _MEDIA[Path(file.name).suffix]

    def serve(request: Request) -> Response:
        return Response(data, media_type=media)

    return serve


class _Asked:
    """What a call asks for, with its fields checked."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data

    def text(self, key: str, default: str | None = None, most: int = LONGEST_TEXT) -> str:
        value = self.data.get(key, default)
        if not isinstance(value, str):
            raise InputError(f"{key} is missing")
        if len(value) > most:
            raise InputError(f"{key} has {len(value):,} characters; the studio takes {most:,}")
        return value

    def texts(self, key: str) -> list[str]:
        value = self.data.get(key, [])
        if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
            raise InputError(f"{key} is a list of texts")
        return value

    def number(self, key: str, default: int = -1) -> int:
        value = self.data.get(key, default)
        if not isinstance(value, int):
            raise InputError(f"{key} is a number")
        return value

    def yes(self, key: str) -> bool:
        return self.data.get(key) is True

    def preset(self, desk: Desk) -> str:
        name = self.text("preset", desk.config.preset)
        if name not in desk.registry.presets:
            raise InputError(f"there is no preset {name!r}")
        return name

    def draft(self) -> tuple[str, str] | None:
        """The rule that is being written: its id and text."""
        value = self.data.get("draft")
        if not isinstance(value, dict):
            return None
        inner = _Asked(value)
        return inner.text("id"), inner.text("text", most=LONGEST_RULE)


def _answer(work: Callable[[_Asked], Response], body: bytes) -> Response:
    """The answer to a call. Mistakes are answers too; what should not happen is told here and in the terminal."""
    try:
        data = json.loads(body)
        if not isinstance(data, dict):
            raise InputError("a call is an object")
        return work(_Asked(data))
    except RuleError as error:
        return as_json({"error": error.message, "hint": error.hint or "", "line": error.line or 0}, 400)
    except (CleankitError, json.JSONDecodeError) as error:
        return as_json({"error": str(error)}, 400)
    except Exception as error:
        traceback.print_exc()
        return as_json({"error": f"{type(error).__name__}: {error}"}, 500)


# ---------------------------------------------------------------- texts


def _start(desk: Desk, asked: _Asked) -> Any:
    presets = [{"name": p.name, "summary": p.summary} for p in desk.registry.presets.values()]
    families = sorted({family_of(i) for i in desk.registry.rules})
    return {
        "version": __version__, "presets": presets, "preset": desk.config.preset, "texts": len(desk.texts), "letters": letters_of(families),
        "places": [{"path": str(p.path), "namespace": p.namespace} for p in desk.places],
    }  # fmt: skip


def _texts(desk: Desk, asked: _Asked) -> Any:
    words = asked.text("find", "").casefold().split()
    found = [name for name in desk.texts if all(w in name.casefold() for w in words)]
    return {"names": found[:MOST_NAMES], "found": len(found), "all": len(desk.texts)}


def _text(desk: Desk, asked: _Asked) -> Any:
    name = asked.text("name")
    return {"name": name, "text": desk.read(name)}


def _clean(desk: Desk, asked: _Asked) -> Any:
    """A text under a preset, with the rule that is being written where that can be read."""
    began = time.thread_time()
    text, preset, given, name = asked.text("text"), asked.preset(desk), asked.draft(), asked.text("name", "")
    rule = _proof.read_rule(given[1], given[0])[0] if given else None
    base = desk.clean(text, preset, name)
    out = view(base) if rule is None else view(desk.apply(desk.engine_with(rule, preset), text, name), base)
    return {**out, "milliseconds": round(1000 * (time.thread_time() - began), 1)}


def _shares(desk: Desk, asked: _Asked) -> Any:
    """What each preset takes of a text, in characters that can be seen."""
    text, given = asked.text("text"), asked.text("name", "")
    size = len("".join(text.split()))
    shares = {}
    for name in desk.registry.presets:
        result = desk.clean(text, name, given)
        gone = sum(len("".join(c.before.split())) - len("".join(c.after.split())) for c in result.changes)
        shares[name] = max(0, gone) / size if size else 0.0
    return shares


def _line(desk: Desk, asked: _Asked) -> Any:
    """Who speaks on a line, and who nearly does."""
    facts = line_facts(asked.text("line", most=20_000))
    speaking, nearly = voices(facts, desk.registry.rules.values(), desk.running(asked.preset(desk)))
    told = [[{"rule": v.rule, "summary": v.summary, "effect": v.effect, "held": list(v.held)} for v in found[:12]] for found in (speaking, nearly)]
    return {"prose": facts.prose, "words": round(facts.words), "folded": fold(facts.bare), "speaking": told[0], "nearly": told[1]}


# ---------------------------------------------------------------- rules


def _draft(desk: Desk, asked: _Asked) -> Any:
    """A rule file for lines that should have gone; with `text`, that file with another matcher."""
    made = draft(asked.texts("lines"), kind=asked.text("kind", ""))
    text = asked.text("text", "", LONGEST_RULE)
    out = {"text": _amend.with_match(text, made.text) if text else made.text, "notes": list(made.notes), "kind": made.kind, "kinds": list(made.kinds)}
    return {**out, "name": _free_name(desk, asked.texts("lines"))}


def _free_name(desk: Desk, lines: Sequence[str]) -> str:
    """A name for a drafted rule, of its words, that none has."""
    words = [w for line in lines[:1] for w in slugged(line).split("-") if w and not w.isdigit()]
    lead = f"mine/{'-'.join(words[:4])[:40].strip('-') or 'rule'}"
    taken = {i for i in desk.registry.rules if "mine/" in i}
    names = (lead, *(f"{lead}-{k}" for k in range(2, 10_000)))
    return next(name for name in names if not any(desk.id_in(place, name) in taken for place in desk.places))


def _own(desk: Desk, rule_id: str) -> PatternRule:
    rule = desk.rule(rule_id)
    if rule is None:
        raise InputError(f"there is no rule {rule_id!r}")
    if not isinstance(rule, PatternRule):
        raise InputError(f"{rule_id} is written in Python and has no rule file; `--ignore {rule_id}` leaves it out, and a report with the text helps to mend it")
    return rule


def _rule(desk: Desk, asked: _Asked) -> Any:
    """The file of a rule, and whether it is the user's to change."""
    rule = _own(desk, asked.text("rule"))
    try:
        text = Path(rule.file).read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(f"the file of {rule.info.id} cannot be read: {error.strerror or error}") from error
    own = desk.own_file(rule)
    return {"id": rule.info.id, "text": text.removeprefix("\ufeff"), "file": rule.file, "own": own is not None}


def _keep(desk: Desk, asked: _Asked) -> Any:
    """The file of the rule that took a line, with the line as a keep."""
    found, line = _rule(desk, asked), asked.text("line", most=20_000).strip()
    rule = _own(desk, found["id"])
    speaks = any(rule.hits(0, line_facts(part)) for part in line.split("\n") if part.strip())
    note = "" if speaks else "The rule does not speak on this line itself: it goes because of what stands around it. A keep alone does not hold it."
    return {**found, "text": _amend.add_keep(found["text"], line, asked.text("why", "")), "note": note}


def _amended(desk: Desk, asked: _Asked) -> Any:
    """The rule that is being written with one more keep, or one more example."""
    text = asked.text("text", most=LONGEST_RULE)
    if "keep" in asked.data:
        return {"text": _amend.add_keep(text, asked.text("keep"), asked.text("why", ""))}
    return {"text": _amend.add_example(text, *example_of(asked.text("gone")))}


def _prove(desk: Desk, asked: _Asked) -> Any:
    """The lights of the rule that is being written."""
    began = time.thread_time()
    given = asked.draft()
    if given is None:
        raise InputError("draft is missing")
    rule, light = _proof.read_rule(given[1], given[0])
    lights = [light]
    if rule is not None:
        lights += _proof.prove(rule, given[1], desk.pattern_rules(rule.info.id))
        for name in [asked.preset(desk)]:
            if not desk.runs(rule, name):
                lights.append(_proof.Light("note", f"It does not run under {name}", f"status {rule.info.status}" if rule.info.status != "stable" else "The preset leaves it out."))
    return {"lights": [v.to_dict() for v in lights], "holds": _proof.holds(lights), "milliseconds": round(1000 * (time.thread_time() - began), 1)}


def _run(desk: Desk, asked: _Asked) -> Response:
    """Progress and rows of a run over the folder, a JSON object a line."""
    given = asked.draft()
    if given is None:
        raise InputError("draft is missing")
    rule, light = _proof.read_rule(given[1], given[0])
    if rule is None:
        raise InputError(f"{light.text}; {light.hint}" if light.hint else light.text)
    preset = asked.preset(desk)

    def rows() -> Iterator[str]:
        told = 0.0
        for message in run_over(desk, rule, preset):
            if "rows" in message or time.monotonic() - told > 0.1:
                told = time.monotonic()
                yield json.dumps(message, ensure_ascii=True) + "\n"

    return StreamingResponse(rows(), media_type="application/x-ndjson")


# ---------------------------------------------------------------- saving


def _target(desk: Desk, asked: _Asked) -> tuple[Any, str, str]:
    """The file to write, the rule's id and the text; for a rule that has a file of its own, that one."""
    text = asked.text("text", most=LONGEST_RULE)
    if asked.text("rule", ""):
        rule = _own(desk, asked.text("rule"))
        path = desk.own_file(rule)
        if path is None:
            raise InputError(f"{rule.file} is not below the working directory, or may not be written; copy the text instead")
        return path, rule.info.id, text
    place: Place = desk.place(asked.number("place", 0))
    name = asked.text("name")
    return desk.file_for(place, name), desk.id_in(place, name), text


def _save(desk: Desk, asked: _Asked) -> Any:
    """Write the rule file; with `look`, only tell where it would go and what would change."""
    path, rule_id, text = _target(desk, asked)
    rule, light = _proof.read_rule(text, rule_id)
    if rule is None:
        raise InputError(f"the rule cannot be read: {light.text}")
    old = path.read_text(encoding="utf-8") if path.exists() else None
    if old is None and desk.rule(rule_id) is not None:
        raise InputError(f"there is a rule {rule_id} already; give this one another name")
    lights = list(_proof.prove(rule, text, desk.pattern_rules(rule_id)))
    failing = [v.name for v in lights if v.state == "bad"]
    changed = list(difflib.unified_diff((old or "").splitlines(), text.splitlines(), "before", "after", lineterm="", n=2))[2:]
    out = {"path": str(path), "id": rule_id, "exists": old is not None, "diff": changed, "failing": failing}
    if asked.yes("look"):
        return out
    if old is not None and not asked.yes("overwrite"):
        raise InputError(f"{path} is there already")
    if failing and not asked.yes("failing"):
        raise InputError(f"the proof fails: {', '.join(failing)}")
    desk.save(path, text, rule_id)
    return {**out, "before": old}


def _undo(desk: Desk, asked: _Asked) -> Any:
    """Take a saving back: the file as it was, or no file."""
    path, rule_id, _ = _target(desk, asked)
    before = asked.data.get("before")
    desk.take_back(path, rule_id, asked.text("before") if before is not None else None)
    return {"path": str(path)}
