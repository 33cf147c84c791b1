"""Errors without personal values: what may enter Dagster's event log, and where the rest goes.

A library's exception quotes the value it stumbled over, and Dagster keeps exceptions for ever in
a store that is not restricted. So a step's unexpected error is written, whole, into the ledger
(mode 0700); the event log learns its type and where to read it.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import dagster as dg
from sqlalchemy.exc import OperationalError

from ingest.home import Home

# What may pass when tried again: a disk or a share that hangs, an agency's database.
PASSING = (OSError, OperationalError)


@contextmanager
def guarded(home: Home, step: str) -> Iterator[None]:
    """Turn an unexpected error of `step` into a dagster Failure that quotes no data."""
    try:
        yield
    except dg.Failure:
        raise
    except Exception as error:
        path = home.ledger / "errors" / f"{datetime.now():%Y%m%dT%H%M%S%f}-{step}.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_text("".join(traceback.format_exception(error)), "utf-8")
        raise dg.Failure(
            f"{step}: {type(error).__name__}. 详情（含数据，限内部人员）：{path}",
            metadata={"error": type(error).__name__, "details": dg.MetadataValue.path(path)},
            allow_retries=isinstance(error, PASSING),
        ) from None
