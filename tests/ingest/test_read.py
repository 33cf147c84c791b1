"""Files of every form that agencies send become the same raw table."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.contract import load_contracts
from ingest.read import Unreadable
from tests.inbox import STAFF, csv, id_number, staff, xlsx
from tests.ingest.reading import ROWS, names, read


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("ending", [".csv", ".txt"])
def test_text_in_every_encoding(tmp_path: Path, encoding: str, ending: str) -> None:
    content = csv(ROWS).decode().encode(encoding)
    reading, frame = read(tmp_path, "从业人员花名册" + ending, content)
    assert reading.rows == 3
    assert names(frame) == ["张三1", "买买提·艾力", "𠮷田"]


def test_gbk_is_read(tmp_path: Path) -> None:
    _, frame = read(tmp_path, "a.csv", csv(ROWS[:2]).decode().encode("gbk"))
    assert names(frame) == ["张三1", "买买提·艾力"]


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends(tmp_path: Path, delimiter: str, newline: str) -> None:
    lines = [STAFF, *(tuple(row.values()) for row in ROWS)]
    content = newline.join(delimiter.join(line) for line in lines).encode()
    _, frame = read(tmp_path, "a.csv", content)
    assert names(frame) == ["张三1", "买买提·艾力", "𠮷田"]
    assert frame["_source_row"].tolist() == [2, 3, 4]


def test_rows_are_numbered_as_a_spreadsheet_does(tmp_path: Path) -> None:
    """A quoted line break does not make a row, a blank line and a title do."""
    text = (
        "石门乡花名册,,,,,\n"
        + ",".join(STAFF)
        + "\n"
        + '"石门\n小学",甲,1,保安,2021,在岗\n\n石门小学,乙,2,保安,2021,在岗\n'
    )
    reading, frame = read(tmp_path, "a.csv", text.encode("gb18030"))
    assert reading.rows == 2
    assert frame["_source_row"].tolist() == [3, 5]
    assert frame["institution"].tolist() == ["石门\n小学", "石门小学"]


def test_totals_footers_blank_rows_and_repeated_headings_are_no_rows(tmp_path: Path) -> None:
    lines = [
        STAFF,
        tuple(ROWS[0].values()),
        (",") * 5,
        STAFF,
        ("小计", "", "", "", "", "1"),
        ("石门乡小计", "", "", "", "", "1"),
        tuple(ROWS[1].values()),
        ("合  计", "2", "", "", "", ""),
        ("填表人：王五",) + ("",) * 5,
    ]
    reading, frame = read(tmp_path, "a.csv", "\n".join(",".join(line) for line in lines).encode())
    assert (reading.rows, names(frame)) == (2, ["张三1", "买买提·艾力"])


def test_a_total_that_stands_under_a_required_heading_is_no_row(tmp_path: Path) -> None:
    """As in 合计 | 20条 beneath 序号 | 姓名, where only two columns are required."""
    sheet = "序号,姓名,身份证号,火化日期\n1,张三,,2025-06-01\n合计,1条,,\n"
    deaths = load_contracts()["death_record"]
    reading, _ = read(tmp_path, "a.csv", sheet.encode(), deaths)
    assert reading.rows == 1
    count = "fixmedins_code,inv_cnt,invdate\nP52052600001,7,2023-06-30\n合计,7,\n"
    reading, _ = read(tmp_path, "b.csv", count.encode(), load_contracts()["drug_stock_count"])
    assert reading.rows == 1


def test_a_row_with_little_in_it_is_still_a_row(tmp_path: Path) -> None:
    """What lacks required cells is for quarantine to say, not for the reader to drop."""
    rows = [staff(1), dict.fromkeys(STAFF, "") | {"姓名": "备小强"}]
    reading, _ = read(tmp_path, "a.csv", csv(rows))
    assert reading.rows == 2


def test_ragged_rows_are_marked(tmp_path: Path) -> None:
    whole = [f"{n},{n},1,保安,2021,在岗" for n in "甲丙丁"]
    lines = [",".join(STAFF), whole[0], "乙,乙", whole[1] + ",多", whole[2] + ",,"]
    reading, frame = read(tmp_path, "a.csv", "\n".join(lines).encode())
    assert reading.rows == 4
    by_name = frame.set_index("name")
    assert by_name["_ragged"].to_dict() == {"甲": False, "乙": True, "丙": True, "丁": False}
    assert by_name["_source_row"].to_dict() == {"甲": 2, "乙": 3, "丙": 4, "丁": 5}


CASES = load_contracts()["police_case"]


@pytest.mark.parametrize(
    "heading", ["受案号,案由,受案日期,立案日期,撤案日期", "受案号,案由,受案日期,"]
)
def test_a_row_may_end_before_its_last_blank_cells(tmp_path: Path, heading: str) -> None:
    """Excel leaves out the delimiters of columns that are blank down sixteen rows."""
    lines = [heading, "3号,盗窃", "1号,盗窃,2023-05-01", "", "2号,盗窃,2023-05-01,", "合计,3"]
    _, frame = read(tmp_path, "a.csv", "\n".join(lines).encode(), CASES)
    ragged = frame.set_index("acceptance_no")["_ragged"].to_dict()
    assert ragged == {"1号": False, "2号": False, "3号": True}


def test_a_row_torn_by_a_line_break_is_not_taken_for_a_short_one(tmp_path: Path) -> None:
    heading = "事故编号,姓名,证件号码,发生日期,类别,责任方,医疗费赔偿金额,已退回基金"
    torn = "1号,甲,1,2023-05-01,交通事故,石门\n运输公司,5000,5000"
    short = "2号,乙,2,2023-05-01,工伤"
    content = "\n".join([heading, torn, short, f"{short},,,", "合计,2"]).encode()
    _, frame = read(tmp_path, "a.csv", content, load_contracts()["injury_liability"])
    assert frame.sort_values("_source_row")["_ragged"].tolist() == [True, True, False, False]


def test_digits_wrapped_against_excel_are_unwrapped(tmp_path: Path) -> None:
    rows = [staff(1), staff(2, 身份证件号码=f'=""{id_number(2)}""', 姓名='=""甲""&A1')]
    _, frame = read(tmp_path, "a.csv", csv(rows))
    assert frame["id_number"].tolist() == [id_number(1), id_number(2)]
    assert frame["name"].tolist() == ["张三1", '="甲"&A1']


def test_a_heading_with_line_breaks_keeps_the_numbering(tmp_path: Path) -> None:
    heading = '"花名册\n二〇二三"\n"所在\n单位",' + ",".join(STAFF[1:])
    content = f"{heading}\n甲校,甲,1,保安,2021,在岗\n乙\n丙校,丙,1,保安,2021,在岗\n"
    _, frame = read(tmp_path, "a.csv", content.encode())
    assert dict(zip(frame["institution"], frame["_source_row"], strict=True)) == {
        "甲校": 3,
        "乙": 4,
        "丙校": 5,
    }


def test_headings_are_found_by_alias_id_mark_and_unit(tmp_path: Path) -> None:
    heading = "单位名称\n,*姓 名,身份证号（必填）,post,入职日期：,在岗状态※,备注"
    line = "石门小学,甲,1,保安,2021,在岗,无"
    content = (heading.replace("\n", "") + "\n" + line).encode()
    reading, frame = read(tmp_path, "a.csv", content)
    assert frame["institution"].tolist() == ["石门小学"]
    assert reading.notes == ("未约定的 1 列已忽略",)


def test_the_own_heading_wins_over_an_alias(tmp_path: Path) -> None:
    heading = ("单位名称", *STAFF)
    content = "\n".join([",".join(heading), ",".join(("集团", *ROWS[0].values()))]).encode()
    _, frame = read(tmp_path, "a.csv", content)
    assert frame["institution"].tolist() == ["石门小学"]


def test_missing_columns_are_named(tmp_path: Path) -> None:
    content = csv([{k: v for k, v in staff(1).items() if k not in ("身份证件号码", "在岗状态")}])
    with pytest.raises(Unreadable, match="缺少必需的列：身份证件号码、在岗状态"):
        read(tmp_path, "a.csv", content)


def test_a_heading_without_rows_is_an_empty_delivery(tmp_path: Path) -> None:
    reading, frame = read(tmp_path, "a.csv", ",".join(STAFF).encode())
    assert (reading.rows, len(frame)) == (0, 0)
    reading, _ = read(tmp_path, "a.xlsx", xlsx([list(STAFF)]))
    assert reading.rows == 0
