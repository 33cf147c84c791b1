"""A request is answered once, and is on record before its answer can be seen."""

from __future__ import annotations

import os
import shutil
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from ingest import door
from ingest.home import Home
from orchestration.lookup import desk, journal
from orchestration.lookup.judge import NothingPublished
from orchestration.publish import workbook
from tests.inbox import COUNTY, LATER, Killed, id_number
from tests.orchestration.lookups import (
    BY,
    answer,
    answers,
    ask,
    logged,
    notes,
    person,
    publish,
    sheet,
)  # fmt: skip


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home").make()
    publish(home)
    return home


# once ----------------------------------------------------------------------------------------


def test_a_file_is_answered_once_and_the_same_content_too(home: Home) -> None:
    path = ask(home, person(1))
    answer(home)
    first = answers(home)["石门2023-1"].read_bytes()
    assert answer(home) == []
    again = path.with_name("批量查询申请_再次.csv")
    shutil.copy2(path, again)
    (done,) = answer(home)
    assert not done.counts
    assert done.file.read_bytes() == first
    assert len(logged(home)) == 1
    assert answer(home) == []


def test_asked_again_it_is_the_same_answer_on_the_same_night_and_a_new_one_later(
    home: Home,
) -> None:
    path = ask(home, person(1))
    answer(home)
    first = answers(home)["石门2023-1"].read_bytes()
    answers(home)["石门2023-1"].unlink()
    os.utime(path, (1, 1))
    answer(home)
    assert answers(home)["石门2023-1"].read_bytes() == first
    publish(home, "2023-11-01")
    assert answer(home) == [], "nobody asked"
    os.utime(path, (2, 2))
    answer(home)
    assert notes(answers(home)["石门2023-1"])["数据截止"] == "2023-11-01"
    assert [line["night"] for line in logged(home)] == ["2023-10-31", "2023-10-31", "2023-11-01"]


def test_a_request_taken_back_is_answered_again(home: Home) -> None:
    """First one list, then another under its number, then the first once more."""
    first, other = person(1), person(2)
    for day, row in enumerate((first, other, first), start=1):
        ask(home, row, place=f"edu/2023-11-0{day}/批量查询申请.csv")
        answer(home)
        assert sheet(answers(home)["石门2023-1"])[0]["姓名"] == row["姓名"]
    assert len(logged(home)) == 3


def test_a_file_still_being_written_waits(home: Home) -> None:
    ask(home, person(1), age=0)
    ask(home, person(1), place="edu/2023-11-01/批量查询申请_2.csv.part")
    assert desk.waiting(home) == []
    ask(home, person(1), age=20)
    assert len(desk.waiting(home)) == 1


def test_a_file_that_grows_after_its_answer_is_answered_whole(home: Home) -> None:
    ask(home, person(1))
    answer(home)
    ask(home, person(1), person(2), age=60)
    answer(home)
    assert len(sheet(answers(home)["石门2023-1"])) == 2


# on record -----------------------------------------------------------------------------------


def test_the_log_says_who_when_how_many_and_by_which_authorisation(home: Home) -> None:
    path = ask(home, person(1, name="马花"), person(2, authorisation_no=f"SQ-{id_number(9)}"))
    answer(home)
    (line,) = logged(home)
    assert line.pop("at").startswith("20")
    assert line.pop("sha256") == sha256(path.read_bytes()).hexdigest()
    assert line == {
        "by": BY, "adcode": COUNTY, "supplier": "edu", "requester": "石门小学",
        "request_no": "石门2023-1", "file": str(path.relative_to(home.inbox)),
        "night": "2023-10-31", "authorisation_nos": ["SQ-1", "SQ-（证件号码）"], "people": 2,
        "outcome": "answered", "answer": f"outbox/{COUNTY}/screening/石门2023-1.xlsx",
        "counts": {"有记录": 1, "需人工核实": 0, "未发现": 1, "未能查询": 0},
    }  # fmt: skip


def test_the_ledger_holds_nobody(home: Home) -> None:
    ask(home, person(1, name="马花"), person(2), person(3, name=""))
    answer(home)
    told = "".join(p.read_text("utf-8") for p in home.ledger.rglob("*") if p.is_file())
    assert not [word for word in ("马花", "张三", id_number(1), id_number(3)) if word in told]


def test_the_line_stands_before_the_answer_can_be_seen(home: Home, monkeypatch) -> None:
    def killed(*_: object) -> None:
        raise Killed

    ask(home, person(1))
    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(workbook, "put", killed)
        answer(home)
    assert len(logged(home)) == 1
    assert answers(home) == {}
    answer(home)
    assert len(logged(home)) == 2
    assert list(answers(home)) == ["石门2023-1"]


def test_a_torn_line_harms_no_other(home: Home) -> None:
    ask(home, person(1))
    answer(home)
    with journal.journal(home).open("a", encoding="utf-8") as log:
        log.write('{"at": "2023')
    ask(home, person(2), place="edu/2023-11-02/批量查询申请.csv")
    answer(home)
    lines = journal.journal(home).read_text("utf-8").splitlines()
    assert len(lines) == 3
    assert lines[1] == '{"at": "2023'


def test_before_the_first_night_nobody_is_answered(tmp_path: Path) -> None:
    home = Home(tmp_path / "new").make()
    ask(home, person(1))
    with pytest.raises(NothingPublished):
        answer(home)
    assert len(desk.waiting(home)) == 1


# the night takes it too ----------------------------------------------------------------------


def test_the_night_takes_a_request_as_any_other_file(home: Home) -> None:
    ask(home, person(1, row_no=""), person(2, row_no=""), person(2, row_no=""))
    answer(home)
    (record,) = door.take_all(home, date(2023, 11, 30), LATER, lambda _: None)
    assert (record.status, record.rows_accepted, record.rows_duplicate) == ("ACCEPTED", 2, 1)
    assert desk.waiting(home) == []


def test_a_request_after_the_night_took_it_is_answered_all_the_same(home: Home) -> None:
    ask(home, person(1))
    door.take_all(home, date(2023, 11, 30), LATER, lambda _: None)
    (done,) = answer(home)
    assert done.counts["未发现"] == 1
