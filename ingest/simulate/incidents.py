"""Crime and its handling among people who do not work with minors: the background."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from ingest.simulate import calendar
from ingest.simulate.world import MAIN, SECOND, World

DAY = "datetime64[D]"
RECORDS_CLOSED = date(2026, 1, 1)
CHARGES = [
    "盗窃罪",
    "诈骗罪",
    "危险驾驶罪",
    "故意伤害罪",
    "交通肇事罪",
    "寻衅滋事罪",
    "抢劫罪",
    "贩卖毒品罪",
    "开设赌场罪",
    "帮助信息网络犯罪活动罪",
    "盗窃罪、抢劫罪",
    "强奸罪",
    "猥亵儿童罪",
    "掩饰、隐瞒犯罪所得罪",
]
CHARGE_SHARES = [0.2, 0.1, 0.2, 0.11, 0.06, 0.06, 0.03, 0.05, 0.04, 0.08, 0.02, 0.02, 0.01, 0.02]
ROLES = ["农民", "无业", "务工人员", "个体经营者", "司机", "建筑工人", "无固定职业", ""]
CAUSES = [
    "殴打他人",
    "盗窃",
    "赌博",
    "寻衅滋事",
    "吸毒",
    "故意损毁财物",
    "阻碍执行职务",
    "猥亵他人",
]
CAUSE_SHARES = [0.3, 0.2, 0.2, 0.1, 0.1, 0.05, 0.03, 0.02]
EARLIEST = np.datetime64("2010-01-01")


def people_apart(world: World, n: int, rng: np.random.Generator) -> np.ndarray:
    """Positions of people who neither work with minors nor stand behind those who do."""
    return rng.choice(np.array(world.known_to_courts), n)


def _counties(n: int, rng: np.random.Generator) -> np.ndarray:
    return np.where(rng.random(n) < 0.85, MAIN, SECOND)


def judgments(world: World, scale: float, rng: np.random.Generator) -> pd.DataFrame:
    """Effective judgments of the last dozen years; one in forty is sealed."""
    n = max(int(1500 * scale), 80)
    who = people_apart(world, n, rng)
    person = world.people.iloc[who].reset_index(drop=True)
    end = np.datetime64(world.nights[-1])
    judged = EARLIEST + (rng.random(n) ** 0.6 * (end - EARLIEST).astype(int)).astype(int)
    offence = judged - rng.integers(90, 500, n)
    age = (offence - person.born.to_numpy(DAY)).astype(int)
    young = age < 6575
    probation = rng.random(n) < 0.25
    penalty = rng.choice(["有期徒刑", "拘役", "管制", "单处附加刑"], n, p=[0.72, 0.22, 0.03, 0.03])
    term = np.clip(np.round(rng.lognormal(2.4, 0.8, n)), 2, 180).astype(int)
    nameless = rng.random(n) < 0.03
    return pd.DataFrame(
        {
            "name": person.name,
            "id_number": np.where(nameless, "", person.id_number),
            "born_on": person.born,
            "sex": person.sex,
            "charges": rng.choice(CHARGES, n, p=CHARGE_SHARES),
            "offence_from": offence,
            "offence_to": offence + rng.integers(0, 20, n) // 15 * 5,
            "judged_on": judged,
            "effective_on": judged + 11,
            "principal_penalty": penalty,
            "term_months": np.where(penalty == "有期徒刑", term, np.nan),
            "probation_months": np.where(
                (penalty == "有期徒刑") & probation & (term <= 36), 24, np.nan
            ),
            "political_rights": np.where(term > 150, "是", "否"),
            "ban_years": np.nan,
            "ban_scope": "",
            "injunction": "否",
            "victim_minor": "否",
            "defendant_role": rng.choice(ROLES, n),
            "retrial": "无",
            "sealed": np.where(young | (rng.random(n) < 0.01), "是", "否"),
            "adcode": _counties(n, rng),
            "supplier": "court",
            "day": judged,
            "first": calendar.delivery_of("criminal_judgment", judged, world.nights),
            "uid": np.char.add("J", np.arange(n).astype(str)),
            "person_at": who,
        }
    )[age > 5850].query(f"first < {len(world.nights)}")


def executions(judgments_: pd.DataFrame, world: World, rng: np.random.Generator) -> pd.DataFrame:
    """Release of those who served a term, as prison and correction report it."""
    served = judgments_[(judgments_.term_months > 0) & (judgments_.sealed == "否")]
    released = served.effective_on.to_numpy(DAY) + (served.term_months * 28).astype(int).to_numpy()
    on_parole = rng.random(len(served)) < 0.1
    frame = pd.DataFrame(
        {
            "judgment_case_no": ("<" + served.uid + ">").to_numpy(),
            "name": served.name.to_numpy(),
            "id_number": world.people.id_number.to_numpy()[served.person_at],
            "released_on": np.where(on_parole, np.datetime64("NaT"), released),
            "parole_on": np.where(on_parole, released - 60, np.datetime64("NaT")),
            "adcode": served.adcode.to_numpy(),
            "supplier": "justice",
            "day": released,
            "first": calendar.delivery_of("sentence_execution", released, world.nights),
        }
    )
    return frame[frame["first"] < len(world.nights)]


def prosecutions(judgments_: pd.DataFrame, world: World, rng: np.random.Generator) -> pd.DataFrame:
    """The office's cases: those that became judgments since 2019, and those not prosecuted."""
    tried = judgments_[judgments_.judged_on.to_numpy(DAY) >= np.datetime64("2019-01-01")]
    accepted = tried.judged_on.to_numpy(DAY) - rng.integers(60, 120, len(tried))
    charged = pd.DataFrame(
        {
            "person_at": tried.person_at.to_numpy(),
            "charge": tried.charges.to_numpy(),
            "conduct_on": tried.offence_to.to_numpy(),
            "accepted_on": accepted,
            "outcome": "起诉",
            "decided_on": accepted + 30,
            "charged_on": accepted + 30,
            "ban_proposed": "否",
            "court_case_no": ("<" + tried.uid + ">").to_numpy(),
            "adcode": tried.adcode.to_numpy(),
            "sealed": tried.sealed.to_numpy(),
        }
    )
    n = len(tried) // 2
    who = people_apart(world, n, rng)
    taken_in = np.datetime64(world.nights[-1]) - rng.integers(30, 1400, n)
    spared = pd.DataFrame(
        {
            "person_at": who,
            "charge": rng.choice(CHARGES[:8], n),
            "conduct_on": taken_in - 60,
            "accepted_on": taken_in,
            "decided_on": taken_in + 25,
            "outcome": rng.choice(
                ["相对不起诉", "存疑不起诉", "法定不起诉", "附条件不起诉"],
                n,
                p=[0.8, 0.1, 0.05, 0.05],
            ),
            "ban_proposed": "",
            "court_case_no": "",
            "adcode": _counties(n, rng),
        }
    )
    # conditional non-prosecution is for juveniles alone, and sealed
    spared["sealed"] = np.where(spared.outcome == "附条件不起诉", "是", "否")
    frame = pd.concat([charged, spared], ignore_index=True)
    person = world.people.iloc[frame.person_at].reset_index(drop=True)
    age = (frame.conduct_on.to_numpy(DAY) - person.born.to_numpy(DAY)).astype(int) // 365.25
    frame = frame.assign(
        name=person.name,
        id_number=person.id_number,
        born_on=person.born,
        age_at_conduct=age.astype(int),
        supplier="procuratorate",
        day=frame.accepted_on,
        first=calendar.delivery_of("prosecution_case", frame.accepted_on, world.nights),
    )
    return frame[frame["first"] < len(world.nights)]


def access_basis(world: World) -> str:
    """Why the police hand their records over: since 2026 these are closed to all but who must know.

    治安管理处罚法 of 2025, article 136.
    """
    return "未成年人检察办案需要" if world.nights[0] >= RECORDS_CLOSED else ""


def penalties(world: World, scale: float, rng: np.random.Generator) -> pd.DataFrame:
    """Public-order penalties; indecency among them is against adults."""
    n = max(int(3000 * scale), 120)
    who = people_apart(world, n, rng)
    person = world.people.iloc[who].reset_index(drop=True)
    conduct = np.datetime64(world.nights[-1]) - rng.integers(20, 3000, n)
    young = (conduct - person.born.to_numpy(DAY)).astype(int) < 6575
    decided = conduct + rng.integers(1, 15, n)
    frame = pd.DataFrame(
        {
            "name": person.name,
            "id_number": person.id_number,
            "cause": rng.choice(CAUSES, n, p=CAUSE_SHARES),
            "conduct_on": conduct,
            "decided_on": decided,
            "penalty": rng.choice(["行政拘留五日", "行政拘留十日", "罚款五百元", "警告"], n),
            "victim_under_14": "否",
            "revoked": "无",
            "sealed": np.where(young, "是", "否"),
            "access_basis": access_basis(world),
            "adcode": _counties(n, rng),
            "supplier": "police",
            "day": decided,
            "first": calendar.delivery_of("police_penalty", decided, world.nights),
        }
    )
    return frame[frame["first"] < len(world.nights)]


def police_cases(world: World, scale: float, rng: np.random.Generator) -> pd.DataFrame:
    """Reports taken in, most of them filed, some declined."""
    n = max(int(2500 * scale), 100)
    person = world.people.iloc[people_apart(world, n, rng)].reset_index(drop=True)
    conduct = np.datetime64(world.nights[-1]) - rng.integers(15, 2000, n)
    accepted = conduct + rng.integers(0, 10, n)
    fate = rng.random(n)
    frame = pd.DataFrame(
        {
            "name": person.name,
            "id_number": person.id_number,
            "cause": rng.choice(
                ["盗窃案", "诈骗案", "故意伤害案", "危险驾驶案", "强奸案"],
                n,
                p=[0.4, 0.3, 0.15, 0.1, 0.05],
            ),
            "conduct_on": conduct,
            "accepted_on": accepted,
            "filed_on": np.where(fate < 0.8, accepted + 2, np.datetime64("NaT")),
            "declined_on": np.where(fate > 0.9, accepted + 3, np.datetime64("NaT")),
            "adcode": _counties(n, rng),
            "supplier": "police",
            "day": accepted,
            "first": calendar.delivery_of("police_case", accepted, world.nights),
        }
    )
    frame["filing_no"] = np.where(fate < 0.8, "立字" + frame.index.astype(str), "")
    return frame[frame["first"] < len(world.nights)]
