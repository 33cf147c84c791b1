"""Generated dbt models: the union of the rules, and the source rows behind the evidence."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.contract import Column, Feed
from orchestration.generate.cards import RuleCard
from orchestration.generate.tables import NOTICE

PROVING_ROWS = """verdicts as (
    select * from {{ ref('int_verdict') }}
    where clue_id is not null
),

evidence as (
    select distinct
        evidence_row.feed,
        evidence_row.row_hash
    from {{ evidence_of('verdicts') }}
)"""
PROVING_FILES = """FEED as (
    select distinct
        'FEED' as feed,
        _row_hash as row_hash,
        _set_id as set_id,
        _file_order as source_file
    from {{ source('lake', 'FEED') }}
    where _row_hash in (select row_hash from evidence where feed = 'FEED')
)"""


def verdict_union(cards: Sequence[RuleCard]) -> str:
    """SQL of the model that unites the verdicts of every rule."""
    rules = "".join(f"    '{card.id}': ref('{card.model}'),\n" for card in cards)
    what = "Verdicts of every rule, as its SQL gave them. Grain: rule, county, subject."
    return (
        f"-- {NOTICE}\n-- {what}\n{{{{ config(materialized='view') }}}}\n\n"
        f"{{%- set verdicts = {{\n{rules}}} %}}\n\nwith final as ("
        "\n    {%- for rule_id, relation in verdicts.items() if is_judged(rule_id.split('-')[0]) %}"
        "\n    {{ 'union all' if not loop.first }}"
        "\n    select '{{ rule_id }}' as rule_id, * from {{ relation }}"
        "\n    {%- endfor %}\n)\n\nselect * from final\n"
    )


def evidence_deliveries(feeds: Sequence[Feed]) -> str:
    """SQL of the model that finds the files of each row that proves a clue tonight."""
    ctes = [PROVING_FILES.replace("FEED", feed.id) for feed in feeds]
    what = "Every counted file that holds a row which proves a clue tonight. Grain: row_hash, file."
    return _model(what, PROVING_ROWS, ctes, [feed.id for feed in feeds])


def source_rows(feeds: Sequence[Feed]) -> str:
    """SQL of the model that shows each evidence row whole, by the agency's headers."""
    branches = []
    for feed in feeds:
        pairs = ",".join(f"\n        '{c.header}': {_value(c)}" for c in _shown(feed))
        branches.append(
            (feed.id, feed.id, f"{{{{ json_object({{{pairs}\n    }}) }}}} as source_row")
        )
    what = "Every source row that proves a clue, whole, unmasked, as JSON by header. Grain: row_id."
    return _over_evidence(what, branches)


def _shown(feed: Feed) -> list[Column]:
    """The columns that the lake keeps; a check code is none of them."""
    return [column for column in feed.columns if column.lake_fields()]


def _value(column: Column) -> str:
    """Jinja for the SQL that shows a column as it was meant."""
    if column.type == "id_number":
        return f"'coalesce({column.name}, {column.name}_raw)'"
    if column.type in ("date", "month"):
        return f"interval_text('{column.name}_min', '{column.name}_max')"
    return f"'{column.name}'"


def source_persons(feeds: Sequence[Feed]) -> str:
    """SQL of the model that says who stands in each evidence row, unmasked."""
    branches = [
        (f"{feed.id}_{name}", feed.id, _person(feed, name, number))
        for feed in feeds
        for name, number in _persons(feed)
    ]
    what = "Persons named in the source rows that prove a clue, unmasked. Grain: row_id, person."
    return _over_evidence(what, branches)


def _persons(feed: Feed) -> list[tuple[str, str]]:
    """Column of the name and column of the number of each person that a row can name."""
    numbers = [column.name for column in feed.columns if column.type == "id_number"]
    pairs = [
        (number.removesuffix("_id") if number.endswith("_id") else "name", number)
        for number in numbers
    ]
    return [(name, number) for name, number in pairs if feed.has(name)]


def _person(feed: Feed, name: str, number: str) -> str:
    key = "person_key" if feed.has_person and number == "id_number" else f"{number}_key"
    phone = "phone" if feed.has("phone") else "cast(null as varchar)"
    return (
        f"{key} as person_key,\n    {name} as name,\n"
        f"    coalesce({number}, {number}_raw) as id_number,\n    {phone} as phone"
    )


def _over_evidence(what: str, branches: Sequence[tuple[str, str, str]]) -> str:
    """A model with a CTE for each (name, feed, columns) over the stored rows that prove a clue."""
    ctes = [
        f"{name} as (\n    select _row_id as row_id, {columns}\n"
        f"    from {{{{ source('stored', '{feed}') }}}}\n"
        f"    where _row_id in (select row_id from evidence where feed = '{feed}')\n)"
        for name, feed, columns in branches
    ]
    evidence = "evidence as (\n    select feed, row_id from {{ ref('int_clue_evidence') }}\n)"
    return _model(what, evidence, ctes, [name for name, _, _ in branches])


def _model(what: str, evidence: str, ctes: Sequence[str], names: Sequence[str]) -> str:
    """A model that unites the CTEs of these names, which look for the evidence."""
    union = _union([f"select * from {name}" for name in names])
    return (
        f"-- {NOTICE}\n-- {what}\nwith {evidence},\n\n"
        + ",\n\n".join(ctes)
        + f",\n\nfinal as (\n    {union}\n)\n\nselect * from final\n"
    )


def _union(selects: Sequence[str]) -> str:
    return "\n    union all\n    ".join(selects)
