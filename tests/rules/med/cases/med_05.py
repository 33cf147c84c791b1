"""MED-05: drugs and care settled elsewhere while in hospital."""

from tests.rules.county import Person
from tests.rules.med.county import AMOXICILLIN, DAY, Line, MedCounty, Shop, days_after

ADMITTED, DISCHARGED = DAY, days_after(DAY, 9)


def plant(c: MedCounty) -> None:
    hospital, clinic = c.hospital(), c.hospital()

    def patient(**visit: object) -> tuple[Person, str]:
        """Somebody who is in hospital from DAY for nine nights, and the stay's key."""
        person = c.insured()
        stay = {"admitted": f"{ADMITTED} 09:00:00", "discharged": f"{DISCHARGED} 10:00:00"}
        mdtrt_id = c.visit(hospital, person, **(stay | visit))
        return person, f"{person.key}|{mdtrt_id}"

    def bought(at: Shop, person: Person, *days: int, **bill: object) -> list[str]:
        return [
            c.settle(at, person, f"{days_after(ADMITTED, n)} 15:00:00", pool="4.00", **bill)
            for n in days
        ]

    person, stay = patient()
    bought(c.pharmacy(), person, 1, 8)
    bought(clinic, person, 4)
    c.expect("three inside, one of them in a clinic", "MED-05", stay, "auto", ("12.00", "18.00"))
    person, stay = patient()
    bought(c.pharmacy(), person, 0, 1, 8, 9)
    c.expect("the days of admission and discharge are none", "MED-05", stay)
    person, stay = patient()
    bought(c.pharmacy(), person, 1, 2)
    bought(hospital, person, 3)
    c.expect("in the same hospital", "MED-05", stay)
    person, stay = patient()
    bills = bought(c.pharmacy(), person, 1, 2, 3)
    c.refund(bills[0], f"{days_after(ADMITTED, 3)} 18:00:00")
    c.expect("one of three was taken back", "MED-05", stay)
    person, stay = patient(vali_flag="0")
    bought(c.pharmacy(), person, 1, 2, 3)
    c.expect("the visit is void", "MED-05", stay)
    person, stay = patient(discharged=None)
    bought(c.pharmacy(), person, 1, 2, 3)
    c.expect("not discharged", "MED-05", stay)
    person, stay = patient(med_type="27")
    bought(c.pharmacy(), person, 1, 2, 3)
    c.expect("day surgery", "MED-05", stay)
    person, stay = patient()
    bought(c.pharmacy(), person, 1, 2)
    bought(c.pharmacy(), person, 3, payer_psn_no=c.psn(c.insured()))
    c.expect("somebody else paid for one", "MED-05", stay)
    person, stay = patient()
    c.insured(person, psn_no=f"7{c.psn(person)}", insurance_type="310")
    bought(c.pharmacy(), person, 1, 2, 3, payer_psn_no=f"7{c.psn(person)}")
    what = "paid from another number of the same person"
    c.expect(what, "MED-05", stay, "auto", ("12.00", "18.00"))
    person, stay = patient()
    bought(c.pharmacy(), person, 1, 2)
    bought(c.pharmacy(), person, 3, setl_type="1")
    c.expect("one was reimbursed by the centre", "MED-05", stay)
    person, stay = patient()
    bought(c.pharmacy(), person, 1, 2)
    bought(c.pharmacy(), person, 3, lines=(Line(AMOXICILLIN, rx_circ_flag="1"),))
    c.expect("one on a prescription to be filled elsewhere", "MED-05", stay)

    # pharmacies: in-patients within the window
    for what, push, patients in (
        ("five in-patients", "auto", 5),
        ("four in-patients", None, 4),
    ):
        meeting = c.pharmacy()
        for _ in range(patients):
            bought(meeting, patient()[0], 2, 3)
        amounts = (f"{8 * patients}.00", f"{12 * patients}.00") if push else None
        c.expect(what, "MED-05", meeting.code, push, amounts)

    punished = c.pharmacy()
    c.enforce(punished, "冒名购药", (DAY, days_after(DAY, 2)))
    for _ in range(5):
        bought(punished, patient()[0], 2)
    c.expect("already dealt with", "MED-05", punished.code)
