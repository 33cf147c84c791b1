"""DuckDB for SQLAlchemy as Great Expectations needs it: every result is read at once.

Great Expectations closes the connection before it fetches. DuckDB's cursor has then nothing left,
and nearly every expectation fails without an exception. Here the execution context takes all rows
of a result (they are aggregates: few) before the connection goes.
"""

from __future__ import annotations

from typing import Any

import duckdb
from sqlalchemy import pool, types
from sqlalchemy.dialects import registry
from sqlalchemy.engine import URL, Connection
from sqlalchemy.engine.cursor import FullyBufferedCursorFetchStrategy
from sqlalchemy.engine.default import DefaultDialect, DefaultExecutionContext

# DuckDB's own names for the types of the lake; all others are text.
TYPES: dict[str, type[types.TypeEngine[Any]]] = {
    "DATE": types.DATE,
    "TIMESTAMP": types.TIMESTAMP,
    "BIGINT": types.BIGINT,
    "BOOLEAN": types.BOOLEAN,
    "DECIMAL": types.DECIMAL,
}


class BufferedContext(DefaultExecutionContext):
    """Reads a result to its end before anybody can close the connection."""

    def post_exec(self) -> None:
        """Replace the cursor's rows by a buffer of all of them."""
        if self.cursor.description:
            self.cursor_fetch_strategy = FullyBufferedCursorFetchStrategy(
                self.cursor, initial_buffer=self.cursor.fetchall()
            )


class BufferedDuckDB(DefaultDialect):
    """`duckdb+buffered:////path/to/file.duckdb`: a file of views that is only read."""

    name = "duckdb"
    driver = "buffered"
    default_paramstyle = "qmark"
    supports_statement_cache = True
    execution_ctx_cls = BufferedContext

    @classmethod
    def import_dbapi(cls) -> Any:
        """DuckDB's own DBAPI."""
        return duckdb

    @classmethod
    def get_pool_class(cls, url: URL) -> type[pool.Pool]:
        """No pool: DuckDB keeps the file open once per process anyway."""
        return pool.NullPool

    def create_connect_args(self, url: URL) -> tuple[tuple[()], dict[str, Any]]:
        """Only the file's path; nothing is written to it."""
        return (), {"database": url.database, "read_only": True}

    def initialize(self, connection: Connection) -> None:
        """The dialect asks the server nothing: there is one schema."""
        self.default_schema_name = "main"

    def do_begin(self, dbapi_connection: Any) -> None:
        """No transaction: the file is read-only."""

    def do_commit(self, dbapi_connection: Any) -> None:
        """See do_begin."""

    def do_rollback(self, dbapi_connection: Any) -> None:
        """See do_begin."""

    def has_table(self, connection: Connection, table_name: str, *_: Any, **__: Any) -> bool:
        """Whether the file has a view or table of that name."""
        return table_name in self.get_table_names(connection)

    def get_table_names(self, connection: Connection, *_: Any, **__: Any) -> list[str]:
        """The file's views and tables."""
        return [row[0] for row in connection.exec_driver_sql("show tables").fetchall()]

    def get_schema_names(self, connection: Connection, **_: Any) -> list[str]:
        """The one schema."""
        return ["main"]

    def get_columns(self, connection: Connection, table_name: str, *_: Any, **__: Any) -> Any:
        """Names and types of a view's columns."""
        quoted = table_name.replace('"', '""')
        rows = connection.exec_driver_sql(f'describe "{quoted}"').fetchall()
        return [
            {"name": name, "type": _type(str(text)), "nullable": True, "default": None}
            for name, text, *_ in rows
        ]


def _type(text: str) -> types.TypeEngine[Any]:
    return TYPES.get(text.split("(")[0], types.VARCHAR)()


def register() -> None:
    """Make the dialect known to SQLAlchemy in this process."""
    registry.register("duckdb.buffered", __name__, BufferedDuckDB.__name__)
