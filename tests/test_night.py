"""Whole nights of two counties, out of order and in order: the same marts, and the right ones.

Expectations are read from the rules' text, spec/rules.md "For every rule" and spec/run.md.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests import homes, night, postgres
from tests.orchestration.office import Office
from tests.story import BROKEN, D1, D2, D3, NEIGHBOUR, NIGHTS, WEINING, Story


@dataclass
class Told:
    """A home after the story, and what it had published on the way, in the order run."""

    home: Path
    nights: list[str] = field(default_factory=list)
    marts: list[dict[str, list[tuple]]] = field(default_factory=list)
    manifests: list[dict[str, Any]] = field(default_factory=list)
    lives: list[dict[tuple[str, str], dict[str, str]]] = field(default_factory=list)
    changes: list[dict[tuple[str, str], tuple]] = field(default_factory=list)

    def night(self, as_of: str) -> None:
        night.publish(self.home, as_of)
        self.look(as_of)

    def look(self, as_of: str) -> None:
        self.nights.append(as_of)
        self.marts.append(night.published(self.home))
        self.manifests.append(manifest(self.home))
        self.lives.append(night.states(self.home))
        self.changes.append(
            {
                (rule, subject): why
                for rule, subject, *why in night.query(
                    self.home,
                    """
                    select rule_id, subject_key, change_kind, change_feed,
                        change_delivered_on::varchar
                    from marts.fct_clue where not is_parent
                    """,
                )
            }
        )


@pytest.fixture(scope="module")
def subjects() -> dict[str, tuple[str, str]]:
    return Story(D1).subjects


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """Nights as an office has them: the third before the second, and the first once more."""
    told = Told(homes.copy(homes.after_first(tmp_path_factory), tmp_path_factory.mktemp("told")))
    told.look(D1)
    for as_of in (D3, D2, D1):
        told.night(as_of)
    return told


@pytest.fixture(scope="module")
def in_order(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same home, had the second night run before the third."""
    home = homes.copy(homes.after_second(tmp_path_factory), tmp_path_factory.mktemp("in_order"))
    night.publish(home, D3)
    return home


def manifest(home: Path) -> dict[str, Any]:
    said = json.loads((home / "marts" / "manifest.json").read_text("utf-8"))
    said.pop("run_id")
    return said


# the same ------------------------------------------------------------------------------------


def test_nights_in_any_order_publish_the_same(told: Told, in_order: Path) -> None:
    assert told.nights[:3] == [D1, D3, D2]
    expected = night.published(in_order)
    assert told.marts[2].keys() == expected.keys()
    for table, rows in expected.items():
        assert told.marts[2][table] == rows, table
    assert told.manifests[2] == manifest(in_order)


@pytest.mark.slow
def test_a_night_twice_publishes_the_same(in_order: Path) -> None:
    before = night.published(in_order), manifest(in_order)
    night.publish(in_order, D3)
    assert (night.published(in_order), manifest(in_order)) == before


def test_postgresql_gets_what_the_files_hold(
    in_order: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with postgres.server() as url:
        office = Office(url, monkeypatch)
        office.publish(in_order / "marts")
        assert office.unlike(in_order / "marts") == []


# what befalls them ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("what", "states"),
    [
        ("stays", ["new", "open", "open"]),
        ("leaves", ["new", "cleared", "cleared"]),
        ("is dropped from the roster", ["new", "cleared", "cleared"]),
        ("is refuted", ["new", "suppressed", "reopened"]),
        ("is convicted by a late file", ["new", "open", "open"]),
        ("has a record in the next county", ["new", "open", "open"]),
        ("gets a credit code", ["new", "open", "open"]),
        # the second night could not look: nothing changes
        ("is penalised", ["new", "new", "open"]),
        ("never screened", ["new", "open", "open"]),
    ],
)
def test_life(told: Told, subjects: dict, what: str, states: list[str]) -> None:
    assert told.lives[-1][subjects[what]] == dict(zip(NIGHTS, states, strict=True))


def test_nothing_else_is_a_clue(told: Told, subjects: dict) -> None:
    expected = {subject for what, subject in subjects.items() if what != "is sealed"}
    assert told.lives[-1].keys() == expected


def test_a_late_file_is_taken_by_the_next_night_and_by_its_own_run_again(
    told: Told, subjects: dict
) -> None:
    lives = [life.get(subjects["is convicted by a late file"]) for life in told.lives]
    assert lives == [
        None,
        {D3: "new"},
        {D2: "new", D3: "open"},
        {D1: "new", D2: "open", D3: "open"},
    ]


@pytest.mark.parametrize(
    ("run", "what", "why"),
    [
        (0, "stays", ["首次评估", None, None]),
        (1, "stays", [None, None, None]),  # its rows delivered again
        (1, "is convicted by a late file", ["新到记录", "criminal_judgment", D1]),
        (3, "is convicted by a late file", [None, None, None]),
        (3, "is refuted", ["证据变化", "criminal_judgment", D3]),
    ],
)
def test_why_a_clue_is_new_or_other(told: Told, subjects: dict, run: int, what: str, why) -> None:
    assert told.changes[run][subjects[what]] == why


def test_marts_stand_on_the_newest_night_whichever_ran_last(told: Told) -> None:
    assert told.nights == [D1, D3, D2, D1]
    assert [said["night"] for said in told.manifests] == [D1, D3, D3, D3]
    assert night.query(told.home, "select distinct as_of::varchar from marts.fct_clue") == [(D3,)]


def test_a_missing_feed_is_said_and_clears_nothing(told: Told) -> None:
    runs = night.query(
        told.home,
        """
        select as_of::varchar, outcome, clues, reason from marts.fct_rule_run
        where rule_id = 'MIN-13' and adcode = ? order by as_of
        """,
        WEINING,
    )
    assert [run[:2] for run in runs] == [
        (D1, "EVALUATED"), (D2, "NOT_EVALUATED"), (D3, "EVALUATED")
    ]  # fmt: skip
    assert not runs[1][2]
    assert "公安受立案" in runs[1][3]


def test_a_county_without_one_channel_is_not_judged_and_the_other_is(told: Told) -> None:
    outcomes = night.query(
        told.home,
        """
        select adcode, rule_id, outcome, coalesce(reason, '') from marts.fct_rule_run
        where as_of = ? and rule_id in ('MIN-01', 'MIN-02', 'MIN-03') order by all
        """,
        D3,
    )
    outcomes = [one for one in outcomes if one[0] != BROKEN]
    assert len(outcomes) == 6
    for adcode, rule, outcome, reason in outcomes:
        judged = adcode == WEINING
        assert outcome == ("EVALUATED" if judged else "NOT_EVALUATED"), (adcode, rule)
        assert judged or "检察机关" in reason, (adcode, rule)
    assert not night.query(
        told.home, "select * from marts.fct_clue where adcode = ?", NEIGHBOUR
    )  # its never screened school would be one


def test_a_record_from_another_county_says_so(told: Told, subjects: dict) -> None:
    facts = night.query(
        told.home,
        """
        select fact_zh from handler.clue_evidence
        inner join restricted.clue_subject using (clue_id)
        where role = '违法犯罪记录' and ? like person_key || '@%'
        """,
        subjects["has a record in the next county"][1],
        file="cards",
    )
    assert len(facts) == 1
    assert "外县记录" in facts[0][0]


def test_a_refused_file_leaves_the_rest_of_the_night_going(told: Told) -> None:
    files = night.query(
        told.home,
        """
        select source_file, status, rows_in, message from marts.fct_feed_delivery
        where status in ('REJECTED', 'UNRECOGNISED') order by source_file
        """,
    )
    assert [(name, status, rows) for name, status, rows, _ in files] == [
        ("从业人员花名册.xlsx", "REJECTED", 0), ("社保参保.csv", "REJECTED", 0),
        ("通讯录.csv", "UNRECOGNISED", 0),
    ]  # fmt: skip
    assert all("请" in message for *_, message in files)  # each says what to do


def test_a_county_of_which_only_a_broken_file_came_is_not_judged(told: Told) -> None:
    outcomes = night.query(
        told.home,
        "select distinct outcome, clues from marts.fct_rule_run where adcode = ?",
        BROKEN,
    )
    assert outcomes == [("NOT_EVALUATED", 0)]


def test_rows_add_up(told: Told) -> None:
    files = night.query(
        told.home,
        """
        select rows_in, rows_accepted, rows_quarantined, rows_duplicate, rows_sealed
        from marts.fct_feed_delivery
        """,
    )
    assert all(rows == sum(parts) for rows, *parts in files)
    assert sum(rows for rows, *_ in files) > 100
    assert sum(sealed for *_, sealed in files) == 6  # two rows, three deliveries
    runs = night.query(
        told.home,
        """
        select population, out_of_scope, inconclusive, clear, excluded, clues
        from marts.fct_rule_run where outcome = 'EVALUATED'
        """,
    )
    assert all(population == sum(parts) for population, *parts in runs)
    assert any(population for population, *_ in runs)


def test_every_column_of_the_warehouse_is_described(told: Told) -> None:
    described = {
        (node["schema"], node["name"]): node["columns"].keys()
        for node in night.dbt_nodes("model", "seed")
    }
    with duckdb.connect(str(told.home / "nights" / D1 / "warehouse.duckdb"), read_only=True) as con:
        columns = con.execute(
            """
            select schema_name, table_name, column_name from duckdb_columns()
            where schema_name in ('main', 'marts', 'handler', 'restricted') and not internal
            """
        ).fetchall()
    bare = [column for column in columns if column[2] not in described[column[:2]]]
    assert len(columns) > 500
    assert bare == []


# sealed --------------------------------------------------------------------------------------


def test_a_record_that_arrives_sealed_is_purged(told: Told, subjects: dict) -> None:
    """Its clue is gone from every night, and what the rows said from every file but the sealed."""
    assert subjects["is sealed"] in told.lives[0]
    assert all(subjects["is sealed"] not in life for life in told.lives[1:])
    (clue_id,) = {
        row[0] for row in told.marts[0]["marts.fct_clue"] if subjects["is sealed"][1] in row
    }  # fmt: skip

    story = Story(D1)
    gone = {
        "the clue": clue_id,
        "the case": story.sealed_case,
        "the name": story.sealed_stranger.name,
        "the number": story.sealed_stranger.number,
    }
    apart = ("inbox", "archive/sealed")
    for path, text in night.texts(told.home):
        if not str(path.relative_to(told.home)).startswith(apart):
            for what, needle in gone.items():
                assert needle not in text, f"{what} is still in {path}"
