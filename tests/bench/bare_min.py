"""What a bare script would do with the same files: `python -m tests.bench.bare_min HOME AS_OF`.

Reads every delivered file with DuckDB and calamine, cleans numbers and dates with SQL, and finds
the subjects of MIN-01, 02, 03 and 05 by plain joins. No quarantine, ledger, checks, guards,
evidence, history or publishing: the ratio to it is the price of those.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import duckdb

from ingest.contract import Feed, load_contracts
from tests.bench.files import delivered, load

FEEDS = ("institution_register", "staff_roster", "screening_record", "criminal_judgment")
TABLES = """
    create table posts as
    select distinct uscc, id_number as id, name, hired_on as hired
    from staff_roster where post_status = '在岗';
    create table answers as
    select id_number as id, answered_on as answered
    from screening_record where answered_on is not null;
    create table screened_institutions as
    select distinct uscc from screening_record where uscc is not null;
    create table records as
    select id_number as id, name, case_no, charges from criminal_judgment;
"""
QUERIES = {
    "never_screened": """
        select distinct uscc from institution_register
        where status = '正常' and uscc not in (select uscc from screened_institutions)
            and uscc not in (select p.uscc from posts as p join answers using (id))
    """,
    "not_yearly": """
        select distinct uscc from posts
        where hired < date '2022-01-01' and id not in (
            select id from answers where year(answered) = 2022)
    """,
    "after_hire": """
        select uscc, id from posts left join
            (select id, min(answered) as first_answer from answers group by id) using (id)
        where hired >= date '2021-06-01' and coalesce(first_answer > hired, true)
    """,
    "recorded": """
        select uscc, id, case_no from posts join records using (id, name)
        where regexp_matches(charges, '强奸|猥亵|虐待|拐卖|故意杀人|故意伤害')
    """,
}


def _clean(feed: Feed, con: duckdb.DuckDBPyConnection) -> None:
    replaced = []
    for column in feed.columns:
        if column.type == "id_number":
            expression = f"upper(regexp_replace({column.name}, '[^0-9Xx]', '', 'g'))"
        elif column.type == "date":
            digits = f"regexp_replace({column.name}, '[年月./]', '-', 'g')"
            expression = (
                f"coalesce(try_strptime(rtrim({digits}, '-日'), '%Y-%m-%d'),"
                f" try_strptime({column.name}, '%Y%m%d'))::date"
            )
        else:
            continue
        replaced.append(f"{expression} as {column.name}")
    con.execute(
        f"create table {feed.id} as select * replace ({', '.join(replaced)}) from raw_{feed.id}"
    )


def main() -> None:
    """Load, clean, ask; print the counts."""
    home, as_of = Path(sys.argv[1]), sys.argv[2]
    files = delivered(home / "inbox", as_of, FEEDS)
    with tempfile.TemporaryDirectory() as work, duckdb.connect() as con:
        for feed_id in FEEDS:
            feed = load_contracts()[feed_id]
            print(feed_id, load(feed, files[feed_id], con, Path(work)))
            _clean(feed, con)
        con.execute(TABLES)
        for name, query in QUERIES.items():
            print(name, con.execute(f"select count(*) from ({query})").fetchone())


if __name__ == "__main__":
    main()
