"""A delivery set from the archive to the lake: staged file by file, de-duplicated as a whole.

What is visible changes only by renames, and the ledger is written last: a kill at any point
leaves work that the next run does again with the same result.
"""

from __future__ import annotations

import shutil
from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ingest import receive
from ingest.ahead import Member, Staging
from ingest.contract import Feed
from ingest.files import put
from ingest.home import Home
from ingest.ledger import (
    ACCEPTED,
    NOTHING_TO_DO,
    REJECTED,
    WITH_QUARANTINE,
    FileDelivery,
    Ledger,
)
from ingest.quarantine import REASONS
from ingest.read import Unreadable
from ingest.seal import Sealed
from ingest.stage import REMARKS, Staged

MEMORY_LIMIT = "1GB"
# A fault of ours that one file brings to light must not stop the night. A full disk, too little
# memory and a reader that was killed are the machine's and do: another night may take the file.
FAULTS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    NotImplementedError,
    TypeError,
    ValueError,
    pa.ArrowException,
)


def lake_file(home: Home, feed_id: str, adcode: str, delivery: str) -> Path:
    """Where the rows of a stored delivery lie."""
    return home.lake / feed_id / adcode / f"{delivery}.parquet"


def land_set(
    ledger: Ledger, staging: Staging, members: Sequence[Member], repeated: Container[str]
) -> tuple[list[FileDelivery], Sealed]:
    """Land the files of one set; return the fresh ones' records and what was sealed.

    Members are in the order in which later rows win. A file that cannot be taken is REJECTED and
    does not hinder the others. `repeated`: deliveries that later ones repeat. Files that were
    landed before are written to the ledger at once, the fresh ones are left to the caller: killed
    in between, the set is landed again.
    """
    home, feed = staging.home, staging.feed
    staged: list[Staged] = []
    records: list[FileDelivery] = []
    for member in members:
        try:
            staged.append(staging.staged(member))
        except Unreadable as reason:
            records.append(reject(member.record, str(reason)))
        except MemoryError:
            raise
        except FAULTS as error:
            # The error's own text could quote a cell.
            records.append(
                reject(
                    member.record,
                    f"处理本文件时程序出错（{type(error).__name__}），"
                    "已记录；请联系维护人员，勿重复报送。",
                )
            )
    losers = _losers(staged, staging.work)
    records += [_outcome(feed, one, lost) for one, lost in zip(staged, losers, strict=True)]
    fresh = {member.record.delivery_id for member in members if member.fresh}
    for record in records:
        if record.delivery_id not in fresh:
            ledger.write(record)
    for one, lost in zip(staged, losers, strict=True):
        # A file may stand in a later set without the one that it yields to here.
        again = feed.mode == "snapshot" or one.record.delivery_id in repeated
        _publish(home, feed, one, lost.within if again else lost.rows)
    sealed = Sealed()
    for one in staged:
        sealed.add(one.sealed)
        shutil.rmtree(one.folder)
    return [record for record in records if record.delivery_id in fresh], sealed


def reject(record: FileDelivery, message: str) -> FileDelivery:
    """The record as REJECTED."""
    return replace(
        record,
        status=REJECTED,
        message=message,
        duplicate_of=None,
        rows_in=0,
        rows_accepted=0,
        rows_quarantined=0,
        rows_duplicate=0,
        rows_sealed=0,
        reasons=(),
    )


@dataclass(frozen=True)
class Lost:
    """Of a file's rows those that yield to a later row with their key.

    `within`: to a row of their own file. `conflicts`: how many differ from the row that wins.
    """

    rows: np.ndarray
    within: np.ndarray
    conflicts: int


def _losers(staged: Sequence[Staged], work: Path) -> list[Lost]:
    """What each file of the set loses.

    Keys are compared by a 128-bit hash, so that millions of them fit into memory. `place` is where
    a row stood in its file: in a text file rows of another length are kept behind the others.
    """
    if not any(one.rows_good for one in staged):
        return [Lost(np.array([], dtype=int), np.array([], dtype=int), 0) for _ in staged]
    files = [str(one.good) for one in staged]
    with duckdb.connect() as con:
        con.execute(f"set memory_limit = '{MEMORY_LIMIT}'")
        con.execute("set temp_directory = $1", [str(work / "spill")])
        found = con.execute(
            """
            with numbered as (
                select
                    md5_number(_row_key) as key,
                    md5_number(_row_hash) as content,
                    list_position($1, filename)::bigint - 1 as file,
                    file_row_number as row,
                    if(_source_sheet = '', _source_row, file_row_number) as place
                from read_parquet($1, filename = true, file_row_number = true)
            ),

            own as (
                select key, file, max(place) as place, count(*) as versions
                from numbered
                group by key, file
            ),

            winners as (
                select key, max((file << 40) + place) as winner
                from own
                group by key
                having sum(versions) > 1
            )

            select
                numbered.file,
                numbered.row,
                numbered.place < own.place as within,
                numbered.content <> last.content as differs
            from winners
            inner join numbered on winners.key = numbered.key
            inner join own on numbered.key = own.key and numbered.file = own.file
            inner join numbered as last
                on winners.winner = (last.file << 40) + last.place and winners.key = last.key
            where (numbered.file << 40) + numbered.place <> winners.winner
            """,
            [files],
        ).to_arrow_table()
    file, row, within, differs = (
        np.asarray(found[name]) for name in ("file", "row", "within", "differs")
    )
    return [
        Lost(row[file == n], row[(file == n) & within], int(differs[file == n].sum()))
        for n in range(len(staged))
    ]


def _outcome(feed: Feed, one: Staged, lost: Lost) -> FileDelivery:
    """What became of a staged file, of whose good rows some yield to others."""
    record, quarantined = one.record, one.quarantine.rows
    reasons = one.quarantine.reasons()
    if quarantined and quarantined == one.rows_in:
        message = f"全部 {quarantined} 行都不符合约定（{_causes(one)}）；请按退回的表改正后重报。"
        return replace(reject(record, message), reasons=reasons)
    return replace(
        record,
        status=WITH_QUARANTINE if quarantined else ACCEPTED,
        message=_message(feed, one, len(lost.rows), lost.conflicts),
        rows_in=one.rows_in,
        rows_accepted=one.rows_good - len(lost.rows),
        rows_quarantined=quarantined,
        rows_duplicate=len(lost.rows),
        rows_sealed=one.rows_sealed,
        reasons=reasons,
        lacking=one.lacking,
        duplicate_of=None,
    )


def _publish(home: Home, feed: Feed, one: Staged, gone: np.ndarray) -> None:
    """Put a staged file's rows in their places, but those that go."""
    record = one.record
    one.quarantine.publish(home, record.delivery_id)
    put(_without(one.good, gone), lake_file(home, feed.id, record.adcode, record.delivery_id))
    if one.rows_sealed and record.sha256:
        receive.set_apart(home, record.sha256)


def _without(good: Path, lost: np.ndarray) -> Path:
    """The file without the rows at these places; the file itself when there are none."""
    if not len(lost):
        return good
    kept = good.with_name("kept.parquet")
    at = 0
    with (
        pq.ParquetFile(good) as source,
        pq.ParquetWriter(kept, source.schema_arrow, compression="zstd") as out,
    ):
        for batch in source.iter_batches(100_000):
            places = np.arange(at, at + batch.num_rows)
            out.write_batch(batch.filter(pa.array(~np.isin(places, lost))))
            at += batch.num_rows
    return kept


def _message(feed: Feed, one: Staged, duplicates: int, conflicts: int) -> str:
    """What the agency should do, then what it should know."""
    parts = []
    if one.quarantine.rows:
        parts.append(f"{one.quarantine.rows} 行不符合约定（{_causes(one)}），已退回；请改正后补报")
    if feed.needs_manifest and not (one.record.period_start and one.record.period_end):
        parts.append("没有清单写明期间，不能证明数据完整；请附清单重新报送")
    if conflicts:
        parts.append(f"{conflicts} 行主键相同而内容不同，以最后一行为准，请核对")
    if duplicates > conflicts:
        parts.append(f"{duplicates - conflicts} 行重复，只留一行")
    parts += [f"{rows} 行{REMARKS.get(flag, flag)}" for flag, rows in sorted(one.remarks.items())]
    parts += one.notes
    return "；".join(parts) + "。" if parts else NOTHING_TO_DO


def _causes(one: Staged) -> str:
    """The most frequent reasons, by column."""
    reasons = sorted(one.quarantine.reasons(), key=lambda r: (-r.rows, r.column, r.reason))
    headers = {c.name: c.header for c in one.quarantine.feed.columns}
    return "、".join(
        f"{headers.get(r.column, '整行')}：{REASONS.get(r.reason, r.reason)}" for r in reasons[:3]
    )
