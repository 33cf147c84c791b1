"""Who lay in hospital, from when until when, with what, and what was done there day by day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ingest.simulate.med.book import Book
from ingest.simulate.med.places import CENTRE, HOSPITAL
from ingest.simulate.med.world import (
    DAY,
    DAYCASE,
    IPT,
    MAT,
    SECOND_OF,
    SETTLEMENTS_A_YEAR,
    MedWorld,
)

if TYPE_CHECKING:
    from ingest.simulate.med.life import Habits

# ICD-10, what it is, weight among stays, mean days, kind of treatment
DIAGNOSES = [
    ("J18.900", "肺炎", 16, 7, ""), ("J44.100", "慢性阻塞性肺病", 11, 8, ""),
    ("I10.x00", "高血压", 9, 6, ""), ("I25.100", "冠心病", 8, 7, ""),
    ("I63.900", "脑梗死", 9, 9, ""), ("E11.900", "2型糖尿病", 8, 7, ""),
    ("K29.500", "慢性胃炎", 6, 5, ""), ("K80.200", "胆囊结石", 4, 6, "surgery"),
    ("K35.800", "急性阑尾炎", 3, 5, "surgery"), ("M51.202", "腰椎间盘突出", 7, 8, "rehab"),
    ("N20.000", "肾结石", 3, 5, ""), ("S82.200", "胫骨骨折", 3, 11, "surgery"),
    ("S06.000", "脑震荡", 2, 6, ""), ("T14.900", "损伤", 2, 4, ""),
    ("H25.900", "白内障", 3, 2, "day"),
    ("Z51.100", "恶性肿瘤化疗", 3, 4, "chemo"), ("Z51.000", "恶性肿瘤放疗", 1, 12, "radiotherapy"),
    ("Z49.100", "体外透析", 1, 3, "dialysis"), ("F20.900", "精神分裂症", 1, 45, "psychiatric"),
    ("Z50.100", "康复治疗", 2, 14, "rehab"), ("O80.000", "单胎顺产", 5, 3, "birth"),
    ("Z38.000", "单胎活产婴儿", 1, 3, "newborn"), ("A09.000", "感染性腹泻", 4, 4, ""),
    ("J06.900", "急性上呼吸道感染", 0, 1, "visit"), ("L20.900", "皮炎", 0, 1, "visit"),
    ("R51.x00", "头痛", 0, 1, "visit"),
]  # fmt: skip
CODES = [code for code, *_ in DIAGNOSES]
CYCLES = ("chemo", "dialysis", "radiotherapy")
TREATMENT = np.array([kind for *_, kind in DIAGNOSES], dtype=object)
SHARE = 0.052  # of all settlements


def diagnosis(code: str) -> int:
    """The number of a diagnosis by the beginning of its code."""
    return next(i for i, known in enumerate(CODES) if known.startswith(code))


class Stays:
    """The hospital stays of ordinary patients, and the means to write others."""

    def __init__(self, world: MedWorld, book: Book, habits: Habits) -> None:
        self.world, self.book, self.habits = world, book, habits
        self.rng = world.rng
        self.products = _Wards(world)
        self.table = pd.DataFrame()

    def admit(self) -> None:
        """Let people fall ill; those in a cycle of treatment come again and again."""
        rng, people = self.rng, self.world.people
        n = int(SETTLEMENTS_A_YEAR * self.world.scale * 1.1 * self.world.days / 365 * SHARE)
        weight = people.activity.to_numpy() * np.where(people.chronic, 2.5, 1.0)
        person = rng.choice(len(people), n, p=weight / weight.sum()).astype(np.int32)
        share = np.array([w for _, _, w, _, _ in DIAGNOSES], dtype=float)
        what = rng.choice(len(DIAGNOSES), n, p=share / share.sum())
        fertile = ~people.male.to_numpy()[person] & self._aged(person, 18, 45)
        birth, newborn = diagnosis("O80"), diagnosis("Z38")
        # who cannot bear a child has a stomach ache; a newborn lies under the mother's number
        what[np.isin(what, [birth, newborn]) & ~fertile] = diagnosis("K29")
        mean = np.array([d for _, _, _, d, _ in DIAGNOSES])[what]
        nights = np.maximum(np.rint(mean * rng.lognormal(-0.08, 0.4, n)), 1).astype(int)
        day = self.world.start - 10 + rng.integers(0, self.world.days + 10, n)
        frame = pd.DataFrame({"person": person, "what": what, "day": day, "nights": nights})
        frame = pd.concat([frame, self._cycles(frame)], ignore_index=True)
        frame = self._one_at_a_time(frame)
        alive = frame.day.to_numpy(DAY) < self.habits.leaves[frame.person]
        frame = frame[alive].reset_index(drop=True)
        # a stay may end in death
        left = (self.habits.leaves[frame.person] - frame.day.to_numpy(DAY)).astype(int)
        frame["nights"] = np.minimum(frame.nights, np.maximum(left, 1))
        place = self.habits.place(frame.person.to_numpy(), (CENTRE, HOSPITAL))
        grave = np.isin(TREATMENT[frame.what], ["surgery", "psychiatric", *CYCLES])
        place = np.where(grave, self._hospital(place), place)
        treated = np.clip(rng.normal(0.95, 0.06, len(frame)), 0.7, 1.0)
        self.stay(frame.person, place, frame.day, frame.nights, frame.what, treated=treated)

    def _aged(self, person: np.ndarray, low: int, high: int) -> np.ndarray:
        born = self.world.people.born.to_numpy(DAY)[person]
        age = (self.world.start - born).astype(int) / 365.25
        return (age >= low) & (age < high)

    def _cycles(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Chemotherapy, radiotherapy and dialysis come every 7 to 21 days, four times more."""
        first = frame[np.isin(TREATMENT[frame.what], CYCLES)]
        gap = self.rng.choice([7, 14, 21], len(first))
        again = [
            first.assign(day=first.day + pd.to_timedelta(k * (gap + first.nights), unit="D"))
            for k in range(1, 5)
        ]
        whole = pd.concat(again)
        return whole[whole.day < self.world.end]

    def _one_at_a_time(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Nobody lies in two beds, and few come back soon with what they had."""
        frame = frame.sort_values(["person", "day"], kind="stable", ignore_index=True)
        for _ in range(6):
            same = frame.person == frame.person.shift()
            out = frame.day.shift() + pd.to_timedelta(frame.nights.shift(), unit="D")
            gap = (frame.day - out).dt.days
            cycle = np.isin(TREATMENT[frame.what], CYCLES)
            soon = (
                same
                & (gap < np.where(cycle, 1, 12))
                & ((gap < 1) | (self.rng.random(len(frame)) < 0.95))
            )
            if not soon.any():
                break
            frame = frame[~soon].reset_index(drop=True)
        return frame

    def _hospital(self, place: np.ndarray) -> np.ndarray:
        """A hospital in the county of the place, by size."""
        places = self.world.places
        out = place.copy()
        for adcode in places.adcode.unique():
            fit = np.flatnonzero((places.kind == HOSPITAL) & (places.adcode == adcode))
            here = (places.adcode == adcode).to_numpy()[place]
            size = places["size"].to_numpy()[fit]
            out[here] = self.rng.choice(fit, int(here.sum()), p=size / size.sum())
        return out

    def stay(
        self,
        person: Any,
        place: Any,
        day: Any,
        nights: Any,
        what: Any,
        plant: Any = -1,
        treated: Any = 1.0,
        settled: bool = True,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Write stays with their lines; the numbers of visits and settlements.

        `treated` is the share of days on which more is done than bed and nursing; a stay that
        ends after the last day is not settled yet.
        """
        person, place, what, nights = (np.atleast_1d(v) for v in (person, place, what, nights))
        n = max(map(len, (person, place, what, nights)))
        person, place, what, nights = (np.broadcast_to(v, n) for v in (person, place, what, nights))
        day = np.broadcast_to(np.asarray(day).astype(DAY), n)
        kind = np.select(
            [TREATMENT[what] == "birth", TREATMENT[what] == "newborn", TREATMENT[what] == "day"],
            [MAT, MAT, DAYCASE], IPT,
        )  # fmt: skip
        begin = day.astype(SECOND_OF) + self.rng.integers(28_800, 57_600, n).astype("m8[s]")
        end = (day + nights).astype(SECOND_OF) + self.rng.integers(32_400, 61_200, n).astype(
            "m8[s]"
        )
        visit = self.book.write(
            "visit", person=person, place=place, kind=kind, begin=begin, end=end, diagnosis=what,
            plant=plant,
        )  # fmt: skip
        known = pd.DataFrame({"visit": visit, "person": person, "place": place, "begin": begin,
                              "end": end, "what": what})  # fmt: skip
        self.table = pd.concat([self.table, known], ignore_index=True)
        settle = np.full(n, -1)
        if settled:
            settle = self.book.write(
                "settlement", person=person, place=place, kind=kind, visit=visit, plant=plant,
                at=end + self.rng.integers(600, 9000, n).astype("m8[s]"),
                clerk=self.rng.integers(0, 3, n),
            )  # fmt: skip
            share = np.broadcast_to(np.asarray(treated, dtype=float), n)
            self.products.treat(self.book, settle, begin, nights, what, share)
        return visit, settle

    def days_treated(self, settlements: np.ndarray) -> np.ndarray:
        """On how many days of each bill more stands than bed and nursing."""
        lines = self.book.table("line")
        lines = lines[lines.settlement.isin(settlements)]
        days = lines[~lines["product"].isin([self.products.bed, *self.products.nursing])]
        days = days["at"].dt.normalize().groupby(days.settlement).nunique()
        return days.reindex(settlements, fill_value=0).to_numpy()

    def inside(self, person: np.ndarray, at: np.ndarray) -> np.ndarray:
        """Whether a moment lies between a person's admission and discharge."""
        table = self.table.sort_values("begin")
        asked = pd.DataFrame(
            {"person": person.astype(np.int32), "at": at, "row": np.arange(len(at))}
        )
        asked = asked.sort_values("at")
        found = pd.merge_asof(
            asked, table[["person", "begin", "end"]].astype({"person": "int32"}), left_on="at",
            right_on="begin", by="person",
        )  # fmt: skip
        hit = (found["at"] <= found.end).to_numpy()
        out = np.empty(len(at), dtype=bool)
        out[found.row.to_numpy()] = hit
        return out


class _Wards:
    """What a hospital does day by day."""

    def __init__(self, world: MedWorld) -> None:
        self.rng, products = world.rng, world.products
        setting = products.setting.to_numpy()
        self.bed = int(np.flatnonzero(setting == "bed")[0])
        self.nursing = np.flatnonzero(setting == "nursing")
        drug = (setting == "shelf") & (products.cents < 30_000) & products.list_type.isin(["101"])
        self.shelf = setting == "shelf"
        self.daily = np.flatnonzero(np.isin(setting, ["both", "ward"]) | drug)
        limited = (products.limit_sex != "") | products.limit_age_max.notna()
        self.daily = self.daily[~limited.to_numpy()[self.daily]]
        cents = products.cents.to_numpy()
        weight = np.where(setting == "shelf", products.known * cents / 3000, 0.05)[self.daily]
        self.weight = weight / weight.sum()
        free = products.limit_sex == ""
        self.special = {
            kind: np.flatnonzero((setting == kind) & free)
            for kind in ("surgery", "dialysis", "radiotherapy", "rehab")
        }

    def treat(
        self,
        book: Book,
        settlement: np.ndarray,
        begin: np.ndarray,
        nights: np.ndarray,
        what: np.ndarray,
        treated: np.ndarray,
    ) -> None:
        """Bed and nursing every day, and on most days what the illness asks for.

        Where patients are treated, no day without follows another.
        """
        rng = self.rng
        stay = np.repeat(np.arange(len(settlement)), nights)
        nth = np.arange(len(stay)) - np.repeat(np.cumsum(nights) - nights, nights)
        midnight = begin.astype(DAY)[stay] + nth
        busy = rng.random(len(stay)) < treated[stay]
        due = (nth == 0) | ~np.roll(busy, 1)
        busy = busy | (due & (treated[stay] > 0.5))
        self._lines(book, settlement[stay], self.bed, midnight, 28_800)
        care = self.nursing[(rng.random(len(settlement)) < 0.2).astype(int)][stay]
        self._lines(book, settlement[stay], care, midnight, 30_600)
        many = np.where(busy, 1 + rng.poisson(1.6, len(stay)), 0)
        day = np.repeat(np.arange(len(stay)), many)
        product = rng.choice(self.daily, len(day), p=self.weight)
        injected = self.shelf[product] & (rng.random(len(day)) < 0.6)
        self._lines(book, settlement[stay][day], product, midnight[day], 32_400, spread=25_200,
                    qty=np.where(injected, rng.integers(2, 6, len(day)), 1))  # fmt: skip
        for kind, items in self.special.items():
            fit = np.flatnonzero((TREATMENT[what] == kind) & (treated > 0.5))
            item = rng.choice(items, len(fit))
            self._lines(book, settlement[fit], item, begin[fit].astype(DAY), 36_000, spread=14_400)

    def _lines(
        self, book: Book, settlement: np.ndarray, product: Any, day: np.ndarray, second: int,
        spread: int = 1200, qty: Any = 1,
    ) -> None:  # fmt: skip
        at = day.astype(SECOND_OF) + (second + self.rng.integers(0, spread, len(day))).astype(
            "m8[s]"
        )
        book.write("line", settlement=settlement, product=product, at=at, qty=qty)
