"""What a command costs: it runs in a process of its own, with all its descendants accounted for."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Cost:
    """Seconds, the peak of the largest process in GB, and what the command printed."""

    wall: float
    cpu: float
    peak_gb: float
    said: str


def run(module: str, *arguments: object, **environment: str) -> Cost:
    """Run a module of this project. Its last words, if it fails, end this process."""
    code = (
        "import resource, subprocess, sys, json;"
        "done = subprocess.run(sys.argv[1:]);"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN);"
        "print('\\nCOST', json.dumps([used.ru_utime + used.ru_stime, used.ru_maxrss]));"
        "sys.exit(done.returncode)"
    )
    command = [sys.executable, "-m", module, *map(str, arguments)]
    start = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", code, *command], env=os.environ | environment,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(done.stdout[-2000:] + done.stderr[-2000:])
    said, _, used = done.stdout.rpartition("COST ")
    cpu, peak_kb = json.loads(used)
    return Cost(time.monotonic() - start, cpu, peak_kb / 1024**2, said)


def night(home: Path, as_of: object, **environment: str) -> tuple[Cost, str]:
    """A night's cost, and where its time went."""
    parts = home / "bench-parts.json"
    cost = run("tests.bench.parts", as_of, XIANSUO_HOME=str(home), BENCH_PARTS=str(parts),
               **environment)  # fmt: skip
    spent = json.loads(parts.read_text("utf-8"))
    return cost, ", ".join(f"{part} {seconds:.1f} s" for part, seconds in spent.items())


def say(what: str, cost: Cost, beside: Cost | None = None, name: str = "the bare script") -> None:
    """One line of the report."""
    ratio = f", {cost.cpu / beside.cpu:.2f} times {name}" if beside else ""
    print(
        f"  {what:24} {cost.wall:7.1f} s wall {cost.cpu:7.1f} s CPU {cost.peak_gb:5.2f} GB{ratio}",
        flush=True,
    )
