"""Processes that work on units, one unit each at a time, and end when the process that started them does."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import pickle
import signal
import sys
import threading
from collections import deque
from collections.abc import Iterator
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any

from cleankit.bulk._read import Unit
from cleankit.bulk._report import Account
from cleankit.bulk._work import Failed, Job, do_unit
from cleankit.errors import PluginMismatch

__all__ = ["work"]

#: How often a unit is begun before its worker's death is blamed on it.
ATTEMPTS = 3


def work(job: Job, units: Iterator[Unit], workers: int) -> Iterator[Account]:
    """Accounts of all units, as they are done. Raises Failed."""
    if workers <= 1:
        for unit in units:
            try:
                yield do_unit(job, unit)
            except OSError as error:
                raise Failed(explained(error, job)) from error
        return
    yield from _Pool(job, workers).run(units)


def explained(error: OSError, job: Job) -> str:
    """A failure to write, in words that help."""
    import errno

    if error.errno == errno.ENOSPC:
        return f"the disk is full: {job.store.place}; make room and run the same command again"
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return f"cannot write to {job.store.place}: {error.strerror}"
    return f"{type(error).__name__}: {error}"


class _Worker:
    def __init__(self, job: Job) -> None:
        context = multiprocessing.get_context("spawn")  # forked ones would hold each other's pipes open, and locks of threads
        self.pipe, theirs = context.Pipe()
        self.process: BaseProcess = context.Process(target=_serve, args=(pickle.dumps(job), theirs), daemon=True)
        self.process.start()
        theirs.close()
        self.unit: Unit | None = None

    def give(self, unit: Unit) -> None:
        self.unit = unit
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # its death is seen by who waits for it
            self.pipe.send(unit)

    def stop(self) -> None:
        self.pipe.close()
        self.process.terminate()
        self.process.join()


class _Pool:
    def __init__(self, job: Job, workers: int) -> None:
        self._job, self._size = job, workers

    def run(self, units: Iterator[Unit]) -> Iterator[Account]:
        ready: deque[Unit] = deque()
        deaths: dict[str, int] = {}
        members: list[_Worker] = []
        try:
            while True:
                while len(ready) < self._size and (unit := next(units, None)):  # read ahead a little, never more
                    ready.append(unit)
                    self._hand_out(members, ready)
                self._hand_out(members, ready)
                busy = {m.pipe: m for m in members if m.unit}
                if not busy:
                    return
                for pipe in wait(list(busy)):
                    member = busy[pipe]  # type: ignore[index]  # of what was given to wait()
                    account = self._account(member)
                    if account is None:
                        members.remove(member)
                        self._bury(member, ready, deaths)
                    else:
                        yield account
        finally:
            for member in members:
                member.stop()

    @staticmethod
    def _account(member: _Worker) -> Account | None:
        """What a worker says; None where it died instead."""
        try:
            kind, value = member.pipe.recv()
        except (EOFError, ConnectionResetError):
            return None
        if kind == "mismatch":
            raise PluginMismatch(value)
        if kind == "failed":
            raise Failed(value)
        member.unit = None
        account: Account = value
        return account

    def _hand_out(self, members: list[_Worker], ready: deque[Unit]) -> None:
        for _ in range(len(ready)):
            idle = next((m for m in members if m.unit is None), None)
            if idle is None and len(members) < self._size:
                idle = _Worker(self._job)
                members.append(idle)
            if idle is None:
                return
            idle.give(ready.popleft())

    def _bury(self, member: _Worker, ready: deque[Unit], deaths: dict[str, int]) -> None:
        """A worker died: its unit is begun again by another."""
        unit = member.unit
        member.stop()
        if unit is None:
            return
        deaths[unit.key] = deaths.get(unit.key, 0) + 1
        if deaths[unit.key] >= ATTEMPTS:
            code = member.process.exitcode
            source = self._job.sources[unit.source].name
            raise Failed(f"{source}: {ATTEMPTS} workers died on the documents from {unit.first + 1} on (exit code {code}; out of memory?)")
        ready.appendleft(unit)


def _serve(packed: bytes, pipe: Connection[Any, Any]) -> None:
    """A worker's life."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent answers for both
    _end_with_parent()
    try:
        job: Job = pickle.loads(packed)  # noqa: S301 - from the parent
    except PluginMismatch as error:
        pipe.send(("mismatch", str(error)))
        return
    with job.store.worker_lock():
        parent = multiprocessing.parent_process()
        if parent is not None and not parent.is_alive():
            return
        while True:
            try:
                unit = pipe.recv()
            except (EOFError, OSError):
                return
            try:
                answer: tuple[str, Any] = "done", do_unit(job, unit)
            except Failed as error:
                answer = "failed", str(error)
            except PluginMismatch as error:
                answer = "mismatch", str(error)
            except OSError as error:
                answer = "failed", explained(error, job)
            except Exception as error:
                answer = "failed", f"{type(error).__name__}: {error}"
            try:
                pipe.send(answer)
            except OSError:
                return


def _end_with_parent() -> None:
    """End this process as soon as its parent is gone, also in the middle of a unit: nothing half done is ever visible."""
    if sys.platform == "linux":
        import ctypes

        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None, use_errno=True).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG

    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=watch, daemon=True, name="cleankit-parent").start()
