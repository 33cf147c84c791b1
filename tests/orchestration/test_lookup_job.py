"""Who answers, and when: the sensor and its job beside a night, the command, a night run again."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
import duckdb
import pandas as pd
import pytest

from ingest.home import Home
from orchestration import locks
from orchestration.alert import Alarm
from orchestration.assets import publish as publish_step
from orchestration.instance import SETTINGS
from orchestration.lookup import __main__ as command
from orchestration.lookup import desk
from orchestration.lookup.job import batch_lookup, lookup_requests
from orchestration.lookup.judge import published_night
from orchestration.publish.serving import keep_newer_lookup
from orchestration.sensors import inbox
from tests.inbox import COUNTY, csv, id_number
from tests.night import ROOT, texts
from tests.orchestration.lookups import NIGHT, answers, ask, logged, person, publish, sheet

# A night as another process runs it: it holds the home, and its warehouse is open for writing.
NIGHT_UNDER_WAY = """
import sys, duckdb
from pathlib import Path
from ingest.home import Home
from orchestration import locks
from orchestration.alert import Alarm
from orchestration.assets import publish as publish_step
home = Home(Path(sys.argv[1]))
warehouse = home.nights / "2023-11-30" / "warehouse.duckdb"
warehouse.parent.mkdir()
with locks.hold(home, "tonight"), duckdb.connect(str(warehouse)) as con:
    con.execute("create table half_built as select 1 as i")
    print("under way", flush=True)
    sys.stdin.read()
"""


@contextmanager
def night_under_way(home: Home) -> Iterator[None]:
    with subprocess.Popen(
        [sys.executable, "-c", NIGHT_UNDER_WAY, str(home.root)],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout and process.stdout.readline() == "under way\n"
        yield


def run(instance: dg.DagsterInstance) -> dg.ExecuteInProcessResult:
    return batch_lookup.execute_in_process(instance=instance, raise_on_error=False)


# beside a night ------------------------------------------------------------------------------


def test_a_request_is_answered_while_a_night_runs(home: Home, instance) -> None:
    publish(home)
    ask(home, person(1, name="马花"))
    with night_under_way(home):
        assert locks.is_held(home)
        with pytest.raises(duckdb.IOException):
            duckdb.connect(str(home.nights / "2023-11-30" / "warehouse.duckdb"))
        assert isinstance(lookup_requests(dg.build_sensor_context(instance)), dg.RunRequest)
        assert run(instance).success
    assert sheet(answers(home)["石门2023-1"])[0]["查询结果"] == "有记录"


def test_nothing_of_a_night_holds_it_up() -> None:
    """No pool, no slot that nights use up, ahead of them in the queue; asked for twice a minute."""
    assert {op.pool for op in batch_lookup.all_node_defs} == {None}
    assert "night" not in batch_lookup.required_resource_keys
    assert int(batch_lookup.tags["dagster/priority"]) > 0
    assert "max_concurrent_runs" not in SETTINGS
    assert lookup_requests.minimum_interval_seconds <= 30
    assert desk.QUIET_SECONDS + lookup_requests.minimum_interval_seconds <= 30
    assert lookup_requests.default_status == dg.DefaultSensorStatus.RUNNING


def test_the_sensor_asks_once_and_rests_when_all_are_answered(home: Home, instance) -> None:
    def look():
        return lookup_requests(dg.build_sensor_context(instance))

    assert isinstance(look(), dg.SkipReason)
    ask(home, person(1))
    assert isinstance(look(), dg.SkipReason), "nothing has been published"
    publish(home)
    first, again = look(), look()
    assert first.run_key == again.run_key
    assert run(instance).success
    assert isinstance(look(), dg.SkipReason)
    ask(home, person(1), person(2), age=60)
    assert look().run_key != first.run_key


def test_a_request_alone_calls_no_night(home: Home, instance) -> None:
    ask(home, person(1))
    context = dg.build_sensor_context(instance)
    assert inbox(context).skip_message == "没有新文件"


def test_dagster_learns_counts_and_nobodys_name(home: Home, instance) -> None:
    publish(home)
    ask(home, person(1, name="马花"))
    ask(home, place="edu/2023-11-01/批量查询申请_坏.csv", content=csv([person(2)])[:-4] + b"\xff")
    assert run(instance).success
    told = "".join(text for _, text in texts(home.dagster))
    assert "答复 2 份，1 人，未受理 1 份" in told
    assert not [word for word in ("马花", "张三", id_number(1), id_number(2)) if word in told]


def test_an_unexpected_error_fails_the_run_without_quoting(home, instance, monkeypatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError(id_number(1))

    publish(home)
    ask(home, person(1))
    monkeypatch.setattr(desk, "judge", broken)
    assert not run(instance).success
    assert id_number(1) not in "".join(text for _, text in texts(home.dagster))
    assert answers(home) == {}
    monkeypatch.undo()
    os.environ["XIANSUO_HOME"] = str(home.root)
    assert len(desk.waiting(home)) == 1, "it is asked for again"


def test_one_request_in_trouble_holds_up_no_other(home: Home, instance, monkeypatch) -> None:
    judge = desk.judge

    def broken(home: Home, adcode: str, asked_on: object, people: pd.DataFrame):
        if len(people) == 1:
            raise RuntimeError(id_number(1))
        return judge(home, adcode, asked_on, people)

    publish(home)
    ask(home, person(1, request_no="A"), place="edu/2023-11-01/批量查询申请_1.csv")
    ask(home, person(1, request_no="B"), person(2, request_no="B"),
        place="edu/2023-11-01/批量查询申请_2.csv")  # fmt: skip
    monkeypatch.setattr(desk, "judge", broken)
    assert not run(instance).success
    assert list(answers(home)) == ["B"]
    os.environ["XIANSUO_HOME"] = str(home.root)
    assert [one.name for one in desk.waiting(home)] == ["批量查询申请_1.csv"]


def test_with_a_key_that_is_none_nobody_is_refused(home: Home, instance, monkeypatch) -> None:
    publish(home)
    ask(home, person(1))
    monkeypatch.setenv("XIANSUO_KEY", "abc")
    assert not run(instance).success
    assert answers(home) == {}
    monkeypatch.undo()
    os.environ["XIANSUO_HOME"] = str(home.root)
    assert len(desk.waiting(home)) == 1


# by a night ----------------------------------------------------------------------------------


def test_a_night_whose_request_cannot_be_answered_is_published_and_says_so(
    home: Home, deliver, night, monkeypatch
) -> None:
    told: list[Alarm] = []
    monkeypatch.setattr(
        publish_step.alarms, "sound", lambda home, as_of, night, more: told.extend(more)
    )
    deliver(1)
    ask(home, person(1), place="edu/2023-01-31/批量查询申请.csv")
    assert night().success, "and the small project has no look-up file"
    (alarm,) = told
    assert (alarm.kind, alarm.about) == ("lookup_unanswered", "screening_request")
    assert "lookup: NothingPublished" in alarm.text
    assert len(desk.waiting(home)) == 1
    told.clear()
    publish(home)
    assert night().success
    assert (told, list(answers(home))) == ([], ["石门2023-1"])
    assert logged(home)[0]["by"].startswith("run ")


def test_a_night_leaves_alone_who_asks_later(home: Home, deliver, night) -> None:
    publish(home)
    deliver(1)
    ask(home, person(1), place="edu/2023-02-02/批量查询申请.csv")
    assert night("2023-02-01").success
    assert answers(home) == {}
    assert night("2023-02-02").success
    assert list(answers(home)) == ["石门2023-1"]


# by hand -------------------------------------------------------------------------------------


def test_by_hand_any_file_is_answered_and_counted(home: Home, tmp_path, capsys) -> None:
    publish(home)
    file = tmp_path / "名单.csv"
    file.write_bytes(csv([person(1, name="马花"), person(2)]))
    assert command.main([str(file)]) == 0
    said = capsys.readouterr().out
    assert "已答复 2 人：有记录 1，需人工核实 0，未发现 1，未能查询 0" in said
    assert str(answers(home)["石门2023-1"]) in said
    (line,) = logged(home)
    assert (line["adcode"], line["supplier"]) == (COUNTY, "handlers")
    assert line["by"].startswith("hand ")
    assert command.main([str(file)]) == 0
    assert "已经答复" in capsys.readouterr().out
    assert len(logged(home)) == 1


def test_by_hand_a_file_of_the_inbox_is_its_agencys(home: Home, capsys) -> None:
    publish(home)
    file = ask(home, person(1), place="health/2023-11-01/批量查询申请.csv")
    assert command.main([os.path.relpath(file)]) == 0
    assert logged(home)[0]["supplier"] == "health"
    assert desk.waiting(home) == [], "the sensor does not answer it again"


def test_by_hand_it_ends_with_one_when_refused_or_too_early(home: Home, tmp_path, capsys) -> None:
    file = tmp_path / "名单.csv"
    file.write_bytes(csv([person(1, authorisation_no="")]))
    assert command.main([str(file)]) == 1
    assert "还没有发布过" in capsys.readouterr().err
    publish(home)
    assert command.main([str(file)]) == 1
    assert "授权书编号" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["missing.csv"], "不是文件"),
        (["{file}", "--adcode", "../../x"], "六位数字"),
        (["{file}", "--supplier", "court"], "court"),
        (["{inbox}"], "文件名须以"),
        ([], "FILE"),
    ],
)
def test_by_hand_what_cannot_be_understood(home, tmp_path, capsys, arguments, why) -> None:
    publish(home)
    file = tmp_path / "名单.csv"
    file.write_bytes(csv([person(1)]))
    other = ask(home, person(1), place="edu/2023-11-01/名单.csv")
    given = [a.format(file=file, inbox=other) for a in arguments]
    with pytest.raises(SystemExit) as stopped:
        command.main(given)
    assert stopped.value.code == 2
    assert why in capsys.readouterr().err


def test_by_hand_two_counties_are_told_apart(home: Home, tmp_path, capsys) -> None:
    published = publish(home)
    with duckdb.connect(str(published)) as con:
        con.execute("insert into screening.lookup_coverage (adcode) values ('520502')")
    file = tmp_path / "名单.csv"
    file.write_bytes(csv([person(1)]))
    with pytest.raises(SystemExit):
        command.main([str(file)])
    assert "2 个县" in capsys.readouterr().err
    assert command.main([str(file), "--adcode", "520502"]) == 0
    assert (home.outbox / "520502" / "screening" / "石门2023-1.xlsx").exists()


def test_help_says_what_is_assumed(capsys) -> None:
    with pytest.raises(SystemExit):
        command.main(["--help"])
    said = capsys.readouterr().out
    for word in ("ADCODE", "SUPPLIER", "handlers", "FILE"):
        assert word in said


# an older night run again --------------------------------------------------------------------


@pytest.fixture
def older(home: Home, tmp_path: Path) -> tuple[Path, Path, Path]:
    """The published file of a newer night, the warehouse of an older one, and that one's file."""
    published, draft = publish(home, "2023-10-31"), publish(home, "2023-09-30")
    warehouse = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(warehouse)) as con:
        con.execute("create schema stored")
        for feed in ("criminal_judgment", "prosecution_case", "police_penalty"):
            con.execute(f"create table stored.{feed} as select '{feed}:1:' as _row_id")
    with duckdb.connect(str(published)) as con:
        con.execute("""
            create table screening.lookup_record as select 'criminal_judgment:1:' as record_id;
            create table screening.lookup_basis as select cast(null as varchar) as shortfall_zh;
        """)
    return published, warehouse, draft


def kept(path: Path) -> tuple[str, int, str | None]:
    """A file's night, how many records it has, and what it says is missing."""
    with duckdb.connect(str(path), read_only=True) as con:
        (row,) = con.execute("""
            select (select as_of::varchar from screening.lookup_night),
                (select count(*) from screening.lookup_record),
                (select max(shortfall_zh) from screening.lookup_basis)
        """).fetchall()
    return row


def test_answers_stay_those_of_the_newer_night(home: Home, older) -> None:
    keep_newer_lookup(*older)
    assert kept(older[2]) == (NIGHT, 1, None)
    assert published_night(home).isoformat() == NIGHT
    assert older[2].stat().st_mode & 0o777 == 0o600


def test_a_record_that_went_is_gone_and_then_nobody_is_not_found(older) -> None:
    published, warehouse, draft = older
    with duckdb.connect(str(warehouse)) as con:
        con.execute("delete from stored.criminal_judgment")
    keep_newer_lookup(published, warehouse, draft)
    night, records, shortfall = kept(draft)
    assert (night, records) == (NIGHT, 0)
    assert shortfall


def test_a_newer_night_takes_the_place(older) -> None:
    published, warehouse, draft = older
    keep_newer_lookup(draft, warehouse, published)
    assert kept(published) == (NIGHT, 1, None)
