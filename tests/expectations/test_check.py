"""Outcomes of landed sets: three-valued, once per content, and nothing personal in them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from expectations import check, run
from expectations.check import SetOutcome, check_feed
from expectations.report import write_report
from ingest.force import check_outcomes, delivery_sets
from ingest.home import Home
from ingest.ledger import DUPLICATE, REJECTED, Ledger, Reason

NIGHT = date(2023, 10, 31)
CANARY_ID = "52052619850101123X"
CANARY_NAME = "金丝雀"


def outcomes(home: Home, feed: str = "staff_roster") -> dict[str, str]:
    return {o.set_id.rsplit("/", 1)[1]: o.outcome for o in check_feed(home, feed, NIGHT)}


def findings(outcome: SetOutcome) -> dict[str, dict[str, int]]:
    return {r.dimension: r.observed for r in outcome.results if not r.success}


@pytest.fixture(params=["frame", "sql"])
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways of running must say the same."""
    if request.param == "sql":
        monkeypatch.setattr(run, "BULK_ROWS", 0)


def test_a_clean_set_passes(home: Home, land, engine) -> None:
    land("staff_roster", "2023-06-01")
    (outcome,) = check_feed(home, "staff_roster", NIGHT)
    assert (outcome.outcome, findings(outcome)) == ("passed", {})


def test_breaches_are_counted_and_graded(home: Home, land, engine) -> None:
    land(
        "staff_roster",
        "2023-06-01",
        rows=20,
        change={
            "post": lambda i: "船长" if i < 2 else "保安",
            "_row_key": lambda i: f"key {max(i, 2)}",
            "hired_on_min": lambda i: date(1800, 1, 1) if i == 0 else date(2020, 1, 1),
            "institution": lambda i: None if i == 0 else "x",
            "id_number_status": lambda i: "lost" if i < 3 else "valid",
        },
    )
    (outcome,) = check_feed(home, "staff_roster", NIGHT)
    assert outcome.outcome == "failed"
    unexpected = {name: seen["unexpected_count"] for name, seen in findings(outcome).items()}
    assert unexpected == {"codes": 2, "key": 3, "range": 1, "required": 1, "identity": 3}
    severities = {r.dimension: r.severity for r in outcome.results if not r.success}
    assert severities["identity"] == severities["range"] == "warning"


def test_the_first_and_the_last_day_of_a_range_are_within_it(home: Home, land, engine) -> None:
    """Of a date that must be stated: from 1900 to a month after the delivery."""
    first, last = date(1900, 1, 1), date(2023, 7, 2)
    # in unequal numbers: a range that is off by a day counts others
    days = [date(1899, 12, 31), *2 * [first], *4 * [last], date(2023, 7, 3)]
    land(
        "staff_roster",
        "2023-06-01",
        rows=len(days),
        change={"hired_on_min": lambda i: days[i], "left_on_min": lambda i: date(9999, 12, 31)},
    )
    (outcome,) = check_feed(home, "staff_roster", NIGHT)
    seen = [r.observed["unexpected_count"] for r in outcome.results if not r.success]
    assert seen == [2]


def test_warnings_alone_pass(home: Home, land) -> None:
    land("staff_roster", "2023-06-01", change={"id_number_status": lambda i: "lost"})
    assert outcomes(home) == {"2023-06-01": "passed"}


def test_a_lost_column_fails(home: Home, land, engine) -> None:
    file = land("staff_roster", "2023-06-01")
    path = home.lake / "staff_roster" / file.adcode / f"{file.delivery_id}.parquet"
    pq.write_table(pq.read_table(path).drop_columns(["ethnicity"]), path)
    (outcome,) = check_feed(home, "staff_roster", NIGHT)
    assert (outcome.outcome, findings(outcome)) == ("failed", {"columns": {"columns_missing": 1}})


@pytest.mark.parametrize(("rows", "expected"), [(59, "failed"), (60, "passed")])
def test_a_set_that_lost_too_many_rows_keeps_the_earlier_one_in_force(
    home: Home, land, rows: int, expected: str
) -> None:
    land("staff_roster", "2023-06-01", rows=100)
    land("staff_roster", "2023-07-01", rows=rows)
    assert outcomes(home)["2023-07-01"] == expected
    sets = delivery_sets(Ledger(home), NIGHT, check_outcomes(home))
    in_force = [one.delivered_on.month for one in sets.values() if one.in_force]
    assert in_force == [6 if expected == "failed" else 7]


def test_a_failed_set_is_no_measure_for_the_next(home: Home, land) -> None:
    land("staff_roster", "2023-06-01", rows=100)
    land("staff_roster", "2023-07-01", rows=10)
    land("staff_roster", "2023-08-01", rows=11)
    assert outcomes(home) == {
        "2023-06-01": "passed", "2023-07-01": "failed", "2023-08-01": "failed",
    }  # fmt: skip


def test_a_late_set_changes_what_the_next_is_measured_by(home: Home, land) -> None:
    land("staff_roster", "2023-08-01", rows=50)
    assert outcomes(home) == {"2023-08-01": "passed"}
    land("staff_roster", "2023-07-01", rows=100)
    assert outcomes(home) == {"2023-07-01": "passed", "2023-08-01": "failed"}


def test_sets_after_the_night_are_not_looked_at(home: Home, land) -> None:
    land("staff_roster", "2023-11-01")
    assert outcomes(home) == {}


def test_a_refused_set_is_not_checked_and_a_repeated_file_stands_for_its_original(
    home: Home, land
) -> None:
    first = land("staff_roster", "2023-06-01", rows=10)
    land("staff_roster", "2023-07-01", status=REJECTED, rows_in=0, rows_accepted=0)
    land(
        "staff_roster", "2023-08-01", rows=10, status=DUPLICATE, rows_accepted=0,
        rows_duplicate=10, duplicate_of=first.delivery_id,
    )  # fmt: skip
    assert outcomes(home) == {"2023-06-01": "passed", "2023-08-01": "passed"}


def test_a_crash_is_errored_blocks_and_is_tried_again(home: Home, land) -> None:
    file = land("staff_roster", "2023-06-01")
    path = home.lake / "staff_roster" / file.adcode / f"{file.delivery_id}.parquet"
    whole = path.read_bytes()
    path.write_bytes(whole[:100])
    assert outcomes(home) == {"2023-06-01": "errored"}
    (one,) = delivery_sets(Ledger(home), NIGHT, check_outcomes(home)).values()
    assert not one.counted
    path.write_bytes(whole)
    assert outcomes(home) == {"2023-06-01": "passed"}


def test_a_crash_of_one_check_is_that_checks_outcome(home: Home, land, monkeypatch) -> None:
    import great_expectations.expectations as gxe

    def crash(*_: object, **__: object) -> None:
        raise ZeroDivisionError(CANARY_ID)

    monkeypatch.setattr(gxe.ExpectCompoundColumnsToBeUnique, "_validate", crash)
    land("staff_roster", "2023-06-01")
    (outcome,) = check_feed(home, "staff_roster", NIGHT)
    assert outcome.outcome == "errored"
    assert [r.dimension for r in outcome.results if r.outcome == "errored"] == ["key"]
    assert CANARY_ID not in check._path(home, outcome.set_id).read_text()


def test_a_set_is_checked_once_per_content(home: Home, land, monkeypatch) -> None:
    land("staff_roster", "2023-06-01")
    first = check_feed(home, "staff_roster", NIGHT)

    def never(*_: object) -> None:
        raise AssertionError("checked again")

    monkeypatch.setattr(check, "run", never)
    assert check_feed(home, "staff_roster", NIGHT) == first
    monkeypatch.undo()
    land("staff_roster", "2023-06-01", rows=7, source_file="从业人员花名册_石门乡.csv")
    (second,) = check_feed(home, "staff_roster", NIGHT)
    assert len(second.content[0]) == 2


def test_nothing_new_does_not_import_great_expectations(home: Home, land) -> None:
    import subprocess
    import sys

    land("staff_roster", "2023-06-01")
    check_feed(home, "staff_roster", NIGHT)
    code = (
        "import sys; from datetime import date; from pathlib import Path;"
        "from ingest.home import Home; from expectations.check import check_feed;"
        f"check_feed(Home(Path({str(home.root)!r})), 'staff_roster', date(2023, 10, 31));"
        "sys.exit('great_expectations' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_no_personal_value_in_results_or_report(home: Home, land, engine, capfd) -> None:
    land(
        "staff_roster",
        "2023-06-01",
        change={
            "name": lambda i: CANARY_NAME,
            "id_number": lambda i: CANARY_ID,
            "id_number_raw": lambda i: CANARY_ID,
            "post": lambda i: CANARY_NAME,  # in a code list, where it is an unexpected value
            "id_number_status": lambda i: CANARY_ID,
            "_row_key": lambda i: CANARY_ID,
        },
    )
    assert outcomes(home) == {"2023-06-01": "failed"}
    report = write_report(home, NIGHT)
    written = [*(home.ledger / "checks").rglob("*"), report]
    said = "".join(path.read_text("utf-8") for path in written) + "".join(capfd.readouterr())
    assert "未通过" in said
    assert CANARY_ID not in said
    assert CANARY_NAME not in said


def test_the_report_stands_alone_and_tells_all(home: Home, land) -> None:
    land("staff_roster", "2023-06-01", rows=100)
    land("staff_roster", "2023-07-01", rows=10)
    land(
        "police_case", "2023-07-01", rows=0, status=REJECTED, message="文件打不开；请重新报送。",
        source_file="公安受立案<script>alert(1)</script>.csv",
    )  # fmt: skip
    land(
        "police_case", "2023-07-08", rows=3, rows_in=5, rows_quarantined=2,
        reasons=(Reason("accepted_on", "bad_date", 2, 7),),
    )  # fmt: skip
    broken = land("screening_record", "2023-07-08")
    (home.lake / "screening_record" / broken.adcode / f"{broken.delivery_id}.parquet").write_bytes(
        b""
    )
    for feed in ("staff_roster", "police_case", "screening_record"):
        check_feed(home, feed, NIGHT)
    path: Path = write_report(home, NIGHT)
    html = path.read_text("utf-8")
    assert path == home.reports / "2023-10-31" / "quality.html"
    assert "default-src 'none'" in html
    assert "://" not in html
    assert "<script" not in html
    for text in ("通过", "未通过", "检查出错", "文件打不开；请重新报送。", "日期无法识别或不存在"):
        assert text in html
    assert [p.name for p in path.parent.iterdir()] == ["quality.html"]
