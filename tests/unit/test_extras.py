"""The extras: bounds that keep a resolver from going back to something old without a word."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

PROJECT = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
REQUIREMENTS = {extra: [Requirement(r) for r in given] for extra, given in PROJECT["optional-dependencies"].items()}
ENGINES = {"datajuicer", "datatrove", "spark", "ray", "hf", "langchain", "llamaindex", "haystack", "sklearn", "scrapy"}


def test_there_is_an_extra_for_each_engine_and_none_for_all() -> None:
    assert ENGINES | {"io", "warc", "s3"} <= REQUIREMENTS.keys()
    assert not {"all", "full"} & REQUIREMENTS.keys()


def test_every_requirement_has_a_lower_bound() -> None:
    for extra, requirements in REQUIREMENTS.items():
        for requirement in requirements:
            lower = {s.operator for s in requirement.specifier} & {">=", "==", "~="}
            assert lower or requirement.name == PROJECT["name"], f"{extra}: {requirement}"


def test_datatrove_never_with_what_pins_an_old_trafilatura() -> None:
    (datatrove,) = REQUIREMENTS["datatrove"]
    assert datatrove.extras == {"io"}
    assert not datatrove.specifier.contains("0.2.0"), "what a resolver falls back to beside trafilatura 2"


def test_errors_name_extras_that_exist() -> None:
    for file in (Path(__file__).parents[2] / "cleankit").rglob("*.py"):
        for extra in re.findall(r'need\("[\w.]+", "(\w+)"\)', file.read_text(encoding="utf-8")):
            assert extra in REQUIREMENTS, f"{file.name}: {extra}"


@pytest.mark.parametrize("extra", sorted(ENGINES))
def test_what_is_installed_is_within_the_bounds(extra: str) -> None:
    for requirement in REQUIREMENTS[extra]:
        try:
            installed = Version(version(requirement.name))
        except PackageNotFoundError:
            pytest.skip(f"{requirement.name} is not installed")
        assert requirement.specifier.contains(installed, prereleases=True)
