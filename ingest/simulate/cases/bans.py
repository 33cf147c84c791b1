"""MIN-04 and MIN-06: certificates that a judgment cost, and bans from work, both ignored."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from ingest.simulate.cases import acts
from ingest.simulate.cases.records import at_work, host
from ingest.simulate.stage import Day, Stage


def play(stage: Stage, copies: int) -> None:
    """Certificates kept, bans broken."""
    _certificates(stage, copies)
    _bans(stage, copies)


def _holder(stage: Stage, plant: str, clue: bool = True, **expected: Any) -> int:
    """Someone who once qualified as a teacher and has no post; the expectation of MIN-04."""
    person = stage.stranger()
    who = stage.person(person)
    uid = f"T{person}"
    stage.truth.add(
        "teacher_qualification",
        uid=uid,
        name=who["name"],
        id_number=who.id_number,
        kind="小学",
        issued_on=who.born + np.timedelta64(8300, "D"),
        status="有效",
        adcode="520526",
        supplier="edu",
        day=who.born + np.timedelta64(8300, "D"),
    )
    stage.expect(
        plant,
        "MIN-04",
        stage.id_of(person),
        clue=clue,
        carriers=[("person", uid)] if clue else [],
        **expected,
    )
    return person


def _certificates(stage: Stage, copies: int) -> None:
    lost: dict[str, dict[str, Any]] = {
        "theft": {"charges": "盗窃罪"},
        "fraud": {"charges": "诈骗罪"},
        "probation": {"charges": "故意伤害罪", "probation_months": 36},
        "life": {"charges": "故意杀人罪", "principal_penalty": "无期徒刑", "term_months": None},
        "rights": {
            "charges": "寻衅滋事罪",
            "principal_penalty": "拘役",
            "term_months": None,
            "political_rights": "是",
        },
        "mixed": {"charges": "交通肇事罪、盗窃罪"},
        "other-name": {"charges": "盗窃罪", "name": "李卫国"},
        "no-number": {"charges": "盗窃罪", "id_number": ""},
    }
    for name, columns in lost.items():
        for n in range(copies if name == "theft" else 1):
            acts.convict(stage, _holder(stage, f"04-{name}-{n}"), **columns)
    kept: dict[str, dict[str, Any]] = {
        "traffic": {"charges": "交通肇事罪"},
        "fire": {"charges": "失火罪"},
        "negligent-death": {"charges": "过失致人死亡罪"},
        "detention": {"charges": "危险驾驶罪", "principal_penalty": "拘役", "term_months": None},
        "control": {"principal_penalty": "管制", "term_months": None},
        "fine-only": {"principal_penalty": "单处附加刑", "term_months": None},
        "exempt": {"principal_penalty": "免予刑事处罚", "term_months": None},
        "acquitted": {"principal_penalty": "无罪", "term_months": None},
        "retried": {"retrial": "改判无罪"},
        "quashed": {"retrial": "撤销"},
    }
    for name, columns in kept.items():
        acts.convict(stage, _holder(stage, f"04-{name}", clue=False), **columns)
    for status in ("丧失", "撤销", "注销"):
        person = _holder(stage, f"04-{status}", clue=False, note="already taken")
        acts.convict(stage, person)
        stage.truth.restate("teacher_qualification", f"T{person}", 0, status=status)
    for n in range(copies):
        person = _holder(stage, f"04-namesake-{n}", clue=False, kind="guard:namesake")
        acts.convict(stage, stage.namesake(person))
    first = stage.night(0)
    acts.convict(stage, _holder(stage, "04-effective-today", kind="boundary"), first - 11, first=0)
    person = _holder(stage, "04-effective-tomorrow", start=1, kind="boundary")
    acts.convict(stage, person, first - 10, first=0)
    stage.expect("04-effective-tomorrow-0", "MIN-04", stage.id_of(person), clue=False, end=0)
    person = _holder(stage, "04-taken-meanwhile", end=0, note="taken in the second month")
    acts.convict(stage, person)
    stage.truth.restate(
        "teacher_qualification", f"T{person}", 1, status="丧失", status_on=first + 9
    )


def _banned(
    stage: Stage,
    plant: str,
    clue: bool = True,
    *,
    released_on: Day | None = None,
    parole_on: Day | None = None,
    served: bool = True,
    post: int | None = None,
    start: int = 0,
    end: int | None = None,
    kind: str = "",
    note: str = "",
    **columns: Any,
) -> int:
    """Someone at work under a three-year ban from an offence of no tier A; expects MIN-06."""
    post = host(stage, hired_after="2010-01-01") if post is None else post
    person = stage.person_of(post)
    out = next((d for d in (parole_on, released_on) if d is not None), stage.night(0) - 400)
    scope = {"ban_years": 3, "ban_scope": "禁止从事与未成年人密切接触的职业"}
    given: dict[str, Any] = {"charges": "寻衅滋事罪", "term_months": 24} | scope | columns
    judgment = acts.convict(stage, person, acts.convicted_years_ago(stage, out), **given)
    if served:
        acts.release(
            stage,
            person,
            judgment,
            released_on=released_on if parole_on else out,
            parole_on=parole_on,
        )
    stage.expect(
        plant,
        "MIN-06",
        stage.subject_of(post),
        clue=clue,
        start=start,
        end=end,
        kind=kind,
        note=note,
        posts=[post] if clue else [],
    )
    return post


def _bans(stage: Stage, copies: int) -> None:
    first = stage.night(0)
    for n in range(2 * copies):
        _banned(stage, f"06-ban-{n}")
    school = {"hired_after": "2010-01-01", "school": True}
    _banned(stage, "06-teaching", post=host(stage, **school), ban_scope="禁止从事教育、培训工作")
    post = _banned(
        stage, "06-tier-a", post=host(stage), charges="强制猥亵罪", served_education_on=first - 1100
    )
    at_work(stage, "06-tier-a-05", post)
    _banned(stage, "06-starts-today", released_on=first, kind="boundary")
    _banned(stage, "06-starts-tomorrow", released_on=first + 1, start=1, kind="boundary")
    for name, day, end in (("today", first, None), ("tomorrow", first + 1, 0)):
        threeyears_before = Day(years_before(day, 3))
        _banned(
            stage,
            f"06-ends-{name}",
            clue=end == 0,
            released_on=threeyears_before,
            end=end,
            kind="boundary",
        )
    _banned(stage, "06-parole", parole_on=first - 300)
    _banned(
        stage,
        "06-parole-first",
        clue=False,
        parole_on=first - 1150,
        released_on=first - 400,
        term_months=48,
        note="three years from parole are over",
    )
    _banned(
        stage,
        "06-term-only",
        served=False,
        released_on=first - 270,
        note="no release on file: judgment and term",
    )
    _banned(stage, "06-in-prison", clue=False, served=False, released_on=first + 500)
    _banned(
        stage,
        "06-after-probation",
        served=False,
        released_on=first - 170,
        probation_months=24,
        note="from the end of probation: review",
    )
    _banned(
        stage,
        "06-on-probation",
        clue=False,
        served=False,
        released_on=first + 300,
        probation_months=24,
        note="the term has not begun",
    )
    _banned(stage, "06-other-scope", clue=False, ban_scope="禁止从事证券业务")
    _banned(stage, "06-no-scope", ban_scope="", note="all posts with minors: review")
    _banned(stage, "06-no-ban", clue=False, ban_years=None, ban_scope="")
    _banned(stage, "06-quashed", clue=False, retrial="撤销")
    post = _banned(stage, "06-left", clue=False)
    stage.set_post(post, left_on=first - 30, post_status="离职")
    post = _banned(stage, "06-leaves", end=0)
    stage.restate_post(post, 1, left_on=first + 7, post_status="离职")


def years_before(day: Day, years: int) -> date:
    """The same day of the year so many years before; 28 February for the 29th."""
    whole = day.astype(object)
    latest = 28 if whole.month == 2 else 31
    past: date = whole.replace(year=whole.year - years, day=min(whole.day, latest))
    return past
