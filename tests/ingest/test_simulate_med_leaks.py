"""Nothing but conduct gives a scheme away: the leak tests of the domain report, 5.5.

Over several seeds; what would be expected by chance is worked out beside each.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from ingest.simulate import defects
from ingest.simulate.med.catalogue import GOODS
from ingest.simulate.med.county import MedCounty, imagine
from ingest.simulate.med.places import PHARMACY
from ingest.simulate.med.render import mdtrt_numbers
from ingest.simulate.med.world import DAY, RX

pytestmark = pytest.mark.slow

SEEDS = (1, 2, 3, 4, 5)
SCALE = 0.6
CLUSTER = np.timedelta64(10, "m")


@pytest.fixture(scope="module")
def counties() -> list[MedCounty]:
    return [imagine(seed=seed, scale=SCALE) for seed in SEEDS]


# -- (1) the surface of a row --------------------------------------------------------------------


def auc(score: np.ndarray, truth: np.ndarray) -> float:
    """The chance that a planted row scores above an honest one."""
    rank = pd.Series(score).rank().to_numpy()
    hits = int(truth.sum())
    return float((rank[truth].sum() - hits * (hits + 1) / 2) / (hits * (len(truth) - hits)))


def shallow(features: pd.DataFrame, truth: np.ndarray, rng: np.random.Generator) -> float:
    """A naive Bayes over deciles, learnt on one half of the rows and tried on the other."""
    train = rng.random(len(truth)) < 0.5
    score = np.zeros(len(truth))
    for column in features:
        cells = features[column].rank(pct=True).mul(10).astype(int)
        seen = pd.Series(truth[train]).groupby(cells[train].to_numpy()).agg(["sum", "size"])
        odds = np.log((seen["sum"] + 1) / (seen["size"] - seen["sum"] + 10))
        score += cells.map(odds).fillna(odds.mean()).to_numpy()
    return auc(score[~train], truth[~train])


def surface(county: MedCounty) -> pd.DataFrame:
    """What a row looks like in its file, apart from what it says."""
    written = county.written
    table, paid = written.book.table("settlement"), written.bills.settlements
    serial, second = written.ids.settlement, table["at"].to_numpy().astype(np.int64)
    return pd.DataFrame(
        {
            "last digit of the number": serial % 10,
            "last digits of the number": serial % 100,
            "cents": paid.total % 100,
            "tens of cents": paid.total % 1000 // 100,
            "second": second % 60,
            "minute": second // 60 % 60,
            "upload": table.lag,
            "late": table.late,
            "no number": defects.chance_of(serial, "certno") < 0.012,
            "void": defects.chance_of(serial, "void") < 0.0037,
            "person's number": table.person % 100,
            "position": np.random.default_rng(0).permutation(len(table)),
        }
    )


def test_the_surface_of_a_row_tells_nothing(counties: list[MedCounty]) -> None:
    for county in counties:
        table = county.written.book.table("settlement")
        shop = ((table.kind == RX) & (table.refund_of < 0)).to_numpy()
        features = surface(county)[shop]
        assert shallow(features, table.plant.to_numpy()[shop] >= 0, np.random.default_rng(1)) < 0.6


def test_the_measure_would_see_a_leak(counties: list[MedCounty]) -> None:
    """The same classifier finds plants whose seconds are round, as a careless hand makes them."""
    table = counties[0].written.book.table("settlement")
    truth = (table.plant >= 0).to_numpy()
    features = surface(counties[0])
    features["second"] = np.where(truth & (table.index % 3 == 0), 0, features["second"])
    assert shallow(features, truth, np.random.default_rng(1)) > 0.62


def test_plants_stand_among_the_others(counties: list[MedCounty]) -> None:
    """By the order of their numbers they begin nowhere and end nowhere together."""
    for county in counties:
        serial = county.written.ids.settlement - county.written.ids.settlement.min()
        planted = serial[county.written.book.table("settlement").plant.to_numpy() >= 0]
        spread = np.histogram(planted, bins=10, range=(0, serial.max()))[0]
        assert (spread > 0).sum() >= 9
        assert spread.max() < len(planted) * 0.4
        assert (np.diff(np.sort(planted)) > 1).mean() > 0.8  # few stand side by side


def test_slips_do_not_know_whose_row_they_spoil(counties: list[MedCounty]) -> None:
    for county in counties:
        planted = county.written.book.table("settlement").plant.to_numpy() >= 0
        for salt in ("certno", "case", "separator", "void"):
            drawn = defects.chance_of(county.written.ids.settlement, salt)
            assert abs(drawn[planted].mean() - drawn[~planted].mean()) < 0.03


# -- (2) no cliff at a rule's thresholds -----------------------------------------------------------


def grocery_lines(county: MedCounty) -> pd.Series:
    """Rows by shop where the till sold other goods than the bill says."""
    till = county.written.book.table("till")
    goods = till[(till.goods >= 0) & (till.settlement >= 0) & (till.qty > 0)]
    classes = np.array([each for _, each, _ in GOODS])[goods.goods]
    return goods[classes != "药品"].groupby("place").size()


def phantom_boxes(county: MedCounty) -> pd.Series:
    """Boxes sold by shop and product that never stood there, a scheme's or not."""
    till = county.written.book.table("till")
    table = county.written.book.table("settlement")
    actor = table.plant.to_numpy()[till.settlement] >= 0
    rows = till[till.phantom & actor & (till.qty > 0)]
    return rows.groupby(["place", "product"]).size()


def late_refunds(county: MedCounty) -> pd.Series:
    """Refunds by shop that came more than a day after the sale."""
    table = county.written.book.table("settlement")
    back = table[(table.refund_of >= 0) & (table.kind == RX)]
    wait = back["at"].to_numpy() - table["at"].to_numpy()[back.refund_of]
    planted = back.plant.to_numpy() >= 0
    return back[(wait > np.timedelta64(1, "D")) & planted].groupby("place").size()


def swiped_at_once(county: MedCounty) -> pd.Series:
    """The greatest number of persons within ten minutes by shop, where a scheme swiped them."""
    table = county.written.book.table("settlement")
    planted = county.planted[(county.planted.rule_id == "MED-09")]
    shops = county.written.world.places.code[lambda c: c.isin(planted.subject)].index
    rows = table[table.place.isin(shops) & (table.plant >= 0)].sort_values(["place", "at"])
    at = rows["at"].to_numpy()
    most = {}
    for place, positions in rows.groupby("place").indices.items():
        times = at[positions]
        most[place] = int((np.searchsorted(times, times + CLUSTER) - np.arange(len(times))).max())
    return pd.Series(most)


@pytest.mark.parametrize(
    ("measure", "threshold"),  # the numbers of the rules' text, MED-01, 03, 22 and 09
    [(grocery_lines, 5), (phantom_boxes, 5), (late_refunds, 20), (swiped_at_once, 6)],
)
def test_intensity_has_no_cliff_at_a_threshold(
    counties: list[MedCounty], measure: Callable[[MedCounty], pd.Series], threshold: float
) -> None:
    """Moving a threshold a little loses a little: the shares above it fall gently."""
    every = pd.concat(measure(county) for county in counties)
    assert len(every) >= 10
    above = [(every > threshold * factor).mean() for factor in (0.5, 0.75, 1.0, 1.25, 1.5, 2, 3)]
    steps = -np.diff(above)
    assert above[0] > above[-1] > 0
    assert steps.max() < 0.45  # no single step takes most of them
    assert (every < threshold).any()  # somebody stays below


# -- (3) shuffled labels -------------------------------------------------------------------------


def test_shuffled_labels_bring_recall_down_to_chance(counties: list[MedCounty]) -> None:
    """A bare count finds the grocers; of subjects drawn at random it finds next to none."""
    right = wrong = planted = 0
    for county in counties:
        places = county.written.world.places
        ledger = county.planted
        guilty = ledger[(ledger.rule_id == "MED-01") & (ledger.expected == "clue")]
        guilty = guilty[guilty.plant_id.str.contains("till-tells|careful")]
        found = set(places.code[grocery_lines(county).loc[lambda n: n >= 5].index])
        pharmacies = places.code[places.kind == PHARMACY].to_numpy()
        shuffled = np.random.default_rng(3).choice(pharmacies, len(guilty))
        planted += len(guilty)
        right += len(found & set(guilty.subject))
        wrong += len(found & set(shuffled))
    assert right / planted > 0.6
    assert wrong / planted < 0.35  # chance: some six shops of a hundred and fifty


# -- (4) the lures are hard ------------------------------------------------------------------------


def same_class_of_goods(county: MedCounty) -> set[str]:
    goods = grocery_lines(county)
    return set(county.written.world.places.code[goods[goods >= 3].index])


def settled_after_death(county: MedCounty) -> set[str]:
    world, table = county.written.world, county.written.book.table("settlement")
    late = table["at"].to_numpy().astype(DAY) > world.people.died.to_numpy(DAY)[table.person] + 3
    return set("{" + world.people.id_number[table.person[late]] + "}")


def paid_after_death(county: MedCounty) -> set[str]:
    world, table = county.written.world, county.written.book.table("settlement")
    table = table[table.payer >= 0]
    late = table["at"].to_numpy().astype(DAY) > world.people.died.to_numpy(DAY)[table.payer]
    return set("{" + world.people.id_number[table.payer[late]] + "}")


def codes_sold_twice(county: MedCounty) -> set[str]:
    till = county.written.book.table("till")
    coded = till[(till.code > 0) & (till.qty > 0)]
    return set("8" + coded[coded.duplicated("code", keep=False)].code.astype(str))


def in_two_beds(county: MedCounty) -> set[str]:
    visits = county.written.book.table("visit")
    number = pd.Series(mdtrt_numbers(county.written, visits.index.to_numpy()), visits.index)
    stays = visits[visits.end - visits.begin > pd.Timedelta(hours=20)].reset_index(names="visit")
    pairs = stays.merge(stays, on="person")
    pairs = pairs[(pairs.begin_x < pairs.end_y) & (pairs.begin_y < pairs.end_x)]
    pairs = pairs[pairs.visit_x != pairs.visit_y]
    return set(number[pairs.visit_x].to_numpy() + "|" + number[pairs.visit_y].to_numpy())


def many_refunds(county: MedCounty) -> set[str]:
    table = county.written.book.table("settlement")
    many = table[table.refund_of >= 0].groupby("place").size()
    return set(county.written.world.places.code[many[many >= 8].index])


def six_at_once(county: MedCounty) -> set[str]:
    table = county.written.book.table("settlement")
    rows = table[table.refund_of < 0].sort_values(["place", "at"])
    close = (rows["at"].diff(5) < CLUSTER) & (rows.place == rows.place.shift(5))
    return set(county.written.world.places.code[rows.place[close]])


def ten_uncoded(county: MedCounty) -> set[str]:
    till = county.written.book.table("till")
    uncoded = till[(till.code <= 0) & (till.settlement >= 0)]
    month = uncoded["at"].dt.strftime("%Y-%m")
    code = county.written.world.places.code
    many = uncoded.groupby([uncoded.place.map(code), month]).size()
    return {f"{shop}|{month}" for shop, month in many[many >= 10].index}


@pytest.mark.parametrize(
    ("unguarded", "lures"),
    [
        (same_class_of_goods, "01-mapping-error"),
        (settled_after_death, "04-counter"),
        (settled_after_death, "04-last-stay"),
        (paid_after_death, "04-paid-by-the-dead"),
        (codes_sold_twice, "13-split"),
        (codes_sold_twice, "13-resold"),
        (codes_sold_twice, "13-scan-habit"),
        (codes_sold_twice, "13-misread"),
        (in_two_beds, "06-cancelled"),
        (in_two_beds, "06-newborn"),
        (many_refunds, "22-double-charge"),
        (six_at_once, "09-opening-day"),
        (six_at_once, "09-market-day"),
        (ten_uncoded, "14-herbs"),
    ],
)
def test_without_its_guard_a_rule_would_trip_over_the_lures(
    counties: list[MedCounty], unguarded: Callable[[MedCounty], set[str]], lures: str
) -> None:
    tripped = [
        subject in found
        for county in counties
        for found in [unguarded(county)]
        for subject in county.planted.subject[county.planted.plant_id.str.startswith(lures)]
    ]
    assert len(tripped) >= 2
    assert np.mean(tripped) > 0.6


# -- nobody is marked by where they stand ------------------------------------------------------


def test_actors_are_few_and_only_partly_dishonest(counties: list[MedCounty]) -> None:
    for county in counties:
        table = county.written.book.table("settlement")
        rows = table[(table.kind == RX) & (table.refund_of < 0)]
        share = (rows.plant >= 0).groupby(rows.place).mean()
        actors = share[share > 0]
        assert len(actors) < 0.3 * (county.written.world.places.kind == PHARMACY).sum()
        assert (actors > 0.95).mean() < 0.25  # hardly anybody lives on it alone
        people = table[table.plant >= 0].person.nunique()
        assert people < 0.2 * len(county.written.world.people)
