"""MIN-07 and MIN-08: answers that led to nothing, and owners with a record."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from ingest.simulate.cases import acts
from ingest.simulate.cases.never_asked import closed_years
from ingest.simulate.cases.records import at_work
from ingest.simulate.stage import Day, Stage


def play(stage: Stage, copies: int) -> None:
    """Findings ignored, sponsors and heads with a record."""
    _findings(stage, copies)
    _owners(stage, copies)


def _asked_until_last_year(stage: Stage) -> int:
    """Someone of long standing whose answers were clean until the last closed year."""
    post = stage.post(hired_before="2020-08-01")
    stage.set_post(post, never_screened=True)
    for year in closed_years(stage):
        stage.screen(
            stage.unit_of(post), stage.person_of(post), Day(f"{year}-03-10") + stage.days(250)
        )
    return post


def _found(stage: Stage, plant: str, answered_on: Day, clue: bool = True, **expected: Any) -> int:
    """Someone about whom the newest answer was 发现; expects MIN-07."""
    post = _asked_until_last_year(stage)
    stage.screen(stage.unit_of(post), stage.person_of(post), answered_on, result="发现")
    stage.expect(
        plant, "MIN-07", stage.subject_of(post), clue=clue, posts=[post] if clue else [], **expected
    )
    return post


def _findings(stage: Stage, copies: int) -> None:
    first = stage.night(0)
    for n in range(2 * copies):
        _found(stage, f"07-kept-{n}", first - 17 - int(np.clip(stage.rng.lognormal(3, 0.7), 1, 80)))
    _found(stage, "07-day-16", first - 16, kind="boundary")
    post = _found(stage, "07-day-15", first - 15, start=1, kind="boundary")
    stage.expect(
        "07-day-15-0", "MIN-07", stage.subject_of(post), clue=False, end=0, kind="boundary"
    )
    post = _found(stage, "07-recheck", first - 40, start=2, note="the re-check never came back")
    stage.screen(stage.unit_of(post), stage.person_of(post), None, applied_on=first - 5, result="")
    stage.expect(
        "07-recheck-0",
        "MIN-07",
        stage.subject_of(post),
        clue=False,
        end=1,
        kind="guard:recheck",
        note="pending for fewer than 30 working days",
    )
    post = _found(stage, "07-cleared", first - 40, clue=False, note="a later answer: 未发现")
    stage.screen(stage.unit_of(post), stage.person_of(post), first - 12)
    post = _found(stage, "07-dismissed", first - 40, clue=False)
    stage.set_post(post, left_on=first - 22, post_status="离职")
    post = _found(stage, "07-dismissed-later", first - 40, end=0)
    stage.restate_post(post, 1, left_on=first + 6, post_status="离职")
    for name, changed in {"on-leave": "长期病假", "seconded": "借调"}.items():
        post = _found(stage, f"07-{name}", first - 40, clue=False, kind=f"guard:{name}")
        stage.set_post(post, post_status=changed)
    post = _asked_until_last_year(stage)
    stage.screen(
        stage.other_unit(stage.unit_of(post)), stage.person_of(post), first - 60, result="发现"
    )
    stage.expect("07-other-employer", "MIN-07", stage.subject_of(post), posts=[post], note="review")


def _owner(stage: Stage, plant: str, unit: int, person: int, **expected: Any) -> None:
    stage.expect(plant, "MIN-08", f"{stage.id_of(person)}@{stage.key_of(unit)}", **expected)


def _owners(stage: Stage, copies: int) -> None:
    def sponsored(**choice: Any) -> tuple[int, int]:
        unit, person = stage.unit(private=True, **choice), stage.stranger()
        stage.set_unit(unit, sponsor=person)
        return unit, person

    for n in range(2 * copies):
        unit, person = sponsored()
        acts.convict(stage, person, charges=("强奸罪", "猥亵儿童罪", "故意伤害罪")[n % 3])
        _owner(stage, f"08-sponsor-{n}", unit, person, note="review before 2025-06-01")
    unit = stage.unit(["幼儿园"])
    head = int(stage.place(unit).principal)
    post = int(stage.world.posts.index[stage.world.posts.person == head][0])
    stage.set_post(post, hired_on=np.datetime64("2018-03-01"), hired_precision="D")
    stage.set_unit(unit, sponsor=head)
    stage.rebirth(head, Day("1984-05-06"))
    acts.convict(stage, head)
    _owner(stage, "08-head-and-sponsor", unit, head, note="one clue however many roles")
    at_work(stage, "08-head-05", post)
    stage.expect("08-head-04", "MIN-04", stage.id_of(head), carriers=[("person", f"T{head}")])
    unit, person = stage.unit(business=True), stage.stranger()
    stage.set_unit(unit, legal_person=person)
    acts.convict(stage, person)
    _owner(stage, "08-legal-person", unit, person)
    harmless: dict[str, dict[str, Any]] = {
        "tier-b": {"charges": "抢劫罪"},
        "retried": {"retrial": "改判无罪"},
        "acquitted": {"principal_penalty": "无罪", "term_months": None},
    }
    for name, columns in harmless.items():
        unit, person = sponsored()
        acts.convict(stage, person, **columns)
        _owner(stage, f"08-{name}", unit, person, clue=False)
    for n in range(copies):
        unit, person = sponsored()
        other = stage.namesake(person)
        acts.convict(stage, other)
        _owner(stage, f"08-namesake-{n}", unit, other, clue=False, kind="guard:namesake")
        _owner(stage, f"08-namesake-of-{n}", unit, person, clue=False, kind="guard:namesake")
    unit, person = sponsored()
    stage.set_unit(unit, sponsor_known=False)
    acts.convict(stage, person)
    _owner(stage, "08-no-number", unit, person, clue=False, note="by number only")
    unit, person = sponsored()
    stage.set_unit(unit, status="停办", closed_on=stage.night(0) - 90)
    acts.convict(stage, person)
    _owner(stage, "08-closed", unit, person, clue=False, kind="guard:inactive")
    # drug use bars the sponsor of a kindergarten since 学前教育法 is in force
    unit, person = sponsored(categories=["幼儿园"])
    acts.penalise(stage, person, cause="吸毒")
    nights = [n for n, d in enumerate(stage.world.nights) if d >= date(2025, 6, 1)]
    if nights:
        _owner(stage, "08-drugs", unit, person, start=nights[0])
    if not nights or nights[0]:
        _owner(
            stage,
            "08-drugs-before",
            unit,
            person,
            clue=False,
            end=nights[0] - 1 if nights else None,
            note="tier D counts from 2025-06-01",
        )
