"""What pytest and hypothesis load when cleankit is installed: so small that runs which do not use cleankit do not feel it.

For pytest: rule files (`rules/<family>/<name>.toml`) are collected as tests, one for each example and keep. Everything else
named `*.toml` is left alone. For hypothesis: `from_type` knows cleankit's types.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from cleankit.testing import Case

_TABLES = re.compile(rb"^\s*\[\[?\s*(?:match|example|keep)\s*\]\]?", re.MULTILINE)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect a file that looks like a rule and lies two levels or more below a folder `rules`."""
    if file_path.suffix != ".toml" or "rules" not in file_path.parts[:-2]:
        return None
    try:
        if not _TABLES.search(file_path.read_bytes()):
            return None
    except OSError:
        return None
    return RuleFile.from_parent(parent, path=file_path)


class RuleFile(pytest.File):
    """A rule file."""

    def collect(self) -> Iterator[pytest.Item]:
        from cleankit.testing import cases_in

        for case in cases_in(self.path):
            yield RuleItem.from_parent(self, name=f"{case.kind}-{case.number + 1}", case=case)


class RuleItem(pytest.Item):
    """One example or keep of a rule."""

    def __init__(self, *, case: Case, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.case = case

    def runtest(self) -> None:
        findings = self.case.findings()
        if findings:
            raise _Broken("\n".join(map(str, findings)))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, _Broken):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, None, f"{self.path.parent.name}/{self.path.stem} {self.name}"


class _Broken(Exception):
    """What the findings of a case become."""


def _hypothesis_setup_hook() -> None:
    # Registers as it is imported; it may be in the middle of that, if it was what imported hypothesis.
    import cleankit.testing.strategies  # noqa: F401
