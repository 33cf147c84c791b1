"""Delimited text: find the encoding strictly, the delimiter by the heading, then stream.

A file is decoded wholly before a cell is believed: one byte that does not fit means that the
encoding is another, or that the transfer broke it, and every name in it would be in doubt.
"""

from __future__ import annotations

import codecs
import csv
import io
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from ingest.read.header import MAX_COLUMNS, Heading, Vocabulary
from ingest.read.raw import RawWriter, Unreadable, data_rows

BLOCK = 8 << 20
HEAD = 256 << 10
MAX_RAGGED = 100_000
DELIMITERS = (",", "\t", ";", "|")
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read_text(source: Path, out: RawWriter, vocabulary: Vocabulary, folder: Path) -> Heading:
    """Stream the file's rows into the raw table and return its heading; decodes into `folder`.

    Raises Unreadable for a wrong encoding, NUL bytes, unpaired quotes or a missing column.
    """
    decoded = folder / "decoded"
    quotes = _decode(source, decoded)
    delimiter, heading, lines, width = _head(decoded, vocabulary)
    if not heading.fits:
        return heading
    _stream(decoded, out, delimiter, heading, lines, width, odd_quotes=quotes % 2 == 1)
    return heading


def _decode(source: Path, target: Path) -> int:
    """Write the file as UTF-8 without BOM; return how many quotation marks it has."""
    with source.open("rb") as f:
        start = f.read(4)
    marked = next((name for bom, name in BOMS if start.startswith(bom)), None)
    failed_at = 0
    for encoding in [marked] if marked else ["utf-8", "gb18030"]:
        try:
            return _transcode(source, target, encoding)
        except UnicodeDecodeError as error:
            failed_at = max(failed_at, error.start)
    raise Unreadable(
        f"文件编码无法识别（第 {failed_at} 行附近），不是 UTF-8 也不是 GB18030；"
        "请用 UTF-8 或 GB18030 重新导出。"
    )


def _transcode(source: Path, target: Path, encoding: str) -> int:
    """Decode strictly in blocks; UnicodeDecodeError then carries the line as its `start`."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    quotes, line = 0, 1
    with source.open("rb") as f, target.open("w", encoding="utf-8", newline="") as g:
        while True:
            block = f.read(BLOCK)
            try:
                text = decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                line += block[: error.start].count(b"\n")
                raise UnicodeDecodeError(encoding, b"", line, line, "undecodable") from None
            if "\x00" in text:
                raise Unreadable("文件含有空字节（NUL），传输损坏或不是文本；请重新导出后再报。")
            if "\ufffd" in text:
                raise Unreadable("文件里有转换编码时损坏的字符（U+FFFD）；请从源系统重新导出。")
            quotes += text.count('"')
            line += text.count("\n")
            g.write(text)
            if not block:
                g.write("\n")  # the parser wants the last line ended; one more blank is none
                return quotes


def _head(path: Path, vocabulary: Vocabulary) -> tuple[str, Heading, int, int]:
    """(delimiter, heading, physical lines down to its end, cells of its row) of the best guess."""
    with path.open(encoding="utf-8", newline="") as f:
        text = f.read(HEAD)
        whole = not f.read(1)
    if not whole:
        text = text[: max(text.rfind("\n"), text.rfind("\r")) + 1]
        if not text:
            raise Unreadable("第一行过长，不像表头；请检查列数和分隔符后重新导出。")
    if not text.strip():
        raise Unreadable("文件是空的；没有数据也要有表头。")
    best: tuple[str, Heading, int, int] | None = None
    for delimiter in DELIMITERS:
        rows, lines = _first_rows(text, delimiter)
        if max(map(len, rows)) > MAX_COLUMNS:
            raise Unreadable(f"列数超过 {MAX_COLUMNS}，不是约定的表；请只导出约定的列。")
        heading = vocabulary.find(rows)
        if heading and (best is None or len(heading.positions) > len(best[1].positions)):
            best = (delimiter, heading, lines[heading.row], len(rows[heading.row]))
    if best is None:
        required = tuple(c.headers[0] for c in vocabulary.wanted if c.required)
        return ",", Heading(row=0, missing=required), 0, 0
    return best


def _first_rows(text: str, delimiter: str) -> tuple[list[list[str]], list[int]]:
    """The first records and, for each, the physical line on which it ends."""
    csv.field_size_limit(HEAD)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: list[list[str]] = []
    lines: list[int] = []
    for row in reader:
        rows.append(row)
        lines.append(reader.line_num)
        if len(rows) == 32:
            break
    return rows, lines


def _stream(
    path: Path,
    out: RawWriter,
    delimiter: str,
    heading: Heading,
    lines: int,
    width: int,
    odd_quotes: bool,
) -> None:
    first = heading.row + 2  # the record below the heading, as a spreadsheet numbers it
    ragged: list[tuple[int, str]] = []

    def keep_ragged(row: Any) -> str:
        ragged.append((row.number - lines + heading.row + 1, row.text))
        return "skip" if len(ragged) <= MAX_RAGGED else "error"

    names = [f"f{i}" for i in range(width)]
    last: list[str | None] = []
    try:
        reader = pacsv.open_csv(
            path,
            read_options=pacsv.ReadOptions(
                use_threads=False, column_names=names, skip_rows=lines, block_size=BLOCK
            ),
            parse_options=pacsv.ParseOptions(
                delimiter=delimiter,
                newlines_in_values=True,
                ignore_empty_lines=False,
                invalid_row_handler=keep_ragged,
            ),
            convert_options=pacsv.ConvertOptions(
                column_types={name: pa.string() for name in names},
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
                null_values=[""],
            ),
        )
        for batch in reader:
            if batch.num_rows:
                numbers = _record_numbers(first, batch.num_rows, [n for n, _ in ragged])
                first = int(numbers[-1]) + 1
                last = [column[-1].as_py() for column in batch.columns]
                _write(out, batch.columns, numbers, heading)
    except pa.ArrowInvalid:
        # Arrow's own message would quote the row.
        raise Unreadable("文件无法按表格拆分，可能分隔符不一致或引号不成对；请重新导出。") from None
    ends = [*(cell for cell in last if cell), *(text.rstrip() for _, text in ragged)]
    if odd_quotes and any("\n" in text for text in ends):
        raise Unreadable("最后一行的引号不成对，后面的行可能被并成了一格；请重新导出。")
    if ragged:
        _write_ragged(out, ragged, delimiter, heading, width)


def _record_numbers(first: int, count: int, skipped: list[int]) -> np.ndarray:
    """The numbers of the next `count` records from `first` that were not skipped.

    The parser runs ahead of the batches, so `skipped` may reach beyond this one.
    """
    candidates = np.arange(first, first + count + len(skipped))
    return candidates[~np.isin(candidates, skipped)][:count]


def _write(
    out: RawWriter,
    cells: list[pa.Array],
    numbers: np.ndarray,
    heading: Heading,
    ragged: bool = False,
) -> None:
    cells = [_unwrapped(column) for column in cells]
    keep = data_rows(cells, heading.positions, heading.labels, out.wanted)
    columns = {name: cells[i].filter(keep) for name, i in heading.positions.items()}
    out.write(columns, pa.array(numbers).filter(keep), ragged=ragged)


def _unwrapped(column: pa.Array) -> pa.Array:
    """Cells written ="522427…", the way programs keep Excel from making numbers of digits."""
    if not pc.any(pc.starts_with(column, '="')).as_py():
        return column
    return pc.replace_substring_regex(column, r'^="([^"]*)"$', r"\1")


def _write_ragged(
    out: RawWriter, ragged: list[tuple[int, str]], delimiter: str, heading: Heading, width: int
) -> None:
    """Rows of another length than the heading: whole when only blanks are too many or left out.

    Excel ends a row before its last blank cells. What a line break within a cell tears apart looks
    alike, so that a row is not whole before one that lacks required cells.
    """
    rows = [next(csv.reader([text], delimiter=delimiter), []) for _, text in ragged]
    cut = [[*row[:width], *[""] * (width - len(row))] for row in rows]
    cells = [pa.array([row[i] or None for row in cut], pa.string()) for i in range(width)]
    numbers = np.array([number for number, _ in ragged])
    last = max(heading.positions[c.name] for c in out.wanted if c.required)
    lengths = np.array([len(row) for row in rows])
    blank_over = np.array([not any(cell.strip() for cell in row[width:]) for row in rows])
    data = data_rows(cells, heading.positions, heading.labels, out.wanted).to_numpy(False)
    torn = numbers[data & (lengths <= last)] - 1
    whole = blank_over & (lengths > last) & ((lengths > width) | ~np.isin(numbers, torn))
    for is_ragged, mask in ((False, whole), (True, ~whole)):
        if mask.any():
            some = [column.filter(pa.array(mask)) for column in cells]
            _write(out, some, numbers[mask], heading, ragged=is_ragged)
