"""The wheel, installed outside the checkout: the rules are in it, once, and it cleans."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SEED = ROOT / "corpus_samples" / "seed-004-shortcodes"

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("wheel")]


def run(*command: object, cwd: Path) -> str:
    done = subprocess.run(
        [str(c) for c in command], cwd=cwd, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """By way of the source distribution, as a release is made."""
    out = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", out, ROOT, cwd=out)
    (found,) = out.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An interpreter with the wheel and the dependencies of this one, without this checkout."""
    home = tmp_path_factory.mktemp("elsewhere")
    run(sys.executable, "-m", "venv", "--without-pip", home / "venv", cwd=home)
    python = home / "venv" / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    site = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=home).strip())
    run(sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", site, wheel, cwd=home)
    # The dependencies come from here, behind the wheel. The checkout, on the path by an editable install, does not:
    # files with `import` or a path in them are read in site folders only, and this is a plain entry of the path.
    here = [p for p in sys.path if p.endswith("site-packages")]
    (site / "dependencies.pth").write_text("\n".join(here) + "\n", encoding="utf-8")
    return python


def test_the_wheel_has_the_rules_once(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert len(names) == len(set(names))
    rules = {p.relative_to(ROOT / "rules").as_posix() for p in (ROOT / "rules").rglob("*.toml")}
    assert {n.removeprefix("cleankit/_rules/") for n in names if n.startswith("cleankit/_rules/")} == rules
    assert {n.split("/")[0] for n in names} == {"cleankit", next(n for n in names if ".dist-info/" in n).split("/")[0]}
    assert "cleankit/py.typed" in names


def test_the_wheel_has_every_file_of_the_package(wheel: Path) -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "cleankit"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split()
    if not tracked:
        pytest.skip("not a checkout")
    assert set(tracked) <= set(zipfile.ZipFile(wheel).namelist())


def test_the_wheel_cleans_a_seed(python: Path, tmp_path: Path) -> None:
    where = run(python, "-c", "import cleankit; print(cleankit.__file__)", cwd=tmp_path).strip()
    assert ROOT not in Path(where).parents
    text = run(python, "-m", "cleankit", "clean", SEED / "raw.txt", cwd=tmp_path)
    expected = (SEED / "clean.txt").read_text(encoding="utf-8")
    assert [" ".join(p.split()) for p in text.split("\n\n")] == [" ".join(p.split()) for p in expected.split("\n\n")]
