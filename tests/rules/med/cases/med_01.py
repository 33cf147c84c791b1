"""MED-01: other goods settled as covered drugs."""

from tests.rules.med.county import DAY, IBUPROFEN, Line, MedCounty, Shop, days_after


def plant(c: MedCounty) -> None:
    buyer = c.insured()

    def shop_with(
        what: str, push: str | None, amounts: tuple[str, str] | None = None, *, lines: int = 5,
        kind: str = "食品", goods: str = "大米", day: str = DAY,
    ) -> tuple[Shop, list[str]]:  # fmt: skip
        shop = c.pharmacy()
        bills = []
        for n in range(lines):
            at = f"{days_after(day, n)} 09:30:00"
            bills.append(c.settle(shop, buyer, at, pool="3.00"))
            c.sell(shop, bills[-1], at, goods=goods, kind=kind)
        c.expect(what, "MED-01", shop.code, push, amounts)
        return shop, bills

    shop_with("five lines of food", "auto", ("15.00", "35.00"))
    shop_with("four lines of food", None, lines=4)
    shop_with("devices are lawful", None, kind="医疗器械", goods="血压计")
    shop_with("before the window", None, day="2025-06-20")
    shop_with("five days into the window", "auto", ("15.00", "35.00"), day="2025-07-01")
    shop_with("one line is before it", None, day="2025-06-30")

    _, bills = shop_with("one bill of five was taken back", None)
    c.refund(bills[0])
    _, bills = shop_with("one bill of six was taken back", "auto", ("15.00", "35.00"), lines=6)
    c.refund(bills[0], named=False)

    # the first bill went back, and its line with it: not the line of the last
    _, bills = shop_with("its lines said nothing", "auto", ("15.00", "35.00"), lines=6)
    c.refund(bills[0], f"{days_after(DAY, 9)} 18:00:00", lines_named=False)

    shop, _ = shop_with("the same goods under the same code for cash, too", None)
    c.sell(shop, None, goods="大米", kind="食品")

    shop, _ = shop_with("already dealt with", None)
    c.enforce(shop, "串换药品", ("2026-03-01", "2026-03-02"))
    shop, _ = shop_with("dealt with before", "auto", ("15.00", "35.00"))
    c.enforce(shop, "串换药品", ("2025-01-01", "2026-03-01"))
    shop, _ = shop_with("dealt with for something else", "auto", ("15.00", "35.00"))
    c.enforce(shop, "挂床住院", ("2026-03-01", "2026-06-01"))

    # goods without a code are found by the amount
    shop = c.pharmacy()
    for n in range(5):
        at = f"{days_after(DAY, n)} 10:00:00"
        bill = c.settle(shop, buyer, at, lines=(Line(IBUPROFEN, "2", "6.25"),))
        c.sell(shop, bill, at, code=None, goods="洗衣液", kind="日化", price="12.50")
    c.expect("goods without a code, by the amount", "MED-01", shop.code, "auto", ("0.00", "62.50"))

    # a row is of one line only: of two lines and two rows one was food
    def pairs(what: str, push: str | None, bills: int, *money: str) -> None:
        shop = c.pharmacy()
        for n in range(bills):
            at = f"{days_after(DAY, n)} 11:00:00"
            bill = c.settle(shop, buyer, at, lines=(Line(), Line()))
            c.sell(shop, bill, at)
            c.sell(shop, bill, at, goods="大米", kind="食品")
        c.expect(what, "MED-01", shop.code, push, (money[0], money[1]) if money else None)

    pairs("three bills of a drug and food under one code", None, 3)
    pairs("five of them", "auto", 5, "0.00", "50.00")

    # the only row of a bill of one line is that line's, though it has neither code nor price
    shop = c.pharmacy()
    for n in range(5):
        at = f"{days_after(DAY, n)} 12:00:00"
        bill = c.settle(shop, buyer, at)
        c.sell(shop, bill, at, code=None, goods="洗衣液", kind="日化", price="")
    c.expect("neither a code nor a price", "MED-01", shop.code, "auto", ("0.00", "50.00"))

    # the till says nothing of its goods: one sign alone is none
    shop_with("no class at the till", None, kind="")

    # numbers that can be none are unknown, and the night goes on: a barcode as a price, a place
    # without its decimal point
    shop = c.pharmacy(longitude="104278500", latitude="26.859")
    for n in range(5):
        at = f"{days_after(DAY, n)} 10:00:00"
        bill = c.settle(shop, buyer, at, pool="3.00")
        c.sell(shop, bill, at, goods="大米", kind="食品")
        c.sell(shop, bill, at, code=None, goods="大米", kind="食品", count="1000000",
               price="6901234567890")  # fmt: skip
    c.expect("a till's row of no sense besides", "MED-01", shop.code, "auto", ("15.00", "35.00"))
