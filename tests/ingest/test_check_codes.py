"""A form that comes back: rows left blank are no rows, and a shifted row is noticed."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from datetime import date

import pyarrow as pa
import pytest

from ingest.normalise.check_codes import check_codes, mismatched
from tests.inbox import Inbox, csv, xlsx

KEY = b"k" * 32
PLACE = "handlers/2023-11-06/线索核查反馈_未检.xlsx"
HEAD = (
    "线索编号",
    "线索理由",
    "承办人",
    "核查状态",
    "核查结果",
    "原因",
    "核查日期",
    "备注",
    "校验码",
)
A, B, C = "MIN-05-000000000000000A", "MIN-05-000000000000000B", "MIN-05-000000000000000C"


def code(inbox: Inbox, clue_id: str) -> str:
    digest = hmac.new(inbox.home.key, f"{clue_id}|20231031".encode(), "sha256").hexdigest()
    return f"20231031-{digest[:10].upper()}"


def row(clue_id: str, code: str = "", **said: str) -> list[str]:
    return [clue_id, "理由", *(said.get(h, "") for h in HEAD[2:-1]), code]


DONE = {"核查状态": "已核结", "核查结果": "不属实", "原因": "同名", "核查日期": "2023-11-05"}


def night(inbox: Inbox, rows: Sequence[Sequence[str]], place: str = PLACE):
    content = xlsx([HEAD, *rows], names=["线索"])
    if place.endswith(".csv"):
        content = csv([dict(zip(HEAD, cells, strict=True)) for cells in rows])
    inbox.drop(place, content)
    return inbox.night("2023-11-30")[place]


@pytest.mark.parametrize("place", [PLACE, PLACE.replace("xlsx", "csv")])
def test_rows_left_blank_are_no_rows(inbox: Inbox, place: str) -> None:
    rows = [
        row(A, code(inbox, A), **DONE),
        row(B, code(inbox, B)),
        row(C, code(inbox, C), 承办人="赵检察官"),
    ]
    record = night(inbox, rows, place)
    assert (record.status, record.rows_in, record.rows_accepted) == ("ACCEPTED", 1, 1)
    assert inbox.rows("clue_feedback", "clue_id, verdict", "2023-11-30") == [(A, "不属实")]


def test_a_form_returned_blank_is_an_empty_delivery(inbox: Inbox) -> None:
    record = night(inbox, [row(A, code(inbox, A)), row(B, code(inbox, B))])
    assert (record.status, record.rows_in) == ("ACCEPTED", 0)


def test_a_row_with_a_remark_but_no_status_goes_back(inbox: Inbox) -> None:
    record = night(inbox, [row(A, 备注="已联系学校"), row(B, **DONE)])
    assert (record.rows_in, record.rows_accepted, record.rows_quarantined) == (2, 1, 1)
    assert {reason.column for reason in record.reasons} == {"status", "reviewed_on"}


def test_a_block_pasted_one_row_too_low_goes_back(inbox: Inbox) -> None:
    """The ids have slipped past their codes; the row that did not slip is feedback."""
    rows = [row(A, code(inbox, A), **DONE), row(C, code(inbox, B), **DONE)]
    record = night(inbox, rows)
    assert (record.rows_accepted, record.rows_quarantined) == (1, 1)
    assert [(r.column, r.reason) for r in record.reasons] == [("check_code", "check_mismatch")]
    assert inbox.rows("clue_feedback", "clue_id", "2023-11-30") == [(A,)]


def test_a_table_of_ones_own_needs_no_code(inbox: Inbox) -> None:
    inbox.drop(PLACE, xlsx([HEAD[:-1], row(A, **DONE)[:-1]]))
    assert inbox.night("2023-11-30")[PLACE].rows_accepted == 1


def test_two_results_of_one_day_are_both_kept(inbox: Inbox) -> None:
    rows = [row(A, **DONE), row(A, **DONE | {"核查结果": "属实立案", "原因": ""}), row(A, **DONE)]
    record = night(inbox, rows)
    assert (record.rows_accepted, record.rows_duplicate) == (2, 1)


def test_a_code_is_of_its_identifier_night_and_key() -> None:
    ids = pa.array(["A-1", "A-2", None])
    codes = check_codes(ids, date(2023, 10, 31), KEY)
    assert len(set(codes.to_pylist())) == 3 and codes[2].as_py() is None
    assert not mismatched(ids, codes, KEY).any()
    assert mismatched(ids, codes, b"x" * 32).tolist() == [True, True, False]
    assert mismatched(ids.take(pa.array([1, 0, 2])), codes, KEY).tolist() == [True, True, False]
    assert check_codes(ids, date(2023, 11, 1), KEY)[0] != codes[0]
    assert not mismatched(pa.array(["a-1"]), pa.array([codes[0].as_py().lower()]), KEY).any()


@pytest.mark.parametrize("code", ["", "20231031", "20231031-", "二〇二三", "-"])
def test_what_is_no_code_belongs_to_nothing(code: str) -> None:
    assert mismatched(pa.array(["A-1"]), pa.array([code]), KEY).tolist() == [True]
