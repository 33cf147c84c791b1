"""Keyed pseudonyms of persons, and the key and hash by which a row is known again.

A bare hash of an identity number can be reversed in seconds, so a pseudonym is an HMAC under a
key that lies outside the warehouse; in row keys and row hashes it stands for the number.
"""

from __future__ import annotations

import hashlib
import hmac

import pyarrow as pa
import pyarrow.compute as pc

from ingest.normalise.cells import per_value

_ESCAPED = (b'"', b"\\")

KEY_LENGTH = 32  # hexadecimal digits: 128 bits


def pseudonyms(messages: pa.Array, key: bytes) -> pa.Array:
    """First 32 hex digits of HMAC-SHA-256 of each text in UTF-8; null stays null."""

    def pseudonym(message: str) -> str:
        return hmac.digest(key, message.encode(), "sha256").hex()[:KEY_LENGTH]

    return per_value(messages, pseudonym, pa.string())


def person_keys(
    id_key: pa.Array, name_key: pa.Array, born: pa.Array, sex: pa.Array, key: bytes
) -> pa.Array:
    """`id_key`, else '~' and the pseudonym of name|birth date|sex; null without a name.

    An unknown birth date (ISO text) or sex is an empty text.
    """
    without_id = pc.if_else(id_key.is_valid(), None, name_key)
    parts = [without_id, pc.fill_null(born, ""), pc.fill_null(sex, "")]
    described = pseudonyms(pc.binary_join_element_wise(*parts, "|"), key)
    return pc.coalesce(id_key, pc.binary_join_element_wise("~", described, ""))


def json_rows(columns: list[pa.Array]) -> pa.Array:
    """Each row as a JSON list of texts and nulls, without spaces."""
    pieces: list[pa.Array | str] = []
    for column in columns:
        pieces += [",", *_quoted(column)]
    return pc.binary_join_element_wise("[", *pieces[1:], "]", "")


def _quoted(column: pa.Array) -> list[pa.Array | str]:
    """What stands side by side for a column: its texts between quotes, null for its nulls."""
    if column.null_count == len(column):
        return [pa.repeat("null", len(column))]
    if not column.null_count:
        return ['"', _escaped(column), '"']
    quoted = pc.binary_join_element_wise('"', _escaped(column), '"', "")
    return [pc.fill_null(quoted, "null")]


def _escaped(column: pa.Array) -> pa.Array:
    """The texts as they stand between quotes; most columns have nothing to escape."""
    data = bytes(column.buffers()[-1] or b"")
    if not any(sign in data for sign in _ESCAPED):
        return column
    return pc.replace_substring(pc.replace_substring(column, "\\", "\\\\"), '"', '\\"')


def sha256_rows(lines: pa.Array) -> pa.Array:
    """SHA-256 of each text in UTF-8, in hexadecimal digits."""
    sha256 = hashlib.sha256
    return pa.array([sha256(line).hexdigest() for line in lines.cast(pa.binary()).to_pylist()])
