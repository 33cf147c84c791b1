"""MIN-14: an institution that serves minors and stands in nobody's register."""

from tests.rules.county import County, credit_code


def plant(c: County) -> None:
    def registered(what: str, push: str | None, scope: str, opened: str = "2020-01-01", **row):
        n = next(c.serial)
        uscc = credit_code(n, "91520526MA")
        record = {"uscc": uscc, "name": f"威宁县试{n}号服务部", "business_scope": scope,
                  "opened_on": opened, "status": "存续"}  # fmt: skip
        c.add("business_registration", "market", **(record | row))
        c.case(what, "MIN-14", str((record | row)["uscc"]), push)

    registered("child care in its scope", "review", "婴幼儿托育服务")
    registered("61 days old", "review", "托育服务", opened="2023-08-31")
    registered("60 days old", None, "托育服务", opened="2023-09-01")
    registered("explicitly without", None, "家政服务（不含托育服务）")
    registered("sells goods for children", None, "婴幼儿用品销售；玩具销售")
    registered("closed", None, "托育服务", status="注销", closed_on="2023-01-01")

    known = c.staffed_school("托育机构", supplier="health")
    registered("in a register", None, "托育服务", uscc=known.uscc, name=known.name)

    for insured, push in ((2, "review"), (1, None)):
        n = next(c.serial)
        uscc, name = credit_code(n, "91520526MA"), f"威宁县试{n}号幼儿园"
        c.add("business_registration", "market", uscc=uscc, name=name, opened_on="2020-01-01",
              status="存续", business_scope="教育咨询")  # fmt: skip
        for _ in range(insured):
            person = c.person()
            c.add("social_insurance", "hrss", unit_no=f"U{n}", uscc=uscc, unit_name=name,
                  name=person.name, id_number=person.number, insured_from="202301")  # fmt: skip
        c.case(f"a kindergarten by name, {insured} insured", "MIN-14", uscc, push)
