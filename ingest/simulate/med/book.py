"""What happened, event by event: the one record in which the honest and the others write alike.

An event names people, places and products by their number. Whoever writes gives what matters and
leaves the rest at its default; nobody writes an amount, an identifier or a file.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

# column -> (dtype, default)
SETTLEMENT: dict[str, tuple[str, Any]] = {
    "person": ("int32", 0),
    "place": ("int32", 0),
    "at": ("datetime64[s]", None),
    "kind": ("int8", 0),
    "visit": ("int32", -1),
    "payer": ("int32", -1),  # the relative whose account pays
    "route": ("int8", 2),  # 1 reimbursed over the counter, 2 settled on line
    "refund_of": ("int32", -1),
    "clerk": ("int8", 0),
    "lag": ("int32", 0),  # seconds until the upload
    "late": ("int8", 0),  # deliveries by which the agency hands it in late
    "misnamed": ("int32", -1),  # the person whose name stands on it by mistake
    "plant": ("int32", -1),
}
LINE: dict[str, tuple[str, Any]] = {
    "settlement": ("int32", -1),
    "product": ("int32", 0),
    "qty": ("int16", 1),
    "at": ("datetime64[s]", None),
    "origin": ("int32", -1),  # the line that it takes back
    "cents": ("int32", 0),  # 0: the place's usual price
    "days": ("int16", 0),  # days supplied; 0: nobody wrote it down
    "outside": ("bool", False),  # a prescription to be filled elsewhere
}
VISIT: dict[str, tuple[str, Any]] = {
    "person": ("int32", 0),
    "place": ("int32", 0),
    "kind": ("int8", 0),
    "begin": ("datetime64[s]", None),
    "end": ("datetime64[s]", None),
    "diagnosis": ("int16", 0),
    "void": ("bool", False),
    "plant": ("int32", -1),
}
TILL: dict[str, tuple[str, Any]] = {
    "place": ("int32", 0),
    "at": ("datetime64[s]", None),
    "settlement": ("int32", -1),  # -1: paid in cash
    "product": ("int32", -1),  # -1: none that the fund knows
    "goods": ("int16", -1),  # what went over the counter, where it is not the product
    "qty": ("int16", 1),
    "cents": ("int32", 0),
    "code": ("int64", 0),  # the box's trace code; 0: scanned as usual, -1: not scanned
    "certificate": ("int32", -1),  # the pharmacist's; -1: whoever is on duty
    "split": ("bool", False),
    "phantom": ("bool", False),  # nothing left the shelf
    "shelf": ("int32", -1),  # the shop from whose shelf it came; -1: this one
    "receipt": ("int64", -1),  # rows of one receipt share a number; -1: one a settlement
    "late": ("int8", 0),
}
PURCHASE: dict[str, tuple[str, Any]] = {
    "place": ("int32", 0),
    "product": ("int32", 0),
    "qty": ("int32", 1),
    "on": ("datetime64[s]", None),
    "source": ("int32", -1),  # the shop it was transferred from; -1: a wholesaler
    "late": ("int8", 0),
}
TABLES = {
    "settlement": SETTLEMENT, "line": LINE, "visit": VISIT, "till": TILL, "purchase": PURCHASE,
}  # fmt: skip


class Book:
    """The growing record; a row's number is its position in its table."""

    def __init__(self) -> None:
        self._parts: dict[str, list[pd.DataFrame]] = {table: [] for table in TABLES}
        self._count = dict.fromkeys(TABLES, 0)
        self.refunds: list[pd.DataFrame] = []

    def write(self, table: str, **columns: Any) -> np.ndarray:
        """Write events, scalars standing for all of them; their numbers."""
        n = max((np.size(v) for v in columns.values()), default=0)
        if any(np.size(v) == 0 for v in columns.values()):
            n = 0
        frame = {}
        for name, (dtype, default) in TABLES[table].items():
            given = columns.pop(name, default)
            if given is None and dtype.startswith("datetime"):
                given = np.datetime64("NaT")
            frame[name] = np.broadcast_to(np.asarray(given).astype(dtype), (n,))
        if columns:
            raise TypeError(f"{table} has no {', '.join(columns)}")
        self._parts[table].append(pd.DataFrame(frame))
        numbers = np.arange(self._count[table], self._count[table] + n)
        self._count[table] += n
        return numbers

    def refund(self, settlements: Any, at: Any, partial: Any = False) -> None:
        """Take settlements back at a time, whole or (partial) their first line only."""
        numbers = np.atleast_1d(settlements)
        when = np.broadcast_to(np.asarray(at, dtype="datetime64[s]"), numbers.shape)
        whole = np.broadcast_to(np.asarray(partial), numbers.shape)
        self.refunds.append(pd.DataFrame({"origin": numbers, "at": when, "partial": whole}))

    def table(self, table: str) -> pd.DataFrame:
        """All events of a table, in the order of their numbers."""
        if len(self._parts[table]) > 1:
            self._parts[table] = [pd.concat(self._parts[table], ignore_index=True)]
        return self._parts[table][0]
