"""Identity numbers that went through a binary float, and are lost.

Excel keeps 15 digits and fills up with zeros; a float64 keeps multiples of 64 at this size. One
in eleven of the wrong numbers has a right check character and is then another person's number,
so the check character cannot catch this: the kind of cell, the digits and the rest of the column
must. Numbers that end in X, or have 15 digits, never suffered.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingest.normalise import identity
from ingest.normalise.cells import holds

_WRITTEN_AS_FLOAT = r"^[0-9](\.[0-9]+)?E\+?[0-9]+$|^[0-9]{16,}\.[0-9]+$"
_LONG = "^[0-9]{16,}$"
_EIGHTEEN = "^[0-9]{18}$"
# One wrong number that happens to have a float's shape is a slip of the pen; two are a pattern.
_PATTERN = 2


def _eighteen(numbers: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """Which numbers are 18 digits, and their values (1 elsewhere)."""
    whole = holds(pc.match_substring_regex(numbers, _EIGHTEEN))
    return whole, pc.if_else(pa.array(whole), numbers, "1").cast(pa.int64()).to_numpy()


def _is_held(value: np.ndarray) -> np.ndarray:
    """Whether a float64 holds the value exactly: one number in 64 at 18 digits."""
    return value % np.spacing(value.astype(np.float64)).clip(min=1).astype(np.int64) == 0


def float_suspect(batches: Iterable[tuple[pa.Array, pa.Array]]) -> bool:
    """Whether a file's column, in batches of (cells, kinds), was rounded to floats on its way.

    Among its 18-digit texts with a wrong check character (those that plainly end in Excel's 000
    apart), half and at least two are such as a float64 holds, or end in 00. Number cells say
    nothing about the texts beside them; they are lost anyway.
    """
    rounded, wrong = 0, 0
    for column, kind in batches:
        found = _wrong_and_rounded(column, kind)
        wrong, rounded = wrong + found[0], rounded + found[1]
    return rounded >= max(_PATTERN, wrong / 2)


def _wrong_and_rounded(column: pa.Array, kind: pa.Array) -> tuple[int, int]:
    """How many 18-digit texts have a wrong check character, and how many of them float's shape."""
    numbers = identity.cleaned(pc.if_else(pa.array(holds(pc.equal(kind, "n"))), None, column))
    whole, value = _eighteen(numbers)
    digits = pc.if_else(pa.array(whole), numbers, None)
    checks = identity.check_character(digits) == identity.matrix(digits)[:, 17]
    wrong = whole & ~checks & (value % 1000 != 0)
    rounded = wrong & (_is_held(value) | (value % 100 == 0))
    return int(wrong.sum()), int(rounded.sum())


def lost_in_a_float(
    numbers: pa.Array, kind: pa.Array, valid: np.ndarray, column_lost: bool
) -> np.ndarray:
    """Which cleaned numbers of a column are lost; `valid` says which look right.

    Lost are: a number cell of more than 15 digits; a text such as 5.22427E+17; 18 digits that
    end in 000, unless a text cell holds them, their check character is right, and no other of
    the column was cut; in a column that went through a float, every number it may have hit.
    """
    whole, value = _eighteen(numbers)
    cut = whole & (value % 1000 == 0)
    trusted = holds(pc.equal(kind, "s")) & valid & ~(cut & ~valid).any()
    return (
        holds(pc.match_substring_regex(numbers, _WRITTEN_AS_FLOAT))
        | (holds(pc.match_substring_regex(numbers, _LONG)) & holds(pc.equal(kind, "n")))
        | (cut & ~trusted)
        | (column_lost & whole & (_is_held(value) | (value % 10 == 0)))
    )
