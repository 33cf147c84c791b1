"""The memory of the system: what each night observed, one immutable folder of Parquet per night.

`observations/<as_of>/<table>.parquet` holds the models `int_night_<table>` of that night. Their
columns and types stand in one place, the YAML of those models, which dbt enforces when it builds
them and which this module reads. `mount` shows a night what all others observed; `write` keeps
what this one did. A night that is run again takes the place of its earlier run.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path

import duckdb
import yaml

from ingest.contract import Feed, lake_schema, load_contracts
from ingest.home import Home

NIGHT_TABLES = (
    Path(__file__).resolve().parents[1] / "dbt_project/models/intermediate/clue/night/_night.yml"
)
PREFIX = "int_night_"
VERSIONS = ".versions"  # the folders that the nights' links point to


@cache
def night_tables() -> dict[str, dict[str, str]]:
    """Columns and their DuckDB types by night table, in order."""
    models = yaml.safe_load(NIGHT_TABLES.read_text("utf-8"))["models"]
    return {
        model["name"].removeprefix(PREFIX): {c["name"]: c["data_type"] for c in model["columns"]}
        for model in models
    }


def nights(home: Home) -> list[date]:
    """The nights that have been observed, oldest first."""
    names = (path.name for path in home.observations.iterdir() if path.name != VERSIONS)
    return sorted(date.fromisoformat(name) for name in names)


def mount(home: Home, as_of: date, warehouse: Path) -> None:
    """Create the schemas that the night's models read beside its own lake.

    `observed.<table>`: the night tables of every night but this one. `stored.<feed>`: every row of
    the lake whatever its date, so that a clue of a later night keeps its evidence when an earlier
    night is run again. Views have their columns and types even where there is no file yet.
    """
    others = [home.observations / night.isoformat() for night in nights(home) if night != as_of]
    with duckdb.connect(str(warehouse)) as con:
        con.begin()  # a statement committed alone waits for the disk
        con.execute("create schema if not exists observed")
        for table, columns in night_tables().items():
            files = [night / f"{table}.parquet" for night in others]
            _create_view(con, f"observed.{table}", columns, filter(Path.exists, files))
        con.execute("create schema if not exists stored")
        for feed in load_contracts().values():
            files = sorted((home.lake / feed.id).glob("*/*.parquet"))
            _create_view(con, f"stored.{feed.id}", _lake_types(con, feed), files)
        con.commit()


def write(home: Home, as_of: date, warehouse: Path) -> dict[str, int]:
    """Keep what the night in the warehouse observed; its rows by table.

    All tables are written aside and take their place by one renamed link, so that another night
    sees the whole of an earlier run or the whole of this one. Equal nights give equal files.
    """
    versions = home.observations / VERSIONS
    versions.mkdir(exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f"{as_of}-", dir=versions))
    counts = {}
    with duckdb.connect(str(warehouse), read_only=True) as con:
        for table in night_tables():
            target = _text(draft / f"{table}.parquet")
            row = con.execute(
                f"copy (from main.{PREFIX}{table} order by all) to {target} (format parquet)"
            ).fetchone()
            counts[table] = int(row[0]) if row else 0
    _turn(home.observations / as_of.isoformat(), draft)
    return counts


def _turn(link: Path, version: Path) -> None:
    """Point the night at its new version in one rename, then drop the versions it had before."""
    draft = version.parent / f"{link.name}.link"
    draft.unlink(missing_ok=True)
    draft.symlink_to(Path(VERSIONS) / version.name)
    draft.replace(link)
    for old in version.parent.glob(f"{link.name}-*"):
        if old != version:
            shutil.rmtree(old)


def _lake_types(con: duckdb.DuckDBPyConnection, feed: Feed) -> dict[str, str]:
    empty = con.from_arrow(lake_schema(feed).empty_table())
    return {name: str(kind) for name, kind in zip(empty.columns, empty.types, strict=True)}


def _create_view(
    con: duckdb.DuckDBPyConnection, name: str, columns: Mapping[str, str], files: Iterable[Path]
) -> None:
    """A view of the files with exactly these columns: what older files lack is null."""
    typed = ", ".join(f'cast(null as {kind}) as "{c}"' for c, kind in columns.items())
    rows = f"select {typed} where false"
    paths = ", ".join(map(_text, files))
    if paths:
        rows += f" union all by name select * from read_parquet([{paths}], union_by_name = true)"
    casts = ", ".join(f'cast("{c}" as {kind}) as "{c}"' for c, kind in columns.items())
    con.execute(f"create or replace view {name} as select {casts} from ({rows})")


def _text(value: object) -> str:
    return "'" + str(value).replace("'", "''") + "'"
