"""How a county comes about: honest throughout.

Every principal screens before hiring and every year. What the others do is written over it by the
cases.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from ingest.simulate import identity, names
from ingest.simulate.world import AUTHORITIES, CASE_PEOPLE, MAIN, SCHOOLS, SECOND, TITLES, World

# Institutions in a county of 威宁's size (700), by category: number, mean staff, their authority.
CATEGORIES: dict[str, tuple[int, float, str]] = {
    "幼儿园": (230, 12, "edu"),
    "小学": (150, 36, "edu"),
    "教学点": (80, 3, "edu"),
    "初中": (45, 100, "edu"),
    "九年一贯制学校": (15, 75, "edu"),
    "高中": (8, 220, "edu"),
    "完全中学": (4, 180, "edu"),
    "特殊教育学校": (1, 40, "edu"),
    "专门学校": (1, 30, "edu"),
    "中等职业学校": (2, 160, "edu"),
    "校外培训机构": (70, 8, ""),
    "托育机构": (20, 8, "health"),
    "早教机构": (8, 7, "market"),
    "校外托管机构": (20, 5, "market"),
    "儿童福利机构": (2, 22, "civil"),
    "未成年人救助保护机构": (1, 14, "civil"),
    "家政服务机构": (12, 10, "hrss"),
    "医疗机构": (24, 60, "health"),
    "其他": (7, 5, "civil"),
}
SMALL_COUNTY = {
    "幼儿园": 24,
    "小学": 14,
    "教学点": 4,
    "初中": 5,
    "校外培训机构": 8,
    "托育机构": 2,
    "校外托管机构": 2,
    "儿童福利机构": 1,
}

# who works where, by share
SCHOOL_POSTS = {
    "专任教师": 0.76,
    "行政人员": 0.05,
    "保安": 0.05,
    "食堂人员": 0.06,
    "宿管": 0.03,
    "校车驾驶员": 0.01,
    "医护人员": 0.01,
    "志愿者": 0.015,
    "家长义工": 0.015,
}
NURSERY_POSTS = {
    "专任教师": 0.55,
    "保育员": 0.21,
    "食堂人员": 0.09,
    "保安": 0.05,
    "行政人员": 0.05,
    "校车驾驶员": 0.02,
    "医护人员": 0.02,
    "家长义工": 0.01,
}
OTHER_POSTS = {"专任教师": 0.5, "其他": 0.2, "教练": 0.15, "行政人员": 0.15}
HOSPITAL_POSTS = {"医护人员": 0.85, "行政人员": 0.1, "保安": 0.05}


def build(nights: tuple[date, ...], scale: float, rng: np.random.Generator) -> World:
    """The county of 520526 and a small neighbour, `scale` times 威宁's size."""
    main = {c: max(round(n * scale), 1) for c, (n, _, _) in CATEGORIES.items()}
    second = {c: max(round(n * min(scale, 1.0)), 1) for c, n in SMALL_COUNTY.items()}
    institutions = pd.concat(
        [_institutions(MAIN, main, nights[0], rng), _institutions(SECOND, second, nights[0], rng)],
        ignore_index=True,
    )
    institutions["uscc"] = institutions["business_code"] = _credit_codes(institutions)
    sizes = _sizes(institutions, rng)
    staff = int(sizes.sum())
    clean = range(staff, staff + len(institutions) + staff // 6)
    people = _people(clean.stop + staff // 6 + CASE_PEOPLE, nights[0], rng)
    posts = _posts(institutions, people, sizes, nights[0], rng)
    world = World(nights, institutions, people, posts, clean)
    _appoint(world, rng)
    _move_on(world, rng)
    return world


def _institutions(
    adcode: str, counts: dict[str, int], first_night: date, rng: np.random.Generator
) -> pd.DataFrame:
    category = np.repeat(list(counts), list(counts.values()))
    n = len(category)
    township = rng.choice(names.TOWNSHIPS[adcode], n)
    supplier = np.array([CATEGORIES[c][2] for c in category], dtype="U8")
    training = supplier == ""
    supplier[training] = rng.choice(["edu", "culture", "sport"], training.sum(), p=[0.4, 0.4, 0.2])
    is_school = np.isin(category, list(SCHOOLS))
    private = np.where(
        category == "幼儿园",
        rng.random(n) < 0.6,
        ~is_school & ~np.isin(category, ["儿童福利机构", "未成年人救助保护机构"]),
    )
    kind = np.select([~private, is_school, rng.random(n) < 0.5], ["12", "52", "91"], "92")
    age = rng.integers(900, 9000, n)
    return pd.DataFrame(
        {
            "adcode": adcode,
            "category": category,
            "supplier": supplier,
            "township": township,
            "name": names.institution_names(TITLES[adcode], township, category, rng),
            "authority": [TITLES[adcode] + AUTHORITIES[s] for s in supplier],
            "is_school": is_school,
            "private": private,
            "kind": kind,
            # teaching points have no code of their own: their school code is the key
            "has_uscc": category != "教学点",
            "school_code": np.where(
                is_school, 3_000_000_000 + int(adcode) * 1000 + rng.permutation(n), 0
            ).astype(str),
            "licence_no": np.where(private, "许" + adcode, ""),
            "opened_on": (np.datetime64(first_night) - age).astype("datetime64[s]"),
            "opened_precision": "D",
            "status": "正常",
            "business_status": "存续",
            "sponsor_known": True,
            "closed_on": np.datetime64("NaT", "s"),
            "first": 0,
            "last": 99,
        }
    )


def _credit_codes(institutions: pd.DataFrame) -> np.ndarray:
    codes = identity.credit_codes(
        institutions.kind.to_numpy("U2"),
        institutions.adcode.to_numpy("U6"),
        np.arange(len(institutions)) + 1,
    )
    return np.where(institutions.has_uscc, codes, "")


def _sizes(institutions: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    mean = institutions.category.map({c: m for c, (_, m, _) in CATEGORIES.items()}).to_numpy()
    return np.maximum(1, np.round(mean * 1.055 * rng.lognormal(-0.08, 0.4, len(mean)))).astype(int)


def _people(n: int, first_night: date, rng: np.random.Generator) -> pd.DataFrame:
    male = rng.random(n) < 0.42
    age = rng.normal(38, 9, n)
    age = np.where((age < 21.5) | (age > 62), rng.uniform(22, 60, n), age)
    born = (np.datetime64(first_night) - (age * 365.25).astype(int)).astype("datetime64[D]")
    # one number in six was given elsewhere; 522427 before 2011, 520526 since
    prefix = rng.choice(
        ["522427", "520526", "522401", "520502", "530381", "510104", "440306"],
        n,
        p=[0.66, 0.14, 0.08, 0.03, 0.04, 0.03, 0.02],
    )
    serial = identity.distinct_serials(prefix, born, male, rng)
    return pd.DataFrame(
        {
            "name": names.person_names(male, rng),
            "sex": np.where(male, "男", "女"),
            "born": born.astype("datetime64[s]"),
            "id_number": identity.resident_ids(prefix, born, serial),
            "id_type": "居民身份证",
            "ethnicity": rng.choice(names.ETHNICITIES, n, p=names.ETHNICITY_WEIGHTS),
            "certificate_status": "有效",
            "certificate_status_on": np.datetime64("NaT", "s"),
        }
    )


def _posts(
    institutions: pd.DataFrame,
    people: pd.DataFrame,
    sizes: np.ndarray,
    first_night: date,
    rng: np.random.Generator,
) -> pd.DataFrame:
    where = np.repeat(np.arange(len(sizes)), sizes)
    n = len(where)
    category = institutions.category.to_numpy()[where]
    head = np.r_[True, where[1:] != where[:-1]]
    post = np.select(
        [
            head,
            np.isin(category, ["幼儿园", "托育机构", "早教机构"]),
            category == "医疗机构",
            institutions.is_school.to_numpy()[where],
        ],
        [
            "校(园)长",
            *(
                rng.choice(list(kind), n, p=list(kind.values()))
                for kind in (NURSERY_POSTS, HOSPITAL_POSTS, SCHOOL_POSTS)
            ),
        ],
        rng.choice(list(OTHER_POSTS), n, p=list(OTHER_POSTS.values())),
    )
    private = institutions.private.to_numpy()[where]
    teaching = np.isin(post, ["专任教师", "校(园)长"])
    engagement = np.select(
        [teaching & ~private, teaching, np.isin(post, ["保安", "食堂人员", "宿管"])],
        ["在编", "聘用", rng.choice(["劳务派遣", "外包", "临时"], n)],
        "聘用",
    )
    end = np.datetime64(first_night) - 12
    opened = institutions.opened_on.to_numpy("datetime64[D]")[where]
    span = (end - opened).astype(int)
    # three in ten were hired in the last four years
    since = np.where(rng.random(n) < 0.3, np.minimum(span, 1400), np.minimum(span, 7000))
    of_age = people.born.to_numpy("datetime64[D]")[:n] + 6700
    hired = np.maximum(end - (rng.random(n) * since).astype(int), of_age)
    # older people's files know only the month or the year in which they came
    doubt = rng.random(n)
    old = hired < np.datetime64("2018-01-01")
    precision = np.select([old & (doubt < 0.1), doubt < 0.25], ["Y", "M"], "D")
    gone = rng.random(n) < 0.02
    left = hired + (rng.random(n) * ((end - hired).astype(int) + 1)).astype(int)
    status = np.select(
        [gone, rng.random(n) < 0.01, rng.random(n) < 0.01], ["离职", "长期病假", "借调"], "在岗"
    )
    return pd.DataFrame(
        {
            "institution": where,
            "person": np.arange(n),
            "post": post,
            "engagement": engagement,
            "hired_on": hired.astype("datetime64[s]"),
            "hired_precision": precision,
            "left_on": np.where(gone, left, np.datetime64("NaT")).astype("datetime64[s]"),
            "post_status": status,
            # how many days before the hire the answer came; never is NaN
            "lead_days": np.minimum(np.floor(rng.lognormal(1.4, 0.8, n)), 60),
            "skipped_year": 0,
            "never_screened": False,
            "first": 0,
            "last": 99,
            "uid": np.char.add("P", np.arange(n).astype(str)),
            "insured": True,
        }
    )


def _appoint(world: World, rng: np.random.Generator) -> None:
    """Name each institution's head, who stays, and the sponsor behind a private one."""
    institutions, posts, people = world.institutions, world.posts, world.people
    heads = posts.drop_duplicates("institution").index.to_numpy()
    posts.loc[heads, "post_status"] = "在岗"
    posts.loc[heads, "left_on"] = pd.NaT
    institutions["principal"] = institutions["legal_person"] = posts.person.to_numpy()[heads]
    sponsor = np.array(world.clean)[: len(institutions)]
    institutions["sponsor"] = np.where(institutions.private, sponsor, -1)
    # foreigners teach too, with a passport
    others = np.setdiff1d(np.arange(len(posts)), heads)
    foreign = rng.choice(others, max(len(posts) // 1500, 2), replace=False)
    people.loc[foreign, "id_type"] = "护照"
    people.loc[foreign, "id_number"] = [f"EH{7_000_000 + i * 7919 % 999_999}" for i in foreign]


def _move_on(world: World, rng: np.random.Generator) -> None:
    """Between the nights some come and some are dropped, in a few townships only.

    The other rosters are handed in unchanged, byte for byte.
    """
    posts = world.posts
    place = world.institutions.iloc[posts.institution]
    movable = (posts.post != "校(园)长") & (posts.post_status == "在岗")
    movable &= place.township.isin(list(names.TOWNSHIPS[MAIN][:5])).to_numpy()
    drawn = rng.permutation(posts.index[movable])
    share = len(drawn) // 30
    for number, night in enumerate(world.nights[1:], start=1):
        before = 2 * share * (number - 1)
        come, go = drawn[before : before + share], drawn[before + share : before + 2 * share]
        hired = np.datetime64(night) - rng.integers(8, 20, len(come))
        posts.loc[come, "hired_on"] = hired.astype("datetime64[s]")
        posts.loc[come, "hired_precision"] = "D"
        posts.loc[come, "first"] = number
        posts.loc[go, "last"] = number - 1
