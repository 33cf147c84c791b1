"""The lake as a night sees it: every view typed and there, every delivery with what it says."""

from __future__ import annotations

import subprocess
import sys
from datetime import date

import duckdb

from ingest.contract import lake_schema, load_contracts
from ingest.mount import DELIVERY, MEMBER, QUARANTINE_REASON, mount
from tests.inbox import Inbox, csv, judgment, staff


def types(con: duckdb.DuckDBPyConnection, name: str) -> dict[str, str]:
    return {row[0]: row[1] for row in con.execute(f"describe lake.{name}").fetchall()}


def test_every_feed_is_a_typed_view_with_and_without_files(inbox: Inbox) -> None:
    with inbox.warehouse() as con:
        empty = {feed: types(con, feed) for feed in load_contracts()}
        counts = [con.execute(f"select count(*) from lake.{f}").fetchone() for f in empty]
    assert set(counts) == {(0,)}
    inbox.drop("edu/2023-06-01/从业人员花名册.csv", csv([staff(1)]))
    inbox.drop("court/2023-06-01/刑事生效判决.csv", csv([judgment(1)]))
    inbox.night()
    with inbox.warehouse() as con:
        assert {feed: types(con, feed) for feed in load_contracts()} == empty
    for feed, columns in empty.items():
        assert list(columns) == [*lake_schema(load_contracts()[feed]).names, *MEMBER.names]


def test_the_tables_of_deliveries_have_their_types_when_empty(inbox: Inbox) -> None:
    with inbox.warehouse() as con:
        assert list(types(con, "delivery")) == DELIVERY.names
        assert types(con, "delivery")["delivered_on"] == "DATE"
        assert list(types(con, "quarantine_reason")) == QUARANTINE_REASON.names


def test_every_file_up_to_the_night_is_listed_and_no_later_one(inbox: Inbox) -> None:
    inbox.drop("edu/2023-06-01/从业人员花名册.csv", csv([staff(1)]))
    inbox.drop("edu/2023-07-01/从业人员花名册.csv", csv([staff(2)]))
    inbox.drop("edu/2023-06-01/名单.csv", b"x")
    inbox.drop("edu/六月/从业人员花名册.csv", b"x")
    inbox.night()
    with inbox.warehouse("2023-06-30") as con:
        listed = con.execute(
            "select delivered_on::text, status, set_id, counted from lake.delivery order by all"
        ).fetchall()
    assert listed == [
        ("2023-06-01", "ACCEPTED", "520526/edu/staff_roster/2023-06-01", True),
        ("2023-06-01", "UNRECOGNISED", None, False),
        (None, "UNRECOGNISED", None, False),
    ]
    assert len(inbox.rows("staff_roster", as_of="2023-06-30")) == 1


def test_mounting_twice_gives_the_same(inbox: Inbox) -> None:
    inbox.drop("edu/2023-06-01/从业人员花名册.csv", csv([staff(1)]))
    inbox.night()
    assert inbox.rows("staff_roster") == inbox.rows("staff_roster")


def test_a_home_with_a_quote_in_its_path(tmp_path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    inbox = Inbox(tmp_path / "o'brien; drop")
    inbox.drop("edu/2023-06-01/从业人员花名册.csv", csv([staff(1)]))
    inbox.night()
    assert len(inbox.rows("staff_roster")) == 1


def test_another_process_can_read_the_views(inbox: Inbox) -> None:
    inbox.drop("edu/2023-06-01/从业人员花名册.csv", csv([staff(1)]))
    inbox.night()
    path = inbox.home.root / "w.duckdb"
    mount(inbox.home, date(2023, 6, 1), path)
    query = (
        "import duckdb, sys; con = duckdb.connect(sys.argv[1]);"
        "print(con.execute('select count(*) from lake.staff_roster').fetchone())"
    )
    done = subprocess.run(
        [sys.executable, "-c", query, str(path)],
        cwd="/",
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "(1,)"


def test_a_delivery_names_the_optional_columns_that_its_file_does_not_have(inbox: Inbox) -> None:
    """One that is there and blank is none of them; a read ledger says the same as a written one."""
    inbox.drop("edu/2023-06-01/从业人员花名册.csv", csv([staff(1, 性别="", 离职时间="")]))
    inbox.night()
    with inbox.warehouse() as con:
        (lacking,) = con.execute("select lacking from lake.delivery").fetchone() or ("",)
    assert lacking == "uscc;school_code;ethnicity;id_type;engagement;teacher_certificate_no"
