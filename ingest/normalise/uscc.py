"""统一社会信用代码: GB 32100-2015, 18 characters without I O S V Z, check character modulo 31."""

from __future__ import annotations

import pyarrow as pa

from ingest.normalise.cells import (
    Cells,
    Outcome,
    blank_where,
    fold,
    is_there,
    per_cell,
    says_nothing,
)

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_VALUE = {character: value for value, character in enumerate(ALPHABET)}
_WEIGHTS = tuple(3**place % 31 for place in range(17))


def is_uscc(code: str) -> bool:
    """Whether an upper-case text is a credit code with a right check character."""
    if len(code) != 18 or not set(code) <= _VALUE.keys() or len(set(code)) == 1:
        return False
    total = sum(_VALUE[c] * weight for c, weight in zip(code[:17], _WEIGHTS, strict=True))
    return _VALUE[code[17]] == -total % 31


def _read(text: str, kind: str) -> str | None:
    code = fold(text).lstrip("'`‘’").upper()
    # A number cell keeps 15 digits of 18; what follows them is no code, whatever its check.
    return code if is_uscc(code) and kind != "n" else None


def normalise_uscc(cells: Cells) -> Outcome:
    """Credit codes; a code that is none (an old 15-digit number, a typing error) becomes null."""
    text = blank_where(cells.text, lambda text: says_nothing(fold(text)))
    codes = per_cell(Cells(text, cells.kind), _read, pa.string())
    given = is_there(text)
    return Outcome({"": codes}, given, flags={"uscc_invalid": given & ~is_there(codes)})
