"""The fund's daily feeds, a file a month and county: CSV, or Parquet whose types change with it.

Rows are rendered one delivery at a time, so that memory is bounded by the largest month.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from ingest.contract import load_contracts
from ingest.simulate.med import ids, render, render_shops
from ingest.simulate.med.render import Written
from ingest.simulate.med.world import DAY
from ingest.simulate.render.forms import backdate
from ingest.simulate.world import SECOND, TITLES

# what an export turns into numbers in some months and leaves as text in others
FLIPPED = ("med_type", "insutype", "setl_type", "list_type", "refd_setl_flag", "vali_flag")
PARQUET_MONTHS = range(4, 8)
GZIPPED = ("drug_sale", "trace_shipment")
SUPPLIERS = {"trace_shipment": "drug"}
# what the small neighbour's agencies do not hand in at all
NOT_KEPT = {SECOND: ("drug_purchase", "drug_stock_count", "trace_shipment")}
MAX_FILE_ROWS = 2_000_000


@dataclass(frozen=True)
class Rows:
    """Which rows of a feed one delivery holds, and how they are written down."""

    feed: str
    place: np.ndarray  # of each row, to tell the counties apart
    delivery: np.ndarray  # the first that holds each row
    columns: Callable[[np.ndarray, int], dict[str, pa.Array]]
    again: np.ndarray | None = None  # a second delivery that holds it in its last form


def feeds(what: Written) -> list[Rows]:
    """All bulk feeds with the delivery of each row."""
    world, book = what.world, what.book
    cuts = world.cuts
    settlements, lines, visits, till, purchases = (
        book.table(t) for t in ("settlement", "line", "visit", "till", "purchase")
    )
    settled = world.delivery_of(ids.settled_at(settlements), settlements.late)
    owner = lines.settlement.to_numpy()
    done = settled[owner]
    # lines of patients in hospital go up month by month, and once more when they are settled
    begun = world.delivery_of(lines["at"].to_numpy())
    waits = (begun < done) & (settlements.visit.to_numpy()[owner] >= 0) & (lines.origin < 0)
    left = np.minimum(world.delivery_of(visits.end.to_numpy()), len(cuts) - 1)
    rang = world.delivery_of(till["at"].to_numpy(), till.late)
    rang = np.maximum(rang, np.where(till.settlement >= 0, settled[till.settlement], 0))
    return [
        Rows("medical_settlement", settlements.place.to_numpy(), settled,
             lambda rows, _: render.settlements(what, rows)),
        Rows("medical_fee_line", settlements.place.to_numpy()[owner],
             np.where(waits, begun, done), lambda rows, n: render.lines(what, rows, done[rows] > n),
             again=np.where(waits, done, -1)),
        Rows("medical_visit", visits.place.to_numpy(), world.delivery_of(visits.begin.to_numpy()),
             lambda rows, n: render.visits(what, rows, cuts[n]), again=left),
        Rows("drug_sale", till.place.to_numpy(), rang,
             lambda rows, _: render_shops.sales(what, rows)),
        Rows("drug_purchase", purchases.place.to_numpy(),
             world.delivery_of(purchases.on.to_numpy(), purchases.late),
             lambda rows, _: render_shops.purchases(what, rows)),
        Rows("drug_stock_count", what.counts.place.to_numpy(),
             world.delivery_of(what.counts.on.to_numpy()),
             lambda rows, _: render_shops.counts(what, rows)),
        Rows("trace_shipment", what.shipments.to.to_numpy(),
             world.delivery_of(what.shipments.on.to_numpy()),
             lambda rows, _: render_shops.shipments(what, rows)),
    ]  # fmt: skip


def hand_in(what: Written, inbox: Path, parquet: bool = False) -> Iterator[tuple[str, int]]:
    """Write every file of the bulk feeds; yields feed and rows of each file."""
    cuts = what.world.cuts
    for rows in feeds(what):
        county = ids.county_of(what.world, rows.place)
        for adcode in TITLES:
            if rows.feed in NOT_KEPT.get(adcode, ()):
                continue
            mine = county == adcode
            for number, cut in enumerate(cuts):
                again = (rows.again == number) if rows.again is not None else False
                chosen = np.flatnonzero(mine & ((rows.delivery == number) | again))
                # exports come in no order
                chosen = what.world.rng.permutation(chosen)
                since = cuts[number - 1] if number else what.world.start - 400
                for part, piece in enumerate(_pieces(chosen)):
                    sheet = rows.columns(piece, number)
                    form = "parquet" if parquet or _is_parquet(rows.feed, number) else "csv"
                    name = f"{load_contracts()[rows.feed].title_zh}_{str(cut)[:7]}"
                    name += f"_{part + 1}" if part else ""
                    folder = inbox / adcode / SUPPLIERS.get(rows.feed, "medicare") / str(cut)
                    period = {"period_start": str(since), "period_end": str(cut - 1)}
                    _write(rows.feed, sheet, folder / name, form, number, period)
                    yield rows.feed, len(piece)


def _pieces(rows: np.ndarray) -> Iterator[np.ndarray]:
    for start in range(0, max(len(rows), 1), MAX_FILE_ROWS):
        yield rows[start : start + MAX_FILE_ROWS]


def _is_parquet(feed: str, number: int) -> bool:
    return feed in ("medical_settlement", "medical_fee_line") and number in PARQUET_MONTHS


def _write(
    feed: str,
    sheet: dict[str, pa.Array],
    path: Path,
    form: str,
    number: int,
    period: dict[str, str],
) -> None:
    """One file and its manifest, under the contract's headings."""
    headings = {column.name: column.header for column in load_contracts()[feed].columns}
    table = pa.table({headings[name]: cells for name, cells in sheet.items()})
    path.parent.mkdir(parents=True, exist_ok=True)
    if form == "parquet":
        target = path.with_name(path.name + ".parquet")
        pa.parquet.write_table(_flipped(table, number), target)
    elif feed in GZIPPED:
        target = path.with_name(path.name + ".csv.gz")
        out = pa.BufferOutputStream()
        pa.csv.write_csv(_as_text(table), out, pa.csv.WriteOptions(quoting_style="needed"))
        target.write_bytes(gzip.compress(out.getvalue(), 6, mtime=0))
    else:
        target = path.with_name(path.name + ".csv")
        pa.csv.write_csv(_as_text(table), target, pa.csv.WriteOptions(quoting_style="needed"))
    with target.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    said = {"rows": table.num_rows, "sha256": digest, "kind": "delta"} | period
    manifest = target.with_name(target.name + ".manifest.json")
    manifest.write_text(json.dumps(said, ensure_ascii=False), "utf-8")
    day = np.datetime64(path.parent.name).astype(DAY)
    backdate(target, day)
    backdate(manifest, day)


def _flipped(table: pa.Table, number: int) -> pa.Table:
    """In every other month the export takes codes for numbers, and quantities for doubles."""
    if number % 2 == 0:
        return table
    for heading in FLIPPED:
        if heading in table.column_names:
            cells = pc.cast(table[heading], pa.int64())
            table = table.set_column(table.column_names.index(heading), heading, cells)
    if "cnt" in table.column_names:
        cells = pc.cast(table["cnt"], pa.float64())
        table = table.set_column(table.column_names.index("cnt"), "cnt", cells)
    return table


def _as_text(table: pa.Table) -> pa.Table:
    """Moments as people write them; the rest as it is."""
    for at, field in enumerate(table.schema):
        if pa.types.is_timestamp(field.type):
            cells = pc.strftime(table[field.name], format="%Y-%m-%d %H:%M:%S")
            table = table.set_column(at, field.name, cells)
    return table
