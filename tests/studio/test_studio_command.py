"""`cleankit studio` as it is started: where it listens, what it prints, how it stops."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.unit.cli import DIRTY, run

pytest.importorskip("uvicorn")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="it is stopped by a signal")


@pytest.fixture
def started(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], str, str]]:
    """A running studio: the process, its address and its token."""
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "a.txt").write_text(DIRTY, encoding="utf-8")
    process = subprocess.Popen([sys.executable, "-m", "cleankit", "studio", "texts", "--no-open", "--no-plugins"], cwd=tmp_path, stderr=subprocess.PIPE, text=True)
    assert process.stderr
    found = re.fullmatch(r"studio: (http://127\.0\.0\.1:\d+/)#(\S{20,})\n", process.stderr.readline())
    assert found
    yield process, found[1], found[2]
    process.kill()
    process.wait()
    process.stderr.close()


def ask(address: str, token: str) -> int:
    request = Request(f"{address}api/start", b"{}", {"Content-Type": "application/json", "X-Studio-Token": token})
    try:
        with urlopen(request, timeout=30) as answer:
            assert json.load(answer)["texts"] == 1
            return int(answer.status)
    except HTTPError as error:
        with error:
            return error.code


def test_it_listens_on_loopback_asks_for_its_token_and_stops(started: tuple[subprocess.Popen[str], str, str]) -> None:
    process, address, token = started
    assert (ask(address, token), ask(address, "guessed")) == (200, 401)
    port = int(address.rsplit(":", 1)[1].strip("/"))
    for other in {i[4][0] for i in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)} - {"127.0.0.1"}:
        with socket.socket() as tried:
            tried.settimeout(2)
            assert tried.connect_ex((str(other), port)), f"it listens on {other}"
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 130
    assert process.stderr and "Traceback" not in process.stderr.read()


def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = run("studio", "--no-open", "--no-plugins", "--into", tmp_path, "--port", taken.getsockname()[1])
    assert done.exit_code == 2 and "is taken" in done.stderr


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [m for m in sys.modules if m.startswith(("cleankit.studio", "starlette"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "starlette.applications", None)
    done = run("studio", "--no-open", "--no-plugins")
    assert done.exit_code == 2 and "pip install 'cleankit-text[studio]'" in done.stderr


def test_other_commands_do_not_load_it() -> None:
    code = "import sys; from cleankit.cli import main; main(['rules', 'share/en'], standalone_mode=False)"
    code = f"import sys\ntry:\n  exec({code!r})\nexcept SystemExit: pass\nprint(sorted(m for m in sys.modules if m.split('.')[0] in ('starlette', 'uvicorn')), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env={**os.environ})
    assert done.stderr.splitlines()[-1] == "[]"
