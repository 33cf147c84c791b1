"""What the cases use to act upon the county: do, and expect.

They act through the same rows as everyone else.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from ingest.simulate import calendar, identity
from ingest.simulate.cast import DAY, Cast, Day
from ingest.simulate.ledger import Plant
from ingest.simulate.truth import Truth
from ingest.simulate.world import AUTHORITIES, MAIN, TITLES, World


class Stage(Cast):
    """The county under the cases' hands."""

    def __init__(self, world: World, truth: Truth, rng: np.random.Generator) -> None:
        super().__init__(world, rng)
        self.truth = truth
        self.plants: list[Plant] = []
        self.screenings: list[dict[str, Any]] = []
        self._codes = 50_000_000 + int(rng.integers(40_000_000))

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

    def days(self, most: int) -> int:
        """A number of days that nobody chose."""
        return int(self.rng.integers(0, most))

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
        together: bool = False,
        excuses: Iterable[int] = (),
    ) -> None:
        """Write an expectation into the ledger, as far as there are nights for it.

        `posts` are the labels whose roster rows, read with their person, carry the fact;
        `carriers` other rows as (what must be readable, uid), which prove it each or `together`;
        `excuses` labels whose rows excuse.
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
                together,
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
