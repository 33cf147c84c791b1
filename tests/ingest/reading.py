"""Three rows of a staff roster, and one file read as the door reads it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.ipc

from ingest.contract import load_contracts
from ingest.read import Reading, read_file
from ingest.read.raw import RAW
from tests.inbox import staff

ROSTER = load_contracts()["staff_roster"]
ROWS = [staff(1), staff(2, 姓名="买买提·艾力"), staff(3, 姓名="𠮷田")]


def read(
    folder: Path, name: str, content: bytes, feed: Any = ROSTER
) -> tuple[Reading, pd.DataFrame]:
    """What the reader says of a file of this name and content, and the raw table it wrote."""
    source = folder / name
    source.write_bytes(content)
    work = folder / "work"
    work.mkdir(exist_ok=True)
    reading = read_file(source, name, feed, work)
    with pa.ipc.open_file(work / RAW) as raw:
        return reading, raw.read_all().to_pandas()


def names(frame: pd.DataFrame) -> list[str]:
    """The people of a raw table, row by row."""
    return frame["name"].tolist()
