"""MED-17: the same thing charged twice."""

from tests.rules.county import Person
from tests.rules.med.county import DAY, Line, MedCounty, Shop, days_after

BLOOD, KNEE, OTHER = "250101015000000", "331505003000000", "250101001000000"
AT = f"{DAY} 09:30:00"


def plant(c: MedCounty) -> None:
    c.add("medical_catalogue", "medicare", hilist_code=KNEE, name="膝关节穿刺术（单侧）",
          list_type="201")  # fmt: skip

    def lines(number: int = 2, code: str = BLOOD) -> tuple[Line, ...]:
        return (Line(code),) * number

    def serials(number: int = 2) -> tuple[Line, ...]:
        return tuple(Line(BLOOD, serial=f"L{next(c.serial)}") for _ in range(number))

    def expect(
        what: str, push: str | None, of: Person | str, amounts: tuple[str, str] | None = None,
        *, code: str = BLOOD, at: str = AT,
    ) -> None:  # fmt: skip
        who = of if isinstance(of, str) else of.key
        c.expect(what, "MED-17", f"{who}|{code}|{at.replace(' ', 'T')}", push, amounts)

    def bill(
        what: str, push: str | None, given: tuple[Line, ...], money: tuple[str, str] | None = None,
        hospital: Shop | None = None, at: str = AT, pool: str = "8.00", **row: str,
    ) -> tuple[Person, str]:  # fmt: skip
        """A bill without a visit, and what is expected of its person's blood count."""
        person = c.insured()
        setl_id = c.settle(hospital or c.hospital(), person, at, lines=given, pool=pool, **row)
        expect(what, push, person, money, code=given[0].code, at=at)
        return person, setl_id

    bill("twice", "auto", lines(), ("4.00", "6.00"))
    bill("three times", "auto", lines(3), ("5.33", "14.66"))
    bill("once", None, lines(1))
    bill("in different quantities", None, (Line(BLOOD), Line(BLOOD, "2")))
    bill("of different items", None, (Line(BLOOD), Line(OTHER)))
    bill("only the day is known", "auto", lines(), at=f"{DAY} 00:00:00")
    bill("on the window's first day", "auto", lines(), at="2025-07-01 09:30:00")
    bill("on the day before", None, lines(), at="2025-06-30 09:30:00")
    bill("both sides", None, lines(code=KNEE))
    bill("three sides", "auto", lines(3, KNEE))

    # the odd fen is the line with the smaller number's, and that one is no copy
    bill("an odd fen", "auto", serials(), ("4.00", "5.99"), pool="8.01")

    # the visit's number is part of the key, whatever the institution's other bills are
    hospital, person = c.hospital(), c.insured()
    visit = c.visit(hospital, person, AT, AT, med_type="11")
    c.settle(hospital, person, AT, lines=lines(), pool="8.00", mdtrt_id=visit)
    expect("within a visit", "auto", visit, ("4.00", "6.00"))

    # one fee in two bills: the later bill's is the second
    hospital, person = c.hospital(), c.insured()
    c.settle(hospital, person, AT, lines=lines(1), pool="8.00", account="2.00")
    c.settle(hospital, person, AT, lines=lines(1), pool="3.00", account="7.00",
             setl_time=f"{days_after(DAY, 1)} 09:30:00")  # fmt: skip
    expect("in two bills", "auto", person, ("3.00", "7.00"))
    person = c.insured()
    for _ in range(2):
        c.settle(c.hospital(), person, AT, lines=lines(1))
    expect("at two institutions", None, person)
    hospital, person = c.hospital(), c.insured()
    for at in (AT, f"{DAY} 09:30:01"):
        c.settle(hospital, person, at, lines=lines(1))
    expect("a second apart", None, person)

    # taken back: a bill, and one line of two
    _, setl_id = bill("the bill was taken back", None, lines())
    c.refund(setl_id)
    person, setl_id = bill(
        "one of two lines was taken back", None, pair := serials(), hospital=hospital
    )
    c.add("medical_fee_line", "medicare", bkkp_sn=f"L{next(c.serial)}",
          init_bkkp_sn=pair[1].serial, setl_id=setl_id, psn_no=c.psn(person),
          fixmedins_code=hospital.code, fee_ocur_time=f"{DAY} 11:00:00", hilist_code=BLOOD,
          cnt="-1", det_item_fee_sumamt="-10.00", inscp_amt="-10.00")  # fmt: skip

    # uploaded again: under its own number, or under another without being in the bill
    person, _ = bill("delivered again", None, one := serials(1))
    for row in [r for r in c.rows["medical_fee_line", "medicare", c.night]
                if r["bkkp_sn"] == one[0].serial]:  # fmt: skip
        c.add("medical_fee_line", "medicare", "2026-06-29", **row)
    bill("the bill holds it once", None, lines(), medfee_sumamt="10.00", pool="8.00",
         account="2.00")  # fmt: skip

    # another item was refunded, and the refund's lines have not come, or have
    charged = (Line(BLOOD, "1", "30.00"), Line(BLOOD, "1", "30.00"), Line(OTHER, "1", "40.00"))
    hospital = c.hospital()
    person, setl_id = bill("part of the bill was refunded", "auto", charged, hospital=hospital)
    c.settle(hospital, person, f"{DAY} 18:00:00", lines=(), pool="-3.20", account="-36.80",
             medfee_sumamt="-40.00", orig_setl_id=setl_id)  # fmt: skip
    for what, push, total in (("twice", "auto", "100.00"), ("once", None, "70.00")):
        _, setl_id = bill(f"the bill held it {what}, and another item was refunded", push, charged,
                          medfee_sumamt=total, pool="8.00", account="62.00")  # fmt: skip
        c.refund(setl_id, part=(3, "3.20", "24.80"))

    # a newborn on the mother's number
    hospital, mother = c.hospital(), c.insured()
    until = f"{days_after(DAY, 4)} 10:00:00"
    visit = c.visit(hospital, mother, f"{DAY} 08:00:00", until, diag_code="P59.900")
    c.settle(hospital, mother, AT, lines=lines(1), mdtrt_id=visit, med_type="21")
    c.settle(hospital, mother, AT, lines=lines(1))
    expect("for the mother and her newborn", None, visit)
    bill("at a birth", None, lines(), med_type="52")
    for what, push, row in (
        ("at a birth billed as a stay", None, {"diag_code": "O80.900"}),
        ("at an antenatal visit", "auto", {"med_type": "51", "diag_code": "Z34.900"}),
    ):
        hospital, mother = c.hospital(), c.insured()
        visit = c.visit(hospital, mother, AT, AT if push else until, **row)
        c.settle(hospital, mother, AT, lines=lines(), mdtrt_id=visit,
                 med_type=row.get("med_type", "21"))  # fmt: skip
        expect(what, push, visit)

    # a pharmacy's till: two packs sold, or one
    for what, push, packs in (("two packs sold", None, 2), ("one pack sold", "auto", 1)):
        shop = c.pharmacy()
        person, setl_id = bill(what, push, lines(), hospital=shop)
        for _ in range(packs):
            c.sell(shop, setl_id, AT, code=BLOOD)

    acted = c.hospital()
    c.enforce(acted, "重复收费", (DAY, DAY))
    bill("already dealt with", None, lines(), hospital=acted)
    acted = c.hospital()
    c.enforce(acted, "重复收费", (days_after(DAY, 1), days_after(DAY, 9)))
    bill("another day was dealt with", "auto", lines(), hospital=acted)
