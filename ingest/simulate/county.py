"""From the first draw to the files: the county, its cases, and what its agencies hand in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from ingest.contract import load_contracts
from ingest.simulate import (
    cases,
    defects,
    founding,
    incidents,
    ledger,
    oversight,
    registers,
    screening,
)
from ingest.simulate import truth as truths
from ingest.simulate import world as worlds
from ingest.simulate.cells import write_rows
from ingest.simulate.render import agencies, forms
from ingest.simulate.stage import Stage


@dataclass
class County:
    """A county's truth, feed by feed, with what was planted in it."""

    world: worlds.World
    feeds: dict[str, pd.DataFrame]
    planted: pd.DataFrame


@dataclass
class Delivered:
    """What came of a simulation: rows and files handed in, the ledger, agencies' databases."""

    rows: int
    files: int
    ledger: Path
    databases: dict[str, str]  # environment variable -> SQLAlchemy URL


def imagine(nights: tuple[date, ...] = worlds.NIGHTS, seed: int = 1, scale: float = 1.0) -> County:
    """The county's truth, without writing a file. Equal arguments give equal counties."""
    rng = np.random.default_rng(seed)
    world = founding.build(nights, scale, rng)
    truth = truths.Truth()
    stage = Stage(world, truth, rng)
    cases.play(stage, copies=max(round(3 * min(scale, 1.0)), 1))
    _tell(world, truth, stage, scale, rng)
    feeds = {feed: truth.frame(feed) for feed in truth.feeds()}
    feeds["business_registration"] = registers.fill_in_businesses(
        feeds["business_registration"], rng
    )
    feeds["screening_record"]["batch_no"] = screening.batch_numbers(feeds["screening_record"])
    numbers = truths.number(feeds)
    gone = defects.unreadable(feeds)
    planted = ledger.resolve(stage.plants, nights, numbers, lambda c: c[1] in gone[c[0]])
    return County(world, feeds, planted)


def _tell(
    world: worlds.World, truth: truths.Truth, stage: Stage, scale: float, rng: np.random.Generator
) -> None:
    """Let the honest majority live: their rows join those of the cases."""
    truth.add_frame("institution_register", registers.institution_register(world))
    truth.add_frame("staff_roster", registers.staff_roster(world))
    business = registers.business_registration(world, scale, rng)
    truth.add_frame("business_registration", business)
    truth.add_frame("social_insurance", registers.social_insurance(world, business, rng))
    truth.add_frame("teacher_qualification", registers.teacher_qualification(world, rng))
    truth.add_frame("screening_record", screening.screenings(world, rng))
    if stage.screenings:
        extra = screening.describe(world, pd.DataFrame(stage.screenings), rng)
        truth.add_frame("screening_record", extra)
    judged = incidents.judgments(world, scale, rng)
    truth.add_frame("criminal_judgment", judged)
    truth.add_frame("sentence_execution", incidents.executions(judged, world, rng))
    truth.add_frame("prosecution_case", incidents.prosecutions(judged, world, rng))
    truth.add_frame("police_penalty", incidents.penalties(world, scale, rng))
    truth.add_frame("police_case", incidents.police_cases(world, scale, rng))
    truth.add_frame("enforcement_action", oversight.inspections(world, stage.at_fault, rng))
    truth.add_frame("procuratorial_document", oversight.documents(world, stage.at_fault, rng))


def simulate(
    inbox: Path,
    ledger_dir: Path,
    nights: tuple[date, ...] = worlds.NIGHTS,
    seed: int = 1,
    scale: float = 1.0,
    say: Callable[[str], None] = lambda line: None,
) -> Delivered:
    """Write a county's deliveries for the nights into the inbox, and the ledger apart from it.

    `ledger_dir` must not lie in the inbox. The social insurance of the main county is a database
    view, whose URL the result gives. Progress goes to `say`, a line at a time.
    """
    ledger.keep_apart(ledger_dir, inbox)
    county = imagine(nights, seed, scale)
    say(f"imagined {len(county.world.institutions)} institutions, {len(county.planted)} plants")
    rows = files = 0
    databases: dict[str, str] = {}
    for feed, frame in county.feeds.items():
        before = rows
        for delivery in agencies.deliveries(feed, frame, county.world):
            if feed == "social_insurance" and delivery.adcode == agencies.VIEW_COUNTY:
                rows += _database(delivery, ledger_dir, databases)
                continue
            for handover in agencies.handovers(delivery, inbox, county.world):
                file = handover.file
                if handover.after is not None:
                    waiting = ledger_dir / ledger.HELD / str(nights[handover.after])
                    file.folder = waiting / file.folder.relative_to(inbox)
                forms.write(file, handover.day)
                rows, files = rows + file.rows, files + 1
        say(f"{load_contracts()[feed].title_zh}: {rows - before} rows handed in")
    path = ledger.write(county.planted, ledger_dir)
    return Delivered(rows, files, path, databases)


def _database(delivery: agencies.Delivery, folder: Path, databases: dict[str, str]) -> int:
    """Write the agency's database as it will stand; that of the first night is live at once."""
    rows = defects.garble(delivery.feed, delivery.rows.reset_index(drop=True), workbook=False)
    sheet = write_rows(delivery.feed, rows, delivery.supplier, workbook=False)
    name = f"{delivery.adcode}_{delivery.supplier}"
    path = ledger.database(folder, name, delivery.number)
    forms.write_view(path, delivery.feed.view or delivery.feed.title_zh, sheet)
    databases[f"XIANSUO_SQL_{delivery.adcode}_{delivery.supplier.upper()}"] = (
        f"sqlite:///{ledger.database(folder, name, 0)}"
    )
    return len(sheet)
