"""MED-22: sales taken back days later, at a pharmacy or by one person."""

from datetime import datetime, timedelta

from tests.rules.county import Person
from tests.rules.med.county import DAY, WINDOW_FROM, Line, MedCounty, Shop, days_after


def plant(c: MedCounty) -> None:
    people = [c.insured() for _ in range(20)]

    def returned(
        shop: Shop, person: Person, after: int = 2, *, day: str = DAY, at: str = "09:30:00",
        back: str = "10:00:00", named: bool = True, **bill: str,
    ) -> str:  # fmt: skip
        """Sold for ten yuan, of which the pool pays four, and taken back so many days later."""
        setl_id = c.settle(shop, person, f"{day} {at}", pool="4.00", **bill)
        return c.refund(setl_id, f"{days_after(day, after)} {back}", named=named)

    def case(what: str, shop: Shop, push: str | None, *money: str) -> None:
        c.expect(what, "MED-22", shop.code, push, (money[0], money[1]) if money else None)

    # the shop: of its twenty peers one takes back 30 of 230, 13 %, the others none: 11.8 % is p99.5
    top = c.peers()[0]
    for n in range(30):
        returned(top, people[n % 20])
    case("thirty, but only nineteen to compare it with", top, None)

    def many(what: str, push: str | None, times: int, of: int, *money: str, **sale: int) -> Shop:
        shop = c.pharmacy()
        for n in range(of - times):
            c.settle(shop, people[n % 20], f"{days_after(DAY, n % 90)} 11:00:00")
        for person in people[:times]:
            returned(shop, person, **sale)
        case(what, shop, push, *money)
        return shop

    many("twenty of a hundred", "auto", 20, 100, "80.00", "120.00")
    many("nineteen of fifty", None, 19, 50)
    many("twenty of 160: 12.5 in a hundred", "auto", 20, 160, "80.00", "120.00")
    many("twenty of 180: 11.1 in a hundred", None, 20, 180)
    many("twenty, but on the next day", None, 20, 50, after=1)

    # the person
    def again(what: str, push: str | None, *sales: dict, persons: int = 1) -> Shop:
        """Sales to one person, or to several in turn, of which each was taken back."""
        shop = c.pharmacy()
        for n, sale in enumerate(sales):
            returned(shop, people[n % persons], **({"day": days_after(DAY, n)} | sale))
        case(what, shop, push, *(("12.00", "18.00") if push else ()))
        return shop

    again("three by one person", "auto", {}, {}, {})
    again("three by two persons", None, {}, {}, {}, persons=2)
    again("two", None, {}, {})
    again("one of three on the next day", None, {}, {}, {"after": 1, "at": "00:10:00"})
    late = {"at": "23:50:00", "back": "00:10:00"}
    again("a day and some minutes over two midnights", "auto", late, late, late)
    unnamed = [{"named": False, "day": days_after(DAY, 10 * n)} for n in range(3)]
    again("refunds that do not say of what", "auto", *unnamed)
    again("one was reimbursed by the centre", None, {}, {}, {"setl_type": "1"})
    again("one was medical assistance", None, {}, {}, {"setl_type": "3"})
    first = {"day": days_after(WINDOW_FROM, -9), "after": 9}
    again("on the window's first day", "auto", first, first, first)
    before = first | {"after": 8}
    again("one of three on the day before", None, first, first, before)
    shop = c.hospital()
    for n in range(3):
        returned(shop, people[0], day=days_after(DAY, n))
    case("a hospital", shop, None)

    shop = c.pharmacy()
    for n in range(3):
        c.settle(shop, people[0], f"{days_after(DAY, n)} 10:00:00", lines=(Line(count="-1"),),
                 pool="-4.00", refd_setl_flag="1", orig_setl_id=f"gone{n}")  # fmt: skip
    case("what was sold was not delivered", shop, None)

    shop = c.pharmacy()
    back = [returned(shop, people[0], day=days_after(DAY, n)) for n in range(3)]
    c.refund(back[0], f"{days_after(DAY, 3)} 10:00:00")
    case("one refund was undone", shop, None)

    # charged twice and given back within ten minutes: at once, or after an upload three days late
    shop = c.pharmacy()
    for person in people:
        returned(shop, person, 0, back="09:40:00")
        returned(shop, people[0], 0, back="09:35:00")
    case("charged twice", shop, None)
    for what, push, wait in (
        ("uploaded late, taken back within ten minutes", None, 600),
        ("uploaded late, taken back a second after ten minutes", "auto", 601),
    ):
        shop = c.pharmacy()
        for n in range(2):
            returned(shop, people[0], day=days_after(DAY, n))
        uploaded = datetime.fromisoformat(f"{days_after(DAY, 3)} 20:00:00")
        setl_id = c.settle(shop, people[0], pool="4.00", setl_time=f"{uploaded}")
        c.refund(setl_id, f"{uploaded + timedelta(seconds=wait)}")
        case(what, shop, push, *(("12.00", "18.00") if push else ()))

    # decisions on the refunds, which were on 4 to 6 March
    for what, push, cause, day in (
        ("already dealt with", None, "退费套现", days_after(DAY, 4)),
        ("dealt with, and no cause that is known", None, "违反服务协议", days_after(DAY, 2)),
        ("the sales were dealt with, not the refunds", "auto", "退费套现", days_after(DAY, 1)),
        ("dealt with for something else", "auto", "分解住院", days_after(DAY, 4)),
    ):
        shop = again(what, push, {}, {}, {})
        c.enforce(shop, cause, (day, day))
