"""Who sees which rows in PostgreSQL, and the log of every look-up of an unmasked subject."""

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
    with_column,
    write_night,
)

CLUES = 8  # two for each of two counties and two departments
# What leads to no county: every reader of marts sees all of it. A table that is new here shows
# every county's rows to every county; then it needs an adcode, or a reason.
FOR_EVERYONE = {
    "data_dictionary", "dim_date", "dim_legal_basis", "dim_model", "dim_rule",
    "dim_rule_parameter", "fct_rule_precision",
}  # fmt: skip


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with real.server() as url, pytest.MonkeyPatch.context() as patch:
        office = Office(url, patch)
        office.publish(write_night(tmp_path_factory.mktemp("office") / "night", CLUES))
        yield office


def ids(*numbers: int) -> list[tuple[str]]:
    return [(f"MIN-05-{number:016X}",) for number in numbers]


@pytest.mark.parametrize(
    ("adcode", "department", "seen"),
    [
        (HERE, "*", (0, 2, 4, 6)),
        (THERE, "*", (1, 3, 5, 7)),
        (HERE, "未检", (0, 4)),
        ("*", "行政检察", (2, 3, 6, 7)),
        ("*", "*", range(CLUES)),
        ("520528", "*", ()),
        (None, "*", ()),  # has the role, and no county
    ],
)
def test_rows_of_ones_own_county_and_department(
    office: Office, adcode: str | None, department: str, seen: tuple[int, ...]
) -> None:
    handler = office.admit("case_handler", adcode, department)
    for table in (
        "marts.fct_clue", "marts.fct_clue_day", "marts.bi_clue_wide",
        "handler.clue_card", "handler.clue_evidence",
    ):  # fmt: skip
        query = f"select clue_id from {table} order by 1"
        assert office.rows(query, login=handler) == ids(*seen), table
    counties = {HERE, THERE} if adcode == "*" else {adcode} & {HERE, THERE}
    query = "select adcode from marts.fct_feed_delivery"
    assert {row[0] for row in office.rows(query, login=handler)} == counties


def test_every_table_is_by_county_or_of_no_county(office: Office) -> None:
    for database, schemas in (("marts", ("marts", "handler")), ("restricted", ("restricted",))):
        policies = office.rows(
            """
            select pg_class.relname, relrowsecurity, pg_get_expr(polqual, polrelid)
            from pg_class left join pg_policy on polrelid = pg_class.oid
            where relkind = 'r' and relnamespace::regnamespace::text not in
                ('pg_catalog', 'information_schema', 'access')
            """,
            database,
        )
        assert {row[0] for row in policies} == {
            mart.name for mart in load_marts() if mart.schema in schemas
        }
        assert all(is_secured for _, is_secured, _ in policies)
        open_to_all = {name for name, _, condition in policies if condition == "true"}
        assert open_to_all == (FOR_EVERYONE if database == "marts" else set())


def test_a_role_can_be_entered_for_all_its_members(office: Office) -> None:
    office.run("create role weining; insert into access.member values ('weining', '520526')")
    office.run("insert into access.member values ('gone', '*')")  # a role that is no more
    reader = office.admit("bi_reader", None)
    assert office.rows("select count(*) from marts.fct_clue", login=reader) == [(0,)]
    office.run(f"grant weining to {reader}")
    assert office.rows("select count(*) from marts.fct_clue", login=reader) == [(4,)]
    assert office.rows("select role_name from access.member", login=reader) == [("weining",)]


def test_a_view_shows_each_reader_their_own(
    office: Office, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    office.run(
        """
        create schema if not exists site;
        create view site.list with (security_invoker = true) as
            select card.*, clue.state, clue.due_on
            from handler.clue_card as card inner join marts.fct_clue as clue using (clue_id);
        create view site.plain as select * from marts.fct_clue;
        grant usage on schema site to case_handler;
        grant select on all tables in schema site to case_handler
        """
    )
    here = office.admit("case_handler", HERE, "未检")
    there = office.admit("case_handler", THERE)
    query = "select clue_id from site.list order by 1"
    assert office.rows(query, login=here) == ids(0, 4)
    assert office.rows(query, login=there) == ids(1, 3, 5, 7)
    office.publish(write_night(tmp_path / "again", CLUES))
    assert "site.plain" in caplog.text  # which shows everyone everything
    assert "site.list" not in caplog.text
    office.run("drop schema site cascade")


@pytest.mark.parametrize(
    ("reader", "denied"),
    [
        ("bi_reader", "select * from handler.clue_card"),
        ("bi_reader", "select * from handler.clue_evidence"),
        ("bi_reader", "insert into access.member values (current_user, '*')"),
        ("bi_reader", "call access.admit(current_user, 'bi_reader', '*')"),
        ("bi_reader", "create table marts.mine (a int)"),
        ("case_handler", "update marts.fct_clue set review = '不属实'"),
        ("case_handler", "delete from handler.clue_card"),
        ("clue_officer", "select * from marts.fct_clue"),
    ],
)
def test_what_is_not_granted_is_denied(office: Office, reader: str, denied: str) -> None:
    login = office.admit(reader, HERE)
    with office.connect("marts", login) as con:
        con.execute("set default_transaction_read_only = off")  # a setting, not a safeguard
        with pytest.raises(errors.InsufficientPrivilege):
            con.execute(denied.encode())


def test_readers_are_read_only_and_time_limited(office: Office) -> None:
    login = office.admit("bi_reader", HERE)
    with office.connect("marts", login) as con:
        for setting, value in (
            ("default_transaction_read_only", "on"),
            ("statement_timeout", "1min"),
            ("idle_in_transaction_session_timeout", "5min"),
        ):
            assert con.execute(f"show {setting}".encode()).fetchall() == [(value,)]


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
    with office.connect("restricted", login) as con:
        with pytest.raises(errors.InsufficientPrivilege):
            request(con, 0)
        with pytest.raises(errors.InsufficientPrivilege):
            look_up(con, 1)


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
