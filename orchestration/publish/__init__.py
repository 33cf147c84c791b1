"""The one door out: from a night's checked warehouse to what people and BI tools read.

`publish` builds a whole new set of files beside the published one, verifies it, and then turns one
symbolic link. PostgreSQL, where there is one, gets the same tables just before, in one
transaction. Readers open `marts/clues.duckdb` and its neighbours through that link, so they see
the last night or this one, never half of each, and never wait.
"""

from __future__ import annotations

import logging
import os
import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ingest.home import Home
from ingest.purge import purged
from orchestration.publish.manifest import write_manifest
from orchestration.publish.outbox import write_outbox
from orchestration.publish.page import write_pages
from orchestration.publish.postgres import publish_databases
from orchestration.publish.serving import LOOKUP, keep_newer_lookup, write_serving_files
from orchestration.publish.verify import PublishError, verify_night

log = logging.getLogger(__name__)

# What the current set holds; each name in marts/ is a link into it.
NAMES = ("clues.duckdb", "cards.duckdb", "lookup.duckdb", "parquet", "manifest.json")
KEPT_SETS = 2  # the published one, and the one before for readers that have just looked up its path

__all__ = ["PublishError", "Published", "publish"]


@dataclass(frozen=True)
class Published:
    """What one publish step left behind. `night` is the newest night, which a re-run may not be."""

    night: date
    rows: dict[str, int]
    report: Path
    manifest: Path
    in_postgres: list[str]  # schemas


def publish(home: Home, as_of: date, warehouse: Path, run_id: str) -> Published:
    """Verify the night's warehouse and put its marts, cards, manifest and report in place.

    Raises PublishError, with what did not add up, before anything that readers see has changed.
    The packs follow once the night is in place.
    """
    sets = home.marts / ".sets"
    sets.mkdir(exist_ok=True)
    draft = sets / f"{as_of:%Y%m%d}-{run_id}"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)  # cards are closed to others from their first byte on
    try:
        night = verify_night(warehouse, as_of)
        rows = write_serving_files(warehouse, draft)
        keep_newer_lookup(home.marts / "current" / LOOKUP, warehouse, draft / LOOKUP)
        write_manifest(draft, night=night, run_id=run_id)
        report = write_pages(home, as_of, draft / "clues.duckdb")
        # before the link: a commit can fail, a rename hardly
        in_postgres = publish_databases(draft)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    draft.chmod(0o755)
    _turn(home.marts, draft)
    _drop_old(sets, keep=draft, others=0 if purged(home).exists() else KEPT_SETS - 1)
    purged(home).unlink(missing_ok=True)
    write_outbox(home, night)  # after the turn: a pack that fails is loud, and unpublishes nothing
    log.info("published night %s as of %s: %d clues", as_of, night, rows["marts.fct_clue"])
    return Published(night, rows, report, home.marts / "manifest.json", in_postgres)


def _turn(marts: Path, new_set: Path) -> None:
    """Point marts/current at the new set in one rename; make the links on first use."""
    _replace_link(marts / "current", Path(".sets") / new_set.name)
    for name in NAMES:
        link, target = marts / name, Path("current") / name
        if not link.is_symlink() or link.readlink() != target:
            _replace_link(link, target)


def _replace_link(link: Path, target: Path) -> None:
    if link.is_dir() and not link.is_symlink():
        shutil.rmtree(link)
    draft = link.with_name(f".{link.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    draft.symlink_to(target)
    draft.replace(link)


def _drop_old(sets: Path, keep: Path, others: int) -> None:
    """Remove all but the newest of the other sets, leftovers of killed runs included."""
    found = sorted(
        (path for path in sets.iterdir() if path != keep),
        key=lambda path: path.stat().st_mtime,
        reverse=True,
    )
    for path in found[others:]:
        shutil.rmtree(path, ignore_errors=True)
