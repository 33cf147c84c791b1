"""The door as assets: what each agency put in the inbox, its rows in the lake, and the ledger."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import dagster as dg

from expectations.check import SetOutcome, check_feed
from expectations.run import PASSED
from ingest import door
from ingest.contract import Feed
from ingest.force import check_outcomes, delivery_sets
from ingest.home import Home
from ingest.ledger import DUPLICATE, REJECTED, TAKEN, FileDelivery, Ledger
from orchestration.cadence import CADENCE_DAYS, LATE, MISSING
from orchestration.checks import feed_check_results, feed_check_specs
from orchestration.hygiene import guarded
from orchestration.jobs import NIGHTLY
from orchestration.resources import Night

OWNER = "team:data"
ARRIVED = (*TAKEN, DUPLICATE)  # the same content again is fresh again, a refused file is not
COUNTS = ("rows_in", "rows_accepted", "rows_quarantined", "rows_duplicate", "rows_sealed")
# A share that hangs or a database that restarts is worth another try; judging never is.
READ_AGAIN = dg.RetryPolicy(max_retries=2, delay=5, backoff=dg.Backoff.EXPONENTIAL)


def feed_assets(feeds: Sequence[Feed]) -> list[dg.AssetsDefinition | dg.AssetSpec]:
    """Two assets per feed: the agencies' deliveries, and the lake's rows; and the ledger of all."""
    lake = [_lake_asset(feed) for feed in feeds]
    ledger = _ledger_asset([asset.key for asset in lake])
    return [*(_inbox_spec(feed) for feed in feeds), *lake, ledger]


def _inbox_spec(feed: Feed) -> dg.AssetSpec:
    """What the agencies deliver. Materialised when files arrive, not every night, so that its
    freshness is theirs.
    """
    return dg.AssetSpec(
        key=["inbox", feed.id],
        description=f"{feed.title_zh}：{'、'.join(feed.suppliers)} 投递的文件（{feed.form}）",
        group_name=feed.suppliers[0],
        owners=[OWNER],
        kinds={"file", *({"sql"} if feed.view else ())},
        freshness_policy=freshness(feed.cadence),
        metadata={"cadence": feed.cadence, "mode": feed.mode},
    )


def freshness(cadence: str) -> dg.FreshnessPolicy | None:
    """When a feed of that cadence is late; None for feeds delivered on demand."""
    days = CADENCE_DAYS.get(cadence)
    if days is None:
        return None
    return dg.FreshnessPolicy.time_window(
        warn_window=timedelta(days=float(days * LATE)),
        fail_window=timedelta(days=days * MISSING),
    )


def _lake_asset(feed: Feed) -> dg.AssetsDefinition:
    key = dg.AssetKey(["lake", feed.id])

    @dg.asset(
        key=key,
        deps=[dg.AssetKey(["inbox", feed.id])],
        **NIGHTLY,
        description=f"{feed.title_zh}：{feed.purpose}。已接收的行，每个文件一个 Parquet，不可变",
        group_name=feed.suppliers[0],
        owners=[OWNER],
        kinds={"parquet", "great_expectations"},
        check_specs=feed_check_specs(key),
        retry_policy=READ_AGAIN,
        metadata={"contract": f"ingest/contracts/{feed.id}.yml", "mode": feed.mode},
    )
    def landed(context: dg.AssetExecutionContext, night: Night) -> Iterator[Any]:
        home, as_of = night.home, date.fromisoformat(context.partition_key)
        with guarded(home, feed.id):
            taken = door.take(home, feed.id, as_of)
            outcomes = check_feed(home, feed.id, as_of)
            facts = lake_facts(home, feed, as_of)
        if taken:
            context.log.info(sentence(feed, taken, outcomes))
        if arrived := sum(file.status in ARRIVED for file in taken):
            context.log_event(
                dg.AssetMaterialization(["inbox", feed.id], metadata={"files": arrived})
            )
        yield dg.MaterializeResult(metadata=facts)
        yield from feed_check_results(key, outcomes)

    return landed


def _ledger_asset(feeds: Sequence[dg.AssetKey]) -> dg.AssetsDefinition:
    @dg.asset(
        key=["lake", "delivery"],
        deps=feeds,
        **NIGHTLY,
        description="台账：截至当夜收到的每个文件及其去向；不属于任何数据的文件也在此登记",
        group_name="ledger",
        owners=[OWNER],
        kinds={"json"},
        retry_policy=READ_AGAIN,
    )
    def delivery(context: dg.AssetExecutionContext, night: Night) -> dg.MaterializeResult:
        home, as_of = night.home, date.fromisoformat(context.partition_key)
        with guarded(home, "ledger"):
            lost = door.take_unrecognised(home, as_of)
            files = [f for f in Ledger(home) if not f.delivered_on or f.delivered_on <= as_of]
        if lost:
            context.log.info(f"有 {len(lost)} 个文件不属于任何数据，见数据质量报告")
        return dg.MaterializeResult(metadata={"files": len(files), **_sums(files)})

    return delivery


def _sums(files: Iterable[FileDelivery]) -> dict[str, int]:
    listed = list(files)
    return {name: sum(getattr(file, name) for file in listed) for name in COUNTS}


def sentence(feed: Feed, taken: Sequence[FileDelivery], outcomes: Sequence[SetOutcome]) -> str:
    """What arrived, for the person who watches the night."""
    accepted = sum(file.rows_accepted for file in taken)
    refused = sum(file.status == REJECTED for file in taken)
    new = {file.set_id for file in taken}
    failed = sum(outcome.set_id in new and outcome.outcome != PASSED for outcome in outcomes)
    return (
        f"{feed.title_zh}：收到 {len(taken)} 个文件，入湖 {accepted} 行"
        + (f"，退回 {refused} 个文件" if refused else "")
        + (f"，{failed} 批未通过检查" if failed else "")
    )


def lake_facts(home: Home, feed: Feed, as_of: date) -> dict[str, Any]:
    """What an engineer wants to know of a feed on a night; counts and places, no data."""
    sets = [
        one
        for one in delivery_sets(Ledger(home), as_of, check_outcomes(home)).values()
        if one.feed == feed.id
    ]
    files = [file for one in sets for file in one.files]
    current = max((one.delivered_on for one in sets if one.counted), default=None)
    report = home.reports / as_of.isoformat() / "quality.html"
    return {
        **_sums(files),
        "files": len(files),
        "files_rejected": sum(file.status == REJECTED for file in files),
        "sets_not_counted": sum(not one.counted for one in sets),
        "data_as_of": current.isoformat() if current else "—",
        "report": dg.MetadataValue.path(report),
        "quarantine": dg.MetadataValue.path(home.quarantine / feed.id),
    }
