"""The fund's simulated county: marginals, and what the ledger promises."""

from __future__ import annotations

import re
from datetime import date

import numpy as np
import pandas as pd
import pytest

from ingest.simulate.med import ids
from ingest.simulate.med.county import MedCounty, imagine
from ingest.simulate.med.stays import CODES
from ingest.simulate.med.world import (
    CHR,
    IPT,
    NIGHTS,
    OTP,
    RX,
    SETTLEMENTS_A_YEAR,
)
from ingest.simulate.world import MAIN, SECOND

SCALE = 0.6  # the smallest county in which all schemes find their shops
MED_RULES = {f"MED-{n:02d}" for n in range(1, 26)}


@pytest.fixture(scope="module")
def county() -> MedCounty:
    return imagine(scale=SCALE)


@pytest.fixture(scope="module")
def other() -> MedCounty:
    return imagine(seed=2, scale=SCALE)


@pytest.fixture(scope="module")
def settlements(county: MedCounty) -> pd.DataFrame:
    """Settlements with what they cost, in yuan, and the county they were had in."""
    table = county.written.book.table("settlement")
    paid = county.written.bills.settlements / 100
    adcode = county.written.world.places.adcode.to_numpy()[table.place]
    return table.assign(adcode=adcode, at_settled=ids.settled_at(table), **paid)


# -- the county ------------------------------------------------------------------------------


def test_equal_seeds_give_equal_counties(county: MedCounty) -> None:
    again = imagine(scale=SCALE)
    pd.testing.assert_frame_equal(county.planted, again.planted)
    for table in ("settlement", "line", "visit", "till", "purchase"):
        pd.testing.assert_frame_equal(
            county.written.book.table(table), again.written.book.table(table)
        )
    for feed, rows in county.papers.items():
        pd.testing.assert_frame_equal(rows, again.papers[feed])


def test_another_seed_gives_another_county(county: MedCounty, other: MedCounty) -> None:
    ours, theirs = (set(c.written.world.people.id_number) for c in (county, other))
    assert len(ours & theirs) < len(ours) / 100


def test_too_small_a_county_says_so() -> None:
    with pytest.raises(ValueError, match="too small for its schemes"):
        imagine(scale=0.1)


def test_a_year_has_the_settlements_of_its_scale(
    county: MedCounty, settlements: pd.DataFrame
) -> None:
    sold = settlements[(settlements.refund_of < 0) & (settlements.adcode == MAIN)]
    a_year = len(sold) * 365 / county.written.world.days
    assert a_year == pytest.approx(SETTLEMENTS_A_YEAR * SCALE, rel=0.2)
    lines = county.written.book.table("line")
    assert len(lines) / len(settlements) == pytest.approx(4, abs=1)


# medical.md 5.5 (5): what a real county's files look like
def test_marginals_are_those_of_a_real_county(settlements: pd.DataFrame) -> None:
    assert (settlements.refund_of >= 0).mean() == pytest.approx(0.0524, abs=0.015)
    sold = settlements[settlements.refund_of < 0]
    share = sold.kind.value_counts(normalize=True)
    for kind, anchor in ((RX, 0.47), (OTP, 0.35), (CHR, 0.05), (IPT, 0.053)):
        assert share[kind] == pytest.approx(anchor, rel=0.35)
    mean = sold.groupby("kind").total.mean()
    for kind, anchor in ((RX, 102), (OTP, 180), (IPT, 6_900)):
        assert 0.4 < mean[kind] / anchor < 1.6
    assert (sold[sold.kind == RX].pool == 0).mean() > 0.7  # pharmacies cost the pool little


def test_what_is_null_in_practice_is_null_here(county: MedCounty) -> None:
    lines = county.written.book.table("line")
    assert (lines.days == 0).mean() == pytest.approx(0.929, abs=0.06)


def test_every_settlement_adds_up_to_the_cent(county: MedCounty) -> None:
    paid = county.written.bills.settlements
    parts = paid[["pool", "account", "family", "cash"]].sum(axis=1)
    assert (parts == paid.total).all()
    lines = county.written.book.table("line")
    sums = county.written.bills.lines.amount.groupby(lines.settlement).sum()
    assert (sums == paid.total[sums.index]).all()


def test_a_whole_refund_takes_back_what_was_paid(settlements: pd.DataFrame) -> None:
    back = settlements[settlements.refund_of >= 0]
    original = settlements.loc[back.refund_of]
    whole = (original.total.to_numpy() + back.total.to_numpy()) == 0
    assert whole.mean() > 0.8
    for part in ("pool", "account", "family", "cash"):
        assert np.allclose(original[part].to_numpy()[whole] + back[part].to_numpy()[whole], 0)


def test_no_account_is_overdrawn(settlements: pd.DataFrame) -> None:
    assert (settlements.balance >= 0).all()


def test_people_of_one_county_are_treated_in_the_other(
    county: MedCounty, settlements: pd.DataFrame
) -> None:
    home = county.written.world.people.adcode.to_numpy()[settlements.person]
    for here, there in ((MAIN, SECOND), (SECOND, MAIN)):
        assert 0.001 < ((home == here) & (settlements.adcode == there)).mean() < 0.1


# -- the ledger ------------------------------------------------------------------------------


def test_every_rule_has_schemes_and_lures(county: MedCounty) -> None:
    table = county.planted.groupby("rule_id").expected.value_counts().unstack(fill_value=0)
    assert set(table.index) == MED_RULES
    boosters = {"MED-10", "MED-19", "MED-21", "MED-24"}
    judged = table.drop(index=list(boosters))
    assert (judged.clue >= 1).all()
    assert (table.no_clue >= 3).all()
    assert (table.loc[list(boosters), "booster"] >= 1).all()
    assert (table.loc[list(boosters), "clue"] == 0).all()


def test_schemes_differ_in_how_well_they_hide(county: MedCounty, other: MedCounty) -> None:
    planted = pd.concat([county.planted, other.planted])
    graded = planted[planted.expected == "clue"].difficulty
    assert set(graded) >= {1, 2, 3, 4, 5}
    assert ((graded >= 1) & (graded <= 5)).all()
    assert (planted.difficulty[planted.expected == "no_clue"] == 0).all()


def test_subjects_name_what_was_handed_in(county: MedCounty) -> None:
    """No reference is left open, and every number in a subject belongs to somebody."""
    subjects = " ".join(county.planted.subject)
    assert not re.search(r"<[VSPQ]\d", subjects)
    world = county.written.world
    assert set(re.findall(r"\{(\w+)\}", subjects)) <= set(world.people.id_number)
    assert set(re.findall(r"\b[HP]\d{11}\b", subjects)) <= set(world.places.code)
    institutions = county.planted[county.planted.rule_id.isin(["MED-18", "MED-20"])].subject
    assert set(institutions) <= set(world.places.uscc)
    assert not county.planted.duplicated(["plant_id"]).any()


def test_nobody_is_both_guilty_and_innocent(county: MedCounty) -> None:
    judged = county.planted[county.planted.expected.isin(["clue", "no_clue"])]
    verdicts = judged.groupby(["rule_id", "subject"]).expected.nunique()
    assert verdicts.max() == 1


def test_what_comes_later_is_expected_later(county: MedCounty) -> None:
    assert set(county.planted.from_night) == set(NIGHTS)
    late = county.planted[county.planted.kind == "negative:just-come-in"]
    assert set(late.from_night) == {NIGHTS[-1]}


def test_a_county_of_one_night_expects_nothing_of_the_next() -> None:
    county = imagine(nights=(date(2026, 4, 30),), scale=SCALE)
    assert set(county.planted.from_night) == {date(2026, 4, 30)}


def test_what_chance_took_back_is_not_asked_for(county: MedCounty, other: MedCounty) -> None:
    """Of each code that must be found two sales stand."""
    codes = 0
    for each in (county, other):
        till, settlements = (each.written.book.table(t) for t in ("till", "settlement"))
        stands = till[(till.qty > 0) & ~till.settlement.isin(settlements.refund_of)]
        sales = ("8" + stands.code.astype(str)).value_counts()
        asked = each.planted[(each.planted.rule_id == "MED-13") & (each.planted.expected == "clue")]
        assert (sales.reindex(asked.subject).fillna(0) >= 2).all()
        codes += len(asked)
    assert codes > 10


def test_the_neighbour_is_not_judged_without_its_papers(county: MedCounty) -> None:
    unjudged = county.planted[county.planted.expected == "not_evaluated"]
    assert set(zip(unjudged.rule_id, unjudged.adcode, strict=True)) == {
        ("MED-03", SECOND), ("MED-25", SECOND),
    }  # fmt: skip


def test_split_stays_are_split(county: MedCounty) -> None:
    """The pairs of the ledger are stays of one person at one place for one illness, days apart."""
    visits = county.written.book.table("visit")
    planted = county.planted[county.planted.plant_id.str.startswith("07-split")]
    serial = pd.Series(visits.index, index=county.written.ids.visit)
    for subject in planted.subject:
        one, two = (visits.loc[serial[int(s.split("M")[1])]] for s in subject.split("|"))
        assert (one.person, one.place) == (two.person, two.place)
        assert CODES[one.diagnosis][:3] == CODES[two.diagnosis][:3]
        assert two.begin > one.end
