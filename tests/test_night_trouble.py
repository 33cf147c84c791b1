"""Whole nights that have nothing to judge, and nights that fail at their start or their end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests import homes, night
from tests.story import D1, D2, D3, WEINING, drop_broken

ONLY_PUBLISH = "from tests.faults.killer import only_publish; only_publish()"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return homes.copy(homes.after_second(tmp_path_factory), tmp_path_factory.mktemp("home"))


def published_night(home: Path) -> str:
    return json.loads((home / "marts" / "manifest.json").read_text("utf-8"))["night"]


@pytest.mark.slow
def test_a_lone_broken_file_leaves_its_county_unjudged(tmp_path: Path) -> None:
    """In tests/test_night.py a county of that kind stands beside others."""
    drop_broken(tmp_path, WEINING, D2)
    night.publish(tmp_path, D2)
    assert published_night(tmp_path) == D2
    assert night.query(tmp_path, "select status from marts.fct_feed_delivery") == [("REJECTED",)]
    runs = night.query(tmp_path, "select distinct adcode, outcome, clues from marts.fct_rule_run")
    assert runs == [(WEINING, "NOT_EVALUATED", 0)]


@pytest.mark.slow
def test_an_empty_inbox_is_a_night_without_a_row(tmp_path: Path) -> None:
    """Every model is built without a row in tests/dbt/test_unit.py as well."""
    night.publish(tmp_path, D1)
    assert night.query(tmp_path, "from marts.fct_rule_run") == []
    assert published_night(tmp_path) == D1


@pytest.mark.parametrize(
    ("as_of", "first", "trouble"),
    [
        # its last step, over the warehouse that is there
        (D2, ONLY_PUBLISH, {"XIANSUO_MARTS_URL": "postgresql://clerk:geheim@127.0.0.1:1/haus"}),
        (D3, "", {"XIANSUO_MEMORY_LIMIT": "much"}),
    ],
    ids=["at its end", "at its start"],
)
def test_a_failed_night_leaves_the_marts_and_says_so(
    home: Path, as_of: str, first: str, trouble: dict[str, str]
) -> None:
    before = (home / "marts" / "manifest.json").read_bytes()
    assert published_night(home) == D2
    failed = night.run(home, as_of, first=first, **trouble)
    assert failed.returncode == 1
    assert f"{as_of} 这一夜没有发布；marts 仍是 {D2} 这一夜的内容" in failed.stderr
    assert (home / "marts" / "manifest.json").read_bytes() == before
    said = failed.stdout + failed.stderr
    assert not [part for part in ("geheim", "127.0.0.1") if part in said]
    for kept_in in ("dagster", "ledger", "nights"):
        assert not [path for path, text in night.texts(home / kept_in) if "geheim" in text]
