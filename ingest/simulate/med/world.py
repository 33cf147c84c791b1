"""The county and its small neighbour as they are before anything happens."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from ingest.simulate.med import catalogue, people, places

NIGHTS = (date(2026, 4, 30), date(2026, 5, 31), date(2026, 6, 30))
MONTHS_BEFORE = 12  # months that lie in the archive before the first night's own
SETTLEMENTS_A_YEAR = 60_000  # in 威宁 at scale 1; its neighbour has a tenth of that
GROWTH = 1.125  # both counties and their refunds, for one settlement in 威宁

SPRING_FESTIVALS = ("2025-01-29", "2026-02-17", "2027-02-06", "2024-02-10", "2023-01-22")
NATIONAL_DAYS = tuple(f"{year}-10-01" for year in range(2023, 2028))

# the kinds of settlement, by position
KINDS = ("RX", "OTP", "ER", "CHR", "IPT", "DAY", "MAT", "OTH")
RX, OTP, ER, CHR, IPT, DAYCASE, MAT, OTH = range(8)
STAYS = (IPT, DAYCASE, MAT)

DAY = "datetime64[D]"
SECOND_OF = "datetime64[s]"


def moment(day: Any, hours: float = 0.0) -> Any:
    """So many hours into a day."""
    return np.asarray(day).astype(DAY).astype(SECOND_OF) + np.timedelta64(int(hours * 3600), "s")


def over_a_feast(first: np.ndarray, nights: np.ndarray) -> np.ndarray:
    """Whether so many nights from a day on touch the week that everybody has off."""
    feast = np.array([*SPRING_FESTIVALS, *NATIONAL_DAYS], dtype=DAY)
    first, nights = first[:, None], nights[:, None]
    return ((first <= feast + 7) & (first + nights >= feast - 2)).any(axis=1)


@dataclass
class MedWorld:
    """Who lives where, where care is had, what can be bought; the days from `start` to `end`.

    `spans` are changes of a place's standing (place, status, from day); `people`, `places` and
    `products` are addressed by position.
    """

    nights: tuple[date, ...]
    scale: float
    people: pd.DataFrame
    places: pd.DataFrame
    products: pd.DataFrame
    rng: np.random.Generator
    spans: list[dict[str, Any]] = field(default_factory=list)
    pharmacists: pd.DataFrame = field(default_factory=pd.DataFrame)

    @property
    def start(self) -> np.datetime64:
        """The first day of which the agencies tell."""
        first = np.datetime64(self.nights[0], "M") - (MONTHS_BEFORE - 1)
        return first.astype(DAY)

    @property
    def end(self) -> np.datetime64:
        """The day after the last of which they tell."""
        return np.datetime64(self.nights[-1], "D")

    @property
    def days(self) -> int:
        """Days from start to end."""
        return int((self.end - self.start).astype(int))

    @property
    def cuts(self) -> np.ndarray:
        """The days on which the fund's files are handed in: each covers all days before it."""
        last = np.datetime64(self.nights[-1], "M")
        months = np.arange(self.start.astype("datetime64[M]") + 1, last + 2)
        ends = months.astype(DAY) - 1
        nights = np.array(self.nights, dtype=DAY)
        same_month = ends.astype("datetime64[M]")[:, None] == nights.astype("datetime64[M]")
        return np.where(same_month.any(axis=1), nights[same_month.argmax(axis=1)], ends)

    def delivery_of(self, at: Any, late: Any = 0) -> np.ndarray:
        """The number of the delivery that first covers each moment; len(cuts) when none does."""
        day = np.asarray(at).astype(DAY)
        first = np.searchsorted(self.cuts, day, side="right") + np.asarray(late)
        return np.minimum(first, len(self.cuts))

    def night_of(self, at: Any, late: Any = 0) -> np.ndarray:
        """The number of the night that first sees each moment; len(nights) when none does."""
        number = self.delivery_of(at, late)
        days = np.append(self.cuts, np.datetime64("9999-12-31"))[number]
        return np.searchsorted(np.array(self.nights, dtype=DAY), days)

    def price(self, place: Any, product: Any) -> np.ndarray:
        """What a place usually asks for a product, in cents."""
        place, product = np.asarray(place), np.asarray(product)
        usual = self.products.cents.to_numpy()[product]
        spread = (place.astype(np.int64) * 2_654_435_761 + product * 40_503) % 1009 / 1009
        service = (self.products.list_type.to_numpy() == "201")[product]
        factor = np.where(service, 1.0, 0.92 + 0.16 * spread)
        return np.maximum(np.rint(usual * factor / 10).astype(np.int64) * 10, 10)


def scale_of(settlements: int, nights: tuple[date, ...]) -> float:
    """The scale at which both counties have about so many settlements over the whole time."""
    months = MONTHS_BEFORE + len(nights) - 1
    return settlements / (SETTLEMENTS_A_YEAR * GROWTH * months / 12)


def build(nights: tuple[date, ...], scale: float, rng: np.random.Generator) -> MedWorld:
    """Both counties, `scale` times the demo's size. Equal generators give equal worlds."""
    start = (np.datetime64(nights[0], "M") - (MONTHS_BEFORE - 1)).astype(DAY)
    crowd = people.build(scale, start, np.datetime64(nights[-1], "D"), rng)
    fit = crowd.died.isna() & (crowd.insurance == people.EMPLOYEE)
    owners = np.flatnonzero(fit & (crowd.born < np.datetime64("1996-01-01")))
    shops = places.build(scale, owners, start, rng)
    return MedWorld(nights, scale, crowd, shops, catalogue.build(rng), rng)
