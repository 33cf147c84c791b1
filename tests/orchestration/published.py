"""A published night in a few rows: the marts and cards as files, without a dbt and without a night.

Tables have the columns that the marts' YAML publishes; a row gives only what a test is about.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import duckdb

from ingest.home import Home
from orchestration.generate.cards import load_marts
from tests.inbox import COUNTY

NIGHT = date(2023, 10, 31)
FILES = {"marts": "clues.duckdb", "handler": "cards.duckdb", "restricted": "cards.duckdb"}
TYPES = {"text": "varchar"}


class Published:
    """A night's tables in memory, filled row by row and saved as the files of a home's `marts/`."""

    def __init__(self, home: Home) -> None:
        self.home, self.marts = home, load_marts()
        self.con = duckdb.connect()
        for schema in FILES:
            self.con.execute(f"create schema {schema}")
        for mart in self.marts:
            columns = ", ".join(f'"{c.name}" {TYPES.get(c.type, c.type)}' for c in mart.columns)
            self.con.execute(f"create table {mart.schema}.{mart.name} ({columns})")
        labels = [(m.name, c.name, c.label_zh) for m in self.marts for c in m.columns]
        self.con.executemany(
            """
            insert into marts.data_dictionary (table_name, column_name, label_zh)
            values (?, ?, ?)
            """,
            labels,
        )

    def add(self, table: str, **row: Any) -> None:
        """Put a row into a table; what is not given is null."""
        names = ", ".join(f'"{name}"' for name in row)
        marks = ", ".join("?" for _ in row)
        self.con.execute(f"insert into {table} ({names}) values ({marks})", list(row.values()))

    def save(self) -> None:
        """Write the files anew."""
        for file in sorted(set(FILES.values())):
            path = self.home.marts / file
            path.unlink(missing_ok=True)
            self.con.execute(f"attach '{path}' as saved")
            self.con.begin()
            for schema in (name for name, where in FILES.items() if where == file):
                self.con.execute(f"create schema saved.{schema}")
                for mart in (m for m in self.marts if m.schema == schema):
                    name = f"{schema}.{mart.name}"
                    self.con.execute(f"create table saved.{name} as from memory.{name}")
            self.con.commit()
            self.con.execute("detach saved")

    def rule(self, rule_id: str, **changes: Any) -> None:
        """A rule that ran in the county on the night."""
        rule = {"rule_id": rule_id, "rule_version": "v1", "model_id": rule_id[:3],
                "title_zh": f"规则{rule_id}", "department": "未检",
                "supervision_type": "个案", "push": "auto"}  # fmt: skip
        run = {"as_of": NIGHT, "rule_id": rule_id, "rule_version": "v1", "adcode": COUNTY,
               "outcome": "EVALUATED"}  # fmt: skip
        self.add("marts.dim_rule", **{k: changes.get(k, v) for k, v in rule.items()})
        run |= {k: v for k, v in changes.items() if k in ("outcome", "reason", "adcode")}
        self.add("marts.fct_rule_run", **run)

    def clue(self, clue_id: str, **changes: Any) -> None:
        """A clue with its card and one piece of evidence."""
        clue = {
            "clue_id": clue_id, "rule_id": clue_id[:6], "rule_version": "v1", "as_of": NIGHT,
            "adcode": COUNTY, "department": "未检", "state": "new", "push": "auto",
            "review": "未核查", "severity": "高", "score": 80.0, "due_on": date(2023, 11, 15),
            "first_seen_on": NIGHT, "legal_basis_ids": "B-62;A-37", "is_parent": False,
            "form_suggested": "社会治理检察建议",
        }  # fmt: skip
        card = {
            "clue_id": clue_id, "adcode": COUNTY, "department": "未检",
            "title_zh": "有记录人员在岗", "subject_label": "马*花 (女, 1985)",
            "institution_name": "石门小学",
            "narrative_zh": "马*花自2021-09-01在石门小学任教师；2022-03-01因猥亵被判刑。",
            "history_zh": "本夜新发现", "change_zh": None, "next_step_zh": "当日核查。",
        }  # fmt: skip
        own = {k: v for k, v in changes.items() if k in clue or k == "institution_key"}
        self.add("marts.fct_clue", **(clue | own))
        self.add("handler.clue_card", **(card | {k: v for k, v in changes.items() if k in card}))
        self.evidence(clue_id, 1)

    def evidence(self, clue_id: str, number: int, **changes: Any) -> None:
        """A piece of evidence: a row of the roster."""
        row = {
            "clue_id": clue_id, "evidence_no": number, "role": "在岗", "feed": "staff_roster",
            "supplier": "edu", "source_file": "从业人员花名册.csv", "source_row": number + 1,
            "fact_zh": "马*花，教师，在岗",
        }  # fmt: skip
        self.add("handler.clue_evidence", **(row | changes))

    def law(self, basis_id: str, article: str) -> None:
        """An article that clues may cite."""
        self.add("marts.dim_legal_basis", basis_id=basis_id, instrument_zh="某法", article=article,
                 summary_zh=f"{article}的内容")  # fmt: skip
