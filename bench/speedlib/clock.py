"""Measuring: CPU time of contestants that take turns on the same texts, round by round."""

from __future__ import annotations

import gc
import os
import platform
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

#: What a contestant is, before each round: something new that has seen none of the texts.
Fresh = Callable[[], Callable[[Any], object]]


class Spread(NamedTuple):
    """Median, least and most of the rounds."""

    middle: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        return cls(median(values), min(values), max(values))


def race(contestants: Mapping[str, Fresh], rounds: Sequence[Sequence[Any]], warm: Sequence[Any], tell: Callable[[str], object]) -> dict[str, list[float]]:
    """CPU seconds of each contestant in each round. All get the same texts of a round, in an order that shifts by one a round.

    A contestant is made anew for each round, out of the time; `warm` are texts for a round that does not count, in which
    modules are imported and patterns compiled.
    """
    names = list(contestants)
    for name in names:
        _run(contestants[name], warm)
    seconds: dict[str, list[float]] = {name: [] for name in names}
    for number, texts in enumerate(rounds):
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            seconds[name].append(_run(contestants[name], texts))
        tell(f"round {number + 1} of {len(rounds)}")
    return seconds


def _run(fresh: Fresh, texts: Sequence[Any]) -> float:
    work = fresh()
    gc.collect()
    start = time.process_time()
    for text in texts:
        work(text)
    return time.process_time() - start


def machine() -> dict[str, Any]:
    """What it was measured on, and how busy that was."""
    cpu = platform.processor() or platform.machine()
    if Path("/proc/cpuinfo").exists():
        info = dict(line.split(":", 1) for line in Path("/proc/cpuinfo").read_text().split("\n") if ":" in line)
        info = {key.strip(): value.strip() for key, value in info.items()}
        cpu = f"{info.get('model name', cpu)} (family {info.get('cpu family')}, model {info.get('model')})"
    return {
        "cpu": cpu,
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": f"{platform.python_implementation()} {sys.version.split()[0]}",
        "load": [round(x, 1) for x in os.getloadavg()] if hasattr(os, "getloadavg") else None,
        "at": time.strftime("%Y-%m-%d %H:%M"),
    }


def versions(names: Sequence[str]) -> dict[str, str]:
    """Versions of the distributions that are installed."""
    found = {}
    for name in names:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
