"""MED-02, MED-18, MED-20: who may not bill, and does; who may, and only seems not to."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ingest.simulate.med.places import OUTSIDE
from ingest.simulate.med.stage import Stage
from ingest.simulate.med.stays import diagnosis
from ingest.simulate.med.world import moment
from ingest.simulate.world import MAIN

BOXES_OF_A_CHAIN = 24


def play(stage: Stage, copies: int) -> None:
    """Shops outside the scheme, suspended ones, and old faces behind new doors."""
    for number in range(copies):
        for link in ("owner", "phone", "place"):
            _bills_for_another(stage, link, stage.much(170, 0.5, 12))
        _bills_for_another(stage, "owner", stage.much(24, 0.4, 6), difficulty=4)
        _bills_for_another(stage, "phone", stage.much(150, 0.4, 12), punished=True)
        for _ in range(3):
            _neighbours(stage, ("owner", "phone", "place")[number % 3])
            _helped_out(stage)
        _distribution_centre(stage)
        _moved(stage)
        _suspended(stage, goes_on=True)
        _terminated_but_open(stage)
        for _ in range(3):
            _suspended(stage, goes_on=False)
        _stay_begun_before(stage)
        _new_doors(stage, "owner", clue=True)
        _new_doors(stage, "phone+place", clue=True)
        for what in ("phone", "place", "namesake"):
            _new_doors(stage, what, clue=False)


def _outsider(stage: Stage) -> int:
    places = stage.world.places
    fit = (places.kind == OUTSIDE) & (places.adcode == MAIN)
    fit &= ~places.index.isin(list(stage.places))
    place = stage.choose(np.flatnonzero(fit), "shop outside the scheme")
    stage.places.add(place)
    return place


def _link(stage: Stage, one: int, other: int, link: str) -> None:
    """Let two places have the same owner, telephone, or wall."""
    places = stage.world.places
    if "owner" in link:
        places.loc[other, "owner"] = places.owner[one]
    if "phone" in link:
        places.loc[other, "phone"] = places.phone[one]
    if "place" in link:
        places.loc[other, "longitude"] = places.longitude[one] + 0.0002
        places.loc[other, ["latitude", "township"]] = places.loc[
            one, ["latitude", "township"]
        ].to_numpy()


def _pair(stage: Stage, shop: int, outside: int) -> str:
    return f"{stage.code(shop)}>{stage.world.places.licence_no[outside]}"


def _bills_for_another(stage: Stage, link: str, n: int, difficulty: int = 2,
                        punished: bool = False) -> None:  # fmt: skip
    """Two or three times a day somebody of the other shop comes over with a customer's card."""
    shop, outside, actor = stage.shop(rank=0.5), _outsider(stage), stage.plant()
    _link(stage, shop, outside, link)
    shelf = stage.stock(12, 800, 12_000)
    popular = np.arange(1, 13) ** -0.7
    at = stage.moments(outside, n, stage.period(220))
    sold = stage.settle(shop, stage.customers(outside, n), at, plant=actor, clerk=7)
    for _ in range(2):
        product = stage.rng.choice(shelf, n, p=popular / popular.sum())
        stage.add(sold, shop, at, product, 1 + (stage.rng.random(n) < 0.3), till={"shelf": outside})
    days = []
    if punished:
        days = [stage.punish(shop, "为非定点药店提供医保费用结算", at.min(), at.max())]
    stage.expect(2, "punished" if punished else f"same-{link}", _pair(stage, shop, outside),
                 clue=not punished, settlements=sold, days=days, difficulty=difficulty,
                 note=f"{n} sales of a shop outside")  # fmt: skip
    # what came off the other's shelf the shop itself never had
    for product in shelf:
        stage.expect(3, "of-another", stage.product(shop, product), expected="may")


def _neighbours(stage: Stage, link: str) -> None:
    """The same family, telephone or landlord, and each minds its own till."""
    shop, outside = stage.honest(2, rank=0.6), _outsider(stage)
    _link(stage, shop, outside, link)
    stage.expect(2, f"linked-{link}", _pair(stage, shop, outside), clue=False)


def _helped_out(stage: Stage) -> None:
    """Three boxes borrowed from the cousin's shop when the wholesaler was late."""
    shop, outside = stage.honest(2, rank=0.6), _outsider(stage)
    _link(stage, shop, outside, "owner")
    at = stage.moments(shop, 3)
    sold = stage.buy(shop, stage.customers(shop, 3), at, stage.stock(3), till={"shelf": outside})
    stage.expect(2, "borrowed", _pair(stage, shop, outside), clue=False, settlements=sold)


def _distribution_centre(stage: Stage) -> None:
    """A chain's warehouse holds a licence and is not designated: its boxes go to the branches.

    The branches write down what they get.
    """
    places, centre = stage.world.places, _outsider(stage)
    branches = places.index[(places.chain == 0) & (places.adcode == MAIN)]
    places.loc[centre, ["owner", "phone"]] = places.loc[branches[0], ["owner", "phone"]].to_numpy()
    places.loc[centre, "name"] = "威宁县黔康大药房配送中心"
    for branch in branches[:3]:
        at = stage.moments(branch, BOXES_OF_A_CHAIN)
        product = stage.assorted(6, len(at))
        sold = stage.buy(branch, stage.customers(branch, len(at)), at, product,
                         till={"shelf": centre})  # fmt: skip
        _handed_over(stage, centre, branch, product, at[0])
        stage.expect(2, "chain-centre", _pair(stage, branch, centre), clue=False, settlements=sold)


def _handed_over(stage: Stage, source: int, shop: int, product: np.ndarray, on: Any) -> None:
    """Boxes of another shelf of the house, written down as they came in."""
    kinds, boxes = np.unique(product, return_counts=True)
    stage.book.write("purchase", place=shop, product=kinds, qty=boxes, source=source,
                     on=np.datetime64(on, "D"))  # fmt: skip


def _moved(stage: Stage) -> None:
    """A shop moves across the street, with a new licence and a new code; its boxes come along."""
    places, old, new = stage.world.places, _outsider(stage), stage.shop(rank=0.8)
    moved = np.datetime64("2025-09-20") + int(stage.rng.integers(0, 120))
    places.loc[new, ["owner", "phone"]] = places.loc[old, ["owner", "phone"]].to_numpy()
    places.loc[new, "since"] = moved
    places.loc[new, "licensed"] = moved - 20
    stage.move_trade(new, stage.world.start - 30, moved)
    at = stage.moments(new, 14, (moved + 1, 40))
    product = stage.rng.choice(stage.stock(4), 14)
    sold = stage.buy(new, stage.customers(new, 14), at, product, till={"shelf": old})
    _handed_over(stage, old, new, product, moved)
    stage.expect(2, "moved", _pair(stage, new, old), clue=False, settlements=sold)


# -- suspended, terminated ---------------------------------------------------------------------


def _stands(stage: Stage, place: int, status: str, on: Any) -> None:
    stage.world.spans.append({"place": place, "status": status, "on": np.datetime64(on, "D")})


def _suspended(stage: Stage, goes_on: bool) -> None:
    """Suspended for some months; the till goes on, or the shutters are down."""
    shop = stage.shop(rank=0.5)
    first, length = stage.period(90)
    _stands(stage, shop, "中止", first)
    _stands(stage, shop, "在用", first + length)
    stage.move_trade(shop, first, first + length)
    sold = np.empty(0, dtype=int)
    if goes_on:
        n = stage.much(30, 0.6, 2)
        at = stage.moments(shop, n, (first + 1, length - 1))
        product = stage.rng.choice(stage.stock(10), n)
        sold = stage.buy(shop, stage.customers(shop, n), at, product, plant=stage.plant())
    else:
        # what was bought before is brought back now: a refund is no settlement
        at = stage.moments(shop, 4, (first - 9, 8))
        back = stage.buy(shop, stage.customers(shop, 4), at, stage.stock(4))
        stage.book.refund(back, moment(first + 2, 9) + np.arange(4) * 3700)
    stage.expect(18, "suspended" if goes_on else "closed-doors", stage.institution(shop),
                 clue=goes_on, settlements=sold, difficulty=1)  # fmt: skip


def _terminated_but_open(stage: Stage) -> None:
    shop = stage.shop(rank=0.5)
    ended = np.datetime64("2025-11-01") + int(stage.rng.integers(0, 90))
    _stands(stage, shop, "解除", ended)
    stage.move_trade(shop, ended, stage.world.end + 10)
    n = stage.much(18, 0.6, 2)
    at = stage.moments(shop, n, (ended + 1, 60))
    sold = stage.buy(shop, stage.customers(shop, n), at, stage.rng.choice(stage.stock(10), n),
                     plant=stage.plant())  # fmt: skip
    stage.expect(18, "terminated", stage.institution(shop), settlements=sold, difficulty=1)


def _stay_begun_before(stage: Stage) -> None:
    """A hospital is suspended while patients lie there: their bills are settled all the same."""
    hospital = stage.shop("基层卫生院", rank=0.8)
    first = np.datetime64("2026-01-10") + int(stage.rng.integers(0, 30))
    _stands(stage, hospital, "中止", first)
    _stands(stage, hospital, "在用", first + 60)
    stage.move_trade(hospital, first - 20, first + 61)
    _, sold = stage.stays.stay(stage.people(4), hospital, first - np.arange(1, 5), 8,
                               diagnosis("J44"))  # fmt: skip
    counter = stage.settle(hospital, stage.people(3), moment(first - 6, 9), kind=1, route=1)
    stage.add(counter, hospital, moment(first - 6, 9), stage.stock(1)[0])
    stage.expect(18, "stays-begun-before", stage.institution(hospital), clue=False,
                 settlements=[*sold, *counter])  # fmt: skip


def _new_doors(stage: Stage, link: str, clue: bool) -> None:
    """A pharmacy is put out; some months later another opens, with or without the same people."""
    places, old, new = stage.world.places, stage.shop(rank=0.9), stage.shop(rank=0.7)
    ended = np.datetime64("2024-06-01") + int(stage.rng.integers(0, 300))
    opened = np.maximum(ended + 30 + stage.much(120, 0.6), stage.world.start + 20)
    _stands(stage, old, "解除", ended)
    places.loc[old, "since"] = min(places.since[old], pd.Timestamp(ended - 300))
    stage.move_trade(old, stage.world.start - 30, stage.world.end + 10)
    stage.move_trade(new, stage.world.start - 30, opened)
    places.loc[new, "since"], places.loc[new, "licensed"] = opened, opened - 30
    if link == "namesake":
        other = int(places.owner[new])
        stage.world.people.loc[other, "name"] = stage.world.people.name[places.owner[old]]
    else:
        _link(stage, old, new, link)
    at = stage.moments(new, 12, (opened + 1, 50))
    sold = stage.buy(new, stage.customers(new, 12), at, stage.rng.choice(stage.stock(6), 12))
    stage.expect(20, f"same-{link}", stage.institution(new), clue=clue, settlements=sold,
                 difficulty=2)  # fmt: skip
