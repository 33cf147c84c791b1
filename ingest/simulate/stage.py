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

from ingest.simulate import calendar, identity
from ingest.simulate.ledger import Plant
from ingest.simulate.screening import NOT_STAFF
from ingest.simulate.truth import Truth
from ingest.simulate.world import AUTHORITIES, CASE_PEOPLE, MAIN, TITLES, World

DAY = "datetime64[D]"
Day = np.datetime64


class Stage:
    """The county under the cases' hands."""

    def __init__(self, world: World, truth: Truth, rng: np.random.Generator) -> None:
        self.world, self.truth, self.rng = world, truth, rng
        self.plants: list[Plant] = []
        self.screenings: list[dict[str, Any]] = []
        self.at_fault: set[int] = set()
        self._touched = np.zeros(len(world.institutions), dtype=bool)
        self._emptied = np.zeros(len(world.institutions), dtype=bool)
        self._strangers = list(range(len(world.people) - CASE_PEOPLE, len(world.people)))
        self._size = world.posts.groupby("institution").size().to_numpy()
        self._pool = self._people_at_work()
        self._codes = 50_000_000

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
    ) -> int:
        """Take an institution of 2 to `small` staff for one case alone; its position."""
        units = self.world.institutions
        fit = (units.adcode == adcode) & (self._size <= small) & (self._size > 1) & ~self._touched
        fit &= (units.category != "其他") & units.has_uscc
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
        return position

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
        return int(self._draw(np.flatnonzero(fit), "institution"))

    def stranger(self, born_before: str = "1990-01-01") -> int:
        """Take an adult without a post; the position among the people."""
        born = self.world.people.born.to_numpy(DAY)
        for i, person in enumerate(self._strangers):
            if born[person] < Day(born_before):
                return self._strangers.pop(i)
        raise ValueError("no stranger is left for the cases: raise CASE_PEOPLE")

    def namesake(self, person: int, same_birthday: bool = False) -> int:
        """A stranger who bears a person's name, with a number of his own."""
        other = self.stranger()
        who = self.person(person)
        self.set_person(other, name=who["name"])
        if same_birthday:
            self.set_person(other, sex=who.sex)
            self.rebirth(other, who.born)
        return other

    def rebirth(self, person: int, born: Any) -> None:
        """Give a person another birthday, and with it another number."""
        who = self.person(person)
        serial = np.array([int(str(who.id_number)[14:17]) // 2 * 2 + (who.sex == "男")])
        born = np.array([born], dtype=DAY)
        number = identity.resident_ids(np.array(["532128"]), born, serial)[0]
        self.set_person(person, born=born[0], id_number=number)

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
        """An institution's key: its credit code."""
        return str(self.place(unit).uscc)

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

    # -- doing ------------------------------------------------------------------------------

    def set_post(self, posts: Any, **columns: Any) -> None:
        """Change posts as they have been from the first delivery on."""
        for column, value in columns.items():
            self.world.posts.loc[posts, column] = value

    def set_unit(self, unit: int, **columns: Any) -> None:
        """Change an institution as it has been from the first delivery on."""
        for column, value in columns.items():
            self.world.institutions.loc[unit, column] = value

    def set_person(self, person: int, **columns: Any) -> None:
        """Change a person."""
        for column, value in columns.items():
            self.world.people.loc[person, column] = value

    def restate_post(self, post: int, delivery: int, **columns: Any) -> None:
        """From a delivery on the roster says something else of a post."""
        uid = str(self.world.posts.uid.loc[post])
        self.truth.restate("staff_roster", uid, delivery, **columns)

    def restate_unit(self, unit: int, delivery: int, **columns: Any) -> None:
        """From a delivery on the register says something else of an institution."""
        self.truth.restate("institution_register", f"I{unit}", delivery, **columns)

    def new_post(self, person: int, unit: int, **columns: Any) -> int:
        """Another post for a person, at work as a teacher unless said otherwise; its label."""
        posts = self.world.posts
        row = posts.loc[[self.staff(unit)[-1]]].copy()
        label = int(posts.index[-1]) + 1
        row.index = pd.Index([label])
        given: dict[str, Any] = {
            "institution": unit,
            "person": person,
            "uid": f"P{label}",
            "first": 0,
            "last": 99,
            "never_screened": False,
            "skipped_year": 0,
            "post": "专任教师",
            "post_status": "在岗",
            "left_on": pd.NaT,
            "hired_precision": "D",
            "lead_days": 5.0,
            "insured": True,
        } | columns
        for column, value in given.items():
            row[column] = value
        self.world.posts = pd.concat([posts, row.astype(posts.dtypes)])
        return label

    def screen(self, unit: int, person: int, answered_on: Day | None, **columns: Any) -> None:
        """A screening outside the unit's habits; applied for six days before, unless given."""
        given = {"screening_type": "在职年度", "result": "未发现", "answered_on": answered_on}
        if answered_on is not None:
            given["applied_on"] = answered_on - 6
        self.screenings.append({"institution_at": unit, "person_at": person} | given | columns)

    def tell(self, feed: str, supplier: str, day: str | Day, **row: Any) -> str:
        """A row of an event feed, delivered when its day falls due unless `first` is given."""
        due = calendar.delivery_of(feed, np.array([Day(day)]), self.world.nights)[0]
        first = int(due) if due < len(self.world.nights) else 99
        row = {"adcode": MAIN, "first": first} | row
        return self.truth.add(feed, supplier=supplier, day=Day(day), **row)

    def credit_code(self, kind: str = "92") -> str:
        """A credit code that nobody has yet."""
        self._codes += 1
        serial = np.array([self._codes])
        return str(identity.credit_codes(np.array([kind]), np.array([MAIN]), serial)[0])

    def authority(self, unit: int) -> tuple[str, str]:
        """The supplier that is the institution's authority, and its name."""
        place = self.place(unit)
        return str(place.supplier), TITLES[place.adcode] + AUTHORITIES[place.supplier]

    # -- expecting --------------------------------------------------------------------------

    def expect(
        self,
        plant_id: str,
        rule_id: str,
        subject: str,
        *,
        clue: bool = True,
        start: int = 0,
        end: int | None = None,
        kind: str = "",
        note: str = "",
        adcode: str = MAIN,
        gone_from: int | None = None,
        feedback: str = "",
        posts: Iterable[int] = (),
        carriers: Iterable[tuple[str, str]] = (),
        excuses: Iterable[int] = (),
    ) -> None:
        """Write an expectation into the ledger, as far as there are nights for it.

        `posts` are the labels whose roster rows, read with their person, carry the fact;
        `carriers` other rows as (what must be readable, uid); `excuses` labels whose rows excuse.
        """
        last = len(self.world.nights) - 1
        if start > last:
            return
        end = None if end is None or end > last else end
        gone_from = None if gone_from is None or gone_from > last else gone_from
        uid = self.world.posts.uid
        self.plants.append(
            Plant(
                plant_id,
                rule_id,
                adcode,
                subject,
                "clue" if clue else "no_clue",
                kind or ("positive" if clue else "near_miss"),
                start,
                end,
                note,
                gone_from,
                feedback,
                [*(("person", str(uid.loc[post])) for post in posts), *carriers],
                [("person", str(uid.loc[post])) for post in excuses],
            )
        )

    def expect_unjudged(self, plant_id: str, rule_id: str, adcode: str, night: int) -> None:
        """Expect that a rule says of a county on a night that it could not be evaluated."""
        if night < len(self.world.nights):
            self.plants.append(
                Plant(
                    plant_id,
                    rule_id,
                    adcode,
                    "",
                    "not_evaluated",
                    "not_evaluated",
                    night,
                    night,
                    "a channel's file is missing",
                )
            )
