"""What people do in the cases, as rows: a conviction, a release, a penalty, an inspection."""

from __future__ import annotations

from typing import Any

import numpy as np

from ingest.simulate import incidents
from ingest.simulate.stage import Day, Stage

LONG_AGO = Day("2014-09-10")  # after which, for two years, the default convictions lie


def convict(stage: Stage, person: int, judged_on: Day | None = None, **columns: Any) -> str:
    """A person's judgment, by default years ago for rape, eleven days before it took effect."""
    who = stage.person(person)
    day = LONG_AGO + stage.days(700) if judged_on is None else judged_on
    committed = day - 90 - stage.days(100)
    row = {
        "name": who["name"],
        "id_number": who.id_number,
        "born_on": who.born,
        "sex": who.sex,
        "charges": "强奸罪",
        "offence_from": committed,
        "offence_to": committed,
        "judged_on": day,
        "effective_on": day + 11,
        "principal_penalty": "有期徒刑",
        "term_months": 6 + stage.days(24),
        "political_rights": "否",
        "injunction": "否",
        "victim_minor": "否",
        "defendant_role": str(stage.rng.choice(["农民", "无业", "务工人员"])),
        "retrial": "无",
        "sealed": "否",
    } | columns
    return stage.tell("criminal_judgment", "court", day, **row)


def release(stage: Stage, person: int, judgment: str, **dates: Any) -> str:
    """Released or on parole, as the prison reports it with the first delivery."""
    who = stage.person(person)
    day = min(d for d in dates.values() if isinstance(d, np.datetime64))
    return stage.tell(
        "sentence_execution",
        "justice",
        day,
        judgment_case_no=f"<{judgment}>",
        name=who["name"],
        id_number=who.id_number,
        first=0,
        **dates,
    )


def spare(stage: Stage, person: int, **columns: Any) -> str:
    """A case of 2021 or 2022 that the office did not prosecute, by default as discretion allows."""
    who = stage.person(person)
    day = Day("2021-01-10") + stage.days(600)
    row = {
        "name": who["name"],
        "id_number": who.id_number,
        "born_on": who.born,
        "charge": "强制猥亵罪",
        "conduct_on": day - 60,
        "age_at_conduct": _age(who, day - 60),
        "accepted_on": day - 25,
        "outcome": "相对不起诉",
        "decided_on": day,
        "sealed": "否",
    } | columns
    return stage.tell("prosecution_case", "procuratorate", day, **row)


def charge(stage: Stage, person: int, judgment: str, charged_on: Day, **columns: Any) -> str:
    """The office's own case of a person whom the court then convicted."""
    who = stage.person(person)
    row = {
        "name": who["name"],
        "id_number": who.id_number,
        "born_on": who.born,
        "charge": "强奸罪",
        "conduct_on": charged_on - 80,
        "age_at_conduct": _age(who, charged_on - 80),
        "accepted_on": charged_on - 30,
        "outcome": "起诉",
        "decided_on": charged_on,
        "charged_on": charged_on,
        "ban_proposed": "是",
        "court_case_no": f"<{judgment}>",
        "sealed": "否",
    } | columns
    return stage.tell("prosecution_case", "procuratorate", charged_on, **row)


def penalise(stage: Stage, person: int, conduct_on: Day | None = None, **columns: Any) -> str:
    """A public-order penalty, by default of 2021 or 2022 for indecency against an adult."""
    who = stage.person(person)
    day = Day("2021-01-10") + stage.days(600) if conduct_on is None else conduct_on
    row = {
        "name": who["name"],
        "id_number": who.id_number,
        "cause": "猥亵他人",
        "conduct_on": day,
        "decided_on": day + 8,
        "penalty": "行政拘留十日",
        "victim_under_14": "否",
        "revoked": "无",
        "sealed": "否",
        "access_basis": incidents.access_basis(stage.world),
    } | columns
    return stage.tell("police_penalty", "police", day + 8, **row)


def file_case(stage: Stage, person: int, conduct_on: Day, **columns: Any) -> str:
    """A criminal case that the police took in and filed the next day."""
    who = stage.person(person)
    row = {
        "name": who["name"],
        "id_number": who.id_number,
        "cause": "猥亵儿童案",
        "conduct_on": conduct_on,
        "accepted_on": conduct_on + 1,
        "filed_on": conduct_on + 2,
        "filing_no": f"立{stage.rng.integers(10**6)}",
    } | columns
    return stage.tell("police_case", "police", row["accepted_on"], **row)


def inspect(stage: Stage, unit: int, day: Day, code: str, **columns: Any) -> str:
    """An inspection by the unit's authority, with what it found and nothing done about it."""
    supplier, authority = stage.authority(unit)
    place = stage.place(unit)
    row = {
        "authority": authority,
        "institution": place["name"],
        "uscc": place.uscc,
        "inspected_on": day,
        "finding": "查询工作不到位",
        "finding_code": code,
        "adcode": place.adcode,
    } | columns
    return stage.tell(
        "enforcement_action",
        str(columns.get("supplier", supplier)),
        day,
        **{k: v for k, v in row.items() if k != "supplier"},
    )


def write_to_authority(stage: Stage, unit: int, kind: str, day: Day, **columns: Any) -> str:
    """A document of the procuratorate about a unit, served on the unit's authority that day."""
    place = stage.place(unit)
    row = {
        "document_type": kind,
        "addressee": stage.authority(unit)[1],
        "matter": "入职查询",
        "institution": place["name"],
        "institution_uscc": place.uscc,
        "issued_on": day - 2,
        "served_on": day,
        "urgent": "否",
        "adcode": place.adcode,
    } | columns
    return stage.tell("procuratorial_document", "procuratorate", day - 2, **row)


def _age(who: Any, day: Day) -> int:
    return int((day - who.born.to_datetime64().astype("datetime64[D]")).astype(int) // 365.25)


def convicted_years_ago(stage: Stage, released_on: Day, years: int = 2) -> Day:
    """The day of a judgment whose term of so many years ended with a release on that day."""
    return released_on - 365 * years - 11
