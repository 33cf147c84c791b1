"""From a feed's contract to the checks on one delivery set of it.

A check names a Great Expectations expectation and its arguments, so that this module, and whoever
only wants to know what is checked, does without importing that library (7 CPU-seconds).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from math import ceil
from typing import Any

import pyarrow as pa

from ingest.contract import Column, Feed, lake_schema
from ingest.force import MIN_KEPT

BLOCKING, WARNING = "blocking", "warning"

# What is asked of a set, in the order in which people read it: the name of the asset check, and
# its Chinese label.
DIMENSIONS = {
    "columns": "列齐全",
    "types": "类型",
    "key": "主键唯一",
    "required": "必填项",
    "codes": "代码表",
    "volume": "行数",
    "fill": "填充率",
    "identity": "有效证件号码",
    "range": "日期合理",
}

EARLIEST = date(1900, 1, 1)  # nobody alive, and no institution of the feeds, is older
OPEN_END = date(9999, 12, 31)  # 至今, 长期 in the lake
LONGEST_LIFE = timedelta(days=120 * 366)
CLOCK_SLACK = timedelta(days=31)  # an agency may date a coming month's paper in advance
MIN_VALID_IDS = 0.9  # below this share the supplier's export has lost its numbers
MAX_GROWTH = 2  # a snapshot more than twice its predecessor was probably concatenated
MAX_EVENT_GROWTH = 10  # events come in bursts; beyond this a full export was sent as a delta
MIN_FILL_KEPT = 0.5  # of the earlier delivery's share of filled cells in a column

# The names Great Expectations compares a column's type with, on pandas frames and over DuckDB.
# Text needs none: every value reads as text.
TYPE_NAMES = {
    pa.date32(): ("datetime64[ms]", "DATE"),
    pa.timestamp("us"): ("datetime64[us]", "TIMESTAMP"),
    pa.int64(): ("Int64Dtype", "BIGINT"),
    pa.bool_(): ("BooleanDtype", "BOOLEAN"),
    pa.decimal128(18, 6): ("Float64Dtype", "DECIMAL"),
    pa.decimal128(18, 4): ("Float64Dtype", "DECIMAL"),
}


@dataclass(frozen=True)
class Baseline:
    """What the supplier's earlier set of the feed held: the measure for this one.

    `rows` is None when there is no earlier set. `fill` maps a stored column to its share of filled
    cells; it is empty for events, whose rows differ in kind from week to week.
    """

    set_id: str | None = None
    rows: int | None = None
    fill: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Check:
    """One expectation on a set: what is asked, of which column, and what a breach means."""

    dimension: str
    expectation: str  # class name in great_expectations.expectations
    arguments: Mapping[str, Any]
    severity: str
    message_zh: str  # what a breach means and what to do; no value of the data
    column: str | None = None


def suite(feed: Feed, delivered_on: date, baseline: Baseline) -> list[Check]:
    """Every check on a set of `feed` delivered on that day, after the set that `baseline` is."""
    checks = [_columns(feed), _key(), *_volume(feed, baseline)]
    for column in (c for c in feed.columns if c.lake_fields()):
        checks.extend(_of_column(column, delivered_on, baseline))
    return checks


def _columns(feed: Feed) -> Check:
    return Check(
        dimension="columns",
        expectation="ExpectTableColumnsToMatchSet",
        arguments={"column_set": lake_schema(feed).names, "exact_match": False},
        severity=BLOCKING,
        message_zh="入库的列与数据契约不一致，请技术人员核对契约与入库程序的版本",
    )


def _key() -> Check:
    return Check(
        dimension="key",
        expectation="ExpectCompoundColumnsToBeUnique",
        arguments={"column_list": ["_delivery_id", "_row_key"]},
        severity=BLOCKING,
        message_zh="同一文件内主键重复的行没有合并，请技术人员核对",
    )


def _volume(feed: Feed, baseline: Baseline) -> Iterator[Check]:
    """Lost rows break a snapshot, since it replaces the earlier one; growth only warns."""
    if not baseline.rows:
        return
    if feed.mode == "snapshot":
        yield _row_count(
            {"min_value": ceil(baseline.rows * MIN_KEPT)},
            BLOCKING,
            f"比上一次（{baseline.rows} 行）少了四成以上，本次不生效，"
            "请报送单位核对是否漏报；确属减少的，再次报送前与管理员联系",
        )
    growth = MAX_GROWTH if feed.mode == "snapshot" else MAX_EVENT_GROWTH
    yield _row_count(
        {"max_value": baseline.rows * growth},
        WARNING,
        f"超过上一次（{baseline.rows} 行）的 {growth} 倍，请报送单位核对是否重复或误报全量",
    )


def _row_count(bounds: dict[str, int], severity: str, message_zh: str) -> Check:
    return Check("volume", "ExpectTableRowCountToBeBetween", bounds, severity, message_zh)


def _of_column(column: Column, delivered_on: date, baseline: Baseline) -> Iterator[Check]:
    if column.allowed:
        yield Check(
            dimension="codes",
            expectation="ExpectColumnValuesToBeInSet",
            arguments={"column": column.name, "value_set": list(column.allowed)},
            severity=BLOCKING,
            message_zh=f"“{column.header}”有代码表以外的值进入，请技术人员核对",
            column=column.name,
        )
    yield from _type(column)
    yield from _fill(column, baseline)
    if column.type == "id_number":
        yield _identity(column)
        yield _between(column, f"{column.name}_born", delivered_on - LONGEST_LIFE, delivered_on)
    if column.type in ("date", "month"):
        yield from _dates(column, delivered_on)


def _type(column: Column) -> Iterator[Check]:
    stored, kind = column.lake_fields()[0]
    if kind in TYPE_NAMES:
        yield Check(
            dimension="types",
            expectation="ExpectColumnValuesToBeInTypeList",
            arguments={"column": stored, "type_list": list(TYPE_NAMES[kind])},
            severity=BLOCKING,
            message_zh=f"“{column.header}”的存储类型与数据契约不一致，请技术人员核对",
            column=column.name,
        )


def _fill(column: Column, baseline: Baseline) -> Iterator[Check]:
    """A required column is full; another one keeps at least half of its earlier share."""
    stored = column.lake_fields()[0][0]
    earlier = baseline.fill.get(stored, 0.0)
    if column.type == "id_number":
        return  # a lost number is counted by the identity check
    if column.required:
        yield Check(
            dimension="required",
            expectation="ExpectColumnValuesToNotBeNull",
            arguments={"column": stored},
            severity=BLOCKING,
            message_zh=f"必填的“{column.header}”有空值进入，请技术人员核对",
            column=column.name,
        )
    elif earlier:
        yield Check(
            dimension="fill",
            expectation="ExpectColumnValuesToNotBeNull",
            arguments={"column": stored, "mostly": round(earlier * MIN_FILL_KEPT, 4)},
            severity=WARNING,
            message_zh=f"“{column.header}”的填写比例不到上一次的一半，请报送单位核对导出模板",
            column=column.name,
        )


def _identity(column: Column) -> Check:
    usable = ["valid", "upgraded", "repaired", "other_document"]
    return Check(
        dimension="identity",
        expectation="ExpectColumnValuesToBeInSet",
        arguments={
            "column": f"{column.name}_status",
            "value_set": usable if column.required else [*usable, "missing"],
            "mostly": MIN_VALID_IDS,
        },
        severity=WARNING,
        message_zh=f"“{column.header}”的有效比例低于九成，请报送单位以文本格式重新导出证件号码列",
        column=column.name,
    )


def _dates(column: Column, delivered_on: date) -> Iterator[Check]:
    """What must be stated has happened; another date may lie ahead, or be open."""
    name = column.name
    latest = delivered_on + CLOCK_SLACK if column.required else OPEN_END
    yield _between(column, f"{name}_min", EARLIEST, latest)


def _between(column: Column, stored: str, earliest: date, latest: date) -> Check:
    return Check(
        dimension="range",
        expectation="ExpectColumnValuesToBeBetween",
        arguments={
            "column": stored,
            "min_value": datetime.combine(earliest, time()),  # frames compare no bare dates
            "max_value": datetime.combine(latest, time()),
        },
        severity=WARNING,
        message_zh=f"“{column.header}”有不合常理的日期（早于 {earliest:%Y-%m-%d} 或晚于 "
        f"{latest:%Y-%m-%d}），请报送单位核对",
        column=column.name,
    )
