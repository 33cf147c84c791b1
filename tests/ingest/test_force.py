"""Which deliveries count: by their dates, whole snapshots only, and none that lost its rows."""

from __future__ import annotations

import json

import pytest

from tests.inbox import Inbox, csv, judgment, staff


def roster(
    inbox: Inbox, day: str, people: int, name: str = "从业人员花名册.csv", first: int = 0
) -> str:
    place = f"edu/{day}/{name}"
    inbox.drop(place, csv([staff(n) for n in range(first, first + people)]))
    return place


def in_force(inbox: Inbox, as_of: str = "2023-12-31") -> dict[str, int]:
    """People in force by the day of their roster."""
    with inbox.warehouse(as_of) as con:
        return dict(
            con.execute(
                """select _delivered_on::text, count(*) from lake.staff_roster
                where _in_force group by 1 order by 1"""
            ).fetchall()
        )


def message(inbox: Inbox, place: str, as_of: str = "2023-12-31") -> tuple[bool, bool, str]:
    with inbox.warehouse(as_of) as con:
        found = con.execute(
            "select counted, in_force, message from lake.delivery where delivered_on = $1",
            [place.split("/")[1]],
        ).fetchone()
    assert found
    return found


def outcome(inbox: Inbox, set_id: str, result: str) -> None:
    folder = inbox.home.ledger / "checks"
    folder.mkdir(exist_ok=True)
    path = folder / f"{set_id.replace('/', '~')}.json"
    path.write_text(json.dumps({"set_id": set_id, "outcome": result}), "utf-8")


def test_a_snapshot_replaces_the_one_before(inbox: Inbox) -> None:
    roster(inbox, "2023-06-01", 10)
    roster(inbox, "2023-07-01", 9)
    inbox.night()
    assert in_force(inbox) == {"2023-07-01": 9}
    assert in_force(inbox, "2023-06-30") == {"2023-06-01": 10}


def test_suppliers_and_counties_do_not_replace_each_other(inbox: Inbox) -> None:
    roster(inbox, "2023-06-01", 3)
    inbox.drop("civil/2023-07-01/从业人员花名册.csv", csv([staff(20)]))
    inbox.drop("edu/2023-08-01/从业人员花名册.csv", csv([staff(30)]), county="520502")
    inbox.night()
    assert in_force(inbox) == {"2023-06-01": 3, "2023-07-01": 1, "2023-08-01": 1}


def test_a_late_delivery_takes_the_place_of_its_date(inbox: Inbox) -> None:
    roster(inbox, "2023-08-01", 10)
    inbox.night()
    roster(inbox, "2023-07-01", 9)
    inbox.night()
    assert in_force(inbox) == {"2023-08-01": 10}
    assert in_force(inbox, "2023-07-31") == {"2023-07-01": 9}


@pytest.mark.parametrize(("kept", "counts"), [(6, True), (5, False)])
def test_a_snapshot_that_lost_more_than_two_fifths_does_not_count(
    inbox: Inbox, kept: int, counts: bool
) -> None:
    roster(inbox, "2023-06-01", 10)
    after = roster(inbox, "2023-07-01", kept)
    inbox.night()
    assert in_force(inbox) == ({"2023-07-01": kept} if counts else {"2023-06-01": 10})
    counted, forced, said = message(inbox, after)
    assert (counted, forced) == (counts, counts)
    assert ("行数由 10 降到 5，减少超过 40%" in said and "2023-06-01" in said) is not counts


def test_the_measure_is_the_delivery_in_force_not_the_last_one(inbox: Inbox) -> None:
    roster(inbox, "2023-06-01", 20)
    roster(inbox, "2023-07-01", 10)
    roster(inbox, "2023-08-01", 9)
    roster(inbox, "2023-09-01", 12)
    inbox.night()
    assert in_force(inbox, "2023-08-31") == {"2023-06-01": 20}
    assert in_force(inbox) == {"2023-09-01": 12}


def test_a_late_delivery_changes_what_later_ones_are_measured_by(inbox: Inbox) -> None:
    roster(inbox, "2023-06-01", 20)
    roster(inbox, "2023-08-01", 10)
    inbox.night()
    assert in_force(inbox) == {"2023-06-01": 20}
    roster(inbox, "2023-07-01", 14, first=50)
    inbox.night()
    assert in_force(inbox) == {"2023-08-01": 10}


def test_an_empty_snapshot_does_not_empty_a_county(inbox: Inbox) -> None:
    roster(inbox, "2023-06-01", 2)
    inbox.drop("edu/2023-07-01/从业人员花名册.csv", csv([staff(1)]).split(b"\n")[0] + b"\n")
    inbox.night()
    assert in_force(inbox) == {"2023-06-01": 2}


def test_a_snapshot_counts_only_when_all_its_files_were_accepted(inbox: Inbox) -> None:
    roster(inbox, "2023-06-01", 4)
    roster(inbox, "2023-07-01", 4, "从业人员花名册_a.csv", first=50)
    inbox.drop("edu/2023-07-01/从业人员花名册_b.csv", b"broken")
    inbox.night()
    assert in_force(inbox) == {"2023-06-01": 4}
    inbox.drop("edu/2023-07-01/从业人员花名册_b.csv", csv([staff(90)]))
    inbox.night()
    assert in_force(inbox) == {"2023-07-01": 5}


def test_a_corrected_file_of_another_name_completes_its_set(inbox: Inbox) -> None:
    """spec/run.md: all files of one feed in one dated folder are one delivery."""
    roster(inbox, "2023-06-01", 4)
    roster(inbox, "2023-07-01", 4, "从业人员花名册_a.csv", first=50)
    refused = inbox.drop("edu/2023-07-01/从业人员花名册_b.csv", b"broken")
    inbox.night()
    inbox.drop("edu/2023-07-01/从业人员花名册_b2.csv", csv([staff(90)]))
    inbox.night()
    assert in_force(inbox) == {"2023-06-01": 4}  # the refused file still lies there
    refused.unlink()
    assert inbox.night() == {}
    assert in_force(inbox) == {"2023-07-01": 5}
    with inbox.warehouse() as con:
        found = con.execute("select status, counted, message from lake.delivery").fetchall()
    (said,) = (said for status, counted, said in found if status == "REJECTED" and not counted)
    assert said.endswith("文件已撤回，由同批后来送达的文件替代。")


def test_a_refused_file_that_comes_back_counts_again(inbox: Inbox) -> None:
    roster(inbox, "2023-07-01", 4, "从业人员花名册_a.csv")
    refused = inbox.drop("edu/2023-07-01/从业人员花名册_b.csv", b"broken")
    inbox.night()
    aside = refused.rename(inbox.home.root / "aside.csv")
    inbox.drop("edu/2023-07-01/从业人员花名册_c.csv", csv([staff(90)]))
    inbox.night()
    assert in_force(inbox) == {"2023-07-01": 5}
    aside.rename(refused)
    inbox.night()
    assert in_force(inbox) == {}


def test_an_inbox_cleared_after_the_delivery_completes_nothing(inbox: Inbox) -> None:
    roster(inbox, "2023-06-01", 4)
    for name, content in (("a", csv([staff(n) for n in range(4)])), ("b", b"broken")):
        inbox.drop(f"edu/2023-07-01/从业人员花名册_{name}.csv", content)
    inbox.night()
    for path in inbox.home.inbox.rglob("*.csv"):
        path.unlink()
    inbox.night()
    assert in_force(inbox) == {"2023-06-01": 4}


def test_a_refused_file_that_only_left_completes_nothing(inbox: Inbox) -> None:
    roster(inbox, "2023-07-01", 4, "从业人员花名册_a.csv")
    refused = inbox.drop("edu/2023-07-01/从业人员花名册_A.csv", b"broken")
    inbox.night()
    refused.unlink()
    inbox.night()
    assert in_force(inbox) == {}


def test_an_event_file_counts_though_its_neighbour_was_refused(inbox: Inbox) -> None:
    inbox.drop("court/2023-07-01/刑事生效判决_a.csv", csv([judgment(1)]))
    inbox.drop("court/2023-07-01/刑事生效判决_b.csv", b"broken", {"period_start": "2023-01-01"})
    inbox.night()
    assert inbox.rows("criminal_judgment", "name, _in_force") == [("李四1", True)]
    with inbox.warehouse() as con:
        counted = con.execute("select status, counted from lake.delivery order by 1").fetchall()
    assert counted == [("ACCEPTED", True), ("REJECTED", False)]


@pytest.mark.parametrize(("result", "word"), [("failed", "未通过"), ("errored", "未能完成")])
def test_a_set_that_did_not_pass_its_checks_does_not_count(
    inbox: Inbox, result: str, word: str
) -> None:
    roster(inbox, "2023-06-01", 4)
    after = roster(inbox, "2023-07-01", 4, first=50)
    inbox.drop("court/2023-08-01/刑事生效判决.csv", csv([judgment(1)]))
    inbox.night()
    outcome(inbox, "520526/edu/staff_roster/2023-07-01", result)
    outcome(inbox, "520526/court/criminal_judgment/2023-08-01", result)
    outcome(inbox, "520526/edu/staff_roster/2023-06-01", "passed")
    assert in_force(inbox) == {"2023-06-01": 4}
    assert inbox.rows("criminal_judgment") == []
    assert word in message(inbox, after)[2]
    assert "仍以 2023-06-01 的交付为准" in message(inbox, after)[2]


def test_unchanged_township_files_keep_a_snapshot_whole(inbox: Inbox) -> None:
    for name in ("a", "b", "c"):
        roster(inbox, "2023-06-01", 4, f"从业人员花名册_{name}.csv", first=10 * ord(name) - 900)
    for name in ("a", "b"):
        roster(inbox, "2023-07-01", 4, f"从业人员花名册_{name}.csv", first=10 * ord(name) - 900)
    roster(inbox, "2023-07-01", 5, "从业人员花名册_c.csv", first=10 * ord("c") - 900)
    inbox.night()
    assert in_force(inbox) == {"2023-07-01": 13}
