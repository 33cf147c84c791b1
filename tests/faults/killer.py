"""Kill -9 in the middle of a night: what a night's process is told before it begins."""

from __future__ import annotations

import importlib
import itertools
import os
import signal
from typing import Any


def kill_at(place: str, call: int = 1) -> None:
    """Have this process kill itself instead of making the nth call of "module:function"."""
    module, _, path = place.partition(":")
    *owners, name = path.split(".")
    owner: Any = importlib.import_module(module)
    for part in owners:
        owner = getattr(owner, part)
    real, calls = getattr(owner, name), itertools.count(1)

    def deadly(*args: Any, **kwargs: Any) -> Any:
        if next(calls) == call:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*args, **kwargs)

    setattr(owner, name, deadly)
