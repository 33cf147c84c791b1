"""MED-06, 07, 08, 15, 17, 23: what hospitals write into the bills, and what only looks odd."""

from __future__ import annotations

from typing import Any

import numpy as np

from ingest.simulate.med.places import CENTRE, HOSPITAL
from ingest.simulate.med.stage import Stage
from ingest.simulate.med.stays import diagnosis
from ingest.simulate.med.world import DAY, OTP, over_a_feast
from ingest.simulate.world import MAIN

# nothing that is treated in cycles or stages
ORDINARY = ["J18", "J44", "I10", "I25", "I63", "E11", "K29"]


def play(stage: Stage, copies: int) -> None:
    """Stays that overlap, are split, or happen on paper; lines that stand there twice."""
    for _ in range(copies):
        for _ in range(2):
            _in_two_beds(stage)
        for lure in ("transferred", "newborn", "cancelled"):
            for _ in range(2):
                _two_beds_rightly(stage, lure)
        _split(stage, _hospital(stage))
        _split(stage, stage.shop(CENTRE, rank=0.8), punished=True)
        for lure in ("Z51.1", "Z49", "Z50", "other-illness", "weeks-later"):
            _again_rightly(stage, lure)
        _empty_beds(stage)
        for lure in ("psychiatric", "short", "quiet"):
            _little_done(stage, lure)
        _unfit(stage)
        _mothers_number(stage)
        for _ in range(2):
            _slips_of_the_pen(stage)
        _twice_charged(stage)
        for lure in ("refunded", "morning-and-evening", "twins"):
            _twice_rightly(stage, lure)
        for _ in range(2):
            _hit_and_paid(stage)
        for lure in ("refunded", "other-illness", "weeks-apart"):
            _nobody_pays_twice(stage, lure)


def _day(stage: Stage, room: int = 40) -> Any:
    first = np.datetime64("2025-07-10")
    last = np.datetime64(stage.world.nights[0], "D") - room
    return first + int(stage.rng.integers(0, int((last - first).astype(int))))


def _ill(stage: Stage) -> int:
    return diagnosis(str(stage.rng.choice(ORDINARY)))


def _pair(one: Any, other: Any) -> str:
    return f"<P{int(one)}_{int(other)}>"


# -- two beds ----------------------------------------------------------------------------------


def _in_two_beds(stage: Stage) -> None:
    """While a patient lies in the county hospital, a small one bills a stay of the same person."""
    person, actor = stage.people(1), stage.plant()
    place, other = _hospital(stage), _hospital(stage, CENTRE)
    first, nights = _day(stage), 6 + int(stage.rng.integers(0, 5))
    one, _ = stage.stays.stay(person, place, first, nights, _ill(stage))
    begin = int(stage.rng.integers(-3, nights))
    length = stage.much(5, 0.4, 1)
    two, paid = stage.stays.stay(person, other, first + begin, length, _ill(stage), plant=actor)
    shared = min(nights, begin + length) - max(0, begin)
    stage.expect(6, "two-beds", _pair(one[0], two[0]), settlements=paid,
                 difficulty=int(shared > 0), note=f"{shared} nights",
                 expected="" if shared > 0 else "no_clue")  # fmt: skip


def _hospital(stage: Stage, kind: str = HOSPITAL) -> int:
    """Some hospital; they are few, and each has many patients."""
    places = stage.world.places
    fit = (places.kind == kind) & (places.adcode == MAIN)
    fit &= ~places.index.isin(list(stage.places))
    return stage.choose(np.flatnonzero(fit), kind)


def _two_beds_rightly(stage: Stage, lure: str) -> None:
    person, first = stage.people(1, male=False), _day(stage)
    place, other = _hospital(stage), _hospital(stage, CENTRE)
    if lure == "transferred":
        one, _ = stage.stays.stay(person, other, first, 3, diagnosis("J18"))
        two, paid = stage.stays.stay(person, place, first + 3, 6, diagnosis("J18"))
    elif lure == "newborn":
        one, _ = stage.stays.stay(person, place, first, 4, diagnosis("O80"))
        two, paid = stage.stays.stay(person, place, first, 4, diagnosis("Z38"))
    else:
        one, paid = stage.stays.stay(person, place, first, 7, _ill(stage))
        two, _ = stage.stays.stay(person, other, first + 1, 3, _ill(stage), settled=False)
        stage.book.table("visit").loc[two, "void"] = True
    stage.expect(6, lure, _pair(one[0], two[0]), clue=False, settlements=paid)


# -- one illness, two stays --------------------------------------------------------------------


def _split(stage: Stage, hospital: int, punished: bool = False) -> None:
    """Patients are sent home on paper after some days, and come back for the same."""
    actor = stage.plant()
    days = []
    if punished:
        last = np.datetime64(stage.world.nights[0], "D") - 30
        days = [stage.punish(hospital, "分解住院", stage.world.start, last)]
    for person in stage.people(stage.much(4, 0.5)):
        first, nights, what = _day(stage, 90), 4 + int(stage.rng.integers(0, 5)), _ill(stage)
        gap = stage.much(4, 0.6)
        one, _ = stage.stays.stay([person], hospital, first, nights, what)
        two, paid = stage.stays.stay(
            [person], hospital, first + nights + gap, nights, what, plant=actor
        )
        stage.expect(7, "punished" if punished else "split", _pair(one[0], two[0]),
                     clue=not punished, settlements=paid, days=days,
                     difficulty=1 if gap < 9 else 5, note=f"back after {gap} days")  # fmt: skip


def _again_rightly(stage: Stage, lure: str) -> None:
    """Cycles of treatment, another illness, or a relapse weeks later."""
    person, hospital, first = stage.people(1), _hospital(stage), _day(stage, 60)
    what = diagnosis(lure) if lure[0] == "Z" else diagnosis("J44")
    then = diagnosis("K80") if lure == "other-illness" else what
    gap = 11 + int(stage.rng.integers(0, 10)) if lure == "weeks-later" else 6
    one, _ = stage.stays.stay(person, hospital, first, 4, what)
    two, paid = stage.stays.stay(person, hospital, first + 4 + gap, 4, then)
    stage.expect(7, lure, _pair(one[0], two[0]), clue=False, settlements=paid)


# -- beds without patients ---------------------------------------------------------------------


def _empty_beds(stage: Stage) -> None:
    """A small hospital admits villagers who sleep at home."""
    hospital, actor = _hospital(stage, CENTRE), stage.plant()
    n = stage.much(6, 0.5)
    nights = 4 + stage.rng.integers(0, 6, n)
    treated = np.clip(stage.rng.normal(0.15, 0.12, n), 0, 0.9)
    first = _day(stage) + stage.rng.integers(0, 20, n)
    visit, paid = stage.stays.stay(stage.people(n), hospital, first, nights,
                                   [_ill(stage) for _ in range(n)], actor, treated)  # fmt: skip
    days = stage.stays.days_treated(paid)
    plain = (days < nights / 4) & ~over_a_feast(first, nights)  # which may be leave
    for i in range(n):
        stage.expect(8, "empty-bed", f"<V{visit[i]}>", settlements=paid[[i]],
                     difficulty=2 if plain[i] else 4,
                     note=f"treated on {days[i]} of {nights[i]} days")  # fmt: skip


def _little_done(stage: Stage, lure: str) -> None:
    """Little is done for the mentally ill, in a short stay, or while one recovers."""
    hospital, first = _hospital(stage), _day(stage, 60)
    what, nights, treated = {
        "psychiatric": (diagnosis("F20"), 30, 0.1),
        "short": (_ill(stage), 2, 0.0),
        "quiet": (_ill(stage), 10, 0.8),
    }[lure]
    visit, paid = stage.stays.stay(stage.people(1), hospital, first, nights, what, treated=treated)
    stage.expect(8, lure, f"<V{visit[0]}>", clue=False, settlements=paid)


# -- what cannot have been done ----------------------------------------------------------------


def _item(stage: Stage, name: str) -> int:
    return int(np.flatnonzero(stage.world.products.name == name)[0])


def _visits(
    stage: Stage, place: int, person: np.ndarray, at: np.ndarray, item: int, **more: Any
) -> np.ndarray:
    visit = stage.book.write("visit", person=person, place=place, kind=OTP, begin=at, end=at,
                             diagnosis=diagnosis("R51"))  # fmt: skip
    sold = stage.settle(place, person, at, kind=OTP, visit=visit, **more)
    stage.add(sold, place, at, item)
    return sold


def _unfit(stage: Stage) -> None:
    """A hospital bills an examination of women for men who had another."""
    place, n = _hospital(stage), stage.much(34, 0.4, 6)
    item = _item(stage, "阴道镜检查")
    sold = _visits(stage, place, stage.people(n, male=True), stage.moments(place, n), item,
                   plant=stage.plant())  # fmt: skip
    code = stage.world.products.hilist_code[item]
    stage.expect(15, "for-men", f"{stage.code(place)}|{code}", settlements=sold,
                 difficulty=2 if n > 28 else 4, note=f"{n} lines")  # fmt: skip


def _mothers_number(stage: Stage) -> None:
    """The incubator stands on the mother's bill until the child has a number."""
    place, n = _hospital(stage), 24
    item = _item(stage, "新生儿暖箱")
    _, paid = stage.stays.stay(stage.people(n, male=False), place,
                               [_day(stage) for _ in range(n)], 3, diagnosis("Z38"))  # fmt: skip
    at = stage.book.table("settlement")["at"].to_numpy()[paid] - np.timedelta64(30, "h")
    stage.add(paid, place, at, item)
    code = stage.world.products.hilist_code[item]
    stage.expect(15, "mothers-number", f"{stage.code(place)}|{code}", clue=False, settlements=paid)


def _slips_of_the_pen(stage: Stage) -> None:
    """Now and then the wrong line of the list is clicked."""
    place, n = _hospital(stage, CENTRE), 7
    item = _item(stage, "前列腺特异性抗原测定")
    sold = _visits(stage, place, stage.people(n, male=False), stage.moments(place, n), item)
    code = stage.world.products.hilist_code[item]
    stage.expect(15, "slips", f"{stage.code(place)}|{code}", clue=False, settlements=sold)


# -- the same line twice -----------------------------------------------------------------------


def _groups(stage: Stage, hospital: int, person: np.ndarray, items: np.ndarray, n: int,
            **more: Any) -> tuple[Any, Any, np.ndarray, np.ndarray]:  # fmt: skip
    visit, paid = stage.stays.stay(person, hospital, _day(stage), 7, _ill(stage), **more)
    begin = stage.book.table("visit").begin.to_numpy()[visit[0]]
    at = begin.astype(DAY).astype("datetime64[s]") + (
        (1 + np.arange(n) % 6) * 86_400 + stage.rng.integers(36_000, 60_000, n)
    ).astype("m8[s]")
    return visit, paid, at, np.resize(items, n)


def _line(stage: Stage, visit: Any, item: int, at: Any) -> str:
    moment = str(np.datetime64(at, "s"))
    return f"<V{int(visit)}>|{stage.world.products.hilist_code[item]}|{moment}"


def _twice_charged(stage: Stage) -> None:
    """The ward's list is booked twice on some days."""
    hospital, actor = _hospital(stage), stage.plant()
    for person in stage.people(2):
        n = stage.much(3, 0.5)
        items = np.array([_item(stage, i) for i in ("血细胞分析", "常规心电图检查", "氧气吸入")])
        visit, paid, at, item = _groups(stage, hospital, np.array([person]), items, n, plant=actor)
        for _ in range(2):
            stage.add(np.repeat(paid, n), hospital, at, item)
        for k in range(n):
            stage.expect(17, "twice", _line(stage, visit[0], item[k], at[k]), settlements=paid,
                         difficulty=1)  # fmt: skip


def _twice_rightly(stage: Stage, lure: str) -> None:
    """Taken back the same day, given morning and evening, or done for two newborns."""
    hospital, item = _hospital(stage), np.array([_item(stage, "静脉输液")])
    person = stage.people(1, male=False)
    if lure == "twins":
        visit, paid = stage.stays.stay(person, hospital, _day(stage), 3, diagnosis("Z38"))
        at = stage.book.table("settlement")["at"].to_numpy()[paid] - np.timedelta64(26, "h")
    else:
        visit, paid, at, item = _groups(stage, hospital, person, item, 1)
    first = stage.add(paid, hospital, at, item)
    again = at + np.timedelta64(9, "h") if lure == "morning-and-evening" else at
    stage.add(paid, hospital, again, item)
    if lure == "refunded":
        stage.add(paid, hospital, at + np.timedelta64(3, "h"), item, -1, origin=first)
    stage.expect(17, lure, _line(stage, visit[0], item[0], at[0]), clue=False, settlements=paid)


# -- somebody else was liable ------------------------------------------------------------------


def _record(stage: Stage, person: int, day: Any, court: bool, refunded: str = "") -> str:
    people = stage.world.people
    return stage.report(
        "injury_liability", supplier="court" if court else "police",
        day=day + (120 if court else 4), name=people.name[person],
        id_number=people.id_number[person], occurred_on=day,
        kind="人身损害判决" if court else "交通事故", liable_party="对方车辆驾驶人",
        medical_compensation=f"{2_000 + stage.rng.lognormal(8.2, 0.6):.2f}",
        refunded_to_fund=refunded,
    )  # fmt: skip


def _hit_and_paid(stage: Stage) -> None:
    """The other driver pays the hospital's bill, and so does the fund."""
    person, day, court = stage.people(1), _day(stage, 130), bool(stage.rng.random() < 0.4)
    what = diagnosis(str(stage.rng.choice(["S82", "S06", "T14"])))
    came = day + int(stage.rng.integers(0, 3))
    _, paid = stage.stays.stay(person, _hospital(stage), came, 9, what, plant=stage.plant())
    record = _record(stage, int(person[0]), day, court)
    stage.expect(23, "paid-twice", f"{stage.who(int(person[0]))}|<{record}>", settlements=paid,
                 days=[day + (120 if court else 4)], difficulty=1)  # fmt: skip


def _nobody_pays_twice(stage: Stage, lure: str) -> None:
    person, day = stage.people(1), _day(stage, 130)
    what = diagnosis("K29") if lure == "other-illness" else diagnosis("S82")
    wait = 25 if lure == "weeks-apart" else 1
    _, paid = stage.stays.stay(person, _hospital(stage), day + wait, 7, what)
    record = _record(stage, int(person[0]), day, court=False)
    if lure == "refunded":
        at = stage.book.table("settlement")["at"].to_numpy()[paid]
        stage.book.refund(paid, at + np.timedelta64(2_000_000, "s"))
    stage.expect(23, lure, f"{stage.who(int(person[0]))}|<{record}>", clue=False, settlements=paid)
