"""The published tables as PostgreSQL has them: columns, keys, and who may see which rows.

Everything follows from the marts' YAML. A row belongs to the county in its `adcode` and to its
`department`; a table that lacks either shows the rows whose parents, in a table that it refers
to, can be seen. What leads to no county (rules, law, days) is for every reader of its schema.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from functools import cached_property
from graphlib import TopologicalSorter

from orchestration.generate.cards import Mart

READERS = {"marts": ("bi_reader", "case_handler"), "handler": ("case_handler",)}

# (select …): PostgreSQL calls the function once per statement, not once per row.
OWN_ROWS = (
    "true",
    "(select access.counties()) && array[adcode, '*']",
    "(select access.desks()) && "
    "array[adcode || '/' || department, adcode || '/*', '*/' || department, '*/*']",
)


class Structure:
    """The tables of one database, those that others refer to first."""

    def __init__(self, marts: Sequence[Mart]) -> None:
        named = {mart.name: mart for mart in marts}
        graph = {mart.name: sorted(set(mart.references) & set(named)) for mart in marts}
        self.tables = [named[name] for name in TopologicalSorter(graph).static_order()]
        self.schemas = sorted({mart.schema for mart in marts})
        self._named = named

    @cached_property
    def fingerprint(self) -> str:
        """Twelve hex digits that change when a column, a key or a policy does."""
        text = "\n".join([*self.create(), *self.protect()])
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    def create(self, suffix: str = "") -> Iterator[str]:
        """Statements that create the tables, bare, in the schemas `<name><suffix>`."""
        for mart in self.tables:
            columns = ", ".join(f"{quoted(c.name)} {_type(c.type)}" for c in mart.columns)
            yield f"create table {relation(mart, suffix)} ({columns})"

    def protect(self, suffix: str = "") -> Iterator[str]:
        """Statements that add keys, indexes, row-level security and grants."""
        for mart in self.tables:
            table = relation(mart, suffix)
            yield f"alter table {table} add primary key ({_names(mart.key)})"
            yield from self._references(mart, suffix)
            yield f"alter table {table} enable row level security"
            yield f"create policy own_rows on {table} for select using ({self._rows(mart, suffix)})"
        for schema in self.schemas:
            if readers := ", ".join(READERS.get(schema, ())):
                name = quoted(schema + suffix)
                yield f"grant usage on schema {name} to {readers}"
                yield f"grant select on all tables in schema {name} to {readers}"

    def comments(self) -> Iterator[str]:
        """Statements that give every table its grain and every column its Chinese label."""
        for mart in self.tables:
            yield f"comment on table {relation(mart)} is {literal(mart.grain)}"
            for column in mart.columns:
                place = f"{relation(mart)}.{quoted(column.name)}"
                yield f"comment on column {place} is {literal(column.label_zh)}"

    def _references(self, mart: Mart, suffix: str) -> Iterator[str]:
        table = relation(mart, suffix)
        for name, columns in mart.references.items():
            target = self._named[name]
            yield (
                f"alter table {table} add foreign key ({_names(columns)}) "
                f"references {relation(target, suffix)} ({_names(target.key)})"
            )
            if mart.key[: len(columns)] != columns:  # else the primary key's index serves
                yield f"create index on {table} ({_names(columns)})"

    def _rows(self, mart: Mart, suffix: str) -> str:
        """The condition under which a reader sees a row: its own, or that of its parent."""
        parent = max(mart.references, key=self._reach, default=None)
        if parent is None or self._reach(parent) <= _own_reach(mart):
            return OWN_ROWS[_own_reach(mart)]
        target = self._named[parent]
        same = " and ".join(
            f"parent.{quoted(theirs)} = {quoted(mart.name)}.{quoted(mine)}"
            for mine, theirs in zip(mart.references[parent], target.key, strict=True)
        )
        return f"exists (select from {relation(target, suffix)} as parent where {same})"

    def _reach(self, name: str) -> int:
        mart = self._named[name]
        return max([_own_reach(mart), *map(self._reach, mart.references)])


def _own_reach(mart: Mart) -> int:
    """What a table's own columns say of a row: 0 nothing, 1 its county, 2 its department too."""
    columns = {column.name for column in mart.columns}
    return ("adcode" in columns) + ({"adcode", "department"} <= columns)


def relation(mart: Mart, suffix: str = "") -> str:
    """The table's name as SQL, in the schema `<name><suffix>`."""
    return f"{quoted(mart.schema + suffix)}.{quoted(mart.name)}"


def quoted(name: str) -> str:
    """An identifier as SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as SQL."""
    return "'" + text.replace("'", "''") + "'"


def _names(columns: Sequence[str]) -> str:
    return ", ".join(map(quoted, columns))


def _type(declared: str) -> str:
    """PostgreSQL's name of a type in a mart's YAML."""
    return {"double": "double precision", "json": "jsonb"}.get(declared, declared)
