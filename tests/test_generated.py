"""Generated text is fresh, and what it derives from can be published as it is."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
import yaml

from ingest.contract import lake_schema, load_contracts
from orchestration.generate import ROOT, calendar, generated, stale
from orchestration.generate.cards import Mart, load_cards, load_marts
from orchestration.generate.tables import markdown_table

TEXTS = generated()
MARTS = load_marts()
CARDS = load_cards()


def seed(name: str) -> list[dict[str, str]]:
    path = next(path for path in TEXTS if path.name == f"{name}.csv")
    return list(csv.DictReader(io.StringIO(TEXTS[path])))


def test_nothing_generated_is_stale() -> None:
    assert stale(TEXTS) == [], "run `make generate`"


def test_a_changed_or_missing_file_is_stale() -> None:
    path, missing = next(iter(TEXTS)), Path("no/such.file")
    assert stale({path: TEXTS[path] + " ", missing: ""}) == [path, missing]


def test_sources_name_every_column_of_the_lake() -> None:
    text = next(text for path, text in TEXTS.items() if path.name == "_sources.yml")
    lake, stored = yaml.safe_load(text)["sources"]
    tables = {t["name"]: [c["name"] for c in t["columns"]] for t in lake["tables"]}
    for feed in load_contracts().values():
        assert tables[feed.id] == [
            *lake_schema(feed).names, "_delivered_on", "_set_id", "_in_force", "_file_order",
        ]  # fmt: skip
    assert {t["name"] for t in stored["tables"]} == set(load_contracts())
    assert all(c["description"] for t in lake["tables"] for c in t["columns"])


def test_every_rule_is_united_once() -> None:
    text = next(text for path, text in TEXTS.items() if path.name == "int_verdict_all.sql")
    models = {path.stem for path in (ROOT / "dbt_project/models/rules").rglob("*.sql")}
    assert {card.model for card in CARDS} == models
    for card in CARDS:
        assert text.count(f"'{card.id}': ref('{card.model}'),") == 1


def test_a_change_of_sql_changes_the_seed_from_which_versions_come() -> None:
    shas = {row["rule_id"]: row["sql_sha"] for row in seed("rule_card")}
    assert len(set(shas.values())) == len(CARDS)


def test_guards_keep_the_order_of_their_card() -> None:
    rows = seed("rule_guard")
    for card in CARDS:
        own = [row for row in rows if row["rule_id"] == card.id]
        assert [row["guard"] for row in own] == [guard["code"] for guard in card.guards]
        assert [row["position"] for row in own] == [str(i + 1) for i in range(len(own))]


@pytest.mark.parametrize("mart", MARTS, ids=lambda mart: mart.name)
def test_labels_fit_a_column_comment(mart: Mart) -> None:
    labels = [column.label_zh for column in mart.columns]
    assert len(set(labels)) == len(labels)
    assert all(0 < len(label) <= 12 for label in labels)


@pytest.mark.parametrize("mart", MARTS, ids=lambda mart: mart.name)
def test_every_published_column_says_what_it_is(mart: Mart) -> None:
    assert list((ROOT / "dbt_project/models/marts").rglob(f"{mart.name}.sql"))
    assert all(column.meaning for column in mart.columns)
    sensitivities = {column.sensitivity for column in mart.columns}
    assert sensitivities <= {"公开", "内部", "假名化", "脱敏", "个人信息"}
    if mart.schema == "marts":
        assert not sensitivities & {"脱敏", "个人信息"}


@pytest.mark.parametrize("mart", MARTS, ids=lambda mart: mart.name)
def test_every_mart_has_a_key_and_refers_to_keys(mart: Mart) -> None:
    names = {column.name for column in mart.columns}
    keys = {other.name: other.key for other in MARTS}
    assert mart.key and set(mart.key) <= names
    for table, own in mart.references.items():
        assert set(own) <= names and len(own) == len(keys[table])


def test_the_wide_table_has_every_column_of_the_clue_but_json() -> None:
    tables = {mart.name: mart.columns for mart in MARTS}
    narrow = [c for c in tables["fct_clue"] if c.type != "json"]
    wide = tables["bi_clue_wide"]  # to which columns are only appended, so not in the same order
    assert [column for column in wide if column in narrow] == narrow


def test_workdays_know_holidays_and_make_up_days() -> None:
    days = {row["date_day"]: row["is_workday"] for row in seed("ref_workday")}
    assert days["2023-09-29"] == "false"  # 中秋节, a Friday
    assert days["2023-10-07"] == "true"  # a Saturday, worked for the National Day
    assert days["2023-10-09"] == "true"  # a Monday
    assert days[f"{calendar.LAST.year}-12-31"] == "true"  # not published yet: a Monday


def test_a_cell_cannot_break_a_table() -> None:
    assert markdown_table(("a",), [("x|y\nz",), (None,)]) == "| a |\n| --- |\n| x\\|y z |\n|  |\n"
