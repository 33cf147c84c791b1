"""Check landed delivery sets and remember the outcome: `ledger/checks/<set>.json`.

Three outcomes, never two: passed; failed, when a blocking check does not hold; errored, when a
blocking check, or the checking itself, crashed. Failed and errored both keep the set from counting,
and read differently: the first is for the agency, the second for an engineer.
"""

from __future__ import annotations

import json
import traceback
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from expectations.run import ERRORED, FAILED, PASSED, Result, run
from expectations.suites import BLOCKING, Baseline, suite
from ingest.contract import Feed, load_contracts
from ingest.files import put_json
from ingest.force import DeliverySet, delivery_sets, stored
from ingest.home import Home
from ingest.ledger import DUPLICATE, Ledger


@dataclass(frozen=True)
class CheckResult:
    """One check on one set. `observed` holds counts only."""

    dimension: str
    expectation: str
    column: str | None
    severity: str
    outcome: str
    observed: dict[str, int]
    message_zh: str

    @property
    def success(self) -> bool:
        """Whether the check held."""
        return self.outcome == PASSED


@dataclass(frozen=True)
class SetOutcome:
    """What is known of a set: its outcome, and the results it derives from."""

    set_id: str
    outcome: str
    checked: str  # when, UTC
    content: list[Any]  # what was checked, and against what: a set is checked once per content
    results: list[CheckResult]

    @property
    def place(self) -> str:
        """County, supplier and feed."""
        return self.set_id.rsplit("/", 1)[0]


def check_feed(home: Home, feed_id: str, as_of: date) -> list[SetOutcome]:
    """The outcomes of all of a feed's sets up to a night, by date; new content is checked now.

    A snapshot is measured against the last one of its county and supplier that counts, events,
    which come in bursts, against the largest.
    """
    feed, ledger = load_contracts()[feed_id], Ledger(home)
    sets = [one for one in delivery_sets(ledger, as_of, {}).values() if one.feed == feed_id]
    measure: dict[tuple[str, str], DeliverySet] = {}
    outcomes = []
    for this in sorted(sets, key=lambda one: one.delivered_on):
        if not stored(ledger, this.files):
            continue  # every file was refused: nothing landed
        place = this.adcode, this.supplier
        outcome = _check(home, ledger, feed, this, measure.get(place))
        outcomes.append(outcome)
        if outcome.outcome == PASSED and _measures(feed, this, measure.get(place)):
            measure[place] = this
    return outcomes


def _measures(feed: Feed, this: DeliverySet, earlier: DeliverySet | None) -> bool:
    """Whether later sets are measured against this one, which has passed."""
    if feed.mode == "event":
        return earlier is None or this.rows > earlier.rows
    return all(file.is_taken or file.status == DUPLICATE for file in this.files)


def _check(
    home: Home, ledger: Ledger, feed: Feed, this: DeliverySet, earlier: DeliverySet | None
) -> SetOutcome:
    content = [sorted(stored(ledger, this.files)), earlier and [earlier.set_id, earlier.rows]]
    known = read_outcome(home, this.set_id)
    if known and known.content == content and known.outcome != ERRORED:
        return known
    try:
        checks = suite(feed, this.delivered_on, _baseline(home, ledger, feed, earlier))
        results = [_recorded(result) for result in run(checks, _lake_files(home, ledger, this))]
    except Exception:
        results = [_crash(home, this.set_id, traceback.format_exc())]
    outcome = SetOutcome(
        this.set_id, outcome_of(results), datetime.now(UTC).isoformat(), content, results
    )
    put_json(_path(home, this.set_id), asdict(outcome))
    return outcome


def _lake_files(home: Home, ledger: Ledger, delivery: DeliverySet) -> list[Path]:
    """Where the set's rows lie; those of a repeated file lie under its original."""
    return [
        home.lake / delivery.feed / delivery.adcode / f"{delivery_id}.parquet"
        for delivery_id in sorted(stored(ledger, delivery.files))
    ]


def _baseline(home: Home, ledger: Ledger, feed: Feed, earlier: DeliverySet | None) -> Baseline:
    if earlier is None:
        return Baseline()
    files = _lake_files(home, ledger, earlier) if feed.mode == "snapshot" else []
    return Baseline(earlier.set_id, earlier.rows, _fill(files))


def _fill(files: Sequence[Path]) -> dict[str, float]:
    """Share of filled cells by column, from the footers of the Parquet files."""
    filled: dict[str, int] = {}
    rows = 0
    for footer in map(pq.read_metadata, files):
        rows += footer.num_rows
        for group in (footer.row_group(i) for i in range(footer.num_row_groups)):
            for chunk in (group.column(i) for i in range(group.num_columns)):
                nulls = chunk.statistics.null_count if chunk.statistics else 0
                name = chunk.path_in_schema
                filled[name] = filled.get(name, 0) + group.num_rows - nulls
    return {name: count / rows for name, count in filled.items()} if rows else {}


def _recorded(result: Result) -> CheckResult:
    check = result.check
    return CheckResult(
        dimension=check.dimension,
        expectation=check.expectation,
        column=check.column,
        severity=check.severity,
        outcome=result.outcome,
        observed=dict(result.observed),
        message_zh="" if result.outcome == PASSED else check.message_zh,
    )


def _crash(home: Home, set_id: str, trace: str) -> CheckResult:
    """The checking itself failed. Its trace may quote data and stays in the ledger."""
    path = _path(home, set_id).with_suffix(".error.txt")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(trace, "utf-8")
    return CheckResult(
        dimension="columns",
        expectation="run",
        column=None,
        severity=BLOCKING,
        outcome=ERRORED,
        observed={},
        message_zh=f"检查程序出错，请技术人员查看 {path.name}",
    )


def outcome_of(results: Iterable[CheckResult]) -> str:
    """The set's outcome: the worst of its blocking checks; an unknown is worse than a breach."""
    found = {result.outcome for result in results if result.severity == BLOCKING}
    return next((outcome for outcome in (ERRORED, FAILED) if outcome in found), PASSED)


def read_outcome(home: Home, set_id: str) -> SetOutcome | None:
    """What the ledger says of a set; None when it was never checked."""
    path = _path(home, set_id)
    if not path.exists():
        return None
    value: dict[str, Any] = json.loads(path.read_text("utf-8"))
    results = [CheckResult(**result) for result in value.pop("results")]
    return SetOutcome(**value, results=results)


def _path(home: Home, set_id: str) -> Path:
    return home.ledger / "checks" / f"{set_id.replace('/', '~')}.json"
