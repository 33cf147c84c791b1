"""The picture page in a real browser, as a reader has it: on a screen, on paper, without script."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.home import Home
from orchestration.publish.page import write_pages
from tests.browser import CHROMIUM, Tab, browser
from tests.inbox import COUNTY, id_number
from tests.orchestration import counted
from tests.orchestration.published import NIGHT, Published

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no chromium on this machine (Debian: apt-get install chromium)"
)
DEFECTS = (Path(__file__).parent / "defects.js").read_text("utf-8")
PAPER = 703  # pixels of A4's 186 mm between the margins
PAGES = ("index.html", f"{COUNTY}.html", "empty/index.html", "map/index.html")
CHARTS = "document.querySelectorAll('.chart svg').length"
TEXT = "document.body.innerText"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pages of an office of two counties, the same with a map, and of one without any county."""
    home = tmp_path_factory.mktemp("office")
    empty, mapped = home / "empty", home / "map"
    for root in (home, empty, mapped):
        office = Published(Home(root).make())
        if root != empty:
            counted.fill(office)
        if root == mapped:
            _map(root)
        office.save()
        index = write_pages(office.home, NIGHT, office.home.marts / "clues.duckdb")
        if root != home:
            index.rename(home / "reports" / f"{NIGHT}-{root.name}.html")
    reports = home / "reports" / str(NIGHT)
    for root in (empty, mapped):
        (reports / root.name).mkdir()
        (home / "reports" / f"{NIGHT}-{root.name}.html").rename(reports / root.name / "index.html")
    return reports


def _map(root: Path) -> None:
    """Thirty-nine squares in six rows."""
    features = []
    for number in range(39):
        x, y = 104 + number % 7 / 10, 26 + number // 7 / 10
        ring = [[x, y], [x + 0.1, y], [x + 0.1, y + 0.1], [x, y + 0.1], [x, y]]
        features.append({
            "type": "Feature", "properties": {"adcode": COUNTY, "name": f"第{number + 1}街道"},
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        })  # fmt: skip
    (root / "regions.geojson").write_text(json.dumps({"features": features}), "utf-8")


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    with browser(tmp_path_factory.mktemp("profile")) as tab:
        yield tab


@pytest.mark.parametrize("width", [1280, 1920])
@pytest.mark.parametrize("page", PAGES)
def test_on_a_screen(folder: Path, tab: Tab, page: str, width: int) -> None:
    tab.open(folder / page, width)
    assert [url for url in tab.requests if not url.startswith("data:")] == [
        (folder / page).as_uri()
    ]  # fmt: skip
    assert tab.said == []
    assert tab.run(DEFECTS) == []
    drawn = {"empty/index.html": 0, "map/index.html": 6}.get(page, 5)
    assert tab.run(CHARTS) == drawn
    # what the charts draw is not also a table before one asks for it
    assert tab.run("document.querySelectorAll('figure details[open]').length") == 0


@pytest.mark.parametrize("page", PAGES)
def test_on_paper(folder: Path, tab: Tab, page: str) -> None:
    tab.open(folder / page, 1280)
    tab.run("window.dispatchEvent(new Event('beforeprint'))")
    tab.show("print", PAPER)
    assert tab.run(DEFECTS) == []
    assert tab.run("document.querySelectorAll('figure details:not([open])').length") == 0
    sheets = len(re.findall(rb"/Type\s*/Page\b", tab.pdf()))
    assert 1 <= sheets <= 8


@pytest.mark.parametrize("width", [1280, 1920])
def test_without_script_every_table_is_there(folder: Path, tab: Tab, width: int) -> None:
    tab.open(folder / "index.html", width, script=False)
    assert tab.run(CHARTS) == 0
    heights = tab.run("[].map.call(document.querySelectorAll('table'), t => t.offsetHeight)")
    assert len(heights) == 11
    assert min(heights) > 0
    assert tab.run(DEFECTS) == []
    assert tab.said == []


@pytest.mark.parametrize("page", PAGES)
def test_it_has_no_identity_number(folder: Path, tab: Tab, page: str) -> None:
    tab.open(folder / page, 1280)
    tab.run("window.dispatchEvent(new Event('beforeprint'))")
    assert tab.run(TEXT)
    source = re.sub(r"<script>.*?</script>", "", (folder / page).read_text("utf-8"), flags=re.S)
    for text in (tab.run(TEXT), source):
        assert re.findall(r"(?<!\d)\d{15}(?!\d)|\d{17}[\dXx]", text) == []


def test_the_page_may_ask_for_nothing(folder: Path, tab: Tab) -> None:
    tab.open(folder / "index.html", 1280)
    for tag, source in (("img", "src"), ("script", "src"), ("link", "href"), ("iframe", "src")):
        tab.said.clear()
        tab.run(f"""
            var one = document.createElement('{tag}');
            one.rel = 'stylesheet';
            one.{source} = 'file:///elsewhere';
            document.body.append(one)
        """)
        tab.run("new Promise(done => setTimeout(done, 100))")
        assert any("Content Security Policy" in said for said in tab.said), tag


def test_a_chart_draws_the_numbers_of_its_table(folder: Path, tab: Tab) -> None:
    tab.open(folder / f"{COUNTY}.html", 1280)
    drawn = tab.run("document.querySelector('#ages .chart').textContent")
    for age, clues in zip(counted.AGES, (7, 14, 21, 28, 35), strict=True):
        assert age in drawn
        assert str(clues) in drawn
    precision = tab.run("document.querySelector('#precision .chart').innerHTML")
    assert "8 / 20" in precision
    assert precision.count('fill="#c05a00"') == 1  # one rule's lower bound is under a half


BAD = {
    "asks": '<img src="file:///nowhere.png">',
    "says": "<script>console.error('oh')</script>",
    "throws": "<script>null.x</script>",
    "wide": "<p style='width:3000px'>a</p>",
    "covers": "<p>first</p><p style='margin-top:-40px'>second</p>",
    "cut": "<table><td style='max-width:20px;white-space:nowrap'>much too long</table>",
    "number": id_number(1),
}


@pytest.mark.parametrize("defect", BAD)
def test_the_browser_sees_what_is_wrong(tmp_path: Path, tab: Tab, defect: str) -> None:
    path = tmp_path / "bad.html"
    path.write_text(f"<!doctype html><meta charset=utf-8><body>{BAD[defect]}</body>", "utf-8")
    tab.open(path, 1280)
    found = {
        "asks": len(tab.requests) > 1 and tab.said, "says": tab.said, "throws": tab.said,
        "wide": tab.run(DEFECTS), "covers": tab.run(DEFECTS), "cut": tab.run(DEFECTS),
        "number": re.findall(r"\d{17}[\dXx]", tab.run(TEXT)),
    }  # fmt: skip
    assert found[defect]
