"""What is asked of a set, from its contract alone."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from expectations.suites import BLOCKING, DIMENSIONS, WARNING, Baseline, Check, suite
from ingest.contract import load_contracts

DAY = date(2023, 6, 1)
FEEDS = load_contracts()


def asked(feed: str, dimension: str, baseline: Baseline = Baseline()) -> list[Check]:  # noqa: B008
    return [c for c in suite(FEEDS[feed], DAY, baseline) if c.dimension == dimension]


@pytest.mark.parametrize("feed", FEEDS)
def test_every_contract_gives_a_suite(feed: str) -> None:
    checks = suite(FEEDS[feed], DAY, Baseline("earlier", 100, {}))
    dimensions = {check.dimension for check in checks}
    assert {"columns", "key", "volume"} <= dimensions <= set(DIMENSIONS)
    columns = {column.name for column in FEEDS[feed].columns}
    assert {check.column for check in checks} - {None} <= columns


@pytest.mark.parametrize("feed", FEEDS)
def test_lists_required_columns_and_identity_numbers_are_all_asked_for(feed: str) -> None:
    contract = FEEDS[feed]
    assert {c.column for c in asked(feed, "codes")} == {
        column.name for column in contract.columns if column.allowed
    }
    assert {c.column for c in asked(feed, "required")} == {
        c.name for c in contract.columns if c.required and c.type != "id_number"
    }
    assert {c.column for c in asked(feed, "identity")} == {
        column.name for column in contract.columns if column.type == "id_number"
    }


@pytest.mark.parametrize("feed", FEEDS)
def test_what_the_door_promises_blocks_and_what_only_looks_odd_warns(feed: str) -> None:
    promised = {"columns", "types", "key", "required", "codes"}
    for check in suite(FEEDS[feed], DAY, Baseline()):
        wanted = BLOCKING if check.dimension in promised else WARNING
        assert check.severity == wanted, (check.dimension, check.column)


@pytest.mark.parametrize(("earlier", "least"), [(100, 60), (101, 61), (5, 3), (1, 1)])
def test_a_snapshot_may_lose_forty_percent_and_no_more(earlier: int, least: int) -> None:
    lower, upper = asked("staff_roster", "volume", Baseline("earlier", earlier))
    assert (lower.severity, lower.arguments) == (BLOCKING, {"min_value": least})
    assert upper.severity == WARNING


def test_a_quiet_week_of_events_is_no_fault() -> None:
    checks = asked("police_case", "volume", Baseline("earlier", 1000))
    assert [list(check.arguments) for check in checks] == [["max_value"]]


def test_the_first_delivery_has_nothing_to_be_measured_by() -> None:
    assert not asked("staff_roster", "volume")
    assert not asked("staff_roster", "fill")


def test_a_column_that_was_filled_must_stay_so_by_half() -> None:
    checks = asked("staff_roster", "fill", Baseline("earlier", 100, {"uscc": 0.8, "sex": 0.0}))
    assert [(c.column, c.arguments["mostly"]) for c in checks] == [("uscc", 0.4)]


def test_what_must_be_stated_has_happened_and_other_dates_may_lie_ahead() -> None:
    latest = {
        c.arguments["column"]: c.arguments["max_value"] for c in asked("staff_roster", "range")
    }
    assert latest["hired_on_min"] == datetime(2023, 7, 2)
    assert latest["left_on_min"] == datetime(9999, 12, 31)
    assert latest["id_number_born"] == datetime(2023, 6, 1)
