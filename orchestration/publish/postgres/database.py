"""One database's night: filled in one transaction, by rows or by whole schemas."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

import duckdb
import psycopg
import pyarrow as pa
from psycopg import errors
from pyarrow import csv

from orchestration.generate.cards import Mart
from orchestration.publish.postgres.structure import Structure, literal, quoted, relation
from orchestration.publish.serving import SERVED
from orchestration.publish.verify import PublishError

log = logging.getLogger(__name__)

ROLES = ("bi_reader", "case_handler", "clue_officer")
READ_ONLY = ("bi_reader", "case_handler")  # an officer's requests are written down
BATCH_ROWS = 50_000
NEXT, OLD = "__next", "__old"  # suffixes of schemas being built, and of those just replaced
MARK = "线索发布，结构 "  # begins the comment of every schema of ours; the fingerprint ends it
HERE = Path(__file__).parent
CSV = csv.WriteOptions(include_header=False, quoting_style="all_valid")  # null alone is unquoted

LOCK_SECONDS = 60
SESSION = """
    set local statement_timeout = 0;
    set local idle_in_transaction_session_timeout = 0;
    set local lock_timeout = '{}s';
    select pg_advisory_xact_lock(hashtext('xiansuo publish'));
"""

# The site's views over our tables. Without security_invoker one shows every county's rows.
SITE_VIEWS = """
    select distinct
        view.oid::regclass::text as name,
        coalesce((
            select option_value::boolean from pg_options_to_table(view.reloptions)
            where option_name = 'security_invoker'
        ), false) as is_invoker
    from pg_depend
    join pg_rewrite on pg_rewrite.oid = pg_depend.objid
    join pg_class as view on view.oid = pg_rewrite.ev_class
    join pg_class as ours on ours.oid = pg_depend.refobjid
    where
        pg_depend.classid = 'pg_rewrite'::regclass
        and pg_depend.refclassid = 'pg_class'::regclass
        and ours.relnamespace::regnamespace::text = any(%(schemas)s)
        and ours.oid <> view.oid
    order by name
"""


@dataclass(frozen=True)
class Database:
    """An open connection, and what its database is to hold."""

    con: psycopg.Connection
    structure: Structure

    def fill(self, folder: Path) -> None:
        """Bring the night of the files in `folder` into a transaction that stays open."""
        self._make_roles()
        self.con.commit()  # roles are the server's: its other database would wait for them
        self._run(SESSION.format(LOCK_SECONDS))
        self._run((HERE / "access.sql").read_text("utf-8"))
        if "restricted" in self.structure.schemas:
            self._run((HERE / "look_up.sql").read_text("utf-8"))
        with duckdb.connect() as night:
            for file in SERVED:
                path = literal(str(folder / file))
                night.execute(f"attach {path} as {quoted(file)} (read_only)")
            if self._is_current():
                self._refill(night)
            else:
                self._rebuild(night)
        self._run(";".join(self.structure.comments()))

    def tidy(self) -> None:
        """After the commit: drop what was replaced, and clear away the rows of the last night."""
        self.con.autocommit = True
        self._run(f"set lock_timeout = '{LOCK_SECONDS}s'")
        for schema in self.structure.schemas:
            self._run(f"drop schema if exists {quoted(schema + OLD)} cascade")
        for mart in self.structure.tables:
            self._run(f"vacuum (analyze) {relation(mart)}")

    def _make_roles(self) -> None:
        """The roles that a site grants to its logins, one for each zone, where they are missing.

        A login does not inherit their settings (access.admit sets its own); they count where the
        role itself is let in.
        """
        known = {row[0] for row in self.con.execute("select rolname from pg_roles")}
        missing = [role for role in ROLES if role not in known]
        try:
            for role in missing:
                self._run(f"create role {role} nologin")
                self._run(f"alter role {role} set statement_timeout = '60s'")
                if role in READ_ONLY:
                    self._run(f"alter role {role} set default_transaction_read_only = on")
        except errors.InsufficientPrivilege:
            wanted = " ".join(f"create role {role} nologin;" for role in missing)
            raise PublishError(
                f"缺少角色 {'、'.join(missing)}，而发布账号无权创建：请管理员执行 {wanted}"
            ) from None

    def _run(self, statements: str) -> None:
        self.con.execute(statements.encode())

    def _is_current(self) -> bool:
        """Whether the schemas stand as the structure wants them.

        Raises PublishError when a schema of that name is somebody else's.
        """
        comments = [self._comment(schema) for schema in self.structure.schemas]
        return all(comment == MARK + self.structure.fingerprint for comment in comments)

    def _comment(self, schema: str) -> str | None:
        row = self.con.execute(
            "select obj_description(oid, 'pg_namespace') from pg_namespace where nspname = %s",
            [schema],
        ).fetchone()
        if row and not (row[0] or "").startswith(MARK):
            raise PublishError(f"库里已有不是本系统建的模式 {schema}，请改名或另用一个库")
        return row[0] if row else None

    def _refill(self, night: duckdb.DuckDBPyConnection) -> None:
        """Replace all rows. Readers go on seeing the old ones until the commit."""
        for name, is_invoker in self._site_views():
            if not is_invoker:
                log.warning("视图 %s 绕过行级权限：alter view … set (security_invoker = on)", name)
        for mart in reversed(self.structure.tables):
            self._run(f"delete from {relation(mart)}")
        for mart in self.structure.tables:
            self._copy(night, mart)

    def _rebuild(self, night: duckdb.DuckDBPyConnection) -> None:
        """Build the schemas aside and rename them into place; renaming locks no table."""
        if views := [name for name, _ in self._site_views()]:
            raise PublishError(
                f"表的结构有变，而视图 {'、'.join(views)} 仍依赖旧表：请先删除，发布后再建"
            )
        for schema in self.structure.schemas:
            self._run(f"drop schema if exists {quoted(schema + NEXT)} cascade")
            self._run(f"create schema {quoted(schema + NEXT)}")
        self._run(";".join(self.structure.create(NEXT)))
        for mart in self.structure.tables:
            self._copy(night, mart, NEXT)
        self._run(";".join(self.structure.protect(NEXT)))
        for schema in self.structure.schemas:
            if self._comment(schema):
                self._run(f"drop schema if exists {quoted(schema + OLD)} cascade")
                self._run(f"alter schema {quoted(schema)} rename to {quoted(schema + OLD)}")
            self._run(f"alter schema {quoted(schema + NEXT)} rename to {quoted(schema)}")
            mark = literal(MARK + self.structure.fingerprint)
            self._run(f"comment on schema {quoted(schema)} is {mark}")

    def _site_views(self) -> list[tuple[str, bool]]:
        return self.con.execute(SITE_VIEWS, {"schemas": self.structure.schemas}).fetchall()

    def _copy(self, night: duckdb.DuckDBPyConnection, mart: Mart, suffix: str = "") -> None:
        """Stream a table as CSV, batch by batch."""
        file = next(file for file, schemas in SERVED.items() if mart.schema in schemas)
        names = [quoted(column.name) for column in mart.columns]
        texts = ", ".join(f"cast({name} as varchar)" for name in names)
        rows = night.execute(
            f"select {texts} from {quoted(file)}.{quoted(mart.schema)}.{quoted(mart.name)}"
        ).to_arrow_reader(BATCH_ROWS)
        target = f"{relation(mart, suffix)} ({', '.join(names)})"
        command = f"copy {target} from stdin (format csv, encoding 'UTF8')"
        with self.con.cursor() as cursor, cursor.copy(command.encode()) as copy:
            for batch in rows:
                text = pa.BufferOutputStream()
                csv.write_csv(batch, text, CSV)
                copy.write(text.getvalue())
