"""What a manifest says of its file: kept, contradicted, unreadable, put right."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.inbox import Inbox, csv, judgment, sha256, staff, table, xlsx

PLACE = "edu/2023-06-01/从业人员花名册.csv"
CONTENT = csv([staff(1), staff(2)])
TRUE = {
    "rows": 2,
    "sha256": sha256(CONTENT),
    "period_start": "2023-01-01",
    "period_end": "2023-06-01",
    "kind": "full",
}
SCREENING = {
    "批次号": "P1",
    "查询渠道": "公安机关",
    "查询单位": "石门小学",
    "被查询人": "甲",
    "证件号码": staff(1)["身份证件号码"],
    "查询类型": "在职年度",
    "申请日期": "2022-05-01",
    "反馈日期": "2022-05-03",
    "查询结果": "未发现",
}


def test_a_true_manifest_is_kept(inbox: Inbox) -> None:
    inbox.drop(PLACE, CONTENT, TRUE)
    record = inbox.night()[PLACE]
    assert record.status == "ACCEPTED"
    assert (record.period_start, record.period_end) == (date(2023, 1, 1), date(2023, 6, 1))


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"rows": 3}, "清单写 3 行，文件里是 2 行"),
        ({"sha256": "0" * 64}, "sha256"),
        ({"kind": "delta"}, "全量"),
        ({"kind": "incremental"}, "全量"),
        ({"kind": "some"}, "无法识别"),
        ({"rows": "2"}, "无法识别"),
        ({"period_start": "2023-07-01"}, "无法识别"),
        ({"period_end": "June"}, "无法识别"),
    ],
)
def test_a_manifest_that_contradicts_rejects_the_file(
    inbox: Inbox, change: dict[str, Any], word: str
) -> None:
    inbox.drop(PLACE, CONTENT, TRUE | change)
    record = inbox.night()[PLACE]
    assert (record.status, record.rows_in) == ("REJECTED", 0)
    assert word in record.message


@pytest.mark.parametrize("kind", ["delta", "incremental", "Incremental", "event", "增量", "full"])
def test_the_words_for_a_part_of_the_events(inbox: Inbox, kind: str) -> None:
    place = "court/2023-06-01/刑事生效判决.csv"
    inbox.drop(place, csv([judgment(1)]), {"kind": kind})
    assert inbox.night()[place].status == "ACCEPTED"


@pytest.mark.parametrize("text", ["", "[]", "{", '{"rows": 2', "[" * 50_000, " " * 100_000])
def test_a_manifest_that_cannot_be_read_rejects_the_file(inbox: Inbox, text: str) -> None:
    path = inbox.drop(PLACE, CONTENT)
    path.with_name(path.name + ".manifest.json").write_text(text)
    assert "无法识别" in inbox.night()[PLACE].message


def test_a_linked_manifest_is_not_followed(inbox: Inbox, tmp_path: Path) -> None:
    path = inbox.drop(PLACE, CONTENT)
    (tmp_path / "m.json").write_text("{}")
    path.with_name(path.name + ".manifest.json").symlink_to(tmp_path / "m.json")
    assert inbox.night()[PLACE].status == "REJECTED"


def test_a_pipe_for_a_manifest_does_not_hold_the_night(inbox: Inbox) -> None:
    file = inbox.drop(PLACE, csv([staff(1)]))
    os.mkfifo(file.with_name(file.name + ".manifest.json"))
    assert inbox.night()[PLACE].status == "REJECTED"


def test_a_manifest_put_right_has_the_file_taken(inbox: Inbox) -> None:
    inbox.drop(PLACE, CONTENT, TRUE | {"rows": 3})
    assert inbox.night()[PLACE].status == "REJECTED"
    inbox.drop(PLACE, CONTENT, TRUE)
    assert inbox.night()[PLACE].status == "ACCEPTED"


def test_titles_and_totals_do_not_count_in_a_manifests_rows(inbox: Inbox) -> None:
    sheet = [["花名册"], *table([staff(1), staff(2)]), ["合计", "2"], []]
    place = "edu/2023-06-01/从业人员花名册.xlsx"
    inbox.drop(place, xlsx(sheet), {"rows": 2})
    assert inbox.night()[place].status == "ACCEPTED"


def test_the_manifests_channel_must_be_the_rows(inbox: Inbox) -> None:
    period = {"period_start": "2022-01-01", "period_end": "2022-12-31"}
    other = SCREENING | {"查询渠道": "检察机关"}
    inbox.drop("police/2023-01-05/入职查询记录.csv", csv([SCREENING]), period | {"channel": "公安"})
    inbox.drop(
        "police/2023-01-06/入职查询记录.csv", csv([SCREENING, other]), {"channel": "公安机关"}
    )
    records = inbox.night()
    accepted = records["police/2023-01-05/入职查询记录.csv"]
    assert (accepted.status, accepted.channel) == ("ACCEPTED", "公安机关")
    refused = records["police/2023-01-06/入职查询记录.csv"]
    assert (refused.status, refused.rows_in) == ("REJECTED", 0)
    assert "渠道" in refused.message


def test_the_manifest_of_a_file_seen_before_must_name_its_channel_too(inbox: Inbox) -> None:
    period = {"period_start": "2022-01-01", "period_end": "2022-12-31"}
    inbox.drop("police/2023-01-05/入职查询记录.csv", csv([SCREENING]))
    inbox.drop(
        "police/2023-01-06/入职查询记录.csv", csv([SCREENING]), period | {"channel": "检察机关"}
    )
    inbox.drop("police/2023-01-07/入职查询记录.csv", csv([SCREENING]), period | {"channel": "公安"})
    records = inbox.night()
    refused = records["police/2023-01-06/入职查询记录.csv"]
    assert (refused.status, refused.rows_in) == ("REJECTED", 0)
    assert "渠道" in refused.message
    proof = records["police/2023-01-07/入职查询记录.csv"]
    assert (proof.status, proof.channel) == ("DUPLICATE", "公安机关")


def test_a_feed_that_needs_a_manifest_says_so_without_one(inbox: Inbox) -> None:
    place = "police/2023-01-05/入职查询记录.csv"
    inbox.drop(place, csv([SCREENING]))
    record = inbox.night()[place]
    assert record.status == "ACCEPTED"
    assert "不能证明数据完整" in record.message


def test_rows_outside_the_manifests_period_are_accepted_with_a_warning(inbox: Inbox) -> None:
    place = "court/2023-06-01/刑事生效判决.csv"
    rows = [
        judgment(1, 生效日期=""),  # judged 2022-03-01
        judgment(2, 判决日期="2021-12-31", 生效日期="2022-01-11"),
        judgment(3, 判决日期="2021", 生效日期="2021-12-31"),
        judgment(4, 判决日期="2023-01-01", 犯罪起始日期="2022-06-01", 生效日期=""),
    ]
    period = {"period_start": "2022-01-01", "period_end": "2022-12-31"}
    inbox.drop(place, csv(rows), period)
    record = inbox.night()[place]
    assert (record.status, record.rows_accepted) == ("ACCEPTED", 4)
    assert "2 行日期不在清单所写的期间内" in record.message
    flagged = ("date_outside_period",)
    assert inbox.rows("criminal_judgment", "_flags") == [("",), ("",), flagged, flagged]
