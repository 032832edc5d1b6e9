"""What needs a process of its own: memory, start-up, very long texts, counted instructions. Prints one JSON object.

Called by `bench/speed.py`, as `python child.py TASK ARGUMENTS-AS-JSON`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any


def memory(key: str) -> int:
    """`VmRSS` (now) or `VmHWM` (at most so far) of this process in bytes; 0 where the system does not tell."""
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return 0
    return next(int(line.split()[1]) * 1024 for line in status.split("\n") if line.startswith(f"{key}:"))


def _forget_peak() -> None:
    """From here on `VmHWM` is the most memory since now."""
    Path("/proc/self/clear_refs").write_text("5")


def start(arguments: dict[str, Any]) -> dict[str, float]:
    """Seconds of CPU and of the clock for the import and for the first text; and for the patterns that the first text did not need."""
    at = time.process_time(), time.perf_counter()
    import cleankit

    imported = time.process_time(), time.perf_counter()
    cleankit.clean("The council met on Monday and agreed on a new budget.\n\nShare 12\n")
    cleaned = time.process_time(), time.perf_counter()
    from speedlib.contestants import ready

    made = cleankit.Cleaner()
    made.clean("Share 12\n")
    at_rest = time.process_time()
    ready(made)
    rest = time.process_time() - at_rest
    return {
        "import": imported[0] - at[0], "import_clock": imported[1] - at[1],
        "first": cleaned[0] - imported[0], "first_clock": cleaned[1] - imported[1], "rest": rest,
    }  # fmt: skip


def long(arguments: dict[str, Any]) -> dict[str, float]:
    """CPU seconds and memory for the text of a file."""
    from cleankit import Cleaner
    from speedlib.contestants import ready

    made = ready(Cleaner(arguments["preset"]))
    before = memory("VmRSS")
    text = Path(arguments["file"]).read_text(encoding="utf-8")
    if before:
        _forget_peak()
    at = time.process_time()
    result = made.clean(text, explain=arguments["explain"])
    changes = len(result.changes)
    seconds = time.process_time() - at
    return {"seconds": seconds, "memory": memory("VmHWM") - before, "changes": changes, "left": len(result.text), "faults": len(result.faults)}


def instructions(arguments: dict[str, Any]) -> dict[str, float]:
    """Under callgrind: clean the file's documents, counted. The counting is on for nothing else."""
    from cleankit import Cleaner
    from speedlib.contestants import TEXT_PEERS, WARM, cleaner

    name = arguments["name"]
    texts = json.loads(Path(arguments["file"]).read_text(encoding="utf-8"))
    fresh = TEXT_PEERS[name][1]() if name in TEXT_PEERS else cleaner(lambda: Cleaner(name))
    for text in (WARM, *arguments["warm"]):
        fresh()(text)
    work = fresh()
    _count("on")
    for text in texts:
        work(text)
    _count("off")
    return {"texts": len(texts)}


def _count(state: str) -> None:
    subprocess.run(["callgrind_control", "-i", state, str(os.getpid())], check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    task = {"start": start, "long": long, "instructions": instructions}[sys.argv[1]]
    print(json.dumps(task(json.loads(sys.argv[2]))))
