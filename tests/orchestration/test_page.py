"""The picture page: what stands on it, read as text."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest

from ingest.home import Home
from orchestration.publish.page import HERE, write_pages
from orchestration.publish.page.regions import MAX_BYTES, read_regions
from tests.inbox import COUNTY, id_number
from tests.night import ROOT
from tests.orchestration import counted
from tests.orchestration.counted import OTHER
from tests.orchestration.published import NIGHT, Published


class Section(HTMLParser):
    """The rows of the tables, and the text, of one section of a page."""

    def __init__(self, html: str, name: str) -> None:
        super().__init__()
        (part,) = re.findall(rf'<section id="{name}".*?</section>', html, re.DOTALL)
        self.rows: list[list[str]] = []
        self.text = ""
        self.feed(part)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_data(self, data: str) -> None:
        self.text += data
        if self.rows and self.rows[-1]:
            self.rows[-1][-1] += data.strip()

    def row(self, first: str) -> dict[str, str]:
        """The row that begins with this, by heading."""
        (row,) = (row for row in self.rows if row[0] == first)
        return dict(zip(self.rows[0], row, strict=True))


def pages(office: Published, night: date = NIGHT) -> dict[str, str]:
    office.save()
    index = write_pages(office.home, night, office.home.marts / "clues.duckdb")
    return {path.name: path.read_text("utf-8") for path in index.parent.iterdir()}


@pytest.fixture
def office(home: Home) -> Published:
    office = Published(home)
    counted.fill(office)
    return office


def numbers(html: str) -> dict[str, str]:
    return dict(re.findall(r'<span class="name">(.*?)</span><b>(.*?)</b>', html))


def test_one_page_over_all_and_one_for_each_county_linked_to_each_other(office: Published) -> None:
    written = pages(office)
    assert set(written) == {"index.html", f"{COUNTY}.html", f"{OTHER}.html"}
    for name, html in written.items():
        links = set(re.findall(r'href="([^"]+)"', html))
        assert links == {"index.html", "quality.html", f"{COUNTY}.html", f"{OTHER}.html"}, name


def test_the_numbers_at_the_top_are_the_marts(office: Published) -> None:
    written = pages(office)
    assert numbers(written[f"{OTHER}.html"]) == {
        "存续线索": "147", "新增": "14", "延续": "133", "逾期": "14", "已消除": "28", "属实率": "—",
    }  # fmt: skip
    assert numbers(written["index.html"]) == {
        "存续线索": "1,617", "新增": "154", "延续": "1,463", "逾期": "154", "已消除": "308",
        "属实率": "85%",  # (8 + 9 × 18) of 200
    }  # fmt: skip


def test_what_was_not_evaluated_stands_before_any_chart(office: Published) -> None:
    written = pages(office)
    html = written["index.html"]
    section = Section(html, "unevaluated")
    assert html.index('id="unevaluated"') < html.index("<figure")
    assert section.row("MIN-01") == {
        "规则": "MIN-01", "名称": "从未查询", "县": "七星关区", "原因": counted.MISSING,
    }  # fmt: skip
    assert "未能评估：1 项" in section.text
    assert "各项规则均已评估" in Section(written[f"{COUNTY}.html"], "unevaluated").text
    assert Section(html, "rules").row("MIN-01")["未能评估的县"] == "1"


def test_a_caveat_of_a_rule_that_was_evaluated_is_told(office: Published) -> None:
    office.con.execute(
        "update marts.fct_rule_run set reason = '缺公安行政处罚' where rule_id = 'MIN-05'"
    )
    section = Section(pages(office)["index.html"], "unevaluated")
    assert "已评估，但数据有缺口" in section.text
    assert "七星关区、威宁彝族回族苗族自治县" in section.text


def test_clues_by_rule_without_those_that_only_watch(office: Published) -> None:
    section = Section(pages(office)[f"{COUNTY}.html"], "rules")
    assert len(section.rows) == 15
    row = section.row("MIN-05")
    assert [row[name] for name in ("存续", "新增", "延续", "再现", "逾期", "已消除")] == [
        "80", "10", "50", "20", "10", "20",
    ]  # fmt: skip


def test_what_is_new_and_why(office: Published) -> None:
    feed = {"change_feed": "criminal_judgment", "change_delivered_on": date(2023, 10, 20)}
    for number, (county, state, is_parent, why) in enumerate((
        (COUNTY, "new", False, {"change_kind": "新到记录"} | feed),
        (OTHER, "new", False, {"change_kind": "新到记录"} | feed),
        (OTHER, "reopened", False, {"change_kind": "新到记录"} | feed),
        (OTHER, "open", False, {"change_kind": "证据变化"}),
        (OTHER, "new", True, {"change_kind": "成员变化"}),
        (OTHER, "open", False, {}),
    )):  # fmt: skip
        office.add("marts.fct_clue", clue_id=f"C{number}", rule_id="MIN-05", rule_version="v1",
                   adcode=county, as_of=NIGHT, state=state, is_parent=is_parent, **why)  # fmt: skip
    office.add("marts.agg_feed", feed="criminal_judgment", title_zh="刑事裁判", adcode=COUNTY)
    written = pages(office)
    rows = Section(written["index.html"], "changes").rows[1:]
    assert [row[2:] for row in rows] == [
        ["新到记录", "刑事裁判", "2023-10-20", "2", "1", "0"],
        ["证据变化", "—", "—", "0", "0", "1"],
    ]
    assert len(Section(written[f"{COUNTY}.html"], "changes").rows) == 2
    earlier = pages(office, date(2023, 10, 30))["index.html"]
    assert "只随最新一夜" in Section(earlier, "changes").text


def test_precision_has_its_interval_and_a_word_where_it_is_weak(office: Published) -> None:
    section = Section(pages(office)["index.html"], "precision")
    weak, good = section.row("MIN-05"), section.row("MIN-06")
    assert (weak["已核实"], weak["区间下限"], weak["区间上限"]) == ("20", "19%", "64%")
    assert (weak["提示"], good["提示"]) == ("低于一半", "")
    assert "其余 4 条规则尚无核查结果" in section.text


def test_the_unfinished_week_is_left_out_and_a_week_without_a_night_is_no_zero(
    office: Published,
) -> None:
    section = Section(pages(office)[f"{COUNTY}.html"], "weeks")
    weeks = [row[0] for row in section.rows[1:]]
    assert weeks[-1] == "2023-W43"  # the night is the Tuesday of W44
    assert len(weeks) == 19
    assert section.row("2023-W42") == {
        "周": "2023-W42", "夜数": "—", "新增": "—", "消除": "—", "周末存续": "—",
    }  # fmt: skip
    sunday, saturday = date(2023, 10, 29), date(2023, 10, 28)
    for night, weeks in ((sunday, 19), (saturday, 18)):
        office.add("marts.fct_rule_run", as_of=night, rule_id="MIN-05", adcode=COUNTY)
        html = pages(office, night)["index.html"]
        assert len(Section(html, "weeks").rows) == 1 + weeks


def test_small_numbers_of_clues_about_persons_are_not_told(office: Published) -> None:
    written = pages(office)
    section = Section(written[f"{COUNTY}.html"], "townships")
    assert section.text.count("涉人 <5") == 19
    assert section.text.count("涉人 0") == 20
    watch = Section(written[f"{COUNTY}.html"], "authorities")
    assert watch.row("教育部门")["存续线索"] == "152"
    assert watch.row("体育部门")["存续线索"] == "<5"  # three institutions
    assert watch.row("体育部门")["在岗人员"] == "90"


def test_whether_one_of_few_people_was_screened_is_not_told(office: Published) -> None:
    office.add("marts.fct_authority_watch", as_of=NIGHT, adcode=COUNTY, authority="health",
               institutions=1, institutions_screened=0, staff=1, staff_screened_this_year=0,
               open_clues=0)  # fmt: skip
    row = Section(pages(office)[f"{COUNTY}.html"], "authorities").row("health")
    assert (row["在岗人员"], row["本年已查询人员"]) == ("<5", "<5")


def test_the_health_of_feeds_begins_with_what_is_late(office: Published) -> None:
    written = pages(office)
    assert Section(written[f"{OTHER}.html"], "feeds").rows[1][0] == "公安行政处罚"
    assert "均未迟报" in Section(written[f"{COUNTY}.html"], "feeds").text
    row = Section(written["index.html"], "feeds").row("公安行政处罚")
    assert (row["来源"], row["迟报"], row["迟报的县"]) == ("2", "1", "七星关区")


def test_an_office_of_one_county_reads_its_page_first(home: Home) -> None:
    office = Published(home)
    office.rule("MIN-05")
    office.add("marts.agg_feed", as_of=NIGHT, adcode=COUNTY, supplier="edu",
               feed="staff_roster", title_zh="从业人员花名册", is_late=True)  # fmt: skip
    written = pages(office)
    assert "报送单位" in Section(written["index.html"], "feeds").rows[0]
    assert 'id="counties"' not in written["index.html"]


def test_a_night_without_any_county_says_that_nobody_looked(home: Home) -> None:
    html = pages(Published(home))["index.html"]
    assert "没有任何规则得到评估" in Section(html, "unevaluated").text
    assert set(numbers(html).values()) == {"0", "—"}


def test_pages_of_counties_that_are_gone_are_removed(office: Published) -> None:
    folder = office.home.reports / NIGHT.isoformat()
    folder.mkdir(parents=True)
    (folder / "520999.html").touch()
    (folder / "quality.html").touch()
    assert set(pages(office)) == {
        "index.html", f"{COUNTY}.html", f"{OTHER}.html", "quality.html"
    }  # fmt: skip


def test_text_of_the_data_is_never_markup(office: Published) -> None:
    office.con.execute("update marts.fct_rule_run set reason = '<b>缺</b>' where adcode = '520502'")
    html = pages(office)["index.html"]
    assert "<b>缺" not in html
    assert "<b>缺</b>" in Section(html, "unevaluated").text


def test_the_chart_library_is_the_one_that_the_docs_name() -> None:
    content = (HERE / "vendor" / "echarts.min.js").read_bytes()
    said = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
    assert hashlib.sha256(content).hexdigest() in said
    (version,) = re.findall(rb'version="(\d+\.\d+\.\d+)"', content)[:1]
    assert f"| {version.decode()}, SHA-256" in said


# the map -------------------------------------------------------------------------------------


def shape(**properties: object) -> dict[str, object]:
    square = [[[104, 26], [105, 26], [105, 27], [104, 26]]]
    return {"type": "Feature", "properties": properties,
            "geometry": {"type": "Polygon", "coordinates": square}}  # fmt: skip


def regions(folder: Path, *features: object) -> Path:
    path = folder / "regions.geojson"
    path.write_text(json.dumps({"features": features}), "utf-8")
    return path


def test_a_map_that_a_site_supplies_is_drawn(office: Published) -> None:
    regions(office.home.root, shape(adcode=COUNTY, name="第1街道"))
    written = pages(office)
    assert f'"name": "{COUNTY} 第1街道"' in written[f"{COUNTY}.html"]
    assert 'data-chart="regions"' in written[f"{COUNTY}.html"]
    assert 'data-chart="regions"' not in written[f"{OTHER}.html"]


def test_a_map_brings_nothing_but_names_and_shapes(tmp_path: Path) -> None:
    given = shape(adcode=520526, name="</script><script>", owner=id_number(1))
    point = {"type": "Feature", "properties": {"adcode": COUNTY, "name": "点"},
             "geometry": {"type": "Point", "coordinates": [104, 26]}}  # fmt: skip
    text = read_regions(regions(tmp_path, given, point), None)
    assert text is not None
    assert "<" not in text
    assert id_number(1) not in text
    (feature,) = json.loads(text)["features"]
    assert feature["properties"] == {"name": "520526 </script><script>", "adcode": COUNTY}


@pytest.mark.parametrize("content", [b"", b"[]", b'{"features": [{}]}', b"{" + b" " * MAX_BYTES])
def test_a_map_that_cannot_be_read_is_left_aside(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "regions.geojson"
    path.write_bytes(content)
    assert read_regions(path, None) is None
    assert read_regions(tmp_path / "no.geojson", None) is None
