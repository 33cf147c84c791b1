"""Parquet: typed columns become text with their kind, within bounds that the footer declares."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pyarrow.types as pt

from ingest.read.header import MAX_COLUMNS, Heading, Vocabulary
from ingest.read.raw import MAX_ROWS, RawWriter, Unreadable, data_rows, kind_of, number_text
from ingest.read.unpack import BOMB, MAX_UNPACKED

BATCH = 50_000
CHINA = "Asia/Shanghai"
AS_WRITTEN = (
    pt.is_string,
    pt.is_large_string,
    pt.is_string_view,
    pt.is_integer,
    pt.is_decimal,
    pt.is_null,
)


def read_parquet(source: Path, out: RawWriter, vocabulary: Vocabulary) -> Heading:
    """Stream the file's rows into the raw table and return its heading.

    Raises Unreadable for a damaged file, a bomb, too many columns, or lists in a column.
    """
    try:
        with pq.ParquetFile(source) as file:
            return _read(file, out, vocabulary)
    except (pa.ArrowException, OSError):
        raise Unreadable("Parquet 文件损坏或不完整；请重新导出。") from None


def _read(file: pq.ParquetFile, out: RawWriter, vocabulary: Vocabulary) -> Heading:
    meta = file.metadata
    if meta.num_columns > MAX_COLUMNS:
        raise Unreadable(f"列数超过 {MAX_COLUMNS}，不是约定的表；请只导出约定的列。")
    size = sum(meta.row_group(i).total_byte_size for i in range(meta.num_row_groups))
    if meta.num_rows > MAX_ROWS or size > MAX_UNPACKED:
        raise Unreadable(BOMB)
    names = file.schema_arrow.names
    heading = vocabulary.heading(0, None, names)
    if not heading.fits:
        return heading
    wanted = [names[i] for i in heading.positions.values()]
    at = 1
    for batch in file.iter_batches(BATCH, columns=wanted):
        columns: dict[str, pa.Array] = {}
        for name, label in zip(heading.positions, wanted, strict=True):
            columns[name], columns[kind_of(name)] = _as_text(batch.column(label))
        texts = [columns[name] for name in heading.positions]
        places = {name: i for i, name in enumerate(heading.positions)}
        keep = data_rows(texts, places, heading.labels, out.wanted)
        numbers = pa.array(np.arange(at, at + batch.num_rows)).filter(keep)
        out.write({name: column.filter(keep) for name, column in columns.items()}, numbers)
        at += batch.num_rows
    return heading


def _as_text(column: pa.Array) -> tuple[pa.Array, pa.Array]:
    """(text, kind) of a typed column. Whole numbers are exact here and count as text."""
    if pt.is_dictionary(column.type):
        column = column.dictionary_decode()
    kind, type_ = "s", column.type
    if pt.is_floating(type_):
        kind, text = "n", _float_text(column)
    elif pt.is_timestamp(type_):
        kind, text = "d", _moment_text(column)
    elif pt.is_date(type_):
        kind, text = "d", column.cast(pa.date32()).cast(pa.string())
    elif pt.is_boolean(type_):
        kind, text = "b", column.cast(pa.string())
    elif any(test(type_) for test in AS_WRITTEN):
        text = column.cast(pa.string())
    else:
        raise Unreadable("Parquet 文件里有列表、结构或二进制列；请改为普通文本列后重新导出。")
    return text, pc.if_else(pc.is_valid(text), kind, pa.scalar(None, pa.string()))


def _moment_text(column: pa.Array) -> pa.Array:
    """China's time to the second; a part of a second only where a moment of the column has one."""
    if column.type.tz:
        column = pc.local_timestamp(column.cast(pa.timestamp(column.type.unit, CHINA)))
    seconds = column.cast(pa.timestamp("s"), safe=False)
    whole = pc.all(pc.equal(seconds, column)).as_py() is not False
    if whole:
        return seconds.cast(pa.string())
    return pc.replace_substring_regex(column.cast(pa.string()), r"\.0+$", "")


def _float_text(column: pa.Array) -> pa.Array:
    """Each number's text; amounts and counts repeat themselves, and are written once."""
    encoded = column.dictionary_encode()
    values = encoded.dictionary.to_pylist()
    texts = pa.array([None if v != v else number_text(v) for v in values], pa.string())
    return texts.take(encoded.indices)
