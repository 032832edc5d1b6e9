"""How long the studio's server takes for an edit, in processor time: the median and the worst of edits, each another one.

    python bench/studio.py [--kilobytes 20] [--edits 40]

A text is made of the corpus samples. Each edit changes a word of it, or a character of the rule that is being written, and asks what the page
asks: the text cleaned and drawn, the proof. Calls go through the whole application, JSON included; the network is left out.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from cleankit.cli import one_thread
from cleankit.studio import Desk, make_app

SAMPLES = Path(__file__).resolve().parents[1] / "corpus_samples"


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--kilobytes", type=float, default=20)
    parser.add_argument("--edits", type=int, default=40)
    given = parser.parse_args()
    text = "\n\n".join(p.read_text(encoding="utf-8") for p in sorted(SAMPLES.glob("*/raw.txt")))[: int(given.kilobytes * 1000)]
    one_thread()  # as the command does
    desk = Desk()
    desk.warm()
    client = TestClient(make_app(desk, "t"), base_url="http://127.0.0.1")

    def ask(call: str, **data: Any) -> Any:
        answer = client.post(f"/api/{call}", content=json.dumps(data), headers={"X-Studio-Token": "t", "Content-Type": "application/json"})
        assert answer.status_code == 200, answer.text
        return answer.json()

    draft = ask("draft", lines=["Harbour Herald wants to hear from you"])
    rule = {"id": draft["name"], "text": draft["text"]}

    def text_edited(k: int) -> str:
        return f"{text[: 7_000 + 10 * k]} edit{k} {text[7_000 + 10 * k :]}"

    def rule_edited(k: int) -> dict[str, str]:
        return {**rule, "text": rule["text"].replace("hear from you", f"hear from you {k}")}

    kinds: dict[str, Callable[[int], Any]] = {
        "first sight of the text, article": lambda k: ask("clean", text=f"{k}\n" + "\n".join(f"{line} {k}" for line in text.split("\n")), preset="article"),
        "edit of the text, article": lambda k: ask("clean", text=text_edited(k), preset="article"),
        "edit of the text, page": lambda k: ask("clean", text=text_edited(k), preset="page"),
        "edit of the text beside a rule": lambda k: ask("clean", text=text_edited(k), preset="article", draft=rule),
        "edit of the rule, text drawn": lambda k: ask("clean", text=text, preset="article", draft=rule_edited(k)),
        "edit of the rule, proof": lambda k: ask("proof", draft=rule_edited(k), preset="article"),
        "shares of all presets": lambda k: ask("shares", text=text_edited(k)),
    }
    print(f"{len(text):,} characters, {text.count(chr(10)):,} lines, {len(desk.registry.rules):,} rules; {given.edits} edits; milliseconds of processor time")
    for name, kind in kinds.items():
        for k in range(3):
            kind(100_000 + k)
        took = []
        for k in range(given.edits):
            began = time.process_time()
            kind(k)
            took.append(1000 * (time.process_time() - began))
        print(f"{name:<34} median {statistics.median(took):6.1f}   worst {max(took):6.1f}")


if __name__ == "__main__":
    main()
