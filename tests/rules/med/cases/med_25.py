"""MED-25: an agency that neglects what it decided."""

from tests.rules.med.county import NIGHT, MedCounty, days_after


def plant(c: MedCounty) -> None:
    def case(what: str, push: str | None, **row: object) -> None:
        """A decision on conduct of last spring, with what the case gives or leaves out."""
        number = c.enforce(c.pharmacy(), "串换药品", ("2025-05-01", "2025-05-31"), **row)
        plain = number.replace("〔", "(").replace("〕", ")")
        c.expect(what, "MED-25", f"medicare|{plain}", push)

    due = {"decided_on": "2026-01-10", "recoup": "100.00"}
    case("91 days after the due date", "auto", **due, due_on=days_after(NIGHT, -91))
    case("90 days after the due date", None, **due, due_on=days_after(NIGHT, -90))
    case("paid", None, **due, due_on=days_after(NIGHT, -91), paid_on=NIGHT)

    # thirty working days back from the night: 19 June is a holiday, 13 and 14 June a weekend
    lead = {"decided_on": None, "accepted_on": "2026-05-15"}
    case("a lead of 31 working days", "auto", **lead)
    case("a lead of 30 working days", None, **(lead | {"accepted_on": "2026-05-18"}))
    case("a lead decided", None, **(lead | {"decided_on": NIGHT}))
    case("a lead transferred", None, **lead, transferred_on="2026-06-01")

    grave = {"decided_on": days_after(NIGHT, -31), "recoup": "30000.00", "paid_on": NIGHT}
    case("not transferred in 31 days", "auto", **grave)
    case("not transferred in 30 days", None, **(grave | {"decided_on": days_after(NIGHT, -30)}))
    case("less than a crime", None, **(grave | {"recoup": "29999.99"}))
    case("transferred", None, **grave, transferred_on=NIGHT)
