"""A pack filled in becomes feedback; what does not pass goes back with its reason, once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook, SheetVisibleEnum

from ingest.home import Home
from ingest.ledger import Ledger
from orchestration.publish.outbox import write_outbox
from tests.inbox import COUNTY, Inbox, xlsx
from tests.orchestration.published import NIGHT, Published

A, B, C = (f"MIN-05-{letter * 16}" for letter in "ABC")
NEXT = date(2023, 11, 30)
PLACE = "handlers/2023-11-06/线索核查反馈_未检_2023-10-31.xlsx"
Row = dict[str, object]
DONE: Row = {"核查状态": "已核结", "核查结果": "不属实", "原因": "同名",
             "核查日期": datetime(2023, 11, 5), "承办人": "赵检察官"}  # fmt: skip


@pytest.fixture
def night(inbox: Inbox) -> Published:
    night = Published(inbox.home)
    night.rule("MIN-05")
    night.law("B-62", "第六十二条")
    for clue_id in (A, B, C):
        night.clue(clue_id)
    return night


def folder(home: Home, day: date, department: str = "未检") -> Path:
    return home.outbox / COUNTY / department / str(day)


def saved_by_another_program(pack: Path, fill: Callable[[list[Row]], Iterable[Row]]) -> bytes:
    """The pack, its first sheet filled in, as another program saves it.

    Every cell is written anew by what it holds: no styles, shared strings instead of inline ones,
    dates as serial numbers, and a very hidden sheet that is merely hidden.
    """
    target = pack.parent / "saved.xlsx"
    source = CalamineWorkbook.from_path(str(pack))
    book = xlsxwriter.Workbook(target)
    day = book.add_format({"num_format": "yyyy/m/d"})
    for meta in source.sheets_metadata:
        head, *rows = source.get_sheet_by_name(meta.name).to_python()
        if meta.name == "线索":
            filled = fill([dict(zip(head, row, strict=True)) for row in rows])
            rows = [[row[name] for name in head] for row in filled]
        sheet = book.add_worksheet(meta.name)
        sheet.write_row(0, 0, head)
        for at, row in enumerate(rows, start=1):
            for place, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(at, place, cell, day)
                elif cell != "":
                    sheet.write(at, place, cell)
        if meta.visible != SheetVisibleEnum.Visible:
            sheet.hide()
    book.close()
    content = target.read_bytes()
    target.unlink()
    return content


def drop_filled_in(
    inbox: Inbox, night: Published, fill: Callable[[list[Row]], Iterable[Row]]
) -> None:
    night.save()
    write_outbox(inbox.home, NIGHT)
    pack = folder(inbox.home, NIGHT) / f"线索清单_未检_{NIGHT}.xlsx"
    inbox.drop(PLACE, saved_by_another_program(pack, fill))


def returned(inbox: Inbox, night: Published, day: date = NEXT) -> list[Path]:
    """Take the inbox, publish the next night over what the ledger says of it; what goes back."""
    inbox.night(str(day))
    night.con.execute("delete from marts.fct_feed_delivery")
    for record in Ledger(inbox.home):
        facts = {name: getattr(record, name) for name in
                 ("delivery_id", "feed", "adcode", "delivered_on", "source_file", "status",
                  "message")}  # fmt: skip
        night.add("marts.fct_feed_delivery", **facts)
    night.save()
    paths = write_outbox(inbox.home, day)
    return [path for path in paths if path.name.startswith("反馈退回_")]


def rows(path: Path) -> list[Row]:
    head, *cells = CalamineWorkbook.from_path(str(path)).get_sheet_by_name("退回").to_python()
    return [dict(zip(head, row, strict=True)) for row in cells]


def test_a_pack_filled_in_is_feedback(inbox: Inbox, night: Published) -> None:
    drop_filled_in(inbox, night, lambda rows: [rows[0], rows[1] | DONE, rows[2]])
    assert returned(inbox, night) == []
    record = inbox.record(PLACE)
    assert (record.status, record.rows_in, record.rows_accepted) == ("ACCEPTED", 1, 1)
    columns = "clue_id, assigned_to, status, verdict, reason, reviewed_on_min"
    assert inbox.rows("clue_feedback", columns, str(NEXT)) == [
        (B, "赵检察官", "已核结", "不属实", "同名", date(2023, 11, 5))
    ]


def test_sorted_and_shortened_packs_are_feedback(inbox: Inbox, night: Published) -> None:
    drop_filled_in(inbox, night, lambda rows: [row | DONE for row in (rows[2], rows[0])])
    assert returned(inbox, night) == []
    assert {clue for (clue,) in inbox.rows("clue_feedback", "clue_id", str(NEXT))} == {A, C}


def test_what_was_pasted_past_the_lists_goes_back(inbox: Inbox, night: Published) -> None:
    wrong = DONE | {"核查结果": "查无此事"}
    drop_filled_in(inbox, night, lambda rows: [rows[0] | DONE, rows[1] | wrong, rows[2]])
    (path,) = returned(inbox, night)
    assert path.parent == folder(inbox.home, NEXT)
    (row,) = rows(path)
    assert (row["原行号"], row["线索编号"], row["核查结果"]) == (3, B, "查无此事")
    assert row["退回原因"] == "核查结果：不在允许的取值范围内"


def test_shifted_ids_go_back(inbox: Inbox, night: Published) -> None:
    def shift(rows: list[Row]) -> list[Row]:
        moved = [row["线索编号"] for row in rows]
        return [
            row | DONE | {"线索编号": clue_id}
            for row, clue_id in zip(rows, [*moved[1:], moved[0]], strict=True)
        ]

    drop_filled_in(inbox, night, shift)
    (path,) = returned(inbox, night)
    assert [row["线索编号"] for row in rows(path)] == [B, C, A]
    assert all("粘贴错位" in str(row["退回原因"]) for row in rows(path))


def test_a_clue_that_nobody_knows_and_a_review_of_tomorrow_go_back(
    inbox: Inbox, night: Published
) -> None:
    head = ["线索编号", "核查状态", "核查日期"]
    unknown, later = "MIN-05-0000000000000000", [B, "核查中", "2033-11-05"]
    inbox.drop(PLACE, xlsx([head, [unknown, "核查中", "2023-11-05"], later]))
    (path,) = returned(inbox, night)
    reasons = {row["线索编号"]: str(row["退回原因"]) for row in rows(path)}
    notes = dict(CalamineWorkbook.from_path(str(path)).get_sheet_by_name("说明").to_python()[1:])
    assert "无需处理" not in notes["处理情况"]  # what the door said of the file, which it took
    assert "没有这个线索编号" in reasons[unknown]
    assert "晚于数据之夜" in reasons[B]


def test_a_review_that_is_closed_without_a_result_goes_back(inbox: Inbox, night: Published) -> None:
    closed = DONE | {"核查结果": "", "原因": ""}
    drop_filled_in(inbox, night, lambda rows: [rows[0] | closed, rows[1] | DONE])
    (path,) = returned(inbox, night)
    (row,) = rows(path)
    assert row["线索编号"] == A and "没有核查结果" in str(row["退回原因"])


def test_a_returned_sheet_can_be_mended_and_sent_again(inbox: Inbox, night: Published) -> None:
    wrong = DONE | {"核查结果": "查无此事"}
    drop_filled_in(inbox, night, lambda rows: [rows[0] | wrong])
    (path,) = returned(inbox, night)
    mended = rows(path)[0] | {"核查结果": "属实立案", "原因": ""}
    place = "handlers/2023-11-20/线索核查反馈_改正.xlsx"
    inbox.drop(place, xlsx([list(mended), list(mended.values())]))
    inbox.night(str(NEXT))
    assert inbox.record(place).rows_accepted == 1
    assert inbox.rows("clue_feedback", "verdict", str(NEXT)) == [("属实立案",)]


def test_a_file_that_cannot_be_read_goes_back_as_a_whole(inbox: Inbox, night: Published) -> None:
    inbox.drop(PLACE, b"no workbook")
    (path,) = returned(inbox, night)
    assert path.parent == folder(inbox.home, NEXT)  # the file is named after the department
    notes = dict(CalamineWorkbook.from_path(str(path)).get_sheet_by_name("说明").to_python()[1:])
    assert PLACE.split("/")[-1] in notes["退回的文件"]
    assert notes["处理情况"] == inbox.record(PLACE).message


def test_nothing_goes_back_twice(inbox: Inbox, night: Published) -> None:
    inbox.drop(PLACE, xlsx([["线索编号", "核查状态", "核查日期"], [A, "办了", "2023-11-05"]]))
    (first,) = returned(inbox, night)
    again = returned(inbox, night)
    assert again == [first]  # the same night, run again
    seen = inbox.home.observations / str(NEXT) / "feed_delivery.parquet"
    seen.parent.mkdir()
    with duckdb.connect() as con:
        file = inbox.record(PLACE)
        con.execute(
            f"copy (select '{file.delivery_id}' as delivery_id, 'clue_feedback' as feed)"
            f" to '{seen}' (format parquet)"
        )
    assert returned(inbox, night) == [first]
    assert returned(inbox, night, date(2023, 12, 31)) == []
