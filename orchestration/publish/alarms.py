"""What deserves an alarm, of what the marts say of their night.

Ids, feeds, rules and dates only: a message leaves the house, so it names no person, no institution
and no file, whose name may be either.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import duckdb

from ingest.contract import Feed, load_contracts
from ingest.home import Home
from orchestration.alert import NIGHT_FAILED, Alarm, harmless, tell

REJECTED, NOT_ADOPTED = "delivery_rejected", "delivery_not_adopted"
LATE, NOT_EVALUATED, URGENT = "feed_late", "rule_not_evaluated", "urgent_clue"
UNANSWERED = "lookup_unanswered"
# a cause that may end and come back; the others happen once
LASTING = (LATE, NOT_EVALUATED, UNANSWERED)

REFUSED_FILES = """
    select delivery_id, adcode, supplier, delivered_on, feed, status
    from marts.fct_feed_delivery
    where status in ('REJECTED', 'UNRECOGNISED')
    order by delivered_on, delivery_id
"""
# Files that were taken, and yet no file of the delivery counts.
SETS_NOT_ADOPTED = """
    select adcode, supplier, feed, delivered_on
    from marts.fct_feed_delivery
    where feed is not null
    group by all
    having bool_or(status not in ('REJECTED', 'UNRECOGNISED'))
        and not bool_or(coalesce(is_adopted, true))
    order by delivered_on, adcode, supplier, feed
"""
# A feed of which no file was ever taken has its refusals told.
WAITED = """
    select adcode, supplier, feed, last_delivered_on, workdays_since from marts.agg_feed
    where as_of = $night and is_late and last_delivered_on is not null
    order by all
"""
# A county of which a whole model could not be judged is said once, not once for each of its rules.
RULES = """
    with runs as (
        select
            run.rule_id, run.adcode, run.outcome, run.reason, rule.model_id,
            count(*) over model as rules,
            bool_and(run.outcome = 'NOT_EVALUATED') over model and rules > 1 as is_whole
        from marts.fct_rule_run as run
        left join marts.dim_rule as rule using (rule_id, rule_version)
        where run.as_of = $night
        window model as (partition by rule.model_id, run.adcode)
    )

    select distinct
        case when is_whole then model_id else rule_id end as what,
        adcode,
        case when is_whole then '全部 ' || rules || ' 条规则，原因见报告' else reason end as why
    from runs
    where outcome = 'NOT_EVALUATED'
    order by all
"""
URGENT_CLUES = "select clue_id from marts.fct_clue where severity = '紧急' and not is_parent"
WAITING = " and state in ('new', 'open', 'reopened') order by all"
Connection = duckdb.DuckDBPyConnection


def sound(home: Home, as_of: date, night: date, more: Sequence[Alarm] = ()) -> None:
    """Tell what the published marts of `night` give rise to, and `more`, once `as_of` has been
    published.
    """
    with harmless():
        with duckdb.connect(str(home.marts / "clues.duckdb"), read_only=True) as con:
            alarms = [*found(con, night), *more]
            lasting = {alarm.key for alarm in alarms if alarm.kind in LASTING}
            urgent = {f"{URGENT}/{clue_id}" for (clue_id,) in con.execute(URGENT_CLUES).fetchall()}

        def over(key: str) -> bool:
            kind, about = key.split("/", 1)
            if kind == NIGHT_FAILED:
                return about == as_of.isoformat()
            if kind == URGENT:
                return key not in urgent  # purged, since its record was sealed: leave no trace
            return kind in LASTING and key not in lasting

        tell(home, alarms, over)


def unanswered(why: str) -> Alarm:
    """Batch look-ups that a night could not answer; the same one until all are answered."""
    return Alarm(UNANSWERED, "screening_request", f"有批量查询申请未能答复：{why}")


def found(con: Connection, night: date) -> Iterator[Alarm]:
    """Everything in the marts that needs a person, whether it has been said before or not.

    A clue counts as long as it lives, not only on its first night: it may have been first seen by
    a night run again, or by one that died before it spoke.
    """
    feeds = load_contracts()
    for (clue_id,) in con.execute(URGENT_CLUES + WAITING).fetchall():
        yield Alarm(URGENT, clue_id, f"紧急新线索 {clue_id}")
    for delivery, adcode, supplier, day, feed, status in con.execute(REFUSED_FILES).fetchall():
        what = "无法识别" if status == "UNRECOGNISED" else "被拒收"
        said = f"{_place(adcode, supplier, feeds.get(feed))} {day or ''} 的一个文件{what}"
        yield Alarm(REJECTED, delivery, f"{said}（{delivery}），原因和处理办法见数据质量报告")
    for adcode, supplier, feed, day in con.execute(SETS_NOT_ADOPTED).fetchall():
        said = f"{_place(adcode, supplier, feeds.get(feed))} {day} 的交付未采用"
        about = f"{adcode}/{supplier}/{feed}/{day}"
        yield Alarm(NOT_ADOPTED, about, f"{said}，原因和处理办法见数据质量报告")
    for adcode, supplier, name, day, workdays in con.execute(WAITED, {"night": night}).fetchall():
        said = f"{_place(adcode, supplier, feeds.get(name))} 迟报：最近一次交付 {day}"
        about = f"{adcode}/{supplier}/{name}"
        yield Alarm(LATE, about, f"{said}，此后已过 {workdays} 个工作日（{night}）")
    for what, adcode, why in con.execute(RULES, {"night": night}).fetchall():
        yield Alarm(NOT_EVALUATED, f"{what}/{adcode}", f"{adcode} {what} 本夜未能评估：{why}")


def _place(adcode: str | None, supplier: str | None, feed: Feed | None) -> str:
    """The inbox folder and the feed's title."""
    return f"{adcode or '?'}/{supplier or '?'}{f' {feed.title_zh}' if feed else ''}"
