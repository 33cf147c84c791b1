"""A published look-up file in a few rows and requests to ask of it, without a night.

The view stands in for dbt_project/models/lookup/lookup_answer.sql, whose own tests stand beside it:
here everybody named 马花 has a record.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import duckdb
from python_calamine import CalamineWorkbook

from ingest.contract import load_contracts
from ingest.home import Home
from orchestration.lookup import desk, journal
from tests.inbox import COUNTY, csv, id_number

NIGHT = "2023-10-31"
BY = "run 1"
HEADERS = {column.name: column.header for column in load_contracts()["screening_request"].columns}
FILE = f"""
    create schema screening;
    create table screening.lookup_night as
        select date '{NIGHT}' as as_of, date '2023-12-05' as answers_until;
    create table screening.lookup_coverage as
        select '{COUNTY}' as adcode, 'criminal_judgment' as feed, 'conviction' as kind,
            '刑事生效判决' as title_zh, date '2010-01-01' as covered_from,
            date '{NIGHT}' as covered_to, cast(null as varchar) as shortfall_zh;
    create table screening.lookup_asked (
        asked_id bigint, adcode varchar, asked_on date, category varchar, id_status varchar,
        person_key varchar, name_key varchar, name_sep boolean, born_on date, sex varchar
    );
    create view screening.lookup_answer as
    select asked_id,
        case when person_key is null then '未能查询' when name_key = '马花' then '有记录'
            else '未发现' end as status,
        case when name_key = '马花' then 'T1' end as match_tier,
        '说明' as reason_zh, '刑事生效判决2010-01-01至2023-10-31' as searched_zh,
        case when name_key = '马花' then 'd1:2:' end as record_ids
    from screening.lookup_asked;
"""


def publish(home: Home, night: str = NIGHT) -> Path:
    """A set with a look-up file of that night, and the link to it turned."""
    folder = home.marts / ".sets" / night
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(folder / "lookup.duckdb")) as con:
        con.execute(FILE.replace(NIGHT, night))
    (folder / "lookup.duckdb").chmod(0o600)
    link = home.marts / "current"
    link.unlink(missing_ok=True)
    link.symlink_to(Path(".sets") / night)
    return folder / "lookup.duckdb"


def person(serial: int = 1, **changes: str) -> dict[str, str]:
    """A row of a request, by the headings of the form."""
    row = {
        "request_no": "石门2023-1", "row_no": str(serial), "requester": "石门小学",
        "category": "小学", "name": f"张三{serial}", "id_number": id_number(serial),
        "post": "保安", "authorisation_no": "SQ-1",
    }  # fmt: skip
    return {HEADERS[name]: value for name, value in (row | changes).items()}


def ask(
    home: Home, *rows: dict[str, str], place: str = "edu/2023-11-01/批量查询申请_石门.csv",
    age: float = 3600, content: bytes | None = None,
) -> Path:  # fmt: skip
    """Drop a request into the inbox, last written `age` seconds ago."""
    path = home.inbox / COUNTY / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(csv(rows) if content is None else content)
    then = time.time() - age
    os.utime(path, (then, then))
    return path


def answers(home: Home) -> dict[str, Path]:
    """The workbooks in the outbox by their names."""
    return {path.stem: path for path in sorted((home.outbox / COUNTY).glob("screening/*.xlsx"))}


def sheet(path: Path, name: str = "查询结果") -> list[dict[str, Any]]:
    """The rows of a sheet by its headings."""
    head, *rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_name(name).to_python()
    return [dict(zip(head, row, strict=True)) for row in rows]


def notes(path: Path) -> dict[str, Any]:
    """The sheet 说明."""
    return {row["项目"]: row["内容"] for row in sheet(path, "说明")}


def logged(home: Home) -> list[dict[str, Any]]:
    """The lines of the log."""
    path = journal.journal(home)
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def answer(home: Home) -> list[desk.Answer]:
    """What the job does when the sensor finds files."""
    return desk.answer_waiting(home, BY)
