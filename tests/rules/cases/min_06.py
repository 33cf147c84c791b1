"""MIN-06: in a post while a ban runs."""

from tests.rules.county import County

SCOPE = "禁止从事密切接触未成年人的工作"


def plant(c: County) -> None:
    def banned(what: str, push: str | None, released: str | None = None, **row: object) -> None:
        school, person = c.staffed_school(), c.person()
        c.staff(school, person)
        # theft, so that MIN-05 stays out of it: a ban may follow any crime
        case_no = c.convict(person, **{
            "charges": "盗窃罪", "ban_years": 3, "ban_scope": SCOPE, "judged_on": "2019-10-01",
            "effective_on": "2019-10-31", "term_months": 24} | row)  # fmt: skip
        if released:
            c.add("sentence_execution", "justice", name=person.name, id_number=person.number,
                  judgment_case_no=case_no, released_on=released)  # fmt: skip
        c.case(what, "MIN-06", school.post(person), push)

    banned("the ban runs from the end of the sentence", "auto")
    banned("released a day less than three years ago", "auto", released="2020-11-01")
    banned("released three years ago to the day", None, released="2020-10-31")
    banned("not yet released", None, released="2023-11-01", term_months=60)
    banned("no word on what it covers", "review", ban_scope=None)
    banned("on probation: from its end", "review", term_months=24, probation_months=36)
    banned("an act before 2015-11-01", None, offence_from="2015-10-30", offence_to="2015-10-31")
    banned("an act on 2015-11-01", "auto", offence_from="2015-11-01", offence_to="2015-11-01")
    banned("no ban ordered", None, ban_years=None, ban_scope=None)

    for category, push in (("医疗机构", "auto"), ("幼儿园", None)):
        school, person = c.staffed_school(category), c.person()
        c.staff(school, person, post="医护人员")
        c.convict(person, charges="盗窃罪", ban_years=3, ban_scope="禁止从事医疗职业",
                  judged_on="2019-10-01", effective_on="2019-10-31")  # fmt: skip
        c.case(f"banned from medicine, in a {category}", "MIN-06", school.post(person), push)

    for category, push in (("医疗机构", "auto"), ("幼儿园", "auto"), ("家政服务机构", None)):
        school, person = c.staffed_school(category), c.person()
        c.staff(school, person)
        c.convict(person, charges="盗窃罪", ban_years=3, ban_scope="禁止从事教育、医疗职业",
                  judged_on="2019-10-01", effective_on="2019-10-31")  # fmt: skip
        c.case(f"banned from two fields, in a {category}", "MIN-06", school.post(person), push)

    # who must not teach may guard the gate
    for post, push in (
        ("专任教师", "auto"), ("校(园)长", "auto"), ("保安", None), ("其他", "review"),
    ):  # fmt: skip
        school, person = c.staffed_school(), c.person()
        c.staff(school, person, post=post)
        c.convict(person, charges="盗窃罪", ban_years=3, ban_scope="禁止从事教师职业",
                  judged_on="2019-10-01", effective_on="2019-10-31", term_months=24)  # fmt: skip
        c.case(f"banned from teaching, as {post}", "MIN-06", school.post(person), push)

    # nobody knows when such a ban runs, and the night goes on
    banned("a date in the term's column", None, term_months=20230101)
    banned("a probation of no sense", None, probation_months=99999999999)
    banned("a ban of no sense", None, ban_years=999999999999999999)
