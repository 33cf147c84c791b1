"""One feed's new files on their way in: received, landed set by set, written to the ledger."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import chain

import pyarrow.parquet as pq

from ingest import receive
from ingest.ahead import Member, Staging
from ingest.contract import Feed
from ingest.home import Home
from ingest.land import lake_file, land_set, reject
from ingest.ledger import ACCEPTED, DUPLICATE, REJECTED, TAKEN, FileDelivery, Ledger, delivery_id
from ingest.normalise.identity import without_numbers
from ingest.purge import Holders, purge_rows, purged, rows_held
from ingest.read import Unreadable
from ingest.receive import Candidate, Manifest, NotYet, Refused
from ingest.seal import Sealed, Tombstones
from ingest.stage import channel_of, check_channel
from ingest.views import land_views

Progress = Callable[[str], None]


class Intake:
    """One feed's new files on their way in, set by set in the order of their dates."""

    def __init__(self, home: Home, ledger: Ledger, feed: Feed, progress: Progress) -> None:
        self.home, self.ledger, self.feed, self.progress = home, ledger, feed, progress
        self.staging = Staging(home, feed, home.lake / ".work" / feed.id)
        self.holders: dict[str, Holders] = {}
        self.repeated = {r.duplicate_of for r in ledger if r.duplicate_of}
        self.received_at = _now()

    def take(self, candidates: list[Candidate], as_of: date) -> list[FileDelivery]:
        """Take files, and the feed's database views of that night."""
        sets: dict[tuple[date, str], list[Member]] = defaultdict(list)
        written: list[FileDelivery] = []
        for member in chain(self._receive_all(candidates), self._views(as_of)):
            record = member.record
            if record.status == ACCEPTED:
                sets[record.delivered_on or date.max, str(record.set_id)].append(member)
            else:
                written.append(self._write(record))
        in_order = [
            (set_id, sorted(members, key=_path))
            for (_, set_id), members in sorted(sets.items(), key=lambda item: item[0])
        ]
        with self.staging:
            self.staging.expect(chain.from_iterable(members for _, members in in_order))
            for set_id, members in in_order:
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
                received_at=self.received_at,
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
            record = record_of(candidate, REJECTED, str(reason), sha256)
        else:
            record = record_of(candidate, ACCEPTED, "", sha256, manifest)
        return Member(replace(record, received_at=self.received_at), manifest)

    def _land(self, set_id: str, fresh: list[Member]) -> list[FileDelivery]:
        """Land a set with the files that came, those of it already landed included."""
        new, copies = self._split(fresh)
        repeated_now = {original for _, original in copies} - self.repeated
        self.repeated |= repeated_now
        paths = {member.record.path for member in fresh}
        members = [*new, *(m for m in self._landed(set_id) if m.record.path not in paths)]
        records = self._land_members(members)
        for original in sorted(repeated_now):
            self._land_whole(original, set_id)
        by_id = {record.delivery_id: record for record in records}
        for copy, original in copies:
            first = by_id.get(original) or self.ledger.get(original)
            assert first
            records.append(self._copy(copy, first))
            if first.rows_sealed:
                self._seal_again(first, copy.record.delivered_on or date.max)
        return [self._write(record) for record in records]

    def _split(self, fresh: list[Member]) -> tuple[list[Member], list[tuple[Member, str]]]:
        """(files to land, (file, id of the delivery with its content) for those seen before).

        A heading without rows says anew that there is nothing, and repeats nobody.
        """
        originals = {
            (r.adcode, r.supplier, r.sha256): r.delivery_id
            for r in self.ledger
            if r.status in TAKEN and r.rows_in
        }
        new, copies = [], []
        for member in fresh:
            record = member.record
            content = (record.adcode, record.supplier, record.sha256)
            original = originals.setdefault(content, record.delivery_id)
            if original == record.delivery_id:
                new.append(member)
            else:
                copies.append((member, original))
        return new, copies

    def _land_whole(self, original: str, set_id: str) -> None:
        """Land an earlier set again of which a file, now repeated, gave rows up to its neighbours.

        Where the file stands alone or later, these rows are the newest.
        """
        first = self.ledger.get(original)
        if not first or first.set_id == set_id or not first.rows_duplicate:
            return
        if self.feed.mode == "event" and len(landed := self._landed(str(first.set_id))) > 1:
            self._land_members(landed)

    def _landed(self, set_id: str) -> list[Member]:
        """The files of a set that are in the lake, to be landed together with others."""
        return [
            _again(r) for r in self.ledger.current().values() if r.set_id == set_id and r.is_taken
        ]

    def _land_members(self, members: list[Member]) -> list[FileDelivery]:
        """Land a set, and take what it shows to be sealed out of everything that came before."""
        members = sorted(members, key=_path)
        if not members:
            return []
        fresh, sealed = self._land_set(members)
        if sealed.marks:
            own = {member.record.delivery_id: member.record for member in members}
            if self._purge(own, sealed, members[0].record.delivered_on or date.max):
                fresh, _ = self._land_set(members)
        if self.feed.has("sealed"):
            for member in members:
                self._holders(member.record.adcode).note(member.record)
        return fresh

    def _land_set(self, members: list[Member]) -> tuple[list[FileDelivery], Sealed]:
        return land_set(self.ledger, self.staging, members, self.repeated)

    def _copy(self, member: Member, original: FileDelivery) -> FileDelivery:
        """The record of a file whose content was delivered before; its manifest is its own."""
        record = member.record
        if original.status not in TAKEN:
            return reject(record, original.message)
        rows = member.manifest.rows
        if rows is not None and rows != original.rows_in:
            return reject(
                record, f"清单写 {rows} 行，文件里是 {original.rows_in} 行；请核对后重新报送。"
            )
        if self.feed.has("channel"):
            # Its period would prove a channel complete of which it has no row.
            held = lake_file(self.home, self.feed.id, original.adcode, original.delivery_id)
            try:
                check_channel(self.feed, pq.read_table(held, columns=["channel"]), member.manifest)
            except Unreadable as reason:
                return reject(record, str(reason))
        first = f"{original.delivered_on} 送达的“{original.source_file}”"
        return replace(
            record,
            status=DUPLICATE,
            message=f"内容与 {first}相同，无需重复报送。",
            duplicate_of=original.delivery_id,
            rows_in=original.rows_in,
            rows_duplicate=original.rows_in,
        )

    def _seal_again(self, original: FileDelivery, delivered_on: date) -> None:
        """Purge what a file repeated on that day seals: rows may have come back in between."""
        sealed = self.staging.staged(Member(original, Manifest())).sealed
        if sealed.marks:
            self._purge({original.delivery_id: original}, sealed, delivered_on)

    def _purge(self, own: dict[str, FileDelivery], sealed: Sealed, delivered_on: date) -> bool:
        """Purge rows sealed on that day from all that `own` and earlier deliveries left.

        Returns whether `own` had any. The tombstones stand first, so that landing again leaves the
        rows out.
        """
        adcode = next(iter(own.values())).adcode
        Tombstones(self.home, self.feed, adcode).add(sealed.marks, delivered_on)
        held = self._holders(adcode).of(sealed.marks) - own.keys()
        earlier = [
            r
            for r in self.ledger
            if r.delivery_id in held and r.delivered_on and r.delivered_on <= delivered_on
        ]
        held_now = rows_held(self.home, self.feed, own.values(), sealed.marks)
        held_before = rows_held(self.home, self.feed, earlier, sealed.marks)
        if held_now or held_before:
            purged(self.home).touch()
        purge_rows(self.home, self.feed.id, sealed.row_ids | held_now | held_before)
        current = {r.delivery_id for r in self.ledger.current().values()}
        for record in earlier:
            if record.delivery_id not in current or not record.is_taken:
                self._land_set([_again(record)])
        for set_id in sorted({str(r.set_id) for r in earlier}):
            if landed := self._landed(set_id):
                self._land_set(landed)
        return bool(held_now)

    def _holders(self, adcode: str) -> Holders:
        """What the county's deliveries of the feed hold, read when first asked for."""
        if adcode not in self.holders:
            known = [r for r in self.ledger if r.adcode == adcode]
            self.holders[adcode] = Holders(self.home, self.feed, known)
        return self.holders[adcode]

    def _write(self, record: FileDelivery) -> FileDelivery:
        self.progress(
            f"{without_numbers(record.path)}: {record.status} 行数 {record.rows_in}"
            f" = 接收 {record.rows_accepted} + 退回 {record.rows_quarantined}"
            f" + 重复 {record.rows_duplicate} + 封存 {record.rows_sealed}"
        )
        if record.status == REJECTED and record.sha256 and self.feed.has("sealed"):
            # What was not read may hold sealed records.
            receive.set_apart(self.home, record.sha256)
        return self.ledger.write(record)


def _path(member: Member) -> str:
    return member.record.path


def _again(record: FileDelivery) -> Member:
    """A file that was landed before, to be landed from the archive; its manifest was checked."""
    period = Manifest(
        period_start=record.period_start, period_end=record.period_end, channel=record.channel
    )
    return Member(record, period, fresh=False)


def record_of(
    candidate: Candidate,
    status: str,
    message: str,
    sha256: str | None = None,
    manifest: Manifest | None = None,
) -> FileDelivery:
    """The record of a file as far as it is known before it is read."""
    manifest = manifest or Manifest()
    return FileDelivery(
        delivery_id=delivery_id(candidate.path, sha256),
        path=candidate.path,
        adcode=candidate.adcode,
        supplier=candidate.supplier,
        source_file=without_numbers(candidate.name),
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
