"""A delivery's rows: from text as it was read to typed lake columns, every cell accounted for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ingest.contract import SUPPLIER, Column, Feed
from ingest.normalise.cells import Cells, Outcome
from ingest.normalise.check_codes import mismatched
from ingest.normalise.codes import (
    normalise_codes,
    normalise_enums,
    normalise_numbers,
    normalise_texts,
    number_keys,
)
from ingest.normalise.dates import normalise_dates, normalise_months, normalise_timestamps
from ingest.normalise.id_numbers import normalise_ids
from ingest.normalise.institutions import institution_norms
from ingest.normalise.keys import json_rows, person_keys, pseudonyms, sha256_rows
from ingest.normalise.names import normalise_names
from ingest.normalise.numbers import (
    normalise_booleans,
    normalise_decimals,
    normalise_integers,
    normalise_money,
)
from ingest.normalise.uscc import normalise_uscc

# Why a row goes back to the agency, in its words.
REASONS_ZH = {
    "missing_required": "必填项为空",
    "id_blank": "身份证件号码为空",
    "bad_date": "日期无法识别或不存在",
    "bad_number": "不是有效数字",
    "bad_boolean": "应填是或否",
    "bad_code": "代码应全为数字",
    "unknown_code": "不在允许的取值范围内",
    "cell_error": "单元格为公式错误值",
    "check_mismatch": "与本行编号不符，疑为粘贴错位，请在发出的清单中原行填写",
}
# What was accepted all the same, and is worth a word to the agency.
FLAGS_ZH = {
    "id_lost": "身份证件号码已丢失末尾数字（曾按数值保存），未采用",
    "id_invalid": "身份证件号码位数或校验码有误，未采用",
    "id_placeholder": "身份证件号码为占位内容，未采用",
    "id_other_document": "其他证件号码，不参与身份比对",
    "id_upgraded": "15位身份证号已升为18位",
    "id_repaired": "身份证件号码中的字母O、I、l已更正为数字",
    "uscc_invalid": "统一社会信用代码校验有误，未采用",
    "code_invalid": "代码含非数字字符，未采用",
    "clock_only": "只有时刻没有日期，日期以开始日期为准",
}

_MARGIN = " \t\r\n\f\v\u00a0\u2002\u2003\u2009\u3000\u200b\u200c\u200d\u2060\ufeff"
# Typed like a frame of problems: pandas takes an empty list for one of floats.
_NO_PROBLEMS = pd.DataFrame({"index": np.array([], dtype=int), "column": "", "reason": ""})
_BY_TYPE: dict[str, Callable[[Cells], Outcome]] = {
    "text": normalise_texts,
    "enum": normalise_texts,  # a list that the contract leaves open
    "uscc": normalise_uscc,
    "date": normalise_dates,
    "month": normalise_months,
    "timestamp": normalise_timestamps,
    "integer": normalise_integers,
    "decimal": normalise_decimals,
    "money": normalise_money,
}


@dataclass(frozen=True)
class Normalised:
    """Rows in the order of the raw frame, with what was wrong with them.

    `rows`: the contract's lake columns, person_key where the feed has persons, _row_key, _row_hash
    and _flags; every row of the raw frame, those to be quarantined included.
    `problems`: one row per offending cell: index (of the raw frame), column, reason.
    `warnings`: rows per flag.
    """

    rows: pa.Table
    problems: pd.DataFrame
    warnings: dict[str, int]


def normalise(
    feed: Feed,
    raw: pd.DataFrame,
    *,
    key: bytes,
    adcode: str,
    headers: dict[str, str],
    supplier: str = "",
    as_of_today: date | None = None,
    lost_columns: frozenset[str] | set[str] = frozenset(),
) -> Normalised:
    """Rows as the lake holds them.

    `raw`: text columns by contract name (absent, null and '' are blank), each with an optional
    `<column>__kind` of cell kinds: s text, n binary number, d date as ISO text, b boolean, e error.
    `headers`: each column's heading in the file. `supplier`: who delivered it, for feeds whose key
    says so. `as_of_today`: nobody is born after it (default:
    today). `lost_columns`: identity columns whose whole file was found `float_suspect`.
    """
    today = as_of_today or date.today()
    cells = {column.name: _cells(raw, column, headers) for column in feed.columns}
    outcomes: dict[str, Outcome] = {}
    for column in feed.columns:
        if column.type != "id_number":
            outcomes[column.name] = _plain(column, cells[column.name])
    document = outcomes["id_type"].values[""] if feed.has("id_type") else None
    for column in feed.columns:
        if column.type == "id_number":
            outcomes[column.name] = normalise_ids(
                cells[column.name],
                today,
                document if column.name == "id_number" else None,
                column.name in lost_columns,
            )

    lake = _lake_columns(feed, outcomes, adcode, key)
    flags = _flags(outcomes)
    lake["_row_key"] = json_rows([_key_part(part, feed, lake, supplier) for part in feed.key])
    evidence = [_meaning(column, lake) for column in feed.columns if column.evidence]
    feed_id = pa.repeat(feed.id, len(raw))
    lake["_row_hash"] = sha256_rows(json_rows([feed_id, lake["_row_key"], *evidence]))
    lake["_flags"] = _joined(flags, len(raw))
    return Normalised(
        pa.table(lake),
        _problems(feed, cells, outcomes, raw.index, key),
        {code: int(where.sum()) for code, where in flags.items() if where.any()},
    )


def _cells(raw: pd.DataFrame, column: Column, headers: dict[str, str]) -> Cells:
    """The raw column as trimmed text, blank = null, with its kinds; all null where absent."""

    def strings(name: str) -> pa.Array:
        if name not in raw:
            return pa.nulls(len(raw), pa.string())
        values = pa.array(raw[name], from_pandas=True).cast(pa.string())
        return values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values

    text = pc.utf8_trim(strings(column.name), _MARGIN)
    text = pc.if_else(pc.equal(text, ""), None, text)
    kind = strings(f"{column.name}__kind")
    return Cells(text, kind, headers.get(column.name, column.header))


def _plain(column: Column, cells: Cells) -> Outcome:
    """A column of any type whose cells are understood one by one."""
    if column.person:
        return normalise_names(cells)
    if column.number:
        return normalise_numbers(cells)
    if column.clock:
        return normalise_timestamps(cells, clock=True)
    if column.type == "text" and column.mapping:
        return normalise_texts(cells, column.mapping)
    if column.type == "code":
        return normalise_codes(cells, column.required)
    if column.type == "boolean":
        return normalise_booleans(cells, column.mapping)
    if column.type == "enum" and column.allowed:
        return normalise_enums(cells, column.allowed, column.mapping)
    return _BY_TYPE[column.type](cells)


def _lake_columns(
    feed: Feed, outcomes: dict[str, Outcome], adcode: str, key: bytes
) -> dict[str, pa.Array]:
    lake: dict[str, pa.Array] = {}
    for column in feed.columns:
        values = outcomes[column.name].values
        if column.institution:
            values = values | {"_norm": institution_norms(values[""], adcode)}
        if column.type == "id_number":
            values = values | {"_key": pseudonyms(values[""], key)}
        lake |= {name: values[name.removeprefix(column.name)] for name, _ in column.lake_fields()}
    if feed.has_person:
        unknown = pa.nulls(len(lake["name"]), pa.string())
        born = _meaning(feed.column("born_on"), lake) if feed.has("born_on") else unknown
        exact = pc.if_else(pc.equal(pc.binary_length(born), len("1990-01-01")), born, None)
        sex = lake["sex"] if feed.has("sex") else unknown
        lake["person_key"] = person_keys(lake["id_number_key"], lake["name_key"], exact, sex, key)
    return lake


def _meaning(column: Column, lake: dict[str, pa.Array]) -> pa.Array:
    """What a column says, as text in its one writing; a person's pseudonym for the number.

    Dates are ISO, an interval's two ends joined by '/'.
    """
    name = column.name
    if column.type in ("date", "month"):
        first, last = (lake[f"{name}{end}"].cast(pa.string()) for end in ("_min", "_max"))
        return pc.if_else(
            pc.equal(first, last), first, pc.binary_join_element_wise(first, last, "/")
        )
    if column.type == "id_number" or column.person:
        return lake[f"{name}_key"]
    if column.institution:
        return lake[f"{name}_norm"]
    if column.type == "text":
        return number_keys(lake[name])
    return lake[name].cast(pa.string())


def _key_part(part: str, feed: Feed, lake: dict[str, pa.Array], supplier: str) -> pa.Array:
    """One part of the business key: of the alternatives in "a|b+c" the first that is there."""
    if part == SUPPLIER:
        return pa.repeat(supplier, len(next(iter(lake.values()))))

    def together(names: str) -> pa.Array:
        values = [_meaning(feed.column(name), lake) for name in names.split("+")]
        rest = [pc.fill_null(value, "") for value in values[1:]]
        return pc.binary_join_element_wise(values[0], *rest, "+") if rest else values[0]

    return pc.coalesce(*map(together, part.split("|")))


def _flags(outcomes: dict[str, Outcome]) -> dict[str, np.ndarray]:
    """Where each flag was set, in any column."""
    flags: dict[str, np.ndarray] = {}
    for outcome in outcomes.values():
        for code, where in outcome.flags.items():
            flags[code] = flags[code] | where if code in flags else where
    return flags


def _joined(flags: dict[str, np.ndarray], rows: int) -> pa.Array:
    """The codes of each row's flags joined by ';', '' where it has none."""
    codes = [pc.if_else(pa.array(where), f"{code};", "") for code, where in flags.items()]
    if not codes:
        return pa.repeat("", rows)
    return pc.utf8_rtrim(pc.binary_join_element_wise(*codes, ""), ";")


def _problems(
    feed: Feed, cells: dict[str, Cells], outcomes: dict[str, Outcome], index: pd.Index, key: bytes
) -> pd.DataFrame:
    """One row per cell for which its row goes to quarantine."""
    found: list[pd.DataFrame] = []
    for column in feed.columns:
        outcome, error = outcomes[column.name], cells[column.name].is_error
        causes = [(error, "cell_error")]
        if outcome.bad is not None:
            causes.append((outcome.bad & ~error, outcome.reason))
        if column.required:
            blank = "id_blank" if column.type == "id_number" else "missing_required"
            causes.append((~outcome.given & ~error, blank))
        if column.checks:
            checked = outcomes[column.checks].values[""]
            causes.append((mismatched(checked, outcome.values[""], key), "check_mismatch"))
        found += [
            pd.DataFrame({"index": index[where], "column": column.name, "reason": reason})
            for where, reason in causes
            if where.any()
        ]
    return pd.concat(found, ignore_index=True) if found else _NO_PROBLEMS.copy()
