"""Identity numbers and credit codes of people and units who do not exist, with true check digits.

Written apart from the door's own validation on purpose: a simulator that shared it would share
its mistakes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

ID_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
ID_CHECK = np.array(list("10X98765432"))
USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
USCC_WEIGHTS = np.array([pow(3, i, 31) for i in range(17)])
ORGANISATION_WEIGHTS = np.array([3, 7, 9, 10, 5, 8, 4, 2])

Strings = NDArray[np.str_]


def _digits(text: Strings, width: int) -> NDArray[np.int64]:
    letters = np.ascontiguousarray(text.astype(f"U{width}")).view("U1").reshape(len(text), width)
    return letters.astype(np.int64)


def resident_ids(prefix: Strings, born: NDArray[np.datetime64], serial: NDArray) -> Strings:
    """18-character identity numbers (GB 11643: ISO 7064 mod 11-2).

    `prefix` are six-digit division codes, `born` days, `serial` 0–999 (odd for men).
    """
    day = np.char.replace(born.astype("datetime64[D]").astype("U10"), "-", "")
    number = np.char.zfill(serial.astype("U3"), 3)
    stem = np.char.add(np.char.add(prefix.astype("U6"), day), number)
    check = ID_CHECK[(_digits(stem, 17) * ID_WEIGHTS).sum(axis=1) % 11]
    return np.char.add(stem, check)


def distinct_serials(
    prefix: Strings, born: NDArray[np.datetime64], male: NDArray[np.bool_], rng: np.random.Generator
) -> NDArray[np.int64]:
    """Serial numbers that make (prefix, birth day, serial) unique; parity carries the sex."""
    place = prefix.astype(np.int64) * 100_000 + born.astype("datetime64[D]").astype(np.int64)
    serial = rng.integers(0, 500, len(place))
    for _ in range(500):
        whole = (place * 500 + serial) * 2 + male
        _, first = np.unique(whole, return_index=True)
        clash = np.ones(len(place), dtype=bool)
        clash[first] = False
        if not clash.any():
            return serial * 2 + male
        serial[clash] = (serial[clash] + 1) % 500
    raise ValueError("more people were born in one place on one day than there are numbers")


def old_number(id_number: str) -> str:
    """The 15-digit form of an 18-character number of someone born in 19xx."""
    return id_number[:6] + id_number[8:17]


def credit_codes(kind: Strings, adcode: Strings, serial: NDArray[np.int64]) -> Strings:
    """统一社会信用代码 (GB 32100, mod 31): two characters of kind, division, organisation code."""
    # the serial is spread over the number space so that neighbours do not look alike
    stem = np.char.zfill(((serial * 37_199_371 + 10_007) % 99_999_989).astype("U8"), 8)
    rest = 11 - (_digits(stem, 8) * ORGANISATION_WEIGHTS).sum(axis=1) % 11
    organisation = np.array(list("0123456789X0"))[rest]
    body = np.char.add(np.char.add(kind.astype("U2"), adcode.astype("U6")), stem)
    body = np.char.add(body, organisation)
    letters = np.ascontiguousarray(body.astype("U17")).view("U1").reshape(len(body), 17)
    order = np.full(128, -1)
    order[[ord(c) for c in USCC_ALPHABET]] = np.arange(31)
    values = order[letters.view(np.uint32).reshape(len(body), 17)]
    check = (31 - (values * USCC_WEIGHTS).sum(axis=1) % 31) % 31
    return np.char.add(body, np.array(list(USCC_ALPHABET))[check])
