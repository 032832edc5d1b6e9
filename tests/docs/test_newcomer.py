"""The newcomer's path that the documentation times can be walked."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_path_can_be_walked_by_the_commands_of_the_page() -> None:
    done = subprocess.run([sys.executable, ROOT / "bench" / "newcomer.py", "--here"], capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("4 commands, 9 lines of a file")
