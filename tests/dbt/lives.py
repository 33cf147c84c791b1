"""Nights without agencies: what a night observed is given, the life of its clues is computed.

The models of a clue's life are compiled once by dbt and run here for any night, over the real
observations that `orchestration.observations` writes and mounts.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from ingest.home import Home
from orchestration import observations
from tests.dbt.cli import dbt

DBT = Path(__file__).parents[2] / "dbt_project"
ANY_NIGHT = "1999-01-01"  # the night for which the models are compiled
SEEDS = (
    "rule_parameter",
    "legal_basis",
    "ref_agency",
    "ref_rule_term",
    "generated/ref_feed",
    "generated/rule_card",
)
MODELS = {
    "int_clue_day": "main", "int_clue_turn": "main", "int_clue_arrival": "main",
    "int_clue_difference": "main", "int_clue_change": "main",
    "int_clue": "main", "int_clue_evidence": "main",
    "dim_rule": "marts", "fct_clue": "marts", "fct_clue_day": "marts",
    "fct_rule_run": "marts", "agg_precision": "marts", "agg_refutation": "marts",
    "fct_rule_precision": "marts", "agg_clue": "marts",
    "clue_card": "handler", "clue_evidence": "handler",
}  # fmt: skip
RULE, COUNTY = "MIN-05", "520526"
WINDOW_MONTHS = 12  # these tests give their rule a window


@dataclass(frozen=True)
class Row:
    """A row that proves a clue. `file`: supplier/day, the first delivery that held it."""

    feed: str | None
    row_hash: str | None
    file: str | None = None
    fact: str = ""
    role: str = "证明"


@dataclass(frozen=True)
class Seen:
    """A clue that fires. `evidence` stands for what its evidence says, unless it has `rows`."""

    clue_id: str
    evidence: str = "e1"
    parent: str | None = None
    is_parent: bool = False
    severity: str = "紧急"
    rows: Sequence[Row] = ()
    conduct: str | None = None


@dataclass(frozen=True)
class Review:
    """The newest thing that handlers have said of a clue by the night."""

    clue_id: str
    reviewed_on: str
    review: str = "不属实"
    reason: str | None = None
    is_disputed: bool = False


@dataclass(frozen=True)
class Observed:
    """What one night observed."""

    as_of: str
    clues: Sequence[Seen] = ()
    reviews: Sequence[Review] = ()
    outcome: str = "EVALUATED"
    unjudged: Sequence[str] = ()  # clues that hang on another rule that was not evaluated
    files: Sequence[str] = ()  # known by then; with a ? when not adopted
    rule: str = RULE
    version: str = "v1"


@dataclass(frozen=True)
class Compiled:
    """SQL of the life's models by name, for ANY_NIGHT, and a warehouse before a night observes."""

    models: dict[str, str]
    unobserved: Path


def compile_models(folder: Path) -> Compiled:
    """Have dbt compile the models for a file called warehouse.duckdb; load the seeds into one."""
    dbt(folder, "compile", "--select", *MODELS, "--vars", f"{{as_of: {ANY_NIGHT}}}")
    compiled = {path.stem: path for path in (folder / "target/compiled").rglob("*.sql")}
    unobserved = folder / "unobserved.duckdb"
    with duckdb.connect(str(unobserved)) as con:
        _load_seeds(con)
    return Compiled({name: compiled[name].read_text("utf-8") for name in MODELS}, unobserved)


@dataclass
class Lives:
    """A home in which nights are observed; `marts` holds the tables after the last one."""

    home: Home
    compiled: Compiled
    marts: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def night(self, seen: Observed) -> None:
        """Run one night: observe, compute the marts from all nights, keep what was observed."""
        as_of = date.fromisoformat(seen.as_of)
        warehouse = self.home.nights / "warehouse.duckdb"
        shutil.copy(self.compiled.unobserved, warehouse)
        with duckdb.connect(str(warehouse)) as con:
            con.begin()
            _observe(con, seen)
            con.commit()
        observations.mount(self.home, as_of, warehouse)
        with duckdb.connect(str(warehouse)) as con:
            con.begin()
            for schema in set(MODELS.values()):
                con.execute(f"create schema if not exists {schema}")
            for name, schema in MODELS.items():
                sql = self.compiled.models[name].replace(ANY_NIGHT, seen.as_of)
                con.execute(f"create table {schema}.{name} as {sql}")
            self.marts = {name: _rows(con, f"{MODELS[name]}.{name}") for name in MODELS}
            con.commit()
        observations.write(self.home, as_of, warehouse)

    def states(self, clue_id: str) -> dict[str, str]:
        """State of a clue by night."""
        rows = self.marts["fct_clue_day"]
        return {str(r["as_of"]): r["state"] for r in rows if r["clue_id"] == clue_id}

    def overdue(self) -> dict[str, int]:
        """How many clues were overdue, by night."""
        return {str(r["as_of"]): r["overdue_clues"] for r in self.marts["agg_clue"]}

    def clue(self, clue_id: str) -> dict[str, Any]:
        """The row of fct_clue."""
        (row,) = (r for r in self.marts["fct_clue"] if r["clue_id"] == clue_id)
        return row

    def card(self, clue_id: str) -> dict[str, Any]:
        """The row of handler.clue_card."""
        (row,) = (r for r in self.marts["clue_card"] if r["clue_id"] == clue_id)
        return row


def _rows(con: duckdb.DuckDBPyConnection, table: str) -> list[dict[str, Any]]:
    result = con.execute(f"select * from {table} order by all")
    columns = [d[0] for d in result.description]
    return [dict(zip(columns, row, strict=True)) for row in result.fetchall()]


def _load_seeds(con: duckdb.DuckDBPyConnection) -> None:
    for name in SEEDS:
        con.execute(
            f"create table {Path(name).name} as "
            f"from read_csv('{DBT}/seeds/{name}.csv', all_varchar = true)"
        )
    con.execute("alter table rule_parameter alter valid_from type date")
    con.execute("alter table rule_parameter alter valid_to type date")
    con.execute(
        f"insert into rule_parameter by name select '{RULE}' as rule_id, "
        f"'window_months' as parameter, '{WINDOW_MONTHS}' as value, date '2020-01-01' as valid_from"
    )
    for table, columns in observations.night_tables().items():
        typed = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
        con.execute(f"create table {observations.PREFIX}{table} ({typed})")


def _observe(con: duckdb.DuckDBPyConnection, seen: Observed) -> None:
    _insert(con, "rule", [_rule(seen)], seen)
    _insert(con, "rule_run", [_run(seen)], seen)
    _insert(con, "clue", [_clue(clue, seen) for clue in seen.clues], seen)
    rows = [row for clue in seen.clues for row in _evidence(clue)]
    _insert(con, "clue_evidence", rows, seen)
    _insert(con, "unjudged", [{"clue_id": clue_id} for clue_id in seen.unjudged], seen)
    _insert(con, "clue_feedback", [vars(review) for review in seen.reviews], seen)
    _insert(con, "feed_delivery", [_file(name) for name in seen.files], seen)


def _insert(
    con: duckdb.DuckDBPyConnection, table: str, rows: list[dict[str, Any]], seen: Observed
) -> None:
    for row in rows:
        values = {"as_of": seen.as_of, **row}
        names = ", ".join(f'"{name}"' for name in values)
        marks = ", ".join("?" for _ in values)
        con.execute(
            f"insert into {observations.PREFIX}{table} ({names}) values ({marks})",
            list(values.values()),
        )


def _rule(seen: Observed) -> dict[str, Any]:
    return {"rule_id": seen.rule, "rule_version": seen.version, "model_id": "MIN",
            "title_zh": "有记录人员在岗"}  # fmt: skip


def _run(seen: Observed) -> dict[str, Any]:
    counts = dict.fromkeys(("out_of_scope", "inconclusive", "clear", "excluded"), 1)
    if seen.outcome != "EVALUATED":
        counts = dict.fromkeys(counts, 0)
    counts["clues"] = sum(not clue.is_parent for clue in seen.clues)
    run = {"rule_id": seen.rule, "rule_version": seen.version, "adcode": COUNTY}
    return run | {"outcome": seen.outcome} | counts


def _clue(clue: Seen, seen: Observed) -> dict[str, Any]:
    fingerprint = clue.evidence
    if clue.rows:
        fingerprint = str(sorted((r.role, r.feed or "", r.row_hash or "") for r in clue.rows))
    return {
        "clue_id": clue.clue_id, "parent_clue_id": clue.parent, "is_parent": clue.is_parent,
        "rule_id": seen.rule, "rule_version": seen.version, "model_id": "MIN", "adcode": COUNTY,
        "subject_type": "post", "subject_key": clue.clue_id, "push": "auto",
        "severity": clue.severity, "score": 90, "score_detail": "{}", "hit_count": 1,
        "legal_basis_ids": "WBF2020-62-1", "evidence_count": 1, "evidence_hash": fingerprint,
        "guards_tested": "{}", "next_step_zh": "当日核查。",
        "conduct_from": clue.conduct, "conduct_to": clue.conduct,
    }  # fmt: skip


def _evidence(clue: Seen) -> list[dict[str, Any]]:
    rows = clue.rows or [Row("staff_roster", clue.evidence, role="在岗")]
    return [
        {
            "clue_id": clue.clue_id, "evidence_no": number, "role": row.role, "feed": row.feed,
            "row_id": f"d:{row.row_hash}:" if row.row_hash else None, "row_hash": row.row_hash,
            "fact_zh": row.fact, "supplier": row.file.split("/")[0] if row.file else None,
            "first_delivery_id": row.file,
            "first_delivered_on": row.file.split("/")[1] if row.file else None,
        }
        for number, row in enumerate(rows, start=1)
    ]  # fmt: skip


def _file(name: str) -> dict[str, Any]:
    return {"delivery_id": name.rstrip("?"), "is_adopted": not name.endswith("?")}
