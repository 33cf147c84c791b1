"""Who sees which rows in PostgreSQL, in tables and through views, and may do what."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from psycopg import errors

from orchestration.generate.cards import load_marts
from tests import postgres as real
from tests.orchestration.office import (
    HERE,
    THERE,
    Office,
    ids,
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


@pytest.mark.parametrize(
    ("first", "second"), [("bi_reader", "case_handler"), ("case_handler", "bi_reader")]
)
def test_a_county_for_bi_opens_no_other_departments_cards(
    office: Office, first: str, second: str
) -> None:
    login = office.admit(first, HERE, "*" if first == "bi_reader" else "未检")
    with pytest.raises(errors.RaiseException, match="范围会相加"):
        office.run(f"call access.admit('{login}', '{second}', '{HERE}', '未检')")
    office.run(f"call access.admit('{login}', '{first}', '{THERE}', '未检')")  # of one role, more


def test_every_table_is_by_county_or_of_no_county(office: Office) -> None:
    for database, schemas in (("marts", ("marts", "handler")), ("restricted", ("restricted",))):
        policies = office.rows(
            """
            select pg_class.relname, relrowsecurity, pg_get_expr(polqual, polrelid)
            from pg_class left join pg_policy on polrelid = pg_class.oid
            where relkind = 'r' and relnamespace::regnamespace::text not in
                ('pg_catalog', 'information_schema')
            """,
            database,
        )
        assert {row[0] for row in policies} - {"member", "look_up_log"} == {
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
