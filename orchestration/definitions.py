"""The code location: assembly only. (Dagster: docs.dagster.io/guides/build/projects)

`build_defs` takes overrides so that tests can put another home or another dbt project in.
"""

from __future__ import annotations

import json
from pathlib import Path

import dagster as dg

from ingest.contract import load_contracts
from orchestration.assets.feeds import feed_assets
from orchestration.assets.publish import published_asset, quality_report
from orchestration.assets.warehouse import memory_assets, warehouse_assets
from orchestration.jobs import nightly
from orchestration.lookup.job import batch_lookup, lookup_requests
from orchestration.parse import MANIFEST, PROJECT
from orchestration.progress import progress
from orchestration.resources import Dbt, Night
from orchestration.schedules import every_night
from orchestration.sensors import inbox, night_failed

PUBLISHED = ("marts", "lookup")  # the dbt project's folders that leave the warehouse


def build_defs(*, project: Path = PROJECT, night: Night | None = None) -> dg.Definitions:
    """Everything of a night, over a dbt project whose manifest is prepared and one home."""
    manifest = project / "target" / MANIFEST
    if not manifest.exists():
        raise FileNotFoundError(f"{manifest} is missing: run `make setup`")
    warehouse = warehouse_assets(manifest)
    door = feed_assets(list(load_contracts().values()))
    landed = [asset.key for asset in door if isinstance(asset, dg.AssetsDefinition)]
    memory = memory_assets(json.loads(manifest.read_text("utf-8")), landed)
    return dg.Definitions(
        assets=[
            *door,
            *memory,
            warehouse,
            quality_report,
            published_asset([spec.key for spec in warehouse.specs if spec.group_name in PUBLISHED]),
        ],
        jobs=[nightly, batch_lookup],
        schedules=[every_night],
        sensors=[inbox, lookup_requests, night_failed],
        resources={"night": night or Night.from_env(), "dbt": Dbt.of(project)},
        loggers={"console": progress},
    )


@dg.definitions
def defs() -> dg.Definitions:
    """What workspace.yaml loads."""
    return build_defs()
