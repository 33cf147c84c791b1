"""What stood on the shelves: purchases before sales, counts, boxes with a code of their own.

A shop buys what leaves its shelves. What the till shows and never left was never bought.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ingest.simulate.med.book import Book
from ingest.simulate.med.world import DAY, MedWorld

MONTH = "datetime64[M]"
SCANNING_BEGAN, ALL_SCANNED = np.datetime64("2025-07-01"), np.datetime64("2026-01-01")
PRICE_TAG = 6_900_000  # a number of seven digits; codes of boxes have nineteen
LATE_UPLOADS = 0.03
OLD_BOXES = 0.01  # boxes from before there were codes: they bear none, and were sold off in 2025
UNREAD = 0.007  # codes that the scanner cannot read: it is held to the price tag instead
COUNTERS = 0.55  # of the shops report their counts; the others have bought for longer than a year
SHIPPED = 0.35  # boxes whose way is known one by one; the others travelled in coded cartons
TRANSFERS = 0.02  # purchases that come from another shop of the chain


def scan(world: MedWorld, book: Book) -> None:
    """Give every box that was scanned a code of its own; herbs and split packs have none."""
    till, rng = book.table("till"), world.rng
    product = till["product"].to_numpy()
    kind = world.products.list_type.to_numpy(dtype=object)
    coded = np.isin(kind[product], ["101", "102"]) & (product >= 0)
    coded &= (world.products.drug_class.to_numpy() != "中药饮片")[product]
    coded &= till["at"].to_numpy() >= SCANNING_BEGAN
    code = till.code.to_numpy(copy=True)
    fresh = coded & (code == 0) & ~till.split.to_numpy()
    code[fresh] = new_codes(product[fresh], rng)
    chance = rng.random(len(till))
    unread = fresh & (chance < UNREAD)
    code[unread] = PRICE_TAG + product[unread]
    code[fresh & (chance > 1 - OLD_BOXES) & (till["at"].to_numpy() < ALL_SCANNED)] = -1
    code[~coded & (code == 0)] = -1
    till["code"] = code


def new_codes(product: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Codes of boxes of the products: the product's stem and a serial number, 19 digits."""
    stem = 1_000_000 + (np.asarray(product, dtype=np.int64) * 7919) % 899_999
    return stem * 10**12 + rng.integers(0, 10**12, np.size(product))


def buy(world: MedWorld, book: Book) -> None:
    """Orders in the last days of each month, of all that leaves the shelf in the next."""
    till, rng = book.table("till"), world.rng
    moved = _moved(till)
    shelf = np.where(moved.shelf >= 0, moved.shelf, moved.place).astype(np.int64)
    month = (moved["at"].to_numpy().astype(MONTH) - world.start.astype(MONTH)).astype(int)
    key = (shelf * len(world.products) + moved["product"].to_numpy()) * 64 + np.maximum(month, 0)
    keys, where = np.unique(key, return_inverse=True)
    sold = np.bincount(where, np.maximum(moved.qty.to_numpy(), 0)).astype(int)
    place, product, month = _parts(keys, len(world.products))
    lot = np.where(sold > 4, 5, 1)
    qty = -(-sold // lot) * lot + (rng.random(len(keys)) < 0.15)
    begins = (world.start.astype(MONTH) + month).astype(DAY)
    # the first month's lies there from before anyone tells of it, as the first count shows
    known = month > 0
    chain = world.places.chain.to_numpy()[place]
    book.write(
        "purchase", place=place[known], product=product[known], qty=qty[known],
        on=_ordered(keys, begins)[known],
        source=_transfers(world, place[known], chain[known]),
        late=(rng.random(int(known.sum())) < LATE_UPLOADS).astype(int),
    )  # fmt: skip
    opening = ~known
    early = begins[opening] - rng.integers(150, 330, int(opening.sum()))
    book.write("purchase", place=place[opening], product=product[opening], qty=qty[opening],
               on=early)  # fmt: skip


def _moved(till: pd.DataFrame) -> pd.DataFrame:
    """Rows of whole packs of a medicine that truly left a shelf."""
    return till[(till["product"] >= 0) & (till.goods < 0) & ~till.phantom & ~till.split]


def _parts(keys: np.ndarray, products: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return keys // 64 // products, keys // 64 % products, keys % 64


def _ordered(key: np.ndarray, begins: np.ndarray) -> np.ndarray:
    """The day of an order: one to eight days before the month begins."""
    return begins - 1 - (key * 2_654_435_761 % 8)


def _transfers(world: MedWorld, place: np.ndarray, chain: np.ndarray) -> np.ndarray:
    """Now and then a branch helps out another."""
    branches = np.flatnonzero(world.places.chain >= 0)
    other = world.rng.choice(branches, len(place)) if len(branches) else np.full(len(place), -1)
    same = (world.places.chain.to_numpy()[other] == chain) & (other != place)
    return np.where(same & (world.rng.random(len(place)) < TRANSFERS * 4), other, -1)


def count(world: MedWorld, book: Book, careless: set[int]) -> pd.DataFrame:
    """Counts as shops report them: at the start, and every quarter where they keep counting.

    They count when the day's deliveries are in and the shutters down.

    Of `careless` shops only the first is known. Columns: place, product, qty, on.
    """
    rng = world.rng
    shops = np.flatnonzero(world.places["shop"] & world.places.designated)
    reports = shops[rng.random(len(shops)) < COUNTERS]
    events = _moves(world, book)
    events["product"] = _one_of_twins(world)[events["product"]]
    approved = (world.products.approval_no != "").to_numpy()[events["product"]]
    events = events[np.isin(events.place.to_numpy(), reports) & approved]
    quarter = world.start + np.arange(0, world.days, 91)
    frames = []
    for number, day in enumerate(quarter):
        before = events[events.on.to_numpy() <= day]
        if number:
            before = before[~before.place.isin(careless)]
        stock = before.groupby(["place", "product"], as_index=False, sort=True).qty.sum()
        frames.append(stock[stock.qty >= 0].assign(on=day.astype("datetime64[s]")))
    whole = pd.concat(frames, ignore_index=True)
    lost = (rng.random(len(whole)) < 0.01) & (whole.qty > 1).to_numpy()
    whole["qty"] = whole.qty - lost  # shrinkage
    return whole


def _one_of_twins(world: MedWorld) -> np.ndarray:
    """Of each product the first that is the same medicine: shelves know no codes of the fund."""
    products = world.products
    number = products.index.to_series()
    first = number.groupby([products.approval_no, products.spec]).transform("min")
    return first.to_numpy()


def _moves(world: MedWorld, book: Book) -> pd.DataFrame:
    """What truly came and went: place, product, day, quantity."""
    moved, purchases = _moved(book.table("till")), book.table("purchase")
    out = pd.DataFrame(
        {
            "place": np.where(moved.shelf >= 0, moved.shelf, moved.place),
            "product": moved["product"].to_numpy(),
            "qty": -moved.qty.to_numpy(),
            "on": moved["at"].to_numpy().astype(DAY),
        }
    )
    columns = ["place", "product", "qty", "on"]
    return pd.concat([purchases[columns], out.astype({"on": "datetime64[s]"})], ignore_index=True)


def ship(world: MedWorld, book: Book) -> pd.DataFrame:
    """The ways of boxes: code, product, to whom, and when. Returns are no shipments."""
    till, rng = book.table("till"), world.rng
    coded = _moved(till)
    coded = coded[(coded.code > PRICE_TAG * 1000) & (coded.qty > 0)]
    coded = coded.drop_duplicates("code")
    drawn = coded[rng.random(len(coded)) < SHIPPED]
    to = np.where(drawn.shelf >= 0, drawn.shelf, drawn.place).astype(np.int64)
    month = drawn["at"].to_numpy().astype(MONTH)
    number = np.maximum((month - world.start.astype(MONTH)).astype(int), 0)
    key = (to * len(world.products) + drawn["product"].to_numpy()) * 64 + number
    day = _ordered(key, month.astype(DAY)) - 1
    return pd.DataFrame({"code": drawn.code.to_numpy(), "product": drawn["product"].to_numpy(),
                         "to": to, "on": day.astype("datetime64[s]")})  # fmt: skip
