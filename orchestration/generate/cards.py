"""What the generated files derive from: rules' cards, the marts' columns, seeds of law."""

from __future__ import annotations

import csv
import hashlib
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
DBT = ROOT / "dbt_project"


@dataclass(frozen=True)
class RuleCard:
    """A rule's card: `config.meta` of its YAML, and the fingerprint of its SQL."""

    model: str  # name of the dbt model
    description: str
    meta: dict[str, Any]
    sql_sha: str
    cases: tuple[tuple[str, str], ...]  # its dbt unit tests: name, description

    @property
    def id(self) -> str:
        """MIN-05 and the like."""
        return str(self.meta["rule_id"])

    @property
    def guards(self) -> list[dict[str, str]]:
        """Guards in the order in which they apply: code and title_zh."""
        return list(self.meta.get("guards") or [])


@dataclass(frozen=True)
class PublishedColumn:
    """A column of a mart as its YAML describes it."""

    name: str
    type: str
    label_zh: str
    meaning: str
    unit: str
    sensitivity: str


@dataclass(frozen=True)
class Mart:
    """A published table: the folder of its YAML says its schema."""

    schema: str
    name: str
    grain: str
    columns: tuple[PublishedColumn, ...]
    key: tuple[str, ...]
    references: dict[str, tuple[str, ...]]  # table -> columns here that hold its key


def load_cards() -> list[RuleCard]:
    """Every rule's card in the order of the rules' ids; KeyError where a card lacks its id.

    A rule's unit tests may be in a file of their own.
    """
    documents = {
        path: yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)
        for path in sorted((DBT / "models" / "rules").glob("*/*.yml"))
    }
    cases = defaultdict(list)
    for document in documents.values():
        for case in document.get("unit_tests", ()):
            cases[case["model"]].append((case["name"], case.get("description", "")))
    cards = [
        _card(path, model, tuple(cases[model["name"]]))
        for path, document in documents.items()
        for model in document.get("models", ())
    ]
    return sorted(cards, key=lambda card: card.id)


def _card(path: Path, model: dict[str, Any], cases: tuple[tuple[str, str], ...]) -> RuleCard:
    sql = path.with_name(f"{model['name']}.sql").read_bytes()
    return RuleCard(
        model=model["name"],
        description=model["description"].strip(),
        meta=model["config"]["meta"],
        sql_sha=hashlib.sha256(sql).hexdigest(),
        cases=cases,
    )


def load_marts() -> list[Mart]:
    """Every published table, by schema and name."""
    marts = []
    for path in sorted((DBT / "models" / "marts").glob("*/_*.yml")):
        folder = path.parent.name
        schema = folder if folder in ("handler", "restricted") else "marts"
        for model in yaml.load(path.read_text("utf-8"), yaml.CSafeLoader).get("models", ()):
            marts.append(_mart(schema, model))
    return sorted(marts, key=lambda mart: (mart.schema != "marts", mart.schema, mart.name))


def _mart(schema: str, model: dict[str, Any]) -> Mart:
    meta = model.get("config", {}).get("meta", {})
    return Mart(
        schema=schema,
        name=model["name"],
        grain=model["description"],
        columns=tuple(_column(column) for column in model["columns"]),
        key=tuple(meta.get("key", ())),
        references={name: tuple(own) for name, own in meta.get("references", {}).items()},
    )


def _column(column: dict[str, Any]) -> PublishedColumn:
    meta = column["config"]["meta"]
    return PublishedColumn(
        name=column["name"],
        type=column["data_type"],
        label_zh=meta["label_zh"],
        meaning=column["description"],
        unit=meta.get("unit", ""),
        sensitivity=meta["sensitivity"],
    )


def load_seed(name: str) -> list[dict[str, str]]:
    """The rows of a hand-written seed as text."""
    with (DBT / "seeds" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as f:
        return list(csv.DictReader(f))
