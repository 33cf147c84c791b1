"""A tiny county written by hand: what its agencies deliver for the cases of tests/rules.

Independent of the simulator: numbers and codes are made here with their own arithmetic, and every
expectation in tests/rules is read from the rules' text, never from the program's output.
"""

from __future__ import annotations

import csv
import hashlib
import hmac
import itertools
import json
import os
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from ingest.contract import load_contracts

ADCODE = "520526"
KEY = "5a" * 32
NIGHT = "2023-10-31"
CHANNELS = {"准入查询平台": "edu", "公安机关": "police", "检察机关": "procuratorate"}
ANNUAL = ("2021-12-10", "2022-09-05")  # honest employers ask again every calendar year

PREFIXES = ("522427", "520526", "522401", "520502", "522426", "522428")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def id_number(born: str, sequence: int, prefix: str = "522427") -> str:
    """An 18-character number with its ISO 7064 mod 11-2 check character."""
    body = f"{prefix}{born.replace('-', '')}{sequence:03d}"
    return body + "10X98765432"[sum(int(c) * w for c, w in zip(body, WEIGHTS, strict=True)) % 11]


def credit_code(sequence: int, prefix: str = "52520526MJ") -> str:
    """An 18-character credit code with its GB 32100 check character."""
    body = f"{prefix}{sequence:07d}"
    total = sum(USCC_ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(body))
    return body + USCC_ALPHABET[(31 - total % 31) % 31]


def person_key(number: str) -> str:
    """spec/run.md, Keys: first 32 hex digits of HMAC-SHA-256 of the number under the home's key."""
    return hmac.new(bytes.fromhex(KEY), number.encode(), hashlib.sha256).hexdigest()[:32]


@dataclass(frozen=True)
class Person:
    name: str
    number: str
    sex: str

    @property
    def key(self) -> str:
        return person_key(self.number)


@dataclass(frozen=True)
class School:
    name: str
    uscc: str
    category: str
    supplier: str

    @property
    def key(self) -> str:
        return self.uscc

    def post(self, person: Person) -> str:
        return f"{person.key}@{self.uscc}"


@dataclass(frozen=True)
class Case:
    """What must be true of one subject on the night. `push` None: there must be no clue."""

    what: str
    rule: str
    subject: str
    push: str | None
    adcode: str = ADCODE


@dataclass
class County:
    """Collects rows per feed, supplier and delivery date; `write` puts them into an inbox."""

    adcode: str = ADCODE
    night: str = NIGHT
    rows: dict[tuple[str, str, str], list[dict]] = field(default_factory=lambda: defaultdict(list))
    cases: list[Case] = field(default_factory=list)
    serial: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    withheld: frozenset[tuple[str, str]] = frozenset()  # feed and supplier that never deliver
    lacking: frozenset[tuple[str, str]] = frozenset()  # feed and column that its files do not have
    proven_from: str = "2000-01-01"  # first day that its manifests of event feeds cover
    neighbours: list[County] = field(default_factory=list)

    def neighbour(self, adcode: str, *withheld: tuple[str, str]) -> County:
        """Another county of the home, whose cases are tried with these."""
        other = County(adcode, self.night, cases=self.cases, serial=self.serial,
                       withheld=frozenset(withheld))  # fmt: skip
        self.neighbours.append(other)
        return other

    def add(self, feed: str, supplier: str, delivered: str | None = None, /, **row: object) -> dict:
        self.rows[feed, supplier, delivered or self.night].append(row)
        return row

    def case(self, what: str, rule: str, subject: str, push: str | None = None) -> None:
        self.cases.append(Case(what, rule, subject, push, self.adcode))

    # people and places ---------------------------------------------------------------------
    def person(self, name: str | None = None, born: str = "1985-03-02", sex: str = "女") -> Person:
        n = next(self.serial)
        # The parity of the 17th digit says the sex; when the numbers of one place are used up,
        # the next place's begin.
        sequence = (2 * n + (sex == "男")) % 1000
        number = id_number(born, sequence, PREFIXES[n // 500 % len(PREFIXES)])
        if number.endswith("000"):  # looks as if Excel had cut it off
            return self.person(name, born, sex)
        return Person(name or f"试{_syllable(n)}", number, sex)

    def school(self, category: str = "幼儿园", supplier: str = "edu", **row: object) -> School:
        n = next(self.serial)
        name = str(row.pop("name", f"{_syllable(n)}试{category}"))
        school = School(name, credit_code(n), category, supplier)
        record = {
            "name": name, "uscc": school.uscc, "category": category, "authority": "教育科技局",
            "opened_on": "2015-09-01", "status": "正常", "township": "石门乡",
        }  # fmt: skip
        self.add("institution_register", supplier, **(record | row))
        return school

    def staffed_school(
        self, category: str = "幼儿园", *, delivered: str | None = None, **row: object
    ) -> School:
        """A school beyond reproach: one screened teacher."""
        school = self.school(category, **row)
        self.staff(school, self.person(), delivered=delivered)
        return school

    # what happens to them ------------------------------------------------------------------
    def staff(
        self, school: School, person: Person, *, hired: str = "2018-09-01",
        screened: bool = True, delivered: str | None = None, **row: object,
    ) -> None:  # fmt: skip
        """A roster row; `screened` adds an answer before the hire and one a year."""
        record = {
            "institution": school.name, "uscc": school.uscc, "name": person.name,
            "sex": person.sex, "id_number": person.number, "post": "专任教师",
            "engagement": "聘用", "hired_on": hired, "post_status": "在岗",
        }  # fmt: skip
        self.add("staff_roster", school.supplier, delivered, **(record | row))
        if screened:
            if hired >= "2020-08-20":
                self.screen(school, person, _before(hired))
            for day in ANNUAL:
                if day > hired:
                    self.screen(school, person, day, screening_type="在职年度")

    def screen(
        self, school: School | None, person: Person, answered: str | None,
        *, channel: str = "准入查询平台", delivered: str | None = None, **row: object,
    ) -> None:  # fmt: skip
        record = {
            "batch_no": f"P{next(self.serial)}", "channel": channel, "name": person.name,
            "institution": school.name if school else "外地学校",
            "uscc": school.uscc if school else None,
            "id_number": person.number, "screening_type": "入职前",
            "applied_on": answered or self.night, "answered_on": answered, "result": "未发现",
        }  # fmt: skip
        self.add("screening_record", CHANNELS[channel], delivered, **(record | row))

    def convict(self, person: Person, **row: object) -> str:
        """A judgment for 猥亵儿童罪 in 2019 unless said otherwise; its case number."""
        number = f"（2019）黔0526刑初{next(self.serial)}号"
        record = {
            "case_no": number, "name": person.name, "id_number": person.number,
            "sex": person.sex, "charges": "猥亵儿童罪", "offence_from": "2018-05-01",
            "offence_to": "2018-05-01", "judged_on": "2019-03-01", "effective_on": "2019-03-15",
            "principal_penalty": "有期徒刑", "term_months": 24, "sealed": "否",
            "victim_minor": "是",
        }  # fmt: skip
        self.add("criminal_judgment", "court", **(record | row))
        return str((record | row)["case_no"]).replace("（", "(").replace("）", ")")

    # files ---------------------------------------------------------------------------------
    def write(self, home: Path) -> None:
        """Write every delivery as UTF-8 CSV, with manifests that prove event feeds complete."""
        self._empty_deliveries()
        for (feed, supplier, delivered), rows in self.rows.items():
            if (feed, supplier) not in self.withheld:
                self._write_delivery(home, feed, supplier, delivered, rows)
        for other in self.neighbours:
            other.write(home)

    def _empty_deliveries(self) -> None:
        """Feeds that are delivered although no case has a row of them."""
        for channel, supplier in CHANNELS.items():  # a channel with no row still reports a period
            self.rows.setdefault(("screening_record", supplier, self.night), [])
            assert channel
        for feed, supplier in (
            ("police_case", "police"), ("police_penalty", "police"),
            ("enforcement_action", "edu"), ("criminal_judgment", "court"),
            ("prosecution_case", "procuratorate"), ("procuratorial_document", "procuratorate"),
            ("business_registration", "market"), ("teacher_qualification", "edu"),
        ):  # fmt: skip
            self.rows.setdefault((feed, supplier, self.night), [])

    def _write_delivery(
        self, home: Path, feed: str, supplier: str, delivered: str, rows: list[dict]
    ) -> None:
        contract = load_contracts()[feed]
        folder = home / "inbox" / self.adcode / supplier / delivered
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{contract.title_zh}.csv"
        columns = [column.name for column in contract.columns]
        unknown = {name for row in rows for name in row} - set(columns)
        assert not unknown, f"{feed}: no such columns {unknown}"
        there = [column for column in contract.columns if (feed, column.name) not in self.lacking]
        with path.open("w", encoding="utf-8", newline="") as f:
            writer = csv.writer(f)
            writer.writerow([column.header for column in there])
            writer.writerows([[row.get(column.name) for column in there] for row in rows])
        if contract.mode == "event":
            manifest: dict[str, object] = {
                "rows": len(rows), "period_start": self.proven_from, "period_end": delivered,
            }  # fmt: skip
            if feed == "screening_record":
                channels = {supplier: channel for channel, supplier in CHANNELS.items()}
                manifest["channel"] = channels[supplier]
            path.with_name(path.name + ".manifest.json").write_text(
                json.dumps(manifest, ensure_ascii=False), "utf-8"
            )
        old = time.time() - 3600
        os.utime(path, (old, old))


def _before(day: str) -> str:
    """Ten days before a date, as an honest employer's answer comes."""
    return str(date.fromisoformat(day) - timedelta(days=10))


def _syllable(n: int) -> str:
    digits = "甲乙丙丁戊己庚辛壬癸"
    return "".join(digits[int(c)] for c in str(n))
