"""MED-03, 11, 14, 19, 21: drugs that never stood on the shelf, and sales of one pattern."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import pandas as pd

from ingest.simulate.med.stage import Stage


def play(stage: Stage, copies: int) -> None:
    """Swipes for nothing, the same basket again and again, boxes unscanned."""
    for _ in range(copies):
        _phantoms(stage, stage.much(55, 0.5, 6), 2)
        _phantoms(stage, stage.much(16, 0.5, 3), 4)
        for _ in range(2):
            _two_codes(stage)
            _late_purchases(stage)
            _split_packs(stage)
            _transfers(stage)
        _template(stage, stage.much(26, 0.5, 4), 2)
        _template(stage, stage.much(9, 0.4, 3), 4)
        for _ in range(2):
            _common_pack(stage)
        _offered_together(stage)
        _unscanned(stage, 0.55)
        _unscanned(stage, 0.2)
        for _ in range(3):
            _herbs(stage)
        _before_scanning(stage)
        _just_below(stage)
        _year_end(stage)
        for _ in range(3):
            _price_of_a_pack(stage)
            _winter_stock(stage)


def basket(stage: Stage, items: dict[int, int]) -> str:
    """The name of a basket as the keys of subjects define it."""
    code = stage.world.products.hilist_code
    parts = sorted(f"{code[product]}×{qty}" for product, qty in items.items())
    return hashlib.sha256(";".join(parts).encode()).hexdigest()[:16]


def _fits_basket(stage: Stage, shop: int, items: dict[int, int]) -> str:
    return f"{stage.code(shop)}|{basket(stage, items)}"


def _phantoms(stage: Stage, n: int, difficulty: int) -> None:
    """Cards are swiped for a few dear drugs of which the shop never had so many."""
    shop, actor = stage.shop(rank=0.5), stage.plant()
    stage.careless.add(shop)
    dear = stage.stock(3, 2_500, 15_000)
    at = stage.moments(shop, n)
    late = stage.rng.random(n) < 0.15
    at[late] = (
        at[late].astype("datetime64[D]")
        + np.timedelta64(23, "h")
        + stage.rng.integers(0, 3500, int(late.sum())).astype("m8[s]")
    )
    # of each it bought a few boxes, long ago
    stage.book.write("purchase", place=shop, product=dear, qty=2, on=stage.world.start - 40)
    which = stage.rng.choice(3, n, p=[0.5, 0.3, 0.2])
    qty = 1 + (stage.rng.random(n) < 0.4)
    sold = stage.buy(shop, stage.customers(shop, n), at, dear[which], qty, plant=actor,
                     till={"phantom": True})  # fmt: skip
    for number, product in enumerate(dear):
        boxes = int(qty[which == number].sum())
        if boxes:
            stage.expect(3, "swiped", stage.product(shop, product), settlements=sold,
                         expected="" if boxes > 2 else "may", difficulty=difficulty if boxes > 12
                         else 5, note=f"{boxes} boxes that were never there")  # fmt: skip


def _two_codes(stage: Stage) -> None:
    """One product under two codes: bought under the one, sold under the other."""
    products, shop = stage.world.products, stage.honest(3, rank=0.5)
    drugs = products[products.list_type.isin(["101", "102"]) & (products.approval_no != "")]
    drugs = drugs[drugs.cents < 15_000]
    twins = drugs[drugs.duplicated(["approval_no", "spec"], keep=False)]
    one = twins.sample(1, random_state=stage.rng).iloc[0]
    pair = twins[(twins.approval_no == one.approval_no) & (twins.spec == one.spec)].index[:2]
    n = stage.much(24, 0.3, 10)
    at = stage.moments(shop, n)
    sold = stage.buy(shop, stage.customers(shop, n), at, pair[1], till={"phantom": True})
    stage.book.write("purchase", place=shop, product=pair[0], qty=n + 3,
                     on=at[0].astype("datetime64[D]") - 6)  # fmt: skip
    stage.expect(3, "two-codes", stage.product(shop, int(pair[1])), clue=False, settlements=sold)


def _late_purchases(stage: Stage) -> None:
    """The wholesaler's slips of the last weeks are typed in a month later."""
    shop, product = stage.honest(3, rank=0.5), int(stage.stock(1)[0])
    n = stage.much(18, 0.3, 8)
    last = np.datetime64(stage.world.nights[-1], "D")
    at = np.sort(stage.habits.at(np.full(n, shop), last - 2 - stage.rng.integers(0, 24, n)))
    sold = stage.buy(shop, stage.customers(shop, n), at, product, till={"phantom": True})
    stage.book.write("purchase", place=shop, product=product, qty=n + 2, on=last - 30, late=1)
    stage.expect(3, "bought-late", stage.product(shop, product), clue=False, settlements=sold)


def _split_packs(stage: Stage) -> None:
    """Tablets counted out of a few boxes."""
    shop, product = stage.honest(3, rank=0.6), int(stage.stock(1, 3_000, 9_000)[0])
    n = stage.much(30, 0.3, 12)
    at = stage.moments(shop, n)
    sold = stage.settle(shop, stage.customers(shop, n), at)
    cents = stage.world.price(np.full(n, shop), np.full(n, product)) // 6
    stage.add(sold, shop, at, product, cents=cents, till={"split": True, "cents": cents})
    stage.book.write("purchase", place=shop, product=product, qty=n // 6 + 1,
                     on=at[0].astype("datetime64[D]") - 9)  # fmt: skip
    stage.expect(3, "split-packs", stage.product(shop, product), clue=False, settlements=sold)


def _transfers(stage: Stage) -> None:
    """Another shop of the family helps out with thirty boxes, and both write it down."""
    shop, other, product = stage.honest(3), stage.honest(3), int(stage.stock(1)[0])
    n = stage.much(24, 0.3, 10)
    at = stage.moments(shop, n)
    sold = stage.buy(shop, stage.customers(shop, n), at, product, till={"phantom": True})
    stage.book.write("purchase", place=shop, product=product, qty=n, source=other,
                     on=at[0].astype("datetime64[D]") - 2)  # fmt: skip
    stage.expect(3, "transferred", stage.product(shop, product), clue=False, settlements=sold)


# -- one basket --------------------------------------------------------------------------------


def _sell_basket(stage: Stage, shop: int, items: dict[int, int], at: np.ndarray,
                 phantom: bool = False, **more: Any) -> np.ndarray:  # fmt: skip
    person = np.unique(stage.customers(shop, len(at) * 2))
    person = stage.rng.permutation(person)[: len(at)]
    at = at[: len(person)]
    sold = stage.settle(shop, person, at, **more)
    for product, qty in items.items():
        stage.add(sold, shop, at, product, qty, till={"phantom": phantom})
    return sold


def _template(stage: Stage, a_day: int, difficulty: int) -> None:
    """The clerk has a list of cards and one basket, and works it off on a few afternoons."""
    shop, actor = stage.shop(rank=0.6), stage.plant()
    stage.careless.add(shop)
    items = {int(p): 1 + int(stage.rng.random() < 0.4) for p in stage.stock(3, 1_500, 9_000)}
    first, length = stage.period(90)
    sold = [
        _sell_basket(
            stage,
            shop,
            items,
            stage.moments(shop, a_day, (first + int(d), 1)),
            phantom=True,
            plant=actor,
        )
        for d in np.sort(stage.rng.integers(0, length, stage.much(2, 0.5)))
    ]
    whole = np.concatenate(sold)
    stage.expect(11, "template", _fits_basket(stage, shop, items), settlements=whole,
                 difficulty=difficulty, note=f"{a_day} cards a day, {len(sold)} days")  # fmt: skip
    for product in items:
        stage.expect(3, "template", stage.product(shop, product), expected="may", settlements=whole)
    stage.expect(9, "template", stage.code(shop), expected="may", settlements=whole)


def _common_pack(stage: Stage) -> None:
    """The standard pack for two chronic illnesses, handed out by every shop."""
    items = {int(p): 1 for p in stage.stock(2, 800, 5_000, lasting=True)}
    shops = [stage.honest(11, rank=0.7) for _ in range(5)]
    for shop in shops:
        first, _ = stage.period(earliest="2025-08-01")
        sold = _sell_basket(stage, shop, items, stage.moments(shop, 11, (first, 1)))
        stage.expect(11, "standard-pack", _fits_basket(stage, shop, items), clue=False,
                     settlements=sold)  # fmt: skip


def _offered_together(stage: Stage) -> None:
    """A winter offer of the brand: cold remedy and masks, at five shops."""
    items = {int(p): 1 for p in stage.stock(2, 1_000, 4_000)}
    for shop in [stage.honest(11, rank=0.7) for _ in range(4)]:
        sold = _sell_basket(
            stage, shop, items, stage.moments(shop, 10, (np.datetime64("2025-12-06"), 2))
        )
        stage.expect(
            11, "winter-offer", _fits_basket(stage, shop, items), clue=False, settlements=sold
        )


# -- scanning ----------------------------------------------------------------------------------


def _busy(stage: Stage, shop: int, n: int, first: Any, days: int) -> tuple[np.ndarray, np.ndarray]:
    """More trade for a busy shop: customers and their moments."""
    at = stage.moments(shop, n, (np.datetime64(first, "D"), days))
    return stage.customers(shop, n), at


def _unscanned(stage: Stage, usual: float) -> None:
    """Nobody has the time to scan, for some months more than for others."""
    shop = stage.shop(rank=0.15)
    person, at = _busy(stage, shop, stage.much(260, 0.3, 120), "2025-08-01", 240)
    share = min(stage.rng.lognormal(np.log(usual), 0.4), 0.9)
    skipped = stage.rng.random(len(at)) < share
    product = stage.assorted(30, len(at))
    code = np.where(skipped, -1, 0)
    sold = stage.buy(shop, person, at, product, plant=stage.plant(), till={"code": code})
    month = pd.Series(at.astype("datetime64[M]").astype("datetime64[s]"))
    for each, rows in pd.Series(skipped).groupby(month):
        few, mine = rows.sum() < 6, sold[rows.index]
        stage.expect(14, "unscanned", f"{stage.code(shop)}|{each:%Y-%m}",
                     expected="may" if few else "", difficulty=3 if rows.mean() > 0.25 else 4,
                     settlements=mine, note=f"{rows.sum()} of {len(rows)} more")  # fmt: skip


def _herbs(stage: Stage) -> None:
    """Herbs are weighed out: there is nothing to scan."""
    shop = stage.honest(14, rank=0.15)
    person, at = _busy(stage, shop, 60, "2025-10-01", 60)
    herbs = np.flatnonzero(stage.world.products.drug_class == "中药饮片")
    sold = stage.buy(shop, person, at, stage.rng.choice(herbs, len(at)))
    for month in np.unique(at.astype("datetime64[M]")):
        stage.expect(14, "herbs", f"{stage.code(shop)}|{month}", clue=False, settlements=sold)


def _before_scanning(stage: Stage) -> None:
    """In June nobody had to scan yet."""
    shop = stage.honest(14, rank=0.15)
    person, at = _busy(stage, shop, 60, "2025-06-01", 29)
    product = stage.assorted(20, len(at))
    sold = stage.buy(shop, person, at, product, till={"code": -1})
    stage.expect(14, "before-it-began", f"{stage.code(shop)}|2025-06", clue=False, settlements=sold)


# -- what only strengthens another suspicion ---------------------------------------------------


def _just_below(stage: Stage) -> None:
    """Bills that stop just short of what would be looked at."""
    shop, product = stage.shop(rank=0.3), int(stage.stock(1)[0])
    n = stage.much(60, 0.3, 20)
    at = stage.moments(shop, n)
    sold = stage.settle(shop, stage.customers(shop, n), at, plant=stage.plant())
    stage.add(sold, shop, at, product, cents=20_000 - stage.rng.integers(50, 900, n), till={})
    stage.expect(19, "just-below", stage.code(shop), expected="booster", settlements=sold)
    stage.expect(1, "just-below", stage.code(shop), expected="may", settlements=sold)
    stage.expect(3, "just-below", stage.product(shop, product), expected="may", settlements=sold)


def _price_of_a_pack(stage: Stage) -> None:
    """A common pack simply costs a little less than two hundred."""
    shop, product = stage.honest(19, rank=0.4), int(stage.stock(1)[0])
    at = stage.moments(shop, 20)
    sold = stage.settle(shop, stage.customers(shop, 20), at)
    stage.add(sold, shop, at, product, cents=19_800, till={"cents": 19_800})
    stage.expect(19, "pack-price", stage.code(shop), clue=False, settlements=sold)


def _winter_stock(stage: Stage) -> None:
    """Before the roads freeze people fetch more of what they take anyway."""
    shop = stage.honest(21, rank=0.4)
    at = stage.moments(shop, 25, (np.datetime64("2025-12-05"), 24))
    sold = stage.buy(shop, stage.customers(shop, 25), at, stage.assorted(20, 25))
    stage.expect(21, "winter-stock", stage.code(shop), clue=False, settlements=sold)


def _year_end(stage: Stage) -> None:
    """In December the accounts are emptied on tonics."""
    shop, n = stage.shop(rank=0.3), stage.much(40, 0.3, 15)
    dear = stage.stock(3, 9_000, 60_000)
    at = stage.moments(shop, n, (np.datetime64("2025-12-10"), 21))
    sold = stage.buy(shop, stage.customers(shop, n), at, dear[stage.rng.integers(0, 3, n)],
                     1 + (stage.rng.random(n) < 0.5), plant=stage.plant())  # fmt: skip
    stage.expect(21, "year-end", stage.code(shop), expected="booster", settlements=sold)
