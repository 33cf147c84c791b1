"""What the authorities inspected and the procuratorate wrote, where nothing stayed undone."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ingest.simulate import calendar
from ingest.simulate.world import World

FINDINGS = {
    "": "未发现问题",
    "其他": "消防通道堆放杂物",
    "未定期查询": "部分人员上年度未查询",
    "未开展入职查询": "一名人员入职前未查询",
}


def inspections(world: World, at_fault: set[int], rng: np.random.Generator) -> pd.DataFrame:
    """Inspections by each unit's own authority; screening found wanting was put right at once.

    At the units in `at_fault` (positions) these inspections saw nothing of the fault: what an
    authority knew of a breach that lasts is told by the cases.
    """
    chosen = np.flatnonzero(rng.random(len(world.institutions)) < 0.6)
    units = world.institutions.iloc[chosen].reset_index(drop=True)
    n = len(units)
    day = np.datetime64(world.nights[-1]) - rng.integers(10, 700, n)
    code = rng.choice(list(FINDINGS), n, p=[0.45, 0.3, 0.15, 0.1])
    code = np.where(np.isin(chosen, list(at_fault)) & (code != ""), "其他", code)
    ordered = np.isin(code, ["未定期查询", "未开展入职查询"]) & (rng.random(n) < 0.7)
    frame = pd.DataFrame(
        {
            "authority": units.authority,
            "institution": units.name,
            "uscc": units.uscc.where(rng.random(n) < 0.8, ""),
            "inspected_on": day,
            "finding": [FINDINGS[c] for c in code],
            "finding_code": code,
            "rectify_no": np.where(ordered, "责改" + units.index.astype(str), ""),
            "rectify_by": np.where(ordered, day + 15, np.datetime64("NaT")),
            "rectified_on": np.where(code != "", day + 12, np.datetime64("NaT")),
            "filed_on": pd.NaT,
            "decision_no": "",
            "decided_on": pd.NaT,
            "penalty": "",
            "fine": "",
            "adcode": units.adcode,
            "supplier": units.supplier,
            "day": day,
            "first": calendar.delivery_of("enforcement_action", day, world.nights),
        }
    )
    return frame[frame["first"] < len(world.nights)]


def documents(world: World, at_fault: set[int], rng: np.random.Generator) -> pd.DataFrame:
    """The procuratorate's letters about units without fault, most of them answered in time."""
    others = np.setdiff1d(np.arange(len(world.institutions)), list(at_fault))
    units = world.institutions.iloc[rng.choice(others, 60)].reset_index(drop=True)
    issued = np.datetime64(world.nights[-1]) - rng.integers(2, 500, len(units))
    answered = (rng.random(len(units)) < 0.85) & (issued + 25 < np.datetime64(world.nights[0]))
    kind = rng.choice(
        ["社会治理检察建议", "线索移送函", "督促履职函"], len(units), p=[0.6, 0.2, 0.2]
    )
    frame = pd.DataFrame(
        {
            "document_type": kind,
            "addressee": np.where(kind == "社会治理检察建议", units.name, units.authority),
            "addressee_uscc": "",
            "matter": "校园安全管理",
            "institution": units.name,
            "institution_uscc": units.uscc,
            "case_no": "",
            "clue_id": "",
            "issued_on": issued,
            "served_on": issued + 2,
            "urgent": "否",
            "replied_on": np.where(answered, issued + 25, np.datetime64("NaT")),
            "reply_result": np.where(answered, "采纳", ""),
            "adcode": units.adcode,
            "supplier": "procuratorate",
            "day": issued,
            "first": calendar.delivery_of("procuratorial_document", issued, world.nights),
        }
    )
    return frame[frame["first"] < len(world.nights)]
