"""MED-19: bills that crowd just under a limit raise the score of other clues on the pharmacy."""

from tests.rules.med.county import DAY, Line, MedCounty, days_after


def plant(c: MedCounty) -> None:
    c.peers()  # none of which comes near a limit

    def case(
        what: str, points: int, near: str, *lower: str, far: str = "460.00", acted: str = "",
        others: int = 0,
    ) -> None:  # fmt: skip
        """Of 500 yuan 475 is near and 450 far: thirty bills near the limit, some lower down."""
        shop, customer = c.struck_off(), c.insured()
        for n, price in enumerate((near,) * 30 + lower):
            at = f"{days_after(DAY, n)} 10:00:00"
            c.settle(shop, customer, at, lines=(Line(price=price),))
        for _ in range(others):
            c.settle(c.pharmacy(), c.insured(), lines=(Line(price=near),))
        if acted:
            c.enforce(shop, acted, (DAY, days_after(DAY, 9)))
        c.expect(what, "MED-18", shop.uscc, "auto", boost=points)
        c.expect(what, "MED-19", shop.code)

    far = "460.00"
    case("thirty near, nine far", 5, "480.01", *[far] * 9)
    case("three times as many and no more", 0, "480.02", *[far] * 10)
    case("from 475 on it is near", 5, "475.00")
    case("below it is far", 0, "474.99")
    case("from 450 on it is far", 0, "480.03", *["450.00"] * 10)
    case("below it is neither", 5, "480.04", *["449.99"] * 10)
    case("a fen under the limit", 5, "499.99")
    case("at the limit", 0, "500.00")
    case("the price of a pack that others sell too", 0, "498.00", others=3)
    case("a price that only two others have", 5, "497.00", others=2)
    case("already dealt with", 0, "480.05", acted="串换药品")
    case("dealt with for something else", 5, "480.06", acted="分解住院")
