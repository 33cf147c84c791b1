"""The unit tests that stand beside the models, each as a test of its own.

dbt runs them over typed empty relations: an empty lake is mounted and every model is built empty.
"""

from __future__ import annotations

import json
from datetime import date

import pytest

from ingest import mount
from ingest.home import Home
from orchestration import observations
from orchestration.parse import prepare
from tests.dbt.cli import dbt

NIGHT = date(2023, 10, 31)
UNIT_TESTS = sorted(json.loads(prepare().read_text("utf-8"))["unit_tests"])


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, str]]:
    """Status and message of every dbt unit test, by its id."""
    folder = tmp_path_factory.mktemp("unit")
    home, warehouse = Home(folder / "home").make(), folder / "warehouse.duckdb"
    mount.mount(home, NIGHT, warehouse)
    observations.mount(home, NIGHT, warehouse)
    variables = f"{{as_of: {NIGHT}}}"
    no_tests = ("--exclude-resource-types", "test", "unit_test")
    home_of = {"XIANSUO_HOME": str(home.root)}
    dbt(folder, "build", "--empty", *no_tests, "--vars", variables, **home_of)
    dbt(folder, "test", "--select", "test_type:unit", "--vars", variables, **home_of)
    run = json.loads((folder / "target" / "run_results.json").read_text("utf-8"))
    return {r["unique_id"]: (r["status"], r["message"] or "") for r in run["results"]}


@pytest.mark.parametrize("unit_test", UNIT_TESTS)
def test_unit(results: dict[str, tuple[str, str]], unit_test: str) -> None:
    status, message = results[unit_test]
    assert status == "pass", message


def test_there_are_unit_tests() -> None:
    assert len(UNIT_TESTS) > 50
