"""Golden cases of every rule: hand-written counties, one night, and exactly these clues."""

from __future__ import annotations

import importlib
import os
import pkgutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from tests.rules import cases
from tests.rules.county import KEY, NIGHT, County


def _county() -> County:
    county = County()
    for module in pkgutil.iter_modules(cases.__path__):
        importlib.import_module(f"{cases.__name__}.{module.name}").plant(county)
    return county


COUNTY = _county()


@pytest.fixture(scope="module")
def clues(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str, str], str]:
    """Push of every clue of the night that is no parent, by rule, county and subject."""
    home = tmp_path_factory.mktemp("golden")
    COUNTY.write(home)
    done = subprocess.run(
        [sys.executable, "-m", "orchestration.nightly", "--as-of", NIGHT],
        env=os.environ | {"XIANSUO_HOME": str(home), "XIANSUO_KEY": KEY},
        cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    with duckdb.connect(str(home / "marts" / "clues.duckdb"), read_only=True) as con:
        rows = con.execute(
            "select rule_id, adcode, subject_key, push from marts.fct_clue where not is_parent"
        ).fetchall()
    return {(rule, adcode, subject): push for rule, adcode, subject, push in rows}


@pytest.mark.parametrize("case", COUNTY.cases, ids=lambda case: f"{case.rule}: {case.what}")
def test_case(clues: dict, case) -> None:
    assert clues.get((case.rule, case.adcode, case.subject)) == case.push


def test_nothing_else_is_a_clue(clues: dict) -> None:
    expected = {(c.rule, c.adcode, c.subject) for c in COUNTY.cases if c.push}
    assert sorted(set(clues) - expected) == []


def test_every_subject_is_judged_once() -> None:
    subjects = [(c.rule, c.adcode, c.subject) for c in COUNTY.cases]
    assert len(subjects) == len(set(subjects))
