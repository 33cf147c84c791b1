"""Looks over the inbox: what lies there, which feed it is, whether it may be taken.

Nothing in the inbox is moved, changed or executed; it may be someone's SFTP home. Files are copied
into the archive under the hash of their content, read through a handle that follows no link.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import stat
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from ingest.contract import Feed, load_contracts
from ingest.files import put
from ingest.home import Home
from ingest.read.unpack import PACKED, TABLES

MANIFEST = ".manifest.json"
MAX_MANIFEST = 64 << 10
# A file without a manifest may still be growing; one that was quiet for so long is whole.
QUIET_SECONDS = 60
BLOCK = 4 << 20
DEEPEST = 8  # folders; no delivery lies below the third, and thousands would exhaust the stack
# Follows no link and waits for nobody: a named pipe would hold the night for ever.
OPENING = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
SUPPLIERS = frozenset(
    (
        "edu",
        "civil",
        "health",
        "culture",
        "sport",
        "hrss",
        "market",
        "police",
        "court",
        "procuratorate",
        "justice",
        "medicare",
        "drug",
        "tobacco",
        "notary",
        "disabled",
        "supervision",
        "antifraud",
        "handlers",
    )
)
KINDS = {
    **dict.fromkeys(("full", "snapshot", "全量"), "full"),
    **dict.fromkeys(("delta", "incremental", "event", "增量"), "delta"),
}

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_ADCODE = re.compile("[0-9]{6}")


class Refused(Exception):
    """A file that may not be taken; the text is a sentence for the agency."""


class NotYet(Exception):
    """A file that is still being written."""


@dataclass(frozen=True)
class Manifest:
    """What a file's companion says of it; every part may be missing."""

    rows: int | None = None
    sha256: str | None = None
    period_start: date | None = None
    period_end: date | None = None
    channel: str | None = None
    kind: str | None = None


@dataclass(frozen=True)
class Candidate:
    """One file in the inbox, before it is opened.

    `refusal`: (status, sentence) when it cannot be taken whatever it holds.
    """

    file: Path
    path: str  # below the inbox, with '/'
    adcode: str
    supplier: str
    delivered_on: date | None
    feed: Feed | None
    fingerprint: str
    refusal: tuple[str, str] | None = None

    @property
    def name(self) -> str:
        """What the agency called it."""
        return self.path.rpartition("/")[2]

    @property
    def manifest_file(self) -> Path:
        """Where its manifest is, when it has one."""
        return self.file.with_name(self.file.name + MANIFEST)


def scan(home: Home) -> Iterator[Candidate]:
    """Every file in the inbox that is someone's delivery, in the order of their paths.

    Left out: .part files, manifests, hidden files and Office's lock files.
    """
    yield from _walk(home.inbox, ())


def _walk(folder: Path, parts: tuple[str, ...]) -> Iterator[Candidate]:
    for entry in sorted(os.scandir(folder), key=lambda e: e.name):
        place = (*parts, readable(entry.name))
        if entry.name.startswith((".", "~$")):
            continue
        if entry.is_dir(follow_symlinks=False) and len(place) <= DEEPEST:
            yield from _walk(Path(entry.path), place)
        elif not entry.name.endswith((".part", MANIFEST)):
            yield _candidate(Path(entry.path), place)


def readable(name: str) -> str:
    """A file's name as text: one that is not UTF-8 was written by a Windows client in GB18030."""
    for encoding, errors in (("utf-8", "strict"), ("gb18030", "strict"), ("utf-8", "replace")):
        with suppress(UnicodeDecodeError):
            return os.fsencode(name).decode(encoding, errors)
    raise AssertionError("the last way always succeeds")


def _candidate(file: Path, place: tuple[str, ...]) -> Candidate:
    *folders, name = place
    adcode, supplier, day, *_ = [*folders, "", "", ""]
    if not _ADCODE.fullmatch(adcode):
        adcode = ""  # BI makes a county of every code that delivers
    delivered_on = _date(day)
    feed = recognise(name, supplier)
    refusal: tuple[str, str] | None = None
    if len(folders) != 3 or not adcode or supplier not in SUPPLIERS:
        refusal = "UNRECOGNISED", "放错了位置；请放到 行政区划代码/单位代码/日期 文件夹里。"
    elif delivered_on is None:
        refusal = "UNRECOGNISED", "文件夹名不是日期；请用 2023-06-01 这样的日期作文件夹名。"
    elif feed is None:
        refusal = "UNRECOGNISED", _unrecognised(name)
    mode = file.lstat().st_mode
    if stat.S_ISLNK(mode):
        refusal = "REJECTED", "这是一个链接，不是文件；请把文件本身放进来。"
    elif not stat.S_ISREG(mode):
        refusal = "REJECTED", "这不是普通文件；请重新放入文件。"
    return Candidate(
        file,
        "/".join(place),
        adcode,
        supplier,
        delivered_on,
        None if refusal and refusal[0] == "UNRECOGNISED" else feed,
        fingerprint(file),
        refusal,
    )


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        return None


@lru_cache(maxsize=100_000)  # each feed's night looks over the whole inbox
def recognise(name: str, supplier: str) -> Feed | None:
    """The feed whose title or id the file name begins with and that this supplier may deliver.

    The longest title wins, so that a title that begins another's does not take its files.
    """
    feeds = [feed for feed in load_contracts().values() if supplier in feed.suppliers]
    return _named(name, feeds)


def _named(name: str, feeds: list[Feed]) -> Feed | None:
    folded = unicodedata.normalize("NFKC", name).casefold().lstrip()
    fits = [
        (len(label), feed)
        for feed in feeds
        for label in (feed.title_zh, feed.id)
        if folded.startswith(unicodedata.normalize("NFKC", label).casefold())
    ]
    return max(fits, key=lambda fit: fit[0])[1] if fits else None


def _unrecognised(name: str) -> str:
    feed = _named(name, list(load_contracts().values()))
    if feed:
        return f"“{feed.title_zh}”不由本单位报送；请核对文件名或放到有权报送单位的文件夹。"
    return "文件名不以约定的数据名称开头；请命名为“数据名称_说明”，如 从业人员花名册_石门乡.xlsx。"


def fingerprint(file: Path) -> str:
    """Size and times of a file and of its manifest: unchanged, the content is taken to be too."""
    marks = []
    for path in (file, file.with_name(file.name + MANIFEST)):
        try:
            found = path.lstat()
            marks.append(f"{found.st_size}.{found.st_mtime_ns}")
        except FileNotFoundError:
            marks.append("")
    return "|".join(marks)


def state_of(candidates: Iterable[Candidate]) -> str:
    """32 hex digits that tell these files, as they now are, from any other."""
    text = "\n".join(f"{file.path} {file.fingerprint}" for file in candidates)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def is_quiet(candidate: Candidate, now: float, seconds: float = QUIET_SECONDS) -> bool:
    """Whether the file is whole: it has a manifest, or was not written in the last minute."""
    if candidate.manifest_file.exists():
        return True
    return abs(now - candidate.file.lstat().st_mtime) >= seconds


def read_manifest(candidate: Candidate) -> Manifest:
    """The file's manifest, empty without one. Raises Refused when it cannot be understood."""
    path = candidate.manifest_file
    if not os.path.lexists(path):
        return Manifest()
    try:
        with os.fdopen(os.open(path, OPENING), "rb") as f:
            text = f.read(MAX_MANIFEST + 1)
        if len(text) > MAX_MANIFEST:
            raise ValueError
        manifest = _manifest(json.loads(text.decode("utf-8-sig")))
    except (OSError, ValueError, TypeError, LookupError, AttributeError, RecursionError):
        raise Refused(
            "清单文件（.manifest.json）无法识别；请按约定格式重写，或删去清单后重新报送。"
        ) from None
    feed = candidate.feed
    if feed and feed.mode == "snapshot" and manifest.kind == "delta":
        raise Refused(f"“{feed.title_zh}”须全量报送，清单写的是增量；请报送全部在册数据。")
    return manifest


def _manifest(value: dict[str, Any]) -> Manifest:
    rows, start, end = value.get("rows"), value.get("period_start"), value.get("period_end")
    kind, digest, channel = value.get("kind"), value.get("sha256"), value.get("channel")
    if rows is not None and (not isinstance(rows, int) or isinstance(rows, bool)):
        raise ValueError
    first, last = (date.fromisoformat(day) if day else None for day in (start, end))
    if first and last and first > last:
        raise ValueError
    return Manifest(
        rows,
        digest.strip().lower() if digest else None,
        first,
        last,
        channel=channel.strip() if channel else None,
        kind=KINDS[kind.strip().lower()] if kind else None,
    )


def archive(candidate: Candidate, home: Home) -> str:
    """Copy the file into the archive; return the SHA-256 of what was copied.

    Raises Refused for a link (one put there after the scan, too), NotYet for a file that changed
    while it was read.
    """
    try:
        fd = os.open(candidate.file, OPENING)
    except OSError:
        raise Refused("文件打不开或是一个链接；请把文件本身放进来，并允许读取。") from None
    draft = home.archive / f".receiving.{os.getpid()}"
    with os.fdopen(fd, "rb") as source, draft.open("wb") as copy:
        shutil.copyfileobj(source, copy, BLOCK)
    if fingerprint(candidate.file) != candidate.fingerprint:
        draft.unlink()
        raise NotYet
    return store(home, draft, candidate.name)


def store(home: Home, draft: Path, name: str) -> str:
    """Move a finished file into the archive under the SHA-256 of its content; return that."""
    with draft.open("rb") as f:
        sha256 = hashlib.file_digest(f, "sha256").hexdigest()
    place = archived(home, sha256, name)
    if place.exists():
        draft.unlink()
    else:
        put(draft, place)
    return sha256


def _place(sha256: str, name: str) -> str:
    """Below the archive: two digits of the hash, the hash, and the form of the file."""
    suffixes = [s.lower() for s in Path(name).suffixes]
    kept = suffixes[-2:] if suffixes[-1:] and suffixes[-1] in PACKED else suffixes[-1:]
    known = "".join(s for s in kept if s in (*TABLES, *PACKED))
    return f"{sha256[:2]}/{sha256}{known}"


def archived(home: Home, sha256: str, name: str) -> Path:
    """Where a content lies: apart when it holds sealed records, else in the open archive."""
    place = _place(sha256, name)
    apart = home.archive / "sealed" / place
    # One content may have come under names of several forms.
    is_sealed = any(apart.parent.glob(f"{sha256}*"))
    return apart if is_sealed else home.archive / place


def set_apart(home: Home, sha256: str) -> None:
    """Move a content that holds sealed records to the sealed part of the archive."""
    for path in list((home.archive / sha256[:2]).glob(f"{sha256}*")):
        apart = home.archive / "sealed" / sha256[:2] / path.name
        apart.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.replace(apart)
