"""Files arrive, a night fails: who is told."""

from __future__ import annotations

import http.server
import json
import os
import threading
import time
from collections.abc import Iterator

import dagster as dg
import pytest

from ingest.home import Home
from orchestration import alert as alert_module
from orchestration import locks
from orchestration.alert import alert
from orchestration.jobs import newest_night
from orchestration.sensors import inbox, night_failed


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


@pytest.fixture
def webhook(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, str]]]:
    """A webhook that refuses the first post and takes the others."""
    got: list[dict[str, str]] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.append(json.loads(body))
            self.send_response(503 if len(got) == 1 else 204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("XIANSUO_ALERT_URL", f"http://127.0.0.1:{server.server_port}/")
    monkeypatch.setattr(alert_module.time, "sleep", lambda _: None)
    yield got
    server.shutdown()
    server.server_close()


def test_an_alert_is_posted_and_tried_again(webhook) -> None:
    assert alert("坏了", night="2023-10-31")
    assert webhook == [{"text": "坏了", "night": "2023-10-31"}] * 2


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/", "no url", "ftp://x"])
def test_an_alert_that_cannot_be_delivered_breaks_nothing(url, monkeypatch, caplog) -> None:
    monkeypatch.setenv("XIANSUO_ALERT_URL", url)
    monkeypatch.setattr(alert_module.time, "sleep", lambda _: None)
    assert not alert("坏了")
    assert "坏了" in caplog.text


def test_a_failed_run_is_alerted_with_its_night(home, instance, night, webhook) -> None:
    result = night()  # nothing delivered: the small project publishes nothing
    failure = next(e for e in result.all_events if e.is_failure and not e.is_step_failure)
    context = dg.build_run_status_sensor_context(
        sensor_name="night_failed",
        dagster_instance=instance,
        dagster_run=instance.get_run_by_id(result.run_id),
        dagster_event=failure,
    ).for_run_failure()
    night_failed(context)
    assert webhook[-1]["night"] == "2023-02-01"
    assert webhook[-1]["run_id"] == result.run_id
    assert "marts__published" in webhook[-1]["text"]
