"""Dates, numbers and codes: every usual writing, and nothing that nobody can tell."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.normalise.cells import Cells, Outcome, tidy
from ingest.normalise.codes import (
    normalise_codes,
    normalise_enums,
    normalise_numbers,
    normalise_texts,
)
from ingest.normalise.dates import (
    OPEN_END,
    normalise_dates,
    normalise_timestamps,
    parse_date,
    parse_month,
    parse_timestamp,
)
from ingest.normalise.numbers import (
    normalise_booleans,
    normalise_decimals,
    normalise_integers,
    normalise_money,
    parse_boolean,
    parse_decimal,
    parse_money,
)


def cells(*texts: str | None, kind: str | None = None, heading: str = "") -> Cells:
    kinds = pa.array([kind] * len(texts), pa.string())
    return Cells(pa.array(texts, pa.string()), kinds, heading)


def values(outcome: Outcome) -> list[object]:
    return outcome.values[""].to_pylist()


# --- dates -------------------------------------------------------------------------------------

JUNE_1 = (date(2021, 6, 1), date(2021, 6, 1))
JUNE = (date(2021, 6, 1), date(2021, 6, 30))
YEAR_2021 = (date(2021, 1, 1), date(2021, 12, 31))


@pytest.mark.parametrize(
    "text",
    [
        "2021-06-01", "2021/6/1", "2021.6.1", "2021.06.01", "2021年6月1日", "2021年06月01号",
        "20210601", "２０２１年６月１日", "2021 年 6 月 1 日", "二〇二一年六月一日",
        "二零二一年六月一日", "2021-06-01 08:30:00", "2021/6/1 0:00", "2021-06-01T08:30:00.000",
        "2021-05-31T16:00:00Z", "2021-06-01T00:00:00+08:00", "2021-06-01T00:00:00+08",
        "2021-06-01 00:00:00.12+08", "2021-05-31 16:00:00+0000", "2021年6月1日8时30分", "44348",
        "44348.5", "20210601083000", "20210601.0",
    ],
)  # fmt: skip
def test_writings_of_a_day(text: str) -> None:
    assert parse_date(text) == JUNE_1


@pytest.mark.parametrize(
    "text", ["2021年6月", "2021.06", "2021-6", "2021/06", "202106", "2021年6月份", "202106.0"]
)
def test_writings_of_a_month(text: str) -> None:
    assert parse_date(text) == JUNE


@pytest.mark.parametrize("text", ["2021", "2021年", "二〇二一年", "２０２１"])
def test_writings_of_a_year(text: str) -> None:
    assert parse_date(text) == YEAR_2021


@pytest.mark.parametrize(
    "text",
    [
        "至今", "长期", "永久", " 至 今 ", "9999-12-31", "99991231", "9999/12/31", "9999年12月31日",
        "9999-12-31 00:00:00", "9999-12-31 23:59:59", "9999-12-31T23:59:59Z", "2999-12-31",
        "3000-01-01", "30000101", "2999/12/31 00:00:00", "3000-01-01 00:00:00+08",
    ],
)  # fmt: skip
def test_open_ends(text: str) -> None:
    assert parse_date(text) == (OPEN_END, OPEN_END)
    assert parse_timestamp(text) is None


@pytest.mark.parametrize(
    ("text", "interval"),
    [
        ("44348", JUNE_1),
        ("44348.0", JUNE_1),
        ("44348.99", JUNE_1),
        ("20210601", JUNE_1),
        ("202106", JUNE),
        ("2021", YEAR_2021),
        ("2021.0", YEAR_2021),
        ("2021.6", JUNE),
        ("2021.1", (date(2021, 1, 1), date(2021, 10, 31))),  # it may have been 2021.10
        ("15000", (date(1941, 1, 24), date(1941, 1, 24))),
    ],
)
def test_number_cells(text: str, interval: tuple[date, date]) -> None:
    assert parse_date(text, "n") == interval


@pytest.mark.parametrize(
    "text",
    [
        "2021-02-29", "2021-13-01", "2021-00-01", "2021-06-00", "20211301", "202113", "1899-12-31",
        "2101-01-01", "21.6.1", "6/1/2021", "2021-06-01至2021-07-01", "去年", "12345", "2021-6-1-1",
        "2021-06-01 25:00:00", "十月",
    ],
)  # fmt: skip
def test_what_is_no_date(text: str) -> None:
    assert parse_date(text) is None


days = st.dates(date(1900, 1, 1), date(2100, 12, 31))


@given(days)
def test_every_day_is_read_back_from_every_writing(day: date) -> None:
    y, m, d = day.year, day.month, day.day
    for text in (
        f"{y}-{m}-{d}",
        f"{y}.{m:02}.{d:02}",
        f"{y}/{m}/{d}",
        f"{y}年{m}月{d}日",
        f"{day:%Y%m%d}",
    ):
        assert parse_date(text) == (day, day)
    first, last = date(y, m, 1), date(y, m, monthrange(y, m)[1])
    for text in (f"{y}-{m}", f"{y}年{m}月", f"{y}{m:02}"):
        assert parse_date(text) == parse_month(text) == (first, last)
    assert parse_month(day.isoformat(), "d") == (first, last)


@given(st.datetimes(datetime(1900, 1, 1), datetime(2100, 12, 31)))
def test_every_moment_is_read_back(moment: datetime) -> None:
    assert parse_timestamp(moment.isoformat()) == moment
    assert parse_timestamp(f"{moment:%Y-%m-%d %H:%M:%S}") == moment.replace(microsecond=0)


def test_a_timestamp_needs_a_day() -> None:
    assert parse_timestamp("2021-06-01") == datetime(2021, 6, 1)
    assert parse_timestamp("44348.75", "n") == datetime(2021, 6, 1, 18)
    assert parse_timestamp("2021-06") is None


def test_summer_time_does_not_move_a_birthday() -> None:
    """What a system in China keeps of a midnight in June 1988 is 15 o'clock in Greenwich."""
    assert parse_date("1988-06-09T15:00:00Z") == (date(1988, 6, 10), date(1988, 6, 10))


def test_an_open_end_is_no_moment_and_no_fault() -> None:
    outcome = normalise_timestamps(
        cells("2021-06-01 08:30:00", "至今", "9999-12-31 00:00:00", "2999-12-31", "昨天", None)
    )
    assert outcome.values[""].to_pylist() == [datetime(2021, 6, 1, 8, 30), *[None] * 5]
    assert outcome.given.tolist() == [True, False, False, False, True, False]
    assert outcome.bad is not None
    assert outcome.bad.tolist() == [False, False, False, False, True, False]


def test_a_column_of_dates_tells_blank_from_bad() -> None:
    outcome = normalise_dates(cells("2021-06-01", "不详", "/", "0000-00-00", None, "2021-02-30"))
    assert outcome.given.tolist() == [True, False, False, False, False, True]
    assert outcome.bad is not None
    assert outcome.bad.tolist() == [False] * 5 + [True]
    assert outcome.values["_min"].to_pylist() == [date(2021, 6, 1), *[None] * 5]


# --- numbers -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1234.50", "1234.50"), ("1,234.50", "1234.50"), ("１，２３４", "1234"), ("－3", "-3"),
        ("(12.5)", "-12.5"), ("（12.5）", "-12.5"), ("12.5-", "-12.5"), ("−7", "-7"), (".5", "0.5"),
        ("1 234", "1234"), ("+3", "3"), ("0", "0"),
    ],
)  # fmt: skip
def test_writings_of_a_number(text: str, number: str) -> None:
    assert parse_decimal(text) == Decimal(number)


@pytest.mark.parametrize(
    "text", ["", ".", "-", "12,34", "1.2.3", "abc", "1E+5", "十二", "1/2", "()"]
)
def test_what_is_no_number(text: str) -> None:
    assert parse_decimal(text) is None


def test_an_exponent_is_exact_only_in_a_number_cell() -> None:
    assert parse_decimal("1.5E+5", "n") == 150000
    assert parse_decimal("1.5e-05", "n") == Decimal("0.000015")


@pytest.mark.parametrize(
    ("text", "heading", "yuan"),
    [
        ("1,234.50元", "", "1234.50"),
        ("￥1,234.50", "", "1234.50"),
        ("1.2万元", "", "12000"),
        ("1.2万", "", "12000"),
        ("人民币5万元整", "", "50000"),
        ("3.5", "罚款金额（万元）", "35000"),
        ("3.5万元", "罚款金额（万元）", "35000"),  # once, not twice
        ("3.5元", "罚款金额（万元）", "3.5"),
        ("(3.5万元)", "", "-35000"),
        ("0.1", "罚款金额(万元)", "1000"),
    ],
)
def test_money_is_yuan(text: str, heading: str, yuan: str) -> None:
    assert parse_money(text, "", heading) == Decimal(yuan)


def test_no_money() -> None:
    assert parse_money("1万2元") is None
    assert parse_money("元") is None


@given(st.decimals(-(10**9), 10**9, places=4, allow_nan=False))
def test_money_loses_nothing(amount: Decimal) -> None:
    assert values(normalise_money(cells(f"{amount:,}"))) == [amount]


def test_a_column_of_money() -> None:
    outcome = normalise_money(cells("0.30000000000000004", "无", "一百", "1e20", kind="n"))
    assert values(outcome) == [Decimal("0.3000"), None, None, None]
    assert outcome.bad is not None
    assert outcome.bad.tolist() == [False, False, True, True]


def test_integers_and_decimals() -> None:
    assert values(normalise_integers(cells("36", "36.0", "36.5", "3,600", "1111111", "无"))) == [
        36, 36, None, 3600, 1111111, None,
    ]  # fmt: skip
    assert values(normalise_decimals(cells("104.2792345678"))) == [Decimal("104.279235")]


@pytest.mark.parametrize(
    "text", ["是", "有", "Y", "yes", "1", "1.0", "TRUE", "true", "√", "１", " 是 "]
)
def test_yes(text: str) -> None:
    assert parse_boolean(text) is True


@pytest.mark.parametrize("text", ["否", "无", "N", "No", "0", "0.0", "FALSE", "false", "×"])
def test_no(text: str) -> None:
    assert parse_boolean(text) is False


def test_a_column_of_booleans() -> None:
    outcome = normalise_booleans(cells("是", "无", "-", "不详", "也许", "已封存"), {"已封存": "是"})
    assert values(outcome) == [True, False, None, None, None, True]
    assert outcome.bad is not None
    assert outcome.bad.tolist() == [False, False, False, False, True, False]


# --- codes and texts ---------------------------------------------------------------------------


def test_enums_are_exact_mapped_or_unknown() -> None:
    allowed, mapping = ("专任教师", "校(园)长", "无"), {"教师": "专任教师", "1": "专任教师"}
    outcome = normalise_enums(
        cells("专任教师", " 专任 教师", "校（园）长", "教师", "1", "无", "/", None, "厨神"),
        allowed, mapping,
    )  # fmt: skip
    assert values(outcome) == [
        "专任教师", "专任教师", "校(园)长", "专任教师", "专任教师", "无", None, None, None,
    ]  # fmt: skip
    assert outcome.bad is not None
    assert outcome.bad.tolist() == [False] * 8 + [True]
    assert values(normalise_enums(cells("1.0", kind="n"), allowed, mapping)) == ["专任教师"]


def test_codes_are_digits() -> None:
    outcome = normalise_codes(
        cells(
            "3152000123", "３１５２０００１２３", "'0152000123", "0000000000", "1111111111", "31A"
        )
    )
    assert values(outcome) == ["3152000123", "3152000123", "0152000123", None, None, None]
    assert outcome.flags["code_invalid"].tolist() == [False] * 5 + [True]
    assert values(normalise_codes(cells("5226.0", kind="n"))) == ["5226"]


@pytest.mark.parametrize(
    "written",
    [
        "（2023）黔0526刑初123号",
        "〔2023〕黔 0526 刑初 123号",
        "[2023]黔０５２６刑初１２３号",
        "【2023】黔0526刑初123号",
        "〈2023〉黔0526刑初123号",
        "『2023』黔0526刑初123号",
        "﹙2023﹚黔0526刑初123号",
    ],
)
def test_a_case_number_has_one_writing(written: str) -> None:
    assert values(normalise_numbers(cells(written))) == ["(2023)黔0526刑初123号"]


def test_a_number_that_says_not_yet_is_none() -> None:
    written = cells("未立案", "未处罚", "未责令", "威公未立字1号")
    assert values(normalise_numbers(written)) == [None, None, None, "威公未立字1号"]


def test_texts_stay_as_written_but_tidy() -> None:
    written = cells(
        " 强奸罪、\n猥亵儿童罪（累犯）\u200b", "ＡＢ－１２", "无", "—", "\u3000", "000000"
    )
    assert values(normalise_texts(written)) == [
        "强奸罪、 猥亵儿童罪（累犯）", "AB－12", None, None, None, None,
    ]  # fmt: skip


def test_nothing_is_an_answer_where_the_contract_says_what_it_means() -> None:
    written = cells("无", "　无 ", "—", "不详", "某运输公司")
    assert values(normalise_texts(written, {"无": "无第三人"})) == [
        "无第三人", "无第三人", None, None, "某运输公司",
    ]  # fmt: skip


@given(st.text(), st.sampled_from(["", "s", "n", "d", "b"]))
def test_no_cell_makes_a_parser_fail(text: str, kind: str) -> None:
    parse_date(text, kind)
    parse_timestamp(text, kind)
    parse_money(text, kind)
    parse_boolean(text)
    assert tidy(tidy(text)) == tidy(text)


def test_only_zeros_are_no_number_of_a_paper() -> None:
    written = ["111111", "222222222222", "1" * 20, "AAAAAA", "0" * 5]
    assert values(normalise_texts(cells(*written))) == written
    assert values(normalise_texts(cells("000000", "0" * 20, "******"))) == [None] * 3
