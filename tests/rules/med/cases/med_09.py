"""MED-09: many persons' cards within a few minutes."""

from datetime import datetime, timedelta

from tests.rules.med.county import Line, MedCounty, Shop, days_after

FIRST = "2026-04-13"
EVEN, UNEVEN = (0, 120, 240, 360, 480, 600), (0, 5, 20, 300, 310, 600)


def plant(c: MedCounty) -> None:
    people = [c.insured() for _ in range(6)]

    def ordinary(shop: Shop, days: int = 4) -> None:
        """One customer a day in the weeks before."""
        for n in range(1, days + 1):
            c.settle(shop, people[0], f"{days_after(FIRST, -n)} 09:00:00", opter_id="O1")

    def case(
        what: str, push: str | None, *, days: int = 3, persons: int = 6,
        seconds: tuple[int, ...] = EVEN, alike: bool = False, operators: tuple[str, ...] = ("O1",),
        uploaded: bool = False, chronic: bool = False, acted: bool = False, markets: int = 0,
        sales: int = 10, trade: int = 4, other: str = "", **register: str,
    ) -> None:  # fmt: skip
        """Ten yuan a card, of which the pool pays one; at the `other` time O2 settles as well."""
        shop = c.pharmacy(township=f"第{next(c.serial)}乡", **register)
        ordinary(shop, trade)
        for day in (days_after(FIRST, n) for n in range(days)):
            if other:
                c.settle(shop, c.insured(), f"{day} {other}", opter_id="O2")
            for n, person in enumerate(people[:persons]):
                second = datetime.fromisoformat(f"{day} 09:00:00") + timedelta(seconds=seconds[n])
                row = {"opter_id": operators[n % len(operators)]}
                if uploaded:  # bought in six hours, uploaded in ten minutes of the night
                    row["setl_time"] = f"{day} 20:0{n}:00"
                    second += timedelta(hours=n)
                if chronic:
                    row["med_type"] = "9929"
                line = Line(count="1" if alike else str(n + 1), price="10.00")
                c.settle(shop, person, f"{second:%Y-%m-%d %H:%M:%S}", lines=(line,), pool="1.00",
                         account="9.00", **row)  # fmt: skip
        for _ in range(markets):
            neighbour = c.pharmacy(township=_township(c, shop))
            ordinary(neighbour)
            for n in range(sales):
                c.settle(neighbour, people[n % 2], f"{FIRST} 15:{n:02}:00", opter_id="O2")
        if acted:
            c.enforce(shop, "冒名购药", (FIRST, FIRST))
        amounts = ("18.00", "162.00") if push else None
        c.expect(what, "MED-09", shop.code, push, amounts)

    case("six cards in ten minutes at even intervals on three days", "auto")
    case("two days", None, days=2)
    case("five cards", None, persons=5)
    case("eleven minutes", None, seconds=(0, 132, 264, 396, 528, 660))
    case("two operators", None, operators=("O1", "O2"))
    minutely = (0, 60, 120, 180, 240, 300)
    case("another operator before the ten minutes", "auto", seconds=minutely, other="08:55:00")
    case("another operator after the ten minutes", "auto", seconds=minutely, other="09:10:01")
    case("another operator within the ten minutes", None, seconds=EVEN, other="09:10:00")
    case("at uneven intervals", None, seconds=UNEVEN)
    case("at uneven intervals, the same goods", "auto", seconds=UNEVEN, alike=True)
    case("late upload of a day's trade", None, uploaded=True)
    case("half of the days of trade are crowded", None, trade=3)
    case("chronic patients", None, chronic=True)
    case("one of the days is a market day", None, markets=2)
    case("only one other pharmacy is busy", "auto", markets=1)
    case("nine sales a day are no market", "auto", markets=2, sales=9)
    case("the first days after opening", None, designated_from=days_after(FIRST, -29))
    case("thirty days after opening", "auto", designated_from=days_after(FIRST, -30))
    case("already dealt with", None, acted=True)


def _township(c: MedCounty, shop: Shop) -> str:
    rows = c.rows["medical_institution", "medicare", c.night]
    return str(next(row["township"] for row in rows if row["code"] == shop.code))
