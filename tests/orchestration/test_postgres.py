"""A night in PostgreSQL: every value, with its keys and labels, or the night before."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import psycopg
import pytest

from ingest.home import Home
from orchestration import publish as publishing
from orchestration.generate.cards import load_marts
from orchestration.publish import PublishError, postgres
from orchestration.publish.serving import SERVED
from tests import postgres as real
from tests.orchestration.office import (
    LOOK,
    NEXT_NIGHT,
    NIGHT,
    Office,
    looks,
    with_column,
    write_night,
)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with real.server() as url:
        yield url


@pytest.fixture
def office(server: str, monkeypatch: pytest.MonkeyPatch) -> Office:
    return Office(server, monkeypatch)


def test_every_row_and_value_arrives(office: Office, tmp_path: Path) -> None:
    folder = write_night(tmp_path / "night", 5)
    office.publish(folder)
    assert office.unlike(folder) == []
    assert office.rows(
        "select township, title_zh, subject_label is null from handler.clue_card limit 1"
    ) == [("", 'MIN-05 "引号"，逗号', True)]
    assert office.rows("select distinct score_detail ->> 'T1' from marts.fct_clue") == [("1",)]


def test_tables_have_keys_and_chinese_comments(office: Office, tmp_path: Path) -> None:
    office.publish(write_night(tmp_path / "night", 1))
    for schema, database in (("marts", "marts"), ("handler", "marts"), ("restricted",) * 2):
        marts = [mart for mart in load_marts() if mart.schema == schema]
        assert dict(
            office.rows(
                f"""
                select relname, array_agg(attname order by place)
                from pg_constraint
                join pg_class on pg_class.oid = conrelid,
                    unnest(conkey) with ordinality as keys (attnum, place)
                join pg_attribute using (attnum)
                where attrelid = conrelid and contype = 'p'
                    and connamespace = '{schema}'::regnamespace
                group by relname
                """,
                database,
            )
        ) == {mart.name: list(mart.key) for mart in marts}
        assert dict(
            office.rows(
                f"""
                select relname || '.' || attname, col_description(attrelid, attnum)
                from pg_attribute join pg_class on pg_class.oid = attrelid
                where relnamespace = '{schema}'::regnamespace and relkind = 'r' and attnum > 0
                """,
                database,
            )
        ) == {f"{mart.name}.{c.name}": c.label_zh for mart in marts for c in mart.columns}
    assert office.rows("select obj_description('marts.fct_clue'::regclass)") == [
        ("每条曾经产出的线索一行，截至最新发布之夜。",)
    ]


def test_foreign_keys_are_real(office: Office, tmp_path: Path) -> None:
    office.publish(write_night(tmp_path / "night", 1))
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        office.run("insert into marts.fct_clue_day (as_of, clue_id) values ('2023-10-30', 'x')")
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        office.run("delete from handler.clue_card")


def test_rows_that_are_gone_are_gone(office: Office, tmp_path: Path) -> None:
    office.publish(write_night(tmp_path / "a", 7))
    tables = office.rows("select 'marts.fct_clue'::regclass::oid")
    office.publish(write_night(tmp_path / "b", 3, NEXT_NIGHT))
    assert office.rows(LOOK) == [looks(NEXT_NIGHT, 3)]
    assert office.rows("select count(*) from handler.clue_evidence") == [(3,)]
    assert office.rows("select count(*) from restricted.clue_subject", "restricted") == [(3,)]
    assert office.rows("select 'marts.fct_clue'::regclass::oid") == tables  # not built anew


def test_a_changed_contract_keeps_comments_grants_and_the_sites_views(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.publish(write_night(tmp_path / "a", 4))
    reader = office.admit("bi_reader", "520526")
    office.run("create schema site; create view site.clues as select * from marts.fct_clue")
    marts = with_column(load_marts(), "fct_clue")
    monkeypatch.setattr(postgres, "load_marts", lambda: marts)
    folder = write_night(tmp_path / "b", 6, NEXT_NIGHT, marts)
    with pytest.raises(PublishError, match=r"site\.clues"):
        office.publish(folder)
    assert office.rows(LOOK) == [looks(NIGHT, 4)]
    office.run("drop view site.clues")
    office.publish(folder)
    assert office.rows("select count(*), count(added) from marts.fct_clue", login=reader) == [
        (3, 0)
    ]
    assert office.rows(
        "select col_description('marts.fct_clue'::regclass, attnum) from pg_attribute "
        "where attrelid = 'marts.fct_clue'::regclass and attname = 'added'"
    ) == [("新列",)]
    assert (
        office.rows("select nspname from pg_namespace where nspname ~ '__' and nspname !~ '^pg_'")
        == []
    )
    office.publish(folder)  # and from here on by rows again
    assert office.rows(LOOK) == [looks(NEXT_NIGHT, 6)]


@pytest.mark.parametrize(
    "spoilt",
    [
        "insert into marts.fct_clue from marts.fct_clue limit 1",
        "update handler.clue_evidence set clue_id = 'MIN-05-张三' where clue_id like '%3'",
    ],
    ids=["a clue twice", "evidence without a card"],
)
def test_a_failed_publish_leaves_the_old_night_in_both_databases(
    office: Office, tmp_path: Path, spoilt: str, caplog: pytest.LogCaptureFixture
) -> None:
    office.publish(write_night(tmp_path / "a", 4))
    before = office.rows("select * from restricted.clue_subject order by 1", "restricted")
    file = "marts" if "marts" in spoilt.split()[2] else "handler"
    folder = write_night(tmp_path / "b", 9, NEXT_NIGHT)
    with duckdb.connect(
        str(folder / next(name for name, schemas in SERVED.items() if file in schemas))
    ) as con:
        con.execute(spoilt)
    with pytest.raises(PublishError) as caught:
        office.publish(folder)
    assert office.rows(LOOK) == [looks(NIGHT, 4)]
    assert office.rows("select * from restricted.clue_subject order by 1", "restricted") == before
    said = str(caught.value) + caplog.text
    assert "XIANSUO_MARTS_URL" in said
    assert "MIN-05-" not in said


def test_what_cannot_be_reached_is_named_without_its_address(
    office: Office,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr("orchestration.publish.postgres.address.PAUSE_SECONDS", 0)
    folder = write_night(tmp_path / "a", 1)
    for url in (
        "postgresql://clerk:geheim@127.0.0.1:1/haus",
        "mysql://clerk:geheim@127.0.0.1:1/haus",
        "postgresql://clerk:geheim@127.0.0.1:1/haus?no_such_option=geheim",
        "clerk:geheim@haus",
    ):
        monkeypatch.setenv("XIANSUO_MARTS_URL", url)
        with pytest.raises(PublishError) as caught:
            office.publish(folder)
        said = str(caught.value) + caplog.text
        assert "XIANSUO_MARTS_URL" in said
        assert not [secret for secret in ("geheim", "clerk", "haus", "127.0.0.1") if secret in said]


def test_one_database_is_not_enough_for_both(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_night(tmp_path / "a", 1)
    monkeypatch.setattr(postgres.database, "LOCK_SECONDS", 1)
    monkeypatch.setenv("XIANSUO_RESTRICTED_URL", os.environ["XIANSUO_MARTS_URL"])
    with pytest.raises(PublishError, match="同一个库"):
        office.publish(folder)


def test_unmasked_data_never_goes_where_bi_reads(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XIANSUO_RESTRICTED_URL")
    assert office.publish(write_night(tmp_path / "a", 1)) == ["marts", "handler"]
    for database in ("marts", "restricted"):
        assert (
            office.rows(
                """
                select from pg_class
                where relname in ('clue_subject', 'clue_evidence_detail', 'look_up_log')
                """,
                database,
            )
            == []
        )


def test_a_schema_of_somebody_elses_is_left_alone(office: Office, tmp_path: Path) -> None:
    office.run("create schema marts; create table marts.theirs as select 1 as a")
    with pytest.raises(PublishError, match="marts"):
        office.publish(write_night(tmp_path / "a", 1))
    assert office.rows("select a from marts.theirs") == [(1,)]


def test_the_files_link_turns_after_the_databases(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(tmp_path / "home").make()
    nights = iter((NIGHT, NEXT_NIGHT, NEXT_NIGHT))
    sizes = iter((2, 3, 4))

    def write_files(_warehouse: Path, draft: Path) -> dict[str, int]:
        made = write_night(tmp_path / draft.name, clues := next(sizes), next(nights))
        for path in made.iterdir():
            path.rename(draft / path.name)
        return {"marts.fct_clue": clues}

    monkeypatch.setattr(publishing, "verify_night", lambda _, as_of: as_of)
    monkeypatch.setattr(publishing, "write_serving_files", write_files)
    monkeypatch.setattr(publishing, "keep_newer_lookup", lambda *_: None)
    monkeypatch.setattr(publishing, "write_manifest", lambda *_, **__: None)
    monkeypatch.setattr(publishing, "write_pages", lambda *_: tmp_path)
    monkeypatch.setattr(publishing, "write_outbox", lambda *_: None)

    def publish(night: str, run: str) -> int:
        publishing.publish(home, date.fromisoformat(night), tmp_path / "warehouse", run)
        return files()

    def files() -> int:
        with duckdb.connect(str(home.marts / "clues.duckdb"), read_only=True) as con:
            return con.execute("select count(*) from marts.fct_clue").fetchall()[0][0]

    assert publish(NIGHT, "first") == 2
    office.run("alter table marts.fct_clue add check (clue_id !~ '2$')")
    with pytest.raises(PublishError):
        publish(NEXT_NIGHT, "second")
    assert (files(), office.rows(LOOK)) == (2, [looks(NIGHT, 2)])
    assert [path.name for path in (home.marts / ".sets").iterdir()] == ["20231030-first"]
    office.run("alter table marts.fct_clue drop constraint fct_clue_clue_id_check")
    assert publish(NEXT_NIGHT, "third") == 4
    assert office.rows(LOOK) == [looks(NEXT_NIGHT, 4)]
