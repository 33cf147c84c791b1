"""The code location as an engineer meets it in the UI."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import dagster as dg
import pytest

from ingest.contract import load_contracts
from orchestration.definitions import build_defs
from orchestration.jobs import NIGHTS, ZONE, newest_night, today
from orchestration.locks import JOB
from orchestration.schedules import every_night

FEEDS = load_contracts()


@pytest.fixture(scope="module")
def defs(project: Path, tmp_path_factory: pytest.TempPathFactory) -> dg.Definitions:
    os.environ["XIANSUO_HOME"] = str(tmp_path_factory.mktemp("home"))
    return build_defs(project=project)


def specs(defs: dg.Definitions) -> dict[str, dg.AssetSpec]:
    return {spec.key.to_user_string(): spec for spec in defs.resolve_all_asset_specs()}


def test_definitions_load(defs: dg.Definitions) -> None:
    dg.Definitions.validate_loadable(defs)


def test_every_asset_says_what_it_is_and_whose(defs: dg.Definitions) -> None:
    for name, spec in specs(defs).items():
        assert spec.description, name
        assert spec.owners, name
        assert spec.kinds, name
        assert spec.group_name not in (None, "default"), name


def test_a_feed_is_an_asset_in_its_agencys_group(defs: dg.Definitions) -> None:
    found = specs(defs)
    for feed in FEEDS.values():
        lake = found[f"lake/{feed.id}"]
        assert lake.group_name == found[f"inbox/{feed.id}"].group_name == feed.suppliers[0]
        assert [dep.asset_key for dep in lake.deps] == [dg.AssetKey(["inbox", feed.id])]


def test_freshness_is_the_agencys_not_the_nights(defs: dg.Definitions) -> None:
    found = specs(defs)
    for feed in FEEDS.values():
        assert found[f"lake/{feed.id}"].freshness_policy is None
        policy = found[f"inbox/{feed.id}"].freshness_policy
        assert (policy is None) == (feed.cadence == "on demand"), feed.id


def test_the_lineage_is_whole(defs: dg.Definitions) -> None:
    graph = defs.resolve_asset_graph()
    published = graph.get(dg.AssetKey(["marts", "published"]))
    upstream = graph.get_ancestor_asset_keys(published.key)
    for key in (["inbox", "police_case"], ["lake", "police_case"], ["lake", "delivery"],
                ["observed", "clue"], ["stg_police_case"], ["marts", "fct_case"]):  # fmt: skip
        assert dg.AssetKey(key) in upstream, key
    # no asset that only others mention
    assert set(graph.get_all_asset_keys()) == {s.key for s in specs(defs).values()}


def test_one_pool_for_the_warehouse_and_retries_for_reading_only(defs: dg.Definitions) -> None:
    ops = {op.name: op for op in defs.resolve_job_def(JOB).all_node_defs}
    pools = {name for name, op in ops.items() if op.pool == "warehouse"}
    assert pools == {"warehouse", "marts__published"}
    retried = {name for name, op in ops.items() if op.retry_policy}
    assert retried == {f"lake__{feed}" for feed in (*FEEDS, "delivery")}


def test_checks_of_a_feed_and_tests_of_dbt_are_asset_checks(defs: dg.Definitions) -> None:
    keys = {
        (check.asset_key.to_user_string(), check.name)
        for check in defs.resolve_asset_graph().asset_check_keys
    }
    assert {("lake/police_case", name) for name in ("contract", "volume", "plausibility")} <= keys
    assert [name for asset, name in keys if asset == "marts/fct_case"]


def test_nights_begin_in_2019_and_include_today() -> None:
    assert NIGHTS.get_first_partition_key() == "2019-01-01"
    assert NIGHTS.get_last_partition_key() == today().isoformat()


def test_the_schedule_runs_yesterday_at_two(defs: dg.Definitions) -> None:
    schedule = defs.resolve_schedule_def("every_night")
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("0 2 * * *", "Asia/Shanghai")
    tick = datetime(2023, 11, 1, 2, tzinfo=ZONE)
    context = dg.build_schedule_context(scheduled_execution_time=tick)
    assert every_night(context).partition_key == "2023-10-31"
    assert newest_night() < today()
