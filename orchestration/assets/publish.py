"""The last stage: the night is remembered, then published, and who asked is answered from it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import dagster as dg

from expectations.report import write_report
from ingest.home import Home
from orchestration import observations
from orchestration.assets.warehouse import POOL, warehouse_path
from orchestration.hygiene import guarded
from orchestration.jobs import NIGHTLY
from orchestration.lookup import desk
from orchestration.publish import Published, PublishError, alarms, publish
from orchestration.publish.verify import verify_night
from orchestration.resources import Night

OWNER = "team:publish"


@dg.asset(
    key=["reports", "quality"],
    deps=[["lake", "delivery"]],
    **NIGHTLY,
    group_name="publish",
    owners=[OWNER],
    kinds={"html", "great_expectations"},
    description="数据质量报告：每批报送的检查结果、退回的文件和隔离的原因（单个 HTML，可离线打开）",
)
def quality_report(context: dg.AssetExecutionContext, night: Night) -> dg.MaterializeResult:
    """`reports/<night>/quality.html`; written even when the night fails later on."""
    as_of = date.fromisoformat(context.partition_key)
    with guarded(night.home, "quality_report"):
        path = write_report(night.home, as_of)
    return dg.MaterializeResult(metadata={"report": dg.MetadataValue.path(path)})


def published_asset(marts: Sequence[dg.AssetKey]) -> dg.AssetsDefinition:
    """The publish step, downstream of every mart."""

    @dg.asset(
        key=["marts", "published"],
        deps=marts,
        **NIGHTLY,
        group_name="publish",
        owners=[OWNER],
        kinds={"duckdb", "parquet"},
        pool=POOL,
        description="核对后一次换上 marts/ 的文件和报告，核对不过则保留前一夜；随后答复批量查询",
    )
    def published(context: dg.AssetExecutionContext, night: Night) -> dg.MaterializeResult:
        home, as_of = night.home, date.fromisoformat(context.partition_key)
        warehouse = warehouse_path(home, as_of)
        with guarded(home, "publish"):
            try:
                verify_night(warehouse, as_of)  # a night that does not add up is not remembered
                observations.write(home, as_of, warehouse)
                done = publish(home, as_of, warehouse, context.run.run_id)
            except PublishError as error:  # counts and names of tables, no data
                raise dg.Failure(f"publish: {error}", allow_retries=False) from None
        unanswered = _answer_requests(context, home, as_of)
        alarms.sound(home, as_of, done.night, unanswered)
        context.log.info(f"已发布，数据截至 {done.night}")
        if done.in_postgres:
            context.log.info(f"PostgreSQL 已发布：{'、'.join(done.in_postgres)}")
        return dg.MaterializeResult(metadata=_metadata(done))

    return published


def _answer_requests(
    context: dg.AssetExecutionContext, home: Home, as_of: date
) -> list[alarms.Alarm]:
    """Answer the batch look-ups that the night takes, as the sensor does between nights.

    The night is published, whatever becomes of them: a trouble comes back as an alarm.
    """
    try:
        with guarded(home, "lookup"):
            answers = desk.answer_waiting(home, by=f"run {context.run.run_id}", until=as_of)
    except dg.Failure as failure:
        context.log.warning(f"有批量查询申请未能答复：{failure.description}")
        return [alarms.unanswered(str(failure.description))]
    if answers:
        context.log.info(desk.summary(answers))
    return []


def _metadata(done: Published) -> Mapping[str, Any]:
    return {
        "night": done.night.isoformat(),
        "report": dg.MetadataValue.path(done.report),
        "manifest": dg.MetadataValue.path(done.manifest),
        "rows": dg.MetadataValue.json(done.rows),
        "postgres": dg.MetadataValue.json(done.in_postgres),
    }
