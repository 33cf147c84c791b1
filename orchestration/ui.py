"""Dagster's UI and daemon over this home, on loopback: `python -m orchestration.ui`.

With --read-only a second webserver, for those who only look: nothing can be launched or switched
there. Neither knows users, so neither may listen elsewhere: reach them through an SSH tunnel or
the reverse proxy of docs/nginx/xiansuo.conf.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from ingest.home import Home
from orchestration.instance import dagster_home
from orchestration.parse import prepare

WORKSPACE = Path(__file__).resolve().parent.parent / "workspace.yaml"
READ_ONLY = "--read-only"
READ_ONLY_PORT = "3001"


def main(arguments: list[str]) -> None:
    """Become `dagster dev` or the read-only webserver; further arguments are theirs: `-p 3002`."""
    home = Home.from_env()
    os.environ["XIANSUO_HOME"] = os.fspath(home.root)
    # the webserver and the daemon load orchestration/event_log.py
    os.environ["PYTHONPATH"] = os.fspath(WORKSPACE.parent)
    dagster_home(home)
    prepare()
    program, *command = command_line(arguments)
    os.execv(Path(sys.executable).with_name(program), [program, *command])


def command_line(arguments: list[str]) -> list[str]:
    """The program and its arguments. The host stands last, where nothing overrides it."""
    program = ["dagster", "dev"]
    if READ_ONLY in arguments:
        program = ["dagster-webserver", "-p", READ_ONLY_PORT]
    return [*program, "-w", os.fspath(WORKSPACE), *arguments, "-h", "127.0.0.1"]


if __name__ == "__main__":
    main(sys.argv[1:])
