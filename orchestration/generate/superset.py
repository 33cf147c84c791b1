"""The Superset bundle in docs/bi/superset: datasets, charts and one dashboard on the marts.

Datasets take columns and Chinese labels from the marts' YAML; what a chart shows stands in
`superset_board.yml`. Every object has an identity of its own that never changes, so that importing
the bundle again replaces what it made. Format: superset.apache.org, "importing and exporting".
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import yaml

from orchestration.generate.cards import ROOT, Mart

BOARD = ROOT / "docs" / "bi" / "superset_board.yml"
FOLDER = Path("docs/bi/superset")
HOUSE = UUID("6f1f4f0c-6a3b-5b9e-9a57-0d8a2b7f3c11")
VERSION = "1.0.0"
DATABASE = "xiansuo"
GRID_COLUMNS = 12


def bundle(marts: Sequence[Mart]) -> dict[Path, str]:
    """The bundle's files by path below the repository's root."""
    board = yaml.safe_load(BOARD.read_text("utf-8"))
    labels = {(mart.name, column.name): column for mart in marts for column in mart.columns}
    files: dict[str, dict[str, Any]] = {
        "metadata.yaml": {"version": VERSION, "type": "Dashboard", "timestamp": board["dated"]},
        f"databases/{DATABASE}.yaml": _database(board["database"]),
        "dashboards/xiansuo.yaml": _dashboard(board),
    }
    for name, dataset in board["datasets"].items():
        files[f"datasets/{DATABASE}/{name}.yaml"] = _dataset(name, dataset, labels)
    for name, chart in board["charts"].items():
        files[f"charts/{name}.yaml"] = _chart(name, chart)
    return {FOLDER / name: _yaml(content) for name, content in files.items()}


def _id(kind: str, name: str) -> str:
    return str(uuid5(HOUSE, f"{kind}/{name}"))


def _database(database: Mapping[str, str]) -> dict[str, Any]:
    return {
        "database_name": database["name"], "sqlalchemy_uri": database["uri"],
        "expose_in_sqllab": True, "allow_dml": False, "extra": {},
        "uuid": _id("database", DATABASE), "version": VERSION,
    }  # fmt: skip


def _dataset(
    name: str, dataset: Mapping[str, Any], labels: Mapping[tuple[str, str], Any]
) -> dict[str, Any]:
    columns = []
    for mart, names in dataset["columns"].items():
        for column_name in names:
            column = labels[mart, column_name]
            columns.append({
                "column_name": column.name, "verbose_name": column.label_zh,
                "description": column.meaning, "is_dttm": column.type == "date",
                "type": column.type.upper(), "groupby": True, "filterable": True,
            })  # fmt: skip
    metrics = [
        {"metric_name": metric, "verbose_name": title, "expression": expression}
        for metric, (title, expression) in dataset.get("metrics", {}).items()
    ]
    return {
        "table_name": dataset["title"], "schema": "marts", "sql": dataset["sql"],
        "columns": columns, "metrics": metrics, "uuid": _id("dataset", name),
        "database_uuid": _id("database", DATABASE), "version": VERSION,
    }  # fmt: skip


def _chart(name: str, chart: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "slice_name": chart["title"], "description": chart.get("description"),
        "viz_type": chart["viz_type"], "params": {"viz_type": chart["viz_type"], **chart["params"]},
        "uuid": _id("chart", name), "dataset_uuid": _id("dataset", chart["dataset"]),
        "version": VERSION,
    }  # fmt: skip


def _dashboard(board: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "dashboard_title": board["title"], "slug": "xiansuo", "published": True,
        "uuid": _id("dashboard", "xiansuo"), "position": _position(board),
        "metadata": {"native_filter_configuration": list(_filters(board))}, "version": VERSION,
    }  # fmt: skip


def _position(board: Mapping[str, Any]) -> dict[str, Any]:
    """Rows of charts side by side, in Superset's own terms."""
    nodes: dict[str, Any] = {
        "DASHBOARD_VERSION_KEY": "v2",
        "ROOT_ID": {"type": "ROOT", "id": "ROOT_ID", "children": ["GRID_ID"]},
        "HEADER_ID": {"type": "HEADER", "id": "HEADER_ID", "meta": {"text": board["title"]}},
        "GRID_ID": {"type": "GRID", "id": "GRID_ID", "parents": ["ROOT_ID"], "children": []},
    }
    for number, row in enumerate(board["rows"], start=1):
        row_id = f"ROW-{number}"
        nodes["GRID_ID"]["children"].append(row_id)
        above = ["ROOT_ID", "GRID_ID"]
        nodes[row_id] = {
            "type": "ROW", "id": row_id, "parents": above,
            "meta": {"background": "BACKGROUND_TRANSPARENT"},
            "children": [f"CHART-{name}" for name in row["charts"]],
        }  # fmt: skip
        for name in row["charts"]:
            nodes[f"CHART-{name}"] = {
                "type": "CHART", "id": f"CHART-{name}", "children": [], "parents": [*above, row_id],
                "meta": {
                    "uuid": _id("chart", name), "sliceName": board["charts"][name]["title"],
                    "chartId": list(board["charts"]).index(name) + 1,  # replaced on import
                    "width": GRID_COLUMNS // len(row["charts"]), "height": row["height"],
                },
            }  # fmt: skip
    return nodes


def _filters(board: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for name, filtered in board["filters"].items():
        yield {
            "id": f"NATIVE_FILTER-{name}", "name": filtered["title"], "type": "NATIVE_FILTER",
            "filterType": "filter_select",
            "targets": [{
                "datasetUuid": _id("dataset", filtered["dataset"]),
                "column": {"name": filtered["column"]},
            }],
            "controlValues": {"multiSelect": True, "enableEmptyFilter": False},
            "defaultDataMask": {"filterState": {}, "extraFormData": {}},
            "scope": {"rootPath": ["ROOT_ID"], "excluded": []}, "cascadeParentIds": [],
        }  # fmt: skip


def _yaml(content: Mapping[str, Any]) -> str:
    plain = json.loads(json.dumps(content, ensure_ascii=False, default=str))
    return yaml.safe_dump(plain, allow_unicode=True, sort_keys=False, width=100)
