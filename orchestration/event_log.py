"""Dagster's SQLite event log with its connections kept open.

Dagster makes a new SQLAlchemy engine and a new connection for every event: 12 ms of CPU and, since
the last close of a write-ahead log checkpoints it, several syncs to disk. A night has a thousand
events. Open connections bring an event to 4 ms. Files, tables and content are Dagster's own.
"""

import os
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._serdes import ConfigurableClassData
from sqlalchemy import Connection, Engine, QueuePool, create_engine, event

MAX_OPEN = 4  # the index, this run's log, and what the UI looks at
BUSY_SECONDS = 60


class OpenEventLog(SqliteEventLogStorage):
    """SqliteEventLogStorage under $DAGSTER_HOME/history/runs, where Dagster keeps it by default."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines: OrderedDict[str, Engine] = OrderedDict()
        self._tables: set[str] = set()
        super().__init__(base_dir, inst_data)

    @classmethod
    def config_type(cls) -> dict[str, Any]:
        """Nothing to configure."""
        return {}

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> "OpenEventLog":
        """The event log of the instance that DAGSTER_HOME names."""
        return cls(os.fspath(Path(os.environ["DAGSTER_HOME"]) / "history" / "runs"), inst_data)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock, self._engine(shard).connect() as connection, connection.begin():
            yield connection

    def _engine(self, shard: str) -> Engine:
        if shard not in self._engines:
            engine = create_engine(
                self.conn_string_for_shard(shard),
                poolclass=QueuePool,
                connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
            )
            # in a write-ahead log no commit is lost by a crash of the process, nor the file by a
            # power cut
            event.listen(engine, "connect", lambda raw, _: raw.execute("pragma synchronous=normal"))
            self._initdb(engine)
            self._engines[shard] = engine
        self._engines.move_to_end(shard)
        while len(self._engines) > MAX_OPEN:
            self._engines.popitem(last=False)[1].dispose()
        return self._engines[shard]

    def has_table(self, table_name: str) -> bool:
        """Whether the index has a table. Asked for every event, at times inside a connection, and
        no table ever goes.
        """
        if table_name not in self._tables and super().has_table(table_name):
            self._tables.add(table_name)
        return table_name in self._tables

    def dispose(self) -> None:
        """Close what is open."""
        for engine in self._engines.values():
            engine.dispose()
        self._engines.clear()
        super().dispose()
