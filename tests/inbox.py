"""An inbox to drop files into, and rows of agencies to fill them with."""

from __future__ import annotations

import hashlib
import io
import json
import time
from collections.abc import Callable, Sequence
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

import duckdb
import pytest
import xlsxwriter

from ingest import door, mount
from ingest.home import Home
from ingest.ledger import FileDelivery, Ledger

COUNTY = "520526"
# Long enough after any file of a test was written.
LATER = time.time() + 3600


def id_number(serial: int, born: str = "19850312", area: str = "522427") -> str:
    """A valid 18-character identity number (GB 11643), one for each serial up to 999."""
    digits = f"{area}{born}{serial:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(w * int(d) for w, d in zip(weights, digits, strict=True))
    return digits + "10X98765432"[total % 11]


STAFF = ("所在单位", "姓名", "身份证件号码", "岗位类别", "入职时间", "在岗状态")
JUDGMENT = (
    "案号",
    "被告人",
    "证件号码",
    "罪名",
    "犯罪起始日期",
    "判决日期",
    "主刑",
    "刑期月数",
    "封存标志",
)


def staff(serial: int, **changes: str) -> dict[str, str]:
    """A row of the staff roster."""
    row = {
        "所在单位": "石门小学",
        "姓名": f"张三{serial}",
        "身份证件号码": id_number(serial),
        "岗位类别": "保安",
        "入职时间": "2021-09-01",
        "在岗状态": "在岗",
    }
    return row | changes


def judgment(serial: int, **changes: str) -> dict[str, str]:
    """A row of a criminal judgment against an adult, not sealed."""
    row = {
        "案号": f"(2022)黔0526刑初{serial}号",
        "被告人": f"李四{serial}",
        "证件号码": id_number(serial),
        "罪名": "盗窃罪",
        "犯罪起始日期": "2021-05-01",
        "判决日期": "2022-03-01",
        "主刑": "有期徒刑",
        "刑期月数": "12",
        "封存标志": "否",
    }
    return row | changes


def csv(rows: Sequence[dict[str, str]], columns: Sequence[str] | None = None) -> bytes:
    """The rows as UTF-8 CSV, every cell quoted."""
    columns = columns or list(rows[0])
    lines = [columns, *([row.get(c, "") for c in columns] for row in rows)]
    quoted = ("".join(f'"{cell}",' for cell in line)[:-1] for line in lines)
    return ("\n".join(quoted) + "\n").encode()


def xlsx(*sheets: Sequence[Sequence[Any]], names: Sequence[str] = ()) -> bytes:
    """A workbook of these sheets, cell by cell as given."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    for number, rows in enumerate(sheets):
        sheet = book.add_worksheet(names[number] if names else None)
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    book.close()
    return buffer.getvalue()


def table(rows: Sequence[dict[str, str]]) -> list[list[str]]:
    """The rows as a heading and lines."""
    return [list(rows[0]), *(list(row.values()) for row in rows)]


def counts(record: FileDelivery) -> tuple[int, int, int, int, int]:
    """Rows in, accepted, quarantined, duplicate and sealed of one delivered file."""
    return (
        record.rows_in,
        record.rows_accepted,
        record.rows_quarantined,
        record.rows_duplicate,
        record.rows_sealed,
    )


class Inbox:
    """A home and its inbox."""

    def __init__(self, root: Path) -> None:
        self.home = Home(root).make()

    def drop(
        self,
        place: str,
        content: bytes,
        manifest: dict[str, Any] | None = None,
        county: str = COUNTY,
    ) -> Path:
        """Put a file at supplier/date/name, with its manifest."""
        path = self.home.inbox / county / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        if manifest is not None:
            said = json.dumps(manifest)
            path.with_name(path.name + ".manifest.json").write_text(said, "utf-8")
        return path

    def night(self, as_of: str = "2023-12-31", now: float = LATER) -> dict[str, FileDelivery]:
        """Take everything; the records written, by path below the county."""
        records = door.take_all(self.home, date.fromisoformat(as_of), now, lambda line: None)
        return {record.path.split("/", 1)[-1]: record for record in records}

    def record(self, place: str) -> FileDelivery:
        """What the ledger says of the file at a place."""
        return Ledger(self.home).current()[f"{COUNTY}/{place}"]

    def warehouse(self, as_of: str = "2023-12-31") -> duckdb.DuckDBPyConnection:
        """A night's warehouse with the lake mounted."""
        path = self.home.root / "night.duckdb"
        mount.mount(self.home, date.fromisoformat(as_of), path)
        return duckdb.connect(str(path))

    def rows(self, feed: str, columns: str = "*", as_of: str = "2023-12-31") -> list[tuple]:
        """Rows of a feed as the night sees them, in the order of their places."""
        with self.warehouse(as_of) as con:
            return lake_rows(con, feed, columns)


def lake_rows(con: duckdb.DuckDBPyConnection, feed: str, columns: str = "*") -> list[tuple]:
    """Rows of a feed in a warehouse, in the order of their places."""
    order = "order by _delivered_on, _file_order, _source_sheet, _source_row"
    return con.execute(f"select {columns} from lake.{feed} {order}").fetchall()


# Killed after a step is mostly killed before the next one.
WHEN = ["before", pytest.param("after", marks=pytest.mark.slow)]


class Killed(BaseException):
    """Ends a run as a kill does: nothing catches it."""


def run_until_it_survives(
    monkeypatch: pytest.MonkeyPatch, step: str, when: str, run: Callable[[], Any]
) -> int:
    """Run again and again, killed before or after the n-th call of `step`, n = 1, 2, 3 …

    Ends with the run that did not reach its n-th call; returns how many were killed.
    """
    module, name = step.rsplit(".", 1)
    whole = getattr(import_module(module), name)
    for kills in range(100):
        left = [kills]

        def dying(*args: Any, left: list[int] = left, **named: Any) -> Any:
            if left[0] == 0 and when == "before":
                raise Killed
            result = whole(*args, **named)
            if left[0] == 0:
                raise Killed
            left[0] -= 1
            return result

        with monkeypatch.context() as patch:
            patch.setattr(step, dying)
            try:
                run()
            except Killed:
                continue
            return kills
    raise AssertionError(f"{step} never ends")


def sha256(content: bytes) -> str:
    """The content's hash as a manifest states it."""
    return hashlib.sha256(content).hexdigest()
