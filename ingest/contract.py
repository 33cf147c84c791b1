"""A feed is one contract file: `contracts/<feed>.yml`, Open Data Contract Standard 3.

What a feed's columns are called, typed and allowed to hold is said there and nowhere else; the
door, the checks, the dbt sources and the catalogues derive from what this module loads. The
standard has no place for header aliases, suppliers or sensitivity to evidence, so those stand in
its `customProperties`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import yaml
from open_data_contract_standard.model import OpenDataContractStandard

CONTRACTS = Path(__file__).parent / "contracts"

SUPPLIER = "supplier"  # the one part of a key that is no column: who delivered the row

PROVENANCE = (
    ("_row_id", pa.string()),
    ("_delivery_id", pa.string()),
    ("_adcode", pa.string()),
    ("_supplier", pa.string()),
    ("_source_file", pa.string()),
    ("_source_sheet", pa.string()),
    ("_source_row", pa.int64()),
    ("_row_key", pa.string()),
    ("_row_hash", pa.string()),
    ("_flags", pa.string()),
)
PLAIN_TYPES = {
    "text": pa.string(),
    "code": pa.string(),
    "enum": pa.string(),
    "uscc": pa.string(),
    "timestamp": pa.timestamp("us"),
    "integer": pa.int64(),
    "decimal": pa.decimal128(18, 6),
    "money": pa.decimal128(18, 4),
    "boolean": pa.bool_(),
}


@dataclass(frozen=True)
class Column:
    """One column of a feed as its contract describes it."""

    name: str
    header: str
    type: str
    required: bool = False
    aliases: tuple[str, ...] = ()
    allowed: tuple[str, ...] | None = None
    mapping: dict[str, str] = field(default_factory=dict)
    person: bool = False  # holds a person's name
    institution: bool = False  # holds an institution's name
    number: bool = False  # a case or document number: brackets and width are folded
    evidence: bool = True  # meaning-bearing: part of the row's hash
    personal: bool = False  # never shown outside the restricted zones
    preset: bool = False  # stands in a form before anyone reports: a row with no more is blank
    event: bool = False  # the day, or one of the days, of what the row reports
    clock: bool = False  # a moment that may come as a time of day without its date
    checks: str | None = None  # this is a check code over the column of that name
    description: str = ""

    @property
    def headers(self) -> tuple[str, ...]:
        """Every heading under which an agency may deliver this column, the id included."""
        return (self.header, *self.aliases, self.name)

    def lake_fields(self) -> list[tuple[str, pa.DataType]]:
        """The columns that this one becomes in the lake, with their types."""
        name = self.name
        if self.checks:
            return []  # it shows that a row is whole, and says nothing itself
        if self.type == "id_number":
            suffixes = ("", "_key", "_status", "_raw")
            fields: list[tuple[str, pa.DataType]] = [(name + s, pa.string()) for s in suffixes]
            return [*fields, (f"{name}_born", pa.date32()), (f"{name}_sex", pa.string())]
        if self.type in ("date", "month"):
            return [(f"{name}_min", pa.date32()), (f"{name}_max", pa.date32())]
        fields = [(name, PLAIN_TYPES[self.type])]
        if self.person:
            fields += [(f"{name}_key", pa.string()), (f"{name}_sep", pa.bool_())]
        if self.institution:
            fields += [(f"{name}_norm", pa.string())]
        return fields


@dataclass(frozen=True)
class Feed:
    """What an agency delivers under one name."""

    id: str
    title_zh: str
    purpose: str
    form: str
    suppliers: tuple[str, ...]
    mode: str  # snapshot: a delivery replaces the earlier one; event: rows supersede by key
    key: tuple[str, ...]  # "a|b+c": a, or where a is missing b and c together; or SUPPLIER
    cadence: str
    columns: tuple[Column, ...]
    view: str | None = None  # the agency's database view, where it offers one
    needs_manifest: bool = False

    def column(self, name: str) -> Column:
        """The column of that name; KeyError when the contract has none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.id} has no column {name}")

    def has(self, name: str) -> bool:
        """Whether the contract has a column of that name."""
        return any(column.name == name for column in self.columns)

    @property
    def has_person(self) -> bool:
        """Whether a row is about one person, who then has a person_key in the lake."""
        return self.has("name") and self.column("name").person and self.has("id_number")


def _custom(properties: Iterable[Any] | None) -> dict[str, Any]:
    return {p.property: p.value for p in properties or ()}


def _column(prop: Any) -> Column:
    custom = _custom(prop.customProperties)
    allowed = custom.get("allowed")
    return Column(
        name=prop.name,
        header=prop.businessName,
        type=prop.physicalType,
        required=bool(prop.required),
        aliases=tuple(custom.get("aliases", ())),
        allowed=tuple(allowed) if allowed else None,
        mapping={str(k): str(v) for k, v in custom.get("mapping", {}).items()},
        person=custom.get("person", False),
        institution=custom.get("institution", False),
        number=custom.get("number", False),
        evidence=custom.get("evidence", True),
        personal=prop.classification == "personal",
        preset=custom.get("preset", False),
        event=custom.get("event", False),
        clock=custom.get("clock", False),
        checks=custom.get("checks"),
        description=prop.description or "",
    )


def load_contract(path: Path) -> Feed:
    """One contract file as a Feed; pydantic's ValidationError where it breaks the standard."""
    # libyaml: in Python all contracts together take two seconds of every process
    document = yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)
    contract = OpenDataContractStandard.model_validate(document)
    description = contract.description
    if not (contract.id and contract.schema_ and description):
        raise ValueError(f"{path.name}: a contract needs an id, a description and one schema")
    schema = contract.schema_[0]
    custom = _custom(contract.customProperties)
    return Feed(
        id=contract.id,
        title_zh=contract.name or "",
        purpose=description.purpose or "",
        form=description.usage or "",
        suppliers=tuple(custom["suppliers"]),
        mode=custom["mode"],
        key=tuple(custom["key"]),
        cadence=custom["cadence"],
        columns=tuple(_column(p) for p in schema.properties or ()),
        view=custom.get("view"),
        needs_manifest=custom.get("needs_manifest", False),
    )


@cache
def load_contracts() -> dict[str, Feed]:
    """Every feed by id, in the order of their ids."""
    feeds = [load_contract(path) for path in sorted(CONTRACTS.glob("*.yml"))]
    return {feed.id: feed for feed in feeds}


def lake_schema(feed: Feed) -> pa.Schema:
    """The columns of the feed's rows in the lake, in their order there."""
    fields = [pair for column in feed.columns for pair in column.lake_fields()]
    if feed.has_person:
        fields.append(("person_key", pa.string()))
    return pa.schema([*fields, *PROVENANCE])
