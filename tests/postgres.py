"""A real PostgreSQL of the machine's own, for as long as a test session lasts."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

SUPERUSER = "xiansuo"


def _binaries() -> Path:
    """The folder of initdb and pg_ctl: the newest installed version's."""
    on_path = shutil.which("initdb")
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name))
    if on_path:
        found.append(Path(on_path).resolve().parent)
    if not found:
        pytest.skip("no PostgreSQL on this machine: install it (apt-get install postgresql)")
    return found[-1]


def _account() -> dict[str, object]:
    """PostgreSQL refuses to run as root: then as its own account, else as nobody."""
    if os.getuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise KeyError("no account to run PostgreSQL as")


@contextmanager
def server() -> Iterator[str]:
    """The SQLAlchemy URL of a running server's database; reached by a socket only."""
    binaries, account = _binaries(), _account()
    # short: a socket's path has at most 107 characters
    root = Path(tempfile.mkdtemp(prefix="xs-pg-", dir="/tmp"))
    if account:
        os.chown(root, int(str(account["user"])), int(str(account["group"])))
    environment = {"PATH": str(binaries), "LC_ALL": "C.UTF-8", "HOME": str(root)}

    def run(*command: str) -> None:
        subprocess.run(
            command,
            check=True,
            cwd=root,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **account,  # type: ignore[call-overload]
        )

    data = str(root / "data")
    settings = f"-c listen_addresses='' -c unix_socket_directories='{root}' -c fsync=off"
    try:
        run(
            str(binaries / "initdb"),
            "-D",
            data,
            "-U",
            SUPERUSER,
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-sync",
        )
        run(
            str(binaries / "pg_ctl"),
            "-D",
            data,
            "-l",
            str(root / "log"),
            "-w",
            "-o",
            settings,
            "start",
        )
        try:
            yield f"postgresql+psycopg://{SUPERUSER}@/postgres?host={root}"
        finally:
            run(str(binaries / "pg_ctl"), "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(root, ignore_errors=True)
