"""MED-18: settlements after the agreement or the registration ended."""

from dataclasses import replace

from tests.rules.county import Person
from tests.rules.med.county import MedCounty, Shop


def plant(c: MedCounty) -> None:
    patient = c.insured()
    ended = {"agreement_status": "解除", "status_from": "2026-01-10"}

    def bill(shop: Shop, day: str, whose: Person = patient, **row: str) -> str:
        return c.settle(shop, whose, f"{day} 09:30:00", pool="3.00", **row)

    def case(what: str, shop: Shop, push: str | None, *money: str) -> None:
        c.expect(what, "MED-18", shop.uscc, push, (money[0], money[1]) if money else None)

    shop = c.pharmacy(**ended)
    bill(shop, "2026-01-10")
    case("settled on the day itself", shop, None)
    bill(shop := c.pharmacy(**ended), "2026-01-10")
    bill(shop, "2026-01-11")
    bill(shop, "2026-06-30")
    case("settled on the day after, and on the night", shop, "auto", "6.00", "14.00")

    # long ago: the span counts, not the last twelve months
    bill(shop := c.pharmacy(agreement_status="解除", status_from="2024-03-01"), "2024-03-02")
    case("more than twelve months ago", shop, "auto", "3.00", "7.00")

    # suspended on 10 January, in force again from 2 March
    for what, day, push, money in (
        ("the last day of the suspension", "2026-03-01", "auto", ("3.00", "7.00")),
        ("the day of the return", "2026-03-02", None, ()),
    ):
        shop = c.pharmacy(status_from="2026-03-02")
        c.add("medical_institution", "medicare", "2026-01-31", code=shop.code, name=shop.name,
              kind="零售药店", uscc=shop.uscc, designated_from="2020-01-01",
              agreement_status="中止", status_from="2026-01-10")  # fmt: skip
        bill(shop, day)
        case(what, shop, push, *money)

    # registers without the day of the return: after a suspension the day after it was last listed,
    # whatever the next one leaves blank; after an end the day on which the new agreement began
    suspended = {"agreement_status": "中止", "status_from": "2026-01-10"}
    for what, january, again, day, push in (
        ("last listed as suspended", (suspended, {}), "2020-01-01", "2026-01-20", "auto"),
        ("last listed the day before", (suspended, {}), "2020-01-01", "2026-01-21", None),
        ("before the new agreement", (ended, ended), "2026-04-01", "2026-03-31", "auto"),
        ("the first day of the new agreement", (ended, ended), "2026-04-01", "2026-04-01", None),
    ):
        shop = c.pharmacy(designated_from=again)
        for delivered, state in zip(("2026-01-20", "2026-01-31"), january, strict=True):
            listed = {"designated_from": "2020-01-01", "agreement_status": "在用"} | state
            c.add("medical_institution", "medicare", delivered, code=shop.code, name=shop.name,
                  kind="零售药店", uscc=shop.uscc, **listed)  # fmt: skip
        bill(shop, day)
        case(what, shop, push, *(("3.00", "7.00") if push else ()))

    # ended on an unknown day, after the agreement had run out
    undated = {"agreement_status": "解除", "designated_to": "2026-02-28"}
    bill(shop := c.pharmacy(**undated), "2026-02-28")
    case("the last day of an agreement that was ended", shop, None)
    bill(shop := c.pharmacy(**undated), "2026-03-01")
    case("an agreement that was ended had run out", shop, "auto", "3.00", "7.00")

    bill(shop := c.pharmacy(designated_to="2026-02-28"), "2026-02-28")
    case("the last day of an agreement", shop, None)
    bill(shop := c.pharmacy(designated_to="2026-02-28"), "2026-03-01")
    case("the agreement ran out the day before", shop, "auto", "3.00", "7.00")

    for what, day, push, money in (
        ("the day of the cancellation", "2026-02-01", None, ()),
        ("the day after the cancellation", "2026-02-02", "auto", ("3.00", "7.00")),
    ):
        shop = c.hospital()
        c.add("business_registration", "market", uscc=shop.uscc, name=shop.name,
              opened_on="2019-01-01", status="注销", closed_on="2026-02-01")  # fmt: skip
        bill(shop, day)
        case(what, shop, push, *money)

    # a stay of 9 to 20 January, and one of 11 to 20
    for what, admitted, push, money in (
        ("admitted before", "2026-01-09", None, ()),
        ("admitted after", "2026-01-11", "auto", ("3.00", "7.00")),
    ):
        shop = c.hospital(**ended)
        inpatient = c.insured()
        visit = c.visit(shop, inpatient, f"{admitted} 10:00:00", "2026-01-20 10:00:00")
        bill(shop, "2026-01-20", inpatient, mdtrt_id=visit, med_type="21", begndate=admitted)
        case(what, shop, push, *money)

    c.refund(bill(shop := c.pharmacy(**ended), "2026-01-09"), "2026-01-12 09:30:00")
    case("only a refund of an earlier bill", shop, None)

    bill(shop := c.hospital(**ended), "2026-02-01", setl_type="1", begndate="2026-01-05")
    case("manual reimbursement of an earlier service", shop, None)

    bill(shop := c.hospital(**ended), "2026-02-01", med_type="13")
    case("an emergency", shop, None)

    bill(shop := c.pharmacy(**ended), "2026-02-01")
    c.enforce(shop, "协议解除后继续结算", ("2026-01-11", "2026-02-28"))
    case("already dealt with", shop, None)

    # an institution is one, however many codes it has: here of a shop and of its second counter
    def counter(shop: Shop, **row: str) -> Shop:
        """Another code under the shop's credit code."""
        return replace(c.pharmacy(**({"uscc": shop.uscc} | row)), uscc=shop.uscc)

    bill(shop := c.pharmacy(**ended), "2026-01-11")
    bill(counter(shop, **ended), "2026-02-01")
    case("two codes of one institution", shop, "auto", "6.00", "14.00")
    bill(shop := c.pharmacy(), "2026-01-11")
    bill(counter(shop, **ended), "2026-02-01")
    case("two codes, of which one has ended", shop, "auto", "3.00", "7.00")
    bill(shop := c.pharmacy(**ended), "2026-01-11")
    c.enforce(counter(shop), "协议解除后继续结算", ("2026-01-11", "2026-02-28"))
    case("already dealt with under the other code", shop, None)

    # without a credit code it is known by its name in the county
    shop = c.pharmacy(**ended, uscc="", name="威宁县草海大药房")
    bill(shop, "2026-01-11")
    c.expect("no credit code", "MED-18", "name:520526:草海大药房", "auto", ("3.00", "7.00"))

    # first listed without a credit code, which became known later
    shop = c.pharmacy(**ended, name="威宁县海边大药房")
    c.add("medical_institution", "medicare", "2026-01-31", code=shop.code, name="威宁县海边大药房",
          kind="零售药店", designated_from="2020-01-01", **ended)  # fmt: skip
    bill(shop, "2026-01-11")
    c.expect("a credit code that became known later", "MED-18", "name:520526:海边大药房", "auto",
             ("3.00", "7.00"))  # fmt: skip
