"""What is bought or done at a visit: lines, and at a pharmacy the rows of its till."""

from __future__ import annotations

import numpy as np

from ingest.simulate.med import catalogue
from ingest.simulate.med.book import Book
from ingest.simulate.med.stays import TREATMENT
from ingest.simulate.med.world import ER, OTP, MedWorld

DAYS_NOTED = 0.22  # of the drugs sold or prescribed at an ordinary visit
CASH_SALES = 0.3  # receipts in cash for every receipt on the card
CASH_GOODS = 0.25  # of which other goods than medicines


def _noted(world: MedWorld, product: np.ndarray, qty: np.ndarray) -> np.ndarray:
    """How many days a drug will last, where somebody writes it down; else nought."""
    days = qty / world.products.daily_dose.to_numpy()[product]
    written = world.rng.random(len(product)) < DAYS_NOTED
    return np.where(written & ~np.isnan(days), np.rint(np.nan_to_num(days)), 0).astype(int)


def _distinct(owner: np.ndarray, item: np.ndarray, size: int) -> np.ndarray:
    """Positions of the first of each pair: nobody buys the same thing twice on one receipt."""
    pair = owner.astype(np.int64) * size + item
    return np.sort(np.unique(pair, return_index=True)[1])


def _several(rng: np.random.Generator, n: int, more: float) -> np.ndarray:
    """Each visit as often as it has lines: one, and a few more."""
    return np.repeat(np.arange(n), 1 + rng.poisson(more, n))


def shelf(
    world: MedWorld, book: Book, settlement: np.ndarray, place: np.ndarray, at: np.ndarray
) -> None:
    """Purchases at a pharmacy: a few products each, as popular as they are, seldom two of one."""
    rng, products = world.rng, world.products
    visit = _several(rng, len(settlement), 1.1)
    weight = products.weight.to_numpy()
    product = rng.choice(len(products), len(visit), p=weight / weight.sum())
    keep = _distinct(visit, product, len(products))
    visit, product = visit[keep], product[keep]
    qty = 1 + (rng.random(len(visit)) < 0.12) + (rng.random(len(visit)) < 0.03)
    sell(world, book, settlement[visit], place[visit], at[visit], product, qty,
         days=_noted(world, product, qty))  # fmt: skip
    _cash(world, book, place, at)


def sell(
    world: MedWorld,
    book: Book,
    settlement: np.ndarray,
    place: np.ndarray,
    at: np.ndarray,
    product: np.ndarray,
    qty: np.ndarray,
    **line: object,
) -> np.ndarray:
    """Lines with the till's rows beside them, box by box; the numbers of the lines."""
    lines = book.write("line", settlement=settlement, product=product, qty=qty, at=at, **line)
    ring(world, book, settlement, place, at, product, qty)
    return lines


def ring(
    world: MedWorld,
    book: Book,
    settlement: np.ndarray | int,
    place: np.ndarray,
    at: np.ndarray,
    product: np.ndarray,
    qty: np.ndarray,
    **till: object,
) -> np.ndarray:
    """The till's rows of products sold, a row a box; the numbers of the rows."""
    box = np.repeat(np.arange(len(place)), qty)
    given = np.broadcast_to(np.asarray(settlement), len(place))[box]
    when = np.asarray(at)[box]
    more = {k: np.broadcast_to(np.asarray(v), len(place))[box] for k, v in till.items()}
    return book.write(
        "till", place=place[box], at=when, settlement=given, product=product[box], **more
    )  # fmt: skip


def _cash(world: MedWorld, book: Book, place: np.ndarray, at: np.ndarray) -> None:
    """Others pay in cash, for medicines and for what else the shop has."""
    rng = world.rng
    drawn = np.flatnonzero(rng.random(len(place)) < CASH_SALES)
    receipt = drawn + 10_000_000_000
    when = at[drawn] + rng.integers(60, 3000, len(drawn)).astype("m8[s]")
    other = rng.random(len(drawn)) < CASH_GOODS
    weight = world.products.weight.to_numpy()
    product = rng.choice(len(weight), len(drawn), p=weight / weight.sum())
    goods = rng.integers(0, len(catalogue.GOODS), len(drawn))
    cents = np.array([yuan * 100 for _, _, yuan in catalogue.GOODS])[goods]
    book.write(
        "till", place=place[drawn], at=when, receipt=receipt,
        product=np.where(other, -1, product), goods=np.where(other, goods, -1),
        cents=np.where(other, cents, 0),
    )  # fmt: skip


def clinic(
    world: MedWorld, book: Book, settlement: np.ndarray, person: np.ndarray, at: np.ndarray
) -> None:
    """A consultation with tests, injections and drugs; tests fit the patient's sex and age."""
    rng, products = world.rng, world.products
    setting = products.setting.to_numpy()
    consultation = int(np.flatnonzero(setting == "visit")[0])
    book.write("line", settlement=settlement, at=at, product=consultation)
    drug = (
        (setting == "shelf") & (products.cents < 15_000) & products.list_type.isin(["101", "102"])
    )
    items = np.flatnonzero(np.isin(setting, ["both", "visit"]) | drug)
    items = items[items != consultation]  # it is charged once
    weight = np.where(setting == "shelf", products.weight.to_numpy(), 0.02)[items]
    visit = _several(rng, len(settlement), 2.1)
    product = rng.choice(items, len(visit), p=weight / weight.sum())
    keep = _distinct(visit, product, len(products))
    keep = keep[suits(world, person[visit[keep]], product[keep])]
    visit, product = visit[keep], product[keep]
    qty = np.where((setting[product] == "shelf") & (rng.random(len(visit)) < 0.3), 2, 1)
    book.write("line", settlement=settlement[visit], product=product, qty=qty, at=at[visit],
               days=_noted(world, product, qty), outside=rng.random(len(visit)) < 0.01)  # fmt: skip


def suits(world: MedWorld, person: np.ndarray, product: np.ndarray) -> np.ndarray:
    """Whether an item is meant for someone of that sex and age."""
    people, products = world.people, world.products
    sex = np.where(people.male.to_numpy()[person], "男", "女")
    meant = products.limit_sex.to_numpy()[product]
    oldest = products.limit_age_max.to_numpy()[product]
    born = people.born.to_numpy("datetime64[D]")[person]
    age = (world.start - born).astype(int) / 365.25
    return ((meant == "") | (meant == sex)) & ~(age + 2 > oldest)


def regimens(world: MedWorld, n: int) -> np.ndarray:
    """Two drugs that a chronic patient takes for years, of different classes."""
    products = world.products
    lasting = products.chronic.astype(bool) & ~products.drug_class.isin(["抗肿瘤药", "免疫抑制剂"])
    pool = np.flatnonzero(lasting)
    common = products.weight.to_numpy()[pool] ** 0.5
    pair = world.rng.choice(pool, (n, 2), p=common / common.sum())
    classes = products.drug_class.to_numpy()[pair]
    pair[classes[:, 0] == classes[:, 1], 1] = -1
    return pair


def refill(
    world: MedWorld,
    book: Book,
    settlement: np.ndarray,
    at: np.ndarray,
    drugs: np.ndarray,
    period: np.ndarray,
) -> None:
    """As many packs of each drug as the period needs; the days are written down now and then."""
    rng = world.rng
    place = book.table("settlement").place.to_numpy()[settlement]
    at_shop = (world.places["shop"] & world.places.designated).to_numpy()[place]
    for column in range(drugs.shape[1]):
        taken = np.flatnonzero(drugs[:, column] >= 0)
        product = drugs[taken, column]
        dose = world.products.daily_dose.to_numpy()[product]
        qty = np.maximum(np.rint(period[taken] * dose), 1).astype(int)
        noted = np.where(rng.random(len(taken)) < 0.4, period[taken], 0)
        shop = at_shop[taken]
        sell(world, book, settlement[taken[shop]], place[taken[shop]], at[taken[shop]],
             product[shop], qty[shop], days=noted[shop])  # fmt: skip
        book.write("line", settlement=settlement[taken[~shop]], product=product[~shop],
                   qty=qty[~shop], at=at[taken[~shop]], days=noted[~shop])  # fmt: skip


def complaint(world: MedWorld, n: int, kind: int) -> np.ndarray:
    """What a visit to a doctor was about; the diagnosis at a clinic means little."""
    minor = np.flatnonzero(TREATMENT == "visit") if kind in (OTP, ER) else np.arange(9)
    return world.rng.choice(minor, n)
