"""The county as it is: institutions, people, and who works where since when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

SCHOOLS = (
    "幼儿园",
    "小学",
    "教学点",
    "初中",
    "九年一贯制学校",
    "高中",
    "完全中学",
    "特殊教育学校",
    "专门学校",
    "中等职业学校",
)
AUTHORITIES = {
    "edu": "教育科技局",
    "civil": "民政局",
    "health": "卫生健康局",
    "culture": "文化和旅游局",
    "sport": "体育局",
    "hrss": "人力资源和社会保障局",
    "market": "市场监督管理局",
}
TITLES = {"520526": "威宁县", "520502": "七星关区"}
MAIN, SECOND = "520526", "520502"
NIGHTS = (date(2023, 8, 31), date(2023, 9, 30), date(2023, 10, 31))

CASE_PEOPLE = 600  # people kept for the cases, who meet nothing else


@dataclass
class World:
    """Frames of the county's truth; a row of `posts` points into the others by position.

    Of the people the first hold the posts, then come `clean` ones (sponsors, traders, former
    teachers), then those of whom the courts and the police know, last those of the cases.
    """

    nights: tuple[date, ...]
    institutions: pd.DataFrame
    people: pd.DataFrame
    posts: pd.DataFrame
    clean: range

    @property
    def known_to_courts(self) -> range:
        """The people of whom the background's records are."""
        return range(self.clean.stop, len(self.people) - CASE_PEOPLE)
