"""The job that answers, and the sensor that calls it. (Dagster: docs.dagster.io/guides/build/jobs)

Neither takes the home as a night does: both read what is published and run beside a night.
"""

import time

import dagster as dg

from ingest import receive
from ingest.home import Home
from orchestration.hygiene import guarded
from orchestration.lookup import desk, judge

RETRY_SECONDS = 600  # until a look-up is asked for again that has not come to its end


@dg.op(description="答复等待的批量查询申请：逐份比对已发布的一夜，登记日志，写出答复")
def answer_requests(context: dg.OpExecutionContext) -> None:
    """Answer whoever waits; counts alone are told."""
    home = Home.from_env()
    with guarded(home, "lookup"):
        answers = desk.answer_waiting(home, by=f"run {context.run_id}")
    context.log.info(desk.summary(answers))


@dg.job(
    description="批量查询：读已发布的一夜，逐份答复；夜间任务运行时也一样",
    executor_def=dg.in_process_executor,
    config={"loggers": {"console": {"config": {}}}},
    tags={"dagster/priority": "10"},  # before any night in the queue: an answer is due at once
)
def batch_lookup() -> None:
    """Answer the requests that wait."""
    answer_requests()


@dg.sensor(
    job=batch_lookup,
    minimum_interval_seconds=10,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="有批量查询申请等待答复时，运行批量查询；夜间任务运行时也一样",
)
def lookup_requests(_: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """A run when requests wait and lie still; asked for again when it came to nothing."""
    home = Home.from_env()
    waiting = desk.waiting(home)
    if not waiting:
        return dg.SkipReason("没有等待答复的申请")
    if not judge.is_published(home):
        return dg.SkipReason("还没有发布过一夜，无从查询")
    attempt = int(time.time()) // RETRY_SECONDS
    return dg.RunRequest(run_key=f"{receive.state_of(waiting)}-{attempt}")
