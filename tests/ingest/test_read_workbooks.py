"""Workbooks, parquet and packed files become the same raw table as text."""

from __future__ import annotations

import gzip
import io
import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet as pq
import pytest
import xlsxwriter
import xlwt

from ingest.contract import load_contracts
from ingest.read import Unreadable
from ingest.read.raw import RAW
from tests.inbox import STAFF, csv, id_number, staff, table, xlsx
from tests.ingest.reading import ROWS, names, read


def merged_workbook() -> bytes:
    """A title, a heading merged over two rows, a merged institution, a totals row, a remark."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet("石门乡")
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    month = book.add_format({"num_format": 'yyyy"年"m"月"'})
    sheet.merge_range("A1:G1", "从业人员花名册")
    sheet.merge_range("A2:A3", "序号")
    sheet.merge_range("B2:B3", "所在单位")
    sheet.merge_range("C2:D2", "人员信息")
    sheet.write_row("C3", ["姓名", "身份证件号码"])
    sheet.merge_range("E2:G2", "任职")
    sheet.write_row("E3", ["岗位类别", "入职时间", "在岗状态"])
    sheet.merge_range("B4:B5", "石门小学")
    for row, (name, form) in enumerate([("甲", day), ("乙", month)], start=3):
        sheet.write_row(row, 2, [name, id_number(row), "保安"])
        sheet.write_datetime(row, 5, datetime(2021, 6, 1), form)
        sheet.write(row, 6, "在岗")
    sheet.write("A6", "合计")
    sheet.write_formula("C6", "=COUNTA(C4:C5)", None, 2)
    sheet.write("A7", "备注：含劳务派遣")
    hidden = book.add_worksheet("旧数据")
    hidden.hide()
    for row, line in enumerate(table([staff(9)])):
        hidden.write_row(row, 0, line)
    book.add_worksheet("填表说明").write(0, 0, "请如实填写")
    book.close()
    return buffer.getvalue()


def test_a_workbook_as_offices_make_it(tmp_path: Path) -> None:
    reading, frame = read(tmp_path, "从业人员花名册.xlsx", merged_workbook())
    assert reading.rows == 2
    assert frame["institution"].tolist() == ["石门小学", "石门小学"]
    assert names(frame) == ["甲", "乙"]
    assert frame["_source_row"].tolist() == [4, 5]
    assert frame["_source_sheet"].tolist() == ["石门乡", "石门乡"]
    # a cell that shows a month holds its first day, which nobody wrote
    assert frame["hired_on"].tolist() == ["2021-06-01", "2021-06"]
    assert frame["hired_on__kind"].tolist() == ["d", "d"]
    assert any("旧数据" in note for note in reading.notes)
    assert any("填表说明" in note for note in reading.notes)


def test_groups_give_their_name_to_the_labels_below(tmp_path: Path) -> None:
    """负责人 | 姓名 is the principal, 负责人 | 身份证件号码 the principal's number."""
    sheet = [
        ["机构名称", "机构类型", "负责人", "", "状态"],
        ["", "", "姓名", "身份证件号码", ""],
        ["石门小学", "小学", "甲", id_number(1), "正常"],
    ]
    register = load_contracts()["institution_register"]
    _, frame = read(tmp_path, "单位名录.xlsx", xlsx(sheet), register)
    assert frame["principal"].tolist() == ["甲"]
    assert frame["principal_id"].tolist() == [id_number(1)]


ACTION = {
    "文号": "甲1号", "执法机关": "县教育局", "对象": "石门小学", "处罚决定日期": "2023-01-01",
}  # fmt: skip


def fine_heading(tmp_path: Path, *sheets: list[list[str]]) -> str:
    feed = load_contracts()["enforcement_action"]
    return read(tmp_path, "行政执法.xlsx", xlsx(*sheets), feed)[0].headers["fine"]


@pytest.mark.parametrize(
    ("above", "label", "tens_of_thousands"),
    [
        ([["行政执法台账"], ["", "", "", "", "单位：万元"]], "罚款金额", True),
        ([["行政执法台账（万元）"]], "罚款金额", True),
        ([["", "", "", "处罚（万元）", ""]], "罚款金额", True),
        ([["单位：万元"]], "罚款金额（元）", False),
        ([["全年罚款120万元"]], "罚款金额", False),
    ],
)
def test_a_title_or_a_group_may_name_the_unit_of_money(
    tmp_path: Path, above: list[list[str]], label: str, tens_of_thousands: bool
) -> None:
    sheet = [*above, [*ACTION, label], [*ACTION.values(), "1.5"]]
    assert ("万" in fine_heading(tmp_path, sheet)) is tens_of_thousands


def test_sheets_must_count_money_in_one_unit(tmp_path: Path) -> None:
    """The heading that multiplies may stand on one sheet only, even where others have no money."""
    row = [*ACTION.values(), "1.5"]
    money = [[*ACTION, "罚款金额（万元）"], row]
    other = [[*ACTION, "问题类别", "检查日期"], [*ACTION.values(), "其他", "2023-01-01"]]
    assert "万" in fine_heading(tmp_path, other, money)
    with pytest.raises(Unreadable, match="单位"):
        fine_heading(tmp_path, money, [[*ACTION, "罚款金额（元）"], row])


def test_a_sheet_like_the_others_must_not_lack_a_required_column(tmp_path: Path) -> None:
    """Else the people of a township would be lost without a word."""
    rows = table([staff(1)])
    lacking = [row[:-1] for row in table([staff(2)])]
    with pytest.raises(Unreadable, match="工作表“石门乡”缺少必需的列：在岗状态"):
        read(tmp_path, "a.xlsx", xlsx(rows, lacking, names=["草海镇", "石门乡"]))
    summary = [["所在单位", "人数"], ["石门小学", "1"]]
    reading, _ = read(tmp_path, "b.xlsx", xlsx(rows, summary, names=["草海镇", "汇总"]))
    assert reading.rows == 1
    assert "工作表“汇总”没有约定的列，未读取" in reading.notes


def test_several_sheets_are_one_table(tmp_path: Path) -> None:
    content = xlsx(table([staff(1)]), table([staff(2)]), names=["石门乡", "草海镇"])
    _, frame = read(tmp_path, "a.xlsx", content)
    assert frame[["_source_sheet", "_source_row"]].to_numpy().tolist() == [
        ["石门乡", 2],
        ["草海镇", 2],
    ]


def test_kinds_of_cells(tmp_path: Path) -> None:
    row = ["石门小学", "甲", 522427198503120019, "保安", 44348, True]
    _, frame = read(tmp_path, "a.xlsx", xlsx([list(STAFF), row]))
    kinds = frame.loc[0, [f"{c}__kind" for c in ("name", "id_number", "hired_on", "post_status")]]
    assert kinds.tolist() == ["s", "n", "n", "b"]
    assert frame.loc[0, "hired_on"] == "44348"
    assert frame.loc[0, "id_number"] == "5.2242719850312e+17"


@pytest.mark.parametrize("epoch_1904", [False, True])
def test_both_date_systems_of_xlsx(tmp_path: Path, epoch_1904: bool) -> None:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"date_1904": epoch_1904})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, STAFF)
    for row in (1, 2):
        sheet.write_row(row, 0, list(staff(row).values()))
    sheet.write_datetime(1, 4, datetime(2021, 6, 1), book.add_format({"num_format": "yyyy/m/d"}))
    sheet.write_number(2, 4, 44348 - (1462 if epoch_1904 else 0))
    book.close()
    _, frame = read(tmp_path, "a.xlsx", buffer.getvalue())
    assert frame["hired_on"].tolist() == ["2021-06-01", "44348"]


@pytest.mark.parametrize("epoch_1904", [False, True])
def test_old_workbooks(tmp_path: Path, epoch_1904: bool) -> None:
    book = xlwt.Workbook()
    book.dates_1904 = epoch_1904
    sheet = book.add_sheet("石门乡", cell_overwrite_ok=True)
    sheet.write_merge(0, 0, 0, 5, "花名册")
    for column, cell in enumerate(STAFF):
        sheet.write(1, column, cell)
    for column, cell in enumerate(staff(1).values()):
        sheet.write(2, column, cell)
    sheet.write(2, 4, date(2021, 6, 1), xlwt.easyxf(num_format_str="yyyy-mm-dd"))
    sheet.write(3, 0, "合计")
    sheet.write(3, 1, xlwt.Formula("COUNTA(B3)"))
    target = tmp_path / "book.xls"
    book.save(str(target))
    reading, frame = read(tmp_path, "a.xls", target.read_bytes())
    assert reading.rows == 1
    assert frame.loc[0, ["name", "hired_on", "_source_row"]].tolist() == ["张三1", "2021-06-01", 3]


def test_parquet_types_become_text(tmp_path: Path) -> None:
    target = tmp_path / "t.parquet"
    columns = {
        "institution": pa.array(["石门小学"]).dictionary_encode(),
        "姓名": pa.array(["甲"]),
        "id_number": pa.array([522427198503120019]),
        "post": pa.array(["保安"], pa.large_string()),
        "入职时间": pa.array([date(2021, 6, 1)]),
        "post_status": pa.array([None], pa.string()),
        "left_on": pa.array([datetime(2022, 1, 2, 3, 4, 5)]),
        "uscc": pa.array([Decimal("1.5")]),
        "school_code": pa.array([5.224271985031200e17]),
    }
    pq.write_table(pa.table(columns), target)
    _, frame = read(tmp_path, "a.parquet", target.read_bytes())
    row = frame.loc[0]
    assert row["institution"] == "石门小学"
    assert (row["id_number"], row["id_number__kind"]) == ("522427198503120019", "s")
    assert (row["hired_on"], row["hired_on__kind"]) == ("2021-06-01", "d")
    assert row["left_on"] == "2022-01-02 03:04:05"
    assert (row["school_code"], row["school_code__kind"]) == ("5.2242719850312e+17", "n")
    assert pd.isna(row["post_status"]) and pd.isna(row["post_status__kind"])


EVENING = datetime(2022, 1, 2, 20, 4, 5)


@pytest.mark.parametrize(
    ("moments", "type_", "texts"),
    [
        ([EVENING, None], pa.timestamp("s"), ["2022-01-02 20:04:05", None]),
        ([EVENING, None], pa.timestamp("ns"), ["2022-01-02 20:04:05", None]),
        (
            [EVENING, EVENING.replace(microsecond=500_000)], pa.timestamp("ms"),
            ["2022-01-02 20:04:05", "2022-01-02 20:04:05.500"],
        ),
        ([EVENING.replace(hour=12), None], pa.timestamp("us", "Asia/Shanghai"),
         ["2022-01-02 20:04:05", None]),
    ],
    ids=["seconds", "nanoseconds", "a part of a second", "another zone"],
)  # fmt: skip
def test_parquet_moments(
    tmp_path: Path, moments: list[datetime | None], type_: pa.DataType, texts: list[str | None]
) -> None:
    target = tmp_path / "t.parquet"
    columns = {c: pa.array(["x", "y"]) for c in STAFF if c != "入职时间"}
    pq.write_table(pa.table({**columns, "入职时间": pa.array(moments, type_)}), target)
    _, frame = read(tmp_path, "a.parquet", target.read_bytes())
    assert [None if pd.isna(t) else t for t in frame["hired_on"]] == texts


def test_parquet_with_lists_is_refused(tmp_path: Path) -> None:
    target = tmp_path / "t.parquet"
    columns = {name: pa.array([["x"]]) for name in STAFF}
    pq.write_table(pa.table(columns), target)
    with pytest.raises(Unreadable, match="列表"):
        read(tmp_path, "a.parquet", target.read_bytes())


def packed_zip(name: str, content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("__MACOSX/._" + name, b"\x00")
        archive.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize("inner", ["csv", "xlsx"])
def test_zip_and_gz_of_one_file(tmp_path: Path, inner: str) -> None:
    content = csv(ROWS) if inner == "csv" else xlsx(table(ROWS))
    for name, packed in (
        (f"a.{inner}.gz", gzip.compress(content)),
        ("a.zip", packed_zip(f"花名册.{inner}", content)),
    ):
        _, frame = read(tmp_path, name, packed)
        assert names(frame) == ["张三1", "买买提·艾力", "𠮷田"]


@pytest.mark.parametrize("called", ["", "花名册.csv", "花名册"])
@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet"])
def test_gz_without_a_form_in_its_name(tmp_path: Path, form: str, called: str) -> None:
    """As 医保结算.gz: the header calls it something or nothing, the content shows the rest."""
    parquet = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(ROWS), parquet)
    contents = {"csv": csv(ROWS), "xlsx": xlsx(table(ROWS)), "parquet": parquet.getvalue()}
    packed = gzip.compress(contents[form])
    if called:
        name = called.replace("csv", form).encode()
        packed = (
            packed[:3] + bytes([8 | 4]) + packed[4:10] + b"\x02\0xx" + name + b"\0" + packed[10:]
        )
    _, frame = read(tmp_path, "花名册_2023.06.gz", packed)
    assert names(frame) == ["张三1", "买买提·艾力", "𠮷田"]


def test_gz_of_no_table_is_refused(tmp_path: Path) -> None:
    for content in (b"", b"\x89PNG\r\n\x1a\n\0\0", b"\0" * 1024):
        with pytest.raises(Unreadable):
            read(tmp_path, "花名册.gz", gzip.compress(content) if content else b"")


def test_unknown_columns_of_a_later_sheet_are_noted(tmp_path: Path) -> None:
    later = table([row | {"政治面貌": "群众"} for row in ROWS[1:]])
    reading, _ = read(tmp_path, "a.xlsx", xlsx(table(ROWS[:1]), later))
    assert reading.notes == ("未约定的 1 列已忽略",)


def test_many_rows_are_read_in_bounded_groups(tmp_path: Path) -> None:
    content = csv([staff(1)]) + b"\n".join(
        f"石门小学,人{i},{i},保安,2021,在岗".encode() for i in range(250_000)
    )
    reading, frame = read(tmp_path, "a.csv", content)
    assert reading.rows == 250_001
    assert frame["_source_row"].tolist() == list(range(2, 250_003))
    with pa.ipc.open_file(tmp_path / "work" / RAW) as file:
        groups = [file.get_batch(at).num_rows for at in range(file.num_record_batches)]
    assert sum(groups) == 250_001
    assert max(groups) <= 100_000
