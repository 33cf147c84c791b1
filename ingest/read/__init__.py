"""Reads a delivered file into a raw table of text, in a process that may fail or be killed.

Agency files are hostile until read. What opens them is a child with limits on memory, time and
files and without the house's secrets; all that comes back is an Arrow file of text and a few
facts about it. See `raw` for the table, `server` for the children.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from dataclasses import asdict, dataclass
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen

from ingest.contract import Feed
from ingest.read.header import Wanted
from ingest.read.raw import Unreadable

__all__ = ["Reading", "Unreadable", "read_file"]

ROOT = Path(__file__).parents[2]
PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "TMPDIR")


@dataclass(frozen=True)
class Reading:
    """What was found: the number of rows, the heading of each contract column, and remarks."""

    rows: int
    headers: dict[str, str]
    notes: tuple[str, ...]


class _Server:
    """The process that forks a child per file; started on first use, gone with its parent."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: Popen[str] | None = None
        self._owner = 0  # a forked process must not share its parent's server

    def ask(self, request: dict[str, object]) -> dict[str, object]:
        with self._lock:
            # A server that was killed is started again, once.
            answer = self._asked(request) or self._asked(request)
        if not answer:
            raise RuntimeError("the reading process ended unexpectedly, twice")
        return dict(json.loads(answer))

    def _asked(self, request: dict[str, object]) -> str:
        """The server's answer, '' when it has ended."""
        if self._process is None or self._process.poll() is not None or self._owner != os.getpid():
            self._process, self._owner = self._start(), os.getpid()
        assert self._process.stdin and self._process.stdout
        try:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
            return self._process.stdout.readline()
        except BrokenPipeError:
            return ""

    @staticmethod
    def _start() -> Popen[str]:
        # Neither the pseudonym key nor a database's address is any business of a file's reader.
        environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        environment |= {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "OMP_NUM_THREADS": "1"}
        return Popen(
            [sys.executable, "-m", "ingest.read.server"],
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            text=True,
            encoding="utf-8",
            env=environment,
            cwd=ROOT,
        )


_server = _Server()


def read_file(source: Path, name: str, feed: Feed, folder: Path) -> Reading:
    """Read the archived file `source`, delivered as `name`, into `folder/raw.arrow`.

    `folder` is private to this file and may be filled with intermediates. Raises Unreadable with
    a sentence for the agency when the file cannot be taken.
    """
    wanted = [Wanted(c.name, c.headers, c.required, c.type, c.preset) for c in feed.columns]
    answer = _server.ask(
        {
            "source": str(source),
            "name": name,
            "folder": str(folder),
            "wanted": [asdict(w) for w in wanted],
        }
    )
    if "error" in answer:
        raise Unreadable(str(answer["error"]))
    return Reading(**{**answer, "notes": tuple(answer["notes"])})  # type: ignore[arg-type]
