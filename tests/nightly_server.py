"""Nights for tests from one process that has imported everything: `python -m tests.nightly_server`.

A line of JSON asks for nights; they are run in a fork, as the command runs them, and the fork's
exit status is the answer. Importing what a night needs takes longer than many a night.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from typing import Any

import great_expectations  # noqa: F401  what a night imports when it first needs it

import orchestration.definitions  # noqa: F401
from orchestration.nightly import main


def serve() -> None:
    """Answer until the standard input ends."""
    gc.freeze()  # what is imported stays; a fork need not look through it for garbage
    print("ready", flush=True)
    for line in sys.stdin:
        child = os.fork()
        if not child:
            _run(**json.loads(line))
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


def _run(nights: list[str], first: str, environment: dict[str, str], out: str, err: str) -> Any:
    """Never returns. `first` is Python that the process is told beforehand."""
    os.environ.clear()
    os.environ.update(environment)
    for stream, path in ((sys.stdout, out), (sys.stderr, err)):
        with open(path, "w") as file:  # noqa: PTH123  a descriptor is wanted
            os.dup2(file.fileno(), stream.fileno())
    os.close(0)
    status = 1
    try:
        exec(first, {})
        status = max(main(["--as-of", night]) for night in nights)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    serve()
