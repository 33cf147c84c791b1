"""MIN-01: units that never asked about anyone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from ingest.simulate.stage import Day, Stage
from ingest.simulate.world import MAIN, SECOND

LONG_SINCE = Day("2019-09-01")  # before the first duty to screen


def play(stage: Stage, copies: int) -> None:
    """Units that never screened; those put right; those that look like it; the ninetieth day."""
    for n in range(5 * copies):
        unit = stage.unit()
        silent(stage, unit)
        never(stage, f"01-never-{n}", unit)
    unit = stage.unit(["教学点"], coded=False)
    silent(stage, unit)
    never(stage, "01-teaching-point", unit, note="no credit code: known by its school code")
    _cured(stage)
    _opened_lately(stage)
    _looked_silent(stage)
    _not_active(stage)
    _neighbours(stage)


def silent(
    stage: Stage, unit: int, hired_on: Day | None = None, opened_on: Day | None = None
) -> None:
    """Nobody at the unit was ever asked about; all were hired on one day, if one is given."""
    staff = stage.staff(unit)
    stage.set_post(staff, never_screened=True)
    if hired_on is not None:
        stage.set_post(
            staff,
            hired_on=hired_on,
            hired_precision="D",
            left_on=np.datetime64("NaT"),
            post_status="在岗",
        )
        stage.set_unit(unit, opened_on=opened_on or hired_on - 30)


def never(stage: Stage, plant: str, unit: int, **expected: object) -> None:
    """Expect the unit's clue, carried by the row of anyone at work there."""
    stage.expect(
        plant,
        "MIN-01",
        stage.key_of(unit),
        carriers=at_work_rows(stage, unit),
        **expected,  # type: ignore[arg-type]
    )


def at_work_rows(stage: Stage, unit: int) -> list[tuple[str, str]]:
    """The roster's rows of those at work at a unit, any of which shows that somebody is."""
    posts = stage.world.posts.loc[stage.workers(unit)]
    return [("row", str(uid)) for uid in posts.uid[posts.post_status == "在岗"]]


def closed_years(stage: Stage) -> list[int]:
    """The last two closed calendar years in which the yearly duty held."""
    return [y for y in (stage.year(2), stage.year(1)) if y >= 2022]


def unasked_years(
    stage: Stage, plant: str, unit: int, posts: Iterable[int], start: int = 0, adcode: str = MAIN
) -> None:
    """Expect a clue of MIN-02 for every closed year, all the posts having lasted them."""
    for year in closed_years(stage):
        stage.expect(
            f"{plant}-{year}",
            "MIN-02",
            f"{stage.key_of(unit)}#{year}",
            start=start,
            posts=posts,
            adcode=adcode,
            note="employed all year, no answer in it",
        )


def _cured(stage: Stage) -> None:
    unit = stage.unit()
    silent(stage, unit, LONG_SINCE - stage.days(600))
    for post in stage.workers(unit):
        stage.screen(unit, stage.person_of(post), stage.night(0) + 10)
    never(stage, "01-cured", unit, end=0, note="all staff screened in the second month")
    unasked_years(stage, "01-cured-02", unit, stage.workers(unit), start=1)

    unit = stage.unit(small=8)
    silent(stage, unit, stage.night(0) - 140, stage.night(0) - 150)
    for post in stage.workers(unit):
        stage.screen(unit, stage.person_of(post), stage.night(0) + 12, screening_type="入职前")
        stage.expect(
            f"01-cured-late-{post}",
            "MIN-03",
            stage.subject_of(post),
            start=1,
            posts=[post],
            note="screened at last, long after the hire",
        )
    never(stage, "01-cured-late", unit, end=0)

    unit = stage.unit()
    silent(stage, unit)
    stage.restate_unit(unit, 1, status="停办", closed_on=stage.night(0) + 8)
    stage.restate_unit(unit, 2, status="正常", closed_on=None)
    never(stage, "01-reopened-a", unit, end=0, note="closed in the second month")
    never(stage, "01-reopened-b", unit, start=2, note="at work again in the third")


def _opened_lately(stage: Stage) -> None:
    """The limit of 90 days is broken on day 91."""
    first = stage.night(0)
    for days, start in ((91, 0), (90, 1)):
        unit = stage.unit(small=8)
        silent(stage, unit, first - 20, first - days)
        never(stage, f"01-day-{days}", unit, start=start, kind="boundary")
        if start:
            stage.expect(
                f"01-day-{days}-before",
                "MIN-01",
                stage.key_of(unit),
                clue=False,
                end=0,
                kind="boundary",
                note="open for exactly 90 days",
            )
    # known by its month only: the last day of the month counts
    month = (first - 91).astype("datetime64[M]")
    last = (month + 1).astype("datetime64[D]") - 1
    unit = stage.unit(small=8)
    silent(stage, unit, first - 20, last)
    stage.set_unit(unit, opened_precision="M")
    start = next(n for n in range(9) if stage.night(n) - last > 90)
    never(stage, "01-month", unit, start=start, kind="boundary")
    if start:
        stage.expect(
            "01-month-before",
            "MIN-01",
            stage.key_of(unit),
            clue=False,
            end=start - 1,
            kind="boundary",
            note="91 days since the month's first day, not its last",
        )


def _looked_silent(stage: Stage) -> None:
    """Any row, of any type and result, for the unit or anyone present, is a screening."""
    first = stage.night(0)
    unit = stage.unit()
    silent(stage, unit, LONG_SINCE - stage.days(600))
    head = stage.workers(unit)[0]
    stage.screen(unit, stage.person_of(head), None, applied_on=first - 40, result="待核实")
    stage.expect("01-pending", "MIN-01", stage.key_of(unit), clue=False, note="one reply pending")
    unasked_years(stage, "01-pending-02", unit, stage.workers(unit))

    unit = stage.unit()
    silent(stage, unit, LONG_SINCE - stage.days(600))
    long_name = "威宁彝族回族苗族自治县" + str(stage.place(unit)["name"]).removeprefix("威宁县")
    stage.screen(unit, stage.stranger(), first - 300, institution=long_name, uscc="")
    stage.expect(
        "01-other-name",
        "MIN-01",
        stage.key_of(unit),
        clue=False,
        kind="guard:name",
        note="asked under the county's full name about someone who has since gone",
    )
    unasked_years(stage, "01-other-name-02", unit, stage.workers(unit))

    unit = stage.unit()
    silent(stage, unit, LONG_SINCE - stage.days(600))
    code = str(stage.place(unit).uscc)
    stage.screen(unit, stage.stranger(), first - 500, institution="威宁县旧名幼儿园", uscc=code)
    stage.expect(
        "01-renamed",
        "MIN-01",
        stage.key_of(unit),
        clue=False,
        kind="guard:name",
        note="asked under its old name, with the same credit code",
    )
    unasked_years(stage, "01-renamed-02", unit, stage.workers(unit))

    unit = stage.unit(small=8)
    silent(stage, unit, first - 190, first - 200)
    before = stage.other_unit(unit, school=False)
    for post in stage.workers(unit):
        stage.screen(before, stage.person_of(post), first - 210, screening_type="入职前")
        stage.expect(
            f"01-former-employer-{post}",
            "MIN-03",
            stage.subject_of(post),
            posts=[post],
            note="asked by the former employer only: review",
        )
    stage.expect(
        "01-former-employer",
        "MIN-01",
        stage.key_of(unit),
        clue=False,
        note="the present staff were asked about by a former employer",
    )


def _not_active(stage: Stage) -> None:
    """Closed, struck off, out of scope, or with nobody at work."""
    first = stage.night(0)
    gone: dict[str, dict[str, Any]] = {
        "停办": {"status": "停办", "closed_on": first - 30},
        "注销": {"status": "注销", "closed_on": first - 400},
        "closing-day": {"status": "正常", "closed_on": first},
        "struck-off": {"business_status": "吊销未注销"},
        "dissolved": {"business_status": "注销"},
        "out-of-scope": {"category": "其他"},
    }
    for name, columns in gone.items():
        unit = stage.unit(business="business_status" in columns)
        silent(stage, unit)
        stage.set_unit(unit, **columns)
        stage.expect(
            f"01-{name}",
            "MIN-01",
            stage.key_of(unit),
            clue=False,
            kind="guard:inactive" if name != "out-of-scope" else "near_miss",
        )
    unit = stage.unit()
    silent(stage, unit)
    stage.set_unit(unit, closed_on=first + 1)
    never(stage, "01-closing-tomorrow", unit, end=0, kind="boundary", note="closes after the night")
    absent: dict[str, dict[str, object]] = {
        "volunteers": {"post": "志愿者"},
        "on-leave": {"post_status": "长期病假"},
        "seconded": {"post_status": "借调"},
        "no-roster": {"first": 98},
    }
    for name, changed in absent.items():
        unit = stage.unit()
        silent(stage, unit, LONG_SINCE - stage.days(600))
        stage.set_post(stage.staff(unit), **changed)
        stage.expect(f"01-{name}", "MIN-01", stage.key_of(unit), clue=False, note="nobody at work")
        if "post_status" in changed:
            # absence today is ignored where a whole year is asked for
            unasked_years(stage, f"01-{name}-02", unit, stage.workers(unit))


def _neighbours(stage: Stage) -> None:
    """In the second county: a clue, a roster that grows too old to prove anyone at work, and a
    month whose police answers come with the next: what rests on absence cannot be judged then.
    """
    for rule in ("MIN-01", "MIN-02", "MIN-03"):
        stage.expect_unjudged(f"{rule[-2:]}-unjudged", rule, SECOND, 1)
    unit = stage.unit(adcode=SECOND)
    silent(stage, unit)
    never(stage, "01-neighbour", unit, adcode=SECOND)
    unit = stage.unit(["校外培训机构"], adcode=SECOND)
    silent(stage, unit, LONG_SINCE - stage.days(600))
    stage.set_unit(unit, supplier="sport", authority="七星关区体育局")
    stage.set_post(stage.staff(unit), insured=False)
    never(
        stage,
        "01-old-roster",
        unit,
        adcode=SECOND,
        end=0,
        kind="boundary",
        note="the roster is 120 days old on the first night, nobody is insured",
    )
    unasked_years(stage, "01-old-roster-02", unit, stage.workers(unit), 1, SECOND)
