"""The one door in: what lies in the inbox on a night becomes rows in the lake.

`take` is what the house calls per feed. Files wait for nothing and nobody: one that cannot be
taken is recorded with a sentence, and the night goes on.
"""

from __future__ import annotations

import logging
import shutil
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import chain

from ingest import receive
from ingest.contract import Feed, load_contracts
from ingest.home import Home
from ingest.land import Member, land_set, reject
from ingest.ledger import (
    ACCEPTED,
    DUPLICATE,
    NO_FEED,
    REJECTED,
    TAKEN,
    FileDelivery,
    Ledger,
    delivery_id,
)
from ingest.purge import held_by, purge_rows
from ingest.receive import Candidate, Manifest, NotYet, Refused
from ingest.seal import Tombstones
from ingest.stage import channel_of
from ingest.views import land_views

Progress = Callable[[str], None]
_log = logging.getLogger(__name__)


def scan(home: Home, as_of: date, now: float | None = None) -> list[Candidate]:
    """What lies in the inbox for the night and is not in the ledger yet, quiet for long enough."""
    known = Ledger(home).current()
    return [c for c in receive.scan(home) if _is_new(c, as_of, now, known)]


def _is_new(
    c: Candidate, as_of: date, now: float | None, known: dict[str, FileDelivery]
) -> bool:
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
    return _Door(home, ledger, feed, progress).take(new, as_of)


def take_unrecognised(
    home: Home, as_of: date, now: float | None = None, progress: Progress = _log.info
) -> list[FileDelivery]:
    """Record every new file that belongs to no feed."""
    ledger = Ledger(home, NO_FEED)
    known = ledger.current()
    records = []
    for candidate in receive.scan(home):
        if candidate.refusal and not candidate.feed and _is_new(candidate, as_of, now, known):
            status, message = candidate.refusal
            records.append(ledger.write(_record(candidate, status, message)))
            progress(f"{candidate.path}: {status} {message}")
    return records


def take_all(
    home: Home, as_of: date, now: float | None = None, progress: Progress = _log.info
) -> list[FileDelivery]:
    """Take everything that lies in the inbox for the night."""
    records = take_unrecognised(home, as_of, now, progress)
    for feed_id in load_contracts():
        records += take(home, feed_id, as_of, now, progress)
    return records


def _record(
    candidate: Candidate, status: str, message: str, sha256: str | None = None,
    manifest: Manifest | None = None,
) -> FileDelivery:
    manifest = manifest or Manifest()
    return FileDelivery(
        delivery_id=delivery_id(candidate.path, sha256),
        path=candidate.path,
        adcode=candidate.adcode,
        supplier=candidate.supplier,
        source_file=candidate.file.name,
        status=status,
        message=message,
        feed=candidate.feed.id if candidate.feed else None,
        delivered_on=candidate.delivered_on,
        sha256=sha256,
        period_start=manifest.period_start,
        period_end=manifest.period_end,
        channel=channel_of(candidate.feed, manifest) if candidate.feed else manifest.channel,
        fingerprint=candidate.fingerprint,
        received_at=_now(),
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")


class _Door:
    """One feed's new files on their way in, set by set in the order of their dates."""

    def __init__(self, home: Home, ledger: Ledger, feed: Feed, progress: Progress) -> None:
        self.home, self.ledger, self.feed, self.progress = home, ledger, feed, progress
        self.work = home.lake / ".work" / feed.id

    def take(self, candidates: list[Candidate], as_of: date) -> list[FileDelivery]:
        """Take files, and the feed's database views of that night."""
        shutil.rmtree(self.work, ignore_errors=True)  # what a killed run left
        sets: dict[tuple[date, str], list[Member]] = defaultdict(list)
        written: list[FileDelivery] = []
        for member in chain(self._receive_all(candidates), self._views(as_of)):
            record = member.record
            if record.status == ACCEPTED:
                sets[record.delivered_on or date.max, str(record.set_id)].append(member)
            else:
                written.append(self._write(record))
        for (_, set_id), members in sorted(sets.items(), key=lambda item: item[0]):
            written += self._land(set_id, members)
        return written

    def _receive_all(self, candidates: list[Candidate]) -> Iterator[Member]:
        for candidate in candidates:
            with suppress(NotYet):
                yield self._receive(candidate)

    def _views(self, as_of: date) -> Iterator[Member]:
        for landed in land_views(self.home, self.ledger, self.feed, as_of):
            record = FileDelivery(
                delivery_id=delivery_id(landed.path, landed.sha256),
                path=landed.path,
                adcode=landed.adcode,
                supplier=landed.supplier,
                source_file=landed.source_file,
                status=ACCEPTED if landed.sha256 else REJECTED,
                message=landed.failure,
                feed=self.feed.id,
                delivered_on=as_of,
                sha256=landed.sha256,
                received_at=_now(),
            )
            yield Member(record, Manifest())

    def _receive(self, candidate: Candidate) -> Member:
        """The file as it is in the archive: ACCEPTED so far, or REJECTED for what it is."""
        manifest, sha256 = Manifest(), None
        try:
            if candidate.refusal:
                raise Refused(candidate.refusal[1])
            sha256 = receive.archive(candidate, self.home)
            manifest = receive.read_manifest(candidate)
            if manifest.sha256 and manifest.sha256 != sha256:
                raise Refused("文件内容与清单的 sha256 不一致，可能未传完；请连同清单重新报送。")
        except Refused as reason:
            return Member(_record(candidate, REJECTED, str(reason), sha256), manifest)
        return Member(_record(candidate, ACCEPTED, "", sha256, manifest), manifest)

    def _land(self, set_id: str, fresh: list[Member]) -> list[FileDelivery]:
        """Land a set with the files that came, those of it already landed included."""
        new, copies = self._split(fresh)
        paths = {member.record.path for member in fresh}
        members = [*new, *(m for m in self._landed(set_id) if m.record.path not in paths)]
        records = self._land_members(members)
        by_id = {record.delivery_id: record for record in records}
        for copy, original in copies:
            first = by_id.get(original) or self.ledger.get(original)
            assert first
            records.append(_copy(copy, first))
        return [self._write(record) for record in records]

    def _split(self, fresh: list[Member]) -> tuple[list[Member], list[tuple[Member, str]]]:
        """(files to land, (file, id of the delivery with its content) for those seen before)."""
        originals = {
            (r.adcode, r.supplier, r.sha256): r.delivery_id
            for r in self.ledger
            if r.status in TAKEN
        }
        new, copies = [], []
        for member in sorted(fresh, key=lambda m: m.record.source_file):
            record = member.record
            content = (record.adcode, record.supplier, record.sha256)
            original = originals.setdefault(content, record.delivery_id)
            if original == record.delivery_id:
                new.append(member)
            else:
                copies.append((member, original))
        return new, copies

    def _landed(self, set_id: str) -> list[Member]:
        """The files of a set that are in the lake, to be landed together with others."""
        return [
            Member(r, Manifest(None, None, r.period_start, r.period_end, r.channel), fresh=False)
            for r in self.ledger.current().values()
            if r.set_id == set_id and r.is_taken
        ]

    def _land_members(self, members: list[Member]) -> list[FileDelivery]:
        """Land a set, and take what it shows to be sealed out of everything that came before."""
        members = sorted(members, key=lambda m: m.record.source_file)
        if not members:
            return []
        fresh, sealed = land_set(self.home, self.ledger, self.feed, members, self.work)
        if not sealed:
            return fresh
        first = members[0].record
        assert first.delivered_on
        Tombstones(self.home, self.feed, first.adcode).add(sealed, first.delivered_on)
        own = {member.record.delivery_id for member in members}
        earlier = [
            r
            for r in self.ledger
            if r.adcode == first.adcode and r.delivery_id not in own
            and r.delivered_on and r.delivered_on <= first.delivered_on
        ]
        row_ids, holders = held_by(
            self.home, self.feed, [*earlier, *(m.record for m in members)], sealed
        )
        purge_rows(self.home, self.feed.id, row_ids)
        if own & {holder.delivery_id for holder in holders}:
            fresh, _ = land_set(self.home, self.ledger, self.feed, members, self.work)
        for set_id in sorted({str(h.set_id) for h in holders if h.delivery_id not in own}):
            land_set(self.home, self.ledger, self.feed, self._landed(set_id), self.work)
        return fresh

    def _write(self, record: FileDelivery) -> FileDelivery:
        self.progress(
            f"{record.path}: {record.status} 行数 {record.rows_in} = 接收 {record.rows_accepted}"
            f" + 退回 {record.rows_quarantined} + 重复 {record.rows_duplicate}"
            f" + 封存 {record.rows_sealed}"
        )
        if record.status == REJECTED and record.sha256 and self.feed.has("sealed"):
            # What was not read may hold sealed records.
            receive.set_apart(self.home, record.sha256, record.source_file)
        return self.ledger.write(record)


def _copy(member: Member, original: FileDelivery) -> FileDelivery:
    """The record of a file whose content was delivered before."""
    record = member.record
    if original.status not in TAKEN:
        return reject(record, original.message)
    rows = member.manifest.rows
    if rows is not None and rows != original.rows_in:
        return reject(
            record, f"清单写 {rows} 行，文件里是 {original.rows_in} 行；请核对后重新报送。"
        )
    message = f"内容与 {original.delivered_on} 送达的“{original.source_file}”相同，无需重复报送。"
    return replace(
        record, status=DUPLICATE, message=message, duplicate_of=original.delivery_id,
        rows_in=original.rows_in, rows_duplicate=original.rows_in,
    )
