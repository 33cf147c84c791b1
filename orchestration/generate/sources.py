"""dbt's sources, from the contracts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import yaml

from ingest.contract import Column, Feed, lake_schema
from orchestration.generate.tables import NOTICE

SUFFIXES = {
    "_key": "{header}, as a keyed pseudonym or a comparable form",
    "_sep": "{header} was written with a separator",
    "_norm": "{header}, normalised as institutions' names are compared",
    "_status": "{header}: what its text was worth (valid, upgraded, repaired, lost, invalid, …)",
    "_raw": "{header} as delivered, where it could not be used",
    "_born": "Birth date that {header} carries",
    "_sex": "Sex that {header} carries",
    "_min": "Earliest day that {header} can mean",
    "_max": "Latest day that {header} can mean",
}
PROVENANCE = {
    "person_key": "Keyed pseudonym of the person of the row",
    "_row_id": "delivery:row:sheet, the row as a person finds it",
    "_delivery_id": "Stored file delivery that holds the row",
    "_adcode": "County of the drop folder",
    "_supplier": "Agency of the drop folder",
    "_source_file": "File name",
    "_source_sheet": "Sheet, empty for text files",
    "_source_row": "Row number as a person sees it",
    "_row_key": "Normalised business key",
    "_row_hash": "Fingerprint of the meaning-bearing columns",
    "_flags": "What was noticed at the door, ;-joined codes",
    "_delivered_on": "Delivery date of the delivery set for which the row stands",
    "_set_id": "Delivery set for which the row stands",
    "_in_force": "Whether the set is in force on the night (events: always)",
    "_file_order": "Orders the files of a day",
}
DELIVERY = {
    "delivery_id": "Delivered file", "feed": "Feed; null when not recognised",
    "supplier": "Agency of the drop folder", "adcode": "County of the drop folder",
    "delivered_on": "Date of the dated folder", "source_file": "File name",
    "sha256": "Hash of the content", "status": "What became of the file",
    "message": "What to do about it, in a sentence", "rows_in": "Rows in the file",
    "rows_accepted": "Rows in the lake", "rows_quarantined": "Rows sent back",
    "rows_duplicate": "Rows that repeat others", "rows_sealed": "Rows diverted, never stored",
    "period_start": "First day that the manifest covers",
    "period_end": "Last day that the manifest covers", "channel": "Channel of the manifest",
    "set_id": "Delivery set of the file", "counted": "Whether its set counts",
    "in_force": "Whether its set is in force on the night",
    "duplicate_of": "Delivery that holds the rows of a duplicate",
    "lacking": "Optional columns that the file does not have, ;-joined; null when it has all",
}  # fmt: skip
QUARANTINE = {
    "delivery_id": "Delivered file", "feed": "Feed", "column": "Column that breaks the contract",
    "reason": "Reason code", "rows": "Rows with that reason",
    "example_source_row": "Row number of one of them",
}  # fmt: skip


def lake_sources(feeds: Sequence[Feed]) -> str:
    """YAML of the sources `lake` (what the night may see) and `stored` (every row ever kept)."""
    lake = [_table(feed.id, feed.purpose or feed.title_zh, _lake_columns(feed)) for feed in feeds]
    lake.append(_table("delivery", "Every file delivered up to the night", DELIVERY))
    lake.append(_table("quarantine_reason", "Rows sent back, by delivery and reason", QUARANTINE))
    stored = [
        {"name": feed.id, "description": f"{feed.title_zh}: columns as in lake.{feed.id}"}
        for feed in feeds
    ]
    document = {
        "version": 2,
        "sources": [
            _source("lake", "Accepted rows of deliveries dated up to the night", lake),
            _source("stored", "All rows of the lake whatever the night, to show evidence", stored),
        ],
    }
    text = yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=1000)
    return f"# {NOTICE}\n{text}"


def _source(name: str, description: str, tables: list[dict[str, Any]]) -> dict[str, Any]:
    return {"name": name, "schema": name, "description": description, "tables": tables}


def _table(name: str, description: str, columns: dict[str, str]) -> dict[str, Any]:
    described = [{"name": n, "description": d} for n, d in columns.items()]
    return {"name": name, "description": description, "columns": described}


def _lake_columns(feed: Feed) -> dict[str, str]:
    own = {
        name: _describe(column, name) for column in feed.columns for name, _ in column.lake_fields()
    }
    extra = ("_delivered_on", "_set_id", "_in_force", "_file_order")
    names = (*lake_schema(feed).names, *extra)
    return {name: own.get(name) or PROVENANCE[name] for name in names}


def _describe(column: Column, name: str) -> str:
    if name == column.name:
        return f"{column.header}. {column.description}" if column.description else column.header
    return SUFFIXES[name.removeprefix(column.name)].format(header=column.header)
