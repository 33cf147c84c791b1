"""The quality report: `reports/<night>/quality.html`, one file, no request leaves it.

What each agency delivered, how its checks went, what was sent back and why. Counts, file names and
sentences; no value of the data. (Great Expectations' own Data Docs load scripts from outside.)
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from expectations.check import CheckResult, SetOutcome, read_outcome
from expectations.page import Cell, chip, figures, page, table
from expectations.run import ERRORED, FAILED, PASSED
from expectations.suites import DIMENSIONS
from ingest.contract import load_contracts
from ingest.force import DeliverySet, check_outcomes, delivery_sets
from ingest.home import Home
from ingest.ledger import REJECTED, UNRECOGNISED, FileDelivery, Ledger
from ingest.quarantine import REASONS

OUTCOMES = {PASSED: "通过", FAILED: "未通过", ERRORED: "检查出错"}
COLOURS = {PASSED: "cleared", FAILED: "new", ERRORED: "reopened"}
UNCHECKED = "—"  # every file was refused, nothing to check


def write_report(home: Home, as_of: date) -> Path:
    """Write the report of a night over all deliveries up to it; its path."""
    ledger = Ledger(home)
    sets = sorted(
        delivery_sets(ledger, as_of, check_outcomes(home)).values(),
        key=lambda one: (one.delivered_on, one.set_id),
        reverse=True,
    )
    outcomes = {one.set_id: outcome for one in sets if (outcome := read_outcome(home, one.set_id))}
    files = [f for f in ledger.current().values() if not f.delivered_on or f.delivered_on <= as_of]
    path = home.reports / as_of.isoformat() / "quality.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}")
    draft.write_text(_html(as_of, sets, outcomes, files), "utf-8")
    draft.replace(path)
    return path


def _html(
    as_of: date,
    sets: list[DeliverySet],
    outcomes: dict[str, SetOutcome],
    files: list[FileDelivery],
) -> str:
    return page(
        f"数据质量 {as_of}",
        _headline(sets, outcomes, files),
        [
            ("未采用的交付", _not_counted(sets)),
            ("未通过、出错和提示的检查", _findings(outcomes.values())),
            ("退回的文件", _refused(files)),
            ("隔离的行", _quarantined(files)),
            ("每批交付", _sets(sets, outcomes)),
        ],
    )


def _headline(
    sets: list[DeliverySet], outcomes: dict[str, SetOutcome], files: list[FileDelivery]
) -> str:
    per_outcome = Counter(outcome.outcome for outcome in outcomes.values())
    return figures(
        [
            ("批交付", len(sets)),
            *((f"批{OUTCOMES[name]}", per_outcome[name]) for name in OUTCOMES),
            ("个文件", len(files)),
            ("个文件退回", sum(file.status in (REJECTED, UNRECOGNISED) for file in files)),
            ("行收到", sum(file.rows_in for file in files)),
            ("行隔离", sum(file.rows_quarantined for file in files)),
        ]
    )


def _not_counted(sets: list[DeliverySet]) -> str:
    rows = [(*_place(one), one.rows, one.why_not) for one in sets if not one.counted]
    return table([*PLACE, "行数", "原因"], rows, empty="全部采用")


def _findings(outcomes: Iterable[SetOutcome]) -> str:
    rows = [
        (
            outcome.set_id,
            DIMENSIONS[result.dimension],
            _chip(result.outcome),
            "阻断" if result.severity == "blocking" else "提示",
            _counts(result),
            result.message_zh,
        )
        for outcome in outcomes
        for result in outcome.results
        if not result.success
    ]
    return table(["交付", "检查", "结果", "级别", "计数", "说明"], rows, empty="没有")


def _counts(result: CheckResult) -> str:
    labels = {
        "element_count": "共",
        "unexpected_count": "不符",
        "missing_count": "空",
        "rows": "行数",
        "columns_missing": "缺列",
    }
    return " ".join(f"{labels[name]} {count}" for name, count in result.observed.items())


def _refused(files: list[FileDelivery]) -> str:
    rows = [
        (file.delivered_on, file.adcode, file.supplier, file.source_file, file.message)
        for file in files
        if file.status in (REJECTED, UNRECOGNISED)
    ]
    return table(["日期", "县", "单位", "文件", "怎么办"], rows, empty="没有")


def _quarantined(files: list[FileDelivery]) -> str:
    rows = [
        (
            file.delivered_on,
            file.adcode,
            file.supplier,
            file.source_file,
            _header(file, reason.column),
            REASONS.get(reason.reason, reason.reason),
            reason.rows,
            reason.example_source_row,
        )
        for file in files
        for reason in file.reasons
    ]
    heads = ["日期", "县", "单位", "文件", "列", "原因", "行数", "其中一行的行号"]
    return table(heads, rows, empty="没有")


def _header(file: FileDelivery, column: str) -> str:
    feed = load_contracts().get(file.feed or "")
    return feed.column(column).header if feed and feed.has(column) else column


def _sets(sets: list[DeliverySet], outcomes: dict[str, SetOutcome]) -> str:
    rows = []
    for one in sets:
        outcome = outcomes.get(one.set_id)
        results = outcome.results if outcome else []
        rows.append(
            (
                *_place(one),
                len(one.files),
                one.rows,
                sum(file.rows_quarantined for file in one.files),
                _chip(outcome.outcome) if outcome else UNCHECKED,
                len(results),
                sum(not result.success for result in results),
                "生效" if one.in_force else "采用" if one.counted else "未采用",
            )
        )
    heads = [*PLACE, "文件", "行数", "隔离", "检查结果", "检查项", "不符项", "状态"]
    return table(heads, rows, empty="还没有交付")


PLACE = ("日期", "县", "单位", "数据")


def _place(one: DeliverySet) -> tuple[object, ...]:
    title = load_contracts()[one.feed].title_zh
    return one.delivered_on, one.adcode, one.supplier, title


def _chip(outcome: str) -> Cell:
    return Cell(chip(OUTCOMES[outcome], COLOURS[outcome]))
