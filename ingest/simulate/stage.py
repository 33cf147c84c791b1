"""What the cases use to act upon the county: choose people and units, do, and expect.

Whoever acts is drawn from the same registries as everyone else, and does it through the same
rows as everyone else. A unit or a person is given to one case only, so that what each case
expects stays true whatever the others do.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from ingest.simulate.ledger import Plant
from ingest.simulate.screening import NOT_STAFF
from ingest.simulate.truth import Truth
from ingest.simulate.world import MAIN, World

DAY = "datetime64[D]"


class Stage:
    """The county under the cases' hands."""

    def __init__(self, world: World, truth: Truth, rng: np.random.Generator) -> None:
        self.world, self.truth, self.rng = world, truth, rng
        self.plants: list[Plant] = []
        self.screenings: list[dict[str, Any]] = []
        self.at_fault: set[int] = set()
        self._touched = np.zeros(len(world.institutions), dtype=bool)
        self._emptied = np.zeros(len(world.institutions), dtype=bool)
        self._strangers = iter(range(len(world.people) - 600, len(world.people)))
        self._size = world.posts.groupby("institution").size().to_numpy()
        self._pool = self._people_at_work()

    def night(self, n: int = 0) -> np.datetime64:
        """The n-th night's day."""
        return np.datetime64(self.world.nights[n])

    def _people_at_work(self) -> pd.DataFrame:
        """Posts from which the cases draw: a sample, so that a great county costs no more.

        Nobody who is the head of a unit, is absent, or has no resident's number.
        """
        posts = self.world.posts
        posts = posts[(posts.post_status == "在岗") & (posts["first"] == 0) & (posts["last"] == 99)]
        posts = posts[~posts.post.isin([*NOT_STAFF, "校(园)长"])]
        posts = posts.sample(min(len(posts), 30_000), random_state=self.rng)
        units = self.world.institutions[["adcode", "category", "is_school", "has_uscc"]]
        pool = posts.join(units, on="institution")
        resident = self.world.people.id_type.to_numpy()[pool.person] == "居民身份证"
        return pool[resident & (pool.category != "其他") & pool.has_uscc].assign(taken=False)

    # -- choosing ---------------------------------------------------------------------------

    def unit(
        self, categories: Iterable[str] | None = None, adcode: str = MAIN, small: int = 15,
        supplier: str | None = None,
    ) -> int:
        """Take an institution of at most `small` staff for one case alone; its position."""
        units = self.world.institutions
        fit = (units.adcode == adcode) & (self._size <= small) & ~self._touched
        fit &= (units.category != "其他") & units.has_uscc
        if categories is not None:
            fit &= units.category.isin(list(categories))
        if supplier is not None:
            fit &= units.supplier == supplier
        position = int(self._draw(np.flatnonzero(fit), "institution"))
        self._touched[position] = self._emptied[position] = True
        self.at_fault.add(position)
        return position

    def post(
        self, adcode: str = MAIN, school: bool | None = None, posts: Iterable[str] | None = None,
        categories: Iterable[str] | None = None, hired_after: str | np.datetime64 = "1990-01-01",
        hired_before: str | np.datetime64 = "2100-01-01",
    ) -> int:
        """Take someone at work for one case alone; the label of the post's row."""
        pool = self._pool
        hired = pool.hired_on.to_numpy(DAY)
        fit = ~pool.taken & (pool.adcode == adcode) & ~self._emptied[pool.institution]
        fit &= (hired > np.datetime64(hired_after, "D")) & (hired < np.datetime64(hired_before, "D"))
        if posts is not None:
            fit &= pool.post.isin(list(posts))
        if school is not None:
            fit &= pool.is_school == school
        if categories is not None:
            fit &= pool.category.isin(list(categories))
        label = int(self._draw(pool.index[fit], "post"))
        pool.loc[label, "taken"] = True
        unit = int(pool.institution.loc[label])
        self._touched[unit] = True
        self.at_fault.add(unit)
        return label

    def stranger(self) -> int:
        """Take someone without a post; the position among the people."""
        return next(self._strangers)

    def _draw(self, candidates: Any, what: str) -> int:
        if not len(candidates):
            raise ValueError(f"the county is too small for its cases: no {what} is left to take")
        return int(self.rng.choice(candidates))

    # -- looking ----------------------------------------------------------------------------

    def person_of(self, post: int) -> int:
        """The position of the person who holds a post."""
        return int(self.world.posts.person.loc[post])

    def person(self, person: int) -> pd.Series:
        """A person's row."""
        return self.world.people.iloc[person]

    def id_of(self, person: int) -> str:
        """A person's identity number in braces, as a ledger's subject has it."""
        return "{" + str(self.world.people.id_number.iat[person]) + "}"

    def place(self, unit: int) -> pd.Series:
        """An institution's row."""
        return self.world.institutions.iloc[unit]

    def key_of(self, unit: int) -> str:
        """An institution's key: its credit code, else its school code."""
        place = self.place(unit)
        return str(place.uscc or "school:" + place.school_code)

    def subject_of(self, post: int) -> str:
        """A post's subject: person@institution."""
        unit = int(self.world.posts.institution.loc[post])
        return f"{self.id_of(self.person_of(post))}@{self.key_of(unit)}"

    def adcode_of(self, post: int) -> str:
        """The county in which a post is."""
        return str(self.place(int(self.world.posts.institution.loc[post])).adcode)

    def staff(self, unit: int) -> pd.Index:
        """The labels of the posts at an institution."""
        return self.world.posts.index[self.world.posts.institution == unit]

    # -- doing ------------------------------------------------------------------------------

    def set_post(self, posts: Any, **columns: Any) -> None:
        """Change posts as they have been from the first delivery on."""
        for column, value in columns.items():
            self.world.posts.loc[posts, column] = value

    def restate_post(self, post: int, delivery: int, **columns: Any) -> None:
        """From a delivery on the roster says something else of a post."""
        frame = self.world.posts
        current = frame.index[(frame.uid == frame.uid.loc[post])][-1]
        row = frame.loc[[current]].copy()
        frame.loc[current, "last"] = delivery - 1
        row.index = pd.Index([frame.index[-1] + 1])
        row[["first", "last", "restated"]] = [delivery, 99, True]
        for column, value in columns.items():
            row[column] = value
        self._append(row)

    def new_post(self, person: int, unit: int, **columns: Any) -> int:
        """Another post for a person; its label."""
        frame = self.world.posts
        row = frame.loc[[self.staff(unit)[-1]]].copy()
        label = int(frame.index[-1]) + 1
        row.index = pd.Index([label])
        row[["institution", "person", "uid", "first", "last"]] = [unit, person, f"P{label}", 0, 99]
        row[["restated", "never_screened", "skipped_year"]] = [False, False, 0]
        row[["post", "post_status", "left_on"]] = ["专任教师", "在岗", pd.NaT]
        for column, value in columns.items():
            row[column] = value
        self._append(row)
        return label

    def _append(self, row: pd.DataFrame) -> None:
        types = self.world.posts.dtypes
        self.world.posts = pd.concat([self.world.posts, row.astype(types)])

    def set_unit(self, unit: int, **columns: Any) -> None:
        """Change an institution as it has been from the first delivery on."""
        for column, value in columns.items():
            self.world.institutions.loc[unit, column] = value

    def screen(self, unit: int, person: int, **columns: Any) -> None:
        """A screening outside the unit's habits: dates, type and result as given."""
        given = {"screening_type": "在职年度", "result": "未发现"} | columns
        self.screenings.append({"institution_at": unit, "person_at": person} | given)

    # -- expecting --------------------------------------------------------------------------

    def expect(
        self, plant_id: str, rule_id: str, subject: str, *, clue: bool = True, start: int = 0,
        end: int | None = None, kind: str = "positive", note: str = "", adcode: str = MAIN,
        feedback: str = "", carriers: Iterable[int] = (), excuses: Iterable[int] = (),
    ) -> None:
        """Write an expectation into the ledger; carriers and excuses are posts' labels."""
        uid = self.world.posts.uid
        self.plants.append(Plant(
            plant_id, rule_id, adcode, subject, clue, kind, start, end, note, feedback,
            [("staff_roster", uid.loc[post]) for post in carriers],
            [("staff_roster", uid.loc[post]) for post in excuses],
        ))
