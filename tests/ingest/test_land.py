"""A delivery set in the lake: its rows add up, its duplicates yield, its bad rows go back."""

from __future__ import annotations

import errno
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook

from ingest import ahead, land, stage
from ingest.contract import lake_schema, load_contracts
from ingest.ledger import FileDelivery
from ingest.quarantine import inert
from tests.inbox import (
    Inbox,
    counts,
    csv,
    judgment,
    staff,
    table,
    xlsx,
)

PLACE = "edu/2023-06-01/从业人员花名册.csv"


def test_a_row_in_the_lake_says_where_it_came_from(inbox: Inbox) -> None:
    place = "edu/2023-06-01/从业人员花名册.xlsx"
    inbox.drop(place, xlsx([["花名册"], *table([staff(1)])], names=["石门乡"]))
    record = inbox.night()[place]
    columns = (
        "_row_id, _delivery_id, _adcode, _supplier, _source_file, _source_sheet, _source_row, "
        "_delivered_on::text, _set_id, _in_force"
    )
    assert inbox.rows("staff_roster", columns) == [
        (
            f"{record.delivery_id}:3:石门乡",
            record.delivery_id,
            "520526",
            "edu",
            "从业人员花名册.xlsx",
            "石门乡",
            3,
            "2023-06-01",
            "520526/edu/staff_roster/2023-06-01",
            True,
        )
    ]


def test_lake_files_have_the_contracts_columns_and_types(inbox: Inbox) -> None:
    inbox.drop(PLACE, csv([staff(1)]))
    record = inbox.night()[PLACE]
    file = land.lake_file(inbox.home, "staff_roster", "520526", record.delivery_id)
    assert pq.read_schema(file).equals(lake_schema(load_contracts()["staff_roster"]))


def test_identical_rows_are_duplicates(inbox: Inbox) -> None:
    inbox.drop(PLACE, csv([staff(1), staff(2), staff(1)]))
    record = inbox.night()[PLACE]
    assert (record.status, counts(record)) == ("ACCEPTED", (3, 2, 0, 1, 0))
    assert inbox.rows("staff_roster", "_source_row") == [(3,), (4,)]


def test_of_rows_with_one_key_the_last_wins(inbox: Inbox) -> None:
    inbox.drop(PLACE, csv([staff(1), staff(1, 在岗状态="离职"), staff(1, 在岗状态="借调")]))
    record = inbox.night()[PLACE]
    assert counts(record) == (3, 1, 0, 2, 0)
    assert "2 行主键相同而内容不同" in record.message
    assert inbox.rows("staff_roster", "post_status") == [("借调",)]


def test_files_of_one_folder_are_one_delivery(inbox: Inbox) -> None:
    """Of two files the one with the later name wins, whatever came first."""
    inbox.drop("edu/2023-06-01/从业人员花名册_b.csv", csv([staff(1, 在岗状态="离职"), staff(2)]))
    inbox.drop("edu/2023-06-01/从业人员花名册_a.csv", csv([staff(1), staff(3)]))
    records = inbox.night()
    assert counts(records["edu/2023-06-01/从业人员花名册_a.csv"]) == (2, 1, 0, 1, 0)
    assert counts(records["edu/2023-06-01/从业人员花名册_b.csv"]) == (2, 2, 0, 0, 0)
    assert inbox.rows("staff_roster", "name, post_status") == [
        ("张三3", "在岗"),
        ("张三1", "离职"),
        ("张三2", "在岗"),
    ]


def test_a_further_file_joins_the_set_that_is_already_landed(inbox: Inbox) -> None:
    early, late = "edu/2023-06-01/从业人员花名册_a.csv", "edu/2023-06-01/从业人员花名册_b.csv"
    inbox.drop(early, csv([staff(1), staff(2)]))
    assert counts(inbox.night()[early]) == (2, 2, 0, 0, 0)
    inbox.drop(late, csv([staff(1, 在岗状态="离职")]))
    assert list(inbox.night()) == [late]
    assert counts(inbox.record(early)) == (2, 1, 0, 1, 0)
    assert inbox.rows("staff_roster", "name, post_status") == [("张三2", "在岗"), ("张三1", "离职")]


def test_a_later_event_delivery_keeps_the_earlier_version(inbox: Inbox) -> None:
    inbox.drop("court/2022-04-01/刑事生效判决.csv", csv([judgment(1)]))
    inbox.drop("court/2022-05-01/刑事生效判决.csv", csv([judgment(1, 刑期月数="6")]))
    assert {r.rows_accepted for r in inbox.night().values()} == {1}
    assert inbox.rows("criminal_judgment", "term_months") == [(12,), (6,)]


def test_bad_rows_go_back_with_their_reasons(inbox: Inbox) -> None:
    rows = [
        staff(1),
        staff(2, 岗位类别="神职"),
        staff(3, 入职时间="2021-13-01", 姓名=""),
        staff(4, 身份证件号码=""),
    ]
    inbox.drop(PLACE, csv(rows))
    record = inbox.night()[PLACE]
    assert (record.status, counts(record)) == ("ACCEPTED_WITH_QUARANTINE", (4, 1, 3, 0, 0))
    assert "入职时间：日期无法识别或不存在" in record.message
    with inbox.warehouse() as con:
        reasons = con.execute(
            """select feed, "column", reason, rows, example_source_row
            from lake.quarantine_reason order by all"""
        ).fetchall()
    assert reasons == [
        ("staff_roster", "hired_on", "bad_date", 1, 4),
        ("staff_roster", "id_number", "id_blank", 1, 5),
        ("staff_roster", "name", "missing_required", 1, 4),
        ("staff_roster", "post", "unknown_code", 1, 3),
    ]
    path = inbox.home.quarantine / "staff_roster" / f"{record.delivery_id}.parquet"
    assert pq.read_table(path)["_codes"].to_pylist() == [
        "post:unknown_code", "name:missing_required；hired_on:bad_date", "id_number:id_blank",
    ]  # fmt: skip


def quarantine_sheet(inbox: Inbox, record: FileDelivery) -> list[dict[str, Any]]:
    path = inbox.home.quarantine / str(record.feed) / f"{record.delivery_id}.xlsx"
    head, *rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    return [dict(zip(map(str, head), row, strict=True)) for row in rows]


def test_the_sheet_for_the_agency_shows_what_it_wrote_and_why_not(inbox: Inbox) -> None:
    place = "edu/2023-06-01/从业人员花名册.xlsx"
    bad = staff(3, 入职时间="昨天", 姓名="")
    inbox.drop(place, xlsx(table([staff(1), bad]), names=["石门乡"]))
    (row,) = quarantine_sheet(inbox, inbox.night()[place])
    assert (row["行号"], row["工作表"]) == ("3", "石门乡")
    assert (row["列"], row["原因"]) == ("姓名；入职时间", "必填项为空；日期无法识别或不存在")
    assert (row["入职时间"], row["身份证件号码"]) == ("昨天", bad["身份证件号码"])


@pytest.mark.parametrize(
    "lead", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠", "\ufeff=", " ="]
)
def test_cells_sent_back_are_inert(inbox: Inbox, lead: str) -> None:
    text = f"{lead}cmd|' /C calc'!A0"
    assert inert(text).startswith("'")
    assert inert("张三=李四") == "张三=李四"
    inbox.drop(PLACE, csv([staff(1), staff(2, 岗位类别=text)]))
    (row,) = quarantine_sheet(inbox, inbox.night()[PLACE])
    assert str(row["岗位类别"]).startswith("'")


def test_a_file_whose_rows_are_all_bad_is_rejected(inbox: Inbox) -> None:
    inbox.drop(PLACE, csv([staff(1, 岗位类别="神职"), staff(2, 岗位类别="神职")]))
    record = inbox.night()[PLACE]
    assert (record.status, counts(record)) == ("REJECTED", (0, 0, 0, 0, 0))
    assert "全部 2 行" in record.message
    assert len(quarantine_sheet(inbox, record)) == 2
    assert inbox.rows("staff_roster") == []


def test_ragged_rows_are_quarantined(inbox: Inbox) -> None:
    inbox.drop(PLACE, csv([staff(1)]) + "石门小学,甲\n".encode())
    record = inbox.night()[PLACE]
    assert counts(record) == (2, 1, 1, 0, 0)
    assert "整行：本行的列数与表头不符" in record.message


CASE = "police/2023-06-01/公安受立案_1.csv"
HEADING = "受案号,案由,受案日期,立案日期\n"


def test_one_ragged_row_in_a_clean_file_is_quarantined(inbox: Inbox) -> None:
    lines = "受案号,案由,受案日期\n9号,盗窃,2023-05-01,x\n10号,盗窃,2023-05-01\n"
    inbox.drop(CASE, lines.encode())
    record = inbox.night()[CASE]
    assert (record.status, counts(record)) == ("ACCEPTED_WITH_QUARANTINE", (2, 1, 1, 0, 0))
    assert record.reasons[0].example_source_row == 2


def test_the_last_row_wins_though_an_earlier_one_is_short(inbox: Inbox) -> None:
    lines = "1号,盗窃,2023-05-01\n1号,抢劫,2023-05-01,2023-05-02\n"
    inbox.drop(CASE, (HEADING + lines).encode())
    assert counts(inbox.night()[CASE]) == (2, 1, 0, 1, 0)
    assert inbox.rows("police_case", "cause, _source_row") == [("抢劫", 3)]


@pytest.mark.parametrize(
    "fault", [pa.ArrowNotImplementedError("x"), pa.ArrowCapacityError("x"), AttributeError("x")]
)
def test_a_fault_over_one_file_does_not_stop_the_night(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    other = CASE.replace("_1", "_2")
    fails_over(monkeypatch, CASE, fault)
    inbox.drop(CASE, f"{HEADING}1号,盗窃,2023-05-01,\n".encode())
    inbox.drop(other, f"{HEADING}2号,盗窃,2023-05-01,\n".encode())
    records = inbox.night()
    assert (records[CASE].status, records[other].status) == ("REJECTED", "ACCEPTED")
    assert type(fault).__name__ in records[CASE].message


@pytest.mark.parametrize(
    "fault",
    [OSError(errno.ENOSPC, "full"), pa.ArrowMemoryError("x"), RuntimeError("the reader ended")],
)
def test_a_fault_of_the_machine_stops_the_night_and_leaves_the_file(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    with monkeypatch.context() as patch:
        fails_over(patch, CASE, fault)
        inbox.drop(CASE, f"{HEADING}1号,盗窃,2023-05-01,\n".encode())
        with pytest.raises(type(fault)):
            inbox.night()
    assert inbox.night()[CASE].status == "ACCEPTED"


def fails_over(monkeypatch: pytest.MonkeyPatch, place: str, fault: Exception) -> None:
    """Have normalising the file at a place raise the fault."""
    true = stage.stage

    def faulty(home: Any, feed: Any, record: FileDelivery, *rest: Any) -> Any:
        if record.path.endswith(place):
            raise fault
        return true(home, feed, record, *rest)

    monkeypatch.setattr(ahead, "stage", faulty)
