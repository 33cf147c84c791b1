"""Numbers for everything that happened, given in the order of time whoever caused it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ingest.simulate.med.book import Book
from ingest.simulate.med.world import SECOND_OF, MedWorld

FIRST = 100_000_000  # the platform was in use before


@dataclass
class Ids:
    """Serial numbers by position in the book; the county stands before them in writing."""

    settlement: np.ndarray
    line: np.ndarray
    visit: np.ndarray
    receipt: np.ndarray  # of each row of the till
    receipt_line: np.ndarray
    purchase: np.ndarray


def allocate(book: Book) -> Ids:
    """Number all events, each table in the order of its times."""
    settlements, till = book.table("settlement"), book.table("till")
    receipt = _receipts(till)
    return Ids(
        settlement=_ranked(settled_at(settlements)),
        line=_ranked(book.table("line")["at"].to_numpy()),
        visit=_ranked(book.table("visit").begin.to_numpy()),
        receipt=receipt,
        receipt_line=pd.Series(receipt).groupby(receipt).cumcount().to_numpy() + 1,
        purchase=_ranked(book.table("purchase").on.to_numpy()),
    )


def settled_at(settlements: pd.DataFrame) -> np.ndarray:
    """When each was settled: at once, or when the counter came to it."""
    wait = settlements.counter_days.to_numpy().astype("timedelta64[D]")
    return settlements["at"].to_numpy().astype(SECOND_OF) + wait


def _ranked(at: np.ndarray) -> np.ndarray:
    rank = np.empty(len(at), dtype=np.int64)
    rank[np.argsort(at, kind="stable")] = np.arange(len(at))
    return rank + FIRST


def _receipts(till: pd.DataFrame) -> np.ndarray:
    """Rows of one settlement stand on one receipt, unless they name another."""
    alone = 20_000_000_000 + np.arange(len(till))
    own = till.receipt.to_numpy()
    sold = till.settlement.to_numpy()
    key = np.select([own >= 0, sold >= 0], [own, sold], alone)
    order = np.argsort(till["at"].to_numpy(), kind="stable")
    number, _ = pd.factorize(key[order])
    out = np.empty(len(till), dtype=np.int64)
    out[order] = number
    return out + FIRST


def county_of(world: MedWorld, place: np.ndarray) -> np.ndarray:
    """The county's code of each place."""
    return world.places.adcode.to_numpy()[place]
