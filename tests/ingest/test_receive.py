"""What lies in the inbox: whose it is, whether it may be taken, whether it says the truth."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from ingest import door
from ingest.contract import load_contracts
from ingest.ledger import Ledger
from ingest.receive import recognise
from tests.inbox import LATER, Inbox, csv, sha256, staff, table, xlsx

PLACE = "edu/2023-06-01/从业人员花名册.csv"


@pytest.mark.parametrize(
    ("name", "supplier", "feed"),
    [
        ("从业人员花名册_石门乡.xlsx", "edu", "staff_roster"),
        ("staff_roster-2.csv", "edu", "staff_roster"),
        ("STAFF_ROSTER.CSV", "edu", "staff_roster"),
        ("入职查询记录.xlsx", "police", "screening_record"),
        ("入职查询记录.xlsx", "market", None),
        ("花名册.xlsx", "edu", None),
        ("2023从业人员花名册.xlsx", "edu", None),
    ],
)
def test_a_feed_is_known_by_the_beginning_of_the_name(
    name: str, supplier: str, feed: str | None
) -> None:
    found = recognise(name, supplier)
    assert (found and found.id) == feed


@pytest.mark.parametrize(
    ("place", "word"),
    [
        ("edu/2023-06-01/教师名单.csv", "约定"),
        ("court/2023-06-01/从业人员花名册.csv", "不由本单位报送"),
        ("edu/2023-6-1/从业人员花名册.csv", "日期"),
        ("edu/2023-02-30/从业人员花名册.csv", "日期"),
        ("edu/六月/从业人员花名册.csv", "日期"),
        ("edu/从业人员花名册.csv", "位置"),
        ("edu/2023-06-01/石门乡/从业人员花名册.csv", "位置"),
        ("education/2023-06-01/从业人员花名册.csv", "位置"),
    ],
)
def test_unrecognised_with_what_to_do(inbox: Inbox, place: str, word: str) -> None:
    inbox.drop(place, csv([staff(1)]))
    record = inbox.night()[place]
    assert (record.status, record.rows_in, record.feed) == ("UNRECOGNISED", 0, None)
    assert word in record.message
    assert inbox.night() == {}
    content = csv([staff(1)])
    assert record.sha256 == sha256(content)
    (kept,) = inbox.home.archive.rglob("*.csv")
    assert (kept.parents[1].name, kept.read_bytes()) == ("sealed", content)


def test_what_is_no_file_is_not_archived(inbox: Inbox, tmp_path: Path) -> None:
    """Neither a link to the machine's own files nor a pipe that nobody writes into."""
    (tmp_path / "secret").write_text("x")
    folder = inbox.drop(PLACE, csv([staff(1)])).parents[1]
    (folder / "密钥.csv").symlink_to(tmp_path / "secret")
    os.mkfifo(folder / "管道.csv")
    records = inbox.night()
    assert [records[f"edu/{n}.csv"].status for n in ("密钥", "管道")] == ["REJECTED"] * 2
    assert {records[f"edu/{n}.csv"].sha256 for n in ("密钥", "管道")} == {None}
    assert len(list(inbox.home.archive.rglob("*.*"))) == 1


def test_a_name_that_is_not_utf_8_is_read_as_windows_wrote_it(inbox: Inbox) -> None:
    """An SFTP client on a Chinese Windows sends names in GB18030."""
    folder = inbox.drop("edu/2023-06-01/从业人员花名册_石门乡.csv", csv([staff(1)])).parent
    for name in ("从业人员花名册_草海镇.csv".encode("gb18030"), b"\xff\xff.csv"):
        (folder / os.fsdecode(name)).write_bytes(csv([staff(2)]))
    records = inbox.night()
    status = {place.rpartition("/")[2]: record.status for place, record in records.items()}
    assert status == {
        "从业人员花名册_石门乡.csv": "ACCEPTED", "从业人员花名册_草海镇.csv": "ACCEPTED",
        "\ufffd\ufffd.csv": "UNRECOGNISED",
    }  # fmt: skip
    assert inbox.rows("staff_roster", "_source_file, name")[1] == (
        "从业人员花名册_草海镇.csv", "张三2",
    )  # fmt: skip
    assert inbox.night() == {}


def test_a_folder_that_is_no_county_is_none_in_bi(inbox: Inbox) -> None:
    for county in ("备份", "５２０５２６"):
        inbox.drop(PLACE, csv([staff(1)]), county=county)
    inbox.night()
    with inbox.warehouse() as con:
        assert con.execute("select adcode, status from lake.delivery").fetchall() == [
            (None, "UNRECOGNISED"),
            (None, "UNRECOGNISED"),
        ]


def test_a_folder_without_end_is_not_followed(inbox: Inbox) -> None:
    inbox.drop(PLACE, csv([staff(1)]))
    inbox.drop("edu/2023-06-01/" + "a/" * 20 + "从业人员花名册.csv", csv([staff(1)]))
    records = inbox.night()
    assert records.pop(PLACE).status == "ACCEPTED"
    assert {place.count("/"): r.status for place, r in records.items()} == {7: "REJECTED"}
    assert inbox.night() == {}


def test_what_is_nobodys_delivery_is_left_alone(inbox: Inbox) -> None:
    for name in (
        "从业人员花名册.csv.part",
        ".从业人员花名册.csv",
        "~$从业人员花名册.xlsx",
        ".DS_Store",
    ):
        inbox.drop(f"edu/2023-06-01/{name}", b"half a fi")
    inbox.drop("edu/2023-06-02/从业人员花名册.csv.manifest.json", b"{}")
    assert inbox.night() == {}
    assert Ledger(inbox.home).current() == {}


def test_a_night_takes_what_is_dated_up_to_it(inbox: Inbox) -> None:
    inbox.drop("edu/2023-06-30/从业人员花名册.csv", csv([staff(1)]))
    inbox.drop("edu/2023-07-01/从业人员花名册.csv", csv([staff(2)]))
    assert list(inbox.night("2023-06-30")) == ["edu/2023-06-30/从业人员花名册.csv"]
    assert list(inbox.night("2023-07-01")) == ["edu/2023-07-01/从业人员花名册.csv"]


def test_a_file_without_manifest_must_be_quiet_for_a_minute(inbox: Inbox) -> None:
    path = inbox.drop(PLACE, csv([staff(1)]))
    os.utime(path, (LATER - 59, LATER - 59))
    assert inbox.night(now=LATER) == {}
    assert inbox.night(now=LATER + 1)[PLACE].status == "ACCEPTED"


def test_a_file_with_manifest_need_not_wait(inbox: Inbox) -> None:
    path = inbox.drop(PLACE, csv([staff(1)]), manifest={"rows": 1})
    os.utime(path, (LATER, LATER))
    assert inbox.night(now=LATER)[PLACE].status == "ACCEPTED"


def test_a_clock_that_is_ahead_does_not_hold_a_file_for_ever(inbox: Inbox) -> None:
    path = inbox.drop(PLACE, csv([staff(1)]))
    os.utime(path, (LATER + 9e6, LATER + 9e6))
    assert inbox.night(now=LATER)[PLACE].status == "ACCEPTED"


def test_the_original_is_kept_and_the_inbox_untouched(inbox: Inbox) -> None:
    content = xlsx(table([staff(1)]))
    path = inbox.drop("edu/2023-06-01/从业人员花名册.XLSX", content)
    record = inbox.night()["edu/2023-06-01/从业人员花名册.XLSX"]
    digest = sha256(content)
    assert record.sha256 == digest
    assert (inbox.home.archive / digest[:2] / f"{digest}.xlsx").read_bytes() == content
    assert path.read_bytes() == content
    assert [p.name for p in inbox.home.archive.iterdir()] == [digest[:2]]


def test_unchanged_files_are_not_opened_again(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox.drop(PLACE, csv([staff(1)]))
    inbox.drop("edu/2023-06-02/从业人员花名册.csv", b"")
    inbox.night()
    monkeypatch.setattr("ingest.receive.archive", lambda *args: pytest.fail("opened again"))
    assert inbox.night() == {}


def test_a_touched_file_is_the_same_delivery(inbox: Inbox) -> None:
    path = inbox.drop(PLACE, csv([staff(1)]))
    first = inbox.night()[PLACE]
    os.utime(path, (1e9, 1e9))
    again = inbox.night()[PLACE]
    assert (again.delivery_id, again.status) == (first.delivery_id, "ACCEPTED")
    assert inbox.night() == {}
    assert len(inbox.rows("staff_roster")) == 1


def test_a_file_overwritten_in_place_replaces_its_rows(inbox: Inbox) -> None:
    inbox.drop(PLACE, csv([staff(1)]))
    inbox.night()
    inbox.drop(PLACE, csv([staff(2)]))
    inbox.night()
    assert inbox.rows("staff_roster", "name") == [("张三2",)]
    with inbox.warehouse() as con:
        said = con.execute("select counted, message from lake.delivery order by counted").fetchall()
    assert [counted for counted, _ in said] == [False, True]
    assert "同名文件替代" in said[0][1]


def test_a_file_mended_in_place_is_taken(inbox: Inbox) -> None:
    inbox.drop(PLACE, b"nothing of use")
    assert inbox.night()[PLACE].status == "REJECTED"
    inbox.drop(PLACE, csv([staff(1)]))
    assert inbox.night()[PLACE].status == "ACCEPTED"
    assert inbox.rows("staff_roster", "_in_force") == [(True,)]


def test_every_feed_of_events_says_which_days_are_theirs() -> None:
    undated = {
        feed.id
        for feed in load_contracts().values()
        if not any(column.event for column in feed.columns)
    }
    snapshots = {feed.id for feed in load_contracts().values() if feed.mode == "snapshot"}
    assert undated - snapshots == {"screening_request"}
    assert snapshots <= undated  # a register as it stands has no period


def test_the_inbox_of_a_night_can_be_looked_at_without_taking(inbox: Inbox) -> None:
    inbox.drop(PLACE, csv([staff(1), staff(2)]))
    found = door.scan(inbox.home, date(2023, 6, 1), LATER)
    assert [c.path for c in found] == ["520526/" + PLACE]
    assert not (inbox.home.ledger / "files").exists()
