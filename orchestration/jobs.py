"""The job: one night over every asset. (Dagster: docs.dagster.io/guides/build/jobs)

What belongs here: what a night is made of and how its steps run. When it runs: schedules.py.
"""

from __future__ import annotations

import warnings
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import dagster as dg

from orchestration.locks import JOB

ZONE = ZoneInfo("Asia/Shanghai")
FIRST_NIGHT = date(2019, 1, 1)
# end_offset: a night may be run on its own evening, before the day is over
NIGHTS = dg.DailyPartitionsDefinition(
    start_date=FIRST_NIGHT.isoformat(), timezone=ZONE.key, end_offset=1
)
# What every asset of a night has in common; each night is a run of its own. dagster-dbt would set
# another backfill policy than Dagster does, and Dagster warns of either.
warnings.filterwarnings("ignore", category=dg.BetaWarning, message=".*backfill_policy")
NIGHTLY: dict[str, Any] = {
    "partitions_def": NIGHTS,
    "backfill_policy": dg.BackfillPolicy.multi_run(),
}

# In one process: a step of the multiprocess executor costs 6 to 8 CPU-seconds to start.
nightly = dg.define_asset_job(
    name=JOB,
    selection=dg.AssetSelection.all(),
    description="一夜：收件、检查、入湖、判断、发布（分区即数据截止日）",
    partitions_def=NIGHTS,
    executor_def=dg.in_process_executor,
    config={"loggers": {"console": {"config": {}}}},  # progress.py in place of Dagster's own
    tags={"xiansuo/night": "true"},
)


def today() -> date:
    """The date in Asia/Shanghai."""
    return datetime.now(ZONE).date()


def newest_night() -> date:
    """The last day that is over: what a night without a date is about."""
    return today() - timedelta(days=1)
