"""MED-04, MED-05, MED-24: cards in other people's hands."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ingest.simulate.med.places import CENTRE, HOSPITAL, PHARMACY
from ingest.simulate.med.schemes.hoards import some_places
from ingest.simulate.med.stage import Stage
from ingest.simulate.med.stays import TREATMENT, diagnosis
from ingest.simulate.med.world import DAY, IPT, OTP, moment
from ingest.simulate.world import MAIN


def play(stage: Stage, copies: int) -> None:
    """The dead who buy, the in-patients who are out shopping."""
    dead = _dead(stage)
    for _ in range(copies):
        _heirs(stage, dead)
        # the desk wrote down another's name: for review
        _heirs(stage, dead, misnamed=int(stage.people(1)[0]))
    for _ in range(copies):
        _keeper_of_cards(stage, dead)
        for _ in range(2):
            _counter_after_death(stage, dead)
            _bill_of_the_last_stay(stage)
            _pays_for_the_living(stage, dead)
            _alive_after_all(stage)
        ins = _patients(stage)
        for _ in range(2):
            _out_shopping(stage, ins)
        for lure in ("paid-by-kin", "prescribed", "counter", "edges", "once"):
            _lawful_in_stay(stage, ins, lure)
        _wards_round_the_corner(stage, ins)
        _nowhere_at_once(stage)
        for _ in range(3):
            _next_door(stage)


def _dead(stage: Stage) -> list[int]:
    """People who died well within the year, in an order that nobody chose."""
    people, world = stage.world.people, stage.world
    died = people.died.to_numpy(DAY)
    fit = (died > world.start + 20) & (died < world.end - 100) & (people.adcode == MAIN).to_numpy()
    fit &= people.born.to_numpy(DAY) < np.datetime64("2000-01-01")
    return [int(p) for p in stage.rng.permutation(np.flatnonzero(fit))]


def _proof(stage: Stage, person: int) -> tuple[int, np.ndarray]:
    """How hard the death is to prove, and the days on which its records were made."""
    records = stage.papers["death_record"]
    mine = records[records.id_number == stage.world.people.id_number[person]]
    proven = (mine.supplier == "health").any() or mine.supplier.nunique() > 1
    return (2 if proven else 5), mine.day.to_numpy(DAY)


def _after(stage: Stage, person: int, n: int, wait: float = 25) -> np.ndarray:
    """Days on which the dead's card is used, some weeks after the death."""
    died = stage.world.people.died.to_numpy(DAY)[person]
    gap = np.cumsum(stage.rng.lognormal(np.log(wait), 0.6, n).astype(int) + 1)
    return np.minimum(died + gap, stage.world.end - 4)


def _heirs(stage: Stage, dead: list[int], misnamed: int = -1) -> None:
    """The family goes on fetching medicines on the card."""
    person = dead.pop()
    n = stage.much(4, 0.6)
    place = stage.habits.place(np.full(n, person), (PHARMACY,))
    at = stage.habits.at(place, _after(stage, person, n))
    who = np.full(n, person)
    sold = stage.buy(place, who, at, stage.stock(n, lasting=True), plant=stage.plant(), payer=-1,
                     misnamed=misnamed)  # fmt: skip
    difficulty, days = _proof(stage, person)
    county = stage.world.places.adcode.to_numpy()[place]
    for adcode in np.unique(county):
        stage.expect(4, "heirs", stage.who(person), settlements=sold[county == adcode][:1],
                     days=days, difficulty=difficulty, note=f"{n} purchases",
                     adcode=str(adcode))  # fmt: skip


def _keeper_of_cards(stage: Stage, dead: list[int]) -> None:
    """A village doctor keeps the cards of those who died."""
    place, actor = stage.shop("村卫生室", rank=1.0), stage.plant()
    for person in [dead.pop() for _ in range(3)]:
        n = stage.much(3, 0.5)
        at = stage.habits.at(np.full(n, place), _after(stage, person, n, 18))
        sold = stage.settle(place, np.full(n, person), at, kind=OTP, plant=actor)
        stage.add(sold, place, at, stage.stock(n, 500, 3_000))
        difficulty, days = _proof(stage, person)
        stage.expect(4, "kept-cards", stage.who(person), settlements=sold[:1], days=days,
                     difficulty=difficulty)  # fmt: skip


def _counter_after_death(stage: Stage, dead: list[int]) -> None:
    """The widow brings the bills of the last weeks to the counter."""
    person = dead.pop()
    died = stage.world.people.died.to_numpy(DAY)[person]
    place = stage.habits.place(np.array([person]), (CENTRE, HOSPITAL))
    at = stage.habits.at(place, np.array([died + 12]))
    sold = stage.settle(place, [person], at, kind=OTP, route=1)
    stage.add(sold, place, at, stage.stock(1)[0])
    stage.expect(4, "counter", stage.who(person), clue=False, settlements=sold)


def _bill_of_the_last_stay(stage: Stage) -> None:
    """A stay ends in death; the bill is closed ten days later, with a bed that was forgotten."""
    person = int(stage.people(1)[0])
    died = stage.period()[0] + 30
    stage.bury(person, died)
    for supplier in ("health", "police"):
        stage.report(
            "death_record", supplier=supplier, day=died + 4, died_on=died, recorded_on=died + 4,
            name=stage.world.people.name[person], id_number=stage.world.people.id_number[person],
            cancel_reason="死亡" if supplier == "police" else "", place="",
        )  # fmt: skip
    hospital = stage.habits.place(np.array([person]), (HOSPITAL,))
    visit, _ = stage.stays.stay([person], hospital, died - 6, 6, diagnosis("J44"), settled=False)
    at = moment(died + 10, 10)
    sold = stage.settle(hospital, [person], at, kind=IPT, visit=visit)
    wards, begin = stage.stays.products, stage.book.table("visit").begin.to_numpy()[visit]
    what = np.array([diagnosis("J44")])
    wards.treat(stage.book, sold, begin, np.array([6]), what, np.ones(1))
    stage.add(sold, hospital, at, wards.bed)
    stage.expect(4, "last-stay", stage.who(person), clue=False, settlements=sold)


def _pays_for_the_living(stage: Stage, dead: list[int]) -> None:
    """What is left on the account of the dead still pays for those it was shared with."""
    person, living = dead.pop(), int(stage.people(1)[0])
    place = stage.habits.place(np.full(3, living), (PHARMACY,))
    at = stage.habits.at(place, _after(stage, person, 3))
    sold = stage.buy(place, np.full(3, living), at, stage.stock(3), payer=person)
    stage.expect(4, "paid-by-the-dead", stage.who(person), clue=False, settlements=sold)


def _alive_after_all(stage: Stage) -> None:
    """The police struck off the wrong man of that name; nobody else has heard of a death."""
    person = int(stage.people(1)[0])
    day = stage.world.start + 60 + int(stage.rng.integers(0, 150))
    stage.report(
        "death_record", supplier="police", day=day, died_on=pd.NaT, recorded_on=day,
        name=stage.world.people.name[person], id_number=stage.world.people.id_number[person],
        cancel_reason="死亡", place="",
    )  # fmt: skip
    place = stage.habits.place(np.full(4, person), (PHARMACY,))
    at = stage.habits.at(place, day + 20 + np.arange(4) * 25)
    sold = stage.buy(place, np.full(4, person), at, stage.stock(4), payer=-1)
    stage.expect(4, "alive", stage.who(person), clue=False, settlements=sold)


# -- in hospital and at the pharmacy -----------------------------------------------------------


def _patients(stage: Stage) -> pd.DataFrame:
    """Ordinary stays of a week and more that nobody has used yet."""
    table = stage.stays.table
    nights = (table.end.to_numpy(DAY) - table.begin.to_numpy(DAY)).astype(int)
    fit = (
        (nights >= 7) & (table.begin >= np.datetime64("2025-07-10")) & (TREATMENT[table.what] == "")
    )
    fit &= table.end.to_numpy(DAY) < np.datetime64(stage.world.nights[0]) - 3
    fit &= stage.world.places.adcode.to_numpy()[table.place] == MAIN
    fit &= stage.world.people.died.isna().to_numpy()[table.person]
    fit &= ~table.person.isin(list(stage.patients))
    drawn = (
        table[fit].drop_duplicates("person").sample(min(40, int(fit.sum())), random_state=stage.rng)
    )
    stage.patients |= set(drawn.person)
    return drawn.assign(nights=nights[drawn.index])


def _next(ins: pd.DataFrame) -> Any:
    row = ins.iloc[0]
    ins.drop(ins.index[0], inplace=True)
    return row


def _inside(stage: Stage, stay: Any, n: int) -> np.ndarray:
    """Days strictly within a stay, from the day after it began to the day before its end."""
    first = stay.begin.to_datetime64().astype(DAY)
    return np.sort(first + stage.rng.integers(1, stay.nights, n))


def _subject(stage: Stage, stay: Any) -> str:
    return f"{stage.who(int(stay.person))}|<V{int(stay.visit)}>"


def _purchases(stage: Stage, stay: Any, days: np.ndarray, place: int | None = None,
               line: dict[str, Any] | None = None, **more: Any) -> np.ndarray:  # fmt: skip
    n = len(days)
    who = np.full(n, int(stay.person))
    at_place = stage.habits.place(who, (PHARMACY,)) if place is None else np.full(n, place)
    at = stage.habits.at(at_place, days)
    sold = stage.settle(at_place, who, at, **({"payer": -1} | more))
    stage.add(sold, at_place, at, stage.stock(n), till={}, **(line or {}))
    return sold


def _out_shopping(stage: Stage, ins: pd.DataFrame) -> None:
    """Somebody has the patient's card and uses it at the pharmacy, day after day."""
    stay = _next(ins)
    n = stage.much(4, 0.5)
    sold = _purchases(stage, stay, _inside(stage, stay, n), plant=stage.plant())
    stage.expect(5, "out-shopping", _subject(stage, stay), settlements=sold,
                 difficulty=2 if n > 4 else 4, note=f"{n} purchases in a stay")  # fmt: skip


def _lawful_in_stay(stage: Stage, ins: pd.DataFrame, lure: str) -> None:
    """Bought for others, to prescription, over the counter, or on the first and last day."""
    stay = _next(ins)
    days = _inside(stage, stay, 1 if lure == "once" else 4)
    if lure == "edges":
        days = np.array([stay.begin, stay.begin, stay.end, stay.end], dtype=DAY)
    more = {
        "paid-by-kin": {"payer": int(stage.people(1, employed=True)[0])},
        "counter": {"route": 1},
    }.get(lure, {})
    line = {"outside": True} if lure == "prescribed" else None
    sold = _purchases(stage, stay, days, line=line, **more)
    stage.expect(5, lure, _subject(stage, stay), clue=False, settlements=sold)


def _wards_round_the_corner(stage: Stage, ins: pd.DataFrame) -> None:
    """A pharmacy by the hospital's gate swipes the cards of those who lie there."""
    shop, actor = stage.shop(rank=0.5, seat=True), stage.plant()
    n = min(stage.much(9, 0.5, 3), len(ins))
    sold = [
        _purchases(stage, _next(ins), d, place=shop, plant=actor)
        for d in [_inside(stage, ins.iloc[i], 1) for i in range(n)]
    ]
    stage.expect(5, "by-the-gate", stage.code(shop), settlements=np.concatenate(sold),
                 difficulty=2 if n > 7 else 4, note=f"{n} in-patients")  # fmt: skip


def lent_in_hospital(stage: Stage) -> None:
    """Other schemes' purchases on the card of someone who lay in hospital, again and again."""
    sold = stage.book.table("settlement")
    sold = sold[(sold.plant >= 0) & (sold.visit < 0)]
    both = sold.merge(stage.stays.table, on="person", suffixes=("", "_stay"))
    both = both[(both["at"] > both.begin) & (both["at"] < both.end)]
    known = {act.subject for act in stage.acts if act.rule_id == "MED-05"}
    both = both[both.duplicated("visit_stay")]
    for _, stay in both.drop_duplicates("visit_stay").iterrows():
        subject = f"{stage.who(int(stay.person))}|<V{int(stay.visit_stay)}>"
        if subject not in known:
            stage.expect(5, "lent", subject, expected="may")


# -- in two places ----------------------------------------------------------------------------


def _nowhere_at_once(stage: Stage) -> None:
    """One card at two ends of the county within minutes."""
    person, places = int(stage.people(1, employed=True)[0]), some_places(stage, 40)
    east = places[np.argmax(stage.world.places.longitude.to_numpy()[places])]
    west = places[np.argmin(stage.world.places.longitude.to_numpy()[places])]
    first, _ = stage.period()
    at = moment(first, 10) + np.array([0, 700], dtype="m8[s]")
    sold = stage.buy(
        [east, west], [person, person], at, stage.stock(2), plant=stage.plant(), payer=-1
    )
    stage.expect(24, "two-ends", f"{stage.who(person)}|<S{sold[0]}>|<S{sold[1]}>",
                 expected="booster", settlements=sold)  # fmt: skip


def _next_door(stage: Stage) -> None:
    """Two pharmacies on one street within ten minutes."""
    places, person = stage.world.places, int(stage.people(1, employed=True)[0])
    towns = places.township[(places.kind == PHARMACY) & (places.adcode == MAIN)]
    pair = towns.index[towns == towns.value_counts().index[0]].to_numpy()[:2]
    at = moment(stage.period()[0], 10) + np.array([0, 500], dtype="m8[s]")
    sold = stage.buy(pair, [person, person], at, stage.stock(2), payer=-1)
    stage.expect(24, "next-door", f"{stage.who(person)}|<S{sold[0]}>|<S{sold[1]}>", clue=False,
                 settlements=sold)  # fmt: skip
