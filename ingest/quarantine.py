"""Rows that break the contract, kept with their reasons and written so that they can go back.

What an agency wrote is shown to it as it wrote it, but never so that a spreadsheet would run it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import xlsxwriter

from ingest.contract import Feed
from ingest.files import put
from ingest.home import Home
from ingest.ledger import Reason
from ingest.normalise.frame import REASONS_ZH

RAGGED = "ragged_row"
REASONS = {**REASONS_ZH, RAGGED: "本行的列数与表头不符"}
# A sheet has room for a million rows, but nobody mends so many by hand.
MAX_SHEET_ROWS = 100_000
_EXECUTES = tuple("=+-@\t\r＝＋－＠")


class Quarantine:
    """The quarantined rows of one delivery while it is read, in chunks."""

    def __init__(self, feed: Feed, draft: Path) -> None:
        self.feed, self.draft = feed, draft
        fields = [("_source_row", pa.int64()), ("_source_sheet", pa.string())]
        fields += [(name, pa.string()) for name in ("_columns", "_reasons", "_codes", "_row_key")]
        self.schema = pa.schema([*fields, *((c.name, pa.string()) for c in feed.columns)])
        self._writer: pq.ParquetWriter | None = None
        self._rows: Counter[tuple[str, str]] = Counter()
        self._example: dict[tuple[str, str], int] = {}
        self.rows = 0

    def add(self, raw: pd.DataFrame, row_key: pa.ChunkedArray, problems: pd.DataFrame) -> None:
        """Keep the raw rows (index 0…n-1) named by `problems`: index, column, reason."""
        if problems.empty:
            return
        places = np.sort(problems["index"].unique())
        rows = raw.iloc[places]
        self._count(raw, problems)
        headers = {c.name: c.header for c in self.feed.columns}
        said = {
            "_columns": problems["column"].map(headers).fillna(""),
            "_reasons": problems["reason"].map(REASONS).fillna(problems["reason"]),
            "_codes": problems["column"] + ":" + problems["reason"],
        }
        columns: dict[str, Any] = {
            "_source_row": rows["_source_row"],
            "_source_sheet": rows["_source_sheet"],
            "_row_key": row_key.take(pa.array(places)).to_pandas(),
        }
        columns |= {name: _by_row(problems["index"], texts) for name, texts in said.items()}
        columns |= {c.name: rows[c.name] for c in self.feed.columns}
        arrays = [pa.array(columns[f.name].array, f.type, from_pandas=True) for f in self.schema]
        if self._writer is None:
            self._writer = pq.ParquetWriter(self.draft, self.schema, compression="zstd")
        self._writer.write_table(pa.table(arrays, self.schema))
        self.rows += len(places)

    def _count(self, raw: pd.DataFrame, problems: pd.DataFrame) -> None:
        at = problems.assign(row=raw["_source_row"].to_numpy()[problems["index"].to_numpy(int)])
        found = at.groupby(["column", "reason"])["row"].agg(["size", "min"]).reset_index()
        for column, reason, rows, first in found.itertuples(index=False):
            self._rows[column, reason] += rows
            self._example.setdefault((column, reason), int(first))

    def reasons(self) -> tuple[Reason, ...]:
        """How many rows each reason hit, and one of them."""
        return tuple(
            Reason(column, reason, int(rows), self._example[column, reason])
            for (column, reason), rows in sorted(self._rows.items())
        )

    def close(self) -> None:
        """End the draft."""
        if self._writer:
            self._writer.close()

    def publish(self, home: Home, delivery: str) -> None:
        """Put the rows and their sheet in their place, or remove what an earlier run left there."""
        target = home.quarantine / self.feed.id / f"{delivery}.parquet"
        sheet = target.with_suffix(".xlsx")
        if not self.rows:
            target.unlink(missing_ok=True)
            sheet.unlink(missing_ok=True)
            return
        draft = self.draft.with_suffix(".xlsx")
        write_sheet(self.feed, self.draft, draft)
        put(draft, sheet)
        put(self.draft, target)


def _by_row(index: pd.Series, texts: pd.Series) -> pd.Series:
    """The texts of each row in one, in the order of the rows; of two columns both keep theirs."""
    table = pa.table({"index": pa.array(index), "text": pa.array(texts, pa.string())})
    rows = table.group_by("index", use_threads=False).aggregate([("text", "list")])
    return pc.binary_join(rows.sort_by("index")["text_list"], "；").to_pandas()


def write_sheet(feed: Feed, rows: Path, target: Path) -> None:
    """The quarantined rows as a workbook for the agency: where, why, and what it wrote."""
    book = xlsxwriter.Workbook(
        target,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    text, head = book.add_format({"num_format": "@"}), book.add_format({"bold": True})
    sheet = book.add_worksheet("退回数据")
    labels = ["行号", "工作表", "列", "原因", *(c.header for c in feed.columns)]
    sheet.write_row(0, 0, labels, head)
    sheet.set_column(0, len(labels) - 1, 16)
    sheet.freeze_panes(1, 0)
    for number, row in enumerate(_cells(feed, rows), start=1):
        for column, value in enumerate(row):
            sheet.write_string(number, column, inert(value), text)
    book.close()


def _cells(feed: Feed, rows: Path) -> Iterator[list[str]]:
    names = ["_source_row", "_source_sheet", "_columns", "_reasons"]
    names += [c.name for c in feed.columns]
    written = 0
    for batch in pq.ParquetFile(rows).iter_batches(10_000, columns=names):
        columns = [column.cast(pa.string()).to_pylist() for column in batch.columns]
        for row in zip(*columns, strict=True):
            if written == MAX_SHEET_ROWS:
                yield ["", "", "", f"只列出前 {MAX_SHEET_ROWS} 行，其余为同类问题。"]
                return
            written += 1
            yield [value or "" for value in row]


def inert(value: str) -> str:
    """A text that no spreadsheet takes for a formula, even when copied into a CSV."""
    bare = value.lstrip("\ufeff \u3000\u200b")
    return f"'{value}" if bare.startswith(_EXECUTES) or value.startswith(_EXECUTES) else value
