"""Sealed records: diverted before anything else sees them, and purged where they were known."""

from __future__ import annotations

import pytest

from tests.inbox import Inbox, csv, id_number, judgment, sha256

PLACE = "court/2022-04-01/刑事生效判决.csv"
# The number says 2005-06-01; the 18th birthday is 2023-06-01.
YOUNG = id_number(1, born="20050601")

CASE = {
    "部门受案号": "黔检1号",
    "犯罪嫌疑人": "王五",
    "证件号码": YOUNG,
    "案由": "盗窃",
    "行为日期": "2023-01-01",
    "受理日期": "2023-02-01",
    "审查结论": "相对不起诉",
    "封存标志": "否",
}
PENALTY = {
    "决定书文号": "威公1号",
    "被处罚人": "赵六",
    "证件号码": YOUNG,
    "案由": "殴打他人",
    "违法时间": "2023-01-01",
    "决定日期": "2023-02-01",
    "处罚种类": "罚款",
    "封存标志": "否",
}


def sealed(inbox: Inbox, place: str, row: dict[str, str]) -> bool:
    """Whether a row of its own file is counted as sealed; else it must be in the lake."""
    inbox.drop(place, csv([row]))
    record = inbox.night()[place]
    assert (record.rows_in, record.rows_sealed + record.rows_accepted) == (1, 1)
    return record.rows_sealed == 1


@pytest.mark.parametrize(
    ("flag", "expected"),
    [
        ("否", False),
        ("0", False),
        ("是", True),
        ("1", True),
        ("", True),
        ("？", True),
        ("未知", True),
    ],
)
def test_by_the_flag_its_absence_or_what_cannot_be_read(
    inbox: Inbox, flag: str, expected: bool
) -> None:
    assert sealed(inbox, PLACE, judgment(1, 封存标志=flag)) is expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"犯罪起始日期": "2023-05-31"}, True),
        ({"犯罪起始日期": "2023-06-01"}, True),  # on the birthday one is not yet 18 in law
        ({"犯罪起始日期": "2023-06-02"}, False),
        ({"犯罪起始日期": "2023年6月"}, True),  # the first day that it can have been
        ({"犯罪起始日期": "2023年7月"}, False),
        ({"刑期月数": "60"}, True),
        ({"刑期月数": "61"}, False),
        ({"刑期月数": ""}, True),
        ({"主刑": "无期徒刑", "刑期月数": ""}, False),
        ({"主刑": "拘役", "刑期月数": "3"}, True),
        ({"主刑": "免予刑事处罚", "刑期月数": ""}, True),
        ({"证件号码": ""}, False),
        ({"证件号码": "", "出生日期": "2005-06-01"}, True),
        ({"证件号码": "", "出生日期": "2005年"}, True),  # the latest day of birth
        ({"证件号码": "", "出生日期": "2004-12-31"}, False),
        ({"犯罪起始日期": "", "犯罪结束日期": "2023-01-01"}, True),
        ({"犯罪起始日期": "", "犯罪结束日期": ""}, False),
        ({"犯罪起始日期": "", "判决日期": "2023-06-01"}, True),  # the act came before
    ],
)
def test_a_minors_conviction(inbox: Inbox, changes: dict[str, str], expected: bool) -> None:
    base = {"证件号码": YOUNG, "犯罪起始日期": "2023-01-01", "判决日期": "2023-10-01"}
    row = judgment(1, 出生日期="", 犯罪结束日期="") | base | changes
    assert sealed(inbox, "court/2023-11-01/刑事生效判决.csv", row) is expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, True),
        ({"审查结论": "附条件不起诉"}, True),
        ({"审查结论": "起诉"}, False),
        ({"审查结论": "在办"}, False),
        ({"审查结论": ""}, False),
        ({"行为日期": "2023-06-02"}, False),
        ({"行为日期": ""}, True),  # the case was accepted after the act
        ({"行为日期": "", "受理日期": "2023-06-02"}, False),
        ({"行为日期": "", "证件号码": "", "作案时年龄": "17"}, True),
        ({"行为日期": "", "证件号码": "", "作案时年龄": "18"}, False),
    ],
)
def test_a_minors_non_prosecution(inbox: Inbox, changes: dict[str, str], expected: bool) -> None:
    row = CASE | {"作案时年龄": ""} | changes
    assert sealed(inbox, "procuratorate/2023-11-01/检察案卡.csv", row) is expected


@pytest.mark.parametrize(("day", "expected"), [("2023-06-01", True), ("2023-06-02", False)])
def test_a_minors_penalty(inbox: Inbox, day: str, expected: bool) -> None:
    row = PENALTY | {"违法时间": day}
    assert sealed(inbox, "police/2023-11-01/公安行政处罚.csv", row) is expected


def test_a_file_without_the_flags_column_is_rejected(inbox: Inbox) -> None:
    content = csv([{k: v for k, v in judgment(1).items() if k != "封存标志"}])
    inbox.drop(PLACE, content)
    record = inbox.night()[PLACE]
    assert record.status == "REJECTED"
    assert "封存标志" in record.message
    # it may hold what should have been flagged
    assert not list(inbox.home.archive.glob("??/*"))
    assert (inbox.home.archive / "sealed" / sha256(content)[:2]).is_dir()


def test_a_sealed_row_is_sealed_before_it_is_quarantined(inbox: Inbox) -> None:
    inbox.drop(PLACE, csv([judgment(1, 封存标志="是", 判决日期="某日", 罪名=""), judgment(2)]))
    record = inbox.night()[PLACE]
    assert (record.status, record.rows_sealed, record.rows_quarantined) == ("ACCEPTED", 1, 0)
    assert not list(inbox.home.quarantine.rglob("*.*"))


def test_a_ragged_rows_flag_cannot_be_read(inbox: Inbox) -> None:
    inbox.drop(PLACE, csv([judgment(1)]) + "(2022)黔0526刑初9号,孙七\n".encode())
    record = inbox.night()[PLACE]
    assert (record.rows_accepted, record.rows_quarantined, record.rows_sealed) == (1, 0, 1)
