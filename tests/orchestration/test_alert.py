"""Each alarm is said once, whatever becomes of the webhook; a webhook that is ill harms nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from ingest.home import Home
from orchestration import alert, webhook
from orchestration.alert import Alarm, tell
from tests.night import ROOT
from tests.webhook import HANG, TRICKLE, serve

A, B = Alarm("feed_late", "520526/edu/a", "甲迟报"), Alarm("urgent_clue", "MIN-05-B", "紧急")


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook, "PAUSES", (0, 0.01, 0.01))
    monkeypatch.setattr(webhook, "ATTEMPT_SECONDS", 0.2)


def test_each_is_said_once_to_the_log_and_to_the_webhook(home: Home, monkeypatch, caplog) -> None:
    with serve() as hook:
        monkeypatch.setenv("XIANSUO_ALERT_URL", hook.url)
        assert tell(home, [A, B]) == [A, B]
        assert tell(home, [A, B]) == []
    assert hook.posts == [{
        "text": "甲迟报\n紧急",
        "alerts": [
            {"kind": "feed_late", "about": "520526/edu/a", "text": "甲迟报"},
            {"kind": "urgent_clue", "about": "MIN-05-B", "text": "紧急"},
        ],
    }]  # fmt: skip
    assert [record.message for record in caplog.records] == ["甲迟报", "紧急"]


def test_nothing_to_say_is_not_posted(home: Home, monkeypatch, caplog) -> None:
    with serve() as hook:
        monkeypatch.setenv("XIANSUO_ALERT_URL", hook.url)
        assert tell(home, []) == []
    assert (hook.posts, caplog.records) == ([], [])


def test_what_ended_may_be_said_again(home: Home, monkeypatch) -> None:
    with serve() as hook:
        monkeypatch.setenv("XIANSUO_ALERT_URL", hook.url)
        tell(home, [A, B])
        tell(home, [B], over=lambda key: key == A.key)
        tell(home, [A, B])
    assert hook.alerts == [A.key, B.key, A.key]


@pytest.mark.parametrize("answer", [500, 404, 302, HANG])
def test_a_post_that_was_not_taken_is_tried_again(home: Home, monkeypatch, answer) -> None:
    with serve(answer) as hook:
        monkeypatch.setenv("XIANSUO_ALERT_URL", hook.url)
        tell(home, [A])
        tell(home, [A])
    assert hook.alerts == [A.key, A.key]  # the one that was not taken, and the one that was


def test_a_dead_webhook_is_told_when_it_is_back_and_the_log_only_once(
    home: Home, monkeypatch, caplog
) -> None:
    with serve(*[500] * 3) as hook:
        monkeypatch.setenv("XIANSUO_ALERT_URL", hook.url)
        assert tell(home, [A]) == [A]
        assert tell(home, [B]) == [B]
        tell(home, [A, B])
    assert hook.posts[-1]["text"] == "甲迟报\n紧急"
    assert len(hook.posts) == 4
    assert [r.message for r in caplog.records if "送达" not in r.message] == ["甲迟报", "紧急"]


def test_what_ended_before_it_could_be_posted_is_not_posted(home: Home, monkeypatch) -> None:
    with serve(*[500] * 3) as hook:
        monkeypatch.setenv("XIANSUO_ALERT_URL", hook.url)
        tell(home, [A])
        tell(home, [], over=lambda key: key == A.key)
    assert len(hook.posts) == 3


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/", "no url", "ftp://x", "file:///etc/hosts"])
def test_no_webhook_at_all_breaks_nothing(home: Home, url, monkeypatch, caplog) -> None:
    monkeypatch.setenv("XIANSUO_ALERT_URL", url)
    assert tell(home, [A]) == [A]
    assert "甲迟报" in caplog.text
    assert json.loads((home.ledger / "alerts.json").read_text()) == {A.key: A.text}


def test_without_an_address_nothing_waits_for_one(home: Home, monkeypatch) -> None:
    tell(home, [A])
    with serve() as hook:
        monkeypatch.setenv("XIANSUO_ALERT_URL", hook.url)
        tell(home, [A, B])
    assert hook.alerts == [B.key]


@pytest.mark.parametrize("answer", [HANG, TRICKLE])
def test_the_whole_takes_bounded_time(monkeypatch, answer) -> None:
    monkeypatch.setattr(webhook, "LONGEST_SECONDS", 0.5)
    monkeypatch.setattr(webhook, "ATTEMPT_SECONDS", 60)
    with serve(answer) as hook:
        monkeypatch.setenv("XIANSUO_ALERT_URL", hook.url)
        begun = time.monotonic()
        assert not webhook.post({"text": "坏了"})
        assert time.monotonic() - begun < 5
        assert len(hook.posts) == 1


def test_a_teller_that_hangs_is_not_waited_for_long(home: Home, monkeypatch, caplog) -> None:
    monkeypatch.setattr(webhook, "LONGEST_SECONDS", 0.2)
    with alert._held(home):
        assert tell(home, [A]) == []
    assert "警报出错（TimeoutError）" in caplog.text
    assert tell(home, [A]) == [A]


def test_the_attempts_of_a_hanging_webhook_fit_into_the_whole() -> None:
    longest = sum((0, 1, 3)) + 3 * 5
    assert longest <= webhook.LONGEST_SECONDS <= 30


def test_a_memory_that_cannot_be_kept_or_read_does_not_keep_it_quiet(
    home: Home, monkeypatch, caplog
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with serve() as hook:
        monkeypatch.setenv("XIANSUO_ALERT_URL", hook.url)
        with monkeypatch.context() as patched:
            patched.setattr(alert, "put_json", full)
            assert tell(home, [A]) == [A]
        (home.ledger / "alerts.json").write_text("{", "utf-8")
        assert tell(home, [A]) == [A]
        assert tell(home, [A]) == []
    assert hook.alerts == [A.key, A.key]


def test_an_error_of_its_own_is_logged_without_its_text(home: Home, monkeypatch, caplog) -> None:
    def broken(*_: object) -> None:
        raise KeyError("马小花")

    monkeypatch.setattr(alert, "_message", broken)
    monkeypatch.setenv("XIANSUO_ALERT_URL", "http://127.0.0.1:9/")
    tell(home, [A])
    assert "警报出错（KeyError）" in caplog.text
    assert "马小花" not in caplog.text


@pytest.mark.parametrize(
    ("at", "times"), [("webhook.post", 1), ("alert._keep", 2)], ids=["before", "after"]
)
def test_killed_around_the_post_it_is_said_at_least_once(
    home: Home, monkeypatch, at: str, times: int
) -> None:
    """Killed as the post begins: said once, by the next. Killed as it is struck off: said twice."""
    kill = f"""
import itertools, os, signal
from pathlib import Path
from ingest.home import Home
from orchestration import alert, webhook
calls, own = itertools.count(), {at}
def die(*given):
    if next(calls) == {int(at == "alert._keep")}:
        os.kill(os.getpid(), signal.SIGKILL)
    return own(*given)
{at} = die
alert.tell(Home(Path({str(home.root)!r})), [alert.Alarm({A.kind!r}, {A.about!r}, {A.text!r})])
"""
    with serve() as hook:
        monkeypatch.setenv("XIANSUO_ALERT_URL", hook.url)
        done = subprocess.run([sys.executable, "-c", kill], cwd=ROOT, env=os.environ, check=False)
        assert done.returncode == -signal.SIGKILL
        tell(home, [A])
        tell(home, [A])
    assert hook.alerts == [A.key] * times
