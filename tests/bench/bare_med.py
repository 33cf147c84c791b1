"""The fund's rules as a bare DuckDB script: `python -m tests.bench.bare_med HOME AS_OF`.

Reads every file that the night read, casts its columns, and runs the very statements that the night
had run up to the rules' verdicts, one after another. No original kept, nothing normalised beyond a
cast, no quarantine, ledger, checks, narrative, history or publishing: the ratio to it is the price
of those. Seeds and the list of deliveries are taken from the night's warehouse. Prints the clues by
rule as JSON, so that one sees whether it did the same work.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections import deque
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from ingest.contract import SUPPLIER, Column, Feed, lake_schema, load_contracts
from tests.bench.files import delivered, load

TYPES = {
    pa.string(): "varchar",
    pa.date32(): "date",
    pa.bool_(): "boolean",
    pa.int64(): "bigint",
    pa.timestamp("us"): "timestamp",
    pa.decimal128(18, 4): "decimal(18, 4)",
    pa.decimal128(18, 6): "decimal(18, 6)",
}
PROVENANCE = {
    "_row_id": "_file || ':' || _row",
    "_delivery_id": "_file",
    "_source_file": "_file",
    "_source_row": "_row",
    "_set_id": "concat_ws('/', _adcode, _supplier, _file, _delivered_on)",
    "_file_order": "_file",
    "_adcode": "_adcode",
    "_supplier": "_supplier",
    "_delivered_on": "_delivered_on",
}


def _text(column: Column) -> str:
    """A column's cell as text, empty as null, what means the same as one word."""
    cell = f"nullif(trim({column.name}), '')"
    if not column.mapping:
        return cell
    words = ", ".join(f"'{word}': '{meant}'" for word, meant in column.mapping.items())
    return f"coalesce(map {{{words}}}[{cell}], {cell})"


def _cells(column: Column) -> dict[str, str]:
    """What a delivered column becomes, by name."""
    name, text = column.name, _text(column)
    if column.type == "id_number":
        born = f"try_strptime(substr({name}, 7, 8), '%Y%m%d')"
        sex = f"case when try_cast(substr({name}, 17, 1) as int) % 2 = 1 then '男' else '女' end"
        return {name: text, f"{name}_key": f"md5(upper({text}))", f"{name}_born": born,
                f"{name}_status": "'valid'", f"{name}_sex": sex}  # fmt: skip
    if column.type in ("date", "month"):
        day = f"coalesce(try_cast({text} as date), try_strptime({text}, '%Y%m%d'))"
        return {f"{name}_min": day, f"{name}_max": day}
    return {name: text, f"{name}_key": f"md5({text})", f"{name}_norm": text}


def _typed(feed: Feed) -> str:
    """The lake's table of a feed from its raw text."""
    cells = {name: text for column in feed.columns for name, text in _cells(column).items()}
    if feed.has_person:
        cells["person_key"] = cells["id_number_key"]
    parts = [part for alternative in feed.key for part in alternative.split("+")]
    key = ", ".join(parts).replace("|", ", ").replace(SUPPLIER, "_supplier")
    every = ", ".join(column.name for column in feed.columns)
    cells |= PROVENANCE | {
        "_row_key": f"md5(concat_ws('|', {key}))",
        "_row_hash": f"md5(concat_ws('|', {every}))",
        "_in_force": "true" if feed.mode == "event" else
        "_delivered_on = max(_delivered_on) over (partition by _adcode, _supplier)",
    }  # fmt: skip
    columns = [
        f"try_cast({cells.get(f.name, 'null')} as {TYPES[f.type]}) as {f.name}"
        for f in lake_schema(feed)
    ]
    members = ("_delivered_on", "_set_id", "_in_force", "_file_order")
    columns += [f"{cells[name]} as {name}" for name in members]
    return f"create table lake.{feed.id} as select {', '.join(columns)} from raw_{feed.id}"


def statements(artifacts: Path) -> tuple[list[dict[str, Any]], set[str], set[str]]:
    """What dbt ran for the fund's verdicts, in its order: nodes with SQL, seeds, feeds."""
    nodes = json.loads((artifacts / "manifest.json").read_text("utf-8"))["nodes"]
    results = json.loads((artifacts / "run_results.json").read_text("utf-8"))["results"]
    wanted = {k for k, n in nodes.items() if n["fqn"][1:3] == ["rules", "med"]}
    waiting, sources = deque(wanted), set()
    while waiting:
        for above in nodes[waiting.popleft()]["depends_on"].get("nodes", []):
            if above.startswith("source."):
                sources.add(above.split(".")[-1])
            elif above not in wanted:
                wanted.add(above)
                waiting.append(above)
    ran = [
        nodes[one["unique_id"]] | {"sql": one["compiled_code"]}
        for one in results
        if one["unique_id"] in wanted and one["unique_id"].startswith("model.")
    ]
    seeds = {nodes[k]["name"] for k in wanted if k.startswith("seed.")}
    return ran, seeds, sources & load_contracts().keys()


def _prepare(con: duckdb.DuckDBPyConnection, warehouse: Path, seeds: set[str]) -> None:
    """The small tables that are not the script's affair."""
    con.execute(f"attach '{warehouse}' as night (read_only)")
    con.execute("create schema lake")
    con.execute("create table lake.delivery as from night.lake.delivery")
    for seed in sorted(seeds):
        con.execute(f"create table main.{seed} as from night.main.{seed}")
    con.execute("detach night")


def main() -> None:
    """Load, cast, run; print the clues by rule."""
    home, as_of = Path(sys.argv[1]), sys.argv[2]
    night = home / "nights" / as_of
    ran, seeds, feeds = statements(night / "dbt")
    files = delivered(home / "inbox", as_of, tuple(feeds))
    with tempfile.TemporaryDirectory(dir=home) as folder:
        work = Path(folder)
        with duckdb.connect(str(work / "warehouse.duckdb")) as con:
            con.execute(f"set memory_limit = '{os.environ.get('XIANSUO_MEMORY_LIMIT', '8GB')}'")
            _prepare(con, night / "warehouse.duckdb", seeds)
            for feed_id in sorted(feeds):
                feed = load_contracts()[feed_id]
                print(feed_id, load(feed, files[feed_id], con, work), flush=True)
                con.execute(_typed(feed))
                con.execute(f"drop table raw_{feed_id}")
            for node in ran:
                kind = "view" if node["config"]["materialized"] == "view" else "table"
                con.execute(f"create {kind} main.{node['name']} as {node['sql']}")
            clues = {
                node["name"]: con.execute(
                    f"select count(*) from main.{node['name']} where verdict = 'clue'"
                ).fetchall()[0][0]
                for node in ran
                if node["fqn"][1] == "rules"
            }
    print("CLUES", json.dumps(clues))


if __name__ == "__main__":
    main()
