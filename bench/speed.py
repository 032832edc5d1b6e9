"""How fast cleankit is, and what that means: one command that measures and writes `docs/benchmarks/`.

    pip install . --group bench
    python bench/speed.py --quick                   # a few minutes, prints only
    python bench/speed.py --write                   # everything; tables and plots into docs/benchmarks/
    python bench/speed.py --texts FOLDER --write    # on texts of your own
    python bench/speed.py --only rules html         # some experiments; --write keeps what is known of the others
    python bench/speed.py --callgrind               # instruction counts as well (valgrind; slow, repeatable)

FOLDER holds `*.jsonl` files, plain or as .xz or .gz. A row's `text` is an article as an extractor left it, or, in a file
named `page*`, all the text of a page; a row's `html` is a page. Without it, documents are put together from the corpus
samples: these are like nobody's texts, so their figures are for comparing versions.

Everything but workers is CPU time. Contestants take turns on the same texts, each text is met once, and a contestant is
new in each round.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from speedlib.clock import versions
from speedlib.contestants import PEERS
from speedlib.experiments import EXPERIMENTS, FULL, QUICK, Plan
from speedlib.page import tables, write_page

RESULTS = Path(__file__).resolve().parents[1] / "docs" / "benchmarks" / "speed.json"


def main() -> None:
    assert __doc__
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=Path, metavar="FOLDER", help="JSON lines to measure on")
    parser.add_argument("--quick", action="store_true", help="less of everything")
    parser.add_argument("--only", nargs="+", choices=EXPERIMENTS, metavar="NAME", help=f"of: {', '.join(EXPERIMENTS)}")
    parser.add_argument("--callgrind", action="store_true", help="count instructions too (needs valgrind)")
    parser.add_argument("--rounds", type=int, help="instead of the plan's number")
    parser.add_argument("--write", action="store_true", help="write tables, plots and speed.json into docs/benchmarks/")
    parser.add_argument("--draw", action="store_true", help="measure nothing; write tables and plots of the figures in speed.json")
    given = parser.parse_args()
    plan = (QUICK if given.quick else FULL)._replace(texts=given.texts)
    if given.rounds:
        plan = plan._replace(rounds=given.rounds)
    names = [n for n in given.only or EXPERIMENTS if n != "callgrind" or given.callgrind or given.only]
    keep = given.write or given.draw
    known: dict[str, Any] = json.loads(RESULTS.read_text(encoding="utf-8")) if keep and RESULTS.exists() else {}
    for name in () if given.draw else names:
        known[name] = json.loads(json.dumps(_apart(name, plan)))
        if keep:  # after each: a long run may be cut short
            RESULTS.write_text(json.dumps(known, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if keep:
        write_page(known, RESULTS.parent)
    else:
        print(tables(known))


def _apart(name: str, plan: Plan) -> dict[str, Any]:
    """Run one experiment in a process of its own."""
    with ProcessPoolExecutor(1) as pool:  # started as this platform does, or `clean_many` in it would start its own otherwise
        return pool.submit(_run, name, plan).result()


def _run(name: str, plan: Plan) -> dict[str, Any]:
    made_up = name in ("length", "start")
    data = EXPERIMENTS[name](plan, lambda message: print(f"{time.strftime('%H:%M:%S')} {name}: {message}", file=sys.stderr, flush=True))
    return {**data, "source": "made up" if made_up else plan.source.name, "versions": versions(PEERS)}


if __name__ == "__main__":
    main()
