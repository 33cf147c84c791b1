"""Workbooks: every visible sheet that has the feed's heading, cell by cell with its kind."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from ingest.read import biff, ooxml
from ingest.read.header import MAX_COLUMNS, SEARCH_ROWS, Heading, Vocabulary
from ingest.read.raw import RawWriter, Unreadable, clean_label, data_rows, kind_of, number_text

CHUNK = 20_000
DAYS_TO_1904 = 1462


@dataclass
class Found:
    """What the sheets of a workbook came to."""

    heading: Heading | None = None
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Inside:
    """What calamine does not show: formulas and month-only cells by sheet, the date system."""

    formulas: Callable[[str], Iterator[tuple[int, int]]]
    months: Callable[[str], Iterator[tuple[int, int]]]
    epoch_1904: bool


def read_workbook(source: Path, out: RawWriter, vocabulary: Vocabulary) -> Found:
    """Write the rows of every sheet that fits, and say which did not.

    The heading is the first fitting one, else the closest. Raises Unreadable for a damaged or
    locked workbook, too many columns, or a formula where data should be.
    """
    inside = _inside(source)
    try:
        with CalamineWorkbook.from_filelike(source.open("rb")) as book:
            return _read_sheets(book, inside, out, vocabulary)
    except PasswordError:
        raise Unreadable(biff.ENCRYPTED) from None
    except (CalamineError, OSError):
        raise Unreadable(ooxml.DAMAGED) from None


def _inside(source: Path) -> _Inside:
    with source.open("rb") as f:
        packed = f.read(4) == b"PK\x03\x04"
    if packed:
        package = ooxml.open_package(source)
        return _Inside(package.formulas, package.months, package.epoch_1904)
    book = biff.open_book(source)
    order = CalamineWorkbook.from_filelike(source.open("rb")).sheet_names
    return _Inside(
        lambda sheet: book.formulas(order.index(sheet)), lambda sheet: iter(()), book.epoch_1904
    )


def _read_sheets(
    book: CalamineWorkbook, inside: _Inside, out: RawWriter, vocabulary: Vocabulary
) -> Found:
    found = Found()
    fitting: list[Heading] = []
    misfits: list[tuple[str, Heading | None]] = []
    for meta in book.sheets_metadata:
        if meta.typ != SheetTypeEnum.WorkSheet:
            continue
        if meta.visible != SheetVisibleEnum.Visible:
            found.notes.append(f"隐藏工作表“{clean_label(meta.name)}”未读取")
            continue
        sheet = book.get_sheet_by_name(meta.name)
        if sheet.start is None:
            continue
        heading = _Sheet(sheet, inside, vocabulary).write(out)
        if heading and heading.fits:
            fitting.append(heading)
        else:
            misfits.append((clean_label(meta.name), heading))
        found.heading = _better(found.heading, heading)
    if fitting and found.heading:
        found.heading = _together(found.heading, fitting)
        _refuse_incomplete(misfits, len(found.heading.positions))
    if fitting and misfits:
        names = "、".join(name for name, _ in misfits[:5])
        found.notes.append(f"工作表“{names}”没有约定的列，未读取")
    return found


def _together(best: Heading, fitting: list[Heading]) -> Heading:
    """The best heading with what others add to it; Unreadable when units of money differ."""
    labels: dict[str, str] = {}
    units: dict[str, str] = {}
    for heading in [*fitting, best]:
        labels |= heading.labels
        units |= heading.units
    for name in units:
        if len({"万" in h.headings[name] for h in fitting if name in h.units}) > 1:
            raise Unreadable(
                f"各工作表“{clean_label(labels[name])}”的单位有元也有万元；请统一后重新报送。"
            )
    return replace(best, labels=labels, units=units, extra=max(h.extra for h in fitting))


def _refuse_incomplete(misfits: list[tuple[str, Heading | None]], columns: int) -> None:
    """A sheet that has three quarters of the others' columns is one of them, and its rows count."""
    for sheet, heading in misfits:
        if heading and 4 * len(heading.positions) >= 3 * columns:
            missing = "、".join(heading.missing)
            raise Unreadable(
                f"工作表“{sheet}”缺少必需的列：{missing}；请按约定的表头补齐后重新报送。"
            )


def _better(known: Heading | None, other: Heading | None) -> Heading | None:
    if known is None or other is None:
        return known or other
    score = [(h.fits, len(h.positions)) for h in (known, other)]
    return other if score[1] > score[0] else known


class _Sheet:
    """One sheet: its heading, then its rows in chunks."""

    def __init__(self, sheet: CalamineSheet, inside: _Inside, vocabulary: Vocabulary) -> None:
        self.sheet, self.inside, self.vocabulary = sheet, inside, vocabulary
        self.left = sheet.start[1] if sheet.start else 0
        self.dates = {c.name for c in vocabulary.wanted if c.type in ("date", "month", "timestamp")}
        self.merged: dict[int, list[tuple[int, int]]] = {}
        self.months: dict[int, set[int]] = {}
        self.carried: dict[tuple[int, int], Any] = {}
        if sheet.width > MAX_COLUMNS:
            raise Unreadable(f"列数超过 {MAX_COLUMNS}，不是约定的表；请删去多余的列后报送。")

    def write(self, out: RawWriter) -> Heading | None:
        """Write the data rows when the heading fits; return the heading, None without any."""
        rows = iter(self.sheet.iter_rows())
        first = list(islice(rows, SEARCH_ROWS + 1))
        heading = self.vocabulary.find([[_text(c) for c in row] for row in first])
        if heading is None or not heading.fits:
            return heading
        self._look_inside(heading)
        below = chain(first[heading.row + 1 :], rows)
        at = heading.row + 1
        kept: list[np.ndarray] = []
        while chunk := list(islice(below, CHUNK)):
            kept.append(self._write_rows(out, heading, chunk, at))
            at += len(chunk)
        self._refuse_formulas(heading, kept)
        return heading

    def _write_rows(
        self, out: RawWriter, heading: Heading, rows: list[list[Any]], at: int
    ) -> np.ndarray:
        """Write one chunk that begins in row `at` (from 0); return the rows written."""
        texts = [
            pa.array([_text(row[i]) or None for row in rows], pa.string())
            for i in range(len(rows[0]))
        ]
        keep = data_rows(texts, heading.positions, heading.labels, out.wanted)
        columns: dict[str, pa.Array] = {}
        for name, i in heading.positions.items():
            cells = self._filled([row[i] for row in rows], i, at)
            if self.inside.epoch_1904 and name in self.dates:
                cells = [c + DAYS_TO_1904 if _is_number(c) else c for c in cells]
            text = [_text(c) or None for c in cells]
            for row in self.months.get(i, set()) & set(range(at, at + len(rows))):
                text[row - at] = _without_first(text[row - at])
            columns[name] = pa.array(text, pa.string()).filter(keep)
            columns[kind_of(name)] = pa.array([_kind(c) for c in cells], pa.string()).filter(keep)
        numbers = pa.array(np.arange(at, at + len(rows))).filter(keep)
        out.write(columns, pc.add(numbers, 1), sheet=self.sheet.name)
        return numbers.to_numpy()

    def _look_inside(self, heading: Heading) -> None:
        """Note, by position, the merged ranges below the heading and the month-only cells."""
        for (top, left), (bottom, _) in self.sheet.merged_cell_ranges or ():
            if top > heading.row and bottom > top:
                self.merged.setdefault(left - self.left, []).append((top, bottom))
        for row, column in self.inside.months(self.sheet.name):
            self.months.setdefault(column - self.left, set()).add(row)

    def _filled(self, cells: list[Any], position: int, at: int) -> list[Any]:
        """One column's cells of a chunk, a merged range's value in each of its rows."""
        end = at + len(cells)
        for top, bottom in self.merged.get(position, ()):
            if at <= top < end:
                self.carried[position, top] = cells[top - at]
            for row in range(max(top, at), min(bottom + 1, end)):
                cells[row - at] = self.carried[position, top]
        return cells

    def _refuse_formulas(self, heading: Heading, kept: list[np.ndarray]) -> None:
        rows = set(np.concatenate(kept).tolist()) if kept else set()
        columns = {i + self.left: name for name, i in heading.positions.items()}
        for row, column in self.inside.formulas(self.sheet.name):
            if row == -1 or (row in rows and column in columns):
                label = clean_label(heading.labels.get(columns.get(column, ""), ""))
                raise Unreadable(
                    f"第 {row + 1} 行“{label}”列是公式，不是数据；请粘贴为数值后重新报送。"
                )


def _without_first(text: str | None) -> str | None:
    """A month-only cell's text: the first of a month is what Excel made of a month."""
    return text[:7] if text and text[8:10] == "01" else text


def _is_number(cell: Any) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def _kind(cell: Any) -> str | None:
    if isinstance(cell, str):
        return "s" if cell else None
    if isinstance(cell, bool):
        return "b"
    return "n" if isinstance(cell, int | float) else "d"


def _text(cell: Any) -> str:
    """A cell as text; dates are ISO."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int | float):
        return number_text(cell)
    if isinstance(cell, dt.datetime):
        return cell.isoformat(sep=" ")
    return cell.isoformat() if isinstance(cell, dt.date | dt.time) else str(cell)
