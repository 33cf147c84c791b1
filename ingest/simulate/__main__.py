"""`python -m ingest.simulate --home DIR`: a county's deliveries into the home's inbox."""

from __future__ import annotations

import argparse
import time
from datetime import date
from pathlib import Path

from ingest.home import Home
from ingest.simulate import NIGHTS, simulate


def main() -> None:
    """Read the arguments, write the county, say where everything lies."""
    parser = argparse.ArgumentParser(
        prog="python -m ingest.simulate",
        description="Simulate a county of agencies that hand in their files for a few nights.",
    )
    parser.add_argument(
        "--home", type=Path, required=True, help="the data root; its inbox is filled"
    )
    parser.add_argument("--ledger", type=Path, help="folder of the ledger (default: HOME-planted)")
    parser.add_argument("--seed", type=int, default=1, help="equal seeds give equal counties")
    parser.add_argument("--scale", type=float, default=1.0, help="times the size of 威宁")
    parser.add_argument(
        "--night",
        type=date.fromisoformat,
        action="append",
        help="a night to deliver for, at least once; default three month-ends of 2023",
    )
    args = parser.parse_args()
    start = time.monotonic()
    home = Home(args.home.resolve()).make()
    folder = (args.ledger or home.root.parent / f"{home.root.name}-planted").resolve()
    nights = tuple(args.night) if args.night else NIGHTS
    done = simulate(home.inbox, folder, nights, args.seed, args.scale, say=print)
    print(f"{done.rows} rows in {done.files} files, {time.monotonic() - start:.0f} s")
    print(f"inbox   {home.inbox}")
    print(f"ledger  {done.ledger}")
    for variable, url in done.databases.items():
        print(f"export {variable}={url}")


if __name__ == "__main__":
    main()
