"""Whole nights: run as an operator runs them, and read as handlers and BI tools read them."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from orchestration.parse import prepare
from tests.rules.county import KEY

ROOT = Path(__file__).parents[1]


@cache
def _server() -> subprocess.Popen[str]:
    """This worker's process that runs nights; it ends with the worker."""
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.nightly_server"], cwd=ROOT, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert server.stdout and server.stdout.readline() == "ready\n"
    return server


def run(
    home: Path, *nights: str, first: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run nights one after another in one process, which is told `first` (Python) beforehand.

    The exit status is the worst night's.
    """
    server = _server()
    assert server.stdin and server.stdout
    with tempfile.TemporaryDirectory() as folder:
        out, err = (Path(folder) / name for name in ("out", "err"))
        told = os.environ | {"XIANSUO_HOME": str(home), "XIANSUO_KEY": KEY} | environment
        asked = {
            "nights": nights, "first": first, "environment": told, "out": str(out), "err": str(err),
        }  # fmt: skip
        print(json.dumps(asked), file=server.stdin, flush=True)
        status = int(server.stdout.readline())
        said, erred = (path.read_text("utf-8", "replace") for path in (out, err))
    return subprocess.CompletedProcess(nights, status, said, erred)


def publish(home: Path, *nights: str) -> subprocess.CompletedProcess[str]:
    """Run nights that must all be published."""
    done = run(home, *nights)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return done


def query(home: Path, sql: str, *values: object, file: str = "clues") -> list[tuple]:
    """Rows of a published file, `clues` or `cards`."""
    with duckdb.connect(str(home / "marts" / f"{file}.duckdb"), read_only=True) as con:
        return con.execute(sql, values).fetchall()


def published(home: Path) -> dict[str, list[tuple]]:
    """Every table that people read, marts and cards, with its rows in a total order."""
    return {
        f"{schema}.{table}": query(home, f'from {schema}."{table}" order by all', file=file)
        for file in ("clues", "cards")
        for schema, table in query(
            home, "select schema_name, table_name from duckdb_tables() order by all", file=file
        )
    }


def states(home: Path) -> dict[tuple[str, str], dict[str, str]]:
    """Per rule and subject of every clue that is no parent: its state by night."""
    lives: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for rule, subject, as_of, state in query(
        home,
        """
        select clue.rule_id, clue.subject_key, day.as_of, day.state
        from marts.fct_clue_day as day inner join marts.fct_clue as clue using (clue_id)
        where not clue.is_parent order by day.as_of
        """,
    ):
        lives[rule, subject][str(as_of)] = state
    return dict(lives)


@cache
def dbt_manifest() -> dict[str, Any]:
    """What dbt knows of its project: nodes, and unit_tests."""
    return json.loads(prepare().read_text("utf-8"))


def dbt_nodes(*kinds: str) -> list[dict[str, Any]]:
    """The project's resources of these kinds: model, seed."""
    return [node for node in dbt_manifest()["nodes"].values() if node["resource_type"] in kinds]


def texts(folder: Path) -> Iterator[tuple[Path, str]]:
    """All that can be read in the files below a folder, tables cell by cell."""
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        for text in _READERS.get(path.suffix, _plain)(path):
            yield path, _unescaped(text)


def _unescaped(text: str) -> str:
    """JSON as it was meant: Dagster keeps Chinese as \\uXXXX."""
    return re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), text)


def _plain(path: Path) -> Iterator[str]:
    yield path.read_bytes().decode("utf-8", "replace")


def _workbook(path: Path) -> Iterator[str]:
    if not zipfile.is_zipfile(path):  # a broken one
        yield from _plain(path)
        return
    with zipfile.ZipFile(path) as book:
        for name in book.namelist():
            yield book.read(name).decode("utf-8", "replace")


def _parquet(path: Path) -> Iterator[str]:
    yield from (str(row) for row in duckdb.sql(f"from read_parquet('{path}')").fetchall())


def _duckdb(path: Path) -> Iterator[str]:
    with duckdb.connect(str(path), read_only=True) as con:
        for schema, table in con.execute(
            "select schema_name, table_name from duckdb_tables()"
        ).fetchall():
            yield from (str(row) for row in con.execute(f'from {schema}."{table}"').fetchall())


def _sqlite(path: Path) -> Iterator[str]:
    with sqlite3.connect(path) as con:
        yield from con.iterdump()


_READERS = {".duckdb": _duckdb, ".parquet": _parquet, ".xlsx": _workbook, ".db": _sqlite}
