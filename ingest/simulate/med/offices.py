"""The registers and the papers of the other agencies: workbooks and small files, month by month."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from ingest.contract import load_contracts
from ingest.simulate import calendar, cells, defects
from ingest.simulate.med import registers
from ingest.simulate.med.world import DAY, MedWorld
from ingest.simulate.render import forms
from ingest.simulate.world import SECOND, TITLES

FORMS = {
    "insured_person": "csv:utf-8",
    "medical_institution": "xlsx",
    "drug_retail_licence": "csv:gb18030",
    "pharmacist_registration": "xlsx",
    "business_registration": "csv:gb18030+gz",
    "medical_catalogue": "csv:utf-8",
    "medical_enforcement": "xlsx",
    "injury_liability": "csv:gb18030",
}
DEATH_FORMS = {"civil": "xlsx", "police": "csv:gb18030", "health": "xlsx"}
# what each of the three calls the day that it put down
DEATH_DAYS = {"civil": "火化日期", "police": "注销日期", "health": "登记日期"}
NOT_KEPT = {SECOND: ("medical_enforcement", "injury_liability")}
WORKBOOK_ROWS = 60_000
LONG_AGO = np.datetime64("2021-01-01")


def hand_in(
    world: MedWorld, papers: dict[str, pd.DataFrame], inbox: Path
) -> Iterator[tuple[str, int]]:
    """Write registers as they stand and papers as they come; yields feed and rows of each file."""
    first_night = np.datetime64(world.nights[0], "D")
    for number, cut in enumerate(world.cuts):
        told = {
            "medical_institution": registers.medical_institution(world, cut),
            "drug_retail_licence": registers.drug_retail_licence(world, cut),
            "pharmacist_registration": registers.pharmacist_registration(world, cut),
        }
        if cut == first_night:
            told["insured_person"] = registers.insured_person(world)
        if number == 0:
            told["medical_catalogue"] = registers.medical_catalogue(world)
        for feed, rows in told.items():
            yield from _deliver(world, feed, rows, inbox, cut, {"kind": "full"})
        since = world.cuts[number - 1] if number else LONG_AGO
        for feed, rows in papers.items():
            period = {"period_start": str(since), "period_end": str(cut - 1), "kind": "delta"}
            # who hands in this feed also says when there was nothing
            who = list(DEATH_FORMS) if feed == "death_record" else sorted(rows.supplier.unique())
            news = _news(rows, since, cut)
            yield from _deliver(world, feed, news, inbox, cut, period, who)
    for night in world.nights:
        # the market authority's own day: its other businesses come in the same delivery
        day = calendar.delivered_on("business_registration", night)
        yield from _deliver(
            world, "business_registration", registers.business_registration(world, day), inbox, day,
            {"kind": "full"},
        )  # fmt: skip


def _news(rows: pd.DataFrame, since: np.datetime64, cut: np.datetime64) -> pd.DataFrame:
    """Papers of these days, and those of which something became known: that they were paid."""
    day = rows.day.to_numpy(DAY)
    fresh = (day >= since) & (day < cut)
    if "paid_on" not in rows:
        return rows[fresh]
    paid = rows.paid_on.to_numpy(DAY)
    moved = rows.transferred_on.to_numpy(DAY)
    late = (paid >= since) & (paid < cut) | (moved >= since) & (moved < cut)
    shown = rows[fresh | (late & (day < cut))].copy()
    for column in ("paid_on", "transferred_on"):
        known = shown[column].to_numpy(DAY) < cut
        shown[column] = shown[column].where(known)
    return shown


def _deliver(
    world: MedWorld,
    feed_id: str,
    rows: pd.DataFrame,
    inbox: Path,
    day: np.datetime64,
    manifest: dict[str, str],
    suppliers: list[str] | None = None,
) -> Iterator[tuple[str, int]]:
    feed = load_contracts()[feed_id]
    suppliers = suppliers or list(rows.supplier.unique())
    for adcode in TITLES:
        if feed_id in NOT_KEPT.get(adcode, ()):
            continue
        for supplier in suppliers:
            mine = rows[(rows.home == adcode) & (rows.supplier == supplier)]
            form = FORMS.get(feed_id) or DEATH_FORMS[supplier]
            if form == "xlsx" and len(mine) > WORKBOOK_ROWS:
                form = "csv:gb18030"
            workbook = form == "xlsx"
            spoilt = defects.garble(feed, mine.reset_index(drop=True), workbook)
            sheet = cells.write_rows(feed, spoilt, supplier, workbook)
            if feed_id == "death_record":
                sheet = sheet.rename(
                    columns=dict.fromkeys(DEATH_DAYS.values(), DEATH_DAYS[supplier])
                )
            name = f"{feed.title_zh}_{str(day)[:7]}"
            if feed_id == "business_registration":
                name = f"{feed.title_zh}_医药经营单位"
            folder = inbox / adcode / supplier / str(day)
            file = forms.File(folder, name, form, {"Sheet1": sheet}, feed.title_zh, manifest)
            forms.write(file, day)
            yield feed_id, len(sheet)
