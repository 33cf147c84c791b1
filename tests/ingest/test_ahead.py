"""Which files are staged ahead, and that each is handed over at its turn."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ingest import ahead
from ingest.ahead import Member, Staging
from ingest.contract import load_contracts
from ingest.home import Home
from ingest.ledger import ACCEPTED, FileDelivery
from ingest.read import Unreadable
from ingest.receive import Manifest


@dataclass
class Stage:
    """Stands in for `ingest.stage.stage`: what it was asked for, and files that it cannot read."""

    unreadable: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)

    def __call__(self, home: Home, feed: Any, record: FileDelivery, *_: Any) -> str:
        self.asked.append(record.path)
        if record.path in self.unreadable:
            raise Unreadable("请重新报送")
        return f"staged {record.path}"


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Stage:
    stage = Stage()
    monkeypatch.setattr(ahead, "stage", stage)
    return stage


def staging(tmp_path: Path, feed: str) -> Staging:
    home = Home(tmp_path).make()
    return Staging(home, load_contracts()[feed], home.lake / ".work" / feed)


def member(path: str) -> Member:
    record = FileDelivery(
        delivery_id=path, path=path, adcode="520526", supplier="edu", source_file=path,
        status=ACCEPTED, message="", delivered_on=date(2023, 6, 1),
    )  # fmt: skip
    return Member(record, Manifest())


def test_the_next_two_are_under_way_when_one_is_taken(stage: Stage, tmp_path: Path) -> None:
    a, b, c, d = map(member, "abcd")
    with staging(tmp_path, "staff_roster") as staged:
        staged.expect([a, b, c, d])
        assert staged.staged(a) == "staged a"
        end = time.monotonic() + 20
        while len(stage.asked) < 3 and time.monotonic() < end:
            time.sleep(0.01)
    assert sorted(stage.asked) == ["a", "b", "c"]


def test_two_are_staged_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    both = threading.Barrier(2)

    def together(home: Home, feed: Any, record: FileDelivery, *_: Any) -> str:
        both.wait(timeout=20)  # one alone would wait for ever
        return record.path

    monkeypatch.setattr(ahead, "stage", together)
    a, b = map(member, "ab")
    with staging(tmp_path, "staff_roster") as staged:
        staged.expect([a, b])
        assert [staged.staged(a), staged.staged(b)] == ["a", "b"]


def test_copies_are_passed_over_and_a_file_asked_for_again_is_staged_again(
    stage: Stage, tmp_path: Path
) -> None:
    first, *copies, last = map(member, "abcde")
    with staging(tmp_path, "staff_roster") as staged:
        staged.expect([first, *copies, last])
        assert staged.staged(first) == "staged a"
        assert [staged.staged(last), staged.staged(last)] == ["staged e", "staged e"]
    assert stage.asked.count("e") == 2


def test_what_cannot_be_read_is_said_at_its_turn(stage: Stage, tmp_path: Path) -> None:
    stage.unreadable = {"b"}
    a, b, c = map(member, "abc")
    with staging(tmp_path, "staff_roster") as staged:
        staged.expect([a, b, c])
        assert staged.staged(a) == "staged a"
        with pytest.raises(Unreadable):
            staged.staged(b)
        assert staged.staged(c) == "staged c"


def test_rows_that_may_be_sealed_are_not_looked_at_before_their_turn(
    stage: Stage, tmp_path: Path
) -> None:
    a, b = member("a"), member("b")
    with staging(tmp_path, "criminal_judgment") as staged:
        staged.expect([a, b])
        assert staged.staged(a) == "staged a"
    assert stage.asked == ["a"]


def test_nothing_is_left_of_the_work(stage: Stage, tmp_path: Path) -> None:
    with staging(tmp_path, "staff_roster") as staged:
        staged.staged(member("a"))
        assert list(staged.work.iterdir())
    assert not staged.work.exists()
