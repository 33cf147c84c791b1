"""MED-21: accounts emptied in December raise the score of other clues on the pharmacy."""

from tests.rules.med.county import AMOXICILLIN, Line, MedCounty

GINSENG = "T000100889"


def plant(c: MedCounty) -> None:
    c.peers()  # at which nobody empties an account
    c.add("medical_catalogue", "medicare", hilist_code=GINSENG, name="西洋参片", list_type="103")

    def case(
        what: str, points: int, *, december: str = "41.00", day: str = "2025-12-31",
        code: str = GINSENG, left: str = "0.00", acted: str = "", **bill: str,
    ) -> None:  # fmt: skip
        """Five customers, who spent 110 yuan in the eleven months before: 10 a month."""
        shop = c.struck_off()
        for customer in [c.insured() for _ in range(5)]:
            c.settle(shop, customer, "2025-01-01 10:00:00", lines=(Line(price="60.00"),))
            c.settle(shop, customer, "2025-11-30 10:00:00", lines=(Line(price="50.00"),))
            lines = (Line(code, price=december),)
            c.settle(shop, customer, f"{day} 10:00:00", lines=lines, balc=left, **bill)
        if acted:
            c.enforce(shop, acted, ("2025-12-31", "2025-12-31"))
        c.expect(what, "MED-18", shop.uscc, "auto", boost=points)
        c.expect(what, "MED-21", shop.code)

    case("41 yuan of ginseng, and nothing is left", 5)
    case("four times a month's and no more", 0, december="40.00")
    case("on the first of December", 5, day="2025-12-01")
    case("in the new year", 0, day="2026-01-01")
    case("a drug", 0, code=AMOXICILLIN)
    case("much is left", 0, left="500.00")
    case("from another's account", 0, payer_psn_no="52999999999")
    case("already dealt with", 0, acted="串换药品")
    case("dealt with for something else", 5, acted="分解住院")
