"""A night that does not add up is not published: every check finds the damage that it is for."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ingest.home import Home
from orchestration.publish.verify import CHECKS, PublishError, verify_night
from tests.inbox import COUNTY
from tests.orchestration.published import NIGHT, Published

BEFORE = date(2023, 10, 30)
DAMAGES = {
    "deliveries whose rows do not add up": "update marts.fct_feed_delivery set rows_in = 11",
    "rule runs whose counts do not add up": "update marts.fct_rule_run set population = 9",
    "rule runs whose excluded subjects differ from their guards' counts":
        "update marts.fct_rule_guard set excluded = 2",
    "rule runs whose clues differ from the night's clues":
        f"delete from marts.fct_clue_day where clue_id = 'b' and as_of = '{NIGHT}'",
    "clues that occur twice": "insert into marts.fct_clue from marts.fct_clue where clue_id = 'a'",
    "clues without a card": "delete from handler.clue_card where clue_id = 'a'",
    "clues without evidence": "delete from handler.clue_evidence where clue_id = 'a'",
    "clues without law": "update marts.fct_clue set legal_basis_ids = '' where clue_id = 'a'",
    "nights mixed in fct_clue":
        f"update marts.fct_clue set as_of = '{BEFORE}' where clue_id = 'a'",
}  # fmt: skip


@pytest.fixture
def night(tmp_path: Path) -> Published:
    """A night that adds up: of ten posts two are clues and two are excluded by two guards."""
    night = Published(Home(tmp_path / "home").make())
    run = {"rule_id": "MIN-05", "adcode": COUNTY, "as_of": NIGHT}
    night.add("marts.fct_feed_delivery", rows_in=10, rows_accepted=6, rows_quarantined=2,
              rows_duplicate=1, rows_sealed=1)  # fmt: skip
    night.add("marts.dim_rule", rule_id="MIN-05", push="auto")
    night.add("marts.fct_rule_run", **run, outcome="EVALUATED", population=10, out_of_scope=1,
              inconclusive=2, clear=3, excluded=2, clues=2)  # fmt: skip
    for guard in ("left", "on_leave"):
        night.add("marts.fct_rule_guard", **run, guard=guard, excluded=1)
    night.con.execute(
        "create table int_clue_day (as_of date, clue_id varchar, last_hit_on date);"
        "create table int_county (adcode varchar)"
    )
    night.add("int_county", adcode=COUNTY)
    for clue_id, last_hit_on in (("a", NIGHT), ("b", NIGHT), ("seen the night before", BEFORE)):
        night.add("int_clue_day", as_of=NIGHT, clue_id=clue_id, last_hit_on=last_hit_on)
        night.add("marts.fct_clue_day", **run, clue_id=clue_id, state="open", is_parent=False)
        night.add("marts.fct_clue", **run, clue_id=clue_id, is_parent=False, legal_basis_ids="A-37")
        for table in ("clue_card", "clue_evidence"):
            night.add(f"handler.{table}", clue_id=clue_id)
    return night


def verified(night: Published) -> date:
    path = night.home.nights / "warehouse.duckdb"
    night.con.execute(f"attach '{path}' as saved")
    night.con.execute("copy from database memory to saved")
    night.con.execute("detach saved")
    return verify_night(path, NIGHT)


def test_a_night_that_adds_up_passes(night: Published) -> None:
    assert verified(night) == NIGHT


@pytest.mark.parametrize("what", CHECKS)
def test_each_check_finds_what_it_is_for(night: Published, what: str) -> None:
    night.con.execute(DAMAGES[what])
    with pytest.raises(PublishError, match=what) as failed:
        verified(night)
    assert str(failed.value).count(";") == 1  # the one damage, and no other


def test_a_night_without_a_rule_run_of_its_day_is_refused(night: Published) -> None:
    for table in ("fct_rule_run", "fct_rule_guard", "fct_clue_day", "fct_clue"):
        night.con.execute(f"update marts.{table} set as_of = '{BEFORE}'")
    night.con.execute(f"update int_clue_day set as_of = '{BEFORE}', last_hit_on = '{BEFORE}'"
                      " where last_hit_on = as_of")  # fmt: skip
    with pytest.raises(PublishError, match=f"no rule run for {NIGHT}"):
        verified(night)
