"""An agency's database view becomes a delivery of the night, from SQLite and from PostgreSQL."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from ingest import views
from ingest.ledger import Ledger
from tests import postgres
from tests.inbox import Inbox, id_number

HRSS, COURT = "XIANSUO_SQL_520526_HRSS", "XIANSUO_SQL_520526_COURT"
INSURED = ("统一社会信用代码", "单位名称", "姓名", "身份证件号码", "参保起始年月", "中断年月")


@pytest.fixture(scope="module")
def postgres_url() -> Iterator[str]:
    with postgres.server() as url:
        yield url


class Agency:
    """A table with a view over it, as an agency offers it."""

    def __init__(self, url: str, view: str, columns: tuple[str, ...], change: str | None) -> None:
        self.engine = sa.create_engine(url)
        kind = "timestamp" if url.startswith("postgresql") else "text"
        self.columns = columns
        self.names = [*columns, *([change] if change else [])]
        fields = [f'"{name}" text' for name in columns] + ([f'"{change}" {kind}'] if change else [])
        for name in ("参保明细", "刑事生效判决"):
            self.run(f'drop view if exists "{name}"')
        self.run("drop table if exists source")
        self.run(f"create table source ({', '.join(fields)})")
        self.run(f'create view "{view}" as select * from source')

    def run(self, statement: str, **values: Any) -> None:
        with self.engine.begin() as con:
            con.execute(sa.text(statement), values)

    def insert(self, *rows: tuple[Any, ...]) -> None:
        for row in rows:
            marks = ", ".join(f":v{i}" for i in range(len(row)))
            self.run(
                f"insert into source values ({marks})", **{f"v{i}": v for i, v in enumerate(row)}
            )


def insured(serial: int, month: str = "2023-01", *change: Any) -> tuple[Any, ...]:
    return (None, "石门小学", f"张三{serial}", id_number(serial), month, None, *change)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/agency.sqlite"
    return str(request.getfixturevalue("postgres_url"))


def names(inbox: Inbox, night: str) -> list[str]:
    rows = inbox.rows("social_insurance", "name, _in_force", night)
    return sorted(name for name, in_force in rows if in_force)


def place(night: str) -> str:
    return f"hrss/{night}/社保参保_视图.parquet"


def test_a_view_is_landed_once_a_night(
    inbox: Inbox, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    agency = Agency(url, "参保明细", INSURED, None)
    agency.insert(insured(1), insured(2))
    monkeypatch.setenv(HRSS, url)
    record = inbox.night("2023-06-30")[place("2023-06-30")]
    assert (record.status, record.rows_in, record.delivered_on) == (
        "ACCEPTED",
        2,
        date(2023, 6, 30),
    )
    assert list(inbox.home.archive.glob("??/*.parquet"))
    agency.insert(insured(3))
    assert inbox.night("2023-06-30") == {}
    assert names(inbox, "2023-06-30") == ["张三1", "张三2"]


def test_without_a_change_time_all_is_compared(
    inbox: Inbox, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unchanged is a DUPLICATE, which is fresh all the same; a row changed or gone is seen."""
    agency = Agency(url, "参保明细", INSURED, None)
    agency.insert(*(insured(n) for n in range(5)))
    monkeypatch.setenv(HRSS, url)
    inbox.night("2023-06-30")
    assert inbox.night("2023-07-31")[place("2023-07-31")].status == "DUPLICATE"
    assert inbox.rows("social_insurance", "distinct _delivered_on::text", "2023-07-31")[-1]
    agency.run("delete from source where 姓名 = '张三0'")
    agency.run("update source set 中断年月 = '2023-08' where 姓名 = '张三1'")
    assert inbox.night("2023-08-31")[place("2023-08-31")].rows_accepted == 4
    assert names(inbox, "2023-08-31") == ["张三1", "张三2", "张三3", "张三4"]


def day(number: int, url: str) -> Any:
    moment = datetime(2023, 6, number, 8)
    return moment if url.startswith("postgresql") else str(moment)


def test_with_a_change_time_only_changes_are_read_and_the_snapshot_stays_whole(
    inbox: Inbox, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    agency = Agency(url, "参保明细", INSURED, "更新时间")
    agency.insert(*(insured(n, "2023-01", day(1, url)) for n in range(5)))
    monkeypatch.setenv(HRSS, url)
    read: list[int] = []
    whole = views._text

    def counting(value: Any) -> Any:
        read.append(1)
        return whole(value)

    monkeypatch.setattr(views, "_text", counting)
    inbox.night("2023-06-01")
    assert len(read) == 5 * 7
    agency.insert(insured(9, "2023-06", day(5, url)))
    agency.run(
        "update source set 中断年月 = '2023-06', 更新时间 = :t where 姓名 = '张三4'", t=day(5, url)
    )
    agency.run("update source set 更新时间 = :t where 姓名 = '张三3'", t=day(3, url))
    read.clear()
    assert inbox.night("2023-06-05")[place("2023-06-05")].rows_accepted == 6
    # rows of the very moment of the last landing are read again: some may have come after it
    assert len(read) == 6 * 7
    assert names(inbox, "2023-06-05") == ["张三0", "张三1", "张三2", "张三3", "张三4", "张三9"]
    left = inbox.rows("social_insurance", "name, insured_to_min::text, _in_force", "2023-06-05")
    assert ("张三4", "2023-06-01", True) in left
    read.clear()
    agency.insert(insured(10, "2023-07", day(9, url)))
    inbox.night("2023-06-09")
    assert len(read) == 3 * 7
    assert inbox.night("2023-06-10")[place("2023-06-10")].status == "DUPLICATE"


def test_a_row_that_was_deleted_has_the_view_read_in_full(
    inbox: Inbox, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    agency = Agency(url, "参保明细", INSURED, "更新时间")
    agency.insert(*(insured(n, "2023-01", day(1, url)) for n in range(5)))
    monkeypatch.setenv(HRSS, url)
    inbox.night("2023-06-01")
    agency.run("delete from source where 姓名 = '张三0'")
    agency.insert(insured(7, "2023-06", day(4, url)))
    inbox.night("2023-06-05")
    assert names(inbox, "2023-06-05") == ["张三1", "张三2", "张三3", "张三4", "张三7"]


def test_an_earlier_night_run_later_reads_in_full(
    inbox: Inbox, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    agency = Agency(url, "参保明细", INSURED, "更新时间")
    agency.insert(insured(1, "2023-01", day(1, url)))
    monkeypatch.setenv(HRSS, url)
    inbox.night("2023-06-09")
    inbox.night("2023-06-02")
    assert names(inbox, "2023-06-02") == ["张三1"]


JUDGED = ("案号", "被告人", "证件号码", "罪名", "判决日期", "主刑", "封存标志")


def test_changes_of_an_event_feed_are_a_delivery_of_their_own(
    inbox: Inbox, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def judged(serial: int, when: int) -> tuple[Any, ...]:
        fields = (
            f"{serial}号",
            f"李四{serial}",
            id_number(serial),
            "盗窃罪",
            "2022-03-01",
            "拘役",
            "否",
        )
        return (*fields, day(when, url))

    agency = Agency(url, "刑事生效判决", JUDGED, "updated_at")
    agency.insert(judged(1, 1), judged(2, 2))
    monkeypatch.setenv(COURT, url)
    inbox.night("2023-06-02")
    agency.insert(judged(3, 3))
    inbox.night("2023-06-03")
    assert inbox.rows("criminal_judgment", "_delivered_on::text, name", "2023-06-03") == [
        ("2023-06-02", "李四1"),
        ("2023-06-02", "李四2"),
        ("2023-06-03", "李四2"),
        ("2023-06-03", "李四3"),
    ]


def test_a_landing_that_never_reached_the_ledger_is_not_built_upon(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/a.sqlite"
    agency = Agency(url, "刑事生效判决", JUDGED, "更新时间")
    agency.insert(("1号", "李四", id_number(1), "盗窃罪", "2022-03-01", "拘役", "否", day(1, url)))
    monkeypatch.setenv(COURT, url)
    with monkeypatch.context() as patch:
        patch.setattr(
            "ingest.intake.land_set", lambda *args: (_ for _ in ()).throw(KeyboardInterrupt)
        )
        with pytest.raises(KeyboardInterrupt):
            inbox.night("2023-06-01")
    agency.insert(("2号", "王五", id_number(2), "盗窃罪", "2022-03-01", "拘役", "否", day(2, url)))
    inbox.night("2023-06-02")
    assert [row[0] for row in inbox.rows("criminal_judgment", "name")] == ["李四", "王五"]


@pytest.mark.parametrize(
    "address",
    [
        "postgresql+psycopg://clerk:geheim@127.0.0.1:1/hrss",
        "sqlite:////nowhere/at/all.sqlite",
        "sqlite://",
        "nonsense",
        "oracle+missing://clerk:geheim@host/db",
    ],
)
def test_a_dead_database_is_recorded_and_the_night_goes_on(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, address: str
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(views, "PAUSE_SECONDS", 0.0)
    monkeypatch.setenv(HRSS, address)
    monkeypatch.setenv("XIANSUO_SQL_520502_HRSS", "")
    records = inbox.night("2023-06-30")
    record = records[place("2023-06-30")]
    assert (record.status, record.rows_in) == ("REJECTED", 0)
    assert "参保明细" in record.message
    written = "".join(p.read_text("utf-8") for p in inbox.home.ledger.rglob("*.json"))
    for text in (written, caplog.text, record.message):
        assert "geheim" not in text and "nowhere" not in text


def test_a_database_that_comes_back_is_read_by_the_same_night(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(views, "PAUSE_SECONDS", 0.0)
    url = f"sqlite:///{tmp_path}/a.sqlite"
    monkeypatch.setenv(HRSS, url)
    assert inbox.night("2023-06-30")[place("2023-06-30")].status == "REJECTED"
    Agency(url, "参保明细", INSURED, None).insert(insured(1))
    assert inbox.night("2023-06-30")[place("2023-06-30")].status == "ACCEPTED"
    assert names(inbox, "2023-06-30") == ["张三1"]
    assert len(list(Ledger(inbox.home).current().values())) == 1


def test_a_database_that_stumbles_is_tried_again(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(views, "PAUSE_SECONDS", 0.0)
    url = f"sqlite:///{tmp_path}/a.sqlite"
    Agency(url, "参保明细", INSURED, None).insert(insured(1))
    monkeypatch.setenv(HRSS, url)
    read, tries = views._View._read, []

    def stumbling(self: Any, engine: Any) -> Any:
        tries.append(1)
        if len(tries) < 3:
            raise sa.exc.OperationalError("select", {}, Exception("gone"))
        return read(self, engine)

    monkeypatch.setattr(views._View, "_read", stumbling)
    assert inbox.night("2023-06-30")[place("2023-06-30")].status == "ACCEPTED"


def test_a_view_without_the_contracts_columns_is_rejected(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/a.sqlite"
    Agency(url, "参保明细", INSURED[:3], None)
    monkeypatch.setenv(HRSS, url)
    record = inbox.night("2023-06-30")[place("2023-06-30")]
    assert record.status == "REJECTED"
    assert "身份证件号码、参保起始年月" in record.message
