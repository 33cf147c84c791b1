"""MED-02: settling for a shop that is not designated."""

from typing import Any

from tests.rules.med.county import DAY, MedCounty, Shop, days_after


def plant(c: MedCounty) -> None:
    buyer = c.insured()

    def settled(shop: Shop, outside: Shop, codes: int = 5, day: str = DAY, **bill: Any) -> None:
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

    # listed as valid in January, as cancelled on the night; in the other case by 4 March
    for what, march, push, money in (
        ("later", "有效", "auto", ("20.00", "30.00")),
        ("on the third of the days", "注销", None, ()),
    ):
        shop, outside = c.pharmacy(), c.shop_outside(status="注销")
        for day, status in (("2026-01-31", "有效"), ("2026-03-04", march)):
            c.add("drug_retail_licence", "drug", day, licence_no=outside.licence_no,
                  holder=outside.name, uscc=outside.uscc, valid_from="2020-01-01",
                  status=status)  # fmt: skip
        settled(shop, outside)
        pair(f"the licence was cancelled {what}", push, shop, outside, *money)

    # suspended on 4 March: the first two of five days were still designated
    shop = c.pharmacy()
    suspended = c.pharmacy(agreement_status="中止", status_from="2026-03-04")
    settled(shop, suspended)
    pair("suspended in the middle", None, shop, suspended)
    shop = c.pharmacy()
    suspended = c.pharmacy(agreement_status="中止", status_from="2026-03-02")
    settled(shop, suspended)
    pair("suspended before", "auto", shop, suspended, "20.00", "30.00")

    # what was suspended had been in force, whenever that began
    for day, push, money in (("2026-04-01", None, ()), (DAY, "auto", ("20.00", "30.00"))):
        shop = c.pharmacy()
        suspended = c.pharmacy(designated_from=None, agreement_status="中止", status_from=day)
        settled(shop, suspended)
        pair(f"agreement of an unknown day suspended on {day}", push, shop, suspended, *money)

    # one shop under its old code and its new one
    old = c.pharmacy(agreement_status="解除", status_from="2022-12-31")
    new = c.pharmacy(uscc=old.uscc, name=old.name, designated_from="2023-01-01")
    settled(new, old)
    pair("shipped to the licence of the shop itself", None, new, old)

    # a licence that may be that of either designated shop of its credit code
    for what, state, push, money in (
        ("in force", {}, None, ()),
        ("ended", {"agreement_status": "解除", "status_from": "2025-01-01"}, "auto",
         ("20.00", "30.00")),
    ):  # fmt: skip
        shop, outside = c.pharmacy(), c.shop_outside()
        for _ in range(2):
            c.pharmacy(uscc=outside.uscc, **state)
        settled(shop, outside)
        pair(f"two shops of its credit code are {what}", push, shop, outside, *money)

    shop, outside = c.pharmacy(), c.shop_outside()
    settled(shop, outside, lines=(), medfee_sumamt="10.00", account="6.00")
    pair("bills without lines", "auto", shop, outside, "20.00", "30.00")

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

    # in June it is listed at another place than in January, or at the same with another space
    for what, june, push, money in (
        ("moved", "建设路1号", None, ()),
        ("written otherwise", "人民路 1号", "auto", ("20.00", "30.00")),
    ):
        shop, outside = c.pharmacy(address=june), c.shop_outside()
        c.add("medical_institution", "medicare", "2026-01-31", code=shop.code, name=shop.name,
              kind="零售药店", uscc=shop.uscc, designated_from="2020-01-01",
              agreement_status="在用", address="人民路1号")  # fmt: skip
        settled(shop, outside, day="2026-06-20")
        pair(f"its place was {what} ten days later", push, shop, outside, *money)

    # a chain's centre: three designated shops under its credit code
    centre = c.shop_outside()
    for _ in range(3):
        c.pharmacy(uscc=centre.uscc)
    shop = c.pharmacy()
    settled(shop, centre)
    pair("shipped to the chain's centre", None, shop, centre)

    # three shops of one legal representative, one of which is designated no more, are no chain
    boss = c.person()
    centre = c.shop_outside(
        registered_legal_representative=boss.name, registered_legal_representative_id=boss.number
    )
    for ended in ({}, {}, {"agreement_status": "解除", "status_from": "2025-01-01"}):
        c.pharmacy(legal_representative_id=boss.number, **ended)
    shop = c.pharmacy()
    settled(shop, centre)
    pair("two designated shops are no chain", "auto", shop, centre, "20.00", "30.00")

    # tied by the telephone, with two signs and with one; tied to a shop that was designated, by its
    # owner, and nothing bought here; to one that was suspended then and has been in force since
    ended = {"agreement_status": "解除", "status_from": "2025-01-01"}
    since = {"status_from": "2026-05-01"}
    for signs, own, state, push in (
        (2, "4", ended, "auto"), (1, "4", ended, None), (2, None, ended, "auto"),
        (2, None, since, "auto"),
    ):  # fmt: skip
        phone, owner = f"0857{next(c.serial):07d}", c.person().number
        shop = c.pharmacy(phone=phone, legal_representative_id=owner)
        outside = (
            c.shop_outside(registered_phone=phone) if own
            else c.pharmacy(legal_representative_id=owner, **state)
        )  # fmt: skip
        if state is since:
            c.add("medical_institution", "medicare", "2026-01-31", code=outside.code,
                  name=outside.name, kind="零售药店", uscc=outside.uscc,
                  designated_from="2020-01-01", agreement_status="中止",
                  status_from="2025-12-01")  # fmt: skip
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
        what = f"tied shops and {signs} sign(s), bought {own}, outside {state['status_from']}"
        pair(what, push, shop, outside, *money)
