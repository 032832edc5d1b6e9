"""A newcomer's path: the commands of docs/plugins/ten-minutes.md, one after another, in a fresh environment, timed.

    python bench/newcomer.py           # makes a virtual environment, installs this checkout into it, walks, prints the table
    python bench/newcomer.py --write   # and puts the table into the page
    python bench/newcomer.py --here    # with the packages of this interpreter; `pip install` is left out

What a person adds, reading and typing, is not in the figures. The walk fails where a command does, and where it does not
say what the page says.
"""

from __future__ import annotations

import argparse
import doctest
import os
import platform
import re
import shlex
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "plugins" / "ten-minutes.md"
DISTRIBUTION = "cleankit-text"
sys.path.insert(0, str(ROOT))

from tests.docs.blocks import blocks  # noqa: E402


class Step(NamedTuple):
    """A command of the page, or a file to write: seconds that passed, and those of the processor. `lines` were written by hand."""

    what: str
    seconds: float = 0.0
    cpu: float = 0.0
    lines: int = 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--here", action="store_true", help="use the packages of this interpreter")
    parser.add_argument("--write", action="store_true", help="put the table into the page")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        if args.here:
            python = Path(sys.executable)
        else:
            venv.create(home / "venv", with_pip=True)
            python = home / "venv" / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
        (home / "work").mkdir()
        steps = walk(PAGE.read_text(encoding="utf-8"), python, home / "work", install=not args.here)
    told = table(steps)
    print(told)
    if args.write:
        page = PAGE.read_text(encoding="utf-8")
        found = re.sub(r"(?<=<!-- newcomer -->\n).*?(?=<!-- /newcomer -->)", lambda _: told, page, flags=re.DOTALL)
        PAGE.write_text(found, encoding="utf-8")


def walk(page: str, python: Path, folder: Path, *, install: bool) -> list[Step]:
    """Do what the page says, in its order. Raises SystemExit where a command fails or says something else."""
    steps: list[Step] = []
    for block in blocks(page):
        if block.title:
            file = folder / block.title
            old = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block.text, encoding="utf-8")
            if block.language == "toml":
                steps.append(Step(f"edit {block.title}", lines=len(set(block.text.splitlines()) - set(old))))
        elif block.language == "console":
            for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
                command, _, expected = part.partition("\n")
                if install or "pip" not in command:
                    steps.append(Step(command, *run(command, expected, python, folder)))
    return steps


def run(command: str, expected: str, python: Path, folder: Path) -> tuple[float, float]:
    """Run one command with the environment's programs; the seconds that passed, and those of the processor."""
    words = [str(ROOT) if word == DISTRIBUTION else word for word in shlex.split(command)]
    words = [str(python), *words[1:]] if words[0] == "python" else [str(python), "-m", *words]
    # nothing of this checkout but what was installed, and no rules remembered from before
    env = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"} | {"XDG_CACHE_HOME": str(folder.parent / "cache")}
    start, used = time.perf_counter(), cpu()
    done = subprocess.run(words, cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8", check=False)
    took = time.perf_counter() - start, cpu() - used
    same = doctest.OutputChecker().check_output(expected, done.stdout, doctest.ELLIPSIS)
    if done.returncode or (expected.strip() and not same):
        raise SystemExit(f"$ {command}\n{done.stdout}\nexit code {done.returncode}")
    return took


def cpu() -> float:
    """Seconds of the processor that finished commands have used, their own children's included."""
    times = os.times()
    return times.children_user + times.children_system


def table(steps: list[Step]) -> str:
    """The walk as a table of Markdown, with what it was measured on."""
    rows = [f"| {s.what} | {s.lines} lines | |\n" if s.lines else f"| `{short(s.what)}` | {s.seconds:.1f} s | {s.cpu:.1f} s |\n" for s in steps]
    commands = [s for s in steps if not s.lines]
    return (
        f"{len(commands)} commands, {sum(s.lines for s in steps)} lines of a file that had to be touched, {sum(s.seconds for s in steps):.0f} seconds, "
        f"{sum(s.cpu for s in steps):.0f} of the processor:\n\n"
        f"| step | passed | of the processor |\n| --- | --: | --: |\n{''.join(rows)}\n"
        f"Measured by `bench/newcomer.py` in a fresh environment of Python {platform.python_version()} with {os.cpu_count()} cores, packages already downloaded "
        "once. Reading and typing come on top.\n"
    )


def short(command: str) -> str:
    return command if len(command) < 70 else command[:67] + "…"


if __name__ == "__main__":
    main()
