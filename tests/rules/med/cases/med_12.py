"""MED-12: more drugs of a class than anybody takes, from several institutions."""

from tests.rules.med.county import DAY, Line, MedCounty, Shop, days_after

PRESSURE, KIDNEY = "XC08CAA030A001010100001", "XL04ADA001A001010100001"
SPRING_FESTIVAL = "2026-02-17"


def plant(c: MedCounty) -> None:
    for code, name, kind in (
        (PRESSURE, "氨氯地平片", "抗高血压药"), (KIDNEY, "环孢素软胶囊", "免疫抑制剂"),
    ):  # fmt: skip
        c.add("medical_catalogue", "medicare", hilist_code=code, name=name, list_type="101",
              daily_dose="0.1", drug_class=kind)  # fmt: skip
    shops = [c.pharmacy() for _ in range(4)]

    def case(
        what: str, push: str | None, fills: list[tuple[Shop, str, int]], *money: str,
        code: str = PRESSURE, acted: bool = False, name: str | None = None, care: str = "",
        days: str | None = None, back: str = "",
    ) -> None:  # fmt: skip
        """Fills: shop, day, packs of ten days each, of which the fund pays one yuan a fill.

        `days`: what each line says that it is for; `back`: so many packs of the last are returned.
        """
        person = c.insured()
        kind = "抗高血压药" if code == PRESSURE else "免疫抑制剂"
        for shop, day, packs in fills:
            bill = {"name": name} if name else {}
            bill |= {"med_type": care} if care else {}
            line = Line(code, str(packs))
            of = c.settle(shop, person, f"{day} 09:00:00", lines=(line,), pool="1.00", **bill)
            billed = c.rows["medical_fee_line", "medicare", c.night][-1]
            billed["prd_days"] = days
        if back:
            c.settle(shop, person, f"{day} 18:00:00", lines=(Line(code, f"-{back}"),),
                     pool=f"-{int(back) / packs:.2f}", orig_setl_id=of)  # fmt: skip
            c.rows["medical_fee_line", "medicare", c.night][-1]["init_bkkp_sn"] = billed["bkkp_sn"]
        if acted:
            c.enforce(shops[0], "倒卖药品", (DAY, DAY), party=person.name, party_code=None,
                      party_id=person.number)  # fmt: skip
        amounts = (money[0], money[1]) if money else None
        c.expect(what, "MED-12", f"{person.key}|{kind}", push, amounts)

    a, b, d, e = shops
    at = days_after(DAY, -179)
    # 360 days; on the last fill's day alone it is too much: 120 yuan, one of them the fund's
    case("three shops in 180 days", "auto", [(a, at, 12), (b, DAY, 12), (d, DAY, 12)],
         "2.00", "238.00")  # fmt: skip
    case("the first fill 181 days before", None,
         [(a, days_after(at, -1), 12), (b, DAY, 12), (d, DAY, 12)])  # fmt: skip
    case("350 days", None, [(a, at, 11), (b, DAY, 12), (d, DAY, 12)])
    case("two shops", None, [(a, at, 20), (b, DAY, 20), (a, DAY, 20)])
    case("a class that is kept in stock", None,
         [(a, at, 12), (b, DAY, 12), (d, DAY, 12)], code=KIDNEY)  # fmt: skip
    case("given in three hospitals' wards", None,
         [(a, at, 12), (b, DAY, 12), (d, DAY, 12)], care="21")  # fmt: skip
    case("prescribed for years at three clinics", "auto",
         [(a, at, 12), (b, DAY, 12), (d, DAY, 12)], "2.00", "238.00", care="14")  # fmt: skip
    case("already dealt with", None, [(a, at, 12), (b, DAY, 12), (d, DAY, 12)], acted=True)
    case("a name that does not fit the number", "review",
         [(a, at, 12), (b, DAY, 12), (d, DAY, 12)], "2.00", "238.00", name="别人")  # fmt: skip

    # the second fill before 春节
    early, late = days_after(SPRING_FESTIVAL, -15), days_after(SPRING_FESTIVAL, -1)
    case("one double fill before 春节", None, [(a, early, 12), (b, late, 12), (d, DAY, 12)])
    case("too much without it too", "auto",
         [(a, early, 12), (b, late, 12), (d, DAY, 12), (e, DAY, 12)], "2.00", "238.00")  # fmt: skip
    week = days_after(SPRING_FESTIVAL, -7)
    case("both of a double fill at one shop on one day", None,
         [(a, "2025-12-01", 12), (b, week, 9), (b, week, 8), (d, DAY, 7)])  # fmt: skip
    case("one fill before 春节 is no double", "auto",
         [(a, days_after(early, -1), 12), (b, late, 12), (d, DAY, 12)],
         "1.00", "119.00")  # fmt: skip

    # a date in the days' column says nothing: its packs do, 350 days in all
    case("a date as the number of days", None, [(a, at, 12), (b, DAY, 12), (d, DAY, 11)])
    c.rows["medical_fee_line", "medicare", c.night][-1]["prd_days"] = "20260301"

    # 390 days; with half of the last fill returned 325, with a quarter 357.5
    said = [(a, at, 12), (b, DAY, 12), (d, DAY, 12)]
    case("130 days each, as the lines say", "auto", said, "2.00", "238.00", days="130")
    case("half of one returned", None, said, days="130", back="6")
    case("a quarter of one returned", "auto", said, "1.75", "208.25", days="130", back="3")
    case("no days said, so the packs say", "auto", said, "2.00", "238.00", days="0")
