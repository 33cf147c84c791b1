"""Text that says a second time what a contract, a rule's card or a mart's YAML says first.

Nobody writes these files by hand: `python -m orchestration.generate` writes them, and a test
fails when one is stale. Each sibling module makes some of them from what `cards` loads.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ingest.contract import load_contracts
from orchestration.generate import calendar, catalogues, models, seeds, sources, superset
from orchestration.generate.cards import ROOT, load_cards, load_marts, load_seed

__all__ = ["ROOT", "generated", "stale"]


def generated() -> dict[Path, str]:
    """Every generated file's path below the repository's root, with the text it must hold."""
    cards, marts = load_cards(), load_marts()
    feeds = list(load_contracts().values())
    dbt = Path("dbt_project")
    seed = dbt / "seeds" / "generated"
    clue = dbt / "models" / "intermediate" / "clue"
    return {
        dbt / "models" / "staging" / "_sources.yml": sources.lake_sources(feeds),
        clue / "int_verdict_all.sql": models.verdict_union(cards),
        clue / "int_evidence_delivery.sql": models.evidence_deliveries(feeds),
        clue / "life" / "int_source_row.sql": models.source_rows(feeds),
        clue / "life" / "int_source_person.sql": models.source_persons(feeds),
        seed / "rule_card.csv": seeds.rule_card(cards),
        seed / "rule_guard.csv": seeds.rule_guard(cards),
        seed / "rule_law.csv": seeds.rule_law(cards),
        seed / "published_column.csv": seeds.published_column(marts),
        seed / "ref_feed.csv": seeds.ref_feed(feeds),
        dbt / "seeds" / "ref_workday.csv": calendar.workdays(),
        Path("docs/rule-catalogue.md"): catalogues.rule_catalogue(
            cards, load_seed("legal_basis"), load_seed("rule_parameter")
        ),
        Path("docs/data-dictionary.md"): catalogues.data_dictionary(marts),
    } | superset.bundle(marts)


def stale(texts: Mapping[Path, str]) -> list[Path]:
    """Those of the generated files that do not hold what they must, missing ones included."""
    return [
        path
        for path, text in texts.items()
        if not (ROOT / path).exists() or (ROOT / path).read_text("utf-8") != text
    ]
