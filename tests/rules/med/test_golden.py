"""Golden cases of the medical-insurance rules: one county, one night, exactly these clues."""

from __future__ import annotations

import importlib
import pkgutil
from decimal import Decimal
from pathlib import Path

import pytest

from tests import night
from tests.rules.med import cases
from tests.rules.med.county import NIGHT, MedCounty


def _county() -> MedCounty:
    county = MedCounty()
    for module in pkgutil.iter_modules(cases.__path__):
        importlib.import_module(f"{cases.__name__}.{module.name}").plant(county)
    return county


COUNTY = _county()
JUDGED = sorted({case.rule for case in COUNTY.expected})


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The county after its night."""
    home = tmp_path_factory.mktemp("golden-med")
    COUNTY.write(home)
    night.publish(home, NIGHT)
    return home


@pytest.fixture(scope="module")
def clues(home: Path) -> dict[tuple[str, str, str], tuple]:
    """Push, amounts and boost of every clue of the night, by rule, county and subject."""
    rows = night.query(
        home,
        """
        select rule_id, adcode, subject_key, push, amount_pool, amount_account, amount_total,
            cast(score_detail ->> '辅助规则' as integer)
        from marts.fct_clue
        where not is_parent
        """,
    )
    return {tuple(row[:3]): tuple(row[3:]) for row in rows}


@pytest.mark.parametrize("case", COUNTY.expected, ids=lambda case: f"{case.rule}: {case.what}")
def test_case(clues: dict, case) -> None:
    found = clues.get((case.rule, case.adcode, case.subject))
    assert (found and found[0]) == case.push
    if case.amounts:
        pool, account = map(Decimal, case.amounts)
        assert found[1:4] == (pool, account, pool + account)
    if case.boost is not None:
        assert found[4] == case.boost


@pytest.mark.parametrize("rule", JUDGED)
def test_nothing_else_is_a_clue(clues: dict, rule: str) -> None:
    expected = {case.subject for case in COUNTY.expected if case.rule == rule and case.push}
    assert sorted({subject for r, _, subject in clues if r == rule} - expected) == []


def test_every_subject_is_judged_once() -> None:
    subjects = [(case.rule, case.adcode, case.subject) for case in COUNTY.expected]
    assert len(subjects) == len(set(subjects))


def test_every_person_of_a_clue_can_be_looked_up(home: Path) -> None:
    """Where the evidence bears no name, such as fee lines, too."""
    rules = night.query(
        home,
        "select left(clue_id, 6), name, id_number from restricted.clue_subject",
        file="cards",
    )
    assert {"MED-04", "MED-05", "MED-12"} <= {rule for rule, *_ in rules}
    assert [rule for rule, name, number in rules if name is None or number is None] == []
