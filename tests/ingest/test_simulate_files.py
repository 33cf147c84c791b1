"""What the simulated agencies hand in: forms, manifests, oddities, and no plant within reach."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import sqlite3
import time
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from python_calamine import CalamineWorkbook, SheetVisibleEnum

from ingest.contract import load_contracts
from ingest.simulate import NIGHTS, Delivered, simulate
from ingest.simulate.render import forms

SCALE = 0.3
TODAY = time.time()
HISTORY = date(2020, 8, 20)
CHANNELS = {"edu": "准入查询平台", "police": "公安机关", "procuratorate": "检察机关"}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("county")


@pytest.fixture(scope="module")
def delivered(place: Path) -> Delivered:
    return simulate(place / "inbox", place / "planted", scale=SCALE)


@pytest.fixture(scope="module")
def inbox(place: Path, delivered: Delivered) -> Path:
    return place / "inbox"


def files_of(inbox: Path, pattern: str) -> list[Path]:
    return sorted(p for p in inbox.glob(pattern) if not p.name.endswith(".manifest.json"))


def test_every_file_lies_where_its_supplier_may_put_it(inbox: Path, delivered: Delivered) -> None:
    feeds = load_contracts().values()
    files = files_of(inbox, "*/*/*/*")
    for path in files:
        adcode, supplier, day = path.relative_to(inbox).parts[:3]
        assert adcode in ("520526", "520502")
        assert date.fromisoformat(day) <= NIGHTS[-1]
        titles = [f.title_zh for f in feeds if supplier in f.suppliers]
        assert any(path.name.startswith(title) for title in titles), path.name
    # one delivery is held up until after the second night
    assert len(files) == delivered.files - 1
    assert delivered.rows > 50_000


def test_no_file_looks_as_if_it_were_still_being_written(inbox: Path) -> None:
    assert all(p.stat().st_mtime < TODAY - 60 for p in inbox.rglob("*") if p.is_file())


def test_manifests_agree_with_their_files(inbox: Path) -> None:
    manifests = list(inbox.rglob("*.manifest.json"))
    assert manifests
    for path in manifests:
        said = json.loads(path.read_text("utf-8"))
        data = path.with_name(path.name.removesuffix(".manifest.json")).read_bytes()
        assert said["sha256"] == hashlib.sha256(data).hexdigest()
    court = next(inbox.glob("520526/court/2023-08-31/*.csv"))
    said = json.loads(court.with_name(court.name + ".manifest.json").read_text("utf-8"))
    assert said["rows"] == len(court.read_text("gb18030").splitlines()) - 1


def test_agencies_hand_in_every_form(inbox: Path) -> None:
    endings = {"".join(p.suffixes[-2:]) for p in files_of(inbox, "*/*/*/*")}
    assert endings >= {".xlsx", ".xls", ".csv", ".parquet", ".csv.gz", ".csv.zip", ".xlsx.zip"}
    bom = next(inbox.glob("520526/edu/2023-08-26/教师资格*.csv"))
    assert bom.read_bytes().startswith(b"\xef\xbb\xbf")
    business = next(inbox.glob("520526/market/2023-08-28/市场主体登记*.csv.gz"))
    text = gzip.decompress(business.read_bytes()).decode("gb18030")
    assert "存续" in text and "\r\n" in text


def test_a_roster_has_a_title_two_header_rows_a_total_and_a_hidden_sheet(inbox: Path) -> None:
    path = next(inbox.glob("520526/edu/2023-08-27/从业人员花名册_草海镇学区.xlsx"))
    book = CalamineWorkbook.from_path(path)
    assert [s.name for s in book.sheets_metadata][-2:] == ["劳务派遣", "字典"]
    assert book.sheets_metadata[-1].visible == SheetVisibleEnum.Hidden
    rows = book.get_sheet_by_name("草海镇").to_python()
    assert rows[0][0].startswith("威宁县从业人员花名册") and set(rows[0][1:]) == {""}
    group, names = rows[1], rows[2]
    start = group.index("人员信息")
    assert names[start : start + 2] == ["姓名", "性别"]
    assert all(
        not (above and below)
        for above, below in zip(group, names, strict=True)
        if above != "人员信息"
    )
    assert rows[-1][0] == "合计"


def test_a_few_numbers_have_gone_through_a_number_cell(inbox: Path) -> None:
    cells = [
        cell
        for path in inbox.glob("520526/edu/2023-08-27/从业人员花名册_*学区.xlsx")
        for sheet in CalamineWorkbook.from_path(path).sheet_names[:-1]
        for row in CalamineWorkbook.from_path(path).get_sheet_by_name(sheet).to_python()[3:-1]
        for cell in row
    ]
    people = sum(isinstance(cell, str) and cell[:6].isdigit() and len(cell) == 18 for cell in cells)
    eaten = sum(isinstance(cell, float) and cell > 1e17 for cell in cells)
    assert 0.001 < eaten / people < 0.02


def test_a_roster_without_news_comes_as_the_same_bytes(inbox: Path) -> None:
    same = [
        path.read_bytes() == path.parents[1].joinpath("2023-09-26", path.name).read_bytes()
        for path in inbox.glob("520526/edu/2023-08-27/从业人员花名册_*学区.xlsx")
    ]
    assert True in same and False in same


@pytest.mark.parametrize("form", ["xlsx", "xls", "csv:gbk", "csv:utf-8+gz", "csv:+zip", "parquet"])
def test_equal_content_gives_equal_bytes(tmp_path: Path, form: str) -> None:
    sheet = pd.DataFrame({"姓名": ["马艳", "禄阿支"], "身份证号": ["", "522427199001010011"]})
    written = []
    for folder in ("a", "b"):
        file = forms.File(tmp_path / folder, "名单", form, {"Sheet1": sheet}, "名单")
        written.append(forms.write(file, np.datetime64("2023-08-26")).read_bytes())
        time.sleep(1.1 if folder == "a" else 0)  # zip and gzip know seconds
    assert written[0] == written[1]


def test_a_rare_character_turns_gbk_into_gb18030(tmp_path: Path) -> None:
    sheet = pd.DataFrame({"姓名": ["马𬱖"]})
    file = forms.File(tmp_path, "名单", "csv:gbk", {"Sheet1": sheet})
    data = forms.write(file, np.datetime64("2023-08-26")).read_bytes()
    assert list(csv.reader(io.StringIO(data.decode("gb18030")))) == [["姓名"], ["马𬱖"]]


# -- what the completeness of a feed is proved with --------------------------------------------


def covered(inbox: Path, adcode: str, supplier: str, feed: str, night: date) -> list[date]:
    """The days in the periods of the manifests that lie there on the night."""
    days: set[date] = set()
    for path in inbox.glob(f"{adcode}/{supplier}/*/{feed}*.manifest.json"):
        if date.fromisoformat(path.parent.name) <= night:
            said = json.loads(path.read_text("utf-8"))
            start = date.fromisoformat(said["period_start"])
            span = (date.fromisoformat(said["period_end"]) - start).days
            days |= {start + timedelta(n) for n in range(span + 1)}
    return sorted(days)


def gaps(days: list[date], start: date, end: date) -> int:
    return (end - start).days + 1 - sum(start <= day <= end for day in days)


@pytest.mark.parametrize("night", NIGHTS)
@pytest.mark.parametrize("supplier", CHANNELS)
def test_the_main_county_proves_every_channel(inbox: Path, supplier: str, night: date) -> None:
    days = covered(inbox, "520526", supplier, "入职查询记录", night)
    assert gaps(days, HISTORY, night - timedelta(10)) == 0


def test_the_second_county_misses_a_channel_for_one_night(inbox: Path) -> None:
    missing = [
        gaps(
            covered(inbox, "520502", "police", "入职查询记录", night),
            HISTORY,
            night - timedelta(10),
        )
        for night in NIGHTS
    ]
    assert [bool(n) for n in missing] == [False, True, False]


# -- oddities ----------------------------------------------------------------------------------


def test_one_roster_is_120_days_old_on_the_first_night(inbox: Path) -> None:
    days = {p.parent.name for p in files_of(inbox, "520502/sport/*/从业人员花名册*")}
    assert days == {str(NIGHTS[0] - timedelta(120))}


def test_one_register_is_corrected_and_one_file_sent_twice(inbox: Path) -> None:
    market = files_of(inbox, "520526/market/2023-09-*/单位名录*")
    short, whole = (len(p.read_bytes().splitlines()) for p in market)
    assert 0.6 * whole < short < whole
    once = next(inbox.glob("520526/police/2023-08-28/公安行政处罚*.csv"))
    again = next(inbox.glob("520526/police/2023-09-27/公安行政处罚*_重报.csv"))
    assert again.read_bytes() == once.read_bytes()


def test_one_delivery_is_held_up(place: Path, inbox: Path) -> None:
    held = [
        p.relative_to(place / "planted" / "held" / "2023-09-30")
        for p in (place / "planted" / "held").rglob("*.xlsx")
    ]
    assert [p.parts[:3] for p in held] == [("520526", "justice", "2023-09-28")]
    assert not (inbox / held[0]).exists()


def test_social_insurance_of_the_main_county_is_a_view(place: Path, delivered: Delivered) -> None:
    assert list(delivered.databases) == ["XIANSUO_SQL_520526_HRSS"]
    path = Path(delivered.databases["XIANSUO_SQL_520526_HRSS"].removeprefix("sqlite:///"))
    with sqlite3.connect(path) as connection:
        rows = connection.execute('select * from "参保明细"')
        headings = {column[0] for column in rows.description}
        assert headings >= {"单位名称", "姓名", "险种"}
        assert len(rows.fetchall()) > 4000


# -- the ledger --------------------------------------------------------------------------------


def test_the_ledger_lies_apart_and_locked(place: Path, inbox: Path) -> None:
    assert (place / "planted").stat().st_mode & 0o077 == 0
    assert not list(inbox.rglob("planted*"))


def test_the_ledger_is_not_written_into_the_inbox(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="outside the inbox"):
        simulate(tmp_path / "inbox", tmp_path / "inbox" / "x", scale=SCALE)


def test_no_heading_and_no_file_name_speaks_of_a_plant(inbox: Path) -> None:
    words: defaultdict[str, int] = defaultdict(int)
    for word in headings(inbox):
        words[word] += 1
    known = {h for f in load_contracts().values() for c in f.columns for h in c.headers}
    assert set(words) <= known | {"序号", "人员信息", ""}


def headings(inbox: Path) -> Iterator[str]:
    """Everything written in the header rows of the workbooks and the CSV files."""
    for path in files_of(inbox, "*/*/*/*.xlsx"):
        book = CalamineWorkbook.from_path(path)
        for sheet in book.sheet_names[:-1]:
            yield from (
                str(c) for row in book.get_sheet_by_name(sheet).to_python()[1:3] for c in row
            )
    for path in files_of(inbox, "520526/*/*/*.csv"):
        data = path.read_bytes().split(b"\n", 1)[0]
        text = data.decode("utf-8-sig" if data[:3] == b"\xef\xbb\xbf" else _encoding(data))
        yield from next(csv.reader([text.strip("\r\n")]))


def _encoding(data: bytes) -> str:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"
