"""The command: what it accepts, what it says, and with which status it ends."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from ingest.home import Home
from orchestration import locks, nightly
from orchestration.jobs import newest_night, today
from tests.webhook import serve


@pytest.fixture(autouse=True)
def no_parse(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nightly, "prepare", lambda: None)


def asked_for(monkeypatch: pytest.MonkeyPatch, trouble: str | None = None) -> list[str]:
    nights: list[str] = []
    monkeypatch.setattr(nightly, "run", lambda as_of: nights.append(str(as_of)) or trouble)
    return nights


def test_a_published_night_ends_with_zero_and_says_where_to_look(home: Home, monkeypatch, capsys):
    nights = asked_for(monkeypatch)
    assert nightly.main(["--as-of", "2023-10-31"]) == 0
    assert nights == ["2023-10-31"]
    said = capsys.readouterr().out
    assert str(home.reports / "2023-10-31" / "index.html") in said
    assert str(home.marts / "clues.duckdb") in said


def test_without_a_date_it_is_yesterday_in_shanghai(home: Home, monkeypatch):
    nights = asked_for(monkeypatch)
    assert nightly.main([]) == 0
    assert nights == [newest_night().isoformat()]


def test_today_may_be_asked_for(home: Home, monkeypatch):
    asked_for(monkeypatch)
    assert nightly.main(["--as-of", today().isoformat()]) == 0


@pytest.mark.parametrize(
    ("night", "why"),
    [
        ((today() + timedelta(days=1)).isoformat(), "还没有到"),
        ("2018-12-31", "早于最早的一夜"),
        ("31.10.2023", "不是日期"),
        ("2023-02-30", "不是日期"),
    ],
)
def test_nights_that_cannot_be_run_are_refused(home: Home, monkeypatch, capsys, night, why):
    nights = asked_for(monkeypatch)
    with pytest.raises(SystemExit) as stopped:
        nightly.main(["--as-of", night])
    assert stopped.value.code == 2
    assert why in capsys.readouterr().err
    assert nights == []


def test_a_failed_night_ends_with_one_and_says_what_is_in_the_marts(
    home: Home, monkeypatch, capsys, caplog
):
    """In the log and to the webhook once; on the screen each time."""
    asked_for(monkeypatch, trouble="dbt: fct_case. 详情：dbt.log")
    with serve() as hook:
        monkeypatch.setenv("XIANSUO_ALERT_URL", hook.url)
        assert nightly.main(["--as-of", "2023-10-31"]) == 1
        assert "还没有发布过" in caplog.text
        assert "还没有发布过" not in capsys.readouterr().err
        (home.marts / "manifest.json").write_text(json.dumps({"night": "2023-10-30"}))
        assert nightly.main(["--as-of", "2023-10-31"]) == 1
    said = "marts 仍是 2023-10-30 这一夜的内容。dbt: fct_case. 详情：dbt.log"
    assert said in capsys.readouterr().err
    assert said not in caplog.text
    assert hook.alerts == ["night_failed/2023-10-31"]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ValueError("马小花"), "nightly: ValueError. 详情"),
        (OSError(28, "No space left on device"), "nightly: OSError"),
    ],
)
def test_an_error_outside_of_all_steps_is_alerted_too(
    home: Home, monkeypatch, caplog, error, said
) -> None:
    def crash(as_of: object) -> None:
        raise error

    monkeypatch.setattr(nightly, "run", crash)
    assert nightly.main(["--as-of", "2023-10-31"]) == 1
    assert said in caplog.text
    assert "马小花" not in caplog.text


def test_a_disk_so_full_that_not_even_the_error_can_be_kept(home, monkeypatch, caplog) -> None:
    (home.ledger / "errors").touch()  # no folder: nothing can be written there
    monkeypatch.setattr(nightly, "run", lambda as_of: 1 / 0)
    assert nightly.main(["--as-of", "2023-10-31"]) == 1
    assert "2023-10-31 这一夜没有发布" in caplog.text


def test_a_project_that_does_not_parse_fails_the_night(home: Home, monkeypatch, caplog):
    def broken() -> None:
        raise RuntimeError("dbt could not parse")

    monkeypatch.setattr(nightly, "prepare", broken)
    assert nightly.main(["--as-of", "2023-10-31"]) == 1
    assert "dbt could not parse" in caplog.text


def test_a_key_that_is_none_ends_the_command_before_anything(
    home: Home, monkeypatch, capsys, caplog
) -> None:
    nights = asked_for(monkeypatch)
    monkeypatch.setenv("XIANSUO_KEY", "abc123secret")
    assert nightly.main(["--as-of", "2023-10-31"]) == 1
    assert "XIANSUO_KEY" in caplog.text
    assert nights == []
    said = capsys.readouterr()
    assert "abc123secret" not in caplog.text + said.out + said.err
    assert list(home.ledger.rglob("*.json")) == [home.ledger / "alerts.json"]


def test_two_nights_at_once(home: Home, project, monkeypatch, caplog):
    from orchestration import definitions
    from orchestration.definitions import build_defs

    monkeypatch.setattr(
        definitions, "build_defs", lambda night: build_defs(project=project, night=night)
    )
    with locks.hold(home, "the-other"):
        assert nightly.main(["--as-of", "2023-10-31"]) == 1
    assert "另一夜正在这个数据目录里运行（run the-other）" in caplog.text
