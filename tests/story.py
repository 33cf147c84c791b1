"""Two counties through three nights: what their agencies deliver, and who becomes what.

Every night's deliveries are written from the same plan, so a person or an institution has the same
numbers each time; what a story changes, it changes by the date of the delivery.
"""

from __future__ import annotations

import itertools
import os
import shutil
import time
from pathlib import Path

from tests.rules.county import County, Person, School

D1, D2, D3 = NIGHTS = "2023-08-31", "2023-09-30", "2023-10-31"
WEINING, NEIGHBOUR = "520526", "520502"
BROKEN = "520525"  # a county of which nothing but a file that nobody can read has come
MISSING_CHANNEL = "procuratorate"  # the neighbour's, on every night
PENALTY = "威公(治)罚决字(2023)1号"


class Story:
    """One night's deliveries of both counties. `subjects`: (rule, subject key) by what befalls it.

    Everybody but the never screened is beyond reproach except for what is told here.
    """

    def __init__(self, night: str) -> None:
        self.night = night
        self.weining = County(WEINING, night)
        self.neighbour = County(NEIGHBOUR, night, serial=itertools.count(600))
        self.subjects: dict[str, tuple[str, str]] = {}
        self._post("stays", convicted=True)
        self._leaves()
        self._is_sealed()
        self._is_registered_later()
        self.late = self._post("is convicted by a late file")
        self.neighbour.convict(self._post("has a record in the next county"))
        self._is_penalised()
        self._never_screened()
        self._is_refuted()

    def _post(
        self, what: str, convicted: bool = False, on_roster: bool = True, **row: object
    ) -> Person:
        county = self.weining
        school, person = county.staffed_school(), county.person()
        county.staff(school, person, **row)
        if not on_roster:
            county.rows["staff_roster", school.supplier, self.night].pop()
        if convicted:
            county.convict(person)
        self.subjects[what] = ("MIN-05", school.post(person))
        return person

    def _leaves(self) -> None:
        gone = {} if self.night == D1 else {"post_status": "离职", "left_on": "2023-09-15"}
        self._post("leaves", convicted=True, **gone)
        self._post("is dropped from the roster", convicted=True, on_roster=self.night == D1)

    def _is_sealed(self) -> None:
        """Accepted on the first night, sealed when they are delivered again."""
        flag = "否" if self.night == D1 else "是"
        self.sealed_case = self.weining.convict(self._post("is sealed"), sealed=flag)
        self.sealed_stranger = self.weining.person()  # in no other feed
        self.weining.convict(self.sealed_stranger, sealed=flag)

    def _is_registered_later(self) -> None:
        county = self.weining
        code_known = self.night != D1
        school: School = county.school(**({} if code_known else {"uscc": None}))
        uscc = school.uscc if code_known else None
        person = county.person()
        for one in (county.person(), person):
            county.staff(school, one, screened=False, uscc=uscc)
            county.screen(school, one, "2022-09-05", screening_type="在职年度", uscc=uscc)
            county.screen(school, one, "2021-12-10", screening_type="在职年度", uscc=uscc)
        county.convict(person)
        first_key = f"name:{WEINING}:{school.name}"
        self.subjects["gets a credit code"] = ("MIN-05", f"{person.key}@{first_key}")

    def _is_penalised(self) -> None:
        person = self.weining.person(sex="男")
        self.weining.add(
            "police_penalty", "police", decision_no=PENALTY, name=person.name,
            id_number=person.number, cause="猥亵", conduct_on="2023-05-10",
            decided_on="2023-05-20", penalty="行政拘留", victim_under_14="是", sealed="否",
        )  # fmt: skip
        self.subjects["is penalised"] = ("MIN-13", PENALTY)

    def _never_screened(self) -> None:
        school = self.weining.school()
        self.weining.staff(school, self.weining.person(), screened=False)
        self.subjects["never screened"] = ("MIN-01", school.key)
        school = self.neighbour.school()
        self.neighbour.staff(school, self.neighbour.person(), screened=False)

    def _is_refuted(self) -> None:
        person = self._post("is refuted", convicted=True)
        if self.night == D3:  # the new evidence
            self.weining.convict(person, judged_on="2020-03-01", effective_on="2020-03-15")

    def deliver(self, home: Path) -> None:
        """Write the night's files. The police leave out their cases on the second night."""
        self.weining.write(home)
        self.neighbour.write(home)
        shutil.rmtree(home / "inbox" / NEIGHBOUR / MISSING_CHANNEL)
        if self.night == D2:
            for file in (home / "inbox" / WEINING / "police" / D2).glob("公安受立案*"):
                file.unlink()
            drop(home, f"{WEINING}/hrss/{D2}/社保参保.csv", "单位,人\n甲,乙\n")
            drop(home, f"{WEINING}/hrss/{D2}/通讯录.csv", "姓名\n甲\n")
        if self.night == D1:
            drop_broken(home, BROKEN, D1)

    def deliver_late(self, home: Path, work: Path) -> None:
        """A second file of the court beside the first night's, unseen when that night ran."""
        county = County(WEINING, D1, serial=itertools.count(900))
        county.convict(self.late)
        _hand_in(county, f"court/{D1}/刑事生效判决", home, work, "_补报")

    def refute(self, home: Path, work: Path, clue_id: str) -> None:
        """A handler returns a clue as 不属实 on 10 September."""
        county = County(WEINING, "2023-09-11")
        county.add(
            "clue_feedback", "handlers", clue_id=clue_id, status="已核结", verdict="不属实",
            reason="同名", reviewed_on="2023-09-10",
        )  # fmt: skip
        _hand_in(county, "handlers/2023-09-11/线索核查反馈", home, work)


def _hand_in(county: County, place: str, home: Path, work: Path, suffix: str = "") -> None:
    """Put one of a county's deliveries, with its manifest, into the inbox, under a longer name."""
    county.write(work)
    source = work / "inbox" / county.adcode / f"{place}.csv"
    target = home / "inbox" / county.adcode / f"{place}{suffix}.csv"
    target.parent.mkdir(parents=True, exist_ok=True)
    for kind in ("", ".manifest.json"):
        shutil.move(f"{source}{kind}", f"{target}{kind}")


def drop_broken(home: Path, adcode: str, day: str) -> None:
    """Put a staff roster that is no workbook into a county's inbox."""
    drop(home, f"{adcode}/edu/{day}/从业人员花名册.xlsx", "PK\x03\x04 no workbook")


def drop(home: Path, place: str, text: str) -> None:
    """Put a file into the inbox that has been lying there for an hour."""
    path = home / "inbox" / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    old = time.time() - 3600
    os.utime(path, (old, old))
