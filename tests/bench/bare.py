"""What a bare script would do with the same files: `python -m tests.bench.bare HOME AS_OF`.

Reads every delivered file with pandas and DuckDB, cleans numbers and dates with SQL, and finds the
subjects of MIN-01, 02, 03 and 05 by plain joins. No quarantine, ledger, checks, guards, evidence,
history or publishing: the ratio to it is the price of those.
"""

from __future__ import annotations

import gzip
import sys
import tempfile
import zipfile
from collections import defaultdict
from pathlib import Path

import duckdb
import pandas as pd
import python_calamine

from ingest.contract import Feed, load_contracts

FEEDS = ("institution_register", "staff_roster", "screening_record", "criminal_judgment")
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
CLEAN = """
    create table {feed} as select * replace ({replaced}) from raw_{feed};
"""


def _load(feed: Feed, files: list[Path], con: duckdb.DuckDBPyConnection, work: Path) -> int:
    wanted = {h: c.name for c in feed.columns for h in c.headers}
    con.execute(f"create table raw_{feed.id} ({', '.join(f'{c.name} text' for c in feed.columns)})")
    for path in files:
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                path = Path(archive.extract(archive.namelist()[0], work))
        elif path.suffix == ".gz":
            unpacked = work / path.stem
            unpacked.write_bytes(gzip.decompress(path.read_bytes()))
            path = unpacked
        for frame in _frames(path, wanted, con, work):
            columns = [c for c in frame.columns if c in {x.name for x in feed.columns}]
            con.register("frame", frame[columns])
            con.execute(f"insert into raw_{feed.id} by name from frame")
            con.unregister("frame")
    (count,) = con.execute(f"select count(*) from raw_{feed.id}").fetchone()  # type: ignore[misc]
    return int(count)


def _frames(path: Path, wanted: dict[str, str], con: duckdb.DuckDBPyConnection, work: Path):
    if path.suffix == ".parquet":
        yield pd.read_parquet(path).astype("string").rename(columns=wanted)
    elif path.suffix in (".xlsx", ".xls"):
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        for name in book.sheet_names:
            rows = [[str(cell).strip() for cell in row]
                    for row in book.get_sheet_by_name(name).to_python()]  # fmt: skip
            head = next(
                (i for i, row in enumerate(rows) if sum(c in wanted for c in row) > 3), None
            )
            if head is not None:
                names = [wanted.get(c, f"_{i}") for i, c in enumerate(rows[head])]
                frame = pd.DataFrame(rows[head + 1 :], columns=names, dtype="string")
                yield frame.loc[:, ~frame.columns.duplicated()]
    else:
        data = path.read_bytes()
        try:
            data.decode("utf-8-sig")
        except UnicodeDecodeError:
            path = work / path.name
            path.write_text(data.decode("gb18030"), "utf-8")
        yield (
            con.execute("from read_csv(?, all_varchar = true, ignore_errors = true)", [str(path)])
            .df()
            .rename(columns=wanted)
        )


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
    con.execute(CLEAN.format(feed=feed.id, replaced=", ".join(replaced)))


def main() -> None:
    """Load, clean, ask; print the counts."""
    home, as_of = Path(sys.argv[1]), sys.argv[2]
    contracts = load_contracts()
    files = defaultdict(list)
    for path in sorted((home / "inbox").glob("*/*/*/*")):
        feed = next((f for f in FEEDS if path.name.startswith(contracts[f].title_zh)), None)
        if feed and path.parent.name <= as_of and not path.name.endswith(".json"):
            files[feed].append(path)
    with tempfile.TemporaryDirectory() as work, duckdb.connect() as con:
        for feed_id in FEEDS:
            count = _load(contracts[feed_id], files[feed_id], con, Path(work))
            _clean(contracts[feed_id], con)
            print(feed_id, count)
        con.execute("create table posts as select distinct uscc, id_number as id, name,"
                    " hired_on as hired from staff_roster where post_status = '在岗'")  # fmt: skip
        con.execute("create table answers as select id_number as id, answered_on as answered"
                    " from screening_record where answered_on is not null")  # fmt: skip
        con.execute("create table screened_institutions as select distinct uscc"
                    " from screening_record where uscc is not null")  # fmt: skip
        con.execute("create table records as select id_number as id, name, case_no, charges"
                    " from criminal_judgment")  # fmt: skip
        for name, query in QUERIES.items():
            print(name, con.execute(f"select count(*) from ({query})").fetchone())


if __name__ == "__main__":
    main()
