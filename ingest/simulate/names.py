"""The registries from which names are drawn, for the honest and for the others alike."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Strings = NDArray[np.str_]

# Concentrated as in 威宁, where Hui, Yi and Miao families share few surnames: a name alone
# identifies nobody.
SURNAMES = list("马李王张陈杨赵朱孔管晏禄陆安虎撒锁刘吴周罗蔡顾卯苏文龙余何谢彭唐范浦祖")
SURNAME_WEIGHTS = np.array([30, 16, 12, 12, 11, 11, 9, 6, 5, 5, 4, 4, 4, 4, 3, 3, 3] + [2] * 18)
MALE = list("国军勇强明建华平伟林东辉飞龙斌波涛刚鹏超杰亮毅俊宇浩松发贵才富德忠祥堃犇𬱖喆")
FEMALE = list("花英芳梅兰秀琴敏丽燕霞艳红玲娟凤娥珍琼莲香菊美云婷雪倩瑶静慧萍菁㛃䶮嫣")
RARE = set("堃犇𬱖喆菁㛃䶮嫣")
SEPARATED_FIRST = ["阿卓", "沙马", "吉克", "阿苏", "迪丽", "买买提", "阿依", "古丽", "尔古", "海来"]
SEPARATED_LAST = [
    "木呷",
    "阿牛",
    "拉铁",
    "热巴提",
    "阿布都拉",
    "尼扎",
    "史布",
    "阿支木",
    "克吾",
    "古再",
]

ETHNICITIES = ["汉族", "回族", "彝族", "苗族", "布依族"]
ETHNICITY_WEIGHTS = [0.62, 0.16, 0.13, 0.07, 0.02]

TOWNSHIPS = {
    "520526": [
        "草海镇",
        "幺站镇",
        "金钟镇",
        "炉山镇",
        "龙场镇",
        "黑石头镇",
        "哲觉镇",
        "观风海镇",
        "牛棚镇",
        "迤那镇",
        "中水镇",
        "龙街镇",
        "雪山镇",
        "羊街镇",
        "小海镇",
        "盐仓镇",
        "东风镇",
        "二塘镇",
        "猴场镇",
        "岔河镇",
        "麻乍镇",
        "海拉镇",
        "哈喇河镇",
        "秀水镇",
        "斗古镇",
        "玉龙镇",
        "黑土河镇",
        "双龙镇",
        "兔街镇",
        "新发乡",
        "石门乡",
        "云贵乡",
        "板底乡",
        "大街乡",
        "金斗镇",
        "海边街道",
        "六桥街道",
        "陕桥街道",
        "五里岗街道",
    ],
    "520502": [
        "市西街道",
        "鸭池镇",
        "梨树镇",
        "岔河口镇",
        "海子街镇",
        "撒拉溪镇",
        "杨家湾镇",
        "放珠镇",
    ],
}
VILLAGES = [
    "红星",
    "团结",
    "新民",
    "前进",
    "幸福",
    "松林",
    "花园",
    "大坝",
    "双河",
    "石桥",
    "高峰",
    "清水",
    "营盘",
    "马场",
    "青山",
    "民族",
    "光明",
    "田坝",
    "箐口",
    "岩脚",
    "法地",
    "卯家",
    "戛利",
    "明德",
    "银厂",
    "坪子",
    "大寨",
    "拱桥",
    "盘龙",
    "三家",
    "新华",
    "永安",
    "长海",
    "梨园",
    "白岩",
    "可渡",
    "天桥",
    "云炉",
    "发启",
    "簸箕",
]
BRANDS = [
    "金太阳",
    "小天使",
    "启明星",
    "蓝天",
    "童心",
    "七彩",
    "希望",
    "阳光",
    "苗苗",
    "育才",
    "新世纪",
    "智慧树",
    "春晖",
    "小博士",
    "向日葵",
    "红黄蓝",
    "快乐",
    "未来",
    "星星",
    "爱心",
    "金苹果",
    "彩虹",
    "新苗",
    "百花",
    "贝贝",
    "康乐",
    "博雅",
    "学优",
    "思源",
    "致远",
    "小海豚",
    "常青藤",
    "晨曦",
    "同心",
    "百灵",
    "华蕾",
]

# what the institution of a category is called, and whether it is named by village or by brand
SUFFIX = {
    "幼儿园": "幼儿园",
    "小学": "小学",
    "教学点": "教学点",
    "初中": "初级中学",
    "九年一贯制学校": "九年制学校",
    "高中": "高级中学",
    "完全中学": "完全中学",
    "特殊教育学校": "特殊教育学校",
    "专门学校": "专门学校",
    "中等职业学校": "中等职业学校",
    "校外培训机构": "培训学校",
    "托育机构": "托育园",
    "早教机构": "早教中心",
    "校外托管机构": "托管服务部",
    "儿童福利机构": "儿童福利院",
    "未成年人救助保护机构": "未成年人救助保护中心",
    "家政服务机构": "家政服务有限公司",
    "医疗机构": "医院",
    "其他": "青少年活动站",
}
BY_VILLAGE = {"小学", "教学点", "初中", "九年一贯制学校", "高中", "完全中学", "医疗机构"}


def person_names(male: NDArray[np.bool_], rng: np.random.Generator) -> Strings:
    """Full names; one in sixty is of two parts with the canonical separator U+00B7."""
    n = len(male)
    surname = rng.choice(SURNAMES, n, p=SURNAME_WEIGHTS / SURNAME_WEIGHTS.sum())
    given = []
    for pool in (MALE, FEMALE):
        weights = np.array([0.02 if c in RARE else 1.0 for c in pool])
        given.append((pool, weights / weights.sum()))
    letters = [
        np.where(
            male,
            rng.choice(given[0][0], n, p=given[0][1]),
            rng.choice(given[1][0], n, p=given[1][1]),
        )
        for _ in range(2)
    ]
    # six in ten have a given name of two characters
    second = np.where(rng.random(n) < 0.6, letters[1], "")
    plain = np.char.add(np.char.add(surname, letters[0]), second)
    first, last = rng.choice(SEPARATED_FIRST, n), rng.choice(SEPARATED_LAST, n)
    separated = np.char.add(np.char.add(first, "·"), last)
    return np.where(rng.random(n) < 1 / 60, separated, plain)


def institution_names(
    county: str, township: Strings, category: Strings, rng: np.random.Generator
) -> Strings:
    """Distinct names within the county, as on the units' seals: 威宁县石门乡红星小学."""
    n = len(category)
    place = np.where(
        np.isin(category, list(BY_VILLAGE)), rng.choice(VILLAGES, n), rng.choice(BRANDS, n)
    )
    suffix = np.array([SUFFIX[c] for c in category])
    stem = np.char.add(np.char.add(county, township), place)
    # a name met before becomes 第二…, counted within the same stem and category
    whole = np.char.add(stem, suffix)
    order = np.argsort(whole, kind="stable")
    ranked = whole[order]
    start = np.r_[True, ranked[1:] != ranked[:-1]]
    position = np.arange(n)
    nth = np.empty(n, dtype=int)
    nth[order] = position - np.maximum.accumulate(np.where(start, position, 0))
    ordinal = np.where(nth > 0, [f"第{chinese_number(i + 1)}" for i in nth], "")
    return np.char.add(np.char.add(stem, ordinal), suffix)


def chinese_number(n: int) -> str:
    """1 to 99 in Chinese numerals; greater numbers in digits."""
    if not 0 < n < 100:
        return str(n)
    tens, ones = divmod(n, 10)
    digits = "零一二三四五六七八九"
    return (("" if tens < 2 else digits[tens]) + "十" if tens else "") + (
        digits[ones] if ones else ""
    )
