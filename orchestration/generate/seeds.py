"""Generated seeds: the rules' cards as tables, and the published columns."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.contract import Feed
from orchestration.generate.cards import Mart, RuleCard
from orchestration.generate.tables import csv_text

CARD = (
    "rule_id", "model_id", "title_zh", "title_en", "supervision_type", "subject_type", "severity",
    "department", "form_suggested", "next_step_zh", "push", "description_zh", "population_unit",
    "in_force_from", "in_force_to",
)  # fmt: skip


def rule_card(cards: Sequence[RuleCard]) -> str:
    """CSV: one row per rule, with the SHA-256 of its SQL."""
    rows = (
        (*(card.meta.get(c) for c in CARD), str(card.meta["group_clue"]).lower(), card.sql_sha)
        for card in cards
    )
    return csv_text((*CARD, "group_clue", "sql_sha"), rows)


def rule_guard(cards: Sequence[RuleCard]) -> str:
    """CSV: one row per rule and guard, numbered in the order in which guards apply."""
    rows = (
        (card.id, position, guard["code"], guard["title_zh"])
        for card in cards
        for position, guard in enumerate(card.guards, 1)
    )
    return csv_text(("rule_id", "position", "guard", "title_zh"), rows)


def rule_law(cards: Sequence[RuleCard]) -> str:
    """CSV: one row per rule and family of legal bases, in the card's order."""
    rows = (
        (card.id, position, family)
        for card in cards
        for position, family in enumerate(card.meta["laws"], 1)
    )
    return csv_text(("rule_id", "position", "family"), rows)


def published_column(marts: Sequence[Mart]) -> str:
    """CSV: one row per column of every published table."""
    rows = (
        (mart.name, c.name, c.label_zh, c.meaning, c.unit, c.sensitivity)
        for mart in marts
        for c in mart.columns
    )
    header = ("table_name", "column_name", "label_zh", "meaning", "unit", "sensitivity")
    return csv_text(header, rows)


def ref_feed(feeds: Sequence[Feed]) -> str:
    """CSV: one row per feed with its title, as reasons and messages in SQL name it."""
    rows = ((feed.id, feed.title_zh, feed.mode, feed.cadence) for feed in feeds)
    return csv_text(("feed", "title_zh", "mode", "cadence"), rows)
