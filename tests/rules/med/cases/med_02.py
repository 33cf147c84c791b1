"""MED-02: settling for a shop that is not designated."""

from tests.rules.med.county import DAY, MedCounty, Shop, days_after


def plant(c: MedCounty) -> None:
    buyer = c.insured()

    def settled(shop: Shop, outside: Shop, codes: int = 5, day: str = DAY, **bill: str) -> None:
        """Packs that were shipped to the shop outside and settled in the designated one."""
        for n in range(codes):
            code, at = c.trace_code(), f"{days_after(day, n)} 10:00:00"
            c.ship(code, outside, days_after(day, -20))
            c.sell(shop, c.settle(shop, buyer, at, pool="4.00", **bill), at, trace_code=code)

    def pair(what: str, push: str | None, shop: Shop, outside: Shop, *money: str) -> None:
        amounts = (money[0], money[1]) if money else None
        c.expect(what, "MED-02", f"{shop.code}>{outside.licence_no}", push, amounts)

    shop, outside = c.pharmacy(), c.shop_outside()
    settled(shop, outside)
    pair("five codes shipped to the shop outside", "auto", shop, outside, "20.00", "30.00")

    shop, outside = c.pharmacy(), c.shop_outside()
    settled(shop, outside, codes=4)
    pair("four codes", None, shop, outside)

    shop, outside = c.pharmacy(), c.shop_outside()
    settled(shop, outside, codes=4)
    code, at = c.trace_code(), f"{DAY} 11:00:00"
    c.ship(code, outside, days_after(DAY, -20))
    c.sell(shop, c.settle(shop, buyer, at), at, trace_code=code)
    c.sell(shop, None, f"{DAY} 12:00:00", count="-1", trace_code=code)
    pair("the fifth was taken back at the till", None, shop, outside)

    shop, outside = c.pharmacy(), c.shop_outside()
    settled(shop, outside, med_type="13")
    pair("emergencies", None, shop, outside)

    shop, outside = c.pharmacy(), c.shop_outside(status="注销")
    settled(shop, outside)
    pair("the licence is no longer valid", None, shop, outside)

    # suspended on 4 March: the first two of five days were still designated
    shop = c.pharmacy()
    suspended = c.pharmacy(agreement_status="中止", status_from="2026-03-04")
    settled(shop, suspended)
    pair("suspended in the middle", None, shop, suspended)
    shop = c.pharmacy()
    suspended = c.pharmacy(agreement_status="中止", status_from="2026-03-02")
    settled(shop, suspended)
    pair("suspended before", "auto", shop, suspended, "20.00", "30.00")

    shop, outside = c.pharmacy(), c.shop_outside()
    settled(shop, outside)
    c.enforce(shop, "为非定点药店提供刷卡记账服务", ("2026-03-06", "2026-04-30"))
    pair("already dealt with", None, shop, outside)

    # a new code sixty days before the first of the days, and sixty-one
    shop, outside = c.pharmacy(designated_from=days_after(DAY, -56)), c.shop_outside()
    settled(shop, outside)
    pair("the last day is sixty days after the code began", None, shop, outside)
    shop, outside = c.pharmacy(designated_from=days_after(DAY, -61)), c.shop_outside()
    settled(shop, outside)
    pair("the first day is sixty-one", "auto", shop, outside, "20.00", "30.00")

    # a chain's centre: three designated shops under its credit code
    centre = c.shop_outside()
    for _ in range(3):
        c.pharmacy(uscc=centre.uscc)
    shop = c.pharmacy()
    settled(shop, centre)
    pair("shipped to the chain's centre", None, shop, centre)

    # a credit code of three shops, one of which is designated no more, is no chain's
    centre = c.shop_outside()
    for ended in ({}, {}, {"agreement_status": "解除", "status_from": "2025-01-01"}):
        c.pharmacy(uscc=centre.uscc, **ended)
    shop = c.pharmacy()
    settled(shop, centre)
    pair("two designated shops are no chain", "auto", shop, centre, "20.00", "30.00")

    # tied by the telephone, with two signs and with one; tied to a shop that was designated, by its
    # owner, and nothing bought here
    ended = {"agreement_status": "解除", "status_from": "2025-01-01"}
    for signs, own, push in ((2, "4", "auto"), (1, "4", None), (2, None, "auto")):
        phone, owner = f"0857{next(c.serial):07d}", c.person().number
        shop = c.pharmacy(phone=phone, legal_representative_id=owner)
        outside = (
            c.shop_outside(registered_phone=phone) if own
            else c.pharmacy(legal_representative_id=owner, **ended)
        )  # fmt: skip
        for n in range(10):
            hour = "22" if n == 0 else "10"
            at = f"{days_after(DAY, n)} {hour}:00:00"
            bill = c.settle(shop, buyer, at, account="9.00", pool="1.00")
            c.sell(shop, bill, at, approval_no=f"国药准字H{n % 5:08d}", count="12")
        for n in range(5):
            if own:
                c.buy(shop, f"国药准字H{n:08d}", own, DAY)
            if signs == 2:
                c.buy(outside, f"国药准字H{n:08d}", "30", DAY)
        money = ("10.00", "90.00") if push else ()
        pair(f"tied shops and {signs} sign(s), bought {own}", push, shop, outside, *money)
