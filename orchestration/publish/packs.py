"""The handlers' packs: one workbook per county, department and night, from the published cards.

Listed are the clues that wait for a handler (new, open, reopened), those of the night first, then
by severity and score. Suppressed ones stand on a sheet of their own: seen, but nothing to do.
Filled in and dropped into the handlers' inbox, the first sheet is feedback
(ingest/contracts/clue_feedback.yml), found by its headings.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from ingest.contract import load_contracts
from ingest.home import Home
from ingest.normalise.check_codes import check_codes
from orchestration.publish.workbook import Book, Cell, Column, Link, columns, outbox_file

SCHEMA_VERSION = 1
FEEDBACK = load_contracts()["clue_feedback"]
# What a handler fills in, right after the reason, and the width of each.
FILLED_IN = {
    "assigned_to": 10, "status": 10, "verdict": 12, "reason": 12, "reviewed_on": 12, "note": 20,
    "document_no": 20,
}  # fmt: skip
TO_ANSWER = timedelta(days=366)  # a later date of review is a slip of the pen
CLUES, EVIDENCE, LAWS, SUPPRESSED, NOTES, META = "线索", "证据", "法条", "已抑制", "说明", "_meta"

# Every pack of the night, those without a clue too: it says what could not be looked at.
PACKS = """
    select distinct runs.adcode, coalesce(region.name_zh, runs.adcode), rule.department
    from published.marts.fct_rule_run as runs
    inner join published.marts.dim_rule as rule using (rule_id, rule_version)
    left join published.marts.dim_region as region on runs.adcode = region.adcode
    where runs.as_of = $night
    order by all
"""
LISTED = """
    create temp table listed as
    with cited as (
        select legal_basis_ids, string_agg('《' || instrument_zh || '》' || article, '；'
            order by position(';' || basis_id || ';' in ';' || legal_basis_ids || ';')) as laws_zh
        from (select distinct legal_basis_ids from published.marts.fct_clue)
        inner join published.marts.dim_legal_basis
            on contains(';' || legal_basis_ids || ';', ';' || basis_id || ';')
        group by legal_basis_ids
    )
    select clue.clue_id, clue.adcode, clue.department, clue.state, clue.severity, clue.review,
        clue.form_suggested, clue.due_on, clue.first_seen_on, clue.parent_clue_id,
        clue.legal_basis_ids, clue.push, laws_zh,
        card.title_zh, card.history_zh || coalesce('：' || card.change_zh, '') as history_zh,
        card.subject_label, card.institution_name, card.narrative_zh, card.next_step_zh,
        row_number() over (
            partition by clue.adcode, clue.department
            order by clue.state = 'open', list_position($severities, clue.severity),
                clue.score desc, clue.clue_id
        ) as place
    from published.marts.fct_clue as clue
    inner join cards.handler.clue_card as card using (clue_id)
    left join cited using (legal_basis_ids)
    where clue.state in ('new', 'open', 'reopened')
"""
PROOF = """
    create temp table proof as
    select listed.adcode, listed.department, evidence.*, agency.name_zh as agency_zh,
        row_number() over (
            partition by listed.adcode, listed.department
            order by listed.place, evidence.evidence_no
        ) + 1 as sheet_row
    from listed
    inner join cards.handler.clue_evidence as evidence using (clue_id)
    left join (select distinct agency, name_zh from published.marts.dim_agency) as agency
        on evidence.supplier = agency.agency
"""
CLUE_ROWS = """
    select clue_id, sheet_row, title_zh, severity, history_zh, subject_label, institution_name,
        narrative_zh, laws_zh, form_suggested, next_step_zh, due_on,
        case push when 'auto' then '可直接核查' else '须先甄别' end, review, parent_clue_id, code
    from listed
    inner join codes using (clue_id)
    left join (select clue_id, min(sheet_row) as sheet_row from proof group by clue_id)
        using (clue_id)
    where adcode = $adcode and department = $department
    order by place
"""
EVIDENCE_ROWS = """
    select clue_id, evidence_no, role, feed, agency_zh, source_file, source_sheet, source_row,
        fact_zh
    from proof where adcode = $adcode and department = $department order by sheet_row
"""
LAW_ROWS = """
    select distinct instrument_zh, article, summary_zh
    from listed
    inner join published.marts.dim_legal_basis as law
        on contains(';' || listed.legal_basis_ids || ';', ';' || law.basis_id || ';')
    where adcode = $adcode and department = $department
    order by all
"""
SUPPRESSED_ROWS = """
    select clue_id, card.title_zh, clue.severity, card.subject_label, card.institution_name,
        card.history_zh
    from published.marts.fct_clue as clue
    inner join cards.handler.clue_card as card using (clue_id)
    where clue.state = 'suppressed' and clue.adcode = $adcode and clue.department = $department
    order by clue_id
"""
NOT_EVALUATED = """
    select distinct rule_id || ' ' || rule.title_zh, runs.reason
    from published.marts.fct_rule_run as runs
    inner join published.marts.dim_rule as rule using (rule_id, rule_version)
    where runs.as_of = $night and runs.outcome = 'NOT_EVALUATED'
        and runs.adcode = $adcode and rule.department = $department
    order by all
"""
COUNTS = """
    select count(*) filter (where state = 'new'), count(*) filter (where state = 'reopened'),
        count(*) filter (where state = 'open'), min(first_seen_on)
    from listed where adcode = $adcode and department = $department
"""
SEVERITIES = ["紧急", "高", "中", "低", "提示"]
Connection = duckdb.DuckDBPyConnection


def write_packs(home: Home, night: date, con: Connection) -> Iterator[Path]:
    """Write the packs of `night` from the attached `published` marts and `cards`; their paths."""
    con.execute(LISTED, {"severities": SEVERITIES})
    con.execute(PROOF)
    clue_ids = con.execute("select clue_id from listed").to_arrow_table()["clue_id"]
    ids = pa.array(clue_ids.to_pylist(), pa.string())
    con.register("codes", pa.table({"clue_id": ids, "code": check_codes(ids, night, home.key)}))
    for adcode, county, department in con.execute(PACKS, {"night": night}).fetchall():
        name = f"线索清单_{department}_{night}"
        target = outbox_file(home, night, adcode, department, name)
        with Book(target, night) as book:
            _write_pack(_Pack(con, book, night, adcode, county, department))
        yield target


class _Pack:
    """One department's pack in one county, on its way into a book."""

    def __init__(
        self, con: Connection, book: Book, night: date, adcode: str, county: str, department: str
    ) -> None:
        self.con, self.book, self.night = con, book, night
        self.adcode, self.county, self.department = adcode, county, department

    def rows(self, query: str, **more: Any) -> list[tuple[Any, ...]]:
        """The query's rows for this county and department."""
        own = {"adcode": self.adcode, "department": self.department}
        return self.con.execute(query, {**own, **more}).fetchall()


def _write_pack(pack: _Pack) -> None:
    ((new, reopened, going_on, oldest),) = pack.rows(COUNTS)
    filled_in = feedback_columns(oldest or pack.night, pack.night + TO_ANSWER)
    listed = pack.book.table(CLUES, _clue_columns(filled_in), _clues(pack, len(filled_in)))
    pack.book.table(EVIDENCE, _evidence_columns(), _evidence(pack))
    pack.book.table(LAWS, columns(("文件", 40), ("条款", 24), ("内容", 100)), pack.rows(LAW_ROWS))
    suppressed = pack.rows(SUPPRESSED_ROWS)
    if suppressed:
        heads = (("线索编号", 26), ("线索名称", 20), ("等级", 8), ("对象", 24), ("机构", 24),
                 ("抑制", 44))  # fmt: skip
        pack.book.table(SUPPRESSED, columns(*heads), suppressed)
    counts = f"{listed} 条：新发现 {new}，再现 {reopened}，继续存在 {going_on}"
    pack.book.facts(NOTES, _notes(pack, counts, len(suppressed)))
    meta: dict[str, Cell] = {
        "schema_version": SCHEMA_VERSION, "night": str(pack.night), "adcode": pack.adcode,
        "department": pack.department, "rows": listed,
    }  # fmt: skip
    pack.book.facts(META, meta, hidden=True)


def feedback_columns(first: date, last: date) -> list[Column]:
    """What a handler fills in: the contract's lists, and a date between the two days."""
    found = []
    for name, width in FILLED_IN.items():
        column = FEEDBACK.column(name)
        is_date = column.type == "date"
        found.append(
            Column(
                column.header, width, fill="date" if is_date else "text",
                allowed=column.allowed or (), dates=(first, last) if is_date else None,
            )
        )  # fmt: skip
    return found


def _clue_columns(filled_in: list[Column]) -> list[Column]:
    return [
        *columns((FEEDBACK.column("clue_id").header, 26), ("线索名称", 16), ("等级", 7),
                 ("与上一夜相比", 32), ("对象", 20), ("机构", 20), ("线索理由", 60)),
        *filled_in,
        *columns(("法律依据", 44), ("建议监督方式", 16), ("下一步", 44), ("核查期限", 12),
                 ("推送方式", 12), ("此前核查", 12), ("所属类案", 26)),
        Column(FEEDBACK.column("check_code").header, 22, hidden=True),
    ]  # fmt: skip


def _clues(pack: _Pack, filled_in: int) -> Iterator[list[Any]]:
    blank = [None] * filled_in
    reason = 7  # columns before what is filled in
    for clue_id, evidence_row, *cells in pack.rows(CLUE_ROWS):
        link = Link(clue_id, EVIDENCE, evidence_row) if evidence_row else clue_id
        row = [link, *cells]
        yield [*row[:reason], *blank, *row[reason:]]


def _evidence_columns() -> list[Column]:
    return columns(
        ("线索编号", 26), ("序号", 6), ("证明事项", 14), ("数据", 18), ("来源单位", 18),
        ("文件", 36), ("工作表", 16), ("行号", 8), ("事实", 80),
    )  # fmt: skip


def _evidence(pack: _Pack) -> Iterator[list[Any]]:
    titles = {feed.id: feed.title_zh for feed in load_contracts().values()}
    for clue_id, number, role, feed, *rest in pack.rows(EVIDENCE_ROWS):
        yield [clue_id, number, role, titles.get(feed, feed), *rest]


def _notes(pack: _Pack, counts: str, suppressed: int) -> dict[str, Cell]:
    notes: dict[str, Cell] = {
        "县": f"{pack.county}（{pack.adcode}）",
        "部门": pack.department,
        "数据之夜": str(pack.night),
        "线索": counts,
        "已抑制": f"{suppressed} 条，核查为不属实而证据未变，出现新证据后再列入清单",
        "怎样填写": "只填浅黄色的列。核查状态选“已核结”的，须选核查结果；不属实的，请选原因。"
        "不填核查状态的行不算反馈，清单可以分几次送回。",
        "怎样送回": "文件名以“线索核查反馈_”开头，放入 "
        f"inbox/{pack.adcode}/handlers/当天日期（如 {pack.night}）/，次日生效；"
        "不合要求的行连同原因以“反馈退回_”文件发回。",
        "以哪次为准": "同一线索以核查日期最新的一次为准；同日结果互相矛盾的不作结论，转复核。",
        "请勿移动编号": "每行有隐藏的校验码，编号与校验码错位的行会被退回；可以排序、筛选和删行。",
        "线索从哪里来": "点线索编号看证据：哪个文件、哪张表、第几行。人名已脱敏，"
        "需要原文的按线索编号向线索管理员查询，查询留痕。",
        "须先甄别": "人员只按姓名等信息比对，或者事实有疑问：先核实身份和事实，再作监督。",
    }
    for rule, why in pack.rows(NOT_EVALUATED, night=pack.night):
        notes[f"本夜未能评估：{rule}"] = f"{why}。没有评估不等于没有线索。"
    return notes
