"""A plugin written from the public documentation alone: it installs, passes its own tests, and does its work."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent / "stranger" / "cleankit-manuals"
PAGE = """On this page
Installing the package
Routing

Quickstart¶

Get it from the archive and unpack it where you have the right to write, then run the script in it.

Installing the package¶

Copy the folder to its place and tell the shell where it is, so that the command is found.

Routing¶

class Router[source]¶

Gives each address to the function that was named for it, and tells what it could not place.

Edit this page on GitHub
Created using Sphinx 7.2.6.
"""

pytestmark = pytest.mark.xdist_group("stranger")


def run(*command: object, site: Path, cwd: Path = PROJECT) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONPATH": str(site), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, "-m", *map(str, command)], cwd=cwd, env=env, capture_output=True, text=True, encoding="utf-8", check=False
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the plugin's wheel installed, for the path of a fresh process."""
    dist, site = tmp_path_factory.mktemp("dist"), tmp_path_factory.mktemp("site")
    for command in (
        ["build", "--wheel", "--no-isolation", "--outdir", dist, PROJECT],
        ["pip", "install", "--quiet", "--no-deps", "--no-index", "--find-links", dist, "--target", site, "cleankit-manuals"],
    ):
        done = run(*command, site=site, cwd=dist)
        assert done.returncode == 0, done.stdout + done.stderr
    return site


def test_it_is_found_with_all_its_rules(site: Path, tmp_path: Path) -> None:
    done = run("cleankit", "plugins", site=site, cwd=tmp_path)
    assert "manuals  cleankit-manuals 0.1.0  8 rules" in done.stdout, done.stdout + done.stderr


def test_it_cleans_and_the_text_of_the_manual_stays(site: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text(PAGE, encoding="utf-8")
    plain = run("cleankit", "clean", "--unlabelled", "off", "--no-plugins", page, site=site).stdout
    done = run("cleankit", "clean", "--plugin", "manuals", page, site=site).stdout
    gone = ("On this page", "Edit this page", "Created using", "¶", "[source]")
    assert all(piece in plain and piece not in done for piece in gone)
    assert done.split("\n\n")[0] == "Quickstart" and "\nclass Router\n" in done and done.count("Installing the package") == 1
    assert all(line in done for line in PAGE.splitlines() if len(line) > 60)


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(["pytest", "-q", "-p", "no:cacheprovider"], id="pytest"),
        pytest.param(["ruff", "check", "--no-cache", "."], id="ruff"),
        pytest.param(["cleankit", "check", "cleankit_manuals/rules"], id="check"),
        pytest.param(["mypy", "--cache-dir", os.devnull], id="mypy", marks=pytest.mark.slow),
    ],
)
def test_it_passes_its_own_checks(command: list[str], site: Path) -> None:
    if find_spec(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    done = run(*command, site=site)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 problems" in done.stderr if command[0] == "cleankit" else "skipped" not in done.stdout
