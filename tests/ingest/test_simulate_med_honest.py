"""The honest majority of the fund's simulated county is honest by the sense of the rules' text."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from ingest.simulate.med.county import MedCounty, imagine
from ingest.simulate.med.world import CHR, DAY, IPT, OTP, RX

SCALE = 0.6  # the smallest county in which all schemes find their shops


@pytest.fixture(scope="module")
def county() -> MedCounty:
    return imagine(scale=SCALE)


@pytest.fixture(scope="module")
def honest(county: MedCounty) -> pd.DataFrame:
    """What nobody planted, at places and of people of whom no case speaks."""
    settlements = county.written.book.table("settlement")
    named = set(re.findall(r"\{(\w+)\}", " ".join(county.planted.subject)))
    people = county.written.world.people
    apart = people.id_number.isin(named).to_numpy()[settlements.person]
    codes = set(re.findall(r"[HP]\d{11}", " ".join(county.planted.subject)))
    places = county.written.world.places
    spoken_of = places.code.isin(codes) | places.uscc.isin(county.planted.subject)
    place = spoken_of.to_numpy()[settlements.place]
    return settlements[(settlements.plant < 0) & ~apart & ~place]


def test_the_honest_dead_buy_nothing(county: MedCounty, honest: pd.DataFrame) -> None:
    died = county.written.world.people.died.to_numpy(DAY)[honest.person]
    after = honest["at"].to_numpy().astype(DAY) > died + 3
    bought = (honest.refund_of < 0) & (honest.visit < 0) & (honest.route != 1)
    assert not (after & bought).any()


def test_honest_patients_lie_in_one_bed_at_a_time(county: MedCounty) -> None:
    visits = county.written.book.table("visit")
    stays = visits[(visits.kind == IPT) & (visits.plant < 0) & ~visits.void]
    stays = stays[~stays.person.duplicated(keep=False) | (stays.person % 2 == 0)]
    stays = stays.sort_values(["person", "begin"])
    overlap = (stays.person == stays.person.shift()) & (stays.begin < stays.end.shift())
    assert overlap.mean() < 0.005


def test_honest_shops_never_sell_what_they_have_not(county: MedCounty) -> None:
    """Of every box that left an honest shelf a purchase is on record by then."""
    book, world = county.written.book, county.written.world
    till, bought = book.table("till"), book.table("purchase")
    moved = till[(till["product"] >= 0) & (till.goods < 0) & ~till.split & ~till.phantom]
    shelf = moved.place.where(moved.shelf < 0, moved.shelf)
    columns = ["place", "product", "on", "qty"]
    out = pd.DataFrame({"place": shelf, "product": moved["product"], "on": moved["at"],
                        "qty": -moved.qty})  # fmt: skip
    moves = pd.concat([bought[columns], out]).sort_values(["place", "product", "on"], kind="stable")
    balance = moves.groupby(["place", "product"]).qty.cumsum()
    fit = moves.place.isin(np.flatnonzero(world.places["shop"]))
    # a shop may move in mid-month
    assert (balance[fit] < 0).mean() < 0.02


def test_a_count_is_what_stands_there_when_the_day_is_over(county: MedCounty) -> None:
    book, products = county.written.book, county.written.world.products
    till, counts = book.table("till"), county.written.counts
    moved = till[(till["product"] >= 0) & (till.goods < 0) & ~till.split & ~till.phantom]
    shelf = moved.place.where(moved.shelf < 0, moved.shelf)
    out = pd.DataFrame({"place": shelf, "product": moved["product"], "on": moved["at"],
                        "qty": -moved.qty})  # fmt: skip
    moves = pd.concat([book.table("purchase")[[*out]], out])
    key = ["place", "approval_no", "spec"]
    moves, said = (
        rows.merge(products[["approval_no", "spec"]], left_on="product", right_index=True)
        for rows in (moves, counts)
    )
    moves["on"] = moves.on.dt.normalize()
    whole = moves.groupby([*key, "on"], as_index=False).qty.sum().sort_values("on")
    whole["there"] = whole.groupby(key).qty.cumsum()
    said = pd.merge_asof(said.sort_values("on"), whole[[*key, "on", "there"]], on="on", by=key)
    assert len(said) > 10_000
    assert said.there.sub(said.qty).isin([0, 1]).all()  # a box may have been stolen


def test_honest_pharmacists_are_registered_where_they_sell(county: MedCounty) -> None:
    written = county.written
    till, rows = written.book.table("till"), written.world.pharmacists
    sold = till.assign(certificate_no=written.certificates, day=till["at"].dt.normalize())
    sold = sold[(sold.settlement >= 0) & (sold.certificate_no != "")]
    sold = sold[["place", "certificate_no", "day"]].drop_duplicates()
    listed = sold.merge(rows, on=["place", "certificate_no"], how="left")
    listed["covered"] = (listed.day >= listed.valid_from) & (listed.day <= listed.valid_to)
    covered = listed.groupby(["place", "certificate_no", "day"]).covered.any()
    bare = covered[~covered].reset_index()
    subjects = written.world.places.code.to_numpy()[bare.place] + "|" + bare.certificate_no
    known = county.planted[county.planted.rule_id == "MED-16"]
    known = known[~known.plant_id.str.contains("lent")]  # who lends is registered at home
    assert set(subjects) == set(known.subject)
    assert rows.duplicated(["place", "certificate_no"]).sum() > 10  # some register again


def test_honest_hospitals_leave_nobody_alone_for_two_days(county: MedCounty) -> None:
    book, products = county.written.book, county.written.world.products
    bare = products.index[products.setting.isin(["bed", "nursing"])]
    settlements, visits = book.table("settlement"), book.table("visit")
    lines = book.table("line").join(settlements.visit, on="settlement")
    busy = lines[(lines.visit >= 0) & ~lines["product"].isin(bare) & (lines.qty > 0)]
    days = busy.assign(day=busy["at"].dt.normalize())[["visit", "day"]].drop_duplicates()
    days = days.sort_values(["visit", "day"])
    gap = days.groupby("visit").day.diff().dt.days
    stays = visits[(visits.kind == IPT) & (visits.plant < 0)]
    known = county.planted.subject[county.planted.rule_id == "MED-08"].str[-9:].astype(int)
    lures = stays.index[np.isin(county.written.ids.visit[stays.index], known)]
    honest = days.visit.isin(stays.index.difference(lures))
    assert honest.sum() > 1000
    assert gap[honest].max() <= 2


def test_nobody_honest_fetches_more_than_anyone_can_take(
    county: MedCounty, honest: pd.DataFrame
) -> None:
    """Half a year's fills of a class, by the numbers of the rules' text, MED-12."""
    products = county.written.world.products
    lines = county.written.book.table("line").join(honest[["person", "kind"]], on="settlement")
    lines = lines[lines.kind.isin([RX, OTP, CHR])]
    fills = pd.DataFrame({
        "person": lines.person, "class": products.drug_class.to_numpy()[lines["product"]],
        "at": lines["at"], "days": lines.qty / products.daily_dose.to_numpy()[lines["product"]],
    }).dropna().sort_values("at")  # fmt: skip
    supplied = fills.set_index("at").groupby(["person", "class"]).days.rolling("180D").sum()
    assert supplied.max() > 180
    assert (supplied > 180 * 1.5 + 84).groupby(level=["person", "class"]).any().sum() <= 1


def test_honest_bills_hold_an_item_once(county: MedCounty, honest: pd.DataFrame) -> None:
    lines = county.written.book.table("line")
    mine = lines[lines.settlement.isin(honest.index[honest.kind != IPT]) & (lines.qty > 0)]
    assert not mine.duplicated(["settlement", "product", "at", "qty"]).any()


def test_honest_tills_scan_what_has_a_code(county: MedCounty, honest: pd.DataFrame) -> None:
    """Old boxes have none, until they are sold off; of what cannot be read there is a price tag."""
    products = county.written.world.products
    till = county.written.book.table("till")
    drug = products.list_type.isin(["101", "102"]) & (products.drug_class != "中药饮片")
    rows = till[till.settlement.isin(honest.index) & (till.qty > 0) & ~till.split]
    rows = rows[drug.to_numpy()[rows["product"]] & (rows["at"] >= "2025-07-01")]
    bare, tag = rows.code <= 0, (rows.code > 0) & (rows.code < 10**12)
    assert bare[rows["at"] < "2026-01-01"].mean() == pytest.approx(0.01, abs=0.005)
    assert not bare[rows["at"] >= "2026-01-01"].any()
    assert tag.mean() == pytest.approx(0.007, abs=0.004)


def test_what_is_billed_again_keeps_its_time(county: MedCounty) -> None:
    lines = county.written.book.table("line")
    back = lines[(lines.origin >= 0) & (lines.qty > 0)]
    first = lines.origin.to_numpy()[back.origin]
    assert len(back) > 20
    assert (back["at"].to_numpy() == lines["at"].to_numpy()[first]).all()
    # and is known no sooner than that it had been taken back
    settlements = county.written.book.table("settlement")
    again = settlements.loc[back.settlement.unique()]
    assert (again.late.to_numpy() == settlements.late[again.refund_of].to_numpy()).all()


def test_honest_items_fit_those_they_are_billed_for(
    county: MedCounty, honest: pd.DataFrame
) -> None:
    lines, world = county.written.book.table("line"), county.written.world
    lines = lines[lines.settlement.isin(honest.index)]
    sex = world.products.limit_sex.to_numpy()[lines["product"]]
    person = county.written.book.table("settlement").person.to_numpy()[lines.settlement]
    male = world.people.male.to_numpy()[person]
    assert (sex != "").sum() > 50
    assert not ((sex == "女") & male).any() and not ((sex == "男") & ~male).any()
