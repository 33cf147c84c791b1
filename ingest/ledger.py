"""The ledger: one JSON file per delivered file, written last, so that what it says is done.

A file is known again by its path, size and times without being read; a delivery by its place and
content. `force` derives from these records which deliveries count on a night.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from ingest.files import put_json
from ingest.home import Home

ACCEPTED = "ACCEPTED"
WITH_QUARANTINE = "ACCEPTED_WITH_QUARANTINE"
REJECTED = "REJECTED"
DUPLICATE = "DUPLICATE"
UNRECOGNISED = "UNRECOGNISED"
TAKEN = (ACCEPTED, WITH_QUARANTINE)
NO_FEED = "unrecognised"  # the folder of files that belong to no feed
NOTHING_TO_DO = "已接收，无需处理。"


@dataclass(frozen=True)
class Reason:
    """Why rows of a delivery were quarantined: the column, the code, how many, and where one is."""

    column: str
    reason: str
    rows: int
    example_source_row: int


@dataclass(frozen=True)
class FileDelivery:
    """One delivered file and what became of it.

    rows_in = rows_accepted + rows_quarantined + rows_duplicate + rows_sealed, always.
    """

    delivery_id: str
    path: str  # below the inbox
    adcode: str
    supplier: str
    source_file: str
    status: str
    message: str
    feed: str | None = None
    delivered_on: date | None = None
    sha256: str | None = None
    rows_in: int = 0
    rows_accepted: int = 0
    rows_quarantined: int = 0
    rows_duplicate: int = 0
    rows_sealed: int = 0
    period_start: date | None = None
    period_end: date | None = None
    channel: str | None = None
    duplicate_of: str | None = None
    fingerprint: str = ""  # size and times of the file and of its manifest
    received_at: str = ""  # when the run began that received it
    reasons: tuple[Reason, ...] = ()
    lacking: tuple[str, ...] = ()  # optional columns of the contract that the file does not have
    withdrawn: bool = False  # refused and taken out of the inbox, where a later file stands for it

    def __post_init__(self) -> None:
        parts = self.rows_accepted + self.rows_quarantined + self.rows_duplicate + self.rows_sealed
        if self.rows_in != parts:
            raise ValueError(f"delivery {self.delivery_id}: {self.rows_in} rows in, {parts} out")

    @property
    def set_id(self) -> str | None:
        """The delivery set: all files of one feed in one dated folder; None without a feed."""
        if self.feed is None or self.delivered_on is None:
            return None
        return f"{self.adcode}/{self.supplier}/{self.feed}/{self.delivered_on}"

    @property
    def is_taken(self) -> bool:
        """Whether it has rows in the lake of its own."""
        return self.status in TAKEN


def delivery_id(path: str, content: str | None) -> str:
    """16 hex digits for a file at a place (below the inbox) with a content (its SHA-256)."""
    return sha256(f"{path}|{content or ''}".encode()).hexdigest()[:16]


class Ledger:
    """The records of a home, or of one feed, read once; `write` keeps disk and memory alike.

    A record is `ledger/files/<feed>/<delivery_id>.json`, so that a feed's night reads its own only.
    """

    def __init__(self, home: Home, feed: str | None = None) -> None:
        self.folder: Path = home.ledger / "files"
        self._records = {
            record.delivery_id: record
            for path in sorted(self.folder.glob(f"{feed or '*'}/*.json"))
            for record in (_from_json(json.loads(path.read_text("utf-8"))),)
        }

    def __iter__(self) -> Any:
        return iter(sorted(self._records.values(), key=lambda r: (r.path, r.received_at)))

    def get(self, delivery: str) -> FileDelivery | None:
        """The record of that id."""
        return self._records.get(delivery)

    def current(self) -> dict[str, FileDelivery]:
        """By path, the record of the file that was last received there."""
        return {record.path: record for record in self}

    def write(self, record: FileDelivery) -> FileDelivery:
        """Keep a record, replacing the earlier one of the same id; return it."""
        value = {k: str(v) if isinstance(v, date) else v for k, v in asdict(record).items()}
        folder = self.folder / (record.feed or NO_FEED)
        put_json(folder / f"{record.delivery_id}.json", value)
        self._records[record.delivery_id] = record
        return record

    def original_of(self, record: FileDelivery) -> FileDelivery:
        """The delivery that holds the rows: itself, or the one it duplicates."""
        return self._records[record.duplicate_of] if record.duplicate_of else record


def _from_json(value: dict[str, Any]) -> FileDelivery:
    for name in ("delivered_on", "period_start", "period_end"):
        if value[name]:
            value[name] = date.fromisoformat(value[name])
    value["reasons"] = tuple(Reason(**reason) for reason in value["reasons"])
    value["lacking"] = tuple(value.get("lacking", ()))
    known = {f.name for f in fields(FileDelivery)}
    return FileDelivery(**{k: v for k, v in value.items() if k in known})
