"""Workbooks for people who work in Excel, WPS or LibreOffice.

A sheet is a table with one heading, wrapped and ready to print. Cells are inert: no text is ever
taken for a formula or a number. A workbook is written aside and renamed, and equal content gives
equal files.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from types import TracebackType
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from ingest.files import put
from ingest.home import Home
from ingest.quarantine import inert

FOOTER = "&L内部资料&C&A&R第 &P 页，共 &N 页"
LINE = 15.0  # points
MOST_LINES = 27  # Excel's highest row
MOST_LINKS = 65_530  # that a sheet may have
A4 = 9
INERT = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
FORMATS: dict[str, dict[str, Any]] = {
    "head": {"bold": True, "bg_color": "#DDE5EE", "text_wrap": True, "border": 1},
    "text": {"num_format": "@", "text_wrap": True, "border": 1},
    "date": {"num_format": "yyyy-mm-dd", "border": 1},
    "number": {"num_format": "0", "border": 1},
    "link": {"num_format": "@", "font_color": "#0563C1", "underline": 1, "border": 1},
    "fill text": {"num_format": "@", "bg_color": "#FFF8DC", "text_wrap": True, "border": 1},
    "fill date": {"num_format": "yyyy-mm-dd", "bg_color": "#FFF8DC", "border": 1},
}


@dataclass(frozen=True)
class Link:
    """A text that leads to a row of another sheet; rows count from 1."""

    text: str
    sheet: str
    row: int


Cell = str | int | date | Link | None


@dataclass(frozen=True)
class Column:
    """A column: its heading, its width in half-width characters, and what may be put there.

    `fill`: left for the reader, as "text" or "date"; `allowed`: the list to choose from; `dates`:
    the first and the last day that may be entered.
    """

    header: str
    width: int = 14
    fill: str = ""
    allowed: tuple[str, ...] = ()
    dates: tuple[date, date] | None = None
    hidden: bool = False


def columns(*named: tuple[str, int]) -> list[Column]:
    """Columns that are only read: heading and width."""
    return [Column(header, width) for header, width in named]


def outbox_file(home: Home, night: date, adcode: str, receiver: str, name: str) -> Path:
    """Where a receiver finds a workbook of the night."""
    return home.outbox / adcode / receiver / night.isoformat() / f"{name}.xlsx"


class Book:
    """A workbook on its way to `target`, as of a night. Left without an error, it is in place."""

    def __init__(self, target: Path, night: date) -> None:
        self.target = target
        target.parent.mkdir(parents=True, exist_ok=True)
        # the rows wait here until the workbook is closed, so not in the machine's own /tmp
        self._aside = tempfile.TemporaryDirectory(prefix=".draft-", dir=target.parent)
        self._draft = Path(self._aside.name) / "draft.xlsx"
        options = {**INERT, "constant_memory": True, "tmpdir": self._aside.name}
        self._book = xlsxwriter.Workbook(self._draft, options)
        self._book.set_properties({"created": datetime.combine(night, time())})
        self._formats = {
            name: self._book.add_format({"valign": "top", **look}) for name, look in FORMATS.items()
        }

    def __enter__(self) -> Book:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._aside:
            self._book.close()
            if kind is None:
                put(self._draft, self.target)

    def table(self, name: str, columns: Sequence[Column], rows: Iterable[Sequence[Cell]]) -> int:
        """Write a sheet with a heading and rows; cells of `fill` columns may be None. Its rows."""
        sheet = self._sheet(name, columns)
        last = 0
        for last, cells in enumerate(rows, start=1):
            sheet.set_row(last, _height(columns, cells))
            for place, (column, cell) in enumerate(zip(columns, cells, strict=True)):
                self._write(sheet, last, place, column, cell)
        for place, column in enumerate(columns):
            if rule := _validation(column):
                sheet.data_validation(1, place, max(last, 1), place, rule)
        sheet.autofilter(0, 0, last, len(columns) - 1)
        return last

    def facts(self, name: str, facts: Mapping[str, Cell], hidden: bool = False) -> None:
        """Write a sheet of names and what stands under them; a hidden one is for programs."""
        self.table(name, columns(("项目", 24), ("内容", 100)), facts.items())
        if hidden:
            self._book.get_worksheet_by_name(name).very_hidden()

    def _sheet(self, name: str, columns: Sequence[Column]) -> Worksheet:
        sheet = self._book.add_worksheet(name)
        sheet.freeze_panes(1, 1)
        sheet.repeat_rows(0)
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer(FOOTER)
        for place, column in enumerate(columns):
            sheet.set_column(place, place, column.width, None, {"hidden": column.hidden})
        sheet.set_row(0, 2 * LINE)
        for place, column in enumerate(columns):
            sheet.write_string(0, place, column.header, self._formats["head"])
        return sheet

    def _write(self, sheet: Worksheet, row: int, place: int, column: Column, cell: Cell) -> None:
        look = self._formats[f"fill {column.fill}" if column.fill else "text"]
        if cell is None:
            sheet.write_blank(row, place, None, look)
        elif isinstance(cell, Link) and row <= MOST_LINKS:
            target = f"internal:'{cell.sheet}'!A{cell.row}"
            sheet.write_url(row, place, target, self._formats["link"], inert(cell.text))
        elif isinstance(cell, date):
            sheet.write_datetime(row, place, cell, self._formats["date"])
        elif isinstance(cell, int):
            sheet.write_number(row, place, cell, self._formats["number"])
        else:
            sheet.write_string(row, place, inert(_text(cell)), look)


def _text(cell: Cell) -> str:
    return cell.text if isinstance(cell, Link) else str(cell)


def _height(columns: Sequence[Column], cells: Sequence[Cell]) -> float:
    """Points that the longest text of a row takes, a Chinese character being two wide."""
    lines = [
        -(-2 * len(_text(cell)) // column.width)
        for column, cell in zip(columns, cells, strict=True)
        if isinstance(cell, str) and not column.hidden
    ]
    return LINE * min(max([1, *lines]), MOST_LINES)


def _validation(column: Column) -> dict[str, Any] | None:
    """Excel's own check of what is typed; pasting goes past it, so the door checks again."""
    if column.allowed:
        return {
            "validate": "list",
            "source": list(column.allowed),
            "error_title": column.header,
            "error_message": "请从列表中选择。",
        }
    if column.dates:
        first, last = column.dates
        return {
            "validate": "date",
            "criteria": "between",
            "minimum": first,
            "maximum": last,
            "error_title": column.header,
            "error_message": f"请填 {first} 至 {last} 之间的日期，如 {first}。",
        }
    return None
