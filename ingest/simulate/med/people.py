"""The insured: who lives where, with whom, how insured, how often ill, and who dies."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ingest.simulate import identity, names
from ingest.simulate.world import MAIN, SECOND

PEOPLE = {MAIN: 20_000, SECOND: 2_400}  # at scale 1
EMPLOYEE, RESIDENT = "310", "390"
DEATHS_A_YEAR = 0.007


def build(
    scale: float, start: np.datetime64, end: np.datetime64, rng: np.random.Generator
) -> pd.DataFrame:
    """The insured of both counties, a row each; position is a person's number.

    `payer` is the relative whose account pays for them (-1: none), `activity` how much they use
    care, `died` NaT for the living, `born` and `died` days.
    """
    counts = {adcode: max(int(n * scale), 500) for adcode, n in PEOPLE.items()}
    adcode = np.repeat(list(counts), list(counts.values()))
    n = len(adcode)
    household = _households(adcode, rng)
    male = rng.random(n) < 0.51
    age = rng.gamma(3.2, 13.0, n)
    age = np.where(age > 97, rng.uniform(20, 80, n), age)
    born = (start - (age * 365.25).astype(int)).astype("datetime64[D]")
    prefix = rng.choice(
        ["522427", "520526", "522401", "520502", "522423", "530381"],
        n,
        p=[0.6, 0.12, 0.16, 0.06, 0.03, 0.03],
    )
    serial = identity.distinct_serials(prefix, born, male, rng)
    frame = pd.DataFrame(
        {
            "adcode": adcode,
            "household": household,
            "name": _family_names(male, household, rng),
            "male": male,
            "born": born,
            "id_number": identity.resident_ids(prefix, born, serial),
            "insurance": np.where(
                rng.random(n) < np.where((age > 22) & (age < 80), 0.22, 0.0), EMPLOYEE, RESIDENT
            ),
            "township": _townships(adcode, household, rng),
            "activity": rng.lognormal(0, 0.8, n) * (0.5 + age / 60),
            "chronic": rng.random(n) < np.clip((age - 35) / 60, 0, 0.6),
            "died": np.datetime64("NaT", "D"),
        }
    )
    frame["payer"] = _payers(frame)
    _bury(frame, age, start, end, rng)
    return frame


def _households(adcode: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Neighbours in the list live together, one to six of them; nobody across a county's line."""
    first = rng.random(len(adcode)) < 0.3
    first[0] = True
    first[1:] |= adcode[1:] != adcode[:-1]
    return np.cumsum(first) - 1


def _family_names(male: np.ndarray, household: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Names; half of a household's members bear the surname of its first."""
    own = names.person_names(male, rng)
    head = own[np.unique(household, return_index=True)[1]][household]
    plain = (np.char.find(own, "·") < 0) & (np.char.find(head, "·") < 0)
    shared = plain & (rng.random(len(own)) < 0.5)
    surname = head[shared].astype("U1")
    letters = np.ascontiguousarray(own[shared]).view("U1").reshape(int(shared.sum()), -1)
    given = np.ascontiguousarray(letters[:, 1:]).view(f"U{letters.shape[1] - 1}").ravel()
    own[shared] = np.char.add(surname, given)
    return own


def _townships(adcode: np.ndarray, household: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A household's township; the seat, a county's first three, holds four in ten."""
    place = np.empty(household[-1] + 1, dtype="U8")
    county = adcode[np.unique(household, return_index=True)[1]]
    for code in (MAIN, SECOND):
        towns = names.TOWNSHIPS[code]
        weight = np.r_[np.full(3, 0.4 / 3), np.full(len(towns) - 3, 0.6 / (len(towns) - 3))]
        here = county == code
        place[here] = rng.choice(towns, int(here.sum()), p=weight)
    return place[household]


def _payers(people: pd.DataFrame) -> np.ndarray:
    """A resident's relative in the household who is insured as an employee."""
    employed = people.index.to_series()[people.insurance == EMPLOYEE]
    payers = employed.groupby(people.household).first()
    found = people.household.map(payers).fillna(-1).astype(int)
    return np.where(people.insurance == EMPLOYEE, -1, found)


def _bury(
    people: pd.DataFrame,
    age: np.ndarray,
    start: np.datetime64,
    end: np.datetime64,
    rng: np.random.Generator,
) -> None:
    """Some die, the old before the young, on any day from three months before the start."""
    days = int((end - start).astype(int)) + 90
    risk = np.exp(np.clip(age, 0, 95) / 14)
    risk *= DEATHS_A_YEAR * days / 365 / risk.mean()
    dead = rng.random(len(people)) < np.minimum(risk, 0.5)
    day = start - 90 + rng.integers(0, days, len(people))
    people.loc[dead, "died"] = day[dead].astype("datetime64[s]")
