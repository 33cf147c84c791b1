"""What those who run a scheme, and those who only look like it, choose from, do, and leave behind.

Nobody is given to two of them. An actor draws how much and how often from what such people do,
never from what a rule counts; how hard it is to see goes into the ledger as its difficulty.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from ingest.simulate.med import baskets
from ingest.simulate.med.book import Book
from ingest.simulate.med.life import Habits
from ingest.simulate.med.people import EMPLOYEE
from ingest.simulate.med.places import PHARMACY
from ingest.simulate.med.stays import Stays
from ingest.simulate.med.world import DAY, RX, SECOND_OF, MedWorld, moment
from ingest.simulate.world import MAIN


@dataclass
class Act:
    """One expectation: what was done, of whom the rule should speak, and what shows it."""

    plant_id: str
    rule_id: str
    adcode: str
    subject: str
    expected: str  # clue, no_clue, may (allowed, not asked for) or booster
    kind: str
    difficulty: int
    note: str
    # the events without which it cannot be seen: settlements, and days of papers
    settlements: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=int))
    days: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=DAY))


class Stage:
    """The county under the hands of those who act."""

    def __init__(
        self,
        world: MedWorld,
        book: Book,
        habits: Habits,
        stays: Stays,
        papers: dict[str, pd.DataFrame],
    ) -> None:
        self.world, self.book, self.habits, self.stays = world, book, habits, stays
        self.papers, self.rng = papers, world.rng
        self.acts: list[Act] = []
        self.careless: set[int] = set()  # shops that stop counting their stock
        self.places: set[int] = set()  # each for one actor alone
        self.lures: dict[int, set[int]] = {}  # honest places that look odd, by rule
        self.patients: set[int] = set()  # whose stay is somebody's case already
        people = world.people
        fit = people.died.isna() & (people.born < np.datetime64("2004-01-01"))
        self._free = self.rng.permutation(np.flatnonzero(fit))
        self._serial = 0

    # -- choosing ---------------------------------------------------------------------------

    def shop(self, kind: str = PHARMACY, rank: float = 0.5, seat: bool | None = None) -> int:
        """Take a designated place for one actor alone, of the first share `rank` by trade."""
        place = self._draw(kind, rank, seat, self.places | set().union(*self.lures.values()))
        self.places.add(place)
        return place

    def honest(self, rule: int, kind: str = PHARMACY, rank: float = 0.6,
               seat: bool | None = None) -> int:  # fmt: skip
        """An honest place that looks odd to this rule, and perhaps to others."""
        known = self.lures.setdefault(rule, set())
        place = self._draw(kind, rank, seat, self.places | known)
        known.add(place)
        return place

    def _draw(self, kind: str, rank: float, seat: bool | None, taken: set[int]) -> int:
        places = self.world.places
        fit = (places.kind == kind) & (places.adcode == MAIN) & (places.chain < 0)
        fit &= ~places.index.isin(list(taken))
        if seat is not None:
            first = places.township.isin(places.township[fit].value_counts().index[:3])
            fit &= first if seat else ~first
        ranked = places.index[fit][np.argsort(-places["size"].to_numpy()[fit], kind="stable")]
        return self.choose(ranked[: max(int(len(ranked) * rank), 1)], kind)

    def choose(self, candidates: Any, what: str) -> int:
        """One of them, by its number."""
        if not len(candidates):
            raise ValueError(f"the county is too small for its schemes: no {what} is left")
        return int(self.rng.choice(np.asarray(candidates)))

    def people(self, n: int, adcode: str = MAIN, employed: bool | None = None,
               male: bool | None = None) -> np.ndarray:  # fmt: skip
        """Take living adults, each for one actor alone."""
        people = self.world.people
        fit = (people.adcode == adcode).to_numpy(copy=True)
        if employed is not None:
            fit &= (people.insurance == EMPLOYEE).to_numpy() == employed
        if male is not None:
            fit &= people.male.to_numpy() == male
        mine = self._free[fit[self._free]][:n]
        if len(mine) < n:
            raise ValueError("the county is too small for its schemes: nobody is left to take")
        self._free = self._free[~np.isin(self._free, mine)]
        return mine

    def customers(self, place: int, n: int) -> np.ndarray:
        """Somebody's customers, drawn with repetition from those who live around the place."""
        people, places = self.world.people, self.world.places
        fit = ((people.adcode == places.adcode[place]) & people.died.isna()).to_numpy()
        near = np.flatnonzero(fit & (people.township == places.township[place]))
        pool = near if len(near) > 20 else np.flatnonzero(fit)
        share = self.habits.shopping[pool]
        return self.rng.choice(pool, n, p=share / share.sum())

    def much(self, median: float, spread: float = 0.5, least: int = 1) -> int:
        """How often or how much, as such people differ: log-normal around a median."""
        return max(round(self.rng.lognormal(np.log(median), spread)), least)

    def period(self, median: float = 150, earliest: Any = None) -> tuple[Any, int]:
        """When an actor begins, and for how many days; it may have begun before the year."""
        length = min(self.much(median, 0.4, 20), self.world.days - 30)
        first = self.world.start + 40 if earliest is None else np.datetime64(earliest, "D")
        room = int((np.datetime64(self.world.nights[0], "D") - first).astype(int)) - length
        return first + int(self.rng.integers(0, max(room, 1))), length

    def moments(self, place: int, n: int, period: tuple[Any, int] | None = None) -> np.ndarray:
        """Moments of trade in a period, in the place's hours."""
        first, length = period or self.period()
        day = first + self.rng.integers(0, length, n)
        return np.sort(self.habits.at(np.full(n, place), day))

    def stock(self, n: int, cheap: int = 1_000, dear: int = 20_000, lasting: bool = False) -> Any:
        """Different products of a shelf within a range of prices (cents)."""
        products = self.world.products
        fit = (products.setting == "shelf") & products.cents.between(cheap, dear)
        fit &= (products.weight > 0) & (products.list_type != "301")
        fit &= ~products.drug_class.isin(["中药饮片", "抗肿瘤药", "免疫抑制剂"])
        if lasting:
            fit &= products.chronic.astype(bool)
        pool = products[fit].drop_duplicates(["approval_no", "spec"])
        share = pool.weight.to_numpy() / pool.weight.sum()
        return self.rng.choice(pool.index.to_numpy(), n, replace=False, p=share)

    def assorted(self, kinds: int, n: int, cheap: int = 1_000, dear: int = 20_000) -> Any:
        """So many purchases among so many different products."""
        return self.stock(kinds, cheap, dear)[self.rng.integers(0, kinds, n)]

    # -- doing ------------------------------------------------------------------------------

    def plant(self) -> int:
        """A number for the events of one actor."""
        self._serial += 1
        return self._serial

    def receipts(self, n: int) -> np.ndarray:
        """Numbers of receipts that are nobody else's."""
        self._serial += n
        return 30_000_000_000 + self._serial - np.arange(n)

    def settle(self, place: Any, person: Any, at: Any, kind: int = RX, **more: Any) -> np.ndarray:
        """Settlements without lines, at whatever till is free."""
        person = np.atleast_1d(person)
        at = np.broadcast_to(np.asarray(at, dtype=SECOND_OF), person.shape)
        tills = self.world.places.clerks.to_numpy()[np.broadcast_to(place, person.shape)]
        given = {
            "place": place,
            "person": person,
            "at": at,
            "kind": kind,
            "payer": self.habits.payer(person) if kind == RX else -1,
            "clerk": (self.rng.random(len(person)) * tills).astype(int),
        }
        return self.book.write("settlement", **(given | more))

    def buy(self, place: Any, person: Any, at: Any, product: Any, qty: Any = 1,
            till: dict[str, Any] | None = None, **more: Any) -> np.ndarray:  # fmt: skip
        """Purchases of one product each, now and then another beside it; the settlements.

        `till` is what the till made of the product.
        """
        numbers = self.settle(place, person, at, **more)
        self.add(numbers, place, at, product, qty, {} if till is None else till)
        also = self.rng.random(len(numbers)) < 0.55
        place, at = (np.broadcast_to(v, len(numbers))[also] for v in (place, at))
        self.add(numbers[also], place, at, self.assorted(40, int(also.sum())), till={})
        return numbers

    def add(self, numbers: np.ndarray, place: Any, at: Any, product: Any, qty: Any = 1,
            till: dict[str, Any] | None = None, **line: Any) -> np.ndarray:  # fmt: skip
        """A product more on each settlement; without `till` the till sees nothing of it."""
        n = len(numbers)
        place, product, qty = (np.broadcast_to(v, n) for v in (place, product, qty))
        at = np.broadcast_to(np.asarray(at, dtype=SECOND_OF), n)
        lines = self.book.write("line", settlement=numbers, product=product, qty=qty, at=at, **line)
        if till is not None:
            baskets.ring(self.world, self.book, numbers, place, at, product, qty, **till)
        return lines

    def bury(self, person: int, died: Any) -> None:
        """Somebody dies; what they would have done afterwards somebody else does."""
        self.world.people.loc[person, "died"] = moment(died)
        heir = int(self.people(1)[0])
        for table, when in (("settlement", "at"), ("visit", "begin")):
            rows = self.book.table(table)
            late = (rows.person == person) & (rows[when] >= moment(died))
            rows["person"] = rows.person.mask(late, heir)

    def report(self, feed: str, **row: Any) -> str:
        """A paper of an agency; its uid."""
        self._serial += 1
        uid = f"Q{self._serial}"
        paper = pd.DataFrame([{"uid": uid, "home": MAIN} | row])
        for column in paper:
            if column == "day" or str(column).endswith(("_on", "_from", "_to")):
                paper[column] = pd.to_datetime(paper[column]).astype("datetime64[s]")
        self.papers[feed] = pd.concat([self.papers[feed], paper], ignore_index=True)
        return uid

    def punish(self, place: int, cause: str, first: Any, last: Any) -> Any:
        """The fund's agency found it and settled it: recouped, paid, done; the decision's day."""
        places = self.world.places
        decided = min(np.datetime64(last, "D") + 20, self.world.end - 40)
        self.report(
            "medical_enforcement", supplier="medicare", day=decided, agency="威宁县医疗保障局",
            party_code=places.code[place], party=places.name[place], cause=cause, party_id="",
            cause_code="", conduct_from=first, conduct_to=last, accepted_on=decided - 15,
            decided_on=decided, recoup=f"{self.rng.lognormal(7.6, 0.5):.2f}", fine="0",
            due_on=decided + 15, paid_on=decided + 9,
        )  # fmt: skip
        return decided

    def move_trade(self, place: int, first: Any, last: Any) -> None:
        """In these days the place's customers go elsewhere: the doors are closed."""
        places = self.world.places
        fit = (places.kind == places.kind[place]) & (places.adcode == places.adcode[place])
        fit &= ~places.index.isin([*self.places, place])
        other = self.choose(np.flatnonzero(fit), "neighbour")
        begins, ends = moment(first), moment(last)
        for table, when in (("settlement", "at"), ("till", "at"), ("visit", "begin")):
            rows = self.book.table(table)
            days = (rows[when] >= begins) & (rows[when] < ends)
            rows["place"] = rows.place.mask((rows.place == place) & days, other)

    # -- expecting --------------------------------------------------------------------------

    def code(self, place: int) -> str:
        """A place's code."""
        return str(self.world.places.code[place])

    def institution(self, place: int) -> str:
        """A place as an institution: its credit code, which all but village rooms have."""
        uscc = str(self.world.places.uscc[place])
        assert uscc
        return uscc

    def who(self, person: int) -> str:
        """A person's number in braces, as a ledger's subject has it."""
        return "{" + str(self.world.people.id_number[person]) + "}"

    def product(self, place: int, product: int) -> str:
        """A shop's product as a subject: the approval number and the spec."""
        row = self.world.products.loc[product]
        return f"{self.code(place)}|{row.approval_no}|{row.spec}"

    def expect(
        self,
        rule: int,
        kind: str,
        subject: str,
        *,
        clue: bool = True,
        difficulty: int = 3,
        settlements: Any = (),
        days: Any = (),
        note: str = "",
        expected: str = "",
        adcode: str = MAIN,
    ) -> None:
        """Write an expectation; `clue` False: whatever it looks like, the rule must be silent."""
        number = len(self.acts)
        self.acts.append(
            Act(
                f"{rule:02d}-{kind}-{number}", f"MED-{rule:02d}", adcode, subject,
                expected or ("clue" if clue else "no_clue"),
                "positive" if clue else f"negative:{kind}", difficulty if clue else 0, note,
                np.asarray(settlements, dtype=int).ravel(), np.asarray(days, dtype=DAY).ravel(),
            )
        )  # fmt: skip
