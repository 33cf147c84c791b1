"""The forms of files: workbooks with their furniture, CSV in its encodings, and what wraps them.

Everything is written so that the same content gives the same bytes: a roster handed in unchanged
must be recognised as the same file.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import sqlite3
import time
import zipfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import xlsxwriter
import xlwt

LONG_AGO = datetime(2020, 1, 1)
PERSON_HEADINGS = {
    "姓名",
    "性别",
    "民族",
    "证件类型",
    "身份证件类型",
    "身份证件号码",
    "身份证号",
    "身份证号码",
    "证件号码",
    "被查询人",
}


@dataclass
class File:
    """One file to be handed in. `form` is an extension with an encoding: csv:gb18030, xlsx."""

    folder: Path
    name: str
    form: str
    sheets: dict[str, pd.DataFrame]
    title: str = ""
    manifest: dict[str, Any] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """Rows of data over all sheets."""
        return sum(len(sheet) for sheet in self.sheets.values())


def write(file: File, day: np.datetime64) -> Path:
    """Write the file and its manifest, dated on its day of delivery; the file's path."""
    kind, _, rest = file.form.partition(":")
    file.folder.mkdir(parents=True, exist_ok=True)
    encoding, _, wrapped = rest.partition("+")
    if kind == "xlsx":
        data = _xlsx(file)
    elif kind == "xls":
        data = _xls(file)
    elif kind == "parquet":
        data = _parquet(file)
    else:
        data = _csv(file, encoding or "utf-8")
    name = f"{file.name}.{kind}"
    if wrapped == "gz":
        data, name = gzip.compress(data, 6, mtime=0), name + ".gz"
    elif wrapped == "zip":
        data, name = _zipped(name, data), name + ".zip"
    path = file.folder / name
    path.write_bytes(data)
    paths = [path]
    if file.manifest:
        said = {"rows": file.rows, "sha256": hashlib.sha256(data).hexdigest()} | file.manifest
        paths.append(path.with_name(name + ".manifest.json"))
        paths[1].write_text(json.dumps(said, ensure_ascii=False), "utf-8")
    for each in paths:
        backdate(each, day)
    return path


def backdate(path: Path, day: np.datetime64) -> None:
    """Give the file the time of its delivery, and never less than two minutes ago."""
    noon = datetime.combine(day.astype(object), datetime.min.time(), UTC).timestamp() + 14_400
    when = min(noon, time.time() - 120)
    os.utime(path, (when, when))


def _xlsx(file: File) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out,
        {
            "in_memory": True,
            "strings_to_numbers": False,
            "strings_to_formulas": False,
            "strings_to_urls": False,
        },
    )
    book.set_properties({"created": LONG_AGO})
    head = book.add_format({"bold": True, "align": "center", "valign": "vcenter", "border": 1})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for name, sheet in file.sheets.items():
        page = book.add_worksheet(name)
        width = len(sheet.columns)
        page.merge_range(0, 0, 0, width, file.title or name, head)
        _two_row_header(page, list(sheet.columns), head)
        for r, row in enumerate(sheet.itertuples(index=False, name=None), start=3):
            page.write_number(r, 0, r - 2)
            for c, cell in enumerate(row, start=1):
                if isinstance(cell, str):
                    if cell:
                        page.write_string(r, c, cell)
                elif isinstance(cell, datetime):
                    page.write_datetime(r, c, cell, day)
                else:
                    page.write_number(r, c, cell)
        page.write_string(len(sheet) + 3, 0, "合计")
        page.write_string(len(sheet) + 3, 1, f"{len(sheet)}条")
        page.freeze_panes(3, 0)
    codes = book.add_worksheet("字典")
    codes.write_column(0, 0, ["代码说明", "在岗", "离职", "借调", "长期病假"])
    codes.hide()
    book.close()
    return out.getvalue()


def _two_row_header(page: Any, headings: list[str], head: Any) -> None:
    """Headings about the person stand under one merged cell, the others span both rows."""
    page.merge_range(1, 0, 2, 0, "序号", head)
    start = next((i for i, h in enumerate(headings) if h in PERSON_HEADINGS), None)
    stop = start
    while stop is not None and stop < len(headings) and headings[stop] in PERSON_HEADINGS:
        stop += 1
    for i, heading in enumerate(headings):
        if start is not None and stop is not None and stop - start > 1 and start <= i < stop:
            page.write_string(2, i + 1, heading, head)
        else:
            page.merge_range(1, i + 1, 2, i + 1, heading, head)
    if start is not None and stop is not None and stop - start > 1:
        page.merge_range(1, start + 1, 1, stop, "人员信息", head)


def _xls(file: File) -> bytes:
    book = xlwt.Workbook(encoding="utf-8")
    style = xlwt.easyxf(num_format_str="YYYY-MM-DD")
    for name, sheet in file.sheets.items():
        page = book.add_sheet(name)
        page.write_merge(0, 0, 0, max(len(sheet.columns) - 1, 1), file.title or name)
        for c, heading in enumerate(sheet.columns):
            page.write(1, c, heading)
        for r, row in enumerate(sheet.itertuples(index=False, name=None), start=2):
            for c, cell in enumerate(row):
                if isinstance(cell, datetime):
                    page.write(r, c, cell, style)
                elif cell != "":
                    page.write(r, c, cell)
        page.write(len(sheet) + 2, 0, "合计")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _table(file: File) -> pa.Table:
    frame = (
        pd.concat(file.sheets.values(), ignore_index=True)
        if len(file.sheets) > 1
        else next(iter(file.sheets.values()))
    )
    return pa.table({c: pa.array(frame[c].astype(str), pa.string()) for c in frame.columns})


def _csv(file: File, encoding: str) -> bytes:
    out = io.BytesIO()
    pa.csv.write_csv(_table(file), out, pa.csv.WriteOptions(quoting_style="needed"))
    data = out.getvalue()
    if encoding == "utf-8":
        return data
    text = data.decode("utf-8").replace("\n", "\r\n")
    try:
        return text.encode(encoding)
    except UnicodeEncodeError:
        # an office that exports GBK turns to GB18030 for characters that GBK has not
        return text.encode("gb18030")


def _parquet(file: File) -> bytes:
    out = io.BytesIO()
    pa.parquet.write_table(_table(file), out)
    return out.getvalue()


def _zipped(name: str, data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def write_view(path: Path, view: str, sheet: pd.DataFrame) -> None:
    """An agency's database with one view, replaced as a whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    connection = sqlite3.connect(draft)
    sheet.astype(str).to_sql("t_base", connection, index=False)
    connection.execute(f'create view "{view}" as select * from t_base')
    connection.commit()
    connection.close()
    draft.replace(path)
