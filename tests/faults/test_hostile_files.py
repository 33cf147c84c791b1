"""Hostile and broken files are refused with a sentence, and the rest of the night goes on."""

from __future__ import annotations

import gzip
import io
import json
import os
import re
import struct
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
import xlwt

from ingest import door
from ingest.read import _server, server
from tests.inbox import LATER, STAFF, Inbox, csv, id_number, staff, table, xlsx

PLACE = "edu/2023-06-01/从业人员花名册"
CANARY = id_number(777)


def zipped(entries: dict[str, bytes], **attributes: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            for key, value in attributes.items():
                setattr(entry, key, value)
            archive.writestr(entry, content)
    return buffer.getvalue()


def rewritten(workbook: bytes, part: str, content: bytes) -> bytes:
    """The workbook with one part replaced."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    return zipped(parts | {part: content})


def workbook_bomb() -> bytes:
    spaces = b"<worksheet><sheetData>" + b" " * (200 << 20) + b"</sheetData></worksheet>"
    return rewritten(xlsx(table([staff(1)])), "xl/worksheets/sheet1.xml", spaces)


def shared_string_bomb() -> bytes:
    return rewritten(
        xlsx(table([staff(1)])), "xl/sharedStrings.xml", b"<sst>" + b"<si/>" * (30 << 20)
    )


def entity_bomb() -> bytes:
    lol = b'<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;">]><workbook>&b;</workbook>'
    return rewritten(xlsx(table([staff(1)])), "xl/workbook.xml", lol)


def far_cell() -> bytes:
    """Two cells at the ends of the sheet: dense, it would be 17 thousand million cells."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet()
    sheet.write(0, 0, "所在单位")
    sheet.write(1048575, 16383, "x")
    book.close()
    return buffer.getvalue()


def formula_xlsx() -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet()
    for row, line in enumerate(table([staff(1), staff(2)])):
        sheet.write_row(row, 0, line)
    sheet.write_formula(2, 4, "=TODAY()", None, 45000)
    book.close()
    return buffer.getvalue()


def formula_xls() -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("a", cell_overwrite_ok=True)
    for row, line in enumerate(table([staff(1), staff(2)])):
        for column, cell in enumerate(line):
            sheet.write(row, column, cell)
    sheet.write(2, 1, xlwt.Formula('"a"'))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def locked_workbook() -> bytes:
    """As Excel writes one with a password: an OLE2 file with the package as one stream."""
    plain = formula_xls()
    name, locked = "Workbook".encode("utf-16-le"), "EncryptedPackage".encode("utf-16-le")
    at = plain.index(name)
    entry = bytearray(plain[at : at + 128])
    entry[: len(locked)] = locked
    struct.pack_into("<H", entry, 64, len(locked) + 2)
    return plain[:at] + bytes(entry) + plain[at + 128 :]


def wide_parquet() -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.table({f"c{i}": ["x"] for i in range(5000)}), buffer)
    return buffer.getvalue()


def encrypted_zip() -> bytes:
    content = bytearray(zipped({"a.csv": csv([staff(1)])}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.index(signature) + offset
        struct.pack_into("<H", content, at, struct.unpack_from("<H", content, at)[0] | 1)
    return bytes(content)


FILES: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "zip bomb": (".zip", lambda: zipped({"a.csv": b"0" * (100 << 20)}), "炸弹"),
    "gzip bomb": (".csv.gz", lambda: gzip.compress(b"0" * (100 << 20)), "炸弹"),
    "workbook bomb": (".xlsx", workbook_bomb, "炸弹"),
    "shared strings bomb": (".xlsx", shared_string_bomb, "炸弹"),
    "entity bomb": (".xlsx", entity_bomb, "炸弹"),
    "far cell": (".xlsx", far_cell, "列数超过|内存或时间"),
    "zip of zip": (".zip", lambda: zipped({"a.zip": b"PK"}), "正好是一个"),
    "zip of two": (".zip", lambda: zipped({"a.csv": b"x", "b.csv": b"x"}), "2 个文件"),
    "empty zip": (".zip", lambda: zipped({}), "0 个文件"),
    "path out of the zip": (".zip", lambda: zipped({"../../a.csv": b"x"}), "包外"),
    "absolute path in the zip": (".zip", lambda: zipped({"/etc/a.csv": b"x"}), "包外"),
    "drive in the zip": (".zip", lambda: zipped({"c:\\a.csv": b"x"}), "包外"),
    "link in the zip": (
        ".zip",
        lambda: zipped({"a.csv": b"/etc/passwd"}, external_attr=0o120777 << 16),
        "链接",
    ),
    "zip with a password": (".zip", encrypted_zip, "密码"),
    "truncated zip": (".zip", lambda: zipped({"a.csv": csv([staff(1)])})[:60], "损坏"),
    "truncated gzip": (".csv.gz", lambda: gzip.compress(csv([staff(1)]))[:-9], "损坏"),
    "truncated workbook": (".xlsx", lambda: xlsx(table([staff(1)]))[:2000], "损坏"),
    "truncated old workbook": (".xls", lambda: formula_xls()[:3000], "损坏"),
    "truncated parquet": (".parquet", lambda: wide_parquet()[:-100], "损坏"),
    "web page as xls": (".xls", lambda: b"<html><table><tr><td>x", "不是 Excel"),
    "garbled old workbook": (".xls", lambda: formula_xls()[:8] + b"\0" * 600, "损坏"),
    "locked workbook": (".xlsx", locked_workbook, "密码"),
    "formula": (".xlsx", formula_xlsx, "第 3 行“入职时间”列是公式"),
    "formula in an old workbook": (".xls", formula_xls, "第 3 行“姓名”列是公式"),
    "big5": (".csv", lambda: "單位,姓名\n小學,張三\n".encode("big5"), "缺少必需的列|编码"),
    "broken gb18030": (
        ".csv",
        lambda: csv([staff(1)]).decode().encode("gb18030") + b"\x81\xff",
        "编码.*第 3 行",
    ),
    "cut utf-8": (".csv", lambda: csv([staff(1, 姓名="马")])[:-5] + b"\xe9\xa9\n", "编码"),
    "replaced characters": (".csv", lambda: csv([staff(1, 姓名="马\ufffd")]), "U\\+FFFD"),
    "nul bytes": (".csv", lambda: csv([staff(1)]).replace(b"2021", b"20\x0021"), "NUL"),
    "utf-16 without mark": (
        ".csv",
        lambda: csv([staff(1)]).decode().encode("utf-16-le"),
        "NUL|编码",
    ),
    "unpaired quote": (".csv", lambda: csv([staff(1)]) + b'"a,b\nc,d\n', "引号"),
    "empty file": (".csv", lambda: b"", "空的"),
    "hundred thousand columns": (
        ".csv",
        lambda: ",".join(f"c{i}" for i in range(100_000)).encode(),
        "列",
    ),
    "five thousand short columns": (".csv", lambda: b"," * 5000 + b"\n", "列数超过"),
    "five thousand columns of parquet": (".parquet", wide_parquet, "列数超过"),
    "another form": (".docx", lambda: b"PK", "格式不在约定"),
}


@pytest.mark.parametrize("case", FILES)
def test_refused_with_a_sentence(inbox: Inbox, case: str) -> None:
    ending, make, sentence = FILES[case]
    inbox.drop(PLACE + ending, make())
    inbox.drop("edu/2023-06-02/从业人员花名册.csv", csv([staff(1)]))
    records = inbox.night()
    refused = records["edu/2023-06-01/从业人员花名册" + ending]
    assert (refused.status, refused.rows_in) == ("REJECTED", 0)
    assert re.search(sentence, refused.message), refused.message
    assert records["edu/2023-06-02/从业人员花名册.csv"].status == "ACCEPTED"


def test_links_are_not_followed(inbox: Inbox, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_bytes(csv([staff(1, 身份证件号码=CANARY)]))
    folder = inbox.home.inbox / "520526/edu/2023-06-01"
    folder.mkdir(parents=True)
    (folder / "从业人员花名册.csv").symlink_to(secret)
    os.mkfifo(folder / "从业人员花名册_pipe.csv")
    (inbox.home.inbox / "520527").symlink_to(tmp_path)
    records = inbox.night()
    assert records["edu/2023-06-01/从业人员花名册.csv"].status == "REJECTED"
    assert "链接" in records["edu/2023-06-01/从业人员花名册.csv"].message
    assert records["edu/2023-06-01/从业人员花名册_pipe.csv"].status == "REJECTED"
    assert records["520527"].status == "REJECTED"
    assert not list(inbox.home.archive.rglob("*.csv"))


@pytest.mark.parametrize(
    "heading",
    [
        "{{ 7*7 }}",
        "'; drop table lake.delivery; --",
        "${jndi:ldap://x}",
        "=cmd|' /C calc'!A0",
        "../../x",
    ],
)
def test_headings_and_cells_are_never_executed(inbox: Inbox, heading: str) -> None:
    rows = [staff(1, 姓名=heading) | {heading: heading}]
    inbox.drop(PLACE + ".csv", csv(rows))
    assert inbox.night()[PLACE + ".csv"].status == "ACCEPTED"
    assert inbox.rows("staff_roster", "name") == [(heading,)]


def test_file_names_are_never_executed(inbox: Inbox) -> None:
    names = [
        "从业人员花名册'; drop schema lake; --.csv",
        "从业人员花名册{{ 7*7 }}.csv",
        "从业人员花名册$(id).csv",
    ]
    for number, name in enumerate(names):
        inbox.drop(f"edu/2023-06-0{number + 1}/{name}", csv([staff(number)]))
    assert {r.status for r in inbox.night().values()} == {"ACCEPTED"}
    assert [row[0] for row in inbox.rows("staff_roster", "_source_file")] == names


def test_a_child_that_eats_memory_or_time_is_killed(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The limits hold in the child whatever the reader does there."""
    request = {"folder": str(tmp_path)}

    def eat(request: object) -> object:
        return bytearray(64 << 30)

    def loop(request: object) -> object:
        while True:
            pass

    monkeypatch.setattr(server, "WALL_SECONDS", 1)
    for behaviour in (eat, loop):
        monkeypatch.setattr(server, "_answer", behaviour)
        assert server._in_child(request) == {"error": server.TOO_MUCH}


def test_the_reader_is_given_no_secrets(inbox: Inbox) -> None:
    inbox.drop(PLACE + ".csv", csv([staff(1)]))
    inbox.night()
    assert _server._process
    environment = Path(f"/proc/{_server._process.pid}/environ").read_bytes()
    assert b"XIANSUO" not in environment


def test_no_identity_number_leaves_its_zone(inbox: Inbox, caplog: pytest.LogCaptureFixture) -> None:
    """Not in the ledger, not in a message, not in a log line, whatever is wrong with the file."""
    caplog.set_level("DEBUG")
    rows = [staff(1, 身份证件号码=CANARY, 岗位类别=CANARY, 入职时间=CANARY)]
    inbox.drop("edu/2023-06-01/从业人员花名册.csv", csv([*rows, staff(2)]))
    inbox.drop("edu/2023-06-02/从业人员花名册.csv", csv(rows))
    inbox.drop("edu/2023-06-03/从业人员花名册.csv", csv([staff(3) | {CANARY: "x"}]))
    inbox.drop("edu/2023-06-04/从业人员花名册.csv", csv(rows).replace(b"2021", b"\xff"))
    inbox.drop("edu/2023-06-05/从业人员花名册.csv", CANARY.encode())
    inbox.drop("edu/2023-06-06/从业人员花名册.xlsx", xlsx(table(rows), names=[CANARY]))
    inbox.drop("edu/2023-06-07/从业人员花名册.csv", csv(rows) + b'"' + CANARY.encode() + b",\n")
    records = inbox.night()
    with inbox.warehouse() as con:
        shown = str(con.execute("from lake.delivery").fetchall())
        shown += str(con.execute("from lake.quarantine_reason").fetchall())
    ledger = "".join(p.read_text("utf-8") for p in inbox.home.ledger.rglob("*.json"))
    for place in (shown, ledger, caplog.text, json.dumps([r.message for r in records.values()])):
        assert CANARY not in place


def test_an_identity_number_in_a_file_name_stays_in_the_inbox_and_the_ledger(
    inbox: Inbox, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever sends one person's file names it so; BI reads the names of files."""
    caplog.set_level("DEBUG")
    inbox.drop(f"edu/2023-06-08/从业人员花名册_{CANARY}.csv", csv([staff(4)]))
    inbox.drop("edu/2023-06-09/从业人员花名册.csv", csv([staff(4)]))
    inbox.drop(f"edu/2023-06-09/{CANARY}.csv", csv([staff(4)]))
    door.take_all(inbox.home, date(2023, 12, 31), LATER)
    with inbox.warehouse() as con:
        shown = str(con.execute("from lake.delivery").fetchall())
    assert "从业人员花名册_（证件号码）.csv" in shown
    assert CANARY not in shown + caplog.text
    assert inbox.night() == {}


def test_the_first_row_may_not_be_the_heading_of_another_sheet(inbox: Inbox) -> None:
    """A workbook none of whose sheets fits names what the closest one lacks."""
    lacking = [list(STAFF[:4]), list(staff(1).values())[:4]]
    inbox.drop(PLACE + ".xlsx", xlsx([["说明"]], lacking))
    record = inbox.night()[PLACE + ".xlsx"]
    assert record.status == "REJECTED"
    assert "入职时间、在岗状态" in record.message
    assert "所在单位" not in record.message
