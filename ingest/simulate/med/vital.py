"""Deaths as three agencies learn of them, inspections, and injuries for which someone is liable."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ingest.simulate.med.world import DAY, MedWorld
from ingest.simulate.world import MAIN, SECOND, TITLES

PLACES = {MAIN: "威", SECOND: "七"}
CAUSES = [
    "超标准收费",
    "分解项目收费",
    "进销存管理不规范",
    "未核验参保人员身份",
    "药品储存不符合规定",
]
AGENCIES = {"medicare": "医疗保障局", "market": "市场监督管理局", "drug": "药品监督管理局"}
# feed -> the column of its number, and each agency's way of beginning it
NUMBERED = {
    "medical_enforcement": (
        "decision_no", {"medicare": "医保处", "market": "市监罚", "drug": "药监罚"},
    ),
    "injury_liability": ("record_no", {"police": "公交认", "court": "法民判"}),
}  # fmt: skip
NEVER_CANCELLED, CREMATED, CERTIFIED, WRONG_DATE = 0.05, 0.55, 0.5, 0.01


def deaths(world: MedWorld) -> pd.DataFrame:
    """Each agency's records: the health authority within days, the police within weeks or never."""
    rng, people = world.rng, world.people
    dead = np.flatnonzero(people.died.notna())
    n = len(dead)
    died = people.died.to_numpy(DAY)[dead]
    certified = rng.random(n) < CERTIFIED
    cancelled = rng.random(n) >= NEVER_CANCELLED
    cremated = rng.random(n) < CREMATED
    wait = {
        "health": rng.integers(1, 6, n),
        "police": 1 + rng.lognormal(3.4, 0.9, n).astype(int),
        "civil": rng.integers(1, 5, n),
    }
    shown = {"health": certified, "police": cancelled, "civil": cremated}
    frames = []
    for supplier, where in shown.items():
        who = people.iloc[dead[where]]
        day = died[where] + wait[supplier][where]
        said = died[where].copy()
        wrong = rng.random(len(who)) < WRONG_DATE
        said[wrong] -= rng.integers(20, 200, int(wrong.sum()))
        frames.append(_reports(supplier, who, said, day))
    frames.append(_alive(world))
    return pd.concat(frames, ignore_index=True)


def _reports(
    supplier: str, who: pd.DataFrame, died: np.ndarray, day: np.ndarray, reason: str = "死亡"
) -> pd.DataFrame:
    """Rows of one agency; the police know when a registration was cancelled, seldom of what day."""
    number = pd.Series(who.index.to_numpy()).astype(str)
    died = died.copy()
    died[np.arange(len(died)) % 5 < {"health": 0, "police": 3, "civil": 2}[supplier]] = "NaT"
    return pd.DataFrame(
        {
            "uid": ("V" + supplier + number).to_numpy(),
            "supplier": supplier,
            "home": who.adcode.to_numpy(),
            "day": day.astype("datetime64[s]"),
            "name": who.name.to_numpy(),
            "id_number": who.id_number.to_numpy(),
            "died_on": died.astype("datetime64[s]"),
            "recorded_on": day.astype("datetime64[s]"),
            "cancel_reason": reason if supplier == "police" else "",
            "place": {"health": "县人民医院", "police": "", "civil": "县殡仪馆"}[supplier],
        }
    )


def _alive(world: MedWorld) -> pd.DataFrame:
    """Registrations cancelled because their holders moved away or had two."""
    rng, people = world.rng, world.people
    who = people[people.died.isna()].sample(max(len(people) // 150, 5), random_state=rng)
    day = world.start - 60 + rng.integers(0, world.days + 60, len(who))
    frame = _reports("police", who, day, day)
    frame["cancel_reason"] = rng.choice(["迁出", "重号"], len(who), p=[0.85, 0.15])
    frame["died_on"] = pd.NaT
    return frame


def inspections(world: MedWorld, spared: set[int]) -> pd.DataFrame:
    """What the fund's and other authorities found and settled in time, at places not `spared`."""
    rng = world.rng
    places = world.places
    fit = np.flatnonzero(places.designated & ~places.index.isin(list(spared)))
    n = max(int(len(fit) * 0.12), 8)
    where = rng.choice(fit, min(n, len(fit)), replace=False)
    accepted = world.start - 100 + rng.integers(0, world.days + 60, len(where))
    decided = accepted + rng.integers(6, 38, len(where))
    due = decided + 15
    paid = np.where(rng.random(len(where)) < 0.92, due - rng.integers(0, 12, len(where)),
                    due + rng.integers(1, 80, len(where)))  # fmt: skip
    recoup = np.round(rng.lognormal(7.6, 0.9, len(where)), 2)
    supplier = rng.choice(list(AGENCIES), len(where), p=[0.7, 0.2, 0.1])
    place = places.iloc[where]
    return pd.DataFrame(
        {
            "uid": "E" + place.index.astype(str),
            "supplier": supplier,
            "home": place.adcode.to_numpy(),
            "day": decided.astype("datetime64[s]"),
            "paid_known": paid.astype("datetime64[s]"),
            "agency": [
                TITLES[a] + AGENCIES[s] for a, s in zip(place.adcode, supplier, strict=True)
            ],
            "party_code": place.code.to_numpy(),
            "party": place.name.to_numpy(),
            "party_id": "",
            "cause": rng.choice(CAUSES, len(where)),
            "cause_code": "",
            "conduct_from": (accepted - 200).astype("datetime64[s]"),
            "conduct_to": (accepted - 30).astype("datetime64[s]"),
            "accepted_on": accepted.astype("datetime64[s]"),
            "decided_on": decided.astype("datetime64[s]"),
            "recoup": recoup.astype(str),
            "fine": np.round(recoup * rng.choice([0, 1], len(where)), 2).astype(str),
            "due_on": due.astype("datetime64[s]"),
            "paid_on": paid.astype("datetime64[s]"),
            "transferred_on": np.where(recoup > 30_000, decided + 3, np.datetime64("NaT")),
        }
    )


def injuries(world: MedWorld) -> pd.DataFrame:
    """Accidents and awards among people who were not in hospital for them."""
    rng, people = world.rng, world.people
    who = people[people.died.isna()].sample(max(int(160 * world.scale), 30), random_state=rng)
    n = len(who)
    day = world.start - 60 + rng.integers(0, world.days + 40, n)
    kind = rng.choice(["交通事故", "人身损害判决", "工伤"], n, p=[0.7, 0.2, 0.1])
    court = kind == "人身损害判决"
    return pd.DataFrame(
        {
            "uid": "J" + who.index.astype(str),
            "supplier": np.where(court, "court", "police"),
            "home": who.adcode.to_numpy(),
            "day": (day + np.where(court, 150, 4)).astype("datetime64[s]"),
            "name": who.name.to_numpy(),
            "id_number": who.id_number.to_numpy(),
            "occurred_on": day.astype("datetime64[s]"),
            "kind": kind,
            "liable_party": np.where(rng.random(n) < 0.85, "对方车辆驾驶人", ""),
            "medical_compensation": np.where(
                court, np.round(rng.lognormal(8.5, 0.8, n), 2).astype(str), ""
            ),
            "refunded_to_fund": "",
        }
    )


def number(papers: dict[str, pd.DataFrame]) -> dict[str, str]:
    """Number decisions and records in the order of their days; what every uid was given."""
    given: dict[str, str] = {}
    for feed, (column, desks) in NUMBERED.items():
        rows = papers[feed].sort_values(["home", "supplier", "day", "uid"], ignore_index=True)
        year = rows.day.dt.year
        nth = rows.groupby(["home", "supplier", year]).cumcount() + 1
        desk = rows.home.map(PLACES) + rows.supplier.map(desks)
        rows[column] = desk + "〔" + year.astype(str) + "〕" + nth.astype(str) + "号"
        papers[feed] = rows
        given |= dict(zip(rows.uid, rows[column], strict=True))
    return given
