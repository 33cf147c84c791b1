"""Dagster's UI and daemon over this home, on loopback: `python -m orchestration.ui`.

The webserver knows no users, so it must not listen elsewhere; reach it through an SSH tunnel.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from ingest.home import Home
from orchestration.instance import dagster_home
from orchestration.parse import prepare

WORKSPACE = Path(__file__).resolve().parent.parent / "workspace.yaml"


def main(arguments: list[str]) -> None:
    """Become `dagster dev`; further arguments are its own, such as `-p 3001`."""
    home = Home.from_env()
    os.environ["XIANSUO_HOME"] = os.fspath(home.root)
    # the webserver and the daemon load orchestration/event_log.py
    os.environ["PYTHONPATH"] = os.fspath(WORKSPACE.parent)
    dagster_home(home)
    prepare()
    dagster = os.fspath(Path(sys.executable).with_name("dagster"))
    os.execv(dagster, [dagster, "dev", "-h", "127.0.0.1", "-w", os.fspath(WORKSPACE), *arguments])


if __name__ == "__main__":
    main(sys.argv[1:])
