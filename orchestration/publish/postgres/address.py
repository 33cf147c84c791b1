"""Connecting to a database that the environment names, and saying what went wrong without data."""

from __future__ import annotations

import os
import time
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg import errors

from orchestration.publish.verify import PublishError

ATTEMPTS = 3
PAUSE_SECONDS = 1.0
DEFAULTS: dict[str, Any] = {
    "connect_timeout": 10,
    "client_encoding": "utf8",
    "application_name": "xiansuo",
}

HELP = {
    errors.InsufficientPrivilege: "发布账号权限不足，须是库的所有者，见 docs/connect-bi.md",
    errors.LockNotAvailable: "一分钟内等不到锁：另一次发布未完，或两个变量指向同一个库",
    errors.UniqueViolation: "主键重复",
    errors.ForeignKeyViolation: "外键指向不存在的行",
    errors.ProgramLimitExceeded: "键过长，PostgreSQL 的索引装不下",
    errors.UntranslatableCharacter: "库的编码须为 UTF-8",
}


def connect(variable: str) -> psycopg.Connection:
    """A connection to the PostgreSQL whose SQLAlchemy URL the variable holds.

    Raises PublishError when it holds no such URL, psycopg.OperationalError after three attempts.
    """
    try:
        url = sa.make_url(os.environ[variable])
        if url.get_backend_name() != "postgresql":
            raise ValueError
        dialect = url.set(drivername="postgresql+psycopg").get_dialect()()
        _, given = dialect.create_connect_args(url)
    except (sa.exc.SQLAlchemyError, ValueError):
        raise PublishError(f"{variable} 不是 PostgreSQL 的 SQLAlchemy 地址") from None
    for attempt in range(1, ATTEMPTS):
        try:
            return psycopg.connect(**{**DEFAULTS, **given})
        except psycopg.OperationalError:  # databases restart, networks drop
            time.sleep(PAUSE_SECONDS * attempt)
    return psycopg.connect(**{**DEFAULTS, **given})


def trouble(error: psycopg.Error) -> str:
    """What went wrong, in words of ours: an error's own text may quote an address or a value."""
    where = ".".join(filter(None, (error.diag.schema_name, error.diag.table_name)))
    facts = [type(error).__name__, *filter(None, (error.sqlstate, where))]
    what = next((text for kind, text in HELP.items() if isinstance(error, kind)), None)
    if what is None:
        lost = error.sqlstate is None  # the server has said nothing
        what = "连接不上，请检查地址、账号和网络" if lost else "请把括号里的内容告诉维护人员"
    return f"{what}（{'，'.join(facts)}）"
