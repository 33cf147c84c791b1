"""MED-06: in hospital twice in the same night."""

from tests.rules.county import Person
from tests.rules.med.county import DAY, MedCounty, Shop, days_after


def plant(c: MedCounty) -> None:
    def stay(
        person: Person, start: int, end: int | None, pool: str | None = "600.00",
        hospital: Shop | None = None, **row: object,
    ) -> str:  # fmt: skip
        """A stay from so many to so many days after DAY, and its bill."""
        hospital = hospital or c.hospital()
        until = f"{days_after(DAY, end)} 10:00:00" if end is not None else None
        visit = c.visit(hospital, person, f"{days_after(DAY, start)} 09:00:00", until, **row)
        if pool and until:
            c.settle(hospital, person, until, pool=pool, account="50.00", med_type="21",
                     mdtrt_id=visit)  # fmt: skip
        return visit

    def twice(
        what: str, push: str | None, amounts: tuple[str, str] | None = None,
        second: tuple[int, int | None] = (4, 9), pool: str | None = "500.00", **row: object,
    ) -> Person:  # fmt: skip
        """In hospital from DAY for five nights, and again."""
        person = c.insured()
        visits = sorted([stay(person, 0, 5), stay(person, *second, pool, **row)])
        c.expect(what, "MED-06", "|".join(visits), push, amounts)
        return person

    twice("one night shared", "auto", ("500.00", "50.00"))
    twice("none shared: transferred on the day", None, second=(5, 9))
    twice("one inside the other", "auto", ("500.00", "50.00"), second=(1, 3))
    twice("out again on the same day", None, second=(2, 2))
    twice("the smaller is the first", "auto", ("600.00", "50.00"), pool="700.00")
    twice("one is not settled", "auto", pool=None)
    twice("not discharged", None, second=(4, None))
    twice("a declared transfer, one night late", None, med_type="23")
    twice("a newborn on the mother's number", None, diag_code="P59.900")
    twice("cancelled", None, vali_flag="0")

    # two person numbers of one person, under one identity number
    person = c.insured()
    again = {"psn_no": f"9{c.psn(person)}"}
    c.insured(person, **again)
    visits = sorted([stay(person, 0, 5), stay(person, 3, 9, None, **again)])
    c.expect("under two person numbers", "MED-06", "|".join(visits), "auto")

    punished, person = c.hospital(), c.insured()
    visits = sorted([stay(person, 0, 5), stay(person, 4, 9, "500.00", punished)])
    c.enforce(punished, "挂床住院", (DAY, days_after(DAY, 4)))
    c.expect("already dealt with", "MED-06", "|".join(visits))
