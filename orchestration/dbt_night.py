"""dbt's command line, given a saved parse in place of parsing: `dbt_night.py PARSE ARGUMENT...`.

Run as a script. It dies with the night that started it: an orphan would go on writing into a
warehouse that the next night builds anew.
"""

from __future__ import annotations

import gc
import os
import sys
import threading
import time
from pathlib import Path


def die_with_parent() -> None:
    """End this process as soon as the one that started it is gone."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.2)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def main(saved_parse: str, *arguments: str) -> int:
    """Run dbt with the arguments; 0 when everything succeeded."""
    die_with_parent()  # before the imports, which take seconds
    gc.disable()
    from dbt.cli.main import dbtRunner
    from dbt.contracts.graph.manifest import Manifest
    from dbt.parser.manifest import extended_mashumuro_decoder

    packed = Path(saved_parse).read_bytes()
    manifest = Manifest.from_msgpack(packed, decoder=extended_mashumuro_decoder)
    manifest.build_flat_graph()  # what macros see as `graph`; dbt builds it only when it parses
    gc.freeze()  # what stays is a million objects: to look through them takes a seventh of a build
    gc.enable()
    return 0 if dbtRunner(manifest=manifest).invoke(list(arguments)).success else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
