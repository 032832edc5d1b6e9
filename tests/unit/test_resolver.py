"""What a resolver makes of the extras: nothing old without a word, and the lowest versions can be had together."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
USED = sorted(extra for extra in PROJECT["optional-dependencies"] if extra != "docs")

pytestmark = pytest.mark.slow  # asks the registry


def resolved(tmp_path: Path, extras: list[str], *others: str, resolution: str = "highest") -> dict[str, Version]:
    """The versions that would be installed: of the project with extras, beside what else somebody has."""
    (tmp_path / "others.in").write_text("\n".join(others), encoding="utf-8")
    asked = [part for extra in extras for part in ("--extra", extra)]
    done = subprocess.run(
        [sys.executable, "-m", "uv", "pip", "compile", "pyproject.toml", str(tmp_path / "others.in"), *asked, "--resolution", resolution,
            "--quiet", "--no-annotate", "--no-header"],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    pinned = (line.partition(" ;")[0].split("==") for line in done.stdout.splitlines() if "==" in line)
    return {name.strip(): Version(version.strip()) for name, version in pinned}


def bounds(extras: list[str]) -> list[Requirement]:
    """All direct requirements of the project with extras."""
    given = [*PROJECT["dependencies"], *(r for extra in extras for r in PROJECT["optional-dependencies"][extra])]
    return [r for r in map(Requirement, given) if r.name != PROJECT["name"]]


@pytest.mark.parametrize("resolution", ["highest", "lowest-direct"])
def test_all_extras_go_together(tmp_path: Path, resolution: str) -> None:
    found = resolved(tmp_path, USED, resolution=resolution)
    for requirement in bounds(USED):
        assert requirement.specifier.contains(found[requirement.name], prereleases=True), (str(requirement), found[requirement.name])


def test_datatrove_beside_a_trafilatura_of_today(tmp_path: Path) -> None:
    found = resolved(tmp_path, ["datatrove"], "trafilatura>=2")
    assert found["datatrove"] >= Version("0.10") and found["trafilatura"] >= Version("2")


def test_datatroves_own_extra_for_filters_is_refused_not_answered_with_something_old(tmp_path: Path) -> None:
    """It pins an old trafilatura; without bounds a resolver would go back to a datatrove of long ago."""
    with pytest.raises(AssertionError, match="datatrove"):
        resolved(tmp_path, ["datatrove"], "datatrove[processing]")


def test_s3_beside_boto3(tmp_path: Path) -> None:
    found = resolved(tmp_path, ["s3"], "boto3", "moto[server]>=5")
    assert found["s3fs"] >= Version("2024.2")
