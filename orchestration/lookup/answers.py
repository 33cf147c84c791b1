"""The answer to a request as a workbook: whether there is a record, never what it is about.

Equal requests on one published night give equal files.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from ingest.home import Home
from ingest.normalise.identity import without_numbers
from orchestration.lookup.judge import (
    DOUBTFUL,
    FOUND,
    NOT_FOUND,
    NOT_LOOKED,
    STATUSES,
    Judged,
)
from orchestration.lookup.requests import Request
from orchestration.publish.workbook import Book, Cell, columns

LONGEST_NAME = 60
LAST_DIGITS = 4
NUMBERS_SHOWN = 5
HEADS = columns(
    ("序号", 8), ("姓名", 14), ("证件号码尾号", 14), ("机构类型", 16), ("拟任岗位", 16),
    ("查询结果", 12), ("身份比对", 10), ("说明", 44), ("查询依据", 60),
)  # fmt: skip
COVERAGE_HEADS = columns(
    ("行政区划代码", 14), ("数据", 18), ("起", 12), ("止", 12), ("是否完整", 60)
)
MEANINGS: dict[str, Cell] = {
    FOUND: "证件号码和姓名都与一条应当报告的记录相符，依法不得录用。本答复不写记录内容；"
    "作出决定前请与承办检察院核对，本人有异议的可以提出。",
    DOUBTFUL: "可能与本人有关，但身份或记录还不能确定：不得据此认定，也不得据此录用，"
    "请与承办检察院联系核实。",
    NOT_FOUND: "只表示在“查询依据”所列的数据和期间内没有发现应当报告的记录。",
    NOT_LOOKED: "没有查到或者没有查全，不等于未发现。原因见“说明”，补正后重新提交，"
    "或者向有关机关另行查询。",
    "身份比对": "T1：证件号码相同，姓名相符；T2：证件号码相同，姓名不符；"
    "T3：记录没有可用的证件号码，姓名、出生日期和性别都相同。只有姓名相同的不算。",
    "查询依据": "查询了哪些数据、从哪天到哪天；各县的情况见“查询范围”。"
    "没有向本系统报送的地区和期间不在其内。",
    "本答复不说明什么": "不说明数据截止日以后的情况，不说明查询范围以外的情况，不是证明文件，"
    "不能代替应当向其他渠道进行的查询。依法封存的记录不属于查询范围。",
    "保密": "只限用于本次申请所写的用途，知悉人员应当保密；用后按规定销毁。",
    "依据": "《中华人民共和国未成年人保护法》第六十二条；高检发〔2020〕14号第四条。",
}  # fmt: skip
REFUSED: dict[str, Cell] = {
    "受理结果": "未受理，没有查询任何人",
    "怎样重新提交": "改正后以“批量查询申请”开头命名，放入原来的投递文件夹（当天日期）。",
}


def file_name(number: str) -> str:
    """A name for the answer to the request of that number, safe as a file's: one for each."""
    number = without_numbers(number)
    plain = re.sub(r"[^\w\-（）()〔〕]", "_", number).lstrip("_")[:LONGEST_NAME]
    return plain if plain == number else f"{plain}_{digest(number)}"


def digest(text: str) -> str:
    """Eight hex digits that tell texts apart."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def outbox(home: Home, adcode: str, name: str) -> Path:
    """Where a unit of a county finds its answer."""
    return home.outbox / adcode / "screening" / f"{name}.xlsx"


def write_answer(book: Book, request: Request, judged: Judged, counts: dict[str, int]) -> None:
    """Fill the workbook that answers a request."""
    book.table("查询结果", HEADS, _rows(judged.people))
    book.table("查询范围", COVERAGE_HEADS, judged.coverage)
    shown = "、".join(request.authorisations[:NUMBERS_SHOWN])
    more = " 等" if len(request.authorisations) > NUMBERS_SHOWN else ""
    head: dict[str, Cell] = {
        "申请编号": request.number,
        "申请单位": request.requester,
        "授权书编号": f"{shown}{more}（共 {len(request.authorisations)} 个）",
        "数据截止": str(judged.night),
        "查询人数": len(judged.people),
    }
    summary = {f"{status}（人）": counts[status] for status in STATUSES}
    book.facts("说明", {**head, **summary, **MEANINGS})


def write_refusal(book: Book, number: str | None, why: str) -> None:
    """Fill the workbook that says why a request was not answered, and what to do."""
    book.facts("说明", {"申请编号": number, **REFUSED, "原因": why})


def _rows(people: pd.DataFrame) -> Iterator[list[Any]]:
    """A line per person, in the order of the file; those without a number of their own take the
    file's row.
    """
    number = people["row_no"].where(people["row_no"].notna(), people["row"]).astype(int)
    tail = people["number"].str[-LAST_DIGITS:]
    shown = people[["name", "category", "post", "status", "match_tier", "reason_zh", "searched_zh"]]
    shown = shown.assign(row_no=number, tail=tail)
    order = ["row_no", "name", "tail", "category", "post", "status", "match_tier", "reason_zh",
             "searched_zh"]  # fmt: skip
    for cells in shown[order].itertuples(index=False):
        yield [None if pd.isna(cell) else cell for cell in cells]
