"""MED-13: one box settled more than once."""

from itertools import count

from tests.rules.county import Person
from tests.rules.med.county import (
    AMOXICILLIN,
    DAY,
    IBUPROFEN,
    Line,
    MedCounty,
    Shop,
    days_after,
)


def plant(c: MedCounty) -> None:
    anna, bert = c.insured(), c.insured()
    here, there = c.pharmacy(), c.pharmacy()
    acted = c.pharmacy()
    minutes = count()  # no two bills of a day are alike
    c.enforce(acted, "追溯码重复使用", (DAY, days_after(DAY, 9)))

    def sold(code: str, shop: Shop, person: Person, after: int = 0, **row: object) -> str:
        """The box on a bill of 10 yuan of its own, of which the pool pays 2.50."""
        at = f"{days_after(DAY, after)} 10:{next(minutes):02}:00"
        bill = c.settle(shop, person, at, pool="2.50")
        c.sell(shop, bill, at, trace_code=code, **row)
        return bill

    def box(what: str, push: str | None, *money: str) -> str:
        code = c.trace_code()
        c.expect(what, "MED-13", code, push, (money[0], money[1]) if money else None)
        return code

    code = box("at two shops", "auto", "2.50", "7.50")
    sold(code, here, anna)
    sold(code, there, anna)
    code = box("to two persons", "auto", "2.50", "7.50")
    sold(code, here, anna)
    sold(code, here, bert)
    code = box("two days apart", "auto", "2.50", "7.50")
    sold(code, here, anna)
    sold(code, here, anna, 2)
    code = box("on the next day", None)
    sold(code, here, anna)
    sold(code, here, anna, 1)
    code = box("three times", "auto", "5.00", "15.00")
    for after in range(3):
        sold(code, here, (anna, bert)[after % 2], after)
    code = box("long before the window of other rules", "auto", "2.50", "7.50")
    sold(code, here, anna, -500)
    sold(code, there, anna, -490)

    code = box("once for the insurance, once for cash", None)
    sold(code, here, anna)
    c.sell(there, None, trace_code=code)
    code = box("split packs", None)
    sold(code, here, anna, split_pack="1")
    sold(code, there, bert, split_pack="1")
    code = box("sold again after a return", None)
    bill = sold(code, here, anna)
    c.sell(here, bill, f"{days_after(DAY, 1)} 10:00:00", trace_code=code, count="-1")
    sold(code, here, bert, 5)
    code = box("the first bill was taken back", None)
    c.refund(sold(code, here, anna))
    sold(code, here, bert, 5)
    code = box("returned only after the second sale", None)
    sold(code, here, anna)
    bill = sold(code, here, bert, 5)
    c.sell(here, bill, f"{days_after(DAY, 6)} 10:00:00", trace_code=code, count="-1")
    code = box("the refund of another's bill is no return of this one", "auto", "2.50", "7.50")
    first = sold(code, here, anna)
    sold(code, here, bert, 5)
    at = f"{days_after(DAY, 6)} 10:00:00"
    c.sell(here, c.refund(first, at), at, trace_code=code, count="-1")
    sold(code, here, c.insured(), 7)

    # one drug of a bill went back; only the fee line says so, or a return that nobody scanned
    def sold_in_part(code: str, back: int, *, returned: bool) -> None:
        at = f"{DAY} 11:{next(minutes):02}:00"
        drugs = (Line(AMOXICILLIN), Line(IBUPROFEN, "1", "20.00"))
        bill = c.settle(here, anna, at, lines=drugs, pool="7.50")
        c.sell(here, bill, at, trace_code=code)
        under = c.refund(bill, part=(back, "2.50", "7.50") if back == 1 else (2, "5.00", "15.00"))
        if returned:
            drug = {"code": IBUPROFEN, "price": "20.00"} if back == 2 else {}
            c.sell(here, under, f"{DAY} 18:00:00", count="-1", **drug)

    for returned in (False, True):
        code = box(f"one drug of a bill was refunded, returned: {returned}", None)
        sold_in_part(code, 1, returned=returned)
        sold(code, here, bert, 5)
    code = box("returned under its own bill, and not scanned", None)
    bill = sold(code, here, anna)
    c.sell(here, bill, f"{DAY} 18:00:00", count="-1")
    sold(code, there, bert, 5)
    code = box("the bill's other drug went back", "auto", "2.50", "7.50")
    sold_in_part(code, 2, returned=True)
    sold(code, here, bert, 5)

    code = box("the same receipt again", None)
    sold(code, here, anna, sale_no="again")
    sold(code, here, bert, 5, sale_no="again", line_no="2")
    code = box("scanned three times on one bill", None)
    bill = sold(code, here, anna)
    for _ in range(2):
        c.sell(here, bill, trace_code=code)

    # GS1 as it is printed, and as a scanner reads it
    scanned = "010690123456789221AB12"
    c.expect("printed and scanned", "MED-13", scanned, "auto", ("2.50", "7.50"))
    sold("(01)06901234567892(21)AB12", here, anna)
    sold(scanned, there, anna)

    # nineteen digits are no code, whoever types them twice
    typed = "8348000000000000019"
    c.expect("not a code", "MED-13", typed, None)
    sold(typed, here, anna)
    sold(typed, there, bert)

    code = box("the second shop has been dealt with", None)
    sold(code, here, anna)
    sold(code, acted, bert, 1)
    code = box("dealt with for other days", "auto", "2.50", "7.50")
    sold(code, here, anna)
    sold(code, acted, bert, 10)
