"""What was asked and answered: a log for ever, and what has been answered already.

`ledger/lookup/journal.jsonl` has a line per request and answer, written to disk before the answer
can be seen, and is only ever added to. `ledger/lookup/answered/` has a record per file, written
last: a look-up that was killed is done again, with the same answer and another line in the log.
Neither holds a person's name or number.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ingest.files import put_json, sync
from ingest.home import Home
from ingest.ledger import delivery_id


@dataclass(frozen=True)
class Answered:
    """A file that has been answered: where it lay, what it held, on which night, and the answers.

    `answers`: below the home, with who had asked. `record_ids`: source rows of the records that
    they rest on; an answer goes when one of these is sealed.
    """

    path: str
    fingerprint: str
    adcode: str
    supplier: str
    sha256: str | None
    night: str
    answers: dict[str, str | None]
    record_ids: list[str]


def answered(home: Home) -> Iterator[Answered]:
    """Every file that has been answered."""
    for path in sorted(folder(home).glob("answered/*.json")):
        yield Answered(**json.loads(path.read_text("utf-8")))


def note(home: Home, done: Answered) -> None:
    """Remember that a file has been answered."""
    name = delivery_id(done.path, done.sha256)
    put_json(folder(home) / "answered" / f"{name}.json", asdict(done))


def write(home: Home, **said: Any) -> None:
    """Add a line to the log and wait until it is on the disk.

    What a killed process left of a line is ended first, so that no other line suffers.
    """
    path = journal(home)
    path.parent.mkdir(parents=True, exist_ok=True)
    line = {"at": datetime.now(UTC).isoformat(timespec="milliseconds"), **said}
    text = json.dumps(line, ensure_ascii=False) + "\n"
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        size = os.fstat(fd).st_size
        if size and os.pread(fd, 1, size - 1) != b"\n":
            text = "\n" + text
        os.write(fd, text.encode())
        os.fsync(fd)
    finally:
        os.close(fd)
    sync(path.parent)


def journal(home: Home) -> Path:
    """The log."""
    return folder(home) / "journal.jsonl"


def folder(home: Home) -> Path:
    """Where both lie."""
    return home.ledger / "lookup"
