"""MED-09, MED-10, MED-22: cards swiped by the dozen, by night, and money that comes back."""

from __future__ import annotations

from typing import Any

import numpy as np

from ingest.simulate.med.places import HOSPITAL, VILLAGE
from ingest.simulate.med.stage import Stage
from ingest.simulate.med.world import CHR, OTP, moment


def play(stage: Stage, copies: int) -> None:
    """Clusters of cards and cycles of refunds, and rushes that nobody arranged."""
    for _ in range(copies):
        _swipes(stage, stage.much(20, 0.5, 3), 2)
        _swipes(stage, stage.much(6, 0.3, 3), 4)
        _market_rush(stage)
        _village_round(stage)
        _after_outage(stage)
        _opening_day(stage)
        _cash_back(stage, stage.much(34, 0.8, 3))
        _cash_back(stage, stage.much(9, 0.4, 2))
        _one_who_returns(stage)
        for _ in range(2):
            _double_charge(stage)
            _few_returns(stage)
        _hospital_corrects(stage)
        _by_night(stage)
        for _ in range(3):
            _round_the_clock(stage)


def _cluster(stage: Stage, shop: int, n: int, day: Any, gap: tuple[float, float], clerks: int = 1,
             persons: np.ndarray | None = None, **more: Any) -> np.ndarray:  # fmt: skip
    """Purchases one after the other, so many seconds apart (mean, spread), at so many tills."""
    person = stage.customers(shop, n) if persons is None else persons
    person = stage.rng.permutation(np.unique(person))
    wait = np.maximum(stage.rng.normal(*gap, len(person)), 3).astype(int)
    begin = stage.habits.at(np.array([shop]), np.array([day]))[0]
    at = begin + np.cumsum(wait).astype("m8[s]")
    clerk = stage.rng.integers(0, clerks, len(person))
    sold = stage.settle(shop, person, at, clerk=clerk, **more)
    for _ in range(2):
        stage.add(sold, shop, at, stage.stock(len(person), 800, 6_000), 1, till={})
    return sold


def _swipes(stage: Stage, cards: int, difficulty: int) -> None:
    """A drawer full of villagers' cards, worked off one by one on some afternoons."""
    shop, actor = stage.shop(rank=0.6), stage.plant()
    drawer = stage.customers(shop, cards)
    pace = float(stage.rng.uniform(15, 45))  # seconds from one card to the next
    first, length = stage.period(120)
    days = np.unique(stage.rng.integers(0, length, stage.much(6, 0.5)))
    sold = [
        _cluster(stage, shop, cards, first + int(d), (pace, pace / 3), persons=drawer, plant=actor)
        for d in days
    ]
    stage.expect(9, "drawer", stage.code(shop), settlements=np.concatenate(sold),
                 difficulty=difficulty if len(days) > 3 else 5,
                 note=f"{cards} cards on {len(days)} days")  # fmt: skip


def _market_rush(stage: Stage) -> None:
    """On market days both tills are busy; everyone buys something else, at their own pace."""
    shop = stage.honest(9, rank=0.4, seat=False)
    first = np.datetime64("2025-09-03") + int(stage.rng.integers(0, 30))
    sold = [_cluster(stage, shop, 9, first + 5 * d, (60, 70), clerks=3) for d in range(4)]
    stage.expect(9, "market-day", stage.code(shop), clue=False, settlements=np.concatenate(sold))


def _village_round(stage: Stage) -> None:
    """The village doctor fetches the month's drugs for his thirty patients."""
    place = stage.honest(9, VILLAGE, rank=0.8)
    first = np.datetime64("2025-08-10") + int(stage.rng.integers(0, 20))
    sold = []
    for month in range(5):
        person = np.unique(stage.customers(place, 30))
        begin = moment(first + 28 * month, 9.5)
        at = begin + (np.arange(len(person)) * 41).astype("m8[s]")
        numbers = stage.settle(place, person, at, kind=CHR)
        stage.add(numbers, place, at, stage.stock(len(person), 600, 5_000, lasting=True))
        sold.append(numbers)
    stage.expect(
        9, "village-round", stage.code(place), clue=False, settlements=np.concatenate(sold)
    )


def _after_outage(stage: Stage) -> None:
    """The line was down all day; in the evening the day's sales go up within minutes."""
    shop = stage.honest(9, rank=0.4)
    first = np.datetime64("2025-10-05") + int(stage.rng.integers(0, 20))
    sold = []
    for d in range(4):
        n = 9
        at = stage.moments(shop, n, (first + 17 * d, 1))
        evening = moment(first + 17 * d, 22)
        lag = (evening - at).astype(int) + np.arange(n) * 20
        numbers = stage.settle(shop, stage.customers(shop, n), at, lag=np.maximum(lag, 10))
        stage.add(numbers, shop, at, stage.stock(n), till={})
        sold.append(numbers)
    stage.expect(9, "after-outage", stage.code(shop), clue=False, settlements=np.concatenate(sold))


def _opening_day(stage: Stage) -> None:
    """Everybody comes to the opening, once."""
    shop = stage.honest(9, rank=0.6)
    day = stage.period()[0]
    sold = _cluster(stage, shop, 14, day, (30, 8))
    stage.expect(9, "opening-day", stage.code(shop), clue=False, settlements=sold)


# -- money back --------------------------------------------------------------------------------


def _cash_back(stage: Stage, n: int) -> None:
    """Bought on the card, brought back days later, paid out in cash."""
    shop, actor = stage.shop(rank=0.6), stage.plant()
    friends = stage.customers(shop, max(n // 4, 1))
    at = stage.moments(shop, n)
    sold = stage.buy(shop, friends[stage.rng.integers(0, len(friends), n)], at,
                     stage.assorted(6, n, 3_000), plant=actor)  # fmt: skip
    back = at + stage.rng.integers(90_000, 900_000, n).astype("m8[s]")
    stage.book.refund(sold, back)
    stage.expect(22, "cash-back", stage.code(shop), settlements=sold, days=back,
                 difficulty=2 if n > 25 else 4, note=f"{n} refunds")  # fmt: skip


def _one_who_returns(stage: Stage) -> None:
    """One man brings back a box every other week."""
    shop, n = stage.shop(rank=0.8), stage.much(5, 0.3, 2)
    at = stage.moments(shop, n)
    sold = stage.buy(shop, np.full(n, stage.people(1)[0]), at, stage.stock(n), plant=stage.plant())
    back = at + stage.rng.integers(100_000, 600_000, n).astype("m8[s]")
    stage.book.refund(sold, back)
    stage.expect(22, "one-returns", stage.code(shop), settlements=sold, days=back,
                 difficulty=2 if n > 3 else 4, note=f"{n} refunds to one person")  # fmt: skip


def _double_charge(stage: Stage) -> None:
    """The system charged twice for some weeks, and took it back within minutes."""
    shop, n = stage.honest(22, rank=0.6), stage.much(28, 0.3, 10)
    at = stage.moments(shop, n)
    person, product = stage.customers(shop, n), stage.assorted(8, n)
    stage.buy(shop, person, at, product)
    twice = stage.buy(shop, person, at + np.timedelta64(5, "s"), product)
    stage.book.refund(twice, at + stage.rng.integers(60, 560, n).astype("m8[s]"))
    stage.expect(22, "double-charge", stage.code(shop), clue=False, settlements=twice)


def _few_returns(stage: Stage) -> None:
    """Some things are brought back, as everywhere: never by the same person."""
    shop, n = stage.honest(22, rank=0.4), 5
    at = stage.moments(shop, n)
    sold = stage.buy(shop, stage.people(n), at, stage.stock(n))
    stage.book.refund(sold, at + stage.rng.integers(90_000, 400_000, n).astype("m8[s]"))
    stage.expect(22, "few-returns", stage.code(shop), clue=False, settlements=sold)


def _hospital_corrects(stage: Stage) -> None:
    """A hospital takes bills back and writes them anew."""
    hospital, n = stage.honest(22, HOSPITAL, rank=1.0), 8
    at = stage.moments(hospital, n)
    person = stage.people(n)
    sold = stage.settle(hospital, person, at, kind=OTP)
    stage.add(sold, hospital, at, stage.stock(n))
    stage.book.refund(sold, at + np.timedelta64(200_000, "s"))
    again = stage.settle(hospital, person, at + np.timedelta64(201_000, "s"), kind=OTP)
    stage.add(again, hospital, at + np.timedelta64(201_000, "s"), stage.stock(n))
    stage.expect(22, "corrected", stage.code(hospital), clue=False, settlements=sold)


# -- by night ----------------------------------------------------------------------------------


def _by_night(stage: Stage) -> None:
    """The shutters are down and the till goes on."""
    shop, n = stage.shop(rank=0.4), stage.much(40, 0.3, 12)
    first, length = stage.period()
    at = (first + stage.rng.integers(0, length, n)).astype("datetime64[s]")
    at = at + stage.rng.integers(600, 18_000, n).astype("m8[s]")
    sold = stage.buy(shop, stage.customers(shop, n), at, stage.assorted(6, n),
                     plant=stage.plant())  # fmt: skip
    stage.expect(10, "by-night", stage.code(shop), expected="booster", settlements=sold)


def _round_the_clock(stage: Stage) -> None:
    """A shop that is open all night says so."""
    shop, n = stage.shop(rank=0.4), stage.much(30, 0.3, 12)
    stage.world.places.loc[shop, ["opens", "closes"]] = (0, 24)
    at = stage.moments(shop, n)
    sold = stage.buy(shop, stage.customers(shop, n), at, stage.rng.choice(stage.stock(8), n))
    stage.expect(10, "round-the-clock", stage.code(shop), clue=False, settlements=sold)
