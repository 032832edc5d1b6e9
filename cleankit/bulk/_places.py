"""Where files are: this machine or any store that fsspec knows."""

from __future__ import annotations

import contextlib
import errno
import glob
import hashlib
import os
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import IO, Any, NamedTuple

from cleankit.bulk._formats import DATA, Form, form_of
from cleankit.errors import InputError
from cleankit.integrations._need import need

__all__ = ["File", "Source", "Store", "find_sources", "is_url", "open_file"]


class File(NamedTuple):
    """A file of the input. `name` is its place below the folder that was named."""

    place: str
    name: str
    size: int
    form: Form


class Source(NamedTuple):
    """What is read from one end to the other: a data file, or all texts and pages together (kind `files`)."""

    kind: str
    files: tuple[File, ...]

    @property
    def name(self) -> str:
        return self.files[0].name if self.kind != "files" else "texts"

    @property
    def size(self) -> int:
        return sum(f.size for f in self.files)


def is_url(place: str) -> bool:
    return re.match(r"[A-Za-z][\w+.-]+://", place) is not None


def _filesystem(url: str) -> tuple[Any, str]:
    fsspec = need("fsspec.core", "io")
    try:
        found: tuple[Any, str] = fsspec.url_to_fs(url)
    except ImportError as error:
        extra = "s3" if url.startswith(("s3:", "s3a:")) else "io"
        raise InputError(f"{url}: {error}; try: pip install 'cleankit-text[{extra}]'") from error
    except ValueError as error:
        raise InputError(f"{url}: {error}") from error
    return found


def open_file(place: str) -> IO[bytes]:
    """Open a file for reading, here or elsewhere."""
    if is_url(place):
        fs, path = _filesystem(place)
        out: IO[bytes] = fs.open(path, "rb")
        return out
    return Path(place).open("rb")


def find_sources(inputs: Sequence[str], html: bool | None = None, out: str = "") -> list[Source]:
    """What the inputs name, in the order given, those of a folder or pattern sorted; never anything below `out`.

    Of a folder that holds data files, only these. Raises InputError where nothing is found or a file's kind is not known.
    """
    files: list[File] = []
    for given in inputs:
        found = list(_remote(given) if is_url(given) else _local(given, out))
        if not found:
            raise InputError(f"{given}: there is nothing to clean (.jsonl, .parquet, .csv, .warc, .wet, .txt, .md, .html)")
        files += found
    if html is not None:
        kind = "html" if html else "text"
        files = [f._replace(form=Form(kind)) if f.form.kind in ("text", "html") else f for f in files]
    files = list({f.place: f for f in files}.values())
    texts = tuple(f for f in files if f.form.kind not in DATA)
    sources = [Source(f.form.kind, (f,)) for f in files if f.form.kind in DATA]
    return [*sources, Source("files", texts)] if texts else sources


def _local(given: str, out: str) -> Iterator[File]:
    path = Path(given)
    if path.is_dir():
        yield from _of_folder(path, path, out)
    elif path.exists():
        yield _file(given, path.name, path.stat().st_size)
    elif any(c in given for c in "*?["):
        root = Path(*_until_magic(path))
        for name in sorted(glob.glob(given, recursive=True)):  # noqa: PTH207 - absolute patterns too
            match = Path(name)
            if match.is_dir():
                continue
            if form_of(name) and not _below(match, out):
                yield _file(name, match.relative_to(root).as_posix(), match.stat().st_size)
    else:
        raise InputError(f"{given} does not exist")


def _until_magic(path: Path) -> Iterator[str]:
    for part in path.parts[:-1]:
        if any(c in part for c in "*?["):
            return
        yield part


def _of_folder(folder: Path, root: Path, out: str) -> Iterator[File]:
    found = []
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(root)
        form = form_of(path.name)
        if form and path.is_file() and not any(p.startswith(".") for p in relative.parts) and not _below(path, out):
            found.append(File(str(path), relative.as_posix(), path.stat().st_size, form))
    yield from _only_data(found)


def _only_data(files: list[File]) -> list[File]:
    return [f for f in files if f.form.kind in DATA] or files


def _below(path: Path, out: str) -> bool:
    return bool(out) and not is_url(out) and Path(out).resolve() in path.resolve().parents


def _remote(url: str) -> Iterator[File]:
    fs, path = _filesystem(url)
    if any(c in path for c in "*?["):
        names = sorted(n for n, info in fs.glob(path, detail=True).items() if info["type"] == "file" and form_of(n))
    elif fs.isdir(path):
        names = sorted(n for n in fs.find(path) if form_of(n) and "/." not in n[len(path.rstrip("/")) :])
    elif fs.exists(path):
        names = [path]
    else:
        raise InputError(f"{url} does not exist")
    root = os.path.commonpath([str(PurePosixPath(n).parent) for n in names]) if names else ""
    found = [_file(fs.unstrip_protocol(n), PurePosixPath(n).relative_to(root).as_posix(), int(fs.size(n) or 0)) for n in names]
    yield from found if len(found) == 1 else _only_data(found)


def _file(place: str, name: str, size: int) -> File:
    form = form_of(name)
    if form is None:
        raise InputError(
            f"{place}: what this is cannot be told from its name; known are .jsonl .parquet .csv .warc .wet .txt .md .html, "
            "the first also as .gz and .zst"
        )
    return File(place, name, size, form)


#: Unfinished files, markers, the lock.
WORK = ".work"


@dataclass(frozen=True)
class Store:
    """The folder that is written to. Files appear whole or not at all."""

    place: str

    @cached_property
    def _fs(self) -> tuple[Any, str]:
        return _filesystem(self.place)

    def __getstate__(self) -> dict[str, Any]:
        return {"place": self.place}  # not the connection

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)

    @property
    def remote(self) -> bool:
        return is_url(self.place)

    def prepare(self) -> None:
        """Make the folder. Raises InputError where it cannot be written to."""
        if self.remote:
            return
        try:
            (Path(self.place) / WORK).mkdir(parents=True, exist_ok=True)
            probe = Path(self.place) / WORK / f".tmp-{os.getpid()}-probe"
            probe.write_bytes(b"")
            probe.unlink()
        except OSError as error:
            raise InputError(f"cannot write to {self.place}: {error.strerror or error}") from error

    def write(self, name: str, data: bytes) -> None:
        """Write a file whole or not at all."""
        self.write_parts(name, (data,))

    def write_parts(self, name: str, parts: Iterable[bytes]) -> None:
        """Write a file whole or not at all, without ever holding all of it."""
        if self.remote:
            fs, root = self._fs
            with fs.open(f"{root}/{name}", "wb") as sink:
                for part in parts:
                    sink.write(part)
            return
        target = Path(self.place) / name
        draft = Path(self.place) / WORK / f".tmp-{os.getpid()}-{hashlib.sha256(name.encode()).hexdigest()[:16]}"
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with draft.open("wb") as sink:
                for part in parts:
                    sink.write(part)
            draft.replace(target)
        finally:
            with contextlib.suppress(OSError):
                draft.unlink(missing_ok=True)

    def read(self, name: str) -> bytes | None:
        """The content of a file, None where there is none."""
        try:
            if self.remote:
                fs, root = self._fs
                out: bytes = fs.cat_file(f"{root}/{name}")
                return out
            return (Path(self.place) / name).read_bytes()
        except FileNotFoundError:
            return None

    def read_many(self, names: Sequence[str]) -> Iterator[bytes]:
        """The contents of files that are there, in this order; of a remote folder some at a time."""
        if not self.remote:
            yield from ((Path(self.place) / name).read_bytes() for name in names)
            return
        fs, root = self._fs
        for at in range(0, len(names), 100):
            paths = [f"{root}/{name}" for name in names[at : at + 100]]
            found = fs.cat(paths)
            yield from (found[path] for path in paths)

    def sizes(self, folder: str = "") -> dict[str, int]:
        """Files below a folder of it and their sizes; those of `.work` only where that is asked for."""
        if self.remote:
            fs, root = self._fs
            fs.invalidate_cache()
            base = f"{root}/{folder}" if folder else root
            with contextlib.suppress(FileNotFoundError):
                found = fs.find(base, detail=True)
                names = {n[len(base.rstrip("/")) + 1 :]: int(i["size"] or 0) for n, i in found.items()}
                return {n: s for n, s in names.items() if not n.startswith(WORK + "/")}
            return {}
        base_path = Path(self.place) / folder
        out = {}
        for path, folders, files in os.walk(base_path):
            if not folder and Path(path) == base_path and WORK in folders:
                folders.remove(WORK)
            for name in files:
                full = Path(path) / name
                with contextlib.suppress(FileNotFoundError):
                    out[full.relative_to(base_path).as_posix()] = full.stat().st_size
        return out

    def sweep(self) -> None:
        """Take away what writers that were killed left behind. Only under the lock."""
        if not self.remote:
            for draft in (Path(self.place) / WORK).glob(".tmp-*"):
                draft.unlink(missing_ok=True)

    def _lock_file(self, name: str) -> Path:
        if self.remote:
            digest = hashlib.sha256(self.place.encode()).hexdigest()[:24]
            owner = os.getuid() if hasattr(os, "getuid") else 0
            return Path(tempfile.gettempdir()) / f"cleankit-{owner}-{digest}-{name}"
        return Path(self.place) / WORK / f".{name}"

    @contextlib.contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the folder alone, waiting for another run and for workers that outlived theirs.

        For a remote folder the lock holds apart the runs of one machine only; two machines would write the same files twice.
        """
        with _flock(self._lock_file("lock"), shared=False, note=f"{self.place} is in use by another run; waiting for it to end"):
            with _flock(self._lock_file("workers"), shared=False):
                pass
            yield

    @contextlib.contextmanager
    def worker_lock(self) -> Iterator[None]:
        """Held by a worker for its life."""
        with _flock(self._lock_file("workers"), shared=True):
            yield


@contextlib.contextmanager
def _flock(path: Path, *, shared: bool, note: str = "") -> Iterator[None]:
    try:
        import fcntl
    except ImportError:  # no such locks here: runs are not held apart
        yield
        return
    kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
    with path.open("ab") as file:
        try:
            fcntl.flock(file, kind | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.EACCES):
                raise
            if note:
                print(note, file=sys.stderr, flush=True)  # noqa: T201
            fcntl.flock(file, kind)
        yield
