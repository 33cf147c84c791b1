"""Writing so that a kill at any moment leaves the old file or the new one, never half of one."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any


def sync(path: Path) -> None:
    """Force a file's or a folder's content to the disk."""
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def put(draft: Path, target: Path) -> None:
    """Make a finished draft on the same file system the target, whole or not at all."""
    sync(draft)
    target.parent.mkdir(parents=True, exist_ok=True)
    draft.replace(target)
    sync(target.parent)


def put_json(target: Path, value: Any) -> None:
    """Write a small JSON file in one step."""
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    draft.write_text(json.dumps(value, ensure_ascii=False, sort_keys=True), encoding="utf-8")
    put(draft, target)
