"""One night with a stopwatch at the doors between its rooms: `python -m tests.bench.parts AS_OF`.

Writes {part: seconds of wall time} to the file named by BENCH_PARTS. Parts nest (landing holds
waiting), so each part's time is its own: what it spends in another part is taken off. Files are
read and normalised side by side, in threads of their own; `wait` is what landing waits for them.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import json
import os
import sys
import threading
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
    "wait": ["ingest.ahead.Staging.staged"],
    "land": ["ingest.intake.land_set"],
    "check": ["orchestration.assets.feeds.check_feed"],
    "mount": ["ingest.mount.mount"],
    "dbt": ["orchestration.assets.warehouse.counted"],
    "publish": ["orchestration.assets.publish.publish"],
}


class Stopwatch(threading.local):
    """A thread's: the parts it is in, and when that last changed."""

    def __init__(self) -> None:
        on_duty = threading.current_thread() is threading.main_thread()
        self.parts = ["other" if on_duty else "idle"]
        self.since = time.monotonic()


spent: dict[str, float] = defaultdict(float)
watch = Stopwatch()
booking = threading.Lock()


def _tick(entering: str | None) -> None:
    """Book the time since the last change of part to the part that was open."""
    now = time.monotonic()
    with booking:
        spent[watch.parts[-1]] += now - watch.since
    watch.since = now
    if entering is None:
        watch.parts.pop()
    else:
        watch.parts.append(entering)


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
    spent.pop("idle", None)
    Path(os.environ["BENCH_PARTS"]).write_text(json.dumps(spent), "utf-8")
    return status


if __name__ == "__main__":
    sys.exit(main())
