"""What a .xlsx package says beyond its values: its size unpacked, its formulas, its date system.

The values themselves are read by calamine, which does not show whether a cell is a formula. The
sheets are streamed as bytes: a parser that builds a tree would hold a bomb whole.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree

from ingest.read.raw import Unreadable
from ingest.read.unpack import BOMB, MAX_ENTRIES, counted, is_bomb

MAX_PART = 4 << 20  # workbook.xml, its relations and styles are small in every honest file
DAMAGED = "工作簿损坏或不完整，打不开；请重新另存为 xlsx 后报送。"

_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*)>")
_FORMULA = re.compile(rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f[\s>/]")
_PLACE = re.compile(rb"""\br=["']([A-Z]{1,3})([0-9]{1,7})["']""")
_STYLE = re.compile(rb"""\bs=["']([0-9]{1,6})["']""")
_NOT_A_DATE = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')
_OVERLAP = 4096

Place = tuple[int, int]  # row and column, from 0


@dataclass(frozen=True)
class Package:
    """A workbook's parts: where each sheet lies, and how its dates count and show."""

    path: Path
    sheets: dict[str, str]
    epoch_1904: bool
    month_styles: frozenset[int]

    def formulas(self, sheet: str) -> Iterator[Place]:
        """The cells of a sheet that hold a formula; (-1, -1) for one that names no place."""
        return _places(self._scan(sheet, _FORMULA, b"f"))

    def months(self, sheet: str) -> Iterator[Place]:
        """The cells that show a year and month only: their day is Excel's, not a person's."""
        if self.month_styles:
            found = self._scan(sheet, _CELL, b"<")
            yield from _places(a for a in found if _style(a) in self.month_styles)

    def _scan(self, sheet: str, pattern: re.Pattern[bytes], hint: bytes) -> Iterator[bytes]:
        with zipfile.ZipFile(self.path) as archive, archive.open(self.sheets[sheet]) as f:
            tail = b""
            for _, block in counted(f):
                text = tail + block
                end = 0
                for match in pattern.finditer(text) if hint in text else ():
                    yield match.group(1)
                    end = match.end()
                tail = text[max(end, len(text) - _OVERLAP) :]


def _style(attributes: bytes) -> int | None:
    style = _STYLE.search(attributes)
    return int(style.group(1)) if style else None


def _places(cells: Iterator[bytes]) -> Iterator[Place]:
    for attributes in cells:
        place = _PLACE.search(attributes)
        if place is None:
            yield -1, -1
            continue
        column = 0
        for letter in place.group(1):
            column = column * 26 + letter - 64
        yield int(place.group(2)) - 1, column - 1


def open_package(path: Path) -> Package:
    """The package's parts, its sizes checked; Unreadable for a bomb or a damaged file."""
    try:
        with zipfile.ZipFile(path) as archive:
            _check_sizes(archive, path.stat().st_size)
            workbook = _tree(archive, "xl/workbook.xml")
            targets = {
                relation.get("Id"): relation.get("Target", "")
                for relation in _tree(archive, "xl/_rels/workbook.xml.rels")
            }
            has_styles = "xl/styles.xml" in archive.namelist()
            styles = _month_styles(_tree(archive, "xl/styles.xml")) if has_styles else frozenset()
    except (zipfile.BadZipFile, KeyError, ElementTree.ParseError, OSError, EOFError):
        raise Unreadable(DAMAGED) from None
    sheets = {}
    for sheet in workbook.iterfind(".//{*}sheet"):
        relation = next((v for k, v in sheet.items() if k.endswith("}id")), None)
        sheets[sheet.get("name", "")] = _part(targets.get(relation, ""))
    properties = workbook.find(".//{*}workbookPr")
    epoch = properties.get("date1904", "") if properties is not None else ""
    return Package(path, sheets, epoch in ("1", "true"), styles)


def _part(target: str) -> str:
    if target.startswith("/"):
        return target[1:]
    return str(PurePosixPath("xl") / target)


def _check_sizes(archive: zipfile.ZipFile, packed: int) -> None:
    """Unpack every part once, keeping nothing: what a part says of its own size may be a lie."""
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES:
        raise Unreadable(BOMB)
    total = 0
    for entry in entries:
        if entry.flag_bits & 1:
            raise Unreadable("工作簿加了密码；请去掉密码后报送。")
        if is_bomb(total + entry.file_size, packed):
            raise Unreadable(BOMB)
        with archive.open(entry) as part:
            size = 0
            for size, _ in counted(part):
                if is_bomb(total + size, packed):
                    raise Unreadable(BOMB)
        total += size


def _tree(archive: zipfile.ZipFile, part: str) -> ElementTree.Element:
    with archive.open(part) as f:
        text = f.read(MAX_PART + 1)
    if len(text) > MAX_PART or b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise Unreadable(BOMB)
    return ElementTree.fromstring(text)


def _month_styles(styles: ElementTree.Element) -> frozenset[int]:
    """The cell styles whose format shows a year and month but no day."""
    custom = {
        int(f.get("numFmtId", "-1")): f.get("formatCode", "")
        for f in styles.iterfind(".//{*}numFmts/{*}numFmt")
    }
    custom.setdefault(17, "mmm-yy")
    custom.setdefault(55, 'yyyy"年"m"月"')
    cells = styles.find("{*}cellXfs")
    return frozenset(
        index
        for index, style in enumerate(cells if cells is not None else ())
        if _month_only(custom.get(int(style.get("numFmtId", "0")), ""))
    )


def _month_only(code: str) -> bool:
    bare = _NOT_A_DATE.sub("", code).lower()
    return "y" in bare and "m" in bare and "d" not in bare and "h" not in bare
