"""Kill -9 at every step of a night, and readers who look while nights are published."""

from __future__ import annotations

import itertools
import json
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from ingest.home import Home
from orchestration.publish import publish
from tests import homes, night
from tests.story import D1, D2

pytestmark = pytest.mark.timeout(1200)

# In the order of a night: each run gets a step further than the one before.
STEPS = {
    "a file is copied": ("ingest.receive:store", 3),
    "a file's rows are put in place": ("ingest.land:_publish", 2),
    "a sealed record is purged": ("ingest.intake:purge_rows", 1),
    "a file is noted in the ledger": ("ingest.ledger:put_json", 3),
    "a delivery is checked": ("orchestration.assets.feeds:check_feed", 5),
    "the lake is mounted": ("ingest.mount:_mount_feed", 5),
    "dbt builds": (
        "dagster_dbt.core.dbt_cli_event:DbtCoreCliEventMessage.to_default_asset_events", 150
    ),
    "the night is remembered": ("orchestration.observations:_turn", 1),
    "the marts are ready": ("orchestration.publish:_turn", 1),
    "the link is turned": ("orchestration.publish:_drop_old", 1),
}  # fmt: skip
# The night that was killed before it was remembered has left a whole warehouse for these.
ALONE = ("the marts are ready", "the link is turned")
READER = """
import sys, time, duckdb
print("ready", flush=True)
path, looks = sys.argv[1], 0
while True:
    with duckdb.connect(path, read_only=True) as con:
        nights = con.execute('''
            select (select list(distinct as_of::varchar) from marts.fct_clue)
            || (select list(distinct as_of::varchar) from marts.bi_clue_wide)
            || (select [max(as_of)::varchar] from marts.fct_clue_day)
            || (select [max(as_of)::varchar] from marts.fct_rule_run)
        ''').fetchone()[0]
    assert len(set(nights)) == 1, nights
    print(nights[0], flush=True)
    time.sleep(0.02)  # leaves the publisher its share of the machine
"""


@pytest.fixture(scope="module")
def first_night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a night published and another night's files waiting."""
    return homes.after_first(tmp_path_factory)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The second night as it should go."""
    return homes.after_second(tmp_path_factory)


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param(("dbt builds",), id="in dbt"),  # the door: tests/ingest/test_land_again.py
        pytest.param(tuple(STEPS), id="at every step", marks=pytest.mark.slow),
    ],
)
def test_a_killed_night_ends_like_an_undisturbed_one(
    first_night: Path, undisturbed: Path, tmp_path: Path, steps: tuple[str, ...]
) -> None:
    """One night, killed a step later each time, and then left in peace.

    What a kill leaves behind is thus made good by the next run before that is killed in its turn.
    Killed when the link was turned it is the same night twice.
    """
    home = homes.copy(first_night, tmp_path)
    before, after = night.published(first_night), night.published(undisturbed)
    for step in steps:
        place, call = STEPS[step]
        killed = night.run(
            home, D2,
            first="from tests.faults.killer import kill_at, only_publish;"
            + "only_publish();" * (step in ALONE)
            + f"kill_at({place!r}, {call})",
        )  # fmt: skip
        assert killed.returncode == -signal.SIGKILL, f"{step}: {killed.stdout}{killed.stderr}"
        seen = after if step == "the link is turned" else before
        assert night.published(home) == seen, f"killed when {step}"
    night.publish(home, D2)
    assert night.published(home) == after
    assert _hashes(home) == _hashes(undisturbed)
    assert _unfinished_runs(home) == 0


def _hashes(home: Path) -> dict[str, object]:
    return json.loads((home / "marts" / "manifest.json").read_text("utf-8"))["tables"]


def _unfinished_runs(home: Path) -> int:
    with closing(sqlite3.connect(home / "dagster" / "history" / "runs.db")) as con:
        ((unfinished,),) = con.execute(
            "select count(*) from runs where status not in ('SUCCESS', 'FAILURE')"
        )
    return unfinished


def test_readers_see_one_night_or_the_other(
    first_night: Path, undisturbed: Path, tmp_path: Path
) -> None:
    """A reader opens the marts over and over while two nights take turns."""
    home = Home(homes.copy(first_night, tmp_path))
    warehouses = {
        as_of: shutil.copy(of / "nights" / as_of / "warehouse.duckdb", tmp_path / as_of)
        for as_of, of in ((D1, first_night), (D2, undisturbed))
    }
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, str(home.marts / "clues.duckdb")],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert reader.stdout and reader.stdout.readline() == "ready\n"
    for turn in range(3):
        for as_of, warehouse in warehouses.items():
            publish(home, date.fromisoformat(as_of), Path(warehouse), f"turn-{turn}")
    reader.kill()
    said, errors = reader.communicate()
    assert not errors, errors
    looks = said.split()
    assert {D1, D2} == set(looks)
    assert sum(one != two for one, two in itertools.pairwise(looks)) > 3
