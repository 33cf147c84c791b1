"""One file from the archive to typed rows beside the lake: read, normalise, divert, quarantine.

The order matters: what is sealed leaves first, so that nothing of it reaches the quarantine.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ingest import receive
from ingest.contract import Column, Feed, lake_schema
from ingest.home import Home
from ingest.ledger import FileDelivery
from ingest.normalise.dates import NO_DAY
from ingest.normalise.floats import float_suspect
from ingest.normalise.frame import FLAGS_ZH, Normalised, normalise
from ingest.quarantine import RAGGED, Quarantine
from ingest.read import Unreadable, read_file
from ingest.read.raw import RAW, kind_of, raw_batches
from ingest.receive import Manifest
from ingest.seal import Sealed, Tombstones, marks, sealed_rows

OUTSIDE_PERIOD = "date_outside_period"
ONE_A_ROW = ("_row_id", "_row_key", "_row_hash")  # a dictionary of these would be begun in vain
REMARKS = {**FLAGS_ZH, OUTSIDE_PERIOD: "日期不在清单所写的期间内"}


@dataclass
class Staged:
    """A file's rows, ready for the lake but for duplicates within its set."""

    record: FileDelivery
    folder: Path
    quarantine: Quarantine
    rows_in: int = 0
    rows_good: int = 0
    sealed: Sealed = field(default_factory=Sealed)
    remarks: Counter[str] = field(default_factory=Counter)
    notes: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()

    @property
    def good(self) -> Path:
        """The rows."""
        return self.folder / "good.parquet"

    @property
    def rows_sealed(self) -> int:
        """How many rows were diverted."""
        return len(self.sealed.row_ids)


def stage(home: Home, feed: Feed, record: FileDelivery, manifest: Manifest, folder: Path) -> Staged:
    """Read one archived file into `folder`, a folder of its own.

    Raises Unreadable when the file cannot be taken or contradicts its manifest.
    """
    assert record.sha256 and record.delivered_on
    source = receive.archived(home, record.sha256, record.source_file)
    reading = read_file(source, record.source_file, feed, folder)
    raw = folder / RAW
    if manifest.rows is not None and manifest.rows != reading.rows:
        raise Unreadable(
            f"清单写 {manifest.rows} 行，文件里是 {reading.rows} 行；请核对后连同清单重新报送。"
        )
    staged = Staged(
        record,
        folder,
        Quarantine(feed, folder / "bad.parquet"),
        rows_in=reading.rows,
        notes=reading.notes,
        lacking=tuple(c.name for c in feed.columns if c.name not in reading.headers),
    )
    tombstones = Tombstones(home, feed, record.adcode)
    lost = _lost_columns(feed, raw)
    schema = lake_schema(feed)
    repeating = [name for name in schema.names if name not in ONE_A_ROW]
    with pq.ParquetWriter(staged.good, schema, compression="zstd", use_dictionary=repeating) as out:
        for batch in raw_batches(raw):
            frame = batch.to_pandas(types_mapper={pa.string(): pd.StringDtype("pyarrow")}.get)
            normal = normalise(
                feed,
                frame,
                key=home.key,
                adcode=record.adcode,
                headers=reading.headers,
                supplier=record.supplier,
                as_of_today=record.delivered_on,
                lost_columns=lost,
            )
            good, places = _sort_out(feed, frame, normal, manifest, tombstones, staged)
            out.write_table(_with_provenance(good, places, frame, record, schema))
            staged.rows_good += good.num_rows
    staged.quarantine.close()
    raw.unlink()
    return staged


def _lost_columns(feed: Feed, raw: Path) -> frozenset[str]:
    """The identity columns whose numbers were rounded to floats, judged over the whole file."""
    names = [c.name for c in feed.columns if c.type == "id_number"]
    return frozenset(name for name in names if float_suspect(_cells_of(raw, name)))


def _cells_of(raw: Path, name: str) -> Iterator[tuple[pa.Array, pa.Array]]:
    """A column of the raw table in batches: cells, and their kinds."""
    for batch in raw_batches(raw, [name, kind_of(name)]):
        yield batch.column(name), batch.column(kind_of(name))


def _sort_out(
    feed: Feed,
    raw: pd.DataFrame,
    normal: Normalised,
    manifest: Manifest,
    tombstones: Tombstones,
    staged: Staged,
) -> tuple[pa.Table, np.ndarray]:
    """(rows, their places in `raw`) that are neither sealed nor broken; the others are diverted."""
    rows, ragged = normal.rows, raw["_ragged"].to_numpy(bool)
    row_ids = _row_ids(raw, staged.record)
    sealed = _divert_sealed(feed, rows, row_ids, ragged, tombstones, staged)
    problems = _problems(normal.problems, ragged)
    problems = problems[~sealed[problems["index"].to_numpy(int)]]
    staged.quarantine.add(raw, rows["_row_key"], problems)
    keep = ~sealed
    keep[problems["index"].to_numpy(int)] = False
    places = np.flatnonzero(keep)
    good = _mark_outside(feed, rows.filter(pa.array(keep)), manifest)
    check_channel(feed, good, manifest)
    staged.remarks.update(_flag_counts(good["_flags"]))
    return good, places


def _row_ids(raw: pd.DataFrame, record: FileDelivery) -> pa.Array:
    """Delivery, row and sheet: by what evidence names a row."""
    number = pa.array(raw["_source_row"]).cast(pa.string())
    sheet = pa.array(raw["_source_sheet"].array, pa.string())
    return pc.binary_join_element_wise(record.delivery_id, number, sheet, ":")


def _divert_sealed(
    feed: Feed,
    rows: pa.Table,
    row_ids: pa.Array,
    ragged: np.ndarray,
    tombstones: Tombstones,
    staged: Staged,
) -> np.ndarray:
    """Which rows are sealed, noting them; none where a feed cannot have any."""
    sealed = sealed_rows(feed, rows)
    if not feed.has("sealed"):
        return sealed
    assert staged.record.delivered_on
    row_marks = marks(feed, rows)
    staged.sealed.marks.update(*(row_marks[at] for at in np.flatnonzero(sealed & ~ragged)))
    # The flag of a row whose cells have slipped cannot be read.
    sealed = sealed | ragged | tombstones.cover(row_marks, staged.record.delivered_on)
    staged.sealed.row_ids.update(row_ids.filter(pa.array(sealed)).to_pylist())
    return sealed


def _problems(found: pd.DataFrame, ragged: np.ndarray) -> pd.DataFrame:
    """What is wrong per row; of a ragged row only that, since its cells have slipped."""
    slipped = pd.DataFrame({"index": np.flatnonzero(ragged), "column": "", "reason": RAGGED})
    return pd.concat([found[~ragged[found["index"].to_numpy(int)]], slipped], ignore_index=True)


def _mark_outside(feed: Feed, rows: pa.Table, manifest: Manifest) -> pa.Table:
    """Flag the rows whose event has days, but none within the manifest's period.

    A case that is delivered again with its next step has several.
    """
    first, last = manifest.period_start or date.min, manifest.period_end or date.max
    events = [column for column in feed.columns if column.event]
    if not (manifest.period_start or manifest.period_end) or not events:
        return rows
    dated = np.zeros(rows.num_rows, dtype=bool)
    inside = np.zeros(rows.num_rows, dtype=bool)
    for column in events:
        earliest, latest = _days(column, rows)
        within = pc.and_(
            pc.greater_equal(latest, pa.scalar(first)), pc.less_equal(earliest, pa.scalar(last))
        )
        dated |= pc.is_valid(earliest).to_numpy()
        inside |= pc.fill_null(within, False).to_numpy()
    own = pc.if_else(pc.equal(rows["_flags"], ""), None, rows["_flags"])
    more = pc.binary_join_element_wise(own, OUTSIDE_PERIOD, ";", null_handling="skip")
    flags = pc.if_else(pa.array(dated & ~inside), more, rows["_flags"])
    return rows.set_column(rows.column_names.index("_flags"), "_flags", flags)


def _days(column: Column, rows: pa.Table) -> tuple[pa.ChunkedArray, pa.ChunkedArray]:
    """The earliest and the latest day that each cell may mean."""
    if column.type != "timestamp":
        return rows[f"{column.name}_min"], rows[f"{column.name}_max"]
    days = rows[column.name].cast(pa.date32(), safe=False)
    days = pc.if_else(pc.equal(days, pa.scalar(NO_DAY)), None, days)
    return days, days


def channel_of(feed: Feed, manifest: Manifest) -> str | None:
    """The manifest's channel in the contract's word for it."""
    if manifest.channel and feed.has("channel"):
        return feed.column("channel").mapping.get(manifest.channel, manifest.channel)
    return manifest.channel


def check_channel(feed: Feed, rows: pa.Table, manifest: Manifest) -> None:
    """Raise Unreadable when rows are of another channel than their manifest says."""
    channel = channel_of(feed, manifest)
    if not (channel and feed.has("channel") and rows.num_rows):
        return
    if pc.unique(rows["channel"]).to_pylist() != [channel]:
        raise Unreadable("清单的查询渠道与文件内容不一致；请按渠道分开报送，一个渠道一份清单。")


def _flag_counts(flags: pa.ChunkedArray) -> Counter[str]:
    counts: Counter[str] = Counter()
    for entry in pc.value_counts(flags).to_pylist():
        for flag in filter(None, (entry["values"] or "").split(";")):
            counts[flag] += entry["counts"]
    return counts


def _with_provenance(
    good: pa.Table, places: np.ndarray, raw: pd.DataFrame, record: FileDelivery, schema: pa.Schema
) -> pa.Table:
    """The rows as the lake holds them: where each came from, column by column in its order."""
    count, origin = good.num_rows, raw.iloc[places]
    provenance = {
        "_row_id": _row_ids(origin, record),
        "_delivery_id": pa.repeat(record.delivery_id, count),
        "_adcode": pa.repeat(record.adcode, count),
        "_supplier": pa.repeat(record.supplier, count),
        "_source_file": pa.repeat(record.source_file, count),
        "_source_sheet": pa.array(origin["_source_sheet"].array, pa.string()),
        "_source_row": pa.array(origin["_source_row"]),
    }
    columns = [
        provenance[f.name] if f.name in provenance else good[f.name].cast(f.type) for f in schema
    ]
    return pa.table(columns, schema)
