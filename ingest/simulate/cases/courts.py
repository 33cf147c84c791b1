"""MIN-09, MIN-10, MIN-11, MIN-13: what the court, the office and the police left undone."""

from __future__ import annotations

from typing import Any

import numpy as np

from ingest.simulate.cases import acts
from ingest.simulate.cases.bans import years_before
from ingest.simulate.cases.records import UNCERTIFIED, at_work
from ingest.simulate.stage import Day, Stage

BAN = {"ban_years": 5, "ban_scope": "禁止从事与未成年人密切接触的职业"}


def play(stage: Stage, copies: int) -> None:
    """Staff who offended while in post, and indecency that ended as a penalty."""
    for n in range(2 * copies):
        _case(stage, f"09-no-ban-{n}", missing=("ban",))
    for n in range(copies):
        _case(stage, f"10-not-proposed-{n}", missing=("proposal",))
        _case(stage, f"11-not-served-{n}", missing=("service",))
        _case(stage, f"09-in-order-{n}", missing=())
    _case(stage, "09-everything", missing=("ban", "proposal", "service", "dismissal"))
    _case(stage, "10-blank", missing=(), ban_proposed="")
    _service_days(stage)
    _who_counts(stage)
    _roles(stage)
    _indecency(stage, copies)


def _case(
    stage: Stage,
    plant: str,
    missing: tuple[str, ...],
    *,
    judged_on: Day | None = None,
    counts: bool = True,
    ban_proposed: str = "是",
    kind: str = "",
    note: str = "",
    post: int | None = None,
    **columns: Any,
) -> tuple[int, str]:
    """Someone who offended in post, convicted since; what was `missing` is expected as a clue.

    With `counts` false the person is none of those whom the three rules are about, and none of
    what is missing is a clue. Returns the post and the judgment's uid.
    """
    judged = stage.night(0) - 140 if judged_on is None else judged_on
    if post is None:
        post = stage.post(posts=UNCERTIFIED, hired_before=judged - 400)
    person = stage.person_of(post)
    given: dict[str, Any] = {"offence_from": judged - 120, "offence_to": judged - 120}
    given |= {} if "ban" in missing else BAN
    given |= {} if "service" in missing else {"served_education_on": judged + 20}
    judgment = acts.convict(stage, person, judged, **(given | columns))
    proposed = "否" if "proposal" in missing else ban_proposed
    case = acts.charge(stage, person, judgment, judged - 40, ban_proposed=proposed)
    if "dismissal" in missing:
        at_work(stage, f"{plant}-05", post)
    else:
        left = np.datetime64(given["offence_to"]) + 15
        stage.set_post(post, left_on=left, post_status="离职")
    who = stage.id_of(person)
    # the roster shows the post, unless the judgment itself says so
    posts = [] if columns.get("defendant_role") else [post]
    for rule, subject, absent in (
        ("MIN-09", f"<{judgment}>|{who}", "ban"),
        ("MIN-10", f"<{case}>|{who}", "proposal"),
        ("MIN-11", f"<{judgment}>", "service"),
    ):
        clue = counts and absent in missing
        stage.expect(
            f"{plant}-{rule[-2:]}",
            rule,
            subject,
            clue=clue,
            kind=kind,
            note=note,
            posts=posts if clue else [],
        )
    return post, judgment


def _service_days(stage: Stage) -> None:
    """Thirty days from effect to service: broken on day 31."""
    first = stage.night(0)
    judgment = _unserved(stage, "11-day-31", first - 31)
    stage.expect("11-day-31", "MIN-11", **judgment, kind="boundary")
    judgment = _unserved(stage, "11-day-30", first - 30)
    stage.expect("11-day-30", "MIN-11", **judgment, start=1, kind="boundary")
    stage.expect("11-day-30-0", "MIN-11", judgment["subject"], clue=False, end=0, kind="boundary")
    judgment = _unserved(stage, "11-served-meanwhile", first - 89)
    uid = judgment["subject"].strip("<>")
    stage.truth.restate("criminal_judgment", uid, 1, served_education_on=first + 6)
    stage.expect("11-served-meanwhile", "MIN-11", **judgment, end=0)


def _unserved(stage: Stage, plant: str, effective_on: Day) -> dict[str, Any]:
    """A teacher's judgment with a ban that nobody served: its subject, and the post behind it."""
    judged = effective_on - 11
    post = stage.post(posts=UNCERTIFIED, hired_before=judged - 400)
    person = stage.person_of(post)
    committed = {"offence_from": judged - 120, "offence_to": judged - 120}
    judgment = acts.convict(stage, person, judged, first=0, **committed, **BAN)
    stage.set_post(post, left_on=judged - 100, post_status="离职")
    stage.expect(f"{plant}-09", "MIN-09", f"<{judgment}>|{stage.id_of(person)}", clue=False)
    return {"subject": f"<{judgment}>", "posts": [post]}


def _who_counts(stage: Stage) -> None:
    """In post on the whole of the offence, convicted of tier A since the opinion is in force."""
    everything = ("ban", "proposal", "service")
    _case(stage, "09-judged-first-day", ("ban",), judged_on=Day("2022-11-15"), kind="boundary")
    _case(
        stage,
        "09-judged-day-before",
        everything,
        judged_on=Day("2022-11-14"),
        counts=False,
        kind="boundary",
    )
    _case(stage, "09-tier-b", everything, counts=False, charges="寻衅滋事罪")
    _case(
        stage, "09-acquitted", everything, counts=False, principal_penalty="无罪", term_months=None
    )
    _case(stage, "09-retried", everything, counts=False, retrial="改判无罪")
    judged = stage.night(0) - 140
    changes: dict[str, dict[str, Any]] = {
        "hired-after": {"hired_on": judged - 110, "hired_precision": "D", "lead_days": 6.0},
        "volunteer": {"post": "志愿者"},
    }
    for name, changed in changes.items():
        post, _ = _case(stage, f"09-{name}", everything, counts=False)
        stage.set_post(post, **changed)
    post, _ = _case(stage, "09-left-before", everything, counts=False)
    stage.set_post(post, left_on=judged - 200)
    post, _ = _case(
        stage, "09-began-before-hire", everything, counts=False, offence_from=judged - 390
    )
    stage.set_post(post, hired_on=judged - 200, hired_precision="D", lead_days=6.0)


def _roles(stage: Stage) -> None:
    """The judgment says what the defendant was."""
    judged = stage.night(0) - 150
    for role, clue in (
        ("小学教师", True),
        ("幼儿园保育员", True),
        ("退休教师", False),
        ("原小学教师", False),
        ("农民", False),
    ):
        person = stage.stranger()
        judgment = acts.convict(
            stage,
            person,
            judged,
            offence_from=judged - 90,
            offence_to=judged - 90,
            defendant_role=role,
            served_education_on=judged + 25,
        )
        stage.expect(
            f"09-role-{role}",
            "MIN-09",
            f"<{judgment}>|{stage.id_of(person)}",
            clue=clue,
            kind="" if clue else "guard:role",
        )


def _penalty(
    stage: Stage,
    plant: str,
    clue: bool = True,
    *,
    start: int = 0,
    end: int | None = None,
    kind: str = "",
    note: str = "",
    person: int | None = None,
    conduct_on: Day | None = None,
    **columns: Any,
) -> tuple[int, str, Day]:
    """Indecency against a child under 14, ended as a penalty; expects MIN-13."""
    person = stage.stranger() if person is None else person
    conduct = stage.night(0) - 60 - int(stage.rng.integers(0, 300))
    conduct = conduct if conduct_on is None else conduct_on
    uid = acts.penalise(stage, person, conduct, **({"victim_under_14": "是"} | columns))
    stage.expect(plant, "MIN-13", f"<{uid}>", clue=clue, start=start, end=end, kind=kind, note=note)
    return person, uid, conduct


def _indecency(stage: Stage, copies: int) -> None:
    first = stage.night(0)
    for n in range(2 * copies):
        _penalty(stage, f"13-closed-{n}")
    for days, clue in ((3, False), (-3, False), (4, True), (-4, True)):
        person, _, conduct = _penalty(stage, f"13-filed-{days}", clue, kind="boundary")
        acts.file_case(stage, person, conduct + days)
    for n in range(copies):
        person, _, conduct = _penalty(stage, f"13-filed-{n}", False, kind="guard:filed")
        acts.file_case(stage, person, conduct)
    person, _, conduct = _penalty(stage, "13-taken-in", note="taken in and never filed")
    acts.file_case(stage, person, conduct, filed_on=None, filing_no="")
    person, _, conduct = _penalty(stage, "13-declined")
    acts.file_case(stage, person, conduct, filed_on=None, filing_no="", declined_on=conduct + 6)
    person, uid, conduct = _penalty(stage, "13-linked", False, kind="guard:filed")
    acts.file_case(stage, person, conduct + 30, penalty_decision_no=f"<{uid}>")
    person, _, conduct = _penalty(stage, "13-withdrawn", note="filed and withdrawn: review")
    acts.file_case(stage, person, conduct, withdrawn_on=conduct + 40)
    _, _, conduct = _penalty(stage, "13-other-filed", note="somebody else's case of the same day")
    acts.file_case(stage, stage.stranger(), conduct)
    _penalty(stage, "13-no-number", id_number="", note="age unknown: review")
    _penalty(stage, "13-revoked", False, revoked="撤销", kind="guard:revoked")
    _penalty(stage, "13-adult", False, victim_under_14="否")
    _penalty(stage, "13-unsaid", False, victim_under_14="")
    _penalty(stage, "13-other-cause", False, cause="殴打他人")
    _penalty(stage, "13-sealed", False, sealed="是", kind="guard:sealed")
    # years of age are complete on the day after the birthday
    birthday = first - 120
    for name, day, clue in (("of-age", birthday + 1, True), ("birthday", birthday, False)):
        person = stage.stranger()
        stage.rebirth(person, Day(years_before(birthday, 18)))
        _penalty(
            stage,
            f"13-{name}",
            clue,
            person=person,
            conduct_on=day,
            kind="boundary" if clue else "guard:sealed",
            note="eighteen from the day after",
        )
    person, _, conduct = _penalty(stage, "13-filed-meanwhile", end=0)
    acts.file_case(stage, person, conduct, accepted_on=first + 9, filed_on=first + 10)
    _penalty(stage, "13-meanwhile", start=1, conduct_on=first + 2)
