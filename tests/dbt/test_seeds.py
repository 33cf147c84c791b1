"""The seeds that rules look numbers, law and patterns up in: every look-up finds something."""

from __future__ import annotations

import csv
import itertools
import math
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import chinese_calendar
import pytest

from ingest.contract import load_contracts
from orchestration.cadence import CADENCE_DAYS, LATE
from orchestration.generate.calendar import PUBLISHED_TO

PROJECT = Path(__file__).parents[2] / "dbt_project"
CATEGORIES = load_contracts()["institution_register"].column("category").allowed


def seed(name: str) -> list[dict[str, str]]:
    with (PROJECT / "seeds" / f"{name}.csv").open(encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f))


def sql() -> Iterator[tuple[str, str]]:
    for folder in ("models", "macros"):
        for path in sorted((PROJECT / folder).rglob("*.sql")):
            yield path.name, path.read_text("utf-8")


def overlaps(rows: list[dict[str, str]]) -> list[tuple[dict[str, str], dict[str, str]]]:
    """Neighbours in time whose validities overlap; a blank valid_to is open."""
    ordered = sorted(rows, key=lambda r: r["valid_from"])
    pairs = itertools.pairwise(ordered)
    return [(a, b) for a, b in pairs if not a["valid_to"] or a["valid_to"] > b["valid_from"]]


def groups(rows: list[dict[str, str]], *keys: str) -> list[list[dict[str, str]]]:
    found: dict[tuple[str, ...], list[dict[str, str]]] = {}
    for row in rows:
        found.setdefault(tuple(row[k] for k in keys), []).append(row)
    return list(found.values())


def test_a_feed_is_late_in_working_days_when_it_is_in_days() -> None:
    late = {
        r["parameter"].removeprefix("late_workdays_"): int(r["value"])
        for r in seed("rule_parameter")
        if r["parameter"].startswith("late_workdays_")
    }
    cadences = {feed.cadence for feed in load_contracts().values()} - {"on demand"}
    assert late == {each: math.floor(CADENCE_DAYS[each] * LATE * 5 / 7) for each in cadences}


def test_every_parameter_asked_for_is_in_the_seed() -> None:
    # a misspelt name would be null, and a comparison with null silently finds nothing
    known = {(r["rule_id"], r["parameter"]) for r in seed("rule_parameter")}
    asked = {
        (rule, parameter, name)
        for name, text in sql()
        for rule, parameter in re.findall(r"param\(\s*'([^']+)',\s*'([^']+)'", text)
    }
    assert asked
    assert not [a for a in asked if a[:2] not in known]


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("rule_parameter", ("rule_id", "parameter")),
        ("ref_record_scope", ("kind", "offence_class", "category")),
        ("ref_deadline", ("document_type", "addressee_kind")),
    ],
)
def test_at_most_one_version_holds_on_a_day(name: str, keys: tuple[str, ...]) -> None:
    assert not [pair for rows in groups(seed(name), *keys) for pair in overlaps(rows)]


def test_versions_of_an_article_do_not_overlap() -> None:
    rows = seed("legal_basis")
    assert len({r["basis_id"] for r in rows}) == len(rows)
    assert not [pair for family in groups(rows, "family") for pair in overlaps(family)]


def test_clocks_name_a_legal_basis() -> None:
    known = {r["basis_id"] for r in seed("legal_basis")}
    assert not [r for r in seed("ref_deadline") if r["basis_id"] not in known]


def test_categories_are_those_of_the_contract() -> None:
    assert CATEGORIES
    assert [r["category"] for r in seed("ref_institution_category")] == list(CATEGORIES)
    assert {r["category"] for r in seed("ref_record_scope")} <= set(CATEGORIES) - {"其他"}


def test_terms_are_parameters_of_rules() -> None:
    known = {(r["rule_id"], r["parameter"]) for r in seed("rule_parameter")}
    rules = {rule for rule, _ in known}
    for term in seed("ref_rule_term"):
        assert term["rule_id"] in rules or not term["parameter"]
        assert not term["parameter"] or (term["rule_id"], term["parameter"]) in known
        assert term["counted_from"] in ("conduct_from", "conduct_to")


def test_the_lunar_year_begins_within_its_holiday() -> None:
    days = [date.fromisoformat(r["festival_on"]) for r in seed("medical/ref_spring_festival")]
    published = [day for day in days if day.year <= PUBLISHED_TO]
    assert published
    assert {chinese_calendar.get_holiday_detail(day)[1] for day in published} == {"Spring Festival"}
    # twelve or thirteen lunar months
    years = {(later - day).days for day, later in itertools.pairwise(days)}
    assert years <= {354, 355, 383, 384, 385}


def test_gates_ask_for_feeds_that_exist() -> None:
    assert {r["feed"] for r in seed("ref_rule_feed")} <= set(load_contracts())


@pytest.mark.parametrize("name", ["ref_offence", "ref_role_phrase"])
def test_patterns_compile(name: str) -> None:
    for row in seed(name):
        re.compile(row["pattern"].replace("、", ";"))


@pytest.mark.parametrize(
    ("name", "keys", "filled"),
    [
        ("rule_parameter", ("rule_id", "parameter", "valid_from"), ("value", "source")),
        ("legal_basis", ("basis_id",), ("family", "instrument_zh", "valid_from", "verified")),
        ("ref_workday", ("date_day",), ("is_workday",)),
        ("ref_region", ("adcode",), ("name_zh", "level")),
        ("ref_agency", ("agency",), ("name_zh",)),
        ("ref_institution_category", ("category",), ()),
        ("ref_authority_name", ("name_pattern",), ("agency",)),
        ("ref_finding_breach", ("finding_code", "rule_id"), ()),
    ],
)
def test_a_seed_has_one_row_a_key_and_no_gaps(
    name: str, keys: tuple[str, ...], filled: tuple[str, ...]
) -> None:
    rows = seed(name)
    assert rows
    assert [r for r in rows if not all(r[c] for c in (*keys, *filled))] == []
    assert [g for g in groups(rows, *keys) if len(g) > 1] == []
