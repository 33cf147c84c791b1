"""MED-23: the fund paid what a third party bears."""

from tests.rules.med.county import DAY, MedCounty, Person, Shop, days_after


def plant(c: MedCounty) -> None:
    hospital = c.hospital()

    def stay(
        person: Person,
        admitted: str,
        place: Shop = hospital,
        *,
        named: bool = True,
        **visit: object,
    ) -> str:
        """Five days in hospital for a broken thigh: 600 from the pool, 50 from the account."""
        out = f"{days_after(admitted, 5)} 10:00:00"
        visit = {"diag_code": "S72.000"} | visit
        mdtrt_id = c.visit(place, person, f"{admitted} 10:00:00", out, **visit)
        return c.settle(
            place, person, out, med_type="21", mdtrt_id=mdtrt_id, pool="600.00", account="50.00",
            name=person.name if named else None,
        )  # fmt: skip

    def injured(what: str, push: str | None, person: Person, paid: str = "", **row: object) -> None:
        record = {
            "record_no": f"A{next(c.serial)}", "name": person.name, "id_number": person.number,
            "occurred_on": DAY, "kind": "交通事故", "liable_party": "某运输公司",
            "medical_compensation": "1000.00",
        } | row  # fmt: skip
        c.add("injury_liability", "police", **record)
        subject = f"{person.key}|{record['record_no']}"
        c.expect(what, "MED-23", subject, push, (paid, "0.00") if paid else None)

    for days, push in ((7, "auto"), (8, None), (-7, "auto"), (-8, None)):
        person = c.insured()
        stay(person, days_after(DAY, days))
        injured(f"admitted {days} days after", push, person, "600.00" if push else "")

    person = c.insured()
    stay(person, DAY)
    injured("less compensation", "auto", person, "400.00", medical_compensation="400.00")

    person = c.insured()
    stay(person, DAY)
    injured("a part given back", "auto", person, "400.00", medical_compensation="400.00",
            refunded_to_fund="100.00")  # fmt: skip

    person = c.insured()
    stay(person, DAY)
    injured("a firm of 无锡", "auto", person, "600.00", liable_party="无锡顺达运输有限公司")

    person = c.insured()
    stay(person, DAY)
    stay(person, days_after(DAY, 5), c.hospital())
    injured("two hospitals", "auto", person, "1000.00")

    for what, row in (
        ("all given back", {"refunded_to_fund": "600.00"}),
        ("nobody is liable", {"liable_party": "本人", "medical_compensation": None}),
        ("no third party", {"liable_party": "无"}),
        ("fled and not found", {"liable_party": "肇事逃逸", "medical_compensation": "0"}),
        ("no medical costs", {"medical_compensation": "0"}),
    ):
        person = c.insured()
        stay(person, DAY)
        injured(what, None, person, **row)

    person = c.insured()
    stay(person, DAY)
    work = {"kind": "工伤", "liable_party": None, "medical_compensation": None}
    injured("a work injury", "auto", person, "600.00", **work)

    person = c.insured()
    stay(person, DAY, diag_code="J18.900")
    injured("a stay for an illness", None, person)

    person = c.insured()
    c.refund(stay(person, DAY), f"{days_after(DAY, 9)} 10:00:00")
    injured("the bill was taken back", None, person)

    person = c.insured()
    stay(person, DAY)
    injured("the same number, another name", "review", person, "600.00", name="另一人")

    person = c.person()
    stay(person, DAY, named=False)
    injured("not in the register, on a bill without a name", "auto", person, "600.00")

    person = c.insured()
    stay(person, DAY)
    c.enforce(
        hospital, "隐瞒第三人责任", (DAY, days_after(DAY, 5)), party=person.name, party_code=None,
        party_id=person.number,
    )  # fmt: skip
    injured("already dealt with", None, person)
