"""Check codes: whether a row that comes back is still the row that went out.

A form goes out with an identifier per row and a code beside it; a block that was pasted one row
too low parts the two. The code names its night, so it can be checked by itself, whatever program
has saved the file in between.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingest.normalise.cells import holds
from ingest.normalise.keys import pseudonyms

NIGHT_LENGTH = len("20231031")
CODE_LENGTH = 10  # hexadecimal digits: one shifted row in 10^12 would go unnoticed


def check_codes(identifiers: pa.Array, night: date, key: bytes) -> pa.Array:
    """`20231031-` and the first digits of HMAC-SHA-256(key, identifier|20231031); null for null."""
    return _codes(identifiers, pa.repeat(f"{night:%Y%m%d}", len(identifiers)), key)


def mismatched(identifiers: pa.Array, codes: pa.Array, key: bytes) -> np.ndarray:
    """Where both stand in a row and do not belong together. Case and width do not matter."""
    codes = pc.utf8_upper(pc.utf8_normalize(codes, form="NFKC"))
    nights = pc.utf8_slice_codeunits(codes, 0, NIGHT_LENGTH)
    return holds(pc.not_equal(_codes(identifiers, nights, key), codes))


def _codes(identifiers: pa.Array, nights: pa.Array, key: bytes) -> pa.Array:
    messages = pc.binary_join_element_wise(pc.utf8_upper(identifiers), nights, "|")
    digits = pc.utf8_slice_codeunits(pseudonyms(messages, key), 0, CODE_LENGTH)
    return pc.binary_join_element_wise(nights, pc.utf8_upper(digits), "-")
