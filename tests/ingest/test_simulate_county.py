"""The simulated county: numbers that check, an honest majority, plants that nothing gives away."""

from __future__ import annotations

import re
from datetime import date

import numpy as np
import pandas as pd
import pytest
from stdnum.cn import uscc

from ingest.simulate import NIGHTS, County, defects, identity, imagine
from ingest.simulate.screening import NOT_STAFF
from ingest.simulate.world import MAIN, SECOND

SCALE = 0.3  # the smallest county in which all cases find their people
DAY = "datetime64[D]"


@pytest.fixture(scope="module")
def county() -> County:
    return imagine(scale=SCALE)


@pytest.fixture(scope="module")
def planted_people(county: County) -> set[str]:
    return {n for s in county.planted.subject for n in re.findall(r"\{([0-9A-Z]+)\}", s)}


@pytest.fixture(scope="module")
def planted_units(county: County) -> set[str]:
    """Units that are a clue's subject themselves, or whose authority is."""
    whole = county.planted.subject[~county.planted.subject.str.contains("{", regex=False)]
    return {code for s in whole for code in re.findall(r"[0-9A-Z]{18}", s)}


# -- numbers ---------------------------------------------------------------------------------


def test_a_published_identity_number_is_made() -> None:
    # the example of GB 11643-1999
    made = identity.resident_ids(np.array(["110105"]), np.array(["1949-12-31"], DAY), np.array([2]))
    assert list(made) == ["11010519491231002X"]


def test_the_old_form_drops_century_and_check_digit() -> None:
    assert identity.old_number("11010519491231002X") == "110105491231002"


def test_serials_are_distinct_in_one_place_on_one_day() -> None:
    n = 600
    prefix, born = np.full(n, "522427"), np.full(n, "1990-01-01", DAY)
    male = np.arange(n) % 2 == 0
    serial = identity.distinct_serials(prefix, born, male, np.random.default_rng(0))
    assert len(set(serial)) == n
    assert ((serial % 2 == 1) == male).all()


def test_credit_codes_pass_a_second_opinion(county: County) -> None:
    codes = county.feeds["business_registration"].uscc
    assert all(uscc.is_valid(code) for code in codes)
    assert codes.nunique() == len(codes.index) - codes.duplicated().sum()


def test_people_have_numbers_of_their_own(county: County) -> None:
    assert not county.world.people.id_number.duplicated().any()


# -- the county ------------------------------------------------------------------------------


def test_equal_seeds_give_equal_counties(county: County) -> None:
    again = imagine(scale=SCALE)
    pd.testing.assert_frame_equal(county.planted, again.planted)
    for feed, frame in county.feeds.items():
        pd.testing.assert_frame_equal(frame, again.feeds[feed])


def test_another_seed_gives_another_county(county: County) -> None:
    other = imagine(seed=2, scale=SCALE)
    ours, theirs = (set(c.world.people.id_number) for c in (county, other))
    assert len(ours & theirs) < len(ours) / 100


def test_every_rule_has_positives_and_negatives(county: County) -> None:
    table = county.planted.groupby("rule_id").expected.value_counts().unstack(fill_value=0)
    assert list(table.index) == [f"MIN-{n:02d}" for n in range(1, 15)]
    assert (table[["clue", "no_clue"]] > 0).all().all()


def test_clues_come_and_go_over_the_nights(county: County) -> None:
    clues = county.planted[county.planted.expected == "clue"]
    spans = set(zip(clues.from_night, clues.to_night, strict=True))
    first, second, third = NIGHTS
    assert spans >= {(first, third), (first, first), (second, third), (third, third)}
    back = clues.groupby(["rule_id", "adcode", "subject"]).from_night.nunique()
    assert (back > 1).any()  # one that ends and comes back


def test_a_county_of_one_night_expects_nothing_of_the_next() -> None:
    county = imagine(nights=(date(2024, 6, 30),), scale=SCALE)
    assert set(county.planted.from_night) == {date(2024, 6, 30)}
    assert set(county.planted.to_night) == {date(2024, 6, 30)}


def test_kindergartens_answer_for_drug_use_since_the_new_law() -> None:
    nights = (date(2025, 5, 31), date(2025, 6, 30))
    planted = imagine(nights=nights, scale=SCALE).planted.set_index("plant_id")
    assert planted.loc["08-drugs-before", "to_night"] == nights[0]
    assert planted.loc["08-drugs", ["from_night", "expected"]].tolist() == [nights[1], "clue"]


def test_too_small_a_county_says_so() -> None:
    with pytest.raises(ValueError, match="too small for its cases"):
        imagine(scale=0.05)


# -- the honest majority ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def honest(county: County, planted_people: set[str], planted_units: set[str]) -> pd.DataFrame:
    """Staff of whom no case speaks, at units of which none speaks, on the first roster."""
    roster = county.feeds["staff_roster"]
    roster = roster[(roster["first"] == 0) & ~roster.post.isin(NOT_STAFF)]
    apart = roster.id_number.isin(planted_people) | roster.uscc.isin(planted_units)
    return roster[~apart & (roster.uscc != "")]


def test_honest_units_ask_before_they_hire(county: County, honest: pd.DataFrame) -> None:
    answers = county.feeds["screening_record"].query("result == '未发现'")
    first = answers.groupby(["institution", "id_number"]).answered_on.min()
    hired = honest[honest.hired_on >= pd.Timestamp("2020-08-20")]
    asked = first.reindex(pd.MultiIndex.from_frame(hired[["institution", "id_number"]]))
    late = asked.isna().to_numpy() | (asked.to_numpy() > hired.hired_on.to_numpy())
    assert len(hired) > 500
    assert not late.any()


def test_honest_units_ask_every_year(county: County, honest: pd.DataFrame) -> None:
    answers = county.feeds["screening_record"].query("result == '未发现'")
    asked = set(answers.id_number[answers.answered_on.dt.year == 2022])
    stayed = honest.left_on.isna() | (honest.left_on > pd.Timestamp("2022-12-31"))
    lasting = honest[stayed & (honest.hired_on < pd.Timestamp("2022-01-01"))]
    assert len(lasting) > 2000
    assert lasting.id_number.isin(asked).all()


def test_no_honest_worker_has_a_record(county: County, honest: pd.DataFrame) -> None:
    known = pd.concat(
        county.feeds[f].id_number
        for f in ("criminal_judgment", "police_penalty", "prosecution_case", "police_case")
    )
    assert not honest.id_number.isin(set(known)).any()


# -- nothing gives a plant away --------------------------------------------------------------


@pytest.mark.parametrize("feed", ["criminal_judgment", "prosecution_case", "police_penalty"])
def test_papers_are_numbered_in_the_order_of_their_days(county: County, feed: str) -> None:
    frame = county.feeds[feed].drop_duplicates("uid")
    column = "decision_no" if feed == "police_penalty" else "case_no"
    nth = frame[column].str.extract(r"(\d+)号")[0].astype(int)
    for _, group in frame.assign(nth=nth).groupby(["adcode", frame.day.dt.year]):
        assert group.sort_values("nth").day.is_monotonic_increasing


@pytest.mark.parametrize(
    ("feed", "number"),
    [("criminal_judgment", "id_number"), ("business_registration", "uscc")],
)
def test_plants_stand_among_the_others(
    county: County, planted_people: set[str], planted_units: set[str], feed: str, number: str
) -> None:
    frame = county.feeds[feed].query(f"adcode == '{MAIN}'")
    where = np.flatnonzero(frame[number].isin(planted_people | planted_units))
    assert len(where) > 20
    # spread over the file: every third of it has some, and they do not end it
    assert all(np.histogram(where, bins=3, range=(0, len(frame)))[0])
    assert np.median(where) < len(frame) * 0.8


def test_slips_do_not_know_whose_row_they_spoil(county: County, planted_people: set[str]) -> None:
    roster = county.feeds["staff_roster"]
    planted = roster.id_number.isin(planted_people).to_numpy()
    for salt in ("lost number", "broken row", "id_number writing"):
        drawn = defects.chance(roster.uid, salt)
        assert abs(drawn[planted].mean() - drawn[~planted].mean()) < 0.08


def test_a_lost_number_unmakes_the_clue_that_rests_on_it() -> None:
    counties = [imagine(seed=seed, scale=SCALE) for seed in (1, 2, 3)]
    notes = pd.concat(c.planted for c in counties)
    unmade = notes[notes.note.str.contains("not to be found")]
    assert len(unmade) > 0
    assert set(unmade.expected) == {"no_clue"}


def test_the_second_county_is_not_judged_while_a_channel_is_silent(county: County) -> None:
    unjudged = county.planted[county.planted.expected == "not_evaluated"]
    assert set(unjudged.rule_id) == {"MIN-01", "MIN-02", "MIN-03"}
    assert set(unjudged.adcode) == {SECOND}
    assert set(unjudged.from_night) == {NIGHTS[1]}
