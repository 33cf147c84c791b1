"""Takes a record that turned out to be sealed out of everything that mentions it.

The lake and the quarantine are rewritten by landing the deliveries that held it once more, from
the archive, under the tombstone; the nightly observations lose every clue that cites it, and the
outbox every pack and answer that rests on it. What is published goes with the next publishing,
which keeps no earlier set of files after a purge.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ingest.contract import Feed
from ingest.files import put
from ingest.home import Home
from ingest.land import lake_file
from ingest.ledger import FileDelivery
from ingest.seal import marks


def purged(home: Home) -> Path:
    """There from a purge on until a night without the record is published."""
    return home.ledger / "purged"


class Holders:
    """Which deliveries of a feed in one county hold which marks: read once, kept up as sets land.

    A daily feed has a thousand files after three years; to open them all for every sealed row
    would take the night.
    """

    def __init__(self, home: Home, feed: Feed, records: Iterable[FileDelivery]) -> None:
        self._home, self._feed = home, feed
        self._holders: dict[str, set[str]] = defaultdict(set)
        for record in records:
            self.note(record)

    def note(self, record: FileDelivery) -> None:
        """Take up what a delivery holds in lake and quarantine."""
        held = _rows_by_mark(self._home, self._feed, record).keys()
        for mark in held | _quarantined(self._home, self._feed, record):
            self._holders[mark].add(record.delivery_id)

    def of(self, sealed: set[str]) -> set[str]:
        """The deliveries that hold, or held when last noted, a row with one of the marks."""
        return {holder for mark in sealed for holder in self._holders.get(mark, ())}


def rows_held(
    home: Home, feed: Feed, records: Iterable[FileDelivery], sealed: set[str]
) -> set[str]:
    """The ids of the lake rows of these deliveries that bear one of the marks."""
    found: set[str] = set()
    for record in records:
        by_mark = _rows_by_mark(home, feed, record)
        found.update(*(by_mark[mark] for mark in sealed & by_mark.keys()))
    return found


def _rows_by_mark(home: Home, feed: Feed, record: FileDelivery) -> dict[str, set[str]]:
    path = lake_file(home, feed.id, record.adcode, record.delivery_id)
    by_mark: dict[str, set[str]] = defaultdict(set)
    if path.exists():
        rows = pq.read_table(path, columns=["_row_id", "_row_key", "name_key", feed.key[0]])
        for row_id, own in zip(rows["_row_id"].to_pylist(), marks(feed, rows), strict=True):
            for mark in own:
                by_mark[mark].add(row_id)
    return by_mark


def _quarantined(home: Home, feed: Feed, record: FileDelivery) -> set[str]:
    path = home.quarantine / feed.id / f"{record.delivery_id}.parquet"
    if not path.exists():
        return set()
    return set(pq.read_table(path, columns=["_row_key"])["_row_key"].to_pylist())


def purge_rows(home: Home, feed: str, row_ids: Iterable[str]) -> int:
    """Rewrite every night's observations without the clues that cite these rows of the feed.

    Returns how many clues of all nights went. A night has tables <table>.parquet; those with a
    clue_id lose the rows of these clues, a parent's too when only it cites the row. The packs of
    such a night go from the outbox.
    """
    gone, sealed = 0, set(row_ids)
    _drop_answers(home, sealed)
    wanted = pa.array(sorted(sealed), pa.string())
    for night in sorted(home.observations.glob("*/clue_evidence.parquet")):
        evidence = pq.read_table(night)
        cites = pc.is_in(evidence["row_id"].cast(pa.string()), value_set=wanted)
        if "feed" in evidence.column_names:
            cites = pc.and_(cites, pc.equal(evidence["feed"].cast(pa.string()), feed))
        clues = pc.unique(evidence.filter(pc.fill_null(cites, False))["clue_id"]).cast(pa.string())
        if not len(clues):
            continue
        gone += len(clues)
        # The evidence goes last: until then a run that was killed finds the clues again.
        tables = [t for t in sorted(night.parent.glob("*.parquet")) if t != night]
        for path in (*tables, night):
            _drop_clues(path, clues)
        # a pack handed out cannot be called back, but this house keeps no copy of it
        for pack in home.outbox.glob(f"*/*/{night.parent.name}/*.xlsx"):
            pack.unlink()
    return gone


def _drop_answers(home: Home, row_ids: set[str]) -> None:
    """Remove the answers to look-ups that rest on one of these rows (orchestration/lookup)."""
    for path in home.ledger.glob("lookup/answered/*.json"):
        answered = json.loads(path.read_text("utf-8"))
        if not row_ids.isdisjoint(answered["record_ids"]):
            for place in answered["answers"]:
                (home.root / place).unlink(missing_ok=True)


def _drop_clues(path: Path, clues: pa.Array) -> None:
    table = pq.read_table(path)
    if "clue_id" in table.column_names:
        stays = pc.invert(pc.is_in(table["clue_id"].cast(pa.string()), value_set=clues))
        draft = path.with_name(f".{path.name}")
        pq.write_table(table.filter(stays), draft)
        put(draft, path)
