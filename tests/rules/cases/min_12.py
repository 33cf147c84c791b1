"""MIN-12: the authority knew, the breach holds, and nothing was done."""

from tests.rules.county import ADCODE, County, School


def plant(c: County) -> None:
    def breach() -> School:
        school = c.school()
        c.staff(school, c.person(), screened=False)
        c.case("the breach itself", "MIN-01", school.key, "auto")
        return school

    def expect(what: str, school: School, push: str | None) -> None:
        c.case(what, "MIN-12", f"{ADCODE}:edu>{school.key}", push)

    def inspected(what: str, push: str | None, day: str, **row: object) -> School:
        school = breach()
        record = {"action_no": f"威教检〔2023〕{next(c.serial)}号", "authority": "教育科技局",
                  "institution": school.name, "uscc": school.uscc, "inspected_on": day,
                  "finding_code": "未开展入职查询"}  # fmt: skip
        c.add("enforcement_action", "edu", **(record | row))
        expect(what, school, push)
        return school

    def advised(what: str, push: str | None, served: str, **row: object) -> School:
        school = breach()
        record = {"document_no": f"威检建〔2023〕{next(c.serial)}号",
                  "document_type": "社会治理检察建议", "addressee": "教育科技局",
                  "institution": school.name, "institution_uscc": school.uscc,
                  "issued_on": served, "served_on": served}  # fmt: skip
        c.add("procuratorial_document", "procuratorate", **(record | row))
        expect(what, school, push)
        return school

    inspected("found it itself 91 days ago", "auto", "2023-08-01")
    inspected("90 days are still in time", None, "2023-08-02")
    inspected("ordered correction in the same row", None, "2023-07-01",
              rectify_no="威教改〔2023〕9号")  # fmt: skip
    inspected("filed a case", None, "2023-07-01", filed_on="2023-07-20")
    inspected("the finding fits no breach that holds", None, "2023-07-01",
              finding_code="违反从业禁止")  # fmt: skip

    school = inspected("acted later in another row", None, "2023-07-01")
    c.add("enforcement_action", "edu", action_no="威教罚〔2023〕1号", authority="教育科技局",
          institution=school.name, uscc=school.uscc, decision_no="威教罚决〔2023〕1号",
          decided_on="2023-08-15", penalty="警告")  # fmt: skip

    advised("advised 61 days ago", "auto", "2023-08-31")
    advised("60 days are still in time", None, "2023-09-01")

    advised("urged 91 days ago", "auto", "2023-08-01", document_type="督促履职函")
    advised("urged 90 days ago", None, "2023-08-02", document_type="督促履职函")
    advised("named without its credit code, to the authority's full name", "auto", "2023-08-31",
            institution_uscc=None, addressee="威宁彝族回族苗族自治县教育科技局")  # fmt: skip

    school = inspected("another authority punished it later", None, "2023-07-01")
    c.add("enforcement_action", "market", action_no="威市监罚〔2023〕1号", authority="市场监管局",
          institution=school.name, decision_no="威市监罚决〔2023〕1号",
          decided_on="2023-08-15", penalty="罚款")  # fmt: skip

    for what, day, push in (
        ("a reply that adopts, and correction", "2023-09-20", None),
        ("correction from before the advice", "2023-08-20", "auto"),
    ):
        school = advised(what, push, "2023-08-31", reply_result="采纳", replied_on="2023-09-25")
        c.add("enforcement_action", "edu", action_no=f"整{day}", authority="教育科技局",
              institution=school.name, uscc=school.uscc, rectified_on=day)  # fmt: skip

    cured = c.staffed_school()
    c.add("enforcement_action", "edu", action_no="威教检〔2023〕0号", authority="教育科技局",
          institution=cured.name, uscc=cured.uscc, inspected_on="2023-07-01",
          finding_code="未开展入职查询")  # fmt: skip
    expect("the breach no longer holds", cured, None)

    def hired_unscreened(what: str, push: str | None, hired: str, answered: str | None) -> None:
        school, person = c.staffed_school(), c.person()
        c.staff(school, person, hired=hired, screened=False)
        if answered:
            c.screen(school, person, answered)
        c.case("the breach itself", "MIN-03", school.post(person), "auto")
        c.add("enforcement_action", "edu", action_no=f"威教检〔2023〕{next(c.serial)}号",
              authority="教育科技局", institution=school.name, uscc=school.uscc,
              inspected_on="2023-06-01", finding_code="未开展入职查询")  # fmt: skip
        expect(what, school, push)

    hired_unscreened("hired before, never answered", "auto", "2023-03-01", None)
    hired_unscreened("hired before, answered late: an open 03", "auto", "2023-03-01", "2023-03-20")
    hired_unscreened("hired only after the inspection", None, "2023-06-02", None)

    def breaks(what: str, push: str | None, school: School, finding: str, day: str) -> None:
        c.add("enforcement_action", "edu", action_no=f"威教检〔2023〕{next(c.serial)}号",
              authority="教育科技局", institution=school.name, uscc=school.uscc,
              inspected_on=day, finding_code=finding)  # fmt: skip
        expect(what, school, push)

    # somebody with a record was found and left; another, hired since, is another breach
    for what, hired, push in (
        ("with a record, hired by the inspection", "2023-05-01", "auto"),
        ("with a record, hired the day after it", "2023-05-02", None),
    ):
        school, gone, person = c.staffed_school("小学"), c.person(), c.person()
        c.staff(school, gone, post_status="离职", left_on="2023-06-01")
        c.staff(school, person, hired=hired)
        for convict in (gone, person):
            c.convict(convict)
        c.case("the breach itself", "MIN-05", school.post(person), "auto")
        breaks(what, push, school, "聘用有违法犯罪记录人员", "2023-05-01")

    for what, day, push in (
        ("the year that was missed was over", "2023-03-01", "auto"),
        ("the year of the inspection was missed", "2022-01-01", "auto"),
        ("only a later year was missed", "2021-12-31", None),
    ):
        school, person = c.staffed_school("小学"), c.person()
        c.staff(school, person, screened=False)
        c.screen(school, person, "2021-12-10", screening_type="在职年度")
        c.case("the breach itself", "MIN-02", f"{school.key}#2022", "auto")
        breaks(what, push, school, "未定期查询", day)

    # what was done before 2021-06-01 is not proven here; the market authority never delivered
    young = c.neighbour("520522")
    young.proven_from = "2021-06-01"
    for what, push, agency, addressee, served in (
        ("told on the first day that is proven", "auto", "edu", "教育科技局", "2021-06-01"),
        ("told the day before", None, "edu", "教育科技局", "2021-05-31"),
        ("nothing proves what it did", None, "market", "市场监督管理局", "2023-07-01"),
    ):
        school = young.school()
        young.staff(school, young.person(), screened=False)
        young.case("the breach itself", "MIN-01", school.key, "auto")
        young.add("procuratorial_document", "procuratorate", issued_on=served, served_on=served,
                  document_no=f"黔检建〔2023〕{next(c.serial)}号", addressee=addressee,
                  document_type="社会治理检察建议", institution=school.name,
                  institution_uscc=school.uscc)  # fmt: skip
        young.case(what, "MIN-12", f"520522:{agency}>{school.key}", push)
