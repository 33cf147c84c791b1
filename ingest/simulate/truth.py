"""What happened, as rows of the agencies' feeds before any agency has written them down.

Every row carries, beside its feed's columns, hidden ones: `uid` (the event, shared by its later
versions), `adcode`, `supplier`, `day` (when it happened, which orders the numbers), `first` and
`last` (the deliveries between which the agency shows it; an event feed shows it in `first` only).
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import pandas as pd

HIDDEN = ("uid", "adcode", "supplier", "day", "first", "last")

# How each agency numbers its papers: feed -> (column, pattern, years in brackets).
PATTERNS = {
    "criminal_judgment": ("case_no", "（{y}）黔{court}刑初{n}号"),
    "prosecution_case": ("case_no", "{place}检刑受〔{y}〕{n}号"),
    "police_penalty": ("decision_no", "{place}公行罚决字〔{y}〕{n}号"),
    "police_case": ("acceptance_no", "{place}公受案字〔{y}〕{n}号"),
    "enforcement_action": ("action_no", "{place}检查〔{y}〕{n}号"),
    "procuratorial_document": ("document_no", "{place}检未〔{y}〕{n}号"),
    "teacher_qualification": ("certificate_no", "{y}52{adcode}{n:07d}"),
}
# columns in which one paper refers to another
REFERENCES = {
    "prosecution_case": "court_case_no",
    "sentence_execution": "judgment_case_no",
    "police_case": "penalty_decision_no",
    "staff_roster": "teacher_certificate_no",
}
PLACES = {"520526": ("威", "0526"), "520502": ("七", "0502")}


class Truth:
    """The growing record. Frames come from the honest county, single rows from the cases."""

    def __init__(self) -> None:
        self._parts: dict[str, list[pd.DataFrame]] = defaultdict(list)
        self._rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self._versions: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self._count = 0

    def add_frame(self, feed: str, frame: pd.DataFrame) -> None:
        """Add many rows; `uid` is given to those that have none."""
        frame = frame.copy()
        if "uid" not in frame:
            frame["uid"] = [f"b{self._count + i}" for i in range(len(frame))]
            self._count += len(frame)
        for column, default in (("first", 0), ("last", 99)):
            if column not in frame:
                frame[column] = default
        self._parts[feed].append(frame)

    def add(self, feed: str, **row: Any) -> str:
        """Add one row and return its uid."""
        self._count += 1
        row = {"first": 0, "last": 99, "uid": f"b{self._count}"} | row
        self._rows[feed].append(row)
        return str(row["uid"])

    def restate(self, feed: str, uid: str, delivery: int, **columns: Any) -> None:
        """From a delivery on the agency writes some columns of a row otherwise."""
        self._versions[feed].append({"uid": uid, "first": delivery} | columns)

    def frame(self, feed: str) -> pd.DataFrame:
        """All rows of a feed with their later versions, in the order in which things happened."""
        rows = pd.DataFrame(self._rows[feed]) if self._rows[feed] else pd.DataFrame()
        merged = pd.concat([*self._parts[feed], rows], ignore_index=True)
        merged = _with_versions(merged, self._versions[feed])
        for column in merged:
            if column == "day" or str(column).endswith("_on"):
                merged[column] = pd.to_datetime(merged[column], format="ISO8601").astype(
                    "datetime64[s]"
                )
        return merged.sort_values(["day", "uid", "first"], ignore_index=True)

    def feeds(self) -> list[str]:
        """The feeds that have a row."""
        return sorted(set(self._parts) | set(self._rows))


def _with_versions(frame: pd.DataFrame, versions: list[dict[str, Any]]) -> pd.DataFrame:
    """Each version starts from the one before; a register shows one at a time."""
    if not versions:
        return frame
    uids = {version["uid"] for version in versions}
    stated = frame[frame.uid.isin(uids)]
    told = {row["uid"]: [row] for row in stated.to_dict("records")}
    for version in sorted(versions, key=lambda v: v["first"]):
        rows = told[version["uid"]]
        rows.append(rows[-1] | version)
        rows[-2]["last"] = version["first"] - 1
    retold = pd.DataFrame([row for rows in told.values() for row in rows], columns=frame.columns)
    return pd.concat([frame.drop(stated.index), retold], ignore_index=True)


def number(frames: dict[str, pd.DataFrame]) -> dict[str, str]:
    """Number the papers in the order of their days; return what every uid was given.

    A reference of the form `<uid>` then becomes the number of that event.
    """
    numbers: dict[str, str] = {}
    for feed, (column, pattern) in PATTERNS.items():
        if feed in frames and len(frames[feed]):
            given = _numbers(frames[feed], pattern)
            frames[feed][column] = frames[feed].uid.map(given)
            numbers |= given
    for feed, column in REFERENCES.items():
        if feed in frames and column in frames[feed]:
            cells = frames[feed][column].astype(object)
            frames[feed][column] = cells.str[1:-1].map(numbers)
    return numbers


def _numbers(frame: pd.DataFrame, pattern: str) -> dict[str, str]:
    events = frame.drop_duplicates("uid").sort_values(["adcode", "day", "uid"])
    year = events.day.dt.year.to_numpy()
    nth = events.groupby(["adcode", year]).cumcount().to_numpy() + 1
    adcode = events.adcode.to_numpy()
    texts = [
        pattern.format(y=y, n=n, adcode=a, place=PLACES[a][0], court=PLACES[a][1])
        for y, n, a in zip(year, nth, adcode, strict=True)
    ]
    return dict(zip(events.uid, np.array(texts, dtype=object), strict=True))
