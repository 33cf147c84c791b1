"""MED-25: what the fund's agency knows and leaves undone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ingest.simulate.med.stage import Stage

NEVER = pd.NaT


def play(stage: Stage, copies: int) -> None:
    """Money never called in, leads never decided, crimes never passed on."""
    for _ in range(copies):
        for _ in range(2):
            _decision(stage, "unpaid", clue=True, due=stage.much(210, 0.3, 60))
            _decision(stage, "not-passed-on", clue=True, due=200, recoup=48_000, paid=True)
            _decision(stage, "undecided", clue=True, due=0, decided=False)
        for _ in range(3):
            _decision(stage, "paid-late", clue=False, due=200, paid=True)
            _decision(stage, "not-yet-due", clue=False, due=20)
            _decision(
                stage, "passed-on", clue=False, due=200, recoup=52_000, paid=True, passed=True
            )
            _decision(stage, "just-come-in", clue=False, due=0, decided=False, recent=True)


def _decision(
    stage: Stage,
    kind: str,
    clue: bool,
    due: int,
    recoup: float = 6_200,
    paid: bool = False,
    passed: bool = False,
    decided: bool = True,
    recent: bool = False,
) -> None:
    """A lead and what became of it; `due` days before the last night it fell due."""
    last = np.datetime64(stage.world.nights[-1], "D")
    ask = last - due - 35
    came = last - (14 if recent else 130) if not decided else ask - 22
    row: dict[str, Any] = {
        "accepted_on": came, "decided_on": NEVER, "recoup": "", "fine": "", "due_on": NEVER,
        "paid_on": NEVER, "transferred_on": NEVER, "day": came,
    }  # fmt: skip
    if decided:
        amount = recoup * stage.rng.lognormal(0, 0.12)
        row |= {"decided_on": ask, "day": ask, "recoup": f"{amount:.2f}", "fine": "0",
                "due_on": last - due}  # fmt: skip
        if paid:
            row["paid_on"] = last - due + 40
        if passed:
            row["transferred_on"] = ask + 6
    # clinics, whose own conduct no other case speaks of
    place = (
        stage.shop("诊所", rank=1.0)
        if stage.rng.random() < 0.3
        else stage.shop("村卫生室", rank=1.0)
    )
    places = stage.world.places
    uid = stage.report(
        "medical_enforcement", supplier="medicare", agency="威宁县医疗保障局", cause="重复收费",
        party_code=places.code[place], party=places.name[place], party_id="", cause_code="",
        conduct_from=came - 200, conduct_to=came - 60, **row,
    )  # fmt: skip
    stage.expect(25, kind, f"medicare|<{uid}>", clue=clue, days=[row["day"]],
                 difficulty=1 if due > 170 or not decided else 4)  # fmt: skip
