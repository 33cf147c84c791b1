"""Each agency's way of handing in: which file, in which form, with which sheets, on which day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from ingest.contract import Feed, load_contracts
from ingest.simulate import calendar, cells, defects
from ingest.simulate.names import TOWNSHIPS
from ingest.simulate.render.forms import File
from ingest.simulate.screening import CHANNELS
from ingest.simulate.world import AUTHORITIES, MAIN, SECOND, TITLES, World

# The form of each supplier's file; what an office cannot open in a workbook comes as CSV.
FORMS = {
    "institution_register": {
        "edu": "xlsx",
        "civil": "xls",
        "health": "xlsx",
        "culture": "xlsx",
        "sport": "csv:utf-8-sig",
        "hrss": "xlsx",
        "market": "csv:gbk",
    },
    "staff_roster": {
        "edu": "xlsx",
        "civil": "xls",
        "health": "parquet",
        "culture": "xlsx:+zip",
        "sport": "csv:utf-8-sig",
        "hrss": "csv:utf-8+gz",
        "market": "csv:gb18030+zip",
    },
    "business_registration": {"market": "csv:gb18030+gz"},
    "social_insurance": {"hrss": "csv:utf-8"},
    "screening_record": {"edu": "xlsx", "police": "xlsx", "procuratorate": "xlsx"},
    "criminal_judgment": {"court": "csv:gb18030"},
    "prosecution_case": {"procuratorate": "csv:utf-8"},
    "police_penalty": {"police": "csv:gb18030"},
    "police_case": {"police": "csv:gb18030"},
    "sentence_execution": {"justice": "xlsx"},
    "teacher_qualification": {"edu": "csv:utf-8-sig"},
    "enforcement_action": dict.fromkeys(AUTHORITIES, "xlsx"),
    "procuratorial_document": {"procuratorate": "csv:utf-8"},
}
SNAPSHOTS = (
    "institution_register",
    "staff_roster",
    "business_registration",
    "social_insurance",
    "teacher_qualification",
)
ON_CHANGE = ("institution_register", "teacher_qualification")  # quarterly, and when it changed
VIEW_COUNTY = MAIN  # whose social insurance is read from the agency's own database
# What goes wrong in handing in, as it does every season:
MISSED = ("screening_record", SECOND, "police", 1)  # comes with the next delivery
ONCE = ("staff_roster", SECOND, "sport")  # handed in one day, and never again
ONCE_DAYS_BEFORE = 120
CORRECTED = ("institution_register", MAIN, "market", 1)  # incomplete, then whole
RESENT = ("police_penalty", MAIN, "police")  # the base file comes again with the second delivery
ARRIVES_LATE = ("sentence_execution", MAIN, "justice", 1)  # dated in time, there after the night
WORKBOOK_ROWS = 60_000
TERM = "2023年秋季学期"


@dataclass(frozen=True)
class Delivery:
    """What one agency hands in of one feed for one night; `since` is its delivery before."""

    feed: Feed
    adcode: str
    supplier: str
    number: int
    since: int
    rows: pd.DataFrame

    @property
    def name(self) -> tuple[str, str, str, int]:
        """The delivery as the oddities above name it."""
        return self.feed.id, self.adcode, self.supplier, self.number


@dataclass(frozen=True)
class Handover:
    """A file, the day on which it is dated, and the night after which it arrives, if late."""

    file: File
    day: np.datetime64
    after: int | None = None


def deliveries(feed_id: str, rows: pd.DataFrame, world: World) -> Iterator[Delivery]:
    """The deliveries of a feed, a base for the first night and one for every later night."""
    feed = load_contracts()[feed_id]
    for adcode in TITLES:
        for supplier in FORMS[feed_id]:
            mine = rows[(rows.adcode == adcode) & (rows.supplier == supplier)]
            since = -1
            for number in range(len(world.nights) if len(mine) else 0):
                name = (feed_id, adcode, supplier, number)
                shown = _shown(feed_id, mine, since, number)
                if (
                    name == MISSED
                    or (name[:3] == ONCE and number)
                    or (
                        number
                        and name != CORRECTED
                        and feed_id in ON_CHANGE
                        and not _changed(mine, number)
                    )
                ):
                    continue
                yield Delivery(feed, adcode, supplier, number, since, shown)
                since = number


def _shown(feed_id: str, rows: pd.DataFrame, since: int, number: int) -> pd.DataFrame:
    """A register as it stands; of events those since the delivery before."""
    if feed_id == "staff_roster":
        rows = rows.sort_values("institution_at", kind="stable")
    if feed_id in SNAPSHOTS:
        return rows[(rows["first"] <= number) & (rows["last"] >= number)]
    return rows[(rows["first"] > since) & (rows["first"] <= number)]


def _changed(rows: pd.DataFrame, number: int) -> bool:
    return bool((rows["first"] == number).any() or (rows["last"] == number - 1).any())


def handovers(delivery: Delivery, inbox: Path, world: World) -> Iterator[Handover]:
    """The files of a delivery with the day on which they are handed in."""
    feed, supplier = delivery.feed, delivery.supplier
    night = world.nights[delivery.number]
    day = calendar.delivered_on(feed.id, night)
    if delivery.name[:3] == ONCE:
        day = np.datetime64(night) - ONCE_DAYS_BEFORE
    folder = inbox / delivery.adcode / supplier
    form = FORMS[feed.id][supplier]
    workbook = form.startswith("xls")
    if workbook and len(delivery.rows) > WORKBOOK_ROWS:
        form, workbook = "csv:gb18030", False
    title = f"{TITLES[delivery.adcode]}{feed.title_zh}（{TERM}）"
    rows = defects.garble(feed, delivery.rows.reset_index(drop=True), workbook)
    whole = cells.write_rows(feed, rows, supplier, workbook)
    for name, parts, manifest in _parts(delivery, rows, world):
        sheets = {label: whole[part] for label, part in parts.items()}
        file = File(folder / str(day), name, form, sheets, title, manifest)
        yield Handover(file, day, delivery.number if delivery.name == ARRIVES_LATE else None)
        if delivery.name == CORRECTED:
            short = {label: sheet[: len(sheet) * 4 // 5] for label, sheet in sheets.items()}
            earlier = day - 2
            yield Handover(replace(file, folder=folder / str(earlier), sheets=short), earlier)
        if delivery.name[:3] == RESENT and delivery.number == 0 and len(world.nights) > 1:
            again = calendar.delivered_on(feed.id, world.nights[1])
            yield Handover(replace(file, folder=folder / str(again), name=f"{name}_重报"), again)


# file name, which rows stand on which sheet, manifest
Part = tuple[str, dict[str, np.ndarray], dict[str, str]]


def _parts(delivery: Delivery, rows: pd.DataFrame, world: World) -> Iterator[Part]:
    """The files of the delivery, whose rows as the agency wrote them are `rows`."""
    feed = delivery.feed
    everything = np.ones(len(rows), dtype=bool)
    if feed.id == "staff_roster" and delivery.supplier == "edu":
        yield from _school_districts(delivery, rows)
    elif feed.id == "screening_record":
        yield from _screening_years(delivery, rows, world)
    elif feed.id in SNAPSHOTS:
        kind = {} if feed.id == "staff_roster" else {"kind": "full"}
        yield f"{feed.title_zh}_{TITLES[delivery.adcode]}", {"Sheet1": everything}, kind
    else:
        end = calendar.period_end(feed.id, world.nights[delivery.number])
        start = np.datetime64("2010-01-01")
        if delivery.since >= 0:
            start = calendar.period_end(feed.id, world.nights[delivery.since]) + 1
        period = {"period_start": str(start), "period_end": str(end), "kind": "delta"}
        yield f"{feed.title_zh}_{str(end)[:7]}", {"Sheet1": everything}, period


def _school_districts(delivery: Delivery, rows: pd.DataFrame) -> Iterator[Part]:
    """A workbook per five townships with a sheet each, and the dispatch staff on one apart."""
    towns = TOWNSHIPS[delivery.adcode]
    sent = (rows.engagement == "劳务派遣").to_numpy()
    for start in range(0, len(towns), 5):
        group = towns[start : start + 5]
        sheets = {town: (rows.township == town).to_numpy() & ~sent for town in group}
        sheets["劳务派遣"] = rows.township.isin(group).to_numpy() & sent
        name = f"{delivery.feed.title_zh}_{group[0]}学区"
        yield name, {label: part for label, part in sheets.items() if part.any()}, {}


def _screening_years(delivery: Delivery, rows: pd.DataFrame, world: World) -> Iterator[Part]:
    """The base delivery holds a file per calendar year; later ones one file each."""
    channel = CHANNELS[delivery.supplier]
    end = calendar.period_end(delivery.feed.id, world.nights[delivery.number])
    if delivery.since >= 0:
        starts = [calendar.period_end(delivery.feed.id, world.nights[delivery.since]) + 1]
    else:
        years = range(2021, world.nights[0].year + 1)
        starts = [calendar.HISTORY_FROM, *(np.datetime64(f"{y}-01-01") for y in years)]
    stops = [s - 1 for s in starts[1:]] + [end]
    day = rows.answered_on.where(rows.answered_on.notna(), rows.applied_on)
    which = np.clip(
        np.searchsorted(np.array(starts), day.to_numpy("datetime64[D]"), "right") - 1, 0, None
    )
    for i, (start, stop) in enumerate(zip(starts, stops, strict=True)):
        manifest = {"period_start": str(start), "period_end": str(stop), "channel": channel}
        name = f"{delivery.feed.title_zh}_{channel}_{str(stop)[:7]}"
        yield name, {"台账": which == i}, manifest
