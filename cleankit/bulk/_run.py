"""A run over files: what to do, what is done already, and the report in the end."""

from __future__ import annotations

import contextlib
import hashlib
import json
import sys
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from cleankit._version import __version__
from cleankit.bulk._formats import FORMATS, Form
from cleankit.bulk._places import WORK, Store, find_sources
from cleankit.bulk._pool import explained, work
from cleankit.bulk._read import Unit, read_units
from cleankit.bulk._report import Account, Report, add_up, as_json, as_text
from cleankit.bulk._work import Failed, Job, check_targets, documents, marker_of, with_table
from cleankit.cleaner import Cleaner
from cleankit.errors import CleankitError, InputError
from cleankit.integrations.columns import check_on_error

__all__ = ["Done", "Stopped", "clean_files"]


class Stopped(CleankitError):
    """The run had to stop. What is written stays, and the same call goes on from there."""


@dataclass(frozen=True, slots=True)
class Done:
    """Where a run stands: documents, bytes of the input (packed), how many there are, and what came of earlier runs."""

    documents: int
    position: int
    size: int
    before: int
    seconds: float


def clean_files(
    inputs: Sequence[str],
    out: str,
    cleaner: Cleaner | str = "article",
    *,
    field: str = "text",
    id: str = "id",
    format: str | None = None,
    changes: bool = False,
    on_error: str = "keep",
    workers: int = 1,
    html: bool | None = None,
    extractor: str = "trafilatura",
    url: str | None = None,
    unit_bytes: int | None = None,
    progress: Callable[[Done], None] | None = None,
) -> Report:
    """Clean files of documents into a folder of shards; the command `cleankit clean IN… -o OUT`.

    `inputs` are files, folders, patterns and URLs that fsspec knows; `out` a folder or such a URL. A shard has the format
    of its input unless `format` says another. Called again after an interruption, it does what is left; called with another
    configuration on the same folder, it raises InputError. Raises Stopped where it cannot go on: the disk is full, or
    `on_error="fail"` met an error.
    """
    check_on_error(on_error)
    form, markup = _form(format)
    store = Store(out.rstrip("/") if "://" in out else out)
    sources = find_sources(inputs, html, out)
    job = Job(
        Cleaner(cleaner) if isinstance(cleaner, str) else cleaner,
        store, tuple(sources), field, id, form, changes, on_error, bool(html), extractor, markup, url,
    )  # fmt: skip
    check_targets(sources, job)
    size = unit_bytes or _unit_size(sum(s.size for s in sources))
    job = with_table(job, _look(job, size))
    try:
        store.prepare()
        with store.lock():
            store.sweep()
            _check_manifest(job, size)
            done = _done(job)
            _finish_units(job, size, workers, done, progress)
            return _report(job, done)
    except Failed as error:
        raise Stopped(f"{error}\nWhat is written stays; the same command goes on from there.") from error
    except OSError as error:
        raise Stopped(f"{explained(error, job)}\nWhat is written stays; the same command goes on from there.") from error


def _form(format: str | None) -> tuple[Form | None, str]:
    """The shards' form and what to make of HTML."""
    if format is None:
        return None, "text"
    if format not in FORMATS:
        raise InputError(f"format cannot be {format!r}; possible: {', '.join(FORMATS)}")
    if format in ("text", "markdown"):
        return Form("text"), format
    kind, _, packing = format.partition(".")
    return Form(kind, packing), "text"


def _unit_size(total: int) -> int:
    """Small enough that a kill costs seconds, large enough that a large input does not become a million files."""
    if total <= 256 << 20:
        return 256 << 10
    return 1 << 20 if total <= 100 << 30 else 4 << 20


def _look(job: Job, size: int) -> list[Any]:
    """The first documents. Raises InputError where none has the field to clean: that is a slip of the keyboard."""
    docs: list[Any] = []
    for index, source in enumerate(job.sources):
        if source.kind in ("csv", "parquet"):
            with contextlib.closing(read_units(index, source, size, job.field)) as units:
                first = next(units, None)  # raises where there is no such column
        if source.kind != "parquet" and not docs and (source.kind != "files" or len(job.sources) == 1):
            with contextlib.closing(read_units(index, source, min(size, 1 << 20), job.field)) as units:
                first = next(units, None)
            docs = list(islice(documents(job, first._replace(items=first.items[:200])), 200)) if first else []
            rows = [d.row for d in docs if d.row]
            if source.kind == "jsonl" and rows and not any(job.field in row for row in rows):
                has = list(dict.fromkeys(key for row in rows for key in row if key != job.id or len(row) == 1))
                raise InputError(f"{source.name} has no field {job.field!r}; it has: {', '.join(has[:20])}; choose one with --field")
    return docs


def _manifest(job: Job, size: int) -> dict[str, Any]:
    inputs = [[f.name, f.size, f.form.ending] for s in job.sources for f in s.files]
    return {
        "cleankit": __version__,
        "cleaner": job.cleaner.fingerprint,
        "preset": job.cleaner.config.preset,
        "config": json.loads(job.cleaner.config.to_json()),
        "plugins": [list(p) for p in job.cleaner.plugin_lock],
        "rules": _rules_digest(job.cleaner),
        "field": job.field,
        "id": job.id,
        "format": job.form.ending if job.form else None,
        "changes": job.changes,
        "on_error": job.on_error,
        "html": [job.html, job.extractor, job.markup],
        "url": job.url,
        "unit": size,
        "table": [list(c) for c in job.table],
        "inputs": len(inputs),
        "input_digest": hashlib.sha256(json.dumps(inputs).encode()).hexdigest()[:32],
    }


def _rules_digest(cleaner: Cleaner) -> str:
    """Of the rules' names, and of what stands in folders of rules, which have no version."""
    digest = hashlib.sha256("\n".join(cleaner.rule_ids).encode())
    for folder in cleaner.config.rules:
        for path in sorted(Path(folder).rglob("*.toml")):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _check_manifest(job: Job, size: int) -> None:
    """Write the manifest, or compare with the one that is there. Raises InputError where they differ."""
    name = f"{WORK}/manifest.json"
    now = _manifest(job, size)
    stored = job.store.read(name)
    if stored is None:
        if any(n.startswith("part-") for n in job.store.sizes()):
            raise InputError(f"{job.store.place} has shards of something else; choose another folder")
        job.store.write(name, json.dumps(now, indent=1).encode())
        return
    try:
        then = json.loads(stored)
    except ValueError:
        raise InputError(f"{job.store.place}/{name} is damaged; choose another folder") from None
    # units that were done under "fail" have no errors: they are the same under the other policies
    if then.get("on_error") == "fail" != now["on_error"]:
        then["on_error"] = now["on_error"]
    differing = [key for key in now if then.get(key) != now[key]]
    if differing:
        shown = [k for k in differing if k not in ("cleaner", "input_digest", "table")] or differing
        what = "; ".join(f"{k}: {json.dumps(then.get(k))} there, {json.dumps(now[k])} now" for k in shown)
        if "input_digest" in differing and "inputs" not in differing:
            what = "the input's files have other names or sizes" + ("; " + what if shown != differing else "")
        raise InputError(
            f"{job.store.place} was begun with another configuration ({what[:1000]}). Choose another folder, or go on with the old one."
        )
    if json.loads(stored) != now:
        job.store.write(name, json.dumps(now, indent=1).encode())


class _Unit(NamedTuple):
    """What is remembered of a unit that is done; the rest of its account stays in its marker."""

    files: dict[str, int]
    documents: int


def _done(job: Job) -> dict[str, _Unit]:
    """Units that are done: their marker is there, and their files are as it says."""
    sizes = job.store.sizes()
    out = {}
    for account in _accounts(job, [n[6:-5] for n in job.store.sizes(WORK) if n.startswith(".done-")]):
        if all(sizes.get(name) == size for name, size in account["files"].items()):
            out[account["key"]] = _Unit(account["files"], account["documents"])
    return out


def _accounts(job: Job, keys: Iterable[str]) -> Iterator[Account]:
    """Accounts from their markers, in the order of the input, one at a time."""
    for data in job.store.read_many([marker_of(key) for key in sorted(keys)]):
        with contextlib.suppress(ValueError):
            account: Account = json.loads(data)
            yield account


def _finish_units(job: Job, size: int, workers: int, done: dict[str, _Unit], progress: Callable[[Done], None] | None) -> None:
    """Do what is not done."""
    complete = job.store.read(f"{WORK}/.complete")
    if complete is not None and complete.decode() == _digest(done):
        return
    begin = time.monotonic()
    offsets = [sum(s.size for s in job.sources[:n]) for n in range(len(job.sources) + 1)]
    documents_ = sum(unit.documents for unit in done.values())
    seen: set[str] = set()
    before = 0
    working = False

    def left() -> Generator[Unit, None, None]:
        nonlocal before
        for index, source in enumerate(job.sources):
            for unit in read_units(index, source, size, job.field):
                seen.add(unit.key)
                if unit.key not in done:
                    yield unit
                elif not working:
                    before = offsets[index] + unit.position

    with contextlib.closing(left()) as units:
        for account in work(job, units, workers):
            working = True
            done[account["key"]] = _Unit(account["files"], account["documents"])
            documents_ += account["documents"]
            if progress:
                place = offsets[int(account["key"][:5])] + account["position"]
                progress(Done(documents_, place, offsets[-1], before, time.monotonic() - begin))
    for key in done.keys() - seen:  # of an input that has changed under the run
        del done[key]


def _digest(done: dict[str, _Unit]) -> str:
    return hashlib.sha256(json.dumps([[key, unit.files] for key, unit in sorted(done.items())]).encode()).hexdigest()


def _report(job: Job, done: dict[str, _Unit]) -> Report:
    """Write the dead letters and the report."""
    store = job.store
    configuration = {k: v for k, v in _manifest(job, 0).items() if k not in ("unit", "table", "rules")}
    lost: list[str] = []

    def accounts() -> Iterator[Account]:
        for account in _accounts(job, done):
            if account["dead"]:
                lost.append(f"{WORK}/.dead-{account['key']}.jsonl")
            yield account

    report = add_up(accounts(), job.cleaner.rule_ids, configuration)
    if lost:
        store.write_parts("dead-letter.jsonl", store.read_many(lost))
    # a text of the input may be called so
    name = "report-cleankit" if any("report.txt" in unit.files for unit in done.values()) else "report"
    store.write(f"{name}.json", as_json(report))
    store.write(f"{name}.txt", as_text(report).encode("utf-8", "backslashreplace"))
    store.write(f"{WORK}/.complete", _digest(done).encode())
    return report


class Progress:
    """One line on standard error that is written again and again; nothing where that is no terminal."""

    def __init__(self) -> None:
        self._last = 0.0
        self._on = sys.stderr.isatty()

    def __call__(self, done: Done) -> None:
        now = time.monotonic()
        if self._on and now - self._last > 0.2:
            self._last = now
            sys.stderr.write(f"\r{progress_line(done)}\x1b[K")
            sys.stderr.flush()

    def close(self) -> None:
        if self._on and self._last:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def progress_line(done: Done) -> str:
    """Documents, share, speed, time left."""
    fresh = max(0, done.position - done.before)
    speed = fresh / max(1e-9, done.seconds)
    left = int((done.size - done.position) / speed) if speed > 0 else 0
    clock = f"{left // 3600}:{left // 60 % 60:02d}:{left % 60:02d}"
    share = 100 * done.position / done.size if done.size else 100.0
    return f"{done.documents:,} documents  {share:.0f} %  {speed / 1e6:.2f} MB/s  {clock} left"
