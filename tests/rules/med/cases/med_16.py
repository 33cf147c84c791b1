"""MED-16: a pharmacist who cannot have been there."""

from tests.rules.med.county import DAY, IBUPROFEN, NIGHT, Line, MedCounty, Shop, days_after

DRUG = "XC09AAY001A001010100016"  # a prescription drug


def plant(c: MedCounty) -> None:
    c.add("medical_catalogue", "medicare", hilist_code=DRUG, name="卡托普利片", list_type="101",
          prescription="1")  # fmt: skip
    buyer = c.insured()

    def registered(certificate: str, shop: Shop, delivered: str = NIGHT, /, **row: object) -> None:
        pharmacist = c.person()
        record = {
            "certificate_no": certificate, "name": pharmacist.name, "id_number": pharmacist.number,
            "registered_unit": shop.name, "unit_uscc": shop.uscc, "valid_from": "2021-01-01",
            "valid_to": "2027-12-31",
        }  # fmt: skip
        c.add("pharmacist_registration", "drug", delivered, **(record | row))

    def sold(certificate: str, shop: Shop, days: list[int], at: str = "10:00", **row: object):
        """A bill of 10 yuan on each day after DAY, of which the pool pays 1 yuan."""
        for n, after in enumerate(days):
            # no two bills of a day are alike
            when = f"{days_after(DAY, after)} {at}:{n:02}"
            bill = c.settle(shop, buyer, when, pool="1.00")
            c.sell(
                shop, bill, when, **({"code": DRUG, "pharmacist_certificate": certificate} | row)
            )

    def case(what: str, push: str | None, *money: str, **shop_row: object) -> tuple[Shop, str]:
        shop, certificate = c.pharmacy(**shop_row), f"5221{next(c.serial):08d}"
        amounts = (money[0], money[1]) if money else None
        c.expect(what, "MED-16", f"{shop.code}|{certificate}", push, amounts)
        return shop, certificate

    twenty, nineteen = list(range(20)), list(range(19))
    elsewhere = c.pharmacy()

    shop, certificate = case("twenty sales under nobody's certificate", "auto", "20.00", "180.00")
    sold(certificate, shop, twenty)
    shop, certificate = case("nineteen", None)
    sold(certificate, shop, nineteen)
    shop, certificate = case("registered there", None)
    registered(certificate, shop)
    sold(certificate, shop, twenty)
    shop, certificate = case("registered elsewhere", "auto", "20.00", "180.00")
    registered(certificate, elsewhere)
    sold(certificate, shop, twenty)
    shop, certificate = case("registered there, by name", None)
    registered(certificate, shop, unit_uscc=None)
    sold(certificate, shop, twenty)
    shop, certificate = c.pharmacy(), f"Y{next(c.serial):012d}"
    c.expect("registered there, by a till that writes small letters", "MED-16",
             f"{shop.code}|{certificate}")  # fmt: skip
    registered(certificate, shop)
    sold(certificate.lower(), shop, twenty)
    for what, instead in (("an identity number", buyer.number), ("a name", buyer.name)):
        shop = c.pharmacy()
        c.expect(f"{what} in place of a certificate", "MED-16", f"{shop.code}|{instead}")
        sold(instead, shop, twenty)
    shop, certificate = case("on the first and the ninetieth day", "auto", "20.00", "180.00")
    sold(certificate, shop, [0] * 10 + [89] * 10)
    shop, certificate = case("on the first and the ninety-first", None)
    sold(certificate, shop, [0] * 10 + [90] * 10)
    shop, certificate = case("no prescription drugs", None)
    sold(certificate, shop, twenty, code="XN02BEP026A001010100001")
    shop, certificate = case("for cash", None)
    sold(certificate, shop, nineteen)
    c.sell(shop, None, code=DRUG, pharmacist_certificate=certificate)
    shop, certificate = case("before the window", None)
    sold(certificate, shop, [-250] * 20)

    # one of twenty went back: the till says so, the fee line, both, or neither
    for what, push, refunded, returned, money in (
        ("one returned under its own bill", None, False, True, ()),
        ("one whose fee line was refunded", None, True, False, ()),
        ("one refunded and returned", None, True, True, ()),
        ("the other drug of a bill", "auto", True, True, ("66.00", "134.00")),
    ):
        shop, certificate = case(what, push, *money)
        for n in twenty:
            when = f"{days_after(DAY, n)} 10:00:00"
            drugs = (Line(DRUG), Line(IBUPROFEN, "1", "20.00"))
            bill = under = c.settle(shop, buyer, when, lines=drugs, pool="9.90")
            c.sell(shop, bill, when, code=DRUG, pharmacist_certificate=certificate)
            if n > 0:
                continue
            number, code, price = (2, IBUPROFEN, "20.00") if push else (1, DRUG, "10.00")
            if refunded:
                part = ("6.60", "13.40") if push else ("3.30", "6.70")
                under = c.refund(bill, when[:10] + " 18:00:00", part=(number, *part))
            if returned:
                c.sell(shop, under, when[:10] + " 18:00:00", code=code, count="-1", price=price)

    # registering again takes thirty days at most; who never did has no excuse
    shop, certificate = case("ran out, and nobody registered again", "auto", "20.00", "180.00")
    registered(certificate, shop, valid_to=days_after(DAY, -1))
    sold(certificate, shop, twenty)
    for days, push in ((30, None), (31, "auto")):
        shop, certificate = case(f"registered again {days} days after it ran out", push)
        registered(certificate, shop, "2026-03-15", valid_to=days_after(DAY, -1))
        registered(certificate, shop, valid_from=days_after(DAY, days - 1))
        sold(certificate, shop, twenty)
        shop, certificate = case(f"registered elsewhere until {days} days before", push)
        registered(certificate, elsewhere, valid_to=days_after(DAY, -1))
        registered(certificate, shop, valid_from=days_after(DAY, days - 1))
        sold(certificate, shop, twenty)
        shop, certificate = case(f"ran out {days} days before the night", push)
        registered(certificate, shop, valid_to=days_after(NIGHT, -days))
        sold(certificate, shop, [101] * 20)
    shop, certificate = case("first registered after the sales", "auto", "20.00", "180.00")
    registered(certificate, shop, valid_from=days_after(DAY, 20))
    sold(certificate, shop, twenty)
    shop, certificate = case(
        "registered at the owner's other shop", None, legal_representative_id=buyer.number
    )
    registered(certificate, c.pharmacy(legal_representative_id=buyer.number))
    sold(certificate, shop, twenty)

    # 20 015 and 19 904 metres away, registered at both
    def leap(what: str, push: str | None, latitude: str, at: str, times: int, **row: object):
        money = (f"{times}.00", f"{9 * times}.00") if push else ()
        shop, certificate = case(what, push, *money, longitude="104.0", latitude="26.0", **row)
        other = c.pharmacy(longitude="104.0", latitude=latitude, **row)
        c.expect(f"{what}, the other shop", "MED-16", f"{other.code}|{certificate}", push)
        for unit in (shop, other):
            registered(certificate, unit)
        sold(certificate, shop, list(range(times)))
        sold(certificate, other, list(range(times)), at)

    leap("within the hour", "auto", "26.18", "11:00", 3)
    leap("within 61 minutes", None, "26.18", "11:01", 3)
    leap("not far off", None, "26.179", "11:00", 3)
    leap("twice", None, "26.18", "11:00", 2)
    leap("shops of one owner", None, "26.18", "11:00", 3, legal_representative_id=c.person().number)

    shop, certificate = case("already dealt with", None)
    sold(certificate, shop, twenty)
    c.enforce(shop, "药师挂证", (DAY, DAY))
    shop, certificate = case("dealt with for something else", "auto", "20.00", "180.00")
    sold(certificate, shop, twenty)
    c.enforce(shop, "串换药品", (DAY, DAY))
