"""What a night lays ready for its readers, once it is published: `outbox/<adcode>/<receiver>/`.

Everything comes from the published files, as of their night. Equal nights give equal files.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb

from ingest.home import Home
from orchestration.publish.packs import write_packs
from orchestration.publish.returns import write_returns
from orchestration.publish.watch import write_warnings


def write_outbox(home: Home, night: date) -> list[Path]:
    """Write the handlers' packs, returned feedback and early warnings of `night`; their paths."""
    with duckdb.connect() as con:
        for name, file in (("published", "clues.duckdb"), ("cards", "cards.duckdb")):
            path = str(home.marts / file).replace("'", "''")
            con.execute(f"attach '{path}' as {name} (read_only)")
        return [
            *write_packs(home, night, con),
            *write_returns(home, night, con),
            *write_warnings(home, night, con),
        ]
