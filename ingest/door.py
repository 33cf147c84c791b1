"""The one door in: what lies in the inbox on a night becomes rows in the lake.

`take` is what the house calls per feed. Files wait for nothing and nobody: one that cannot be
taken is recorded with a sentence, and the night goes on.
"""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from datetime import date

from ingest import receive
from ingest.contract import load_contracts
from ingest.home import Home
from ingest.intake import Intake, Progress, record_of
from ingest.ledger import DUPLICATE, NO_FEED, REJECTED, TAKEN, UNRECOGNISED, FileDelivery, Ledger
from ingest.normalise.identity import without_numbers
from ingest.receive import Candidate, NotYet, Refused

_log = logging.getLogger(__name__)


def scan(home: Home, as_of: date, now: float | None = None) -> list[Candidate]:
    """What lies in the inbox for the night and is not in the ledger yet, quiet for long enough."""
    known = Ledger(home).current()
    return [c for c in receive.scan(home) if _is_new(c, as_of, now, known)]


def _is_new(c: Candidate, as_of: date, now: float | None, known: dict[str, FileDelivery]) -> bool:
    if c.delivered_on and c.delivered_on > as_of:
        return False
    record = known.get(c.path)
    if record and record.fingerprint == c.fingerprint:
        return False
    return c.refusal is not None or receive.is_quiet(c, time.time() if now is None else now)


def take(
    home: Home, feed_id: str, as_of: date, now: float | None = None, progress: Progress = _log.info
) -> list[FileDelivery]:
    """Take every new file of a feed that is dated up to `as_of`; return the records written.

    `now`: seconds since the epoch, for the minute that a file must have been quiet. `progress`
    gets a line per file, without any personal value.
    """
    feed, ledger = load_contracts()[feed_id], Ledger(home, feed_id)
    known = ledger.current()
    own = [c for c in receive.scan(home) if c.feed is feed]
    new = [c for c in own if _is_new(c, as_of, now, known)]
    records = Intake(home, ledger, feed, progress).take(new, as_of)
    _note_withdrawn(ledger, {c.path for c in own})
    return records


def _note_withdrawn(ledger: Ledger, lying: set[str]) -> None:
    """Note which refused files left the inbox, where a file of their set came after them.

    An inbox that was cleared after the delivery says nothing of it.
    """
    current = ledger.current().values()
    newest: dict[str | None, str] = {}
    for record in current:
        if record.status in (*TAKEN, DUPLICATE) and record.path in lying:
            at = newest.get(record.set_id, "")
            newest[record.set_id] = max(at, record.received_at)
    for record in current:
        if record.status == REJECTED and record.fingerprint:  # a view has none, nor lies anywhere
            replaced = record.withdrawn or newest.get(record.set_id, "") > record.received_at
            withdrawn = record.path not in lying and replaced
            if withdrawn != record.withdrawn:
                ledger.write(replace(record, withdrawn=withdrawn))


def take_unrecognised(
    home: Home, as_of: date, now: float | None = None, progress: Progress = _log.info
) -> list[FileDelivery]:
    """Archive and record every new file that belongs to no feed."""
    ledger = Ledger(home, NO_FEED)
    known = ledger.current()
    records = []
    for candidate in receive.scan(home):
        if candidate.refusal and not candidate.feed and _is_new(candidate, as_of, now, known):
            status, message = candidate.refusal
            sha256 = _kept(candidate, home) if status == UNRECOGNISED else None
            records.append(ledger.write(record_of(candidate, status, message, sha256)))
            progress(f"{without_numbers(candidate.path)}: {status} {message}")
    return records


def _kept(candidate: Candidate, home: Home) -> str | None:
    """The hash of the file, in the archive; None while it is not to be had."""
    try:
        sha256 = receive.archive(candidate, home)
    except (Refused, NotYet):
        return None
    receive.set_apart(home, sha256)  # it may hold sealed records
    return sha256


def take_all(
    home: Home, as_of: date, now: float | None = None, progress: Progress = _log.info
) -> list[FileDelivery]:
    """Take everything that lies in the inbox for the night."""
    records = take_unrecognised(home, as_of, now, progress)
    for feed_id in load_contracts():
        records += take(home, feed_id, as_of, now, progress)
    return records
