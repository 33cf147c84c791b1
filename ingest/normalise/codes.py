"""Texts, codes from a list, codes of digits, and the numbers of cases and documents."""

from __future__ import annotations

import re
from collections.abc import Container

import pyarrow as pa
import pyarrow.compute as pc

from ingest.normalise.cells import (
    Cells,
    Outcome,
    blank_where,
    by_column,
    fold,
    is_drawn_blank,
    is_no_text,
    is_placeholder,
    is_plain_code,
    is_there,
    per_cell,
    per_value,
    tidy,
)

_OPENING, _CLOSING = "（〔［【〖〘〚｛{[「『《〈<", "）〕］】〗〙〛｝}]」』》〉>"
_BRACKETS = str.maketrans(_OPENING + _CLOSING, "(" * len(_OPENING) + ")" * len(_CLOSING))
_REWRITTEN = b"[{<]}> \t\n\v\f\r\x1c\x1d\x1e\x1f"  # what `number_key` changes in ASCII
_WHOLE = re.compile(r"^(\d+)\.0+$")


def _shown(text: str, kind: str) -> str:
    """What a cell shows: a whole number in a number cell has no decimal point."""
    text = tidy(text)
    whole = _WHOLE.fullmatch(text) if kind == "n" else None
    return whole[1] if whole else text


def number_key(text: str) -> str:
    """A case or document number in one writing: （2023）黔 0526 刑初１号 → (2023)黔0526刑初1号."""
    return fold(text).translate(_BRACKETS)


def number_keys(column: pa.Array) -> pa.Array:
    """`number_key` of a column."""
    data = bytes(column.buffers()[-1] or b"")
    if data.isascii() and len(data.translate(None, _REWRITTEN)) == len(data):
        return column  # told by its bytes, which is quicker than by its cells
    plain = is_plain_code(column)
    if pc.all(plain).as_py() in (True, None):
        return column
    rest = per_value(pc.if_else(plain, None, column), number_key, pa.string())
    return pc.if_else(plain, column, rest)


def _texts(cells: Cells, answers: Container[str] = ()) -> pa.Array:
    """Texts, tidy; null for what says nothing, unless it is one of the `answers`, folded."""

    def read(text: str, kind: str) -> str | None:
        shown = _shown(text, kind)
        return None if is_no_text(shown) and fold(shown) not in answers else shown

    def slow(rest: Cells) -> pa.Array:
        return per_cell(rest, read, pa.string())

    return by_column(cells, is_plain_code(cells.text), lambda text: text, slow)


def _given(values: pa.Array) -> Outcome:
    return Outcome.of(values, {"": values})


def normalise_texts(cells: Cells, mapping: dict[str, str] | None = None) -> Outcome:
    """Texts as written, but tidy; 无, a dash or 000000 says nothing.

    `mapping`: what some writings stand for (01 for 居民身份证); all others stay. Where it maps 无,
    that is an answer: nobody is liable.
    """
    meant = {fold(written): meaning for written, meaning in (mapping or {}).items()}
    texts = _texts(cells, meant)
    if meant:
        texts = per_value(texts, lambda text: meant.get(fold(text), text), pa.string())
    return _given(texts)


def normalise_numbers(cells: Cells) -> Outcome:
    """Numbers of cases and documents in one writing; 未立案 or 未处罚 says that there is none."""
    numbers = number_keys(_texts(cells))
    return _given(pc.if_else(pc.starts_with(numbers, "未"), None, numbers))


def normalise_codes(cells: Cells, required: bool = False) -> Outcome:
    """Codes of digits; 11.0 is one that passed through a number.

    A code that is none becomes null and is flagged `code_invalid`; a required one is `bad_code`.
    """
    text = per_value(_texts(cells), lambda code: _WHOLE.sub(r"\1", fold(code)), pa.string())
    text = blank_where(text, is_placeholder)
    codes = blank_where(text, lambda code: not code.isdecimal())
    if required:
        return Outcome.of(text, {"": codes}, "bad_code")
    given = is_there(text)
    return Outcome({"": codes}, given, flags={"code_invalid": given & ~is_there(codes)})


def normalise_enums(cells: Cells, allowed: tuple[str, ...], mapping: dict[str, str]) -> Outcome:
    """Values of a list, or what the contract maps to one; `unknown_code` for all else."""
    known = {fold(value): value for value in allowed}
    known |= {fold(written): meant for written, meant in mapping.items()}

    def blank(text: str) -> bool:
        text = fold(text)
        return text not in known and is_drawn_blank(text)

    text = blank_where(cells.text, blank)
    read = per_cell(Cells(text, cells.kind), _shown, pa.string())
    values = per_value(read, lambda value: known.get(fold(value)), pa.string())
    return Outcome.of(text, {"": values}, "unknown_code")
