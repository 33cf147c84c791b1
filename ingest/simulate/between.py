"""What the county does between two nights: `python -m ingest.simulate.between`.

Handlers return their findings on the clues of the night, files that were held up arrive, and the
agencies' databases move on. It can only happen once the night has been published, because nobody
knows a clue's id before.
"""

from __future__ import annotations

import argparse
import shutil
from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
from python_calamine import CalamineWorkbook

from ingest.home import Home
from ingest.simulate import ledger as ledgers
from ingest.simulate.render import forms
from ingest.simulate.score import CLUES, KEYS, published, subject_key
from ingest.simulate.world import NIGHTS

REASONS = {"不属实": "同名"}
DAYS_TO_REVIEW = 6


def after_night(home: Home, ledger_dir: Path, nights: tuple[date, ...], night: date) -> list[Path]:
    """Let the days after a published night pass; the files that have come into the inbox.

    Raises FileNotFoundError when no night has been published or there is no ledger.
    """
    arrived = _arrivals(ledger_dir / ledgers.HELD / str(night), home.inbox)
    following = nights.index(night) + 1
    for path in sorted((ledger_dir / "agencies").glob(f"*.{following}.sqlite")):
        live = ledgers.database(ledger_dir, path.name.split(".")[0], 0)
        draft = live.with_suffix(".draft")
        shutil.copyfile(path, draft)
        draft.replace(live)
    return arrived + _feedback(home, ledger_dir, night)


def _arrivals(held: Path, inbox: Path) -> list[Path]:
    files = [path for path in sorted(held.rglob("*")) if path.is_file()]
    arrived = [inbox / path.relative_to(held) for path in files]
    for source, target in zip(files, arrived, strict=True):
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target)
    return arrived


def _feedback(home: Home, ledger_dir: Path, night: date) -> list[Path]:
    """The handlers' packs, filled in where a clue was planted and seen for the first time."""
    planted = ledgers.read(ledger_dir)
    planted = planted[(planted.feedback != "") & (planted.from_night == night)].copy()
    planted["subject"] = planted.subject.map(lambda s: subject_key(s, home.key)).astype(str)
    with duckdb.connect(str(published(home)), read_only=True) as marts:
        clues = marts.execute(f"select * from ({CLUES}) where as_of = ?", [night]).df()
    judged = planted.merge(clues[[*KEYS, "clue_id"]], on=KEYS).set_index("clue_id").feedback
    reviewed = night + timedelta(days=DAYS_TO_REVIEW)
    written = []
    for pack in sorted(home.outbox.glob(f"*/*/{night}/线索清单_*.xlsx")):
        sheet = _filled_in(pack, judged, reviewed)
        if sheet is not None:
            adcode, department = pack.parts[-4:-2]
            folder = home.inbox / adcode / "handlers" / str(reviewed)
            name = f"线索核查反馈_{department}_{night}"
            file = forms.File(folder, name, "xlsx", {"线索": sheet}, "线索清单")
            written.append(forms.write(file, np.datetime64(reviewed)))
    return written


def _filled_in(pack: Path, judged: pd.Series, reviewed: date) -> pd.DataFrame | None:
    """The pack's clues as text with what the handlers found; None when they found nothing."""
    head, *rows = CalamineWorkbook.from_path(str(pack)).get_sheet_by_name("线索").to_python()
    sheet = pd.DataFrame(rows, columns=head).astype(str)
    found = sheet["线索编号"].map(judged)
    seen = found.notna()
    if not seen.any():
        return None
    filled = sheet.assign(
        承办人="赵检察官",
        核查状态="已核结",
        核查结果=found,
        原因=found.map(REASONS).fillna(""),
        核查日期=reviewed.isoformat(),
    )
    return filled.where(seen, sheet)


def main() -> None:
    """Read the arguments, let the days pass, say what has come."""
    parser = argparse.ArgumentParser(
        prog="python -m ingest.simulate.between",
        description="What the simulated county does after a published night.",
    )
    parser.add_argument("--home", type=Path, required=True, help="the data root")
    parser.add_argument("--ledger", type=Path, help="the ledger's folder (default: HOME-planted)")
    parser.add_argument(
        "--night", type=date.fromisoformat, required=True, help="the night just run"
    )
    parser.add_argument(
        "--nights",
        type=date.fromisoformat,
        nargs="*",
        default=list(NIGHTS),
        help="all nights of the simulation (default: three month-ends of 2023)",
    )
    args = parser.parse_args()
    home = Home(args.home.resolve())
    folder = args.ledger or home.root.parent / f"{home.root.name}-planted"
    for path in after_night(home, folder, tuple(args.nights), args.night):
        print(f"arrived  {path.relative_to(home.root)}")


if __name__ == "__main__":
    main()
