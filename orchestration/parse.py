"""The dbt project's manifest: made at set-up, and again when a file of the project is newer.

A night has its own warehouse file and its own `as_of`. dbt counts both among what its saved parse
depends on and would parse the whole project again every night; so the parse is done here, once,
and handed over to the night (dbt_night.py).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent / "dbt_project"
SOURCES = (".sql", ".yml", ".md", ".csv")
MANIFEST, SAVED_PARSE = "manifest.json", "partial_parse.msgpack"


def prepare(project: Path = PROJECT) -> Path:
    """The path of the project's manifest, current with its files.

    Raises RuntimeError with dbt's own words when the project does not parse.
    """
    target = project / "target"
    if not _is_current(project, target):
        _parse(project, target)
    return target / MANIFEST


def _is_current(project: Path, target: Path) -> bool:
    if not (target / MANIFEST).exists() or not (target / SAVED_PARSE).exists():
        return False
    made = (target / MANIFEST).stat().st_mtime
    sources = (
        path
        for entry in project.iterdir()
        if entry.name not in ("target", "logs")
        for path in (entry.rglob("*") if entry.is_dir() else [entry])
        if path.suffix in SOURCES and not path.name.startswith(".")
    )
    return all(path.stat().st_mtime <= made for path in sources)


def _parse(project: Path, target: Path) -> None:
    """Parse in a draft folder and move the results in, so that nobody reads half a manifest."""
    target.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target) as draft:
        done = subprocess.run(
            [
                os.fspath(Path(sys.executable).with_name("dbt")),
                "--quiet",
                "parse",
                "--no-version-check",
            ],
            cwd=project,
            env={
                **os.environ,
                "DBT_TARGET_PATH": draft,
                "DBT_LOG_PATH": draft,
                "DBT_PROFILES_DIR": os.fspath(project),
                # relations carry the file's name: the same as the night's warehouse
                "XIANSUO_WAREHOUSE": os.fspath(Path(draft) / "warehouse.duckdb"),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"dbt could not parse {project}:\n{done.stdout}")
        for name in (SAVED_PARSE, MANIFEST):
            shutil.move(Path(draft) / name, target / name)


if __name__ == "__main__":
    prepare()
