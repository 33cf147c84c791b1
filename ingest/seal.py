"""Sealed records: known at the door, counted, and kept nowhere.

A record is sealed by its flag, by a flag that is blank or cannot be read, or because the person was
under 18 at the act and got at most five years, a non-prosecution or a penalty (刑事诉讼法 286,
预防未成年人犯罪法 59; the rule as settled in rules.md). Where dates leave it open, the record is
taken to be sealed. 周岁 are completed on the day after the birthday (法释〔2006〕1号 第2条).

Of a sealed row one thing is remembered: a keyed token of its business key, without which the same
row, delivered earlier or again from an older file, would come back.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa

from ingest.contract import Feed
from ingest.files import put_json
from ingest.home import Home

ADULT_YEARS = 18
LONGEST_TERM_MONTHS = 60
HEAVIER = ("无期徒刑", "死刑")


@dataclass
class Sealed:
    """Rows diverted from a file: by what they are known again, and which they were."""

    marks: set[str] = field(default_factory=set)
    row_ids: set[str] = field(default_factory=set)

    def add(self, other: Sealed) -> None:
        """Take up what another file gave."""
        self.marks |= other.marks
        self.row_ids |= other.row_ids


def sealed_rows(feed: Feed, rows: pa.Table) -> np.ndarray:
    """Which normalised rows are sealed; none in a feed without the flag's column."""
    if not feed.has("sealed"):
        return np.zeros(rows.num_rows, dtype=bool)
    flag = rows["sealed"].to_pandas()
    return np.asarray(flag.isna() | (flag == True) | _juvenile(feed, rows))  # noqa: E712


def _juvenile(feed: Feed, rows: pa.Table) -> pd.Series:
    frame = rows.to_pandas(date_as_object=False)
    return _PROTECTED[feed.id](frame) if feed.id in _PROTECTED else pd.Series(False, frame.index)


def _born(frame: pd.DataFrame) -> pd.Series:
    """The latest day on which the person can have been born; NaT where nothing tells."""
    told = frame.filter(["born_on_max", "id_number_born"]).astype("datetime64[us]")
    return told.max(axis=1)


def _under_age(born: pd.Series, *acts: pd.Series) -> pd.Series:
    """Whether the first day that any act can have been on was no later than the 18th birthday.

    `acts`: of the dates the first that is told; the last is the paper's own, which no act follows.
    """
    act = acts[0].astype("datetime64[us]")
    for other in acts[1:]:
        act = act.fillna(other.astype("datetime64[us]"))
    return act <= born + pd.DateOffset(years=ADULT_YEARS)


def _judgment(frame: pd.DataFrame) -> pd.Series:
    young = _under_age(
        _born(frame), frame["offence_from_min"], frame["offence_to_min"], frame["judged_on_min"]
    )
    term = pd.to_numeric(frame["term_months"])
    heavy = frame["principal_penalty"].isin(HEAVIER) | (term > LONGEST_TERM_MONTHS)
    return young & ~heavy


def _prosecution(frame: pd.DataFrame) -> pd.Series:
    stated = pd.to_numeric(frame["age_at_conduct"]) < ADULT_YEARS
    young = stated | _under_age(_born(frame), frame["conduct_on_min"], frame["accepted_on_min"])
    return young & frame["outcome"].fillna("").str.endswith("不起诉")


def _penalty(frame: pd.DataFrame) -> pd.Series:
    return _under_age(_born(frame), frame["conduct_on_min"])


_PROTECTED: dict[str, Callable[[pd.DataFrame], pd.Series]] = {
    "criminal_judgment": _judgment,
    "prosecution_case": _prosecution,
    "police_penalty": _penalty,
}


def marks(feed: Feed, rows: pa.Table) -> list[set[str]]:
    """Per row, the texts by which it is known again: its key, and its number with the name.

    The second holds when a later version leaves out the identity number.
    """
    number = rows[feed.key[0]].to_pylist()
    name = rows["name_key"].to_pylist()
    keys = rows["_row_key"].to_pylist()
    return [{k, f"{n}|{m}"} if n and m else {k} for k, n, m in zip(keys, number, name, strict=True)]


class Tombstones:
    """The tokens of one feed's sealed rows in one county, each with its latest delivery date."""

    def __init__(self, home: Home, feed: Feed, adcode: str) -> None:
        self._path = home.ledger / "sealed" / f"{adcode}-{feed.id}.json"
        self._key = home.key
        self._scope = f"sealed|{feed.id}|{adcode}|"
        self._dates: dict[str, str] = (
            json.loads(self._path.read_text("utf-8")) if self._path.exists() else {}
        )

    def _token(self, mark: str) -> str:
        return hmac.digest(self._key, (self._scope + mark).encode(), "sha256").hex()[:32]

    def cover(self, row_marks: list[set[str]], delivered_on: date) -> np.ndarray:
        """Which rows, delivered that day, were sealed that day or later."""
        day = str(delivered_on)
        return np.array(
            [
                any(self._dates.get(self._token(mark), "") >= day for mark in one)
                for one in row_marks
            ],
            dtype=bool,
        )

    def add(self, sealed: set[str], delivered_on: date) -> None:
        """Remember marks as sealed on that day."""
        for token in map(self._token, sealed):
            self._dates[token] = max(self._dates.get(token, ""), str(delivered_on))
        if sealed:
            put_json(self._path, self._dates)
