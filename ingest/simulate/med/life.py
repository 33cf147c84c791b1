"""An ordinary year: colds, chronic prescriptions, markets and holidays, in which nobody cheats."""

from __future__ import annotations

import numpy as np

from ingest.simulate.med import baskets
from ingest.simulate.med.book import Book
from ingest.simulate.med.people import EMPLOYEE
from ingest.simulate.med.places import CENTRE, CLINIC, HOSPITAL, PHARMACY, VILLAGE
from ingest.simulate.med.stays import Stays
from ingest.simulate.med.world import (
    CHR,
    DAY,
    ER,
    OTH,
    OTP,
    RX,
    SECOND_OF,
    SETTLEMENTS_A_YEAR,
    SPRING_FESTIVALS,
    MedWorld,
)
from ingest.simulate.world import MAIN

# share of all settlements, after a real county of this kind; stays are made by `stays`
MIX = {RX: 0.47, OTP: 0.315, ER: 0.035, CHR: 0.05, OTH: 0.07}
AWAY = 0.06  # had in the other county
FAMILY_BUYS = 0.02  # of what would fall into a stay is bought all the same: by the family
PAID_BY_FAMILY = 0.75  # of a resident's purchases where a relative has an account


class Habits:
    """Where people go and when, as numbers to draw from."""

    def __init__(self, world: MedWorld) -> None:
        self.world, self.rng = world, world.rng
        people = world.people
        gone = people.died.to_numpy(DAY)
        self.leaves = np.where(np.isnat(gone), world.end, gone)
        employed = (people.insurance == EMPLOYEE).to_numpy()
        # whose account pays goes to the pharmacy more often
        self.shopping = people.activity.to_numpy() * np.select(
            [employed, people.payer >= 0], [4.0, 1.0], 0.25
        )
        self._homes: dict[tuple[str, ...], np.ndarray] = {}

    def _home_of(self, kinds: tuple[str, ...]) -> np.ndarray:
        """Everyone's usual place of the kinds: in their township, by size, else in the county."""
        people, places = self.world.people, self.world.places
        fit = np.flatnonzero(places.kind.isin(kinds) & places.designated)
        home = np.empty(len(people), dtype=np.int32)
        size = places["size"].to_numpy()
        for town, rows in people.groupby("township", sort=True).indices.items():
            county = fit[places.adcode.to_numpy()[fit] == people.adcode.to_numpy()[rows[0]]]
            near = county[places.township.to_numpy()[county] == town]
            choice = near if len(near) else county
            home[rows] = self.rng.choice(choice, len(rows), p=size[choice] / size[choice].sum())
        return home

    def place(self, person: np.ndarray, kinds: tuple[str, ...]) -> np.ndarray:
        """Where a person goes: mostly the usual place, now and then another's usual place."""
        if kinds not in self._homes:
            self._homes[kinds] = self._home_of(kinds)
        homes = self._homes[kinds]
        whose = person.copy()
        stray = self.rng.random(len(person)) < 0.25
        same = self._somebody_of_the_county(person[stray])
        whose[stray] = same
        away = self.rng.random(len(person)) < AWAY
        whose[away] = self.rng.integers(0, len(homes), int(away.sum()))
        return homes[whose]

    def _somebody_of_the_county(self, person: np.ndarray) -> np.ndarray:
        main = self.world.people.adcode.to_numpy() == MAIN
        split = int(main.sum())  # the main county's people come first
        low = np.where(main[person], 0, split)
        high = np.where(main[person], split, len(main))
        return self.rng.integers(low, high)

    def when(self, place: np.ndarray, kind: int) -> np.ndarray:
        """A moment for each visit: winter colds, market days, holidays, and opening hours."""
        day = np.empty(len(place), dtype=np.int64)
        town = self.world.places.township.to_numpy()
        codes, towns = np.unique(town[place], return_inverse=True)
        for number, name in enumerate(codes):
            mine = towns == number
            weight = self._day_weights(str(name), kind)
            day[mine] = self.rng.choice(len(weight), int(mine.sum()), p=weight)
        return self.at(place, self.world.start + day)

    def _day_weights(self, town: str, kind: int) -> np.ndarray:
        days = self.world.start + np.arange(self.world.days)
        month = days.astype("datetime64[M]").astype(int) % 12 + 1
        weight = np.where(np.isin(month, [11, 12, 1, 2]), 1.6 if kind != CHR else 1.0, 1.0)
        spread = sum(map(ord, town))
        weight[np.arange(len(days)) % (5 + spread % 3) == spread % 5] *= 1.8
        for festival in np.array(SPRING_FESTIVALS, dtype=DAY):
            away = (days - festival).astype(int)
            weight[(away >= -7) & (away < -1)] *= 1.5
            weight[(away >= -1) & (away < 6)] *= 0.25
        return weight / weight.sum()

    def at(self, place: np.ndarray, day: np.ndarray) -> np.ndarray:
        """A moment of the day within the place's hours, in the morning or the late afternoon."""
        opens = self.world.places.opens.to_numpy()[place] * 3600
        closes = self.world.places.closes.to_numpy()[place] * 3600 - 60
        n = len(place)
        hour = np.where(
            self.rng.random(n) < 0.6, self.rng.normal(10, 1.6, n), self.rng.normal(16.8, 1.7, n)
        )
        second = (hour * 3600).astype(np.int64)
        outside = (second < opens) | (second > closes)
        second = np.where(outside, self.rng.integers(opens, closes), second)
        return day.astype(DAY).astype(SECOND_OF) + second.astype("timedelta64[s]")

    def payer(self, person: np.ndarray) -> np.ndarray:
        """The relative whose account pays at a pharmacy, or -1."""
        payer = self.world.people.payer.to_numpy()[person]
        return np.where(self.rng.random(len(person)) < PAID_BY_FAMILY, payer, -1)


def live(world: MedWorld, book: Book, habits: Habits) -> Stays:
    """Write the ordinary year into the book; the stays, for who wants to know who was in."""
    stays = Stays(world, book, habits)
    stays.admit()
    total = SETTLEMENTS_A_YEAR * world.scale * 1.1 * world.days / 365
    for kind, share in MIX.items():
        if kind != CHR:
            _visits(world, book, habits, stays, kind, int(total * share))
    _refills(world, book, habits, stays, int(total * MIX[CHR]))
    return stays


def _visits(world: MedWorld, book: Book, habits: Habits, stays: Stays, kind: int, n: int) -> None:
    rng, people = world.rng, world.people
    weight = habits.shopping if kind == RX else people.activity.to_numpy()
    person = rng.choice(len(people), n, p=weight / weight.sum()).astype(np.int32)
    kinds = {RX: (PHARMACY,), ER: (CENTRE, HOSPITAL)}.get(kind, (VILLAGE, CLINIC, CENTRE, HOSPITAL))
    place = habits.place(person, kinds)
    at = habits.when(place, kind)
    alive = at.astype(DAY) < habits.leaves[person]
    free = alive & ~(stays.inside(person, at) & (rng.random(n) >= FAMILY_BUYS))
    _write(world, book, habits, kind, person[free], place[free], at[free])


def _refills(world: MedWorld, book: Book, habits: Habits, stays: Stays, n: int) -> None:
    """Chronic patients fetch the same drugs every four weeks, some every eight or twelve.

    Nobody comes before the larger pack is used up.
    """
    rng = world.rng
    every = 12  # fills a year, on average less those who forget
    sick = np.flatnonzero(world.people.chronic)
    sick = rng.choice(sick, min(len(sick), max(int(n / every), 1)), replace=False)
    drugs = baskets.regimens(world, len(sick))
    lasts = np.where(drugs < 0, 0, 1 / world.products.daily_dose.to_numpy()[drugs]).max(axis=1)
    period = rng.choice([28, 30, 56, 84], len(sick), p=[0.4, 0.4, 0.12, 0.08])
    period = np.maximum(period, np.rint(lasts).astype(int))
    fills = world.days // 28 + 1
    nth = np.arange(fills)[None, :]
    day = rng.integers(0, period)[:, None] + nth * period[:, None]
    day = day + rng.integers(-4, 5, day.shape)
    keeps = rng.random(day.shape) < rng.beta(5, 2, len(sick))[:, None]
    shown = (day >= 0) & (day < world.days) & keeps
    row = np.broadcast_to(np.arange(len(sick))[:, None], day.shape)[shown]
    person = sick[row].astype(np.int32)
    homes = np.where(
        rng.random(len(sick)) < 0.4,
        habits.place(sick, (PHARMACY,)),
        habits.place(sick, (CENTRE, HOSPITAL)),
    )
    place = homes[row]
    at = habits.at(place, world.start + day[shown])
    free = (at.astype(DAY) < habits.leaves[person]) & ~stays.inside(person, at)
    numbers = _settle(world, book, habits, CHR, person[free], place[free], at[free])
    baskets.refill(world, book, numbers, at[free], drugs[row[free]], period[row[free]])


def _write(
    world: MedWorld,
    book: Book,
    habits: Habits,
    kind: int,
    person: np.ndarray,
    place: np.ndarray,
    at: np.ndarray,
) -> None:
    numbers = _settle(world, book, habits, kind, person, place, at)
    if kind == RX:
        baskets.shelf(world, book, numbers, place, at)
    else:
        baskets.clinic(world, book, numbers, person, at)


def _settle(
    world: MedWorld,
    book: Book,
    habits: Habits,
    kind: int,
    person: np.ndarray,
    place: np.ndarray,
    at: np.ndarray,
) -> np.ndarray:
    """Settle visits; those to a doctor are visits on record, too."""
    rng, n = world.rng, len(person)
    visit: np.ndarray | int = -1
    if kind not in (RX, OTH):
        visit = book.write(
            "visit", person=person, place=place, kind=kind,
            begin=at - rng.integers(300, 5400, n).astype("timedelta64[s]"), end=at,
            diagnosis=baskets.complaint(world, n, kind),
        )  # fmt: skip
    return book.write(
        "settlement", person=person, place=place, at=at, kind=kind, visit=visit,
        payer=habits.payer(person) if kind == RX else -1,
        route=np.where(rng.random(n) < (0.03 if kind in (OTP, ER) else 0.0), 1, 2),
        clerk=(rng.random(n) * world.places.clerks.to_numpy()[place]).astype(int),
    )  # fmt: skip
