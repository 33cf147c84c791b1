"""A unit asks about people: everybody is answered, once, and what was asked is on record."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import duckdb
import pytest

from ingest.home import Home
from orchestration.lookup import desk
from tests.inbox import COUNTY, csv, id_number, xlsx
from tests.orchestration.lookups import answer, answers, ask, logged, notes, person, publish, sheet


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home").make()
    publish(home)
    return home


# everybody is answered -----------------------------------------------------------------------


def test_every_row_is_answered_in_its_order(home: Home) -> None:
    ask(
        home,
        person(1, name="马花"),
        person(2),
        person(3, name=""),
        person(4, id_number="E12345678"),
        person(5, authorisation_no="无"),
    )
    (done,) = answer(home)
    assert done.counts == {"有记录": 1, "需人工核实": 0, "未发现": 1, "未能查询": 3}
    rows = sheet(answers(home)["石门2023-1"])
    assert [(r["序号"], r["查询结果"], r["身份比对"]) for r in rows] == [
        (1, "有记录", "T1"), (2, "未发现", ""), (3, "未能查询", ""), (4, "未能查询", ""),
        (5, "未能查询", ""),
    ]  # fmt: skip
    assert rows[2]["说明"] == "姓名：必填项为空"
    assert rows[4]["说明"] == "授权书编号：必填项为空"


def test_rows_without_a_number_of_their_own_take_the_files(home: Home) -> None:
    same = person(1, row_no="")
    ask(home, same, same, person(2, row_no=""))
    answer(home)
    assert [row["序号"] for row in sheet(answers(home)["石门2023-1"])] == [2, 3, 4]


def test_the_answer_shows_the_end_of_a_number_only(home: Home) -> None:
    ask(home, person(1), person(2, id_number=id_number(2)[:-1] + "Z"))
    answer(home)
    with zipfile.ZipFile(answers(home)["石门2023-1"]) as book:
        text = "".join(book.read(name).decode() for name in book.namelist())
    assert id_number(1)[:-4] not in text
    assert [row["证件号码尾号"] for row in sheet(answers(home)["石门2023-1"])] == [
        id_number(1)[-4:], id_number(2)[-4:-1] + "Z",
    ]  # fmt: skip


def test_nothing_in_the_answer_can_run(home: Home) -> None:
    ask(home, person(1, name="=HYPERLINK(1)", post="@SUM(1)", requester="+1"))
    answer(home)
    path = answers(home)["石门2023-1"]
    with zipfile.ZipFile(path) as book:
        sheets = [book.read(name).decode() for name in book.namelist() if "sheet" in name]
    assert not any("<f>" in text or "<hyperlink" in text for text in sheets)
    assert sheet(path)[0]["姓名"] == "'=HYPERLINK(1)"


def test_the_notes_say_how_far_it_was_looked_and_never_vouch(home: Home) -> None:
    ask(home, person(1), person(2, authorisation_no="SQ-2"))
    answer(home)
    path = answers(home)["石门2023-1"]
    said = notes(path)
    assert (said["数据截止"], said["查询人数"], said["未发现（人）"]) == ("2023-10-31", 2, 2)
    assert said["授权书编号"] == "SQ-1、SQ-2（共 2 个）"
    assert sheet(path, "查询范围")[0]["是否完整"] == "完整"
    assert sheet(path)[0]["查询依据"] == "刑事生效判决2010-01-01至2023-10-31"
    everything = str(said) + str(sheet(path))
    assert not any(word in everything for word in ("无犯罪", "清白", "合格", "没有犯罪"))


def test_one_file_may_hold_two_requests(home: Home) -> None:
    ask(home, person(1), person(2, request_no="石门2023-2"), person(3, request_no=""))
    answer(home)
    assert {name: len(sheet(path)) for name, path in answers(home).items()} == {
        "石门2023-1": 2, "石门2023-2": 1,
    }  # fmt: skip


def test_a_row_whose_cells_slipped_is_answered_and_starts_no_request(home: Home) -> None:
    content = csv([person(1)]) + b'"\xe9\xa9\xac\xe8\x8a\xb1","1","\xe7\x9f\xb3"\n'
    ask(home, content=content)
    (done,) = answer(home)
    assert done.file.stem == "石门2023-1"
    assert [row["查询结果"] for row in sheet(done.file)] == ["未发现", "未能查询"]
    assert "列数" in sheet(done.file)[1]["说明"]


def test_a_workbook_is_read_as_well(home: Home) -> None:
    rows = [person(1, name="马花"), person(2)]
    content = xlsx([list(rows[0]), *(list(row.values()) for row in rows)])
    ask(home, place="civil/2023-11-01/批量查询申请.xlsx", content=content)
    (done,) = answer(home)
    assert done.counts["有记录"] == done.counts["未发现"] == 1


def test_ten_thousand_cost_no_more_statements_than_one(home: Home, monkeypatch) -> None:
    asked: list[str] = []

    class Counting:
        def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
            self.con = con

        def __getattr__(self, name: str):
            asked.append(name)
            return getattr(self.con, name)

        def __enter__(self):
            return self

        def __exit__(self, *_: object) -> None:
            self.con.close()

    connect = duckdb.connect
    monkeypatch.setattr("orchestration.lookup.judge.duckdb.connect", lambda: Counting(connect()))
    counts = []
    for people in (1, 10_000):
        asked.clear()
        one = person(1)
        ask(home, *({**one, "序号": str(n)} for n in range(people)),
            place=f"edu/2023-11-01/批量查询申请_{people}.csv")  # fmt: skip
        (done,) = answer(home)
        assert sum(done.counts.values()) == people
        counts.append(list(asked))
    assert counts[0] == counts[1]


# refused -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([person(1, authorisation_no=""), person(2, authorisation_no="/")], "授权书编号"),
        ([{k: v for k, v in person(1).items() if k != "授权书编号"}], "授权书编号"),
        ([person(1, request_no="")], "申请编号"),
        ([person(n) for n in range(1, 2)] * 10_001, "10000"),
    ],
    ids=["blank authorisation", "no column of authorisations", "no number", "too many"],
)
def test_what_is_refused_is_told_what_to_do_and_names_nobody(home: Home, rows, why) -> None:
    ask(home, *rows)
    (done,) = answer(home)
    assert why in done.refusal
    (path,) = answers(home).values()
    said = notes(path)
    assert said["受理结果"].startswith("未受理")
    assert why in said["原因"]
    assert "重新提交" in "".join(said)
    assert "张三" not in str(said)
    (line,) = logged(home)
    assert (line["outcome"], line["adcode"], line["supplier"]) == ("refused", COUNTY, "edu")
    assert why in line["why"]


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04broken", csv([person(1)])[:-9] + b"\xff\xfe"], ids=repr
)
def test_a_file_that_cannot_be_read_is_refused_not_lost(home: Home, content: bytes) -> None:
    suffix = "xlsx" if content.startswith(b"PK") else "csv"
    ask(home, place=f"edu/2023-11-01/批量查询申请.{suffix}", content=content)
    (done,) = answer(home)
    assert done.refusal
    assert notes(done.file)["原因"] == done.refusal
    assert desk.waiting(home) == []


def test_a_link_is_not_followed(home: Home, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_bytes(csv([person(1, name="马花")]))
    link = ask(home, place="edu/2023-11-01/批量查询申请.csv", content=b"")
    link.unlink()
    link.symlink_to(secret)
    os.utime(link, (0, 0), follow_symlinks=False)
    (done,) = answer(home)
    assert "链接" in done.refusal


# where the answer goes -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "number",
    ["../../../etc/passwd", "/etc/passwd", "..", ".", "a/b\\c", ".hidden", "长" * 300, "a\tb",
     "con:1|2?", id_number(7)],
)  # fmt: skip
def test_no_number_leads_out_of_the_outbox(home: Home, number: str) -> None:
    ask(home, person(1, request_no=number))
    (done,) = answer(home)
    assert done.file.parent == home.outbox / COUNTY / "screening"
    assert done.file.resolve().parent == done.file.parent
    assert len(done.file.name.encode()) < 255
    assert id_number(7) not in done.file.name
    assert list(answers(home).values()) == [done.file]


def test_numbers_that_would_share_a_name_do_not_share_an_answer(home: Home) -> None:
    ask(home, person(1, request_no="1/2"), person(2, request_no="1_2"),
        person(3, request_no="1:2"))  # fmt: skip
    answer(home)
    assert [len(sheet(path)) for path in answers(home).values()] == [1, 1, 1]


def test_another_units_number_does_not_lead_to_its_answer(home: Home) -> None:
    ask(home, person(1))
    ask(home, person(2, requester="云贵小学"), place="edu/2023-11-01/批量查询申请_云贵.csv")
    ask(home, person(3), place="civil/2023-11-01/批量查询申请.csv")
    answer(home)
    found = answers(home)
    assert len(found) == 3
    first, *_ = (row["姓名"] for row in sheet(found["石门2023-1"]))
    assert first in {"张三1", "张三3"}  # whoever came first
    ask(home, person(4), place="edu/2023-11-02/批量查询申请_更正.csv")
    answer(home)
    assert answers(home).keys() == found.keys(), "a unit's own number again replaces its answer"
