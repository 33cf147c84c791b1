"""What the registers show of the world: units, staff, businesses, insured, certificates."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ingest.simulate import identity, names
from ingest.simulate.world import MAIN, SECOND, TITLES, World

DAY = "datetime64[D]"
TEACHING = ("专任教师", "校(园)长")

# Scopes of businesses that serve no minors, and of those that do and stand in a register.
OTHER_SCOPES = [
    "食品零售、卷烟零售",
    "建筑材料销售；五金产品零售",
    "餐饮服务",
    "汽车修理与维护",
    "农资销售；化肥零售",
    "服装服饰零售",
    "劳务派遣服务；建筑劳务分包",
    "住宿服务",
    "货物道路运输",
    "养殖；种植；农产品收购",
    "家用电器销售及售后服务",
    "广告设计、制作",
    "会计代理记账服务",
    "理发服务",
    "电信业务代理",
]
SERVICE_SCOPES = {
    "校外培训机构": "面向中小学生开展的文化艺术培训、体育培训",
    "托育机构": "托育服务；3岁以下婴幼儿照护服务",
    "早教机构": "婴幼儿早期教育服务",
    "校外托管机构": "中小学生校外托管服务；餐饮服务",
    "家政服务机构": "家政服务；月嫂、育婴服务",
    "幼儿园": "学前教育服务；幼儿保育",
}


def institution_register(world: World) -> pd.DataFrame:
    """Every institution as its authority has it on file."""
    units = world.institutions
    head = world.people.iloc[units.principal].reset_index(drop=True)
    sponsor = world.people.iloc[units.sponsor.clip(lower=0)].reset_index(drop=True)
    private = (units.sponsor >= 0).to_numpy()
    return pd.DataFrame(
        {
            "name": units.name,
            "uscc": units.uscc,
            "category": units.category,
            "school_code": units.school_code.where(units.is_school, ""),
            "authority": units.authority,
            "licence_no": units.licence_no.where(
                units.licence_no == "", units.licence_no + units.index.astype(str).str.zfill(6)
            ),
            "licence_to": (units.opened_on + pd.Timedelta(days=365 * 30)).where(private),
            "sponsor": np.where(private, sponsor.name, units.authority),
            "sponsor_id": np.where(private & units.sponsor_known, sponsor.id_number, ""),
            "principal": head.name,
            "principal_id": head.id_number,
            "township": units.township,
            "address": units.township + "街上" + (units.index % 97 + 1).astype(str) + "号",
            "opened_on": units.opened_on,
            "opened_on_precision": units.opened_precision,
            "status": units.status,
            "closed_on": units.closed_on,
            "uid": "I" + units.index.astype(str),
            "adcode": units.adcode,
            "supplier": units.supplier,
            "day": units.opened_on,
            "first": units["first"],
            "last": units["last"],
        }
    )


def staff_roster(world: World) -> pd.DataFrame:
    """Every post as the unit reports it to its authority, the leavers still on file included."""
    posts = world.posts
    place = world.institutions.iloc[posts.institution].reset_index(drop=True)
    person = world.people.iloc[posts.person].reset_index(drop=True)
    posts = posts.reset_index(drop=True)
    certificate = np.where(posts.post.isin(TEACHING), "<T" + posts.person.astype(str) + ">", "")
    return pd.DataFrame(
        {
            "institution": place.name,
            "uscc": place.uscc,
            "school_code": place.school_code.where(place.is_school, ""),
            "name": person.name,
            "sex": person.sex,
            "ethnicity": person.ethnicity,
            "id_type": person.id_type,
            "id_number": person.id_number,
            "post": posts.post,
            "engagement": posts.engagement,
            "hired_on": posts.hired_on,
            "hired_on_precision": posts.hired_precision,
            "left_on": posts.left_on,
            "post_status": posts.post_status,
            "teacher_certificate_no": certificate,
            "township": place.township,
            "institution_at": posts.institution,
            "uid": posts.uid,
            "adcode": place.adcode,
            "supplier": place.supplier,
            "day": posts.hired_on,
            "first": posts["first"],
            "last": posts["last"],
        }
    )


def business_registration(world: World, scale: float, rng: np.random.Generator) -> pd.DataFrame:
    """The institutions that are businesses, among the county's other businesses."""
    units = world.institutions[world.institutions.kind.isin(["91", "92"])]
    head = world.people.iloc[units.legal_person].reset_index(drop=True)
    units = units.reset_index(drop=True)
    own = pd.DataFrame(
        {
            "uscc": units.business_code,
            "name": units.name,
            "opened_on": units.opened_on,
            "business_scope": units.category.map(SERVICE_SCOPES).fillna("服务"),
            "entity_type": np.where(units.kind == "91", "有限责任公司", "个体工商户"),
            "legal_representative": head.name,
            "legal_representative_id": head.id_number,
            "address": units.township,
            "adcode": units.adcode,
            "uid": "B" + units.business_code,
            "status": units.business_status,
        }
    )
    frame = pd.concat([own, _other_businesses(world, scale, rng)], ignore_index=True)
    frame["closed_on"] = pd.NaT
    return frame.assign(supplier="market", day=frame.opened_on, first=0, last=99)


def fill_in_businesses(frame: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Numbers, phones and places, once all businesses are merged: nobody stands out by them."""
    number = frame.groupby("uscc", sort=False).ngroup()
    place = rng.random((len(frame), 2)).take(number, axis=0)
    return frame.assign(
        registration_no="5224" + (10_000_000_000 + number * 7919).astype(str),
        phone="138" + (10_000_000 + number * 331 % 89_999_999).astype(str),
        longitude=(104.28 + place[:, 0] * 0.3).round(6).astype(str),
        latitude=(26.86 + place[:, 1] * 0.3).round(6).astype(str),
    )


def _other_businesses(world: World, scale: float, rng: np.random.Generator) -> pd.DataFrame:
    n = max(int(6000 * scale), 200)
    adcode = np.where(rng.random(n) < 0.93, MAIN, SECOND)
    person = world.people.iloc[rng.choice(np.array(world.clean), n)]
    trade = rng.choice(
        ["百货店", "建材经营部", "餐馆", "汽修厂", "农资店", "服装店", "服务部", "劳务有限公司"], n
    )
    kind = np.where(np.char.find(trade, "公司") >= 0, "91", "92")
    serial = len(world.institutions) + 1 + np.arange(n)
    opened = np.datetime64(world.nights[0]) - rng.integers(30, 6000, n)
    place = [rng.choice(names.TOWNSHIPS[a]) for a in (MAIN, SECOND)]
    town = np.where(adcode == MAIN, place[0], place[1])
    title = np.where(adcode == MAIN, TITLES[MAIN], TITLES[SECOND])
    label = np.char.add(rng.choice(names.VILLAGES, n), np.arange(n).astype(str))
    return pd.DataFrame(
        {
            "uscc": identity.credit_codes(kind.astype("U2"), adcode.astype("U6"), serial),
            "name": np.char.add(np.char.add(title, label), trade),
            "opened_on": opened.astype("datetime64[s]"),
            "business_scope": rng.choice(OTHER_SCOPES, n),
            "entity_type": np.where(kind == "91", "有限责任公司", "个体工商户"),
            "legal_representative": person.name.to_numpy(),
            "legal_representative_id": person.id_number.to_numpy(),
            "address": town,
            "adcode": adcode,
            "uid": np.char.add("Bo", np.arange(n).astype(str)),
            "status": rng.choice(
                ["存续", "注销", "吊销未注销", "迁出"], n, p=[0.86, 0.09, 0.03, 0.02]
            ),
        }
    )


def social_insurance(
    world: World, business: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """Five in six of the staff, insured by their unit, and people of other businesses."""
    posts = world.posts[~world.posts.post.isin(["志愿者", "家长义工"])]
    posts = posts[posts.insured]
    posts = posts[rng.random(len(posts)) < 0.84]
    place = world.institutions.iloc[posts.institution].reset_index(drop=True)
    person = world.people.iloc[posts.person].reset_index(drop=True)
    posts = posts.reset_index(drop=True)
    own = pd.DataFrame(
        {
            "uscc": place.uscc,
            "unit_name": place.name,
            "name": person.name,
            "id_number": person.id_number,
            "insured_from": posts.hired_on,
            "insured_to": posts.left_on,
            "adcode": place.adcode,
            "first": posts["first"],
        }
    )
    firms = business[business.uid.str.startswith("Bo") & (business.status == "存续")]
    n = len(own) // 6
    firm = firms.iloc[rng.integers(0, len(firms), n)].reset_index(drop=True)
    hand = world.people.iloc[rng.choice(np.array(world.clean), n)]
    other = pd.DataFrame(
        {
            "uscc": firm.uscc,
            "unit_name": firm.name,
            "name": hand.name.to_numpy(),
            "id_number": hand.id_number.to_numpy(),
            "insured_from": firm.opened_on + pd.Timedelta(days=20),
            "insured_to": pd.NaT,
            "adcode": firm.adcode,
            "first": 0,
        }
    )
    frame = pd.concat([own, other], ignore_index=True)
    unit = frame.groupby("unit_name", sort=True).ngroup()
    frame["unit_no"] = frame.adcode + unit.astype(str).str.zfill(6)
    frame["scheme"] = rng.choice(["企业职工基本养老保险", "机关事业单位养老保险"], len(frame))
    return frame.assign(supplier="hrss", day=frame.insured_from, last=99)


def teacher_qualification(world: World, rng: np.random.Generator) -> pd.DataFrame:
    """Certificates of those who teach, and of a few who no longer do."""
    posts = world.posts[world.posts.post.isin(TEACHING)].drop_duplicates("person")
    adcode = world.institutions.adcode.to_numpy()[posts.institution]
    traders = np.array(world.clean)[len(world.institutions) :]  # not those who are sponsors
    spare = rng.choice(traders, len(traders) // 4, replace=False)
    holders = np.r_[posts.person.to_numpy(), spare].astype(int)
    person: pd.DataFrame = world.people.iloc[holders].reset_index(drop=True)
    of_age = person.born.to_numpy(DAY) + 8000 + rng.integers(0, 700, len(person))
    issued = np.minimum(of_age, np.datetime64(world.nights[0]) - 60)
    return pd.DataFrame(
        {
            "name": person.name,
            "id_number": person.id_number,
            "kind": rng.choice(["幼儿园", "小学", "初级中学", "高级中学"], len(person)),
            "issued_on": issued.astype("datetime64[s]"),
            "status": person.certificate_status,
            "status_on": person.certificate_status_on,
            "uid": "T" + pd.Series(holders).astype(str),
            "adcode": np.r_[adcode, np.full(len(spare), MAIN)],
            "supplier": "edu",
            "day": issued.astype("datetime64[s]"),
            "first": 0,
            "last": 99,
        }
    )
