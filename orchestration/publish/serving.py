"""The files that readers open: marts, cards and look-up copied out of the night's warehouse."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import duckdb

# Clients from DuckDB 1.0 on open this version, comments included; newer ones shut them out.
STORAGE_VERSION = "v1.0.0"
SERVED = {
    "clues.duckdb": ("marts",),
    "cards.duckdb": ("handler", "restricted"),
    "lookup.duckdb": ("screening",),
}
OPEN = "clues.duckdb"  # the others are for the service account alone
LOOKUP = "lookup.duckdb"
RECORDS = ("criminal_judgment", "prosecution_case", "police_penalty")
CHANGED = "记录有变动，须待下一夜核对"


def write_serving_files(warehouse: Path, folder: Path) -> dict[str, int]:
    """Write clues.duckdb, cards.duckdb and lookup.duckdb (mode 0600), and parquet/ into `folder`.

    Returns the number of rows by "schema.table". Rows stand in a total order, so that equal nights
    give equal files.
    """
    counts: dict[str, int] = {}
    for file, schemas in SERVED.items():
        target = folder / file
        with duckdb.connect() as con:
            con.execute(f"attach {_text(warehouse)} as night (read_only)")
            con.execute(f"attach {_text(target)} as served (storage_version '{STORAGE_VERSION}')")
            labels = _labels(con)
            for schema in schemas:
                con.execute(f"create schema if not exists served.{_name(schema)}")
                for table in _tables(con, schema):
                    counts[f"{schema}.{table}"] = _copy(con, schema, table, labels)
                _copy_views(con, schema)
            con.execute("detach served")
        target.chmod(0o644 if file == OPEN else 0o600)
    _write_parquet(folder / OPEN, folder / "parquet")
    return counts


def keep_newer_lookup(published: Path, warehouse: Path, draft: Path) -> None:
    """Let the published look-up file stay where an older night was run again.

    Records that the lake no longer has (sealed since, or sent anew) go from it, and until a newer
    night it says of nobody that nothing was found.
    """
    if not published.exists() or lookup_night(published) <= lookup_night(draft):
        return
    shutil.copy(published, draft)  # with its mode
    with duckdb.connect(str(draft)) as con:
        con.execute(f"attach {_text(warehouse)} as night (read_only)")
        rows = " union all ".join(f"select _row_id from night.stored.{feed}" for feed in RECORDS)
        gone = f"delete from screening.lookup_record where record_id not in ({rows}) returning 1"
        if con.execute(gone).fetchall():
            con.execute("update screening.lookup_basis set shortfall_zh = $1", [CHANGED])


def lookup_night(path: Path) -> date:
    """The night that a look-up file answers about."""
    with duckdb.connect(str(path), read_only=True) as con:
        row = con.execute("select as_of from screening.lookup_night").fetchone()
    assert row is not None
    return row[0]


def _copy(
    con: duckdb.DuckDBPyConnection, schema: str, table: str, labels: dict[tuple[str, str], str]
) -> int:
    name = f"served.{_name(schema)}.{_name(table)}"
    con.execute(f"create table {name} as from night.{_name(schema)}.{_name(table)} order by all")
    columns = [row[0] for row in con.execute(f"describe {name}").fetchall()]
    for column in columns:
        label = labels.get((table, column))
        if label:
            con.execute(f"comment on column {name}.{_name(column)} is {_text(label)}")
    row = con.execute(f"select count(*) from {name}").fetchone()
    assert row is not None
    return int(row[0])


def _copy_views(con: duckdb.DuckDBPyConnection, schema: str) -> None:
    """The schema's views as they were written, over the tables beside them."""
    views = con.execute(
        """
        select sql from duckdb_views()
        where database_name = 'night' and schema_name = ? order by view_name
        """,
        [schema],
    ).fetchall()
    con.execute("use served")
    for (sql,) in views:
        con.execute(sql)
    con.execute("use memory")


def _write_parquet(marts: Path, folder: Path) -> None:
    folder.mkdir()
    with duckdb.connect(str(marts), read_only=True) as con:
        for (table,) in con.execute(
            "select table_name from duckdb_tables() where schema_name = 'marts' order by 1"
        ).fetchall():
            target = folder / f"{table}.parquet"
            con.execute(
                f"copy (from marts.{_name(table)} order by all) to {_text(target)} (format parquet)"
            )


def _tables(con: duckdb.DuckDBPyConnection, schema: str) -> list[str]:
    rows = con.execute(
        """
        select table_name from duckdb_tables()
        where database_name = 'night' and schema_name = ? order by table_name
        """,
        [schema],
    ).fetchall()
    return [row[0] for row in rows]


def _labels(con: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], str]:
    """Chinese label of each published column, by table and column."""
    rows = con.execute(
        "select table_name, column_name, label_zh from night.marts.data_dictionary"
    ).fetchall()
    return {(table, column): label for table, column, label in rows}


def _name(identifier: str) -> str:
    return '"' + identifier.replace('"', '""') + '"'


def _text(value: object) -> str:
    return "'" + str(value).replace("'", "''") + "'"
