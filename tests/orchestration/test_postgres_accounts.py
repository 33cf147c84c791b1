"""The accounts that publish: an owner who may make roles, one who may not, and a superuser."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from orchestration.publish import PublishError
from tests import postgres as real
from tests.orchestration.office import LOOK, NIGHT, PUBLISHER, Office, looks, write_night


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """On a server of its own: roles are the server's, and here it has none yet."""
    with real.server() as url:
        yield Office(url, monkeypatch)


def test_an_owner_who_may_not_make_roles_says_what_the_administrator_does(
    office: Office, tmp_path: Path
) -> None:
    office.run(f"alter role {PUBLISHER} nocreaterole", "postgres")
    folder = write_night(tmp_path / "night", 4)
    with pytest.raises(PublishError, match="bi_reader、case_handler、clue_officer") as caught:
        office.publish(folder)
    assert office.rows("select from pg_namespace where nspname = 'marts'") == []
    office.run(str(caught.value).split("请管理员执行 ")[1], "postgres")
    office.publish(folder)
    assert office.rows(LOOK) == [looks(NIGHT, 4)]
    reader = office.admit("bi_reader", "520526")
    assert office.rows("select count(*) from marts.fct_clue", login=reader) == [(2,)]


def test_a_superuser_publishes_and_readers_see_no_more(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("XIANSUO_MARTS_URL", "XIANSUO_RESTRICTED_URL"):
        address = sa.make_url(os.environ[variable]).set(username=office.url.username)
        monkeypatch.setenv(variable, address.render_as_string(hide_password=False))
    assert office.publish(write_night(tmp_path / "night", 4)) == ["restricted", "marts", "handler"]
    reader = office.admit("case_handler", "520526", "未检")
    assert office.rows("select count(*) from handler.clue_card", login=reader) == [(1,)]
    officer = office.admit("clue_officer", "520526", "未检", "restricted")
    for clue, is_granted in ((0, True), (1, False)):
        office.rows(
            f"select access.request_look_up('MIN-05-{clue:016X}', '核实')", "restricted", officer
        )
        assert office.rows(
            "select is_granted from access.look_up_log order by request_no desc limit 1",
            "restricted",
        ) == [(is_granted,)]


def test_an_account_that_may_only_connect_is_told_so(office: Office, tmp_path: Path) -> None:
    office.run(f"alter database {office.names['marts']} owner to {office.url.username}")
    with pytest.raises(PublishError, match=r"XIANSUO_MARTS_URL.*权限不足"):
        office.publish(write_night(tmp_path / "night", 1))


def test_a_role_that_is_let_in_itself_is_limited(office: Office, tmp_path: Path) -> None:
    office.publish(write_night(tmp_path / "night", 1))
    office.run("alter role bi_reader login")
    with office.connect("marts", "bi_reader") as con:
        for setting, value in (
            ("default_transaction_read_only", "on"),
            ("statement_timeout", "1min"),
        ):
            assert con.execute(f"show {setting}".encode()).fetchall() == [(value,)]
