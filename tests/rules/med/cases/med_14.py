"""MED-14: settled without scanning the boxes' codes."""

from tests.rules.med.county import AMOXICILLIN, DAY, IBUPROFEN, Line, MedCounty, Shop

HERB = "T000100123"  # 饮片


def plant(c: MedCounty) -> None:
    buyer = c.insured()

    def month(
        what: str, push: str | None, *money: str, scanned: int, unscanned: int, day: str = DAY,
        **row: object,
    ) -> tuple[Shop, str]:  # fmt: skip
        """A shop of its own that sold so many boxes of a yuan on a bill; the pool pays half."""
        shop, at, boxes = c.pharmacy(), f"{day} 09:30:00", scanned + unscanned
        c.expect(
            what, "MED-14", f"{shop.code}|{day[:7]}", push, (money[0], money[1]) if money else None
        )
        bill = c.settle(
            shop, buyer, at, lines=(Line(AMOXICILLIN, str(boxes), "1.00"),), pool=f"{boxes / 2:.2f}"
        )
        for n in range(boxes):
            code = {"trace_code": c.trace_code()} if n < scanned else row
            c.sell(shop, bill, at, **({"price": "1.00"} | code))
        return shop, bill

    month("one of thirty", "auto", "0.50", "0.50", scanned=29, unscanned=1)
    month("one of fifty", None, scanned=49, unscanned=1)
    month("all of twenty-nine", None, scanned=0, unscanned=29)
    month("on the first day that all is due", "auto", "15.00", "15.00", scanned=0, unscanned=30,
          day="2026-01-01")  # fmt: skip
    month("nobody to compare with in December", None, scanned=0, unscanned=30, day="2025-12-31")
    month("split packs", None, scanned=29, unscanned=1, split_pack="1")
    month("herbs", None, scanned=29, unscanned=1, code=HERB)
    month("a drug whose code says nothing", "auto", "0.50", "0.50", scanned=29, unscanned=1,
          code=None)  # fmt: skip
    unsaid = {"scanned": 29, "unscanned": 1, "code": None, "kind": None}
    month("its approval number says that it is a drug", "auto", "0.50", "0.50",
          approval_no="国药准字H52020001", **unsaid)  # fmt: skip
    month("nothing says that it is a drug", None, **unsaid)
    month("something was scanned that is no code", None, scanned=29, unscanned=1, trace_code="123")
    _, bill = month("the bill was taken back", None, scanned=20, unscanned=20)
    c.refund(bill)
    shop, _ = month("already dealt with", None, scanned=20, unscanned=20)
    c.enforce(shop, "未按规定扫码", (DAY, DAY))
    shop, _ = month(
        "dealt with for something else", "auto", "10.00", "10.00", scanned=20, unscanned=20
    )
    c.enforce(shop, "串换药品", (DAY, DAY))

    # three of eighty were not scanned, and went back; one of them stays
    def given_back(what: str, push: str | None, back: int, *money: str, returned: bool) -> None:
        shop = c.pharmacy()
        c.expect(
            what, "MED-14", f"{shop.code}|{DAY[:7]}", push, (money[0], money[1]) if money else None
        )
        for n in range(40):
            at = f"{DAY} 10:{n:02}:00"
            drugs = (Line(AMOXICILLIN), Line(IBUPROFEN, "1", "20.00"))
            bill = c.settle(shop, buyer, at, lines=drugs, pool="10.00")
            c.sell(shop, bill, at, trace_code=c.trace_code() if n > 2 else None)
            c.sell(shop, bill, at, code=IBUPROFEN, price="20.00", trace_code=c.trace_code())
            if n < back:
                under = c.refund(bill, part=(1, "3.33", "6.67"))
                if returned:
                    c.sell(shop, under, f"{DAY} 18:00:00", count="-1")

    given_back("all were returned", None, 3, returned=True)
    given_back("the lines of all were refunded", None, 3, returned=False)
    given_back("two of three were returned", None, 2, returned=True)
    given_back("none was returned", "auto", 0, "9.99", "20.01", returned=False)

    # a file without the column for codes does not say that nothing was scanned
    blind = c.without("520527", ("drug_sale", "trace_code"))
    shop, customer = blind.pharmacy(), blind.insured()
    blind.expect("the column was not delivered", "MED-14", f"{shop.code}|{DAY[:7]}")
    bill = blind.settle(shop, customer, f"{DAY} 09:30:00", lines=(Line(AMOXICILLIN, "40"),))
    for _ in range(40):
        blind.sell(shop, bill)
