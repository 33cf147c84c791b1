"""Early warning: what falls due, told before it does.

Each authority reads counts and institutions, never a person. The procuratorate's own registry
(案管) reads which of this office's steps are overdue.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from ingest.home import Home
from orchestration.publish.returns import REGISTRY
from orchestration.publish.workbook import Book, Cell, columns, outbox_file

WATCHED = """
    select watch.adcode, watch.authority, coalesce(region.name_zh, watch.adcode),
        coalesce(agency.name_zh, watch.authority)
    from published.marts.fct_authority_watch as watch
    left join published.marts.dim_region as region on watch.adcode = region.adcode
    left join published.marts.dim_agency as agency
        on watch.adcode = agency.adcode and watch.authority = agency.agency
    where watch.as_of = $night
    order by watch.adcode, watch.authority
"""
COUNTED = (
    "institutions", "institutions_screened", "staff", "staff_screened_this_year",
    "due_in_60_days", "due_in_30_days", "due_in_7_days", "documents_awaiting_reply",
    "documents_overdue",
)  # fmt: skip
COUNTS = f"""
    select {", ".join(COUNTED)} from published.marts.fct_authority_watch
    where as_of = $night and adcode = $adcode and authority = $authority
"""
LABELS = """
    select column_name, label_zh from published.marts.data_dictionary
    where table_name = 'fct_authority_watch'
"""
INSTITUTIONS = """
    with due as (
        select *,
            (
                select min(cast(value as integer)) from published.marts.dim_rule_parameter
                where rule_id = 'MIN-W1' and ends_with(parameter, '_notice_days')
                    and valid_from <= due.as_of and (valid_to is null or due.as_of < valid_to)
                    and cast(value as integer) >= due.days_left
            ) as notice_days
        from published.marts.fct_screening_due as due
    )
    select place.name, place.category, place.township, due.staff, due.staff_screened_this_year,
        due.due_on, due.days_left, notice_days || '日内', place.uscc
    from due
    inner join published.marts.dim_institution as place using (institution_key)
    where due.adcode = $adcode and due.authority = $authority and {which}
    order by due.days_left, place.name, institution_key
"""
DUE, NEVER = "notice_days is not null", "due.is_never_screened"
DOCUMENTS = """
    select document_no, document_type, addressee, served_on, due_on, days_left,
        if(served_on is null, '未送达', state)
    from published.marts.fct_document_clock
    where adcode = $adcode and ({which})
    order by due_on nulls last, document_no
"""
# The rules whose data the lists rest on.
DOUBTS = """
    select rule_id || ' ' || rule.title_zh, runs.reason
    from published.marts.fct_rule_run as runs
    inner join published.marts.dim_rule as rule using (rule_id, rule_version)
    where runs.as_of = $night and runs.adcode = $adcode and runs.outcome = 'NOT_EVALUATED'
        and rule_id in ('MIN-01', 'MIN-W1')
    order by all
"""
COUNTIES = """
    select distinct adcode, coalesce(name_zh, adcode)
    from published.marts.fct_rule_run left join published.marts.dim_region using (adcode)
    where as_of = $night order by all
"""
CLUES = """
    select clue_id, card.title_zh, clue.severity, clue.department, card.subject_label,
        card.institution_name, clue.review, clue.first_seen_on, clue.due_on,
        greatest(date_diff('day', clue.due_on, clue.as_of), 0)
    from published.marts.fct_clue as clue
    inner join cards.handler.clue_card as card using (clue_id)
    left join published.marts.dim_rule as rule using (rule_id, rule_version)
    where clue.adcode = $adcode and not clue.is_parent
        and clue.state in ('new', 'open', 'reopened')
        and clue.review in ('未核查', '已分派', '核查中', '不属实') and {which}
    order by clue.due_on, clue_id
"""
INSTITUTION_HEADS = columns(
    ("机构名称", 36), ("类别", 16), ("乡镇", 16), ("在岗人数", 10), ("本年已查人数", 12),
    ("到期日", 12), ("剩余天数", 10), ("提醒", 10), ("统一社会信用代码", 22),
)  # fmt: skip
DOCUMENT_HEADS = columns(
    ("文号", 28), ("文书类型", 24), ("对象", 30), ("送达日", 12), ("回复期限", 12),
    ("剩余天数", 10), ("状态", 12),
)  # fmt: skip
CLUE_HEADS = columns(
    ("线索编号", 26), ("线索名称", 20), ("等级", 8), ("承办部门", 16), ("对象", 24), ("机构", 24),
    ("核查情况", 12), ("首次发现", 12), ("核查期限", 12), ("逾期天数", 10),
)  # fmt: skip
Connection = duckdb.DuckDBPyConnection


def write_warnings(home: Home, night: date, con: Connection) -> Iterator[Path]:
    """Write the night's early warnings to the authorities and to the registry; their paths."""
    labels = dict(con.execute(LABELS).fetchall())
    for adcode, authority, county, name in con.execute(WATCHED, {"night": night}).fetchall():
        target = outbox_file(home, night, adcode, authority, f"预警提示_{authority}_{night}")
        given = {"adcode": adcode, "authority": authority}
        due = _rows(con, INSTITUTIONS.format(which=DUE), **given)
        never = _rows(con, INSTITUTIONS.format(which=NEVER), **given)
        which = "authority = $authority and served_on is not null and state <> '已回复'"
        with Book(target, night) as book:
            counts = _rows(con, COUNTS, night=night, **given)[0]
            book.facts("概况", {
                "主管部门": f"{county}{name}", "数据之夜": str(night),
                **dict(zip((labels[name] for name in COUNTED), counts, strict=True)),
                "从未查询的机构": len(never), **_doubts(con, night, adcode),
            })  # fmt: skip
            book.table("即将到期", INSTITUTION_HEADS, due)
            book.table("从未查询", INSTITUTION_HEADS, never)
            book.table("文书", DOCUMENT_HEADS, _rows(con, DOCUMENTS.format(which=which), **given))
            book.facts("说明", NOTES)
        yield target
    for adcode, county in con.execute(COUNTIES, {"night": night}).fetchall():
        target = outbox_file(home, night, adcode, REGISTRY, f"内部预警_{REGISTRY}_{night}")
        with Book(target, night) as book:
            _write_internal(book, con, night, adcode, county)
        yield target


def _write_internal(book: Book, con: Connection, night: date, adcode: str, county: str) -> None:
    """This office's own steps: clues past their term, documents to serve or chase, omissions."""
    overdue = _rows(con, CLUES.format(which="clue.due_on < clue.as_of"), adcode=adcode)
    which = "state in ('逾期', '即将到期') or (served_on is null and state <> '已回复')"
    chased = _rows(con, DOCUMENTS.format(which=which), adcode=adcode)
    own = _rows(con, CLUES.format(which="rule.supervision_type = '内部'"), adcode=adcode)
    book.facts("概况", {
        "县": county, "数据之夜": str(night), "逾期未核查的线索": len(overdue),
        "未送达、逾期或即将到期的文书": len(chased), "待核查的内部监督线索": len(own),
    })  # fmt: skip
    book.table("逾期线索", CLUE_HEADS, overdue)
    book.table("文书", DOCUMENT_HEADS, chased)
    book.table("内部监督线索", CLUE_HEADS, own)


def _rows(con: Connection, query: str, **given: Any) -> list[tuple[Any, ...]]:
    return con.execute(query, given).fetchall()


def _doubts(con: Connection, night: date, adcode: str) -> dict[str, Cell]:
    """Which lists cannot be complete, and why."""
    return {
        f"数据不全：{rule}": f"{reason}。以下名单可能有遗漏或出入，以各单位台账为准。"
        for rule, reason in _rows(con, DOUBTS, night=night, adcode=adcode)
    }


NOTES: dict[str, Cell] = {
    "即将到期": "距下一次查询 60 日以内的机构：上一次答复满一年，或者本年年底前应当查询。",
    "从未查询": "名录和花名册中有在岗人员，而各查询渠道都没有该机构及其现有人员查询记录的机构。",
    "文书": "检察机关已送达、尚未收到回复的文书。",
    "依据": "《中华人民共和国未成年人保护法》第六十二条：入职前查询，每年定期查询。",
    "不含个人信息": "本表只列机构和数量。",
}
