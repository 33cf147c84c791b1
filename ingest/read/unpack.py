"""What a delivered file is, and the one file inside a .zip or .gz, taken out within bounds."""

from __future__ import annotations

import gzip
import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Protocol

from ingest.read.raw import Unreadable

TEXT = (".csv", ".txt")
WORKBOOK = (".xlsx", ".xls")
TABLES = (*TEXT, *WORKBOOK, ".parquet")
PACKED = (".zip", ".gz")

# How a file begins that is no text.
MAGIC = {b"PK\x03\x04": ".xlsx", b"\xd0\xcf\x11\xe0": ".xls", b"PAR1": ".parquet"}
GZIP_HAS_EXTRA, GZIP_HAS_NAME = 4, 8

MAX_UNPACKED = 4 << 30
# Repetitive text packs well, but not a hundredfold; small files are let be whatever their ratio.
MAX_RATIO = 200
RATIO_MATTERS_FROM = 64 << 20
MAX_ENTRIES = 5000
BLOCK = 1 << 20

BOMB = "文件解压后过大或压缩比异常，按压缩炸弹处理；请拆分后不压缩报送。"
BROKEN = "压缩包损坏或传输不完整；请重新打包报送。"


class Readable(Protocol):
    """Anything that gives bytes."""

    def read(self, size: int, /) -> bytes:
        """Up to `size` bytes; none at the end."""
        ...


def unpack(source: Path, name: str, folder: Path) -> tuple[Path, str]:
    """(file, its name) of the table delivered as `name`; packed ones are taken out into `folder`.

    Raises Unreadable for a form that is not agreed, a bomb, more than one file, a path outside.
    """
    suffix = PurePosixPath(name).suffix.lower()
    if suffix in TABLES:
        return source, name
    if suffix not in PACKED:
        raise Unreadable(
            "文件格式不在约定之内；请用 csv、txt、xlsx、xls、parquet，或者其一的 zip、gz。"
        )
    inner, target = PurePosixPath(name).stem, folder / "unpacked"
    size = source.stat().st_size
    try:
        if suffix == ".zip":
            with zipfile.ZipFile(source) as archive:
                entry = _only_entry(archive)
                inner = entry.filename
                with archive.open(entry) as f:
                    copy_within(f, target, size)
        else:
            with gzip.open(source) as f:
                copy_within(f, target, size)
            inner = _with_form(source, inner, target)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError):
        raise Unreadable(BROKEN) from None
    if PurePosixPath(inner).suffix.lower() not in TABLES:
        raise Unreadable("压缩包里必须正好是一个 csv、txt、xlsx、xls 或 parquet 文件。")
    return target, inner


def _with_form(source: Path, inner: str, unpacked: Path) -> str:
    """The name inside a .gz: its own, with the form that the header or the content shows.

    A .gz without a name of its own, as 医保结算.gz, is named by whoever packed it or by nobody.
    """
    for name in (inner, _packed_name(source)):
        if PurePosixPath(name).suffix.lower() in TABLES:
            return name
    with unpacked.open("rb") as f:
        start = f.read(max(map(len, MAGIC)))
    return inner + next((form for magic, form in MAGIC.items() if start.startswith(magic)), ".csv")


def _packed_name(source: Path) -> str:
    """What the header of a .gz calls the file (RFC 1952); '' when it does not."""
    with source.open("rb") as f:
        head, rest = f.read(10), f.read(BLOCK)
    flags = int.from_bytes(head[3:4])
    if not flags & GZIP_HAS_NAME:
        return ""
    if flags & GZIP_HAS_EXTRA:
        rest = rest[2 + int.from_bytes(rest[:2], "little") :]
    return rest.partition(b"\0")[0].decode("latin-1")


def _only_entry(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES:
        raise Unreadable(BOMB)
    for entry in entries:
        path = PurePosixPath(entry.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in entry.filename:
            raise Unreadable("压缩包里有指向包外的路径，已拒收；请重新打包。")
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise Unreadable("压缩包里是链接，不是文件；请打包文件本身。")
        if entry.flag_bits & 1:
            raise Unreadable("压缩包加了密码；请去掉密码后报送。")
    # What macOS adds beside each file is not the agency's.
    files = [e for e in entries if not e.is_dir() and not e.filename.startswith("__MACOSX/")]
    if len(files) != 1:
        raise Unreadable(f"压缩包里有 {len(files)} 个文件；一个压缩包只放一个文件。")
    return files[0]


def copy_within(source: Readable, target: Path, packed: int) -> None:
    """Copy an unpacking stream, refusing more than a bomb's size or ratio; Unreadable then."""
    with target.open("wb") as out:
        for total, block in counted(source):
            if is_bomb(total, packed):
                raise Unreadable(BOMB)
            out.write(block)


def counted(source: Readable) -> Iterator[tuple[int, bytes]]:
    """(bytes so far, block) of a stream, block by block."""
    total = 0
    while block := source.read(BLOCK):
        total += len(block)
        yield total, block


def is_bomb(unpacked: int, packed: int) -> bool:
    """Whether so many bytes out of so many packed ones are more than an honest file gives."""
    ratio = unpacked > MAX_RATIO * max(packed, 1) and unpacked > RATIO_MATTERS_FROM
    return ratio or unpacked > MAX_UNPACKED
