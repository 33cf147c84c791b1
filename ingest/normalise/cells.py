"""A column of cells as it was read, and what became of it: the shapes all normalisers share.

Work is done once per distinct cell, not once per row: agency columns repeat themselves, and a
rule about one cell then reads as plain Python. Bulk feeds have columns in which every cell is
another one; what a system wrote there is plain, and goes by whole columns (`by_column`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

INVISIBLE = re.compile(
    "[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]"
)
_TIDY = re.compile("[0-9A-Za-z一-龥]+")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")
_APOSTROPHE = re.compile("^['`‘’](?=[0-9])")  # Excel's mark for "this number is text"
_HALF_WIDTH = {
    full: full - 0xFEE0
    for first, last in (("０", "９"), ("Ａ", "Ｚ"), ("ａ", "ｚ"))
    for full in range(ord(first), ord(last) + 1)
}

# What stands in a cell where there is nothing to write: drawn by hand, left by a program, said.
_DRAWN_BLANK = re.compile(r"[-–—―－/／\\＼]+|#?n/a|\(?null\)?|none|nan|nat", re.IGNORECASE)
_SAID_BLANK = frozenset(
    ["无", "無", "没有", "暂无", "不详", "不明", "未知", "未填", "空", "空白", "缺"]
)
_ONE_CHARACTER = re.compile(r"([0-9A-Za-z*])\1{5,}")  # 111111111111111111
_ZEROS = re.compile(r"0{6,}|\*{6,}")  # of numbers that run up only these are none

# A code as systems write it, in which nothing is to be tidied or folded. It has a digit, so that it
# is none of the words for nothing, and is not many zeros, which say nothing.
_SIGN, _MARK = "[0-9A-Za-z_:/-]", "[A-Za-z_:/-]"
PLAIN_CODE = (
    "^(?:[0-9]{1,5}|[0-9]*[1-9][0-9]*"
    f"|{_SIGN}*{_MARK}{_SIGN}*[0-9]{_SIGN}*|{_SIGN}*[0-9]{_SIGN}*{_MARK}{_SIGN}*)$"
)


@dataclass(frozen=True)
class Cells:
    """One column as read: its text (null = blank) and the kind of each cell.

    Kinds: s text, n number, d date, b boolean, e error; null where the file has none (csv).
    `heading` is the column's heading in the file.
    """

    text: pa.Array
    kind: pa.Array
    heading: str = ""

    def __len__(self) -> int:
        return len(self.text)

    @property
    def is_error(self) -> np.ndarray:
        """Where the cell held a formula's error."""
        return holds(pc.equal(self.kind, "e"))


@dataclass(frozen=True)
class Outcome:
    """What a column became.

    `values`: lake columns by suffix. `given`: where the cell said anything at all. `bad`: where it
    cannot be understood, for `reason`; such a row is quarantined. `flags`: marks on rows that are
    accepted all the same, by code.
    """

    values: dict[str, pa.Array]
    given: np.ndarray
    bad: np.ndarray | None = None
    reason: str = ""
    flags: dict[str, np.ndarray] = field(default_factory=dict)

    @classmethod
    def of(cls, text: pa.Array, values: dict[str, pa.Array], reason: str = "") -> Outcome:
        """Of a column's text and what was read from it: text that gave no value is bad."""
        bad = next(iter(values.values())).is_null() if reason else None
        given = is_there(text)
        return cls(values, given, None if bad is None else given & holds(bad), reason)


def tidy(text: str) -> str:
    """Text as a person reads it: nothing invisible, single spaces, half-width letters and digits.

    Chinese punctuation and brackets stay as they were written.
    """
    if _TIDY.fullmatch(text):
        return text
    text = _CONTROL.sub("", INVISIBLE.sub("", text)).translate(_HALF_WIDTH)
    return _APOSTROPHE.sub("", " ".join(text.split()))


def fold(text: str) -> str:
    """Text for comparing: NFKC, and no white space at all."""
    return "".join(unicodedata.normalize("NFKC", INVISIBLE.sub("", text)).split())


def is_drawn_blank(text: str) -> bool:
    """Whether the cell is empty for all practical purposes: a dash, a slash, NULL."""
    return not text or _DRAWN_BLANK.fullmatch(text) is not None


def is_no_text(text: str) -> bool:
    """Whether a text says nothing: 无, a dash, 000000. The 111111th receipt has that number."""
    return is_drawn_blank(text) or text in _SAID_BLANK or _ZEROS.fullmatch(text) is not None


def is_placeholder(text: str) -> bool:
    """Whether a person's, an institution's or a list's code says that there is none: 无, 111111."""
    return text in _SAID_BLANK or _ONE_CHARACTER.fullmatch(text) is not None


def says_nothing(text: str) -> bool:
    """Whether the cell is blank, drawn blank or a placeholder."""
    return is_drawn_blank(text) or is_placeholder(text)


def holds(mask: pa.Array) -> np.ndarray:
    """A boolean array as numpy, null taken as false."""
    return pc.fill_null(mask, False).to_numpy(zero_copy_only=False)


def is_there(column: pa.Array) -> np.ndarray:
    """Where a column is not null."""
    return holds(column.is_valid())


def blank_where(column: pa.Array, condition: Callable[[str], bool]) -> pa.Array:
    """The column with null for every text that meets the condition."""
    return per_value(column, lambda text: None if condition(text) else text, pa.string())


def per_value(column: pa.Array, function: Callable[[str], Any], type_: pa.DataType) -> pa.Array:
    """`function` of each distinct text of the column, spread over its rows; null stays null."""
    encoded = column.dictionary_encode()
    results = pa.array([function(text) for text in encoded.dictionary.to_pylist()], type_)
    return results.take(encoded.indices)


def per_cell(cells: Cells, function: Callable[[str, str], Any], type_: pa.DataType) -> pa.Array:
    """As `per_value`, for a function of the text and the kind of cell ('' where unknown)."""
    kind = pc.fill_null(cells.kind, "")
    tagged = pc.binary_join_element_wise(kind, cells.text, "\x00")

    def untagged(cell: str) -> Any:
        kind, text = cell.split("\x00", 1)
        return function(text, kind)

    return per_value(tagged, untagged, type_)


def is_plain_code(column: pa.Array) -> pa.Array:
    """Per cell, whether it is a code in its one writing; a null is."""
    return pc.fill_null(pc.match_substring_regex(column, PLAIN_CODE), True)


def by_column(
    cells: Cells,
    plain: pa.Array,
    fast: Callable[[pa.Array], pa.Array],
    slow: Callable[[Cells], pa.Array],
) -> pa.Array:
    """`fast` of the plain cells' texts, as one column, and `slow` of the others."""
    whole = fast(pc.if_else(plain, cells.text, None))
    if pc.all(plain).as_py() in (True, None):
        return whole
    rest = Cells(pc.if_else(plain, None, cells.text), cells.kind, cells.heading)
    return pc.if_else(plain, whole, slow(rest))
