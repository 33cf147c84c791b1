"""The handlers' pack: what is in it, that nothing in it can run, and that it comes back whole."""

from __future__ import annotations

import hmac
import re
import zipfile
from datetime import date
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook, SheetVisibleEnum

from ingest.home import Home
from orchestration.publish.outbox import write_outbox
from orchestration.publish.workbook import Book, columns
from tests.inbox import COUNTY, id_number
from tests.orchestration.published import NIGHT, Published

A, B, C, D, E = (f"MIN-05-{letter * 16}" for letter in "ABCDE")
IDENTITY = id_number(1)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home").make()


@pytest.fixture
def night(home: Home) -> Published:
    """Four clues of one rule: two new, one open, one suppressed."""
    night = Published(home)
    night.rule("MIN-05")
    night.law("A-37", "第三十七条")
    night.law("B-62", "第六十二条")
    night.clue(A, severity="中", score=60.0)
    night.clue(B, severity="紧急", score=95.0, state="open", review="已分派")
    night.clue(C, severity="高", state="reopened", push="review")
    night.clue(D, state="suppressed", history_zh="抑制至 2024-04-01")
    night.evidence(C, 2, role="违法犯罪记录", source_file="判决.xlsx", source_sheet="一月")
    night.add("restricted.clue_subject", clue_id=A, name="马春花", id_number=IDENTITY)
    return night


def pack(night: Published, department: str = "未检") -> Path:
    night.save()
    write_outbox(night.home, NIGHT)
    folder = night.home.outbox / COUNTY / department / str(NIGHT)
    return folder / f"线索清单_{department}_{NIGHT}.xlsx"


def sheet(path: Path, name: str) -> list[list]:
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_name(name).to_python()


def table(path: Path, name: str) -> list[dict]:
    head, *rows = sheet(path, name)
    return [dict(zip(head, row, strict=True)) for row in rows]


def parts(path: Path) -> dict[str, str]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_the_waiting_clues_are_listed_those_of_the_night_first(night: Published) -> None:
    rows = table(pack(night), "线索")
    assert [row["线索编号"] for row in rows] == [C, A, B]
    assert rows[0] | {"校验码": ""} == {
        "线索编号": C, "线索名称": "有记录人员在岗", "等级": "高", "与上一夜相比": "本夜新发现",
        "对象": "马*花 (女, 1985)", "机构": "石门小学",
        "线索理由": "马*花自2021-09-01在石门小学任教师；2022-03-01因猥亵被判刑。",
        "承办人": "", "核查状态": "", "核查结果": "", "原因": "", "核查日期": "", "备注": "",
        "文书文号": "", "法律依据": "《某法》第六十二条；《某法》第三十七条",
        "建议监督方式": "社会治理检察建议", "下一步": "当日核查。",
        "核查期限": date(2023, 11, 15), "推送方式": "须先甄别", "此前核查": "未核查",
        "所属类案": "", "校验码": "",
    }  # fmt: skip
    assert [row["线索编号"] for row in table(pack(night), "已抑制")] == [D]


def test_a_change_is_told_with_its_cause_where_there_is_one(night: Published) -> None:
    night.clue(E, change_zh="新到人民法院2023-10-28报送的刑事生效判决")
    told = {row["线索编号"]: row["与上一夜相比"] for row in table(pack(night), "线索")}
    assert told[E] == "本夜新发现：新到人民法院2023-10-28报送的刑事生效判决"
    assert told[A] == "本夜新发现"


def test_what_is_filled_in_stands_right_after_the_reason(night: Published) -> None:
    head = sheet(pack(night), "线索")[0]
    start = head.index("线索理由") + 1
    filled_in = ["承办人", "核查状态", "核查结果", "原因", "核查日期", "备注"]
    assert head[start : start + len(filled_in)] == filled_in


def test_each_clue_leads_to_its_first_piece_of_evidence(night: Published) -> None:
    path = pack(night)
    evidence = sheet(path, "证据")
    links = re.findall(r'<hyperlink ref="A(\d+)" location="\'?证据\'?!A(\d+)"',
                       parts(path)["xl/worksheets/sheet1.xml"])  # fmt: skip
    clues = sheet(path, "线索")
    assert [(clues[int(at) - 1][0], evidence[int(to) - 1][:2]) for at, to in links] == [
        (C, [C, 1.0]), (A, [A, 1.0]), (B, [B, 1.0]),
    ]  # fmt: skip
    assert evidence[2] == [
        C, 2.0, "违法犯罪记录", "从业人员花名册", "", "判决.xlsx", "一月", 3.0, "马*花，教师，在岗",
    ]  # fmt: skip


def test_a_check_code_is_the_hmac_of_clue_and_night(night: Published) -> None:
    codes = {row["线索编号"]: row["校验码"] for row in table(pack(night), "线索")}
    for clue_id, code in codes.items():
        digest = hmac.new(night.home.key, f"{clue_id}|20231031".encode(), "sha256").hexdigest()
        assert code == f"20231031-{digest[:10].upper()}"
    hidden = re.search(r'<col min="22" max="22"[^>]*hidden="1"',
                       parts(pack(night))["xl/worksheets/sheet1.xml"])  # fmt: skip
    assert hidden


def test_lists_and_dates_are_validated(night: Published) -> None:
    xml = parts(pack(night))["xl/worksheets/sheet1.xml"]
    rules = dict(re.findall(r'sqref="([A-Z]+)2:[A-Z]+4"><formula1>([^<]*)</formula1>', xml))
    assert rules["I"] == '"已分派,核查中,已核结"'
    assert rules["J"] == '"属实立案,属实未立案,不属实,无法核实,移送,重复"'
    assert rules["K"] == '"同名,数据过期,匹配错误,法律不适用,已整改,规则缺陷,其他"'
    assert rules["L"] == "45230"  # 31 October 2023 as Excel counts days
    assert 'type="date"' in xml


def test_a_pack_is_ready_to_read_and_to_print(night: Published) -> None:
    xml = parts(pack(night))
    first = xml["xl/worksheets/sheet1.xml"]
    for piece in (
        '<pane xSplit="1" ySplit="1"', '<autoFilter ref="A1:V4"', 'orientation="landscape"',
        'fitToHeight="0"', "内部资料", 'customHeight="1"',
    ):  # fmt: skip
        assert piece in first
    assert "线索!$1:$1" in xml["xl/workbook.xml"]  # the repeated heading
    assert "sheetProtection" not in first


def test_meta_is_for_programs_only(night: Published) -> None:
    path = pack(night)
    book = CalamineWorkbook.from_path(str(path))
    visible = {meta.name: meta.visible for meta in book.sheets_metadata}
    assert visible["_meta"] == SheetVisibleEnum.VeryHidden
    assert [name for name, v in visible.items() if v == SheetVisibleEnum.Visible] == [
        "线索", "证据", "法条", "已抑制", "说明",
    ]  # fmt: skip
    assert dict(sheet(path, "_meta")[1:]) == {
        "schema_version": 1, "night": "2023-10-31", "adcode": COUNTY, "department": "未检",
        "rows": 3,
    }  # fmt: skip


def test_no_cell_can_run(night: Published) -> None:
    night.clue(f"MIN-05-{'E' * 16}", narrative_zh='=HYPERLINK("http://x","y")',
               subject_label="@SUM(A1)", institution_name="522427198503120012")  # fmt: skip
    path = pack(night)
    (row,) = (r for r in table(path, "线索") if r["线索编号"].endswith("EEEE"))
    assert row["线索理由"].startswith("'=") and row["对象"].startswith("'@")
    assert row["机构"] == "522427198503120012"  # digits stay a text
    xml = parts(path)
    assert not any("<f>" in text for name, text in xml.items() if "worksheets" in name)
    assert not [name for name in xml if "worksheets/_rels" in name]  # no link leads outside


def test_no_identity_number_leaves_the_house(night: Published) -> None:
    night.save()
    for path in write_outbox(night.home, NIGHT):
        text = "".join(parts(path).values())
        assert IDENTITY not in text and "马春花" not in text


def test_what_was_not_evaluated_is_said_even_without_a_clue(night: Published) -> None:
    night.rule("MIN-10", department="案管", outcome="NOT_EVALUATED", reason="缺检察案卡")
    path = pack(night, "案管")
    assert table(path, "线索") == []
    notes = dict(sheet(path, "说明")[1:])
    assert "缺检察案卡" in notes["本夜未能评估：MIN-10 规则MIN-10"]


def test_a_department_sees_its_own_clues_only(night: Published) -> None:
    night.rule("MIN-12", department="公益诉讼检察")
    night.clue(f"MIN-12-{'F' * 16}", department="公益诉讼检察")
    night.clue(f"MIN-05-{'9' * 16}", adcode="520527")
    assert [r["线索编号"] for r in table(pack(night, "公益诉讼检察"), "线索")] == [
        f"MIN-12-{'F' * 16}"
    ]
    assert len(table(pack(night), "线索")) == 3


def test_equal_nights_give_equal_packs(night: Published) -> None:
    first = pack(night).read_bytes()
    assert pack(night).read_bytes() == first


def test_a_pack_that_fails_leaves_the_earlier_one(home: Home) -> None:
    target = home.outbox / "a.xlsx"
    target.write_text("earlier")
    with pytest.raises(ZeroDivisionError), Book(target, NIGHT) as book:
        book.table("线索", columns(("线索编号", 26)), ([str(1 // n)] for n in (1, 0)))
    assert target.read_text() == "earlier"
    assert [path.name for path in home.outbox.iterdir()] == ["a.xlsx"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("甲\x01\x0b\ufffe店<b>&amp;_x0041_", None),
        ("名" * 40_000, "名" * 32_767),  # as much as a cell may hold
        ("", ""),
    ],
)
def test_no_name_breaks_a_pack(night: Published, name: str, shown: str | None) -> None:
    night.clue(E, institution_name=name, subject_label=name, narrative_zh=name)
    rows = {row["线索编号"]: row for row in table(pack(night), "线索")}
    assert set(rows) == {A, B, C, E}
    if shown is not None:
        assert rows[E]["机构"] == rows[E]["线索理由"] == shown


def test_a_night_without_a_clue_and_an_unknown_county_have_their_packs(home: Home) -> None:
    night = Published(home)
    night.rule("MIN-05", adcode="999999")
    night.save()
    (path, *_) = [path for path in write_outbox(home, NIGHT) if "线索清单" in path.name]
    assert path.relative_to(home.outbox).parts[0] == "999999"
    assert table(path, "线索") == []
