"""MED-04: settled after death."""

from tests.rules.county import Person
from tests.rules.med.county import DAY, MedCounty, days_after


def plant(c: MedCounty) -> None:
    shop, hospital = c.pharmacy(), c.hospital()

    def dead(what: str, push: str | None, amounts: tuple[str, str] | None = None) -> Person:
        """Who died on DAY by a certificate of the health authority."""
        person = c.insured()
        c.die(person, DAY)
        c.expect(what, "MED-04", person.key, push, amounts)
        return person

    def bought(person: Person, days: int, **row: object) -> str:
        return c.settle(shop, person, f"{days_after(DAY, days)} 09:30:00", pool="4.00", **row)

    bought(dead("on the third day after", None), 3)
    bought(dead("on the fourth day after", "auto", ("4.00", "6.00")), 4)
    person = dead("twice, and one bill taken back", "auto", ("4.00", "6.00"))
    bought(person, 40)
    c.refund(bought(person, 41), f"{days_after(DAY, 42)} 09:30:00")
    bought(dead("reimbursed by the centre", None), 40, setl_type="1")
    bought(dead("under another name", "review"), 40, name="陈某某")
    person = c.person()
    c.die(person, DAY)
    bought(person, 40, name=None)
    c.expect("not in the register, on a bill without a name", "MED-04", person.key, "auto")

    payer = dead("the dead only paid for another", None)
    bought(c.insured(), 40, payer_psn_no=c.psn(payer))

    def stay(what: str, push: str | None, admitted: int) -> None:
        person = dead(what, push)
        days = [f"{days_after(DAY, n)} 09:00:00" for n in (admitted, admitted + 10)]
        visit = c.visit(hospital, person, *days)
        c.settle(hospital, person, f"{days_after(DAY, 9)} 10:00:00", med_type="21", mdtrt_id=visit)

    stay("the bill of the stay that ended in death", None, -8)
    stay("admitted after death", "auto", 1)

    # agencies: a cremation alone is not enough, and is the latest that the death can have been
    person = c.insured()
    c.die(person, None, supplier="civil", recorded=DAY)
    bought(person, 40)
    c.expect("one agency that is not the health authority", "MED-04", person.key)
    person = c.insured()
    c.die(person, None, supplier="civil", recorded=DAY)
    c.die(person, None, supplier="police", recorded=days_after(DAY, 20), cancel_reason="死亡")
    bought(person, 4)
    c.expect("two agencies, the better one's date", "MED-04", person.key, "auto", ("4.00", "6.00"))
    person = c.insured()
    c.die(person, None, supplier="civil", recorded=DAY)
    c.die(person, None, supplier="police", recorded=DAY, cancel_reason="迁出")
    bought(person, 40)
    c.expect("who moved away did not die", "MED-04", person.key)

    # decisions
    punished = c.pharmacy()
    c.enforce(punished, "冒名就医", (DAY, days_after(DAY, 10)))
    for what, push, days in (
        ("already dealt with", None, 10),
        ("dealt with before", "auto", 11),
    ):
        person = dead(what, push)
        c.settle(punished, person, f"{days_after(DAY, days)} 09:30:00")
