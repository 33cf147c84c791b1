"""Looking up an unmasked subject: one clue at a time, of one's own desk, and written down."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import errors

from orchestration.generate.cards import load_marts
from orchestration.publish import postgres
from tests import postgres as real
from tests.orchestration.office import (
    HERE,
    NEXT_NIGHT,
    THERE,
    Office,
    ids,
    with_column,
    write_night,
)

CLUES = 8  # two for each of two counties and two departments


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with real.server() as url, pytest.MonkeyPatch.context() as patch:
        office = Office(url, patch)
        office.publish(write_night(tmp_path_factory.mktemp("office") / "night", CLUES))
        yield office


def officer(office: Office, adcode: str, department: str = "*") -> psycopg.Connection:
    login = office.admit("clue_officer", adcode, department, "restricted")
    return office.connect("restricted", login)


def request(con: psycopg.Connection, clue: int, reason: str = "核实在岗") -> int:
    ((number,),) = con.execute(
        "select access.request_look_up(%s, %s)", [*ids(clue)[0], reason]
    ).fetchall()
    return number


def look_up(con: psycopg.Connection, number: int) -> list[tuple]:
    return con.execute("select * from access.look_up(%s)", [number]).fetchall()


def log(office: Office, con: psycopg.Connection) -> list[tuple]:
    return office.rows(
        f"""
        select clue_id, purpose, is_granted from access.look_up_log
        where login = '{con.info.user}' order by request_no
        """,
        "restricted",
    )


def test_a_look_up_shows_one_subject_and_is_written_down(office: Office) -> None:
    with officer(office, HERE, "未检") as con:
        assert look_up(con, request(con, 4)) == [
            (*ids(4)[0], "姓名4", None, None, [{"姓名": "姓名4"}])
        ]
        assert log(office, con) == [(*ids(4)[0], "核实在岗", True)]


def test_a_look_up_cannot_be_rolled_back(office: Office) -> None:
    with officer(office, HERE) as con:
        con.execute("begin")
        number = request(con, 0)
        con.execute("savepoint here")
        with pytest.raises(errors.RaiseException):
            look_up(con, number)
        con.execute("rollback")
        assert log(office, con) == []
        with pytest.raises(errors.RaiseException):
            look_up(con, number)


@pytest.mark.parametrize("clue", [1, 2, 99], ids=["county", "department", "no such clue"])
def test_another_desks_subject_is_refused_and_the_attempt_logged(office: Office, clue: int) -> None:
    with officer(office, HERE, "未检") as con:
        with pytest.raises(errors.RaiseException):
            look_up(con, request(con, clue))
        assert log(office, con) == [(*ids(clue)[0], "核实在岗", False)]


def test_a_request_is_ones_own_fresh_and_gives_a_reason(office: Office) -> None:
    with officer(office, HERE) as con, officer(office, HERE) as other:
        number = request(con, 0)
        with pytest.raises(errors.RaiseException):
            look_up(other, number)
        with pytest.raises(errors.RaiseException):
            request(con, 0, "  ")
        office.run(
            f"""
            alter table access.look_up_log disable trigger append_only;
            update access.look_up_log set requested_at = now() - interval '11 minutes'
            where request_no = {number};
            alter table access.look_up_log enable trigger append_only
            """,
            "restricted",
        )
        with pytest.raises(errors.RaiseException):
            look_up(con, number)


@pytest.mark.parametrize(
    "denied",
    [
        "select * from restricted.clue_subject",
        "select * from restricted.clue_evidence_detail",
        "select * from restricted.clue_scope",
        "select * from access.look_up_log",
        "insert into access.look_up_log (clue_id, purpose, is_granted) values ('a', 'b', true)",
        "insert into access.member values (current_user, '*')",
    ],
)
def test_nothing_unmasked_but_by_look_up(office: Office, denied: str) -> None:
    with officer(office, "*") as con, pytest.raises(errors.InsufficientPrivilege):
        con.execute(denied.encode())


@pytest.mark.parametrize("reader", ["bi_reader", "case_handler"])
def test_other_readers_look_nothing_up(office: Office, reader: str) -> None:
    login = office.admit(reader, "*", database="restricted")
    with pytest.raises(psycopg.OperationalError, match="CONNECT"):
        office.connect("restricted", login)
    with office.connect("restricted") as con:  # where the site lets them connect all the same
        con.execute(f"set role {login}".encode())
        with pytest.raises(errors.InsufficientPrivilege):
            request(con, 0)
        with pytest.raises(errors.InsufficientPrivilege):
            look_up(con, 1)


def test_nobodys_table_stands_in_for_the_catalogue(office: Office) -> None:
    """Temporary tables come first in a search path that does not name them."""
    with officer(office, THERE) as entitled, officer(office, HERE) as con:
        con.execute(
            f"""
            create temp table pg_roles as
            select '{entitled.info.user}'::name as rolname, oid
            from pg_catalog.pg_roles where rolname = current_user
            """.encode()
        )
        con.execute("grant select on pg_roles to public")
        with pytest.raises(errors.RaiseException):
            look_up(con, request(con, 1))


@pytest.mark.parametrize(
    "change",
    [
        "update access.look_up_log set purpose = 'x'",
        "delete from access.look_up_log",
        "truncate access.look_up_log",
    ],
)
def test_the_log_only_grows(office: Office, change: str) -> None:
    with pytest.raises(errors.RaiseException):
        office.run(change, "restricted")


def test_the_log_outlives_a_changed_contract(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    marts = with_column(load_marts(), "clue_subject")
    monkeypatch.setattr(postgres, "load_marts", lambda: marts)
    with officer(office, HERE) as con:
        request(con, 0)
        office.publish(write_night(tmp_path / "night", CLUES, NEXT_NIGHT, marts))
        assert log(office, con) == [(*ids(0)[0], "核实在岗", True)]
        assert look_up(con, request(con, 0))[0][1] == "姓名0"
