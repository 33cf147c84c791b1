"""MED-20: designated anew behind another name."""

from tests.rules.med.county import MedCounty, Person, Shop


def plant(c: MedCounty) -> None:
    buyer = c.insured()

    def run_by(person: Person, **row: object) -> Shop:
        """A pharmacy with its legal representative."""
        return c.pharmacy(
            legal_representative=person.name, legal_representative_id=person.number, **row
        )

    def case(what: str, push: str | None, shop: Shop, paid: bool = False) -> None:
        c.settle(shop, buyer, "2026-03-02 09:00:00", pool="4.00", account="6.00")
        c.expect(what, "MED-20", shop.uscc, push, ("4.00", "6.00") if paid else None)

    ended = {"agreement_status": "解除", "status_from": "2024-03-01"}

    boss = c.person()
    run_by(boss, **ended)
    case("the same boss", "auto", run_by(boss, designated_from="2025-09-01"), paid=True)

    # an institution is one, however many codes it has
    boss = c.person()
    run_by(boss, **ended)
    shop = run_by(boss, designated_from="2025-09-01")
    second = run_by(boss, designated_from="2025-10-01", uscc=shop.uscc)
    c.settle(second, buyer, "2026-03-03 09:00:00", pool="4.00", account="6.00")
    c.settle(shop, buyer, "2026-03-02 09:00:00", pool="4.00", account="6.00")
    c.expect("two codes of one institution", "MED-20", shop.uscc, "auto", ("8.00", "12.00"))

    boss = c.person()
    run_by(boss, **ended)
    case("24 months after", "auto", run_by(boss, designated_from="2026-03-01"), paid=True)

    boss = c.person()
    run_by(boss, **ended)
    case("24 months and a day after", None, run_by(boss, designated_from="2026-03-02"))

    boss = c.person()
    run_by(boss, agreement_status="解除", status_from="2024-03")
    case("24 months after, or more", None, run_by(boss, designated_from="2026-03-20"))

    boss = c.person()
    run_by(boss, agreement_status="解除", status_from="2024-03")
    case("surely within 24 months", "auto", run_by(boss, designated_from="2026-03-01"), paid=True)

    boss = c.person()
    run_by(boss, agreement_status="解除", status_from="2024-03-15")
    case("designated after the end, or before", None, run_by(boss, designated_from="2024-03"))

    boss = c.person()
    run_by(boss, **ended)
    case("designated before the other's end", None, run_by(boss, designated_from="2024-02-29"))

    boss = c.person()
    run_by(boss, agreement_status="中止", status_from="2024-03-01")
    case("the other was suspended only", None, run_by(boss, designated_from="2025-09-01"))

    for what, push, offset, phone in (
        ("telephone and place", "auto", 0.0004, "0857-6220001"),
        ("telephone and a place too far", None, 0.0005, "0857-6220002"),
        ("the place alone", None, 0.0, ""),
    ):
        # a ten-thousandth of a degree of latitude is 11.1 metres
        place = 26.5 + next(c.serial) % 100 / 100
        c.pharmacy(**ended, phone=phone, longitude="104.2", latitude=f"{place:.6f}")
        again = c.pharmacy(
            designated_from="2025-09-01", phone=phone, longitude="104.2",
            latitude=f"{place + offset:.6f}",
        )  # fmt: skip
        case(what, push, again, paid=push is not None)

    boss, namesake = c.person(name="马桂花"), c.person(name="马桂花")
    run_by(boss, **ended)
    case("a namesake with another number", None, run_by(namesake, designated_from="2025-09-01"))

    boss = c.person(name="马桂花")
    run_by(boss, **ended)
    other = Person("李四", boss.number, boss.sex)
    case("the same number, another name", "review", run_by(other, designated_from="2025-09-01"))

    boss = c.person()
    run_by(boss, **ended)
    shop = run_by(boss, designated_from="2025-09-01")
    c.enforce(shop, "变更主体后重新申请定点", ("2026-01-01", "2026-01-31"))
    case("already dealt with", None, shop)
