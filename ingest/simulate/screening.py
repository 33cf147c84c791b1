"""Screening as principals do it: before each hire and once in every year, in batches."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ingest.simulate import calendar
from ingest.simulate.world import World

NOT_STAFF = ("志愿者", "家长义工")
CHANNELS = {"edu": "准入查询平台", "police": "公安机关", "procuratorate": "检察机关"}
SHORT = {"准入查询平台": "PT", "公安机关": "GA", "检察机关": "JC"}
DAY = "datetime64[D]"


def screenings(world: World, rng: np.random.Generator) -> pd.DataFrame:
    """Rows of screening_record for every post, as its principal's habits have it."""
    posts = world.posts
    staff = posts[~posts.post.isin(NOT_STAFF) & ~posts.never_screened]
    years = range(2021, world.nights[-1].year + 1)
    parts = [_before_hire(staff, rng), *(_annual(world, staff, y, rng) for y in years)]
    rows = _pending_first(pd.concat(parts, ignore_index=True), rng)
    return describe(world, rows, rng)


def _before_hire(staff: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    hired = staff.hired_on.to_numpy(DAY)
    due = staff[(hired >= calendar.HISTORY_FROM) & staff.lead_days.notna().to_numpy()]
    answered = due.hired_on.to_numpy(DAY) - due.lead_days.to_numpy().astype(int)
    return pd.DataFrame(
        {
            "institution_at": due.institution.to_numpy(),
            "person_at": due.person.to_numpy(),
            "screening_type": "入职前",
            "answered_on": answered,
            "applied_on": answered - rng.integers(1, 10, len(due)),
            "result": "未发现",
        }
    )


def _annual(world: World, staff: pd.DataFrame, year: int, rng: np.random.Generator) -> pd.DataFrame:
    """One batch per institution and year, on a day between March and November."""
    n = len(world.institutions)
    batch = np.datetime64(f"{year}-03-01") + rng.integers(0, 265, n)
    takes_part = rng.random(n) < (0.5 if year == 2021 else 1.0)
    where = staff.institution.to_numpy()
    answered = batch[where] + rng.integers(0, 5, len(staff))
    left = staff.left_on.to_numpy(DAY)
    present = (staff.hired_on.to_numpy(DAY) < answered) & (np.isnat(left) | (left > answered))
    kept = present & takes_part[where] & (staff.skipped_year.to_numpy() != year)
    return pd.DataFrame(
        {
            "institution_at": where[kept],
            "person_at": staff.person.to_numpy()[kept],
            "screening_type": "在职年度",
            "answered_on": answered[kept],
            "applied_on": batch[where][kept] - 6,
            "result": "未发现",
        }
    )


def _pending_first(rows: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """One answer in two hundred was first 待核实, under an earlier application."""
    first = rows[rng.random(len(rows)) < 0.005].copy()
    first["result"] = "待核实"
    first["answered_on"] = first["answered_on"] - np.timedelta64(12, "D")
    first["applied_on"] = first["applied_on"] - np.timedelta64(14, "D")
    return pd.concat([rows, first], ignore_index=True)


def describe(world: World, rows: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Add who asked about whom, through which channel, in which batch and delivery.

    `rows` has institution_at and person_at (positions in the world), the dates and the result;
    a given `channel`, `institution`, `uscc` or `first` is kept.
    """
    rows = rows.reset_index(drop=True)
    place = world.institutions.iloc[rows.institution_at].reset_index(drop=True)
    person = world.people.iloc[rows.person_at].reset_index(drop=True)
    day = rows.answered_on.where(rows.answered_on.notna(), rows.applied_on)
    turn = (rows.institution_at + pd.to_datetime(rows.applied_on).dt.year) % 3
    drawn = pd.DataFrame(
        {
            "channel": np.array(list(CHANNELS.values()))[turn],
            "institution": place.name,
            "uscc": place.uscc.where(rng.random(len(rows)) < 0.7, ""),
            "name": person.name,
            "id_number": person.id_number,
            "adcode": place.adcode,
            "first": calendar.delivery_of("screening_record", day, world.nights),
        }
    )
    for column in drawn:
        rows[column] = rows[column].fillna(drawn[column]) if column in rows else drawn[column]
    rows["supplier"] = rows.channel.map({v: k for k, v in CHANNELS.items()})
    rows["day"] = rows.applied_on
    rows["authorisation_no"] = ""
    rows["handler"] = rng.choice(["王警官", "李干警", "赵老师", "马检察官助理"], len(rows))
    return rows[rows["first"] < len(world.nights)].reset_index(drop=True)


def batch_numbers(frame: pd.DataFrame) -> pd.Series:
    """Batch numbers in the order of application: one per channel, day, institution and type."""
    keys = ["adcode", "channel", "applied_on", "institution_at", "screening_type"]
    batch = frame.sort_values(keys).groupby(keys, sort=True).ngroup()
    nth = (batch - batch.groupby([frame.channel, frame.adcode]).transform("min") + 1).astype(int)
    day = pd.to_datetime(frame.applied_on).dt.strftime("%Y%m")
    return frame.channel.map(SHORT) + frame.adcode.str[-4:] + day + nth.astype(str).str.zfill(6)
