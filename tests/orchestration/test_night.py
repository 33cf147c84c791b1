"""A night as a Dagster run over the small project."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import dagster as dg
import duckdb
import pytest
from dagster import DagsterRunStatus

from expectations import check
from ingest.home import Home
from orchestration import locks
from orchestration.nightly import trouble_of

ROOT = Path(__file__).parents[2]
CANARY = "52052619850101123X"


def published(home: Home) -> dict[str, object]:
    return json.loads((home.marts / "manifest.json").read_text())


def test_a_night_takes_checks_builds_and_publishes(home: Home, deliver, night, instance) -> None:
    deliver(3)
    result = night()
    assert result.success, trouble_of(result)
    assert published(home) == {"night": "2023-02-01", "cases": 3}
    assert (home.observations / "2023-02-01").is_dir()
    assert (home.reports / "2023-02-01" / "quality.html").exists()
    warehouse = home.nights / "2023-02-01" / "warehouse.duckdb"
    with duckdb.connect(str(warehouse), read_only=True) as con:
        assert con.execute("select cases, observed from marts.fct_case").fetchall() == [(3, 1)]
    assert oct(home.nights.stat().st_mode)[-3:] == "700"
    lake = dg.AssetKey(["lake", "police_case"])
    facts = next(e for e in result.get_asset_materialization_events() if e.asset_key == lake)
    facts = facts.materialization.metadata
    assert (facts["rows_in"].value, facts["rows_accepted"].value) == (3, 3)
    assert facts["data_as_of"].value == "2023-01-05"
    arrived = dg.AssetKey(["inbox", "police_case"])
    checks = {e.check_name: e.passed for e in result.get_asset_check_evaluations()}
    assert checks["contract"] and checks["volume"]
    assert any("accepted_values" in name for name in checks)
    assert instance.get_latest_materialization_event(arrived) is not None
    # nothing new arrives the night after: the inbox is not materialised, the lake is
    before = instance.get_latest_materialization_event(arrived)
    assert night("2023-02-02").success
    assert instance.get_latest_materialization_event(arrived) == before
    assert published(home)["night"] == "2023-02-02"
    assert [folder.name for folder in home.nights.iterdir()] == ["2023-02-02"]


def test_a_failed_test_publishes_nothing_and_says_where_to_look(home: Home, deliver, night) -> None:
    deliver(3)
    assert night().success
    deliver(5, day="2023-01-12")
    result = night("2023-02-02")
    assert not result.success
    assert published(home)["night"] == "2023-02-01"
    assert "accepted_values_fct_case_cases" in trouble_of(result)
    assert "nights/2023-02-02/dbt/dbt.log" in trouble_of(result)


def test_marts_that_do_not_add_up_are_not_published(home: Home, night) -> None:
    result = night()
    assert trouble_of(result) == "publish: 没有一个文件"
    assert not (home.marts / "manifest.json").exists()
    assert list(home.observations.iterdir()) == []  # nor are they remembered


def test_no_personal_value_reaches_dagster(
    home: Home, deliver, night, instance, monkeypatch
) -> None:
    def crash(*_: object) -> None:
        raise ValueError(f"cannot convert {CANARY}")

    deliver(3, note=CANARY, accepted_on=CANARY)
    assert night().success
    monkeypatch.setattr("orchestration.assets.feeds.check_feed", crash)
    result = night("2023-02-02")
    assert not result.success
    assert "ValueError" in trouble_of(result)
    (details,) = (home.ledger / "errors").glob("*police_case.txt")
    assert CANARY in details.read_text()
    kept = b"".join(path.read_bytes() for path in home.dagster.rglob("*") if path.is_file())
    assert b"ASSET_MATERIALIZATION" in kept
    assert CANARY.encode() not in kept


def test_a_check_that_crashes_ends_no_night(home: Home, deliver, night, monkeypatch) -> None:
    def crash(*_: object) -> None:
        raise ZeroDivisionError(CANARY)

    monkeypatch.setattr(check, "run", crash)
    deliver(3)
    result = night()
    assert result.success
    evaluation = next(
        e for e in result.get_asset_check_evaluations()
        if e.check_name == "contract" and e.asset_key == dg.AssetKey(["lake", "police_case"])
    )  # fmt: skip
    assert (evaluation.passed, evaluation.metadata["errored"].value) == (False, 1)
    assert published(home)["cases"] == 0  # an errored set does not count


def test_a_killed_run_does_not_block_the_next(home: Home, deliver, night, instance) -> None:
    deliver(1)
    run = dg.DagsterRun(job_name=locks.JOB, status=DagsterRunStatus.STARTED)
    instance.add_run(run)
    instance.event_log_storage.initialize_concurrency_limit_to_default("warehouse")
    instance.event_log_storage.claim_concurrency_slot("warehouse", run.run_id, "warehouse")
    result = night()
    assert result.success, trouble_of(result)
    assert instance.get_run_by_id(run.run_id).status == DagsterRunStatus.FAILURE
    info = instance.event_log_storage.get_concurrency_info("warehouse")
    assert info.active_slot_count == 0


@pytest.mark.slow
def test_a_killed_night_is_alerted_by_the_next_but_not_by_its_own_run_again(
    home: Home, deliver, night, instance, caplog
) -> None:
    deliver(1)
    for day in ("2023-01-31", "2023-02-01"):
        tags = {"dagster/partition": day}
        run = dg.DagsterRun(job_name=locks.JOB, status=DagsterRunStatus.STARTED, tags=tags)
        instance.add_run(run)
    assert night("2023-02-01").success
    assert night("2023-02-02").success
    said = [r.message for r in caplog.records if "这一夜没有发布" in r.message]
    assert said == [f"2023-01-31 这一夜没有发布；{locks.KILLED}"]


def test_with_a_key_that_is_none_no_file_is_refused(
    home: Home, deliver, night, monkeypatch
) -> None:
    """However the run was started; with the right key it takes what lies there."""
    deliver(3)
    monkeypatch.setenv("XIANSUO_KEY", "abc123secret")
    result = night()
    assert not result.success
    assert "XIANSUO_KEY" in trouble_of(result)
    kept = [path.read_bytes() for path in home.root.rglob("*") if path.is_file()]
    assert [text for text in kept if b"abc123secret" in text] == []
    monkeypatch.setenv("XIANSUO_KEY", "ab" * 32)
    assert night().success
    assert published(home)["cases"] == 3


def test_two_nights_at_once_are_refused(home: Home, night) -> None:
    with locks.hold(home, "the-other"):
        result = night()
    assert not result.success
    assert "另一夜正在这个数据目录里运行（run the-other）" in trouble_of(result)
    assert not locks.is_held(home)


def test_the_lock_goes_with_a_killed_process(home: Home) -> None:
    code = (
        "import os, signal; from pathlib import Path; from ingest.home import Home;"
        "from orchestration.locks import hold\n"
        f"with hold(Home(Path({str(home.root)!r})), 'killed'): os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", code], check=False, cwd=ROOT)
    assert (home.dagster / "night.lock").read_text() == "run killed"
    assert not locks.is_held(home)


def test_dbt_dies_with_the_night_that_started_it() -> None:
    child = (
        "import os, time; from orchestration.dbt_night import die_with_parent;"
        "die_with_parent(); print(os.getpid(), flush=True); time.sleep(600)"
    )
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    night = subprocess.Popen(
        [sys.executable, "-c", parent], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert night.stdout
    orphan = Path("/proc") / night.stdout.readline().strip()
    assert orphan.exists()
    night.kill()
    night.wait()
    deadline = time.monotonic() + 30
    while orphan.exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not orphan.exists()
