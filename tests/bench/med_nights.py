"""The fund's county-year: all of it in one night, one per cent more, and a bare script beside it.

The night with little new is run twice: after the full one, and in a home of its own that knows
nothing yet. Both must find the same clues.
"""

from __future__ import annotations

import json
import os
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from ingest.home import Home
from ingest.simulate.models import simulate
from tests.bench.cost import Cost, night, run, say

SIZES = (1_000_000,)
FULL, LITTLE_NEW = date(2026, 6, 30), date(2026, 7, 4)
KEY = "07" * 32  # both homes have the same pseudonyms


def bench(settlements: int) -> None:
    """Simulate a county of about so many settlements and print what its nights cost."""
    with tempfile.TemporaryDirectory(prefix="xiansuo-bench-") as folder:
        home = Home(Path(folder) / "home").make()
        county = simulate(
            "med", home.inbox, Path(folder) / "planted", (FULL, LITTLE_NEW),
            settlements=settlements,
        )  # fmt: skip
        print(f"\nMED: {county.rows:,} rows in {county.files} files", flush=True)
        measure(home)


def measure(home: Home) -> None:
    """The costs of the nights over an inbox that is filled."""
    known = {"XIANSUO_KEY": KEY}
    full, parts = night(home.root, FULL, **known)
    say("night", full)
    print(f"    {parts}\n    {_slowest(home.root)}", flush=True)
    bare = run("tests.bench.bare_med", home.root, FULL)
    say("bare script", bare)
    print(f"    the night cost {full.cpu / bare.cpu:.2f} times its CPU, and found"
          f" {_unlike(home.root, bare)}", flush=True)  # fmt: skip
    little, parts = night(home.root, LITTLE_NEW, **known)
    say("night with little new", little, full, "the full night")
    print(f"    {parts}\n    {_slowest(home.root)}", flush=True)
    alone = Home(home.root.parent / "alone").make()
    alone.inbox.rmdir()
    alone.inbox.symlink_to(home.inbox)
    say("the same from nothing", night(alone.root, LITTLE_NEW, **known)[0])
    same = _clues(alone.root) == _clues(home.root)
    print(f"    both found {'the same clues' if same else 'DIFFERENT CLUES'}", flush=True)


def _clues(home: Path) -> list[tuple[Any, ...]]:
    """What a night found, without what depends on the nights before."""
    with duckdb.connect(str(home / "marts/clues.duckdb"), read_only=True) as con:
        return con.execute(
            """
            select clue_id, rule_id, subject_key, amount_total, evidence_hash
            from marts.fct_clue where state in ('new', 'open', 'reopened') order by all
            """
        ).fetchall()


def _unlike(home: Path, bare: Cost) -> str:
    """Whether the script counted the clues that the night did, rule by rule."""
    counted = json.loads(bare.said.rpartition("CLUES ")[2])
    with duckdb.connect(str(home / "nights" / str(FULL) / "warehouse.duckdb")) as con:
        other = {
            rule: (mine, counted[rule])
            for rule in counted
            for (mine,) in con.execute(
                f"select count(*) from main.{rule} where verdict = 'clue'"
            ).fetchall()
            if mine != counted[rule]
        }
    return f"other clues: {other}" if other else f"the same {sum(counted.values())} clues"


def _slowest(home: Path) -> str:
    """The models that took longest, of the home's last night."""
    (results,) = home.glob("nights/*/dbt/run_results.json")
    took = {
        one["unique_id"].split(".")[-1]: one["execution_time"]
        for one in json.loads(results.read_text("utf-8"))["results"]
    }
    slowest = sorted(took, key=lambda name: -took[name])[: int(os.environ.get("SLOWEST", "12"))]
    return "slowest: " + ", ".join(f"{name} {took[name]:.1f} s" for name in slowest)
