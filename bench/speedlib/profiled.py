"""Where the time goes: samples of the stack while texts are cleaned, summed by module and by function."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import PurePath
from typing import Any


def profile(work: Callable[[Any], object], items: Iterable[Any], interval: float = 0.0005) -> dict[str, Any]:
    """Shares of the time, by the module and by the function in which it was spent.

    What a function of another library or of the interpreter takes counts for the function of cleankit that called it.
    """
    from pyinstrument import Profiler

    profiler = Profiler(interval=interval)
    with profiler:
        for item in items:
            work(item)
    assert profiler.last_session
    root = profiler.last_session.root_frame(trim_stem=False)
    modules: Counter[str] = Counter()
    functions: Counter[str] = Counter()
    pending = [(root, "", "")]
    total = 0.0
    while pending:
        frame, module, function = pending.pop()
        file = frame.file_path or ""
        if _module(file):
            module, function = _module(file), frame.function
        own = frame.absorbed_time + frame.time - sum(child.time for child in frame.children)
        if module:
            modules[module] += own
            functions[f"{module}: {function}"] += own
            total += own
        pending += [(child, module, function) for child in frame.children]
    return {"modules": _shares(modules, total, 20), "functions": _shares(functions, total, 20)}


def _shares(seconds: Counter[str], total: float, most: int) -> list[tuple[str, float]]:
    return [(name, value / total) for name, value in seconds.most_common(most) if value / total >= 0.003]


def _module(file: str) -> str:
    """The module of cleankit that a file is, or nothing."""
    parts = PurePath(file.removesuffix(".py")).parts
    if "cleankit" not in parts or "site-packages" in parts:
        return ""
    at = len(parts) - 1 - parts[::-1].index("cleankit")
    return ".".join(p for p in parts[at + 1 :] if p != "__init__") or "cleankit"
