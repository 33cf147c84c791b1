"""MIN-03: hired first, screened afterwards or not at all."""

from tests.rules.county import County


def plant(c: County) -> None:
    def judged(hired: str, answered: str | None, what: str, push: str | None, **row: object):
        school = c.staffed_school(row.pop("category", "幼儿园"))
        person = c.person()
        c.staff(school, person, hired=hired, screened=False, **row)
        if answered:
            c.screen(school, person, answered)
        for day in ("2022-09-05",):
            if hired < "2022-01-01":  # so that MIN-02 stays out of it
                c.screen(school, person, day, screening_type="在职年度")
        c.case(what, "MIN-03", school.post(person), push)
        return school, person

    judged("2023-03-01", "2023-03-20", "answered after the hire", "auto")
    judged("2023-03-01", "2023-03-01", "answered on the day of the hire", None)
    judged("2023-09-30", None, "31 days without an answer", "auto")
    judged("2023-10-01", None, "30 days without an answer are still in time", None)
    judged("2020-08-20", "2021-12-10", "schools from 2020-08-20", "auto")
    judged("2020-08-19", "2021-12-10", "the day before the schools' duty", None)
    judged("2021-06-01", "2021-12-10", "others from 2021-06-01", "auto", category="校外培训机构")
    judged("2021-05-31", "2021-12-10", "the day before the Act", None, category="校外培训机构")
    judged("2023年3月", "2023-03-20", "hired some day in March: perhaps afterwards", None)
    judged("2023年2月", "2023-03-20", "hired in February, surely before", "auto")
    judged("2023-03-01", "2023-03-20", "has left", None, left_on="2023-08-01", post_status="离职")
    judged("2023-03-01", "2023-03-20", "no number, no proof", None,
           id_number="522427198503020", id_type="居民身份证")  # fmt: skip

    school, person = c.staffed_school(), c.person()
    c.staff(school, person, hired="2023-03-01", screened=False)
    c.screen(None, person, "2023-02-20")
    c.screen(school, person, "2023-03-20")
    c.case("another employer had asked before", "MIN-03", school.post(person), "review")

    first, second, person = c.staffed_school("小学"), c.staffed_school("小学"), c.person()
    c.staff(first, person, hired="2019-09-01", screened=False,
            left_on="2022-08-31", post_status="离职")  # fmt: skip
    c.staff(second, person, hired="2022-09-01", screened=False)
    c.screen(second, person, "2022-09-20")
    c.case("moved between schools of one authority", "MIN-03", second.post(person))

    never, person = c.school(), c.person()
    c.staff(never, person, hired="2023-03-01", screened=False)
    c.case("covered by MIN-01", "MIN-03", never.post(person))
    c.case("its institution is the clue", "MIN-01", never.key, "auto")

    club, person = c.staffed_school("校外培训机构"), c.person()
    c.staff(club, person, hired="2015-09-01", post="教练", screened=False)
    c.staff(club, person, hired="2023-03-01", post="行政人员", screened=False)
    c.screen(club, person, "2022-09-05", screening_type="在职年度")
    c.screen(club, person, "2023-09-05", screening_type="在职年度")
    c.case("a second post where one has worked for years is no hire", "MIN-03", club.post(person))

    for left, push in (("2022-02-28", None), ("2022-02-27", "auto")):
        club, person = c.staffed_school("校外培训机构"), c.person()
        c.staff(club, person, hired="2015-09-01", post="教练", screened=False,
                left_on=left, post_status="离职")  # fmt: skip
        c.staff(club, person, hired="2022-03-01", post="行政人员", screened=False)
        c.screen(club, person, "2022-09-05", screening_type="在职年度")
        c.case(f"left the old post there on {left}", "MIN-03", club.post(person), push)

    other, school, person = c.staffed_school("小学"), c.staffed_school("小学"), c.person()
    c.staff(school, person, hired="2023-03-01", screened=False)
    c.screen(other, person, "2023-02-20")
    c.screen(school, person, "2023-03-20")
    c.case("a school of the same authority, where one never worked, had asked", "MIN-03",
           school.post(person), "review")  # fmt: skip

    first, second, person = c.staffed_school("小学"), c.staffed_school("小学"), c.person()
    c.staff(first, person, hired="2021-09-01", screened=False,
            left_on="2022-08-31", post_status="离职")  # fmt: skip
    c.screen(first, person, "2021-08-20")
    c.staff(second, person, hired="2022-09-01", screened=False)
    c.screen(second, person, "2022-09-20")
    c.case("the first school asked before it hired", "MIN-03", second.post(person))

    school, person = c.staffed_school(), c.person()
    c.staff(school, person, hired="2023-03-01", screened=False)
    c.screen(school, person, None, applied_on="2023-02-20")
    c.case("asked before the hire, answered on no known day", "MIN-03", school.post(person))

    school, person = c.staffed_school(), c.person()
    c.staff(school, person, hired="2023-03-01", screened=False)
    c.screen(school, person, None, applied_on="2023-03-02")
    c.case("asked after the hire, answered on no known day", "MIN-03", school.post(person), "auto")

    school, person = c.staffed_school("小学"), c.person()
    c.staff(school, person, hired="2019-09-01", screened=False, delivered="2023-06-01")
    c.staff(school, person, hired="2022-09-01", screened=False)
    c.screen(school, person, "2022-09-20")
    c.case("its newer roster corrects the hire", "MIN-03", school.post(person), "auto")
