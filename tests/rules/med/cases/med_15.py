"""MED-15: items billed outside their limits of sex or age."""

from tests.rules.med.county import DAY, Line, MedCounty, Person

WOMEN = "XG01AFK084X005010100001"
CHILDREN = "XR05CBA001X005010100001"


def plant(c: MedCounty) -> None:
    c.add("medical_catalogue", "medicare", hilist_code=WOMEN, name="克霉唑阴道片",
          list_type="101", limit_sex="女")  # fmt: skip
    c.add("medical_catalogue", "medicare", hilist_code=CHILDREN, name="小儿止咳糖浆",
          list_type="101", limit_age_max="14")  # fmt: skip

    def case(
        what: str, push: str | None, person: Person, *, code: str = WOMEN, lines: int = 20,
        acted: str = "", visit: dict[str, str] | None = None, **bill: str,
    ) -> None:  # fmt: skip
        shop = c.hospital() if visit else c.pharmacy()
        if visit:
            bill["mdtrt_id"] = c.visit(shop, person, f"{DAY} 08:00:00", None, **visit)
        if acted:
            c.enforce(shop, acted, (DAY, DAY))
        # a minute apart: lines alike are MED-17's
        day = bill.get("at", DAY)[:10]
        billed = tuple(Line(code, at=f"{day} 09:{n:02}:00") for n in range(lines))
        c.settle(shop, person, pool="40.00", lines=billed, **bill)
        money = ("40.00", "160.00") if push else None
        c.expect(what, "MED-15", f"{shop.code}|{code}", push, money)

    man = c.insured(c.person(sex="男"))
    woman = c.insured()
    case("twenty lines of a women's drug for a man", "auto", man)
    case("nineteen", None, man, lines=19)
    case("a women's drug for a woman", None, woman)
    case("his mother paid from her account", None, man, payer_psn_no=c.psn(woman))
    case("already dealt with", None, man, acted="重复收费")
    case("dealt with as beyond its limits", None, man, acted="超限用药")
    case("dealt with for too much of a drug", "auto", man, acted="超量开药")
    case("before the window", None, man, begndate="2025-06-30",
         at="2025-06-30 09:00:00")  # fmt: skip

    # 14 is the last age; on the fifteenth birthday still, the day after no longer
    boy = c.insured(c.person(born="2011-03-02", sex="男"))
    case("on the fifteenth birthday", None, boy, code=CHILDREN)
    boy = c.insured(c.person(born="2011-03-01", sex="男"))
    case("the day after the fifteenth birthday", "auto", boy, code=CHILDREN)

    case("a newborn on its mother's number", None, woman, code=CHILDREN,
         visit={"diag_code": "P59.900"})  # fmt: skip
    case("at a birth", None, woman, code=CHILDREN, med_type="52")
    case("a man's bill of maternity", "auto", man, med_type="52")
    antenatal = {"med_type": "51", "diag_code": "Z34.900", "endtime": f"{DAY} 10:00:00"}
    case("at an antenatal visit", "auto", woman, code=CHILDREN, med_type="51", visit=antenatal)
    case("a stay of her own", "auto", woman, code=CHILDREN, visit={"diag_code": "J18.900"})

    strange = "XA01AAA001X005010100001"
    c.add("medical_catalogue", "medicare", hilist_code=strange, name="某药", list_type="101",
          limit_age_min="20260101", limit_age_max="999999999999999999")  # fmt: skip
    case("a date as the lowest age", None, man, code=strange)
