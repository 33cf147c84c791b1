"""Which deliveries count on a night, and which is in force: a pure function of the ledger.

Only the dates of delivery matter, never the order of arrival, so that a late file and a night run
again give what they would have given in time.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import groupby

from ingest.contract import load_contracts
from ingest.home import Home
from ingest.ledger import DUPLICATE, TAKEN, FileDelivery, Ledger

# House constant: a snapshot that keeps less than this share of the rows in force is doubted.
MIN_KEPT = Fraction(60, 100)


@dataclass(frozen=True)
class DeliverySet:
    """All files of one feed in one dated folder, and whether they count.

    `why_not`: a sentence for the agency when they do not; '' when they do.
    """

    set_id: str
    feed: str
    adcode: str
    supplier: str
    delivered_on: date
    files: tuple[FileDelivery, ...]
    rows: int
    counted: bool
    in_force: bool
    why_not: str = ""


def check_outcomes(home: Home) -> dict[str, str]:
    """By set id, how the checks at the door went: passed, failed or errored."""
    outcomes = {}
    for path in (home.ledger / "checks").glob("*.json"):
        check = json.loads(path.read_text("utf-8"))
        outcomes[check["set_id"]] = check["outcome"]
    return outcomes


def delivery_sets(
    ledger: Ledger, as_of: date, outcomes: Mapping[str, str]
) -> dict[str, DeliverySet]:
    """Every set delivered up to `as_of`, by id; a set without a check outcome has passed."""
    members = [
        record
        for record in ledger.current().values()
        if record.set_id and record.delivered_on and record.delivered_on <= as_of
        if not record.withdrawn
    ]
    members.sort(key=lambda r: (r.adcode, r.supplier, r.feed or "", r.delivered_on, r.path))
    sets: dict[str, DeliverySet] = {}
    for _, line in groupby(members, key=lambda r: (r.adcode, r.supplier, r.feed)):
        in_force: DeliverySet | None = None
        for set_id, files in groupby(line, key=lambda r: str(r.set_id)):
            one = _judge(set_id, tuple(files), ledger, outcomes.get(set_id, "passed"), in_force)
            sets[set_id] = one
            in_force = one if one.counted else in_force
        _mark_in_force(sets, in_force)
    return sets


def _judge(
    set_id: str,
    files: tuple[FileDelivery, ...],
    ledger: Ledger,
    outcome: str,
    before: DeliverySet | None,
) -> DeliverySet:
    first = files[0]
    assert first.feed and first.delivered_on
    taken = [f for f in files if f.status in (*TAKEN, DUPLICATE)]
    originals = {(o := ledger.original_of(f)).delivery_id: o for f in taken}
    rows = sum(original.rows_accepted for original in originals.values())
    snapshot = load_contracts()[first.feed].mode == "snapshot"
    why_not = ""
    if snapshot and len(taken) < len(files):
        why_not = "同批有文件未被接收，本次全量未采用；请补正后重新报送。"
    elif snapshot and before and rows < before.rows * MIN_KEPT:
        why_not = (
            f"行数由 {before.rows} 降到 {rows}，减少超过 {100 * (1 - MIN_KEPT)}%，本次全量未采用；"
            "请核对是否漏报，确认后重新报送全部数据。"
        )
    elif outcome != "passed":
        word = "未通过" if outcome == "failed" else "未能完成"
        why_not = f"本次交付的质量检查{word}，未采用；请按质量报告核对后重新报送。"
    if why_not and snapshot and before:
        why_not += f"仍以 {before.delivered_on} 的交付为准。"
    return DeliverySet(
        set_id,
        first.feed,
        first.adcode,
        first.supplier,
        first.delivered_on,
        files,
        rows,
        counted=not why_not,
        in_force=not why_not and not snapshot,
        why_not=why_not,
    )


def _mark_in_force(sets: dict[str, DeliverySet], in_force: DeliverySet | None) -> None:
    if in_force:
        sets[in_force.set_id] = DeliverySet(**{**in_force.__dict__, "in_force": True})


def stored(ledger: Ledger, files: Iterable[FileDelivery]) -> dict[str, FileDelivery]:
    """The files of a set by the delivery that holds their rows; two copies are one."""
    return {ledger.original_of(f).delivery_id: f for f in files if f.status in (*TAKEN, DUPLICATE)}
