"""Content that was seen before, sets that change, and a night that is killed or at fault."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import pyarrow.parquet as pq
import pytest

from ingest import door, land, stage
from ingest.ledger import FileDelivery, Ledger
from ingest.read import raw
from tests.inbox import (
    JUDGMENT,
    WHEN,
    Inbox,
    counts,
    csv,
    judgment,
    lake_rows,
    run_until_it_survives,
    staff,
)

PLACE = "edu/2023-06-01/从业人员花名册.csv"


def test_content_seen_before_is_a_duplicate_that_stands_for_its_rows(inbox: Inbox) -> None:
    first, second = "edu/2023-06-01/从业人员花名册.csv", "edu/2023-07-01/从业人员花名册_七月.csv"
    inbox.drop(first, csv([staff(1), staff(2)]))
    inbox.drop(second, csv([staff(1), staff(2)]))
    records = inbox.night()
    assert (records[second].status, counts(records[second])) == ("DUPLICATE", (2, 0, 0, 2, 0))
    assert records[second].duplicate_of == records[first].delivery_id
    assert inbox.rows("staff_roster", "_delivered_on::text, _in_force, name") == [
        ("2023-06-01", False, "张三1"),
        ("2023-06-01", False, "张三2"),
        ("2023-07-01", True, "张三1"),
        ("2023-07-01", True, "张三2"),
    ]


def test_a_month_without_rows_is_no_copy_of_another(inbox: Inbox) -> None:
    """spec/run.md: a header without rows is ACCEPTED; it is how an agency says that all is told."""
    heading, later = csv([], JUDGMENT), "court/2022-05-01/刑事生效判决.csv"
    inbox.drop("court/2022-04-01/刑事生效判决.csv", heading)
    inbox.night()
    said = {"rows": 0, "period_start": "2022-04-01", "period_end": "2022-04-30"}
    inbox.drop(later, heading, said)
    record = inbox.night()[later]
    assert (record.status, record.rows_in, record.period_end) == (
        "ACCEPTED", 0, date(2022, 4, 30),
    )  # fmt: skip


def test_two_copies_in_one_folder_are_one(inbox: Inbox) -> None:
    inbox.drop("edu/2023-06-01/从业人员花名册.csv", csv([staff(1)]))
    inbox.drop("edu/2023-06-01/从业人员花名册 副本.csv", csv([staff(1)]))
    assert sorted(r.status for r in inbox.night().values()) == ["ACCEPTED", "DUPLICATE"]
    assert len(inbox.rows("staff_roster")) == 1


def test_the_same_content_of_another_supplier_is_no_duplicate(inbox: Inbox) -> None:
    for supplier in ("edu", "civil"):
        inbox.drop(f"{supplier}/2023-06-01/从业人员花名册.csv", csv([staff(1)]))
    assert {r.status for r in inbox.night().values()} == {"ACCEPTED"}


def test_a_duplicate_with_a_false_manifest_is_rejected(inbox: Inbox) -> None:
    inbox.drop("edu/2023-06-01/从业人员花名册.csv", csv([staff(1)]))
    inbox.drop("edu/2023-07-01/从业人员花名册.csv", csv([staff(1)]), {"rows": 9})
    assert inbox.night()["edu/2023-07-01/从业人员花名册.csv"].status == "REJECTED"


def test_an_unchanged_file_yields_to_a_changed_one_of_its_new_set(inbox: Inbox) -> None:
    """Township files sent monthly, one of them unchanged, and a person who moved."""
    unchanged = csv([staff(1), staff(2)])
    inbox.drop("edu/2023-06-01/从业人员花名册_a.csv", unchanged)
    inbox.drop("edu/2023-07-01/从业人员花名册_a.csv", unchanged)
    inbox.drop("edu/2023-07-01/从业人员花名册_b.csv", csv([staff(1, 在岗状态="离职"), staff(3)]))
    inbox.night()
    july = [row for row in inbox.rows("staff_roster", "name, post_status, _in_force") if row[2]]
    assert july == [("张三2", "在岗", True), ("张三1", "离职", True), ("张三3", "在岗", True)]


def test_an_unchanged_file_keeps_the_row_that_only_its_neighbour_gave_up(inbox: Inbox) -> None:
    """In June b's row wins over a's; in July b no longer has the person, and a does."""
    unchanged = csv([staff(1), staff(9), staff(9)])
    for month, rows in (("06", [staff(2), staff(9)]), ("07", [staff(2), staff(3)])):
        inbox.drop(f"edu/2023-{month}-01/从业人员花名册_a.csv", unchanged)
        inbox.drop(f"edu/2023-{month}-01/从业人员花名册_b.csv", csv(rows))
    records = inbox.night()
    assert counts(records["edu/2023-06-01/从业人员花名册_a.csv"]) == (3, 1, 0, 2, 0)
    assert records["edu/2023-07-01/从业人员花名册_a.csv"].status == "DUPLICATE"
    rows = inbox.rows("staff_roster", "_delivered_on, name, _source_file")
    assert [(day.month, name, file[-5]) for day, name, file in rows] == [
        (6, "张三1", "a"), (6, "张三2", "b"), (6, "张三9", "b"),
        (7, "张三1", "a"), (7, "张三9", "a"), (7, "张三2", "b"), (7, "张三3", "b"),
    ]  # fmt: skip


NEWEST = """
    select cause from lake.police_case
    qualify row_number() over (
        partition by _adcode, _row_key
        order by _delivered_on desc, _file_order desc, _source_row desc
    ) = 1
    order by acceptance_no
"""


def causes(inbox: Inbox, as_of: str = "2023-12-31") -> list[str]:
    """What the newest versions say, as staging reads them (newest_of_each_key)."""
    with inbox.warehouse(as_of) as con:
        return [cause for (cause,) in con.execute(NEWEST).fetchall()]


@pytest.mark.parametrize("nightly", [False, True])
def test_events_repeated_are_the_newest_though_they_once_yielded(
    inbox: Inbox, nightly: bool
) -> None:
    """spec/run.md: a later delivery's version is accepted."""

    def case(day: str, name: str, *causes: str) -> str:
        place = f"police/2023-06-{day}/公安受立案_{name}.csv"
        rows = [
            {"受案号": f"{n}号", "案由": cause, "受案日期": "2023-05-01"}
            for n, cause in enumerate(causes, start=1)
        ]
        inbox.drop(place, csv(rows))
        if nightly:
            inbox.night()
        return place

    case("02", "a", "盗窃", "诈骗")
    case("02", "b", "抢劫")
    repeated = case("09", "a", "盗窃", "诈骗")
    inbox.night()
    record = inbox.record(repeated)
    assert (record.status, counts(record)) == ("DUPLICATE", (2, 0, 0, 2, 0))
    assert counts(inbox.record("police/2023-06-02/公安受立案_a.csv")) == (2, 1, 0, 1, 0)
    assert causes(inbox, "2023-06-08") == ["抢劫", "诈骗"]
    assert causes(inbox) == ["盗窃", "诈骗"]
    case("02", "c", "放火")  # the first set is landed once more
    inbox.night()
    assert causes(inbox, "2023-06-08") == ["放火", "诈骗"]
    assert causes(inbox) == ["盗窃", "诈骗"]


def test_a_copy_in_its_own_folder_is_the_last_of_its_rows(inbox: Inbox) -> None:
    for name, cause in (("a", "盗窃"), ("b", "抢劫"), ("c", "盗窃")):
        rows = [{"受案号": "1号", "案由": cause, "受案日期": "2023-05-01"}]
        inbox.drop(f"police/2023-06-02/公安受立案_{name}.csv", csv(rows))
    assert sorted(r.status for r in inbox.night().values()) == ["ACCEPTED", "ACCEPTED", "DUPLICATE"]
    assert causes(inbox) == ["盗窃"]


def test_rejected_content_sent_again_is_no_duplicate(inbox: Inbox) -> None:
    inbox.drop("edu/2023-06-01/从业人员花名册.csv", b"nothing")
    inbox.drop("edu/2023-07-01/从业人员花名册.csv", b"nothing")
    assert {r.status for r in inbox.night().values()} == {"REJECTED"}


@pytest.mark.parametrize("seed", range(5))
def test_rows_add_up_whatever_is_sent(inbox: Inbox, seed: int) -> None:
    dice = random.Random(seed)
    rows = [
        judgment(
            dice.randrange(20),
            罪名=dice.choice(["盗窃罪", "盗窃罪", "抢劫罪", ""]),
            判决日期=dice.choice(["2022-03-01", "2022年3月", "某日", ""]),
            封存标志=dice.choice(["否", "否", "否", "是", "", "?"]),
        )
        for _ in range(200)
    ]
    for number in range(4):
        part = rows[number * 50 : number * 50 + 50]
        inbox.drop(f"court/2023-0{number // 2 + 1}-01/刑事生效判决_{number}.csv", csv(part))
    inbox.night()
    records = list(Ledger(inbox.home))
    assert [r.rows_in for r in records] == [50] * 4
    for record in records:
        rows_in, *parts = counts(record)
        assert rows_in == sum(parts)
        file = land.lake_file(inbox.home, "criminal_judgment", "520526", record.delivery_id)
        assert pq.read_metadata(file).num_rows == record.rows_accepted
    with pytest.raises(ValueError, match="50 rows in, 51 out"):
        FileDelivery(**{**records[0].__dict__, "rows_accepted": records[0].rows_accepted + 1})


def test_large_files_are_landed_in_chunks(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raw, "ROWS_AT_ONCE", 7)
    rows = [staff(n % 40, 在岗状态="在岗" if n < 40 else "离职") for n in range(60)]
    rows[50] = staff(50, 岗位类别="神职")
    inbox.drop(PLACE, csv(rows))
    record = inbox.night()[PLACE]
    assert counts(record) == (60, 40, 1, 19, 0)
    found = dict(inbox.rows("staff_roster", "name, post_status"))
    assert [found[f"张三{n}"] for n in range(40)] == [
        "离职" if n < 20 and n != 10 else "在岗" for n in range(40)
    ]


STEPS = (
    "ingest.receive.archive",
    "ingest.ahead.stage",
    "ingest.land._losers",
    "ingest.land._publish",
    "ingest.ledger.put_json",
    "ingest.land.put",
    "ingest.quarantine.put",
)


def lake_content(inbox: Inbox) -> dict[str, Any]:
    feeds = ("staff_roster", "criminal_judgment")
    delivery = "delivery_id, status, message, rows_in, rows_accepted, rows_duplicate, rows_sealed"
    with inbox.warehouse() as con:
        found: dict[str, Any] = {feed: lake_rows(con, feed) for feed in feeds}
        found["delivery"] = con.execute(
            f"select {delivery} from lake.delivery order by all"
        ).fetchall()
    found["quarantine"] = sorted(
        p.relative_to(inbox.home.root).as_posix() for p in inbox.home.quarantine.rglob("*.*")
    )
    found["archive"] = sorted(
        p.relative_to(inbox.home.root).as_posix() for p in inbox.home.archive.rglob("*.csv")
    )
    return found


def fill(inbox: Inbox) -> Inbox:
    inbox.drop("edu/2023-06-01/从业人员花名册_a.csv", csv([staff(1), staff(2, 岗位类别="?")]))
    inbox.drop("edu/2023-06-01/从业人员花名册_b.csv", csv([staff(1, 在岗状态="离职"), staff(3)]))
    inbox.drop("court/2022-04-01/刑事生效判决.csv", csv([judgment(1), judgment(2)]))
    inbox.drop("court/2022-05-01/刑事生效判决.csv", csv([judgment(1, 封存标志="是")]))
    return inbox


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    inbox = fill(Inbox(tmp_path_factory.mktemp("undisturbed")))
    inbox.night()
    return lake_content(inbox)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("when", WHEN)
def test_a_run_killed_anywhere_is_made_good_by_the_next(
    inbox: Inbox, undisturbed: dict, monkeypatch: pytest.MonkeyPatch, step: str, when: str
) -> None:
    fill(inbox)
    assert run_until_it_survives(monkeypatch, step, when, inbox.night) > 0
    assert lake_content(inbox) == undisturbed
    assert not list((inbox.home.lake / ".work").glob("*/*"))


def test_a_fault_of_ours_costs_one_file_and_not_the_night(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    normal = stage.normalise

    def fails_once(feed: Any, raw: Any, **rest: Any) -> Any:
        if raw["name"].iloc[0] == "甲":
            raise ValueError("could not read 甲")
        return normal(feed, raw, **rest)

    monkeypatch.setattr(stage, "normalise", fails_once)
    inbox.drop("edu/2023-06-01/从业人员花名册.csv", csv([staff(1, 姓名="甲")]))
    inbox.drop("edu/2023-07-01/从业人员花名册.csv", csv([staff(2)]))
    records = inbox.night()
    refused = records["edu/2023-06-01/从业人员花名册.csv"]
    assert refused.status == "REJECTED"
    assert "ValueError" in refused.message and "甲" not in refused.message
    assert records["edu/2023-07-01/从业人员花名册.csv"].status == "ACCEPTED"


def test_progress_names_files_and_counts(inbox: Inbox) -> None:
    inbox.drop(PLACE, csv([staff(1)]))
    lines: list[str] = []
    door.take(inbox.home, "staff_roster", date(2023, 6, 1), 9e9, lines.append)
    assert lines == ["520526/" + PLACE + ": ACCEPTED 行数 1 = 接收 1 + 退回 0 + 重复 0 + 封存 0"]
