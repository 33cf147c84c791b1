"""What tests of several rooms share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

from tests.inbox import Inbox

os.environ["XIANSUO_KEY"] = "00" * 31 + "01"  # one pseudonym key for all tests

# Tests publish to databases and webhooks of their own.
for _address in ("XIANSUO_MARTS_URL", "XIANSUO_RESTRICTED_URL", "XIANSUO_ALERT_URL"):
    os.environ.pop(_address, None)

# No test is timed: whichever example comes first pays for what is loaded on first use.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

# Two workers share the machine: an engine with threads for all of it only gets in the other's way.
os.environ["XIANSUO_THREADS"] = "1"

# Files that take longest come first, or one worker ends with them while the other rests.
LONG = (
    "tests/test_night.py", "tests/dbt/test_unit.py", "tests/faults/test_kill.py",
    "tests/test_house.py", "tests/rules/test_golden.py", "tests/test_lookup.py",
    "tests/orchestration/test_night.py", "tests/dbt/test_life.py", "tests/test_canary.py",
    "tests/rules/med/test_golden.py", "tests/ingest/test_simulate_med_files.py",
    "tests/ingest/test_land_again.py", "tests/ingest/test_purge.py",
    "tests/orchestration/test_ui.py", "tests/orchestration/test_sensors.py",
    "tests/dbt/test_change.py", "tests/test_night_trouble.py", "tests/ingest/test_force.py",
    "tests/ingest/test_simulate_med.py", "tests/orchestration/test_page.py",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long files first, else the order in which they were found."""
    items.sort(key=lambda item: LONG.index(f) if (f := item.nodeid.split(":")[0]) in LONG else 99)


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    """An empty home with an inbox to drop files into."""
    return Inbox(tmp_path / "home")
