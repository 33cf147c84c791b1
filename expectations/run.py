"""Run checks over a landed set with Great Expectations; results are counts, never values.

Office files are checked as a pandas frame, bulk feeds by SQL over their Parquet files: the frame is
quicker up to some hundred thousand rows, and takes their memory.
"""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from expectations.suites import Check

if TYPE_CHECKING:
    from great_expectations.core import ExpectationValidationResult
    from great_expectations.core.batch_definition import BatchDefinition
    from great_expectations.data_context import EphemeralDataContext
    from great_expectations.datasource.fluent.interfaces import Batch
    from great_expectations.expectations.expectation import Expectation
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

BULK_ROWS = 100_000
EPOCH, NUMBERED = datetime(1970, 1, 1), "__day"
COUNTS = ("element_count", "unexpected_count", "missing_count")
PASSED, FAILED, ERRORED = "passed", "failed", "errored"

# Nullable pandas types, so that a column's type survives its empty cells.
FRAME_TYPES = {
    pa.string(): pd.StringDtype(),
    pa.int64(): pd.Int64Dtype(),
    pa.bool_(): pd.BooleanDtype(),
    pa.float64(): pd.Float64Dtype(),
}


@dataclass(frozen=True)
class Result:
    """How one check went: its three-valued outcome and what was counted."""

    check: Check
    outcome: str
    observed: Mapping[str, int]


def run(checks: Sequence[Check], files: Sequence[Path]) -> list[Result]:
    """Every check over the rows of the set's Parquet files, in the order of `checks`.

    A check that crashes is a result (errored). What fails before any check runs, such as an
    unreadable file, is raised.
    """
    rows = sum(pq.read_metadata(file).num_rows for file in files)
    if rows <= BULK_ROWS:
        return _run_on(_frame_batch(_frame(files)), checks, _by_number)
    with tempfile.TemporaryDirectory() as folder:
        return _run_on(_sql_batch(files, Path(folder)), checks)


def _frame(files: Sequence[Path]) -> pd.DataFrame:
    table = pa.concat_tables([pq.read_table(f) for f in files], promote_options="permissive")
    for i, column in enumerate(table.schema):
        if pa.types.is_decimal(column.type):  # compared with bounds only, never summed
            table = table.set_column(i, column.name, pc.cast(table[column.name], pa.float64()))
        if pa.types.is_date32(column.type):
            days = table[column.name].cast(pa.int32()).cast(pa.int64())
            table = table.append_column(column.name + NUMBERED, days)
    return table.to_pandas(types_mapper=FRAME_TYPES.get, date_as_object=False)


def _by_number(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Bounds of days as numbers since 1970: a frame's dates are compared one by one, in Python."""
    if not isinstance(arguments.get("max_value"), datetime):
        return arguments
    bounds = {name: (arguments[name] - EPOCH).days for name in ("min_value", "max_value")}
    return {**arguments, **bounds, "column": arguments["column"] + NUMBERED}


@cache
def _context() -> EphemeralDataContext:
    """One in-memory context per process; it neither writes files nor calls home."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    # it warns of a dialect it does not know, once per column
    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    import great_expectations as gx
    from great_expectations.data_context.types import base
    from great_expectations.execution_engine import pandas_execution_engine

    # it would take a fingerprint of every frame, twice, that nobody reads: most of a check's time
    pandas_execution_engine.HASH_THRESHOLD = 0
    return gx.get_context(
        mode="ephemeral",
        project_config=base.DataContextConfig(
            store_backend_defaults=base.InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
            progress_bars=base.ProgressBarsConfig(globally=False),
            analytics_enabled=False,
        ),
    )


@cache
def _any_frame() -> BatchDefinition:
    """One per process: to define it again for every frame costs more than many a check."""
    source = _context().data_sources.add_pandas("office")
    return source.add_dataframe_asset("delivery").add_batch_definition_whole_dataframe("all")


def _frame_batch(frame: pd.DataFrame) -> Batch:
    return _any_frame().get_batch({"dataframe": frame})


def _sql_batch(files: Sequence[Path], folder: Path) -> Batch:
    from expectations import dialect

    dialect.register()
    path = folder / "delivery.duckdb"
    with duckdb.connect(path) as con:
        # A view takes no bound parameters; the paths are the lake's own, made of digits.
        names = ", ".join("'" + str(file).replace("'", "''") + "'" for file in files)
        con.execute(f"create view delivery as from read_parquet([{names}])")
    source = _context().data_sources.add_or_update_sql(
        "bulk", connection_string=f"duckdb+buffered:///{path}"
    )
    return source.add_table_asset("delivery").add_batch_definition_whole_table("all").get_batch()


@cache
def _expectation(name: str) -> type[Expectation]:
    """The library's expectation, but that it derives its configuration once.

    A check asks for it some eighty times, and to derive it each time is a third of a check's cost.
    """
    import great_expectations.expectations as gxe
    from great_expectations.compatibility.pydantic import PrivateAttr

    derived = getattr(gxe, name)

    def configuration(self: Any) -> ExpectationConfiguration:
        if self._configuration is None:
            self._configuration = derived.configuration.fget(self)
        known: ExpectationConfiguration = self._configuration
        return known

    members = {
        "__module__": __name__,
        "_configuration": PrivateAttr(None),
        "configuration": property(configuration),
    }
    return type(derived)(f"{name}Derived", (derived,), members)


def _run_on(
    batch: Batch,
    checks: Sequence[Check],
    said: Callable[[Mapping[str, Any]], Mapping[str, Any]] = dict,
) -> list[Result]:
    from great_expectations import ExpectationSuite

    suite = ExpectationSuite(
        name="delivery",
        expectations=[
            _expectation(check.expectation)(**said(check.arguments), meta={"at": at})
            for at, check in enumerate(checks)
        ],
    )
    validated = batch.validate(
        suite, result_format={"result_format": "BASIC", "partial_unexpected_count": 0}
    )
    by_place: dict[int, ExpectationValidationResult] = {
        result.expectation_config.meta["at"]: result for result in validated.results
    }
    return [
        Result(check, _outcome(by_place[at]), _observed(by_place[at]))
        for at, check in enumerate(checks)
    ]


def _outcome(result: ExpectationValidationResult) -> str:
    if _raised(result.exception_info):
        return ERRORED
    return PASSED if result.success else FAILED


def _raised(info: Mapping[str, Any]) -> bool:
    """Great Expectations nests one report per metric when a metric crashed."""
    if info.get("raised_exception"):
        return True
    return any(isinstance(v, Mapping) and _raised(v) for v in info.values())


def _observed(result: ExpectationValidationResult) -> dict[str, int]:
    """The counts of a result. Anything else in it may be, or quote, a value of the data."""
    found = {key: int(result.result[key]) for key in COUNTS if result.result.get(key) is not None}
    value = result.result.get("observed_value")
    if isinstance(value, int):
        found["rows"] = value
    missing = result.result.get("details", {}).get("mismatched", {}).get("missing")
    if missing:
        found["columns_missing"] = len(missing)
    return found
