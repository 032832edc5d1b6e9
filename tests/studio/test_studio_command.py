"""`cleankit studio` as it is started: where it listens, what it prints, how it stops."""

from __future__ import annotations

import gzip
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

import cleankit
from cleankit.cli.studio import make_desk
from cleankit.config import Config
from cleankit.errors import InputError
from tests.unit.cli import BODY, DIRTY, run

pytest.importorskip("uvicorn")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="it is stopped by a signal")

RULE = rf"""
summary = "A herald's line"
why = "It stands below every article."
stage = "lines"
since = "0.1"
confidence = 0.9
sites = ["herald.example"]
misfires = "None known."
[match]
phrases = ["the herald writes to you"]
[[example]]
before = "{BODY}\n\nThe herald writes to you"
after = "{BODY}"
[[keep]]
text = "The herald writes to you about the harbour."
why = "prose"
"""


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


def test_texts_of_json_lines_are_opened_by_their_names(tmp_path: Path) -> None:
    rows = [{"id": "x", "text": DIRTY, "url": "https://www.bbc.com/1", "lang": "en"}, {"id": "x", "text": "Again."}, {"text": "No name."}, {"id": "n", "body": ""}]
    lines = [json.dumps(row).encode() + b"\n" for row in rows]
    data = b"".join([*lines[:2], b"\n", *lines[2:], b"not json\n", json.dumps({"name": "ledger", **cleankit.explain(DIRTY).to_dict()}).encode()])
    (tmp_path / "in").mkdir()
    (tmp_path / "a.jsonl").write_bytes(data)
    (tmp_path / "in" / "b.jsonl.gz").write_bytes(gzip.compress(data))
    (tmp_path / "c.txt").write_text(DIRTY, encoding="utf-8")
    desk = make_desk(tmp_path, (), Config(plugins=()))
    ids = ["x", "a.jsonl:2", "a.jsonl:4", "n", "a.jsonl:6", "ledger"]
    packed = [f"in/b.jsonl.gz:{k}" for k in (1, 2, 4, 5, 6, 7)]
    assert list(desk.texts) == ["c.txt", *ids, *packed]
    for names in (ids, packed):
        assert [desk.read(names[k]) for k in (5, 0, 1, 2)] == [DIRTY, DIRTY, "Again.", "No name."]
        for k, said in ((3, "no text in the field .*: id, body"), (4, "not JSON")):
            with pytest.raises(InputError, match=said):
                desk.read(names[k])
    assert (desk.texts["x"].url, desk.texts["x"].lang) == ("https://www.bbc.com/1", "en")


def test_a_texts_own_address_wakes_the_rules_of_its_site(tmp_path: Path) -> None:
    (tmp_path / "rules" / "site").mkdir(parents=True)
    (tmp_path / "rules" / "site" / "herald.toml").write_text(RULE, encoding="utf-8")
    text = f"{BODY}\n\nThe herald writes to you\n\n{BODY[::-1]}\n"
    rows = [{"id": k, "text": text, "url": url} for k, url in {"there": "https://herald.example/1", "elsewhere": "https://other.example/1"}.items()]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    desk = make_desk(tmp_path, (), Config(plugins=(), rules=(str(tmp_path / "rules"),)))
    taken = {name: [c.rule for c in desk.clean(text, "article", name).changes if c.before.strip()] for name in ("there", "elsewhere", "")}
    assert taken == {"there": ["site/herald"], "elsewhere": [], "": []}


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
