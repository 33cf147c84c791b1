"""What was planted, kept apart from what the agencies deliver.

A subject is written with real numbers in braces, `{5224…}@52520526…`; whoever has the home's key
turns it into the subject key. `<uid>` stands for a paper's number until papers are numbered.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pandas as pd

COLUMNS = [
    "plant_id",
    "rule_id",
    "adcode",
    "subject",
    "expected",
    "kind",
    "from_night",
    "to_night",
    "gone_from",
    "feedback",
    "difficulty",
    "amount",
    "note",
]
HELD = "held"  # files that arrive after a night: held/<night>/<path in the inbox>
NUMBER_FOLD = str.maketrans("（）〔〕［］[]", "()()()()")


@dataclass
class Plant:
    """One expectation: on the nights from `start` to `end` (None: the last) a clue, or none."""

    plant_id: str
    rule_id: str
    adcode: str
    subject: str
    # clue, no_clue, may (neither asked for nor wrong), booster (counted, but no clue of its own),
    # or not_evaluated (then without a subject)
    expected: str
    kind: str
    start: int
    end: int | None
    note: str
    # the night from which even the earlier nights must have forgotten it: its record was sealed
    gone_from: int | None = None
    feedback: str = ""  # the verdict that handlers return after the first night it is seen
    # rows that carry the fact, as (what must be readable of it: row or person, uid): without one
    # readable, or without all of them where they prove it only together, no clue
    carriers: list[tuple[str, str]] = field(default_factory=list)
    together: bool = False
    # rows that excuse: one of them unreadable, and the clue stands
    excuses: list[tuple[str, str]] = field(default_factory=list)
    amount: str = ""  # yuan of fund and account that it cost, where it is known
    difficulty: int = 0  # 1 plain to 5 hardly to be seen; 0: certain by the rules' text


def resolve(
    plants: list[Plant],
    nights: tuple[date, ...],
    numbers: dict[str, str],
    unreadable: Callable[[tuple[str, str]], bool],
) -> pd.DataFrame:
    """The ledger as a frame, papers numbered, with what the agencies' own slips made of a plant."""
    rows = []
    for plant in plants:
        expected, note = plant.expected, plant.note
        spoils = any if plant.together else all
        if expected == "clue" and plant.carriers and spoils(map(unreadable, plant.carriers)):
            expected, note = "no_clue", f"{note}; not to be found: its row is unreadable"
        elif expected == "no_clue" and any(map(unreadable, plant.excuses)):
            expected, note = "clue", f"{note}; the row that excuses it is unreadable"
        end = len(nights) - 1 if plant.end is None else plant.end
        gone = "" if plant.gone_from is None else nights[plant.gone_from]
        rows.append(
            (
                plant.plant_id,
                plant.rule_id,
                plant.adcode,
                _numbered(plant.subject, numbers),
                expected,
                plant.kind,
                nights[plant.start],
                nights[end],
                gone,
                plant.feedback,
                plant.difficulty,
                plant.amount,
                note,
            )
        )
    return pd.DataFrame(rows, columns=COLUMNS)


def _numbered(subject: str, numbers: dict[str, str]) -> str:
    return re.sub(r"<(\w+)>", lambda m: numbers[m[1]].translate(NUMBER_FOLD), subject)


def keep_apart(folder: Path, inbox: Path) -> None:
    """ValueError when the ledger's folder lies in the inbox, within the pipeline's sight."""
    if inbox.resolve() in [folder.resolve(), *folder.resolve().parents]:
        raise ValueError("the ledger must lie outside the inbox, out of the pipeline's sight")


def database(folder: Path, name: str, number: int) -> Path:
    """An agency's database as it stands for a delivery; number 0 is the live one."""
    suffix = f".{number}" if number else ""
    return folder / "agencies" / f"{name}{suffix}.sqlite"


def write(ledger: pd.DataFrame, folder: Path) -> Path:
    """Write planted.csv into the ledger's folder, which only its owner may enter.

    What another model has planted there before stands on.
    """
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    path = folder / "planted.csv"
    if path.exists():
        before = read(folder)
        ledger = pd.concat([before[~before.rule_id.isin(ledger.rule_id)], ledger])
    ledger.to_csv(path, index=False)
    return path


def read(folder: Path) -> pd.DataFrame:
    """The ledger, dates as dates; FileNotFoundError names the folder that has none."""
    ledger = pd.read_csv(folder / "planted.csv", dtype=str, keep_default_na=False)
    for column in ("from_night", "to_night"):
        ledger[column] = pd.to_datetime(ledger[column]).dt.date
    ledger["difficulty"] = ledger.difficulty.astype(int)
    return ledger
