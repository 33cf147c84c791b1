"""MED-03: more was settled than can have been in stock."""

from tests.rules.med.county import AMOXICILLIN, DAY, Line, MedCounty, Shop

LEDGER_FROM = "2025-12-30"  # six months before the night
BEFORE_UPLOAD = "2026-05-16"  # forty-five days before the night


def plant(c: MedCounty) -> None:
    buyer = c.insured()

    def product(what: str, push: str | None, amounts: tuple[str, str] | None = None) -> tuple:
        """A shop of its own and a product of it: the shop, and the approval number."""
        shop, approval_no = c.pharmacy(), f"国药准字Z{next(c.serial):08d}"
        c.expect(what, "MED-03", f"{shop.code}|{approval_no}|", push, amounts)
        return shop, approval_no

    def sold(
        shop: Shop, approval_no: str, count: int, on: str = DAY, *, price: str = "10.00",
        **row: object,
    ) -> str:  # fmt: skip
        """A bill of so many packs, of which the pool pays 30 % and the account 60 %."""
        at = f"{on} 09:30:00"
        bill = c.settle(
            shop, buyer, at, lines=(Line(AMOXICILLIN, str(count), price),),
            pool=f"{count * float(price) * 0.3:.2f}", account=f"{count * float(price) * 0.6:.2f}",
        )  # fmt: skip
        c.sell(shop, bill, at, count=str(count), price=price, approval_no=approval_no, **row)
        return bill

    def ledger(what: str, bought: int, packs_sold: int, push: str | None, *money: str) -> tuple:
        shop, approval_no = product(what, push, (money[0], money[1]) if money else None)
        c.buy(shop, approval_no, str(bought), LEDGER_FROM)
        sold(shop, approval_no, packs_sold)
        return shop, approval_no

    # six short at 10 yuan, of which 30 % and 60 %
    ledger("six short", 10, 16, "auto", "18.00", "36.00")
    ledger("five short are let pass", 10, 15, None)
    ledger("three of a hundred sold are let pass", 291, 300, None)
    ledger("more than three of a hundred", 290, 300, "auto", "30.00", "60.00")

    shop, drug = product("the ledger is not six months old", None)
    c.buy(shop, drug, "10", "2026-01-01")
    sold(shop, drug, 16)

    # what was bought and sold before the count is in it, even on its day
    shop, drug = product("six short since the last count", "auto", ("18.00", "36.00"))
    c.count_stock(shop, drug, "500", "2026-01-31")
    c.count_stock(shop, drug, "3", "2026-02-28")
    c.buy(shop, drug, "100", "2026-02-28")
    sold(shop, drug, 50, "2026-02-28")
    sold(shop, drug, 9)
    shop, drug = product("a later count has found them", None)
    c.buy(shop, drug, "10", LEDGER_FROM)
    sold(shop, drug, 16)
    c.count_stock(shop, drug, "0", "2026-04-01")

    # purchases may be uploaded for forty-five days
    shop, drug = product("sold when purchases were due", "auto", ("18.00", "36.00"))
    c.buy(shop, drug, "10", LEDGER_FROM)
    sold(shop, drug, 16, BEFORE_UPLOAD)
    shop, drug = product("sold a day later", None)
    c.buy(shop, drug, "10", LEDGER_FROM)
    sold(shop, drug, 16, "2026-05-17")
    shop, drug = product("bought since", None)
    c.buy(shop, drug, "10", LEDGER_FROM)
    sold(shop, drug, 16, BEFORE_UPLOAD)
    c.buy(shop, drug, "1", "2026-06-20")

    # what is no sale from stock that the insurance paid
    def by_code(what: str, push: str | None, **row: object) -> None:
        """Sixteen of ten, the approval number left to the catalogue."""
        shop, drug = product(what, push, ("18.00", "36.00") if push else None)
        code = f"ZA{next(c.serial):018d}"
        c.add("medical_catalogue", "medicare", hilist_code=code, name="归脾丸", list_type="102",
              approval_no=drug)  # fmt: skip
        c.buy(shop, drug, "10", LEDGER_FROM)
        bill = c.settle(shop, buyer, lines=(Line(code, "16", "10.00"),), pool="48.00",
                        account="96.00")  # fmt: skip
        c.sell(shop, bill, code=code, count="16", **row)

    by_code("a till that leaves the number out", "auto", goods="归脾丸")
    by_code("what the till rang up was rice", None, goods="大米", kind="食品")

    shop, drug = ledger("split packs are not counted", 10, 15, None)
    sold(shop, drug, 1, split_pack="1")
    shop, drug = ledger("nor is what was sold for cash", 10, 15, None)
    c.sell(shop, None, count="10", approval_no=drug)
    shop, drug = ledger("nor what was taken back at the till", 10, 16, None)
    c.sell(shop, sold(shop, drug, 1), count="-2", approval_no=drug)
    shop, drug = ledger("nor a bill that was taken back", 10, 15, None)
    c.refund(sold(shop, drug, 9))

    # the middle of 10, 20 and 20 yuan; the fund pays the same shares
    shop, drug = ledger("the median price", 12, 16, "auto", "36.00", "72.00")
    for day in ("2026-03-03", "2026-03-04"):
        sold(shop, drug, 1, day, price="20.00")

    # half way between 10 and 20 yuan
    shop, drug = ledger("the median of two prices", 11, 16, "auto", "27.00", "54.00")
    sold(shop, drug, 1, "2026-03-03", price="20.00")

    # one product in two writings: the till's is the key
    shop, drug = c.pharmacy(), f"国药准字Z{next(c.serial):08d}"
    c.expect("a specification", "MED-03", f"{shop.code}|{drug}|0.25g×24粒", "auto",
             ("18.00", "36.00"))  # fmt: skip
    c.buy(shop, drug, "10", LEDGER_FROM, spec="0.25g*24粒")
    sold(shop, drug, 16, spec="0.25g×24粒")

    # a feed without specifications makes no product of its own, of which nothing was bought
    shop, drug = c.pharmacy(), f"国药准字Z{next(c.serial):08d}"
    c.expect("sold without a specification", "MED-03", f"{shop.code}|{drug}|", None)
    c.expect("bought with one", "MED-03", f"{shop.code}|{drug}|0.25g*24粒", None)
    c.buy(shop, drug, "100", LEDGER_FROM, spec="0.25g*24粒")
    sold(shop, drug, 60)
    shop, drug = c.pharmacy(), f"国药准字Z{next(c.serial):08d}"
    c.expect("six short, sold without a specification", "MED-03",
             f"{shop.code}|{drug}|0.25g*24粒", "auto", ("18.00", "36.00"))  # fmt: skip
    c.buy(shop, drug, "10", LEDGER_FROM, spec="0.25g*24粒")
    sold(shop, drug, 16)
    shop, drug = c.pharmacy(), f"国药准字Z{next(c.serial):08d}"
    c.expect("bought without a specification", "MED-03", f"{shop.code}|{drug}|0.25g*24粒", None)
    c.buy(shop, drug, "100", LEDGER_FROM)
    sold(shop, drug, 60, spec="0.25g*24粒")

    # what went back at the till went back, though its refund names nothing and fits no bill
    shop, drug = ledger("a return whose refund waits", 10, 16, None)
    bill = c.settle(shop, buyer, f"{DAY} 12:00:00", lines=(Line(AMOXICILLIN, "-1"),), pool="-3")
    c.sell(shop, bill, f"{DAY} 12:00:00", count="-1", approval_no=drug)

    shop, _ = ledger("already dealt with", 10, 16, None)
    c.enforce(shop, "空刷医保卡", (DAY, DAY))
    shop, _ = ledger("dealt with for something else", 10, 16, "auto", "18.00", "36.00")
    c.enforce(shop, "挂床住院", (DAY, DAY))
