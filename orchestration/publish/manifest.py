"""marts/manifest.json: what a reader of the files can check them against."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path

import duckdb


def write_manifest(folder: Path, *, night: date, run_id: str) -> Path:
    """Write manifest.json for the files in `folder`: night, run, rules, rows, hashes, data-as-of.

    A table's hash is the SHA-256 of its Parquet file; equal nights give equal hashes. Data are as
    of the last delivery that counts: one that was not adopted leaves the earlier one in force.
    """
    with duckdb.connect(str(folder / "clues.duckdb"), read_only=True) as con:
        rules = con.execute(
            """
            select distinct rule_id, rule_version from marts.fct_rule_run
            where as_of = ? order by all
            """,
            [night],
        ).fetchall()
        feeds = con.execute(
            """
            select feed, adcode, supplier, max(delivered_on) as data_as_of
            from marts.fct_feed_delivery
            where is_adopted
            group by all order by all
            """
        ).fetchall()
        tables = {}
        for path in sorted((folder / "parquet").glob("*.parquet")):
            row = con.execute(f'select count(*) from marts."{path.stem}"').fetchone()
            tables[path.stem] = {
                "rows": row[0] if row else 0,
                "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            }
    manifest = {
        "night": night.isoformat(),
        "run_id": run_id,
        "rule_versions": dict(rules),
        "tables": tables,
        "data_as_of": [
            {"feed": feed, "adcode": adcode, "supplier": supplier, "data_as_of": str(as_of)}
            for feed, adcode, supplier, as_of in feeds
        ],
    }
    path = folder / "manifest.json"
    path.write_text(json.dumps(manifest, ensure_ascii=False, indent=2) + "\n", "utf-8")
    return path
