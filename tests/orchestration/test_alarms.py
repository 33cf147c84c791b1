"""What of a published night deserves an alarm, and what does not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from ingest.home import Home
from orchestration.alert import night_failed, tell
from orchestration.publish import alarms
from tests.inbox import COUNTY
from tests.orchestration.published import NIGHT, Published
from tests.webhook import Webhook, serve

A = f"MIN-05-{'A' * 16}"


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[Webhook]:
    with serve() as hook:
        monkeypatch.setenv("XIANSUO_ALERT_URL", hook.url)
        yield hook


@pytest.fixture
def night(tmp_path: Path) -> Published:
    """A night on which nothing is wrong."""
    night = Published(Home(tmp_path / "home").make())
    night.rule("MIN-05")
    delivered(night, "police_case", NIGHT - timedelta(days=3))
    night.clue(f"MIN-05-{'C' * 16}", severity="高")
    return night


def delivered(night: Published, feed: str | None, day: date, **facts: object) -> None:
    row = {"delivery_id": f"{feed}{day}", "feed": feed, "adcode": COUNTY, "supplier": "police",
           "delivered_on": day, "source_file": "石门小学马小花.csv", "status": "ACCEPTED",
           "message": "石门小学马小花", "is_adopted": True}  # fmt: skip
    night.add("marts.fct_feed_delivery", **(row | facts))


def sound(night: Published, as_of: date = NIGHT) -> None:
    night.save()
    alarms.sound(night.home, as_of, NIGHT)


def test_quiet_when_nothing_is_wrong(night: Published, hook: Webhook, caplog) -> None:
    sound(night)
    assert (hook.posts, caplog.records) == ([], [])


def test_an_urgent_clue_is_its_id_and_nothing_more(night: Published, hook: Webhook) -> None:
    night.clue(A, severity="紧急")
    sound(night)
    night.con.execute("update marts.fct_clue set state = 'open'")
    sound(night)
    (alert,) = hook.posts[0]["alerts"]
    assert alert == {"kind": "urgent_clue", "about": A, "text": f"紧急新线索 {A}"}
    assert len(hook.posts) == 1


@pytest.mark.parametrize("state", ["cleared", "suppressed", "expired"])
def test_a_clue_that_waits_for_nobody_is_no_alarm(night: Published, hook, state) -> None:
    night.clue(A, severity="紧急", state=state)
    night.clue(f"MIN-05-{'B' * 16}", severity="紧急", is_parent=True)
    sound(night)
    assert hook.posts == []


def test_a_clue_whose_first_night_died_before_it_spoke_is_said(night: Published, hook) -> None:
    night.clue(A, severity="紧急", state="open", first_seen_on=NIGHT - timedelta(days=1))
    sound(night)
    assert hook.alerts == [f"urgent_clue/{A}"]


def test_a_clue_that_came_back_is_not_new_and_one_that_was_purged_leaves_no_trace(
    night: Published, hook: Webhook
) -> None:
    night.clue(A, severity="紧急")
    for state in ("new", "cleared", "reopened"):
        night.con.execute("update marts.fct_clue set state = ? where clue_id = ?", [state, A])
        sound(night)
    assert hook.alerts == [f"urgent_clue/{A}"]
    night.con.execute("delete from marts.fct_clue where clue_id = ?", [A])
    sound(night)
    assert A not in (night.home.ledger / "alerts.json").read_text()


@pytest.mark.parametrize("status", ["REJECTED", "UNRECOGNISED"])
def test_a_refused_file_is_said_without_its_name(night: Published, hook, status, caplog) -> None:
    feed = None if status == "UNRECOGNISED" else "police_case"
    delivered(night, feed, NIGHT, delivery_id="d1", status=status, is_adopted=False)
    delivered(night, None, None, delivery_id="d2", status=status, adcode=None, supplier=None)
    sound(night)
    sound(night)
    assert hook.alerts == ["delivery_rejected/d1", "delivery_rejected/d2"]
    assert "马小花" not in f"{hook.posts}{caplog.text}"
    assert "石门小学" not in f"{hook.posts}{caplog.text}"


def test_a_delivery_that_was_taken_and_does_not_count(night: Published, hook) -> None:
    """By delivery, not by file; not where a file that replaced another one counts."""
    for file in ("a", "b"):
        delivered(night, "staff_roster", NIGHT, supplier="edu", delivery_id=file, is_adopted=False)
    delivered(night, "police_case", NIGHT, delivery_id="replaced", is_adopted=False)
    delivered(night, "police_case", NIGHT, delivery_id="in its place")
    delivered(night, "police_penalty", NIGHT, is_adopted=None)  # by a night of an older version
    sound(night)
    sound(night)
    assert hook.alerts == [f"delivery_not_adopted/{COUNTY}/edu/staff_roster/{NIGHT}"]


def feed(night: Published, **facts: object) -> None:
    row = {"as_of": NIGHT, "adcode": COUNTY, "supplier": "court", "feed": "criminal_judgment",
           "last_delivered_on": date(2023, 8, 1), "workdays_since": 60,
           "is_late": True}  # fmt: skip
    night.add("marts.agg_feed", **(row | facts))


def test_a_late_feed_is_said_once_and_again_after_it_had_come(night: Published, hook) -> None:
    key = f"feed_late/{COUNTY}/court/criminal_judgment"
    feed(night)
    feed(night, feed="staff_roster", is_late=False)
    feed(night, feed="police_case", last_delivered_on=None)  # its files were refused, and that said
    feed(night, feed="police_penalty", as_of=NIGHT - timedelta(days=30))
    sound(night)
    sound(night, as_of=NIGHT - timedelta(days=30))  # an earlier night run again
    assert hook.alerts == [key]
    night.con.execute("update marts.agg_feed set is_late = false")
    sound(night)
    feed(night)
    sound(night)
    assert hook.alerts == [key, key]


def test_a_model_of_which_no_rule_was_evaluated_is_said_once_for_the_county(
    night: Published, hook: Webhook
) -> None:
    for rule, model, outcome in (
        ("MED-01", "MED", "NOT_EVALUATED"), ("MED-02", "MED", "NOT_EVALUATED"),
        ("MIN-06", "MIN", "NOT_EVALUATED"),
    ):  # fmt: skip
        night.rule(rule, model_id=model, outcome=outcome, reason="缺结算")
    sound(night)
    assert hook.alerts == [
        f"rule_not_evaluated/MED/{COUNTY}", f"rule_not_evaluated/MIN-06/{COUNTY}",
    ]  # fmt: skip
    assert "全部 2 条规则" in hook.posts[0]["text"]


def test_a_rule_not_evaluated_is_a_new_alarm_after_it_was(night: Published, hook) -> None:
    def outcome(name: str) -> None:
        night.con.execute("update marts.fct_rule_run set outcome = ?, reason = '缺名录'", [name])
        sound(night)

    for name in ("NOT_EVALUATED", "NOT_EVALUATED", "EVALUATED", "NOT_EVALUATED", "DISABLED"):
        outcome(name)
    key = f"rule_not_evaluated/MIN-05/{COUNTY}"
    assert hook.alerts == [key, key]
    assert "缺名录" in hook.posts[0]["text"]


def test_only_the_newest_night_counts(night: Published, hook) -> None:
    night.add("marts.fct_rule_run", as_of=NIGHT - timedelta(days=1), rule_id="MIN-05",
              adcode=COUNTY, outcome="NOT_EVALUATED", reason="缺名录")  # fmt: skip
    sound(night)
    assert hook.posts == []


def test_a_failed_night_that_was_mended_may_fail_again(night: Published, hook) -> None:
    failed = night_failed(str(NIGHT), "dbt")
    for _ in range(2):
        tell(night.home, [failed])
    sound(night, as_of=NIGHT - timedelta(days=1))  # another night does not mend it
    tell(night.home, [failed])
    assert hook.alerts == [failed.key]
    sound(night)
    tell(night.home, [failed])
    assert hook.alerts == [failed.key] * 2


def test_marts_that_cannot_be_read_fail_no_night(tmp_path: Path, caplog) -> None:
    alarms.sound(Home(tmp_path / "empty").make(), NIGHT, NIGHT)
    assert "警报出错" in caplog.text
