"""MIN-12 and MIN-14: authorities that knew and did nothing, and units that none of them knows."""

from __future__ import annotations

from typing import Any

from ingest.simulate.cases import acts
from ingest.simulate.cases.asked_late import forget_a_year
from ingest.simulate.cases.never_asked import at_work_rows, closed_years, never, silent
from ingest.simulate.cases.records import at_work, host
from ingest.simulate.names import VILLAGES
from ingest.simulate.stage import Day, Stage

NOT_ASKED, NOT_YEARLY = "未开展入职查询", "未定期查询"
HIRED, BANNED = "聘用有违法犯罪记录人员", "违反从业禁止"
PROPOSAL = "社会治理检察建议"

SERVING = [
    "中小学生校外托管服务",
    "3岁以下婴幼儿托育服务",
    "幼儿早期教育服务；玩具销售",
    "面向中小学生的舞蹈培训、美术培训",
    "学前教育服务",
]
NOT_SERVING = [
    "儿童服装、玩具零售",
    "婴幼儿用品销售",
    "教育咨询服务（不含托育服务）",
    "餐饮服务；不含中小学生托管",
    "机动车驾驶员培训",
    "除幼儿园、托育服务外的商务信息咨询",
    "童鞋、童装批发",
    "职业技能培训",
]


def play(stage: Stage, copies: int) -> None:
    """Inspections and documents without a sequel; businesses outside every register."""
    _knew(stage, copies)
    _knew_days(stage)
    _acted(stage)
    _unknown_units(stage, copies)


def _idle(
    stage: Stage, plant: str, unit: int, clue: bool = True, *, since: int = 0, **expected: Any
) -> None:
    """Expect MIN-12 of the unit's authority (from the night `since` on).

    `posts` carry the breach; without them it is that the unit never asked, and anyone at work does.
    """
    place = stage.place(unit)
    subject = f"{place.adcode}:{place.supplier}>{stage.key_of(unit)}"
    if clue and "posts" not in expected:
        expected["carriers"] = at_work_rows(stage, unit)
    stage.expect(plant, "MIN-12", subject, clue=clue, start=since, **expected)


def _silent_unit(stage: Stage, plant: str, **expected: Any) -> int:
    """A unit that never asked, with its own clue of MIN-01."""
    unit = stage.unit()
    silent(stage, unit)
    never(stage, f"{plant}-01", unit, **expected)
    return unit


def _knew(stage: Stage, copies: int) -> None:
    """Each finding with the breach that it speaks of."""
    first, year = stage.night(0), closed_years(stage)[-1]
    for n in range(2 * copies):
        unit = _silent_unit(stage, f"12-not-asked-{n}")
        acts.inspect(stage, unit, first - 95 - int(stage.rng.integers(0, 200)), NOT_ASKED)
        _idle(stage, f"12-not-asked-{n}", unit)
    unit = stage.unit()
    lasted = forget_a_year(stage, unit)
    stage.expect("12-yearly-02", "MIN-02", f"{stage.key_of(unit)}#{year}", posts=lasted)
    acts.inspect(stage, unit, first - 130, NOT_YEARLY)
    _idle(stage, "12-yearly", unit, posts=lasted)
    post = host(stage)
    stage.set_post(post, hired_on=first - 400, hired_precision="D")
    acts.convict(stage, stage.person_of(post))
    at_work(stage, "12-hired-05", post)
    acts.inspect(stage, stage.unit_of(post), first - 130, HIRED)
    _idle(stage, "12-hired", stage.unit_of(post), posts=[post])
    post = stage.post(hired_before=first - 100, hired_after=first - 700)
    stage.set_post(post, hired_on=first - 110, hired_precision="D", lead_days=-30.0)
    stage.expect("12-late-03", "MIN-03", stage.subject_of(post), posts=[post])
    acts.inspect(stage, stage.unit_of(post), first - 100, NOT_ASKED)
    _idle(
        stage,
        "12-late",
        stage.unit_of(post),
        posts=[post],
        note="an open clue of MIN-03 is that breach too",
    )


def _knew_days(stage: Stage) -> None:
    """Ninety days from an inspection or a transfer, sixty from a proposal."""
    first = stage.night(0)
    for days, since in ((91, 0), (90, 1)):
        unit = _silent_unit(stage, f"12-inspected-{days}")
        acts.inspect(stage, unit, first - days, NOT_ASKED)
        _limit(stage, f"12-inspected-{days}", unit, since)
        unit = _silent_unit(stage, f"12-urged-{days}")
        acts.write_to_authority(stage, unit, "督促履职函", first - days)
        _limit(stage, f"12-urged-{days}", unit, since)
    for days, since in ((61, 0), (60, 1)):
        unit = _silent_unit(stage, f"12-proposed-{days}")
        acts.write_to_authority(stage, unit, PROPOSAL, first - days)
        _limit(stage, f"12-proposed-{days}", unit, since)


def _limit(stage: Stage, plant: str, unit: int, since: int) -> None:
    _idle(stage, plant, unit, since=since, kind="boundary")
    if since:
        _idle(stage, f"{plant}-0", unit, clue=False, end=0, kind="boundary")


def _acted(stage: Stage) -> None:
    """It acted, somebody else did, or it was told of something else."""
    first = stage.night(0)
    acted: dict[str, dict[str, Any]] = {
        "ordered": {"rectify_no": "威教责改〔2023〕7号", "rectify_by": first - 60},
        "filed": {"filed_on": first - 100},
        "fined": {"decision_no": "威教罚〔2023〕3号", "decided_on": first - 80, "fine": "5000"},
    }
    for name, columns in acted.items():
        unit = _silent_unit(stage, f"12-{name}")
        acts.inspect(stage, unit, first - 130, NOT_ASKED, **columns)
        _idle(stage, f"12-{name}", unit, clue=False, kind="guard:acted")
    unit = stage.unit(supplier="edu")
    silent(stage, unit)
    never(stage, "12-other-authority-01", unit)
    acts.inspect(stage, unit, first - 130, NOT_ASKED)
    acts.inspect(
        stage,
        unit,
        first - 90,
        "其他",
        supplier="market",
        authority="威宁县市场监督管理局",
        decision_no="威市监罚〔2023〕21号",
        decided_on=first - 85,
    )
    _idle(stage, "12-other-authority", unit, clue=False, kind="guard:acted")
    for code in (NOT_YEARLY, "其他", "无证办学", HIRED, BANNED):
        unit = _silent_unit(stage, f"12-told-{code}")
        acts.inspect(stage, unit, first - 130, code)
        _idle(stage, f"12-told-{code}", unit, clue=False, note="the finding is of another breach")
    unit = _silent_unit(stage, "12-to-the-unit")
    acts.write_to_authority(
        stage, unit, PROPOSAL, first - 130, addressee=str(stage.place(unit)["name"])
    )
    _idle(stage, "12-to-the-unit", unit, clue=False, note="served on the unit, not the authority")
    unit = _silent_unit(stage, "12-not-served")
    acts.write_to_authority(stage, unit, PROPOSAL, first - 130, served_on=None)
    _idle(stage, "12-not-served", unit, clue=False)
    unit = _silent_unit(stage, "12-replied")
    acts.write_to_authority(
        stage, unit, PROPOSAL, first - 130, replied_on=first - 80, reply_result="采纳"
    )
    acts.inspect(
        stage, unit, first - 85, NOT_ASKED, rectify_no="威责改〔2023〕31号", rectified_on=first - 70
    )
    _idle(stage, "12-replied", unit, clue=False, kind="guard:replied")
    unit = _silent_unit(stage, "12-acts-later")
    acts.inspect(stage, unit, first - 140, NOT_ASKED)
    acts.inspect(stage, unit, first + 8, NOT_ASKED, filed_on=first + 9)
    _idle(stage, "12-acts-later", unit, end=0)
    unit = stage.unit()
    acts.inspect(stage, unit, first - 140, NOT_ASKED)
    _idle(stage, "12-no-breach", unit, clue=False, note="the unit had asked about everyone")


def _business(
    stage: Stage,
    plant: str,
    scope: str,
    clue: bool = True,
    *,
    start: int = 0,
    end: int | None = None,
    kind: str = "",
    note: str = "",
    expected: bool = True,
    **columns: Any,
) -> str:
    """A business in no register; its credit code. Expects MIN-14, unless told not to."""
    code = stage.credit_code()
    opened = stage.night(0) - 100 - int(stage.rng.integers(0, 1500))
    person = stage.person(stage.stranger())
    row = {
        "uscc": code,
        "entity_type": "个体工商户",
        "name": f"威宁县{stage.rng.choice(VILLAGES)}{stage.days(9000)}服务部",
        "business_scope": scope,
        "opened_on": opened,
        "status": "存续",
        "legal_representative": person["name"],
        "legal_representative_id": person.id_number,
        "address": "草海镇",
        "adcode": "520526",
    } | columns
    stage.truth.add(
        "business_registration", uid=f"Bc{code}", supplier="market", day=row["opened_on"], **row
    )
    if expected:
        stage.expect(plant, "MIN-14", code, clue=clue, start=start, end=end, kind=kind, note=note)
    return code


def _unknown_units(stage: Stage, copies: int) -> None:
    first = stage.night(0)
    for n, scope in enumerate(SERVING * copies):
        _business(stage, f"14-unknown-{n}", scope)
    for n, scope in enumerate(NOT_SERVING * copies):
        _business(stage, f"14-other-trade-{n}", scope, clue=False)
    for days, start in ((61, 0), (60, 1)):
        code = _business(
            stage,
            f"14-day-{days}",
            SERVING[0],
            opened_on=first - days,
            start=start,
            kind="boundary",
        )
        if start:
            stage.expect(f"14-day-{days}-0", "MIN-14", code, clue=False, end=0, kind="boundary")
    for status in ("注销", "吊销未注销", "迁出"):
        _business(stage, f"14-{status}", SERVING[1], clue=False, status=status)
    code = _business(stage, "14-closes", SERVING[0], end=0)
    stage.truth.restate("business_registration", f"Bc{code}", 1, status="注销", closed_on=first + 5)
    code = _business(stage, "14-registered-later", SERVING[0], end=0)
    stage.truth.add(
        "institution_register",
        name="威宁县草海镇新起点托管服务部",
        uscc=code,
        category="校外托管机构",
        authority="威宁县市场监督管理局",
        township="草海镇",
        opened_on=first - 100,
        status="正常",
        adcode="520526",
        supplier="market",
        day=first - 100,
        first=1,
    )
    unit = stage.unit(["校外托管机构", "校外培训机构"], business=True)
    stage.expect("14-registered", "MIN-14", stage.key_of(unit), clue=False, kind="guard:registered")
    unit = stage.unit(["校外托管机构", "校外培训机构"], business=True)
    stage.expect(
        "14-registered-by-name",
        "MIN-14",
        stage.key_of(unit),
        clue=False,
        kind="guard:registered",
        note="the register lacks the code, the name is the same",
    )
    stage.set_unit(unit, uscc="")
    for insured in (2, 1):
        _insured(stage, f"14-insured-{insured}", insured)


def _insured(stage: Stage, plant: str, insured: int) -> None:
    """A business that says nothing in its scope, but by the name under which it insures."""
    code = _business(stage, plant, "居民服务", expected=False)
    uids = []
    for _ in range(insured):
        who = stage.person(stage.stranger())
        uids.append(
            stage.truth.add(
                "social_insurance",
                unit_no=f"520526{code[8:14]}",
                uscc=code,
                unit_name=f"威宁县五里岗{code[9:12]}托育中心",
                name=who["name"],
                id_number=who.id_number,
                insured_from=Day("2022-05-01"),
                scheme="企业职工基本养老保险",
                adcode="520526",
                supplier="hrss",
                day=Day("2022-05-01"),
            )
        )
    stage.expect(
        plant,
        "MIN-14",
        code,
        clue=insured > 1,
        kind="boundary",
        carriers=[("row", uid) for uid in uids],
        together=True,
        note=f"{insured} insured under a name that says it serves minors",
    )
