"""`make bench`: a night at 50,000, 500,000 and 5,000,000 rows, beside a bare DuckDB script.

For each size a county is simulated, its first night is run, then the second without new files;
each as a process of its own. Printed are wall and CPU seconds, the largest process's peak memory,
the parts of the night, and the ratio of CPU to the bare script's over the same files.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ingest.home import Home
from ingest.simulate import simulate

SIZES = (50_000, 500_000, 5_000_000)
ROWS_AT_SCALE_ONE = 110_000
NIGHTS = (date(2023, 8, 31), date(2023, 9, 1))


@dataclass(frozen=True)
class Cost:
    """What a process cost: seconds, and the peak of its largest process in GB."""

    wall: float
    cpu: float
    peak_gb: float


def run(arguments: list[str], environment: dict[str, str]) -> Cost:
    """Run a command in a process of its own and account for all its descendants."""
    code = (
        "import resource, subprocess, sys, json;"
        "done = subprocess.run(sys.argv[1:]);"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN);"
        "print('\\nCOST', json.dumps([used.ru_utime + used.ru_stime, used.ru_maxrss]));"
        "sys.exit(done.returncode)"
    )
    start = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], env=environment, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(done.stdout[-2000:] + done.stderr[-2000:])
    cpu, peak_kb = json.loads(done.stdout.rpartition("COST ")[2])
    return Cost(time.monotonic() - start, cpu, peak_kb / 1024**2)


def bench(size: int) -> None:
    """Simulate a county of about `size` rows and print what its nights cost."""
    with tempfile.TemporaryDirectory(prefix="xiansuo-bench-") as folder:
        home = Home(Path(folder) / "home").make()
        planted = Path(folder) / "planted"
        county = simulate(home.inbox, planted, NIGHTS[:1], 1, size / ROWS_AT_SCALE_ONE)
        print(f"\n{county.rows:,} rows in {county.files} files", flush=True)
        parts = Path(folder) / "parts.json"
        environment = os.environ | county.databases | {
            "XIANSUO_HOME": str(home.root), "BENCH_PARTS": str(parts),
        }  # fmt: skip
        python = sys.executable
        bare = run([python, "-m", "tests.bench.bare", str(home.root), str(NIGHTS[0])], environment)
        _say("bare script", bare)
        full = run([python, "-m", "tests.bench.parts", str(NIGHTS[0])], environment)
        _say("night", full, bare)
        spent = json.loads(parts.read_text("utf-8"))
        print("    " + ", ".join(f"{part} {seconds:.1f} s" for part, seconds in spent.items()))
        _say("night without new files", run([python, "-m", "tests.bench.parts", str(NIGHTS[1])],
                                            environment))  # fmt: skip


def _say(what: str, cost: Cost, bare: Cost | None = None) -> None:
    ratio = f", {cost.cpu / bare.cpu:.1f} times the bare script" if bare else ""
    print(
        f"  {what:24} {cost.wall:7.1f} s wall {cost.cpu:7.1f} s CPU {cost.peak_gb:5.2f} GB{ratio}",
        flush=True,
    )


def main() -> None:
    """Run the sizes asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--rows", type=int, nargs="*", default=SIZES, help="rows in all")
    for size in parser.parse_args().rows:
        bench(size)
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    print(f"\n(simulating took {own:.2f} GB itself)")


if __name__ == "__main__":
    main()
