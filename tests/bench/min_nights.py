"""A county's screening: the first night, and one without new files, beside a bare script."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

from ingest.home import Home
from ingest.simulate import simulate
from tests.bench.cost import night, run, say

SIZES = (50_000, 500_000, 5_000_000)
ROWS_AT_SCALE_ONE = 110_000
NIGHTS = (date(2023, 8, 31), date(2023, 9, 1))


def bench(size: int) -> None:
    """Simulate a county of about `size` rows and print what its nights cost."""
    with tempfile.TemporaryDirectory(prefix="xiansuo-bench-") as folder:
        home = Home(Path(folder) / "home").make()
        county = simulate(
            home.inbox, Path(folder) / "planted", NIGHTS[:1], 1, size / ROWS_AT_SCALE_ONE
        )
        print(f"\nMIN: {county.rows:,} rows in {county.files} files", flush=True)
        bare = run("tests.bench.bare_min", home.root, NIGHTS[0])
        say("bare script", bare)
        full, parts = night(home.root, NIGHTS[0], **county.databases)
        say("night", full, bare)
        print(f"    {parts}")
        say("night without new files", night(home.root, NIGHTS[1], **county.databases)[0])
