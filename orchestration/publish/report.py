"""The picture page of a night: reports/<AS_OF>/index.html, one self-contained file.

Aggregates only: clues by rule and state, what was not evaluated and why, the authorities' early
warning, and the health of each feed. Everything is read from the night's published tables, as of
the night the page is for, so that the page of a night run again says what the first one said.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from expectations.page import Cell, bar, chip, figures, page, table
from ingest.contract import load_contracts
from ingest.home import Home

STATES = ("new", "open", "reopened", "suppressed", "cleared", "expired")
STATES_ZH = {
    "new": "新增", "open": "在办", "reopened": "再现", "suppressed": "已抑制", "cleared": "已消除",
    "expired": "已过期",
}  # fmt: skip
GUARDS = Path(__file__).parents[2] / "dbt_project" / "seeds" / "generated" / "rule_guard.csv"
LIVE = "('new', 'open', 'reopened')"

Connection = duckdb.DuckDBPyConnection


def write_report(home: Home, as_of: date, marts: Path) -> Path:
    """Write the page for `as_of` from the marts file; the path of index.html."""
    with duckdb.connect(str(marts), read_only=True) as con:
        _name(con)
        sections = [
            ("各规则线索", _clues_by_rule(con, as_of)),
            ("未能评估的规则", _not_evaluated(con, as_of)),
            ("规则计数：对象 = 不适用 + 待补证 + 无异常 + 已排除 + 线索", _counts(con, as_of)),
            ("排除事由", _guards(con, as_of)),
            ("主管部门预警", _authorities(con, as_of)),
            ("数据供应情况", _feeds(con, as_of)),
            ("被拒收或未识别的文件", _rejected(con, as_of)),
        ]
        head = figures(_headline(con, as_of))
    html = page(f"线索夜报 {as_of}", head, sections)
    folder = home.reports / as_of.isoformat()
    folder.mkdir(parents=True, exist_ok=True)
    draft, target = folder / ".index.html", folder / "index.html"
    draft.write_text(html, "utf-8")
    draft.replace(target)
    return target


def _name(con: Connection) -> None:
    """The Chinese names of feeds and guards, which the marts hold by their codes."""
    con.execute("create temp table feeds (feed text, title_zh text)")
    con.executemany(
        "insert into feeds values (?, ?)",
        [(feed.id, feed.title_zh) for feed in load_contracts().values()],
    )
    con.execute(
        "create temp table guards as select rule_id, guard, title_zh from read_csv(?)",
        [str(GUARDS)],
    )


def _rows(con: Connection, query: str, as_of: date) -> list[tuple[Any, ...]]:
    return con.execute(query, {"as_of": as_of}).fetchall()


def _headline(con: Connection, as_of: date) -> list[tuple[str, object]]:
    (row,) = _rows(
        con,
        f"""
        select
            count(*) filter (where state in {LIVE}),
            count(*) filter (where state = 'new'),
            count(*) filter (where state in {LIVE} and severity = '紧急'),
            count(*) filter (where state = 'suppressed'),
            count(*) filter (where state = 'cleared')
        from marts.fct_clue_day where as_of = $as_of and not is_parent
        """,
        as_of,
    )
    (not_evaluated,) = _rows(
        con,
        """
        select count(*) from marts.fct_rule_run
        where as_of = $as_of and outcome = 'NOT_EVALUATED'
        """,
        as_of,
    )
    names = ("存续线索", "今夜新增", "其中紧急", "已抑制", "已消除", "未能评估（规则×县）")
    return list(zip(names, (*row, *not_evaluated), strict=True))


def _clues_by_rule(con: Connection, as_of: date) -> str:
    counts = ", ".join(f"count(*) filter (where state = '{s}') as n_{s}" for s in STATES)
    rows = _rows(
        con,
        f"""
        with rules as (
            select distinct on (rule_id) rule_id, title_zh, severity, department
            from marts.dim_rule order by rule_id, rule_version
        ),
        days as (
            select rule_id, {counts}
            from marts.fct_clue_day where as_of = $as_of and not is_parent group by all
        )
        select r.rule_id, r.title_zh, r.severity, r.department, d.* exclude (rule_id)
        from rules as r left join days as d using (rule_id) order by r.rule_id
        """,
        as_of,
    )
    most = max((sum(n or 0 for n in row[4:]) for row in rows), default=0)
    legend = " ".join(chip(STATES_ZH[s], s) for s in STATES)
    body = [
        (rule, title, severity, department, *(n or 0 for n in n_by_state),
         Cell(bar(dict(zip(STATES, (n or 0 for n in n_by_state), strict=True)), most)))
        for rule, title, severity, department, *n_by_state in rows
    ]  # fmt: skip
    heads = ["规则", "名称", "等级", "部门", *(STATES_ZH[s] for s in STATES), "分布"]
    return legend + table(heads, body)


def _not_evaluated(con: Connection, as_of: date) -> str:
    rows = _rows(
        con,
        """
        select rule_id, coalesce(name_zh, runs.adcode), reason
        from marts.fct_rule_run as runs left join marts.dim_region using (adcode)
        where as_of = $as_of and outcome = 'NOT_EVALUATED' order by all
        """,
        as_of,
    )
    return table(["规则", "县", "原因"], rows, empty="本夜各县各规则均已评估。")


def _counts(con: Connection, as_of: date) -> str:
    rows = _rows(
        con,
        """
        select rule_id, coalesce(name_zh, runs.adcode),
            population, out_of_scope, inconclusive, clear, excluded, clues, new_clues
        from marts.fct_rule_run as runs left join marts.dim_region using (adcode)
        where as_of = $as_of and outcome = 'EVALUATED' order by rule_id, adcode
        """,
        as_of,
    )
    heads = ["规则", "县", "对象", "不适用", "待补证", "无异常", "已排除", "线索", "新增"]
    return table(heads, rows, empty="本夜没有规则得到评估。")


def _guards(con: Connection, as_of: date) -> str:
    rows = _rows(
        con,
        """
        select rule_id, coalesce(any_value(title_zh), guard), sum(excluded)::bigint
        from marts.fct_rule_guard left join guards using (rule_id, guard)
        where as_of = $as_of and excluded > 0 group by rule_id, guard order by 1, 3 desc, 2
        """,
        as_of,
    )
    return table(["规则", "排除事由", "排除数"], rows, empty="本夜没有对象被排除。")


def _authorities(con: Connection, as_of: date) -> str:
    rows = _rows(
        con,
        """
        select coalesce(region.name_zh, watch.adcode), coalesce(agency.name_zh, authority),
            institutions, institutions_screened,
            staff, staff_screened_this_year, due_in_60_days, due_in_30_days, due_in_7_days,
            open_clues, documents_awaiting_reply, documents_overdue
        from marts.fct_authority_watch as watch
        left join marts.dim_region as region using (adcode)
        left join marts.dim_agency as agency
            on agency.agency = watch.authority and agency.adcode = watch.adcode
        where as_of = $as_of order by watch.adcode, authority
        """,
        as_of,
    )
    heads = ["县", "主管部门", "单位", "已查询单位", "人员", "本年已查询", "60日内到期", "30日内",
             "7日内", "存续线索", "待回复文书", "逾期文书"]  # fmt: skip
    return table(heads, rows, empty="没有主管部门数据。")


def _feeds(con: Connection, as_of: date) -> str:
    rows = _rows(
        con,
        """
        select coalesce(title_zh, feed), coalesce(r.name_zh, d.adcode),
            coalesce(a.name_zh, supplier),
            max(delivered_on) filter (where status not in ('REJECTED', 'UNRECOGNISED')),
            count(*), sum(rows_in)::bigint, sum(rows_accepted)::bigint,
            sum(rows_quarantined)::bigint, sum(rows_duplicate)::bigint, sum(rows_sealed)::bigint
        from marts.fct_feed_delivery as d
        left join feeds using (feed)
        left join marts.dim_region as r using (adcode)
        left join marts.dim_agency as a on a.agency = d.supplier and a.adcode = d.adcode
        where delivered_on <= $as_of and feed is not null
        group by all order by 1, 2, 3
        """,
        as_of,
    )
    heads = ["数据", "县", "单位", "最新交付", "文件", "行数", "接收", "隔离", "重复", "封存"]
    return table(heads, rows, empty="尚无交付。")


def _rejected(con: Connection, as_of: date) -> str:
    rows = _rows(
        con,
        """
        select delivered_on, adcode, supplier, source_file, status, message
        from marts.fct_feed_delivery
        where status in ('REJECTED', 'UNRECOGNISED')
            and (delivered_on <= $as_of or delivered_on is null)
        order by delivered_on desc nulls last, adcode, supplier, source_file
        """,
        as_of,
    )
    heads = ["交付日期", "县", "单位", "文件", "状态", "处理办法"]
    return table(heads, rows, empty="没有被拒收或未识别的文件。")
