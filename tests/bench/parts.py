"""One night with a stopwatch at the doors between its rooms: `python -m tests.bench.parts AS_OF`.

Writes {part: seconds of wall time} to the file named by BENCH_PARTS. Parts nest (landing holds
normalising), so each part's time is its own: what it spends in another part is taken off.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import json
import os
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

# part -> the functions in which it happens, where their callers look them up
PLACES = {
    "receive": ["ingest.intake.Intake._receive"],
    "read": ["ingest.stage.read_file"],
    "normalise": ["ingest.stage.normalise"],
    "land": ["ingest.intake.land_set"],
    "check": ["orchestration.assets.feeds.check_feed"],
    "mount": ["ingest.mount.mount"],
    "dbt": ["orchestration.assets.warehouse.counted"],
    "publish": ["orchestration.assets.publish.publish"],
}

spent: dict[str, float] = defaultdict(float)
open_parts: list[str] = []
since = time.monotonic()


def _tick(entering: str | None) -> None:
    """Book the time since the last change of part to the part that was open."""
    global since
    now = time.monotonic()
    spent[open_parts[-1] if open_parts else "other"] += now - since
    since = now
    if entering is None:
        open_parts.pop()
    else:
        open_parts.append(entering)


def _watch(part: str, place: str) -> None:
    owner_name, _, name = place.rpartition(".")
    try:
        owner: Any = importlib.import_module(owner_name)
    except ModuleNotFoundError:
        module, _, cls = owner_name.rpartition(".")
        owner = getattr(importlib.import_module(module), cls)
    setattr(owner, name, _timed(part, getattr(owner, name)))


def _timed(part: str, function: Callable[..., Any]) -> Callable[..., Any]:
    if inspect.isgeneratorfunction(function):
        return _timed_stream(part, function)

    @functools.wraps(function)
    def timed(*args: Any, **kwargs: Any) -> Any:
        _tick(part)
        try:
            return function(*args, **kwargs)
        finally:
            _tick(None)

    return timed


def _timed_stream(part: str, function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def timed(*args: Any, **kwargs: Any) -> Any:
        _tick(part)
        try:
            yield from function(*args, **kwargs)
        finally:
            _tick(None)

    return timed


def main() -> int:
    """Run the night and write the parts' times."""
    from orchestration import nightly

    for part, places in PLACES.items():
        for place in places:
            _watch(part, place)
    status = nightly.main(["--as-of", sys.argv[1]])
    _tick("end")
    Path(os.environ["BENCH_PARTS"]).write_text(json.dumps(spent), "utf-8")
    return status


if __name__ == "__main__":
    sys.exit(main())
