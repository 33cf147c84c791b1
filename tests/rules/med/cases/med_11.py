"""MED-11: one basket settled for many persons."""

import hashlib

from tests.rules.med.county import AMOXICILLIN, DAY, IBUPROFEN, Line, MedCounty, Shop, days_after


def plant(c: MedCounty) -> None:
    people = [c.insured() for _ in range(30)]
    packs = iter(range(11, 99))

    def template() -> tuple[tuple[Line, ...], str]:
        """A basket that no other case sells, and its key as the rule's text has it."""
        count = str(next(packs))
        lines = (Line(IBUPROFEN, f"{count}.50"), Line(AMOXICILLIN, "10"))
        text = f"{AMOXICILLIN}×10;{IBUPROFEN}×{count}.5"
        return lines, hashlib.sha256(text.encode()).hexdigest()[:16]

    def sell(shop: Shop, lines: tuple[Line, ...], days: list[str]) -> list[str]:
        """A basket for one person after another; 100.00 in all of which the pool pays 1.00."""
        return [
            c.settle(shop, person, f"{day} 10:00:00", lines=lines, pool="1.00", account="9.00")
            for person, day in zip(people, days, strict=False)
        ]

    def case(
        what: str, push: str | None, days: list[str], *, others: int = 0, refunded: bool = False,
        acted: bool = False,
    ) -> None:  # fmt: skip
        lines, basket = template()
        shop = c.pharmacy()
        bills = sell(shop, lines, days)
        if refunded:
            c.refund(bills[0])
        for _ in range(others):
            sell(c.pharmacy(), lines, [days_after(DAY, n) for n in range(3)])
        if acted:
            c.enforce(shop, "虚构药品销售", (DAY, DAY))
        amounts = (f"{len(days)}.00", f"{9 * len(days)}.00") if push else None
        c.expect(what, "MED-11", f"{shop.code}|{basket}", push, amounts)

    def spread(days: int) -> list[str]:
        """Thirty persons, the last on the last of so many days."""
        return [days_after(DAY, n) for n in range(29)] + [days_after(DAY, days - 1)]

    case("eight persons in a day", "auto", [DAY] * 8)
    case("seven", None, [DAY] * 7)
    case("eight of whom one was refunded", None, [DAY] * 8, refunded=True)
    case("thirty persons in thirty days", "auto", spread(30))
    case("thirty in thirty-one", None, spread(31))
    case("three other shops sell it", None, [DAY] * 8, others=3)
    case("two other shops sell it", "auto", [DAY] * 8, others=2)
    case("already dealt with", None, [DAY] * 8, acted=True)

    # one good is no template
    shop = c.pharmacy()
    sell(shop, (Line(AMOXICILLIN, "7"),), [DAY] * 8)
    basket = hashlib.sha256(f"{AMOXICILLIN}×7".encode()).hexdigest()[:16]
    c.expect("one good", "MED-11", f"{shop.code}|{basket}")
