"""Who paid how much: lines priced, the fund's and the account's shares, balances, in cents.

What the fund covers depends on the kind of care and on nothing else: nobody writes an amount.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ingest.simulate.med.catalogue import GRADES
from ingest.simulate.med.people import EMPLOYEE
from ingest.simulate.med.world import CHR, DAYCASE, ER, IPT, MAT, OTH, OTP, RX, MedWorld

# by kind of care: what the patient bears first (cents), the fund's share of the rest, its limit
FUND = {
    RX: (0, 0.5, 8_000), OTP: (0, 0.5, 15_000), ER: (0, 0.55, 40_000), CHR: (0, 0.7, 60_000),
    IPT: (40_000, 0.75, 20_000_000), DAYCASE: (20_000, 0.7, 1_500_000), MAT: (0, 0.9, 300_000),
    OTH: (0, 0.0, 0),
}  # fmt: skip


@dataclass
class Bills:
    """Cents by line (price, amount, inscp) and by settlement."""

    lines: pd.DataFrame
    settlements: pd.DataFrame


def bill(world: MedWorld, settlements: pd.DataFrame, lines: pd.DataFrame) -> Bills:
    """Price every line and split every settlement; refunds take back what was paid."""
    owner = lines.settlement.to_numpy()
    place = settlements.place.to_numpy()[owner]
    cents = lines.cents.to_numpy().astype(np.int64)
    usual = cents == 0
    product = lines["product"].to_numpy()
    cents[usual] = world.price(place[usual], product[usual])
    amount = cents * lines.qty.to_numpy().astype(np.int64)
    grade = world.products.grade.map(GRADES).to_numpy()[product]
    covered = np.rint(amount * grade).astype(np.int64)
    priced = pd.DataFrame({"cents": cents, "amount": amount, "covered": covered})
    total = np.bincount(owner, amount, len(settlements)).astype(np.int64)
    base = np.bincount(owner, covered, len(settlements)).astype(np.int64)
    paid = _split(world, settlements, total, base)
    _take_back(paid, settlements.refund_of.to_numpy())
    paid["balance"] = _balances(settlements, paid, world)
    return Bills(priced, paid)


def _split(
    world: MedWorld, settlements: pd.DataFrame, total: np.ndarray, base: np.ndarray
) -> pd.DataFrame:
    kind = settlements.kind.to_numpy()
    table = np.array([FUND[k] for k in sorted(FUND)])
    first, share, limit = table[kind].T
    employed = (world.people.insurance == EMPLOYEE).to_numpy()[settlements.person.to_numpy()]
    helped = settlements.payer.to_numpy() >= 0
    on_account = employed | helped
    pool = np.clip(np.rint((np.maximum(base, 0) - first) * share), 0, limit).astype(np.int64)
    # at a pharmacy the account pays where there is one, and the pool does not
    pool = np.where((kind == RX) & on_account, 0, pool)
    rest = total - pool
    by_account = np.where(np.isin(kind, [IPT, DAYCASE, MAT]), 0.0, 1.0) * on_account
    by_account = np.where(settlements.route.to_numpy() == 1, 0.0, by_account)
    account = np.rint(np.maximum(rest, 0) * by_account).astype(np.int64)
    return pd.DataFrame(
        {
            "total": total,
            "pool": pool,
            "account": np.where(helped, 0, account),
            "family": np.where(helped, account, 0),
            "cash": rest - account,
        }
    )


def _take_back(paid: pd.DataFrame, origin: np.ndarray) -> None:
    """A refund's parts are its original's, as far as it goes; a refund of a refund pays again."""
    for _ in range(2):
        rows = np.flatnonzero(origin >= 0)
        source = origin[rows]
        whole = paid.total.to_numpy()[source]
        part = np.where(
            whole == 0, 0.0, paid.total.to_numpy()[rows] / np.where(whole == 0, 1, whole)
        )
        left = paid.total.to_numpy()[rows].copy()
        for column in ("pool", "account", "family"):
            value = np.rint(paid[column].to_numpy()[source] * part).astype(np.int64)
            left -= value
            column_of = paid[column].to_numpy(copy=True)
            column_of[rows] = value
            paid[column] = column_of
        cash = paid.cash.to_numpy(copy=True)
        cash[rows] = left
        paid["cash"] = cash


def _balances(settlements: pd.DataFrame, paid: pd.DataFrame, world: MedWorld) -> np.ndarray:
    """What is left on the account afterwards; never below nothing, so a year began high enough."""
    who = np.where(settlements.payer >= 0, settlements.payer, settlements.person).astype(np.int64)
    order = np.lexsort((settlements["at"].to_numpy(), who))
    who, spent = who[order], (paid.account + paid.family).to_numpy()[order]
    first = np.r_[True, who[1:] != who[:-1]]
    start = np.flatnonzero(first)
    total = np.cumsum(spent)
    running = total - np.repeat(total[start] - spent[start], np.diff(np.r_[start, len(who)]))
    needed = np.maximum.reduceat(running, start) if len(start) else np.empty(0, dtype=np.int64)
    employed = (world.people.insurance == EMPLOYEE).to_numpy()[who[start]]
    spare = world.rng.lognormal(11, 1.1, len(start)).astype(np.int64)
    opening = np.where(employed, needed + spare, np.maximum(needed, 0))
    left = np.repeat(opening, np.diff(np.r_[start, len(who)])) - running
    out = np.empty(len(left), dtype=np.int64)
    out[order] = left
    return out
