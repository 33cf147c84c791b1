"""The lake as a night sees it: typed views over Parquet, and what was delivered.

Everything that depends on the night is decided here, once: which sets count and which is in force.
The views name their files; whoever opens the warehouse afterwards needs no access to the ledger.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa

from ingest.contract import Feed, lake_schema, load_contracts
from ingest.force import DeliverySet, check_outcomes, delivery_sets, stored
from ingest.home import Home
from ingest.land import lake_file
from ingest.ledger import DUPLICATE, NOTHING_TO_DO, TAKEN, FileDelivery, Ledger

DELIVERY = pa.schema(
    [
        *((name, pa.string()) for name in ("delivery_id", "feed", "supplier", "adcode")),
        ("delivered_on", pa.date32()),
        *((name, pa.string()) for name in ("source_file", "sha256", "status", "message")),
        *(
            (f"rows_{name}", pa.int64())
            for name in ("in", "accepted", "quarantined", "duplicate", "sealed")
        ),
        ("period_start", pa.date32()),
        ("period_end", pa.date32()),
        ("channel", pa.string()),
        ("set_id", pa.string()),
        ("counted", pa.bool_()),
        ("in_force", pa.bool_()),
        ("duplicate_of", pa.string()),
        ("lacking", pa.string()),
    ]
)
QUARANTINE_REASON = pa.schema(
    [
        *((name, pa.string()) for name in ("delivery_id", "feed", "column", "reason")),
        ("rows", pa.int64()),
        ("example_source_row", pa.int64()),
    ]
)
# What the night adds to a row of the lake.
MEMBER = pa.schema(
    [
        ("_delivered_on", pa.date32()),
        ("_set_id", pa.string()),
        ("_in_force", pa.bool_()),
        ("_file_order", pa.string()),
    ]
)


def mount(home: Home, as_of: date, warehouse: Path) -> None:
    """Create schema `lake` in the night's DuckDB file, replacing an earlier one.

    A file counts when its set does and it was accepted itself.

    A view per feed (columns of `lake_schema` and MEMBER) with the rows of counted sets delivered
    up to `as_of`; tables `delivery` and `quarantine_reason` with every file of these and the
    undated ones. A feed without a file is an empty view with its types.
    """
    ledger = Ledger(home)
    sets = delivery_sets(ledger, as_of, check_outcomes(home))
    with duckdb.connect(warehouse) as con:
        con.begin()  # a statement committed alone waits for the disk
        con.execute("drop schema if exists lake cascade")
        con.execute("create schema lake")
        _create(con, "delivery", _deliveries(ledger, sets, as_of))
        _create(con, "quarantine_reason", _reasons(ledger, as_of))
        for feed in load_contracts().values():
            counted = [one for one in sets.values() if one.feed == feed.id and one.counted]
            _mount_feed(con, home, ledger, feed, counted)
        con.commit()


def _create(con: duckdb.DuckDBPyConnection, name: str, rows: pa.Table) -> None:
    con.register("rows", rows)
    con.execute(f"create table lake.{name} as from rows")
    con.unregister("rows")


def _mount_feed(
    con: duckdb.DuckDBPyConnection, home: Home, ledger: Ledger, feed: Feed, sets: list[DeliverySet]
) -> None:
    """The feed's view: each stored file once per set that it stands in."""
    members = [
        (one, record, lake_file(home, feed.id, one.adcode, delivery))
        for one in sets
        for delivery, record in stored(ledger, one.files).items()
    ]
    rows = pa.table(
        [
            [one.delivered_on for one, _, _ in members],
            [one.set_id for one, _, _ in members],
            [one.in_force for one, _, _ in members],
            [record.source_file for _, record, _ in members],
            [path.stem for _, _, path in members],
        ],
        schema=MEMBER.append(pa.field("_stored", pa.string())),
    )
    _create(con, f"{feed.id}__member", rows)
    paths = sorted({str(path) for *_, path in members})
    columns = ", ".join(f'rows."{f.name}"' for f in lake_schema(feed))
    added = ", ".join(f"member.{f.name}" for f in MEMBER)
    con.execute(
        f"""
        create view lake.{feed.id} as
        select {columns}, {added}
        from {_source(con, feed, paths)} as rows
        inner join lake.{feed.id}__member as member on rows._delivery_id = member._stored
        {_last_of_each_key(feed, members)}
        """
    )


def _source(con: duckdb.DuckDBPyConnection, feed: Feed, paths: list[str]) -> str:
    """What the view reads: the feed's files, or an empty table of the same types."""
    if paths:
        return f"read_parquet([{', '.join(map(_quoted, paths))}])"
    _create(con, f"{feed.id}__empty", lake_schema(feed).empty_table())
    return f"lake.{feed.id}__empty"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _last_of_each_key(feed: Feed, members: list[tuple[DeliverySet, FileDelivery, Path]]) -> str:
    """Of rows with one key in several files of a set the last wins.

    Files were not compared where one of them repeats an earlier delivery, which holds its rows; in
    a snapshot each keeps its own. So does a file of events that a later delivery repeats: which of
    its versions is the newest, staging decides over all sets (newest_of_each_key).
    """
    mixed = {
        one.set_id
        for one, record, _ in members
        if len(one.files) > 1
        and (record.duplicate_of or (feed.mode == "snapshot" and record.rows_duplicate))
    }
    if not mixed:
        return ""
    return f"""
        qualify member._set_id not in ({", ".join(map(_quoted, sorted(mixed)))})
            or row_number() over (
                partition by member._set_id, rows._row_key
                order by member._file_order desc, rows._source_sheet desc, rows._source_row desc
            ) = 1
    """


def _deliveries(ledger: Ledger, sets: dict[str, DeliverySet], as_of: date) -> pa.Table:
    current = {record.delivery_id for record in ledger.current().values()}
    rows = [
        _delivery_row(record, sets.get(record.set_id or ""), record.delivery_id in current)
        for record in _up_to(ledger, as_of)
    ]
    return pa.Table.from_pylist(rows, DELIVERY)


def _delivery_row(
    record: FileDelivery, own: DeliverySet | None, current: bool
) -> dict[str, object]:
    row: dict[str, object] = {f.name: getattr(record, f.name, None) for f in DELIVERY}
    message = record.message
    if not current:
        message += "已由后来送达的同名文件替代。"
    elif record.withdrawn:
        message += "文件已撤回，由同批后来送达的文件替代。"
    elif own and own.why_not:
        message = message.replace(NOTHING_TO_DO, "") + own.why_not
    stands = current and own is not None and record.status in (*TAKEN, DUPLICATE)
    return row | {
        "message": message,
        "lacking": ";".join(record.lacking) or None,
        "supplier": record.supplier or None,
        "adcode": record.adcode or None,
        "counted": bool(stands and own and own.counted),
        "in_force": bool(stands and own and own.in_force),
    }


def _reasons(ledger: Ledger, as_of: date) -> pa.Table:
    rows = [
        {
            "delivery_id": record.delivery_id,
            "feed": record.feed,
            "column": reason.column,
            "reason": reason.reason,
            "rows": reason.rows,
            "example_source_row": reason.example_source_row,
        }
        for record in _up_to(ledger, as_of)
        for reason in record.reasons
    ]
    return pa.Table.from_pylist(rows, QUARANTINE_REASON)


def _up_to(ledger: Ledger, as_of: date) -> Iterable[FileDelivery]:
    return (r for r in ledger if r.delivered_on is None or r.delivered_on <= as_of)
