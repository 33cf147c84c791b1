"""The dbt graph as assets: one op builds the night's private warehouse."""

import json
import os
import shutil
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from datetime import date
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, DbtProject, dbt_assets

from ingest import mount
from ingest.contract import load_contracts
from ingest.home import Home
from orchestration import observations
from orchestration.hygiene import guarded
from orchestration.jobs import NIGHTLY
from orchestration.judged import delivered_feeds, judged_models
from orchestration.resources import Dbt, Night

POOL = "warehouse"  # one writer of the DuckDB file
OWNER = "team:rules"
FEED_SOURCES = ("lake", "stored")  # both name the rows that a feed's asset landed
MEMORY_SHARE = 0.6  # of the machine's, for the engine, unless XIANSUO_MEMORY_LIMIT says otherwise
PROGRESS_SECONDS = 10
FAILURES = ("error", "fail", "runtime error")


class Translator(DagsterDbtTranslator):
    """How a dbt resource appears in Dagster: grouped by folder, sources as the feeds' assets."""

    def __init__(self) -> None:
        super().__init__(DagsterDbtTranslatorSettings(enable_duplicate_source_asset_keys=True))

    def get_asset_spec(
        self, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None
    ) -> dg.AssetSpec:
        """The resource's spec, with an owner, its folder as the group, and the feed's key."""
        spec = super().get_asset_spec(manifest, unique_id, project)
        node = self.get_resource_props(manifest, unique_id)
        if node["resource_type"] == "source":
            return spec.replace_attributes(key=source_key(node))
        return spec.replace_attributes(owners=[OWNER], group_name=group(node))


def source_key(source: Mapping[str, Any]) -> dg.AssetKey:
    """The asset that a dbt source stands for: the feed's, whichever way its rows are read."""
    schema = source["source_name"]
    is_feed = schema in FEED_SOURCES and source["name"] in load_contracts()
    return dg.AssetKey(["lake" if is_feed else schema, source["name"]])


def group(node: Mapping[str, Any]) -> str:
    """The first folder of a model (rules also their model), `seeds` for a seed."""
    if node["resource_type"] == "seed":
        return "seeds"
    folders = node["fqn"][1:-1]
    return "_".join(folders[:2] if folders[0] == "rules" else folders[:1])


def memory_assets(manifest: Mapping[str, Any], door: Collection[dg.AssetKey]) -> list[dg.AssetSpec]:
    """The sources that the door's assets do not stand for: reasons, and what earlier nights saw.

    A night reads the observations of all others and writes its own when it is published; they
    stand here without a producer, or the graph would be a circle.
    """
    specs = {}
    for source in manifest["sources"].values():
        key = source_key(source)
        if key not in door:
            of_door = source["source_name"] == "lake"
            specs[key] = dg.AssetSpec(
                key=key,
                deps=door if of_door else [],
                description=source["description"] or source["source_description"],
                group_name="ledger" if of_door else "memory",
                owners=[OWNER],
                kinds={"parquet"},
            )
    return list(specs.values())


def warehouse_assets(manifest: Path) -> dg.AssetsDefinition:
    """The models, seeds and data tests of the project as one op that writes one file."""

    @dbt_assets(
        manifest=manifest,
        name="warehouse",
        **NIGHTLY,
        dagster_dbt_translator=Translator(),
        pool=POOL,
    )
    def warehouse(context: dg.AssetExecutionContext, night: Night, dbt: Dbt) -> Iterator[Any]:
        home, as_of = night.home, date.fromisoformat(context.partition_key)
        with guarded(home, "warehouse"):
            path = fresh_warehouse(home, as_of)
            context.log.info("装载入湖数据")
            mount.mount(home, as_of, path)
            observations.mount(home, as_of, path)
            judged, left_out = judged_models(delivered_feeds(path))
            context.log.info(f"dbt build：{'、'.join(judged)}")
            with environment(engine_environment(home, path)):  # which dbt's process inherits
                build = dbt.cli(
                    build_arguments(as_of, judged, left_out),
                    context=context,
                    target_path=path.parent / "dbt",
                    raise_on_error=False,
                )
            # dbt's own words may quote data: they go to its log in the night's folder only
            with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):
                yield from counted(build.stream(), context.log.info)
            if not build.is_successful():
                raise failure(path.parent / "dbt")

    return warehouse


def counted(events: Iterable[Any], say: Callable[[str], None]) -> Iterator[Any]:
    """The events of a build, with a word now and then on how many there were."""
    spoken, made = time.monotonic(), 0
    for made, event in enumerate(events, start=1):
        yield event
        if time.monotonic() - spoken > PROGRESS_SECONDS:
            spoken = time.monotonic()
            say(f"dbt：已完成 {made} 项")
    say(f"dbt：完成 {made} 项")


def build_arguments(
    as_of: date, judged: Collection[str], left_out: Collection[str] = ()
) -> list[str]:
    """Seeds, models and data tests in one command; unit tests belong to the test suite.

    What bears the tag of a supervision model that is left out is not built.
    """
    variables = json.dumps({"as_of": as_of.isoformat(), "judged": list(judged)})
    excluded = [f"tag:{model}" for model in left_out]
    return [
        "build", "--exclude-resource-type", "unit_test", "--vars", variables,
        *(["--exclude", *excluded] if excluded else []),
    ]  # fmt: skip


def warehouse_path(home: Home, as_of: date) -> Path:
    """The private warehouse of a night."""
    return home.nights / as_of.isoformat() / "warehouse.duckdb"


def fresh_warehouse(home: Home, as_of: date) -> Path:
    """An empty folder for the night's warehouse. Those of other nights are thrown away."""
    for folder in home.nights.iterdir():
        shutil.rmtree(folder)
    path = warehouse_path(home, as_of)
    path.parent.mkdir(parents=True)
    return path


def engine_environment(home: Home, warehouse: Path) -> dict[str, str]:
    """What dbt's profile reads: the file, and how much of the machine the engine may take."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") * MEMORY_SHARE
    limits = {
        "XIANSUO_MEMORY_LIMIT": f"{memory / 2**20:.0f}MiB",
        "XIANSUO_THREADS": str(os.cpu_count() or 1),
    }
    return {
        "XIANSUO_HOME": str(home.root),
        "XIANSUO_WAREHOUSE": str(warehouse),
        "DBT_LOG_LEVEL_FILE": "info",  # every statement, as text of JSON, takes a tenth of a night
        **{name: os.environ.get(name) or value for name, value in limits.items()},
    }


@contextmanager
def environment(values: Mapping[str, str]) -> Iterator[None]:
    """These environment variables, and afterwards those from before."""
    before = dict(os.environ)
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def failure(artifacts: Path) -> dg.Failure:
    """What failed in dbt, by name and count; its messages may quote data and stay in its log."""
    log = artifacts / "dbt.log"
    results = artifacts / "run_results.json"
    failed = []
    if results.exists():
        for result in json.loads(results.read_text("utf-8"))["results"]:
            if result["status"] in FAILURES:
                name = result["unique_id"].split(".")[2]
                rows = f"（{result['failures']} 行）" if result["failures"] else ""
                failed.append(f"{name}{rows}")
    return dg.Failure(
        f"dbt: {'、'.join(failed) or '没有运行起来'}. 详情（含数据，限内部人员）：{log}",
        metadata={"failed": len(failed), "log": dg.MetadataValue.path(log)},
        allow_retries=False,
    )
