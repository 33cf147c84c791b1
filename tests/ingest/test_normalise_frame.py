"""A delivery's rows: the lake's columns, keys, hashes, and every refused cell with its reason."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import date

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.contract import Feed, lake_schema, load_contracts
from ingest.normalise.frame import FLAGS_ZH, REASONS_ZH, Normalised, normalise

KEY = bytes(range(32))
FEEDS = load_contracts()
ROSTER = FEEDS["staff_roster"]
JUDGMENT = FEEDS["criminal_judgment"]
SAMPLE = "11010519491231002X"

TEACHER = {
    "institution": "威宁县第一小学",
    "name": "马小花",
    "id_number": SAMPLE,
    "post": "专任教师",
    "hired_on": "2021-09-01",
    "post_status": "在岗",
}
DEFENDANT = {
    "case_no": "（2023）黔0526刑初1号",
    "name": "马·小花",
    "born_on": "1990-02-03",
    "sex": "女",
    "charges": "猥亵儿童罪",
    "judged_on": "2023-03-01",
    "principal_penalty": "有期徒刑",
    "sealed": "否",
}


def lake(feed: Feed, *rows: dict[str, str | None], **how: object) -> Normalised:
    options = {"key": KEY, "adcode": "520526", "headers": {}, "as_of_today": date(2024, 1, 1)} | how
    return normalise(feed, pd.DataFrame(list(rows)), **options)  # type: ignore[arg-type]


def column(result: Normalised, name: str) -> list[object]:
    return result.rows[name].to_pylist()


def pseudonym(text: str) -> str:
    return hmac.new(KEY, text.encode(), hashlib.sha256).hexdigest()[:32]


@pytest.mark.parametrize("feed", FEEDS.values(), ids=FEEDS)
def test_rows_have_the_lakes_columns(feed: Feed) -> None:
    """All but those that only the door knows: which delivery, file, sheet and row."""
    rows = normalise(feed, pd.DataFrame({"_row": [2]}), key=KEY, adcode="520526", headers={}).rows
    here = [field for field in lake_schema(feed) if not field.name.startswith("_")]
    assert list(rows.schema)[: len(here)] == here
    assert rows.column_names[len(here) :] == ["_row_key", "_row_hash", "_flags"]


@settings(max_examples=30)
@given(st.data())
def test_no_text_makes_a_feed_fail_and_every_row_is_accounted_for(data: st.DataObject) -> None:
    feed = data.draw(st.sampled_from(list(FEEDS.values())))
    text = st.one_of(st.none(), st.text(max_size=20), st.sampled_from([SAMPLE, "2021.6", "是"]))
    rows = [{c.name: data.draw(text) for c in feed.columns} for _ in range(3)]
    result = lake(feed, *rows)
    assert result.rows.num_rows == 3
    assert set(result.problems["reason"]) <= REASONS_ZH.keys()
    assert result.warnings.keys() <= FLAGS_ZH.keys()
    required = {c.name for c in feed.columns if c.required}
    blank = {(i, c) for i, row in enumerate(rows) for c in required if not (row[c] or "").strip()}
    refused = set(zip(result.problems["index"], result.problems["column"], strict=True))
    assert blank <= refused


def test_the_pseudonym_is_the_hmac_of_the_number() -> None:
    result = lake(ROSTER, TEACHER)
    assert column(result, "id_number_key") == column(result, "person_key") == [pseudonym(SAMPLE)]


def test_without_a_number_the_pseudonym_is_that_of_name_birth_and_sex() -> None:
    month_only = DEFENDANT | {"born_on": "1990年2月"}
    result = lake(JUDGMENT, DEFENDANT, month_only, DEFENDANT | {"sex": None, "born_on": None})
    assert column(result, "person_key") == [
        "~" + pseudonym("马小花|1990-02-03|女"),
        "~" + pseudonym("马小花||女"),
        "~" + pseudonym("马小花||"),
    ]


def test_the_birth_date_and_sex_come_from_a_valid_number_only() -> None:
    result = lake(ROSTER, TEACHER, TEACHER | {"id_number": SAMPLE[:17] + "1"})
    assert column(result, "id_number_born") == [date(1949, 12, 31), None]
    assert column(result, "id_number_sex") == ["女", None]
    assert column(result, "_flags") == ["", "id_invalid"]
    assert result.warnings == {"id_invalid": 1}
    assert result.problems.empty


def test_nobody_is_born_after_the_delivery() -> None:
    assert column(lake(ROSTER, TEACHER, as_of_today=date(1949, 12, 30)), "id_number") == [None]


def test_a_blank_required_number_is_refused_an_unusable_one_is_not() -> None:
    rows = [TEACHER | {"id_number": text} for text in (None, " ", "无", "E12345678", "5.2E+17")]
    result = lake(ROSTER, *rows)
    assert result.problems.to_dict("list") == {
        "index": [0, 1], "column": ["id_number"] * 2, "reason": ["id_blank"] * 2,
    }  # fmt: skip
    assert column(result, "_flags")[2:] == ["id_placeholder", "id_other_document", "id_lost"]


def test_each_refused_cell_has_its_row_column_and_reason() -> None:
    raw = pd.DataFrame(
        [
            TEACHER | {"hired_on": "2021-02-30"},
            TEACHER,
            TEACHER | {"post": "厨神", "name": None},
            TEACHER | {"institution": "#REF!", "institution__kind": "e"},
        ],
        index=[10, 11, 12, 13],
    )
    result = normalise(ROSTER, raw, key=KEY, adcode="520526", headers={})
    found = result.problems.sort_values(["index", "column"]).to_numpy().tolist()
    assert found == [
        [10, "hired_on", "bad_date"],
        [12, "name", "missing_required"],
        [12, "post", "unknown_code"],
        [13, "institution", "cell_error"],
    ]


def test_the_kind_of_cell_decides() -> None:
    row = TEACHER | {"id_number": "110105194912310054", "hired_on": "44348"}
    result = lake(ROSTER, row | {"id_number__kind": "n", "hired_on__kind": "n"})
    assert column(result, "id_number_status") == ["lost"]
    assert column(result, "hired_on_min") == [date(2021, 6, 1)]


def test_columns_found_lost_lose_what_a_float_may_have_hit() -> None:
    rows = [TEACHER | {"id_number": str(int(float("110105194912310021")))}, TEACHER]
    result = lake(ROSTER, *rows, lost_columns={"id_number"})
    assert column(result, "id_number_status") == ["lost", "valid"]
    assert column(result, "id_number") == [None, SAMPLE]


def test_money_follows_the_heading() -> None:
    action = {"action_no": "1", "authority": "教育局", "institution": "一小", "fine": "1.5"}
    feed = FEEDS["enforcement_action"]
    plain, in_wan = lake(feed, action), lake(feed, action, headers={"fine": "罚款金额（万元）"})
    assert [str(v) for r in (plain, in_wan) for v in column(r, "fine")] == ["1.5000", "15000.0000"]


def test_the_row_key_holds_the_contracts_key_and_no_number() -> None:
    lost = TEACHER | {"id_number": "5.2E+17", "name": "馬·小花"}
    keys = column(lake(ROSTER, TEACHER, lost), "_row_key")
    rest = ["专任教师", "2021-09-01"]
    assert json.loads(str(keys[0])) == ["1小学", pseudonym(SAMPLE), *rest]
    assert json.loads(str(keys[1])) == ["1小学", "马小花", *rest]
    key = column(lake(JUDGMENT, DEFENDANT), "_row_key")[0]
    assert json.loads(str(key)) == ["(2023)黔0526刑初1号", "马小花+1990-02-03"]


def test_the_row_hash_sees_meaning_and_not_writing() -> None:
    """A register delivered again in other clothes changes nothing; a changed fact does."""
    clothes = TEACHER | {
        "institution": "贵州省威宁自治县一小", "name": "馬　小花", "id_number": "110105491231002",
        "post": "教师", "hired_on": "2021年9月1日", "ethnicity": "回族",
    }  # fmt: skip
    changed = [
        TEACHER | change
        for change in (
            {"left_on": "2023-01-01"}, {"post_status": "离职"}, {"hired_on": "2021-09"},
            {"name": "马小华"}, {"institution": "威宁县第二小学"}, {"id_number": None},
        )
    ]  # fmt: skip
    hashes = column(lake(ROSTER, TEACHER, clothes, *changed), "_row_hash")
    assert hashes[0] == hashes[1]
    assert len(set(hashes[1:])) == len(changed) + 1


def test_the_row_hash_is_of_a_json_list() -> None:
    result = lake(FEEDS["clue_feedback"], {
        "clue_id": 'a"b\\c', "assigned_to": "某人", "status": "核查中", "reviewed_on": "2023-06-01",
    })  # fmt: skip
    row_key = json.dumps(['a"b\\c', "2023-06-01", None], separators=(",", ":"))
    parts = ["clue_feedback", row_key, 'a"b\\c', "核查中", None, None, None, "2023-06-01"]
    line = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
    assert column(result, "_row_key") == [row_key]
    assert column(result, "_row_hash") == [hashlib.sha256(line.encode()).hexdigest()]


def test_columns_may_be_absent_and_arrow_backed() -> None:
    raw = pd.DataFrame([TEACHER, TEACHER]).astype(pd.ArrowDtype(pa.large_string()))
    result = normalise(ROSTER, raw, key=KEY, adcode="520526", headers={})
    assert column(result, "left_on_min") == [None, None]
    assert result.problems.empty


def test_an_empty_delivery() -> None:
    result = normalise(ROSTER, pd.DataFrame(), key=KEY, adcode="520526", headers={})
    assert result.rows.num_rows == 0
    assert result.problems.empty
