"""Files staged side by side: while one set is landed, the files of the next are under way.

Threads do it: reading is a process of its own, and most of normalising is Arrow's.
"""

from __future__ import annotations

import shutil
from collections import deque
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path

from ingest.contract import Feed
from ingest.home import Home
from ingest.ledger import FileDelivery
from ingest.receive import Manifest
from ingest.stage import Staged, stage

AT_ONCE = 2  # one is read while another is normalised; more would wait for Python, with their rows


@dataclass(frozen=True)
class Member:
    """A file of a set: its record so far, its manifest, and whether it came just now."""

    record: FileDelivery
    manifest: Manifest
    fresh: bool = True


class Staging:
    """Where a feed's files are staged, each in a folder of its own below `work`."""

    def __init__(self, home: Home, feed: Feed, work: Path) -> None:
        self.home, self.feed, self.work = home, feed, work
        self._pool = ThreadPoolExecutor(AT_ONCE)
        self._folders = count()
        self._coming: deque[Member] = deque()
        self._begun: dict[str, Future[Staged]] = {}

    def __enter__(self) -> Staging:
        shutil.rmtree(self.work, ignore_errors=True)  # what a killed run left
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)
        shutil.rmtree(self.work, ignore_errors=True)

    def expect(self, members: Iterable[Member]) -> None:
        """Say which files will be asked for, in this order.

        Not of a feed with sealed rows: what is diverted there depends on the sets landed before.
        """
        if not self.feed.has("sealed"):
            self._coming.extend(members)

    def staged(self, member: Member) -> Staged:
        """The file, staged; what staging it raises is raised here."""
        if member not in self._coming:
            return self._stage(member)
        while self._coming[0] != member:
            self._coming.popleft()  # it turned out to be a copy
        self._begin()
        self._coming.popleft()
        self._begin()
        return self._begun.pop(member.record.delivery_id).result()

    def _begin(self) -> None:
        for member in islice(self._coming, AT_ONCE):
            if member.record.delivery_id not in self._begun:
                future = self._pool.submit(self._stage, member)
                self._begun[member.record.delivery_id] = future

    def _stage(self, member: Member) -> Staged:
        folder = self.work / str(next(self._folders))
        folder.mkdir(parents=True)
        return stage(self.home, self.feed, member.record, member.manifest, folder)
