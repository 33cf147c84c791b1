"""Agencies' files as a bare script reads them: raw text by the contract's names, nothing more."""

from __future__ import annotations

import gzip
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow.parquet as pq
import python_calamine

from ingest.contract import Feed, load_contracts

ORIGIN = ("_file text", "_adcode text", "_supplier text", "_delivered_on date", "_row bigint")


def delivered(inbox: Path, as_of: str, feeds: tuple[str, ...]) -> dict[str, list[Path]]:
    """The files of these feeds, delivered up to a day, by their titles."""
    titles = {load_contracts()[feed].title_zh: feed for feed in feeds}
    files = defaultdict(list)
    for path in sorted(inbox.glob("*/*/*/*")):
        if path.parent.name <= as_of and not path.name.endswith(".json"):
            title = max((t for t in titles if path.name.startswith(t)), key=len, default="")
            if title:
                files[titles[title]].append(path)
    return files


def load(feed: Feed, files: list[Path], con: duckdb.DuckDBPyConnection, work: Path) -> int:
    """Table `raw_<feed>` of the files' rows, all text, with where each came from; how many."""
    columns = ", ".join([*(f"{c.name} text" for c in feed.columns), *ORIGIN])
    con.execute(f"create table raw_{feed.id} ({columns})")
    wanted = {h: c.name for c in feed.columns for h in c.headers}
    for path in files:
        adcode, supplier, day = path.parts[-4:-1]
        for rows, headings in _tables(path, wanted, con, work):
            known = {wanted[h]: h for h in reversed(headings) if h in wanted}
            chosen = ", ".join(f'"{h}"::text as {name}' for name, h in known.items())
            con.execute(
                f"insert into raw_{feed.id} by name select {chosen}, ? as _file, ? as _adcode,"
                f" ? as _supplier, ?::date as _delivered_on, row_number() over () as _row"
                f" from {rows}",
                [path.name, adcode, supplier, day],
            )
    (count,) = con.execute(f"select count(*) from raw_{feed.id}").fetchone()  # type: ignore[misc]
    return int(count)


def _tables(
    path: Path, wanted: dict[str, str], con: duckdb.DuckDBPyConnection, work: Path
) -> Iterator[tuple[str, list[str]]]:
    """What to select a file's rows from, and its headings."""
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            path = Path(archive.extract(archive.namelist()[0], work))
    elif path.suffix == ".gz":
        unpacked = work / path.stem
        unpacked.write_bytes(gzip.decompress(path.read_bytes()))
        path = unpacked
    if path.suffix == ".parquet":
        yield f"read_parquet('{path}')", pq.read_schema(path).names
    elif path.suffix in (".xlsx", ".xls"):
        for frame in _sheets(path, wanted):
            con.register("sheet", frame)
            yield "sheet", list(frame.columns)
            con.unregister("sheet")
    else:
        data = path.read_bytes()
        try:
            data.decode("utf-8-sig")
        except UnicodeDecodeError:
            path = work / path.name
            path.write_text(data.decode("gb18030"), "utf-8")
        rows = f"read_csv('{path}', all_varchar = true, ignore_errors = true)"
        yield rows, [name for name, *_ in con.execute(f"describe from {rows}").fetchall()]


def _sheets(path: Path, wanted: dict[str, str]) -> Iterator[pd.DataFrame]:
    book = python_calamine.CalamineWorkbook.from_path(str(path))
    for name in book.sheet_names:
        rows = [[str(cell).strip() for cell in row]
                for row in book.get_sheet_by_name(name).to_python()]  # fmt: skip
        head = next((i for i, row in enumerate(rows) if sum(c in wanted for c in row) > 3), None)
        if head is not None:
            frame = pd.DataFrame(rows[head + 1 :], columns=rows[head], dtype="string")
            yield frame.loc[:, ~frame.columns.duplicated()]
