"""The arithmetic of 公民身份号码.

Sources: GB 11643-1999 (structure; ISO 7064 mod 11-2 check character). The residence permits of
港澳台居民 (81, 82, 83) and the 外国人永久居留身份证 of 2023 (9) have the same length, the birth
date in the same place and the same check. The 15-digit numbers issued before 1999-10-01 belong
to the twentieth century; they are upgraded by inserting 19 and appending the check character.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingest.normalise.cells import INVISIBLE, blank_where, holds, is_drawn_blank, per_value

WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
CHECK_CHARACTERS = np.frombuffer(b"10X98765432", dtype=np.uint8)
FIRST_BIRTH_YEAR = 1900
# GB/T 2260: the first two digits of an area code; 81 to 83 on residence permits.
PROVINCES = (
    *range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55),
    *range(61, 66), 71, 81, 82, 83,
)  # fmt: skip
FIRST_FOREIGN = 90

_SHAPE = "^[0-9]{17}[0-9X]$"
_WITHIN = re.compile(r"(?<![0-9])[0-9]{17}[0-9Xx](?![0-9])")
_QUOTES = re.compile("['\"`‘’“”]")


def _clean(text: str) -> str:
    text = unicodedata.normalize("NFKC", INVISIBLE.sub("", text))
    return _QUOTES.sub("", "".join(text.split())).upper()


def cleaned(column: pa.Array) -> pa.Array:
    """Numbers without spaces, quotes, invisible or full-width characters; blanks are null."""
    proper = pa.array(holds(pc.match_substring_regex(column, _SHAPE)))
    rest = per_value(pc.if_else(proper, None, column), _clean, pa.string())
    # Fifteen digits pass through a float unharmed, so that their .0 can go.
    rest = pc.replace_substring_regex(rest, r"^([0-9]{1,15})\.0+$", r"\1")
    return pc.if_else(proper, column, blank_where(rest, is_drawn_blank))


def matrix(numbers: pa.Array) -> np.ndarray:
    """Character codes of 18-character numbers, shape (n, 18); a null becomes eighteen zeros."""
    text = pc.fill_null(numbers, "0" * 18).to_numpy(zero_copy_only=False)
    return text.astype("S18").view(np.uint8).reshape(-1, 18)


def check_character(numbers: pa.Array) -> np.ndarray:
    """The character code of ISO 7064 mod 11-2 over each number's first 17 digits."""
    digits = matrix(numbers)[:, :17].astype(np.int64) - ord("0")
    return CHECK_CHARACTERS[digits @ WEIGHTS % 11]


def born_on(numbers: pa.Array) -> np.ndarray:
    """Each number's birth date, datetime64[D]; NaT where the calendar has no such day."""
    digits = matrix(numbers).astype(np.int64) - ord("0")
    year = digits[:, 6:10] @ [1000, 100, 10, 1]
    month, day = digits[:, 10:12] @ [10, 1], digits[:, 12:14] @ [10, 1]
    possible = (year >= FIRST_BIRTH_YEAR) & (month >= 1) & (month <= 12) & (day >= 1)
    in_month = ((year - 1970) * 12 + np.where(possible, month, 1) - 1).astype("datetime64[M]")
    born = in_month.astype("datetime64[D]") + (day - 1)
    real = possible & (born.astype("datetime64[M]") == in_month)
    return np.where(real, born, np.datetime64("NaT", "D"))


def is_male(numbers: pa.Array) -> np.ndarray:
    """Whether the last digit of the sequence is odd, as a man's is."""
    return matrix(numbers)[:, 16] % 2 == 1


def is_valid(numbers: pa.Array, today: date) -> np.ndarray:
    """Whether each cleaned text is a number: check character, area, a birth date up to today."""
    valid = holds(pc.match_substring_regex(numbers, _SHAPE)).copy()
    shaped = numbers.filter(pa.array(valid))
    characters = matrix(shaped)
    area = (characters[:, :2].astype(np.int64) - ord("0")) @ [10, 1]
    valid[valid] = (
        (check_character(shaped) == characters[:, 17])
        & (np.isin(area, PROVINCES) | (area >= FIRST_FOREIGN))
        & (born_on(shaped) <= np.datetime64(today))  # false for NaT
    )
    return valid


def upgraded(numbers: pa.Array) -> pa.Array:
    """The 18-character form of each 15-digit number; null for anything else."""
    old = pa.array(holds(pc.match_substring_regex(numbers, "^[0-9]{15}$")))
    head = pc.replace_substring_regex(pc.if_else(old, numbers, None), "^([0-9]{6})", r"\119")
    check = check_character(pc.binary_join_element_wise(head, "0", ""))
    return pc.binary_join_element_wise(head, pa.array(check.view("S1")).cast(pa.string()), "")


def without_numbers(text: str) -> str:
    """An agency's own words without identity numbers: some write one where nobody asks for it."""

    def masked(found: re.Match[str]) -> str:
        number = pa.array([found[0].upper()])
        return "（证件号码）" if is_valid(number, datetime.now(UTC).date())[0] else found[0]

    return _WITHIN.sub(masked, text)
