"""What must add up before a night is shown to anyone."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb

# Each query returns the number of offences; its key says what they are.
CHECKS = {
    "deliveries whose rows do not add up": """
        select count(*) from marts.fct_feed_delivery
        where rows_in is distinct from
            rows_accepted + rows_quarantined + rows_duplicate + rows_sealed
    """,
    "rule runs whose counts do not add up": """
        select count(*) from marts.fct_rule_run
        where outcome = 'EVALUATED' and population is distinct from
            out_of_scope + inconclusive + clear + excluded + clues
    """,
    "rule runs whose excluded subjects differ from their guards' counts": """
        select count(*)
        from (select as_of, rule_id, adcode, excluded from marts.fct_rule_run
              where outcome = 'EVALUATED') as runs
        left join (select as_of, rule_id, adcode, sum(excluded) as by_guard
                   from marts.fct_rule_guard group by all) as guards
            using (as_of, rule_id, adcode)
        where excluded is distinct from coalesce(by_guard, 0)
    """,
    "rule runs whose clues differ from the night's clues": """
        select count(*)
        from (select as_of, rule_id, adcode, clues from marts.fct_rule_run
              where outcome = 'EVALUATED'
                  and rule_id not in (select rule_id from marts.dim_rule where push = 'booster')
             ) as runs
        left join (select as_of, rule_id, adcode, count(*) as seen
                   from marts.fct_clue_day
                   inner join (select as_of, clue_id from int_clue_day where last_hit_on = as_of)
                       using (as_of, clue_id)
                   where not is_parent and state in ('new', 'open', 'reopened', 'suppressed')
                   group by all) as days
            using (as_of, rule_id, adcode)
        where clues is distinct from coalesce(seen, 0)
    """,
    "clues that occur twice": """
        select count(*) - count(distinct clue_id) from marts.fct_clue
    """,
    "clues without a card": """
        select count(*) from marts.fct_clue
        where clue_id not in (select clue_id from handler.clue_card)
    """,
    "clues without evidence": """
        select count(*) from marts.fct_clue
        where not is_parent
            and clue_id not in (select clue_id from handler.clue_evidence)
    """,
    "clues without law": """
        select count(*) from marts.fct_clue where coalesce(legal_basis_ids, '') = ''
    """,
    "nights mixed in fct_clue": """
        select greatest(count(distinct as_of) - 1, 0) from marts.fct_clue
    """,
}


class PublishError(Exception):
    """The night does not add up; what people read has not been changed."""


def verify_night(warehouse: Path, as_of: date) -> date:
    """The newest night in the warehouse's marts, after every check has passed.

    Raises PublishError naming each check that failed, with its count and no row of data.
    """
    with duckdb.connect(str(warehouse), read_only=True) as con:
        failed = []
        for what, query in CHECKS.items():
            row = con.execute(query).fetchone()
            if row is None or row[0] != 0:
                failed.append(f"{what}: {row[0] if row else 'no answer'}")
        newest = _one(con, "select max(as_of) from marts.fct_rule_run")
        counties = _one(con, "select count(*) from int_county")
    if counties and (newest is None or newest < as_of):
        failed.append(f"no rule run for {as_of}")
    if failed:
        raise PublishError("the night does not add up, nothing was published; " + "; ".join(failed))
    return newest or as_of  # nothing delivered yet: a night of empty marts


def _one(con: duckdb.DuckDBPyConnection, query: str) -> Any:
    row = con.execute(query).fetchone()
    return row[0] if row else None
