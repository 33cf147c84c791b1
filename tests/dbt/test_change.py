"""Why a clue is new, back, or not what it was: what arrived, what ended, from what to what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from tests.dbt.lives import Lives, Observed, Review, Row, Seen

A, B = "MIN-05-000000000000000A", "MIN-05-000000000000000B"
N1, N2, N3 = "2023-08-31", "2023-09-30", "2023-10-31"
ROSTER, COURT = "edu/2023-08-20", "court/2023-09-28"
POST = Row("staff_roster", "p1", ROSTER, "马*花，石门小学，在岗")
RECORD = Row("criminal_judgment", "j1", COURT, "5号判决")
ABSENT = Row("screening_record", None, None, "没有查询记录")
UNCHANGED = (None, None, None, None)


def hit(*rows: Row, **more: Any) -> list[Seen]:
    return [Seen(A, rows=rows, **more)]


def change(lives: Lives, *nights: Observed, clue_id: str = A) -> tuple[Any, ...]:
    """Kind, feed, day of delivery and sentence of a clue after the nights."""
    for night in nights:
        lives.night(night)
    clue, card = lives.clue(clue_id), lives.card(clue_id)
    day = clue["change_delivered_on"]
    return clue["change_kind"], clue["change_feed"], day and str(day), card["change_zh"]


def test_on_the_first_night_ever_nothing_is_older(lives: Lives) -> None:
    assert change(lives, Observed(N1, hit(POST, RECORD), files=[ROSTER, COURT])) == (
        "首次评估", None, None, "本规则在本县首次评估"
    )  # fmt: skip


def test_a_new_judgment_for_a_person_already_in_post(lives: Lives) -> None:
    assert change(
        lives,
        Observed(N1, files=[ROSTER]),
        Observed(N2, hit(POST, RECORD), files=[ROSTER, COURT]),
    ) == ("新到记录", "criminal_judgment", "2023-09-28", "新到人民法院2023-09-28报送的刑事生效判决")


def test_a_new_post_of_a_person_with_an_old_record(lives: Lives) -> None:
    new = "edu/2023-09-20"
    assert change(
        lives,
        Observed(N1, files=[ROSTER, COURT]),
        Observed(N2, hit(replace(POST, file=new), RECORD), files=[ROSTER, COURT, new]),
    ) == (
        "名册变动", "staff_roster", "2023-09-20",
        "新到教育部门2023-09-20报送的从业人员花名册中新增或变更的行",
    )  # fmt: skip


def test_both_at_once_are_told_and_the_record_is_the_word(lives: Lives) -> None:
    later = "edu/2023-09-29"
    kind, feed, _, text = change(
        lives,
        Observed(N1),
        Observed(N2, hit(replace(POST, file=later), RECORD), files=[COURT, later]),
    )
    assert (kind, feed) == ("新到记录", "criminal_judgment")
    assert "刑事生效判决" in text and "从业人员花名册" in text


def test_a_file_that_came_late_with_an_early_date_is_new(lives: Lives) -> None:
    late = replace(RECORD, file="court/2023-08-15")
    kind, _, day, _ = change(
        lives,
        Observed(N1, files=[ROSTER]),
        Observed(N2, hit(POST, late), files=[ROSTER, "court/2023-08-15"]),
    )
    assert (kind, day) == ("新到记录", "2023-08-15")


def test_a_file_that_was_not_adopted_then_is_new(lives: Lives) -> None:
    kind, *_ = change(
        lives,
        Observed(N1, files=[f"{ROSTER}?", COURT]),
        Observed(N2, hit(POST, RECORD), files=[ROSTER, COURT]),
    )
    assert kind == "名册变动"


def test_what_goes_on_as_it_was_has_no_change_to_tell(lives: Lives) -> None:
    """Also when the same rows are delivered again, and when a fact is told in other words."""
    files = [ROSTER, COURT]
    again = [*files, "edu/2023-09-20"]
    assert (
        change(
            lives,
            Observed(N1, hit(POST, RECORD, ABSENT), files=files),
            Observed(N2, hit(replace(POST, fact="…，在岗"), RECORD, ABSENT), files=again),
        )
        == UNCHANGED
    )
    assert lives.card(A)["history_zh"] == "继续存在，与上一夜相比无变化"


def test_other_evidence_is_told_from_what_to_what(lives: Lives) -> None:
    moved = Row("staff_roster", "p2", "edu/2023-09-20", "马*花，石门小学，代课")
    nights = (
        Observed(N1, hit(POST, RECORD), files=[ROSTER, COURT]),
        Observed(N2, hit(moved, RECORD), files=[ROSTER, COURT, "edu/2023-09-20"]),
    )
    assert change(lives, *nights) == (
        "证据变化", "staff_roster", "2023-09-20",
        "由“马*花，石门小学，在岗”变为“马*花，石门小学，代课”；"
        "新到教育部门2023-09-20报送的从业人员花名册中新增或变更的行",
    )  # fmt: skip
    third = Observed(N3, hit(moved), files=[ROSTER, COURT, "edu/2023-09-20"])
    assert change(lives, third) == ("证据变化", None, None, "不再有“5号判决”")


def test_a_change_in_what_the_facts_leave_out_is_told_as_one(lives: Lives) -> None:
    moved = replace(POST, row_hash="p2", file="edu/2023-09-20")
    *_, text = change(
        lives,
        Observed(N1, hit(POST, RECORD), files=[ROSTER, COURT]),
        Observed(N2, hit(moved, RECORD), files=[ROSTER, COURT, "edu/2023-09-20"]),
    )
    assert text and text.startswith("“马*花，石门小学，在岗”所据的行内容有变更；")


def test_of_many_facts_the_first_are_told(lives: Lives) -> None:
    more = [Row("screening_record", f"s{n}", ROSTER, f"第{n}次查询") for n in (1, 2, 3)]
    files = [ROSTER, COURT]
    *_, text = change(
        lives,
        Observed(N1, hit(POST), files=files),
        Observed(N2, hit(POST, *more), files=files),
    )
    assert text == "新增“第1次查询；第2次查询 等”"


def test_back_after_it_was_cleared(lives: Lives) -> None:
    second = Row("criminal_judgment", "j2", "court/2023-10-20", "9号判决")
    files = [ROSTER, COURT]
    assert change(
        lives,
        Observed(N1, hit(POST, RECORD), files=files),
        Observed(N2, files=files),
        Observed(N3, hit(POST, second), files=[*files, "court/2023-10-20"]),
    ) == ("新到记录", "criminal_judgment", "2023-10-20", "新到人民法院2023-10-20报送的刑事生效判决")
    assert lives.card(A)["history_zh"] == "消除后再次命中"


def test_back_after_it_was_refuted(lives: Lives) -> None:
    refuted = [Review(A, "2023-09-10")]
    new = Row("criminal_judgment", "j2", "court/2023-10-20", "9号判决")
    files = [ROSTER, COURT]
    kind, *_, text = change(
        lives,
        Observed(N1, hit(POST, RECORD), files=files),
        Observed(N2, hit(POST, RECORD), refuted, files=files),
        Observed(N3, hit(POST, RECORD, new), refuted, files=[*files, "court/2023-10-20"]),
    )
    assert (kind, text) == (
        "证据变化", "新增“9号判决”；新到人民法院2023-10-20报送的刑事生效判决"
    )  # fmt: skip


def test_back_after_its_refutation_was_taken_back(lives: Lives) -> None:
    refuted = [Review(A, "2023-09-01")]
    nights: Sequence[Observed] = (
        Observed(N1, hit(POST), files=[ROSTER]),
        Observed(N2, hit(POST), refuted, files=[ROSTER]),
        Observed(N3, hit(POST), [Review(A, "2023-10-10", "属实立案")], files=[ROSTER]),
    )
    assert change(lives, *nights[:2]) == UNCHANGED
    assert change(lives, nights[2]) == ("抑制解除", None, None, None)


@pytest.mark.parametrize(
    ("rule", "conduct", "ended"),
    [
        ("MIN-11", "2023-09-15", "2023-09-15"),  # its own last day of service
        ("MIN-14", "2023-08-31", "2023-08-31"),  # still running on the night before
        ("MIN-01", "2023-06-20", "2023-09-18"),  # 90 days
        ("MIN-12", "2023-07-20", "2023-09-18"),  # 60 days; 90 are not over
    ],
)
def test_a_term_has_ended(lives: Lives, rule: str, conduct: str, ended: str) -> None:
    files = [ROSTER, COURT]
    assert change(
        lives,
        Observed(N1, files=files, rule=rule),
        Observed(N2, hit(POST, conduct=conduct), files=files, rule=rule),
    ) == ("期限届满", None, None, f"期限于{ended}届满")


def test_a_term_that_had_ended_before_is_not_the_cause(lives: Lives) -> None:
    files = [ROSTER]
    kind, *_ = change(
        lives,
        Observed(N1, files=files, rule="MIN-11"),
        Observed(N2, hit(POST, RECORD, conduct="2023-08-30"), files=[*files, COURT], rule="MIN-11"),
    )
    assert kind == "新到记录"


@pytest.mark.parametrize(
    ("began", "word"), [("2023-09-01", "日期届至"), (N1, "其他数据变化"), (None, "其他数据变化")]
)
def test_known_rows_that_tell_of_a_later_day(lives: Lives, began: str | None, word: str) -> None:
    """A judgment delivered before it took effect: no clue until then, by no change of data."""
    files = [ROSTER, COURT]
    kind, feed, day, text = change(
        lives,
        Observed(N1, files=files),
        Observed(N2, hit(POST, RECORD, conduct=began), files=files),
    )
    assert (kind, feed, day) == (word, None, None)
    assert (began == "2023-09-01") == (text == "所涉情形自2023-09-01起，上一次评估时尚未发生")


def test_a_rule_that_was_revised(lives: Lives) -> None:
    files = [ROSTER, COURT]
    kind, *_ = change(
        lives,
        Observed(N1, files=files),
        Observed(N2, hit(POST, RECORD), files=files, version="v2"),
    )
    assert kind == "规则修订"


def test_what_its_own_rows_do_not_explain(lives: Lives) -> None:
    files = [ROSTER, COURT]
    kind, feed, day, text = change(
        lives, Observed(N1, files=files), Observed(N2, hit(POST, ABSENT), files=files)
    )
    assert (kind, feed, day) == ("其他数据变化", None, None)
    assert text == "所依据的行此前均已报送，其间其他数据的变化改变了判断"


def test_a_night_that_could_not_look_is_passed_over(lives: Lives) -> None:
    """What came while the rule was not evaluated is new to the night that can look again."""
    blind = Observed(N2, files=[ROSTER, COURT], outcome="NOT_EVALUATED")
    seeing = Observed(N3, hit(POST, RECORD), files=[ROSTER, COURT])
    assert change(lives, blind, seeing)[0] == "首次评估"
    assert change(lives, Observed(N1, files=[ROSTER]))[0] == "新到记录"  # run in any order
    dark = Observed("2023-11-30", files=[ROSTER, COURT], outcome="NOT_EVALUATED")
    assert change(lives, dark) == UNCHANGED


def test_a_group_tells_how_many_members(lives: Lives) -> None:
    def group(*members: str) -> list[Seen]:
        rows = [Row(None, member, None, member, "成员线索") for member in members]
        return [Seen(B, is_parent=True, rows=rows)]

    nights = (Observed(N1, group(A)), Observed(N2, group(A, "C", "D")), Observed(N3, group("C")))
    assert change(lives, *nights[:1], clue_id=B)[0] == "首次评估"
    assert change(lives, nights[1], clue_id=B) == ("成员变化", None, None, "成员由1条变为3条")
    assert change(lives, nights[2], clue_id=B)[3] == "成员由3条变为1条"
