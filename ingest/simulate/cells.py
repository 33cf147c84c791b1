"""How an agency writes a value: its headings, its dates, its yes and no.

A cell is a str, a datetime (a date cell of a workbook) or a float (a number cell).
"""

from __future__ import annotations

import hashlib
from datetime import datetime

import numpy as np
import pandas as pd

from ingest.contract import Feed
from ingest.simulate import defects

DATE_STYLES = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%-m.%-d", "%Y%m%d", "%Y年%-m月%-d日")
MONTH_STYLES = ("%Y-%m", "%Y年%-m月", "%Y.%-m")
YES_NO = {"police": {"是": "1", "否": "0"}, "justice": {"是": "有", "否": "无"}}


def habit(*words: str) -> int:
    """A number that stays the same for the same agency, feed and column."""
    return int.from_bytes(hashlib.sha256("|".join(words).encode()).digest()[:4], "big")


def write_rows(feed: Feed, rows: pd.DataFrame, supplier: str, workbook: bool) -> pd.DataFrame:
    """Rows as the agency's cells under its own headings.

    Columns that the agency keeps nothing in are left out, unless the contract requires them or
    they say whether a record is sealed.
    """
    sheet: dict[str, pd.Series] = {}
    for column in feed.columns:
        if column.name not in rows:
            continue
        cells = rows[column.name]
        if column.type in ("date", "month"):
            precision = rows.get(f"{column.name}_precision")
            cells = _dates(cells, precision, column.type, rows.uid, workbook, feed.id, supplier)
        elif column.type == "integer":
            cells = cells.map(lambda v: "" if pd.isna(v) or v == "" else str(int(v)))
        else:
            cells = cells.astype(object).where(cells.notna(), "")
        if column.type == "boolean":
            cells = cells.replace(YES_NO.get(supplier, {}))
        if column.required or column.name == "sealed" or (cells != "").any():
            names = (column.header, *column.aliases)
            sheet[names[habit(feed.id, supplier, column.name) % len(names)]] = cells
    return pd.DataFrame(sheet, index=rows.index)


def _dates(
    cells: pd.Series,
    precision: pd.Series | None,
    kind: str,
    uid: pd.Series,
    workbook: bool,
    feed: str,
    supplier: str,
) -> pd.Series:
    """Days, months and years in the agency's usual writing; one in twenty in some other."""
    if cells.dtype.kind != "M":
        cells = pd.to_datetime(cells, format="ISO8601")
    cells = cells.reset_index(drop=True)
    out = np.full(len(cells), "", dtype=object)
    style = np.full(len(cells), habit(feed, supplier, "date") % len(DATE_STYLES))
    astray = defects.chance(uid, "date style") < 0.05
    style[astray] = (defects.chance(uid, "which style")[astray] * len(DATE_STYLES)).astype(int)
    known = cells.notna().to_numpy()
    fine = np.full(len(cells), "M" if kind == "month" else "D", dtype=object)
    if precision is not None:
        fine = precision.fillna("D").to_numpy(dtype=object)
    for number, pattern in enumerate(DATE_STYLES):
        mine = known & (fine == "D") & (style == number)
        out[mine] = _formatted(cells[mine], pattern)
    if workbook and habit(feed, supplier, "date cells") % 2:
        mine = known & (fine == "D") & ~astray
        out[mine] = [datetime.combine(d, datetime.min.time()) for d in cells[mine].dt.date]
    month = "%Y%m" if kind == "month" else MONTH_STYLES[habit(feed, supplier) % len(MONTH_STYLES)]
    mine = known & (fine == "M")
    out[mine] = _formatted(cells[mine], month)
    mine = known & (fine == "Y")
    out[mine] = _formatted(cells[mine], "%Y年" if habit(feed, supplier, "year") % 2 else "%Y")
    return pd.Series(out, index=uid.index, dtype=object)


def _formatted(cells: pd.Series, pattern: str) -> np.ndarray:
    """Each different day is formatted once."""
    if cells.empty:
        return np.empty(0, dtype=object)
    days = cells.drop_duplicates()
    return cells.map(dict(zip(days, days.dt.strftime(pattern), strict=True))).to_numpy(dtype=object)
