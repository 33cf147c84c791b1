"""Persons' names, institutions' names and credit codes: when two writings are one."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc as stdnum_uscc

from ingest.normalise.cells import Cells
from ingest.normalise.institutions import institution_norm
from ingest.normalise.names import SEPARATORS, compatible, has_separator, name_key, normalise_names
from ingest.normalise.uscc import ALPHABET, is_uscc, normalise_uscc

WEINING = "520526"


def cells(*texts: str | None, kind: str | None = None) -> Cells:
    return Cells(pa.array(texts, pa.string()), pa.array([kind] * len(texts), pa.string()))


# --- persons -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("马·小花", "马小花"),
        ("马•小花", "马小花"),
        ("马．小花", "马小花"),
        ("马.小花", "马小花"),
        ("马・小花", "马小花"),
        (" 马　小花\u200b", "马小花"),
        ("馬小花", "马小花"),
        ("张国峯", "张国峰"),  # a variant character
        ("李裡", "李里"),
        ("𠮷田", "𠮷田"),  # four bytes in GB18030; not 吉
        ("Ａli·Bai", "ALIBAI"),
    ],
)
def test_name_keys(name: str, key: str) -> None:
    assert name_key(name) == key


parts = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=6)


@given(st.lists(parts, min_size=1, max_size=4), st.sampled_from(SEPARATORS + " \u3000\u00a0"))
def test_a_separator_of_any_kind_changes_no_key(names: list[str], separator: str) -> None:
    assert name_key(separator.join(names)) == name_key("".join(names))


@given(st.text(), st.text())
def test_compatibility_has_no_direction(a: str, b: str) -> None:
    assert compatible(a, b) == compatible(b, a)
    assert compatible(a, a) == bool(name_key(a))


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("马小花", "馬·小花", True),
        ("马小花", "马小华", False),
        ("阿卜杜拉·买买提", "阿卜杜拉", True),  # cut off after four characters
        ("阿卜杜·买买提", "阿卜杜", False),  # three say too little
        ("欧阳小花儿", "欧阳小花", False),  # no name of the two has a separator
        ("阿卜杜拉·买买提", "阿卜杜勒", False),
        ("", "", False),
    ],
)
def test_compatible_names(a: str, b: str, same: bool) -> None:
    assert compatible(a, b) is same


def test_a_separator_stands_between_parts() -> None:
    assert has_separator("阿卜杜拉·买买提")
    assert has_separator("阿卜杜拉 买买提")
    assert not has_separator("马小花·")
    assert not has_separator("马小花")


def test_a_column_of_names() -> None:
    outcome = normalise_names(cells("马  花", "不详", " ", None, "·", "𠮷·艷"))
    assert outcome.values[""].to_pylist() == ["马花", None, None, None, None, "𠮷·艷"]
    assert outcome.values["_key"].to_pylist() == ["马花", None, None, None, None, "𠮷艳"]
    assert outcome.values["_sep"].to_pylist() == [False, None, None, None, None, True]


# --- institutions ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "one",
    [
        [
            "威宁县第一小学", "威宁自治县第一小学", "威宁彝族回族苗族自治县第一小学", "第一小学",
            "贵州省毕节市威宁县第一小学", "威宁一小", "一小", "一小学", "第1小学", "第１小学",
            "威宁县 第一 小学", "毕节地区威宁县第一小学",
        ],
        ["威宁县第十二中学", "十二中", "第12中学"],
        ["第一小学（海边校区）", "威宁县第一小学(海边校区)", "一小〔海边校区〕", "一小海边校区"],
        ["威宁县草海镇第二幼儿园", "草海镇二幼", "草海镇第2幼儿园"],
        ["六桥街道三小", "威宁县六桥街道第三小学"],
        ["威宁民族中学", "威宁县民族中学", "威宁民中"],
        ["思源一小", "思源第一小学"],
        ["第一幼儿园分园", "威宁一幼分园"],
    ],
)  # fmt: skip
def test_writings_of_one_institution(one: list[str]) -> None:
    assert len({institution_norm(name, WEINING) for name in one}) == 1, one


def test_different_institutions_stay_different() -> None:
    names = [
        "第一小学", "第二小学", "第十一小学", "第一中学", "第一幼儿园", "第一幼儿园分园",
        "第一小学教学点", "草海镇第一小学", "八一小学", "统一小学", "三合小学", "石门乡三合小学",
        "市场小学", "赫章县第一小学", "第一小学（海边校区）", "中心幼儿园", "中心小学",
    ]  # fmt: skip
    assert len({institution_norm(name, WEINING) for name in names}) == len(names)


@pytest.mark.parametrize(
    ("name", "adcode", "norm"),
    [
        ("赫章县第一小学", "520527", "1小学"),
        ("赫章县第一小学", WEINING, "赫章县1小学"),  # another county's
        ("毕节市七星关区第一小学", "520502", "1小学"),
        ("黔西县第一小学", "520581", "1小学"),  # a city since 2021
        ("三都水族自治县第一小学", "522732", "1小学"),
        ("黔西南州兴义市第一小学", "522301", "1小学"),
        ("某县第一小学", "999999", "某县1小学"),
        ("威宁市场小学", WEINING, "市场小学"),
        ("威宁", WEINING, "威宁"),  # nothing would remain
    ],
)
def test_the_countys_name_goes_from_the_front(name: str, adcode: str, norm: str) -> None:
    assert institution_norm(name, adcode) == norm


@given(st.text(min_size=1))
def test_a_normalised_name_is_never_empty(name: str) -> None:
    assert institution_norm(name, WEINING)


# --- credit codes ------------------------------------------------------------------------------


@given(st.text(ALPHABET, min_size=18, max_size=18))
def test_stdnum_agrees_on_credit_codes(code: str) -> None:
    if code[:8].isdecimal():  # stdnum wants digits where the standard has an authority and an area
        assert is_uscc(code) == (stdnum_uscc.is_valid(code) and len(set(code)) > 1)


@given(st.from_regex(r"[159][123][0-9]{6}[0-9A-HJ-NP-RTUW-Y]{9}", fullmatch=True))
def test_exactly_one_check_character_is_right(first17: str) -> None:
    right = [c for c in ALPHABET if is_uscc(first17 + c)]
    assert right == [stdnum_uscc.calc_check_digit(first17)]


def test_a_column_of_credit_codes() -> None:
    outcome = normalise_uscc(
        cells(
            "91110000600037341L", " 91110000600037341l", "９１１１００００６０００３７３４１Ｌ",
            "'91110000600037341L", "91110000600037341M", "520526000012345", "000000000000000000",
            "无", None, "/",
        )
    )  # fmt: skip
    assert outcome.values[""].to_pylist() == ["91110000600037341L"] * 4 + [None] * 6
    flagged = outcome.flags["uscc_invalid"].tolist()
    assert flagged == [False] * 4 + [True, True] + [False] * 4


def test_a_credit_code_in_a_number_cell_has_lost_its_end() -> None:
    code = next(
        body + check
        for body in (f"12520526{n:09d}" for n in range(429600000, 429600100))
        for check in "0123456789"
        if is_uscc(body + check)
    )
    assert normalise_uscc(cells(code)).values[""].to_pylist() == [code]
    assert normalise_uscc(cells(code, kind="n")).values[""].to_pylist() == [None]
