"""Integers, decimals, money in yuan, and yes or no. Decimal throughout: nothing is ever a float."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ingest.contract import PLAIN_TYPES
from ingest.normalise.cells import (
    Cells,
    Outcome,
    blank_where,
    by_column,
    fold,
    per_cell,
    says_nothing,
)

MONEY, DECIMAL = PLAIN_TYPES["money"], PLAIN_TYPES["decimal"]

_NEVER = "^\\b$"  # no text matches

_TRUE = {"是", "有", "对", "y", "yes", "t", "true", "1", "√", "✓", "✔", "☑"}
_FALSE = frozenset(
    ["否", "无", "無", "没有", "错", "n", "no", "f", "false", "0", "×", "✗", "✘", "x"]
)

_PLAIN = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)?(\.\d+)?")
_EXPONENT = re.compile(r"[+-]?\d+(\.\d+)?[eE][+-]?\d+")
_BRACKETED = re.compile(r"\((.+)\)")
_MINUS = str.maketrans("−–—", "---")
_CURRENCY = re.compile(r"人民币|rmb|cny|[¥$]", re.IGNORECASE)
_UNIT = re.compile(r"(万?[元圆]?整?)(\)?)$")


def parse_decimal(text: str, kind: str = "") -> Decimal | None:
    """A number as people write it: 1,234.50, －3, (12.00) and 12- for minus twelve; None if none.

    An exponent is understood in a number cell only: in a text it has lost digits.
    """
    text = fold(text).translate(_MINUS)
    if bracketed := _BRACKETED.fullmatch(text):
        text = "-" + bracketed[1]
    elif text.endswith("-"):
        text = "-" + text[:-1]
    understood = _PLAIN.fullmatch(text) or (kind == "n" and _EXPONENT.fullmatch(text))
    if not understood or not any(c.isdigit() for c in text):
        return None
    return Decimal(text.replace(",", ""))


def parse_money(text: str, kind: str = "", heading: str = "") -> Decimal | None:
    """An amount in yuan; 万元 in the cell, or in the heading over a bare number, multiplies."""
    text = _CURRENCY.sub("", fold(text))
    amount = parse_decimal(_UNIT.sub(r"\2", text, count=1), kind)
    unit = _UNIT.search(text)
    if amount is not None and "万" in ((unit and unit[1]) or heading):
        amount *= 10_000
    return amount


def parse_boolean(text: str) -> bool | None:
    """是 or 否 in any of the usual writings; None if neither."""
    word = re.sub(r"^([01])\.0+$", r"\1", fold(text)).lower()
    return True if word in _TRUE else False if word in _FALSE else None


def _fitted(number: Decimal | None, type_: pa.DataType) -> Decimal | None:
    """The number rounded half up to the type's scale; None where the type cannot hold it."""
    if number is None or number.adjusted() >= type_.precision - type_.scale:
        return None
    return number.quantize(Decimal(1).scaleb(-type_.scale), ROUND_HALF_UP)


def _normalise(
    cells: Cells,
    read: Callable[[str, str], Any],
    type_: pa.DataType,
    reason: str,
    plain: str = _NEVER,
) -> Outcome:
    """`plain`: numbers that the type holds as they are written, and that nothing multiplies."""

    def slow(rest: Cells) -> pa.Array:
        return per_cell(Cells(rest.text, rest.kind), read, type_)

    is_plain = pc.fill_null(pc.match_substring_regex(cells.text, plain), True)
    rest = pc.if_else(is_plain, None, cells.text)
    nothing = blank_where(rest, lambda text: says_nothing(text) and read(text, "") is None)
    text = pc.if_else(is_plain, cells.text, nothing)
    values = by_column(Cells(text, cells.kind), is_plain, lambda column: column.cast(type_), slow)
    return Outcome.of(text, {"": values}, reason)


def normalise_integers(cells: Cells) -> Outcome:
    """Whole numbers that fit 64 bits; `bad_number` for anything else."""

    def read(text: str, kind: str) -> int | None:
        number = parse_decimal(text, kind)
        if number is None or number != number.to_integral_value() or number.adjusted() > 17:
            return None
        return int(number)

    return _normalise(cells, read, pa.int64(), "bad_number", plain="^-?[0-9]{1,17}$")


def normalise_decimals(cells: Cells) -> Outcome:
    """Decimals rounded half up to six places; `bad_number` for what is none or does not fit."""
    return _normalise(
        cells,
        lambda text, kind: _fitted(parse_decimal(text, kind), DECIMAL),
        DECIMAL,
        "bad_number",
        plain=r"^-?[0-9]{1,12}(\.[0-9]{1,6})?$",
    )


def normalise_money(cells: Cells) -> Outcome:
    """Amounts in yuan, to a hundredth of a fen; `bad_number` for what is none or does not fit."""

    def read(text: str, kind: str) -> Decimal | None:
        return _fitted(parse_money(text, kind, cells.heading), MONEY)

    plain = _NEVER if "万" in cells.heading else r"^-?[0-9]{1,14}(\.[0-9]{1,4})?$"
    return _normalise(cells, read, MONEY, "bad_number", plain)


def normalise_booleans(cells: Cells, mapping: dict[str, str]) -> Outcome:
    """是/否, 有/无, Y/N, 1/0, true/false, √/×, and what the contract maps to one of them."""

    meant = {fold(written): value for written, value in mapping.items()}

    def read(text: str, kind: str) -> bool | None:
        return parse_boolean(meant.get(fold(text), text))

    return _normalise(cells, read, pa.bool_(), "bad_boolean")
