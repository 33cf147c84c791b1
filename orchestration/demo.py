"""`make demo`: a simulated county, three month-end nights, and what was found of what was planted.

It works in XIANSUO_HOME (default ./data) and starts anew each time, but only where an earlier demo
has left its mark: a home with an office's own data is refused.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

from ingest.home import Home
from ingest.simulate.between import after_night
from ingest.simulate.models import ALL, MODELS, nights_of, simulate
from ingest.simulate.score import report, score

MARK = ".demo"
SEED = 1
FAULTS_SHOWN = 10


def main() -> int:
    """Run the demo or, with --score-only, compare what is there; 1 when the score is not clean."""
    parser = argparse.ArgumentParser(prog="python -m orchestration.demo", description=__doc__)
    parser.add_argument(
        "--score-only", action="store_true", help="compare the nights that are there"
    )
    parser.add_argument("--scale", type=float, default=1.0, help="times the size of 威宁")
    parser.add_argument("--model", choices=[*MODELS, ALL], default=ALL, help="default: all")
    arguments = parser.parse_args()
    nights = nights_of(arguments.model)
    root = Path(os.environ.get("XIANSUO_HOME") or "data").resolve()
    ledger = root.parent / f"{root.name}-planted"
    if not arguments.score_only and not _play(root, ledger, arguments.model, arguments.scale):
        return 1
    return _show(Home(root), ledger, nights)


def _play(root: Path, ledger: Path, model: str, scale: float) -> bool:
    """Simulate and run the nights; False, with the reason on the screen, when that cannot be."""
    if not _clear(root, ledger):
        print(
            f"{root} holds data that no demo has put there, and is left alone; "
            "set XIANSUO_HOME to another folder for the demo",
            file=sys.stderr,
        )
        return False
    home = Home(root).make()
    (root / MARK).touch()
    print(f"simulating a county's agencies into {home.inbox} …", flush=True)
    nights = nights_of(model)
    county = simulate(model, home.inbox, ledger, nights, SEED, scale, say=_say)
    print(f"{county.rows} rows in {county.files} files\n", flush=True)
    environment = os.environ | county.databases | {"XIANSUO_HOME": os.fspath(root)}
    for night in nights:
        done = subprocess.run(
            [sys.executable, "-m", "orchestration.nightly", "--as-of", str(night)],
            env=environment,
            check=False,
        )
        if done.returncode:
            return False
        if night != nights[-1]:
            for path in after_night(home, ledger, nights, night):
                _say(f"arrived {path.relative_to(home.inbox)}")
        print(flush=True)
    return True


def _clear(root: Path, ledger: Path) -> bool:
    """Make room for a new demo; False when what lies there is not a demo's."""
    if (root / MARK).exists():
        shutil.rmtree(root)
        shutil.rmtree(ledger, ignore_errors=True)
    elif root.exists() and any(path.is_file() for path in root.rglob("*")):
        return False
    return True


def _show(home: Home, ledger: Path, nights: tuple[date, ...]) -> int:
    scores = score(home, ledger)
    print(report(scores, FAULTS_SHOWN))
    last = home.reports / str(nights[-1])
    print(f"report        {last / 'index.html'}")
    print(f"data quality  {last / 'quality.html'}")
    print(f"marts         {home.marts / 'clues.duckdb'}")
    print(f"handlers      {home.marts / 'cards.duckdb'}")
    print(f"sent back     {home.quarantine}")
    print(f"planted       {ledger / 'planted.csv'}")
    print("look around   make ui")
    return int(any(each.wrong for each in scores))


def _say(line: str) -> None:
    print(f"  {line}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
