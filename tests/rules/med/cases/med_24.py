"""MED-24: one credential at two places at once raises the score of other clues on the person."""

from tests.rules.med.county import DAY, MedCounty, Shop, days_after


def plant(c: MedCounty) -> None:
    hospital = c.hospital()
    # a fifth of a degree of latitude is 22.2 km: 11 minutes at 120 km an hour
    shops = [c.pharmacy(longitude="104.5", latitude=latitude) for latitude in ("27.1", "27.3")]

    def swiped(what: str, points: int, second: str, *, at: Shop = shops[1], **bill: object) -> None:
        """Swipes at 09:00 and later by a person on whom there is a clue of MED-23."""
        person = c.insured()
        out = f"{days_after(DAY, 5)} 10:00:00"
        stay = c.visit(hospital, person, f"{DAY} 10:00:00", out, diag_code="S72.000")
        c.settle(hospital, person, out, med_type="21", mdtrt_id=stay, pool="10.00", account="0")
        record = f"B{next(c.serial)}"
        c.add(
            "injury_liability", "police", record_no=record, name=person.name,
            id_number=person.number, occurred_on=DAY, kind="交通事故", medical_compensation="10",
        )  # fmt: skip
        day = days_after(DAY, 20)
        c.settle(shops[0], person, f"{day} 09:00:00")
        c.settle(at, person, f"{day} {second}", **bill)
        c.expect(what, "MED-23", f"{person.key}|{record}", "auto", ("10.00", "0.00"), boost=points)

    swiped("22 km in a minute, beside clocks ten minutes apart", 5, "09:01:00")
    swiped("22 km in two minutes", 0, "09:02:00")
    swiped("the same shop", 0, "09:00:30", at=shops[0])
    swiped("from another's account", 0, "09:01:00", payer_psn_no="52999999999")
