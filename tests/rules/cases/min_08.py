"""MIN-08: who runs the institution has a record. Before 2025-06-01 a person looks first."""

from tests.rules.county import County


def plant(c: County) -> None:
    def run_by(what: str, push: str | None, role: str = "principal", number: bool = True, **row):
        person = c.person(sex="男")
        school = c.school(**{role: person.name, f"{role}_id": person.number if number else None})
        c.staff(school, c.person())
        c.convict(person, **row)
        c.case(what, "MIN-08", school.post(person), push)

    run_by("a principal convicted of rape", "review", charges="强奸罪")
    run_by("a sponsor", "review", role="sponsor")
    run_by("theft", None, charges="盗窃罪")
    for charges, push in (
        ("故意伤害致人死亡罪", "review"),
        ("故意伤害致死罪", "review"),
        ("故意杀人未遂", "review"),
        ("故意杀人（未遂）", "review"),
        ("1.盗窃罪 2.强奸罪", "review"),
        ("一、强奸罪；二、盗窃罪", "review"),
        ("猥褻儿童罪", "review"),
        ("过失致人死亡罪", None),
        ("包庇故意杀人犯", None),
    ):
        run_by(f"charged with {charges}", push, charges=charges)
    run_by("a principal without a number", None, number=False)
    run_by("acquitted on retrial", None, retrial="改判无罪", retrial_on="2021-01-01")

    person = c.person(sex="男")
    school = c.school(principal=person.name, principal_id=person.number, sponsor=person.name,
                      sponsor_id=person.number)  # fmt: skip
    c.staff(school, c.person())
    c.add("business_registration", "market", uscc=school.uscc, name=school.name,
          opened_on="2015-09-01", status="存续", legal_representative=person.name,
          legal_representative_id=person.number)  # fmt: skip
    c.convict(person)
    c.case("one clue however many roles", "MIN-08", school.post(person), "review")

    person = c.person(sex="男")
    school = c.staffed_school()
    c.add("business_registration", "market", uscc=school.uscc, name=school.name,
          opened_on="2015-09-01", status="存续", legal_representative=person.name,
          legal_representative_id=person.number)  # fmt: skip
    c.convict(person)
    c.case("the legal representative", "MIN-08", school.post(person), "review")

    person = c.person(sex="男")
    school = c.school(uscc=None)
    c.staff(school, c.person(), uscc=None)
    c.add("business_registration", "market", uscc=school.uscc, name=school.name,
          opened_on="2015-09-01", status="存续", legal_representative=person.name,
          legal_representative_id=person.number)  # fmt: skip
    c.convict(person)
    c.case("the legal representative, known by the institution's name", "MIN-08",
           f"{person.key}@name:520526:{school.name}", "review")  # fmt: skip

    person = c.person(sex="男")
    school = c.school(principal_id=person.number)
    c.staff(school, c.person())
    c.convict(person)
    c.case("a principal's number without a name", "MIN-08", school.post(person), "review")

    person = c.person(sex="男")
    school = c.staffed_school()
    c.add("business_registration", "market", uscc=school.uscc, name=school.name,
          opened_on="2015-09-01", status="存续",
          legal_representative_id=person.number)  # fmt: skip
    c.convict(person)
    c.case("a legal representative's number without a name", "MIN-08", school.post(person),
           "review")  # fmt: skip

    # in two registers, and in one of them as nothing that serves minors
    person = c.person(sex="男")
    school = c.staffed_school("托育机构", supplier="health", principal=person.name,
                              principal_id=person.number)  # fmt: skip
    c.add("institution_register", "edu", name=school.name, uscc=school.uscc, category="其他",
          opened_on="2015-09-01", status="正常", principal=c.person().name)  # fmt: skip
    c.convict(person)
    c.case("the principal by one of two registers", "MIN-08", school.post(person), "review")

    person = c.person(sex="男")
    school = c.staffed_school()
    c.add("institution_register", "market", name=school.name, uscc=school.uscc,
          category="幼儿园", opened_on="2015-09-01", status="正常", sponsor=person.name,
          sponsor_id=person.number)  # fmt: skip
    c.convict(person)
    c.case("the sponsor by the other of two registers", "MIN-08", school.post(person), "review")
