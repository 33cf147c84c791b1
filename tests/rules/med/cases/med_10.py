"""MED-10: settlements by night or when closed raise the score of other clues on the pharmacy."""

from tests.rules.med.county import DAY, MedCounty, days_after


def plant(c: MedCounty) -> None:
    c.peers()  # none of which settles by night

    def case(
        what: str, points: int, at: str = "02:00:00", *, by_day: int = 17, acted: str = "",
        bill: dict[str, str] | None = None, back: bool = False, **register: str,
    ) -> None:  # fmt: skip
        """A pharmacy that settles so often by day (and once more), and once at that time."""
        shop, customer = c.struck_off(**register), c.insured()
        for n in range(by_day):
            c.settle(shop, customer, f"{days_after(DAY, n)} 10:00:00")
        setl_id = c.settle(shop, customer, f"{DAY} {at}", **(bill or {}))
        if back:
            c.refund(setl_id, f"{DAY} 02:05:00")
        if acted:
            c.enforce(shop, acted, (DAY, DAY))
        c.expect(what, "MED-18", shop.uscc, "auto", boost=points)
        c.expect(what, "MED-10", shop.code)

    case("one of nineteen by night", 5)
    case("one of twenty", 0, by_day=18)
    always = {"open_hour": "05:00", "close_hour": "24:00"}
    case("a second before eleven at night", 0, "22:59:59", **always)
    case("at eleven at night", 5, "23:00:00", **always)
    case("a second before six", 5, "05:59:59", **always)
    case("at six", 0, "06:00:00", **always)
    case("before it opens", 5, "07:59:59")
    case("when it opens", 0, "08:00:00")
    case("in the minute of its closing", 0, "21:00:59")
    case("after it has closed", 5, "21:30:00")
    unknown: dict[str, str] = {"open_hour": "", "close_hour": ""}
    case("in the evening, at hours unknown", 0, "22:00:00", **unknown)
    case("by night, at hours unknown", 5, **unknown)
    case("open round the clock", 0, open_hour="00:00", close_hour="24:00")
    case("open round the clock but for a minute", 0, open_hour="00:00", close_hour="23:59")
    case("an order over the network", 0, bill={"term_id": "网上商城01"})
    case("a day without its time", 0, "00:00:00")
    case("taken back", 0, back=True)
    case("already dealt with", 0, acted="空刷")
    case("dealt with for something else", 5, acted="分解住院")
