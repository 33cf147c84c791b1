"""Dagster's event log with open connections is Dagster's event log."""

from pathlib import Path

import dagster as dg
import pytest
from dagster._core.storage.event_log import SqliteEventLogStorage

from ingest.home import Home
from orchestration.event_log import MAX_OPEN, OpenEventLog


@pytest.fixture
def log(instance: dg.DagsterInstance) -> OpenEventLog:
    assert isinstance(instance.event_log_storage, OpenEventLog)
    return instance.event_log_storage


@dg.op
def say(context: dg.OpExecutionContext) -> None:
    context.log.info("something")


@dg.job
def talk() -> None:
    say()


def test_what_it_writes_dagsters_own_storage_reads(home: Home, instance, log) -> None:
    run = talk.execute_in_process(instance=instance).run_id
    plain = SqliteEventLogStorage(str(home.dagster / "history" / "runs"))
    messages = [entry.message for entry in plain.get_logs_for_run(run)]
    assert messages == [entry.message for entry in log.get_logs_for_run(run)]
    assert any("something" in message for message in messages)


@pytest.mark.timeout(30)
def test_a_table_may_be_asked_for_inside_a_connection(log) -> None:
    with log.index_connection():
        assert log.has_table("asset_keys")
        assert not log.has_table("no_such_table")


def test_only_a_few_stay_open(instance, log) -> None:
    runs = [talk.execute_in_process(instance=instance).run_id for _ in range(MAX_OPEN + 2)]
    assert len(log._engines) == MAX_OPEN
    assert all(log.get_logs_for_run(run) for run in runs)


def test_it_lies_where_dagster_looks_by_default(home: Home, log) -> None:
    assert Path(log.path_for_shard("index")) == home.dagster / "history" / "runs" / "index.db"
