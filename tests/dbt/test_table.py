"""A table is made where it stays, also where one of its name is already: an engineer at work."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb

from ingest import mount
from ingest.home import Home
from tests.dbt.cli import dbt

NIGHT = date(2023, 10, 31)
TABLE = "stg_medical_fee_line"


def test_a_table_replaces_the_one_before(tmp_path: Path) -> None:
    home, warehouse = Home(tmp_path / "home").make(), tmp_path / "warehouse.duckdb"
    mount.mount(home, NIGHT, warehouse)
    with duckdb.connect(warehouse) as con:
        con.execute(f"create table {TABLE} as select 1 as of_before")
    dbt(
        tmp_path, "run", "--select", TABLE, "--vars", f"{{as_of: {NIGHT}}}",
        XIANSUO_HOME=str(home.root),
    )  # fmt: skip
    with duckdb.connect(warehouse, read_only=True) as con:
        names = [
            name for (name,) in con.execute("select table_name from duckdb_tables()").fetchall()
        ]
        columns = [name for name, *_ in con.execute(f"describe {TABLE}").fetchall()]
    assert "bkkp_sn" in columns and "of_before" not in columns
    assert [name for name in names if name.startswith(TABLE)] == [TABLE]
