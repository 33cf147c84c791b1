"""Early warnings: counts and institutions for authorities, this office's own steps for 案管."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from ingest.home import Home
from orchestration.publish.outbox import write_outbox
from tests.inbox import COUNTY
from tests.orchestration.published import NIGHT, Published

A, B, C = (f"MIN-05-{letter * 16}" for letter in "ABC")


@pytest.fixture
def night(tmp_path: Path) -> Published:
    night = Published(Home(tmp_path / "home").make())
    for rule_id in ("MIN-01", "MIN-05", "MIN-W1"):
        night.rule(rule_id)
    night.rule("MIN-10", supervision_type="内部", department="案管")
    for notice, days in (("first", "60"), ("second", "30"), ("last", "7")):
        night.add("marts.dim_rule_parameter", rule_id="MIN-W1", value=days,
                  parameter=f"{notice}_notice_days", valid_from=date(2020, 1, 1))  # fmt: skip
    night.add("marts.fct_authority_watch", as_of=NIGHT, adcode=COUNTY, authority="edu",
              institutions=3, due_in_60_days=2, documents_overdue=1)  # fmt: skip
    for name, days, never in (
        ("石门小学", 6, False),
        ("石门幼儿园", 60, True),
        ("云贵小学", 61, None),
    ):
        night.add("marts.dim_institution", institution_key=name, name=name, category="小学")
        night.add("marts.fct_screening_due", as_of=NIGHT, adcode=COUNTY, authority="edu",
                  institution_key=name, staff=3, staff_screened_this_year=1,
                  is_never_screened=never, days_left=days)  # fmt: skip
    documents = {"1号": ("edu", "逾期"), "2号": ("edu", "已回复"), "3号": ("civil", "即将到期"),
                 "4号": (None, "未到期")}  # fmt: skip
    for number, (authority, state) in documents.items():
        night.add("marts.fct_document_clock", document_no=number, authority=authority,
                  adcode=COUNTY, state=state, served_on=date(2023, 8, 1),
                  due_on=date(2023, 9, 1))  # fmt: skip
    for number, state in (("5号", "未到期"), ("6号", "已回复")):  # never served
        night.add("marts.fct_document_clock", document_no=number, authority="edu",
                  adcode=COUNTY, state=state)  # fmt: skip
    return night


def book(night: Published, receiver: str, name: str) -> CalamineWorkbook:
    night.save()
    write_outbox(night.home, NIGHT)
    path = night.home.outbox / COUNTY / receiver / str(NIGHT) / f"{name}_{receiver}_{NIGHT}.xlsx"
    return CalamineWorkbook.from_path(str(path))


def rows(book: CalamineWorkbook, sheet: str) -> list[dict[str, Any]]:
    head, *cells = book.get_sheet_by_name(sheet).to_python()
    return [dict(zip(head, row, strict=True)) for row in cells]


def test_an_authority_reads_what_falls_due_and_what_was_never_done(night: Published) -> None:
    warning = book(night, "edu", "预警提示")
    due = [(row["机构名称"], row["提醒"]) for row in rows(warning, "即将到期")]
    assert due == [("石门小学", "7日内"), ("石门幼儿园", "60日内")]
    assert [row["机构名称"] for row in rows(warning, "从未查询")] == ["石门幼儿园"]
    assert [row["文号"] for row in rows(warning, "文书")] == ["1号"]
    summary = dict(warning.get_sheet_by_name("概况").to_python()[1:])
    assert (summary["机构数"], summary["60日内到期"], summary["逾期文书"]) == (3, 2, 1)
    assert summary["从未查询的机构"] == 1


def test_an_authority_reads_that_the_data_are_incomplete(night: Published) -> None:
    night.con.execute(
        "update marts.fct_rule_run set outcome = 'NOT_EVALUATED', reason = '缺公安机关渠道' "
        "where rule_id = 'MIN-01'"
    )
    summary = dict(book(night, "edu", "预警提示").get_sheet_by_name("概况").to_python()[1:])
    (doubt,) = (text for name, text in summary.items() if name.startswith("数据不全"))
    assert "缺公安机关渠道" in doubt


def test_an_authority_reads_no_person(night: Published) -> None:
    night.clue(A)
    text = str([sheet.to_python() for sheet in map(
        book(night, "edu", "预警提示").get_sheet_by_name,
        book(night, "edu", "预警提示").sheet_names,
    )])  # fmt: skip
    assert "马*花" not in text and A not in text


def test_the_registry_reads_this_offices_own_steps(night: Published) -> None:
    late = date(2023, 10, 20)
    night.clue(A, due_on=late)
    night.clue(B, due_on=late, review="属实立案")
    night.clue(C, due_on=late, state="cleared")
    back = f"MIN-05-{'E' * 16}"  # refuted once, and live again on other evidence
    night.clue(back, due_on=late, state="open", review="不属实")
    own = f"MIN-10-{'D' * 16}"
    night.clue(own, department="案管")
    internal = book(night, "案管", "内部预警")
    overdue = [(row["线索编号"], row["逾期天数"]) for row in rows(internal, "逾期线索")]
    assert overdue == [(A, 11), (back, 11)]
    documents = [(row["文号"], row["状态"]) for row in rows(internal, "文书")]
    assert documents == [("1号", "逾期"), ("3号", "即将到期"), ("5号", "未送达")]
    assert [row["线索编号"] for row in rows(internal, "内部监督线索")] == [own]
