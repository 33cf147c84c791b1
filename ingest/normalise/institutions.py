"""Names of institutions in one writing, so that one institution has one name within its county.

Where an institution has no code its name is its key. Brackets go and their content stays; the
names of the county, its city and its province go from the front; 第一小学, 一小, 第1小学 and
一小学 become 1小学. 分园 and 教学点 stay: they are institutions of their own. Regions are those
of GB/T 2260 as python-stdnum carries them, former names included.
"""

from __future__ import annotations

import csv
import re
from functools import cache
from importlib.resources import files

import pyarrow as pa
from stdnum import numdb

from ingest.normalise.cells import per_value
from ingest.normalise.codes import number_key
from ingest.normalise.numerals import NUMERAL, to_int

_PERIOD = re.compile(r"^\[[\d-]*\]")
# Peoples with counties or prefectures of their own, and 各 for 各族.
_PEOPLES = (
    "壮 满 回 苗 维吾尔 土家 彝 蒙古 藏 布依 侗 瑶 朝鲜 白 哈尼 哈萨克 黎 傣 畲 傈僳 仡佬 东乡 "
    "拉祜 水 佤 纳西 羌 土 仫佬 锡伯 柯尔克孜 达斡尔 景颇 毛南 撒拉 布朗 塔吉克 普米 鄂温克 怒 "
    "京 保安 裕固 鄂伦春 独龙 各"
).replace(" ", "|")
_REGION = re.compile(
    rf"(?P<stem>.{{2,}}?)(?:(?:{_PEOPLES})族)*"
    r"(?P<unit>自治[区州县旗]|地区|林区|特区|省|市|县|区|旗|盟)"
)
# 威宁彝族回族苗族自治县 is also written 威宁自治县 and 威宁彝回苗自治县.
_SELF_RULE = f"(?:(?:{_PEOPLES})族?)*"

_PLACE = r"(?:^|(?<=[镇乡县市区州村])|(?<=街道))"
_END = r"(?=$|\(|分园|分校|教学点|(?![学儿]).{1,4}校区)"
_ORDINAL = re.compile(rf"第({NUMERAL}{{1,3}}|\d{{1,2}})")
# Without 第 a numeral counts after a place, or before a short form at the end: 统一小学 and
# 红星三中心小学 keep their names, 草海镇一小学 and 思源一小 do not.
_BARE_ORDINAL = re.compile(
    rf"{_PLACE}({NUMERAL}{{1,3}})(?=小|中|幼|初|高|职)|(?<!{NUMERAL})({NUMERAL}{{1,3}})(?=[小中幼]{_END})"
)
_PUNCTUATION = re.compile(r"""[()'"“”‘’·•、,.\-—_]""")
_LEFT_OF_NAME = 2  # characters that must remain when a region is taken from the front


def _region_names(adcode: str) -> set[str]:
    """The names, present and former, of a county, its city and its province."""
    names: set[str] = set()
    for code in (adcode, adcode[:4] + "00", adcode[:2] + "0000"):
        for _, levels in numdb.get("cn/loc").info(code):
            for listed in levels.values():
                names |= {_PERIOD.sub("", name) for name in listed.split(",")}
    return names


@cache
def _region_prefix(adcode: str) -> re.Pattern[str] | None:
    """Matches a region of the county at the front of a name, in any of its writings.

    A region is written with its whole name, with 县 for 自治县, or without its unit; a city was
    often a county or a prefecture (地区) before, and is still called so.
    """
    units: dict[str, set[str]] = {}
    for region in filter(None, map(_REGION.fullmatch, _region_names(adcode))):
        unit = region["unit"]
        own = {f"{_SELF_RULE}{unit}", unit[-1]} if unit.startswith("自治") else {unit}
        units.setdefault(region["stem"], {"县", "地区"}).update(own)
    if not units:
        return None
    stems = sorted(units, key=len, reverse=True)
    one_of = "|".join(f"{stem}(?:{'|'.join(sorted(units[stem]))})?" for stem in stems)
    return re.compile(rf"^\(?(?:{one_of})\)?(?=.{{{_LEFT_OF_NAME},}})")


@cache
def _short_forms() -> tuple[re.Pattern[str], dict[str, str]]:
    text = files("ingest.normalise").joinpath("short_forms.csv").read_text("utf-8")
    forms = {row["short"]: row["full"] for row in csv.DictReader(text.splitlines())}
    shorts = "|".join(sorted(forms, key=len, reverse=True))
    return re.compile(rf"(?:{_PLACE}|(?<=\d))({shorts}){_END}"), forms


def _arabic(match: re.Match[str]) -> str:
    """一 → 1, 十二 → 12; 八一 is no ordinal and stays."""
    numeral = next(group for group in match.groups() if group)
    if len(numeral) > 1 and "十" not in numeral and not numeral.isdecimal():
        return match[0]
    return str(to_int(numeral) or match[0])


def institution_norm(name: str, adcode: str) -> str:
    """The name in its one writing, for an institution in the county `adcode`.

    贵州省威宁县第一小学（海边校区）, in 520526 → 1小学海边校区.
    """
    norm = number_key(name).upper()
    if prefix := _region_prefix(adcode):
        while (shorter := prefix.sub("", norm)) != norm:
            norm = shorter
    norm = _BARE_ORDINAL.sub(_arabic, _ORDINAL.sub(_arabic, norm))
    pattern, forms = _short_forms()
    norm = pattern.sub(lambda short: forms[short[1]], norm)
    return _PUNCTUATION.sub("", norm) or name


def institution_norms(names: pa.Array, adcode: str) -> pa.Array:
    """`institution_norm` of a column."""
    return per_value(names, lambda name: institution_norm(name, adcode), pa.string())
