"""Files arrive, a night fails: who is told."""

from __future__ import annotations

import os
import time

import dagster as dg

from ingest.home import Home
from orchestration import locks
from orchestration.alert import night_failed as alarm
from orchestration.alert import tell
from orchestration.jobs import newest_night
from orchestration.sensors import inbox, night_failed
from tests.webhook import serve


def look(instance: dg.DagsterInstance, cursor: str | None = None):
    context = dg.build_sensor_context(instance=instance, cursor=cursor)
    return inbox(context), context.cursor


def test_a_night_runs_once_the_files_lie_still(home: Home, instance, deliver) -> None:
    answer, cursor = look(instance)
    assert isinstance(answer, dg.SkipReason)
    deliver(1)
    answer, cursor = look(instance, cursor)
    assert isinstance(answer, dg.SkipReason), "more may be on their way"
    deliver(1, day="2023-01-12")
    answer, cursor = look(instance, cursor)
    assert isinstance(answer, dg.SkipReason), "more came"
    answer, cursor = look(instance, cursor)
    assert isinstance(answer, dg.RunRequest)
    assert answer.partition_key == newest_night().isoformat()
    again, _ = look(instance, cursor)
    assert again.run_key == answer.run_key, "the same state asks for no second run"


def test_a_file_that_is_being_written_is_left_alone(home: Home, instance, deliver) -> None:
    deliver(1)
    (file,) = home.inbox.rglob("*.csv")
    os.utime(file, (time.time(), time.time()))
    answer, cursor = look(instance)
    assert (answer.skip_message, cursor) == ("没有新文件", None)


def test_no_run_beside_a_night_under_way(home: Home, instance, deliver) -> None:
    deliver(1)
    _, cursor = look(instance)
    with locks.hold(home, "tonight"):
        answer, cursor = look(instance, cursor)
    assert isinstance(answer, dg.SkipReason)
    assert isinstance(look(instance, cursor)[0], dg.RunRequest)


def failure_of(result: dg.ExecuteInProcessResult, instance: dg.DagsterInstance):
    failure = next(e for e in result.all_events if e.is_failure and not e.is_step_failure)
    return dg.build_run_status_sensor_context(
        sensor_name="night_failed",
        dagster_instance=instance,
        dagster_run=instance.get_run_by_id(result.run_id),
        dagster_event=failure,
    ).for_run_failure()


def test_a_failed_run_is_alerted_once(home, instance, night, monkeypatch) -> None:
    result = night()  # nothing delivered: the small project publishes nothing
    with serve() as hook:
        monkeypatch.setenv("XIANSUO_ALERT_URL", hook.url)
        night_failed(failure_of(result, instance))
        tell(home, [alarm("2023-02-01", "as the command says it")])
    (alert,) = hook.posts[0]["alerts"]
    assert (alert["kind"], alert["about"]) == ("night_failed", "2023-02-01")
    assert "marts__published" in alert["text"]
    assert len(hook.posts) == 1


def test_a_failure_that_was_mended_before_the_sensor_came(
    home, instance, night, deliver, monkeypatch
) -> None:
    with locks.hold(home, "the other"):
        failed = night()
    deliver(1)
    assert night().success
    with serve() as hook:
        monkeypatch.setenv("XIANSUO_ALERT_URL", hook.url)
        night_failed(failure_of(failed, instance))
    assert hook.posts == []
