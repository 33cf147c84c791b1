"""The last stage: the night is remembered, then published."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import dagster as dg

from expectations.report import write_report
from orchestration import observations
from orchestration.assets.warehouse import POOL, warehouse_path
from orchestration.hygiene import guarded
from orchestration.jobs import NIGHTLY
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
        description="核对后一次换上：marts/ 的文件、清单和图文报告；核对不过则保留前一夜",
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
        alarms.sound(home, as_of, done.night)
        context.log.info(f"已发布，数据截至 {done.night}")
        if done.in_postgres:
            context.log.info(f"PostgreSQL 已发布：{'、'.join(done.in_postgres)}")
        return dg.MaterializeResult(metadata=_metadata(done))

    return published


def _metadata(done: Published) -> Mapping[str, Any]:
    return {
        "night": done.night.isoformat(),
        "report": dg.MetadataValue.path(done.report),
        "manifest": dg.MetadataValue.path(done.manifest),
        "rows": dg.MetadataValue.json(done.rows),
        "postgres": dg.MetadataValue.json(done.in_postgres),
    }
