"""MED-12: more of one drug than anyone can take, from shop to shop."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ingest.simulate.med.places import CENTRE, HOSPITAL, PHARMACY
from ingest.simulate.med.stage import Stage
from ingest.simulate.med.world import CHR, DAY, RX
from ingest.simulate.world import MAIN

A_SEASON = 90  # days


def play(stage: Stage, copies: int) -> None:
    """Hoarders, and those whose doctors prescribe for long."""
    for _ in range(copies):
        for _ in range(2):
            _hoarder(stage)
        for lure in ("twelve-weeks", "before-the-feast", "cancer", "one-place"):
            for _ in range(2):
                _stocks_up(stage, lure)


def _fills(stage: Stage, person: int, product: int, days: Any, packs: int, places: Any,
           kind: int = RX, **more: Any) -> np.ndarray:  # fmt: skip
    days = np.asarray(days, dtype=DAY)
    place = np.resize(np.asarray(places), len(days))
    at = stage.habits.at(place, days)
    sold = stage.settle(place, np.full(len(days), person), at, kind=kind, **({"payer": -1} | more))
    shop = (stage.world.places.kind == PHARMACY).to_numpy()[place]
    for where, till in ((shop, {}), (~shop, None)):
        if where.any():
            stage.add(sold[where], place[where], at[where], product, packs, till=till)
    return sold


def some_places(stage: Stage, n: int) -> np.ndarray:
    """Different places of the county where drugs are had, none of them an actor's."""
    places = stage.world.places
    fit = places.kind.isin([PHARMACY, HOSPITAL, CENTRE]) & (places.adcode == MAIN)
    fit &= places.designated & ~places.index.isin(list(stage.places))
    return stage.rng.choice(np.flatnonzero(fit), n, replace=False)


def _about(stage: Stage, person: int, product: int) -> str:
    return f"{stage.who(person)}|{stage.world.products.drug_class[product]}"


def _hoarder(stage: Stage) -> None:
    """From shop to shop for the same drug, which somebody buys up."""
    person = int(stage.people(1)[0])
    product = int(stage.stock(1, 2_000, 9_000, lasting=True)[0])
    dose = float(stage.world.products.daily_dose[product])
    supplied = stage.rng.lognormal(np.log(620), 0.4)
    fills = stage.much(14, 0.3, 5)
    packs = max(int(np.ceil(supplied * dose / fills)), 1)
    first, _ = stage.period(170)
    days = np.sort(first + stage.rng.integers(0, 165, fills))
    sold = _fills(stage, person, product, days, packs, some_places(stage, 5), CHR,
                  plant=stage.plant())  # fmt: skip
    stage.expect(12, "hoarder", _about(stage, person, product), settlements=sold,
                 difficulty=2 if fills * packs / dose > 500 else 4,
                 note=f"{fills * packs / dose:.0f} days supplied")  # fmt: skip


def on_one_card(stage: Stage) -> None:
    """Cards on which other schemes bought a class of drugs for a season and more."""
    products, sold = stage.world.products, stage.book.table("settlement")
    lines = stage.book.table("line")
    lines = lines[(sold.plant >= 0).to_numpy()[lines.settlement]]
    bought = pd.DataFrame(
        {
            "person": sold.person.to_numpy()[lines.settlement],
            "class": products.drug_class.to_numpy()[lines["product"]],
            "days": lines.qty / products.daily_dose.to_numpy()[lines["product"]],
        }
    )
    days = bought.dropna().groupby(["person", "class"], sort=True).days.sum()
    known = {act.subject for act in stage.acts if act.rule_id == "MED-12"}
    for person, drug_class in days.index[days > A_SEASON]:
        subject = f"{stage.who(person)}|{drug_class}"
        if subject not in known:
            stage.expect(12, "on-one-card", subject, expected="may")


def _stocks_up(stage: Stage, lure: str) -> None:
    person, products = int(stage.people(1)[0]), stage.world.products
    product = int(stage.stock(1, 2_000, 9_000, lasting=True)[0])
    if lure == "cancer":
        product = int(stage.rng.choice(np.flatnonzero(products.drug_class == "抗肿瘤药")))
    dose = float(products.daily_dose[product])
    quarter = max(round(84 * dose), 1)
    first = np.datetime64("2025-09-01") + int(stage.rng.integers(0, 30))
    some = some_places(stage, 4)
    if lure == "twelve-weeks":
        sold = _fills(stage, person, product, first + np.arange(3) * 82, quarter, some[:3], CHR)
    elif lure == "before-the-feast":
        days = np.r_[first + np.arange(3) * 82, np.datetime64("2026-02-09")]
        sold = _fills(stage, person, product, days, quarter, some[:3], CHR)
    elif lure == "cancer":
        sold = _fills(stage, person, product, first + np.arange(12) * 13, quarter, some, CHR)
    else:
        sold = _fills(stage, person, product, first + np.arange(10) * 14, quarter, some[:1], CHR)
    stage.expect(12, lure, _about(stage, person, product), clue=False, settlements=sold)
