"""An agency's database view, landed once a night as a Parquet file in the archive.

With a change time the rows since the last landing are read, else all of them. For an event feed
the new rows are a delivery of their own. A snapshot must stay whole: they are laid over the last
whole by business key, and when the result has not as many rows as the view (rows were deleted, or
a key was corrected), the view is read in full. A view that did not change gives the same bytes
and is a DUPLICATE, which keeps it fresh.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import sqlalchemy as sa

from ingest import receive
from ingest.contract import Feed
from ingest.files import put_json
from ingest.home import Home
from ingest.ledger import Ledger, delivery_id
from ingest.read.header import fold

CHUNK = 50_000
ATTEMPTS = 3
PAUSE_SECONDS = 0.5
CONNECT_SECONDS = 10
CHANGE_TIMES = frozenset(
    fold(name)
    for name in ("更新时间", "变更时间", "修改时间", "最后更新时间", "updated_at", "update_time")
)
_VARIABLE = re.compile(r"XIANSUO_SQL_(\d{6})_([A-Z]+)")


@dataclass(frozen=True)
class Landed:
    """One view on one night: its place among the deliveries, and its content or what went wrong."""

    adcode: str
    supplier: str
    path: str
    source_file: str
    sha256: str | None = None
    failure: str = ""


def land_views(home: Home, ledger: Ledger, feed: Feed, as_of: date) -> Iterator[Landed]:
    """Land the feed's view in every database that the environment names and was not yet read.

    XIANSUO_SQL_<ADCODE>_<SUPPLIER> holds a database's SQLAlchemy URL. A database that cannot be
    read gives a failure; its address appears nowhere.
    """
    if not feed.view:
        return
    current = ledger.current()
    for variable, url in sorted(os.environ.items()):
        match = _VARIABLE.fullmatch(variable)
        if not match or match.group(2).lower() not in feed.suppliers or not url:
            continue
        adcode, supplier = match.group(1), match.group(2).lower()
        name = f"{feed.title_zh}_视图.parquet"
        path = f"{adcode}/{supplier}/{as_of}/{name}"
        if path in current and current[path].sha256:
            continue
        view = _View(home, ledger, feed, Landed(adcode, supplier, path, name), as_of)
        yield view.land(url)


class _View:
    def __init__(self, home: Home, ledger: Ledger, feed: Feed, landed: Landed, as_of: date) -> None:
        self.home, self.ledger, self.feed, self.as_of = home, ledger, feed, as_of
        self.landed = landed
        self.table = sa.table(sa.quoted_name(str(feed.view), quote=True))
        self.memory = home.ledger / "views" / f"{landed.adcode}-{landed.supplier}-{feed.id}"
        self.draft = home.archive / f".view.{os.getpid()}"

    def land(self, url: str) -> Landed:
        """Read the view into the archive."""
        place = self.landed
        try:
            engine = _engine(url)
            mark = _patiently(lambda: self._read(engine))
        except (sa.exc.SQLAlchemyError, ImportError, OSError) as error:
            # The error's own text may hold the address and the password.
            failure = (
                f"数据库视图“{self.feed.view}”读取失败（{type(error).__name__}）；"
                "请检查数据库是否可用、视图和权限，修复后重跑当夜。"
            )
            return replace(place, failure=failure)
        sha256 = receive.store(self.home, self.draft, place.source_file)
        put_json(
            self.memory / f"{self.as_of}.json",
            {"delivery_id": delivery_id(place.path, sha256), "sha256": sha256, "mark": mark},
        )
        return replace(place, sha256=sha256)

    def _read(self, engine: sa.Engine) -> dict[str, str] | None:
        """Write the view's rows into the draft; return the latest change time in them."""
        with engine.connect() as con:
            nothing = sa.select(sa.text("*")).select_from(self.table).limit(0)
            names = list(con.execute(nothing).keys())
            change = next((n for n in names if fold(n) in CHANGE_TIMES), None)
            before = self._last() if change else None
            if change and before and before["mark"]:
                mark = self._read_changes(con, names, change, before)
                if mark:
                    return mark
            return self._write(con, names, change, self._select(names))

    def _last(self) -> dict[str, Any] | None:
        """What the newest earlier night remembers whose delivery reached the ledger."""
        for path in sorted(self.memory.glob("*.json"), reverse=True):
            known = json.loads(path.read_text("utf-8"))
            if path.stem < str(self.as_of) and self.ledger.get(known["delivery_id"]):
                return dict(known)
        return None

    def _select(self, names: list[str]) -> sa.Select[Any]:
        """All rows in an order of their own, so that equal content gives equal bytes."""
        columns: list[sa.ColumnClause[Any]] = [
            sa.column(sa.quoted_name(name, quote=True)) for name in names
        ]
        return sa.select(*columns).select_from(self.table).order_by(*columns)

    def _read_changes(
        self, con: sa.Connection, names: list[str], change: str, before: dict[str, Any]
    ) -> dict[str, str] | None:
        """Write the rows changed since `before`; None when the view must be read in full."""
        since = sa.column(sa.quoted_name(change, quote=True)) >= _as_value(before["mark"])
        mark = self._write(con, names, change, self._select(names).where(since)) or before["mark"]
        if self.feed.mode == "event":
            return dict(mark)
        whole = receive.archived(self.home, before["sha256"], self.landed.source_file)
        rows = con.execute(sa.select(sa.func.count()).select_from(self.table)).scalar_one()
        return dict(mark) if self._lay_over(whole, names) == rows else None

    def _lay_over(self, whole: Path, names: list[str]) -> int:
        """Make the draft the last whole with the draft's rows in place of theirs; its rows."""
        old, changed = pq.read_table(whole), pq.read_table(self.draft)
        key = self._key_columns(names)
        if old.column_names != names or not key:
            return -1
        stays = pc.invert(pc.is_in(_joined(old, key), value_set=pc.unique(_joined(changed, key))))
        if changed.equals(old.filter(pc.invert(stays))):
            shutil.copyfile(whole, self.draft)  # nothing new: the same bytes, a DUPLICATE
            return int(old.num_rows)
        merged = pa.concat_tables([old.filter(stays), changed])
        pq.write_table(merged, self.draft, compression="zstd")
        return int(merged.num_rows)

    def _key_columns(self, names: list[str]) -> list[str]:
        """The view's columns that make up the feed's business key."""
        parts = {p for part in self.feed.key for p in re.split(r"[|+]", part)}
        headings = {fold(h) for p in parts for h in self.feed.column(p).headers}
        return [name for name in names if fold(name) in headings]

    def _write(
        self, con: sa.Connection, names: list[str], change: str | None, query: sa.Select[Any]
    ) -> dict[str, str] | None:
        """Write a query's rows as text; return the latest change time among them."""
        latest: Any = None
        schema = pa.schema([(name, pa.string()) for name in names])
        streamed = con.execution_options(stream_results=True, yield_per=CHUNK).execute(query)
        with pq.ParquetWriter(self.draft, schema, compression="zstd") as out:
            for rows in streamed.partitions():
                columns: list[tuple[Any, ...]] = list(zip(*rows, strict=True))
                out.write_table(pa.table([pa.array([*map(_text, c)]) for c in columns], schema))
                if change:
                    times = [v for v in columns[names.index(change)] if v is not None]
                    latest = max([*times, *([latest] if latest is not None else [])], default=None)
        return _as_mark(latest)


def _joined(table: pa.Table, columns: list[str]) -> pa.ChunkedArray:
    return pc.binary_join_element_wise(*(pc.fill_null(table[name], "") for name in columns), "\x1f")


def _engine(url: str) -> sa.Engine:
    address = sa.make_url(url)
    wait = {"connect_timeout": CONNECT_SECONDS} if address.drivername.startswith("postg") else {}
    return sa.create_engine(address, poolclass=sa.NullPool, connect_args=wait)


def _patiently(read: Callable[[], Any]) -> Any:
    """Try a reading up to three times: databases restart, networks drop."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return read()
        except sa.exc.OperationalError:
            if attempt == ATTEMPTS:
                raise
            time.sleep(PAUSE_SECONDS * attempt)


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat(sep=" ") if isinstance(value, datetime) else str(value)


def _as_mark(value: Any) -> dict[str, str] | None:
    """A change time as JSON; None for one that is neither time nor text."""
    if isinstance(value, datetime | date):
        return {"time" if isinstance(value, datetime) else "date": value.isoformat()}
    return {"text": value} if isinstance(value, str) else None


def _as_value(mark: dict[str, str]) -> datetime | date | str:
    ((kind, text),) = mark.items()
    if kind == "time":
        return datetime.fromisoformat(text)
    return date.fromisoformat(text) if kind == "date" else text
