"""From acts to the ledger: subjects with the numbers that were given, nights that can see them."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from ingest.simulate.ledger import Plant
from ingest.simulate.med import ids
from ingest.simulate.med.render import Written, is_void, mdtrt_numbers, setl_numbers
from ingest.simulate.med.stage import Act
from ingest.simulate.world import SECOND

REFERENCE = re.compile(r"<([VSP])(\d+)(?:_(\d+))?>")


def plants(written: Written, acts: list[Act]) -> list[Plant]:
    """The expectations, from the night on that has what they rest on; later ones are left out.

    Of many settlements a few may still be on their way: what four in five of them show is shown.
    Where chance undid more than one in five, nothing is asked for.
    """
    settlements = written.book.table("settlement")
    seen = written.world.night_of(ids.settled_at(settlements), settlements.late)
    paid = written.bills.settlements
    cost = (paid.pool + paid.account + paid.family).to_numpy()
    undone = _undone(written)
    out = []
    for act in acts:
        days = written.world.night_of(act.days)
        most = (
            np.quantile(seen[act.settlements], 0.8, method="higher") if len(act.settlements) else 0
        )
        start = int(max([0, most, *days]))
        spoilt = len(act.settlements) and undone[act.settlements].mean() > 0.2
        expected = "may" if spoilt and act.expected == "clue" else act.expected
        if start < len(written.world.nights):
            out.append(
                Plant(act.plant_id, act.rule_id, act.adcode, act.subject, expected, act.kind,
                      start, None, act.note, difficulty=act.difficulty,
                      amount=f"{cost[act.settlements].sum() / 100:.2f}")
            )  # fmt: skip
    return out


def _undone(written: Written) -> np.ndarray:
    """Settlements that were taken back although no scheme asked for it, or marked as void."""
    book = written.book
    back = book.table("settlement").refund_of
    asked = [refunds.origin for refunds in book.refunds]
    by_chance = np.setdiff1d(back[back >= 0], np.concatenate(asked))
    undone = is_void(written.ids.settlement)
    undone[by_chance] = True
    return undone


def numbers(written: Written, acts: list[Act]) -> dict[str, str]:
    """What the visits, pairs of visits and settlements that subjects name were numbered."""
    given: dict[str, str] = {}
    for kind, one, other in {m.groups() for a in acts for m in REFERENCE.finditer(a.subject)}:
        pair = [int(n) for n in (one, other) if n]
        texts = (setl_numbers if kind == "S" else mdtrt_numbers)(written, np.array(pair))
        given[f"{kind}{one}" + (f"_{other}" if other else "")] = "|".join(sorted(texts))
    return given


def unjudged() -> list[Plant]:
    """What the neighbour's agencies do not hand in cannot be judged there."""
    return [
        Plant(f"gap-{rule}", rule, SECOND, "", "not_evaluated", "not_evaluated", 0, None, why)
        for rule, why in (
            ("MED-03", "no purchases and no counts"),
            ("MED-25", "the agency's own decisions are not handed in"),
        )
    ]


def hits(written: Written) -> pd.DataFrame:
    """The settlements that actors wrote, by their plant: for tests of leaks, never for judging."""
    settlements = written.book.table("settlement")
    rows = np.flatnonzero(settlements.plant.to_numpy() >= 0)
    return pd.DataFrame(
        {"setl_id": setl_numbers(written, rows), "actor": settlements.plant.to_numpy()[rows]}
    )
