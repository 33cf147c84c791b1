"""An office's two databases on a real PostgreSQL, and nights made by hand to publish there."""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest
import sqlalchemy as sa

from orchestration.generate.cards import Mart, load_marts
from orchestration.publish.postgres import publish_databases
from orchestration.publish.serving import SERVED

NIGHT, NEXT_NIGHT = "2023-10-30", "2023-10-31"
HERE, THERE = "520526", "520527"  # two counties
PUBLISHER = "publisher"
# One statement over two tables: the night and the number of clues in each.
LOOK = """
    select
        (select min(as_of) from marts.fct_clue),
        (select max(as_of) from marts.fct_clue_day),
        (select count(*) from marts.fct_clue),
        (select count(*) from marts.fct_clue_day)
"""
_numbers = itertools.count()

# Four neighbours are of the two counties and two departments by turns.
CLUES = """
    select
        printf('MIN-05-%016X', i) as clue_id,
        case when i % 2 = 0 then '520526' else '520527' end as adcode,
        case when i % 4 < 2 then '未检' else '行政检察' end as department,
        case when i % 2 = 0 then 'a' else 'b' end || repeat('0', 15) as delivery_id,
        cast($night as date) as as_of,
        cast($night as date) as date_day,
        'MIN' as model_id,
        'MIN-05' as rule_id,
        '0f0f0f0f0f0f' as rule_version,
        'MIN-05 "引号"，逗号' as title_zh,
        '' as township,
        1 as evidence_no,
        '{"T1": 1}' as score_detail,
        12.30 as amount_total,
        99.5 as score,
        '姓名' || i as name,
        '{"姓名": "姓名' || i || '"}' as "values"
    from range($clues) as numbers (i)
"""
# Tables with rows: one for each key that the clues hold.
FILLED = (
    "dim_model", "dim_rule", "dim_region", "dim_date", "fct_clue", "fct_clue_day", "bi_clue_wide",
    "fct_feed_delivery", "clue_card", "clue_evidence", "clue_scope", "clue_subject",
    "clue_evidence_detail",
)  # fmt: skip


def looks(night: str, clues: int) -> tuple[date, date, int, int]:
    """What LOOK gives when one night with so many clues is published, and no other."""
    day = date.fromisoformat(night)
    return (day, day, clues, clues)


def ids(*numbers: int) -> list[tuple[str]]:
    """Rows with the ids of these clues."""
    return [(f"MIN-05-{number:016X}",) for number in numbers]


def with_column(marts: list[Mart], table: str) -> list[Mart]:
    """The marts of the next release: `table` has one column more."""
    return [
        replace(m, columns=(*m.columns, replace(m.columns[0], name="added", label_zh="新列")))
        if m.name == table
        else m
        for m in marts
    ]


def write_night(
    folder: Path, clues: int, night: str = NIGHT, marts: Sequence[Mart] | None = None
) -> Path:
    """A set of files with so many clues; columns that the clues lack are null."""
    folder.mkdir(parents=True)
    for file, schemas in SERVED.items():
        with duckdb.connect(str(folder / file)) as con:
            con.execute(f"create temp table clue as {CLUES}", {"night": night, "clues": clues})
            given = set(con.table("clue").columns)
            for schema in schemas:
                con.execute(f"create schema {schema}")
            for mart in marts or load_marts():
                if mart.schema in schemas:
                    _create(con, mart, given)
    return folder


def _create(con: duckdb.DuckDBPyConnection, mart: Mart, given: set[str]) -> None:
    table = f'{mart.schema}."{mart.name}"'
    columns = ", ".join(f'"{c.name}" {c.type}' for c in mart.columns)
    con.execute(f"create table {table} ({columns})")
    if mart.name in FILLED:
        shared = ", ".join(f'"{c.name}"' for c in mart.columns if c.name in given)
        key = ", ".join(f'"{name}"' for name in mart.key)
        con.execute(f"insert into {table} by name select distinct on ({key}) {shared} from clue")


def _rows_of(mart: Mart, folder: Path) -> list[tuple]:
    file = next(file for file, schemas in SERVED.items() if mart.schema in schemas)
    with duckdb.connect(str(folder / file), read_only=True) as con:
        rows = con.execute(_whole(mart)).fetchall()
    types = [column.type for column in mart.columns]
    return sorted(
        (
            tuple(
                json.loads(value) if kind == "json" and value else value
                for kind, value in zip(types, row, strict=True)
            )
            for row in rows
        ),
        key=repr,
    )


def _whole(mart: Mart) -> str:
    columns = ", ".join(f'"{column.name}"' for column in mart.columns)
    return f'select {columns} from {mart.schema}."{mart.name}"'


class Office:
    """Two databases owned by an account that is no superuser, named in the environment."""

    def __init__(self, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self.url = sa.make_url(url)
        number = next(_numbers)
        self.names = {"marts": f"office{number}", "restricted": f"office{number}_restricted"}
        with self.connect("postgres") as con:
            known = con.execute("select rolname from pg_roles").fetchall()
            if (PUBLISHER,) not in known:
                con.execute(f"create role {PUBLISHER} login createrole")
            for name in self.names.values():
                con.execute(f"create database {name} owner {PUBLISHER}")
        for variable, kind in (("MARTS", "marts"), ("RESTRICTED", "restricted")):
            address = self.url.set(username=PUBLISHER, database=self.names[kind])
            monkeypatch.setenv(
                f"XIANSUO_{variable}_URL", address.render_as_string(hide_password=False)
            )

    def connect(self, database: str, login: str | None = None) -> psycopg.Connection:
        """An autocommitting connection, of the server's superuser where no login is named."""
        return psycopg.connect(
            host=str(self.url.query["host"]),
            dbname=self.names.get(database, database),
            user=login or self.url.username,
            autocommit=True,
        )

    def rows(self, query: str, database: str = "marts", login: str | None = None) -> list[Any]:
        with self.connect(database, login) as con:
            return con.execute(query.encode()).fetchall()

    def run(self, statement: str, database: str = "marts", login: str | None = None) -> None:
        with self.connect(database, login) as con:
            con.execute(statement.encode())

    def admit(
        self, reader: str, adcode: str | None, department: str = "*", database: str = "marts"
    ) -> str:
        """A new login of the reader role; without a county nobody has entered it anywhere."""
        login = f"login{next(_numbers)}"
        self.run(f"create role {login} login", "postgres")
        if adcode:
            self.run(
                f"call access.admit('{login}', '{reader}', '{adcode}', '{department}')", database
            )
        else:
            self.run(f"grant {reader} to {login}", database)
        return login

    def unlike(self, folder: Path) -> list[str]:
        """The tables whose rows are not those of the files."""
        return [
            f"{mart.schema}.{mart.name}"
            for mart in load_marts()
            if self._rows_of(mart) != _rows_of(mart, folder)
        ]

    def _rows_of(self, mart: Mart) -> list[Any]:
        database = "restricted" if mart.schema == "restricted" else "marts"
        return sorted(self.rows(_whole(mart), database), key=repr)

    def publish(self, folder: Path) -> list[str]:
        return publish_databases(folder)
