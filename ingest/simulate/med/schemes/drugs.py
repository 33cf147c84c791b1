"""MED-13, MED-16: boxes sold twice, and pharmacists who are not there."""

from __future__ import annotations

from typing import Any

import numpy as np

from ingest.simulate.med import registers
from ingest.simulate.med.stage import Stage
from ingest.simulate.med.stock import new_codes

SCANNED_FROM = np.datetime64("2025-07-05")


def play(stage: Stage, copies: int) -> None:
    """Codes kept in a drawer, boxes that come back, certificates on the wall."""
    for _ in range(copies):
        _kept_codes(stage)
        _bought_back(stage)
        _split(stage)
        _resold(stage)
        _scan_habit(stage)
        _misread(stage)
        _expired(stage, gap=stage.much(190, 0.3, 40), clue=True)
        _borrowed_certificate(stage)
        for _ in range(2):
            _expired(stage, gap=12 + int(stage.rng.integers(0, 12)), clue=False)
            _same_house(stage)


def _codes(stage: Stage, product: Any, n: int) -> np.ndarray:
    return new_codes(np.broadcast_to(product, n), stage.rng)


def _written(code: int) -> str:
    """A box's code as it stands on the box."""
    return f"8{code}"


def _twice(stage: Stage, shops: Any, persons: np.ndarray, at: np.ndarray, product: Any,
           code: np.ndarray, **till: Any) -> np.ndarray:  # fmt: skip
    return stage.buy(shops, persons, at, product, till={"code": code} | till)


def _kept_codes(stage: Stage) -> None:
    """The codes of some boxes are copied down and scanned again for others."""
    shop, actor, n = stage.shop(rank=0.6), stage.plant(), stage.much(5, 0.5)
    product = int(stage.stock(1, 2_000, 15_000)[0])
    code = _codes(stage, product, n)
    period = stage.period(120, SCANNED_FROM)
    first = stage.moments(shop, n, period)
    sold = [
        stage.buy(shop, stage.customers(shop, n), first, product, plant=actor, till={"code": code})
    ]
    for _ in range(1 + int(stage.rng.integers(0, 3))):
        later = first + stage.rng.integers(100_000, 2_000_000, n).astype("m8[s]")
        sold.append(stage.buy(shop, stage.customers(shop, n), later, product, plant=actor,
                              till={"code": code, "phantom": True}))  # fmt: skip
    for number, each in enumerate(code):
        stage.expect(13, "scanned-again", _written(each), difficulty=1,
                     settlements=[numbers[number] for numbers in sold])  # fmt: skip
    stage.expect(3, "scanned-again", stage.product(shop, product), expected="may")


def _bought_back(stage: Stage) -> None:
    """Boxes sold in town are bought back and sold once more at another shop."""
    one, other, actor = stage.shop(rank=0.6), stage.shop(rank=0.6), stage.plant()
    n = stage.much(5, 0.5)
    product = int(stage.stock(1, 3_000, 15_000, lasting=True)[0])
    code = _codes(stage, product, n)
    first = stage.moments(one, n, stage.period(120, SCANNED_FROM))
    sold = stage.buy(one, stage.customers(one, n), first, product, plant=actor, till={"code": code})
    later = first + stage.rng.integers(800_000, 4_000_000, n).astype("m8[s]")
    again = stage.buy(other, stage.customers(other, n), later, product, plant=actor,
                      till={"code": code, "phantom": True})  # fmt: skip
    for number, each in enumerate(code):
        stage.expect(13, "bought-back", _written(each), difficulty=1,
                     settlements=[sold[number], again[number]])  # fmt: skip
    stage.expect(3, "bought-back", stage.product(other, product), expected="may")


def _split(stage: Stage) -> None:
    """A box counted out to four customers."""
    shop, product = stage.honest(13, rank=0.7), int(stage.stock(1)[0])
    code = _codes(stage, product, 1)
    at = stage.moments(shop, 4, stage.period(60, SCANNED_FROM))
    sold = _twice(
        stage, shop, stage.customers(shop, 4), at, product, np.repeat(code, 4), split=True
    )
    stage.expect(13, "split", _written(code[0]), clue=False, settlements=sold)


def _resold(stage: Stage) -> None:
    """A box is brought back unopened and sold to the next."""
    shop, product = stage.honest(13, rank=0.7), int(stage.stock(1)[0])
    code = _codes(stage, product, 3)
    at = stage.moments(shop, 3, stage.period(60, SCANNED_FROM))
    sold = _twice(stage, shop, stage.people(3), at, product, code)
    stage.book.refund(sold, at + np.timedelta64(3_000, "s"))
    again = _twice(stage, shop, stage.people(3), at + np.timedelta64(260_000, "s"), product, code)
    for number, each in enumerate(code):
        stage.expect(13, "resold", _written(each), clue=False, settlements=again[[number]])


def _scan_habit(stage: Stage) -> None:
    """Three boxes of one medicine, and the same one held to the scanner three times."""
    shop, product = stage.honest(13, rank=0.7), int(stage.stock(1)[0])
    code = _codes(stage, product, 3)
    at = stage.moments(shop, 3, stage.period(60, SCANNED_FROM))
    sold = stage.buy(shop, stage.people(3), at, product, 3, till={"code": code})
    for number, each in enumerate(code):
        stage.expect(13, "scan-habit", _written(each), clue=False, settlements=sold[[number]])


def _misread(stage: Stage) -> None:
    """The scanner reads the price tag instead."""
    shop, product = stage.honest(13, rank=0.7), int(stage.stock(1)[0])
    at = stage.moments(shop, 4, stage.period(60, SCANNED_FROM))
    tag = 6_901_234 + int(stage.rng.integers(0, 90_000))
    sold = _twice(stage, shop, stage.people(4), at, product, np.repeat(tag, 4))
    stage.expect(13, "misread", _written(tag), clue=False, settlements=sold)


# -- certificates ------------------------------------------------------------------------------


def _prescriptions(
    stage: Stage, shop: int, n: int, period: tuple[Any, int], certificate: int
) -> np.ndarray:
    products = stage.world.products
    rx = products[products.prescription.astype(bool) & (products.weight > 0)]
    rx = rx[rx.cents.between(800, 9_000)].nlargest(60, "weight").sample(25, random_state=stage.rng)
    at = stage.moments(shop, n, period)
    product = rx.index.to_numpy()[stage.rng.integers(0, 25, n)]
    return stage.buy(shop, stage.customers(shop, n), at, product, plant=stage.plant(),
                     till={"certificate": certificate})  # fmt: skip


def _only_pharmacist(stage: Stage, shop: int) -> int:
    rows = stage.world.pharmacists
    mine = rows.certificate_no[rows.place == shop]
    stage.world.pharmacists = rows.drop(index=mine.index[mine != mine.iloc[0]])
    return int(mine.index[0])


def _subject(stage: Stage, shop: int, pharmacist: int) -> str:
    return f"{stage.code(shop)}|{stage.world.pharmacists.certificate_no[pharmacist]}"


def _expired(stage: Stage, gap: int, clue: bool) -> None:
    """A registration runs out; it is renewed within weeks, or much later, or never."""
    shop = stage.shop(rank=0.4)
    pharmacist = _only_pharmacist(stage, shop)
    rows = stage.world.pharmacists
    rows = rows.drop(index=rows.index[rows.place == shop].drop([pharmacist]))
    stage.world.pharmacists = rows
    until = np.datetime64("2025-09-01") + int(stage.rng.integers(0, 60))
    rows.loc[pharmacist, "valid_to"] = until
    rows.loc[pharmacist, "valid_from"] = until - registers.REGISTRATION_DAYS
    number = registers.register(stage.world, pharmacist, valid_from=until + gap,
                                valid_to=until + gap + registers.REGISTRATION_DAYS)  # fmt: skip
    stage.world.pharmacists.loc[number, "place"] = shop
    n = stage.much(60, 0.4, 8)
    sold = _prescriptions(stage, shop, n, (until + 1, gap - 1), pharmacist)
    stage.expect(16, "expired" if clue else "renewed", _subject(stage, shop, pharmacist), clue=clue,
                 settlements=sold, difficulty=2 if n > 45 else 4, note=f"{n} sales")  # fmt: skip


def _borrowed_certificate(stage: Stage) -> None:
    """A certificate from the other end of the county hangs on the wall."""
    home, shop = stage.shop(rank=0.4), stage.shop(rank=0.4)
    pharmacist = _only_pharmacist(stage, home)
    n = stage.much(55, 0.4, 8)
    sold = _prescriptions(stage, shop, n, stage.period(80), pharmacist)
    stage.expect(16, "borrowed", _subject(stage, shop, pharmacist), settlements=sold,
                 difficulty=2 if n > 40 else 4, note=f"{n} sales")  # fmt: skip
    # at home it is in use at the same hours
    stage.expect(16, "lent", _subject(stage, home, pharmacist), expected="may", settlements=sold)


def _same_house(stage: Stage) -> None:
    """Two shops of one owner share a pharmacist, who looks at prescriptions from afar."""
    home, shop = stage.shop(rank=0.5), stage.shop(rank=0.5)
    stage.world.places.loc[shop, "owner"] = stage.world.places.owner[home]
    pharmacist = _only_pharmacist(stage, home)
    sold = _prescriptions(stage, shop, 34, stage.period(60), pharmacist)
    stage.expect(16, "same-house", _subject(stage, shop, pharmacist), clue=False, settlements=sold)
