"""The Superset bundle asks the marts for nothing that they do not have."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from ingest.home import Home
from orchestration.generate import ROOT
from tests.orchestration.published import Published

BUNDLE = ROOT / "docs" / "bi" / "superset"


def read(kind: str) -> dict[str, dict[str, Any]]:
    files = sorted((BUNDLE / kind).rglob("*.yaml"))
    return {path.stem: yaml.safe_load(path.read_text("utf-8")) for path in files}


DATASETS, CHARTS, DASHBOARDS = read("datasets"), read("charts"), read("dashboards")


@pytest.fixture(scope="module")
def marts(tmp_path_factory: pytest.TempPathFactory) -> Published:
    return Published(Home(tmp_path_factory.mktemp("home")).make())


@pytest.mark.parametrize("name", DATASETS)
def test_a_dataset_runs_on_the_marts_and_its_columns_are_there(marts: Published, name: str) -> None:
    dataset = DATASETS[name]
    columns = ", ".join(f'd."{column["column_name"]}"' for column in dataset["columns"])
    marts.con.execute(f"select {columns} from ({dataset['sql']}) as d")
    for metric in dataset["metrics"]:
        marts.con.execute(f"select {metric['expression']} from ({dataset['sql']}) as d")


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_takes_what_its_dataset_has(name: str) -> None:
    chart = CHARTS[name]
    (dataset,) = (one for one in DATASETS.values() if one["uuid"] == chart["dataset_uuid"])
    columns = {column["column_name"] for column in dataset["columns"]}
    metrics = {metric["metric_name"] for metric in dataset["metrics"]}
    params = chart["params"]
    asked = {params[key] for key in ("metric", "x_axis_sort") if key in params}
    assert asked | set(params.get("metrics", [])) <= metrics
    assert {
        *params.get("all_columns", []),
        *([params["x_axis"]] if "x_axis" in params else []),
    } <= (columns)
    assert params.get("all_columns") or params.get("metrics") or params.get("metric")


def test_every_chart_is_on_the_board_once_and_every_dataset_is_used() -> None:
    (board,) = DASHBOARDS.values()
    placed = [
        node["meta"]["uuid"]
        for node in board["position"].values()
        if isinstance(node, dict) and node.get("type") == "CHART"
    ]
    assert sorted(placed) == sorted(chart["uuid"] for chart in CHARTS.values())
    assert {one["dataset_uuid"] for one in CHARTS.values()} == {
        one["uuid"] for one in DATASETS.values()
    }


def test_no_password_lies_in_the_bundle() -> None:
    (database,) = read("databases").values()
    user = database["sqlalchemy_uri"].split("//")[1].split("@")[0]
    assert ":" not in user
    assert not Path(BUNDLE / "databases" / "xiansuo.yaml").read_text("utf-8").count("password")
