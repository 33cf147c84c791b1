"""Homes after nights of the story: whoever needs one first makes it, for all workers of a run.

They are read; who wants another night has it in a copy.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import night
from tests.story import D1, D2, NIGHTS, Story


def after_first(factory: pytest.TempPathFactory) -> Path:
    """The first night has run; then a handler refuted a clue, and the court sent a late file.

    What the agencies deliver for the other nights lies in the inbox as well.
    """

    def make(home: Path) -> None:
        for as_of in NIGHTS:
            Story(as_of).deliver(home)
        night.publish(home, D1)
        story = Story(D1)
        ((clue_id,),) = night.query(
            home, "select clue_id from marts.fct_clue where subject_key = ?",
            story.subjects["is refuted"][1],
        )  # fmt: skip
        story.refute(home, factory.mktemp("handler"), clue_id)
        Story(D1).deliver_late(home, factory.mktemp("court"))

    return _once(factory, "after-first", make)


def after_second(factory: pytest.TempPathFactory) -> Path:
    """The second night has run after it, undisturbed."""

    def make(home: Path) -> None:
        copy(after_first(factory), home)
        night.publish(home, D2)

    return _once(factory, "after-second", make)


def copy(home: Path, to: Path) -> Path:
    """A home of one's own."""
    return shutil.copytree(home, to, symlinks=True, dirs_exist_ok=True)


def _once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """The home of that name in the folder of the run, which workers have in common.

    It is made where it stays: a warehouse knows its lake by an absolute path.
    """
    run = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        run = run.parent
    home, done = run / name, run / f"{name}.done"
    with (run / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            shutil.rmtree(home, ignore_errors=True)
            make(home)
            done.touch()
    return home
