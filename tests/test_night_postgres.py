"""Whole nights with a PostgreSQL: one that cannot be reached, then the office's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import night
from tests import postgres as real
from tests.orchestration.office import Office
from tests.story import D1, D2, Story

DEAD = "postgresql://clerk:geheim@127.0.0.1:1/haus"


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    with real.server() as url:
        yield Office(url, monkeypatch)


def test_a_dead_server_fails_the_night_and_keeps_its_password(tmp_path: Path) -> None:
    Story(D1).deliver(tmp_path)
    failed = night.run(tmp_path, D1, XIANSUO_MARTS_URL=DEAD)
    assert failed.returncode == 1
    assert "XIANSUO_MARTS_URL" in failed.stderr
    assert not (tmp_path / "marts" / "clues.duckdb").exists()
    assert "geheim" not in failed.stdout + failed.stderr
    assert [path for path, text in night.texts(tmp_path) if "geheim" in text] == []


def test_nights_in_postgresql_are_those_of_the_files(office: Office, tmp_path: Path) -> None:
    for as_of in (D1, D2):
        Story(as_of).deliver(tmp_path)
    done = night.publish(tmp_path, D1, D2)
    assert "PostgreSQL 已发布：restricted、marts、handler" in done.stdout
    assert office.unlike(tmp_path / "marts") == []
    assert office.rows("select count(distinct as_of) from marts.fct_clue_day") == [(2,)]
    assert office.rows("select count(*) from restricted.clue_subject", "restricted") > [(5,)]
