"""The score against a ledger, and what the county does between two nights."""

from __future__ import annotations

import hashlib
import hmac
import sys
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from ingest.home import Home
from ingest.simulate import between, ledger, score
from ingest.simulate.ledger import Plant
from tests.inbox import xlsx

KEY = bytes(31) + b"\x01"
FIRST, SECOND = date(2023, 8, 31), date(2023, 9, 30)
PERSON = "11010519491231002X"


def pseudonym(text: str) -> str:
    return hmac.new(KEY, text.encode(), hashlib.sha256).hexdigest()[:32]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home").make()


def plant(folder: Path, *plants: Plant) -> None:
    ledger.write(ledger.resolve(list(plants), (FIRST, SECOND), {}, lambda carrier: False), folder)


def expectation(plant_id: str, subject: str, expected: str = "clue", **more: object) -> Plant:
    given = {"kind": "positive", "start": 0, "end": None, "note": ""} | more
    return Plant(plant_id, "MIN-05", "520526", subject, expected, **given)  # type: ignore[arg-type]


def publish(
    home: Home, clues: list[tuple[date, str, str, str]], outcome: str = "EVALUATED"
) -> None:
    """Marts with clues of MIN-05 as (night, clue id, subject key, state), both nights run."""
    with duckdb.connect(str(home.marts / "clues.duckdb")) as marts:
        marts.execute("create schema marts")
        marts.execute(
            "create table marts.fct_clue_day (as_of date, clue_id text, rule_id text, adcode text,"
            " state text, is_parent boolean)"
        )
        marts.execute("create table marts.fct_clue (clue_id text, subject_key text)")
        marts.execute(
            "create table marts.fct_rule_run (as_of date, rule_id text, adcode text, outcome text)"
        )
        for night, clue, _, state in clues:
            marts.execute(
                "insert into marts.fct_clue_day values (?, ?, 'MIN-05', '520526', ?, false)",
                [night, clue, state],
            )
        for clue, subject in {(c, s) for _, c, s, _ in clues}:
            marts.execute("insert into marts.fct_clue values (?, ?)", [clue, subject])
        for night in (FIRST, SECOND):
            marts.execute(
                "insert into marts.fct_rule_run values (?, 'MIN-05', '520526', ?)", [night, outcome]
            )


def lay_out_pack(home: Home, department: str, clues: list[str]) -> None:
    """A department's pack of the first night with these clues."""
    folder = home.outbox / "520526" / department / str(FIRST)
    folder.mkdir(parents=True)
    head = ["线索编号", "承办人", "核查状态", "核查结果", "原因", "核查日期", "备注"]
    rows = [[clue, *[""] * (len(head) - 1)] for clue in clues]
    pack = folder / f"线索清单_{department}_{FIRST}.xlsx"
    pack.write_bytes(xlsx([head, *rows], names=["线索"]))


def row(result: score.Score) -> dict[str, int]:
    return {str(k): int(v) for k, v in result.table.loc["MIN-05"].items()}


def test_braces_become_the_homes_pseudonyms() -> None:
    assert score.subject_key(f"{{{PERSON}}}@52520526ABC", KEY) == f"{pseudonym(PERSON)}@52520526ABC"
    assert score.subject_key("{~马艳|1990-01-02|女}", KEY) == "~" + pseudonym("马艳|1990-01-02|女")
    assert score.subject_key("(2023)黔0526刑初7号", KEY) == "(2023)黔0526刑初7号"


def test_found_missed_false_and_tripped_are_told_apart(home: Home, tmp_path: Path) -> None:
    plant(
        tmp_path,
        expectation("found", f"{{{PERSON}}}@U1"),
        expectation("missed", f"{{{PERSON}}}@U2"),
        expectation("lure", f"{{{PERSON}}}@U3", "no_clue"),
        expectation("quiet", f"{{{PERSON}}}@U4", "no_clue"),
        expectation("later", f"{{{PERSON}}}@U5", start=1),
    )
    who = pseudonym(PERSON)
    publish(
        home,
        [
            (FIRST, "c1", f"{who}@U1", "suppressed"),
            (FIRST, "c3", f"{who}@U3", "new"),
            (FIRST, "c9", f"{who}@U9", "open"),
            (FIRST, "c2", f"{who}@U2", "cleared"),
            (SECOND, "c5", f"{who}@U5", "new"),
        ],
    )
    first, second = score.score(home, tmp_path)
    assert row(first) == {
        "planted": 2,
        "found": 1,
        "missed": 1,
        "hidden": 0,
        "false": 2,
        "negatives": 2,
        "tripped": 1,
    }
    assert [w for w in first.wrong if "not planted" in w] == ["false c9 (not planted)"]
    assert "missed missed: " in first.wrong and "false c3 lure" in first.wrong
    assert row(second)["found"] == 1 and row(second)["planted"] == 3


def test_what_was_sealed_must_be_forgotten_on_all_nights(home: Home, tmp_path: Path) -> None:
    plant(tmp_path, expectation("sealed", "S1", end=0, gone_from=1))
    publish(home, [(FIRST, "c1", "S1", "new")])
    first, _ = score.score(home, tmp_path)
    assert row(first)["false"] == 1


def test_a_rule_that_should_not_have_been_judged(home: Home, tmp_path: Path) -> None:
    plant(tmp_path, expectation("gap", "", "not_evaluated", end=0), expectation("one", "S1"))
    publish(home, [], outcome="EVALUATED")
    first, second = score.score(home, tmp_path)
    assert first.wrong == ["MIN-05 in 520526: EVALUATED, expected NOT_EVALUATED"]
    assert row(second)["missed"] == 1  # on the next night it is judged again


def test_the_exit_status_says_whether_all_was_found(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    plant(tmp_path, expectation("one", "S1"))
    publish(home, [(FIRST, "c1", "S1", "new"), (SECOND, "c1", "S1", "open")])
    command = ["score", "--home", str(home.root), "--ledger", str(tmp_path)]
    monkeypatch.setattr(sys, "argv", command)
    score.main()
    assert "MIN-05" in capsys.readouterr().out
    plant(tmp_path, expectation("other", "S2"))
    with pytest.raises(SystemExit) as left:
        score.main()
    assert left.value.code == 1


def test_without_a_published_night_there_is_no_score(home: Home, tmp_path: Path) -> None:
    plant(tmp_path, expectation("one", "S1"))
    with pytest.raises(FileNotFoundError, match="no night has been published"):
        score.score(home, tmp_path)


def test_an_unreadable_row_changes_what_is_expected() -> None:
    gone = {("person", "P1"), ("row", "b2")}
    alone = expectation("alone", "S", carriers=[("person", "P1")])
    either = expectation("either", "S", carriers=[("person", "P1"), ("person", "P3")])
    both = expectation("both", "S", carriers=[("row", "b2"), ("row", "b4")], together=True)
    excused = expectation("excused", "S", "no_clue", excuses=[("person", "P1")])
    table = ledger.resolve([alone, either, both, excused], (FIRST,), {}, gone.__contains__)
    assert list(table.expected) == ["no_clue", "clue", "no_clue", "clue"]


def test_papers_of_the_ledger_are_numbered_as_subjects_write_them() -> None:
    table = ledger.resolve(
        [expectation("one", "<b1>|{X}")], (FIRST,), {"b1": "（2023）黔0526刑初7号"}, lambda c: False
    )
    assert list(table.subject) == ["(2023)黔0526刑初7号|{X}"]


def test_between_nights_handlers_answer_and_late_files_arrive(home: Home, tmp_path: Path) -> None:
    folder = tmp_path / "planted"
    plant(
        folder,
        expectation("refuted", "S1", feedback="不属实"),
        expectation("silent", "S2"),
        expectation("later", "S3", start=1, feedback="属实立案"),
    )
    publish(home, [(FIRST, "c1", "S1", "new"), (FIRST, "c2", "S2", "new")])
    lay_out_pack(home, "未检", ["c1", "c2"])
    lay_out_pack(home, "案管", ["c3"])
    held = folder / "held" / str(FIRST) / "520526" / "justice" / "2023-08-29"
    held.mkdir(parents=True)
    (held / "刑罚执行.csv").write_text("x")
    for number, content in ((0, b"now"), (1, b"then")):
        path = ledger.database(folder, "520526_hrss", number)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    arrived = between.after_night(home, folder, (FIRST, SECOND), FIRST)

    names = [str(p.relative_to(home.inbox)) for p in arrived]
    assert names == [
        "520526/justice/2023-08-29/刑罚执行.csv",
        f"520526/handlers/2023-09-06/线索核查反馈_未检_{FIRST}.xlsx",
    ]
    assert ledger.database(folder, "520526_hrss", 0).read_bytes() == b"then"
    rows = CalamineWorkbook.from_path(arrived[1]).get_sheet_by_index(0).to_python()[3:-1]
    assert [(r[1], r[4], r[5], r[6]) for r in rows] == [
        ("c1", "不属实", "同名", "2023-09-06"), ("c2", "", "", ""),
    ]  # fmt: skip


def test_a_night_on_which_nobody_has_anything_to_say(home: Home, tmp_path: Path) -> None:
    plant(tmp_path, expectation("silent", "S1"))
    publish(home, [(SECOND, "c1", "S1", "new")])
    assert between.after_night(home, tmp_path, (FIRST, SECOND), SECOND) == []


def test_the_ledger_reads_back_as_it_was_written(tmp_path: Path) -> None:
    plant(tmp_path, expectation("one", "S1", gone_from=1))
    table = ledger.read(tmp_path)
    assert table.loc[0, ["from_night", "to_night", "gone_from"]].tolist() == [
        FIRST,
        SECOND,
        str(SECOND),
    ]
    assert isinstance(table, pd.DataFrame)


# -- schemes that hide ---------------------------------------------------------------------------


def hiding(plant_id: str, subject: str, difficulty: int, **more: object) -> Plant:
    return expectation(plant_id, subject, difficulty=difficulty, amount="100.00", **more)


def test_plain_schemes_must_be_found_and_hidden_ones_are_counted(
    home: Home, tmp_path: Path
) -> None:
    plant(tmp_path, hiding("plain", "S1", 2), hiding("hidden", "S2", 4), hiding("seen", "S3", 4))
    publish(home, [(FIRST, "c3", "S3", "new"), (FIRST, "c9", "S9", "new")])
    first, _ = score.score(home, tmp_path)
    assert first.wrong == ["missed plain: "]
    assert row(first) == {
        "planted": 3, "found": 1, "missed": 1, "hidden": 1, "false": 1, "negatives": 0,
        "tripped": 0,
    }  # fmt: skip
    assert first.graded.loc[4].tolist() == [2, 1, 200.0, 100.0]


def test_a_lure_that_is_taken_is_a_fault_even_where_others_hide(home: Home, tmp_path: Path) -> None:
    plant(tmp_path, hiding("hidden", "S2", 4), expectation("lure", "S3", "no_clue"))
    publish(home, [(FIRST, "c3", "S3", "new")])
    first, _ = score.score(home, tmp_path)
    assert first.wrong == ["false c3 lure"]


def test_side_effects_and_early_finds_are_not_false(home: Home, tmp_path: Path) -> None:
    plant(tmp_path, expectation("side", "S1", "may"), hiding("later", "S2", 3, start=1))
    publish(home, [(FIRST, "c1", "S1", "new"), (FIRST, "c2", "S2", "new")])
    first, _ = score.score(home, tmp_path)
    assert first.wrong == [] and "MIN-05" not in first.table.index


def test_two_models_write_into_one_ledger(tmp_path: Path) -> None:
    plant(tmp_path, expectation("one", "S1"))
    other = Plant("two", "MED-01", "520526", "P1", "clue", "positive", 0, None, "", difficulty=3)
    plant(tmp_path, other)
    plant(tmp_path, expectation("again", "S1"))
    assert sorted(ledger.read(tmp_path).plant_id) == ["again", "two"]
