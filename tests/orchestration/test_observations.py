"""What a night leaves behind, and what the next one sees of it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest

from ingest.contract import lake_schema, load_contracts
from ingest.home import Home
from orchestration import observations

FIRST, SECOND = date(2023, 9, 30), date(2023, 10, 31)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path).make()


def warehouse(home: Home, as_of: date, guards: list[str]) -> Path:
    """A night's file with typed night tables, one guard row for each name, in the given order."""
    path = home.nights / "night.duckdb"
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as con:
        for table, columns in observations.night_tables().items():
            typed = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
            con.execute(f"create table {observations.PREFIX}{table} ({typed})")
        for guard in guards:
            con.execute(
                "insert into int_night_rule_guard values (?, 'MIN-05', '520526', ?, 1)",
                [as_of, guard],
            )
    return path


def observed(home: Home, as_of: date, query: str) -> list[tuple]:
    path = home.nights / "reader.duckdb"
    observations.mount(home, as_of, path)
    with duckdb.connect(str(path), read_only=True) as con:
        return con.execute(query).fetchall()


def test_the_first_night_sees_empty_tables_with_their_types(home: Home) -> None:
    columns = observed(
        home, FIRST,
        "select column_name, data_type from information_schema.columns "
        "where table_schema = 'observed' and table_name = 'clue' order by ordinal_position",
    )  # fmt: skip
    assert columns[0] == ("as_of", "DATE")
    assert ("amount_total", "DECIMAL(18,2)") in columns
    assert [name for name, _ in columns] == list(observations.night_tables()["clue"])
    assert observed(home, FIRST, "select * from observed.clue") == []


def test_a_night_sees_every_other_night_but_not_itself(home: Home) -> None:
    counts = observations.write(home, FIRST, warehouse(home, FIRST, ["left_post"]))
    assert counts["rule_guard"] == 1 and counts["clue"] == 0
    observations.write(home, SECOND, warehouse(home, SECOND, ["on_leave"]))
    assert observations.nights(home) == [FIRST, SECOND]
    query = "select as_of, guard from observed.rule_guard order by all"
    assert observed(home, SECOND, query) == [(FIRST, "left_post")]
    assert observed(home, date(2023, 11, 30), query) == [
        (FIRST, "left_post"), (SECOND, "on_leave"),
    ]  # fmt: skip


def test_a_night_run_again_replaces_its_earlier_run(home: Home) -> None:
    observations.write(home, FIRST, warehouse(home, FIRST, ["left_post"]))
    observations.write(home, FIRST, warehouse(home, FIRST, ["on_leave"]))
    assert observed(home, SECOND, "select guard from observed.rule_guard") == [("on_leave",)]
    versions = list((home.observations / observations.VERSIONS).iterdir())
    assert [path.name for path in versions] == [(home.observations / "2023-09-30").resolve().name]


def test_equal_nights_give_equal_files_whatever_the_order_of_their_rows(home: Home) -> None:
    def content() -> dict[str, bytes]:
        return {p.name: p.read_bytes() for p in (home.observations / "2023-09-30").iterdir()}

    observations.write(home, FIRST, warehouse(home, FIRST, ["a", "b", "c"]))
    first = content()
    observations.write(home, FIRST, warehouse(home, FIRST, ["c", "a", "b"]))
    assert len(first) == len(observations.night_tables())
    assert content() == first


def test_a_run_killed_while_writing_leaves_the_earlier_one(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    observations.write(home, FIRST, warehouse(home, FIRST, ["left_post"]))
    monkeypatch.setattr(observations, "_turn", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        observations.write(home, FIRST, warehouse(home, FIRST, ["half"]))
    assert observations.nights(home) == [FIRST]
    assert observed(home, SECOND, "select guard from observed.rule_guard") == [("left_post",)]


def test_a_column_that_older_nights_lack_is_null_there(home: Home) -> None:
    observations.write(home, FIRST, warehouse(home, FIRST, ["left_post"]))
    path = home.observations / "2023-09-30" / "rule_guard.parquet"
    with duckdb.connect() as con:
        con.execute(f"create table kept as select * exclude (excluded) from '{path}'")
        con.execute(f"copy kept to '{path}' (format parquet)")
    assert observed(home, SECOND, "select guard, excluded from observed.rule_guard") == [
        ("left_post", None)
    ]


def test_rows_of_every_date_are_stored_with_their_types(home: Home) -> None:
    feed = load_contracts()["clue_feedback"]
    query = "select column_name from information_schema.columns where table_schema = 'stored' "
    columns = observed(home, FIRST, query + "and table_name = 'clue_feedback'")
    assert [name for (name,) in columns] == lake_schema(feed).names
    folder = home.lake / feed.id / "520526"
    folder.mkdir(parents=True)
    with duckdb.connect() as con:
        con.execute(f"copy (select 'd:1:' as _row_id) to '{folder}/d.parquet' (format parquet)")
    rows = observed(home, FIRST, "select _row_id, clue_id from stored.clue_feedback")
    assert rows == [("d:1:", None)]
