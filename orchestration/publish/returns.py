"""Feedback that did not pass goes back to its department, once, with the reason of each row.

The door has quarantined what breaks the contract. What only the night can know is found here: a
clue that does not exist, a review dated after the night, one that is closed without a result.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from ingest.home import Home
from ingest.land import lake_file
from ingest.ledger import ACCEPTED
from orchestration import observations
from orchestration.publish.packs import FEEDBACK, FILLED_IN, feedback_columns
from orchestration.publish.workbook import Book, Cell, Column, columns, outbox_file

REGISTRY = "案管"  # keeps what nobody else can be found for
UNKNOWN_CLUE = "没有这个线索编号，请按发出的清单填写"
NOT_YET = "核查日期晚于数据之夜，到该日才生效；写错的请改正"
NO_VERDICT = "核查状态为已核结而没有核查结果，暂按核查中记；请选核查结果"
IN_ORDER = "已接收，“退回”表所列各行除外。"  # the door knew nothing of them
NAMES = ["clue_id", *FILLED_IN]

# Deliveries that no earlier night has seen; a re-run of the night finds the same ones.
DELIVERIES = """
    select delivery_id, adcode, delivered_on, source_file, status, message
    from published.marts.fct_feed_delivery
    where feed = 'clue_feedback' and delivered_on <= $night
        and status in ('ACCEPTED', 'ACCEPTED_WITH_QUARANTINE', 'REJECTED')
        and delivery_id not in (select unnest($known))
    order by all
"""
QUARANTINED = """
    select _source_row, _columns || '：' || _reasons, {names} from read_parquet($file)
    order by _source_sheet, _source_row
"""
NOT_TAKEN = """
    select _source_row,
        case
            when clue.clue_id is null then $unknown_clue
            when reviewed_on_min > $night then $not_yet
            else $no_verdict
        end,
        fed.* exclude (_source_row, reviewed_on_min)
    from (select {names}, _source_row, reviewed_on_min from read_parquet($file)) as fed
    left join published.marts.fct_clue as clue on upper(fed.clue_id) = clue.clue_id
    where clue.clue_id is null or reviewed_on_min > $night
        or (status = '已核结' and verdict is null)
    order by _source_row
"""
DEPARTMENT = """
    select mode(department order by department)
    from cards.handler.clue_card where clue_id in (select upper(unnest($clue_ids)))
"""
DEPARTMENTS = "select distinct department from published.marts.dim_rule order by department"
Connection = duckdb.DuckDBPyConnection


def write_returns(home: Home, night: date, con: Connection) -> Iterator[Path]:
    """Write what goes back on `night`, one workbook per delivered file; their paths."""
    given = {"night": night, "known": _known_before(home, night, con)}
    for delivery, adcode, day, file, status, message in con.execute(DELIVERIES, given).fetchall():
        rows = _rows(home, night, con, delivery, adcode)
        if not rows and status != "REJECTED":
            continue
        department = _department(con, [row[2] for row in rows], file)
        name = f"反馈退回_{day}_{delivery[:8]}"
        target = outbox_file(home, night, adcode, department, name)
        with Book(target, night) as book:
            book.table("退回", _columns(night), rows)
            said = IN_ORDER if status == ACCEPTED else message
            book.facts("说明", _notes(file, day, said, adcode))
        yield target


def _known_before(home: Home, night: date, con: Connection) -> list[str]:
    files = [
        str(home.observations / earlier.isoformat() / "feed_delivery.parquet")
        for earlier in observations.nights(home)
        if earlier < night
    ]
    if not files:
        return []
    query = "select distinct delivery_id from read_parquet($files) where feed = 'clue_feedback'"
    return [delivery for (delivery,) in con.execute(query, {"files": files}).fetchall()]


def _rows(
    home: Home, night: date, con: Connection, delivery: str, adcode: str
) -> list[tuple[Any, ...]]:
    """Row number, reason and what was filled in, of each row that goes back."""
    found: list[tuple[Any, ...]] = []
    quarantined = home.quarantine / FEEDBACK.id / f"{delivery}.parquet"
    if quarantined.exists():
        query = QUARANTINED.format(names=", ".join(NAMES))
        found += con.execute(query, {"file": str(quarantined)}).fetchall()
    landed = lake_file(home, FEEDBACK.id, adcode, delivery)
    if landed.exists():
        shown = {"reviewed_on": "cast(reviewed_on_max as varchar) as reviewed_on"}
        query = NOT_TAKEN.format(names=", ".join(shown.get(name, name) for name in NAMES))
        given = {"file": str(landed), "night": night, "unknown_clue": UNKNOWN_CLUE,
                 "not_yet": NOT_YET, "no_verdict": NO_VERDICT}  # fmt: skip
        found += con.execute(query, given).fetchall()
    return found


def _department(con: Connection, clue_ids: list[str | None], file: str) -> str:
    """The department of most of the clues, else the one that the file is named after."""
    row = con.execute(DEPARTMENT, {"clue_ids": clue_ids}).fetchone() if clue_ids else None
    if row and row[0]:
        return str(row[0])
    named = [name for (name,) in con.execute(DEPARTMENTS).fetchall() if name in file]
    return named[0] if named else REGISTRY


def _columns(night: date) -> list[Column]:
    """The reason, then the feedback's own headings, so that the mended sheet can be sent again.

    Without check codes: a person has looked at these rows.
    """
    return [
        *columns(("原行号", 8), ("退回原因", 40), (FEEDBACK.column("clue_id").header, 26)),
        *feedback_columns(date(night.year - 1, 1, 1), date(night.year + 1, 12, 31)),
    ]


def _notes(file: str, day: date, message: str, adcode: str) -> dict[str, Cell]:
    return {
        "退回的文件": f"{day} 送达的“{file}”",
        "处理情况": message,
        "怎样改正": "在“退回”表里改正浅黄色的列和线索编号，文件名改为以“线索核查反馈_”开头，"
        f"放入 inbox/{adcode}/handlers/当天日期/。其余各行已生效，不必重报。",
    }
