"""What a .xls workbook says beyond its values: its formulas and its date system.

A .xls file is a small file system (OLE2) with one stream of records (BIFF); only the records that
calamine does not show are looked at here.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ingest.read.raw import Unreadable

MAX_SIZE = 512 << 20
DAMAGED = "工作簿损坏或不完整，打不开；请重新另存为 xlsx 后报送。"
ENCRYPTED = "工作簿加了密码；请去掉密码后报送。"

_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_NO_SECTOR = 0xFFFFFFFA  # this and above mark ends and free sectors
_FORMULA, _EPOCH, _SHEET, _FILE_PASS, _END = 0x0006, 0x0022, 0x0085, 0x002F, 0x000A


@dataclass(frozen=True)
class Book:
    """The workbook's record stream, where each sheet begins in it, and its date system."""

    stream: bytes
    sheets: tuple[int, ...]
    epoch_1904: bool

    def formulas(self, index: int) -> Iterator[tuple[int, int]]:
        """Row and column, from 0, of the formulas of the sheet of that index."""
        for kind, body in _records(self.stream, self.sheets[index]):
            if kind == _END:
                return
            if kind == _FORMULA and len(body) >= 4:
                yield struct.unpack_from("<HH", body)


def open_book(path: Path) -> Book:
    """The workbook's records; Unreadable when it is damaged or has a password."""
    if path.stat().st_size > MAX_SIZE:
        raise Unreadable("工作簿过大；请拆分或改用 csv 报送。")
    try:
        stream = _workbook_stream(path.read_bytes())
        sheets, epoch = [], False
        for kind, body in _records(stream, 0):
            if kind == _FILE_PASS:
                raise Unreadable(ENCRYPTED)
            if kind == _SHEET:
                sheets.append(struct.unpack_from("<I", body)[0])
            if kind == _EPOCH:
                epoch = struct.unpack_from("<H", body)[0] == 1
            if kind == _END:
                break
    except (struct.error, IndexError, ValueError):
        raise Unreadable(DAMAGED) from None
    return Book(stream, tuple(sheets), epoch)


def _records(stream: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    at = start
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + size]
        at += 4 + size


def _workbook_stream(data: bytes) -> bytes:
    """The stream Workbook (or Book) of an OLE2 file, its sectors put together."""
    if data[:8] != _MAGIC:
        raise Unreadable("内容不是 Excel 工作簿（可能由网页或文本改名）；请另存为 xlsx 后报送。")
    size = 1 << (struct.unpack_from("<H", data, 30)[0] & 31)
    directory_at, _, cutoff, mini_table_at, _, difat_at = struct.unpack_from("<6I", data, 48)
    sectors = _Sectors(data, size, _allocation(data, size, difat_at), offset=size)
    entries = {name: (start, length) for name, start, length in _entries(sectors, directory_at)}
    if "EncryptedPackage" in entries:
        raise Unreadable(ENCRYPTED)
    book = entries.get("Workbook") or entries.get("Book")
    if book is None or "Root Entry" not in entries:
        raise Unreadable(DAMAGED)
    start, length = book
    if length < cutoff:
        mini = sectors.chain(entries["Root Entry"][0])
        sectors = _Sectors(mini, 64, _integers(sectors.chain(mini_table_at)), offset=0)
    return sectors.chain(start)[:length]


@dataclass(frozen=True)
class _Sectors:
    data: bytes
    size: int
    table: tuple[int, ...]
    offset: int

    def chain(self, first: int) -> bytes:
        """The bytes of the chain of sectors that begins with `first`."""
        parts: list[bytes] = []
        while first < _NO_SECTOR:
            if len(parts) > len(self.table):  # a chain longer than the table runs in a circle
                raise Unreadable(DAMAGED)
            at = self.offset + first * self.size
            parts.append(self.data[at : at + self.size])
            first = self.table[first]
        return b"".join(parts)


def _integers(data: bytes) -> tuple[int, ...]:
    return struct.unpack_from(f"<{len(data) // 4}I", data)


def _allocation(data: bytes, size: int, difat_at: int) -> tuple[int, ...]:
    """The file's allocation table, which says for each sector the next one."""
    places = list(struct.unpack_from("<109I", data, 76))
    seen = 0
    while difat_at < _NO_SECTOR and seen < len(data) // size:
        *more, difat_at = _integers(data[(difat_at + 1) * size : (difat_at + 2) * size])
        places += more
        seen += 1
    tables = [data[(at + 1) * size : (at + 2) * size] for at in places if at < _NO_SECTOR]
    return _integers(b"".join(tables))


def _entries(sectors: _Sectors, first: int) -> Iterator[tuple[str, int, int]]:
    """(name, first sector, length) of each stream in the directory."""
    directory = sectors.chain(first)
    for at in range(0, len(directory) - 127, 128):
        name_size = struct.unpack_from("<H", directory, at + 64)[0]
        name = directory[at : at + max(0, min(name_size, 64) - 2)].decode("utf-16-le")
        start, length = struct.unpack_from("<II", directory, at + 116)
        yield name, start, length
