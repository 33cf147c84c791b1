"""Readers who never stop reading while nights are published, and a night of a million clues."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from orchestration.generate.cards import load_marts
from orchestration.publish import postgres
from tests import postgres as real
from tests.orchestration.office import (
    LOOK,
    NEXT_NIGHT,
    NIGHT,
    Office,
    looks,
    with_column,
    write_night,
)

READS, THREADS = 10_000, 4
LOOK_AT_ONE = "select min(as_of)::text, count(*) from marts.fct_clue"


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    with real.server() as url:
        yield Office(url, monkeypatch)


class Readers:
    """BI sessions that look over and over while nights are published."""

    def __init__(self, office: Office, look: str = LOOK) -> None:
        self.login, self.look = office.admit("bi_reader", "*"), look
        self.office, self.stop = office, threading.Event()
        self.seen: list[tuple] = []
        self.errors: list[str] = []
        self.threads = [threading.Thread(target=self._read) for _ in range(THREADS)]

    def _read(self) -> None:
        with self.office.connect("marts", self.login) as con:
            while not self.stop.is_set():
                try:
                    self.seen += con.execute(self.look.encode()).fetchall()
                except psycopg.Error as error:
                    self.errors.append(repr(error))
                    return

    def __enter__(self) -> Readers:
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        for thread in self.threads:
            thread.join()

    def want_more(self, looks: int) -> bool:
        """Whether they have looked less often, or at one night only; not once one has failed."""
        return not self.errors and (len(self.seen) < looks or len(set(self.seen)) < 2)


def test_readers_never_fail_and_never_see_two_nights(office: Office, tmp_path: Path) -> None:
    nights = [write_night(tmp_path / "a", 30), write_night(tmp_path / "b", 50, NEXT_NIGHT)]
    office.publish(nights[0])
    with Readers(office) as readers:
        published = 0
        while readers.want_more(READS) or published < 4:
            published += 1
            office.publish(nights[published % 2])
    assert not readers.errors
    assert set(readers.seen) == {looks(NIGHT, 30), looks(NEXT_NIGHT, 50)}


def test_readers_read_on_while_the_contract_changes(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL finds the tables of a statement one by one, and a rename may come in between: only
    a statement about one table sees one night when the tables themselves are exchanged.
    """
    old = load_marts()
    new = with_column(old, "fct_clue")
    nights = [
        (old, write_night(tmp_path / "a", 30)),
        (new, write_night(tmp_path / "b", 50, NEXT_NIGHT, new)),
    ]
    office.publish(nights[0][1])
    with Readers(office, LOOK_AT_ONE) as readers:
        published = 0
        while readers.want_more(READS // 5) or published < 2:
            published += 1
            marts, folder = nights[published % 2]
            monkeypatch.setattr(postgres, "load_marts", lambda marts=marts: marts)
            office.publish(folder)
    assert not readers.errors
    assert set(readers.seen) == {(NIGHT, 30), (NEXT_NIGHT, 50)}


@pytest.mark.slow
def test_a_million_clues(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By rows, with every key and policy; of the other tables those that clues refer to."""
    names = {"fct_clue", "dim_rule", "dim_model", "dim_region"}
    marts = [mart for mart in load_marts() if mart.name in names]
    monkeypatch.setattr(postgres, "load_marts", lambda: marts)
    office.publish(write_night(tmp_path / "a", 10, marts=marts))
    folder = write_night(tmp_path / "b", 1_000_000, NEXT_NIGHT, marts)
    started = time.monotonic()
    office.publish(folder)
    assert time.monotonic() - started < 120
    reader = office.admit("bi_reader", "520526", "未检")
    started = time.monotonic()
    assert office.rows("select count(*) from marts.fct_clue", login=reader) == [(250_000,)]
    assert time.monotonic() - started < 20
