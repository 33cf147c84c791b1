"""Forks one child per file, so that a hostile file costs a child and nothing more.

Requests and answers are lines of JSON on standard input and output. The libraries are loaded once
here; a fork then costs milliseconds. Nothing is learnt from a child but what it wrote to its
result file and how it ended.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa

from ingest.read.columnar import read_parquet
from ingest.read.header import Heading, Vocabulary, Wanted
from ingest.read.raw import RAW, RawWriter, Unreadable
from ingest.read.text import read_text
from ingest.read.unpack import TEXT, WORKBOOK, unpack
from ingest.read.workbook import Found, read_workbook

MEMORY = 4 << 30
CPU_SECONDS = 600
WALL_SECONDS = 900
FILE_SIZE = 8 << 30
OPEN_FILES = 64

TOO_MUCH = "文件过大或结构异常，读取超出了内存或时间限制；请删去空白区域、拆分后重新报送。"


def serve() -> None:
    """Answer requests until standard input closes."""
    pa.array([0])  # loads what Arrow loads on first use, once and not in every child
    for line in sys.stdin:
        sys.stdout.write(json.dumps(_in_child(json.loads(line))) + "\n")
        sys.stdout.flush()


def _in_child(request: dict[str, Any]) -> dict[str, Any]:
    """The child's answer, or the sentence for a child that was killed or crashed."""
    result = Path(request["folder"]) / "result.json"
    child = os.fork()
    if child == 0:
        try:
            _confine()
            result.write_text(json.dumps(_answer(request)), encoding="utf-8")
            os._exit(0)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    if status == 0:
        return dict(json.loads(result.read_text(encoding="utf-8")))
    return {"error": TOO_MUCH}


def _confine() -> None:
    """Give the child its limits; the clock kills it even inside a library that never returns."""
    os.dup2(os.open(os.devnull, os.O_RDWR), 0)
    os.dup2(0, 1)
    for limit, value in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, FILE_SIZE),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (value, value))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(WALL_SECONDS)


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    wanted = [Wanted(**{**w, "headers": tuple(w["headers"])}) for w in request["wanted"]]
    try:
        return _read(Path(request["source"]), request["name"], Path(request["folder"]), wanted)
    except Unreadable as reason:
        return {"error": str(reason)}
    except (MemoryError, RecursionError, pa.ArrowMemoryError):
        return {"error": TOO_MUCH}
    except Exception as error:
        # The library's own message may quote a cell.
        return {"error": f"文件无法读取（{type(error).__name__}）；请从源系统重新导出后报送。"}


def _read(source: Path, name: str, folder: Path, wanted: list[Wanted]) -> dict[str, Any]:
    table, name = unpack(source, name, folder)
    vocabulary = Vocabulary(wanted)
    suffix = Path(name).suffix.lower()
    with RawWriter(folder / RAW, wanted) as out:
        if suffix in WORKBOOK:
            found = read_workbook(table, out, vocabulary)
        elif suffix in TEXT:
            found = Found(read_text(table, out, vocabulary, folder))
        else:
            found = Found(read_parquet(table, out, vocabulary))
        rows = out.rows
    heading = found.heading or Heading(row=0, missing=_required(wanted))
    if not heading.fits:
        missing = "、".join(heading.missing)
        raise Unreadable(f"缺少必需的列：{missing}；请按约定的表头补齐后重新报送。")
    if heading.extra:
        found.notes.append(f"未约定的 {heading.extra} 列已忽略")
    return {"rows": rows, "headers": heading.headings, "notes": found.notes}


def _required(wanted: list[Wanted]) -> tuple[str, ...]:
    return tuple(w.headers[0] for w in wanted if w.required)


if __name__ == "__main__":
    serve()
