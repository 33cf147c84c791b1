"""Sensors: files arrived, a run failed. (Dagster: docs.dagster.io/guides/automate/sensors)"""

import dagster as dg

from ingest import door, receive
from ingest.home import Home
from orchestration import alert, locks
from orchestration.jobs import newest_night, nightly
from orchestration.lookup.requests import FEED


@dg.sensor(
    job=nightly,
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="投递目录有新文件、且一分钟内没有再变时，运行最近的一夜",
)
def inbox(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """A run of the newest night when complete files wait and no more came for a minute."""
    home, night = Home.from_env(), newest_night()
    # a request asks for an answer, not for a night; the next one takes it with the others
    waiting = [file for file in door.scan(home, night) if file.feed is not FEED]
    if not waiting:
        return dg.SkipReason("没有新文件")
    state = receive.state_of(waiting)
    if state != context.cursor:
        context.update_cursor(state)
        return dg.SkipReason("文件正在陆续到达")
    if locks.is_held(home):
        return dg.SkipReason("一夜正在运行")
    return dg.RunRequest(run_key=state, partition_key=night.isoformat())


@dg.run_failure_sensor(
    monitored_jobs=[nightly],
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="一夜失败时记日志，并通知 XIANSUO_ALERT_URL",
)
def night_failed(context: dg.RunFailureSensorContext) -> None:
    """Alert with the night, the run and Dagster's message, which quotes no data."""
    night = locks.night_of(context.dagster_run)
    if locks.is_mended(context.instance, night):
        return  # while no daemon ran, or before its turn came
    why = f"marts 保持前一次发布的内容：{context.failure_event.message}"
    alert.tell(Home.from_env(), [alert.night_failed(night, why)])
