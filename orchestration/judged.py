"""Which supervision models a night judges: those of which some rule has what it needs.

A model of which no rule can be judged, for want of its feeds, need not be built: what only it
reads bears its tag in dbt_project.yml and is left out, and its rules are NOT_EVALUATED by
int_gate, which knows them from the same seed as this module.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Collection
from pathlib import Path

import duckdb

RULE_FEEDS = Path(__file__).resolve().parents[1] / "dbt_project/seeds/ref_rule_feed.csv"
ONE_OF = "one_of_home"


def judged_models(delivered: Collection[str]) -> tuple[list[str], list[str]]:
    """(judged, left out): ids of the supervision models, given the feeds that were delivered.

    Without a single rule that could be judged all models are, and say so.
    """
    needed: dict[str, set[str]] = defaultdict(set)
    one_of: dict[str, set[str]] = defaultdict(set)
    with RULE_FEEDS.open(encoding="utf-8", newline="") as f:
        for row in csv.DictReader(f):
            (one_of if row["scope"] == ONE_OF else needed)[row["rule_id"]].add(row["feed"])
    models = {rule.split("-")[0] for rule in {*needed, *one_of}}
    judged = {
        rule.split("-")[0]
        for rule in {*needed, *one_of}
        if needed[rule] <= set(delivered) and (not one_of[rule] or one_of[rule] & set(delivered))
    } or models
    return sorted(judged), sorted(models - judged)


def delivered_feeds(warehouse: Path) -> set[str]:
    """The feeds of which the night has a delivery that counts; its lake is mounted."""
    with duckdb.connect(str(warehouse), read_only=True) as con:
        rows = con.execute("select distinct feed from lake.delivery where counted").fetchall()
    return {feed for (feed,) in rows}
