"""MIN-02 and MIN-03: units that did not ask every year, and those that asked after hiring."""

from __future__ import annotations

import numpy as np

from ingest.simulate.cases.never_asked import LONG_SINCE, closed_years
from ingest.simulate.stage import Day, Stage
from ingest.simulate.world import SECOND


def play(stage: Stage, copies: int) -> None:
    """Yearly screening missed, and screening after the hire."""
    _whole_units(stage, copies)
    _single_people(stage, copies)
    _turn_of_the_year(stage)
    _late(stage, copies)
    _days(stage)
    _duties(stage)
    _moves(stage)
    _comings_and_goings(stage)


def _year(stage: Stage, plant: str, post: int, **expected: object) -> None:
    """Expect (or not) a clue of the last closed year at the post's unit."""
    year = closed_years(stage)[-1]
    subject = f"{stage.key_of(stage.unit_of(post))}#{year}"
    given = {"posts": [post]} if expected.get("clue", True) else {}
    stage.expect(plant, "MIN-02", subject, **(given | expected))  # type: ignore[arg-type]


def _long_serving(stage: Stage, **choice: object) -> int:
    """Someone hired before any duty, whose unit forgot about them in the last closed year."""
    post = stage.post(hired_before="2020-08-01", **choice)  # type: ignore[arg-type]
    stage.set_post(post, skipped_year=closed_years(stage)[-1])
    return post


def _whole_units(stage: Stage, copies: int) -> None:
    year = closed_years(stage)[-1]
    for n in range(3 * copies):
        unit = stage.unit()
        lasted = forget_a_year(stage, unit)
        stage.expect(f"02-unit-{n}", "MIN-02", f"{stage.key_of(unit)}#{year}", posts=lasted)


def forget_a_year(stage: Stage, unit: int) -> list[int]:
    """A unit asks about nobody in the last closed year; the posts that lasted it."""
    year = closed_years(stage)[-1]
    stage.set_post(stage.staff(unit), skipped_year=year)
    oldest = stage.workers(unit)[0]
    since = LONG_SINCE - stage.days(400)
    stage.set_post(oldest, hired_on=since, left_on=np.datetime64("NaT"))
    stage.set_unit(unit, opened_on=min(stage.place(unit).opened_on, np.datetime64("2018-03-01")))
    posts = stage.world.posts.loc[stage.workers(unit)]
    stayed = posts.left_on.isna() | (posts.left_on > np.datetime64(f"{year}-12-31"))
    return list(posts.index[stayed & (posts.hired_on < np.datetime64(f"{year}-01-01"))])


def _single_people(stage: Stage, copies: int) -> None:
    year = closed_years(stage)[-1]
    for n in range(2 * copies):
        _year(stage, f"02-one-{n}", _long_serving(stage))
    post = _long_serving(stage)
    stage.screen(stage.unit_of(post), stage.person_of(post), Day(f"{year}-06-05"), result="待核实")
    _year(stage, "02-unclear", post, note="the only answer of the year was 待核实")
    post = _long_serving(stage)
    stage.screen(stage.other_unit(stage.unit_of(post)), stage.person_of(post), Day(f"{year}-05-09"))
    _year(stage, "02-other-employer", post, clue=False, note="another employer's answer counts")
    post = _long_serving(stage)
    stage.set_post(post, post_status="长期病假")
    _year(stage, "02-on-leave-today", post, note="leave today is ignored")
    post = _long_serving(stage)
    stage.screen(stage.unit_of(post), stage.person_of(post), Day(f"{year}-10-10"), first=1)
    _year(stage, "02-late-file", post, end=0, note="the answer comes with the second delivery")
    for name, changed in {"passport": {"id_type": "护照", "id_number": "EJ5530191"}}.items():
        post = _long_serving(stage)
        stage.set_person(stage.person_of(post), **changed)
        _year(stage, f"02-{name}", post, clue=False, note="never carries the clue alone")
    post = _long_serving(stage)
    stage.set_post(post, post="家长义工")
    _year(stage, "02-parent", post, clue=False, note="no post")


def _turn_of_the_year(stage: Stage) -> None:
    year = closed_years(stage)[-1]
    last, next_first = Day(f"{year}-12-31"), Day(f"{year + 1}-01-01")
    for answered, clue in ((last, False), (next_first, True)):
        post = _long_serving(stage)
        stage.screen(stage.unit_of(post), stage.person_of(post), answered)
        _year(stage, f"02-answered-{answered}", post, clue=clue, kind="boundary")
    for hired, clue in ((Day(f"{year - 1}-12-31"), True), (Day(f"{year}-01-01"), False)):
        post = _long_serving(stage)
        stage.set_post(post, hired_on=hired, hired_precision="D", lead_days=6.0)
        _year(stage, f"02-hired-{hired}", post, clue=clue, kind="boundary")
    for left, clue in ((last, False), (next_first, True)):
        post = _long_serving(stage)
        stage.set_post(post, left_on=left, post_status="离职")
        _year(stage, f"02-left-{left}", post, clue=clue, kind="boundary")
    post = _long_serving(stage)
    stage.set_post(post, left_on=Day(f"{year + 1}-03-01"), post_status="离职", first=98)
    _year(stage, "02-dropped", post, clue=False, note="left and no longer on the roster")


def _hired(stage: Stage, hired_on: Day, lead_days: float, **choice: object) -> int:
    """Someone hired on a day, the answer so many days before (negative: after; NaN: never)."""
    post = stage.post(**choice)  # type: ignore[arg-type]
    stage.set_post(
        post,
        hired_on=hired_on,
        hired_precision="D",
        lead_days=lead_days,
        never_screened=bool(np.isnan(lead_days)),
        skipped_year=stage.year(),
    )
    return post


def _after(stage: Stage, plant: str, post: int, **expected: object) -> None:
    given = {"posts": [post]} if expected.get("clue", True) else {}
    adcode = stage.adcode_of(post)
    stage.expect(plant, "MIN-03", stage.subject_of(post), adcode=adcode, **(given | expected))  # type: ignore[arg-type]


def _late(stage: Stage, copies: int) -> None:
    """Delays are as people delay: log-normal, from a day to months."""
    first = stage.night(0)
    for n in range(4 * copies):
        delay = int(np.clip(stage.rng.lognormal(3, 1), 1, 100))
        hired = first - 10 - delay - int(stage.rng.integers(0, 90))
        _after(
            stage,
            f"03-late-{n}",
            _hired(stage, hired, -float(delay)),
            feedback="" if n % 4 else "不属实",
        )
    for n in range(2 * copies):
        since = 31 + int(np.clip(stage.rng.lognormal(3, 1), 0, 150))
        _after(stage, f"03-never-{n}", _hired(stage, first - since, np.nan))


def _days(stage: Stage) -> None:
    first = stage.night(0)
    _after(stage, "03-same-day", _hired(stage, first - 70, 0.0), clue=False, kind="boundary")
    _after(stage, "03-next-day", _hired(stage, first - 70, -1.0), kind="boundary")
    _after(stage, "03-none-31", _hired(stage, first - 31, np.nan), kind="boundary")
    post = _hired(stage, first - 30, np.nan)
    _after(stage, "03-none-30", post, clue=False, end=0, kind="boundary", note="day 30 of 30")
    _after(stage, "03-none-30-later", post, start=1)
    post = _hired(stage, first - 30, -35.0)
    _after(stage, "03-answered-later", post, start=1, note="the answer came after five weeks")
    # hires known by their month: the month's last day counts
    month = (first - 120).astype("datetime64[M]")
    middle = month.astype("datetime64[D]") + 9
    post = _hired(stage, middle, -10.0)
    stage.set_post(post, hired_precision="M")
    _after(stage, "03-month", post, clue=False, kind="boundary", note="answered within the month")
    next_month = (month + 1).astype("datetime64[D]")
    post = _hired(stage, middle, -float((next_month - middle).astype(int)))
    stage.set_post(post, hired_precision="M")
    _after(stage, "03-month-after", post, kind="boundary", note="answered when the month was over")


def _duties(stage: Stage) -> None:
    """Schools and kindergartens from 2020-08-20, all others from 2021-06-01."""
    for school, day in ((True, Day("2020-08-20")), (False, Day("2021-06-01"))):
        word = "school" if school else "other"
        _after(stage, f"03-duty-{word}", _hired(stage, day, -12.0, school=school), kind="boundary")
        post = _hired(stage, day - 1, -12.0, school=school)
        _after(
            stage, f"03-no-duty-{word}", post, clue=False, kind="boundary", note="a day too early"
        )
    post = _hired(stage, Day("2020-08-25"), -20.0, school=True)
    stage.set_post(post, hired_precision="M")
    _after(stage, "03-no-duty-month", post, clue=False, note="the month began before the duty")


def _moves(stage: Stage) -> None:
    """Moves inside one authority's schools keep the first hire; others do not."""
    moved = stage.night(0) - 75
    for name, adcode, to_school in (
        ("inside", None, True),
        ("out-of-schools", None, False),
        ("from-neighbour", SECOND, True),
    ):
        old = stage.post(adcode=adcode or "520526", school=True, hired_before="2019-01-01")
        stage.set_post(old, left_on=moved - 1, post_status="离职")
        home = stage.unit_of(old) if adcode is None else stage.unit_of(stage.post(school=True))
        unit = stage.other_unit(home, school=to_school)
        new = stage.new_post(stage.person_of(old), unit, hired_on=moved, lead_days=np.nan)
        if name == "inside":
            _after(stage, "03-move-inside", new, clue=False, kind="guard:move", excuses=[old])
        else:
            _after(stage, f"03-move-{name}", new, note="asked by the former employer: review")


def _comings_and_goings(stage: Stage) -> None:
    first = stage.night(0)
    post = _hired(stage, first - 90, np.nan)
    stage.set_post(post, left_on=first - 5, post_status="离职")
    _after(stage, "03-left", post, clue=False, note="no longer there")
    post = _hired(stage, first - 90, np.nan)
    stage.restate_post(post, 1, left_on=first + 10, post_status="离职")
    _after(stage, "03-leaves", post, end=0, note="dismissed in the second month")
    post = _hired(stage, first - 90, np.nan)
    stage.set_person(stage.person_of(post), id_type="护照", id_number="EK2207415")
    _after(stage, "03-passport", post, clue=False, note="an unusable number carries none alone")
    unit = stage.unit_of(stage.post(school=True))
    post = stage.new_post(
        stage.stranger(), unit, hired_on=first + 5, lead_days=np.nan, never_screened=True, first=1
    )
    _after(stage, "03-hired-meanwhile", post, start=2, note="hired after the first night")
    _after(stage, "03-hired-meanwhile-early", post, clue=False, end=1)
