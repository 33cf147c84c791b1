"""MIN-07: the answer was 发现 and the person is still there."""

from tests.rules.county import County


def plant(c: County) -> None:
    def found(what: str, push: str | None, answered: str, **row: object):
        school, person = c.staffed_school(), c.person()
        c.staff(school, person)
        c.screen(school, person, answered, result="发现", screening_type="在职年度", **row)
        c.case(what, "MIN-07", school.post(person), push)
        return school, person

    found("16 days after the answer", "auto", "2023-10-15")
    found("15 days after the answer are still in time", None, "2023-10-16")
    school, person = found("a later answer clears", None, "2023-09-01")
    c.screen(school, person, "2023-09-20", screening_type="在职年度")
    school, person = found("a pending re-check suspends", None, "2023-09-25")
    c.screen(school, person, None, applied_on="2023-10-12", result="待核实",
             screening_type="在职年度")  # fmt: skip
    school, person = found("a re-check pending for too long does not", "auto", "2023-07-01")
    c.screen(school, person, None, applied_on="2023-07-10", result="待核实",
             screening_type="在职年度")  # fmt: skip

    school, person = c.staffed_school(), c.person()
    c.staff(school, person)
    c.screen(None, person, "2023-09-01", result="发现")
    c.case("another employer was told", "MIN-07", school.post(person), "review")

    school, person = c.staffed_school(), c.person()
    c.staff(school, person, post_status="离职", left_on="2023-09-10")
    c.screen(school, person, "2023-09-01", result="发现", screening_type="在职年度")
    c.case("dismissed", "MIN-07", school.post(person))

    def undated(what: str, push: str | None, delivered: str) -> None:
        school, person = c.staffed_school(), c.person()
        c.staff(school, person)
        c.screen(school, person, None, applied_on="2023-09-01", result="发现",
                 screening_type="在职年度", delivered=delivered)  # fmt: skip
        c.case(what, "MIN-07", school.post(person), push)

    undated("found on no known day, delivered 16 days ago", "auto", "2023-10-15")
    undated("found on no known day, delivered 15 days ago", None, "2023-10-16")
