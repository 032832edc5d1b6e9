"""The wheel, installed outside the checkout: the rules are in it, once, and it cleans."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("wheel")]


def run(*command: object, cwd: Path) -> str:
    done = subprocess.run([str(c) for c in command], cwd=cwd, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def build(project: Path, out: Path) -> Path:
    """A wheel by way of the source distribution, as a release is made."""
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", out, project, cwd=out)
    (found,) = out.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(ROOT, tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An interpreter with the wheels of cleankit and its plugins, and the dependencies of this one, without this checkout."""
    projects = sorted(p.parent for p in (ROOT / "plugins").glob("*/pyproject.toml"))
    plugins = [build(project, tmp_path_factory.mktemp("plugin-dist")) for project in projects]
    home = tmp_path_factory.mktemp("elsewhere")
    run(sys.executable, "-m", "venv", "--without-pip", home / "venv", cwd=home)
    python = home / "venv" / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    site = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=home).strip())
    run(sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", site, wheel, *plugins, cwd=home)
    # The dependencies come from here, behind the wheels. The checkout does not, though it is installed here as editable:
    # that works by a .pth file, and those are read in folders of sites, not in plain entries of the path.
    here = [p for p in sys.path if p.endswith("site-packages")]
    (site / "dependencies.pth").write_text("\n".join(here) + "\n", encoding="utf-8")
    return python


def test_the_wheel_has_the_rules_once(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert len(names) == len(set(names))
    rules = {p.relative_to(ROOT / "rules").as_posix() for p in (ROOT / "rules").rglob("*.toml")}
    assert {n.removeprefix("cleankit/_rules/") for n in names if n.startswith("cleankit/_rules/")} == rules
    assert {n.split("/")[0] for n in names if ".dist-info/" not in n} == {"cleankit", "cleankit_pytest.py"}
    assert "cleankit/py.typed" in names


def test_the_wheel_has_every_file_of_the_package(wheel: Path) -> None:
    tracked = subprocess.run(["git", "ls-files", "cleankit"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split()
    if not tracked:
        pytest.skip("not a checkout")
    assert set(tracked) <= set(zipfile.ZipFile(wheel).namelist())


def test_what_is_installed_is_the_wheel(python: Path, tmp_path: Path) -> None:
    where = run(python, "-c", "import cleankit, cleankit_wordpress as w; print(cleankit.__file__); print(w.__file__)", cwd=tmp_path).split()
    assert not any(ROOT in Path(w).parents for w in where)
    listed = run(python, "-m", "cleankit", "plugins", cwd=tmp_path)
    assert "wordpress  cleankit-wordpress" in listed
    assert "does not load" not in listed


@pytest.mark.parametrize("seed", ["seed-000-pak-us-dialogue", "seed-004-shortcodes"])
def test_it_cleans_a_seed(seed: str, python: Path, tmp_path: Path) -> None:
    folder = ROOT / "corpus_samples" / seed
    text = run(python, "-m", "cleankit", "clean", folder / "raw.txt", cwd=tmp_path)
    expected = (folder / "clean.txt").read_text(encoding="utf-8")
    assert [" ".join(p.split()) for p in text.split("\n\n")] == [" ".join(p.split()) for p in expected.split("\n\n")]


def test_the_command_is_installed_and_cleans_a_page(wheel: Path, python: Path, tmp_path: Path) -> None:
    assert "cleankit=cleankit.cli:main" in zipfile.ZipFile(wheel).read(_entry_points(wheel)).decode().replace(" ", "")
    page = ROOT / "corpus_samples" / "html-news-en" / "raw.html"
    text = run(python, "-m", "cleankit", "clean", page, cwd=tmp_path)
    assert len(text.split()) > 50
    assert "<p>" not in text


def _entry_points(wheel: Path) -> str:
    return next(n for n in zipfile.ZipFile(wheel).namelist() if n.endswith("entry_points.txt"))


def test_it_checks_the_rules_of_a_checkout(python: Path, tmp_path: Path) -> None:
    """They are its own: they clash with none that is installed."""
    done = subprocess.run(
        [python, "-m", "cleankit", "check", "--no-pool", ROOT / "rules" / "share"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0 and "built-in" not in done.stderr, done.stderr
