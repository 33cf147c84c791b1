"""dbt's commands for tests, on the saved parse: parsing takes longer than they do."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from orchestration import dbt_night
from orchestration.parse import PROJECT, SAVED_PARSE, prepare


def dbt(folder: Path, *arguments: str, **environment: str) -> None:
    """Run a command over the folder's warehouse.duckdb; dbt's own files go there as well.

    A test that fails is for the caller to find in `run_results.json`; anything else stops here.
    """
    saved = prepare().with_name(SAVED_PARSE)
    done = subprocess.run(
        [sys.executable, dbt_night.__file__, saved, "--no-version-check", "--quiet", *arguments],
        cwd=PROJECT, capture_output=True, text=True, check=False,
        env=os.environ | environment | {
            "XIANSUO_WAREHOUSE": str(folder / "warehouse.duckdb"),
            "DBT_TARGET_PATH": str(folder / "target"),
            "DBT_LOG_PATH": str(folder / "logs"),
            "DBT_LOG_LEVEL_FILE": "warn",
            "DBT_PROFILES_DIR": str(PROJECT),
        },
    )  # fmt: skip
    assert done.returncode == 0 or arguments[0] == "test", done.stdout + done.stderr
