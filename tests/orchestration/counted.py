"""An office with two counties on one night, as the marts say it, for tests of the picture page."""

from __future__ import annotations

from datetime import date, timedelta

from tests.inbox import COUNTY
from tests.orchestration.published import NIGHT, Published

OTHER = "520502"
TITLES = (
    "从未查询", "未每年定期查询", "先入职后查询", "教师资格应丧失未收缴", "有记录人员在岗",
    "违反从业禁止", "查出未解聘", "举办者或负责人有记录", "判决漏判从业禁止",
    "本院未提从业禁止建议", "裁判未送达", "主管部门怠于履职", "猥亵不满14岁以行政处罚结案",
    "底册外机构",
)  # fmt: skip
MISSING = "入职查询记录（公安机关）缺2021-06-01至2022-12-31，不能断定没有查询"
REASONS = ("同名", "数据过期", "匹配错误", "法律不适用", "已整改")
AGENCIES = {"edu": "教育部门", "sport": "体育部门", "police": "公安机关"}
AGES = ("7日以内", "8至30日", "31至90日", "91至180日", "超过180日")


def fill(office: Published) -> None:
    """Two counties; in the second one rule was not evaluated and one feed is late."""
    office.add("marts.dim_region", adcode=COUNTY, name_zh="威宁彝族回族苗族自治县")
    office.add("marts.dim_region", adcode=OTHER, name_zh="七星关区")
    office.add("marts.dim_rule_parameter", rule_id="ALL", parameter="small_cell", value="5",
               valid_from=date(2020, 1, 1))  # fmt: skip
    for number, title in enumerate(TITLES, 1):
        _rule(office, number, title)
    office.rule("MIN-W1", title_zh="查询到期提醒", push="watch", supervision_type="内部")
    for day in range(200):
        at = NIGHT - timedelta(days=day)
        office.add("marts.dim_date", date_day=at, iso_week=f"{at:%G-W%V}")
    for county in (COUNTY, OTHER):
        _weeks(office, county)
        _authorities(office, county)
        for band, age in enumerate(AGES, 1):
            office.add("marts.agg_clue_age", as_of=NIGHT, adcode=county, age_band=band,
                       age_zh=age, live_clues=band * 7, oldest_days=band * 60)  # fmt: skip
    for number in range(39):
        office.add("marts.agg_clue_township", as_of=NIGHT, adcode=COUNTY,
                   township=f"第{number + 1}街道", institution_clues=number % 13,
                   person_clues=None if number % 2 else 0, is_hidden=bool(number % 2))  # fmt: skip


def _rule(office: Published, number: int, title: str) -> None:
    rule = f"MIN-{number:02}"
    office.rule(rule, title_zh=title)
    outcome = {"outcome": "NOT_EVALUATED", "reason": MISSING} if number == 1 else {}
    office.add("marts.fct_rule_run", **{
        "as_of": NIGHT, "rule_id": rule, "rule_version": "v1", "adcode": OTHER,
        "outcome": "EVALUATED", "population": 40, "out_of_scope": 1, "inconclusive": 2,
        "clear": 30, "excluded": 3, "clues": 4, **outcome,
    })  # fmt: skip
    for county, times in ((COUNTY, 10), (OTHER, 1)):
        office.add("marts.agg_clue", as_of=NIGHT, rule_id=rule, adcode=county,
                   live_clues=times * (number + 3), new_clues=times, open_clues=times * number,
                   reopened_clues=2 * times, overdue_clues=times, suppressed_clues=0,
                   cleared_clues=times * 2)  # fmt: skip
    weak = number == 5
    share = {"precision": 0.4, "ci_low": 0.19, "ci_high": 0.64} if weak else {
        "precision": 0.9, "ci_low": 0.7, "ci_high": 0.97}  # fmt: skip
    counted = {"reviewed": 20, "confirmed": 8 if weak else 18, "refuted": 12 if weak else 2}
    reviews = counted | share if number > 4 else dict.fromkeys(("reviewed", "confirmed"), 0)
    office.add("marts.fct_rule_precision", rule_id=rule, as_of=NIGHT, **reviews)
    office.add("marts.agg_precision", rule_id=rule, adcode=COUNTY, as_of=NIGHT, **reviews)
    if number <= len(REASONS):
        office.add("marts.agg_refutation", rule_id=rule, adcode=COUNTY, as_of=NIGHT,
                   reason=REASONS[number - 1], refuted=number)  # fmt: skip
    office.add("marts.fct_rule_guard", as_of=NIGHT, rule_id=rule, adcode=COUNTY,
               guard="a_guard", excluded=number)  # fmt: skip


def _weeks(office: Published, county: str) -> None:
    """Twenty weeks up to the unfinished one; in the third last no night was run."""
    monday = NIGHT - timedelta(days=NIGHT.weekday())
    for back in (n for n in range(20) if n != 2):
        start = monday - timedelta(weeks=back)
        office.add("marts.agg_clue_week", week_from=start, week_to=start + timedelta(days=6),
                   iso_week=f"{start:%G-W%V}", adcode=county, nights=7, new_clues=100 + back,
                   cleared_clues=back, live_clues=500 - back)  # fmt: skip


def _authorities(office: Published, county: str) -> None:
    for agency, name in AGENCIES.items():
        office.add("marts.dim_agency", agency=agency, adcode=county, name_zh=name)
    for agency, institutions, clues in (("edu", 558, 152), ("sport", 3, 2)):
        office.add("marts.fct_authority_watch", as_of=NIGHT, adcode=county, authority=agency,
                   institutions=institutions, institutions_screened=institutions - 1,
                   staff=institutions * 30, staff_screened_this_year=institutions * 25,
                   due_in_60_days=3, due_in_30_days=2, due_in_7_days=1, open_clues=clues,
                   oldest_open_days=61, documents_awaiting_reply=2,
                   documents_overdue=1)  # fmt: skip
    for agency, feed, title, late in (("edu", "staff_roster", "从业人员花名册", False),
                                      ("police", "police_penalty", "公安行政处罚",
                                       county == OTHER)):  # fmt: skip
        office.add("marts.agg_feed", as_of=NIGHT, adcode=county, supplier=agency, feed=feed,
                   title_zh=title, last_delivered_on=NIGHT - timedelta(days=3), workdays_since=2,
                   workdays_allowed=1 if late else 33, is_late=late, files=24, files_refused=1,
                   rows_in=53926, rows_accepted=30070, rows_quarantined=116,
                   rows_duplicate=23740, rows_sealed=0)  # fmt: skip
