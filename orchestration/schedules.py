"""The schedule: every night at two. (Dagster: docs.dagster.io/guides/automate/schedules)"""

from datetime import timedelta

import dagster as dg

from orchestration.jobs import ZONE, nightly


@dg.schedule(
    job=nightly,
    cron_schedule="0 2 * * *",
    execution_timezone=ZONE.key,
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="每天 02:00（Asia/Shanghai）运行前一天的一夜",
)
def every_night(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """Yesterday's partition. The job also has today's, so Dagster's own choice would be wrong."""
    tick = context.scheduled_execution_time.astimezone(ZONE)
    night = (tick.date() - timedelta(days=1)).isoformat()
    return dg.RunRequest(run_key=night, partition_key=night)
