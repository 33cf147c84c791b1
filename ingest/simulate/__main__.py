"""`python -m ingest.simulate --home DIR`: a county's deliveries into the home's inbox."""

from __future__ import annotations

import argparse
import time
from datetime import date
from pathlib import Path

from ingest.home import Home
from ingest.simulate.models import ALL, MODELS, nights_of, simulate


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
    parser.add_argument(
        "--model", choices=[*MODELS, ALL], default=ALL, help="whose feeds (default: all)"
    )
    parser.add_argument("--seed", type=int, default=1, help="equal seeds give equal counties")
    parser.add_argument("--scale", type=float, default=1.0, help="times the demo's size")
    parser.add_argument(
        "--settlements",
        type=int,
        help="about how many the fund's county has, in Parquet throughout (for benchmarks)",
    )
    parser.add_argument(
        "--night",
        type=date.fromisoformat,
        action="append",
        help="a night to deliver for, at least once; default three month-ends",
    )
    args = parser.parse_args()
    start = time.monotonic()
    home = Home(args.home.resolve()).make()
    folder = (args.ledger or home.root.parent / f"{home.root.name}-planted").resolve()
    nights = tuple(args.night) if args.night else nights_of(args.model)
    done = simulate(
        args.model, home.inbox, folder, nights, args.seed, args.scale, print, args.settlements
    )
    print(f"{done.rows} rows in {done.files} files, {time.monotonic() - start:.0f} s")
    print(f"inbox   {home.inbox}")
    print(f"ledger  {done.ledger}")
    for variable, url in done.databases.items():
        print(f"export {variable}={url}")


if __name__ == "__main__":
    main()
