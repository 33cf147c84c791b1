"""MIN-05: people with a record at work with minors, and all those who only look like it."""

from __future__ import annotations

from typing import Any

import numpy as np

from ingest.simulate import identity
from ingest.simulate.cases import acts
from ingest.simulate.stage import Stage
from ingest.simulate.world import SECOND

# Posts whose holders have no teacher's certificate, so that MIN-04 has no part in the case.
UNCERTIFIED = ("保安", "食堂人员", "保育员", "行政人员", "宿管")
TIER_A = (
    "强奸罪",
    "猥亵儿童罪",
    "强制猥亵、侮辱罪",
    "故意伤害罪",
    "拐卖妇女、儿童罪",
    "虐待罪",
    "故意杀人罪",
    "盗窃罪、强奸罪",
    "强制猥亵罪",
)
NOT_TIER_A = ("抢劫罪", "寻衅滋事罪", "盗窃罪", "诈骗罪", "聚众斗殴罪", "介绍卖淫罪", "交通肇事罪")


def play(stage: Stage, copies: int) -> None:
    """Records of every kind, people of every kind, and every way not to be one of them."""
    for n in range(4 * copies):
        post = host(stage)
        acts.convict(stage, stage.person_of(post), charges=TIER_A[n % len(TIER_A)])
        at_work(stage, f"05-convict-{n}", post, feedback="" if n % 2 else "属实立案")
    _other_records(stage)
    _identity(stage, copies)
    _counties(stage)
    _days(stage)
    _life(stage)
    _no_record(stage, copies)
    _not_at_work(stage)
    _sealed(stage)


def host(stage: Stage, **choice: Any) -> int:
    """Someone hired after the default conviction was served, in a post without a certificate."""
    given: dict[str, Any] = {"hired_after": "2017-06-01", "posts": UNCERTIFIED} | choice
    return stage.post(**given)


def at_work(stage: Stage, plant: str, post: int, **expected: Any) -> None:
    """Expect (or not) the clue that someone with a record is in the post."""
    given = {"posts": [post]} if expected.get("clue", True) else {}
    stage.expect(
        plant, "MIN-05", stage.subject_of(post), adcode=stage.adcode_of(post), **(given | expected)
    )


def _other_records(stage: Stage) -> None:
    """Non-prosecution and penalties count for schools alone; some records go to review."""
    for school in (True, False):
        word = "school" if school else "elsewhere"
        posts = UNCERTIFIED if school else None
        post = host(stage, school=school, posts=posts)
        acts.spare(stage, stage.person_of(post))
        at_work(stage, f"05-spared-{word}", post, clue=school)
        post = host(stage, school=school, posts=posts)
        acts.penalise(stage, stage.person_of(post))
        at_work(stage, f"05-penalty-{word}", post, clue=school)
    doubtful: dict[str, dict[str, Any]] = {
        "retrial-running": {"retrial": "再审中"},
        "retrial-guilty": {"retrial": "改判有罪"},
        "exempt": {"principal_penalty": "免予刑事处罚", "term_months": None},
    }
    for name, columns in doubtful.items():
        post = host(stage)
        acts.convict(stage, stage.person_of(post), **columns)
        at_work(stage, f"05-{name}", post, note="review")
    post = host(stage, school=True)
    acts.penalise(stage, stage.person_of(post), revoked="变更")
    at_work(stage, "05-penalty-changed", post, note="review")
    # a teacher convicted long ago keeps the certificate too
    post = host(stage, posts=["专任教师"], school=True, hired_after="2018-06-01")
    person = stage.person_of(post)
    acts.convict(stage, person)
    at_work(stage, "05-teacher", post)
    stage.expect(
        "05-teacher-04", "MIN-04", stage.id_of(person), carriers=[("person", f"T{person}")]
    )


def _identity(stage: Stage, copies: int) -> None:
    """The same person under another writing, and others under the same name."""
    post = host(stage, born_before="1990-01-01")
    number = str(stage.person(stage.person_of(post)).id_number)
    acts.convict(stage, stage.person_of(post), id_number=identity.old_number(number))
    at_work(stage, "05-fifteen-digits", post)
    post = host(stage)
    acts.convict(stage, stage.person_of(post), name="赵德柱")
    at_work(stage, "05-other-name", post, note="T2: same number, another name, review")
    post = host(stage)
    acts.convict(stage, stage.person_of(post), id_number="")
    at_work(
        stage, "05-no-number", post, note="T3: name, birthday and sex, review", feedback="不属实"
    )
    post = host(stage, named="·", posts=[*UNCERTIFIED, "其他", "教练", "医护人员"])
    name = str(stage.person(stage.person_of(post))["name"])
    acts.convict(stage, stage.person_of(post), name=name.replace("·", "．"))
    at_work(stage, "05-separator", post)
    for n in range(3 * copies):
        post = host(stage)
        acts.convict(stage, stage.namesake(stage.person_of(post)))
        at_work(stage, f"05-namesake-{n}", post, clue=False, kind="guard:namesake")
    for n in range(copies):
        post = host(stage)
        acts.convict(stage, stage.namesake(stage.person_of(post), same_birthday=True))
        at_work(
            stage,
            f"05-same-birthday-{n}",
            post,
            clue=False,
            kind="guard:namesake",
            note="same name, birthday and sex, but a number of his own",
        )
    unnumbered: dict[str, dict[str, Any]] = {"name-only": {"born_on": None}, "other-birthday": {}}
    for name, columns in unnumbered.items():
        post = host(stage)
        acts.convict(stage, stage.namesake(stage.person_of(post)), id_number="", **columns)
        at_work(stage, f"05-{name}", post, clue=False, kind="guard:namesake")


def _counties(stage: Stage) -> None:
    post = host(stage, adcode=SECOND)
    acts.convict(stage, stage.person_of(post))
    at_work(stage, "05-convicted-here-works-there", post, note="外县记录")
    post = host(stage)
    acts.convict(stage, stage.person_of(post), adcode=SECOND)
    at_work(stage, "05-convicted-there-works-here", post, note="外县记录")


def _days(stage: Stage) -> None:
    """The days on which a judgment takes effect and a post begins and ends."""
    first = stage.night(0)
    for name, day, start in (("today", first, 0), ("tomorrow", first + 1, 1)):
        post = host(stage)
        acts.convict(
            stage,
            stage.person_of(post),
            day - 11,
            offence_from="2015-12-01",
            offence_to="2015-12-01",
            first=0,
        )
        at_work(stage, f"05-effective-{name}", post, start=start, kind="boundary")
        if start:
            at_work(stage, f"05-effective-{name}-0", post, clue=False, end=0, kind="boundary")
        post = host(stage)
        acts.convict(stage, stage.person_of(post))
        stage.set_post(post, hired_on=day, hired_precision="D", lead_days=7.0)
        at_work(stage, f"05-hired-{name}", post, start=start, kind="boundary")
        if start:
            at_work(stage, f"05-hired-{name}-0", post, clue=False, end=0, kind="boundary")
        post = host(stage)
        acts.convict(stage, stage.person_of(post))
        stage.set_post(post, left_on=day)
        if start:
            at_work(stage, f"05-leaves-{name}", post, end=0, kind="boundary")
        at_work(stage, f"05-left-{name}", post, clue=False, start=start, kind="boundary")


def _life(stage: Stage) -> None:
    """Clues that appear, end, and come back."""
    first = stage.night(0)
    post = host(stage)
    acts.convict(
        stage, stage.person_of(post), first + 8, offence_from="2015-12-01", offence_to="2015-12-01"
    )
    at_work(stage, "05-convicted-meanwhile", post, start=1)
    post = host(stage)
    acts.convict(stage, stage.person_of(post))
    stage.restate_post(post, 1, left_on=first + 9, post_status="离职")
    at_work(stage, "05-dismissed", post, end=0)
    post = host(stage)
    acts.convict(stage, stage.person_of(post))
    stage.restate_post(post, 1, left_on=first + 9, post_status="离职")
    stage.restate_post(post, 2, left_on=None, post_status="在岗")
    at_work(stage, "05-came-back-a", post, end=0)
    at_work(stage, "05-came-back-b", post, start=2, note="the third roster has him at work again")
    post = host(stage)
    judgment = acts.convict(stage, stage.person_of(post))
    stage.truth.restate("criminal_judgment", judgment, 1, retrial="改判无罪", retrial_on=first + 5)
    at_work(stage, "05-acquitted-meanwhile", post, end=0)
    post = host(stage)
    judgment = acts.convict(stage, stage.person_of(post))
    stage.truth.restate("criminal_judgment", judgment, 2, sealed="是")
    at_work(stage, "05-sealed-later", post, end=1, gone_from=2, note="purged with the third night")
    post = stage.new_post(
        stage.stranger(), stage.unit_of(host(stage)), post="保安", first=1, hired_on=first + 6
    )
    acts.convict(stage, stage.person_of(post))
    at_work(stage, "05-hired-meanwhile", post, start=1)


def _no_record(stage: Stage, copies: int) -> None:
    """Acquitted, quashed, not prosecuted for want of a crime, or convicted of something else."""
    changed: dict[str, dict[str, Any]] = {
        "acquitted": {"principal_penalty": "无罪", "term_months": None},
        "retried": {"retrial": "改判无罪"},
        "quashed": {"retrial": "撤销"},
    }
    for name, columns in changed.items():
        post = host(stage)
        acts.convict(stage, stage.person_of(post), **columns)
        at_work(stage, f"05-{name}", post, clue=False, kind=f"guard:{name}")
    for outcome in ("法定不起诉", "存疑不起诉"):
        post = host(stage, school=True)
        acts.spare(stage, stage.person_of(post), outcome=outcome)
        at_work(stage, f"05-{outcome}", post, clue=False, kind="guard:not-prosecuted")
    post = host(stage, school=True)
    acts.penalise(stage, stage.person_of(post), revoked="撤销")
    at_work(stage, "05-penalty-revoked", post, clue=False, kind="guard:revoked")
    post = host(stage, school=True)
    acts.penalise(stage, stage.person_of(post), cause="殴打他人")
    at_work(stage, "05-penalty-other", post, clue=False)
    for n in range(2 * copies):
        post = host(stage)
        acts.convict(stage, stage.person_of(post), charges=NOT_TIER_A[n % len(NOT_TIER_A)])
        at_work(stage, f"05-other-crime-{n}", post, clue=False)


def _not_at_work(stage: Stage) -> None:
    """No longer, not yet, not with minors, or nowhere that is open."""
    first = stage.night(0)
    absent: dict[str, dict[str, Any]] = {
        "gone": {"post_status": "离职", "left_on": first - 200},
        "on-leave": {"post_status": "长期病假"},
        "seconded": {"post_status": "借调"},
        "volunteer": {"post": "志愿者"},
        "parent": {"post": "家长义工"},
    }
    for name, columns in absent.items():
        post = host(stage)
        acts.convict(stage, stage.person_of(post))
        stage.set_post(post, **columns)
        at_work(stage, f"05-{name}", post, clue=False, kind=f"guard:{name}")
    unit = stage.unit(["幼儿园"])
    post = stage.workers(unit)[-1]
    stage.set_post(post, post="保育员")
    acts.convict(stage, stage.person_of(post))
    stage.set_unit(unit, status="停办", closed_on=first - 60)
    at_work(stage, "05-closed-unit", post, clue=False, kind="guard:inactive")
    # insured by a unit on whose roster he is not
    unit, person = stage.unit_of(host(stage)), stage.stranger()
    acts.convict(stage, person)
    place, who = stage.place(unit), stage.person(person)
    stage.truth.add(
        "social_insurance",
        unit_no=f"{place.adcode}900001",
        uscc=place.uscc,
        name=who["name"],
        unit_name=place["name"],
        id_number=who.id_number,
        insured_from="2022-03-01",
        scheme="企业职工基本养老保险",
        adcode=place.adcode,
        supplier="hrss",
        day="2022-03-01",
    )
    stage.expect(
        "05-insured-only",
        "MIN-05",
        f"{stage.id_of(person)}@{stage.key_of(unit)}",
        clue=False,
        note="social insurance alone makes no post",
    )
    # teaching at another school for a year: both schools
    post = host(stage, school=True, posts=["行政人员"])
    stage.set_post(post, post_status="支教")
    acts.convict(stage, stage.person_of(post))
    second = stage.new_post(
        stage.person_of(post),
        stage.other_unit(stage.unit_of(post), True),
        post="行政人员",
        hired_on=first - 150,
        lead_days=4.0,
    )
    at_work(stage, "05-lent-out", post, note="支教 counts at both schools")
    at_work(stage, "05-lent-in", second)


def _sealed(stage: Stage) -> None:
    """Marked sealed, not marked at all, or a juvenile's short sentence: diverted at the door."""
    marks: dict[str, dict[str, Any]] = {"flag": {"sealed": "是"}, "no-flag": {"sealed": ""}}
    for name, columns in marks.items():
        post = host(stage)
        acts.convict(stage, stage.person_of(post), **columns)
        at_work(stage, f"05-sealed-{name}", post, clue=False, kind="guard:sealed")
    post = host(stage)
    seventeen = stage.person(stage.person_of(post)).born.to_datetime64().astype(
        "datetime64[D]"
    ) + np.timedelta64(6400, "D")
    acts.convict(stage, stage.person_of(post), seventeen + 190, term_months=36)
    at_work(stage, "05-juvenile", post, clue=False, kind="guard:sealed")
