"""The unit tests that stand beside the models, each as a test of its own.

dbt runs them over typed empty relations: an empty lake is mounted and every model is built empty.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from ingest import mount
from ingest.home import Home
from orchestration import observations
from orchestration.parse import PROJECT, prepare

NIGHT = date(2023, 10, 31)
UNIT_TESTS = sorted(json.loads(prepare().read_text("utf-8"))["unit_tests"])


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, str]]:
    """Status and message of every dbt unit test, by its id."""
    folder = tmp_path_factory.mktemp("unit")
    home, warehouse = Home(folder / "home").make(), folder / "w.duckdb"
    mount.mount(home, NIGHT, warehouse)
    observations.mount(home, NIGHT, warehouse)
    environment = os.environ | {
        "XIANSUO_HOME": str(home.root),
        "XIANSUO_WAREHOUSE": str(warehouse),
        "DBT_TARGET_PATH": str(folder / "target"),
        "DBT_LOG_PATH": str(folder / "logs"),
        "DBT_PROFILES_DIR": str(PROJECT),
    }
    variables = f"{{as_of: {NIGHT}}}"
    no_tests = ("--exclude-resource-types", "test", "unit_test")
    _dbt(environment, "build", "--empty", *no_tests, "--vars", variables)
    _dbt(environment, "test", "--select", "test_type:unit", "--vars", variables)
    run = json.loads((folder / "target" / "run_results.json").read_text("utf-8"))
    return {r["unique_id"]: (r["status"], r["message"] or "") for r in run["results"]}


def _dbt(environment: dict[str, str], *arguments: str) -> None:
    """Run dbt; a failed test is for the tests below to tell, anything else stops here."""
    done = subprocess.run(
        [Path(sys.executable).with_name("dbt"), "--no-version-check", "--quiet", *arguments],
        cwd=PROJECT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0 or arguments[0] == "test", done.stdout + done.stderr


@pytest.mark.parametrize("unit_test", UNIT_TESTS)
def test_unit(results: dict[str, tuple[str, str]], unit_test: str) -> None:
    status, message = results[unit_test]
    assert status == "pass", message


def test_there_are_unit_tests() -> None:
    assert len(UNIT_TESTS) > 50
