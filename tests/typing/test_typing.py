"""mypy, strict, finds nothing wrong with how the public names are used."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.mark.slow
def test_the_public_names_type_as_promised() -> None:
    done = subprocess.run([sys.executable, "-m", "mypy", "--strict", str(HERE / "api.py")], capture_output=True, text=True, check=False, cwd=HERE.parents[1])
    assert done.returncode == 0, done.stdout + done.stderr
