"""Who plays in the cases: people and units drawn from the county, each for one case alone.

Whoever acts is drawn from the same registries as everyone else. What a case expects stays true
whatever the others do, because nobody is given to two of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from ingest.simulate.screening import NOT_STAFF
from ingest.simulate.world import CASE_PEOPLE, MAIN, World

DAY = "datetime64[D]"
Day = np.datetime64


class Cast:
    """The county's people and units, to choose from and to look at."""

    def __init__(self, world: World, rng: np.random.Generator) -> None:
        self.world, self.rng = world, rng
        self.at_fault: set[int] = set()
        self._touched = np.zeros(len(world.institutions), dtype=bool)
        self._emptied = np.zeros(len(world.institutions), dtype=bool)
        self._strangers = list(range(len(world.people) - CASE_PEOPLE, len(world.people)))
        self._size = world.posts.groupby("institution").size().to_numpy()
        self._pool = self._people_at_work()

    def night(self, n: int = 0) -> Day:
        """The n-th night's day; nights beyond the last go on every 30 days."""
        nights = self.world.nights
        return Day(nights[n]) if n < len(nights) else Day(nights[-1]) + 30 * (n - len(nights) + 1)

    def year(self, back: int = 0) -> int:
        """The calendar year of the first night, or one before it."""
        return self.world.nights[0].year - back

    # -- choosing ---------------------------------------------------------------------------

    def _people_at_work(self) -> pd.DataFrame:
        """Posts from which the cases draw: a sample, so that a great county costs no more.

        Nobody who is the head of a unit, is absent, or has no resident's number.
        """
        posts = self.world.posts
        posts = posts[(posts.post_status == "在岗") & (posts["first"] == 0) & (posts["last"] == 99)]
        posts = posts[~posts.post.isin([*NOT_STAFF, "校(园)长"])]
        posts = posts.sample(min(len(posts), 30_000), random_state=self.rng)
        units = self.world.institutions[["adcode", "category", "is_school", "has_uscc"]]
        people = self.world.people[["name", "born", "id_type"]]
        pool = posts.join(units, on="institution").join(people, on="person")
        resident = pool.id_type == "居民身份证"
        return pool[resident & (pool.category != "其他") & pool.has_uscc].assign(taken=False)

    def unit(
        self,
        categories: Iterable[str] | None = None,
        adcode: str = MAIN,
        small: int = 15,
        supplier: str | None = None,
        business: bool = False,
        private: bool = False,
        coded: bool = True,
    ) -> int:
        """Take an institution of 2 to `small` staff for one case alone; its position."""
        units = self.world.institutions
        fit = (units.adcode == adcode) & (self._size <= small) & (self._size > 1) & ~self._touched
        fit &= (units.category != "其他") & (units.has_uscc == coded)
        if categories is not None:
            fit &= units.category.isin(list(categories))
        if supplier is not None:
            fit &= units.supplier == supplier
        if business:
            fit &= units.kind.isin(["91", "92"])
        if private:
            fit &= units.sponsor >= 0
        position = int(self._draw(np.flatnonzero(fit), "institution"))
        self._touched[position] = self._emptied[position] = True
        self.at_fault.add(position)
        self._let_nobody_move(position)
        return position

    def _let_nobody_move(self, unit: int) -> None:
        """Who would come to the unit or be dropped from it between the nights was never there."""
        posts = self.world.posts.loc[self.staff(unit)]
        moving = posts.index[(posts["first"] > 0) | (posts["last"] < 99)]
        if len(moving):
            self.world.posts = self.world.posts.drop(moving)

    def post(
        self,
        adcode: str = MAIN,
        school: bool | None = None,
        posts: Iterable[str] | None = None,
        categories: Iterable[str] | None = None,
        hired_after: str | Day = "1990-01-01",
        hired_before: str | Day = "2100-01-01",
        born_before: str = "1996-01-01",
        named: str = "",
    ) -> int:
        """Take someone at work for one case alone; the label of the post's row."""
        pool = self._pool
        hired = pool.hired_on.to_numpy(DAY)
        fit = ~pool.taken & (pool.adcode == adcode) & ~self._emptied[pool.institution]
        fit &= (hired > Day(hired_after)) & (hired < Day(hired_before))
        fit &= pool.born < pd.Timestamp(born_before)
        if posts is not None:
            fit &= pool.post.isin(list(posts))
        if school is not None:
            fit &= pool.is_school == school
        if categories is not None:
            fit &= pool.category.isin(list(categories))
        if named:
            fit &= pool.name.str.contains(named, regex=False)
        label = int(self._draw(pool.index[fit], "post"))
        pool.loc[label, "taken"] = True
        unit = self.unit_of(label)
        self._touched[unit] = True
        self.at_fault.add(unit)
        return label

    def other_unit(self, unit: int, school: bool | None = None) -> int:
        """Some other unit of the same county, which goes on as before."""
        units = self.world.institutions
        fit = (units.adcode == units.adcode[unit]) & units.has_uscc & ~self._emptied
        fit &= (units.category != "其他") & (units.index != unit)
        if school is not None:
            fit &= units.is_school == school
        position = int(self._draw(np.flatnonzero(fit), "institution"))
        self._touched[position] = True
        self.at_fault.add(position)
        return position

    def stranger(self, born_before: str = "1990-01-01") -> int:
        """Take an adult without a post; the position among the people."""
        born = self.world.people.born.to_numpy(DAY)
        for i, person in enumerate(self._strangers):
            if born[person] < Day(born_before):
                return self._strangers.pop(i)
        raise ValueError("no stranger is left for the cases: raise CASE_PEOPLE")

    def _draw(self, candidates: Any, what: str) -> Any:
        if not len(candidates):
            raise ValueError(f"the county is too small for its cases: no {what} is left to take")
        return self.rng.choice(np.asarray(candidates))

    # -- looking ----------------------------------------------------------------------------

    def person_of(self, post: int) -> int:
        """The position of the person who holds a post."""
        return int(self.world.posts.person.loc[post])

    def unit_of(self, post: int) -> int:
        """The position of the institution in which a post is."""
        return int(self.world.posts.institution.loc[post])

    def person(self, person: int) -> pd.Series:
        """A person's row."""
        return self.world.people.iloc[person]

    def place(self, unit: int) -> pd.Series:
        """An institution's row."""
        return self.world.institutions.iloc[unit]

    def id_of(self, person: int) -> str:
        """A person's identity number in braces, as a ledger's subject has it."""
        return "{" + str(self.world.people.id_number.iat[person]) + "}"

    def key_of(self, unit: int) -> str:
        """An institution's key: its credit code, else its school code."""
        place = self.place(unit)
        return str(place.uscc or f"school:{place.school_code}")

    def subject_of(self, post: int) -> str:
        """A post's subject: person@institution."""
        return f"{self.id_of(self.person_of(post))}@{self.key_of(self.unit_of(post))}"

    def adcode_of(self, post: int) -> str:
        """The county in which a post is."""
        return str(self.place(self.unit_of(post)).adcode)

    def staff(self, unit: int) -> pd.Index:
        """The labels of the posts at an institution."""
        return self.world.posts.index[self.world.posts.institution == unit]

    def workers(self, unit: int) -> list[int]:
        """The labels of those at an institution whom a rule can know: no volunteer, no passport."""
        posts = self.world.posts.loc[self.staff(unit)]
        resident = self.world.people.id_type.to_numpy()[posts.person] == "居民身份证"
        return list(posts.index[~posts.post.isin(NOT_STAFF) & resident])
