"""MIN-01: an institution active for more than 90 days that never asked about anyone."""

from tests.rules.county import County, School


def plant(c: County) -> None:
    never = c.school()
    c.staff(never, c.person(), screened=False)
    c.case("nobody ever screened", "MIN-01", never.key, "auto")

    c.staffed_school()

    for opened, push in (("2023-08-01", "auto"), ("2023-08-02", None)):
        school = c.school(opened_on=opened)
        c.staff(school, c.person(), hired="2023-10-05", screened=False)
        c.case(f"opened {opened}: day 91 is too long, day 90 is not", "MIN-01", school.key, push)

    elsewhere = c.school()
    person = c.person()
    c.staff(elsewhere, person, screened=False)
    c.screen(None, person, "2022-03-01")
    c.case("a present teacher was screened by another employer", "MIN-01", elsewhere.key)

    asked = c.school()
    person = c.person()
    c.staff(asked, person, screened=False)
    c.screen(asked, person, None, applied_on="2023-04-01", result=None)
    c.case("asked and not yet answered: it did ask", "MIN-01", asked.key)
    c.case("asked in 2023 only: nobody was screened in 2022", "MIN-02", f"{asked.key}#2022", "auto")

    renamed = c.school(name="草海镇第三幼儿园")
    c.staff(renamed, c.person(), screened=False)
    c.screen(renamed, c.person(), "2022-05-01", uscc=None, institution="威宁县草海镇三幼儿园")
    c.case("screened under another writing of its name", "MIN-01", renamed.key)
    c.case("its present teacher was not, in 2022", "MIN-02", f"{renamed.key}#2022", "auto")

    for what, row in (
        ("closed", {"status": "停办", "closed_on": "2023-06-30"}),
        ("closing date passed though still 正常", {"closed_on": "2023-10-31"}),
        ("struck off", {"status": "注销"}),
        ("not one of the Act's institutions", {"category": "其他"}),
    ):
        school = c.school(**{"category": "幼儿园", **row})
        c.staff(school, c.person(), screened=False)
        c.case(what, "MIN-01", school.key)

    revoked = c.school()
    c.staff(revoked, c.person(), screened=False)
    c.add("business_registration", "market", uscc=revoked.uscc, name=revoked.name,
          opened_on="2015-09-01", status="吊销未注销")  # fmt: skip
    c.case("revoked in the business register", "MIN-01", revoked.key)

    for post in ("志愿者", "家长义工"):
        school = c.school()
        c.staff(school, c.person(), post=post, screened=False)
        c.case(f"its only people are {post}, which is no post", "MIN-01", school.key)

    noted = c.school()
    c.staff(noted, c.person(), screened=False)
    c.add("business_registration", "market", registration_no="522427000000001", name=noted.name,
          opened_on="2015-09-01", status="吊销未注销")  # fmt: skip
    c.case("revoked in the business register, which has no credit code", "MIN-01", noted.key)

    main = c.staffed_school()
    branch = c.school(name=f"{main.name}草海分园", uscc=main.uscc)
    key = f"name:520526:{branch.name}"
    c.staff(branch, c.person(), uscc=main.uscc, screened=False)
    c.case("a branch with its school's credit code never asked", "MIN-01", key, "auto")
    c.case("its school did", "MIN-01", main.key)

    late = c.school()
    c.add("institution_register", "edu", "2023-02-01", name=late.name, category="幼儿园",
          opened_on="2015-09-01", status="正常")  # fmt: skip
    c.staff(late, c.person(), screened=False)
    c.case("its credit code became known later", "MIN-01", f"name:520526:{late.name}", "auto")

    # 教学点 are institutions of their own, whosever codes they bear
    main = c.staffed_school("小学", school_code="5205260011", licence_no="教民152052611号")
    for codes in ({"school_code": "5205260011"}, {"licence_no": "教民152052611号"}):
        point = School(f"{main.name}试{next(c.serial)}教学点", None, "教学点", "edu")
        c.add("institution_register", "edu", name=point.name, category="教学点",
              authority="教育科技局", opened_on="2015-09-01", status="正常", **codes)  # fmt: skip
        c.staff(point, c.person(), screened=False, school_code=codes.get("school_code"))
        c.case(f"under its school's {', '.join(codes)}", "MIN-01",
               f"name:520526:{point.name}", "auto")  # fmt: skip
