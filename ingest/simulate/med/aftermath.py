"""What follows from events, whoever caused them: refunds taken, uploads late, slips at the desk."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ingest.simulate.med.book import Book
from ingest.simulate.med.world import MedWorld

REFUNDS = 0.052  # of all settlements; six in ten within ten minutes
LATE = 0.02


def refund(world: MedWorld, book: Book) -> None:
    """Take back what is asked to be taken back, and one settlement in twenty of anyone's."""
    rng, settlements = world.rng, book.table("settlement")
    n = len(settlements)
    drawn = np.flatnonzero((rng.random(n) < REFUNDS) & (settlements.route == 2))
    quick = rng.random(len(drawn)) < 0.6
    wait = np.where(
        quick, rng.integers(40, 590, len(drawn)), rng.integers(1200, 75_000, len(drawn))
    )
    later = rng.random(len(drawn)) < 0.08
    wait = np.where(later, rng.integers(90_000, 1_500_000, len(drawn)), wait)
    when = settlements["at"].to_numpy()[drawn] + wait.astype("m8[s]")
    partial = rng.random(len(drawn)) < 0.1
    fits = when < (world.end + 5).astype("datetime64[s]")
    asked = pd.DataFrame({"origin": drawn, "at": when, "partial": partial})
    asked = asked[fits]
    # nothing is brought back twice
    whole = pd.concat([*book.refunds, asked]).drop_duplicates("origin")
    back = _reverse(book, whole.origin.to_numpy(), whole["at"].to_numpy(), whole.partial.to_numpy())
    # a refund that was itself a mistake is taken back
    again = back[rng.random(len(back)) < 0.01]
    if len(again):
        at = book.table("settlement")["at"].to_numpy()[again] + np.timedelta64(400, "s")
        _reverse(book, again, at, np.zeros(len(again), dtype=bool))


def _reverse(book: Book, origin: np.ndarray, at: np.ndarray, partial: np.ndarray) -> np.ndarray:
    """Settlements, lines and till rows with the sign turned; the numbers of the settlements."""
    settlements, lines, till = (book.table(t) for t in ("settlement", "line", "till"))
    source = settlements.iloc[origin]
    back = book.write(
        "settlement", person=source.person, place=source.place, at=at, kind=source.kind,
        visit=source.visit, payer=source.payer, route=source.route, refund_of=origin,
        clerk=source.clerk, plant=source.plant,
    )  # fmt: skip
    new = pd.Series(back, index=origin)
    when = pd.Series(at, index=origin)
    half = set(origin[partial])
    taken = lines[lines.settlement.isin(new.index)]
    taken = taken[~(taken.settlement.isin(half) & taken.settlement.duplicated())]
    # what stands on the bill again was done when it was done
    first = lines["at"].reindex(taken.origin).set_axis(taken.index)
    book.write(
        "line", settlement=taken.settlement.map(new), product=taken["product"], qty=-taken.qty,
        at=first.fillna(taken.settlement.map(when)), origin=taken.index, cents=taken.cents,
    )  # fmt: skip
    rows = till[till.settlement.isin(new.index) & (till.settlement >= 0)]
    first = taken.drop_duplicates("settlement").set_index("settlement")["product"]
    rows = rows[~rows.settlement.isin(half) | (rows["product"] == rows.settlement.map(first))]
    book.write(
        "till", place=rows.place, at=rows.settlement.map(when), product=rows["product"],
        settlement=rows.settlement.map(new), goods=rows.goods, qty=-rows.qty, cents=rows.cents,
        code=rows.code, split=rows.split, phantom=rows.phantom, shelf=rows.shelf,
    )  # fmt: skip
    return back


def upload(world: MedWorld, settlements: pd.DataFrame) -> None:
    """How long each settlement waits for its upload; one in fifty misses its delivery."""
    rng, n = world.rng, len(settlements)
    wait = rng.integers(2, 40, n)
    outage = rng.random(n) < 0.01
    wait = np.where(outage, rng.integers(4000, 30_000, n), wait)
    own = settlements.lag.to_numpy()
    settlements["lag"] = np.where(own > 0, own, wait).astype("int32")
    late = (rng.random(n) < LATE).astype("int8") * rng.choice([1, 1, 1, 2], n).astype("int8")
    late = np.maximum(settlements.late.to_numpy(), late)
    # a refund and what undoes it minutes later go up together
    back = settlements.refund_of.to_numpy()
    again = np.flatnonzero((back >= 0) & (back[back] >= 0))
    late[again] = late[back[again]]
    settlements["late"] = late
    # over the counter it takes weeks until the bill is in
    counter = (settlements.route == 1).to_numpy() & (settlements.refund_of < 0).to_numpy()
    days = np.where(counter, rng.integers(20, 200, n), 0)
    settlements["counter_days"] = days.astype("int16")
