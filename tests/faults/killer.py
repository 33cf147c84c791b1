"""Kill -9 in the middle of a night: what a night's process is told before it begins."""

from __future__ import annotations

import importlib
import itertools
import os
import signal
from typing import Any

import dagster as dg


def only_publish() -> None:
    """Have this process run a night's last step alone, over the warehouse that is there."""
    real = dg.JobDefinition.execute_in_process

    def last_step(self: dg.JobDefinition, **how: Any) -> Any:
        return real(self, asset_selection=[dg.AssetKey(["marts", "published"])], **how)

    dg.JobDefinition.execute_in_process = last_step  # type: ignore[method-assign]


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
