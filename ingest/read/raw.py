"""The raw table: what a file said, every cell as text, before anything is made of it.

One Arrow file: for each contract column found `X` (text or null) and `X__kind` (how the cell
was stored: s text, n binary number, d date, b boolean, e error; null where the format has no kinds
or the cell is blank),
then `_source_sheet`, `_source_row` (as a person counts rows in a spreadsheet) and `_ragged`
(the row has more or fewer cells than the heading, so that none can be trusted).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import TracebackType

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.ipc

from ingest.read.header import Wanted, fold, is_footer, is_total

RAW = "raw.arrow"  # quicker to write and to read than Parquet, and gone within the minute
ROWS_AT_ONCE = 100_000
MAX_ROWS = 20_000_000
WRITTEN_OUT = 1e16


class Unreadable(Exception):
    """The file cannot be taken; the text is a sentence for the agency, without any cell's value."""


def kind_of(name: str) -> str:
    """The name of the column that says how the cells of column `name` were stored."""
    return f"{name}__kind"


class RawWriter:
    """Writes raw rows in groups of bounded size; titles, blanks and totals never reach it."""

    def __init__(self, path: Path, wanted: Sequence[Wanted]) -> None:
        self.wanted = wanted
        fields = [(c.name, pa.string()) for c in wanted]
        fields += [(kind_of(c.name), pa.string()) for c in wanted]
        fields += [("_source_sheet", pa.string()), ("_source_row", pa.int64())]
        self.schema = pa.schema([*fields, ("_ragged", pa.bool_())])
        lz4 = pa.ipc.IpcWriteOptions(compression="lz4")
        self._writer = pa.ipc.new_file(path, self.schema, options=lz4)
        self._waiting: list[pa.Table] = []
        self._rows_waiting = 0
        self.rows = 0

    def __enter__(self) -> RawWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self._flush()
        self._writer.close()

    def write(
        self, columns: dict[str, pa.Array], rows: pa.Array, sheet: str = "", ragged: bool = False
    ) -> None:
        """Add rows; a column that is not given is null."""
        count = len(rows)
        given = {
            **columns,
            "_source_sheet": pa.repeat(pa.scalar(sheet, pa.string()), count),
            "_source_row": rows,
            "_ragged": pa.repeat(ragged, count),
        }
        table = pa.table(
            [given.get(f.name, pa.nulls(count, f.type)) for f in self.schema], self.schema
        )
        self.rows += count
        if self.rows > MAX_ROWS:
            raise Unreadable(f"文件超过 {MAX_ROWS} 行，请拆成几个文件再报送。")
        self._waiting.append(table)
        self._rows_waiting += count
        if self._rows_waiting >= ROWS_AT_ONCE:
            self._flush()

    def _flush(self) -> None:
        if self._waiting:
            table = pa.concat_tables(self._waiting).combine_chunks()
            self._writer.write_table(table, max_chunksize=ROWS_AT_ONCE)
        self._waiting, self._rows_waiting = [], 0


def raw_batches(path: Path, columns: Sequence[str] = ()) -> Iterator[pa.RecordBatch]:
    """The raw table's rows, at most 100,000 at a time; all columns, or these in its order."""
    with pa.memory_map(str(path)) as source:
        names = pa.ipc.open_file(source).schema.names
        wanted = [at for at, name in enumerate(names) if not columns or name in columns]
        options = pa.ipc.IpcReadOptions(included_fields=wanted)
        table = pa.ipc.open_file(source, options=options)
        for batch in map(table.get_batch, range(table.num_record_batches)):
            for first in range(0, batch.num_rows, ROWS_AT_ONCE):
                yield batch.slice(first, ROWS_AT_ONCE)


def number_text(value: float) -> str:
    """A binary number as a spreadsheet shows it: to 15 digits, a whole number without a point.

    Beyond 16 digits the last ones are made up, and must not pass for the 18 or 20 that an identity
    number or a trace code has: 5.2242719850312e+17.
    """
    if abs(value) >= WRITTEN_OUT:
        return repr(float(value))
    return f"{value:.15g}" if value % 1 else str(int(value))


def blank(column: pa.Array) -> pa.Array:
    """Per cell, whether it holds nothing but white space."""
    empty = pc.equal(pc.utf8_length(pc.utf8_trim_whitespace(column)), 0)
    return pc.fill_null(empty, True)


def data_rows(
    cells: Sequence[pa.Array],
    positions: dict[str, int],
    labels: dict[str, str],
    wanted: Sequence[Wanted],
) -> pa.Array:
    """Which rows of a sheet below its heading are data.

    No data are: rows blank in every column of the contract but the preset ones, the heading
    printed again (by its columns' other names, too), and rows that begin with a footer's
    word and lack half of the required columns or more, or with 合计 alone and lack one.
    """
    blanks = {name: blank(cells[i]) for name, i in positions.items()}
    required = [c.name for c in wanted if c.required and c.name in positions] or list(positions)
    lacking = _count([blanks[name] for name in required])
    presets = {c.name for c in wanted if c.preset}
    filled_in = [mask for name, mask in blanks.items() if name not in presets]
    empty = pc.equal(_count(filled_in), len(filled_in))
    titles = {c.name: pa.array([labels[c.name], *c.headers]) for c in wanted if c.name in required}
    repeated = _all([pc.is_in(cells[positions[name]], titles[name]) for name in required])
    suspects = pc.greater_equal(pc.multiply(lacking, 2), len(required))
    first = _first_text(cells, pc.and_not(pc.greater(lacking, 0), empty))
    footers = pc.or_(pc.and_(suspects, _says(first, is_footer)), _says(first, is_total))
    return pc.invert(pc.or_(pc.or_(empty, repeated), footers))


def _count(masks: list[pa.Array]) -> pa.Array:
    total = pc.cast(masks[0], pa.int16())
    for mask in masks[1:]:
        total = pc.add(total, pc.cast(mask, pa.int16()))
    return total


def _all(masks: list[pa.Array]) -> pa.Array:
    result = masks[0]
    for mask in masks[1:]:
        result = pc.and_(result, mask)
    return result


def _first_text(cells: Sequence[pa.Array], where: pa.Array) -> pa.Array:
    """The first cell with text of each row that is wanted, else null."""
    first: pa.Array = pa.nulls(len(where), pa.string())
    for column in cells if pc.any(where).as_py() else ():
        trimmed = pc.utf8_trim_whitespace(column)
        first = pc.coalesce(first, pc.if_else(blank(column), None, trimmed))
    return pc.if_else(where, first, None)


def _says(texts: pa.Array, word: Callable[[str], bool]) -> pa.Array:
    """Where a text meets a condition."""
    hits = [text for text in pc.unique(texts).to_pylist() if text is not None and word(text)]
    return pc.is_in(texts, value_set=pa.array(hits, pa.string()), skip_nulls=True)


def clean_label(text: str) -> str:
    """A heading as it may be shown in a message: short, and without a run of digits."""
    shown = "".join("＊" if ch.isdigit() else ch for ch in fold(text))
    return shown[:20]
