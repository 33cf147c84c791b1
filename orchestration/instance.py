"""Dagster's own store in the home: `$XIANSUO_HOME/dagster`, with its settings."""

from __future__ import annotations

import os
from pathlib import Path

from ingest.home import Home

SETTINGS = """\
# Written on first use by orchestration/instance.py; yours to change from then on.
telemetry:
  enabled: false
nux:
  enabled: false
freshness:
  enabled: true
concurrency:
  pools:
    default_limit: 1
    granularity: op
event_log_storage:
  module: orchestration.event_log
  class: OpenEventLog
# What steps print may quote data: nothing of it is kept here (dbt's log: nights/<night>/dbt).
compute_logs:
  module: dagster._core.storage.noop_compute_log_manager
  class: NoOpComputeLogManager
# Local SQLite stays quick while it is small.
retention:
  schedule: {purge_after_days: 90}
  sensor: {purge_after_days: 7}
"""


def dagster_home(home: Home) -> Path:
    """The folder with its dagster.yaml; DAGSTER_HOME names it from now on."""
    settings = home.dagster / "dagster.yaml"
    if not settings.exists():
        settings.write_text(SETTINGS, "utf-8")
    os.environ["DAGSTER_HOME"] = os.fspath(home.dagster)
    return home.dagster
