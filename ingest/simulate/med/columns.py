"""Columns of a file from columns of numbers: text, padded serials, yuan, blanks."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


def text(number: np.ndarray, prefix: np.ndarray | str = "", width: int = 0) -> pa.Array:
    """Numbers as text, padded, behind a prefix."""
    digits = pa.array(number).cast(pa.string())
    if width:
        digits = pc.utf8_lpad(digits, width, "0")
    head = prefix if isinstance(prefix, str) else pa.array(prefix, pa.string())
    return pc.binary_join_element_wise(head, digits, "")


def taken(values: object, position: np.ndarray) -> pa.Array:
    """Text by position in a list; blank below nought."""
    array = pa.array(np.asarray(values, dtype=object), pa.string())
    where = pa.array(np.maximum(position, 0).astype(np.int64), mask=position < 0)
    return array.take(where)


def blank(array: pa.Array, where: np.ndarray) -> pa.Array:
    """The column with some cells empty."""
    return pc.if_else(pa.array(where), pa.scalar(None, array.type), array)


def money(cents: np.ndarray) -> pa.Array:
    """Cents as yuan with two decimals."""
    low = np.ascontiguousarray(cents, dtype=np.int64)
    whole = np.empty((len(low), 2), dtype=np.int64)
    whole[:, 0], whole[:, 1] = low, low >> 63
    return pa.Array.from_buffers(pa.decimal128(18, 2), len(low), [None, pa.py_buffer(whole)])
