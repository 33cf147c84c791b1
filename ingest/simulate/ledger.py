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
    "plant_id", "rule_id", "adcode", "subject", "expected", "kind", "from_night", "to_night",
    "feedback", "note",
]
NUMBER_FOLD = str.maketrans("（）〔〕［］[]", "()()()()")


@dataclass
class Plant:
    """One expectation: on the nights from `start` to `end` (None: the last) a clue, or none."""

    plant_id: str
    rule_id: str
    adcode: str
    subject: str
    clue: bool
    kind: str
    start: int
    end: int | None
    note: str
    feedback: str = ""  # the verdict that handlers return after the first night it is seen
    # rows of the feeds that carry the fact, as (feed, uid): all of them unreadable, no clue
    carriers: list[tuple[str, str]] = field(default_factory=list)
    # rows that excuse: one of them unreadable, and the clue stands
    excuses: list[tuple[str, str]] = field(default_factory=list)


def resolve(
    plants: list[Plant],
    nights: tuple[date, ...],
    numbers: dict[str, str],
    unreadable: Callable[[tuple[str, str]], bool],
) -> pd.DataFrame:
    """The ledger as a frame, papers numbered, with what the agencies' own slips made of a plant."""
    rows = []
    for plant in plants:
        clue, note = plant.clue, plant.note
        if clue and plant.carriers and all(map(unreadable, plant.carriers)):
            clue, note = False, f"{note}; not to be found: the row that shows it is unreadable"
        elif not clue and any(map(unreadable, plant.excuses)):
            clue, note = True, f"{note}; the row that excuses it is unreadable"
        end = len(nights) - 1 if plant.end is None else plant.end
        rows.append((
            plant.plant_id, plant.rule_id, plant.adcode, _numbered(plant.subject, numbers),
            "clue" if clue else "no_clue", plant.kind, nights[plant.start], nights[end],
            plant.feedback, note,
        ))
    return pd.DataFrame(rows, columns=COLUMNS)


def _numbered(subject: str, numbers: dict[str, str]) -> str:
    return re.sub(r"<(\w+)>", lambda m: numbers[m[1]].translate(NUMBER_FOLD), subject)


def write(ledger: pd.DataFrame, folder: Path) -> Path:
    """Write planted.csv into the ledger's folder, which only its owner may enter."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    path = folder / "planted.csv"
    ledger.to_csv(path, index=False)
    return path


def read(folder: Path) -> pd.DataFrame:
    """The ledger, dates as dates; FileNotFoundError names the folder that has none."""
    ledger = pd.read_csv(folder / "planted.csv", dtype=str, keep_default_na=False)
    for column in ("from_night", "to_night"):
        ledger[column] = pd.to_datetime(ledger[column]).dt.date
    return ledger
