"""What the fund's simulated agencies hand in, and that the door takes it."""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections import Counter
from datetime import date
from itertools import pairwise
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingest import door
from ingest.contract import load_contracts
from ingest.home import Home
from ingest.simulate import Delivered, ledger, models
from ingest.simulate.med.county import simulate
from ingest.simulate.med.world import NIGHTS
from ingest.simulate.world import MAIN, SECOND

SCALE = 0.6
FEEDS = (
    "insured_person", "medical_institution", "drug_retail_licence", "pharmacist_registration",
    "medical_settlement", "medical_fee_line", "medical_visit", "drug_sale", "drug_purchase",
    "drug_stock_count", "trace_shipment", "medical_catalogue", "death_record",
    "medical_enforcement", "injury_liability",
)  # fmt: skip
BULK = FEEDS[4:11]
KEPT = ("2025-05-31", "2025-10-31", "2026-04-30")  # the base, one in Parquet, a night's own


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fund")


@pytest.fixture(scope="module")
def delivered(place: Path) -> Delivered:
    return simulate(place / "inbox", place / "planted", scale=SCALE)


@pytest.fixture(scope="module")
def inbox(place: Path, delivered: Delivered) -> Path:
    return place / "inbox"


def files_of(inbox: Path, pattern: str) -> list[Path]:
    return sorted(p for p in inbox.glob(pattern) if not p.name.endswith(".manifest.json"))


def test_every_feed_comes_from_where_it_may(inbox: Path, delivered: Delivered) -> None:
    contracts = load_contracts()
    seen: Counter[str] = Counter()
    files = files_of(inbox, "*/*/*/*")
    for path in files:
        adcode, supplier, day = path.relative_to(inbox).parts[:3]
        assert adcode in (MAIN, SECOND) and date.fromisoformat(day) <= NIGHTS[-1]
        mine = [f for f in contracts.values() if supplier in f.suppliers]
        feed = next(f.id for f in mine if path.name.startswith(f.title_zh))
        seen[feed] += 1
    assert set(seen) == {*FEEDS, "business_registration"}
    assert len(files) == delivered.files


def test_no_file_looks_as_if_it_were_still_being_written(inbox: Path) -> None:
    assert all(p.stat().st_mtime < time.time() - 60 for p in inbox.rglob("*") if p.is_file())


def test_manifests_agree_and_leave_no_gap(inbox: Path) -> None:
    periods: dict[tuple[str, ...], list[tuple[str, str]]] = {}
    for path in sorted(inbox.rglob("*.manifest.json")):
        said = json.loads(path.read_text("utf-8"))
        data = path.with_name(path.name.removesuffix(".manifest.json")).read_bytes()
        assert said["sha256"] == hashlib.sha256(data).hexdigest()
        if "period_start" in said:
            key = (*path.relative_to(inbox).parts[:2], path.name.split("_")[0])
            periods.setdefault(key, []).append((said["period_start"], said["period_end"]))
    for key, spans in periods.items():
        spans = sorted(set(spans))
        for (_, end), (start, _) in pairwise(spans):
            assert pd.Timestamp(start) - pd.Timestamp(end) == pd.Timedelta(days=1), key


def test_headings_are_the_national_field_names(inbox: Path) -> None:
    first = files_of(inbox, f"{MAIN}/medicare/2025-05-31/医保结算*")[0]
    head = first.read_text("utf-8").splitlines()[0]
    assert head.replace('"', "").split(",")[:6] == [
        "setl_id", "mdtrt_id", "psn_no", "certno", "psn_name", "insutype",
    ]  # fmt: skip


def test_types_flip_between_the_files_of_one_feed(inbox: Path) -> None:
    types = {
        pq.read_schema(p).field("med_type").type
        for p in files_of(inbox, f"{MAIN}/medicare/*/医保结算*.parquet")
    }
    assert types == {pa.string(), pa.int64()}


def test_each_county_has_its_own_dictionary_of_kinds(inbox: Path) -> None:
    kinds = [
        set(pd.read_csv(p, dtype=str).med_type)
        for adcode in (MAIN, SECOND)
        for p in files_of(inbox, f"{adcode}/medicare/2025-05-31/医保结算*.csv")
    ]
    assert kinds[0] - kinds[1] and kinds[1] - kinds[0]


def test_the_shares_of_void_late_and_blank(inbox: Path) -> None:
    frames = [
        pd.read_csv(p, dtype=str) for p in files_of(inbox, f"{MAIN}/medicare/*/医保结算*.csv")
    ]
    rows = pd.concat(frames)
    assert (rows.vali_flag == "0").mean() == pytest.approx(0.0037, abs=0.002)
    assert rows.certno.isna().mean() == pytest.approx(0.012, abs=0.004)
    assert rows.setl_id.notna().all() and not rows.setl_id.duplicated().any()
    linked = rows[rows.refd_setl_flag == "1"].orig_setl_id.notna().mean()
    assert 0.6 < linked < 0.95  # some places do not say what a refund takes back
    visits = pd.concat(
        pd.read_csv(p, dtype=str) for p in files_of(inbox, f"{MAIN}/medicare/*/就诊记录*.csv")
    )
    newest = visits.drop_duplicates("mdtrt_id", keep="last")
    assert newest.endtime.isna().mean() < 0.02


def test_the_ledger_lies_apart_and_names_the_rows_of_every_actor(
    place: Path, inbox: Path, delivered: Delivered
) -> None:
    assert delivered.ledger == place / "planted" / "planted.csv"
    assert place.joinpath("planted").stat().st_mode & 0o777 == 0o700
    hits = pd.read_parquet(place / "planted" / "hits.parquet")
    numbers = duckdb.sql(
        f"select setl_id from read_csv('{inbox}/*/medicare/*/医保结算*.csv', all_varchar=true)"
        f" union all select setl_id from read_parquet('{inbox}/*/medicare/*/医保结算*.parquet')"
    ).df()
    assert len(hits) > 500
    assert hits.setl_id.isin(numbers.setl_id).mean() > 0.97  # the others are still on their way
    with pytest.raises(ValueError, match="outside the inbox"):
        simulate(inbox, inbox / "planted", scale=SCALE)


def test_the_door_takes_what_they_hand_in(inbox: Path, tmp_path: Path) -> None:
    home = Home(tmp_path / "home").make()
    for folder in sorted(inbox.glob("*/*/*")):
        if folder.name in KEPT:
            shutil.copytree(folder, home.inbox / folder.relative_to(inbox))
    for feed in FEEDS:
        records = door.take(home, feed, NIGHTS[-1])
        refused = {r.message for r in records if r.status in ("REJECTED", "UNRECOGNISED")}
        assert records and not refused, feed
        rows = sum(r.rows_in for r in records)
        quarantined = sum(r.rows_quarantined for r in records)
        assert rows > 0
        assert quarantined == 0 if feed in BULK else quarantined < 0.02 * rows + 3, feed


@pytest.mark.slow
def test_equal_arguments_give_equal_files(place: Path, inbox: Path, tmp_path: Path) -> None:
    """That equal seeds give equal rows is shown by test_simulate_med.py, and that equal rows give
    equal files by test_simulate_files.py.
    """
    simulate(tmp_path / "inbox", tmp_path / "planted", scale=SCALE)
    for path in files_of(inbox, "*/*/*/*"):
        assert path.read_bytes() == (tmp_path / "inbox" / path.relative_to(inbox)).read_bytes()


@pytest.mark.slow
def test_both_models_share_an_inbox_and_a_ledger(
    tmp_path: Path,
) -> None:
    nights = (date(2026, 4, 30),)
    done = models.simulate(
        models.ALL, tmp_path / "inbox", tmp_path / "planted", nights, scale=SCALE
    )
    planted = ledger.read(tmp_path / "planted")
    assert {r.split("-")[0] for r in planted.rule_id} == {"MIN", "MED"}
    assert done.databases
    market = tmp_path / "inbox" / MAIN / "market" / "2026-04-27"
    assert len(files_of(market, "市场主体登记*")) == 2  # one delivery of two files


@pytest.mark.slow
def test_a_great_platform_delivers_parquet(tmp_path: Path) -> None:
    simulate(
        tmp_path / "inbox", tmp_path / "planted", (date(2026, 4, 30),), scale=SCALE, parquet=True
    )
    for feed in ("医保结算", "医保费用明细", "药品销售"):
        assert files_of(tmp_path / "inbox", f"*/medicare/*/{feed}*.parquet")
        assert not files_of(tmp_path / "inbox", f"*/medicare/*/{feed}*.csv*")
