"""Whose record is whose: asked of the published look-up file, in a copy of its own.

The file is a set's, read through marts/current like the others, so that a night under way does
not matter. Its view lookup_answer judges whoever stands in lookup_asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa

from ingest.home import Home
from orchestration.publish.serving import LOOKUP

ASKED = pa.schema(
    [
        ("asked_id", pa.int64()),
        *((name, pa.string()) for name in ("category", "id_status", "person_key", "name_key")),
        ("name_sep", pa.bool_()),
        ("born_on", pa.date32()),
        ("sex", pa.string()),
    ]
)
FOUND, DOUBTFUL, NOT_FOUND, NOT_LOOKED = "有记录", "需人工核实", "未发现", "未能查询"
STATUSES = (FOUND, DOUBTFUL, NOT_FOUND, NOT_LOOKED)
COVERAGE = """
    select adcode, title_zh, covered_from, covered_to, coalesce(shortfall_zh, '完整')
    from screening.lookup_coverage order by adcode <> $adcode, adcode, title_zh
"""


class NothingPublished(Exception):
    """No night has published a look-up file yet."""


@dataclass(frozen=True)
class Judged:
    """The people with status, match_tier, reason_zh, searched_zh and record_ids; and what was
    searched: county, feed, first and last day covered, what is missing.
    """

    night: date
    people: pd.DataFrame
    coverage: list[tuple[Any, ...]]


def is_published(home: Home) -> bool:
    """Whether there is a look-up file to ask."""
    return (home.marts / "current" / LOOKUP).exists()


def published_night(home: Home) -> date:
    """The night that answers are about. Raises NothingPublished."""
    with _copy(home) as con:
        return _night(con)


def counties(home: Home) -> list[str]:
    """The counties whose data the published night knows. Raises NothingPublished."""
    with _copy(home) as con:
        rows = con.execute("select distinct adcode from screening.lookup_coverage order by 1")
        return [adcode for (adcode,) in rows.fetchall()]


def judge(home: Home, adcode: str, asked_on: date, people: pd.DataFrame) -> Judged:
    """Judge the people of a request from county `adcode`; those with a problem are not looked up.

    Raises NothingPublished when no night has been published.
    """
    asked = people[people["problem"].isna()].reset_index(names="asked_id")
    with _copy(home) as con:
        con.register("asked", pa.Table.from_pandas(asked, ASKED, preserve_index=False))
        con.execute(
            """
            insert into screening.lookup_asked by name
            select *, $adcode as adcode, $asked_on as asked_on from asked
            """,
            {"adcode": adcode, "asked_on": asked_on},
        )
        answers = con.execute("from screening.lookup_answer").df().set_index("asked_id")
        coverage = con.execute(COVERAGE, {"adcode": adcode}).fetchall()
        night = _night(con)
    judged = people.join(answers)
    is_bad = judged["problem"].notna()
    judged.loc[is_bad, "status"] = NOT_LOOKED
    judged.loc[is_bad, "reason_zh"] = judged.loc[is_bad, "problem"]
    return Judged(night, judged.astype(object).where(judged.notna(), None), coverage)


def _copy(home: Home) -> duckdb.DuckDBPyConnection:
    """The newest published file in memory: nobody waits for anybody, nothing is left behind."""
    # one look at the link: a night may turn it meanwhile
    path = (home.marts / "current").resolve() / LOOKUP
    if not path.exists():
        raise NothingPublished("还没有发布过可供查询的一夜；请先运行一夜（make nightly）。")
    con = duckdb.connect()
    con.execute(f"attach {_text(path)} as published (read_only)")
    con.execute("copy from database published to memory")
    con.execute("detach published")
    return con


def _night(con: duckdb.DuckDBPyConnection) -> date:
    row = con.execute("select as_of from screening.lookup_night").fetchone()
    assert row
    return row[0]


def _text(value: Path) -> str:
    return "'" + str(value).replace("'", "''") + "'"
