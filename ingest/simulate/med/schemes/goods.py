"""MED-01: groceries on the card, and pharmacies that lawfully sell more than medicines."""

from __future__ import annotations

import numpy as np

from ingest.simulate.med.catalogue import GOODS
from ingest.simulate.med.stage import Stage

CENTS = np.array([yuan * 100 for _, _, yuan in GOODS])
HEALTH_FOOD = [i for i, (_, each, _) in enumerate(GOODS) if each == "保健食品"]


def play(stage: Stage, copies: int) -> None:
    """Shops that bill groceries as medicines, in three ways, and their honest neighbours."""
    for _ in range(copies):
        _groceries(stage, "till-tells", stage.much(38, 0.7), tells=True)
        _groceries(stage, "till-silent", stage.much(45, 0.6), tells=False)
        _groceries(stage, "careful", stage.much(5, 0.6), tells=True, difficulty=4)
        _groceries(stage, "punished", stage.much(40, 0.4), tells=True, punished=True)
        for _ in range(3):
            _mapping_error(stage)
            _till_outage(stage)
            _promotion(stage)
            _devices(stage)


def _groceries(
    stage: Stage, kind: str, n: int, tells: bool, difficulty: int = 2, punished: bool = False
) -> None:
    """A few dear medicines stand on the bill for whatever the customer carries home."""
    shop, actor = stage.shop(rank=0.35), stage.plant()
    carriers = stage.stock(4, 2_000, 9_000)
    at = stage.moments(shop, n)
    person = stage.customers(shop, n)
    item = stage.rng.integers(0, len(GOODS), n)
    if not tells and n > _trade(stage, shop, at) / 3:
        difficulty = 4  # a till that is mostly silent gives nobody away
    carrier = carriers[stage.rng.integers(0, 4, n)]
    sold = stage.settle(shop, person, at, plant=actor)
    usual = stage.world.price(np.full(n, shop), carrier)
    qty = np.maximum(np.rint(CENTS[item] / usual), 1).astype(int)
    if tells:
        stage.add(sold, shop, at, carrier, qty)
        stage.book.write("till", place=shop, at=at, settlement=sold, product=carrier, goods=item,
                         cents=CENTS[item])  # fmt: skip
    else:
        # the price is bent until the bill comes out, and nothing is rung up
        stage.add(sold, shop, at, carrier, cents=CENTS[item])
    # customers buy a real medicine beside it now and then
    also = stage.rng.random(n) < 0.3
    stage.add(sold[also], shop, at[also], stage.stock(1)[0], till={})
    days = [stage.punish(shop, "串换药品", at.min(), at.max())] if punished else []
    stage.expect(1, kind, stage.code(shop), clue=not punished, settlements=sold, days=days,
                 difficulty=difficulty, note=f"{n} sales of groceries")  # fmt: skip


def _trade(stage: Stage, shop: int, at: np.ndarray) -> int:
    """How many bills the shop has had in these days."""
    rows = stage.book.table("settlement")
    return int(((rows.place == shop) & rows["at"].between(at.min(), at.max())).sum())


def _mapping_error(stage: Stage) -> None:
    """The chain's computer takes a tonic for health food, for those who pay in cash as well."""
    shop, tonic = stage.honest(1, rank=0.6), stage.stock(1, 2_000, 9_000)[0]
    n = stage.much(16, 0.4, 8)
    at = stage.moments(shop, n)
    cash = stage.rng.random(n) < 0.4
    item = int(stage.rng.choice(HEALTH_FOOD))
    sold = stage.settle(shop, stage.customers(shop, int((~cash).sum())), at[~cash])
    stage.add(sold, shop, at[~cash], tonic)
    stage.book.write("till", place=shop, at=at[~cash], settlement=sold, product=tonic, goods=item)
    stage.book.write("till", place=shop, at=at[cash], product=tonic, goods=item,
                     receipt=stage.receipts(int(cash.sum())))  # fmt: skip
    stage.book.write("purchase", place=shop, product=tonic, qty=n,
                     on=at.min().astype("datetime64[D]") - 5)  # fmt: skip
    stage.expect(1, "mapping-error", stage.code(shop), clue=False, settlements=sold)


def _till_outage(stage: Stage) -> None:
    """For some weeks the till's rows never arrive."""
    shop = stage.honest(1, rank=0.6)
    first, _ = stage.period()
    till = stage.book.table("till")
    month = first.astype("datetime64[M]")
    out = (till.place == shop) & (till["at"].to_numpy().astype("datetime64[M]") == month)
    till.loc[out, "late"] = 99
    stage.expect(1, "till-outage", stage.code(shop), clue=False)


def _promotion(stage: Stage) -> None:
    """A day on which some medicines cost less, for everybody."""
    shop, offered = stage.honest(1, rank=0.6), stage.stock(2, 1_500, 8_000)
    first, _ = stage.period()
    n = stage.much(14, 0.3, 8)
    at = np.sort(stage.habits.at(np.full(n, shop), np.repeat(first, n)))
    product = offered[stage.rng.integers(0, 2, n)]
    cents = stage.world.price(np.full(n, shop), product) * 6 // 10
    sold = stage.settle(shop, stage.customers(shop, n), at)
    stage.add(sold, shop, at, product, cents=cents, till={"cents": cents})
    stage.expect(1, "promotion", stage.code(shop), clue=False, settlements=sold)


def _devices(stage: Stage) -> None:
    """Test strips and blood-pressure meters on the account, as the law allows."""
    shop = stage.honest(1, rank=0.6)
    devices = np.flatnonzero(stage.world.products.list_type == "301")
    n = stage.much(18, 0.4, 8)
    at = stage.moments(shop, n)
    sold = stage.buy(shop, stage.customers(shop, n), at, stage.rng.choice(devices, n))
    stage.expect(1, "devices", stage.code(shop), clue=False, settlements=sold)
