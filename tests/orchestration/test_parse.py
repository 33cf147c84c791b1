"""The manifest is as new as the project, and parsed no more often than that."""

from __future__ import annotations

import json
import os
import shutil
import time
from pathlib import Path

import pytest

from orchestration import parse


@pytest.fixture
def copy(project: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(project, tmp_path / "copy"))


@pytest.fixture
def parses(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    done: list[Path] = []
    monkeypatch.setattr(parse, "_parse", lambda folder, target: done.append(target))
    return done


def test_a_current_manifest_is_kept(copy: Path, parses: list[Path]) -> None:
    assert parse.prepare(copy) == copy / "target" / "manifest.json"
    assert parses == []


@pytest.mark.parametrize("change", ["models/schema.yml", "target/partial_parse.msgpack"])
def test_a_newer_file_or_a_missing_parse_is_parsed(
    copy: Path, parses: list[Path], change: str
) -> None:
    if change.startswith("target"):
        (copy / change).unlink()
    else:
        later = time.time() + 60
        os.utime(copy / change, (later, later))
    parse.prepare(copy)
    assert parses == [copy / "target"]


def test_a_project_that_does_not_parse_says_why_and_keeps_its_manifest(copy: Path) -> None:
    before = (copy / "target" / "manifest.json").read_bytes()
    (copy / "models" / "broken.sql").write_text("select * from {{ ref('nowhere') }}")
    later = time.time() + 60
    os.utime(copy / "models" / "broken.sql", (later, later))
    with pytest.raises(RuntimeError, match="nowhere"):
        parse.prepare(copy)
    assert (copy / "target" / "manifest.json").read_bytes() == before
    assert json.loads(before)["metadata"]["project_name"] == "small"
