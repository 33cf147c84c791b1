"""Publish a night to PostgreSQL: marts and handler, and in a database of its own restricted.

Unmasked data goes only to the database that XIANSUO_RESTRICTED_URL names, never to the one that
BI reads; without it restricted stays in cards.duckdb.

Each database gets the night in one transaction. While the structure is what it was, rows are
deleted and copied anew: readers see the last night until the commit, wait for nothing and never
see two nights. When the structure changed, the schemas are built aside and renamed into place;
a statement that names several tables may just then find old and new ones side by side.
Addresses, passwords and values stay out of logs and errors.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import psycopg

from orchestration.generate.cards import load_marts
from orchestration.publish.postgres.address import connect, trouble
from orchestration.publish.postgres.database import Database
from orchestration.publish.postgres.structure import Structure
from orchestration.publish.verify import PublishError

log = logging.getLogger(__name__)

# Unmasked data first: what the marts show can then be looked up.
DATABASES = {"XIANSUO_RESTRICTED_URL": ("restricted",), "XIANSUO_MARTS_URL": ("marts", "handler")}


def publish_databases(folder: Path) -> list[str]:
    """Publish the set of files in `folder` to the databases that the environment names.

    Returns the schemas published. All databases are filled before the first commit. Raises
    PublishError; whatever was not committed then still holds the last published night.
    """
    variables = [variable for variable in DATABASES if os.environ.get(variable)]
    with ExitStack() as stack:
        databases = []
        for variable in variables:
            with _explained(variable):
                con = stack.enter_context(closing(connect(variable)))
                structure = Structure([m for m in load_marts() if m.schema in DATABASES[variable]])
                databases.append((variable, database := Database(con, structure)))
                database.fill(folder)
        for variable, database in databases:
            with _explained(variable):
                database.con.commit()
        for variable, database in databases:
            try:
                database.tidy()
            except psycopg.Error as error:  # what is published stays published
                log.warning("%s: not tidied up (%s)", variable, type(error).__name__)
    return [schema for variable in variables for schema in DATABASES[variable]]


@contextmanager
def _explained(variable: str) -> Iterator[None]:
    try:
        yield
    except psycopg.Error as error:
        raise PublishError(f"PostgreSQL（{variable}）没有发布：{trouble(error)}") from None
