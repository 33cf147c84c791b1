"""`make bench`: what nights cost in wall time, CPU and memory, beside a bare DuckDB script.

For each size a county is simulated and its nights are run, each as a process of its own. Printed
are wall and CPU seconds, the largest process's peak memory, the parts of the night, and the ratio
of CPU to the bare script's over the same files.
"""

from __future__ import annotations

import argparse

from tests.bench import med_nights, min_nights


def main() -> None:
    """Run the sizes asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--model", choices=("min", "med"), help="one model (default: both)")
    parser.add_argument("--rows", type=int, nargs="+", default=min_nights.SIZES,
                        help="rows in all, of the screening model")  # fmt: skip
    parser.add_argument("--settlements", type=int, nargs="+", default=med_nights.SIZES,
                        help="settlements of the fund model")  # fmt: skip
    args = parser.parse_args()
    if args.model != "med":
        for size in args.rows:
            min_nights.bench(size)
    if args.model != "min":
        for size in args.settlements:
            med_nights.bench(size)


if __name__ == "__main__":
    main()
