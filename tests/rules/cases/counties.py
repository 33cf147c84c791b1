"""Persons are matched across the counties of the home; a rule is judged county by county."""

from tests.rules.county import County


def plant(c: County) -> None:
    other = c.neighbour("520527")

    school, person = c.staffed_school(), c.person()
    c.staff(school, person)
    other.convict(person)
    c.case("convicted in another county", "MIN-05", school.post(person), "auto")

    person = c.person(born="1980-06-07", sex="男")
    c.add("teacher_qualification", "edu", certificate_no=f"2010{next(c.serial):013d}",
          name=person.name, id_number=person.number, status="有效")  # fmt: skip
    other.convict(person, charges="盗窃罪")
    c.case("convicted in another county", "MIN-04", person.key, "auto")

    school, person = c.staffed_school(), c.person()
    c.staff(school, person, screened=False)
    other.screen(other.staffed_school(), person, "2022-06-01")
    c.case("another county's school had the answer", "MIN-02", f"{school.key}#2022")

    school, person = c.staffed_school(), c.person()
    c.staff(school, person)
    case_no = other.convict(person, charges="盗窃罪", ban_years=3, ban_scope="教育行业",
                            effective_on="2019-10-31")  # fmt: skip
    other.add("sentence_execution", "justice", name=person.name, id_number=person.number,
              judgment_case_no=case_no, released_on="2020-11-01")  # fmt: skip
    c.case("banned in another county", "MIN-06", school.post(person), "auto")

    person = c.person(sex="男")
    number = f"威公(治)罚决字(2023){next(c.serial)}号"
    c.add("police_penalty", "police", decision_no=number, name=person.name,
          id_number=person.number, cause="猥亵", conduct_on="2023-05-10",
          decided_on="2023-05-20", penalty="行政拘留", victim_under_14="是",
          sealed="否")  # fmt: skip
    other.add("police_case", "police", acceptance_no=f"A{next(c.serial)}", name=person.name,
              id_number=person.number, cause="猥亵儿童", conduct_on="2023-05-10",
              accepted_on="2023-05-21", filed_on="2023-05-22")  # fmt: skip
    c.case("filed in another county", "MIN-13", number)

    person = c.person()
    c.staff(c.staffed_school(), person, post_status="离职", left_on="2022-06-01")
    served = {"served_education_on": "2023-03-01", "ban_years": 5, "ban_scope": "教育行业"}
    case_no = c.convict(person, offence_from="2022-05-01", offence_to="2022-05-10",
                        judged_on="2023-01-10", effective_on="2023-01-25", **served)  # fmt: skip
    number = f"赫检一部受(2022){next(c.serial)}号"
    other.add("prosecution_case", "procuratorate", case_no=number, name=person.name,
              id_number=person.number, charge="猥亵儿童罪", age_at_conduct=37,
              conduct_on="2022-05-01", accepted_on="2022-09-01", outcome="起诉",
              charged_on="2022-12-01", ban_proposed="否", court_case_no=case_no,
              sealed="否")  # fmt: skip
    other.case("charged by the other county's office", "MIN-10", f"{number}|{person.key}", "auto")

    never = other.school()
    other.staff(never, c.person(), screened=False)
    other.case("never asked, in the other county", "MIN-01", never.key, "auto")

    blind = c.neighbour("520525", ("screening_record", "police"))
    never = blind.school()
    blind.staff(never, c.person(), screened=False)
    blind.case("a channel is missing", "MIN-01", never.key)
    blind.case("a channel is missing", "MIN-02", f"{never.key}#2022")
    blind.add("enforcement_action", "edu", action_no="纳教检〔2023〕1号", authority="教育科技局",
              institution=never.name, uscc=never.uscc, inspected_on="2023-07-01",
              finding_code="未开展入职查询")  # fmt: skip
    blind.case("whether the breach holds is not known", "MIN-12", f"520525:edu>{never.key}")
