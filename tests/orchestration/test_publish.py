"""A set of files on its way: closed until it is whole, open where BI reads, gone when it must."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ingest.home import Home
from ingest.purge import purged
from orchestration import publish as step

NIGHT = date(2023, 10, 31)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home whose sets are an empty clues.duckdb."""

    def write(warehouse: Path, folder: Path) -> dict[str, int]:
        (folder / "clues.duckdb").touch()
        return {"marts.fct_clue": 0}

    monkeypatch.setattr(step, "verify_night", lambda *_: NIGHT)
    monkeypatch.setattr(step, "write_serving_files", write)
    for name in ("keep_newer_lookup", "write_manifest", "write_pages", "write_outbox"):
        monkeypatch.setattr(step, name, lambda *_, **__: tmp_path)
    monkeypatch.setattr(step, "publish_databases", lambda _: [])
    return Home(tmp_path / "home").make()


def publish(home: Home, run: str) -> Path:
    step.publish(home, NIGHT, home.nights / "warehouse.duckdb", run)
    return (home.marts / "current").resolve()


def test_nobody_else_reads_a_set_before_it_is_whole(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    modes = []
    monkeypatch.setattr(
        step, "write_manifest", lambda folder, **_: modes.append(folder.stat().st_mode & 0o777)
    )
    current = publish(home, "1")
    assert modes == [0o700]
    assert current.stat().st_mode & 0o777 == 0o755


def test_a_reader_may_go_on_with_the_set_before_unless_it_holds_what_was_purged(
    home: Home,
) -> None:
    first, second = publish(home, "1"), publish(home, "2")
    assert first.exists() and second.exists()
    purged(home).touch()
    third = publish(home, "3")
    assert [path.name for path in third.parent.iterdir()] == [third.name]
    publish(home, "4")
    assert third.exists()
