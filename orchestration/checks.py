"""Asset checks on the feeds: the outcomes of Great Expectations, as counts.
(Dagster: docs.dagster.io/guides/test/asset-checks)

What belongs here: how an outcome is shown. What is checked stands in expectations/suites.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import dagster as dg

from expectations.check import CheckResult, SetOutcome
from expectations.run import ERRORED, FAILED
from expectations.suites import BLOCKING, DIMENSIONS

# A check in the UI for what an engineer, an agency, and both look after: each costs every night
# three events in Dagster's log, so there is not one per dimension.
CHECKS = {
    "contract": ("columns", "types", "key", "required", "codes"),
    "volume": ("volume",),
    "plausibility": ("fill", "identity", "range"),
}


def feed_check_specs(asset: dg.AssetKey) -> list[dg.AssetCheckSpec]:
    """The checks on a feed.

    None blocks in Dagster's sense, which would end the night for every feed: a set that fails does
    not count (ingest/force.py), and the rest of the night goes on.
    """
    return [
        dg.AssetCheckSpec(
            name=name,
            asset=asset,
            description="入湖时检查："
            + "、".join(DIMENSIONS[dimension] for dimension in dimensions),
        )
        for name, dimensions in CHECKS.items()
    ]


def feed_check_results(
    asset: dg.AssetKey, outcomes: Sequence[SetOutcome]
) -> Iterator[dg.AssetCheckResult]:
    """Each check over the newest set of every county and supplier: what stands tonight."""
    newest = {outcome.place: outcome for outcome in outcomes}  # they come in order of date
    for name, dimensions in CHECKS.items():
        found = [
            (outcome.set_id, result)
            for outcome in newest.values()
            for result in outcome.results
            if result.dimension in dimensions
        ]
        yield _check_result(asset, name, found, sets=len(newest))


def _check_result(
    asset: dg.AssetKey, name: str, found: Sequence[tuple[str, CheckResult]], sets: int
) -> dg.AssetCheckResult:
    bad = [(set_id, result) for set_id, result in found if not result.success]
    blocking = any(result.severity == BLOCKING for _, result in bad)
    metadata: dict[str, Any] = {
        "sets": sets,
        "checks": len(found),
        "failed": sum(result.outcome == FAILED for _, result in bad),
        "errored": sum(result.outcome == ERRORED for _, result in bad),
        "unexpected_rows": sum(r.observed.get("unexpected_count", 0) for _, r in bad),
    }
    if bad:
        metadata["what"] = dg.MetadataValue.md(
            "\n".join(f"- {set_id}：{result.message_zh}" for set_id, result in bad)
        )
    return dg.AssetCheckResult(
        asset_key=asset,
        check_name=name,
        passed=not bad,
        severity=dg.AssetCheckSeverity.ERROR if blocking else dg.AssetCheckSeverity.WARN,
        metadata=metadata,
    )
