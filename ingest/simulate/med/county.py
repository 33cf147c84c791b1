"""From the first draw to the files of the medical-insurance fund."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from ingest.contract import load_contracts
from ingest.simulate import ledger
from ingest.simulate.county import Delivered
from ingest.simulate.med import (
    aftermath,
    bulk,
    ids,
    life,
    money,
    offices,
    planted,
    registers,
    schemes,
    stock,
    vital,
)
from ingest.simulate.med import world as worlds
from ingest.simulate.med.book import Book
from ingest.simulate.med.render import Written
from ingest.simulate.med.stage import Stage


@dataclass
class MedCounty:
    """What happened in a county, what the agencies' papers say of it, and what was planted."""

    written: Written
    papers: dict[str, pd.DataFrame]
    planted: pd.DataFrame


def imagine(
    nights: tuple[date, ...] = worlds.NIGHTS, seed: int = 1, scale: float = 1.0
) -> MedCounty:
    """The county's truth, without writing a file. Equal arguments give equal counties."""
    rng = np.random.default_rng([seed, 735])
    world = worlds.build(nights, scale, rng)
    registers.employ(world)
    book = Book()
    habits = life.Habits(world)
    stays = life.live(world, book, habits)
    papers = {
        "death_record": vital.deaths(world),
        "medical_enforcement": pd.DataFrame(),
        "injury_liability": vital.injuries(world),
    }
    stage = Stage(world, book, habits, stays, papers)
    schemes.play(stage, copies=max(round(scale**0.5), 1))
    papers["medical_enforcement"] = pd.concat(
        [papers["medical_enforcement"], vital.inspections(world, stage.places)], ignore_index=True
    )
    aftermath.refund(world, book)
    aftermath.upload(world, book.table("settlement"))
    stock.scan(world, book)
    stock.buy(world, book)
    written = Written(
        world,
        book,
        money.bill(world, book.table("settlement"), book.table("line")),
        ids.allocate(book),
        registers.on_duty(world, book.table("till")),
        stock.count(world, book, stage.careless),
        stock.ship(world, book),
    )
    given = vital.number(papers) | planted.numbers(written, stage.acts)
    plants = [*planted.plants(written, stage.acts), *planted.unjudged()]
    return MedCounty(written, papers, ledger.resolve(plants, nights, given, lambda _: False))


def simulate(
    inbox: Path,
    ledger_dir: Path,
    nights: tuple[date, ...] = worlds.NIGHTS,
    seed: int = 1,
    scale: float = 1.0,
    say: Callable[[str], None] = lambda line: None,
    parquet: bool = False,
) -> Delivered:
    """Write the deliveries for the nights into the inbox, and the ledger apart from it.

    `ledger_dir` must not lie in the inbox. `parquet`: the fund's daily feeds come as Parquet
    throughout, as from a great platform.
    """
    ledger.keep_apart(ledger_dir, inbox)
    county = imagine(nights, seed, scale)
    settlements = len(county.written.book.table("settlement"))
    say(f"imagined {settlements} settlements, {len(county.planted)} plants")
    rows: Counter[str] = Counter()
    files = 0
    for source in (
        offices.hand_in(county.written.world, county.papers, inbox),
        bulk.hand_in(county.written, inbox, parquet),
    ):
        for feed, many in source:
            rows[feed] += many
            files += 1
    for feed, many in rows.items():
        say(f"{load_contracts()[feed].title_zh}: {many} rows handed in")
    path = ledger.write(county.planted, ledger_dir)
    planted.hits(county.written).to_parquet(ledger_dir / "hits.parquet", index=False)
    return Delivered(sum(rows.values()), files, path, {})
