"""What goes wrong when people keep files: applied after the merge, blind to who planted what.

Whether a cell is spoilt depends on a hash of its row's uid alone, so a row that is handed in again
is spoilt in the same way, and the ledger can be told which rows cannot be read.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ingest.contract import Feed
from ingest.simulate import identity

# Feeds whose numbers pass through a spreadsheet: share of the rows that lose theirs, and share
# that lack a cell which the contract requires or hold a code that nobody knows.
LOST_SHARE = {"staff_roster": 0.006, "social_insurance": 0.006, "teacher_qualification": 0.004}
BROKEN_SHARE = {"staff_roster": 0.003, "social_insurance": 0.002}
KEYED_BY_CODE = (  # registers know their codes
    "institution_register",
    "business_registration",
    "medical_institution",
    "drug_retail_licence",
)
UNKNOWN_CODE = "后勤工勤"
PREFIXES = ("威宁彝族回族苗族自治县", "威宁自治县", "")
SEPARATORS = ("•", "．", ".", "・", " ", "")
FULL_WIDTH = {ord(c): ord(c) + 0xFEE0 for c in "0123456789X"}
TRADITIONAL = str.maketrans(
    "马张陈杨赵龙刘罗顾陆余国华东飞刚杰", "馬張陳楊趙龍劉羅顧陸餘國華東飛剛傑"
)


def chance(uid: pd.Series, salt: str) -> NDArray[np.float64]:
    """A number in [0, 1) for every row, the same whenever the row is written."""
    seeded = (uid.astype(str) + "|" + salt).to_numpy(dtype=object)
    return pd.util.hash_array(seeded, categorize=False) / 2.0**64


def chance_of(numbers: NDArray[np.int64], salt: str) -> NDArray[np.float64]:
    """As `chance`, for rows that are known by a number: millions of them at a time."""
    salted = pd.util.hash_array(np.array([salt], dtype=object), categorize=False)[0]
    return pd.util.hash_array(numbers.astype(np.uint64) ^ salted) / 2.0**64


def lost(feed: str, rows: pd.DataFrame) -> NDArray[np.bool_]:
    """Rows whose identity number went through a number cell and cannot be had back."""
    digits = rows.id_number.str.fullmatch(r"\d{18}").fillna(False).to_numpy(dtype=bool)
    return digits & (chance(rows.uid, "lost number") < LOST_SHARE.get(feed, 0.0))


def broken(feed: str, rows: pd.DataFrame) -> NDArray[np.bool_]:
    """Rows that lack what the contract requires, or hold an unknown code."""
    return chance(rows.uid, "broken row") < BROKEN_SHARE.get(feed, 0.0)


def unreadable(frames: dict[str, pd.DataFrame]) -> dict[str, set[str]]:
    """The uids of the rows that are not accepted ("row"), and of those without a person."""
    rows: set[str] = set()
    people: set[str] = set()
    for feed in LOST_SHARE:
        rows |= set(frames[feed].uid[broken(feed, frames[feed])])
        people |= set(frames[feed].uid[lost(feed, frames[feed])])
    return {"row": rows, "person": rows | people}


def garble(feed: Feed, rows: pd.DataFrame, workbook: bool) -> pd.DataFrame:
    """The rows with the agency's slips, some of them twice, some torn.

    A torn row is a copy of another that lacks a required cell: it is lost to nobody.
    """
    rows = _with_torn_copies(feed, rows)
    for column in feed.columns:
        if column.name not in rows:
            continue
        if column.type == "id_number":
            rows[column.name] = _numbers(rows, column.name, feed.id, workbook)
        elif column.person:
            rows[column.name] = _spoilt(
                rows,
                column.name,
                0.3,
                "separator",
                _other_separator,
                rows[column.name].str.contains("·", na=False),
            )
            rows[column.name] = _spoilt(
                rows, column.name, 0.003, "traditional", lambda text, _: text.translate(TRADITIONAL)
            )
        elif column.institution:
            rows[column.name] = _spoilt(
                rows,
                column.name,
                0.04,
                "variant",
                _other_name,
                rows[column.name].str.startswith("威宁县", na=False),
            )
        elif column.number:
            rows[column.name] = _spoilt(
                rows,
                column.name,
                0.03,
                "brackets",
                lambda text, _: text.replace("（", "(").replace("）", ")"),
            )
        elif column.type == "uscc" and feed.id not in KEYED_BY_CODE:
            rows[column.name] = _spoilt(
                rows, column.name, 0.01, "no code", lambda _, u: "" if u < 0.8 else "0" * 18
            )
    return _without_required(feed, rows)


def _spoilt(
    rows: pd.DataFrame,
    column: str,
    share: float,
    salt: str,
    change: Callable[[str, float], str],
    among: pd.Series | None = None,
) -> pd.Series:
    """The column with `change(text, number in [0, 1))` done to a share of its cells."""
    cells = rows[column]
    hit = (chance(rows.uid, f"{column} {salt}") < share) & (cells.fillna("") != "").to_numpy()
    if among is not None:
        hit &= among.to_numpy(dtype=bool)
    if not hit.any():
        return cells
    cells = cells.astype(object).copy()
    how = chance(rows.uid[hit], f"{column} how")
    cells[hit] = [change(c, h) for c, h in zip(cells[hit], how, strict=True)]
    return cells


def _numbers(rows: pd.DataFrame, column: str, feed: str, workbook: bool) -> pd.Series:
    """Identity numbers in the writings that can be read, and a few that cannot."""
    cells = _spoilt(rows, column, 0.04, "writing", _other_writing)
    gone = lost(feed, rows) if column == "id_number" else np.zeros(len(rows), dtype=bool)
    if gone.any():
        digits = rows[column][gone].astype(float)
        cells = cells.astype(object).copy()
        cells[gone] = digits if workbook else digits.map(lambda v: f"{v:.5E}")
    return cells


def _other_writing(text: str, how: float) -> str:
    """One of the writings from which the number can be had back."""
    if not re.fullmatch(r"\d{17}[\dX]", text):
        return text
    if text.endswith("X") and how < 0.5:
        return text.lower()
    forms = (
        text.translate(FULL_WIDTH),
        "'" + text,
        text + " ",
        "\u00a0" + text,
        text[:6] + " " + text[6:14] + " " + text[14:],
        _letter_for_digit(text),
        identity.old_number(text) if text[6:8] == "19" else text,
    )
    return forms[int(how * len(forms))]


def _letter_for_digit(text: str) -> str:
    return text[:6] + text[6:].replace("0", "O", 1)


def _other_separator(text: str, how: float) -> str:
    return text.replace("·", SEPARATORS[int(how * len(SEPARATORS))])


def _other_name(text: str, how: float) -> str:
    """The unit's name with the county written otherwise, or with a stray space."""
    rest = text.removeprefix("威宁县")
    if how > 0.9:
        return f"威宁县 {rest}"
    return PREFIXES[int(how / 0.9 * len(PREFIXES))] + rest


def _with_torn_copies(feed: Feed, rows: pd.DataFrame) -> pd.DataFrame:
    if rows.empty:
        return rows.copy()
    twice = rows[chance(rows.uid, "twice") < 0.004]
    torn = rows[chance(rows.uid, "torn") < 0.001].copy()
    required = [c.name for c in feed.columns if c.required and c.type != "boolean"]
    torn[required[-1]] = None if torn[required[-1]].dtype.kind == "M" else ""
    return pd.concat([rows, twice, torn]).sort_index(kind="stable").reset_index(drop=True)


def _without_required(feed: Feed, rows: pd.DataFrame) -> pd.DataFrame:
    hit = broken(feed.id, rows)
    if hit.any():
        code = chance(rows.uid, "unknown code") < 0.3
        if "post" in rows:
            rows["post"] = rows["post"].where(~(hit & code), UNKNOWN_CODE)
        rows["name"] = rows["name"].where(~(hit & ~code), "")
    return rows
