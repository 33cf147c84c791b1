"""A home with landed sets, written straight into the lake and the ledger."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingest.contract import Column, Feed, lake_schema, load_contracts
from ingest.home import Home
from ingest.ledger import ACCEPTED, FileDelivery, Ledger, delivery_id

ADCODE = "520526"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home").make()


@pytest.fixture
def land(home: Home) -> Callable[..., FileDelivery]:
    """land("staff_roster", "2023-06-01", rows=10, change={"post": lambda i: ...})"""

    def _land(
        feed_id: str,
        day: str,
        rows: int = 10,
        change: Mapping[str, Callable[[int], Any]] | None = None,
        **record: Any,
    ) -> FileDelivery:
        feed = load_contracts()[feed_id]
        supplier = record.pop("supplier", feed.suppliers[0])
        name = record.pop("source_file", f"{feed.title_zh}.csv")
        path = f"{ADCODE}/{supplier}/{day}/{name}"
        file = FileDelivery(
            delivery_id=delivery_id(path, str(rows)),
            path=path,
            adcode=ADCODE,
            supplier=supplier,
            source_file=name,
            feed=feed_id,
            delivered_on=datetime.date.fromisoformat(day),
            **{
                "status": ACCEPTED,
                "message": "已接收",
                "rows_in": rows,
                "rows_accepted": rows,
                **record,
            },
        )
        if file.is_taken:
            lake = home.lake / feed_id / ADCODE / f"{file.delivery_id}.parquet"
            lake.parent.mkdir(parents=True, exist_ok=True)
            pq.write_table(table(feed, file, rows, change or {}), lake)
        return Ledger(home).write(file)

    return _land


def table(
    feed: Feed, file: FileDelivery, rows: int, change: Mapping[str, Callable[[int], Any]]
) -> pa.Table:
    """Rows as the contract wants them, but for the columns that `change` makes by row number."""
    plain: dict[str, Callable[[int], Any]] = {
        "_delivery_id": lambda i: file.delivery_id,
        "_row_key": lambda i: f"key {i}",
    }
    for column in feed.columns:
        plain.update({name: plain_value(column, name) for name, _ in column.lake_fields()})
    made = {**plain, **change}
    schema = lake_schema(feed)
    arrays = [
        pa.array([made.get(field.name, lambda i: None)(i) for i in range(rows)], field.type)
        for field in schema
    ]
    return pa.Table.from_arrays(arrays, schema=schema)


def plain_value(column: Column, name: str) -> Callable[[int], Any]:
    values = {
        "date": datetime.date(2020, 5, 1),
        "month": datetime.date(2020, 5, 1),
        "timestamp": datetime.datetime(2020, 5, 1),
        "integer": 1,
        "decimal": Decimal("1.5"),
        "money": Decimal("1.5"),
        "boolean": False,
    }
    if name.endswith("_born"):
        return lambda i: datetime.date(1985, 1, 1)
    if name.endswith("_status") and column.type == "id_number":
        return lambda i: "valid"
    if name.endswith("_sep"):
        return lambda i: False
    if column.allowed and name == column.name:
        return lambda i: column.allowed[0]  # type: ignore[index]
    return lambda i: values.get(column.type, "x")
